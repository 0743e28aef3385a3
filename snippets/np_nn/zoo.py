"""Thirteen wrong back-propagations, each a few lines away from the right one.

    python -m np_nn.zoo       train each on XOR from 30 seeds, check its gradients (some minutes)
    python -m np_nn.zoo 3     the same from 3 seeds

Each class takes the place of the np_nn class that it is made from, wherever that one stands in
the network, and its first line says the mistake and how it usually comes about. None of them
raises an error. Do not copy them: study them, and see which ones your own tests would notice.
"""

import sys
from itertools import pairwise

import numpy as np

from np_nn.gradcheck import check_gradients
from np_nn.network import SGD, BCEWithLogitsLoss, Linear, Network, Tanh

LR, STEPS, SEEDS = 0.5, 2000, 30


# Wrong in the loss


class SummedLoss(BCEWithLogitsLoss):
    """Sum instead of mean: the loss is a mean, but its gradient was derived for the sum."""

    def backward(self):
        grad_outputs = super().backward()
        return grad_outputs * grad_outputs.size


class ExtraSlope(BCEWithLogitsLoss):
    """One sigma' too many: p - y already holds it, and a sigmoid layer's habit adds it again."""

    def forward(self, outputs, targets):
        probabilities = 0.5 * (1 + np.tanh(0.5 * outputs))
        self.slope = probabilities * (1 - probabilities)
        return super().forward(outputs, targets)

    def backward(self):
        return super().backward() * self.slope


# Wrong in the activation


class NoSlope(Network):
    """The last tanh' left out: p - y, one step later, needs no derivative, and this one does."""

    def backward(self, grad_outputs):
        hidden = [layer for layer in self.layers if isinstance(layer, Tanh)]
        for layer in reversed(self.layers):
            if layer not in hidden[-1:]:
                grad_outputs = layer.backward(grad_outputs)
        return grad_outputs


class NextSlope(Network):
    """The derivative taken at another layer's z: an index of the layers that is off by one."""

    def forward(self, inputs):
        outputs = super().forward(inputs)
        hidden = [layer for layer in self.layers if isinstance(layer, Tanh)]
        for layer, following in pairwise(hidden):
            if layer.outputs.shape == following.outputs.shape:
                layer.outputs = following.outputs
        return outputs


class SlopeOfZ(Tanh):
    """tanh' written 1 - z**2: it is 1 - a**2, and the wrong one of two variables was taken."""

    def forward(self, inputs):
        self.inputs = inputs
        return super().forward(inputs)

    def backward(self, grad_outputs):
        return grad_outputs * (1 - self.inputs**2)


# Wrong in what travels back through a layer


class ForgottenTranspose(Linear):
    """W transposed where it must not be: mended where shapes complained, not where W is square."""

    def backward(self, grad_outputs):
        super().backward(grad_outputs)
        out_features, in_features = self.weight.shape
        weight = self.weight.T if out_features == in_features else self.weight
        return grad_outputs @ weight


class RandomFeedback(Linear):
    """A random matrix in place of W: a copy of W that was made once and never trained with it."""

    def __init__(self, in_features, out_features, rng):
        super().__init__(in_features, out_features, rng)
        self.feedback = np.random.default_rng(1).permuted(self.weight)

    def backward(self, grad_outputs):
        super().backward(grad_outputs)
        return grad_outputs @ self.feedback


class EarlyStep(Linear):
    """The updated W used: each layer takes its step before it hands the gradient on."""

    def backward(self, grad_outputs):
        super().backward(grad_outputs)
        return grad_outputs @ (self.weight - LR * self.grad_weight)


# Wrong in the first layer


class FlippedFirst(Network):
    """The sign flipped in layer 1: y - a in one place, a minus sign at the step in another."""

    def backward(self, grad_outputs):
        grad_inputs = super().backward(grad_outputs)
        for _, gradient in self.layers[0].parameters():
            gradient *= -1
        return grad_inputs


class FrozenFirst(Network):
    """Layer 1 never trained: a loop over the layers that ends one layer too early."""

    def backward(self, grad_outputs):
        grad_inputs = super().backward(grad_outputs)
        for _, gradient in self.layers[0].parameters():
            gradient[:] = 0
        return grad_inputs


# Wrong in the biases


class ZeroBias(Linear):
    """All bias gradients zero: forgotten, and the biases stay where they started."""

    def backward(self, grad_outputs):
        grad_inputs = super().backward(grad_outputs)
        self.grad_bias[:] = 0
        return grad_inputs


class MeanBias(Linear):
    """Mean instead of sum for the bias: but the mean over the batch is in the loss already."""

    def backward(self, grad_outputs):
        grad_inputs = super().backward(grad_outputs)
        self.grad_bias[:] = grad_outputs.mean(axis=0)
        return grad_inputs


class FirstRowBias(Linear):
    """The bias gradient of the first example only: written for one example, then given a batch."""

    def backward(self, grad_outputs):
        grad_inputs = super().backward(grad_outputs)
        self.grad_bias[:] = grad_outputs[0]
        return grad_inputs


MUTANTS = {
    "sum instead of mean": SummedLoss,
    "extra sigma' with BCE": ExtraSlope,
    "activation derivative left out": NoSlope,
    "derivative at another layer's z": NextSlope,
    "tanh' written 1 - z**2": SlopeOfZ,
    "transpose forgotten, square W": ForgottenTranspose,
    "random matrix in place of W": RandomFeedback,
    "already updated W used": EarlyStep,
    "sign flipped in layer 1": FlippedFirst,
    "layer 1 never trained": FrozenFirst,
    "all bias gradients zero": ZeroBias,
    "bias gradient: mean, not sum": MeanBias,
    "bias gradient: first row only": FirstRowBias,
}


def build(rng, mutant=None, sizes=(2, 8, 8, 1)):
    """Return a tanh network of these sizes and its loss, with ``mutant`` in its place."""

    def kind(right):
        return mutant if mutant is not None and issubclass(mutant, right) else right

    layers = []
    for in_features, out_features in pairwise(sizes):
        layers += [kind(Linear)(in_features, out_features, rng), kind(Tanh)()]
    return kind(Network)(layers[:-1]), kind(BCEWithLogitsLoss)()  # the loss takes logits


def solves_xor(seed, mutant=None):
    """Train on XOR; return whether all four answers are right in the end."""
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    targets = np.array([[0.0], [1.0], [1.0], [0.0]])
    network, loss = build(np.random.default_rng(seed), mutant)
    optimizer = SGD(network.parameters(), lr=LR)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(STEPS):
                loss.forward(network.forward(inputs), targets)
                network.backward(loss.backward())
                optimizer.step()
    except (ValueError, RuntimeError):  # np_nn refuses infinity: it has diverged
        return False
    return bool(((network.forward(inputs) > 0) == targets).all())


def errors(seed, mutant=None, sizes=(2, 8, 8, 1), batch=6, value=None):
    """Return the relative error of each array of a network, by central differences.

    In the order of the layers, W1, b1, W2, ..., and the inputs last. Everything is random,
    unless all parameters are to have one ``value``.
    """
    rng = np.random.default_rng(seed)
    network, loss = build(rng, mutant, sizes)
    for parameter, _ in network.parameters():
        random = rng.normal(size=parameter.shape)
        parameter[:] = random if value is None else value
    inputs = rng.normal(size=(batch, sizes[0]))
    targets = rng.uniform(size=(batch, sizes[-1]))
    return check_gradients(network, loss, inputs, targets)


def check(seed, mutant=None, **settings):
    """Return the worst of the errors."""
    return max(errors(seed, mutant, **settings))


# A careful check, and three careless ones.
CHECKS = {
    "careful": {},
    "1 example": {"batch": 1},
    "all zero": {"value": 0.0},
    "all equal": {"value": 0.5},
}


def main(seeds=SEEDS):
    """Print how often each network solves XOR, and what each check says: its worst error."""
    print(f"{'':32}{'XOR':5}", *(f"{name:>10}" for name in CHECKS))
    for name, mutant in {"right": None, **MUTANTS}.items():
        solved = sum(solves_xor(seed, mutant) for seed in range(seeds))
        worst = [check(0, mutant, **settings) for settings in CHECKS.values()]
        numbers = " ".join(f"{error:10.2f}" for error in worst)
        print(f"{name:32}{solved:2}/{seeds:<2}", numbers, flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
