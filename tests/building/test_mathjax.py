"""Equations say on the page what their TeX says, and need nothing but the page."""

import json
import re
from pathlib import Path

import material
import pytest
from one_step import taken

from docs.plugins import mathjax, paths
from docs.plugins.building import html, maths
from docs.plugins.checking import tex
from docs.plugins.reading import render
from docs.plugins.reading.page import Page

ROOT = paths.ROOT
XLINK = re.compile(r'xlink:href="#([^"]+)"')
DEFINED = re.compile(r'<path id="([^"]+)"')

# Of each kind that is drawn in a way of its own, one; the site has those of the lessons.
EQUATIONS = {
    "a sum": r"L = \frac{1}{N} \sum_{n=1}^{N} (\hat{y}_n - y_n)^2",
    "cases": r"\operatorname{step}(z) = \begin{cases} 1 & z > 0 \\ 0 & \text{else} \end{cases}",
    "aligned": r"\begin{aligned} a &= b + c \\ &< d \end{aligned}",
    "a high matrix": r"\begin{pmatrix} 1 \\ 2 \\ 3 \\ 4 \\ 5 \\ 6 \end{pmatrix}",
    "a truth table": r"\begin{array}{c|c} x & \lnot x \\ \hline 0 & 1 \end{array}",
    "hats": r"\hat{y} = \bar{x} + \tilde{x} + \widehat{XY}",
    "bold letters": r"Z = XW^\top + \boldsymbol{b} + \boldsymbol{\theta} + \mathbf{1}",
    "Greek": r"\alpha\beta\gamma\delta\varepsilon\eta\theta\lambda\mu\sigma\varphi\Delta\Theta",
    "norms": r"\lVert W \rVert_2 = \left\lVert \frac{a}{b} \right\rVert, \lvert x \rvert",
    "arrows": r"a \to b \rightarrow c \mapsto d \Rightarrow e \xrightarrow{\varphi} f",
    "braces": r"\underbrace{(N \times d)}_{X} + \overbrace{a + b + c}^{n}",
    "text": r"\text{a sum of } n \text{ terms --- “at most”}",
}

# The MathML worked out by hand, as a screen reader has to speak it.
SPOKEN = {
    r"\frac{\partial L}{\partial W}": (
        "<mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi><mi>W</mi></mrow></mfrac>"
    ),
    r"\hat{y}_n": ('<msub><mrow><mover><mi>y</mi><mo stretchy="false">^</mo></mover></mrow><mi>n</mi></msub>'),
    r"\text{if } x < 1": "<mtext>if\N{NO-BREAK SPACE}</mtext><mi>x</mi><mo>&lt;</mo><mn>1</mn>",
}

# TeX: words of what is said about it.
REFUSED = {
    r"\foo{x}": r"Undefined control sequence \foo",
    r"\frac{a}{b": "Missing close brace",
    "a}": "Extra close brace",
    r"\frac{a}": r"Missing argument for \frac",
    r"\left( a": r"missing \right",
    r"\begin{aligned} a": r"Missing \end{aligned}",
    "a & b": "Misplaced &",
    "x^1^2": "Double exponent",
    r"x \tag{1}": "no numbers",
    r"a \\ b": "put aligned around it",
    "ŷ": "no glyph for ŷ",
    r"\text{naïve}": "no glyph for ï",
    r"\newcommand{\a}{b} \a": "Undefined control sequence",
}


@pytest.fixture(scope="module", autouse=True)
def _cache_of_the_tests(tmp_path_factory):
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(mathjax, "CACHE", tmp_path_factory.mktemp("mathjax"))
        yield


def typeset_markdown(text):
    return taken(maths.typeset, render.to_html(text))


def all_kinds():
    """Return a page with all of EQUATIONS, each in a line of text and displayed."""
    lines = [f"In text ${tex}$, and displayed:\n\n$$\n{tex}\n$$\n" for tex in EQUATIONS.values()]
    return typeset_markdown("\n".join(lines))


def problems_of(text):
    """Return the words of what is refused in the equations of a page."""
    return [found.words for found in tex.typeset(Page(text), html.parse(render.to_html(text)))]


@pytest.mark.parametrize("tex", SPOKEN, ids=SPOKEN)
def test_mathml_says_what_the_tex_says(tex):
    assert mathjax.typeset(tex, False).mathml == f"<math>{SPOKEN[tex]}</math>"


def test_a_page_holds_every_equation_once():
    page = all_kinds()
    assert page.count('<span class="math" ') == len(EQUATIONS)
    assert page.count('<div class="math display" ') == len(EQUATIONS)
    assert page.count("<math>") == page.count('<math display="block">') == len(EQUATIONS)
    assert "arithmatex" not in page


def test_the_glyph_table_defines_each_glyph_of_the_page_once():
    page = all_kinds()
    defined = DEFINED.findall(page)
    assert defined == sorted(set(defined)) and len(defined) > 50
    assert set(defined) == set(XLINK.findall(page))
    assert page.count("<defs>") == 1
    assert page.index("</defs>") < page.index("<use")


def test_a_glyph_has_the_same_id_and_outline_on_every_page():
    first, second = typeset_markdown("$x$"), typeset_markdown(r"$\alpha + x$")
    (glyph,) = re.findall('<path id="[^"]*" d="[^"]*"/>', first)
    assert glyph in second


def test_output_holds_no_traces_of_mathjax_and_no_addresses():
    page = all_kinds()
    for trace in ("mjx-", "data-mml", "data-mjx", "data-c=", "merror", "http:", "https:", "xmlns"):
        assert trace not in page
    assert not re.findall(r'(?<!xlink:)href="', page)


def test_a_page_without_equations_is_left_as_it_is():
    page = render.to_html("Words, `$code$` and a price of \\$5.\n\n```text\n$x$ and $$y$$\n```\n")
    assert "$" in page
    assert taken(maths.typeset, page) == page


def test_code_with_dollars_is_left_alone_beside_equations():
    page = typeset_markdown("$x$ and `$a$`:\n\n```python\nprint('$b$', '$$c$$')\n```\n")
    assert page.count("data-tex") == 1
    assert "<code>$a$</code>" in page and "$b$" in page and "$$c$$" in page


@pytest.mark.parametrize("text", ['$a < "b"$', '$$\na < "b"\n$$'])
def test_the_tex_stands_on_the_equation(text):
    assert 'data-tex="a &lt; &quot;b&quot;"' in typeset_markdown(text)


def test_html_entities_are_tex_characters():
    page = typeset_markdown("$$\n" r'\begin{aligned} a &< b \\ \text{"c"} &> d \end{aligned}' "\n$$")
    assert page.count("<mtr>") == 2 and page.count("<mtd>") == 4
    assert "<mo>&lt;</mo>" in page and "<mo>&gt;</mo>" in page and "&amp;amp;" not in page
    assert r"a &amp;&lt; b \\ \text{&quot;c&quot;} &amp;&gt; d" in page


@pytest.mark.parametrize("refused", REFUSED, ids=REFUSED)
def test_what_mathjax_cannot_typeset_is_refused_with_its_tex(refused):
    (words,) = problems_of(f"$$\n{refused}\n$$")
    assert words.startswith(f"TeX: {REFUSED[refused]}") or REFUSED[refused] in words
    assert words.endswith(": " + tex._short(refused))


def test_all_bad_equations_of_a_page_are_listed():
    problems = problems_of("$x$ and $\\foo$.\n\n$$\n\\bar\n$$\n\n$y$ and $a < \\baz$.")
    assert [words.rpartition(": ")[2] for words in problems] == [r"\foo", r"\bar", r"a < \baz"]


@pytest.mark.parametrize("text", ["words $ x $ words", "words $$ x $$ words", "$$\nx\n$$\nwords"])
def test_dollars_that_made_no_equation_are_refused(text):
    page = Page(text)
    found = [*tex.dollars(page), *tex.typeset(page, html.parse(render.to_html(text)))]
    assert any("no equation" in problem.words for problem in found)


def test_what_one_equation_defines_another_does_not_know():
    mathjax.typeset(r"\DeclareMathOperator{\foo}{foo} \foo x", True)
    with pytest.raises(mathjax.TexError, match=r"Undefined control sequence \\foo"):
        mathjax.typeset(r"\foo x", True)


def test_it_does_not_matter_what_was_typeset_before(monkeypatch, tmp_path):
    first = all_kinds()
    monkeypatch.setattr(mathjax, "CACHE", tmp_path)
    mathjax.typeset(r"\Theta", True)
    assert all_kinds() == first


def test_an_equation_is_cached_apart_in_text_and_displayed(monkeypatch, tmp_path):
    monkeypatch.setattr(mathjax, "CACHE", tmp_path)
    for _ in range(2):
        assert mathjax.typeset(r"\sum_n", True) != mathjax.typeset(r"\sum_n", False)
    assert len(list(tmp_path.iterdir())) == 2


def show(browser, body, width=320, scheme="light"):
    """Return a page of the browser with the theme's style sheet, as the site has it."""
    sheets = sorted(Path(material.__file__).parent.glob("templates/assets/stylesheets/main.*.css"))
    assert sheets
    sheets += sorted((ROOT / "docs/assets/css").glob("*.css"))
    styles = "".join(f"<style>{sheet.read_text(encoding='utf-8')}</style>" for sheet in sheets)
    styles += f"<style>{mathjax.stylesheet([body])}</style>"
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.requests = []
    page.on("request", lambda request: page.requests.append(request.url))
    page.set_content(
        f"<!doctype html><html lang=en><head><title>Equations</title>{styles}"
        "<style>body { background: Canvas; color: CanvasText; color-scheme: light dark }"
        "</style></head><body><main class='md-content'><article class='md-content__inner "
        f"md-typeset' style='color: inherit'>{body}</article></main></body></html>"
    )
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_equations_are_seen_in_the_colour_of_the_text(browser, scheme):
    page = show(browser, all_kinds(), scheme=scheme)
    text = page.evaluate("getComputedStyle(document.querySelector('article')).color")
    assert text == {"light": "rgb(0, 0, 0)", "dark": "rgb(255, 255, 255)"}[scheme]
    equations = page.evaluate(
        """[...document.querySelectorAll('.math')].map((equation) => ({
          boxes: [...equation.querySelectorAll(':scope > svg')].map((svg) => {
            const box = svg.getBoundingClientRect();
            return Math.min(box.width, box.height, svg.getBBox().width);
          }),
          fills: [...equation.querySelectorAll('use')].map((use) => getComputedStyle(use).fill),
        }))"""
    )
    assert len(equations) == 2 * len(EQUATIONS)
    assert all(min(equation["boxes"]) > 0 for equation in equations)
    assert {fill for equation in equations for fill in equation["fills"]} == {text}
    assert page.requests == []


def test_nothing_overflows_a_page_of_320_pixels(browser):
    long = "+".join("abcdefghijklmnopqrstuvwxyz")
    relations = "=".join("abcdefghijklmnopqrstuvwxyz")
    body = all_kinds() + typeset_markdown(f"${long}$ and (${relations}$).\n\n$$\n{long}\n$$\n")
    page = show(browser, body)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(
        "[...document.querySelectorAll('svg')].every((svg) => svg.closest('.display') ||"
        " svg.getBoundingClientRect().right <= 320)"
    )


def test_a_wide_display_scrolls_by_itself_and_can_be_reached_by_keyboard(browser):
    long = "+".join("abcdefghijklmnopqrstuvwxyz")
    page = show(browser, typeset_markdown(f"$$\n{long}\n$$\n\n$$\nx\n$$"))
    widths, focusable = page.evaluate(
        """[...document.querySelectorAll('.display')].reduce(([widths, focusable], box) => [
          [...widths, box.scrollWidth > box.clientWidth], [...focusable, box.tabIndex === 0]
        ], [[], []])"""
    )
    assert widths == focusable == [True, False]
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


def test_letters_stand_on_the_line_of_the_text(browser):
    page = show(browser, typeset_markdown(r"x $x$ $x_y$ $\frac{x}{2}$"))
    line, *bottoms = page.evaluate(
        """(() => {
          const probe = document.createElement('span');  // its bottom is the text's base line
          probe.style.display = 'inline-block';
          document.querySelector('p').prepend(probe);
          return [probe, ...document.querySelectorAll('use[*|href$="1D465"]')].map(
            (element) => element.getBoundingClientRect().bottom);
        })()"""
    )
    # The x of the font reaches 11 of 1000 units below its line: 0.2 pixels.
    assert bottoms[:2] == pytest.approx([line, line], abs=0.5)
    assert len(bottoms) == 3 and bottoms[2] < line - 3  # and that of the fraction above it


def test_the_mathml_takes_no_room(browser):
    page = show(browser, all_kinds(), width=1200)
    lefts = page.evaluate(
        """[...document.querySelectorAll('span.math')].map((equation) => {
          const [math, svg] = [...equation.children].map((part) => part.getBoundingClientRect());
          return [math.width * math.height, svg.left - equation.getBoundingClientRect().left];
        })"""
    )
    assert len(lefts) == len(EQUATIONS)
    assert lefts == [[1, 0]] * len(lefts)


def test_a_full_stop_stays_on_the_line_of_its_equation(browser):
    page = show(browser, typeset_markdown("Words and ($a + b$). More words."), width=600)
    lines = page.evaluate(
        """(() => {
          const [before, after] = [...document.querySelector('.glued').childNodes].filter(
            (node) => node.nodeType === Node.TEXT_NODE);
          const svg = document.querySelector('.math > svg'), range = document.createRange();
          const bottom = (text) => {
            range.selectNodeContents(text);
            return range.getBoundingClientRect().bottom;
          };
          const differences = [];
          for (let width = 250; width > 60; width -= 1) {
            document.querySelector('p').style.width = `${width}px`;
            const middle = svg.getBoundingClientRect().bottom;
            differences.push(Math.abs(bottom(before) - middle), Math.abs(bottom(after) - middle));
          }
          return [Math.max(...differences), document.querySelector('p').clientHeight];
        })()"""
    )
    assert lines[0] < 10  # pixels, where a line has 25
    assert lines[1] > 60  # and the paragraph did break


def test_a_long_equation_in_text_breaks_after_a_relation(browser):
    tex = r"\sigma'(z) = \sigma(z)\,(1 - \sigma(z)) = \sigma(z) - \sigma(z)^2"
    page = show(browser, typeset_markdown(f"Words ${tex}$, words."))
    tops = page.evaluate("[...document.querySelectorAll('.math > svg')].map((svg) => svg.getBoundingClientRect().top)")
    assert [round((top - tops[0]) / 25) for top in tops] == [0, 0, 1]  # lines of about 25 pixels


def test_a_high_bracket_is_as_high_as_its_matrix(browser):
    page = show(browser, typeset_markdown(f"$$\n{EQUATIONS['a high matrix']}\n$$"))
    heights = page.evaluate(
        "[...document.querySelectorAll('svg svg')].map("
        "(svg) => [getComputedStyle(svg).height, `${svg.getAttribute('height')}px`])"
    )
    assert len(heights) == 2
    # The theme's style for all pictures, `height: auto`, would draw its middle too long.
    assert all(styled == drawn for styled, drawn in heights)


def test_glyph_outlines_in_steps_are_those_of_mathjax(browser):
    outlines = {}
    for equation in EQUATIONS.values():
        drawn = json.loads(mathjax._mathjax()(equation, True, run_gc=False))
        glyphs = [dict(glyph) for glyph in drawn["glyphs"]]
        outlines.update((glyph["id"], glyph["d"]) for glyph in glyphs if glyph["d"])
    glyphs = dict(re.findall('<path id="([^"]*)" d="([^"]*)"/>', all_kinds()))
    assert len(outlines) > 50 and set(outlines) <= set(glyphs)
    page = show(browser, "")
    pairs = page.evaluate(
        """(pairs) => pairs.map((pair) => pair.map((d) => {
          const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
          path.setAttribute('d', d);
          const length = path.getTotalLength();
          return [0, 0.3, 0.6, 0.8, 0.95, 1].flatMap((part) => {
            const point = path.getPointAtLength(length * part);
            return [point.x, point.y];
          });
        }))""",
        [[outlines[name], glyphs[name]] for name in outlines],
    )
    for places, steps in pairs:
        # Points on curves are found in single precision; outlines are some thousand units long.
        assert steps == pytest.approx(places, abs=0.05)


def test_screen_readers_are_given_the_mathml_and_not_the_picture(browser):
    page = show(browser, all_kinds())
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    assert roles.count("MathMLMath") == 2 * len(EQUATIONS)
    assert not [role for role in roles if role.startswith(("img", "image", "Svg", "graphics"))]
