"""A browser that translates a page is told to leave code, what was printed, and equations as they are."""

EXACT = "pre, code, kbd, samp, .math"


def test_nothing_exact_is_to_be_translated(site, soup_of):
    names = sorted(path.parent.relative_to(site).as_posix() + "/" for path in site.rglob("index.html"))
    assert len(names) >= 20
    exact = [(name, part) for name in names for part in soup_of(name).select(EXACT)]
    assert {part.name for _, part in exact} >= {"pre", "code", "div", "span"}
    wrong = [
        (name, str(part)[:60])
        for name, part in exact
        if not any(around.get("translate") == "no" for around in [part, *part.parents])
    ]
    assert wrong == []
    for name in names:
        assert len(soup_of(name).select("article p[translate], article li[translate]")) == 0
