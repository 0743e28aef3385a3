"""Figures: the SVG stands in the page, where it follows the page's colours and can come to life."""

import html
import re

from docs.plugins.building.html import Markup, new

FIGURE = re.compile(r"[^:]*figures/([\w-]+)\.svg")
LEFT_OUT = re.compile(r'<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<style id="standalone">.*?</style>', re.DOTALL)


def inline(inputs, tree):
    """Put the SVG of each figure in the place of its image."""
    for image in tree.find_all("img"):
        slug = FIGURE.fullmatch(image["src"])[1]
        alt = html.escape(image["alt"], quote=False).replace('"', "&quot;")
        svg = LEFT_OUT.sub("", inputs.figures[slug])
        svg = svg.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1).strip()
        figure = {"class": "figure", "data-figure": slug}
        image.parent.replace_with(new(tree, "figure", figure, Markup(svg)))


def enliven(inputs, tree):
    """Mark the figures that a module of docs/widgets brings to life, and name the loader.

    What is in the page already, the static figure, stays there for print and without scripts.
    """
    live = [f for f in tree.select("figure[data-figure]") if f["data-figure"] in inputs.widgets]
    for figure in live:
        slug = figure["data-figure"]
        figure.wrap(new(tree, "div", {"class": "widget", "data-widget": slug}))
    if live:
        loader = html.escape(inputs.widgets["loader"])
        tree.append(Markup(f'<script type="module" src="{loader}"></script>'))
