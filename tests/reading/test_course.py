"""The path on the index page is the one that the lessons themselves tell."""

import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from docs.plugins.paths import DOCS
from docs.plugins.reading import course, duration

LESSONS = course.lessons()
PAGE = "# Go\n\n*You need* {needs}.\n\n*Time* about {minutes} minutes, and 20 for the exercises.\n"


def lesson(slug, *needs, minutes=30):
    return course.Lesson(slug, f"Title {slug}", needs, duration.Minutes(minutes, 40))


def test_the_index_says_of_each_lesson_what_its_page_says():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    assert LESSONS and all(f"lessons/{lesson.slug}.md" in index for lesson in LESSONS)
    renewed = course.renewed(index, LESSONS)
    how = "run `make outputs`, and say under *You will* what a new lesson teaches"
    assert index == renewed and "| … |" not in index, how


def test_a_lesson_needs_only_lessons_before_it():
    for place, each in enumerate(LESSONS):
        assert {*each.needs} <= {before.slug for before in LESSONS[:place]}, each.slug


def test_a_lesson_is_read_from_its_page():
    text = PAGE.format(needs="[a](a.md), [b](b.md#c), [b](b.md) and [np_nn](../np_nn.md)", minutes=25)
    assert course.read("x", text) == course.Lesson("x", "Go", ("a", "b"), (25, 20))


@pytest.mark.parametrize("missing", ["# Go", "*You need*", "*Time*"])
def test_what_is_missing_on_a_page_is_said(missing):
    text = PAGE.format(needs="[a](a.md)", minutes=25).replace(missing, "")
    with pytest.raises(ValueError, match=r"docs/lessons/x\.md: no (title|\*You need|\*Time)"):
        course.read("x", text)


def test_a_draft_is_in_nav_and_not_in_the_course(monkeypatch, tmp_path):
    front = "---\ndescription: A.\ndraft: {}\n---\n\n"
    (tmp_path / "lessons").mkdir()
    for slug, draft in (("a", "true"), ("b", "no: [")):  # one whose front matter is wrong is no draft
        text = front.format(draft) + PAGE.format(needs="[c](c.md)", minutes=25)
        (tmp_path / f"lessons/{slug}.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr(course, "DOCS", tmp_path)
    monkeypatch.setattr(course, "config", lambda: SimpleNamespace(nav=["lessons/a.md", "lessons/b.md"]))
    assert course.order.__wrapped__() == ("b",)


def test_the_order_is_that_of_nav():
    nav = ["index.md", {"Lessons": ["lessons/b.md", {"A": "lessons/a.md"}]}, "lessons.md"]
    assert course.slugs(nav) == ["b", "a"]


def test_a_table_is_renewed_and_keeps_what_the_author_wrote():
    old = "It takes about 9 hours to read, and their exercises about 9 more.\n\n| 1 | [Old](lessons/b.md) | learn b | 7 | 1 |\n\nEnd.\n"
    assert course.renewed(old, [lesson("a"), lesson("b", "a", minutes=45)]) == (
        "It takes about 1 hour to read, and their exercises about 1 more.\n\n"
        "| 1 | [Title a](lessons/a.md) | … | nothing | 30 + 40 |\n"
        "| 2 | [Title b](lessons/b.md) | learn b | 1 | 45 + 40 |\n\nEnd.\n"
    )


@pytest.mark.parametrize(
    "name, old, new, words",
    [
        ("mkdocs.yml", "nav:", "nav: [", r"error parsing the configuration file(.|\n)*mkdocs\.yml\", line \d+"),
        ("mkdocs.yml", "lessons/loss.md", "lessons/lost.md", r"mkdocs\.yml: nav has .*docs/lessons/lost\.md, where no"),
        ("docs/lessons/loss.md", "*Time*", "Time", r"docs/lessons/loss\.md: no \*Time\* about 20 minutes\. on a line"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(project, name, old, new, words):
    path, index = project / name, project / "docs/index.md"
    before = index.read_bytes()
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    command = [sys.executable, "-m", "docs.plugins.reading.course"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 1 and re.search(words, done.stderr)
    assert "Traceback" not in done.stderr and index.read_bytes() == before
