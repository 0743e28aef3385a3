"""Figures: gradient check."""

import re

import numpy as np

from figures.compute import stack
from figures.look import (
    BLUE,
    BODY,
    INK,
    MUTED,
    ORANGE,
    SMALL,
    TINT_BLUE,
    TINT_ORANGE,
    box,
    canvas,
    figure,
    panel,
    say,
    show,
    stroke,
    sub,
    write,
)
from np_nn import zoo
from np_nn.gradcheck import check_gradients, relative_error
from np_nn.network import BCEWithLogitsLoss, Network, Tanh


def forward_difference(function, array, step):
    """Return d function() / d array from one step up; the error is of order ``step``."""
    start, gradient = function(), np.zeros_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + step
        gradient[index] = (function() - start) / step
        array[index] = value
    return gradient


@figure
def gradient_check():
    """The error of two differences against their step: each falls, and then rises again."""
    rng = np.random.default_rng(1)
    model, criterion = Network(stack([2, 8, 8, 1], Tanh, rng)), BCEWithLogitsLoss()
    for parameter, _ in model.parameters():
        parameter[:] = rng.normal(size=parameter.shape)
    inputs, targets = rng.normal(size=(6, 2)), rng.uniform(size=(6, 1))

    def compute_loss():
        return criterion.forward(model.forward(inputs), targets)

    steps, central, forward = 10.0 ** np.arange(-13, -0.9, 0.5), [], []
    for step in steps:
        central.append(max(check_gradients(model, criterion, inputs, targets, step)))
        forward.append(
            max(
                relative_error(gradient, forward_difference(compute_loss, parameter, step))
                for parameter, gradient in model.parameters()
            )
        )

    figure, axes = canvas(370)
    scales = {"xscale": "log", "yscale": "log", "xlim": (1e-13, 0.1), "ylim": (1e-10, 1)}
    plot = panel(figure, 50, 32, 330, 290, **scales)
    plot.set_xticks([1e-13, 1e-9, 1e-5, 1e-1], labels=["10⁻¹³", "10⁻⁹", "10⁻⁵", "10⁻¹"])
    plot.set_yticks([1, 1e-3, 1e-6, 1e-9], labels=["1", "10⁻³", "10⁻⁶", "10⁻⁹"])
    plot.minorticks_off()
    say(axes, 50, 12, "relative error of the gradient", SMALL, MUTED, "left")
    say(axes, 380, 356, "step *h*", SMALL, MUTED, "right")
    stroke(plot, steps, forward, ORANGE, 2, (0, (4, 2)), gid="@forward")
    stroke(plot, steps, central, BLUE, 2, gid="@central")
    say(plot, 1e-4, 3e-3, "forward difference", BODY, ORANGE, "right")
    for words, down in [("central", 0), ("difference", 18)]:
        say(plot, 1e-3, 1e-8, words, BODY, BLUE, "left", shift=(0, -down))
    # Along the branches, which are straight: 27.5 units a decade across, 29 down.
    say(plot, 1e-5, 7.6e-6, "like *h*", SMALL, ORANGE, turn=46.5, shift=(-9, 9))
    say(plot, 3e-3, 9e-6, "like *h*²", SMALL, BLUE, turn=64.6, shift=(-11, 6))
    say(plot, 1e-11, 2e-4, "like 1/*h*", SMALL, MUTED, turn=-46.5, shift=(-11, -11))
    return write(figure, "gradient_check")


@figure
def gradient_zoo():
    """The careful check of the right network and of thirteen wrong ones, array by array."""
    arrays = [sub(letter, layer) for layer in (1, 2, 3) for letter in "Wb"]
    left, top, across, down = 205, 34, 28, 22
    figure, axes = canvas(top + 14 * down + 4)
    for column, name in enumerate([*arrays, "in"]):
        say(axes, left + across * (column + 0.5), 14, name, SMALL, MUTED)
    for row, (name, mutant) in enumerate({"right": None, **zoo.MUTANTS}.items()):
        height = top + down * row
        name = re.sub("(tanh|sigma)'", r"\1′", name).replace("**2", "²").replace(" - ", " − ")
        say(axes, 4, height + down / 2, name, SMALL, INK, "left", bold=mutant is None)
        for column, error in enumerate(zoo.errors(0, mutant)):
            place, is_wrong = left + across * column, error > 1e-6
            fill = TINT_ORANGE if is_wrong else TINT_BLUE
            box(axes, place + 0.75, height + 0.75, across - 1.5, down - 1.5, fill)
            colour = ORANGE if is_wrong else MUTED
            say(axes, place + across / 2, height + down / 2, show(error, 2), 11.5, colour)
    return write(figure, "gradient_zoo")
