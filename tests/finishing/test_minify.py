"""What the site does without is nothing that a page needs."""

import pytest
import weights

from docs.plugins.finishing import minify

KNOWN = {"a", "b", "id"}


@pytest.mark.parametrize(
    "text, kept",
    [
        (".a{top:0}.c{top:0}", ".a{top:0}"),
        (".a,.c,.b .a{top:0}", ".a,.b .a{top:0}"),
        ("#id{top:0}#no{top:0}.a #no p{top:0}", "#id{top:0}"),
        (".a:not(.c){top:0}", ".a:not(.c){top:0}"),
        ("p>a::before,*{top:0}", "p>a::before,*{top:0}"),
        ("@media print{.a{top:0}.c{top:0}}@media print{.c{top:0}}", "@media print{.a{top:0}}"),
        ("@supports (top:0){@media print{.c{top:0}}}", ""),
        ("@keyframes c{from{top:0}}", "@keyframes c{from{top:0}}"),
        ("/* .a */.a{top:0}", ".a{top:0}"),
        (
            "[data-md-color-primary=red]{top:0}[data-md-color-primary=blue]{top:0}",
            "[data-md-color-primary=blue]{top:0}",
        ),
        ("[dir=rtl] .a{top:0}[dir=ltr] .a{top:0}", "[dir=ltr] .a{top:0}"),
        ("[data-md-state=open]{top:0}", "[data-md-state=open]{top:0}"),
        ("[data-md-color-switching] *,.a{top:0}", ".a{top:0}"),
        (".a [data-linenos]{top:0}.a th[role=columnheader]:hover{top:0}.a{top:0}", ".a{top:0}"),
    ],
)
def test_a_rule_stays_if_it_can_be_met(text, kept):
    offered = {' data-md-color-primary="blue"', ' dir="ltr"'}
    assert minify.slim(text, KNOWN, offered) == kept


def test_scripts_lose_comments_and_keep_their_lines():
    script = """// @ts-check
/**
 * What it does.
 */
const a = /** @type {A | null} */ (b)

  /* short */ f(a) // why
/** Return it. @param {string} x */
function g(x) {
  // no
  return `${x} is ${[a && `${a} b`].join("; ")}`
}
"""
    kept = ["const a = (b)", "f(a) // why", "function g(x) {", 'return `${x} is ${[a && `${a} b`].join("; ")}`', "}"]
    assert minify.terse(script).splitlines() == kept
    over_lines = "// why\nconst a = `\n  b`\n"
    assert minify.terse(over_lines) == over_lines


def tabs(text):
    """Return a style sheet for pages whose largest set has two tabs."""
    return minify.slim(text, KNOWN | {"tabbed-set"}, set(), tabs=2)


def used(text):
    """Return a style sheet whose script reads one property."""
    return minify.without_unused(text, ['get("--md-c")'])


def dense(text):
    return minify.apart(text)[0]


TAB = ".a .tabbed-set>input:nth-child({0}):checked~.b>:nth-child({0}){{top:0}}".format
RULE = '.a > p,\n.b[c="d > e, f"] {\n  content: "a: b, c" ": "; /* g */\n  margin: calc(0.5px + 20em) min(-0.5px, 10.5px);\n}\n'
DENSE = '.a>p,.b[c="d > e, f"]{content:"a: b, c" ": ";margin:calc(.5px + 20em) min(-.5px,10.5px)}'
SVG = '<svg role="img"{} viewBox="0 0 1 1"><g/></svg><a title="xmlns">'.format
CODE = "<pre><span></span><code{}>{}</code></pre>".format


@pytest.mark.parametrize(
    "change, before, after",
    [
        (tabs, TAB(1) + TAB(2) + TAB(3), TAB(1) + TAB(2)),
        (used, ':root{--md-a:url("data:x;{}");--md-c:calc(1px);--fig:2}', ":root{--md-c:calc(1px);--fig:2}"),
        (used, ":root{--md-a:1;--md-b:var(--md-a);--md-d:1}p{top:var(--md-d)}", ":root{--md-d:1}p{top:var(--md-d)}"),
        (used, ":root{--md-i:url(a)}p{mask:var(--md-i)}:root{--md-i:url(b)}", ":root{}p{mask:var(--md-i)}:root{--md-i:url(b)}"),
        (dense, RULE, DENSE),
        (dense, f"/* a\nb */@media (max-width: 30em) {{\n{RULE}}}", f"@media(max-width:30em){{{DENSE}}}"),
        (dense, f"@media screen and (width > 1px) {{{RULE}}}", f"@media screen and (width>1px){{{DENSE}}}"),
        (minify.light, SVG(' xmlns="http://www.w3.org/2000/svg"'), SVG("")),
        (minify.close, "<ul>\n\n  <li>a\n   b</li>\n</ul>", "<ul>\n<li>a\nb</li>\n</ul>"),
        (minify.close, '<pre>  <span class="n">x</span>\n  y</pre><p title="a\n  b">', '<pre>  x\n  y</pre><p title="a\n  b">'),
        (minify.close, '<code><span class="k">if</span><span class="w"> </span></code>', '<code><span class="k">if</span> </code>'),
        *[(minify.close, CODE("", text), CODE(f' data-lines="{lines}"', text))
          for lines, text in enumerate(["a\n", "a\n\n", "a\n\nb\n"], start=1)],
    ],
)  # fmt: skip
def test_what_is_spare_goes_and_the_rest_stays(change, before, after):
    assert change(before) == after


def test_what_no_page_has_a_sign_of_is_not_made_by_a_script():
    scripts = ['h("aside", {class: "md-annotation"}), "md-tag", "md-top", keys']
    assert minify.names_of(['<p class="a keys">'], scripts) >= {"a", "keys", "md-top"}
    assert not minify.names_of(['<p class="a">'], scripts) & {"keys", "md-annotation", "md-tag"}
    assert "md-annotation" in minify.names_of(['<p class="highlight annotate">'], scripts)


def test_no_page_has_what_rules_are_left_out_for(site):
    signs = ["data-linenos", 'role="columnheader"', 'data-md-type="select"']
    pages = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    assert not [sign for sign in signs if any(sign in page for page in pages)]


@pytest.mark.parametrize(
    "selector, alive",
    [
        (".widget-body", True),
        (".widget-live>.figure,.a .widget-row:hover", True),
        (".md-typeset :is(.widget-a,p .widget-b)", True),
        ("[data-widget=xor] .widget-says", True),
        (".widget", False),
        ("[data-widget=xor]", False),
        (".widget-row,.a", False),
        (".a:is(.widget-a,.b)", False),
        (".a:not(.widget-a)", False),
    ],
)
def test_a_rule_waits_for_a_living_figure_if_it_is_met_by_nothing_else(selector, alive):
    rule = f"@media print{{{selector}{{top:0}}}}"
    wanted = (".a{top:1px}", rule) if alive else (f"{rule}.a{{top:1px}}", "")
    assert minify.apart(f"{rule}\n.a{{top:1px}}") == wanted


@pytest.mark.parametrize(
    ("code", "is_long"),
    [
        ("x" * 62, False),
        ("x" * 63, True),
        ("\n" + "x" * 63, True),
        ("\n\n" + "x" * 63, False),  # the buttons do not reach so far down
        ('<span class="n">' + "x" * 40 + "</span>", False),
        ("&lt;" * 62, False),
    ],
)
def test_code_says_whether_its_first_lines_leave_room_for_buttons(code, is_long):
    assert ("data-long" in minify.close(f"<pre><code>{code}\n</code></pre>")) == is_long


def a_site(folder, pages):
    (folder / "assets/stylesheets").mkdir(parents=True)
    (folder / "assets/stylesheets/main.css").write_text(".a{top:0}.c{top:0}")
    (folder / "assets/site.css").write_text(".ours{top:0}")
    for name, root in pages.items():
        links = [
            f'<link rel="stylesheet" href="{root}assets/{sheet}">' for sheet in ("stylesheets/main.css", "site.css")
        ]
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([*links, '<p class="a">']))
    return folder


def dressed(site):
    """Return the pages of a site with one sheet, by their names."""
    pages = {path: path.read_text() for path in site.rglob("*.html")}
    found = minify.one_stylesheet(site, pages)
    return {path.relative_to(site).as_posix(): page for path, page in found.items()}


def test_all_sheets_become_one_wherever_a_page_lies(tmp_path):
    site = a_site(tmp_path, {"index.html": "", "x/index.html": "../", "404.html": "/course/"})
    pages = dressed(site)
    (sheet,) = site.rglob("*.css")
    assert sheet.read_text() == ".a{top:0}\n.ours{top:0}"
    for name, root in {"index.html": "", "x/index.html": "../", "404.html": "/course/"}.items():
        link = f'<link rel="stylesheet" href="{root}assets/{sheet.name}">\n'
        assert pages[name] == link + '<p class="a">'


def test_a_rule_stays_for_a_script_that_a_page_runs_and_not_for_one_of_a_worker(tmp_path):
    site = a_site(tmp_path, {"index.html": ""})
    (site / "python/1").mkdir(parents=True)
    (site / "python/1/engine.js").write_text('name = "c"')
    dressed(site)
    (sheet,) = site.rglob("*.css")
    assert ".c{" not in sheet.read_text()
    site = a_site(tmp_path / "other", {"index.html": ""})
    (site / "assets/reader.js").write_text('name = "c"')
    dressed(site)
    (sheet,) = site.rglob("*.css")
    assert ".c{" in sheet.read_text()


def test_a_page_with_other_sheets_is_refused(tmp_path):
    site = a_site(tmp_path, {"index.html": ""})
    (site / "other.html").write_text('<link rel="stylesheet" href="assets/site.css">')
    with pytest.raises(RuntimeError, match="all pages link .*, but .*other.html links"):
        dressed(site)


# What pages weigh


@pytest.fixture(scope="module")
def weighed(site):
    return weights.weigh_all(site)


def test_every_page_keeps_to_what_it_may_weigh(weighed):
    assert len(weighed) > 20 and any(name.startswith("labs/") for name in weighed)
    assert weights.too_heavy(weighed) == []


def test_a_page_that_weighs_too_much_is_told():
    light = weights.Weight(["a.js"], 70_000, 90_000, 0)
    found = {"lessons/a/": light, "labs/b/": light._replace(page=110_000, whole=160_000)}
    assert weights.too_heavy(found) == []
    found["labs/b/"] = light._replace(page=110_001, whole=160_001)
    found[""] = weights.Weight(["a.js"] * 12, 1, 100_001, 0)
    assert [said.partition(",")[0] for said in weights.too_heavy(found)] == [
        "labs/b/ weighs 160001 bytes",
        "/ weighs 100001 bytes",
        "/ loads 100000 bytes beside its HTML",
        "/ comes in 13 files",
    ]
