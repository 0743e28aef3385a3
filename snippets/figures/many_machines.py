"""Figures: many-machines."""

import json

import numpy as np

from docs.plugins.paths import DOCS
from figures.look import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    SMALL,
    TINT_ORANGE,
    box,
    canvas,
    dots,
    figure,
    panel,
    say,
    shade,
    stroke,
    write,
)
from np_nn import digits
from np_nn.network import SGD, CrossEntropyLoss, Linear, Network, ReLU

REPORT = DOCS / "measured/many_machines.json"  # tests/measure/many_machines_speed.py wrote its times
ROWS, STEPS, CUT = 32, 60, 24
NOISE = 1e-12  # of a distance: what is smaller comes of rounding


def build(seed):
    rng = np.random.default_rng(seed)
    return Network([Linear(64, 8, rng), ReLU(), Linear(8, 10, rng)])


def pictures():
    """Return the first 32 pictures of the training, prepared, and their labels."""
    images, labels, forms = digits.load()
    mean = np.round(images[forms <= 10].mean(axis=0), 4)  # as the live figure has it
    return (images[:ROWS] - mean) / 16, labels[:ROWS]


def train(parts, weights, starts):
    """Return the parameters of copy 0 before each step and after the last one, as rows.

    Each copy looks at its part of the rows, and all take the sum of their gradients, so weighted.
    """
    (x, y), loss = pictures(), CrossEntropyLoss()
    copies = [build(seed) for seed in starts]
    optimizers = [SGD(copy.parameters(), lr=0.2) for copy in copies]
    found = []
    for _ in range(STEPS + 1):
        found.append(np.concatenate([parameter.ravel() for parameter, _ in copies[0].parameters()]))
        for copy, part in zip(copies, parts):
            loss.forward(copy.forward(x[part]), y[part])
            copy.backward(loss.backward())
        for pairs in zip(*(copy.parameters() for copy in copies)):
            both = sum(weight * gradient for weight, (_, gradient) in zip(weights, pairs))
            for _, gradient in pairs:
                gradient[:] = both
        for optimizer in optimizers:
            optimizer.step()
    return np.array(found)


def distances(cut, weights):
    """Return how far copy A is from one process, from step to step."""
    alone = train([slice(0, ROWS)], [1], [0])
    together = train([slice(0, cut), slice(cut, ROWS)], weights, [0, 0])
    return np.abs(together - alone).max(axis=1)


@figure
def many_machines():
    """32 rows cut into 24 and 8, and how far the plain and the weighted mean lead from one process."""
    figure, axes = canvas(316)
    side = 384 / ROWS
    for n in range(ROWS):
        mine = n < CUT
        box(
            axes,
            8 + side * n + 1,
            26,
            side - 2.5,
            side - 2.5,
            BLUE if mine else TINT_ORANGE,
            BLUE if mine else ORANGE,
            line=0.8,
        )
    say(axes, 8 + side * CUT / 2, 13, f"A has {CUT} rows", SMALL, BLUE, bold=True)
    say(axes, 8 + side * (CUT + ROWS) / 2, 13, f"B has {ROWS - CUT}", SMALL, ORANGE, bold=True)
    top, height = 84, 188
    plot = panel(figure, 52, top, 338, height, xlim=(0, STEPS), ylim=(-18, 1))
    plot.set_xticks([0, 20, 40, 60])
    plot.set_yticks([-15, -10, -5, 0], ["10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "1"])
    say(axes, 8, 62, "how far copy A is from one process", SMALL, MUTED, "left")
    say(axes, 390, top + height + 38, "steps", SMALL, MUTED, "right")
    kinds = [("plain mean", [0.5, 0.5], ORANGE), ("weighted mean", [CUT / ROWS, 1 - CUT / ROWS], BLUE)]
    for name, weights, colour in kinds:
        far = distances(CUT, weights)
        if far.max() < NOISE:  # another processor rounds otherwise: how far it may be, and no curve
            low, high = -18, np.log10(NOISE)
            shade(plot, [1, STEPS, STEPS, 1], [low, low, high, high], colour, 0.15, colour)
            say(plot, STEPS, high, f"{name}: only rounding", colour=colour, align="right", shift=(-4, -12), bold=True)
            continue
        logs = np.log10(far[1:])
        stroke(plot, np.arange(1, STEPS + 1), logs, colour, 2)
        dots(plot, [STEPS], [logs[-1]], 4, colour)
        say(plot, STEPS, logs[-1], f"{name}: {far[-1]:.2f}", colour=colour, align="right", shift=(-4, -14), bold=True)
    return write(figure, "many_machines")


@figure
def many_machines_speed():
    """How many times as fast two processes are as one, against the batch, for three networks."""
    rows = json.loads(REPORT.read_text(encoding="utf-8"))["speed"]["steps"]
    figure, axes = canvas(300)
    top, height = 44, 196
    plot = panel(figure, 44, top, 270, height, xlim=(5.7, 12.3), ylim=(0, 2.1))
    plot.set_xticks([6, 8, 10, 12], ["64", "256", "1,024", "4,096"])
    plot.set_yticks([0, 0.5, 1, 1.5, 2])
    say(axes, 8, 14, "times as fast as one process", SMALL, MUTED, "left")
    say(axes, 314, top + height + 40, "rows in a step", SMALL, MUTED, "right")
    stroke(plot, [5.7, 12.3], [1, 1], MUTED, 1, (0, (1, 3)))
    stroke(plot, [5.7, 12.3], [2, 2], MUTED, 1, (0, (1, 3)))
    say(plot, 5.8, 2, "twice as fast", SMALL, MUTED, "left", shift=(0, -10))
    say(plot, 5.8, 1, "as fast as one", SMALL, MUTED, "left", shift=(0, 10))
    looks = {
        2410: (INK, (0, (2, 3)), "2,410"),
        85002: (ORANGE, (0, (5, 3)), "85,002"),
        2176010: (BLUE, "solid", "2,176,010"),
    }
    say(axes, 396, 30, "parameters", SMALL, MUTED, "right")
    for size, (colour, dash, name) in looks.items():
        some = [row for row in rows if row["parameters"] == size]
        xs = np.log2([row["batch"] for row in some])
        ys = [np.median(row["ms"]["one"]) / np.median(row["ms"]["two"]) for row in some]
        stroke(plot, xs, ys, colour, 2, dash)
        dots(plot, xs, ys, 3.5, colour)
        say(plot, xs[-1], ys[-1], name, SMALL, colour, "left", shift=(8, 0), bold=True)
    return write(figure, "many_machines_speed")
