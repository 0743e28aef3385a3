"""Equations are drawn where they stand, behind a table of the glyphs that they are made of."""

import re

from bs4 import BeautifulSoup, NavigableString

from docs.plugins import mathjax
from docs.plugins.building.html import Markup, new
from docs.plugins.building.inputs import Inputs
from docs.plugins.ledger import store

SCROLLABLE = 24  # ex: wider displays may have to be scrolled on a phone of 320 px


def of_ledger(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Let the equations of the ledger be drawn, which are code there, so that no test takes them for its own."""
    for code in tree.select("td > code") if inputs.name == store.PAGE.name else ():
        text = code.get_text()
        parts = re.split(r"\$(.+?)\$", text) if "$" in text else ["", text, ""]  # words, TeX, words, …
        if all(map(_is_tex, parts[1::2])):
            for number, part in enumerate(parts):
                is_tex = {"class": "arithmatex"}, f"\\({part}\\)"
                code.insert_before(new(tree, "span", *is_tex) if number % 2 else NavigableString(part))
            code.extract()


def _is_tex(text):
    try:
        return bool(mathjax.typeset(text, False))
    except mathjax.TexError:
        return False


def typeset(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Typeset each equation. TexError if MathJax refuses one, which checks tell with its line."""
    glyphs = {}
    for found in tree.select(".arithmatex"):
        tex = found.get_text().strip()
        equation = mathjax.typeset(tex[2:-2], tex.startswith("\\["))
        glyphs.update(equation.glyphs)
        _show(tree, found, tex[2:-2].strip(), tex.startswith("\\["), equation)
    if glyphs:
        paths = "".join(f'<path id="{name}" d="{glyphs[name]}"/>' for name in sorted(glyphs))
        tree.insert(0, Markup(f'<svg display="none" aria-hidden="true"><defs>{paths}</defs></svg>'))


def _show(tree, found, tex, display, equation):
    """Put an equation in its place, in a line of text with what touches it."""
    attributes = {"class": ["math", "display"] if display else ["math"], "data-tex": tex}
    if display and equation.width > SCROLLABLE:
        # What scrolls must be reached by keyboard, and what is reached must have a name.
        attributes |= {"tabindex": "0", "role": "group", "aria-label": "Equation"}
    shown = new(tree, found.name, attributes, Markup(equation.mathml + equation.svg))
    before, after = found.previous_sibling, found.next_sibling
    found.replace_with(shown)
    touching = _cut(before, r"\S+\Z"), _cut(after, r"\S+")
    if display or not any(touching):
        return
    # A browser would break the line even before a comma.
    glued = new(tree, "span", {"class": "glued"})
    shown.wrap(glued)
    for text, words, at in ((before, touching[0], 0), (after, touching[1], 2)):
        if words:
            rest = text.removesuffix(words) if at == 0 else text.removeprefix(words)
            text.replace_with(NavigableString(rest))
            glued.insert(at, NavigableString(words))


def _cut(text, pattern):
    """Return what of a text touches an equation."""
    match = type(text) is NavigableString and (
        re.search(pattern, text) if pattern.endswith("Z") else re.match(pattern, text)
    )
    return match[0] if match else ""
