"""Measures what the lesson digits says of many seeds, and trains what its figure plays with.

    python tests/measure/digits.py           everything, some minutes; writes both files below
    python tests/measure/digits.py widget    only what the live figure needs

docs/measured/digits.json has every number by seed, so that a test can train a few of them anew:
see test_measured.py and test_digits_measured.py. docs/widgets/digits_numbers.mjs has one trained network, and the
pictures of the validation forms that it reads wrongly.
"""

import json
import sys

import digits_zoo
import numpy as np
from pictures import FORMS, IMAGES, LABELS, TEST, TRAIN, VALIDATE, accuracy

from docs.plugins.paths import DOCS
from figures.numbers import to_module
from np_nn.network import SGD, CrossEntropyLoss, Linear, Network, ReLU

REPORT = DOCS / "measured/digits.json"
NUMBERS = DOCS / "widgets/digits_numbers.mjs"
SEEDS, PARTS = range(20), range(1, 15)
LR, BATCH, EPOCHS = 0.2, 32, 15


# The network and its training


def build(rng, hidden=(32,)):
    """Return a network from 64 pixels to ten sums, with ReLU in between."""
    sizes, layers = (64, *hidden, 10), []
    for before, after in zip(sizes, sizes[1:]):
        layers += [Linear(before, after, rng), ReLU()]
    return Network(layers[:-1])


def prepare(images, rows):
    """Return all images less the mean of some rows, in units of the darkest ink."""
    return (images - images[rows].mean(axis=0)) / 16


def train(inputs, labels, seed, hidden=(32,), batch=BATCH, epochs=EPOCHS, loss=None, order=True):
    """Return a network trained on these rows; ``order`` is whether an epoch has a new one."""
    rng = np.random.default_rng(seed)
    network, loss = build(rng, hidden), loss or CrossEntropyLoss()
    optimizer = SGD(network.parameters(), LR)
    for _ in range(epochs):
        rows = rng.permutation(len(inputs)) if order else np.arange(len(inputs))
        for start in range(0, len(inputs), batch):
            part = rows[start : start + batch]
            loss.forward(network.forward(inputs[part]), labels[part])
            network.backward(loss.backward())
            optimizer.step()
    return network


def trained(train_rows, seed, **options):
    """Return a network trained on some rows, and all images prepared with their mean."""
    inputs = prepare(IMAGES, train_rows)
    return train(inputs[train_rows], LABELS[train_rows], seed, **options), inputs


def held_out(train_rows, rows, seed, **options):
    """Return the accuracy on some rows of a network trained on others."""
    network, inputs = trained(train_rows, seed, **options)
    return accuracy(network, inputs[rows], LABELS[rows])


def random_rows(seed, count):
    """Return a mask of rows to hold out, drawn without a look at forms."""
    mask = np.zeros(len(LABELS), dtype=bool)
    mask[np.random.default_rng([seed, count]).permutation(len(LABELS))[:count]] = True
    return mask


def nearest(train_rows, rows, images=IMAGES):
    """Return the accuracy of answering with the label of the nearest training picture."""
    return float((LABELS[train_rows][closest(images[rows], images[train_rows])] == LABELS[rows]).mean())


def closest(some, others):
    """Return for each of some pictures which of the others is nearest."""
    squares = (some**2).sum(axis=1)[:, None] - 2 * some @ others.T + (others**2).sum(axis=1)
    return squares.argmin(axis=1)


# What is measured

KINDS = {"softmax regression": (), "64-32-10": (32,)}


def left_out(form, seed, hidden=(32,)):
    """Return how a network reads a form that it has not been trained on."""
    return held_out(FORMS != form, FORMS == form, seed, hidden=hidden)


def scattered(seed):
    """Return the forms' numbers dealt out to random rows: parts of the same sizes, of mixed forms."""
    return np.random.default_rng([seed, 14]).permutation(FORMS)


def by_chance(part, seed, hidden=(32,)):
    """Return the same for a part of random rows, as many as a form has."""
    parts = scattered(seed)
    return held_out(parts != part, parts == part, seed, hidden=hidden)


def standard(seed):
    """Return accuracy in validation and test for the standard split."""
    network, inputs = trained(TRAIN, seed)
    return [accuracy(network, inputs[rows], LABELS[rows]) for rows in (VALIDATE, TEST)]


def same_sizes(seed):
    """Return validation accuracy where random rows are split into parts of the standard sizes."""
    order = np.random.default_rng([seed, 1797]).permutation(len(LABELS))
    rows = np.zeros(len(LABELS), dtype=int)
    rows[order[1287 : 1287 + 258]], rows[order[1287 + 258 :]] = 1, 2
    return held_out(rows == 0, rows == 1, seed)


def batches(seed):
    """Return the training loss after 4 epochs for four sizes of the batch."""
    found = []
    for batch in (8, 32, 128, 1287):
        network, inputs = trained(TRAIN, seed, batch=batch, epochs=4)
        found.append(CrossEntropyLoss().forward(network.forward(inputs[TRAIN]), LABELS[TRAIN]))
    return found


def preparations(seed):
    """Return validation accuracy with the training mean, with its own, and row by row; without any."""
    network, _ = trained(TRAIN, seed)
    images, labels = IMAGES[VALIDATE], LABELS[VALIDATE]
    means = [IMAGES[TRAIN].mean(axis=0), images.mean(axis=0), images, 0]
    return [accuracy(network, (images - mean) / 16, labels) for mean in means]


def shifted(seed):
    """Return validation accuracy where copies shifted by a pixel are made before the split, and after.

    Before it, a validation picture may have its shifted copy among the training rows.
    """
    rng = np.random.default_rng([seed, 8])
    rows = random_rows(seed, 258)
    steps = [(0, 1), (0, -1), (1, 0), (-1, 0)]
    moves = rng.integers(len(steps), size=len(LABELS))
    copies = np.stack(
        [np.roll(image.reshape(8, 8), steps[move], axis=(0, 1)).ravel() for image, move in zip(IMAGES, moves)]
    )
    found = []
    for allowed in (np.ones(len(LABELS), dtype=bool), ~rows):
        images = np.concatenate([IMAGES[~rows], copies[allowed]])
        labels = np.concatenate([LABELS[~rows], LABELS[allowed]])
        mean = images.mean(axis=0)
        network = train((images - mean) / 16, labels, seed)
        found.append(accuracy(network, (IMAGES[rows] - mean) / 16, LABELS[rows]))
    return found


def confusion(seed):
    """Return the ten by ten counts of what was read for what, each form left out in turn."""
    counts = np.zeros((10, 10), dtype=int)
    for form in PARTS:
        network, inputs = trained(FORMS != form, seed)
        rows = FORMS == form
        np.add.at(counts, (LABELS[rows], network.forward(inputs[rows]).argmax(axis=1)), 1)
    return counts.tolist()


def same_form():
    """Return the share of rows whose nearest other row is of the same form, and that by chance."""
    images = IMAGES.copy()
    squares = (images**2).sum(axis=1)[:, None] - 2 * images @ images.T + (images**2).sum(axis=1)
    np.fill_diagonal(squares, np.inf)
    others = [(np.sum(FORMS == form) - 1) / (len(FORMS) - 1) for form in FORMS]
    return [float((FORMS[squares.argmin(axis=1)] == FORMS).mean()), float(np.mean(others))]


def with_a_bug(name, seed, epochs=EPOCHS):
    """Return [loss before, loss after, accuracy in training, in validation] with a bug of the zoo."""
    inputs, labels = prepare(IMAGES, TRAIN), LABELS[TRAIN]
    if name in digits_zoo.LABELS:
        labels = digits_zoo.LABELS[name](labels, np.random.default_rng([seed, 5]))
    loss = digits_zoo.LOSSES.get(name, CrossEntropyLoss)()
    found = [loss.forward(build(np.random.default_rng(seed)).forward(inputs[TRAIN]), labels)]
    network = train(inputs[TRAIN], labels, seed, loss=loss, epochs=epochs)
    found.append(loss.forward(network.forward(inputs[TRAIN]), labels))
    found.append(accuracy(network, inputs[TRAIN], labels))
    return [*found, accuracy(network, inputs[VALIDATE], LABELS[VALIDATE])]


def in_order(seed):
    """Return validation accuracy where the rows are sorted by their label and never shuffled."""
    inputs, order = prepare(IMAGES, TRAIN), np.argsort(LABELS[TRAIN], kind="stable")
    network = train(inputs[TRAIN][order], LABELS[TRAIN][order], seed, order=False)
    return accuracy(network, inputs[VALIDATE], LABELS[VALIDATE])


def as_a_column(seed):
    """Return what accuracy becomes where the labels are a column: each answer meets all labels."""
    network, inputs = trained(TRAIN, seed)
    answers = network.forward(inputs[VALIDATE]).argmax(axis=1)
    return float((answers == LABELS[VALIDATE][:, None]).mean())


def measure():
    """Return everything, by seed."""
    report = {
        "same form": same_form(),
        "nearest": {
            "left out": [nearest(FORMS != form, FORMS == form) for form in PARTS],
            "random rows": [
                [nearest(scattered(seed) != part, scattered(seed) == part) for part in PARTS] for seed in SEEDS
            ],
            "validation and test": [nearest(TRAIN, VALIDATE), nearest(TRAIN, TEST)],
        },
    }
    for name, hidden in KINDS.items():
        report[name] = {
            "left out": [[left_out(form, seed, hidden) for form in PARTS] for seed in SEEDS],
            "random rows": [[by_chance(part, seed, hidden) for part in PARTS] for seed in SEEDS],
        }
        print(name, flush=True)
    bugs = [*digits_zoo.LOSSES, *digits_zoo.LABELS]
    report["zoo"] = {name: [with_a_bug(name, seed) for seed in SEEDS] for name in bugs}
    for function in (standard, same_sizes, batches, preparations, shifted, in_order, as_a_column):
        report[function.__name__] = [function(seed) for seed in SEEDS]
        print(function.__name__, flush=True)
    report["confusion"] = np.sum([confusion(seed) for seed in SEEDS], axis=0).tolist()
    return report


# What the page shows of it


def seeds_table(report):
    """Return the text of the page on 20 seeds in validation and test."""
    pairs = np.array(report["standard"])
    best = [pairs[pairs[:, column] == pairs[:, column].max()] for column in (0, 1)]

    def words(values):
        ends = [f"{value:.3f}" for value in (values.min(), values.max())]
        return " to ".join(dict.fromkeys(ends))

    rows = [
        ("mean", *(f"{value:.3f}" for value in pairs.mean(axis=0))),
        ("standard deviation", *(f"{value:.3f}" for value in pairs.std(axis=0))),
        (f"the {len(best[0])} best on 11 and 12", *map(words, best[0].T)),
        ("the best on 13 and 14", *map(words, best[1].T)),
        ("correlation of the two", "", f"{np.corrcoef(pairs.T)[0, 1]:.2f}"),
    ]
    head = f"{'20 seeds, 15 epochs':24}  {'forms 11, 12':>14}  {'forms 13, 14':>14}"
    return "\n".join([head, *(f"{name:24}  {one:>14}  {two:>14}" for name, one, two in rows)])


def zoo_table(report):
    """Return the text of the page on what still trains: means over 20 seeds."""
    lines = [f"{'means of 20 seeds':30}  {'loss before':>11}  {'after':>6}  {'forms 11, 12':>12}"]
    for name, found in report["zoo"].items():
        before, after, _, share = np.mean(found, axis=0)
        lines.append(f"{name:30}  {before:11.3f}  {after:6.3f}  {share:12.3f}")
    return "\n".join(lines)


# What the live figure needs


def numbers():
    """Return the text of the module with a trained network and the pictures that it reads wrongly."""
    network, inputs = trained(TRAIN, 0)
    for parameter, _ in network.parameters():
        parameter[:] = np.round(parameter, 4)
    mean = np.round(IMAGES[TRAIN].mean(axis=0), 4)
    answers = network.forward((IMAGES - mean) / 16).argmax(axis=1)
    wrong = np.flatnonzero(VALIDATE & (answers != LABELS))
    first = np.flatnonzero(VALIDATE & (answers == LABELS))[0]
    pictures = [
        {
            "row": int(row),
            "label": int(LABELS[row]),
            "form": int(FORMS[row]),
            "pixels": IMAGES[row].astype(int).tolist(),
        }
        for row in (first, *wrong)
    ]
    layers = [[layer.weight.tolist(), layer.bias.tolist()] for layer in network.layers[::2]]
    data = {"mean": mean.tolist(), "layers": layers, "pictures": pictures, "validated": int(VALIDATE.sum())}
    return to_module("Written by tests/measure/digits.py: the network of the lesson digits, seed 0.", data)


if __name__ == "__main__":
    NUMBERS.write_text(numbers(), encoding="utf-8")
    if sys.argv[1:] != ["widget"]:
        REPORT.parent.mkdir(exist_ok=True)
        text = json.dumps(measure(), indent=1)
        REPORT.write_text(text + "\n", encoding="utf-8")
