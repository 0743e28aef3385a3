"""Figures: training."""

import json

import numpy as np

from docs.plugins.paths import DOCS
from figures.look import BLUE, INK, MUTED, ORANGE, SMALL, canvas, dots, figure, panel, say, stroke, write
from np_nn import digits
from np_nn.network import SGD, Adam, CrossEntropyLoss, Linear, Network, ReLU

# Twenty seeds would take minutes: tests/measure/training.py has done it, and a test trains some anew.
REPORT = DOCS / "measured/training.json"


def build(rng, hidden, width):
    """Return an untrained network from 64 pixels to ten sums, as np_nn starts it."""
    sizes, layers = [64, *hidden * [width], 10], []
    for before, after in zip(sizes, sizes[1:]):
        layers += [Linear(before, after, rng), ReLU()]
    return Network(layers[:-1])


def rows():
    """Return the prepared training pictures and their labels."""
    images, labels, forms = digits.load()
    some = forms <= 10
    return (images[some] - images[some].mean(axis=0)) / 16, labels[some]


def sizes(scale, x):
    """Return the size of the sums of each layer of a network of ten hidden layers."""
    network, found = build(np.random.default_rng(0), 10, 64), []
    for layer in network.layers:
        if isinstance(layer, Linear):
            layer.weight *= scale * np.sqrt(3)
            layer.bias[:] = 0
        x = layer.forward(x)
        if isinstance(layer, Linear):
            found.append(np.sqrt(np.mean(x**2)))
    return np.array(found)


@figure
def training():
    """The size of the sums in eleven layers, for five starts."""
    starts = {
        "1": (8, ORANGE),
        "He": (np.sqrt(2), BLUE),
        "Xavier": (1, INK),
        "as np_nn's": (1 / np.sqrt(3), INK),
        "0.01": (0.08, ORANGE),
    }
    x = rows()[0][:32]
    figure, axes = canvas(330)
    left, top, width, height = 52, 42, 250, 236
    plot = panel(figure, left, top, width, height, xlim=(0.6, 11), ylim=(-15.5, 8.5))
    plot.set_xticks([1, 6, 11])
    plot.set_yticks([-15, -10, -5, 0, 5], ["10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "1", "10⁵"])
    say(axes, 8, 14, "size of the weighted sums *z*", SMALL, MUTED, "left")
    say(axes, left + width, top + height + 38, "layer", SMALL, MUTED, "right")
    say(axes, 316, 14, "start", SMALL, MUTED, "left")
    for name, (scale, colour) in starts.items():
        logs = np.log10(sizes(scale, x))
        stroke(plot, np.arange(1, 12), logs, colour, 2)
        dots(plot, [1, 6, 11], logs[::5], 3, colour)
        down = top + height * (8.5 - logs[-1]) / 24
        down += {"He": -3, "Xavier": 5, "as np_nn's": 8}.get(name, 0)
        say(axes, 316, down, name, SMALL, colour, "left", bold=name == "He")
    return write(figure, "training")


def rising(make, low, high):
    """Return rates that grow in 120 steps, and the mean of five losses at each."""
    (x, y), rng, loss = rows(), np.random.default_rng(0), CrossEntropyLoss()
    network, losses, rates = build(rng, 1, 32), [], np.geomspace(low, high, 120)
    optimizer, order = make(network.parameters(), low), rng.permutation(len(x))
    for step, optimizer.lr in enumerate(rates):
        part = order[np.arange(32 * step, 32 * step + 32) % len(x)]
        losses.append(loss.forward(network.forward(x[part]), y[part]))
        network.backward(loss.backward())
        optimizer.step()
    return rates[4:], np.convolve(losses, np.ones(5) / 5, "valid")


@figure
def training_rates():
    """The loss while the learning rate grows, for three optimisers."""
    kinds = {
        "Adam": (Adam, 0.00001, 1, ORANGE, "solid", "right"),
        "momentum": (lambda pairs, lr: SGD(pairs, lr, momentum=0.9), 0.0001, 10, BLUE, "solid", "center"),
        "SGD": (SGD, 0.001, 100, INK, (0, (5, 3)), "left"),
    }
    figure, axes = canvas(312)
    top, height = 84, 170
    plot = panel(figure, 34, top, 352, height, xlim=(-3.5, 1.5), ylim=(0, 4))
    plot.set_xticks([-3, -2, -1, 0, 1], ["0.001", "0.01", "0.1", "1", "10"])
    plot.set_yticks([0, 1, 2, 3])
    say(axes, 8, 14, "loss of mini-batches, means of five", SMALL, MUTED, "left")
    say(axes, 386, top + height + 40, "learning rate, growing in each step", SMALL, MUTED, "right")
    stroke(plot, [-3.5, 1.5], [np.log(10)] * 2, MUTED, 1, (0, (1, 3)))
    say(plot, -3.45, 2.56, f"guessing: {np.log(10):.1f}", SMALL, MUTED, "left")
    for name, (make, low, high, colour, dash, align) in kinds.items():
        rates, losses = rising(make, low, high)
        seen = (rates > 10**-3.5) & (np.maximum.accumulate(losses) < 4)
        least = losses.argmin()
        drawn = [place for place in np.flatnonzero(seen) if (place - least) % 3 == 0]
        stroke(plot, np.log10(rates[drawn]), losses[drawn], colour, 2, dash)
        dots(plot, [np.log10(rates[least])], [losses[least]], 4, colour)
        across = 34 + 352 * (np.log10(rates[least]) + 3.5) / 5
        across += {"right": -8, "center": 4, "left": -4}[align]
        say(axes, across, 44, name, SMALL, colour, align, bold=True)
        say(
            axes,
            across,
            62,
            f"lowest at {rates[least]:.2g}" if name == "Adam" else f"{rates[least]:.2g}",
            SMALL,
            colour,
            align,
        )
    return write(figure, "training_rates")


@figure
def training_noise():
    """The validation loss by epoch, with clean labels and with one in five drawn anew."""
    report = json.loads(REPORT.read_text(encoding="utf-8"))["validation loss"]
    figure, axes = canvas(290)
    top, height = 42, 190
    plot = panel(figure, 44, top, 346, height, xlim=(0.4, 25.4), ylim=(0, 1.4))
    plot.set_xticks([1, 5, 10, 15, 20, 25])
    plot.set_yticks([0, 0.5, 1])
    say(axes, 8, 14, "validation loss, mean of 20 seeds", SMALL, MUTED, "left")
    say(axes, 390, top + height + 40, "epoch", SMALL, MUTED, "right")
    kinds = [
        ("0 redrawn", BLUE, "clean labels", -0.1, -14),
        ("0.2 redrawn", ORANGE, "one label in five redrawn", 0.13, 14),
    ]
    for key, colour, about, up, below in kinds:
        mean, epochs = np.mean(report[key], axis=0), np.arange(1, 26)
        stroke(plot, epochs, mean, colour, 2)
        say(plot, 25.2, mean[-1] + up, about, colour=colour, align="right", bold=True)
        best = mean.argmin()
        stroke(plot, [best + 1] * 2, [0, mean[best]], colour, 1.2, (0, (2, 3)))
        dots(plot, [best + 1], [mean[best]], 4.5, colour)
        words = f"stop: {mean[best]:.2f}, epoch {best + 1}"
        say(plot, best + 1, mean[best], words, SMALL, colour, "left", shift=(8, below))
    return write(figure, "training_noise")
