"""The plots of a lab in its page: matplotlib's SVG in the classes of the figures, and much shorter."""

import html
import re
from xml.etree import ElementTree

from bs4 import BeautifulSoup
from nbformat import NotebookNode

from docs.plugins.building.html import Markup
from docs.plugins.building.inputs import Inputs
from docs.plugins.problem import Found, check
from docs.plugins.reading.lab import plots
from docs.plugins.reading.page import Page

# The colours of plots are the roles of the lessons' figures; authors write matplotlib's own names:
# C0 and C1 for them, black for ink, white for paper.
ROLES = {"#0a5fa6": "blue", "#b14400": "orange", "#5a6270": "muted", "#ffffff": "paper"}
INK = "#000000"
PIXELS = 1.3  # pixels a unit where there is room
KEPT_STYLES = {
    "fill-opacity",
    "font-size",
    "font-style",
    "font-weight",
    "opacity",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
}
TAGS = {"clipPath", "defs", "g", "path", "rect", "text", "tspan", "use"}
DEFAULTS = {"stroke-width": "1", "text-anchor": "start", "stroke-dashoffset": "0"}


def fill(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Put the plots of a lab into their places."""
    for number, (place, (svg, alt)) in enumerate(zip(tree.select("figure.plot"), inputs.plots), 1):
        place.append(Markup(slim_svg(svg, f"plot-{number}-", alt)))


def slim_svg(svg: str, prefix: str = "", alt: str = "") -> str:
    """Return matplotlib's SVG as part of a page: a picture with ``alt`` as its text.

    Its colours become the classes of docs/assets/css/figures.css, so that they follow the page; what browsers
    assume anyway is left out, and coordinates keep a tenth of a point. ``prefix`` keeps its
    ids apart from those of other plots. ValueError names a colour that is not the page's.
    """
    root = ElementTree.fromstring(svg)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    width, height = (float(size) for size in root.get("viewBox").split()[2:])
    body = "".join(_element(child, used, prefix) for child in root)
    return (
        f'<svg role="img" aria-label="{html.escape(alt)}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{PIXELS * width:.0f}" height="{PIXELS * height:.0f}" '
        f'fill="currentColor" stroke-linejoin="round">{body}</svg>'
    )


def _element(element, used, prefix):
    """Return an element of a plot and all that is in it, as text."""
    tag = element.tag.partition("}")[2]
    if tag in ("metadata", "style"):
        return ""
    if tag not in TAGS:
        raise ValueError(f"a plot with <{tag}> cannot follow the page's colours")
    attributes, classes = {}, []
    style = dict(re.findall(r"([\w-]+): ([^;]+)", element.get("style", "")))
    for name, value in style.items():
        if name in ("fill", "stroke") and value in ROLES:
            classes.append(f"fig-{name}-{ROLES[value]}")
        elif name in ("fill", "stroke"):
            attributes[name] = _plain_colour(value)
        elif name in KEPT_STYLES and value != DEFAULTS.get(name):
            attributes[name] = value.removesuffix("px")
    for name, value in element.items():
        name = name.replace("{http://www.w3.org/1999/xlink}", "xlink:")
        if name == "id" and value in used:
            attributes["id"] = prefix + value
        elif name == "d":
            attributes[name] = _path(value)
        elif name in ("x", "y", "width", "height"):
            attributes[name] = _short(value)
        elif name == "transform" and not value.startswith("rotate(-0 "):
            attributes[name] = _short(value)
        elif name in ("xlink:href", "clip-path"):
            attributes[name] = value.replace("#", f"#{prefix}")
    if classes:
        attributes["class"] = " ".join(classes)
    inside = html.escape((element.text or "").strip(), quote=False) + "".join(
        _element(child, used, prefix) for child in element
    )
    if tag in ("g", "defs") and (not inside or not attributes and tag == "g"):
        return inside
    if tag == "path" and style.get("fill") == "none" and "stroke" not in style:
        return ""  # the frame that matplotlib draws around everything, in no colour
    written = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"


def _plain_colour(value):
    """Return none or ink; ValueError for what the page's colours cannot stand for."""
    if value not in ("none", INK):
        raise ValueError(f"{value} cannot follow the page's colours: use C0, C1, black or white")
    return {"none": "none", INK: "currentColor"}[value]


def _short(text):
    """Return a text with its numbers rounded to a tenth."""
    return re.sub(r"-?\d+\.\d+", lambda number: f"{round(float(number[0]), 1) + 0:g}", text)


def _path(path):
    """Return a path with short numbers, without points on a straight line between others."""
    parts = []  # [command, x, y, ...]
    for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        part = [command, *(round(float(number), 1) + 0 for number in numbers.split())]
        if command == "L" and len(parts) > 1 and parts[-1][0] == "L":
            (x1, y1), (x2, y2), (x3, y3) = parts[-2][-2:], parts[-1][1:], part[1:]
            ahead = (x2 - x1) * (x3 - x2) + (y2 - y1) * (y3 - y2) >= 0
            if ahead and abs((x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1)) < 0.02:
                parts.pop()
        parts.append(part)
    return "".join(part[0] + " ".join(f"{number:g}" for number in part[1:]) for part in parts)


@check("plot")
def problems(page: Page, notebook: NotebookNode) -> Found:
    """Plots of a notebook can follow the page's colours."""
    for number, ((line, *_), cell) in enumerate(zip(page.cells, notebook.cells), 1):
        for svg in plots(cell):
            try:
                slim_svg(svg)
            except ValueError as error:
                yield line, f"cell {number}: {error}"
