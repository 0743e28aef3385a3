"""Who copies something is told the truth about it: also without a lock, and where it is denied."""

import pytest

LESSON = "lessons/layers/"
NO_LOCK = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
DENIED = """Object.defineProperty(navigator, 'clipboard', {value: {
  writeText: async () => { throw new DOMException('Write permission denied.', 'NotAllowedError') }}})"""
NO_OLD_WAY = ";document.execCommand = () => false"
BLOCK = "a.md-code__button[data-md-type=link]"
# What is pressed in the note of an equation, and how what is copied begins.
TOOLS = {"Copy LaTeX": "", "Copy MathML": "<math", "Copy link": "http"}


@pytest.fixture
def opened(browser, address):
    """A function that opens a lesson in a browser that was changed so; the page has what went wrong."""
    contexts = []

    def open_page(changed):
        context = browser.new_context()
        contexts.append(context)
        page = context.new_page()
        page.wrong = []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.add_init_script(changed)
        page.goto(address + LESSON)
        # What the old way copies: the browser of the tests does not let a page read it.
        page.evaluate(
            "document.addEventListener('copy', () => window.taken = String(getSelection()) || "
            "document.activeElement.value)"
        )
        return page

    yield open_page
    for context in contexts:
        context.close()


def press_link(page):
    page.locator(".language-python.highlight").first.scroll_into_view_if_needed()
    page.locator(BLOCK).first.click()


@pytest.mark.parametrize("changed", [NO_LOCK, DENIED], ids=["no lock", "denied"])
def test_a_link_is_copied_in_the_old_way(opened, changed):
    page = opened(changed)
    press_link(page)
    page.locator(".md-dialog", has_text="Link copied").wait_for()
    assert page.evaluate("taken") == page.locator(BLOCK).first.evaluate("link => link.href")
    assert page.locator("textarea").count() == 0 and page.wrong == []


def test_a_link_that_cannot_be_copied_is_said_to_be_where_it_is(opened):
    page = opened(NO_LOCK + NO_OLD_WAY)
    press_link(page)
    page.locator(".md-dialog", has_text="Not copied, your browser forbids it").wait_for()
    assert page.locator(".md-dialog", has_text="Link copied").count() == 0
    assert page.url == page.locator(BLOCK).first.evaluate("link => link.href")
    assert page.wrong == []


def open_note(page):
    page.locator(".proof").filter(visible=True).first.click()  # not one in a closed hint
    page.locator(".tools button").first.wait_for()


@pytest.mark.parametrize("changed", [NO_LOCK, DENIED], ids=["no lock", "denied"])
def test_an_equation_is_copied_in_the_old_way(opened, changed):
    page = opened(changed)
    open_note(page)
    for name, begins in TOOLS.items():
        page.locator(".tools button", has_text=name).first.click()
        page.locator(".tools [role=status]", has_text="copied").first.wait_for()
        assert page.evaluate("window.taken").startswith(begins)
        page.evaluate("window.taken = null")
    assert page.wrong == []


def test_an_equation_that_cannot_be_copied_is_shown_to_be_selected(opened):
    page = opened(NO_LOCK + NO_OLD_WAY)
    open_note(page)
    first = page.locator(".proof").filter(visible=True).first
    tex = first.evaluate("proof => proof.previousElementSibling.dataset.tex")
    page.locator(".tools button", has_text="Copy LaTeX").first.click()
    says = page.locator(".tools [role=status]").first
    says.locator("code").wait_for()
    assert says.inner_text().startswith("Not copied, your browser forbids it. Here it is: ")
    assert says.locator("code").text_content() == tex and page.wrong == []


def test_a_program_is_copied_in_the_old_way(opened):
    """This is the theme's button."""
    page = opened(NO_LOCK)
    block = page.locator(".language-python.highlight").first
    block.scroll_into_view_if_needed()
    block.locator("[data-md-type=copy]").click()
    page.locator(".md-dialog", has_text="Copied to clipboard").wait_for()
    assert page.evaluate("taken").strip() == block.locator("code").first.text_content().strip()
    assert page.wrong == []
