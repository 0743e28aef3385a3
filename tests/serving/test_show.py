"""A page is shown at once, and as the build after it makes it."""

import pytest

from docs.plugins.serving import watch


@pytest.fixture
def builder(small_project, monkeypatch):
    """A builder of a small course, which has built it into site."""
    monkeypatch.setattr(watch, "ROOT", small_project)
    monkeypatch.setattr(watch, "BUILT", small_project / ".cache/site")
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "true")
    builder = watch.Builder()
    builder.build()
    assert builder.wrong() == ""
    watch.put_in_place(small_project / "site", 0)
    yield builder
    builder.end()


def read(site):
    return {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_a_page_is_shown_as_a_build_makes_it(builder, small_project):
    site = small_project / "site"
    lesson, other = (small_project / f"docs/lessons/{name}.md" for name in ("one", "two"))
    lesson.write_text(lesson.read_text() + "\nA sentence was added.\n")
    before = read(site)
    assert builder.show(site, ["lessons/one.md"]) == ""
    shown = read(site)
    page = site / "lessons/one/index.html"
    assert {path for path in shown if shown[path] != before[path]} == {page}
    assert b"A sentence was added." in shown[page]
    builder.build()
    assert builder.wrong() == ""
    watch.put_in_place(site, 0)
    assert page.read_bytes() == shown[page]

    before = read(site)
    other.write_text(other.read_text().replace("```python", "```py"))
    lesson.write_text(lesson.read_text().replace("$x = 1$", r"$\unknown$"))
    wrong = builder.show(site, ["lessons/one.md", "lessons/two.md"])
    assert wrong.splitlines() == [
        r"docs/lessons/one.md:7: TeX: Undefined control sequence \unknown, "
        r"write one that MathJax knows: \unknown",
        "docs/lessons/two.md:13: ```py: write ```python",
    ]
    assert builder.show(site, ["lessons/three.md"]) is None
    assert read(site) == before
    builder.build()
    assert builder.wrong() == wrong


def test_a_hook_that_fails_is_told(builder, small_project):
    hook = small_project / "docs/plugins/hook.py"
    hook.write_text(hook.read_text() + "\n\ndef on_page_context(*_, **__):\n    raise KeyError('a key')\n")
    other = watch.Builder()
    other.build()
    assert "KeyError: 'a key'" in other.wrong()
    other.process.kill()
    assert other.show(small_project / "site", ["index.md"]) is None
    other.build()
    assert other.wrong() == "the build failed"
    other.end()
