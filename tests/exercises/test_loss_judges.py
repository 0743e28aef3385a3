"""The judges of the lesson on the loss: they take right answers, and name the wrong ones."""

import re

import numpy as np
import pytest

from np_nn.check import NotYet, check, find


def mean_and_median(values):
    return np.mean(values), np.median(values)


def bce(logits, targets):
    return np.mean(np.log1p(np.exp(-np.abs(logits))) + np.maximum(logits, 0) - logits * targets)


def through_p(logits, targets):
    p = 1 / (1 + np.exp(-logits))
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


def clipped(logits, targets):
    with np.errstate(over="ignore"):
        p = np.clip(1 / (1 + np.exp(-logits)), 1e-15, 1 - 1e-15)
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


RATES = {"sum of 4": 0.025, "mean of 40": 0.1, "sum of 40": 0.0025}

RIGHT = {
    "best_constants": [mean_and_median],
    "lazy": [0.75, 0.562],
    "twice": [0.3133, 0.6931],
    "same_steps": [RATES],
    "bce": [bce],
}
OTHER_RIGHT = [
    ("best_constants", [lambda values: [values.mean(), sorted(values)[len(values) // 2]]]),
    ("bce", [lambda z, y: np.logaddexp(0, z).mean() - (z * y).mean()]),
    ("bce", [lambda z, y: float(np.mean(np.logaddexp(0, np.where(y > 0.5, -z, z)) * 1.0
                                        + np.where(y > 0.5, (1 - y) * z, -y * z)))]),
]  # fmt: skip
WRONG = [
    ("best_constants", [lambda v: (np.median(v), np.mean(v))], "in the wrong order"),
    ("best_constants", [lambda v: (np.mean(v), np.mean(v))], "best only for squares"),
    ("best_constants", [lambda v: (np.median(v), np.median(v))], "best only for absolute values"),
    ("best_constants", [lambda v: ((v.min() + v.max()) / 2,) * 2], "the middle between the ends"),
    ("best_constants", [lambda v: np.round(mean_and_median(v), 1)], "within a tenth"),
    ("best_constants", [lambda v: (0, 0)], "should be"),
    ("best_constants", [lambda v: (v.sort(), v.mean(), v[len(v) // 2])[1:]], "changes"),
    ("lazy", [0.25, 0.562], "the share of dry days"),
    ("lazy", [0.5, 0.693], "who knows nothing"),
    ("lazy", [1, 0.288], "infinity"),
    ("lazy", [0.75, 0.811], "base 2"),
    ("lazy", [0.75, 2.249], "the sum over four days"),
    ("lazy", [0.75, 0.693], "the loss of saying 0.5"),
    ("lazy", [0.75, 0.288], "one day in four is dry"),
    ("lazy", [0.75, -0.562], "a minus sign"),
    ("lazy", [0.75, 0.6], "look again"),
    ("lazy", [0.7, 0.6], "look again"),
    ("twice", [0, 0], "it takes logits"),
    ("twice", [0.693, 0.693], "the logit is 1"),
    ("twice", [1.313, 0.693], "for the target 0"),
    ("twice", [0.731, 0.5], "the probability, but the loss"),
    ("twice", [0.3133, 0.5], "the probability, but the loss"),
    ("twice", [0.3133, 0], "the logit 0 is not a sure no"),
    ("twice", [0.3133, 1], "look again"),
    ("same_steps", [{**RATES, "sum of 4": 0.1}], "its slopes are steeper"),
    ("same_steps", [{**RATES, "sum of 4": 0.4}], "must be smaller"),
    ("same_steps", [{**RATES, "mean of 40": 0.01}], "does not get steeper"),
    ("same_steps", [{**RATES, "mean of 40": 1}], "does not get flatter"),
    ("same_steps", [{**RATES, "sum of 40": 0.1}], "far steeper"),
    ("same_steps", [{**RATES, "sum of 40": 0.01}], "start from the mean of 4"),
    ("same_steps", [{**RATES, "sum of 40": 0.025}], "comes ten times"),
    ("same_steps", [{**RATES, "sum of 40": 4}], "must be smaller"),
    ("same_steps", [{**RATES, "sum of 40": 0.002}], "should be 0.0025"),
    ("same_steps", [[0.025, 0.1, 0.0025]], "a dictionary"),
    ("bce", [through_p], "at the logit 40: divide by zero"),
    ("bce", [lambda z, y: np.mean(np.log(1 + np.exp(z)) - z * y)], "at the logit 800: overflow"),
    ("bce", [clipped], "p was cut off"),
    ("bce", [lambda z, y: len(z) * bce(z, y)], "the loss is a mean"),
    ("bce", [lambda z, y: -bce(z, y)], "a minus sign is missing"),
    ("bce", [lambda z, y: bce(1 / (1 + np.exp(-z)), y)], "one sigmoid too many"),
    ("bce", [lambda z, y: bce(z, 1 - y)], "mixed up"),
    ("bce", [lambda z, y: bce(z, 0 * y)], "the term z y is missing"),
    ("bce", [lambda z, y: np.mean(np.maximum(z, 0) - z * y)], "the logarithm is missing"),
    ("bce", [lambda z, y: np.mean((1 / (1 + np.exp(-z)) - y) ** 2)], "squared error"),
    ("bce", [lambda z, y: np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0) - z * y], "one number"),
    ("bce", [lambda z, y: 7.0], "should be"),
]


def test_every_exercise_has_answers_here():
    assert set(find("loss")) == set(RIGHT) == {name for name, _, _ in WRONG}


@pytest.mark.parametrize("name, answer", [*RIGHT.items(), *OTHER_RIGHT])
def test_a_right_answer_is_right(name, answer, capsys):
    check(f"loss.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(name, answer, words):
    with pytest.raises(NotYet, match=re.escape(words)):
        check(f"loss.{name}", *answer)
