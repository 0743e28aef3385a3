"""Figures: digits."""

import json

import numpy as np

from docs.plugins.paths import DOCS
from figures.look import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    SMALL,
    TINT,
    TINT_BLUE,
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
from np_nn import digits as data
from np_nn.network import SGD, CrossEntropyLoss, Linear, Network, ReLU

# Twenty seeds, each form left out, would take minutes: tests/measure/digits.py has done it, and
# a test trains some of them anew.
REPORT = DOCS / "measured/digits.json"


@figure
def digits():
    """A picture that the network of the lesson reads wrongly, and its ten probabilities."""
    images, labels, forms = data.load()
    training, rng = forms <= 10, np.random.default_rng(0)
    inputs = (images - images[training].mean(axis=0)) / 16
    network = Network([Linear(64, 32, rng), ReLU(), Linear(32, 10, rng)])
    loss, optimizer = CrossEntropyLoss(), SGD(network.parameters(), lr=0.2)
    rows, batch = np.flatnonzero(training), 32
    for _ in range(15):
        order = rng.permutation(len(rows))
        for start in range(0, len(rows), batch):
            part = rows[order[start : start + batch]]
            loss.forward(network.forward(inputs[part]), labels[part])
            network.backward(loss.backward())
            optimizer.step()
    powers = np.exp(network.forward(inputs))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    wrong = (forms == 11) | (forms == 12)
    wrong &= probabilities.argmax(axis=1) != labels
    row = np.flatnonzero(wrong)[0]
    shares = probabilities[row]

    figure, axes = canvas(252)
    side, left, top = 20, 12, 46
    words = f"row {row}, form {forms[row]}: it is a {labels[row]}"
    say(axes, left, 20, words, SMALL, MUTED, "left")
    box(axes, left, top, 8 * side, 8 * side, PAPER, MUTED)
    for place, ink in enumerate(images[row]):
        if ink:
            x, y = left + side * (place % 8), top + side * (place // 8)
            shade(axes, [x, x + side, x + side, x], [y, y, y + side, y + side], INK, ink / 16, "none")
    say(axes, 388, 20, "probability", SMALL, MUTED, "right")
    for digit, share in enumerate(shares):
        y, is_answer = top - 4 + 19 * digit, digit == shares.argmax()
        colour = BLUE if is_answer else MUTED
        say(axes, 206, y, str(digit), SMALL, colour, bold=is_answer)
        box(axes, 222, y - 5, max(118 * share, 0.8), 10, colour)
        say(axes, 388, y, f"{share:.3f}", SMALL, colour, "right", bold=is_answer)
    return write(figure, "digits")


@figure
def digits_forms():
    """How well each form is read that was left out of the training, and random rows."""
    measured = json.loads(REPORT.read_text(encoding="utf-8"))["64-32-10"]
    forms = np.mean(measured["left out"], axis=0)
    rows = np.ravel(measured["random rows"])

    figure, axes = canvas(284)
    top, height = 42, 190
    plot = panel(figure, 44, top, 346, height, xlim=(0.4, 14.6), ylim=(0.85, 1))
    plot.set_xticks([1, 5, 10, 14])
    plot.set_yticks([0.85, 0.9, 0.95, 1])
    say(axes, 8, 12, "share of right answers", SMALL, MUTED, "left")
    say(axes, 390, top + height + 38, "form that was left out of the training", SMALL, MUTED, "right")
    low, high = np.quantile(rows, [0.05, 0.95])
    plot.fill([0.4, 14.6, 14.6, 0.4], [low, low, high, high], facecolor=TINT_BLUE, linewidth=0)
    stroke(plot, [0.4, 14.6], [rows.mean()] * 2, BLUE, 2)
    stroke(plot, [0.4, 14.6], [forms.mean()] * 2, ORANGE, 2, (0, (5, 3)))
    dots(plot, np.arange(1, 15), forms, 5, ORANGE)
    say(axes, 390, 30, f"random rows: {rows.mean():.3f}", colour=BLUE, align="right", bold=True)
    words = f"unseen forms: {forms.mean():.3f}"
    say(plot, 1.0, 0.861, words, colour=ORANGE, align="left", bold=True, halo=True)
    return write(figure, "digits_forms")


@figure
def digits_confusion():
    """Which digit was read as which, each form left out in turn: the mean of 20 seeds."""
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    confusion = np.array(report["confusion"]) / len(report["64-32-10"]["left out"])
    mistakes = confusion * (1 - np.eye(10))
    most = mistakes.max()

    figure, axes = canvas(338)
    left, top, side = 36, 48, 26
    say(axes, 8, 12, "rows: what was written", SMALL, MUTED, "left")
    say(axes, 8, 30, "columns: what it was read as", SMALL, MUTED, "left")
    box(axes, left, top, 10 * side, 10 * side, TINT)
    for digit in range(10):
        middle = side * digit + side / 2
        say(axes, left - 14, top + middle, str(digit), SMALL, MUTED)
        say(axes, left + middle, top + 10 * side + 14, str(digit), SMALL, MUTED)
    for label, answer in np.ndindex(10, 10):
        is_right = label == answer
        largest = confusion.max() if is_right else most
        size = (side - 4) * np.sqrt(confusion[label, answer] / largest)
        if size >= 1.5:
            x, y = left + side * (answer + 0.5), top + side * (label + 0.5)
            box(axes, x - size / 2, y - size / 2, size, size, BLUE if is_right else ORANGE)
    label, answer = np.unravel_index(mistakes.argmax(), mistakes.shape)
    beside, middle = left + 10 * side + 10, top + side * (label + 0.5)
    say(axes, beside, middle - 9, f"{label} as {answer}", colour=ORANGE, align="left", bold=True)
    say(axes, beside, middle + 9, f"{most:.0f} of {confusion[label].sum():.0f}", SMALL, ORANGE, "left")
    say(axes, beside, top + side / 2, "right", SMALL, BLUE, "left")
    say(axes, beside, top + side * 1.5, "wrong,", SMALL, ORANGE, "left")
    say(axes, beside, top + side * 1.5 + 17, "larger scale", SMALL, ORANGE, "left")
    return write(figure, "digits_confusion")
