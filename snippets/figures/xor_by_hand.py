"""Figures: XOR by hand."""

import numpy as np

from figures.compute import XOR_INPUTS, XOR_TARGETS
from figures.look import (
    BLUE,
    INK,
    MUTED,
    PAPER,
    SMALL,
    TINT_BLUE,
    arrow,
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
from np_nn.network import Linear, Network, ReLU


def xor_by_hand_layers():
    """Return the XOR network whose weights are chosen: its hidden layer and its output."""
    hidden, output = (Linear(2, units, np.random.default_rng(0)) for units in (2, 1))
    hidden.weight[:], hidden.bias[:] = 1.0, [0.0, -1.0]
    output.weight[:], output.bias[:] = [[1.0, -2.0]], 0.0
    return Network([hidden, ReLU()]), output


@figure
def xor_by_hand():
    """XOR by chosen weights: the plane of the inputs, and where the hidden layer puts it."""
    hidden, output = xor_by_hand_layers()
    places = hidden.forward(XOR_INPUTS)
    half = 0.5  # an answer above it is a 1

    figure, axes = canvas(622)
    low, high = -0.5, 1.5
    plane = panel(figure, 58, 30, 240, 240, xlim=(low, high), ylim=(low, high))
    say(axes, 58, 12, f"input {sub('x', 2)}", SMALL, MUTED)
    say(axes, 298, 303, f"input {sub('x', 1)}", SMALL, MUTED, "right")
    ticks = np.linspace(low, high, 41)
    x1, x2 = np.meshgrid(ticks, ticks)
    grid = np.column_stack([x1.ravel(), x2.ravel()])
    heights = output.forward(hidden.forward(grid)).reshape(x1.shape)
    plane.contourf(x1, x2, heights, levels=[half, np.inf], colors=[TINT_BLUE])
    layer = hidden.layers[0]
    for unit, ((w1, w2), b) in enumerate(zip(layer.weight, layer.bias)):
        ends = np.array([max(low, -(w2 * high + b) / w1), min(high, -(w2 * low + b) / w1)])
        stroke(plane, ends, -(w1 * ends + b) / w2, INK, 1.6, (0, (5, 3)), gid=f"@unit-{unit}")
        # Its words stand at the lower end of the line.
        foot = -(w1 * ends[1] + b) / w2
        word = f"{sub('a', unit + 1)} rises"
        say(plane, ends[1], foot, word, SMALL, INK, "left", shift=(8, 6 if foot > low else 10))
    for point, target in zip(XOR_INPUTS, XOR_TARGETS[:, 0]):
        dots(plane, *point[:, None], 7, BLUE if target else PAPER, BLUE if target else INK, 1.8)
        name = f"({show(point[0])}, {show(point[1])})"
        say(plane, *point, name, shift=(28, 9))

    arrow(axes, (178, 306), (178, 346), MUTED)
    say(axes, 192, 330, "the hidden layer", SMALL, MUTED, "left")

    left, right, foot, head = -0.5, 2.5, -0.6, 1.4
    folded = panel(figure, 58, 370, 300, 200, xlim=(left, right), ylim=(foot, head))
    for each, marks in [(plane, [0, 1]), (folded, [0, 1, 2])]:
        each.set_xticks(marks)
        each.set_yticks([0, 1])
    say(axes, 22, 354, f"hidden unit {sub('a', 2)}", SMALL, MUTED, "left")
    say(axes, 358, 607, f"hidden unit {sub('a', 1)}", SMALL, MUTED, "right")
    (v1, v2), c = output.weight[0], output.bias[0]
    border = np.array([left, right])
    line = (half - c - v1 * border) / v2  # where v1 a1 + v2 a2 + c is one half
    folded.fill([*border, right, left], [*line, foot, foot], color=TINT_BLUE, linewidth=0)
    diagonal = np.array([[-0.5, -0.5], [0.0, 0.0], [0.5, 0.5], [1.2, 1.2]])
    stroke(folded, *hidden.forward(diagonal).T, MUTED, 5, gid="@image")
    stroke(folded, border, line, BLUE, 2.5, gid="@border")
    names = {}
    for point, place in zip(XOR_INPUTS, places):
        name = f"({show(point[0])}, {show(point[1])})"
        names.setdefault(tuple(place), []).append(name)
    for (place, here), shift in zip(names.items(), [(-4, 19), (22, -21), (-30, 12)]):
        is_one = (output.forward(np.array([place])) > half).item()
        if len(here) > 1:
            dots(folded, [place[0]], [place[1]], 11, PAPER, BLUE, 1.8)
        face, edge = (BLUE, BLUE) if is_one else (PAPER, INK)
        dots(folded, [place[0]], [place[1]], 7, face, edge, 1.8)
        say(folded, *place, " and ".join(here), shift=shift)
    for word, x, y, colour in [("answer 1", 2.05, 0.22, BLUE), ("answer 0", 0.5, 1.0, INK)]:
        say(folded, x, y, word, colour=colour, bold=True)
    return write(figure, "xor_by_hand")
