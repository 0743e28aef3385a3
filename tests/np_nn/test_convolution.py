"""The layers of the lesson convolution compute what PyTorch computes, forward and backward."""

import ast
import re

import convolution
import numpy as np
import pytest
import torch
from torch.nn.functional import conv2d, max_pool2d

from docs.plugins.paths import DOCS, SNIPPETS
from docs.plugins.reading.page import Page
from np_nn import digits
from np_nn.gradcheck import check_gradients
from np_nn.network import CrossEntropyLoss, Linear, Network

CLOSE = 1e-12  # sums of at most a few hundred products of size 1: about 1e-14
SHAPES = [
    (3, 1, 0, (6, 7)),
    (3, 2, 1, (7, 8)),
    (2, 3, 2, (5, 9)),
    (4, 2, 0, (9, 10)),
    (1, 1, 0, (2, 3)),
    (3, 1, 3, (3, 3)),
]


def gradients_of(outputs, grad_outputs, *tensors):
    outputs.backward(torch.tensor(grad_outputs))
    return [tensor.grad.numpy() for tensor in tensors]


@pytest.mark.parametrize("size, stride, padding, shape", SHAPES)
def test_a_convolution_is_pytorchs(size, stride, padding, shape):
    rng = np.random.default_rng(0)
    layer = convolution.Conv2d(2, 3, size, rng, stride, padding)
    inputs = rng.normal(size=(4, 2, *shape))
    x, w, b = (torch.tensor(array, requires_grad=True) for array in (inputs, layer.weight, layer.bias))
    theirs = conv2d(x, w, b, stride=stride, padding=padding)
    ours = layer.forward(inputs)
    np.testing.assert_allclose(ours, theirs.detach().numpy(), atol=CLOSE)
    grad_outputs = rng.normal(size=ours.shape)
    found = layer.backward(grad_outputs), layer.grad_weight, layer.grad_bias
    for mine, wanted in zip(found, gradients_of(theirs, grad_outputs, x, w, b), strict=True):
        np.testing.assert_allclose(mine, wanted, atol=CLOSE)


@pytest.mark.parametrize("size, shape", [(2, (6, 6)), (2, (7, 9)), (3, (8, 10)), (1, (2, 2))])
def test_pooling_is_pytorchs_with_ties_and_what_fills_no_block(size, shape):
    rng = np.random.default_rng(1)
    inputs = rng.integers(0, 3, size=(3, 2, *shape)).astype(float)
    x = torch.tensor(inputs, requires_grad=True)
    layer, theirs = convolution.MaxPool2d(size), max_pool2d(x, size)
    ours = layer.forward(inputs)
    np.testing.assert_array_equal(ours, theirs.detach().numpy())
    grad_outputs = rng.normal(size=ours.shape)
    np.testing.assert_array_equal(layer.backward(grad_outputs), *gradients_of(theirs, grad_outputs, x))


def test_a_convolution_starts_as_pytorchs_does():
    """Uniform up to 1 / sqrt(numbers that go into a kernel)."""
    layer = convolution.Conv2d(3, 400, 5, np.random.default_rng(2))
    theirs = torch.nn.Conv2d(3, 400, 5)
    assert layer.weight.shape == tuple(theirs.weight.shape) and layer.bias.shape == tuple(theirs.bias.shape)
    for ours, other in [(layer.weight, theirs.weight), (layer.bias, theirs.bias)]:
        bound = 1 / np.sqrt(75)
        assert 0.95 * bound < np.abs(ours).max() <= bound
        assert 0.95 * bound < other.abs().max().item() <= bound + 1e-6


def test_a_network_of_them_passes_a_gradient_check():
    rng = np.random.default_rng(3)
    layers = [
        convolution.Conv2d(2, 3, 3, rng, padding=1),
        convolution.MaxPool2d(2),
        convolution.Conv2d(3, 4, 2, rng, stride=2),
    ]
    network = Network([*layers, convolution.Flatten(), Linear(4, 3, rng)])
    inputs = rng.normal(size=(3, 2, 5, 5))
    assert max(check_gradients(network, CrossEntropyLoss(), inputs, np.array([0, 2, 1]))) < 1e-6


def test_pictures_with_other_channels_are_refused_in_words():
    layer = convolution.Conv2d(3, 4, 3, np.random.default_rng(0))
    with pytest.raises(
        ValueError, match=r"Conv2d expects inputs of shape \(batch, 3, height, width\), got \(2, 1, 8, 8\)"
    ):
        layer.forward(np.zeros((2, 1, 8, 8)))


def test_relu_and_pooling_may_change_places():
    """So that ReLU may stand behind Flatten."""
    from np_nn.network import ReLU

    rng = np.random.default_rng(4)
    inputs = rng.normal(size=(3, 2, 6, 6))
    pool, flat, relu = convolution.MaxPool2d(2), convolution.Flatten(), ReLU()
    after = relu.forward(flat.forward(pool.forward(inputs)))
    before = pool.forward(relu.forward(inputs.reshape(3, -1)).reshape(inputs.shape)).reshape(3, -1)
    np.testing.assert_array_equal(after, before)


def definitions(source):
    """Return {name: its code without docstrings} of the classes and functions of a module."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            for part in ast.walk(node):
                if isinstance(part, (ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(part) is not None:
                    part.body = part.body[1:]
            found[node.name] = ast.unparse(node)
    return found


def test_the_page_shows_the_layers_of_the_program():
    page = Page.open(DOCS / "lessons/convolution.md")
    shown = {}
    for block in page.blocks:
        if block.language == "python" and not block.exercise:
            shown |= definitions(block.code)
    program = definitions((SNIPPETS / "convolution.py").read_text(encoding="utf-8"))
    for name in ("look", "Conv2d", "MaxPool2d", "Flatten", "dense", "convolutional"):
        assert re.sub(r"\s+", " ", shown[name]) == re.sub(r"\s+", " ", program[name]), name


def test_the_figure_states_the_kernel_of_the_page_and_a_sum_that_pytorch_finds():
    svg = (DOCS / "figures/convolution.svg").read_text(encoding="utf-8")
    numbers = [float(text.replace("−", "-")) for text in re.findall(r">(−?\d\.\d\d)<", svg)]
    kernel = np.random.default_rng(0).uniform(-1, 1, (3, 3))
    assert numbers[:9] == pytest.approx(kernel.ravel(), abs=0.0051)
    picture = torch.tensor(digits.load()[0][0].reshape(1, 1, 8, 8) / 16)
    found = conv2d(picture, torch.tensor(kernel)[None, None])[0, 0, 1, 4].item()
    assert numbers[9:] == pytest.approx([found], abs=0.0051)
    assert "row 2, column 5:" in svg and f"row {6 * 1 + 4 + 1} makes that sum" in svg


def test_the_figure_lights_the_nine_weights_of_that_row():
    """Three bars of three entries; an entry is 6 by 4 units, and the matrix begins at 8, 206."""
    svg = (DOCS / "figures/convolution.svg").read_text(encoding="utf-8")
    drawn = {}
    for path in re.findall(r"<path [^>]*>", svg):
        if 'stroke-width="3.5"' in path:
            bars = re.findall(r"M([\d.]+) ([\d.]+)L([\d.]+) \2", path)
            drawn["blue" if "blue" in path else "muted"] = {
                ((float(x) - 8) / 6, (float(y) - 208) / 4, (float(end) - float(x)) / 6) for x, y, end in bars
            }
    wanted = {(8 * (i + f) + j, 6 * i + j, 3) for i, j, f in np.ndindex(6, 6, 3)}
    assert drawn["blue"] | drawn["muted"] == wanted
    assert drawn["blue"] == {bar for bar in wanted if bar[1] == 10}
