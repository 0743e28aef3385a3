"""The judges of the lesson on the network: they take right answers, and name the wrong ones."""

import re

import numpy as np
import pytest

from np_nn.check import NotYet, check, find
from np_nn.network import Layer, Linear, ReLU


def count_parameters(network):
    return sum(array.size for array in arrays(network))


def arrays(network):
    return [array for array, _ in network.parameters()]


def layer_by_layer(network):
    return sum(each.weight.size + each.bias.size for each in network.layers if isinstance(each, Linear))


def leaky(inputs):
    return np.where(inputs > 0, inputs, 0.01 * inputs)


def slopes(outputs, grad_outputs):
    return grad_outputs * np.where(outputs > 0, 1, 0.01)


def activation(forward=leaky, backward=slopes, bases=(Layer,)):
    """Return a layer class of these two functions."""

    class LeakyReLU(*bases):
        def forward(self, inputs):
            self.inputs, self.outputs = inputs, forward(inputs)
            return self.outputs

        def backward(self, grad_outputs):
            return backward(self.outputs, grad_outputs)

    return LeakyReLU


class First(Layer):
    """Goes back through the first batch that it has ever seen."""

    seen = None

    def forward(self, inputs):
        self.outputs = leaky(inputs)
        if self.seen is None:
            self.seen = self.outputs
        return self.outputs

    def backward(self, grad_outputs):
        return grad_outputs * np.where(self.seen > 0, 1, 0.01)[: len(grad_outputs), :1]


def residual(
    forward=lambda inputs, through: inputs + through,
    backward=lambda grad_outputs, back, inputs: grad_outputs + back,
    parameters=lambda layer: layer.parameters(),
):
    """Return a residual class of these three functions."""

    class Residual(Layer):
        def __init__(self, layer):
            self.layer = layer

        def forward(self, inputs):
            self.inputs, self.outputs = inputs, forward(inputs, self.layer.forward(inputs))
            return self.outputs

        def backward(self, grad_outputs):
            return backward(grad_outputs, self.layer.backward(grad_outputs), self.inputs)

        def parameters(self):
            return parameters(self.layer)

    return Residual


class TwiceThrough(residual()):
    def forward(self, inputs):
        return inputs + self.layer.forward(super().forward(inputs))


class NoBackward(residual()):
    def backward(self, grad_outputs):
        return grad_outputs


class Halves(residual()):
    """Halves the gradients of the layer inside, after they have been computed."""

    def backward(self, grad_outputs):
        grad_inputs = super().backward(grad_outputs)
        for _, gradient in self.parameters():
            gradient /= 2
        return grad_inputs


def copies(layer):
    return [(parameter.copy(), gradient) for parameter, gradient in layer.parameters()]


RIGHT = {
    "count_parameters": [count_parameters],
    "leaky_relu": [activation()],
    "residual": [residual()],
}
OTHER_RIGHT = [
    ("count_parameters", [lambda network: np.float64(count_parameters(network))]),
    ("leaky_relu", [activation(lambda z: np.maximum(z, 0.01 * z))]),
    ("leaky_relu", [activation(bases=(ReLU,))]),
    ("residual", [residual(lambda inputs, through: through + inputs)]),
]
WRONG = [
    ("count_parameters", [lambda network: 2 * count_parameters(network)], "the gradients are counted too"),
    ("count_parameters", [lambda network: len(arrays(network))], "each holds many numbers"),
    ("count_parameters", [lambda network: 2 * len(arrays(network))], "with those of the gradients"),
    ("count_parameters", [lambda network: sum(map(len, arrays(network)))], "the number of its rows"),
    ("count_parameters", [lambda network: sum(w.size for w in arrays(network)[::2])], "the biases are missing"),
    ("count_parameters", [lambda network: sum(b.size for b in arrays(network)[1::2])], "those are the biases"),
    ("count_parameters", [layer_by_layer], "the network inside has parameters too"),
    ("count_parameters", [lambda network: 86], "should be 20"),
    ("leaky_relu", [activation(lambda z: np.maximum(z, 0))], "that is ReLU"),
    ("leaky_relu", [activation(lambda z: np.where(z > 0, z, 0.1 * z))], "a tenth"),
    ("leaky_relu", [activation(lambda z: np.where(z > 0, z, -0.01 * z))], "the sign has changed"),
    ("leaky_relu", [activation(lambda z: np.where(z > 0, z, 0.01))], "and yours is 0.01"),
    ("leaky_relu", [activation(lambda z: np.minimum(z, 0.01 * z))], "mixed up"),
    ("leaky_relu", [activation(np.tanh)], "forward should be"),
    ("leaky_relu", [activation(lambda z: None)], "forward returns None"),
    ("leaky_relu", [activation(lambda z: "z")], "made of numbers"),
    ("leaky_relu", [activation(lambda z: z[0])], "shape (5, 3)"),
    ("leaky_relu", [activation(lambda z: z * np.nan)], "NaN"),
    ("leaky_relu", [activation(backward=lambda a, g: np.where(a > 0, 1, 0.01))], "the gradient from above is missing"),
    ("leaky_relu", [activation(backward=lambda a, g: g * (a > 0))], "and yours is 0"),
    ("leaky_relu", [activation(backward=lambda a, g: g)], "the slope is missing"),
    ("leaky_relu", [activation(backward=lambda a, g: np.where(a > 0, g, 0.01))], "missing below 0"),
    ("leaky_relu", [activation(backward=lambda a, g: np.where(a > 0, 1, 0.01 * g))], "missing above 0"),
    ("leaky_relu", [activation(backward=lambda a, g: leaky(g))], "not the gradients"),
    ("leaky_relu", [activation(backward=lambda a, g: g * a)], "not slopes"),
    ("leaky_relu", [activation(backward=lambda a, g: 2 * slopes(a, g))], "backward should be"),
    ("leaky_relu", [activation(backward=lambda a, g: None)], "backward returns None"),
    ("leaky_relu", [activation(backward=lambda a, g: g[0])], "shape (5, 3)"),
    ("leaky_relu", [First], "backward should be"),
    ("leaky_relu", [ReLU], "that is ReLU"),
    ("leaky_relu", [activation(bases=())], "derived from Layer"),
    ("leaky_relu", [activation()()], "derived from Layer"),
    ("leaky_relu", [Linear], "cannot be made"),
    ("leaky_relu", [None], "derived from Layer"),
    ("residual", [residual(lambda inputs, through: through)], "the way around is missing"),
    ("residual", [residual(lambda inputs, through: inputs)], "the layer inside is missing"),
    ("residual", [residual(lambda inputs, through: inputs * through)], "and you multiply"),
    ("residual", [TwiceThrough], "run twice"),
    ("residual", [residual(lambda inputs, through: inputs - through)], "forward should be"),
    ("residual", [residual(lambda inputs, through: None)], "forward returns None"),
    ("residual", [residual(lambda inputs, through: through[:, 0])], "shape (5, 4)"),
    ("residual", [residual(backward=lambda g, back, inputs: back)], "comes around the layer"),
    ("residual", [residual(backward=lambda g, back, inputs: g)], "comes through the layer"),
    ("residual", [NoBackward], "comes through the layer"),
    ("residual", [residual(backward=lambda g, back, inputs: 1 + back)], "not 1"),
    ("residual", [residual(backward=lambda g, back, inputs: g * back)], "over two paths one adds"),
    ("residual", [residual(backward=lambda g, back, inputs: inputs + back)], "not the inputs"),
    ("residual", [residual(backward=lambda g, back, inputs: g - back)], "backward should be"),
    ("residual", [residual(backward=lambda g, back, inputs: None)], "backward returns None"),
    ("residual", [residual(parameters=lambda layer: [])], "parameters is missing"),
    ("residual", [residual(parameters=lambda layer: None)], "parameters is missing"),
    ("residual", [residual(parameters=copies)], "the arrays themselves"),
    ("residual", [residual(parameters=lambda layer: [1, 2])], "the arrays themselves"),
    ("residual", [residual(parameters=lambda layer: layer.parameters()[:1])], "themselves"),
    ("residual", [Halves], "central differences disagree"),
    ("residual", [ReLU], "cannot be made"),
    ("residual", [3], "derived from Layer"),
]


def test_every_exercise_has_answers_here():
    assert set(find("network")) == set(RIGHT) == {name for name, _, _ in WRONG}


@pytest.mark.parametrize("name, answer", [*RIGHT.items(), *OTHER_RIGHT])
def test_a_right_answer_is_right(name, answer, capsys):
    check(f"network.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(name, answer, words):
    with pytest.raises(NotYet, match=re.escape(words)):
        check(f"network.{name}", *answer)
