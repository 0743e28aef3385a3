"""Every lesson that is no draft has what readers are promised, in the order in which they need it."""

import re

import pytest

from docs.plugins import paths
from docs.plugins.reading import course
from docs.plugins.reading.page import Page

LESSONS = [paths.DOCS / f"lessons/{slug}.md" for slug in course.order()]
QUESTION = re.compile(r'^\?\?\? question "(\d)\. (.+)"\n((?:(?: {4}.*)?\n)+)', re.MULTILINE)
OPTION = re.compile(r"^    - \[([ x])\] .+\n((?:      .+\n?)*)", re.MULTILINE)
EXERCISE = re.compile(r"^\*\*(\d)\. .+\*\*$", re.MULTILINE)


def section(text, title):
    """Return the text of a section of a page."""
    return re.split(r"^## ", text.partition(f"\n## {title}\n")[2], flags=re.MULTILINE)[0]


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def text(path):
    return path.read_text(encoding="utf-8")


def test_the_course_has_every_lesson_that_there_is():
    there = set((paths.DOCS / "lessons").glob("*.md"))
    assert LESSONS and set(LESSONS) == {path for path in there if not Page.open(path).is_draft}


def test_it_begins_with_what_the_reader_will_do_and_needs(text):
    parts = ["---\ndescription: ", "\n# ", "\n*You will* ", "\n*You need* ", "\n*Time* about "]
    places = [text.find(part) for part in parts]
    assert -1 not in places and places == sorted(places)
    assert re.search(r"^# (?:[A-Z]\w+ )(?!is\b)", text, re.MULTILINE), "a title with a verb"


def test_a_prediction_comes_before_the_first_output(text):
    assert -1 < text.find('??? question "Predict: ') < text.find("```output")


def test_it_has_a_figure(text):
    assert re.search(r"^!\[[^\]]{40,}\]\(\.\./figures/\w+\.svg \".+\"\)$", text, re.MULTILINE)


def test_it_asks_two_to_four_questions_and_leads_to_the_remedy(text):
    questions = QUESTION.findall(section(text, "Check yourself"))
    assert [int(number) for number, _, _ in questions] == [*range(1, len(questions) + 1)]
    assert 2 <= len(questions) <= 4
    for _, question, answer in questions:
        options = OPTION.findall(answer)
        assert 2 <= len(options) <= 4 and [mark for mark, _ in options].count("x") == 1, question
        assert all(why.strip() for _, why in options), f"an option without a reason: {question}"
        assert "](" in answer, f"no link to the remedy: {question}"


def test_it_has_three_exercises_or_more_with_hint_and_solution(text):
    exercises = section(text, "Exercises")
    numbers = [int(number) for number in EXERCISE.findall(exercises)]
    assert len(numbers) >= 3 and numbers == [*range(1, len(numbers) + 1)]
    for part in EXERCISE.split(exercises)[2::2]:
        assert part.count('??? tip "Hint"') == part.count('??? success "Solution"') == 1
        assert part.index('??? tip "Hint"') < part.index('??? success "Solution"')


def test_it_ends_with_what_comes_next_and_sources(text):
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert titles[-2:] == ["What comes next", "Sources"]
    assert titles.index("Check yourself") < titles.index("Exercises") < len(titles) - 2
    assert "](" in section(text, "What comes next")
    sources = re.findall(r"^- .+", section(text, "Sources"), re.MULTILINE)
    linked = [source for source in sources if "](http" in source]
    assert len(sources) >= 2 and linked


def test_its_blocks_are_short(path):
    """About 12 lines: a block that is longer is not read. Whole programs may be.

    A class of np_nn that is shown to the letter cannot be cut, and has its own bound.
    """
    files = [paths.SNIPPETS / f"np_nn/{name}.py" for name in ("network", "autograd")]
    network = "".join(file.read_text(encoding="utf-8") for file in files)
    page = [b for b in Page.open(path).blocks if b.language == "python" and not b.exercise]
    shown = [block for block in page if block.code.strip() in network]
    long = [b.line for b in page if b not in shown and b.code.strip().count("\n") >= 18]
    assert len(long) <= 1, long
    assert [block.line for block in shown if block.code.strip().count("\n") >= 45] == []
