"""What is often done wrong in optimisers: each of these still trains, and each is caught.

test_measured.py trains them, test_training_zoo.py catches them with what the lesson teaches; training.py counts
what comes of 20 seeds.
"""

import numpy as np

from np_nn.network import SGD, Adam, Linear


class NoCorrection(Adam):
    """Adam that divides by no 1 - beta**k."""

    def move(self, gradient):
        beta1, beta2 = self.betas
        self.mean = beta1 * self.mean + (1 - beta1) * gradient
        self.square = beta2 * self.square + (1 - beta2) * gradient**2
        return self.lr * self.mean / (np.sqrt(self.square) + self.eps)


class SquareOfTheMean(Adam):
    """Adam whose second mean is that of the squared first one."""

    def move(self, gradient):
        self.steps, (beta1, beta2) = self.steps + 1, self.betas
        self.mean = beta1 * self.mean + (1 - beta1) * gradient
        self.square = beta2 * self.square + (1 - beta2) * self.mean**2
        mean, square = self.mean / (1 - beta1**self.steps), self.square / (1 - beta2**self.steps)
        return self.lr * mean / (np.sqrt(square) + self.eps)


class StuckAtOne(Adam):
    """Adam that does not count its steps."""

    def move(self, gradient):
        self.steps, (beta1, beta2) = 1, self.betas
        self.mean = beta1 * self.mean + (1 - beta1) * gradient
        self.square = beta2 * self.square + (1 - beta2) * gradient**2
        mean, square = self.mean / (1 - beta1**self.steps), self.square / (1 - beta2**self.steps)
        return self.lr * mean / (np.sqrt(square) + self.eps)


class Averaged(SGD):
    """Momentum that takes the gradient (1 - momentum) times, and a rate meant for the whole."""

    def move(self, gradient):
        self.velocity[:] = self.momentum * self.velocity + (1 - self.momentum) * gradient
        return self.lr * self.velocity


class OneVelocity(SGD):
    """Momentum with one velocity for all arrays of a shape, which they share in turn."""

    def move(self, gradient):
        velocities, change = {}, np.empty_like(gradient)
        ends = np.cumsum([parameter.size for parameter in self.parameters[:-1]])
        parts = [np.split(vector, ends) for vector in (gradient, self.velocity, change)]
        for parameter, slope, velocity, moved in zip(self.parameters, *parts):
            shared = velocities.setdefault(parameter.shape, velocity)  # the first one's
            shared[:] = self.momentum * shared + slope
            moved[:] = self.lr * shared
        return change


OPTIMIZERS = {
    "Adam": lambda parameters: Adam(parameters, 0.003),
    "Adam without its correction": lambda parameters: NoCorrection(parameters, 0.003),
    "Adam with the mean squared": lambda parameters: SquareOfTheMean(parameters, 0.003),
    "Adam stuck at step 1": lambda parameters: StuckAtOne(parameters, 0.003),
    "momentum": lambda parameters: SGD(parameters, 0.05, momentum=0.9),
    "momentum of (1 - beta) g": lambda parameters: Averaged(parameters, 0.05, momentum=0.9),
    "one velocity for a shape": lambda parameters: OneVelocity(parameters, 0.05, momentum=0.9),
}
DECAYS = {"decay": 0.001, "decay with the wrong sign": -0.001}


def weights(network):
    return [layer.weight for layer in network.layers if isinstance(layer, Linear)]


def decay(network, optimizer, share):
    """Let each weight lose the share lr * share of itself."""
    for weight in weights(network):
        weight *= 1 - optimizer.lr * share
