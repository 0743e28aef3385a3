"""The judges of the lesson on the chain rule accept what is right, and name what is wrong."""

import numpy as np
import pytest
import torch

from np_nn.check import NotYet, check
from np_nn.exercises import chain_rule

ROUNDED = 1e-12  # relative: two ways to one number, each of a few operations


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Answers


FILLED = {"L": 1.0, "u": -3.0, "v": 6.0, "w": -6.0, "x": -3.0}


def tanh(w, b, x, y, slope=lambda z: 1 - np.tanh(z) ** 2, outer=lambda a, y: 2 * (a - y)):
    z = w * x + b
    grad_z = outer(np.tanh(z), y) * slope(z)
    return grad_z * x, grad_z


def twice(w, x, y, join=lambda short, long: short + long, through=None, at_end=None):
    a1 = sigmoid(w * x)
    a2 = sigmoid(w * a1)
    grad_z2 = 2 * (a2 - y) * a2 * (1 - a2)
    through = a1 * (1 - a1) if through is None else through
    return join(grad_z2 * a1, grad_z2 * w * through * (x if at_end is None else at_end))


def cross_entropy(z, y):
    return sigmoid(z) - y


def unsimplified(z, y):
    a = sigmoid(np.float64(z))
    return (a - y) / (a * (1 - a)) * (a * (1 - a))


def sweep(graph, start=1.0, join=lambda old, new: old + new, alone=False):
    found = {"L": start}
    for head, arrows in graph.items():
        for tail, local in arrows:
            new = local if alone else found[head] * local
            found[tail] = join(found[tail], new) if tail in found else new
    return found


RIGHT = {
    "fill": FILLED,
    "tanh": tanh,
    "twice": twice,
    "cross_entropy": cross_entropy,
    "sweep": sweep,
}


def test_every_exercise_has_a_right_answer_here():
    from np_nn.check import find

    assert set(find("chain_rule")) == set(RIGHT)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_right(name, capsys):
    check(f"chain_rule.{name}", RIGHT[name])
    assert capsys.readouterr().out.startswith("Right: ")


def test_other_forms_of_a_right_answer_are_right():
    check("chain_rule.fill", {name: int(value) for name, value in FILLED.items()} | {"y": "more"})
    check("chain_rule.tanh", lambda *numbers: np.array(tanh(*numbers)))
    check("chain_rule.tanh", lambda *numbers: list(tanh(*numbers)))
    check("chain_rule.cross_entropy", lambda z, y: -y + 0.5 * (1 + np.tanh(z / 2)))
    check("chain_rule.sweep", lambda graph: dict(sorted(sweep(graph).items())))


def test_the_truth_of_the_judges_is_pytorch_s():
    w, b, x, y = 0.7, -0.4, 1.3, 0.2
    leaf = torch.tensor([w, b], dtype=torch.float64, requires_grad=True)
    ((torch.tanh(leaf[0] * x + leaf[1]) - y) ** 2).backward()
    slope = chain_rule._slope(lambda b: (np.tanh(w * x + b) - y) ** 2, b)
    assert [slope * x, slope] == pytest.approx(leaf.grad.tolist(), rel=ROUNDED)

    leaf = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    ((torch.sigmoid(leaf * torch.sigmoid(leaf * x)) - y) ** 2).backward()
    slope = chain_rule._slope(lambda w: (sigmoid(w * sigmoid(w * x)) - y) ** 2, w)
    assert slope == pytest.approx(leaf.grad.item(), rel=ROUNDED)
    assert twice(w, x, y) == pytest.approx(leaf.grad.item(), rel=ROUNDED)


def test_the_sum_of_paths_is_worked_out_by_hand():
    graph = {"L": [("u", -3.0), ("v", 6.0)], "v": [("x", 1.0)], "u": [("w", 2.0), ("x", 3.0)]}
    # x: -3 * 3 through u, 6 * 1 through v
    assert {name: chain_rule._sum_of_paths(graph, name) for name in FILLED} == FILLED


def fill(**changed):
    return FILLED | changed


def lost_square(z):
    return 1 - np.tanh(z)


SIGMOID_SLOPE = lambda z: np.tanh(z) * (1 - np.tanh(z))  # noqa: E731

WRONG = [
    ("fill", fill(L=-18), "value of L"),
    ("fill", fill(L=0), "starts with"),
    ("fill", fill(L=2), "the gradient of L should be 1, got 2"),
    ("fill", fill(u=6, v=-3), "u is multiplied by v"),
    ("fill", fill(v=-3), "v is multiplied by u"),
    ("fill", fill(w=2), "local derivative"),
    ("fill", fill(w=-9), "x times"),
    ("fill", fill(x=-9), "path through u alone"),
    ("fill", fill(x=6), "path through v alone"),
    ("fill", fill(x=-54), "you multiplied the two paths"),
    ("fill", fill(x=-1.5), "mean of the paths"),
    ("fill", fill(x=15), "minus sign got lost"),
    ("fill", fill(x=4), "these are local derivatives"),
    ("fill", fill(x=3), "the gradient of x should be -3, got 3"),
    ("fill", {"L": 1}, "u, v, w, x is missing"),
    ("fill", [1, -3, 6, -6, -3], "a dict"),
    ("fill", None, "a dict"),
    ("tanh", lambda *n: tanh(*n, outer=lambda a, y: 2 * (y - a)), "sign is flipped"),
    ("tanh", lambda *n: tanh(*n, outer=lambda a, y: a - y), "a 2 is missing"),
    ("tanh", lambda *n: tanh(*n, slope=lambda z: 1), "left out"),
    ("tanh", lambda *n: tanh(*n, slope=SIGMOID_SLOPE), "slope of the sigmoid"),
    ("tanh", lambda *n: tanh(*n, slope=lambda z: 1 - z**2), "not 1 - z"),
    ("tanh", lambda *n: tanh(*n, slope=lambda z: 1 - np.tanh(np.tanh(z)) ** 2), "taken twice"),
    ("tanh", lambda *n: tanh(*n, slope=lost_square), "square is missing"),
    ("tanh", lambda *n: (tanh(*n)[1],) * 2, "gradient of z"),
    ("tanh", lambda *n: tanh(*n)[::-1], "gradient of z"),
    ("tanh", lambda w, b, x, y: (tanh(w, b, x, y)[1] * w, 0), "not w times"),
    ("tanh", lambda *n: (tanh(*n)[0],) * 2, "gradient of w; z moves exactly as far as b"),
    ("tanh", lambda w, b, x, y: (tanh(w, b, x, y)[0], tanh(w, b, x, y)[1] * b), "1, not b"),
    ("tanh", lambda *n: (tanh(*n)[0], -tanh(*n)[1]), "the gradient of b: the sign is flipped"),
    ("tanh", lambda *n: (tanh(*n)[0], 7.0), "got 7"),
    ("tanh", lambda *n: tanh(*n)[0], "are wanted"),
    ("twice", lambda *n: twice(*n, lambda short, long: short), "short path alone"),
    ("twice", lambda *n: twice(*n, lambda short, long: long), "long path alone"),
    ("twice", lambda *n: twice(*n, lambda short, long: short * long), "multiplied"),
    ("twice", lambda *n: twice(*n) / 2, "half of it"),
    ("twice", lambda *n: twice(*n, lambda short, long: 2 * short), "twice the short path"),
    ("twice", lambda w, x, y: twice(w, x, y, lambda s, long: s + long / w), "a w is missing"),
    ("twice", lambda *n: twice(*n, through=1.0), "slope of the first sigmoid is left out"),
    ("twice", lambda *n: twice(*n, at_end=1.0), "an x is missing"),
    ("twice", lambda *n: -twice(*n), "sign is flipped"),
    ("twice", lambda *n: 3 * twice(*n), "should be"),
    ("cross_entropy", lambda z, y: y - sigmoid(z), "sign is flipped"),
    ("cross_entropy", lambda z, y: 2 * (sigmoid(z) - y), "a 2 too many"),
    ("cross_entropy", lambda z, y: (sigmoid(z) - y) * sigmoid(z) * sigmoid(-z), "too many"),
    ("cross_entropy", lambda z, y: 2 * (sigmoid(z) - y) * sigmoid(z) * sigmoid(-z), "squared"),
    ("cross_entropy", lambda z, y: (sigmoid(z) - y) / sigmoid(z) / sigmoid(-z), "gradient of a"),
    ("cross_entropy", lambda z, y: sigmoid(z), "only for a target of 0"),
    ("cross_entropy", lambda z, y: sigmoid(z) - 1, "only for a target of 1"),
    ("cross_entropy", lambda z, y: sigmoid(z) - y**2, "should be"),
    ("cross_entropy", unsimplified, "divides 0 by 0"),
    ("cross_entropy", lambda z, y: sigmoid(z) - y if z < 40 else 0.0 / 0, "0 by 0"),
    ("cross_entropy", lambda z, y: sigmoid(z) - y if z < 40 else 0.5, "z = 40"),
    ("sweep", lambda graph: sweep(graph, join=lambda old, new: new), "overwrites"),
    ("sweep", lambda graph: sweep(graph, join=lambda old, new: old), "only the first path"),
    ("sweep", lambda graph: sweep(graph, start=0.0), "start with 1"),
    ("sweep", lambda graph: sweep(graph, alone=True), "multiply each by the gradient"),
    ("sweep", lambda graph: sweep(graph, join=lambda old, new: old * new), "you multiply paths that meet"),
    ("sweep", lambda graph: sweep(graph, join=lambda old, new: (old + new) / 2), "should be"),
    ("sweep", lambda graph: {n: 2 * v for n, v in sweep(graph).items()}, "of L should be 1, got 2"),
    ("sweep", lambda graph: {n: sweep(graph)[n] for n in graph if n != "L"}, "no gradient of L"),
    ("sweep", lambda graph: list(sweep(graph)), "a dict"),
]


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_refused_and_named(name, answer, words):
    with pytest.raises(NotYet) as refused:
        check(f"chain_rule.{name}", answer)
    assert words in str(refused.value)
