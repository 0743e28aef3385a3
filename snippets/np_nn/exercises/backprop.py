"""Judges of the lesson on back-propagation: the four lines, and what goes wrong in them."""

import numpy as np

from np_nn.check import NotYet, call, compare, expect
from np_nn.network import Linear, MSELoss, Network, Sigmoid, Tanh

LAYER = ("the gradient of weight", "the gradient of bias", "the gradient of inputs")
PARAMETERS = ("grad_weight1", "grad_bias1", "grad_weight2", "grad_bias2")


def layer(backward):
    """Judge the gradients of a tanh layer: of its weight, its bias and its inputs."""
    rng = np.random.default_rng(0)
    # At first all sizes are equal: every shape fits, and so a wrong transpose can be named.
    for batch, in_features, out_features in [(4, 4, 4), (5, 3, 2), (1, 2, 3)]:
        linear, activation = Linear(in_features, out_features, rng), Tanh()
        inputs = rng.normal(size=(batch, in_features))
        grad_outputs = rng.normal(size=(batch, out_features))
        weight, bias = linear.weight, linear.bias
        z = linear.forward(inputs)
        a = activation.forward(z)
        grad_inputs = linear.backward(activation.backward(grad_outputs))
        right = [linear.grad_weight, linear.grad_bias, grad_inputs]

        slips = {  # in the first line, and so in all that follow
            "the activation derivative is left out": grad_outputs,
            "the slope of tanh is 1 - a**2, not 1 - z**2": grad_outputs * (1 - z**2),
            "tanh is taken twice: the slope is 1 - a**2": grad_outputs * (1 - np.tanh(a) ** 2),
            "a (1 - a) is the slope of the sigmoid, not of tanh": grad_outputs * a * (1 - a),
            "that is only the slope of tanh; multiply it by grad_outputs": 1 - a**2,
        }
        mistakes = [{}, {}, {}]
        for sentence, delta in slips.items():
            for named, value in zip(mistakes, _lines(delta, inputs, weight)):
                named[sentence] = value
        delta = grad_outputs * (1 - a**2)
        mistakes[0] |= {
            "it is transposed: row j belongs to unit j, so it is delta.T @ inputs": right[0].T,
            "it is the mean over the batch; examples are paths, and paths add": right[0] / batch,
            "only the first example counts": np.outer(delta[0], inputs[0]),
            "that is the gradient of the inputs: the order is weight, bias, inputs": right[2],
            "that uses the layer's own outputs where its inputs belong": delta.T @ a,
        }
        mistakes[1] |= {
            "it is the mean over the batch; examples are paths, and paths add": right[1] / batch,
            "it is the first row only; all examples share the bias, so all have a say": delta[0],
            "the sum is over the units; it must be over the examples, axis 0": delta.sum(axis=1),
        }
        mistakes[2] |= {
            "it went through the gradient of weight, which stays in the layer": delta @ right[0],
            "it is divided by the batch size; each example has inputs of its own": right[2] / batch,
        }
        if in_features == out_features:
            words = "it went through weight.T; the sum is over the units, so it is delta @ weight"
            mistakes[2][words] = delta @ weight.T
        where = f" ({batch} examples, {in_features} inputs, {out_features} units)"
        got = _parts(call(backward, inputs, weight, bias, grad_outputs), LAYER)
        for what, value, wanted, named in zip(LAYER, got, right, mistakes):
            compare(value, wanted, what + where, _named(what, named))
    return "your four lines agree with np_nn, in a square layer and in others"


def two_layers(gradients):
    """Judge the gradients of a network of two sigmoid layers with a mean squared error."""
    rng = np.random.default_rng(0)
    for batch, sizes in [(4, (3, 3, 3)), (6, (2, 5, 3))]:
        first, second = Linear(*sizes[:2], rng), Linear(*sizes[1:], rng)
        network, criterion = Network([first, Sigmoid(), second, Sigmoid()]), MSELoss()
        inputs = rng.normal(size=(batch, sizes[0]))
        targets = rng.uniform(size=(batch, sizes[2]))
        criterion.forward(network.forward(inputs), targets)
        network.backward(criterion.backward())
        given = (inputs, targets, first.weight, first.bias, second.weight, second.bias)
        right = [gradient for _, gradient in network.parameters()]
        got = _parts(call(gradients, *given), PARAMETERS)
        known = [(words, _two_layers(*given, mistake)) for words, mistake in TWO_LAYERS.items()]
        where = f" ({batch} examples, layers of {sizes[0]}, {sizes[1]} and {sizes[2]})"
        # From the loss back, so that a mistake is named where it was made.
        for place in (2, 3, 0, 1):
            named = {words: arrays[place] for words, arrays in known if arrays is not None}
            what = PARAMETERS[place]
            compare(got[place], right[place], what + where, _named(what, named))
    return "your sweep through two layers agrees with np_nn, for any sizes"


TWO_LAYERS = {  # a sentence: the mistake that it is about
    "the sign is flipped: the slope of the loss is that of (a2 - targets)**2": "sign",
    "that is the gradient of the sum of the squares; the loss is their mean": "sum",
    "it is divided by the examples only; the mean runs over all entries": "rows",
    "a 2 is missing: the slope of the square is 2 (a2 - targets)": "half",
    "the activation derivative is left out in layer 2": "no slope 2",
    "the activation derivative is left out in layer 1": "no slope 1",
    "the activation derivative of layer 1 is taken at a2; its own outputs are a1": "slope at a2",
    "what travels back went through grad_weight2; it must go through weight2": "travels",
    "what travels back went through weight2.T; the sum is over the units of layer 2": "transpose",
    "the gradient of the weights is transposed: row j belongs to unit j": "transposed",
    "the mean is taken over the batch; it is in the loss already, and paths add": "mean",
    "only the first example counts; sum over the rows": "first row",
    "that uses the layer's own outputs where its inputs belong": "own answers",
}


def _two_layers(inputs, targets, weight1, bias1, weight2, bias2, mistake):
    """Return the four gradients with a mistake in them; None where its shapes do not fit."""
    a1 = _sigmoid(inputs @ weight1.T + bias1)
    a2 = _sigmoid(a1 @ weight2.T + bias2)
    factor = {"sign": -2 / a2.size, "sum": 2, "rows": 2 / len(a2), "half": 1 / a2.size}.get(mistake, 2 / a2.size)
    over = {"mean": lambda delta: delta.mean(axis=0), "first row": lambda delta: delta[0]}
    over = over.get(mistake, lambda delta: delta.sum(axis=0))

    def weights(delta, inputs, answers):
        gradient = delta.T @ (answers if mistake == "own answers" else inputs)
        return gradient.T if mistake == "transposed" else gradient

    try:
        delta2 = factor * (a2 - targets) * (1 if mistake == "no slope 2" else a2 * (1 - a2))
        travels = {"travels": weights(delta2, a1, a2), "transpose": weight2.T}
        grad_a1 = delta2 @ travels.get(mistake, weight2)
        a = a2 if mistake == "slope at a2" else a1
        delta1 = grad_a1 * (1 if mistake == "no slope 1" else a * (1 - a))
        return weights(delta1, inputs, a1), over(delta1), weights(delta2, a1, a2), over(delta2)
    except ValueError:
        return None


def transpose(is_right):
    """Judge a test that tells a right ``send_back(grad_outputs, weight)`` from wrong ones."""

    def in_loops(grad_outputs, weight):
        found = np.zeros((len(grad_outputs), weight.shape[1]))
        for n, i in np.ndindex(found.shape):
            for j in reversed(range(len(weight))):  # a product may add them from the first on
                found[n, i] += grad_outputs[n, j] * weight[j, i]
        return found

    def as_product(grad_outputs, weight):
        return grad_outputs @ weight

    def wrong_transpose(grad_outputs, weight):
        is_square = weight.shape[0] == weight.shape[1]
        return grad_outputs @ (weight.T if is_square else weight)

    def flipped(grad_outputs, weight):
        return -grad_outputs @ weight

    def averaged(grad_outputs, weight):
        return grad_outputs @ weight / len(grad_outputs)

    def first_row(grad_outputs, weight):
        return np.repeat(grad_outputs[:1] @ weight, len(grad_outputs), axis=0)

    def one_unit(grad_outputs, weight):
        return grad_outputs[:, :1] @ weight[:1]

    def magnitude(grad_outputs, weight):
        return np.abs(grad_outputs) @ weight

    refused = "your test refuses a right layer"
    suspects = [
        (as_product, True, f"{refused}: the one that returns grad_outputs @ weight"),
        (wrong_transpose, False, "your test lets the wrong transpose through: take a weight that "
         "is square, such as 8 × 8, and not its own transpose"),
        (flipped, False, "your test lets a flipped sign through: compare numbers, not shapes"),
        (in_loops, True, f"{refused}, which adds path after path in loops and so rounds in "
         "a different order: compare with np.allclose"),
        (averaged, False, "your test lets a mean over the batch through: take several rows"),
        (first_row, False, "your test lets a layer through that gives every example the gradient "
         "of the first: take several rows, and different ones"),
        (one_unit, False, "your test lets a layer through that uses only its first unit: take "
         "several units, and no weights of 0"),
        (magnitude, False, "your test lets a layer through that drops the signs of grad_outputs: "
         "take positive and negative ones"),
    ]  # fmt: skip
    for suspect, wanted, sentence in suspects:
        try:
            verdict = call(is_right, suspect)
        except NotYet:
            raise
        except (ValueError, IndexError, TypeError) as error:
            name = type(error).__name__
            raise NotYet(f"your test stops with a {name}: {error}") from None
        is_verdict = isinstance(verdict, (bool, np.bool_))
        expect(is_verdict, f"is_right should return True or False, got {verdict!r:.60}")
        expect(verdict == wanted, sentence)
    return "your test lets two right layers through, and catches six wrong ones"


def mean(error):
    """Judge the relative error of a bias gradient that is a mean over 5 examples, not a sum."""
    compare(error, 0.8, "the relative error", _named("the relative error", {
        "that is the share that is there; the error is the share that is missing": 0.2,
        "that divides by the smaller of the two; relative_error divides by the larger": 4.0,
        "that is how many times too small it is": 5.0,
        "it would be 1 if the gradient were 0; a fifth of it is there": 1.0,
        "that is for a batch of one, where mean and sum are the same": 0.0,
    }))  # fmt: skip
    return "four fifths of the sum are missing, and a check sees it as 0.8"


def early(wrong):
    """Judge which gradients are wrong if layer 2 of 3 moves its weights before it sends back."""
    names = [f"{name} {place}" for place in (1, 2, 3) for name in ("weight", "bias")] + ["inputs"]
    fits = isinstance(wrong, (list, tuple, set, frozenset))
    expect(fits, f"a list of names is wanted, got {wrong!r:.60}")
    expect(all(name is not ... for name in wrong), "the names are missing: fill in the dots")
    found = {str(name) for name in wrong}
    unknown = sorted(found - set(names))
    expect(not unknown, f"{', '.join(unknown):.60} is none of {', '.join(names)}")
    behind = sorted(found & {"weight 3", "bias 3"})
    expect(not behind, f"{', '.join(behind)}: layer 3 was done before layer 2 moved anything")
    own = sorted(found & {"weight 2", "bias 2"})
    own_words = "its own gradients were computed before it moved, and don't use its weights"
    expect(not own, f"{', '.join(own)}: {own_words}")
    missing = [name for name in names if name not in found and name[-1] not in "23"]
    words = "it is computed from what layer 2 sends back, and that is wrong"
    expect(not missing, f"{', '.join(missing)} is wrong too: {words}")
    return "the layers before it depend on what a layer sends back, and so on its weights"


def _lines(delta, inputs, weight):
    """Return the gradients of weight, bias and inputs that follow from delta."""
    return delta.T @ inputs, delta.sum(axis=0), delta @ weight


def _named(what, mistakes):
    """Return the mistakes as ``compare`` wants them, ``what`` before each sentence."""
    return [(value, f"{what}: {sentence}") for sentence, value in mistakes.items()]


def _parts(value, names):
    """Return the parts of what should be a tuple, one for each of the names."""
    wanted = f"{len(names)} arrays are wanted, {', '.join(names)}"
    is_row = isinstance(value, (tuple, list))
    expect(is_row and len(value) == len(names), f"{wanted}; got {value!r:.60}")
    return list(value)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))
