"""The judges of the lesson perceptron: right answers pass, wrong ones are refused by name."""

import numpy as np
import pytest

from np_nn.check import NotYet, check

LAMPS = {
    "AND": (2, 2, -3),  # 2 is not above 3, 4 is
    "OR": (1, 1, -0.5),
    "NAND": (-1, -1, 1.5),
    "ONLY FIRST": (1, -1, -0.5),
}
DOUBLED = {
    "all doubled": (0, 0, 0, 1),
    "weights doubled": (0, 1, 1, 1),  # one switch brings 2, the bar is at 1.5
    "bias doubled": (0, 0, 0, 0),  # both bring 2, the bar is at 3
    "all times -1": (1, 1, 1, 0),
}


def output(inputs, weights, bias):
    return 1 if sum(w * x for w, x in zip(weights, inputs)) + bias > 0 else 0


def distance(w1, w2, b):
    return abs(b) / (w1**2 + w2**2) ** 0.5


RIGHT = [
    ("lamps", LAMPS),
    ("lamps", {**LAMPS, "AND": [3, 3, -3], "OR": np.array([0.1, 7, 0])}),
    ("output", output),
    ("output", lambda inputs, weights, bias: bool(inputs @ weights + bias > 0)),
    ("doubled", DOUBLED),
    ("doubled", {name: np.array(lamps) for name, lamps in DOUBLED.items()}),
    ("distance", distance),
    ("distance", lambda w1, w2, b: np.hypot(w1 * b, w2 * b) / (w1 * w1 + w2 * w2)),
]
WRONG = [
    ("lamps", {**LAMPS, "AND": (1, 1, -3)}, "AND: with these numbers the perceptron is a lamp that is never on"),
    ("lamps", {**LAMPS, "AND": (1, 1, -1.5)}, "bias -3"),
    ("lamps", {**LAMPS, "OR": (1, 1, -1.5)}, "OR: with these numbers the perceptron is AND"),
    ("lamps", {**LAMPS, "NAND": (-1, -1, 0.5)}, "is NOR"),
    ("lamps", {**LAMPS, "NAND": (-1, -1, -1.5)}, "a lamp that is never on"),
    ("lamps", {**LAMPS, "NAND": (1, 1, 1.5)}, "a lamp that is always on"),
    ("lamps", {**LAMPS, "ONLY FIRST": (-1, 1, -0.5)}, "is ONLY SECOND"),
    ("lamps", {**LAMPS, "ONLY FIRST": (1, 0, -0.5)}, "is the first switch alone"),
    ("lamps", {**LAMPS, "OR": (0, 1, 0)}, "is the second switch alone"),
    ("lamps", {**LAMPS, "ONLY FIRST": (1, -1, 0.5)}, "with the switches at 0 0, z is 0.5, so the lamp is 1"),
    ("lamps", {**LAMPS, "AND": (..., ..., -3)}, "AND is still missing"),
    ("lamps", {"OR": (1, 1, 0)}, "AND, OR, NAND, ONLY FIRST"),
    ("lamps", None, "a dict"),
    ("output", lambda i, w, b: i @ w + b, "the step that decides"),
    ("output", lambda i, w, b: max(i @ w + b, 0), "the step does not scale"),
    ("output", lambda i, w, b: np.sign(i @ w + b), "0, not -1"),
    ("output", lambda i, w, b: i @ w + b >= 0, "z > 0, not z >= 0"),
    ("output", lambda i, w, b: i @ w + b <= 0, "the wrong way round"),
    ("output", lambda i, w, b: (i * w + b).sum() > 0, "added once, to the sum"),
    ("output", lambda i, w, b: i @ w > 0, "the bias is missing"),
    ("output", lambda i, w, b: i @ w > b, "the bias is added, not subtracted"),
    ("output", lambda i, w, b: i.sum() + b > 0, "the weights are missing"),
    ("output", lambda i, w, b: i.sum() * w.sum() + b > 0, "a weight of its own"),
    ("output", lambda i, w, b: i[:2] @ w[:2] + b > 0, "only two inputs"),
    ("output", lambda i, w, b: 1, r"z is .*: the output should be 0, got 1"),
    ("output", lambda i, w, b: i * w > 0, "should be one number"),
    ("output", lambda i, w, b: None, "replace the dots with your code"),
    ("doubled", {**DOUBLED, "weights doubled": (0, 0, 0, 1)}, "the bar is still at 1.5"),
    ("doubled", {**DOUBLED, "weights doubled": (0, 0, 0, 0)}, "no lamp can go out"),
    ("doubled", {**DOUBLED, "bias doubled": (0, 0, 0, 1)}, "the bar is now at 3"),
    ("doubled", {**DOUBLED, "bias doubled": (0, 1, 1, 1)}, "a higher bar"),
    ("doubled", {**DOUBLED, "all doubled": (0, 1, 1, 1)}, "the bias is doubled too"),
    ("doubled", {**DOUBLED, "all doubled": (0, 0, 0, 0)}, "the weights are doubled too"),
    ("doubled", {**DOUBLED, "all times -1": (0, 0, 0, 1)}, "swapped its sides"),
    ("doubled", {**DOUBLED, "all times -1": (0, 0, 0, 0)}, "the bias of 1.5 alone"),
    ("doubled", {**DOUBLED, "bias doubled": (1, 0, 0, 0)}, r"should be 0 at \[0\], got 1"),
    ("doubled", {**DOUBLED, "all doubled": (0, 0, 0, 2)}, "a lamp is 0 or 1, got 2"),
    ("doubled", {}, "expected a dict with these names"),
    ("doubled", None, "expected a dict with these names"),
    ("distance", lambda w1, w2, b: -b / np.hypot(w1, w2), "look at the sign"),
    ("distance", lambda w1, w2, b: b / np.hypot(w1, w2), "look at the sign"),
    ("distance", lambda w1, w2, b: abs(b) / (w1**2 + w2**2), "how long is the arrow"),
    ("distance", lambda w1, w2, b: abs(b), "has length 1"),
    ("distance", lambda w1, w2, b: abs(b / w1), "the x1 axis"),
    ("distance", lambda w1, w2, b: abs(b / w2), "the x2 axis"),
    ("distance", lambda w1, w2, b: abs(b) / (abs(w1) + abs(w2)), "think of Pythagoras"),
    ("distance", lambda w1, w2, b: abs(b) / abs(w1 + w2), "think of Pythagoras"),
    ("distance", lambda w1, w2, b: np.hypot(w1, w2), "the bias decides where"),
    ("distance", lambda w1, w2, b: 1.0, "the distance for the test lines, counted from 0, should be"),
    ("distance", lambda w1, w2, b: None, "replace the dots with your code"),
    ("distance", lambda w1, w2, b: float("inf"), "infinity"),
]


@pytest.mark.parametrize("exercise, answer", RIGHT)
def test_a_right_answer_is_right(exercise, answer, capsys):
    check(f"perceptron.{exercise}", answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("exercise, answer, words", WRONG)
def test_a_wrong_answer_is_refused_in_words_of_its_own(exercise, answer, words):
    with pytest.raises(NotYet, match=words):
        check(f"perceptron.{exercise}", answer)


def test_a_distance_is_that_of_the_nearest_of_many_points_of_the_line():
    # 3 x1 + 4 x2 = 10: the points (x1, (10 - 3 x1) / 4)
    x1 = np.linspace(-10, 10, 200_001)
    assert distance(3, 4, -10) == pytest.approx(np.hypot(x1, (10 - 3 * x1) / 4).min(), abs=1e-6)
