"""The judges of the lesson on layers: right answers pass, and mistakes are named."""

import numpy as np
import pytest

from np_nn.check import NotYet, check
from np_nn.exercises import layers
from np_nn.network import Linear, Network, Sigmoid


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def with_np_nn(inputs, weight, bias):
    linear = Linear(weight.shape[1], weight.shape[0], np.random.default_rng(0))
    linear.weight[:], linear.bias[:] = weight, bias
    return Sigmoid().forward(linear.forward(inputs))


def with_loops(inputs, weight, bias):
    return [[sigmoid(sum(x * w for x, w in zip(row, unit)) + b) for unit, b in zip(weight, bias)] for row in inputs]


def count(sizes):
    return sum(d * m + m for d, m in zip(sizes, sizes[1:]))


def count_with_np_nn(sizes):
    rng = np.random.default_rng(0)
    network = Network([Linear(d, m, rng) for d, m in zip(sizes, sizes[1:])])
    return sum(parameter.size for parameter, _ in network.parameters())


def pairs(sizes):
    return list(zip(sizes, sizes[1:]))


SHAPES = {
    "inputs @ weight.T": (4, 5),
    "inputs @ weight": "error",
    "inputs @ weight.T + bias": (4, 5),
    "weight * inputs[0]": (5, 3),
    "weight @ inputs[0]": (5,),
    "outputs - targets": (4, 4),
}
WAITS = {1: "goes on", 2: "stops", 3: "goes on", 4: "stops"}


def collapse(weight1, bias1, weight2, bias2):
    return weight2 @ weight1, bias1 @ weight2.T + bias2


RIGHT = {
    "layer": [(lambda x, w, b: sigmoid(x @ w.T + b),), (with_np_nn,), (with_loops,)],
    "count": [(count,), (count_with_np_nn,)],
    "shapes": [(SHAPES,)],
    "waits": [(WAITS,)],
    "collapse": [(collapse,), (lambda w1, b1, w2, b2: (w2 @ w1, w2 @ b1 + b2),)],
}

# Exercise, answer, words of the sentence
WRONG = [
    ("layer", lambda x, w, b: x @ w.T + b, "has an activation function too"),
    ("layer", lambda x, w, b: x @ w.T, "only a matrix"),
    ("layer", lambda x, w, b: sigmoid(x @ w.T), "the biases are missing"),
    ("layer", lambda x, w, b: sigmoid(x @ w.T) + b, "belong in the sum"),
    ("layer", lambda x, w, b: np.tanh(x @ w.T + b), "that is tanh"),
    ("layer", lambda x, w, b: sigmoid(sigmoid(x @ w.T + b)), "applied twice"),
    ("layer", lambda x, w, b: sigmoid(w @ x.T + b[:, None]), "are in columns"),
    ("layer", lambda x, w, b: sigmoid(x @ w.T - b), "should be"),
    ("count", lambda sizes: sum(d * m for d, m in pairs(sizes)), "only the weights"),
    ("count", lambda sizes: sum(sizes[1:]), "only the biases"),
    ("count", lambda sizes: sum(sizes), "inputs and units"),
    ("count", lambda sizes: sum(d * m + 1 for d, m in pairs(sizes)), "one bias for each layer"),
    ("count", lambda sizes: sum(d * m + d for d, m in pairs(sizes)), "one bias for each input"),
    ("count", lambda sizes: count(sizes) + sizes[0], "the inputs have no biases"),
    ("count", lambda sizes: 2 * sum(d * m for d, m in pairs(sizes)), "a bias for each weight"),
    ("count", lambda sizes: 86, "count of [4, 7, 1, 6] should be 55, got 86"),
    ("count", lambda sizes: count(sizes) + 1, "should be 55, got 56"),
    ("shapes", None, "a dictionary"),
    ("shapes", SHAPES | {"inputs @ weight.T": "4, 5"}, "needs a shape such as (4, 3)"),
    ("shapes", SHAPES | {"inputs @ weight.T": np.zeros(2)}, "needs a shape such as (4, 3)"),
    ("shapes", SHAPES | {"inputs @ weight.T": (4.0, np.nan)}, "needs a shape such as (4, 3)"),
    ("shapes", SHAPES | {"inputs @ weight.T": (5, 4)}, "rows of (4, 3)"),
    ("shapes", SHAPES | {"inputs @ weight": (4, 3)}, "a column of weight has 5"),
    ("shapes", SHAPES | {"inputs @ weight.T + bias": "error"}, "added to every row"),
    ("shapes", SHAPES | {"weight * inputs[0]": (5,)}, "* adds nothing up"),
    ("shapes", SHAPES | {"weight @ inputs[0]": (5, 3)}, "gives one number"),
    ("shapes", SHAPES | {"outputs - targets": (4, 1)}, "no longer a column"),
    ("shapes", SHAPES | {"outputs - targets": (4,)}, "no longer a column"),
    ("shapes", SHAPES | {"outputs - targets": "error"}, "both are stretched"),
    ("waits", None, "a dictionary with the keys 1, 2, 3 and 4"),
    ("waits", {1: "stops"}, "a dictionary with the keys 1, 2, 3 and 4"),
    ("waits", WAITS | {2: "stop"}, "either 'stops' or 'goes on', got 'stop'"),
    ("waits", WAITS | {2: np.zeros(3)}, "either 'stops' or 'goes on'"),
    ("waits", WAITS | {1: "stops"}, "a size of 1 is stretched"),
    ("waits", WAITS | {2: "goes on"}, "meets 2 rows: neither is 1"),
    ("waits", WAITS | {3: "stops"}, "that fits, although it is wrong"),
    ("waits", WAITS | {4: "goes on"}, "meets 4 rows: neither is 1"),
    ("collapse", lambda w1, b1, w2, b2: w2 @ w1, "return the pair"),
    ("collapse", lambda w1, b1, w2, b2: (..., ...), "weight for 3 inputs"),
    ("collapse", lambda w1, b1, w2, b2: (w1 @ w2, b2), "the order is wrong"),
    ("collapse", lambda w1, b1, w2, b2: ((w2 @ w1).T, b2), "that is the transpose"),
    ("collapse", lambda w1, b1, w2, b2: (w1.T @ w2.T, b2), "that is the transpose"),
    ("collapse", lambda w1, b1, w2, b2: (w2.T @ w1.T, b2), "no transpose is needed"),
    ("collapse", lambda w1, b1, w2, b2: (w1 + w2, b2), "they do not add"),
    ("collapse", lambda w1, b1, w2, b2: (w2 * w1, b2), "the matrix product is @"),
    ("collapse", lambda w1, b1, w2, b2: (w2 @ w1, b2), "bias1 is lost"),
    ("collapse", lambda w1, b1, w2, b2: (w2 @ w1, w2 @ b1), "bias2 is lost"),
    ("collapse", lambda w1, b1, w2, b2: (w2 @ w1, b1 + b2), "goes through weight2"),
    ("collapse", lambda w1, b1, w2, b2: (w2 @ w1, b1 @ w2 + b2), "a transpose is missing"),
    ("collapse", lambda w1, b1, w2, b2: (w2 @ w1, b1 @ w2.T - b2), "should be"),
]


@pytest.mark.parametrize("exercise", RIGHT)
def test_right_answers_are_right_in_any_form(exercise, capsys):
    for answers in RIGHT[exercise]:
        check(f"layers.{exercise}", *answers)
        assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("exercise, answer, words", WRONG)
def test_wrong_answers_are_told_what_to_look_at(exercise, answer, words):
    with pytest.raises(NotYet) as refusal:
        check(f"layers.{exercise}", answer)
    assert words in str(refusal.value) and "\n" not in str(refusal.value)


def test_an_answer_that_changes_what_it_is_given_is_refused():
    def spoil(inputs, weight, bias):
        inputs *= 2
        return sigmoid(inputs @ weight.T + bias)

    with pytest.raises(NotYet, match="changes the array"):
        layers.layer(spoil)


def test_numpy_says_of_the_puzzles_what_the_judge_says():
    names = {
        "inputs": np.zeros((4, 3)),
        "weight": np.zeros((5, 3)),
        "bias": np.zeros(5),
        "outputs": np.zeros((4, 1)),
        "targets": np.zeros(4),
    }
    assert layers.PUZZLES.keys() == layers.REASONS.keys() == SHAPES.keys()
    for expression, shape in layers.PUZZLES.items():
        if shape is None:
            with pytest.raises(ValueError):
                eval(expression, names)
        else:
            assert eval(expression, names).shape == shape


def test_numpy_stops_and_goes_on_as_the_judge_says():
    for batch, told in WAITS.items():
        try:
            np.zeros((batch, 3)) + np.zeros(3)[:, np.newaxis]
            found = "goes on"
        except ValueError:
            found = "stops"
        assert found == told
