"""Checks back-propagation without calculus, and three wrong ones that learn XOR all the same.

First the V of the step size: a step may be too large and too small. Then a right network and
three mutants are trained on XOR, where all look well, and checked, where only one does.
"""

import numpy as np

from np_nn.gradcheck import check_gradients, relative_error
from np_nn.network import SGD, BCEWithLogitsLoss, Linear, Network, Tanh


class FirstRowBias(Linear):
    """Takes the bias gradient of the first example only."""

    def backward(self, grad_outputs):
        grad_inputs = super().backward(grad_outputs)
        self.grad_bias[:] = grad_outputs[0]
        return grad_inputs


class RandomFeedback(Linear):
    """Sends the gradient back through a shuffled copy of its weights."""

    def __init__(self, in_features, out_features, rng):
        super().__init__(in_features, out_features, rng)
        self.feedback = np.random.default_rng(1).permuted(self.weight)

    def backward(self, grad_outputs):
        super().backward(grad_outputs)
        return grad_outputs @ self.feedback


class FrozenFirst(Network):
    """Leaves the first layer without a gradient."""

    def backward(self, grad_outputs):
        grad_inputs = super().backward(grad_outputs)
        for _, gradient in self.layers[0].parameters():
            gradient[:] = 0
        return grad_inputs


ZOO = {
    "right": {},
    "first-row bias": {"linear": FirstRowBias},
    "random feedback": {"linear": RandomFeedback},
    "frozen layer 1": {"network": FrozenFirst},
}


def build(rng, linear=Linear, network=Network):
    """Return a 2-8-8-1 tanh network, made of these classes."""
    layers = [linear(2, 8, rng), Tanh(), linear(8, 8, rng), Tanh(), linear(8, 1, rng)]
    return network(layers)


def randomised(rng, kinds):
    """Return a network, inputs and targets for a check: everything in them is random."""
    network = build(rng, **kinds)
    for parameter, _ in network.parameters():
        parameter[:] = rng.normal(size=parameter.shape)
    return network, rng.normal(size=(6, 2)), rng.uniform(size=(6, 1))


def forward_gradient(function, array, step):
    """Return d function() / d array by forward differences."""
    start, gradient = function(), np.zeros_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + step
        gradient[index] = (function() - start) / step
        array[index] = value
    return gradient


def show_steps():
    """Print how many digits of a gradient each step gets right: too large, good, too small."""
    network, inputs, targets = randomised(np.random.default_rng(1), {})
    loss = BCEWithLogitsLoss()

    def compute_loss():
        return loss.forward(network.forward(inputs), targets)

    print("h       right digits: forward  central")
    for exponent in range(1, 14, 2):
        step = 10.0**-exponent
        central = max(check_gradients(network, loss, inputs, targets, step))
        forward = max(
            relative_error(gradient, forward_gradient(compute_loss, parameter, step))
            for parameter, gradient in network.parameters()
        )
        digits = [int(-np.log10(error)) for error in (forward, central)]
        print(f"1e-{exponent:02}                      {digits[0]}        {digits[1]}")


def train_on_xor(kinds):
    """Return the four answers of a network after 1,000 steps."""
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    targets = np.array([[0.0], [1.0], [1.0], [0.0]])
    network, loss = build(np.random.default_rng(0), **kinds), BCEWithLogitsLoss()
    optimizer = SGD(network.parameters(), lr=0.5)
    for _ in range(1000):
        loss.forward(network.forward(inputs), targets)
        network.backward(loss.backward())
        optimizer.step()
    return (network.forward(inputs) > 0).astype(int).ravel()


def main():
    show_steps()

    print()
    for name, kinds in ZOO.items():
        print(f"{name:16} answers", train_on_xor(kinds))

    print()
    print(" " * 17 + "W1   b1   W2   b2   W3   b3   inputs")
    for name, kinds in ZOO.items():
        network, inputs, targets = randomised(np.random.default_rng(0), kinds)
        errors = check_gradients(network, BCEWithLogitsLoss(), inputs, targets)
        print(f"{name:16}", *(f"{error:.2f}" for error in errors))


if __name__ == "__main__":
    main()
