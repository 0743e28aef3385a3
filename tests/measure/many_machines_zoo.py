"""What is often done wrong when two processes train together: each of these still trains.

Two processes are played in one: a copy of the network each, and arrays that are exchanged.
test_many_machines_zoo.py trains them, and catches them with what the lesson teaches;
many_machines.py counts what comes of 20 seeds.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from pictures import INPUTS, LABELS, TRAIN, VALIDATE, accuracy

from np_nn.network import SGD, CrossEntropyLoss, Linear, Network, ReLU

X, Y = INPUTS[TRAIN], LABELS[TRAIN]
BATCH, LR, EPOCHS = 32, 0.2, 4


def build(seed):
    rng = np.random.default_rng(seed)
    return Network([Linear(64, 32, rng), ReLU(), Linear(32, 10, rng)])


def every_second(rows):
    return [rows[0::2], rows[1::2]]


def two_and_thirty(rows):
    return [rows[:2], rows[2:]]


def the_same(rows):
    return [rows[0::2], rows[0::2]]


def by_class(rows):
    """No mistake: low digits here, high ones there, and as many rows in either part."""
    order = rows[np.argsort(Y[rows], kind="stable")]
    return [order[: len(rows) // 2], order[len(rows) // 2 :]]


def mean(gradients, parts):
    """Give each process the mean of their gradients, as DistributedDataParallel does."""
    for arrays in zip(*gradients):
        both = sum(arrays) / len(arrays)
        for array in arrays:
            array[:] = both


def weighted(gradients, parts):
    """Give each process the mean, in which each row counts the same."""
    rows = sum(map(len, parts))
    for arrays in zip(*gradients):
        both = sum(len(part) / rows * array for part, array in zip(parts, arrays))
        for array in arrays:
            array[:] = both


def total(gradients, parts):
    for arrays in zip(*gradients):
        both = sum(arrays)
        for array in arrays:
            array[:] = both


def nothing(gradients, parts):
    pass


def weights_only(gradients, parts):
    mean([arrays[::2] for arrays in gradients], parts)


@dataclass(frozen=True)
class Plan:
    """How two processes share the work; as it stands here, rightly."""

    cut: Callable = every_second
    exchange: Callable = mean
    other_start: bool = False
    set_epoch: bool = True


PLANS = {
    "right": Plan(),
    "sum for mean": Plan(exchange=total),
    "nothing exchanged": Plan(exchange=nothing),
    "the same rows everywhere": Plan(cut=the_same),
    "two different starts": Plan(other_start=True),
    "no set_epoch": Plan(set_epoch=False),
    "2 and 30 rows, plain mean": Plan(cut=two_and_thirty),
    "biases not exchanged": Plan(exchange=weights_only),
}
NO_BUGS = {"cut by class": Plan(cut=by_class), "2 and 30 rows, weighted": Plan(cut=two_and_thirty, exchange=weighted)}


def batches(seed, epochs, set_epoch=True):
    """Yield the rows of each step, in an order that is the same for whoever asks."""
    for epoch in range(epochs):
        order = np.random.default_rng([seed, epoch if set_epoch else 0]).permutation(len(X))
        for start in range(0, len(X) - BATCH + 1, BATCH):
            yield order[start : start + BATCH]


def look(network, rows):
    """Compute the gradients of the mean loss of these rows."""
    loss = CrossEntropyLoss()
    loss.forward(network.forward(X[rows]), Y[rows])
    network.backward(loss.backward())


def alone(seed, epochs=EPOCHS):
    """Return the network that one process trains with all rows of each batch."""
    network = build(seed)
    optimizer = SGD(network.parameters(), LR)
    for rows in batches(seed, epochs):
        look(network, rows)
        optimizer.step()
    return network


def copies(seed, plan):
    return [build(seed), build(seed + 1000 if plan.other_start else seed)]


def together(seed, plan, epochs=EPOCHS):
    """Return the two networks that two processes train together."""
    networks = copies(seed, plan)
    optimizers = [SGD(network.parameters(), LR) for network in networks]
    gradients = [[gradient for _, gradient in network.parameters()] for network in networks]
    for rows in batches(seed, epochs, plan.set_epoch):
        parts = plan.cut(rows)
        for network, part in zip(networks, parts):
            look(network, part)
        plan.exchange(gradients, parts)
        for optimizer in optimizers:
            optimizer.step()
    return networks


def apart(one, other):
    """Return the largest difference between the parameters of two networks."""
    pairs = zip(one.parameters(), other.parameters())
    return max(float(np.abs(mine - yours).max()) for (mine, _), (yours, _) in pairs)


def judged(seed, plan, epochs=EPOCHS):
    """Return [loss before, loss after, validation accuracy, copies apart, from one process] of copy 0."""
    loss, (network, other) = CrossEntropyLoss(), together(seed, plan, epochs)
    before = loss.forward(build(seed).forward(X), Y)
    right = accuracy(network, INPUTS[VALIDATE], LABELS[VALIDATE])
    after = loss.forward(network.forward(X), Y)
    return [before, after, right, apart(network, other), apart(network, alone(seed, epochs))]
