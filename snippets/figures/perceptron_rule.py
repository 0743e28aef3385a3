"""Figures: perceptron rule."""

import numpy as np

from figures.compute import XOR_INPUTS, follow_the_rule, half_plane
from figures.look import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
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


def switched_plane(figure, left, top, width, parameters, targets, marked):
    """Draw the four positions as targets, and the side on which the output is 1.

    The positions of ``marked`` are ringed.
    """
    low, high = -0.7, 1.7
    plot = panel(figure, left, top, width, width, xlim=(low, high), ylim=(low, high))
    plot.set_xticks([])
    plot.set_yticks([])
    side, border = half_plane(parameters, low, high)
    if len(side):
        plot.fill(*side.T, color=TINT_BLUE, linewidth=0)
    if len(border):
        stroke(plot, *border.T, BLUE, 2.5)
    else:
        say(plot, 0.5, low, "the line lies lower", SMALL, BLUE, shift=(0, 13))
    for place, ((x1, x2), target) in enumerate(zip(XOR_INPUTS, targets)):
        dots(plot, [x1], [x2], 6, BLUE if target else PAPER, BLUE if target else INK, 1.8)
        if place in marked:
            dots(plot, [x1], [x2], 11, "none", ORANGE, 2.5)


def name_inputs(axes, left, top, width):
    """Name the inputs at the ends of a plot's two lines."""
    say(axes, left - 11, top + 7, sub("x", 2), SMALL, MUTED)
    say(axes, left + width + 9, top + width - 2, sub("x", 1), SMALL, MUTED)


@figure
def perceptron_rule():
    """The rule learns AND: the line at the end of each epoch, and the mistakes made in it."""
    targets, epochs, columns = (0.0, 0.0, 0.0, 1.0), 6, 3
    walked = [(difference, after) for _, difference, after in follow_the_rule(targets, epochs)]

    width, apart, row = 112, 130, 186
    figure, axes = canvas(2 * row + 62)
    for epoch in range(epochs):
        steps = walked[epoch * len(targets) : (epoch + 1) * len(targets)]
        mistakes = sum(difference != 0 for difference, _ in steps)
        parameters = np.array(steps[-1][1])
        left = 22 + apart * (epoch % columns)
        top = 28 + row * (epoch // columns)
        wrong = np.flatnonzero((XOR_INPUTS @ parameters[:2] + parameters[2] > 0) != targets)
        switched_plane(figure, left, top, width, parameters, targets, wrong)
        say(axes, left + width / 2, top - 14, f"epoch {epoch + 1}", bold=True)
        count = f"{mistakes} mistake" + "s" * (mistakes != 1)
        say(axes, left + width / 2, top + width + 15, count, colour=ORANGE if mistakes else BLUE)
        names = (sub("w", 1), sub("w", 2), "*b*")
        numbers = ", ".join(f"{name} {show(value)}" for name, value in zip(names, parameters))
        say(axes, left + width / 2, top + width + 34, numbers, SMALL, MUTED)
    name_inputs(axes, 22, 28, width)
    low = 2 * row + 22
    dots(axes, [30], [low], 6, PAPER, INK, 1.8)
    dots(axes, [142], [low], 6, BLUE, BLUE, 1.8)
    say(axes, 44, low, "should be 0", SMALL, MUTED, "left")
    say(axes, 156, low, "should be 1", SMALL, MUTED, "left")
    dots(axes, [254], [low], 9, "none", ORANGE, 2.5)
    say(axes, 269, low, "on the wrong side", SMALL, MUTED, "left")
    box(axes, 20, low + 16, 20, 13, TINT_BLUE)
    say(axes, 46, low + 23, "output 1 at the end of the epoch", SMALL, MUTED, "left")
    return write(figure, "perceptron_rule")


@figure
def perceptron_cycle():
    """The rule walks in a circle on XOR: its third epoch, whose corrections add up to nothing."""
    targets = (0.0, 1.0, 1.0, 0.0)
    steps = list(follow_the_rule(targets, 3))[-4:]

    width = 126
    lefts, tops = (24, 254), (30, 270)
    figure, axes = canvas(458)
    places = [(0, 0), (1, 0), (1, 1), (0, 1)]  # clockwise: column, row
    for number, ((column, row), (before, _, after)) in enumerate(zip(places, steps)):
        left, top = lefts[column], tops[row]
        switched_plane(figure, left, top, width, np.array(before), targets, [number])
        x1, x2 = (show(x) for x in XOR_INPUTS[number])
        middle = left + width / 2
        wanted = f"({x1}, {x2}) should be {show(targets[number])}"
        say(axes, middle, top - 14, wanted, colour=ORANGE)
        names = (sub("w", 1), sub("w", 2), "*b*")
        numbers = ", ".join(f"{name} {show(value)}" for name, value in zip(names, before))
        say(axes, middle, top + width + 16, numbers, SMALL)
        changes = [
            f"{name} {'+' if new > old else '−'} {show(abs(new - old))}"
            for name, old, new in zip(names, before, after)
            if new != old
        ]
        if number in (0, 2):  # to the right above, to the left below
            ends = [(lefts[0] + width + 12, 0), (lefts[1] - 12, 0)]
            (start, _), (end, _) = ends if number == 0 else ends[::-1]
            arrow(axes, (start, top + width / 2), (end, top + width / 2), ORANGE, 2)
            for line, change in enumerate(changes):
                drop = 18 * (line + 1) - 2
                say(axes, 200, top + width / 2 + drop, change, SMALL, ORANGE)
        else:
            upper, lower = tops[0] + width + 32, tops[1] - 30
            start, end = (upper, lower) if number == 1 else (lower, upper)
            arrow(axes, (middle, start), (middle, end), ORANGE, 2)
            for line, change in enumerate(changes):
                height = (upper + lower) / 2 + 17 * (line - (len(changes) - 1) / 2)
                inwards, align = (-12, "right") if number == 1 else (12, "left")
                say(axes, middle + inwards, height, change, SMALL, ORANGE, align)
    name_inputs(axes, lefts[0], tops[0], width)
    low = 436
    dots(axes, [30], [low], 6, PAPER, INK, 1.8)
    dots(axes, [156], [low], 6, BLUE, BLUE, 1.8)
    say(axes, 44, low, "should be 0", SMALL, MUTED, "left")
    say(axes, 170, low, "should be 1", SMALL, MUTED, "left")
    box(axes, 280, low - 7, 20, 13, TINT_BLUE)
    say(axes, 306, low, "output 1", SMALL, MUTED, "left")
    return write(figure, "perceptron_cycle")
