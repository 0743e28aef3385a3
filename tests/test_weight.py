"""What the site does without is nothing that a page needs."""

import pytest

from docs.plugins import weight

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
        ("[data-md-color-primary=red]{top:0}[data-md-color-primary=blue]{top:0}",
         "[data-md-color-primary=blue]{top:0}"),
        ("[dir=rtl] .a{top:0}[dir=ltr] .a{top:0}", "[dir=ltr] .a{top:0}"),
        ("[data-md-state=open]{top:0}", "[data-md-state=open]{top:0}"),
    ],
)  # fmt: skip
def test_a_rule_stays_if_it_can_be_met(text, kept):
    offered = {' data-md-color-primary="blue"', ' dir="ltr"'}
    assert weight.slim(text, KNOWN, offered) == kept


def test_a_property_of_the_theme_stays_if_it_is_read():
    text = ':root{--md-a:url("data:x;{}");--md-b:1;--md-c:calc(1px);--fig:2}p{top:var(--md-b)}'
    kept = ":root{--md-b:1;--md-c:calc(1px);--fig:2}p{top:var(--md-b)}"
    assert weight.without_unused(text, ['get("--md-c")']) == kept


def test_comments_go_and_rules_stay():
    assert weight.without_comments("/* a\nb */\n.a {\n  top: 0; /* c */\n}\n") == ".a {\ntop: 0; \n}"


def a_site(folder, pages):
    (folder / "assets/stylesheets").mkdir(parents=True)
    (folder / "assets/stylesheets/main.css").write_text(".a{top:0}.c{top:0}")
    (folder / "assets/site.css").write_text(".ours{top:0}")
    for name, root in pages.items():
        links = [f'<link rel="stylesheet" href="{root}assets/{sheet}">' for sheet in
                 ("stylesheets/main.css", "site.css")]
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([*links, '<p class="a">']))
    return folder


def test_all_sheets_become_one_wherever_a_page_lies(tmp_path):
    site = a_site(tmp_path, {"index.html": "", "x/index.html": "../", "404.html": "/course/"})
    weight.one_stylesheet(site)
    (sheet,) = site.rglob("*.css")
    assert sheet.read_text() == ".a{top:0}\n.ours{top:0}"
    for name, root in {"index.html": "", "x/index.html": "../", "404.html": "/course/"}.items():
        link = f'<link rel="stylesheet" href="{root}assets/{sheet.name}">\n'
        assert (site / name).read_text() == link + '<p class="a">'


def test_a_page_with_other_sheets_is_refused(tmp_path):
    site = a_site(tmp_path, {"index.html": ""})
    (site / "other.html").write_text('<link rel="stylesheet" href="assets/site.css">')
    with pytest.raises(RuntimeError, match="all pages link .*, but .*other.html links"):
        weight.one_stylesheet(site)


def test_a_theme_with_another_script_is_refused(tmp_path):
    (tmp_path / "assets/javascripts").mkdir(parents=True)
    with pytest.raises(RuntimeError, match="the theme has one script"):
        weight.search_later(tmp_path)
