"""Measures what the lesson autograd says of many seeds.

    python tests/measure/autograd.py    everything, some minutes; writes docs/measured/autograd.json

The file has every number by seed, so that a test can train a few of them anew: see
test_measured.py and test_autograd_measured.py.
"""

import json

import autograd_zoo
import numpy as np
from pictures import INPUTS, LABELS, TRAIN, VALIDATE

from docs.plugins.paths import DOCS

REPORT = DOCS / "measured/autograd.json"
SEEDS = range(20)
BETTER_READ = 15  # seeds from which the engine without an order reads more than the right one
BATCH, EPOCHS, LR = 32, 4, 0.1
TARGETS = np.eye(10)[LABELS]


# A network of four layers, written down as a program for the engine


def start(rng):
    """Return the weights and biases of 64-32-32-32-10, as arrays."""
    sizes, found = (64, 32, 32, 32, 10), []
    for before, after in zip(sizes, sizes[1:]):
        found += [rng.uniform(-1, 1, (before, after)) / np.sqrt(before), np.zeros(after)]
    return found


def outputs(parameters, inputs, skips):
    """Return the ten outputs of each row; with ``skips``, around each of the two layers in between."""
    W1, b1, W2, b2, W3, b3, W4, b4 = parameters
    h = (inputs @ W1 + b1).relu()
    for W, b in [(W2, b2), (W3, b3)]:
        through = (h @ W + b).relu()
        h = h + through if skips else through
    return h @ W4 + b4


def error(parameters, rows, skips):
    """Return the squared error of some rows, summed over the ten outputs; each value is used once."""
    return ((outputs(parameters, INPUTS[rows], skips) - TARGETS[rows]) ** 2).sum(axis=1).mean()


def trained(name, seed, skips, epochs=EPOCHS):
    """Return [loss before, loss after, accuracy in validation] with a bug of the zoo."""
    Tensor, rng = autograd_zoo.engine(name), np.random.default_rng(seed)
    parameters = [Tensor(array) for array in start(rng)]
    train = np.flatnonzero(TRAIN)
    found = [float(error(parameters, train, skips).data)]
    for _ in range(epochs):
        order = rng.permutation(train)
        for begin in range(0, len(order), BATCH):
            for parameter in parameters:
                parameter.grad[...] = 0
            error(parameters, order[begin : begin + BATCH], skips).backward()
            for parameter in parameters:
                parameter.data -= LR * parameter.grad
    found.append(float(error(parameters, train, skips).data))
    answers = outputs(parameters, INPUTS[VALIDATE], skips).data.argmax(axis=1)
    return [*found, float((answers == LABELS[VALIDATE]).mean())]


def measure():
    """Return everything, by seed."""
    names = [*autograd_zoo.BUGS][:6]
    kinds = {"chain": False, "skips": True}
    return {
        kind: {name: [trained(name, seed, skips) for seed in SEEDS] for name in names} for kind, skips in kinds.items()
    }


# What the page shows of it


def zoo_table(report):
    """Return the text of the page on what still trains: means over 20 seeds."""
    lines = [
        f"{'':24}  {'one path':^21}   {'two ways around':^21}",
        f"{'means of 20 seeds':24}  {'loss':>6}  {'forms 11, 12':>13}   {'loss':>6}  {'forms 11, 12':>13}",
    ]
    for name in report["chain"]:
        numbers = []
        for kind in ("chain", "skips"):
            _, after, share = np.mean(report[kind][name], axis=0)
            numbers.append(f"{after:6.3f}  {share:13.3f}")
        lines.append(f"{name:24}  {'   '.join(numbers)}")
    return "\n".join(line.rstrip() for line in lines)


if __name__ == "__main__":
    REPORT.parent.mkdir(exist_ok=True)
    report = measure()
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(zoo_table(report))
