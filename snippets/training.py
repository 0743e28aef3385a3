"""Eight layers that learn from one start and not from another, and labels of which some are wrong."""

import numpy as np

from np_nn import digits
from np_nn.network import SGD, Adam, CrossEntropyLoss, Linear, Network, ReLU

STARTS = {"np_nn's own": None, "Xavier": 1.0, "He": np.sqrt(2)}


def build(rng, hidden, width, scale=None):
    """Return a network; its weights have the deviation scale / sqrt(inputs), or np_nn's own start."""
    sizes, layers = [64, *hidden * [width], 10], []
    for before, after in zip(sizes, sizes[1:]):
        linear = Linear(before, after, rng)
        if scale is not None:
            linear.weight *= np.sqrt(3) * scale
            linear.bias[:] = 0
        layers += [linear, ReLU()]
    return Network(layers[:-1])


def train(network, optimizer, rng, inputs, labels, decay=0.0):
    """Train for one epoch, in batches of 32; each weight loses the share lr * decay in a step."""
    loss, order = CrossEntropyLoss(), rng.permutation(len(inputs))
    for first in range(0, len(inputs), 32):
        rows = order[first : first + 32]
        loss.forward(network.forward(inputs[rows]), labels[rows])
        network.backward(loss.backward())
        for layer in network.layers[::2]:
            layer.weight *= 1 - optimizer.lr * decay
        optimizer.step()


def accuracy(network, inputs, labels):
    return np.mean(network.forward(inputs).argmax(axis=1) == labels)


def main():
    images, labels, forms = digits.load()
    rows, held = forms <= 10, (forms == 11) | (forms == 12)
    inputs = (images - images[rows].mean(axis=0)) / 16
    for hidden in [1, 8]:
        for name, scale in STARTS.items():
            rng = np.random.default_rng(0)
            network = build(rng, hidden, 32, scale)
            optimizer = SGD(network.parameters(), lr=0.2)
            for _ in range(5):
                train(network, optimizer, rng, inputs[rows], labels[rows])
            right = accuracy(network, inputs[rows], labels[rows])
            print(f"hidden layers {hidden}   {name:11}   {right:.3f}")

    rows = forms <= 3
    inputs = (images - images[rows].mean(axis=0)) / 16
    for decay in [0, 1]:
        rng = np.random.default_rng(0)
        network, given = build(rng, 1, 64), labels[rows].copy()
        redrawn = rng.uniform(size=len(given)) < 0.2
        given[redrawn] = rng.integers(0, 10, size=redrawn.sum())
        optimizer = Adam(network.parameters(), lr=0.01)
        for _ in range(25):
            train(network, optimizer, rng, inputs[rows], given, decay)
        right = accuracy(network, inputs[held], labels[held])
        print(f"20% redrawn   decay {decay}   right at the end {right:.3f}")


if __name__ == "__main__":
    main()
