"""Tells you whether your answer to an exercise is right, and if not, what to look at.

    python -m np_nn.check xor_train.py    in one sentence, for the answer in this file
    python -m np_nn.check xor             for every answer to that lesson in this folder

An exercise is a file to fill in. Its last line hands your answer to ``check``, so running the
file does the same. The judges are in ``np_nn/exercises``, one module a lesson; they try an
answer on numbers that you have not seen, and know the mistakes that are often made.
"""

import copy
import importlib
import inspect
import pkgutil

import numpy as np

from np_nn import exercises


class NotYet(Exception):
    """The answer is not right yet; the text says in one sentence what to look at."""

    __module__ = "builtins"  # so that Python prints it without the name of this module


def check(name, *answer):
    """Judge an answer to the exercise ``name``, such as "xor.train"; print a sentence if right.

    NotYet says what is wrong with the answer. ValueError if there is no such exercise,
    TypeError if it takes another number of answers.
    """
    lesson, _, exercise = name.partition(".")
    judges = find(lesson)
    if exercise not in judges:
        names = ", ".join(f"{lesson}.{known}" for known in judges) or ", ".join(lessons())
        raise ValueError(f"no exercise {name!r}; there are {names}")
    wanted = inspect.signature(judges[exercise]).parameters
    if len(answer) != len(wanted):
        raise TypeError(f"{name} takes {', '.join(wanted)}, got {len(answer)} answers")
    print("Right:", judges[exercise](*answer))


def lessons():
    """Return the names of the lessons that have exercises here."""
    return sorted(module.name for module in pkgutil.iter_modules(exercises.__path__))


def find(lesson):
    """Return {name: judge} of the exercises of a lesson, in its order; empty if it has none."""
    if lesson not in lessons():
        return {}
    module = importlib.import_module(f"np_nn.exercises.{lesson}")
    return {
        name: judge
        for name, judge in vars(module).items()
        if inspect.isfunction(judge) and judge.__module__ == module.__name__ and name[0] != "_"
    }


# What judges are made of. Each of them raises NotYet with a sentence.


def expect(fits, sentence):
    """Raise NotYet with this sentence unless ``fits``."""
    if not fits:
        raise NotYet(sentence)


def call(function, *arguments):
    """Return what a reader's function makes of copies of the arguments.

    NotYet if it is no function, returns nothing, or changes what it was given.
    """
    expect(callable(function), f"a function is wanted, got {function!r:.60}")
    name = getattr(function, "__name__", type(function).__name__)
    given = copy.deepcopy(arguments)
    value = function(*given)
    expect(value is not None, f"{name} returns None: put your code in the place of the dots")
    for before, after in zip(arguments, given):
        kept = not isinstance(before, np.ndarray) or np.array_equal(before, after)
        expect(kept, f"{name} changes the array that it is given: make a new one instead")
    return value


def numbers(value, shape, what):
    """Return ``value`` as a float array; NotYet unless it has this shape and finite numbers.

    ``what`` begins the sentence: "affine of 4 examples". The shape of a number is ().
    """
    expect(value is not None and value is not ..., f"{what} is still missing: fill in the dots")
    try:
        array = np.array(value, dtype=float)
    except (TypeError, ValueError, OverflowError, RuntimeError):  # the last one from PyTorch
        raise NotYet(f"{what} should be made of numbers, got {value!r:.60}") from None
    wanted = f"an array of shape {shape}" if shape else "one number"
    got = f"an array of shape {array.shape}" if array.shape else f"the number {array}"
    expect(array.shape == tuple(shape), f"{what} should be {wanted}, got {got}")
    expect(np.isfinite(array).all(), f"{what} has NaN or infinity in it")
    return array


def compare(actual, expected, what, mistakes=()):
    """NotYet unless the numbers are as expected, to 1e-9 of the largest.

    ``mistakes`` are pairs (value, sentence) of known wrong answers: the first one that equals
    the actual value is named. Otherwise the sentence tells the entry that is furthest off.
    """
    expected = np.asarray(expected, dtype=float)
    actual = numbers(actual, expected.shape, what)
    if is_close(actual, expected):
        return
    for value, sentence in mistakes:
        value = np.asarray(value, dtype=float)
        expect(value.shape != actual.shape or not is_close(actual, value), sentence)
    where = np.unravel_index(np.argmax(np.abs(actual - expected)), expected.shape)
    place = f" at {[int(index) for index in where]}" if where else ""
    raise NotYet(f"{what} should be {expected[where]:.6g}{place}, got {actual[where]:.6g}")


def is_close(actual, expected):
    """Return whether two arrays of one shape differ by no more than 1e-9 of the largest entry."""
    largest = max(np.abs(actual).max(), np.abs(expected).max())
    return bool(np.abs(actual - expected).max() <= 1e-9 * largest)
