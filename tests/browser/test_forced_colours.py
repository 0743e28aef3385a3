"""With colours that a reader forces on every page, figures keep theirs, and what is chosen is seen."""

import pytest
from site_pages import unfold

from docs.plugins import paths

LESSONS = sorted(
    {
        path.stem
        for path in (paths.DOCS / "lessons").glob("*.md")
        for module in (paths.DOCS / "widgets").glob("*.mjs")
        if "export function mount(" in module.read_text(encoding="utf-8")
        and f"figures/{module.stem}.svg" in path.read_text(encoding="utf-8")
    }
)
# What is painted and drawn of each living figure: the pixels, and the colours of each shape.
LOOK = """() => [...document.querySelectorAll(".widget")].map(widget => [
  [...widget.querySelectorAll("canvas")].map(canvas => {
    const small = Object.assign(document.createElement("canvas"), {width: 24, height: 24}).getContext("2d")
    small.drawImage(canvas, 0, 0, 24, 24)
    return [...small.getImageData(0, 0, 24, 24).data]
  }),
  [...widget.querySelectorAll(".widget-body svg *:not(.math *), .figure svg *")].map(shape => {
    const {fill, stroke} = getComputedStyle(shape)
    return `${shape.tagName} ${fill} ${stroke}`
  }),
])"""
CHOICES = """() => [...document.querySelectorAll(".widget-choice")].map(choice =>
  [...choice.querySelectorAll("label")].map(label => [
    label.matches(":has(:checked)"), getComputedStyle(label).backgroundColor, getComputedStyle(label).color]))"""


def test_there_are_lessons_with_living_figures():
    assert len(LESSONS) >= 8


@pytest.fixture
def opened(browser, address):
    """A function that opens a lesson with all its figures alive."""
    pages = []

    def open_page(name, forced):
        page = browser.new_page(
            forced_colors=forced,
            color_scheme="dark",  # where white paper would be seen
            reduced_motion="reduce",
            viewport={"width": 1000, "height": 900},
            device_scale_factor=1,
        )
        pages.append(page)
        page.goto(f"{address}lessons/{name}/")
        unfold(page)
        widgets = page.locator(".widget")
        for place in range(widgets.count()):
            widgets.nth(place).scroll_into_view_if_needed()
            widgets.nth(place).locator(".widget-body").wait_for()
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            page.wait_for_timeout(300)  # a canvas is painted when it is seen
        return page

    yield open_page
    for page in pages:
        page.close()


@pytest.mark.parametrize("name", LESSONS)
def test_a_figure_looks_as_it_does_without(opened, name):
    page, other = opened(name, "active"), opened(name, "none")
    for _ in range(200):  # what trains when it is seen may not be done yet, in one or the other
        forced, usual = page.evaluate(LOOK), other.evaluate(LOOK)
        if [drawn for _, drawn in forced] == [drawn for _, drawn in usual]:
            break
        page.wait_for_timeout(500)
    chosen = page.evaluate(CHOICES)
    assert len(forced) == len(usual) > 0
    for (painted, drawn), (as_usual, drawn_as_usual) in zip(forced, usual):
        assert drawn == drawn_as_usual
        for some, others in zip(painted, as_usual, strict=True):
            assert len(set(some)) > 8, "a picture has more than one colour"
            assert sum(abs(a - b) for a, b in zip(some, others)) / len(some) < 3  # of 255
    for choice in chosen:
        marked = {(back, words) for checked, back, words in choice if checked}
        others = {(back, words) for checked, back, words in choice if not checked}
        assert len(marked) == 1 and not marked & others, choice
    paper = page.evaluate(
        "[...document.querySelectorAll('.widget-body :is(svg, canvas):not(.math *)')]"
        ".map(part => getComputedStyle(part).backgroundColor)"
    )
    assert "rgba(0, 0, 0, 0)" not in paper
