"""Figures: perceptron."""

import numpy as np

from figures.compute import XOR_INPUTS, and_layer
from figures.look import (
    BLUE,
    INK,
    MUTED,
    PAPER,
    SMALL,
    TINT_BLUE,
    arrow,
    box,
    canvas,
    dots,
    figure,
    panel,
    say,
    show,
    stroke,
    sub,
    write,
)


@figure
def perceptron():
    """The perceptron for AND at the input (1, 1): weights, one bias, one sum, one step."""
    layer = and_layer()
    inputs = np.array([[1.0, 1.0]])
    z = layer.forward(inputs)[0, 0]
    output = float(z > 0)
    (w1, w2), b = layer.weight[0], layer.bias[0]

    figure, axes = canvas(288)
    headings = ["inputs", "weights", "sum", "step", "output"]
    for x, heading in zip([56, 138, 218, 296, 366], headings):
        say(axes, x, 12, heading, SMALL, MUTED)
    middle = 120
    rows = [
        (48, sub("x", 1), show(inputs[0, 0]), f"{sub('w', 1)} = {show(w1)}", (20, 10)),
        (middle, sub("x", 2), show(inputs[0, 1]), f"{sub('w', 2)} = {show(w2)}", (0, 11)),
        (192, "", "1", f"*b* = {show(b)}", (15, -14)),
    ]
    for y, name, value, weight, shift in rows:
        colour = INK if name else MUTED
        start, end = np.array([56, y]), np.array([218, middle])
        along = (end - start) / np.hypot(*(end - start))
        arrow(axes, start + 18 * along, end - 25 * along, colour)
        dots(axes, [56], [y], 17, PAPER, colour)
        say(axes, 56, y, value, colour=BLUE if name else MUTED, bold=bool(name))
        say(axes, 20, y, name)
        say(axes, *(start + end) / 2, weight, shift=shift)
    say(axes, 20, 192, "bias", SMALL, MUTED)
    dots(axes, [218], [middle], 23, PAPER, INK)
    say(axes, 218, middle, "Σ", 20)
    say(axes, 218, middle + 40, f"*z* = {show(z)}", colour=BLUE, bold=True)
    arrow(axes, (242, middle), (274, middle))
    box(axes, 276, middle - 20, 40, 40, PAPER, INK, corner=5, line=1.5)
    foot, head = middle + 11, middle - 11
    stroke(axes, [283, 296, 296, 309], [foot, foot, head, head], BLUE, 2.5)
    say(axes, 296, middle + 40, "*z* > 0 ?", SMALL, MUTED)
    arrow(axes, (317, middle), (347, middle))
    dots(axes, [366], [middle], 17, BLUE)
    say(axes, 366, middle, show(output), colour=PAPER, bold=True)

    columns = [64, 112, 160, 208, 246, 284, 326]
    names = [sub("w", 1) + sub("x", 1), "+", sub("w", 2) + sub("x", 2), "+", "*b*", "=", "*z*"]
    products = [f"{show(w)} · {show(x)}" for w, x in zip(layer.weight[0], inputs[0])]
    values = [products[0], "+", products[1], "−" if b < 0 else "+", show(abs(b)), "=", show(z)]
    for x, name, value in zip(columns, names, values):
        last = x == columns[-1]
        say(axes, x, 248, name, colour=MUTED)
        say(axes, x, 272, value, colour=BLUE if last else INK, bold=last)
    return write(figure, "perceptron")


@figure
def perceptron_line():
    """The same weights seen as a line: on one side of it the output is 1, on the other 0."""
    layer = and_layer()
    (w1, w2), b = layer.weight[0], layer.bias[0]
    sums = layer.forward(XOR_INPUTS)[:, 0]
    low, high = -0.45, 1.75

    def boundary(x1):
        return -(w1 * x1 + b) / w2

    figure, axes = canvas(358)
    plot = panel(figure, 62, 28, 290, 290, xlim=(low, high), ylim=(low, high))
    plot.set_xticks([0, 1])
    plot.set_yticks([0, 1])
    say(axes, 62, 12, f"input {sub('x', 2)}", SMALL, MUTED)
    say(axes, 352, 342, f"input {sub('x', 1)}", SMALL, MUTED, "right")
    ends = np.array([boundary(high), high])
    plot.fill([ends[0], high, high], [high, high, ends[0]], color=TINT_BLUE, linewidth=0)
    stroke(plot, ends, boundary(ends), BLUE, 2.5)
    for (x1, x2), z in zip(XOR_INPUTS, sums):
        dots(plot, [x1], [x2], 7, BLUE if z > 0 else PAPER, BLUE if z > 0 else INK, 1.8)
        say(plot, x1, x2, f"*z* = {show(z)}", shift=(0, 20))
    say(plot, 1.35, 1.5, "output 1", colour=BLUE, bold=True)
    say(plot, 0.35, -0.24, "output 0", bold=True)
    equation = f"{sub('x', 1)} + {sub('x', 2)} {'−' if b < 0 else '+'} {show(abs(b))} = 0"
    say(plot, 0.42, boundary(0.42), equation, colour=BLUE, turn=-45, shift=(9, 9))
    return write(figure, "perceptron_line")
