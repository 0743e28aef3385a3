"""An engine for gradients trains a network on digits, from weights and batches that np_nn gets too."""

import numpy as np

from np_nn import digits
from np_nn.autograd import Tensor
from np_nn.network import SGD, CrossEntropyLoss, Linear, Network, ReLU

LR, BATCH, EPOCHS = 0.2, 32, 5


def loss_of(parameters, inputs, labels):
    """Return the mean cross-entropy of a network 64-32-10, a tensor: there is no backward to write."""
    W1, b1, W2, b2 = parameters
    sums = (inputs @ W1.transpose() + b1).relu() @ W2.transpose() + b2
    sums = sums - sums.data.max(axis=1, keepdims=True)  # so that exp cannot overflow
    right = sums[np.arange(len(labels)), labels]
    return (sums.exp().sum(axis=1).log() - right).mean()


def batches(count, rng):
    """Yield the rows of each batch, in a new order every epoch."""
    for _ in range(EPOCHS):
        order = rng.permutation(count)
        for start in range(0, count, BATCH):
            yield order[start : start + BATCH]


def train_by_engine(parameters, inputs, labels, rng):
    for rows in batches(len(inputs), rng):
        for tensor in parameters:
            tensor.grad[...] = 0
        loss_of(parameters, inputs[rows], labels[rows]).backward()
        for tensor in parameters:
            tensor.data -= LR * tensor.grad


def train_by_hand(network, inputs, labels, rng):
    loss, optimizer = CrossEntropyLoss(), SGD(network.parameters(), LR)
    for rows in batches(len(inputs), rng):
        loss.forward(network.forward(inputs[rows]), labels[rows])
        network.backward(loss.backward())
        optimizer.step()


def main():
    images, labels, forms = digits.load()
    training, unseen = forms <= 10, (forms == 11) | (forms == 12)
    inputs = (images - images[training].mean(axis=0)) / 16
    x, y = inputs[training], labels[training]
    rng = np.random.default_rng(0)
    network = Network([Linear(64, 32, rng), ReLU(), Linear(32, 10, rng)])
    parameters = [Tensor(array) for array, _ in network.parameters()]
    train_by_engine(parameters, x, y, np.random.default_rng(1))
    print(f"loss {loss_of(parameters, x, y).data:.3f}")

    train_by_hand(network, x, y, np.random.default_rng(1))
    pairs = zip(parameters, network.parameters())
    print("the same weights:", all(np.abs(u.data - v).max() < 1e-12 for u, (v, _) in pairs))
    answers = network.forward(inputs[unseen]).argmax(axis=1)
    print(f"unseen forms {(answers == labels[unseen]).mean():.3f}")


if __name__ == "__main__":
    main()
