"""The judges of "Train it well"."""

import numpy as np

from np_nn import digits
from np_nn.check import NotYet, call, compare, expect, numbers
from np_nn.network import SGD, CrossEntropyLoss, Linear, Network, ReLU

WIDE = 400  # units: with so many weights their deviation is known to about a hundredth


def init(function):
    """Judge a function: a generator, inputs, outputs to weights (outputs, inputs) of He's start."""
    for inputs, outputs in ((WIDE, 50), (50, WIDE)):
        weight = call(function, np.random.default_rng(15), inputs, outputs)
        weight = numbers(weight, (outputs, inputs), f"the {outputs} × {inputs} array of weights")
        size = np.sqrt(np.mean(weight**2))
        expect(size > 0, "all weights are 0, and then all units stay alike")
        expect(
            abs(weight.mean()) < 0.1 * size, "the mean of the weights should be 0: as many of them below it as above"
        )
        d = inputs
        for wrong, sentence in [
            (2 / d, "the standard deviation is 2/d: that is the mean square, so take its root"),
            (np.sqrt(2 / outputs), "you divide by the outputs; what is added up in a sum are the inputs"),
            (np.sqrt(1 / d), "the 2 is missing: that is Xavier's start, and ReLU lets only half through"),
            (
                np.sqrt(2 / 3 / d),
                "evenly drawn numbers have a deviation of their bound divided by the root of 3: the bound must be larger",
            ),
            (np.sqrt(1 / 3 / d), "that is np_nn's own start, whose sums shrink in each layer by the root of 6"),
            (1.0, "the standard deviation is 1: divide, so that it goes with the number of inputs"),
        ]:
            expect(abs(size / wrong - 1) > 0.03, sentence)
    signals, sizes, width = np.random.default_rng(16).normal(size=(64, 200)), [], 200
    with np.errstate(all="ignore"):
        for layer in range(30):
            rng = np.random.default_rng([16, layer])  # call hands over a copy, which draws the same again
            weight = numbers(call(function, rng, width, width), (width, width), "the weights of a layer")
            sums = signals @ weight.T
            sizes.append(np.sqrt(np.mean(sums**2)))
            signals = np.maximum(sums, 0)
    change = sizes[-1] / sizes[0]
    keeps = 1 / 6 < change < 6  # He's: between 0.23 and 2.9 in 300 draws
    expect(keeps, f"from layer 1 to layer 30 the size goes from {sizes[0]:.2g} to {sizes[-1]:.2g}")
    return "after thirty layers the sums are about as large as after the first"


def adam(function):
    """Judge a function that takes one step of Adam; five of them are compared with the rule."""
    rng, settings = np.random.default_rng(17), (0.01, 0.8, 0.95, 0.1)
    start, gradients = rng.normal(size=4), rng.normal(size=(5, 4))
    gradients[:, 1] *= 0.01
    steps = {variant: _steps(start, gradients, variant, *settings) for variant in _VARIANTS}
    w, mean, square = start.copy(), np.zeros(4), np.zeros(4)
    for k, g in enumerate(gradients, start=1):
        found = call(function, w.copy(), g.copy(), mean.copy(), square.copy(), k, *settings)
        fits = isinstance(found, (tuple, list)) and len(found) == 3
        expect(fits, f"three arrays are wanted, w, mean and square, got {found!r:.60}")
        for name, place in (("mean", 1), ("square", 2), ("w", 0)):
            mistakes = [(steps[variant][k - 1][place], words) for variant, words in _VARIANTS.items() if words]
            what = f"{name} after step {k}"
            compare(found[place], steps["right"][k - 1][place], what, mistakes)
        w, mean, square = steps["right"][k - 1]
    return "five steps of Adam, each of them as it should be"


_VARIANTS = {
    "right": "",
    "uncorrected": "the correction is missing: both means start at 0, so divide them by 1 - beta**k",
    "stuck": "the correction is that of step 1 in every step: it has the power k",
    "eps inside": "eps is added beside the root, not inside it",
    "mean squared": "square is the running mean of g**2, not of mean**2",
    "no root": "the root is missing: divide by the size of the gradient, not by its square",
    "corrected and kept": "return the means as they are: the correction is for this step's move only",
    "uphill": "its sign is turned: the move is taken away from w",
}


def _steps(w, gradients, variant, lr, beta1, beta2, eps):
    """Return (w, mean, square) after each step: of the rule, or of what one step by it becomes."""
    found, mean, square = [], 0 * w, 0 * w
    for k, g in enumerate(gradients, start=1):
        before = w
        mean = beta1 * mean + (1 - beta1) * g
        square, kept = beta2 * square + (1 - beta2) * g**2, square
        wrong = beta2 * kept + (1 - beta2) * mean**2 if variant == "mean squared" else square
        power = 1 if variant == "stuck" else k
        corrected = [mean / (1 - beta1**power), wrong / (1 - beta2**power)]
        first, second = [mean, wrong] if variant == "uncorrected" else corrected
        root = np.sqrt(second + eps) if variant == "eps inside" else np.sqrt(second) + eps
        root = second + eps if variant == "no root" else root
        moved = before + lr * first / root if variant == "uphill" else before - lr * first / root
        found.append((moved, *(corrected if variant == "corrected and kept" else (mean, wrong))))
        right = mean / (1 - beta1**k) / (np.sqrt(square / (1 - beta2**k)) + eps)
        w = before - lr * right  # the next step starts from where it should
    return found


def stop(function):
    """Judge a function: a run and a number of epochs to the parameters of the best validation loss."""
    for best, epochs in ((3, 8), (1, 5), (6, 6)):
        run = _Run(best)
        found = call(function, run, epochs)
        fits = isinstance(found, (tuple, list)) and len(found) == len(run.parameters)
        expect(fits, f"a list of {len(run.parameters)} arrays is wanted, got {found!r:.60}")
        expect(
            run.trained >= epochs,
            f"it trained for {run.trained} epochs of {epochs}: the loss may fall again after it rose",
        )
        expect(run.trained == epochs, f"it trained for {run.trained} epochs, and {epochs} were asked for")
        expect(run.validated, "validate was never called: the training loss does not know when to stop")
        same = any(one is other for one in found for other in run.parameters)
        expect(not same, "these are the arrays that the training went on changing: keep copies")
        for place, array in enumerate(found):
            size, shape = place + 1.0, run.parameters[place].shape
            compare(array, np.full(shape, size * best), f"array {place}, lowest in epoch {best} of {epochs},", [
                (np.full(shape, size * epochs), "these are the parameters of the last epoch: by the training loss it is always the best"),
                (np.full(shape, size * (best + 1)), "that is one epoch too late: validate belongs behind its own epoch"),
                (np.full(shape, size * (best - 1)), "that is one epoch too early: validate belongs behind its own epoch"),
            ])  # fmt: skip
    return "the copies are those of the lowest validation loss, wherever it was"


class _Run:
    """A training that is made up: best after some epochs, with a training loss that always falls."""

    def __init__(self, best):
        self.parameters, self.best, self.trained, self.validated = [np.zeros((2, 3)), np.zeros(2)], best, 0, 0

    def __deepcopy__(self, memo):
        return self  # what is done to it is to be seen

    def train(self):
        self.trained += 1
        for place, parameter in enumerate(self.parameters):
            parameter += place + 1.0
        return 1 / self.trained

    def validate(self):
        self.validated += 1
        return 1 + abs(self.parameters[0].flat[0] - self.best) / 10


def decay(function):
    """Judge a function: one step of plain descent with weight decay, for weight and bias."""
    rng = np.random.default_rng(18)
    weight, grad_weight = rng.normal(size=(2, 3, 4))
    bias, grad_bias = rng.normal(size=(2, 3))
    lr, share = 0.1, 0.3
    pair = call(function, weight.copy(), bias.copy(), grad_weight.copy(), grad_bias.copy(), lr, share)
    fits = isinstance(pair, (tuple, list)) and len(pair) == 2
    expect(fits, f"two arrays are wanted, weight and bias, got {pair!r:.60}")
    plain = weight - lr * grad_weight
    compare(pair[0], plain - lr * share * weight, "weight after the step", [
        (plain, "nothing decays: each weight should lose the share lr * decay of itself"),
        (plain + lr * share * weight, "its sign is turned: this decay makes weights grow"),
        (plain - share * weight, "each weight loses the share decay, and should lose lr * decay"),
        (plain - 2 * lr * share * weight, "twice too much: the half in the penalty has cancelled the 2 of the square"),
        ((1 - lr * share) * plain, "the step decays as well: the weight alone loses its share"),
        (weight - lr * share * np.sign(weight) - lr * grad_weight, "each weight loses as much as any other, and should lose a share of itself"),
        (weight + lr * grad_weight - lr * share * weight, "the step goes uphill: the gradient is taken away"),
    ])  # fmt: skip
    straight = bias - lr * grad_bias
    compare(pair[1], straight, "bias after the step", [
        (straight - lr * share * bias, "the biases decay too, and they should be left alone"),
        (bias, "the bias has not moved: it takes its step, without any decay"),
    ])  # fmt: skip
    return "the weights lose a share of themselves, the biases only take their step"


def rate(lr):
    """Judge a learning rate: it must train 64-32-10 on pixels that nobody divided by 16."""
    lr = float(numbers(lr, (), "the learning rate"))
    expect(lr > 0, f"the learning rate should be above 0, got {lr:g}")
    images, labels, forms = digits.load()
    rows = forms <= 10
    inputs, labels = images[rows] - images[rows].mean(axis=0), labels[rows]
    rng, loss = np.random.default_rng(19), CrossEntropyLoss()
    network = Network([Linear(64, 32, rng), ReLU(), Linear(32, 10, rng)])
    optimizer = SGD(network.parameters(), lr, momentum=0.9)
    gone = f"with {lr:g} the training is gone: such a rate is beyond the place where the loss shoots up"
    try:
        with np.errstate(all="ignore"):
            for _ in range(2):
                order = rng.permutation(len(inputs))
                for first in range(0, len(inputs), 32):
                    part = order[first : first + 32]
                    loss.forward(network.forward(inputs[part]), labels[part])
                    network.backward(loss.backward())
                    optimizer.step()
            value = loss.forward(network.forward(inputs), labels)
    except RuntimeError:  # np_nn refuses what overflows
        raise NotYet(gone) from None
    if not value < 0.1:
        expect(lr < 0.015, gone)
        raise NotYet(f"with {lr:g} the loss is still {value:.2f} after two epochs: the steps are too short")
    return "the loss falls below 0.1 in two epochs, with inputs 16 times as large"
