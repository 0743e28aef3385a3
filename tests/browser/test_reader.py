"""At ease: equations to take, places to link to, search that knows symbols, what was read."""

import json
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from one_step import taken
from playwright.sync_api import expect
from site_pages import watch

from docs.plugins import paths
from docs.plugins.building import ids, marks
from docs.plugins.finishing import head, search
from docs.plugins.reading import course

LESSON = "lessons/descent/"
CLIPBOARD = "navigator.clipboard.readText()"


@pytest.fixture(scope="module")
def context(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def page(context, address):
    page = watch(context.new_page())
    page.goto(address + LESSON)
    yield page
    page.evaluate("localStorage.clear()")
    page.close()
    assert page.complaints == []


def faults(page):
    """Return what axe finds in what is open over the page."""
    found = Axe().run(page, context="dialog, .proof-note").response["violations"]
    return [f"{fault['id']}: {node['html'][:100]}" for fault in found for node in fault["nodes"]]


def open_tools(page, number=1):
    page.locator(".proven > .proof").nth(number).click()
    tools = page.locator(".proof-note:popover-open .tools")
    tools.wait_for()
    return tools


# Equations to take


def test_an_equation_is_copied_as_latex_as_mathml_and_as_a_link(page, address):
    equation = page.locator(".proven > .math.display").nth(1)
    tools = open_tools(page)
    says = tools.locator("[role=status]")
    tools.get_by_text("Copy LaTeX").click()
    expect(says).to_have_text("LaTeX copied")
    latex = page.evaluate(CLIPBOARD)
    source = (paths.DOCS / "lessons/descent.md").read_text("utf-8")
    assert latex == equation.get_attribute("data-tex") and latex in source

    tools.get_by_text("Copy MathML").click()
    expect(says).to_have_text("MathML copied")
    mathml = ElementTree.fromstring(page.evaluate(CLIPBOARD))
    assert mathml.tag == "{http://www.w3.org/1998/Math/MathML}math"
    seen = equation.locator("math").text_content()
    assert "".join(mathml.itertext()) == seen and "∂" in seen

    tools.get_by_text("Copy link").click()
    expect(says).to_have_text("Link copied")
    assert page.evaluate(CLIPBOARD) == f"{address}{LESSON}#{equation.get_attribute('id')}"
    assert faults(page) == []


def test_the_tools_are_loaded_only_when_they_are_asked_for(page, address):
    page.wait_for_load_state("networkidle")
    assert address + "assets/tools.js" not in page.asked
    open_tools(page)
    page.keyboard.press("Escape")
    open_tools(page, 2)
    assert page.asked.count(address + "assets/tools.js") == 1


def test_an_equation_is_enlarged_and_the_keyboard_leads_there_and_back(page):
    mark = page.locator(".proven > .proof").nth(1)
    small = page.locator(".proven > .math.display > svg").nth(1).bounding_box()["width"]
    mark.focus()
    page.keyboard.press("Enter")
    page.locator(".tools").wait_for()
    for _ in range(5):  # the ledger, LaTeX, MathML, link, enlarge
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Enlarge"
    page.keyboard.press("Enter")
    box = page.locator("dialog[open]")
    large = box.locator(".math.display > svg").bounding_box()
    assert large["width"] > 1.5 * small
    assert large["x"] >= 0 and large["x"] + large["width"] <= 1280
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    assert mark.evaluate("mark => mark === document.activeElement")


def test_a_finger_is_enough_on_a_narrow_screen(browser, address):
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, color_scheme="dark"
    )
    page = context.new_page()
    page.goto(address + LESSON)
    page.locator(".proven > .proof").nth(1).tap()
    buttons = page.locator(".tools button")
    buttons.first.wait_for()
    for button in buttons.all():
        box = button.bounding_box()
        assert box["height"] >= 24 and box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert faults(page) == []
    buttons.get_by_text("Enlarge").tap()
    box = page.locator("dialog[open]").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert faults(page) == []
    page.locator("dialog button").tap()
    expect(page.locator("dialog")).to_have_count(0)
    context.close()


def test_a_display_without_a_mark_has_tools_and_no_verdict():
    shown = '<div class="math display" data-tex="x">…</div>'
    marked = f'<div class="proven">{shown}<button class="proof"></button></div>'
    line = '<span class="math" data-tex="x">…</span>'
    soup = BeautifulSoup(taken(marks.add_tools, f"{marked}{shown}{line}"), "html.parser")
    assert len(soup.select(".proven > .math.display")) == 2
    (tool,) = soup.select(".proof.plain")
    assert soup.find(id=tool["popovertarget"]).get_text() == "Not verified."
    assert taken(marks.add_tools, marked + line) == marked + line


# Places to link to


def test_every_display_and_every_block_has_a_place_of_its_own(site):
    seen = 0
    for path in sorted(site.glob("lessons/*/index.html")):
        text = path.read_text("utf-8")
        ids = re.findall(r'<[^>]* id="([^"]+)"', text)
        assert len(ids) == len(set(ids)), path
        items = re.findall(r'<div [^>]*class="(?:math display|language-\w+ highlight)"', text)
        assert all(' id="' in item for item in items)
        seen += len(items)
    assert seen > 200


def test_a_place_is_a_number_under_its_heading():
    math, code = '<div class="math display"></div>', '<div class="language-python highlight"></div>'
    page = f'{code}<h2 id="a"></h2>{code}{math}{code}<h2 id="b"></h2>{code}<h2 id="b-code-2"></h2>{code}'
    found = re.findall(r'<div [^>]*id="([^"]+)"', taken(ids.add, page))
    assert found == ["code-1", "a-code-1", "a-equation-1", "a-code-2", "b-code-1", "b-code-2-code-1"]
    other = taken(ids.add, f'<h2 id="a"></h2><p id="a-code-1"></p>{code}')
    assert 'id="a-code-2"' in other


def test_a_place_stays_when_something_changes_in_another_section():
    def place(text):
        return re.search(r'<div [^>]*id="([^"]+)"[^>]*>x', taken(ids.add, text))[1]

    block = '<div class="language-python highlight">'
    assert place(f'<h2 id="a"></h2>{block}y</div><h2 id="b"></h2>{block}x</div>') == "b-code-1"
    assert place(f'<h2 id="a"></h2>{block}y</div>{block}new</div><h2 id="b"></h2>{block}x = 2</div>') == "b-code-1"


def test_a_block_is_linked_to_and_a_link_into_a_closed_box_opens_it(page, address):
    block = page.locator("div.language-python.highlight").first
    block.scroll_into_view_if_needed()
    link = block.locator("a.md-code__button")
    link.click()
    expect(page.locator(".md-dialog__inner[role=status]")).to_have_text("Link copied")
    place = f"{address}{LESSON}#{block.get_attribute('id')}"
    assert page.evaluate(CLIPBOARD) == page.url == place
    hidden = page.locator("details div.highlight").last
    assert not hidden.is_visible()
    page.goto(f"{address}{LESSON}#{hidden.get_attribute('id')}")
    page.reload()
    expect(hidden).to_be_in_viewport()
    top = hidden.bounding_box()["y"]
    assert top >= page.locator(".md-header").bounding_box()["height"]


# What was read


def test_nothing_is_kept_before_the_reader_says_so_and_it_can_be_forgotten(page, address):
    kept = "Object.keys(localStorage).filter(key => !key.endsWith('__palette'))"
    assert page.evaluate(kept) == []
    done = page.locator(".progress button")
    expect(done).to_have_attribute("aria-pressed", "false")
    done.click()
    expect(done).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(kept) == ["/.read"]
    assert json.loads(page.evaluate("localStorage['/.read']")) == ["descent"]
    nav = page.locator(".md-nav--primary a.read")
    assert set(nav.evaluate_all("all => all.map(a => a.href)")) == {address + LESSON}

    page.goto(address)
    lessons = course.lessons()
    left = sum(lesson.minutes.reading for lesson in lessons if lesson.slug != "descent")
    line = page.locator(".progress")
    expect(line).to_contain_text(f"You have read 1 of {len(lessons)} lessons.")
    expect(line).to_contain_text(f"About {left // 60} h {left % 60} min of reading are left")
    assert line.locator("a").evaluate("a => a.href") == address + "lessons/perceptron/"
    assert page.locator("article td a.read").count() == 1
    line.get_by_text("Forget this").click()
    expect(line).to_be_hidden()
    expect(page.locator("a.read")).to_have_count(0)
    assert page.evaluate(kept) == []


def test_on_a_phone_a_row_of_the_path_is_a_block_as_wide_as_the_page(page, address):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(address)
    row = page.locator(".path tbody tr").nth(1)
    cells = [cell.bounding_box() for cell in row.locator("td").all()]
    number, title, will, needs, minutes = cells
    assert number["y"] == title["y"] < will["y"] < needs["y"] == minutes["y"]
    assert will["width"] > 280 and page.evaluate("document.documentElement.scrollWidth") == 360
    said = row.locator("td").evaluate_all(
        "all => all.flatMap(td => ['::before', '::after'].map(of => getComputedStyle(td, of).content))"
    )
    assert {part for part in said if part != "none"} == {'"needs "', '" minutes"'}


def test_a_lesson_can_be_read_no_more(page):
    done = page.locator(".progress button")
    for pressed in ("true", "false"):
        done.click()
        expect(done).to_have_attribute("aria-pressed", pressed)
        assert done.evaluate("button => button === document.activeElement")
    assert page.evaluate("localStorage['/.read']") is None


# Moving about


def test_the_page_behind_a_link_is_fetched_when_the_pointer_rests_on_it(page, address):
    page.wait_for_load_state("networkidle")
    there = page.locator('.md-sidebar--primary a[href$="/backprop/"]').last
    assert address + "lessons/backprop/" not in page.asked
    there.hover()
    page.wait_for_timeout(300)
    assert page.asked.count(address + "lessons/backprop/") == 1
    page.mouse.move(700, 400)
    there.hover()
    page.wait_for_timeout(200)
    assert page.asked.count(address + "lessons/backprop/") == 1


def test_the_keys_turn_pages_and_say_which_they_are(page, address):
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    box = page.locator("dialog[open]")
    expect(box).to_contain_text("next page")
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    page.locator(".md-search__input").click()
    page.keyboard.type("?")
    page.wait_for_timeout(200)
    expect(box).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".md-search__input")).not_to_be_focused()
    order = course.order()
    page.keyboard.press("n")
    page.wait_for_url(f"**/{order[order.index('descent') + 1]}/")
    # The address is a new one before the page is: the keys go by what the page says of its neighbours.
    expect(page.locator("link[rel=prev]")).to_have_attribute("href", re.compile(f"{LESSON}$"))
    page.keyboard.press("p")
    page.wait_for_url(f"**/{LESSON}")


def test_keys_of_one_letter_can_be_switched_off_and_on(page):
    """What a microphone takes for a letter turns no page then: WCAG 2.1.4."""
    page.wait_for_load_state("networkidle")
    box, search = page.locator("dialog[open]"), page.locator(".md-search__input")
    page.locator(".opens-keys").click()
    expect(box.get_by_role("checkbox")).to_be_checked()
    box.get_by_role("checkbox").uncheck()
    assert faults(page) == []
    page.keyboard.press("Escape")
    here = page.url
    for key in "np.,fs/?":
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.url == here and box.count() == 0
    expect(search).not_to_be_focused()
    search.click()
    page.keyboard.type("n/?")
    expect(search).to_have_value("n/?")
    page.keyboard.press("Escape")
    page.reload()
    page.locator(".opens-keys").click()
    expect(box.get_by_role("checkbox")).not_to_be_checked()
    box.get_by_role("checkbox").check()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.endsWith('keys'))") == []
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(search).to_be_focused()


def test_a_reader_whose_browser_keeps_nothing_has_all_else(page):
    """Asked for a storage, such a browser fails; the choices last until the page is closed."""
    page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
          Object.defineProperty(window, name, {configurable: true, get() {
            throw new DOMException("Access is denied for this document.", "SecurityError") }})"""
    )
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.reload()
    page.wait_for_load_state("networkidle")
    before = page.evaluate("document.body.dataset.mdColorScheme")
    page.locator(".md-header label[for^=__palette]:visible").click()
    expect(page.locator("body")).not_to_have_attribute("data-md-color-scheme", before)
    page.get_by_role("button", name="I have read this lesson").click()
    expect(page.get_by_role("button", name="You have read this lesson")).to_be_visible()
    expect(page.locator(".md-nav--primary a.read")).to_have_count(1)
    expect(page.locator("[data-md-type=copy]").first).to_be_visible()
    page.locator(".opens-keys").click()
    box = page.locator("dialog[open]")
    box.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    here = page.url
    page.keyboard.press("n")
    page.locator(".md-search__input").click()
    page.keyboard.type("gradient")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    assert page.url == here and wrong == []


def test_no_colour_fades_while_a_reader_switches_them(page):
    seen = page.evaluate(
        """() => new Promise(done => {
          const fades = () => getComputedStyle(document.querySelector("article a.headerlink")).transitionDuration
          const before = fades()
          const scheme = () => document.body.dataset.mdColorScheme
          new MutationObserver(() => scheme() === "slate" && done([before, fades()]))
            .observe(document.body, {attributes: true})
          document.querySelector(".md-header label[for^=__palette]:not([hidden])").click()
        })"""
    )
    assert seen[0] != "0s" and seen[1] == "0s"
    expect(page.locator("html.switching")).to_have_count(0)


def test_search_finds_symbols_and_names_of_code(page):
    page.wait_for_load_state("networkidle")
    wanted = {
        "σ": "lessons/activations/", "eta": "lessons/descent/", "η": "lessons/descent/",
        "np.exp": "lessons/chain-rule/", "CrossEntropy": "lessons/loss/", "W_1": "lessons/backprop/",
        "zero_grad": "lessons/pytorch/", "check_gradients": "lessons/gradient-check/",
        "ŷ": "lessons/perceptron-rule/", "exp": "lessons/layers/",
    }  # fmt: skip
    page.locator(".md-search__input").click()
    missing = []
    for query, lesson in wanted.items():
        page.locator(".md-search__input").fill(query)
        page.keyboard.press("End")
        found = page.locator(f'.md-search-result__link[href*="{lesson}"]')
        try:
            found.first.wait_for()
        except Exception:
            missing.append(query)
    assert missing == []


def test_a_section_gets_the_names_that_its_text_lacks():
    tex = [r"\hat{y} = \sigma(W_1 \boldsymbol{b}_{12}) - \eta\,\theta_n", r"\etazero"]
    text = "<p>sigma is there</p><pre><code>np.exp(x) + 1.5e3</code></pre>"
    assert search.names_of(tex, text) == ["W_1", "b_12", "eta", "exp", "theta", "ŷ"]
    assert search.names_of([], "<p>np.exp outside of code</p>") == []


def test_the_equations_of_a_section_are_those_beneath_its_heading():
    page = '<h1 id="t"><i data-tex="a"><h2 id="s"><i data-tex="b &lt; c"><h3 id="u"><i data-tex="d">'
    assert search.sections(page) == {"": ["a"], "s": ["b < c"], "u": ["d"]}


def test_reading_needs_no_script(site):
    """Places and marks are in the page itself; only what a script does is added by one."""
    text = (site / LESSON / "index.html").read_text("utf-8")
    assert text.count("progress") == text.count('<p class="progress" hidden data-search-exclude></p>') == 1
    assert "Copy LaTeX" not in text


# A repository


@pytest.mark.parametrize(
    "repository, edit, words",
    [
        ("https://github.com/a/b", "https://github.com/a/b/edit/main/docs/x.md", 2),
        ("https://gitlab.com/a/b/", None, 1),
        ("https://example.org/a", "https://example.org/a/x.md", 1),
        ("", None, 0),
    ],
)
def test_a_reader_can_mend_a_page_if_a_repository_is_configured(repository, edit, words):
    page = SimpleNamespace(edit_url=edit, meta={}, title="Walk & see")
    soup = BeautifulSoup(head.line(page, {"repo_url": repository}), "html.parser")
    links = {link.get_text(): link["href"] for link in soup.select("a")}
    assert len(links) == words
    assert links.get("Edit this page") == edit
    if mistake := links.get("report a mistake" if edit else "Report a mistake"):
        assert mistake.startswith(repository.rstrip("/")) and mistake.endswith("=Walk%20%26%20see%3A%20")
