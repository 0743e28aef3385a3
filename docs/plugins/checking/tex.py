"""TeX: dollars that belong to a formula, and formulas that MathJax knows."""

import difflib
import re
from functools import cache

from bs4 import BeautifulSoup

from docs.plugins import mathjax, paths
from docs.plugins.checking import html
from docs.plugins.problem import Found, check
from docs.plugins.reading.blocks import line_of
from docs.plugins.reading.mend import PROSE
from docs.plugins.reading.page import FORMULA, Page

MACRO = re.compile(r"\\[a-zA-Z]+")
RAW = "raw formula"  # a kind: what was meant as a formula, and is none
LEFT_OVER = re.compile(r"\$\$|\$(?!\d)[^$\n]+\$")


@check("formula")
def dollars(page: Page) -> Found:
    """No display is left open, and no dollar stands in no formula."""
    text = re.sub(r"\\\\|\\\$", "  ", page.body)
    lines, opened = text.split("\n"), None
    for number, line in enumerate(lines, 1):
        if opened is not None:
            between = [at for at in range(opened + 1, number) if not lines[at - 1].strip()]
            if any(PROSE.match(at.strip()) for at in lines[opened:number]):
                yield opened, "$$ is left open: end the equation with $$ on a line of its own"
                opened = None
            elif "$$" in line and between:
                yield between[0], "empty line inside $$: take it out"
        if line.count("$$") % 2:
            opened = number if opened is None else None
            continue
        if opened is None and "$" in FORMULA.sub("", line).replace("$$", ""):
            yield (
                number,
                (
                    "$ that is in no equation: write $…$ without spaces just inside, $$ on lines of "
                    "their own, or \\$ for the sign"
                ),
            )
    if opened is not None:
        yield opened, "$$ is left open: end the equation with $$ on a line of its own"


@check("formula")
def typeset(page: Page, tree: BeautifulSoup) -> Found:
    """Each formula is one that MathJax can set, and each that was meant is one."""
    told = set()
    for formula in page.formulas:
        try:
            mathjax.typeset(formula.tex, formula.is_display)
        except mathjax.TexError as error:
            what, tex = str(error), formula.tex
            macro = MACRO.search(what)
            inside = tex.find(macro[0]) if macro else -1
            line = formula.line + (tex.count("\n", 0, inside) if inside > 0 else 0)
            told.add(" ".join(tex.split()))
            yield line, f"TeX: {what}{_macro_instead(macro, what)}: {_short(tex)}"
    if dollars(page):
        return  # of which what is left over is a consequence, told at its cause
    lines = page.body.split("\n")
    for left_over in LEFT_OVER.findall(html.words_of(tree)):
        if " ".join(left_over.split()) not in told:
            what = "no equation: no spaces just inside $…$, and $$ with blank lines around it"
            yield page.problem(RAW, line_of(left_over, lines), f"{what}: {_short(left_over)}")


def _macro_instead(macro, what):
    if macro is None or "Undefined" not in what:
        return ""
    near = difflib.get_close_matches(macro[0], sorted(_macros()), 1)
    return f", write {near[0]}" if near else ", write one that MathJax knows"


@cache
def _macros():
    """Return the macros that the notation uses, and some more."""
    more = r"\alpha \beta \gamma \delta \epsilon \lambda \mu \theta \phi \pi \sqrt \text \max \min \log"
    return {*MACRO.findall((paths.DOCS / "notation.md").read_text(encoding="utf-8") + more)}


def _short(tex):
    tex = " ".join(tex.split())
    return tex if len(tex) < 60 else tex[:59] + "…"
