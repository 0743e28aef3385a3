"""The judges of the lesson perceptron-rule: right answers pass, wrong ones are refused by name."""

import numpy as np
import pytest

from np_nn.check import NotYet, check


def rule(correction):
    """Return a reader's function that adds what ``correction`` says of difference, z, x, y, lr."""

    def learn(weights, bias, x, y, lr):
        z = weights @ x + bias
        change, change_of_bias = correction(y - (1 if z > 0 else 0), z, x, y, lr)
        return weights + change, bias + change_of_bias

    return learn


def by_loops(weights, bias, x, y, lr):
    z = bias
    for weight, entry in zip(weights, x):
        z += weight * entry
    output = 1 if z > 0 else 0
    return [w + lr * (y - output) * e for w, e in zip(weights, x)], bias + lr * (y - output)


def in_place(weights, bias, x, y, lr):
    weights += lr * (y - (weights @ x + bias > 0)) * x
    return weights, bias


def third(x1, x2):
    return x1 and x2


LEAKY = (1, 1, -3, 0)
RATES = {0.5: 5, 1: 5, 8: 5}
COPIES = {"A": 2, "B": 3, "C": 1}  # 2 (0, 0) + (3, 6) = 3 (1, 2)
RIGHT = [
    ("learn", rule(lambda d, z, x, y, lr: (lr * d * x, lr * d))),
    ("learn", by_loops),
    ("rates", RATES),
    ("leaky", third, LEAKY),
    ("leaky", lambda x1, x2: x1 * x2, (1, 1, -2, -0.5)),
    ("impossible", COPIES),
    ("impossible", {"A": 4, "B": 6, "C": 2}),
]
WRONG = [
    ("learn", (rule(lambda d, z, x, y, lr: (0, 0)),), "nothing was corrected"),
    ("learn", (rule(lambda d, z, x, y, lr: (-lr * d * x, -lr * d)),), "the wrong way round"),
    ("learn", (rule(lambda d, z, x, y, lr: (lr * d * x, 0)),), "the bias is a parameter too"),
    ("learn", (rule(lambda d, z, x, y, lr: (0, lr * d)),), "the weights are parameters too"),
    ("learn", (rule(lambda d, z, x, y, lr: (lr * d, lr * d)),), "correction by its input"),
    ("learn", (rule(lambda d, z, x, y, lr: (d * x, d)),), "the learning rate is missing$"),
    ("learn", (rule(lambda d, z, x, y, lr: (lr * d * x, d)),), "correction of the bias"),
    ("learn", (rule(lambda d, z, x, y, lr: (lr * (y - z) * x, lr * (y - z))),), "not with z"),
    ("learn", (rule(lambda d, z, x, y, lr: (lr * (y - (z >= 0)) * x, lr * (y - (z >= 0)))),), "z > 0, not z >= 0"),
    ("learn", (rule(lambda d, z, x, y, lr: (lr * y * x, lr * y)),), "needs no correction"),
    ("learn", (rule(lambda d, z, x, y, lr: (lr * abs(d) * x, lr * abs(d))),), "the sign is lost"),
    ("learn", (rule(lambda d, z, x, y, lr: (lr * d * x * x, lr * d)),), "for weights .* the new weight should be"),
    ("learn", (rule(lambda d, z, x, y, lr: (lr * d * x, 2 * lr * d)),), "for weights .* the new bias should be"),
    ("learn", (in_place,), "make a new one instead"),
    ("learn", (lambda weights, bias, x, y, lr: weights,), "return two things"),
    ("learn", (lambda weights, bias, x, y, lr: (bias, weights),), "the new weights, should be"),
    ("learn", (lambda weights, bias, x, y, lr: (weights, "b"),), "the new bias, should be made of"),
    ("learn", (lambda weights, bias, x, y, lr: None,), "replace the dots with your code"),
    ("rates", ({0.5: 10, 1: 5, 8: 1},), "different numbers for 0.5 and 1"),
    ("rates", ({0.5: 5, 1: 5, 8: 1},), "different numbers for 1 and 8"),
    ("rates", ({0.5: 6, 1: 6, 8: 6},), "not the one without"),
    ("rates", ({0.5: 8, 1: 8, 8: 8},), "8 epochs were run"),
    ("rates", ({0.5: 10, 1: 10, 8: 10},), "10 is the number of mistakes"),
    ("rates", ({0.5: 3, 1: 3, 8: 3},), "should be 5 .*, got 3"),
    ("rates", ({1: 5},), "a dict"),
    ("rates", (5,), "a dict"),
    ("leaky", (lambda x1, x2: x1 != x2, LEAKY), "that is the target"),
    ("leaky", (lambda x1, x2: x1 or x2, LEAKY), "that is OR"),
    ("leaky", (lambda x1, x2: 1, LEAKY), "the work of a bias"),
    ("leaky", (lambda x1, x2: x1, LEAKY), r"the third column, .* should be 0 at \[2\], got 1"),
    ("leaky", (lambda x1, x2: None, LEAKY), "replace the dots with your code"),
    ("leaky", (third, (1, 1, 0, -0.5)), "add the four inequalities"),
    ("leaky", (third, (1, 1, -1, 0)), "in the row 1 1 1, z is 1, so the output is 1; it should be 0"),
    ("impossible", ({"A": 1, "B": 1, "C": 1},), "w1 appears 1 times .* and 3 times"),
    ("impossible", ({"A": 1, "B": 3, "C": 1},), "b appears 3 times .* and 2 times"),
    ("impossible", ({"A": 0, "B": 0, "C": 0},), "without a copy of B"),
    ("impossible", ({"A": -2, "B": -3, "C": -1},), "reverse its inequality"),
    ("impossible", ({"A": float("inf"), "B": 3, "C": 1},), "infinity"),
    ("impossible", ({"A": 2},), "a dict"),
    ("impossible", (None,), "a dict"),
]


@pytest.mark.parametrize("exercise, answers", [(name, answers) for name, *answers in RIGHT])
def test_a_right_answer_is_right(exercise, answers, capsys):
    check(f"perceptron_rule.{exercise}", *answers)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("exercise, answers, words", WRONG)
def test_a_wrong_answer_is_refused_in_words_of_its_own(exercise, answers, words):
    with pytest.raises(NotYet, match=words):
        check(f"perceptron_rule.{exercise}", *answers)


def test_the_copies_of_the_solution_cannot_be_satisfied_by_any_of_many_perceptrons():
    rng = np.random.default_rng(0)
    w1, w2, b = rng.normal(size=(3, 100_000))
    dark_a, bright_b, dark_c = b <= 0, w1 + 2 * w2 + b > 0, 3 * w1 + 6 * w2 + b <= 0
    assert not (dark_a & bright_b & dark_c).any()
    assert (dark_a & bright_b).any() and (bright_b & dark_c).any() and (dark_a & dark_c).any()
