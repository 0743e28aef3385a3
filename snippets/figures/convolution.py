"""Figures: convolution."""

import json

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from docs.plugins.paths import DOCS
from figures.look import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    SMALL,
    TINT,
    box,
    canvas,
    figure,
    say,
    show,
    stroke,
    write,
)
from np_nn import digits

# Twenty seeds take minutes: tests/measure/convolution_seeds.py has done it, and a test trains
# some of them anew.
REPORT = DOCS / "measured/convolution.json"
PLACE = (1, 4)  # of the window, counted from 0


def bars(axes, corners, width, height, colour, opacity=1.0):
    """Draw many rectangles of one size as one shape, which is one element of the SVG."""
    codes = [Outline.MOVETO, *[Outline.LINETO] * 3, Outline.CLOSEPOLY] * len(corners)
    around = np.array([[0, 0], [width, 0], [width, height], [0, height], [0, 0]])
    points = np.concatenate([np.array(corner) + around for corner in corners])
    axes.add_patch(PathPatch(Outline(points, codes), facecolor=(*to_rgb(colour), opacity), linewidth=0, clip_on=False))


def grid(axes, left, top, side, values, colours):
    """Draw numbers from -1 to 1 as squares: how far from 0 is how dark, and the sign is a colour."""
    height, width = values.shape
    box(axes, left, top, side * width, side * height, PAPER, MUTED)
    steps = np.round(16 * values).astype(int)
    for step in np.unique(steps[steps != 0]):
        corners = [(left + side * j, top + side * i) for i, j in np.argwhere(steps == step)]
        bars(axes, corners, side, side, colours[0] if step > 0 else colours[1], abs(step) / 16)


@figure
def convolution():
    """A picture with a window, the map of its kernel, and the matrix that says the same."""
    picture = digits.load()[0][0].reshape(8, 8) / 16
    kernel = np.random.default_rng(0).uniform(-1, 1, (3, 3))
    found = np.zeros((6, 6))
    for i, j in np.ndindex(6, 6):
        found[i, j] = (picture[i : i + 3, j : j + 3] * kernel).sum()
    row, column = PLACE

    figure, axes = canvas(376)
    side, top = 17, 30
    say(axes, 8, 14, "picture", SMALL, MUTED, "left")
    grid(axes, 8, top, side, picture, (INK, INK))
    box(axes, 8 + side * column, top + side * row, 3 * side, 3 * side, "none", BLUE, line=2.5)

    say(axes, 217, 14, "kernel", SMALL, MUTED)
    for (f, q), weight in np.ndenumerate(kernel):
        x, y = 160 + 38 * q, top + 24 * f
        box(axes, x, y, 38, 24, PAPER, MUTED, line=0.8)
        say(axes, x + 19, y + 12, show(weight, 2), 11, BLUE if weight > 0 else ORANGE)
    say(axes, 217, 124, f"row {row + 1}, column {column + 1}:", SMALL, MUTED)
    say(axes, 217, 144, show(found[row, column], 2), colour=BLUE, bold=True)

    left = 392 - 6 * side
    say(axes, left, 14, "map", SMALL, MUTED, "left")
    grid(axes, left, top, side, found / np.abs(found).max(), (BLUE, ORANGE))
    box(axes, left + side * column, top + side * row, side, side, "none", INK, line=2.5)
    say(axes, left, top + 6 * side + 14, "blue above 0,", SMALL, BLUE, "left")
    say(axes, left, top + 6 * side + 30, "orange below", SMALL, ORANGE, "left")

    wide, high, top = 6, 4, 206
    unit = 6 * row + column
    say(axes, 8, top - 14, f"the same as a matrix, 36 × 64: row {unit + 1} makes that sum", SMALL, MUTED, "left")
    box(axes, 8, top, 64 * wide, 36 * high, TINT)
    for lit in (False, True):
        starts = np.array(
            [
                (8 + wide * (8 * (i + f) + j), top + high * (6 * i + j) + 2)
                for i, j in np.ndindex(6, 6)
                for f in range(3)
                if (6 * i + j == unit) == lit
            ]
        )
        xs = np.stack([starts[:, 0], starts[:, 0] + 3 * wide, np.full(len(starts), np.nan)], axis=1)
        stroke(axes, xs.ravel(), np.repeat(starts[:, 1], 3), BLUE if lit else MUTED, 3.5, cap="butt")
    say(axes, 392, top + 36 * high + 14, "each bar: three weights of the kernel; all else is 0", SMALL, MUTED, "right")
    return write(figure, "convolution")


@figure
def convolution_places():
    """How many digits four networks read at nine places: means of 20 seeds."""
    report = json.loads(REPORT.read_text(encoding="utf-8"))["places"]
    names = {
        "dense": "dense",
        "kernels": "8 kernels",
        "dense, moved": "dense, moved",
        "kernels, moved": "8 kernels, moved",
    }
    figure, axes = canvas(452)
    side = 56
    for place, (name, words) in enumerate(names.items()):
        shares = np.mean(report[name], axis=0).reshape(3, 3)
        left, top = 12 + 208 * (place % 2), 62 + 218 * (place // 2)
        say(axes, left, top - 14, words, SMALL, INK, "left", bold=True)
        for (i, j), share in np.ndenumerate(shares):
            x, y = left + side * j, top + side * i
            bars(axes, [(x, y)], side, side, BLUE, round(0.55 * share**2, 2))
            say(axes, x + side / 2, y + side / 2, f"{share:.3f}", SMALL, bold=(i, j) == (1, 1))
        box(axes, left, top, 3 * side, 3 * side, "none", MUTED)
    say(axes, 12, 14, "share of right answers, place by place", SMALL, MUTED, "left")
    return write(figure, "convolution_places")
