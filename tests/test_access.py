"""Every reader gets every page: axe finds no fault, and keyboard, zoom and paper are enough."""

import pytest
from axe_playwright_python.sync_playwright import Axe

# On every third page everything is tried in one look. In the others, what can differ in them:
# colours between the schemes; what scrolls, and what is to be pressed, between the widths.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
PRESSED = ["aria-hidden-focus", "button-name", "label", "region", "scrollable-region-focusable"]
PRESSED += ["target-size"]
BY_TAGS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}

FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect()
  const seen = e.matches(".md-option, .md-toggle, .tabbed-set > input, .widget-choice input")
    ? true : box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0
      && box.left < innerWidth && e.checkVisibility({visibilityProperty: true})
  const style = getComputedStyle(e)
  return {
    at: e === document.body ? "" : `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 30)}`,
    seen, ringed: style.outlineStyle !== "none" || e.matches("input"),
  }
}"""


def addresses(site):
    found = [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html"))]
    return [name.removesuffix("index.html") for name in found]


def only(rules):
    return {"runOnly": {"type": "rule", "values": rules}, "resultTypes": ["violations"]}


def faults(page, options):
    """Return the faults that axe finds, as short lines."""
    return [
        f"{fault['id']}: {node['target']}: {node['html'][:120]}"
        for fault in Axe().run(page, options=options).response["violations"]
        for node in fault["nodes"]
        # axe reads no MathML, and so takes a heading that is an equation for an empty one.
        if fault["id"] != "empty-table-header"
        or not page.locator(node["target"][0]).locator("math").count()
    ]


def test_axe_finds_no_fault_on_every_third_page(browser, address, site):
    context = browser.new_context(color_scheme="light", reduced_motion="reduce")  # no fading
    page = context.new_page()
    names = addresses(site)[::3]
    assert len(names) > 5
    wrong = {}
    for name in names:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(address + name)
        found = faults(page, BY_TAGS)
        page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
        page.wait_for_timeout(50)
        found += faults(page, only(COLOURS))
        page.set_viewport_size({"width": 360, "height": 800})
        page.wait_for_timeout(50)
        found += faults(page, only(PRESSED))
        if found:
            wrong[name] = found[:5]
    assert wrong == {}
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_in_what_opens(browser, address, scheme):
    """Narrow, with the navigation open, and with all boxes and a figure in motion open."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address + "lessons/perceptron/")
    page.locator("[data-widget]").first.scroll_into_view_if_needed()
    page.locator(".widget-live").first.wait_for()
    page.locator("details").evaluate_all("all => all.forEach(box => box.open = true)")
    page.wait_for_timeout(300)
    assert faults(page, BY_TAGS) == []
    page.evaluate("scrollTo(0, 0)")
    page.locator("button.opens-navigation").click()
    page.wait_for_timeout(500)
    assert faults(page, BY_TAGS) == []
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_keyboard_reaches_everything_and_is_seen_everywhere(browser, address, width):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address + "lessons/layers/")
    page.wait_for_load_state("networkidle")
    reached = []
    for _ in range(400):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if not focus["at"] or focus["at"] in reached[:1]:
            break  # past the end, and round again: no trap
        assert focus["seen"] and focus["ringed"], focus
        reached.append(focus["at"])
    else:
        pytest.fail("the keyboard is caught")
    assert "md-skip" in reached[0]
    # All of them: what can be pressed and seen was reached.
    there = page.locator("article :is(a[href], button, summary)").evaluate_all(
        "all => all.filter(e => e.checkVisibility({visibilityProperty: true})"
        " && !e.closest('[popover]') && e.tabIndex >= 0).length"
    )
    assert len(reached) >= there > 20
    context.close()


def test_the_skip_link_skips(browser, address):
    page = browser.new_page()
    page.goto(address + "lessons/layers/")
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    assert page.locator(".md-skip").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "#" in url)
    page.wait_for_timeout(300)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")
    page.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_navigation_of_a_narrow_page_opens_by_keyboard(browser, address, scripts):
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(address + "lessons/layers/")
    link = page.locator('.md-sidebar--primary a.md-nav__link[href*="perceptron"]').first
    assert not link.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_timeout(500)
    assert link.is_visible()
    context.close()


def test_landmarks_and_headings_are_in_order(browser, address, site):
    page = browser.new_page(java_script_enabled=False)
    for name in addresses(site):
        page.goto(address + name)
        levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
            "all => all.map(heading => Number(heading.tagName[1]))"
        )
        assert levels.count(1) == 1 and levels[0] == 1, name
        assert all(b <= a + 1 for a, b in zip(levels, levels[1:])), (name, levels)
        assert page.locator("main").count() == page.locator("body > header").count() == 1
    page.close()


def test_nothing_moves_for_who_wants_rest(browser, address):
    page = browser.new_page(reduced_motion="reduce")
    page.goto(address + "lessons/layers/")
    longest = page.locator("*").evaluate_all(
        "all => Math.max(...all.flatMap(e => ['', '::before', '::after'].flatMap(part =>"
        " { const s = getComputedStyle(e, part || null);"
        "   return [s.transitionDuration, s.animationDuration].flatMap(t => t.split(','))"
        "     .map(t => parseFloat(t)) })))"
    )
    assert longest <= 0.001
    page.close()


def test_no_page_scrolls_sideways_when_it_is_enlarged(browser, address, site):
    """1280 pixels at 400 % are 320."""
    context = browser.new_context(viewport={"width": 320, "height": 400})
    page = context.new_page()
    for name in addresses(site):
        page.goto(address + name)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name or 'index'} is {wide} px too wide"
    context.close()


def test_on_paper_stands_the_lesson_with_everything_open(browser, address):
    context = browser.new_context(color_scheme="dark", viewport={"width": 720, "height": 1000})
    page = context.new_page()
    for slug in ["perceptron", "pytorch"]:
        page.goto(address + f"lessons/{slug}/")
        if slug == "perceptron":
            page.locator("[data-widget]").first.scroll_into_view_if_needed()
            page.locator(".widget-live").first.wait_for()
        page.emulate_media(media="print")
        hidden = ".md-header, .md-sidebar, .md-footer, .proof, .widget-body, .headerlink"
        assert not any(e.is_visible() for e in page.locator(hidden).all())
        shown = "details > :not(summary), .tabbed-block, figure svg, pre.output"
        there = page.locator(f"article :is({shown})")
        assert there.count() > 5
        heights = there.evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
        assert min(heights) > 0
        colours = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('article')).color]"
        assert page.evaluate(colours) == ["rgb(255, 255, 255)", "rgba(0, 0, 0, 0.87)"]
        link = page.locator("article a.elsewhere").last
        address_shown = link.evaluate("e => getComputedStyle(e, '::after').content")
        assert "http" in address_shown
        page.emulate_media(media="screen")
    context.close()
