"""Figures: digits."""

import json

import numpy as np

from docs.plugins.paths import DOCS
from figures.look import (
    BLUE,
    MUTED,
    ORANGE,
    SMALL,
    TINT,
    TINT_BLUE,
    box,
    canvas,
    dots,
    figure,
    panel,
    say,
    stroke,
    write,
)

# Twenty seeds, each form left out, would take minutes: tests/measure/digits.py has done it, and
# a test trains some of them anew.
REPORT = DOCS / "measured/digits.json"


@figure
def digits():
    """How well each form is read that was left out, and random rows; which digit is read as which."""
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    measured = report["64-32-10"]
    forms = np.mean(measured["left out"], axis=0)
    rows = np.ravel(measured["random rows"])
    confusion = np.array(report["confusion"]) / len(measured["left out"])

    figure, axes = canvas(610)
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

    left, top, side = 36, 330, 26
    say(axes, 8, top - 34, "rows: what was written", SMALL, MUTED, "left")
    say(axes, 8, top - 16, "columns: what it was read as", SMALL, MUTED, "left")
    for digit in range(10):
        middle = side * digit + side / 2
        say(axes, left - 14, top + middle, str(digit), SMALL, MUTED)
        say(axes, left + middle, top + 10 * side + 14, str(digit), SMALL, MUTED)
    box(axes, left, top, 10 * side, 10 * side, TINT)
    most = (confusion - np.diag(np.diag(confusion))).max()
    for label, answer in np.ndindex(10, 10):
        is_right = label == answer
        largest = confusion.max() if is_right else most
        size = (side - 4) * np.sqrt(confusion[label, answer] / largest)
        if size >= 1.5:
            x, y = left + side * (answer + 0.5), top + side * (label + 0.5)
            colour = BLUE if is_right else ORANGE
            box(axes, x - size / 2, y - size / 2, size, size, colour)
    label, answer = np.unravel_index(
        np.argmax(confusion - np.diag(np.diag(confusion))), confusion.shape
    )
    beside, middle = left + 10 * side + 10, top + side * (label + 0.5)
    say(axes, beside, middle - 9, f"{label} as {answer}", colour=ORANGE, align="left", bold=True)
    say(axes, beside, middle + 9, f"{most:.0f} of {confusion[label].sum():.0f}", SMALL, ORANGE, "left")
    say(axes, beside, top + side / 2, "right", SMALL, BLUE, "left")
    say(axes, beside, top + side * 1.5, "wrong,", SMALL, ORANGE, "left")
    say(axes, beside, top + side * 1.5 + 17, "larger scale", SMALL, ORANGE, "left")
    return write(figure, "digits")
