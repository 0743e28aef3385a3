"""Figures: loss."""

import numpy as np

from figures.look import (
    BLUE,
    BODY,
    MUTED,
    ORANGE,
    PAPER,
    SMALL,
    TINT_ORANGE,
    box,
    canvas,
    dots,
    figure,
    panel,
    say,
    show,
    stroke,
    write,
)
from np_nn.network import Linear, MSELoss


@figure
def loss():
    """Four forecasts against their targets: the loss is the mean of the squared residuals."""
    layer = Linear(1, 1, np.random.default_rng(0))
    layer.weight[:], layer.bias[:] = 0.5, 1.0
    hours = np.array([[1.0], [3.0], [5.0], [7.0]])
    targets = np.array([[2.5], [1.5], [4.5], [4.0]])
    outputs = layer.forward(hours)
    mean = MSELoss().forward(outputs, targets)
    residuals = (outputs - targets)[:, 0]

    figure, axes = canvas(404)
    scale = 40  # units of the canvas for 1, across and down, so that squares are square
    low, high, top = -0.4, 8.6, 5.4
    plot = panel(figure, 30, 30, (high - low) * scale, top * scale, xlim=(low, high), ylim=(0, top))
    plot.set_xticks(hours[:, 0])
    plot.set_yticks([0, 1, 2, 3, 4, 5])
    say(axes, 30, 12, "degrees: targets *y* ●, outputs *ŷ* ○", SMALL, MUTED, "left")
    say(axes, 390, 282, "hours since sunrise", SMALL, MUTED, "right")
    ends = np.array([[low], [8.3]])
    stroke(plot, ends[:, 0], layer.forward(ends)[:, 0], BLUE, 2)
    for x, output, target, residual in zip(hours[:, 0], outputs[:, 0], targets[:, 0], residuals):
        # A square lies on the side of its residual where the line is not.
        corners = [x, x + residual, x + residual, x, x], [output, output, target, target, output]
        plot.fill(*corners, facecolor=TINT_ORANGE, edgecolor=ORANGE, linewidth=1)
        stroke(plot, [x, x], [output, target], ORANGE, 2.5)
        align, shift = ("left", 10) if residual < 0 else ("right", -10)
        say(plot, x, target, show(residual), SMALL, ORANGE, align, (shift, 0))
    dots(plot, hours[:, 0], outputs[:, 0], 4.5, PAPER, BLUE, 2)
    dots(plot, hours[:, 0], targets[:, 0], 5)

    base, gap = 374, 18
    say(axes, 30, base - scale - 16, "the squares", SMALL, MUTED, "left")
    lefts = 30 + np.cumsum([0, *(scale * np.abs(residuals) + gap)])
    lefts[-1] = 300
    say(axes, 300, base - scale - 16, "their mean", SMALL, MUTED, "left")
    for left, square, words in zip(lefts, [*residuals**2, mean], ["", "", "", "", "*L* = "]):
        side = scale * np.sqrt(square)
        box(axes, left, base - side, side, side, TINT_ORANGE, ORANGE, line=1)
        bold = bool(words)
        say(axes, left + side / 2, base + 14, words + show(square), SMALL, ORANGE, bold=bold)
    return write(figure, "loss")


@figure
def cross_entropy():
    """Both losses against the probability that was said, on a day when it rains."""
    top, targets = 5, np.array([[1.0]])
    said = np.concatenate([np.exp(np.linspace(-top, np.log(0.05), 30)), np.linspace(0.06, 1, 48)])
    squared = [MSELoss().forward(np.array([[p]]), targets) for p in said]

    figure, axes = canvas(330)
    plot = panel(figure, 34, 30, 340, 250, xlim=(0, 1), ylim=(0, top))
    plot.set_xticks([0, 0.5, 1])
    plot.set_yticks([0, 1, 2, 3, 4, 5])
    say(axes, 34, 12, "loss *L*, when it rains: *y* = 1", SMALL, MUTED, "left")
    say(axes, 374, 318, "probability *p* that was said", SMALL, MUTED, "right")
    stroke(plot, said, -np.log(said), BLUE, 2, gid="@logarithm")
    stroke(plot, [0, *said], [1, *squared], ORANGE, 2, (0, (4, 2)), gid="@square")
    for p in [0.01, 0.1, 0.5]:
        square = MSELoss().forward(np.array([[p]]), targets)
        dots(plot, [p], [-np.log(p)], 4, BLUE)
        dots(plot, [p], [square], 4, ORANGE)
        say(plot, p, -np.log(p), show(-np.log(p), 4), SMALL, BLUE, "left", (10, 6))
    say(plot, 0.01, 1, show((0.01 - 1) ** 2, 4), SMALL, ORANGE, "left", (10, 10))
    say(plot, 0.16, 3.4, "cross-entropy, −ln *p*", BODY, BLUE, "left")
    say(plot, 0.03, 0.22, "square, (*p* − 1)²", BODY, ORANGE, "left")
    return write(figure, "cross_entropy")
