"""Figures: network."""

import numpy as np

from figures.compute import XOR_INPUTS, XOR_TARGETS, stack
from figures.look import (
    BLUE,
    BODY,
    MUTED,
    ORANGE,
    SMALL,
    TINT,
    TINT_BLUE,
    TINT_ORANGE,
    arrow,
    box,
    canvas,
    figure,
    say,
    show,
    stroke,
    write,
)
from np_nn.network import Linear, MSELoss, Network, Tanh


@figure
def network():
    """The shapes of one batch on its way through the network, and of the gradients back."""
    model = Network(stack([2, 8, 1], Tanh, np.random.default_rng(0)))
    criterion = MSELoss()
    arrays = [XOR_INPUTS]
    for layer in model.layers:
        arrays.append(layer.forward(arrays[-1]))
    value = criterion.forward(arrays[-1], XOR_TARGETS)
    gradients = [criterion.backward()]
    for layer in reversed(model.layers):
        gradients.insert(0, layer.backward(gradients[0]))

    figure, axes = canvas(572)
    down, up, cell = 84, 316, 9

    def grid(x, y, array, fill, edge):
        rows, columns = array.shape
        left, top = x - columns * cell / 2, y - rows * cell / 2
        right, foot = left + columns * cell, top + rows * cell
        box(axes, left, top, right - left, foot - top, fill, edge, line=0.8)
        for i in range(1, rows):
            stroke(axes, [left, right], [top + i * cell] * 2, edge, 0.8)
        for j in range(1, columns):
            stroke(axes, [left + j * cell] * 2, [top, foot], edge, 0.8)

    say(axes, down, 12, "forward", BODY, BLUE, bold=True)
    say(axes, up, 12, "backward", BODY, ORANGE, bold=True)
    names = ["*X*", "*Z*₁", "*A*₁", "*Z*₂"]
    y = 52
    for name, array, gradient, layer in zip(names, arrays, gradients, [*model.layers, criterion]):
        grid(down, y, array, TINT_BLUE, BLUE)
        grid(up, y, gradient, TINT_ORANGE, ORANGE)
        say(axes, down + 46, y - 9, name, BODY, BLUE, "left")
        say(axes, down + 46, y + 9, f"{array.shape}", SMALL, BLUE, "left")
        say(axes, up - 46, y - 9, f"∂*L*/∂{name}", BODY, ORANGE, "right")
        say(axes, up - 46, y + 9, f"{gradient.shape}", SMALL, ORANGE, "right")
        arrow(axes, (down, y + 25), (down, y + 46), BLUE)
        arrow(axes, (up, y + 46), (up, y + 25), ORANGE)
        box(axes, 24, y + 50, 352, 46, TINT, corner=8)
        title = type(layer).__name__
        if isinstance(layer, Linear):
            title += f"({layer.weight.shape[1]}, {layer.weight.shape[0]})"
            shapes = f"weight {layer.weight.shape}, bias {layer.bias.shape} and their gradients"
            say(axes, 200, y + 82, shapes, SMALL, MUTED)
        say(axes, 200, y + (64 if isinstance(layer, Linear) else 73), title, bold=True)
        y += 125
    arrow(axes, (down, y - 25), (down, y - 4), BLUE)
    say(axes, down, y + 8, f"*L* = {show(value, 4)}", BODY, BLUE)
    return write(figure, "network")
