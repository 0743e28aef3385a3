"""How long a lesson takes is computed from its page, and its *Time* line says so."""

import subprocess
import sys

import pytest

from docs.plugins import paths
from docs.plugins.reading import course, duration
from docs.plugins.reading.page import Page

PATH = paths.DOCS / "lessons/a.md"
HEAD = "---\ndescription: A.\n---\n\n# Go\n\n{}\n\n"
TIME = "*Time* about 5 minutes."
BLOCK = "```python\nprint(1)\n```\n\n```output\n1\n```\n\n"
EQUATION = "$$\nz = x\n$$\n\n"
WORDS = "word " * 200 + "\n\n"
EXERCISE = '## Exercises\n\n**1. Do.**\n\n```python\nfrom np_nn.check import check\n\ncheck("{}", 1)\n```\n\n'


def minutes(text):
    return duration.computed(Page(HEAD.format(TIME) + text, PATH))


@pytest.mark.parametrize(
    "text, reading",
    [
        ("", 5), (WORDS * 5, 5), (WORDS * 8, 10), (BLOCK * 10, 10), (EQUATION * 10, 10),
        (WORDS * 4 + BLOCK * 3 + EQUATION * 3, 10),
        # Text and block of the exercises are in their time; what comes after is read again.
        (EXERCISE.format("a.b") + WORDS * 20, 5), (EXERCISE.format("a.b") + "## Next\n\n" + WORDS * 20, 20),
        # A formula in a sentence and a piece of code are words; outputs and texts of images are none.
        ("Let $x + y + z$ be `a + b` with\n" * 400, 10),
        (f"![{WORDS.strip()}](../figures/xor.svg)\n\n" * 20, 5), ("```text\n" + WORDS * 20 + "```\n", 5),
    ],
)  # fmt: skip
def test_reading_is_computed_from_words_blocks_and_equations(text, reading):
    assert minutes(text).reading == reading


def test_each_exercise_has_its_ten_minutes_however_many_blocks_it_has():
    assert minutes(EXERCISE.format("a.b") * 2 + EXERCISE.format("a.c")).exercises == 20


@pytest.mark.parametrize(
    "text, line",
    [
        ("", "*Time* about 5 minutes."),
        (EXERCISE.format("a.b"), "*Time* about 5 minutes, and 10 for the exercise."),
        (EXERCISE.format("a.b") + EXERCISE.format("a.c"), "*Time* about 5 minutes, and 20 for the exercises."),
    ],
)
def test_a_line_that_says_something_else_is_refused_with_what_to_write(text, line):
    wrong = Page(HEAD.format("*Time* about 45 minutes, with tea.") + text, PATH)
    (problem,) = duration.times(wrong)
    assert problem.line == 7 and line in problem.words and "make outputs" in problem.words
    mended = Page(duration.renewed(wrong), PATH)
    assert mended.lines[6] == line and duration.times(mended) == []
    assert duration.stated(mended.text) == duration.computed(mended)


def test_other_pages_may_say_what_they_like():
    page = Page("# Go\n\n*Time* flies.\n", paths.DOCS / "notation.md")
    assert duration.times(page) == []
    assert duration.renewed(Page("# Go\n", PATH)) == "# Go\n"


@pytest.mark.parametrize("slug", course.slugs(course.config().nav))
def test_every_lesson_says_how_long_it_takes_by_the_rule(slug):
    assert duration.times(Page.open(paths.DOCS / f"lessons/{slug}.md")) == []


def test_a_wrong_line_is_refused_by_the_test_of_its_page_and_written_by_make_outputs(project):
    page = project / "docs/lessons/loss.md"
    right = page.read_text(encoding="utf-8")
    page.write_text(right.replace("*Time* about ", "*Time* about 1"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(page)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 1 and "docs/lessons/loss.md:11: *Time* about 1" in done.stdout
    subprocess.run([sys.executable, "-m", "docs.plugins.reading.course"], cwd=project, check=True)
    assert page.read_text(encoding="utf-8") == right
