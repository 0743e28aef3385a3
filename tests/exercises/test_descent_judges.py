"""The judges of the lesson on descent: they take right answers, and name the wrong ones."""

import math
import re

import numpy as np
import pytest
import torch

from np_nn.check import NotYet, check, find
from np_nn.exercises import descent

FATES = {0.6: "explodes", 0.2: "straight", 0.5: "bounces", 0.4: "zigzag"}


def descend(slopes, x, y, lr, steps):
    for _ in range(steps):
        along_x, along_y = slopes(x, y)
        x, y = x - lr * along_x, y - lr * along_y
    return x, y


def one_by_one(slopes, x, y, lr, steps):
    for _ in range(steps):
        x -= lr * slopes(x, y)[0]
        y -= lr * slopes(x, y)[1]
    return x, y


def slopes_of_the_start(slopes, x, y, lr, steps):
    along_x, along_y = slopes(x, y)
    for _ in range(steps):
        x, y = x - lr * along_x, y - lr * along_y
    return x, y


def steps_of_one_length(slopes, x, y, lr, steps):
    for _ in range(steps):
        gradient = np.array(slopes(x, y))
        x, y = np.array([x, y]) - lr * gradient / np.linalg.norm(gradient)
    return x, y


def returns_too_early(slopes, x, y, lr, steps):
    return descend(slopes, x, y, lr, 1)


def steps_needed(lr, curvature, share):
    return math.ceil(math.log(share) / math.log(abs(1 - lr * curvature)))


def counted(lr, curvature, share):
    left, steps = 1, 0
    while abs(left) > share:
        left, steps = left * (1 - lr * curvature), steps + 1
    return steps


RIGHT = {
    "fates": [0.5, FATES],
    "descend": [descend],
    "steps_needed": [steps_needed],
    "round_valley": [1, 1],
    "limit": [14.7],
}
OTHER_RIGHT = [
    ("descend", [lambda *walk: np.array(descend(*walk))]),
    ("steps_needed", [counted]),
    ("limit", [14.73]),
]
WRONG = [
    ("fates", [4, FATES], "4 is the curvature along w1"),
    ("fates", [2, FATES], "along w2 alone"),
    ("fates", [1, FATES], "how fast does the slope 4 w1 change"),
    ("fates", [0.25, FATES], "the bottom in one step"),
    ("fates", [0.2, FATES], "the valley in the lesson"),
    ("fates", [0.6, FATES], "the bound should be 0.5"),
    ("fates", [0.5, {**FATES, 0.5: "zigzag"}], "multiplies w1 by -1.0"),
    ("fates", [0.5, {**FATES, 0.6: "bounces"}], "multiplies w1 by -1.4"),
    ("fates", [0.5, {**FATES, 0.4: "straight"}], "multiplies w1 by -0.6"),
    ("fates", [0.5, {**FATES, 0.2: "zigzag"}], "multiplies w1 by 0.2"),
    ("fates", [0.5, {**FATES, 0.2: "flies"}], "one of straight, zigzag, bounces, explodes"),
    ("fates", [0.5, {**FATES, 0.2: np.zeros(3)}], "one of straight, zigzag, bounces, explodes"),
    ("fates", [0.5, ["straight"]], "a dictionary"),
    ("descend", [one_by_one], "w1 moves before"),
    ("descend", [lambda s, x, y, lr, k: descend(s, x, y, -lr, k)], "uphill"),
    ("descend", [lambda s, x, y, lr, k: descend(s, x, y, lr, k + 1)], "one step too many"),
    ("descend", [lambda s, x, y, lr, k: descend(s, x, y, lr, max(k - 1, 1))], "one step too few"),
    ("descend", [lambda s, x, y, lr, k: (x, y)], "nothing has moved"),
    ("descend", [returns_too_early], "the first step"),
    ("descend", [slopes_of_the_start], "again after each step"),
    ("descend", [lambda s, x, y, lr, k: descend(s, x, y, 1, k)], "the learning rate is missing"),
    ("descend", [steps_of_one_length], "have length lr"),
    ("descend", [lambda *walk: descend(*walk)[::-1]], "swapped w1 and w2"),
    ("descend", [lambda *walk: (0, 0)], "should be"),
    ("steps_needed", [lambda *a: math.log(a[2]) / math.log(abs(1 - a[0] * a[1]))], "whole number"),
    ("steps_needed", [lambda *a: steps_needed(*a) - 1], "round up"),
    ("steps_needed", [lambda *a: steps_needed(*a) + 1], "one more"),
    ("steps_needed", [lambda lr, c, share: steps_needed(lr, 1, share)], "curvature is missing"),
    ("steps_needed", [lambda *a: 1 / (1 - a[0] * a[1])], "multiply"),
    ("steps_needed", [lambda *a: math.ceil(math.log(a[2]) / math.log(1 - a[0] * a[1]))], "the factor is negative"),
    ("steps_needed", [lambda *a: np.ceil(np.log(a[2]) / np.log(1 - a[0] * a[1]))], "the factor is negative"),
    ("steps_needed", [lambda *a: 7], "should be 90"),
    ("round_valley", [0.19, 1], "the old valley needed"),
    ("round_valley", [0.5, 1], "not in one step"),
    ("round_valley", [1.5, 1], "not in one step"),
    ("round_valley", [2, 1], "nothing arrives"),
    ("round_valley", [-1, 1], "above 0"),
    ("round_valley", [1, 2], "after the first step"),
    ("limit", [0.1357], "the curvature itself"),
    ("limit", [7.37], "1 over the curvature"),
    ("limit", [36.77], "the flattest direction"),
    ("limit", [4 / (0.0544 + 0.1357)], "the mean of the curvatures"),
    ("limit", [12.0], "at the minimum"),
    ("limit", [math.inf], "infinity"),
]


def test_every_exercise_has_answers_here():
    assert set(find("descent")) == set(RIGHT) == {name for name, _, _ in WRONG}


@pytest.mark.parametrize("name, answer", [*RIGHT.items(), *OTHER_RIGHT])
def test_a_right_answer_is_right(name, answer, capsys):
    check(f"descent.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(name, answer, words):
    with pytest.raises(NotYet, match=re.escape(words)):
        check(f"descent.{name}", *answer)


def test_the_curvatures_of_the_rain_forecast_are_those_that_pytorch_finds():
    pressure = torch.tensor([-3, -2, -1, 0, 1, 2], dtype=torch.float64)
    rained = torch.tensor([1, 1, 1, 0, 1, 0], dtype=torch.float64)

    def loss(point):
        return ((torch.sigmoid(point[0] * pressure + point[1]) - rained) ** 2).mean()

    point = torch.tensor([-0.8, 0.5], dtype=torch.float64)
    for _ in range(20):  # Newton's method, which needs no learning rate
        hessian = torch.autograd.functional.hessian(loss, point)
        point -= torch.linalg.solve(hessian, torch.autograd.functional.jacobian(loss, point))
    # The judge's are written with seven digits after the point.
    assert np.allclose(torch.linalg.eigvalsh(hessian), descent._CURVATURES, atol=1e-7)
