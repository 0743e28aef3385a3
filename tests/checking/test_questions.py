"""What is folded of a page, and which mistakes in a question are told with their line."""

import pytest
from bs4 import BeautifulSoup

from docs.plugins.building import predict, quiz
from docs.plugins.checking import questions
from docs.plugins.reading import render
from docs.plugins.reading.page import Page

TOP = "---\ndescription: A page.\n---\n\n# Look\n\n"
PREDICT = '??? question "Predict: what?"\n    One.\n\n'
OUTPUT = "```python\nprint(1)\n```\n\n```output\n1\n```\n\n"
FIGURE = "![What to see.](../figures/loss.svg)\n\n"
ASK = '??? question "1. How many?"\n'
ONE, TWO = "    - [ ] one\n      It is not.\n", "    - [x] two\n      It is.\n"


def made(markdown):
    """Return the parts of a page with its questions, as the build makes them of Markdown."""
    soup = BeautifulSoup(render.to_html(markdown), "html.parser")
    predict.add(None, soup)
    quiz.add(None, soup)
    return soup


def folded(markdown):
    """Return the words that are folded, in their order."""
    folds = made(markdown).select(".fold")
    return [" ".join(part.get_text().split()) for fold in folds for part in fold.find_all(recursive=False)[1:]]


@pytest.mark.parametrize(
    "markdown, words",
    [
        (PREDICT + OUTPUT + "After.\n\n## Next\n\nSeen.", ["1", "After."]),
        (PREDICT + "Before.\n\n" + FIGURE + "After.", ["", "After."]),
        (PREDICT + "Seen.\n\n## Next\n\n" + OUTPUT, []),
        (PREDICT + "---\n\nBefore.\n\n" + OUTPUT, ["Before.", "print(1)", "1"]),
        (PREDICT + OUTPUT + "In.\n\n---\n\nOut.", ["1", "In."]),
        (PREDICT + "---\n\nIn.\n\n---\n\nOut.\n\n" + OUTPUT, ["In."]),
        (PREDICT + OUTPUT + PREDICT + "Seen.\n\n" + OUTPUT, ["1", "1"]),
        (
            PREDICT + '=== "A"\n\n' + "".join(f"    {line}\n" for line in OUTPUT.split("\n")) + "\nAfter.",
            ["1", "After."],
        ),
        (OUTPUT + "Nobody asked.", []),
    ],
)
def test_what_answers_a_prediction_is_folded_and_nothing_else(markdown, words):
    assert folded(markdown) == words


def test_no_mark_of_the_author_is_left_over():
    assert not made(PREDICT + "---\n\nIn.\n\n---\n\nOut.").select("hr")


@pytest.mark.parametrize(
    "markdown, line, what",
    [
        (ASK + ONE, 7, "one option is no choice"),
        (ASK + ONE + ONE.replace("one", "two"), 7, "0 options are right"),
        (ASK + TWO + TWO.replace("two", "one"), 10, "2 options are right"),
        (ASK + "    - [X] one\n      It is.\n" + TWO, 8, "no option"),
        (ASK + ONE + "    - [x] two\n", 10, "nothing says why"),
        (ASK + ONE + TWO + ONE, 12, "the option of line 8 once more"),
        (ASK + ONE + TWO + "\n    And more.\n", 13, "belongs to no option"),
        (ASK + "    Think.\n\n" + ONE + TWO, 8, "belongs to no option"),
        ('??? question "1. (a) one (b) two"\n    **b.**\n', 7, "options stand on lines of their own"),
        ("- [ ] one\n", 7, "no boxes are ticked: an option stands"),
        ("## Check yourself\n\n" + ASK + "    Two.\n", 9, "under Check yourself has options"),
        (PREDICT.replace("???", "!!!"), 7, "an answer in sight is no prediction"),
        (PREDICT.replace("???", "???+"), 7, "an answer in sight is no prediction"),
        (PREDICT.replace("Predict:", "Prediction:"), 7, "no prediction: write"),
        ("Words.\n\n---\n\nWords.\n", 9, "a line --- folds what answers"),
        (PREDICT + "---\n\n## Next\n", 10, "nothing is beneath this line"),
        (PREDICT + "---\n\nA.\n\n---\n\nB.\n\n---\n\nC.\n", 18, "a third line ---"),
    ],
)
def test_a_question_that_is_wrong_is_refused_with_its_line(markdown, line, what):
    found = questions.questions(Page(TOP + markdown))
    assert {problem.line for problem in found if what in problem.words} == {line}, found


def test_questions_that_are_right_are_not_refused():
    right = TOP + PREDICT + OUTPUT + "In.\n\n---\n\nOut.\n\n## Check yourself\n\n" + ASK + ONE + TWO
    assert questions.questions(Page(right)) == []
