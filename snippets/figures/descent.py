"""Figures: descent."""

import numpy as np

from figures.compute import walk
from figures.look import (
    BLUE,
    BODY,
    INK,
    MUTED,
    ORANGE,
    SMALL,
    canvas,
    dots,
    figure,
    panel,
    say,
    shade,
    stroke,
    sub,
    write,
)


@figure
def descent():
    """Two walks down the valley L = (w1**2 + 10 w2**2) / 2: on the surface, and on its map."""
    steps, rates = 14, [(0.19, ORANGE), (0.05, BLUE)]
    _, (height,) = walk(rates[0][0], 0)
    rim = np.sqrt(2 * height)  # half the width of the level curve through the start

    def level(radius, angle):
        return radius * np.cos(angle), radius * np.sin(angle) / np.sqrt(10)

    turn, tilt = np.deg2rad([7, 46])

    def project(x, y, z):
        """Look at the valley from the side and above; y is drawn 2.2 times as long as x."""
        across = x * np.cos(turn) - 2.2 * y * np.sin(turn)
        along = x * np.sin(turn) + 2.2 * y * np.cos(turn)
        up = along * np.sin(tilt) + 0.14 * z * np.cos(tilt)
        return 200 + 19.5 * across, 188 - 19.5 * up

    figure, axes = canvas(440)
    bounds = rim * np.array([-1, 1])
    plot = panel(figure, 34, 276, 348, 110, xlim=bounds, ylim=bounds / np.sqrt(10))
    plot.spines[:].set_visible(False)
    plot.set_xticks([-8, -4, 0, 4, 8])
    plot.set_yticks([-2, 0, 2])
    say(axes, 382, 424, f"parameter {sub('w', 1)}", SMALL, MUTED, "right")
    say(axes, 4, 262, f"parameter {sub('w', 2)}", SMALL, MUTED, "left")
    say(axes, 382, 20, f"loss *L* = ({sub('w', 1)}² + 10 {sub('w', 2)}²) / 2", SMALL, MUTED, "right")
    for ring in range(5, 0, -1):
        radius, angles = rim * ring / 5, np.linspace(0, 2 * np.pi, 17 + 4 * ring)
        shade(axes, *project(*level(radius, angles), radius**2 / 2), BLUE, 0.05, MUTED)
        shade(plot, *level(radius, angles), BLUE, 0.05, MUTED)
    for angle in np.linspace(0, np.pi, 7):  # the far half; the near one is seen from its edge
        radius = np.linspace(0, rim, 9)
        stroke(axes, *project(*level(radius, angle), radius**2 / 2), MUTED, 0.6)
    for lr, colour in rates:
        points, heights = walk(lr, steps)
        for place, path in [(axes, project(*points.T, heights)), (plot, points.T)]:
            stroke(place, *path, colour)
            dots(place, *path, 2.4, colour, width=0.5)
            spot, align, shift = (2, "left", (8, 7)) if lr > 0.1 else (2, "right", (-8, -4))
            words = f"*η* = {lr:.2f}"
            say(place, path[0][spot], path[1][spot], words, BODY, colour, align, shift, halo=True)
    return write(figure, "descent")


@figure
def descent_rates():
    """The loss against the step for four learning rates in the same valley."""
    steps = 40
    figure, axes = canvas(340)
    plot = panel(figure, 64, 30, 192, 270, xlim=(0, steps), yscale="log", ylim=(0.001, 1e5))
    plot.set_yticks([0.001, 0.1, 10, 1000, 1e5], labels=["0.001", "0.1", "10", "1,000", "100,000"])
    plot.set_xticks([0, 10, 20, 30, 40])
    plot.minorticks_off()
    say(axes, 64, 10, "loss *L*", SMALL, MUTED, "left")
    say(axes, 256, 330, "step", SMALL, MUTED, "right")
    for lr, colour, dash, words in [
        (0.05, BLUE, (0, (4, 2)), "converges"),
        (0.19, BLUE, "solid", "bounces, converges"),
        (0.20, INK, "solid", "bounces for ever"),
        (0.21, ORANGE, (0, (7, 2)), "diverges"),
    ]:
        _, heights = walk(lr, steps)
        stroke(plot, range(steps + 1), heights, colour, 2, dash)
        say(plot, steps, heights[-1], f"*η* = {lr:.2f}", BODY, colour, "left", shift=(8, 8))
        say(plot, steps, heights[-1], words, SMALL, colour, "left", shift=(8, -8))
    return write(figure, "descent_rates")
