"""Measures what the lesson convolution says of many seeds.

    python tests/measure/convolution_seeds.py          everything, some minutes; writes the ledger below

docs/measured/convolution.json has every number by seed, so that a test can train a few of them
anew: see test_measured.py and test_convolution_measured.py.
"""

import json

import convolution as lesson
import convolution_zoo as zoo
import numpy as np
from pictures import FORMS, IMAGES, LABELS, TRAIN, VALIDATE
from reports import read

from docs.plugins.paths import DOCS
from np_nn.network import CrossEntropyLoss, Linear, Network, ReLU

REPORT = DOCS / "measured/convolution.json"
SEEDS, PARTS, PLACES = range(20), range(1, 15), lesson.MOVES
PICTURES = np.pad(IMAGES.reshape(-1, 1, 8, 8) / 16, [(0, 0), (0, 0), (1, 1), (1, 1)])
# name: (kernels, or 0 for the dense network; whether training moves the pictures; epochs)
KINDS = {
    "dense": (0, False, 5),
    "kernels": (8, False, 5),
    "dense, moved": (0, True, 5),
    "kernels, moved": (8, True, 5),
    "dense, 10 epochs": (0, False, 10),
    "16 kernels, 10 epochs": (16, False, 10),
    "dense, moved, 10 epochs": (0, True, 10),
    "16 kernels, moved, 10 epochs": (16, True, 10),
}
FAR = np.array([down**2 + right**2 for down, right in PLACES])  # 0 in the middle, 1 one pixel aside, 2 diagonally


def build(kernels, rng):
    return lesson.convolutional(rng, kernels) if kernels else lesson.dense(rng)


def trained(rows, seed, kernels, moving, epochs):
    """Return a network trained on these rows."""
    rng = np.random.default_rng(seed)
    network = build(kernels, rng)
    lesson.train(network, PICTURES[rows], LABELS[rows], rng, moving, epochs)
    return network


def places(name, seed):
    """Return the accuracy in validation at nine places."""
    network = trained(TRAIN, seed, *KINDS[name])
    pictures, labels = PICTURES[VALIDATE], LABELS[VALIDATE]
    return [float(lesson.accuracy(network, lesson.move(pictures, *place), labels)) for place in PLACES]


def neighbour():
    """Return the same for the nearest of the training pictures, which stay in the middle."""
    known, found = PICTURES[TRAIN].reshape(-1, 100), []
    for place in PLACES:
        some = lesson.move(PICTURES[VALIDATE], *place).reshape(-1, 100)
        squares = (known**2).sum(axis=1) - 2 * some @ known.T
        answers = LABELS[TRAIN][squares.argmin(axis=1)]
        found.append(float((answers == LABELS[VALIDATE]).mean()))
    return found


def left_out(form, seed, kernels=16, moving=True, epochs=10):
    """Return how 16 kernels read a form that they have not been trained on, in the middle."""
    network = trained(FORMS != form, seed, kernels, moving, epochs)
    return float(lesson.accuracy(network, PICTURES[FORMS == form], LABELS[FORMS == form]))


def two_convolutions(rng, animal=None):
    """Return a network with all that an animal may be wrong in, and the animal in its place."""

    def kind(right):
        return animal if animal is not None and issubclass(animal, right) else right

    conv, pool = kind(lesson.Conv2d), kind(lesson.MaxPool2d)
    layers = [conv(1, 8, 3, rng), pool(2), conv(8, 8, 3, rng), lesson.Flatten(), ReLU()]
    return Network([*layers, Linear(32, 10, rng)])


def with_a_bug(name, seed, epochs=4):
    """Return [loss before, loss after, accuracy in validation] with an animal of the zoo."""
    rng = np.random.default_rng(seed)
    network, loss = two_convolutions(rng, zoo.ANIMALS[name]), CrossEntropyLoss()
    pictures, labels = PICTURES[TRAIN], LABELS[TRAIN]
    found = [loss.forward(network.forward(pictures), labels)]
    lesson.train(network, pictures, labels, rng, epochs=epochs)
    found.append(loss.forward(network.forward(pictures), labels))
    return [*found, float(lesson.accuracy(network, PICTURES[VALIDATE], LABELS[VALIDATE]))]


def measure():
    """Return everything, by seed."""
    report = {"neighbour": neighbour(), "places": {}, "zoo": {}}
    for name in KINDS:
        report["places"][name] = [places(name, seed) for seed in SEEDS]
        print(name, np.mean(report["places"][name], axis=0).round(3), flush=True)
    for name in zoo.ANIMALS:
        report["zoo"][name] = [with_a_bug(name, seed) for seed in SEEDS]
        print(name, np.mean(report["zoo"][name], axis=0).round(3), flush=True)
    report["left out"] = [[left_out(form, seed) for form in PARTS] for seed in SEEDS]
    return report


# What the page shows of it


def by_distance(shares):
    """Return the means in the middle, one pixel aside and diagonally."""
    shares = np.asarray(shares)
    return [shares[..., FAR == far].mean() for far in (0, 1, 2)]


def places_table(report):
    """Return the text of the page on ten epochs, and on the nearest neighbour."""
    lines = [f"{'means of 20 seeds':30}  {'in the middle':>13}  {'one aside':>9}  {'diagonally':>10}"]
    rows = {name: report["places"][name] for name in KINDS if "10 epochs" in name}
    for name, found in {**rows, "lookup": report["neighbour"]}.items():
        middle, aside, diagonal = by_distance(found)
        lines.append(f"{name:30}  {middle:13.3f}  {aside:9.3f}  {diagonal:10.3f}")
    return "\n".join(lines)


def strangers_table(report):
    """Return the text of the page on forms that are left out, beside what the lesson digits measured."""
    digits_report = read("digits")
    dense = np.mean(digits_report["64-32-10"]["left out"])
    lookup = np.mean(digits_report["nearest"]["left out"])
    ours = np.mean(report["left out"])
    return "\n".join(
        [
            "each form left out             strangers' digits read correctly",
            f"{'dense, 15 epochs':30} {dense:32.3f}",
            f"{'16 kernels, moved, 10 epochs':30} {ours:32.3f}",
            f"{'lookup':30} {lookup:32.3f}",
        ]
    )


WITNESSES = {
    "gradient": zoo.passes_gradient_check,
    "moving": zoo.moves_along,
    "PyTorch": zoo.is_as_pytorch,
}


def zoo_table(report):
    """Return the text of the page on what still trains, and on what each witness says of it."""
    lines = [
        f"{'means of 20 seeds':28}  {'loss':>5}  {'read':>5}  " + "  ".join(f"{name:8}" for name in WITNESSES).rstrip()
    ]
    for name, found in report["zoo"].items():
        _, after, share = np.mean(found, axis=0)
        said = ["passes" if witness(zoo.ANIMALS[name]) else "caught" for witness in WITNESSES.values()]
        words = "  ".join(f"{word:8}" for word in said).rstrip()
        lines.append(f"{name:28}  {after:5.3f}  {share:5.3f}  {words}")
    return "\n".join(lines)


if __name__ == "__main__":
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
