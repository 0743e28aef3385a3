"""Every page of the site, seen in one visit by all who might read it: nobody is left out.

The visit notes what the tests below ask for, at several widths and in both colour schemes.
"""

import re
from types import SimpleNamespace

import pytest
import weights
from axe_playwright_python.base import AXE_SCRIPT
from site_pages import NOTES, STORED, address_of, see_all, watch

from docs.plugins import paths
from docs.plugins.finishing import policy
from docs.plugins.reading import course, lab
from docs.plugins.reading.page import Page, sources

WIDTHS = [1280, 640, 360, 320]  # 1280 pixels at 200 % are 640, and at 400 % they are 320
SOURCES = [*sources(), *sorted((paths.DOCS / "labs").glob("*.py"))]
ICON = "assets/favicon.svg"  # a headless shell has no place for it, and does not ask
DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
INLINE = re.compile(r"(?<![\\$])\$(?!\s)((?:[^$\\]|\\.)+?)(?<!\s)\$(?!\$)")

TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
HIDDEN = "tables => tables.map(table => table.scrollWidth - table.clientWidth)"
# What brings a figure to life that is near the screen, as at the head of the start page.
LATER = re.compile(r"widgets/(?!loader)|assets/(figures|tools)\.")
# Equations that a phone shows only in part: a break in the source keeps them whole.
CUT = """() => [...document.querySelectorAll(".math.display")]
  .filter(shown => shown.scrollWidth > shown.clientWidth && shown.checkVisibility())
  .map(shown => `${shown.scrollWidth - shown.clientWidth} pixels of ${shown.dataset.tex}`)"""
# [How many buttons blocks of code have, those that lie over the block's text].
COVERED = """() => {
  const buttons = [...document.querySelectorAll(".md-code__nav > *")].filter(one => one.checkVisibility())
  return [buttons.length, buttons.filter(one => {
    const code = one.closest(".highlight, pre").querySelector("code")
    const range = document.createRange(), at = one.getBoundingClientRect()
    code.style.contentVisibility = "visible"
    range.selectNodeContents(code)
    return [...range.getClientRects()].some(line => line.left < at.right && line.right > at.left
      && line.top < at.bottom - 1 && line.bottom > at.top + 1 && line.width > 1)
  }).map(one => `${one.dataset.mdType} over ${one.closest(".highlight, pre").textContent.slice(0, 80)}`)]
}"""
# A closed question hides what is in it (null); all else has a width.
EQUATIONS = """article => {
  const copy = article.cloneNode(true)
  copy.querySelectorAll("pre, code, script").forEach(e => e.remove())
  return {
    widths: [...article.querySelectorAll(".math")].map(math =>
      [...math.querySelectorAll(":scope > svg")].map(svg =>
        svg.checkVisibility() ? svg.getBoundingClientRect().width : null)),
    displays: article.querySelectorAll(".math.display").length,
    errors: article.querySelectorAll("mjx-merror, [data-mjx-error], merror").length,
    text: copy.textContent,
  }
}"""
# How the box of each term lies: whole, on the page, at its term, and without moving anything.
TERMS = """() => [...document.querySelectorAll(".term > [tabindex]")].map(term => {
  const article = document.querySelector("article"), high = article.offsetHeight
  term.scrollIntoView({block: "center", behavior: "instant"})
  term.focus({preventScroll: true})
  const box = term.nextSibling, r = box.getBoundingClientRect()
  const t = [...term.getClientRects()].pop()
  return {
    term: term.textContent,
    whole: [[r.left + 3, r.top + 3], [r.right - 3, r.bottom - 3]].every(
      ([x, y]) => box.contains(document.elementFromPoint(x, y))),
    inside: r.left >= 0 && r.right <= innerWidth && box.scrollWidth <= r.width,
    near: r.top - t.bottom < 12 && r.top >= t.top + 8,
    still: article.offsetHeight === high
      && document.documentElement.scrollWidth <= innerWidth,
  }
})"""
# As in a browser that cannot place a box at its term.
WITHOUT_ANCHORS = """
[...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).forEach(media => {
  const at = [...media.cssRules ?? []].findIndex(
    rule => rule instanceof CSSSupportsRule && rule.conditionText.includes("--term"))
  if (at >= 0) media.deleteRule(at)
})"""
# Clones of the figures, which do not come to life when they come near the screen.
STILL = "document.querySelectorAll('[data-widget]').forEach(e => e.replaceWith(e.cloneNode(true)))"
# What answers a prediction is seen, with all that is in it.
UNFOLD = "document.querySelectorAll('.fold > summary').forEach(e => e.click())"

SCHEME = "name => { document.body.dataset.mdColorScheme = name }"
# [How many blocks are looked into only near the screen, those that then need another height].
SKIPPED = """() => {
  const all = [...document.querySelectorAll("pre > code")]
  const needs = style => all.map(code => {
    code.style.contentVisibility = style
    return [code.clientHeight, code.firstElementChild?.checkVisibility({contentVisibilityAuto: true})]
  })
  const [before, after] = [needs(""), needs("visible")]
  needs("")
  return [before.filter(([height, seen]) => height && seen === false).length,
    all.filter((code, i) => Math.abs(before[i][0] - after[i][0]) > 1).map(code => code.outerHTML)]
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
# What a wide page shows beside a narrow one, both sidebars, is the same on pages of one kind.
WIDE = {"", "lessons/perceptron/", "labs/xor_lab/", "verified/", "404.html"}
# Colours come from an element's classes and those around it: each such kind is judged once.
# Returns the new kinds, and marks an element of each.
KINDS = """seen => {
  const known = new Set(seen), kinds = new Map()
  const kind = e => e.parentElement
    ? kinds.get(e) ?? kinds.set(e, `${kind(e.parentElement)} ${e.localName}`
      + [...e.classList].sort().map(name => "." + name).join("")).get(e)
    : ""
  return [...document.body.querySelectorAll("*")].flatMap(e => {
    const text = [...e.childNodes].some(node => node.nodeType === 3 && node.data.trim())
    if (!text || !e.checkVisibility() || known.has(kind(e))) return []
    known.add(kind(e))
    e.dataset.kind = ""
    return [kind(e)]
  })
}"""
AXE = """async ([context, options, without]) =>
  (await axe.run(context, {...options, rules: without, resultTypes: ["violations"]}))
    .violations.flatMap(fault => fault.nodes
      // axe reads no MathML, and so takes a heading that is an equation for an empty one.
      .filter(node => fault.id !== "empty-table-header"
        || !document.querySelector(node.target[0]).querySelector("math"))
      .map(node => `${fault.id}: ${node.target}: ${node.html.slice(0, 120)}`))"""


PAGES = {address_of(source): source for source in SOURCES}
NAMES = [*PAGES, "404.html", "offline.html"]


@pytest.fixture(scope="module")
def reader(browser, address):
    """A reader, who notes what a page breaks, complains of and asks for."""
    context = browser.new_context(color_scheme="light", reduced_motion="reduce")  # no fading
    context.add_init_script(NOTES)
    page = watch(context.new_page())
    page.on(
        "response",
        lambda got: got.ok or got.status == 304 or page.complaints.append(f"{got.status} {got.url}"),
    )
    yield SimpleNamespace(page=page, kinds=[])
    context.close()


@pytest.fixture(scope="module")
def look(reader, address):
    """A function that looks at a page, once, and returns what was seen there."""
    seen = {}

    def at(name):
        if name not in seen:
            seen[name] = visit(reader, address, name)
        return seen[name]

    return at


def visit(reader, address, name):
    page, found = reader.page, SimpleNamespace(wide={}, terms={}, covered={}, faults={})
    page.mouse.move(0, 0)  # no link is there, and one under the pointer is fetched ahead
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    page.complaints.clear()
    page.asked.clear()
    page.goto(address + name)
    found.equations = page.locator("article").evaluate(EQUATIONS)
    found.skipped = page.evaluate(SKIPPED)
    page.evaluate(STILL)
    page.evaluate(AXE_SCRIPT)
    if name in WIDE:
        found.faults["wide"] = axe(page, "tag", RULES, without=COLOURS)
    look_at_colours(reader, found.faults)
    page.evaluate(UNFOLD)
    look_at_colours(reader, found.faults)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found.wide[width] = page.evaluate(TOO_WIDE)
        if width == 360:
            see_all(page)
            found.cut = page.evaluate(CUT)
            found.tables = page.locator(".md-typeset__scrollwrap").evaluate_all(HIDDEN)
            found.faults["narrow"] = axe(page, "tag", RULES, without=COLOURS)
        if width in (1280, 360):
            see_all(page)
            found.covered[width] = page.evaluate(COVERED)
        if width == 320:
            page.evaluate(WITHOUT_ANCHORS)
        if width != 640:
            found.terms[width] = page.evaluate(TERMS)
    found.broken = page.evaluate("broken")
    found.stored = page.evaluate(STORED)
    found.cookies = page.context.cookies()
    found.complaints, found.asked = [*page.complaints], [*page.asked]
    return found


def look_at_colours(reader, faults):
    """Look with axe for what is wrong with the colours of what is new on a page."""
    page = reader.page
    new = page.evaluate(KINDS, reader.kinds)
    reader.kinds += new
    for scheme in ("default", "slate") if new else ():
        page.evaluate(SCHEME, scheme)
        faults[scheme] = axe(page, "rule", COLOURS, context={"include": ["[data-kind]"]})


def axe(page, kind, values, without=(), context=None):
    """Return what axe finds, a line for each fault."""
    options = {"runOnly": {"type": kind, "values": values}}
    disabled = {rule: {"enabled": False} for rule in without}
    return page.evaluate(AXE, [context or {"exclude": []}, options, disabled])


def test_no_page_is_forgotten(site):
    found = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert {name.removesuffix("index.html") for name in found} == set(NAMES)
    assert len(NAMES) > 15


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_only_this_site_and_keeps_nothing(look, address, name):
    found = look(name)
    assert found.asked
    assert [url for url in found.asked if not url.startswith((address, "data:", "blob:"))] == []
    assert [key for key in found.stored if not key.endswith(".__palette")] == []
    assert found.cookies == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_keeps_to_its_policy_and_complains_of_nothing(look, name):
    assert look(name).broken == [] and look(name).complaints == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_comes_in_twelve_files_and_leaves_the_search_for_later(look, address, name):
    asked = {url.removeprefix(address) for url in look(name).asked if url.startswith(address)} | {ICON}
    at_once = {url for url in asked if not LATER.match(url)}
    assert len(at_once) <= 12, at_once
    assert not [url for url in asked if "search" in url]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_for_what_it_is_weighed_with(look, site, address, name):
    """And, where a figure is near the screen, for what brings it to life."""
    path = site / name
    weighed = weights.weigh(site, path if path.suffix else path / "index.html")
    asked = {url.removeprefix(address) for url in look(name).asked if url.startswith(address)}
    later = {url for url in asked if LATER.match(url)}
    assert ICON in weighed.files
    assert (asked | {ICON}) - later == {name, *weighed.files}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_does_not_scroll_sideways(look, name):
    assert {width: wide for width, wide in look(name).wide.items() if wide > 0} == {}


@pytest.mark.parametrize("name", ["", "lessons/layers/"])
def test_on_a_phone_these_tables_are_seen_whole(look, name):
    assert set(look(name).tables) == {0}


@pytest.mark.parametrize("name", NAMES)
def test_no_equation_is_cut_on_a_phone(look, name):
    """Where one is, its source needs a break: aligned, and rows that begin with = or {} and a sign."""
    assert look(name).cut == []


@pytest.mark.parametrize("name", NAMES)
def test_the_buttons_of_a_block_cover_no_code(look, name):
    for count, covered in look(name).covered.values():
        assert covered == []
        assert count > 20 or name not in {f"lessons/{slug}/" for slug in course.order()}


@pytest.mark.parametrize("name", NAMES)
def test_code_is_as_high_before_a_browser_looks_into_it(look, name):
    count, others = look(name).skipped
    assert others == []
    assert count > 3 or name not in {f"lessons/{slug}/" for slug in course.order()}


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_fault_wide_and_narrow_light_and_dark(look, name):
    assert {where: what[:5] for where, what in look(name).faults.items() if what} == {}


def test_axe_judges_the_colours_of_every_kind_of_text(look, reader):
    for name in NAMES:
        look(name)
    assert len(reader.kinds) > 200
    assert any(kind.endswith("code span.k") for kind in reader.kinds)


def test_axe_finds_no_fault_in_what_opens(reader, address):
    """Narrow: all boxes, a figure in motion and the sentence of a term; then the navigation."""
    page = reader.page
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(address + "lessons/perceptron-rule/")
    page.evaluate(UNFOLD)
    page.locator("[data-widget]").first.scroll_into_view_if_needed()
    page.locator(".widget-live").first.wait_for()
    page.locator("details").evaluate_all("all => all.forEach(box => box.open = true)")
    page.locator(".term > [tabindex]").first.focus()
    page.locator("[role=tooltip]").first.wait_for()
    see_all(page)
    page.evaluate(AXE_SCRIPT)
    assert axe(page, "tag", RULES) == []
    page.evaluate(SCHEME, "slate")
    assert axe(page, "rule", COLOURS, context={"include": ["article"]}) == []
    page.evaluate("scrollTo(0, 0)")
    page.locator("button.opens-navigation").click()
    page.locator('.md-sidebar--primary a.md-nav__link[href*="perceptron"]').first.wait_for()
    page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished))")
    for scheme in ("slate", "default"):
        page.evaluate(SCHEME, scheme)
        assert axe(page, "tag", RULES, context={"include": [".md-sidebar--primary"]}) == []


@pytest.mark.parametrize("name", [name for name in PAGES if name != "verified/"])
def test_every_equation_of_the_source_is_typeset(look, name):
    """But on the ledger, whose source has TeX as code: tests/ledger/test_verified.py looks at that."""
    source = PAGES[name]
    text = source.read_text(encoding="utf-8")
    if source.suffix == ".py":
        text = "\n\n".join(c.source for c in lab.read(Page.open(source)).cells if c.cell_type == "markdown")
    inline, displays = count_equations(text)
    assert source.suffix == ".md" or inline + displays > 10
    found = look(name).equations
    assert len(found["widths"]) == inline + displays and found["displays"] == displays
    assert all(pieces and 0 not in pieces for pieces in found["widths"])
    assert found["errors"] == 0
    assert not re.search(r"\\[(\[a-z]|\$\$", found["text"]), "raw TeX on the page"


def count_equations(text):
    """Return how many inline and display equations stand in a page's source."""
    text = re.sub(r"^( *)```.*?^\1```", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`\n]+`", "", text)
    text, displays = DISPLAY.subn("", text)
    return len(INLINE.findall(text)), displays


@pytest.mark.parametrize("slug", course.order()[1:])
def test_no_sentence_of_a_term_is_cut_off_or_moves_the_page(look, slug):
    """Also in a browser that cannot place the box at its term, at 320 pixels."""
    found = look(f"lessons/{slug}/").terms
    assert len(found) == 3 and all(found.values())
    wrong = {width: [t for t in terms if not all(t.values())] for width, terms in found.items()}
    assert not any(wrong.values()), wrong


@pytest.mark.parametrize("name", NAMES)
def test_landmarks_and_headings_are_in_order(soup_of, name):
    soup = soup_of(name)
    levels = [int(heading.name[1]) for heading in soup.select("h1, h2, h3, h4, h5, h6")]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:])), levels
    assert len(soup.select("main")) == len(soup.select("body > header")) == 1


def test_the_policy_is_strict_and_the_same_on_all_pages(soup_of):
    found = set()
    for name in NAMES:
        soup = soup_of(name)
        (meta,) = soup.select('meta[http-equiv="Content-Security-Policy"]')
        assert not meta.find_previous(["script", "link", "style"])
        assert not soup.select("[style], style")
        found.add(meta["content"])
    (text,) = found
    allowed = dict(part.partition(" ")[::2] for part in text.split("; "))
    script = allowed.pop("script-src").split()
    assert script[0] == "'self'" and len(script) < 12
    assert all(re.fullmatch(r"'sha256-[\w+/]{43}='", value) for value in script[1:])
    assert allowed == {
        "default-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        **dict.fromkeys(["frame-src", "manifest-src", "media-src", "object-src"], "'none'"),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_repairs_find_what_they_repair(site, soup_of):
    page = (site / "lessons/xor/index.html").read_text("utf-8")
    assert all(right in page for right in policy.REPAIRS.values())
    assert soup_of("lessons/xor/").body.select_one("a, input, button")["class"] == ["md-skip"]
