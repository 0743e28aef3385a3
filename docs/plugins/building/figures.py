"""Figures: the SVG stands in the page, where it follows the page's colours and can come to life."""

import html
import re

from bs4 import BeautifulSoup

from docs.plugins.building.html import Markup, new
from docs.plugins.building.inputs import Inputs

FIGURE = re.compile(r"[^:]*figures/([\w-]+)\.svg")
LEFT_OUT = re.compile(r'<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<style id="standalone">.*?</style>', re.DOTALL)


def inline(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Put the SVG of each figure, and its caption, in the place of its image."""
    for image in tree.find_all("img"):
        slug = FIGURE.fullmatch(str(image["src"]))[1]
        alt = html.escape(str(image["alt"]), quote=False).replace('"', "&quot;")
        svg = LEFT_OUT.sub("", inputs.figures[slug])
        svg = svg.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1).strip()
        figure = new(tree, "figure", {"class": "figure", "data-figure": slug}, Markup(svg))
        image.parent.replace_with(figure)
        if caption := image.get("title"):
            figure.append(new(tree, "figcaption", {}, str(caption)))


def enliven(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Mark the figures that a module of docs/widgets brings to life, and name the loader.

    What is in the page already, the static figure, stays there for print and without scripts; the
    caption stands under either.
    """
    live = [f for f in tree.select("figure[data-figure]") if f["data-figure"] in inputs.widgets]
    for figure in live:
        slug = figure["data-figure"]
        caption = figure.figcaption.extract() if figure.figcaption else ""
        figure.name = "div"
        place = figure.wrap(new(tree, "div", {"class": "widget", "data-widget": slug}))
        place.wrap(new(tree, "figure", {})).append(caption)
    if live:
        loader = html.escape(inputs.widgets["loader"])
        tree.append(Markup(f'<script type="module" src="{loader}"></script>'))
