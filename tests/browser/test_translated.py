"""A browser that translates a page leaves code, what was printed, and equations as they are."""

import pytest

LESSON = "lessons/layers/"
EXACT = "pre, code, kbd, samp, .math"
# As translators do it: words are put into other elements, with other words in them.
TRANSLATE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = []
  while (walker.nextNode()) texts.push(walker.currentNode)
  for (const text of texts) {
    const around = text.parentElement
    if (!text.data.trim() || around.closest("script, svg") || around.closest("[translate=no], .notranslate")) continue
    const font = document.createElement("font")
    font.textContent = text.data.replace(/[a-z]+/gi, "mot")
    text.replaceWith(font)
  }
}"""


def test_nothing_exact_is_to_be_translated(site, soup_of):
    names = sorted(path.parent.relative_to(site).as_posix() + "/" for path in site.rglob("index.html"))
    assert len(names) >= 20
    exact = [(name, part) for name in names for part in soup_of(name).select(EXACT)]
    assert {part.name for _, part in exact} >= {"pre", "code", "div", "span"}
    wrong = [
        (name, str(part)[:60])
        for name, part in exact
        if not any(around.get("translate") == "no" for around in [part, *part.parents])
    ]
    assert wrong == []
    for name in names:
        assert len(soup_of(name).select("article p[translate], article li[translate]")) == 0


@pytest.fixture
def page(browser, address):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address + LESSON)
    yield page
    context.close()


def test_code_and_equations_are_shown_and_copied_as_they_are(page):
    shown = """selector => [...document.querySelectorAll(`article ${selector}`)].map(part => part.textContent)"""

    def copied():
        page.evaluate("navigator.clipboard.writeText('')")
        block = page.locator(".language-python.highlight").nth(1)
        block.scroll_into_view_if_needed()
        block.locator("[data-md-type=copy]").click()
        page.wait_for_function("async () => await navigator.clipboard.readText() != ''")
        return page.evaluate("navigator.clipboard.readText()")

    program = copied()
    before = [page.evaluate(shown, part) for part in ("pre", "p code", ".math")]
    words = page.evaluate(shown, "p")
    assert "import numpy" in program and all(before)
    page.evaluate(TRANSLATE)
    assert page.evaluate(shown, "p") != words
    assert [page.evaluate(shown, part) for part in ("pre", "p code", ".math")] == before
    page.evaluate("document.querySelectorAll('[data-copy]').forEach(block => delete block.dataset.copy)")
    assert copied() == program
