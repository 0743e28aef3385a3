"""Figures: activations."""

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
from np_nn.network import ReLU, Sigmoid, Tanh


@figure
def activations():
    """Sigmoid, tanh and ReLU beside their slopes; shaded where the slope is below 0.05."""
    z, limit = np.linspace(-5, 5, 1001)[:, np.newaxis], 0.05
    xs = z[:, 0]
    figure, axes = canvas(464)
    say(axes, 34, 12, "what comes out, *a*", SMALL, MUTED, "left")
    say(axes, 238, 12, "its slope", SMALL, MUTED, "left")
    rows = [
        (Sigmoid(), "*σ*(*z*)", "*σ*′(*z*)", (-1.15, 1.15), [-1, 0, 1], [0, 0.25, 1]),
        (Tanh(), "tanh(*z*)", "tanh′(*z*)", (-1.15, 1.15), [-1, 0, 1], [0, 1]),
        (ReLU(), "ReLU(*z*)", "ReLU′(*z*)", (-0.35, 5), [0, 2, 4], [0, 1]),
    ]
    for place, (layer, name, slope_name, ylim, ticks, slope_ticks) in enumerate(rows):
        outputs = layer.forward(z)[:, 0]
        slopes = layer.backward(np.ones_like(z))[:, 0]
        top, kind = 26 + 138 * place, type(layer).__name__.lower()
        left = panel(figure, 34, top, 150, 112, xlim=(-5, 5), ylim=ylim)
        right = panel(figure, 238, top, 150, 112, xlim=(-5, 5), ylim=(-0.05, 1.1))
        flat = xs[slopes < limit]
        for plot in (left, right):
            for side in (flat[flat < 0], flat[flat > 0]):
                if side.size:
                    ends = plot.get_ylim()
                    corners = [side[0], side[-1], side[-1], side[0]]
                    plot.fill(corners, np.repeat(ends, 2), color=TINT_ORANGE, linewidth=0)
            plot.set_xticks([-4, 0, 4], labels=["−4", "0", "4"] if place == 2 else [])
        left.set_yticks(ticks, labels=[show(tick) for tick in ticks])
        right.set_yticks(slope_ticks, labels=[show(tick) for tick in slope_ticks])
        jump = np.abs(np.diff(slopes, append=slopes[-1])) > 0.5  # where ReLU's slope jumps
        stroke(left, xs, outputs, BLUE, 2.2, gid=f"@{kind}")
        stroke(right, xs, np.where(jump, np.nan, slopes), ORANGE, 2.2, gid=f"@{kind}-slope")
        if jump.any():
            dots(right, xs[jump], [1], 3.5, PAPER, ORANGE, 1.5)
            dots(right, xs[jump], slopes[jump], 3.5, ORANGE)
        say(right, -4.8, 0.98, slope_name, BODY, ORANGE, "left")
        say(left, -4.8, ylim[1] - 0.07 * (ylim[1] - ylim[0]), name, BODY, BLUE, "left")
    for x in (186, 390):
        say(axes, x, 425, "*z*", SMALL, MUTED, "right")
    box(axes, 34, 444, 16, 14, TINT_ORANGE)
    say(axes, 56, 451, f"slope below {show(limit)}", SMALL, MUTED, "left")
    return write(figure, "activations")
