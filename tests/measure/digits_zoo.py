"""What is often done wrong with ten classes: each of these still trains, and each is caught.

test_measured.py trains them, test_digits_zoo.py catches them with what the lesson teaches; digits.py counts
what comes of 20 seeds.
"""

import numpy as np

from np_nn.network import CrossEntropyLoss


def softmax(outputs, axis=1):
    powers = np.exp(outputs - outputs.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


class SoftmaxTwice(CrossEntropyLoss):
    """The network ends in a softmax, and the loss has another one inside; its gradient is right."""

    def forward(self, outputs: "(batch, classes)", targets: "(batch,) integers below classes"):
        probabilities = softmax(outputs)
        loss = super().forward(probabilities, targets)
        grad = self.grad_outputs
        inner = (grad * probabilities).sum(axis=1, keepdims=True)
        self.grad_outputs = probabilities * (grad - inner)
        return loss


class SoftmaxAlongTheBatch(CrossEntropyLoss):
    """The probabilities of a class add up to 1, not those of a picture; the gradient is right."""

    def forward(self, outputs: "(batch, classes)", targets: "(batch,) integers below classes"):
        rows, probabilities = np.arange(len(outputs)), softmax(outputs, axis=0)
        ones = np.zeros_like(outputs)
        ones[rows, targets] = 1
        self.grad_outputs = (probabilities * ones.sum(axis=0) - ones) / len(outputs)
        return float(-np.log(probabilities[rows, targets]).mean())


class SumForMean(CrossEntropyLoss):
    """The loss is a mean, and its gradient is that of the sum."""

    def backward(self):
        grad_outputs = super().backward()
        return grad_outputs * len(grad_outputs)


LOSSES = {
    "right": CrossEntropyLoss,
    "softmax twice": SoftmaxTwice,
    "softmax along the batch": SoftmaxAlongTheBatch,
    "sum for mean in the gradient": SumForMean,
}


def one_row_off(labels, rng):
    return np.roll(labels, 1)


def shuffled_apart(labels, rng):
    return rng.permutation(labels)


LABELS = {"labels one row off": one_row_off, "labels shuffled apart": shuffled_apart}
