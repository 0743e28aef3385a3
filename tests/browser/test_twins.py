"""np_nn and PyTorch are twins: layer by layer and step by step, from the same weights."""

import ast
import inspect

import numpy as np
import pytest
import torch
import xor_pytorch
from torch import nn

from docs.plugins import paths
from docs.plugins.reading import blocks
from docs.plugins.reading.page import Page
from np_nn import zoo
from np_nn.network import SGD, BCEWithLogitsLoss, Linear, Network, Tanh

# Both round in the 16th digit, and all numbers here are below 20.
SAME = 1e-12
PLACES = [
    ("Linear", "outputs"), ("Linear", "gradient"), ("Linear", "grad_weight"), ("Linear", "grad_bias"),
    ("Tanh", "outputs"), ("Tanh", "gradient"),
    ("Linear", "outputs"), ("Linear", "gradient"), ("Linear", "grad_weight"), ("Linear", "grad_bias"),
]  # fmt: skip


def twins(seed=0, kinds=(Linear, Tanh, Linear)):
    """Return a network of np_nn and a model of PyTorch with the same weights."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    hidden, activation, output = kinds
    network = Network([hidden(2, 8, rng), activation(), output(8, 1, rng)])
    model = xor_pytorch.XORNetwork().double()
    xor_pytorch.copy_weights(network, model)
    return network, model


def test_the_twins_agree_in_every_layer_over_2000_steps_of_xor(proven):
    network, model = twins()
    ours = SGD(network.parameters(), xor_pytorch.LR)
    theirs = torch.optim.SGD(model.parameters(), xor_pytorch.LR)
    worst, largest = np.zeros(len(PLACES)), np.zeros(len(PLACES))
    for _ in range(2000):
        rows = xor_pytorch.compare(network, model)  # leaves its gradients in both
        assert [row[:2] for row in rows] == PLACES
        largest = np.maximum(largest, [row[2] for row in rows])
        worst = np.maximum(worst, [row[3] for row in rows])
        ours.step()
        theirs.step()
    assert (worst <= SAME).all(), dict(zip(PLACES, worst))
    assert xor_pytorch.largest_difference(network, model) <= SAME
    assert (largest > 0.01).all(), "what is compared are not zeros"
    proven(
        "twins",
        "np_nn and PyTorch, from the same weights, agree in every output and every gradient of "
        "every layer, and in every weight, before each of 2,000 steps of training XOR: no "
        "difference is above 10⁻¹².",
    )
    answers = network.forward(xor_pytorch.INPUTS) > 0
    assert np.array_equal(answers, xor_pytorch.TARGETS == 1)


@pytest.mark.parametrize(
    "kinds, spoilt",
    [
        ((Linear, zoo.SlopeOfZ, Linear), {1, 2, 3}),
        ((zoo.MeanBias, Tanh, Linear), {3}),
        ((Linear, Tanh, zoo.RandomFeedback), {1, 2, 3, 5}),
    ],
)
def test_a_twin_that_is_wrong_is_found_in_its_layer(kinds, spoilt):
    rows = xor_pytorch.compare(*twins(kinds=kinds))
    wrong = {place for place, row in enumerate(rows) if row[3] > SAME}
    assert wrong == spoilt


def test_a_walk_gives_the_gradients_of_one_backward_pass():
    """What `walk` leaves in the layers is what Network.backward leaves there."""
    network, _ = twins(1)
    loss = BCEWithLogitsLoss()
    outputs, gradients = xor_pytorch.walk(network.layers, loss, xor_pytorch.INPUTS, xor_pytorch.TARGETS)
    walked = [gradient.copy() for _, gradient in network.parameters()]
    assert [o.shape for o in outputs] == [g.shape for g in gradients] == [(4, 8), (4, 8), (4, 1)]
    assert np.array_equal(outputs[-1], network.forward(xor_pytorch.INPUTS))
    loss.forward(outputs[-1], xor_pytorch.TARGETS)
    network.backward(loss.backward())
    for before, (_, after) in zip(walked, network.parameters(), strict=True):
        assert np.array_equal(before, after)


def test_a_walk_through_a_model_gives_what_one_call_gives():
    _, model = twins(2)
    x, y = torch.from_numpy(xor_pytorch.INPUTS), torch.from_numpy(xor_pytorch.TARGETS)
    loss, modules = nn.BCEWithLogitsLoss(), [model.hidden, nn.Tanh(), model.output]
    outputs, _ = xor_pytorch.walk_model(modules, loss, x, y)
    walked = [parameter.grad.clone() for parameter in model.parameters()]
    model.zero_grad()
    loss(model(x), y).backward()
    assert torch.equal(outputs[-1], model(x))
    assert all(torch.equal(a, p.grad) for a, p in zip(walked, model.parameters(), strict=True))


def functions(source):
    """Return {name: code without its docstring} of the functions that a program defines."""
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            found[node.name] = [ast.unparse(node.args), *map(ast.unparse, body)]
    return found


def test_the_lesson_compares_with_the_code_that_is_tested_here():
    page = Page.open(paths.DOCS / "lessons/pytorch.md").blocks
    shown = functions(next(p for b, p in blocks.programs(page) if "def differences" in b.code))
    ours = functions(inspect.getsource(xor_pytorch))
    assert {"walk", "walk_model", "differences"} <= shown.keys()
    assert {name: shown[name] for name in shown} == {name: ours[name] for name in shown}
