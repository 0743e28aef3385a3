"""Figures: back-propagation."""

import numpy as np

from figures.look import (
    BLUE,
    BODY,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    SMALL,
    arrow,
    box,
    canvas,
    dots,
    figure,
    say,
    show,
    sub,
    write,
)
from np_nn.network import Linear, MSELoss, Sigmoid


@figure
def backprop():
    """Every number of a 2-2-1 network on its way forward, and beneath each its gradient."""
    rng = np.random.default_rng(0)
    hidden, output = Linear(2, 2, rng), Linear(2, 1, rng)
    hidden.weight[:], hidden.bias[:] = [[0.5, -0.3], [0.8, 0.2]], [0.1, -0.1]
    output.weight[:], output.bias[:] = [[1.0, -1.5]], [0.2]
    steps, criterion = [hidden, Sigmoid(), output, Sigmoid()], MSELoss()
    inputs, targets = np.array([[1.0, 0.0]]), np.array([[1.0]])

    values = [inputs]
    for step in steps:
        values.append(step.forward(values[-1]))
    error = criterion.forward(values[-1], targets)
    gradients = [criterion.backward()]
    for step in reversed(steps):
        gradients.insert(0, step.backward(gradients[0]))

    figure, axes = canvas(520)

    def pair(x, y, value, gradient, align="center"):
        """Write a number, and its gradient beneath: four decimals, as far as there are any."""
        say(axes, x, y, show(round(value, 4)), SMALL, BLUE, align)
        say(axes, x, y + 17, show(round(gradient, 4)), SMALL, ORANGE, align)

    def unit(x, y, layer, place, row):
        box(axes, x - 90, y - 36, 180, 72, PAPER, INK, corner=8)
        entry = [1, row + 1] if layer is hidden else []  # of example 1
        columns = [
            (sub("b", *entry[1:]), layer.bias[row], layer.grad_bias[row]),
            (sub("z", *entry), values[place][0, row], gradients[place][0, row]),
            (sub("a", *entry), values[place + 1][0, row], gradients[place + 1][0, row]),
        ]
        for shift, (name, value, gradient) in zip((-58, 0, 58), columns):
            say(axes, x + shift, y - 21, name, SMALL)
            pair(x + shift, y + 3, value, gradient)

    say(axes, 196, 12, "↓ a value", BODY, BLUE, "right", bold=True)
    say(axes, 212, 12, "↑ its gradient", BODY, ORANGE, "left", bold=True)
    sides, middle = (102, 298), 200
    for i, x in enumerate(sides):
        outer = "left" if i else "right"
        out = 1 if i else -1
        dots(axes, [x], [70], 29, PAPER, INK, 1.2)
        pair(x, 62, inputs[0, i], gradients[0][0, i])
        say(axes, x + 44 * out, 70, sub("x", i + 1))
        for j, end in enumerate(sides):
            tip = end + 0.09 * (x - end)
            arrow(axes, (x, 100), (tip, 212), MUTED, 1.2)
            pair_of = hidden.weight[j, i], hidden.grad_weight[j, i]
            if x == end:
                pair(x + 8 * out, 146, *pair_of, outer)
            else:  # where the two cross there is no room beside them
                box(axes, x - 51 * out - 28, 118, 56, 36, PAPER)
                pair(x - 51 * out, 128, *pair_of)
        unit(x, 250, hidden, 1, i)
        foot = middle + 0.4 * (x - middle)
        arrow(axes, (x, 287), (foot, 370), MUTED, 1.2)
        pair((x + foot) / 2 + 12 * out, 322, output.weight[0, i], output.grad_weight[0, i], outer)
    unit(middle, 408, output, 3, 0)
    arrow(axes, (middle, 445), (middle, 474), MUTED, 1.2)
    say(axes, middle + 16, 491, f"*L* = (*a* − {show(targets[0, 0])})² =", align="right")
    pair(middle + 44, 491, error, 1.0)  # a gradient starts with dL/dL
    return write(figure, "backprop")
