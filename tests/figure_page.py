"""A page that holds nothing but a figure, under the strict policy, and how a figure is read.

The clock of such a page stands still until a test lets it go on: what a figure does in its time,
frames and pauses too, does not depend on how fast the machine is.
"""

import html
import re

import numpy as np
from site_pages import watch

from docs.plugins import paths

FOLDER = paths.DOCS / "widgets"
SLUGS = sorted(
    path.stem
    for path in FOLDER.glob("*.mjs")
    if re.search(r"^export function mount\(", path.read_text(encoding="utf-8"), re.MULTILINE)
)
PAGES = {  # slug: the page that shows it
    slug: "" if path.stem == "index" else f"lessons/{path.stem}/"
    for slug in SLUGS
    for path in [paths.DOCS / "index.md", *sorted((paths.DOCS / "lessons").glob("*.md"))]
    if f"figures/{slug}.svg" in path.read_text(encoding="utf-8")
}
# What a careful host may send: no inline script or style, nothing from elsewhere.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
# The same operations in the same order; exp, tanh and sums may differ in the last bit.
CLOSE = 1e-12
SIZE = {"width": 800, "height": 1000}

MOUNT = """([slug, query]) => {
    const element = document.createElement("div");
    element.className = "widget";
    element.dataset.widget = slug;
    element.append(document.createElement("figure"));
    history.replaceState(null, "", query ? `#${slug}?${query}` : "#");
    scrollTo(0, 0);
    document.querySelector("main").replaceChildren(element);
    dispatchEvent(new HashChangeEvent("hashchange")); // the loader looks who is there
}"""
# An observer reports when a frame of the screen is drawn, and those of the figure before it.
FRAME = """() => new Promise((done) => {
    const observer = new IntersectionObserver(() => { observer.disconnect(); done() });
    observer.observe(document.body);
})"""
# Let each question for the time take some milliseconds of it, as on a slow computer.
SLOW = """(cost) => {
    window.real = performance.now;
    window.asked = 0;
    performance.now = () => real.call(performance) + cost * (window.asked += 1);
}"""


def open_bare(page, address):
    """Open an empty page whose clock stands still; `mount` shows a figure on it."""
    home = page.request.get(address).text()
    links = "".join(re.findall(r'<link rel="stylesheet" href="assets/[^>]*>', home))
    lesson = page.request.get(address + PAGES["descent"]).text()
    styles = re.search(r'data-styles="[^"]*"', lesson)[0]
    body = (
        '<!doctype html><html lang="en"><head><title>A figure</title>'
        f'<link rel="icon" href="/assets/favicon.svg">{links}</head>'
        '<body data-md-color-scheme="default" data-md-color-primary="custom">'
        '<main class="md-typeset"></main>'
        f'<script type="module" src="/widgets/loader.mjs" {styles}></script></body></html>'
    )
    watch(page)
    headers = {"Content-Security-Policy": POLICY}
    page.route(
        "**/bare.html",
        lambda route: route.fulfill(body=body, content_type="text/html", headers=headers),
    )
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.goto(address + "bare.html")


def mount(page, slug, query="", milliseconds=100):
    """Show one figure, in a state that its address asks for, after so much time; return its element."""
    page.evaluate(MOUNT, [html.escape(slug), query])
    page.locator(".widget-live").wait_for()
    pass_time(page, milliseconds)
    return page.locator("[data-widget]")


def pass_time(page, milliseconds=100):
    """Let a figure learn whether it is seen, and let the clock of its page go on."""
    page.evaluate(FRAME)
    page.clock.run_for(milliseconds)


def until(page, fact, seconds=60):
    """Wait for a fact on a page whose clock goes by itself."""
    for _ in range(100 * seconds):
        if fact():
            return
        page.wait_for_timeout(10)
    assert fact()


def number(text):
    """Return what a figure writes as a number: "−0.5", "1.20·10⁶"."""
    text = text.replace("−", "-").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(text.replace("·10", "e"))


def difference(got, wanted):
    """Return how far two arrays are apart, relative to the size of what is wanted."""
    got, wanted = np.asarray(got, float), np.asarray(wanted, float)
    assert got.shape == wanted.shape
    assert np.isfinite(got).all(), got  # max() would lose a NaN among other differences
    return np.abs(got - wanted).max() / np.abs(wanted).max()


def field(element, name):
    return element.locator(f'.widget-number[data-name="{name}"]')


def value(element, name):
    """Return the number of an output."""
    return number(element.locator(f'output[data-name="{name}"]').text_content())


def written(element, *names):
    """Return the numbers of some fields."""
    return [number(field(element, name).input_value()) for name in names]


def says(element):
    return element.locator(".widget-sentence").text_content()


def complaint(element):
    return element.locator(".widget-message").text_content()


def drag(page, element, start, end):
    """Drag in a picture, from and to points in the units of its viewBox."""
    picture = element.locator("svg[role=img]")
    box = picture.bounding_box()
    scale = box["width"] / picture.evaluate("one => one.viewBox.baseVal.width")
    (x1, y1), (x2, y2) = ((box["x"] + scale * x, box["y"] + scale * y) for x, y in (start, end))
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2)
    page.mouse.move(x2, y2)
    page.mouse.up()
