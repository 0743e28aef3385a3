"""The judges of the lesson on back-propagation accept what is right, and name what is wrong."""

import numpy as np
import pytest
import torch

from np_nn.check import NotYet, check, find
from np_nn.exercises import backprop

ROUNDED = 1e-12  # relative to the largest entry: two ways to one array, of a few operations


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Answers


def layer(inputs, weight, bias, grad_outputs, slope=lambda z, a: 1 - a**2):
    z = inputs @ weight.T + bias
    delta = grad_outputs * slope(z, np.tanh(z))
    return delta.T @ inputs, delta.sum(axis=0), delta @ weight


def two_layers(inputs, targets, weight1, bias1, weight2, bias2):
    a1 = sigmoid(inputs @ weight1.T + bias1)
    a2 = sigmoid(a1 @ weight2.T + bias2)
    delta2 = 2 * (a2 - targets) / targets.size * a2 * (1 - a2)
    delta1 = delta2 @ weight2 * a1 * (1 - a1)
    return delta1.T @ inputs, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


def is_right(send_back, sizes=((6, 8, 8), (4, 5, 3)), same=np.allclose, draw=None):
    rng = np.random.default_rng(0)
    draw = draw or (lambda *shape: rng.normal(size=shape))
    for batch, units, inputs in sizes:
        grad_outputs, weight = draw(batch, units), draw(units, inputs)
        if not same(send_back(grad_outputs, weight), grad_outputs @ weight):
            return False
    return True


RIGHT = {
    "layer": layer,
    "two_layers": two_layers,
    "transpose": is_right,
    "mean": 0.8,
    "early": ["weight 1", "bias 1", "inputs"],
}


def test_every_exercise_has_a_right_answer_here():
    assert set(find("backprop")) == set(RIGHT)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_right(name, capsys):
    check(f"backprop.{name}", RIGHT[name])
    assert capsys.readouterr().out.startswith("Right: ")


def by_torch(function, *arrays):
    """Return the gradients of a scalar function of tensors by autograd."""
    leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
    function(*leaves).backward()
    return [leaf.grad.numpy() for leaf in leaves]


def test_autograd_is_a_right_answer_too():
    def torch_layer(inputs, weight, bias, grad_outputs):
        upstream = torch.tensor(grad_outputs)
        grads = by_torch(lambda x, w, b: (torch.tanh(x @ w.T + b) * upstream).sum(), inputs, weight, bias)
        return grads[1], grads[2], grads[0]

    def torch_layers(inputs, targets, *parameters):
        x, y = torch.tensor(inputs), torch.tensor(targets)
        return by_torch(
            lambda w1, b1, w2, b2: torch.mean((torch.sigmoid(torch.sigmoid(x @ w1.T + b1) @ w2.T + b2) - y) ** 2),
            *parameters,
        )

    check("backprop.layer", torch_layer)
    check("backprop.two_layers", torch_layers)


def test_other_forms_of_a_right_answer_are_right():
    check("backprop.layer", lambda *arrays: list(layer(*arrays)))
    check("backprop.early", {"inputs", "weight 1", "bias 1"})
    check("backprop.mean", np.float64(4) / 5)
    check("backprop.transpose", lambda send_back: np.bool_(is_right(send_back)))
    check("backprop.transpose", lambda send_back: is_right(send_back, [(2, 8, 8)]))


def test_the_mistakes_of_two_layers_are_mistakes_of_the_right_answer():
    rng = np.random.default_rng(1)
    sizes = [(4, 3), (4, 3), (3, 3), 3, (3, 3), 3]
    given = [rng.normal(size=size) for size in sizes]
    for mine, theirs in zip(two_layers(*given), backprop._two_layers(*given, "none")):
        assert np.abs(mine - theirs).max() <= ROUNDED * np.abs(mine).max()
    for mistake in backprop.TWO_LAYERS.values():
        wrong = backprop._two_layers(*given, mistake)
        assert any(not np.allclose(a, b) for a, b in zip(wrong, two_layers(*given))), mistake


def changed(place, change):
    """Return an answer to "layer" with one of its three arrays changed."""

    def backward(inputs, weight, bias, grad_outputs):
        got = list(layer(inputs, weight, bias, grad_outputs))
        delta = grad_outputs * (1 - np.tanh(inputs @ weight.T + bias) ** 2)
        got[place] = change(got[place], delta, inputs, weight)
        return got

    return backward


def slope(function):
    return lambda *arrays: layer(*arrays, slope=function)


def broken(mistake):
    """Return an answer to "two_layers" with a mistake of the judge's own table in it."""
    return lambda *given: backprop._two_layers(*given, mistake) or two_layers(*given)


def test(**settings):
    return lambda send_back: is_right(send_back, **settings)


test.__test__ = False  # an answer, not a test of ours


def own(inputs, weight, bias, grad_outputs):
    got = layer(inputs, weight, bias, grad_outputs)
    a = np.tanh(inputs @ weight.T + bias)
    return (grad_outputs * (1 - a**2)).T @ a, *got[1:]


POSITIVE = np.random.default_rng(2)

WRONG = [
    ("layer", slope(lambda z, a: 1), "left out"),
    ("layer", slope(lambda z, a: 1 - z**2), "not 1 - z**2"),
    ("layer", slope(lambda z, a: 1 - np.tanh(a) ** 2), "taken twice"),
    ("layer", slope(lambda z, a: a * (1 - a)), "slope of the sigmoid"),
    ("layer", slope(lambda z, a: 1 - a), "should be"),
    ("layer", lambda x, w, b, g: layer(x, w, b, np.ones_like(g)), "only the slope of tanh"),
    ("layer", changed(0, lambda got, *_: got.T), "it is transposed"),
    ("layer", changed(0, lambda got, delta, *_: got / len(delta)), "weight: it is the mean"),
    ("layer", changed(0, lambda got, delta, x, w: delta[:1].T @ x[:1]), "only the first example"),
    ("layer", lambda *arrays: layer(*arrays)[::-1], "the order is weight, bias, inputs"),
    ("layer", own, "own outputs"),
    ("layer", changed(0, lambda got, *_: -got), "the gradient of weight (4 examples"),
    ("layer", changed(1, lambda got, delta, *_: delta.mean(axis=0)), "bias: it is the mean"),
    ("layer", changed(1, lambda got, delta, *_: delta[0]), "first row only"),
    ("layer", changed(1, lambda got, delta, *_: delta.sum(axis=1)), "axis 0"),
    ("layer", changed(1, lambda got, delta, *_: delta.sum()), "an array of shape (4,)"),
    ("layer", changed(1, lambda got, *_: 2 * got), "the gradient of bias (4 examples"),
    ("layer", changed(2, lambda got, delta, x, w: delta @ w.T), "weight.T"),
    ("layer", changed(2, lambda got, delta, x, w: delta @ (delta.T @ x)), "which stays in the layer"),
    ("layer", changed(2, lambda got, delta, *_: got / len(delta)), "inputs of its own"),
    ("layer", changed(2, lambda got, *_: got + 1), "the gradient of inputs (4 examples"),
    (
        "layer",
        lambda x, w, b, g: (*layer(x, w, b, g)[:2], layer(x, w, b, g)[2] * (1 if len(x) == 4 else 2)),
        "the gradient of inputs (5 examples, 3 inputs, 2 units)",
    ),
    ("layer", lambda *arrays: layer(*arrays)[:2], "3 arrays are wanted"),
    *(("two_layers", broken(mistake), words) for words, mistake in backprop.TWO_LAYERS.items()),
    ("two_layers", lambda *given: [5 * array for array in two_layers(*given)], "should be"),
    ("two_layers", lambda *given: two_layers(*given)[::-1], "of shape (3, 3), got"),
    ("two_layers", lambda *given: [np.inf * array for array in two_layers(*given)], "infinity"),
    ("transpose", lambda send_back: True, "wrong transpose through"),
    ("transpose", lambda send_back: False, "refuses a right layer"),
    ("transpose", test(sizes=[(4, 5, 3)]), "wrong transpose through"),
    ("transpose", test(draw=lambda *shape: np.ones(shape)), "wrong transpose through"),
    ("transpose", test(same=lambda a, b: a.shape == b.shape), "wrong transpose through"),
    ("transpose", test(same=lambda a, b: np.allclose(np.abs(a), np.abs(b))), "flipped sign"),
    ("transpose", test(same=np.array_equal), "in loops"),
    ("transpose", test(sizes=[(1, 8, 8)]), "mean over the batch"),
    ("transpose", test(same=lambda a, b: np.allclose(a[0], b[0])), "of the first"),
    ("transpose", test(draw=lambda *shape: POSITIVE.uniform(size=shape)), "drops the signs"),
    ("transpose", lambda send_back: is_right(send_back, [(2, 1, 1), (2, 8, 8)]) or 1, "True or"),
    ("transpose", lambda send_back: is_right(lambda g, w: send_back(g, w[0, 0])), "stops with"),
    ("transpose", lambda send_back: "yes", "True or False"),
    ("mean", 0.2, "the share that is missing"),
    ("mean", 4, "divides by the larger"),
    ("mean", 5, "how many times too small"),
    ("mean", 1, "if the gradient were 0"),
    ("mean", 0, "batch of one"),
    ("mean", 0.5, "should be 0.8, got 0.5"),
    ("early", [], "weight 1, bias 1, inputs is wrong too"),
    ("early", ["weight 1", "bias 1"], "inputs is wrong too"),
    ("early", ["weight 1", "bias 1", "inputs", "weight 2"], "before it moved"),
    ("early", ["weight 1", "bias 1", "inputs", "bias 3"], "layer 3 was done"),
    ("early", ["weights"], "is none of"),
    ("early", [["weight 1"], 3], "is none of"),
    ("early", [...], "fill in the dots"),
    ("early", "inputs", "a list of names"),
    ("early", None, "a list of names"),
]


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_refused_and_named(name, answer, words):
    with pytest.raises(NotYet) as refused:
        check(f"backprop.{name}", answer)
    assert words in str(refused.value)
