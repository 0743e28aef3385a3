"""The judges of the lesson on the gradient check: they take right answers, and name wrong ones."""

import re

import numpy as np
import pytest
import torch

from np_nn import zoo
from np_nn.check import NotYet, check, find
from np_nn.exercises import gradient_check
from np_nn.gradcheck import check_gradients
from np_nn.network import MSELoss, Network, Tanh


def central(f, array, h, up=1, down=-1, width=2):
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + up * h
        above = f(array)
        array[index] = value + down * h
        gradient[index] = (above - f(array)) / (width * h)
        array[index] = value
    return gradient


def forgets_to_put_back(f, array, h):
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        array[index] += h
        above = f(array)
        array[index] -= 2 * h
        gradient[index] = (above - f(array)) / (2 * h)
    return gradient


NAMES = {
    "A": "sum instead of mean",
    "B": "bias gradient: mean, not sum",
    "C": "sign flipped in layer 1",
    "D": "transpose forgotten, square W",
}


def check_by(low, high):
    def my_check(layer, rng):
        inputs, targets = rng.uniform(low, high, size=(5, 4)), rng.normal(size=(5, 4))
        return max(check_gradients(Network([layer]), MSELoss(), inputs, targets)) < 1e-6

    return my_check


def check_with_ones(layer, rng):
    inputs = rng.normal(size=(5, 4))
    layer.forward(inputs)
    return np.array_equal(layer.backward(np.ones((5, 4))), inputs > 0)


def backward_by(function, base=Tanh):
    return type("Wrong", (base,), {"backward": lambda self, grad: function(self.outputs, grad)})


class WrongForward(Tanh):
    def forward(self, inputs):
        self.outputs = np.sin(inputs)
        return self.outputs


def second_opinion(inputs, grad_outputs, function=torch.sigmoid, times=1):
    tensor = torch.tensor(inputs, requires_grad=True)
    outputs = function(tensor)
    for _ in range(times):
        outputs.backward(torch.tensor(grad_outputs), retain_graph=True)
    return outputs.detach().numpy(), tensor.grad.numpy()


def by_sum(inputs, grad_outputs):
    return second_opinion(inputs, np.ones_like(inputs))


def by_mean(inputs, grad_outputs):
    return second_opinion(inputs, np.ones_like(inputs) / inputs.size)


RIGHT = {
    "central": [central],
    "mutants": [NAMES],
    "survivor": [check_by(-1, 1)],
    "fooled": [backward_by(lambda a, grad: (1 - a**2) / grad)],
    "second_opinion": [second_opinion],
}
OTHER_RIGHT = [
    ("mutants", [{**NAMES, "D": "derivative at another layer's z"}]),
    ("fooled", [backward_by(lambda a, grad: 1 - a**2)]),
    ("fooled", [backward_by(lambda a, grad: (1 - a**2) * grad**2)]),
]
WRONG = [
    ("central", [lambda f, a, h: central(f, a, h, down=0, width=1)], "forward difference"),
    ("central", [lambda f, a, h: central(f, a, h, up=0, width=1)], "backward difference"),
    ("central", [lambda f, a, h: central(f, a, h, width=1)], "divided by h"),
    ("central", [lambda f, a, h: -central(f, a, h)], "up minus down"),
    ("central", [lambda f, a, h: 2 * h * central(f, a, h)], "divide it by how far"),
    ("central", [lambda f, a, h: h * central(f, a, h)], "divide it by 2h"),
    ("central", [lambda f, a, h: np.full(a.shape, (f(a + h) - f(a - h)) / (2 * h))], "at once"),
    ("central", [lambda f, a, h: central(f, a, 1e-5)], "use the h you are given"),
    ("central", [forgets_to_put_back], "changes the array"),
    ("central", [lambda f, a, h: 0 * a], "should be"),
    *[
        ("mutants", [{**NAMES, letter: name}], f'{letter} is something else: "{name}" makes')
        for letter in NAMES
        for name in zoo.MUTANTS
        if name not in (NAMES[letter], {"D": "derivative at another layer's z"}.get(letter))
    ],
    ("mutants", [{**NAMES, "B": "all bias gradients zero"}], "b1, b2, b3 wrong by 1.00"),
    ("mutants", [{**NAMES, "B": "sum instead of mean"}], "everything wrong by 0.80"),
    ("mutants", [{**NAMES, "A": ...}], "the name of A is still missing"),
    ("mutants", [{**NAMES, "A": "mean"}], "one of the table"),
    ("mutants", [{**NAMES, "A": 3}], "one of the table"),
    ("mutants", [{**NAMES, "A": ["mean"]}], "one of the table"),
    ("mutants", [{"A": "sum instead of mean"}], "a dictionary"),
    ("survivor", [check_by(0, 1)], "the open gate passes"),
    ("survivor", [check_by(-1, 0)], "lets nothing back passes"),
    ("survivor", [check_with_ones], "ignores the gradient from above passes"),
    ("survivor", [lambda layer, rng: False], "refuses the right ReLU"),
    ("survivor", [lambda layer, rng: True], "the open gate passes"),
    ("survivor", [lambda layer, rng: type(layer).__name__ != "_OpenGate"], "lets nothing back"),
    ("survivor", [lambda layer, rng: type(layer).__name__ not in ("_OpenGate", "_ShutGate", "_Ones")], "a tenth"),
    ("survivor", [lambda layer, rng: 1e-9], "True or False"),
    ("fooled", [Tanh], "right for every gradient"),
    ("fooled", [backward_by(lambda a, grad: grad)], "a check with the sum finds it"),
    ("fooled", [backward_by(lambda a, grad: None)], "None"),
    ("fooled", [backward_by(lambda a, grad: (grad * a)[0])], "shape (5, 4)"),
    ("fooled", [backward_by(lambda a, grad: np.nan * grad)], "NaN"),
    ("fooled", [WrongForward], "forward of 5 examples should be"),
    ("fooled", [Tanh()], "a class derived"),
    ("fooled", [int], "a class derived"),
    ("fooled", [None], "a class derived"),
    ("second_opinion", [by_sum], "the sum of the outputs hands down ones"),
    ("second_opinion", [by_mean], "the gradient of a mean"),
    ("second_opinion", [lambda x, g: second_opinion(x, g, times=2)], "run twice"),
    ("second_opinion", [lambda x, g: (second_opinion(x, g)[0], g)], "the slope of the sigmoid"),
    ("second_opinion", [lambda x, g: second_opinion(-x, g)], "ask PyTorch"),
    ("second_opinion", [lambda x, g: second_opinion(x, g, torch.tanh)], "that is tanh"),
    ("second_opinion", [lambda x, g: second_opinion(x, g, torch.relu)], "should be"),
    ("second_opinion", [lambda x, g: tuple(map(torch.tensor, second_opinion(x, g)))], "a tensor"),
    ("second_opinion", [lambda x, g: second_opinion(x, g)[0]], "two arrays"),
]


def test_every_exercise_has_answers_here():
    assert set(find("gradient_check")) == set(RIGHT) == {name for name, _, _ in WRONG}


@pytest.mark.parametrize("name, answer", [*RIGHT.items(), *OTHER_RIGHT])
def test_a_right_answer_is_right(name, answer, capsys):
    check(f"gradient_check.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(name, answer, words):
    with pytest.raises(NotYet, match=re.escape(words)):
        check(f"gradient_check.{name}", *answer)


@pytest.mark.parametrize("name", zoo.MUTANTS)
def test_the_traces_of_a_mutant_are_those_that_a_check_finds(name):
    rng = np.random.default_rng(0)
    network, loss = zoo.build(rng, zoo.MUTANTS[name])
    for parameter, _ in network.parameters():
        parameter[:] = rng.normal(size=parameter.shape)
    inputs, targets = rng.normal(size=(5, 2)), rng.uniform(size=(5, 1))
    errors = check_gradients(network, loss, inputs, targets)
    found = dict(zip("W1 b1 W2 b2 W3 b3 inputs".split(), errors))
    arrays, size = gradient_check._TRACES[name]
    wrong = {array: error for array, error in found.items() if error > 1e-6}
    assert list(wrong) == arrays.split()
    if size is not None:
        assert [f"{error:.2f}" for error in wrong.values()] == [f"{size:.2f}"] * len(wrong)


def test_the_traces_are_of_the_whole_zoo():
    assert list(gradient_check._TRACES) == list(zoo.MUTANTS)
