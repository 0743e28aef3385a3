"""Ten digits, read by a small network: random rows flatter it, and a lookup beats it."""

import numpy as np

from np_nn import digits
from np_nn.network import SGD, CrossEntropyLoss, Linear, Network, ReLU

LR, BATCH, EPOCHS = 0.2, 32, 5


def train(inputs, labels, rng):
    """Return a network 64-32-10 trained on mini-batches of these rows."""
    network = Network([Linear(64, 32, rng), ReLU(), Linear(32, 10, rng)])
    loss, optimizer = CrossEntropyLoss(), SGD(network.parameters(), LR)
    for _ in range(EPOCHS):
        order = rng.permutation(len(inputs))
        for start in range(0, len(inputs), BATCH):
            rows = order[start : start + BATCH]
            loss.forward(network.forward(inputs[rows]), labels[rows])
            network.backward(loss.backward())
            optimizer.step()
    return network


def ask_network(images, labels, held):
    """Return the answers to the rows held out by a network that was trained on the others."""
    inputs = (images - images[~held].mean(axis=0)) / 16
    network = train(inputs[~held], labels[~held], np.random.default_rng(0))
    return network.forward(inputs[held]).argmax(axis=1)


def look_up(images, labels, held):
    """Return for the rows held out the labels of the nearest others."""
    squares = (images[~held] ** 2).sum(axis=1) - 2 * images[held] @ images[~held].T
    return labels[~held][squares.argmin(axis=1)]


def main():
    images, labels, forms = digits.load()
    shuffled = np.random.default_rng(0).permutation(forms)
    for name, parts in [("random rows", shuffled), ("unseen forms", forms)]:
        for who, ask in [("network", ask_network), ("lookup ", look_up)]:
            right = 0
            for part in range(1, 15):
                held = parts == part
                right += (ask(images, labels, held) == labels[held]).sum()
            print(f"{name:12}   {who} {right / len(labels):.3f}")


if __name__ == "__main__":
    main()
