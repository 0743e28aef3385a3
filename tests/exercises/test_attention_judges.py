"""The judges of the lesson on attention: they take right answers, and name the wrong ones."""

import re

import numpy as np
import pytest

from np_nn.check import NotYet, check, find


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def attend(Q, K, V):
    return softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V


def overflowing(Q, K, V):
    powers = np.exp(Q @ K.T / np.sqrt(Q.shape[1]))
    return powers / powers.sum(axis=1, keepdims=True) @ V


def powers_alone(Q, K, V):
    scores = Q @ K.T / np.sqrt(Q.shape[1])
    return np.exp(scores - scores.max(axis=1, keepdims=True)) @ V


def scored(change):
    """Return attention that makes weights of scores, already divided, in its own way."""
    return lambda Q, K, V: change(Q @ K.T / np.sqrt(Q.shape[1])) @ V


def cleverly(Q, K, V):
    """Return the keys for values, where their widths allow it."""
    return softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ (K if K.shape == V.shape else V)


def turned(Q, K, V):
    scores = K @ Q.T if len(Q) == len(K) else Q @ K.T
    return softmax(scores / np.sqrt(Q.shape[1])) @ V


def mask(scores):
    return softmax(np.where(np.tri(len(scores), dtype=bool), scores, -np.inf))


def mask_with(hide, value=-np.inf):
    return lambda scores: softmax(np.where(hide(len(scores)), scores + value, scores))


def later(first=1):
    return lambda N: np.triu(np.ones((N, N), dtype=bool), first)


def earlier(last=-1):
    return lambda N: np.tril(np.ones((N, N), dtype=bool), last)


def renormalised(scores):
    weights = np.tril(softmax(scores))
    return weights / weights.sum(axis=1, keepdims=True)


def first_row_alone(scores):
    """Return weights that are right, but for those of a row that is alone: NaN."""
    return softmax(np.where(later(0)(len(scores)), -np.inf, scores))


EYE, SHIFT = np.eye(16), np.roll(np.eye(16), 1, axis=1)
LETTERS_ALONE, DIGITS_ALONE = np.vstack([EYE, np.zeros((10, 16))]), np.vstack([np.zeros((16, 10)), np.eye(10)])
BOTH = np.vstack([EYE, 3 * EYE[:10]])


def heads(Q, K, V, count):
    parts = [np.split(rows, count, axis=1) for rows in (Q, K, V)]
    return np.concatenate([attend(*head) for head in zip(*parts)], axis=1)


def heads_with(split=None, join=None, root=None):
    """Return heads that cut, join or divide in another way."""

    def cut(rows, count):
        return rows.reshape(len(rows), count, -1).transpose(1, 0, 2)

    def together(found):
        return found.transpose(1, 0, 2).reshape(found.shape[1], -1)

    def function(Q, K, V, count):
        q, k, v = ((split or cut)(rows, count) for rows in (Q, K, V))
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(root(Q, count) if root else q.shape[2])
        return (join or together)(softmax(scores) @ v)

    return function


RIGHT = {
    "attend": [attend],
    "mask": [mask],
    "by_hand": [60 * SHIFT, LETTERS_ALONE, DIGITS_ALONE],
    "heads": [heads],
}

OTHER_RIGHT = [
    ("attend", [lambda Q, K, V: softmax((K @ Q.T).T / len(Q[0]) ** 0.5) @ V]),
    ("mask", [mask_with(later(), -1e9)]),
    ("by_hand", [60 * EYE, np.vstack([SHIFT.T, np.zeros((10, 16))]), DIGITS_ALONE]),
    ("by_hand", [40 * SHIFT, np.vstack([EYE, np.ones((10, 16))]), DIGITS_ALONE - 0.5]),
    ("heads", [heads_with()]),
]

WRONG = [
    ("attend", [lambda Q, K, V: softmax(Q @ K.T) @ V], "the root of d is missing"),
    ("attend", [lambda Q, K, V: softmax(Q @ K.T / Q.shape[1]) @ V], "divided by d, and not by its root"),
    ("attend", [scored(lambda scores: softmax(scores, axis=0))], "the weights of a card add up to 1"),
    ("attend", [powers_alone], "the weights are powers alone"),
    ("attend", [scored(lambda scores: scores)], "the softmax is missing"),
    ("attend", [lambda Q, K, V: softmax(Q @ K.T / np.sqrt(V.shape[1])) @ V], "the width of the values"),
    ("attend", [lambda Q, K, V: softmax(Q @ K.T / np.sqrt(len(K))) @ V], "the number of cards"),
    ("attend", [scored(lambda scores: softmax(0 * scores))], "the question has no say"),
    ("attend", [cleverly], "the keys are averaged"),
    ("attend", [turned], "the scores are turned round"),
    ("attend", [overflowing], "scores in the thousands give NaN"),
    ("mask", [softmax], "nothing is hidden"),
    ("mask", [mask_with(later(2))], "one too many"),
    ("mask", [mask_with(later(0), -1e9)], "a row should see itself"),
    ("mask", [first_row_alone], "row 0 sees nothing at all"),
    ("mask", [mask_with(earlier())], "upside down: the rows see"),
    ("mask", [mask_with(earlier(0), -1e9)], "upside down, and without themselves"),
    ("mask", [lambda scores: np.tril(softmax(scores))], "the mask comes after the softmax"),
    ("mask", [lambda scores: softmax(np.tril(scores))], "e to the 0 is 1"),
    ("mask", [mask_with(later(), -10)], "-10 is not low enough"),
    ("mask", [mask_with(later(), -100)], "it is not hidden well enough"),
    ("mask", [mask_with(later(), -1e-9)], "you meant -1e9"),
    ("mask", [lambda scores: mask(scores.T)], "the weights of 5 rows should be"),
    ("by_hand", [4 * SHIFT, LETTERS_ALONE, DIGITS_ALONE], "the scores are too small"),
    ("by_hand", [60 * EYE, LETTERS_ALONE, DIGITS_ALONE], "the card that is asked for"),
    ("by_hand", [60 * SHIFT.T, LETTERS_ALONE, DIGITS_ALONE], "that is the letter before"),
    ("by_hand", [60 * SHIFT, BOTH, DIGITS_ALONE], "digits are matched too"),
    ("by_hand", [60 * SHIFT, LETTERS_ALONE, np.vstack([3 * EYE[:, :10], np.eye(10)])], "letters are in the values too"),
    ("by_hand", [np.ones((16, 16)), LETTERS_ALONE, DIGITS_ALONE], "the question has no say"),
    ("by_hand", [60 * SHIFT, EYE, DIGITS_ALONE], "should be an array of shape (26, 16)"),
    ("heads", [heads_with(root=lambda Q, count: Q.shape[1])], "the root is that of the whole width"),
    ("heads", [heads_with(root=lambda Q, count: 1)], "the root is missing"),
    ("heads", [lambda Q, K, V, count: attend(Q, K, V)], "that is one head"),
    ("heads", [heads_with(split=lambda rows, count: rows.reshape(count, len(rows), -1))], "reshape alone mixes up rows and heads"),
    ("heads", [heads_with(join=lambda found: found.reshape(found.shape[1], -1))], "joined by reshape alone"),
    ("heads", [lambda Q, K, V, count: np.hstack([attend(*(rows[:, first::count] for rows in (Q, K, V))) for first in range(count)])], "columns that stand together"),
    ("heads", [heads_with(join=lambda found: np.hstack(list(found[::-1])))], "in the wrong order"),
]  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_right(capsys, name):
    check(f"attention.{name}", *RIGHT[name])
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer", OTHER_RIGHT)
def test_another_way_to_say_it_is_right(capsys, name, answer):
    check(f"attention.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


def test_a_mask_after_the_softmax_is_right_if_the_rows_are_divided_again_and_nothing_overflows():
    """The page says so of numbers as they usually are; the judge's large score is another matter."""
    scores = np.random.default_rng(0).normal(size=(5, 5))
    np.testing.assert_allclose(renormalised(scores), mask(scores), rtol=1e-12)
    with pytest.raises(NotYet), np.errstate(invalid="ignore"):
        check("attention.mask", renormalised)


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_in_one_sentence(name, answer, words):
    with np.errstate(invalid="ignore"), pytest.raises(NotYet, match=re.escape(words)) as caught:
        check(f"attention.{name}", *answer)
    assert "\n" not in str(caught.value)


def test_every_exercise_is_tried():
    assert set(RIGHT) == set(find("attention")) == {name for name, _, _ in WRONG}
