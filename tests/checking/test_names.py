"""Names that break addresses are refused with another one; names of other files break nothing."""

import os
import re
import subprocess

import pytest

from docs.plugins import paths
from docs.plugins.checking import lab as checking
from docs.plugins.checking import lint, names
from docs.plugins.problem import PageError
from docs.plugins.reading import lab as labs
from docs.plugins.reading.page import Page, sources

PAGES = {
    "größe-λ.md": "groe.md", "my lesson.md": "my-lesson.md", "Mirror.md": "mirror.md", "a.b.md": "ab.md",
    "ümlaut.md": "umlaut.md", "λ.md": "page.md", "x+y.md": "xy.md", "a--b.md": "a-b.md", "-a.md": "a.md",
    "日本.md": "page.md", "100%.md": "100.md", "what?.md": "what.md", "a#b.md": "ab.md", "a:b.md": "ab.md",
}  # fmt: skip


@pytest.mark.parametrize("name, better", PAGES.items())
def test_a_page_is_called_by_small_letters_digits_and_hyphens(tmp_path, name, better):
    page = tmp_path / "docs/lessons" / name
    page.parent.mkdir(parents=True)
    page.write_text("---\ndescription: A page.\n---\n\n# A\n", encoding="utf-8")
    with pytest.raises(PageError) as caught:
        lint.check_page(page, root=tmp_path / "docs", in_nav=True)
    (found,) = caught.value.problems
    assert found.line == 1 and found.words.startswith("the name of a page is small letters, digits and hyphens")
    assert found.words.endswith(f": call it {better}")
    assert names.file(Page("", better)) == []


def test_a_lab_too(tmp_path):
    lab = tmp_path / "labs/My lab.py"
    lab.parent.mkdir()
    lab.write_text("# %% [markdown]\n# # A lab\n", encoding="utf-8")
    page = Page.open(lab)
    (found,) = checking.source(page, labs.read(page))
    assert re.search("My lab.py:1: the name of a page .*: call it my-lab.py", str(found))


def test_all_pages_have_such_names():
    files = [*sources(), *(paths.DOCS / "labs").glob("*.py")]
    assert len(files) > 15 and [path for path in files if names.file(Page("", path))] == []


def make(project, *arguments):
    """Return what make would do: nothing is set up and built here."""
    stamp = project / ".venv/site.stamp"
    stamp.parent.mkdir(exist_ok=True)
    stamp.touch()
    os.utime(stamp, (1, 1))
    done = subprocess.run(
        ["make", "-n", "-o", ".venv/site.stamp", *arguments], cwd=project, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_file_may_have_any_name_for_make(project):
    name = "docs/a:ä $(b) 'c' \"d\" #%x*y?\\n.svg"
    built = project / "site/index.html"
    built.parent.mkdir()
    built.touch()
    later = built.stat().st_mtime
    for path in [*project.rglob("*"), project]:
        if path.is_file():
            os.utime(path, (later - 10, later - 10))
    os.utime(built, (later, later))
    assert "mkdocs build" not in make(project, "build")
    (project / name).write_text("", encoding="utf-8")
    os.utime(project / name, (later + 10, later + 10))
    assert "mkdocs build" in make(project, "build")
    os.utime(project / name, (later - 10, later - 10))
    assert "mkdocs build" not in make(project, "build")


def test_make_builds_what_is_not_built(project):
    (project / "docs/figures/Screen shot.png").touch()
    assert "mkdocs build" in make(project, "build")
