"""The judges of "Trust nothing: check the gradient"."""

import numpy as np

from np_nn.check import call, compare, expect, is_close, numbers
from np_nn.network import Layer, ReLU

# Which arrays each mistake of the zoo makes wrong with a batch of 5, and by how much, if that is
# one number for all of them.
_ALL, _BIASES = "W1 b1 W2 b2 W3 b3 inputs", "b1 b2 b3"
_TRACES = {
    "sum instead of mean": (_ALL, 0.8),
    "extra sigma' with BCE": (_ALL, None),
    "activation derivative left out": ("W1 b1 W2 b2 inputs", None),
    "derivative at another layer's z": ("W1 b1 inputs", None),
    "tanh' written 1 - z**2": ("W1 b1 W2 b2 inputs", None),
    "transpose forgotten, square W": ("W1 b1 inputs", None),
    "random matrix in place of W": ("W1 b1 W2 b2 inputs", None),
    "already updated W used": ("W1 b1 W2 b2 inputs", None),
    "sign flipped in layer 1": ("W1 b1", 2.0),
    "layer 1 never trained": ("W1 b1", 1.0),
    "all bias gradients zero": (_BIASES, 1.0),
    "bias gradient: mean, not sum": (_BIASES, 0.8),
    "bias gradient: first row only": (_BIASES, None),
}
_MUTANTS = {
    "A": ["sum instead of mean"],
    "B": ["bias gradient: mean, not sum"],
    "C": ["sign flipped in layer 1"],
    # The same arrays are wrong, and no check can say which of the two it was.
    "D": ["transpose forgotten, square W", "derivative at another layer's z"],
}


def central(function):
    """Judge a function: f, array, h to the central differences of f(array), one per entry."""
    rng = np.random.default_rng(8)
    for shape, h in [((3,), 0.5), ((2, 3), 0.25)]:
        array, factors = rng.normal(size=shape), rng.uniform(1, 2, size=shape)

        def f(a, factors=factors):
            return float((factors * a**3).sum() + a.flat[0] * a.flat[-1])

        exact = 3 * factors * array**2
        exact.flat[0] += array.flat[-1]
        exact.flat[-1] += array.flat[0]
        right = exact + factors * h**2  # what is left of w**3, as the lesson has it
        up, down = (_differences(f, array, push) for push in (h, -h))
        at_once = (f(array + h) - f(array - h)) / (2 * h)
        what = f"central of an array of shape {shape} with h = {h}"
        answer = numbers(call(function, f, array, h), shape, what)
        own = is_close(np.round(answer / exact, 6), np.ones(shape))
        sentence = "that is closer to the derivative than a step of h can get: use the h you are given"
        expect(not own, sentence)
        compare(answer, right, what, [
            (up, "that is the forward difference: go one step up and one step down"),
            (down, "that is the backward difference: go one step up and one step down"),
            (2 * right, "up and down are 2h apart, and you have divided by h"),
            (-right, "the sign is wrong: up minus down"),
            (2 * h * right, "that is how far f moves: divide it by how far the entry moved"),
            (right * h, "that is how far f moves, halved: divide it by 2h"),
            (np.full(shape, at_once), "you moved all entries at once: move one at a time"),
        ])  # fmt: skip
    return "this function can judge a backward pass that it knows nothing about"


def mutants(names):
    """Judge {letter: name} for the four patterns, with the names that the zoo prints."""
    fits = isinstance(names, dict) and set(names) == set(_MUTANTS)
    expect(fits, "a dictionary is wanted with the names of A, B, C and D")
    for letter, right in _MUTANTS.items():
        name = names[letter]
        expect(name is not None and name is not ..., f"the name of {letter} is still missing")
        known = isinstance(name, str) and name in _TRACES
        expect(known, f"the name of {letter} should be one of the table, got {name!r:.50}")
        arrays, size = _TRACES[name]
        size = "" if size is None else f" by {size:.2f}"
        where = "everything" if arrays == _ALL else arrays.replace(" ", ", ")
        expect(name in right, f'{letter} is something else: "{name}" makes {where} wrong{size}')
    return "the pattern says where to look: which arrays, and by how much"


def survivor(function):
    """Judge a check: layer, rng to whether the layer, a ReLU, passes."""
    mutants = [
        (_OpenGate, "the open gate passes: are there inputs on both sides of its corner?"),
        (_ShutGate, "a gate that lets nothing back passes: some inputs should be positive"),
        (_Ones, "a gate that ignores the gradient from above passes: it should not be all ones"),
        (_Leaky, "a gate that lets a tenth back passes: are there inputs on both sides?"),
    ]
    for seed in range(5):
        for kind, sentence in [(ReLU, "your check refuses the right ReLU"), *mutants]:
            passes = call(function, kind(), np.random.default_rng(seed))
            is_bool = isinstance(passes, (bool, np.bool_))
            expect(is_bool, f"my_check should return True or False, got {passes!r:.50}")
            expect(passes == (kind is ReLU), sentence)
    return "a check that visits both sides of the corner lets no broken gate through"


def fooled(layer_class):
    """Judge a wrong tanh layer that a check with ones from above accepts."""
    is_layer = isinstance(layer_class, type) and issubclass(layer_class, Layer)
    expect(is_layer, f"a class derived from Layer or Tanh is wanted, got {layer_class!r:.50}")
    rng = np.random.default_rng(9)
    inputs, layer = rng.normal(size=(5, 4)), layer_class()
    outputs = np.tanh(inputs)
    compare(call(layer.forward, inputs), outputs, "forward of 5 examples")
    ones, some = np.ones((5, 4)), rng.uniform(0.5, 2, size=(5, 4))
    what = "backward of ones"
    returned = numbers(call(layer.backward, ones), (5, 4), what)
    found = f"a check with the sum finds it: {what} should be the derivative of tanh"
    expect(is_close(returned, 1 - outputs**2), found)
    returned = numbers(call(layer.backward, some), (5, 4), "backward of other numbers")
    unfooled = "this layer is right for every gradient from above, and a wrong one is wanted"
    expect(not is_close(returned, some * (1 - outputs**2)), unfooled)
    return "it is wrong, and a check that hands down nothing but ones would never know"


def second_opinion(function):
    """Judge a function: inputs, grad_outputs to PyTorch's sigmoid and dL/d(inputs), as arrays."""
    rng = np.random.default_rng(10)
    for shape in [(5, 4), (2, 3)]:
        inputs, grad_outputs = rng.normal(size=shape), rng.normal(size=shape)
        answer = call(function, inputs, grad_outputs)
        fits = isinstance(answer, (tuple, list)) and len(answer) == 2
        expect(fits, "two arrays are wanted, the outputs and the gradient of the inputs")
        for array in answer:
            tensor = hasattr(array, "detach")
            expect(not tensor, "that is a tensor: detach() and numpy() make an array of it")
        outputs = 1 / (1 + np.exp(-inputs))
        slopes = outputs * (1 - outputs)
        compare(answer[0], outputs, f"outputs for inputs of shape {shape}", [
            (1 - outputs, "that is the wrong sigmoid: ask PyTorch, not the lesson"),
            (np.tanh(inputs), "that is tanh"),
        ])  # fmt: skip
        compare(answer[1], grad_outputs * slopes, f"the gradient of inputs of shape {shape}", [
            (slopes, "the gradient from above is missing: the sum of the outputs hands down ones"),
            (slopes / slopes.size, "that is the gradient of a mean, and there is no mean here"),
            (2 * grad_outputs * slopes, "twice as large as it should be: backward has run twice"),
            (grad_outputs, "the slope of the sigmoid is missing"),
        ])  # fmt: skip
    return "two programs that share nothing agree on the outputs and on the gradient"


def _differences(f, array, push):
    """Return one-sided differences of f, one per entry."""
    moved = [array.copy() for _ in range(array.size)]
    for index, copy in enumerate(moved):
        copy.flat[index] += push
    return np.reshape([(f(copy) - f(array)) / push for copy in moved], array.shape)


# Broken gates. Their first letter keeps them out of the exercises.


class _OpenGate(ReLU):
    def backward(self, grad_outputs):
        return grad_outputs * (self.outputs >= 0)


class _ShutGate(ReLU):
    def backward(self, grad_outputs):
        return 0 * grad_outputs


class _Ones(ReLU):
    def backward(self, grad_outputs):
        return 1.0 * (self.outputs > 0)


class _Leaky(ReLU):
    def backward(self, grad_outputs):
        return grad_outputs * np.where(self.outputs > 0, 1, 0.1)
