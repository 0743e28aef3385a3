"""The judges of "Read the whole network"."""

import numpy as np

from np_nn.check import NotYet, call, compare, expect, unguarded
from np_nn.gradcheck import check_gradients
from np_nn.network import Layer, Linear, MSELoss, Network, Tanh


def count_parameters(function):
    """Judge a function: a network to how many numbers it learns."""
    rng = np.random.default_rng(11)
    inside = Network([Linear(6, 6, rng), Tanh()])
    within = sum(parameter.size for parameter, _ in inside.parameters())
    networks = {
        "a 3-5 network": Network([Linear(3, 5, rng)]),
        "a 3-5-8-2 network": Network([Linear(3, 5, rng), Tanh(), Linear(5, 8, rng), Tanh(), Linear(8, 2, rng)]),
        "a network in a network": Network([Linear(7, 6, rng), inside, Linear(6, 1, rng)]),
    }
    for name, network in networks.items():
        arrays = [parameter for parameter, _ in network.parameters()]
        right, weights = (sum(array.size for array in arrays if array.ndim in kinds) for kinds in ([1, 2], [2]))
        compare(call(function, network), right, f"count_parameters of {name}", [
            (2 * right, "the gradients are counted too, and they are not what is learned"),
            (len(arrays), "that is how many arrays there are; each holds many numbers"),
            (2 * len(arrays), "that is how many arrays there are, with those of the gradients"),
            (sum(map(len, arrays)), "len of an array is the number of its rows"),
            (weights, "the biases are missing"),
            (right - weights, "those are the biases; the weights are missing"),
            (right - within, "the network inside has parameters too"),
        ])  # fmt: skip
    return "parameters() hands out every array that learns, however deep it lies"


def leaky_relu(layer_class):
    """Judge a class: a layer that passes a hundredth of what is below 0."""
    layer = _made(layer_class)
    rng = np.random.default_rng(12)
    for shape in [(5, 3), (4, 2)]:
        inputs, grad_outputs = rng.normal(size=shape), rng.normal(size=shape)
        small = 0.01 * inputs
        compare(call(unguarded(layer, "forward"), inputs), np.where(inputs > 0, inputs, small), "forward", [
            (np.maximum(inputs, 0), "that is ReLU: nothing comes through below 0"),
            (np.where(inputs > 0, inputs, 0.1 * inputs), "a tenth comes through, not a hundredth"),
            (np.where(inputs > 0, inputs, -small), "the sign has changed below 0"),
            (np.where(inputs > 0, inputs, 0.01), "below 0 the output is 0.01 z, and yours is 0.01"),
            (np.where(inputs > 0, small, inputs), "the two sides are mixed up"),
            (np.minimum(inputs, small), "the two sides are mixed up"),
        ])  # fmt: skip
        slopes = np.where(inputs > 0, 1, 0.01)
        compare(call(unguarded(layer, "backward"), grad_outputs), grad_outputs * slopes, "backward", [
            (slopes, "the gradient from above is missing"),
            (grad_outputs * (inputs > 0), "below 0 the slope is 0.01, and yours is 0"),
            (grad_outputs, "the slope is missing: it is 1 above 0 only"),
            (np.where(inputs > 0, grad_outputs, 0.01), "the gradient from above is missing below 0"),
            (np.where(inputs > 0, 1, grad_outputs * 0.01), "the gradient from above is missing above 0"),
            (np.where(grad_outputs > 0, grad_outputs, 0.01 * grad_outputs),
             "the inputs open and close the gate, not the gradients"),
            (grad_outputs * np.where(inputs > 0, inputs, small), "those are outputs, not slopes"),
        ])  # fmt: skip
    _prove(Network([Linear(3, 6, rng), layer, Linear(6, 2, rng)]), rng)
    return "forward and backward fit, and central differences found nothing against them"


def residual(layer_class):
    """Judge a class: a layer that adds its inputs to the outputs of the layer that it is given."""
    rng = np.random.default_rng(13)
    inside = Network([Linear(4, 4, rng), Tanh()])
    layer = _made(layer_class, inside)
    inputs, grad_outputs = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    through = inside.forward(inputs)
    compare(call(layer.forward, inputs), inputs + through, "forward", [
        (through, "the way around is missing: add the inputs"),
        (inputs, "the layer inside is missing"),
        (inputs * through, "the two paths are added, and you multiply them"),
        (inputs + inside.forward(inputs + through), "the layer inside has run twice"),
    ])  # fmt: skip
    back = _inner(inside, inputs, grad_outputs)
    compare(_returned(layer, inputs, grad_outputs), grad_outputs + back, "backward", [
        (back, "the gradient that comes around the layer is missing"),
        (grad_outputs, "the gradient that comes through the layer is missing"),
        (1 + back, "around the layer comes the gradient from above, not 1"),
        (grad_outputs * back, "over two paths one adds"),
        (inputs + back, "what comes around is the gradient from above, not the inputs"),
    ])  # fmt: skip
    pairs = layer.parameters()
    lost = "parameters is missing: an optimiser would not know of the layer inside"
    expect(isinstance(pairs, (list, tuple)) and len(pairs) > 0, lost)
    own = [array for pair in inside.parameters() for array in pair]
    got = [array for pair in pairs for array in pair] if all(map(_is_pair, pairs)) else []
    same = len(got) == len(own) and all(a is b for a, b in zip(got, own))
    expect(same, "parameters should be those of the layer inside: the arrays themselves")
    _prove(Network([Linear(3, 4, rng), layer, Linear(4, 2, rng)]), rng)
    return "two paths forward, two back, and the layer inside still learns"


def _made(layer_class, *arguments):
    """Return layer_class(*arguments), which must be a Layer."""
    is_layer = isinstance(layer_class, type) and issubclass(layer_class, Layer)
    expect(is_layer, f"a class derived from Layer is wanted, got {layer_class!r:.50}")
    try:
        return layer_class(*arguments)
    except TypeError as error:
        raise NotYet(f"the layer cannot be made: {error}") from None


def _is_pair(pair):
    return isinstance(pair, (tuple, list)) and len(pair) == 2


def _inner(inside, inputs, grad_outputs):
    inside.forward(inputs)
    return inside.backward(grad_outputs)


def _returned(layer, inputs, grad_outputs):
    call(layer.forward, inputs)
    return call(layer.backward, grad_outputs)


def _prove(network, rng):
    """NotYet unless central differences agree with every gradient of the network."""
    inputs, targets = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    errors = check_gradients(network, MSELoss(), inputs, targets)
    expect(max(errors) < 1e-6, "in a network, central differences disagree with your backward")
