"""Measures what the lesson training says of many seeds, and writes what its figure plays with.

    python tests/measure/training.py           everything, some minutes; writes both files below
    python tests/measure/training.py widget    only what the live figure needs

docs/measured/training.json has every number by seed, so that a test can train a few of them
anew: see test_measured.py and test_training_measured.py. docs/widgets/training_numbers.mjs has the first 32 pictures.
"""

import json
import sys

import numpy as np
import training_zoo
from pictures import FORMS, IMAGES, INPUTS, LABELS, TEST, TRAIN, VALIDATE, accuracy
from reports import rounded

from docs.plugins.paths import DOCS
from figures.numbers import to_module
from np_nn.network import SGD, Adam, CrossEntropyLoss, Linear, Network, ReLU, Tanh

REPORT = DOCS / "measured/training.json"
NUMBERS = DOCS / "widgets/training_numbers.mjs"
SEEDS, BATCH = range(20), 32
FEW = FORMS <= 3


# Networks and their training


def build(rng, hidden, width, scale=None, activation=ReLU):
    """Return a network from 64 pixels to ten sums; ``scale`` is that of its start, None np_nn's own."""
    layers, size = [], 64
    for outputs in [*hidden * [width], 10]:
        layer = Linear(size, outputs, rng)
        if scale is not None:
            layer.weight *= scale * np.sqrt(3)  # their standard deviation is now scale / sqrt(size)
            layer.bias[:] = 0
        layers += [layer, activation()]
        size = outputs
    return Network(layers[:-1])


def train(network, optimizer, inputs, labels, rng, epochs, each=None, decay=0.0):
    """Train on mini-batches; ``each`` is called after each epoch. False if a step overflows."""
    loss = CrossEntropyLoss()
    for _ in range(epochs):
        order = rng.permutation(len(inputs))
        for start in range(0, len(inputs), BATCH):
            rows = order[start : start + BATCH]
            try:
                with np.errstate(all="ignore"):
                    loss.forward(network.forward(inputs[rows]), labels[rows])
                    network.backward(loss.backward())
                    if decay:
                        training_zoo.decay(network, optimizer, decay)
                    optimizer.step()
            except RuntimeError:
                return False
        if each:
            each(network)
    return True


def cost(network, inputs, labels):
    return CrossEntropyLoss().forward(network.forward(inputs), labels)


# What is measured

SCALES = {"default": None, "0.08": 0.08, "Xavier": 1.0, "He": np.sqrt(2), "2": 2.0, "8": 8.0}
DEPTHS = {"one layer": (1, ReLU), "eight layers": (8, ReLU), "eight layers, tanh": (8, Tanh)}
RATES = {
    "SGD": (lambda parameters, lr: SGD(parameters, lr), [0.1, 0.2, 0.4, 0.8, 1.6]),
    "momentum": (lambda parameters, lr: SGD(parameters, lr, momentum=0.9), [0.02, 0.05, 0.1, 0.2, 0.4]),
    "Adam": (lambda parameters, lr: Adam(parameters, lr), [0.001, 0.003, 0.01, 0.03, 0.1]),
}
ENDS = {"SGD": (0.001, 100), "momentum": (0.0001, 10), "Adam": (0.00001, 1)}  # of the test of rates
DECAYS = [0, 0.5, 1, 2]


def started(depth, start, seed):
    """Return the accuracy in training after 5 epochs from a start, or None if a step overflows."""
    (hidden, activation), rng = DEPTHS[depth], np.random.default_rng(seed)
    network = build(rng, hidden, 32, SCALES[start], activation)
    x, y = INPUTS[TRAIN], LABELS[TRAIN]
    done = train(network, SGD(network.parameters(), 0.2), x, y, rng, 5)
    return accuracy(network, x, y) if done else None


def optimised(name, lr, seed):
    """Return [training loss, validation accuracy] after 5 epochs, or None if a step overflows."""
    rng = np.random.default_rng(seed)
    network = build(rng, 1, 32)
    x, y = INPUTS[TRAIN], LABELS[TRAIN]
    done = train(network, RATES[name][0](network.parameters(), lr), x, y, rng, 5)
    return [cost(network, x, y), accuracy(network, INPUTS[VALIDATE], LABELS[VALIDATE])] if done else None


def rising(name, seed, steps=120):
    """Return the rates and losses of a run whose rate grows in each step, from low to high."""
    rng = np.random.default_rng(seed)
    network, loss, losses = build(rng, 1, 32), CrossEntropyLoss(), []
    low, high = ENDS[name]
    optimizer, order = RATES[name][0](network.parameters(), low), rng.permutation(np.flatnonzero(TRAIN))
    rates = np.geomspace(low, high, steps)
    for step, optimizer.lr in enumerate(rates):
        rows = order[np.arange(BATCH * step, BATCH * (step + 1)) % len(order)]
        losses.append(loss.forward(network.forward(INPUTS[rows]), LABELS[rows]))
        network.backward(loss.backward())
        optimizer.step()
    return rates, np.array(losses)


def read_off(rates, losses):
    """Return where the mean of the last 5 losses first is below 2, is lowest, and is above ln 10 again."""
    smooth, at = np.convolve(losses, np.ones(5) / 5, "valid"), rates[4:]
    lowest = smooth.argmin()
    above = np.flatnonzero((np.arange(len(smooth)) > lowest) & (smooth > np.log(10)))
    return [float(at[place]) for place in (np.flatnonzero(smooth < 2)[0], lowest, above[0])]


def rates(name, seed):
    return read_off(*rising(name, seed))


def everything(seed):
    """Return for each of 60 epochs on all training rows: loss and accuracy in training, in validation."""
    rng, found = np.random.default_rng(seed), []
    network = build(rng, 1, 32)
    parts = [(INPUTS[rows], LABELS[rows]) for rows in (TRAIN, VALIDATE)]

    def note(network):
        found.append([measure(network, *part) for part in parts for measure in (cost, accuracy)])

    train(network, SGD(network.parameters(), 0.2), *parts[0], rng, 60, note)
    return found


def few(share, decay, seed, forms=3, epochs=25):
    """Return by epoch what becomes of a few rows, of whose labels a share is drawn anew.

    [loss and accuracy in training, loss and accuracy in validation, accuracy in the test]
    """
    rng, found, some = np.random.default_rng(seed), [], FORMS <= forms
    inputs, labels = (IMAGES - IMAGES[some].mean(axis=0)) / 16, LABELS[some].copy()
    network = build(rng, 1, 64)
    redrawn = rng.uniform(size=len(labels)) < share
    labels[redrawn] = rng.integers(0, 10, size=redrawn.sum())
    parts = [(inputs[some], labels), (inputs[VALIDATE], LABELS[VALIDATE])]

    def note(network):
        row = [measure(network, *part) for part in parts for measure in (cost, accuracy)]
        found.append([*row, accuracy(network, inputs[TEST], LABELS[TEST])])

    train(network, Adam(network.parameters(), 0.01), *parts[0], rng, epochs, note, decay)
    return found


def summary(history):
    """Return what the page says of a run: its last epoch, and that of the lowest validation loss.

    [accuracy in training; loss, accuracy in validation, in the test; epoch; the same three there]
    """
    last, best = history[-1], min(range(len(history)), key=lambda epoch: history[epoch][2])
    return [last[1], *last[2:], best + 1, *history[best][2:]]


def with_a_bug(name, seed, epochs=6):
    """Return [loss before, loss after, validation accuracy] of a network 64-32-32-32-10."""
    rng, x, y = np.random.default_rng(seed), INPUTS[TRAIN], LABELS[TRAIN]
    network, decay = build(rng, 3, 32), training_zoo.DECAYS.get(name, 0.0)
    make = training_zoo.OPTIMIZERS.get(name, training_zoo.OPTIMIZERS["momentum"])
    before = cost(network, x, y)
    train(network, make(network.parameters()), x, y, rng, epochs, None, decay)
    return [before, cost(network, x, y), accuracy(network, INPUTS[VALIDATE], LABELS[VALIDATE])]


def measure():
    """Return everything, by seed."""
    report = {"starts": {}, "optimisers": {}, "rates": {}, "few": {}, "validation loss": {}}
    for depth in DEPTHS:
        report["starts"][depth] = {start: [started(depth, start, seed) for seed in SEEDS] for start in SCALES}
        print(depth, flush=True)
    for name, (_, tried) in RATES.items():
        report["optimisers"][name] = {str(lr): [optimised(name, lr, seed) for seed in SEEDS] for lr in tried}
        report["rates"][name] = [rates(name, seed) for seed in SEEDS]
        print(name, flush=True)
    bugs = [*training_zoo.OPTIMIZERS, *training_zoo.DECAYS]
    report["zoo"] = {name: [with_a_bug(name, seed) for seed in SEEDS] for name in bugs}
    print("zoo", flush=True)
    for share in (0, 0.2):
        for decay in DECAYS:
            histories = [few(share, decay, seed) for seed in SEEDS]
            report["few"][f"{share} redrawn, decay {decay}"] = [summary(history) for history in histories]
            if not decay:
                report["validation loss"][f"{share} redrawn"] = [[row[2] for row in one] for one in histories]
            print(share, decay, flush=True)
    report["one form"] = [[row[2:4] for row in few(0, 0, seed, forms=1)] for seed in SEEDS]
    report["everything"] = [everything(seed)[9::10] for seed in SEEDS]
    return report


# What the page shows of it


def starts_table(report):
    """Return the text of the page on starts: the mean over 20 seeds, and the least and the most."""
    names = {"default": "np_nn's own", "Xavier": "Xavier", "He": "He", "2": "twice Xavier"}
    lines = [f"{'20 seeds, lr 0.2, 5 epochs':28}" + "".join(f"{name:>13}" for name in names.values())]
    for depth, found in report["starts"].items():
        for kind in ("mean", "from, to", "overflows"):
            row = f"{depth if kind == 'mean' else '':20}{kind:9}"
            for start in names:
                done = [share for share in found[start] if share is not None]
                words = {
                    "mean": f"{np.mean(done):.3f}",
                    "from, to": f"{min(done):.2f}, {max(done):.2f}",
                    "overflows": f"{found[start].count(None) or ''}",
                }
                row += f"{words[kind]:>13}"
            if kind != "overflows" or depth == "eight layers":
                lines.append(row.rstrip())
    return "\n".join(lines)


def optimisers_table(report):
    """Return the text of the page on optimisers, at their best rates and one on either side."""
    lines = [f"{'means of 20 seeds':18}{'lr':>8}{'loss':>10}{'forms 11, 12':>15}"]
    for name, found in report["optimisers"].items():
        means = {lr: np.mean(pairs, axis=0) for lr, pairs in found.items()}
        best = [*means].index(max(means, key=lambda lr: means[lr][1]))
        for place, lr in enumerate([*means][best - 1 : best + 2]):
            loss, share = means[lr]
            lines.append(f"{'' if place else name:18}{lr:>8}{loss:10.4f}{share:15.3f}")
    return "\n".join(lines)


def few_table(report):
    """Return the text of the page on stopping and decay: forms 13 and 14, 20 seeds."""
    lines = [f"{'386 rows, right on forms 13, 14':34}{'clean':>16}{'1 in 5 redrawn':>18}"]
    for name, column in (("to the end", 3), ("stopped by forms 11, 12", 7)):
        for decay in (0, 1, 2):
            row = f"{name + (f', decay {decay:g}' if decay else ''):34}"
            for share, width in ((0, 16), (0.2, 18)):
                test = np.array(report["few"][f"{share} redrawn, decay {decay}"])[:, column]
                row += f"{f'{test.mean():.3f} ± {test.std():.3f}':>{width}}"
            lines.append(row)
    return "\n".join(lines)


def one_form_table(report):
    """Return the text of the page on the rows of one form: means over 20 seeds."""
    rows, means = (FORMS == 1).sum(), np.mean(report["one form"], axis=0)
    lines = [f"{f'{rows} rows, means of 20 seeds':32}{'epoch 10':>10}{'epoch 25':>10}"]
    for column, name in enumerate(("validation loss", "right on forms 11, 12")):
        lines.append(f"{name:32}{means[9, column]:10.3f}{means[24, column]:10.3f}")
    return "\n".join(lines)


def zoo_table(report):
    """Return the text of the page on what still trains: means over 20 seeds."""
    lines = [f"{'means of 20 seeds':30}  {'loss before':>11}  {'after':>6}  {'forms 11, 12':>12}"]
    for name, found in report["zoo"].items():
        before, after, share = np.mean(found, axis=0)
        lines.append(f"{name:30}  {before:11.3f}  {after:6.3f}  {share:12.3f}")
    return "\n".join(lines)


# What the live figure needs


def numbers():
    """Return the text of the module with the first 32 pictures, their labels and the mean."""
    data = {
        "pixels": IMAGES[:BATCH].astype(int).tolist(),
        "labels": LABELS[:BATCH].tolist(),
        "mean": np.round(IMAGES[TRAIN].mean(axis=0), 4).tolist(),
    }
    return to_module("Written by tests/measure/training.py: the first pictures of the lesson training.", data)


if __name__ == "__main__":
    NUMBERS.write_text(numbers(), encoding="utf-8")
    if sys.argv[1:] != ["widget"]:
        REPORT.parent.mkdir(exist_ok=True)
        text = json.dumps(rounded(measure()), indent=None)
        REPORT.write_text(text.replace("}, ", "},\n").replace("]], ", "]],\n") + "\n", encoding="utf-8")
