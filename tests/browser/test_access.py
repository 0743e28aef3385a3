"""Every reader gets every page: keyboard, rest and paper are enough. Each page: test_every_page."""

import pytest
from site_pages import browser_path, see_all

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


@pytest.mark.parametrize("width", [320, 1280])
def test_the_keyboard_reaches_everything_and_is_seen_everywhere(browser, address, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address + "lessons/layers/")
    page.wait_for_load_state("networkidle")
    see_all(page)  # a block gets its buttons when it is seen: not while the keyboard passes it
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
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(address + "lessons/layers/")
    link = page.locator('.md-sidebar--primary a.md-nav__link[href*="perceptron"]').first
    assert not link.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    link.wait_for()
    context.close()


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
        shown = "details > :not(summary, [popover]), .tabbed-block, .figure svg, pre.output"
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


@pytest.mark.parametrize("name", ["lessons/loss/", "lessons/xor/", "glossary/"])
def test_nothing_moves_where_scrollbars_take_place(browser, address, name):
    """The browser of the other tests hides them."""
    kind = browser.browser_type
    with kind.launch(
        executable_path=browser_path(), args=["--no-sandbox"], ignore_default_args=["--hide-scrollbars"]
    ) as shows:
        page = shows.new_page(viewport={"width": 1350, "height": 940})
        page.add_init_script(
            "window.shifts = [];"
            "new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => one.value)))"
            ".observe({type: 'layout-shift', buffered: true})"
        )
        page.goto(address + name)
        page.evaluate("new Promise((done) => setTimeout(done, 500))")
        assert page.evaluate("innerWidth - document.documentElement.clientWidth") > 0
        assert page.evaluate("shifts") == []
