"""A right answer is right in float32 as well, and rounded to eight digits.

The answers are the solutions of the pages, changed in nothing but how exact their numbers are.
"""

import functools
import inspect

import numpy as np
import pytest

from docs.plugins import paths
from docs.plugins.reading import exercises
from docs.plugins.reading.page import Page
from np_nn import check

NAMES = exercises.names()


def answers_of(exercise, monkeypatch, tmp_path):
    """Return what the solution of a page hands to check."""
    page = paths.DOCS / "lessons" / f"{exercise.partition('.')[0].replace('_', '-')}.md"
    solution = exercises.solutions(Page.open(page).blocks, exercise)[0]
    handed = []
    monkeypatch.setattr(check, "check", lambda name, *answer: handed.append(answer))
    monkeypatch.chdir(tmp_path)
    exec(compile(solution.code, "solution", "exec"), {"__name__": "__main__"})
    (answer,) = handed
    return answer


def changed(value, change):
    """Return an answer whose numbers are all changed; functions return changed ones."""
    if isinstance(value, (float, np.floating)) or isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return change(value)
    if isinstance(value, dict):
        return {key: changed(part, change) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(changed(part, change) for part in value)
    if inspect.isfunction(value):

        @functools.wraps(value)
        def function(*arguments):
            return changed(value(*arguments), change)

        return function
    return value


CHANGES = {
    "float32": lambda value: np.asarray(value, dtype=np.float32)[()],
    "float32 in between": lambda value: np.asarray(value, dtype=np.float32).astype(float)[()],
    "eight digits": lambda value: np.round(value, 8),
    "six digits": lambda value: np.asarray([float(f"{v:.6g}") for v in np.ravel(value)]).reshape(np.shape(value))[()],
}


# Here the last digits are the answer: they tell differences from a copy of the gradient.
EXACT = {"pytorch.trust_nobody"}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_that_is_less_exact_is_right(name, change, monkeypatch, tmp_path):
    answer = answers_of(name, monkeypatch, tmp_path)
    lesson, _, exercise = name.partition(".")
    if name in EXACT:
        with pytest.raises(check.NotYet, match="one is a copy, or both were rounded"):
            check.find(lesson)[exercise](*changed(answer, change))
        return
    assert isinstance(check.find(lesson)[exercise](*changed(answer, change)), str)


def wrong(actual, expected=0.5, mistakes=()):
    with pytest.raises(check.NotYet) as caught:
        check.compare(actual, expected, "it", mistakes)
    return str(caught.value)


def test_a_known_mistake_is_named_however_close_or_rounded_it_is():
    close, far = (0.5 + 1e-7, "close"), (0.7123456789, "far")
    assert wrong(0.5 + 1e-7, mistakes=[close]) == "close"
    assert wrong(np.float32(0.7123456789), mistakes=[far]) == "far"
    assert check.compare(np.float32(0.5 + 3e-8), 0.5, "it", [close]) is None
    assert check.compare(np.round(0.5 + 3e-9, 8), 0.5, "it", [far]) is None


@pytest.mark.parametrize(
    "actual, expected, said",
    [
        (0.38057, 0.38056, "it should be 0.38056, got 0.38057"),
        (0.4, 0.5, "it should be 0.5, got 0.4"),
        ([[0.25, 0.5]], [[0.25, 0.75]], "it should be 0.75 at [0, 1], got 0.5"),
        (1000.02, 1000.0, "it should be 1000, got 1000.02"),
        (1.00002e12, 1e12, "it should be 1e+12, got 1.00002e+12"),
        (0.0, 1e-12, "it should be 1e-12, got 0"),
    ],
)
def test_what_is_refused_is_told_with_digits_that_differ(actual, expected, said):
    assert wrong(actual, np.array(expected)) == said


def test_a_judge_may_ask_for_all_digits():
    with pytest.raises(check.NotYet, match=r"^it should be 0\.5, got 0\.5000001$"):
        check.compare(0.5000001, 0.5, "it", within=check.EXACT)


def test_two_numbers_are_told_apart():
    one = 0.380564
    assert check.apart(one, np.nextafter(one, 1)) == ("0.380564", "0.3805640000000001")
    assert check.apart(0.5, 0.25) == ("0.5", "0.25")
