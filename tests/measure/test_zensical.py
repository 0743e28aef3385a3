"""The comparison with Zensical sees what differs, knows what may, and says so in CONTRIBUTING.md."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = """<title>Look -
  Site</title><article><a id="__skip"></a><h1 id="look">Look<a class="headerlink" href="#look">¶</a></h1>
<p>Where <span class="math" data-tex="w &lt; 1"><math><mi>w</mi></math><svg></svg></span>.</p>
<div id="look-code-1" class="language-python highlight" data-program="alone"><pre><code>print(1)
</code></pre></div><pre class="output judged"><code>1
</code></pre><div class="admonition"><p class="admonition-title">Why</p></div>
<figure data-figure="xor"><svg id="glyph"></svg></figure><a href="../descent/#walk">next</a></article>"""
THEIRS = r"""<title>Look - Site</title><article><h1 id="look">Look</h1>
<p>Where <span class="arithmatex">\(w &lt; 1\)</span>.</p>
<div class="language-python highlight"><pre><span></span><code><span>print</span>(1)
</code></pre></div><pre class="output"><code>1
</code></pre><div class="admonition"><p class="admonition-title">Why</p></div>
<p><img src="../../figures/xor.svg"></p><a href="../descent/#walk">next</a></article>"""


@pytest.fixture(scope="module")
def tool():
    return runpy.run_path(str(ROOT / "tests/measure/zensical.py"))


@pytest.fixture
def compared(tool):
    """A function that compares our page with one of Zensical's, in which words are replaced."""

    def compare(*words):
        ours = {"lessons/look/": tool["read"](OURS, "lessons/look/")}
        theirs = {"lessons/look/": tool["read"](THEIRS.replace(*words), "lessons/look/")}
        return tool["compare"](ours, theirs)

    return compare


def test_a_page_is_read_the_same_whoever_built_it(tool, compared):
    page = tool["read"](THEIRS, "lessons/look/")
    assert page.equations == ["inline: w < 1"] and page.figures == ["xor"]
    assert page.blocks == ["language-python\nprint(1)"] and page.outputs == ["output\n1"]
    assert page.links == ["lessons/descent/#walk"]
    found = {(difference.kind, difference.what) for difference in compared("", "")}
    assert found == {
        ("places", "look-code-1"),
        ("added", "equation typeset: 1, Zensical has 0"),
        ("added", "figure in the page: 1, Zensical has 0"),
        ("added", "program to copy: 1, Zensical has 0"),
    }


@pytest.mark.parametrize(
    "wrong, right, kind",
    [
        ("Look - Site", "Look", "title"),
        ('<h1 id="look">', '<h1 id="look_1">', "headings"),
        ("language-python", "language-pycon", "blocks"),
        ("(1)", "(2)", "blocks"),
        ("<code>1", "<code>2", "outputs"),
        ('"output"', '"output error"', "outputs"),
        (r"1\)", r"2\)", "equations"),
        (r"\(w &lt; 1\)", r"\[w &lt; 1\]", "equations"),
        ("xor.svg", "loss.svg", "figures"),
        (">Why<", ">How<", "boxes"),
        ("#walk", "", "links"),
    ],
)
def test_whatever_differs_is_told_from_both_sides(tool, compared, wrong, right, kind):
    told = [found for found in compared(wrong, right) if found not in compared("", "")]
    assert {kind} <= {found.kind for found in told}
    assert {found.where for found in told} == {tool["HERE"], tool["THERE"]}
    _, others = tool["judge"](told, tool["KNOWN"])
    assert others == told


def test_a_page_that_is_only_in_one_site_is_told(tool):
    page = tool["read"](OURS, "a/")
    (lost,) = tool["compare"]({"a/": page, "b/": page}, {"a/": page})
    assert lost == (tool["WHOLE"], "pages", tool["HERE"], "b/")


def test_a_known_lack_that_is_none_any_more_covers_nothing(tool):
    entry = tool["known"]("It has no worker.", "files", what=r"sw\.js")
    lacks = tool["Difference"](tool["WHOLE"], "files", tool["HERE"], "sw.js")
    assert tool["judge"]([lacks], [entry]) == ({entry: [lacks]}, [])
    assert tool["judge"]([], [entry]) == ({entry: []}, [])
    has_more = lacks._replace(where=tool["THERE"])
    assert tool["judge"]([has_more], [entry]) == ({entry: []}, [has_more])


def test_contributing_lists_what_zensical_lacks(tool):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## The way onward\n")[2].partition("\n## ")[0]
    listed = [line.removeprefix("- ") for line in section.splitlines() if line.startswith("- ")]
    assert listed == list(dict.fromkeys(entry.reason for entry in tool["KNOWN"]))
