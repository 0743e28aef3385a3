"""Figures: layers."""

import numpy as np

from figures.compute import LEAKY_INPUTS
from figures.look import (
    BLUE,
    INK,
    MUTED,
    SMALL,
    TINT_BLUE,
    box,
    canvas,
    figure,
    say,
    show,
    stroke,
    write,
)
from np_nn.network import Linear


@figure
def layers():
    """One layer of 5 units at work on 4 examples: a row of X meets a column of the weights.

    The layer is a fresh 3 to 5 of np_nn; its inputs are the leaky table.
    """
    layer = Linear(3, 5, np.random.default_rng(0))
    outputs = layer.forward(LEAKY_INPUTS)
    row, column = 3, 1  # the example and the unit that are lit up
    weights = layer.weight.T

    figure, axes = canvas(360)
    cell = 26

    def table(left, top, width, values, digits, lit):
        rows, columns = values.shape
        for i, j in np.ndindex(values.shape):
            if lit(i, j):
                box(axes, left + j * width, top + i * cell, width, cell, TINT_BLUE)
        for i in range(rows + 1):
            stroke(axes, [left, left + columns * width], [top + i * cell] * 2, MUTED, 0.7)
        for j in range(columns + 1):
            stroke(axes, [left + j * width] * 2, [top, top + rows * cell], MUTED, 0.7)
        for i, j in np.ndindex(values.shape):
            x, y = left + (j + 0.5) * width, top + (i + 0.5) * cell
            colour = BLUE if lit(i, j) else INK
            say(axes, x, y, show(values[i, j], digits), SMALL, colour, bold=lit(i, j))

    left, right, narrow, wide = 6, 146, 34, 49
    say(axes, right, 12, "weights *W*ᵀ (3, 5)", SMALL, MUTED, "left")
    table(right, 24, wide, weights, 2, lambda i, j: j == column)
    say(axes, right, 126, "+ biases *b* (5,)", SMALL, MUTED, "left")
    table(right, 138, wide, layer.bias[np.newaxis], 2, lambda i, j: j == column)
    say(axes, left, 196, "inputs *X* (4, 3)", SMALL, MUTED, "left")
    table(left, 208, narrow, LEAKY_INPUTS, 0, lambda i, j: i == row)
    say(axes, right, 196, "outputs *Z* = *XW*ᵀ + *b* (4, 5)", SMALL, MUTED, "left")
    table(right, 208, wide, outputs, 2, lambda i, j: (i, j) == (row, column))

    products = " + ".join(
        f"{show(x)} · {show(w, 2) if w >= 0 else f'({show(w, 2)})'}"
        for x, w in zip(LEAKY_INPUTS[row], weights[:, column])
    )
    bias = layer.bias[column]
    worked = f"{products} {'−' if bias < 0 else '+'} {show(abs(bias), 2)} ="
    say(axes, 328, 344, worked, align="right")
    say(axes, 336, 344, show(outputs[row, column], 2), colour=BLUE, align="left", bold=True)
    return write(figure, "layers")
