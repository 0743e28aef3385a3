"""Equations, typeset by MathJax while the site is built: no reader's browser runs MathJax.

MathJax's files come from an installed package and run in QuickJS, inside this process.
An equation becomes an SVG for the eyes, whose glyphs lie in one table at the head of the page,
and MathML for screen readers. It is cached by its content: a build pays for new ones only.
"""

import functools
import hashlib
import json
import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from docs.plugins import cache, paths

CACHE = paths.CACHE / "mathjax"
PACKAGE = "sphinx-mathjax-offline"  # MathJax 3.2.2
# Only extensions that keep nothing from one equation to the next: an equation that came out of
# the cache could not hand on what it defined. So no newcommand, and no mathtools, which needs it.
FILES = """
    core adaptors/liteDOM input/tex-base input/tex/extensions/ams input/tex/extensions/boldsymbol
    output/svg output/svg/fonts/tex
"""
SCRIPT = r"""
const {adaptors, core: {MmlTree}, handlers, input, output, mathjax: {mathjax}} = MathJax._;
const adaptor = adaptors.liteAdaptor.liteAdaptor();
const font = new output.svg.fonts.tex_ts.TeXFont();
const visitor = new MmlTree.SerializedMmlVisitor.SerializedMmlVisitor();
handlers.html_ts.RegisterHTMLHandler(adaptor);

function typeset(tex, display) {
  const InputJax = new input.tex_ts.TeX({
    packages: ["base", "ams", "boldsymbol"],
    formatError(jax, error) { throw error; },
  });
  const OutputJax = new output.svg_ts.SVG({font, fontCache: "global"});
  const page = mathjax.document("", {InputJax, OutputJax});
  const equation = new page.options.MathItem(tex, InputJax, display);
  try {
    equation.setMetrics(16, 8, 1e6, 1e6, 1);
    equation.compile(page);
    equation.root.walkTree((node) => {
      // LaTeX's distance of aligned rows is meant for text; fractions would nearly touch.
      const spacing = node.isKind("mtable") && node.attributes.get("rowspacing");
      if (spacing === "3pt") node.attributes.set("rowspacing", ".5em");
    });
    equation.typeset(page);
  } catch (error) {
    return JSON.stringify({error: error.message});
  }
  const svg = adaptor.firstChild(equation.typesetRoot);
  const math = adaptor.firstChild(adaptor.firstChild(svg));
  const attributes = (node) => adaptor.allAttributes(node).map(({name, value}) => [name, value]);
  return JSON.stringify({
    svg: Object.fromEntries(attributes(svg)),
    parts: adaptor.childNodes(math).map((part) => adaptor.outerHTML(part)),
    classes: equation.root.childNodes[0].childNodes.map((node) => node.texClass),
    glyphs: adaptor.childNodes(OutputJax.fontCache.getCache()).map(attributes),
    mathml: visitor.visitTree(equation.root),
  });
}
"""
RELATION = 3  # among TeX's classes
# MathJax draws in thousandths of an em, and its x is 442 high: at that its small letters would be
# as high as those of the text, but its capitals and digits higher. This is between the two.
UNITS_PER_EX = 472
BREAKABLE = 20  # ex: wider equations in a line of text may be broken after a relation

PLACED = re.compile(r'<svg [^>]*?\bclass="(d-?\d+|h[\d.]+)"')


class TexError(Exception):
    """MathJax refuses an equation, and this is what it says."""


class Typeset(NamedTuple):
    """An equation as it stands on a page, its width in ex, and {id: outline} of its glyphs."""

    svg: str
    mathml: str
    width: float
    glyphs: dict


def typeset(tex: str, display: bool) -> Typeset:
    """Return the Typeset of an equation, from the cache or by MathJax. TexError if it refuses."""

    def make():
        drawn = json.loads(_mathjax()(tex, display, run_gc=False))
        if what := _refusal(drawn):
            raise TexError(what)
        return json.dumps(_equation(drawn, display)).encode()

    key = tex.strip(), display, _version()
    return Typeset(*json.loads(cache.get_or_make(CACHE, lambda: key, make)))


@functools.cache
def _version():
    """Return what the output depends on besides the TeX: MathJax, and this file to the letter."""
    return metadata.version(PACKAGE), hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


@functools.cache
def _mathjax():
    """Return MathJax as a function of TeX and whether it is displayed; its answer is JSON."""
    import quickjs  # here: a build with no new equation does without it

    files = {str(file).partition("/mathjax/")[2]: file for file in metadata.files(PACKAGE)}
    sources = [files[f"{name}.js"].read_text(encoding="utf-8") for name in FILES.split()]
    return quickjs.Function("typeset", "\n".join(["var MathJax = {};", *sources, SCRIPT]))


def _refusal(drawn):
    """Return what is wrong with an equation that MathJax was given, or None."""
    if "error" in drawn:
        return drawn["error"]
    if "%" in drawn["svg"]["width"]:
        return r"equations have no numbers: take out \tag, \nonumber or \notag"
    if 'linebreak="newline"' in drawn["mathml"]:
        return r"\\ breaks no line here: put aligned around it"
    if unknown := re.search("<text[^>]*>([^<]*)", "".join(drawn["parts"])):
        return f"MathJax has no glyph for {unknown[1]}"
    return None


def _equation(drawn, display):
    """Return the Typeset of what MathJax drew, without what the page does not need."""
    _, top, width, height = (float(number) for number in drawn["svg"]["viewBox"].split())
    depth = (top + height) / UNITS_PER_EX  # below the line of the text
    place = "" if display else f' class="d{round(1000 * depth)}"'  # see stylesheet
    breakable = not display and width > BREAKABLE * UNITS_PER_EX
    pieces, previous = [(0, "")], None  # where each begins, and what is drawn in it
    for part, texclass in zip(drawn["parts"], drawn["classes"], strict=True):
        if breakable and previous == RELATION != texclass:
            pieces.append((float(re.search(r"translate\(([^,)]*)", part)[1]), ""))
        pieces[-1] = (pieces[-1][0], pieces[-1][1] + part)
        previous = texclass
    glyphs = {glyph["id"]: _steps(glyph["d"]) for glyph in map(dict, drawn["glyphs"])}
    svgs = [
        f'<svg aria-hidden="true" width="{(right - left) / UNITS_PER_EX:.3f}ex" '
        f'height="{height / UNITS_PER_EX:.3f}ex"{place} '
        f'viewBox="{left:g} {top:g} {right - left:g} {height:g}">'
        '<g fill="currentColor" stroke="currentColor" stroke-width="0" transform="scale(1,-1)">'
        f"{_bare(content, glyphs)}</g></svg>"
        for (left, content), (right, _) in zip(pieces, [*pieces[1:], (width, "")])
    ]
    mathml = re.sub(r' (?:data-[\w-]+|xmlns)="[^"]*"', "", drawn["mathml"])
    mathml = re.sub(r">\n *<", "><", mathml)
    mathml = re.sub(r"&#x([0-9A-F]+);", lambda match: chr(int(match[1], 16)), mathml)
    glyphs = {name: outline for name, outline in glyphs.items() if outline}
    return Typeset("<wbr>".join(svgs), mathml, width / UNITS_PER_EX, glyphs)


def stylesheet(pages: Iterable[str]) -> str:
    """Return the style sheet for the equations on some pages, given as HTML.

    How deep an equation hangs below its line stands in a class, since a strict policy of a
    page's content forbids style attributes: of d223 that is 0.223 ex.
    """
    found = {name for page in pages for name in PLACED.findall(page)}
    depths = sorted({int(name[1:]) for name in found if name[0] == "d"})
    heights = sorted({name[1:] for name in found if name[0] == "h"})
    rules = [f".math>.d{depth}{{vertical-align:{-depth / 1000:g}ex}}" for depth in depths]
    rules += [f".math .h{height.replace('.', chr(92) + '.')}{{height:{height}px}}" for height in heights]
    return "\n".join(rules) + "\n"


def _bare(svg, glyphs):
    """Return drawn SVG without spaces, names of nodes, and groups around a single glyph."""
    blank = "|".join(name for name, outline in glyphs.items() if not outline)
    svg = re.sub(r' class="mjx-(?:solid|dashed)"', ' stroke-width="70"', svg)
    svg = re.sub(r' data-[\w-]+="[^"]*"', "", svg)
    svg = re.sub(r"></(?:use|rect|line)>", "/>", svg)
    svg = re.sub(rf'<use xlink:href="#(?:{blank or "-"})"[^>]*/>', "", svg)
    svg = re.sub(r"<g[^>]*></g>", "", svg)
    # The theme gives every svg `height: auto`, which stretches those that stretch a bracket.
    svg = re.sub(r'<svg ([^>]*height="([^"]*)")', r'<svg class="h\2" \1', svg)
    return re.sub(r'<g( transform="[^"]*")?>(<use)( xlink:href="[^"]*"/>)</g>', r"\2\1\3", svg)


def _steps(outline):
    """Return a glyph's outline in steps instead of places: compressed, a quarter less."""
    steps, here = "", {"x": 0, "y": 0}
    for command, numbers in re.findall(r"([MLHVQTZ])([^A-Z]*)", outline):
        axes = {"H": "x", "V": "y"}.get(command, "xy")
        places = [int(number) for number in numbers.split()]
        moves = [str(place - here[axes[i % len(axes)]]) for i, place in enumerate(places)]
        steps += command.lower() + " ".join(moves).replace(" -", "-")
        here.update(zip(axes, places[-len(axes) :]))
        if command == "M":
            start = dict(here)
        elif command == "Z":
            here = dict(start)
    return steps
