"""Figures: chain rule."""

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
    canvas,
    dots,
    figure,
    say,
    show,
    write,
)
from np_nn.network import Linear, MSELoss, Sigmoid


@figure
def chain_rule():
    """One weight and two examples: values down two paths to the loss, gradients back up."""
    layer, activation, criterion = Linear(1, 1, np.random.default_rng(0)), Sigmoid(), MSELoss()
    layer.weight[:], layer.bias[:] = 2.0, -1.0
    inputs, targets = np.array([[1.5], [0.5]]), np.array([[1.0], [0.0]])
    z = layer.forward(inputs)
    a = activation.forward(z)
    error = criterion.forward(a, targets)
    slopes = activation.backward(np.ones_like(z))  # before the gradients: it keeps none
    grad_a = criterion.backward()
    grad_z = activation.backward(grad_a)
    layer.backward(grad_z)
    paths = grad_z * inputs

    figure, axes = canvas(504)

    def node(x, y, name, value, gradient, align="left"):
        """Draw a number in a circle, its gradient beneath it, and its name beside it."""
        dots(axes, [x], [y], 36, PAPER, INK, 1.2)
        say(axes, x, y - 9, show(round(value, 4)), SMALL, BLUE)
        say(axes, x, y + 10, show(round(gradient, 4)), SMALL, ORANGE)
        say(axes, x + (-46 if align == "right" else 46), y, name, align=align)

    def edge(start, end, local, align):
        """Draw an arrow between two circles, with its local derivative."""
        (x1, y1), (x2, y2) = start, end
        length = np.hypot(x2 - x1, y2 - y1)
        across, down = 38 * (x2 - x1) / length, 38 * (y2 - y1) / length
        arrow(axes, (x1 + across, y1 + down), (x2 - across, y2 - down), MUTED, 1.2)
        shift = {"right": -12, "left": 12}[align]
        words = f"({show(round(local, 4))})" if local < 0 else show(round(local, 4))
        say(axes, (x1 + x2) / 2 + shift, (y1 + y2) / 2, f"× {words}", SMALL, MUTED, align)

    say(axes, 196, 12, "↓ a value", BODY, BLUE, "right", bold=True)
    say(axes, 212, 12, "↑ its gradient", BODY, ORANGE, "left", bold=True)
    top, bottom = (200, 76), (200, 462)
    for row, (x, align) in enumerate([(84, "right"), (316, "left")]):
        high, low = (x, 214), (x, 338)
        out = 1 if row else -1
        say(axes, x + 18 * out, 56, f"example {'pq'[row]}", bold=True)
        for shift, name, given in [(0, "x", inputs), (18, "y", targets)]:
            say(axes, x + 18 * out, 76 + shift, f"*{name}* = {show(given[row, 0])}", SMALL)
        edge(top, high, inputs[row, 0], align)
        edge(high, low, slopes[row, 0], align)
        edge(low, bottom, grad_a[row, 0], align)
        node(*high, "*z*", z[row, 0], grad_z[row, 0], align)
        node(*low, "*a*", a[row, 0], grad_a[row, 0], align)
    node(*top, "*w*", layer.weight[0, 0], layer.grad_weight[0, 0])
    added = f"{show(paths[0, 0], 4)} + {show(paths[1, 0], 4)}"
    say(axes, top[0], 160, added, SMALL, ORANGE)
    node(*bottom, "*L*", error, 1.0)  # a gradient starts with dL/dL
    return write(figure, "chain_rule")
