"""Figures: XOR in NumPy."""

import numpy as np

from figures.compute import (
    LEAKY_INPUTS,
    LEAKY_TARGETS,
    XOR_INPUTS,
    XOR_TARGETS,
    margin,
    stack,
    train,
)
from figures.look import (
    BLUE,
    INK,
    MUTED,
    PAPER,
    SMALL,
    TINT_BLUE,
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
from np_nn.network import BCEWithLogitsLoss, MSELoss, Network, Sigmoid, Tanh

LOW, HIGH = -0.5, 1.5  # the part of the plane that is shown


@figure
def xor():
    """XOR learned: the loss of every step, and where the trained network draws its border.

    Four rows are right where ``margin`` is above 0.
    """
    model = Network(stack([2, 8, 1], Tanh, np.random.default_rng(0)))
    criterion = BCEWithLogitsLoss()
    losses, right = [], []
    for value in train(model, criterion, XOR_INPUTS, XOR_TARGETS, lr=0.5, steps=2000):
        losses.append(value)
        right.append(margin(model.outputs, XOR_TARGETS) > 0)
    first = len(right) - right[::-1].index(False)  # from this step on to the last one
    outputs = Sigmoid().forward(model.forward(XOR_INPUTS))[:, 0]
    losses.append(criterion.forward(model.outputs, XOR_TARGETS))

    figure, axes = canvas(592)
    plot = panel(figure, 44, 28, 336, 150, xlim=(0, 2000), ylim=(0, 0.8))
    plot.set_xticks([0, 500, 1000, 1500, 2000], labels=["0", "500", "1,000", "1,500", "2,000"])
    plot.set_yticks([0, 0.2, 0.4, 0.6, 0.8], labels=["0", "0.2", "0.4", "0.6", "0.8"])
    say(axes, 44, 10, "loss *L*", SMALL, MUTED, "left")
    say(axes, 380, 212, "step", SMALL, MUTED, "right")
    stroke(plot, range(2001), losses, BLUE, 2)
    dots(plot, [first], [losses[first]], 4, PAPER, BLUE)
    words = f"step {first}: from here on all four are right"
    say(plot, first, losses[first], words, SMALL, align="left", shift=(10, 4))
    say(plot, 2000, losses[-1], show(losses[-1], 4), SMALL, BLUE, "right", shift=(0, 12))

    square = panel(figure, 44, 264, 290, 290, xlim=(LOW, HIGH), ylim=(LOW, HIGH))
    say(axes, 44, 248, f"input {sub('x', 2)}", SMALL, MUTED, "left")
    say(axes, 334, 578, f"input {sub('x', 1)}", SMALL, MUTED, "right")
    draw_plane(square, model, outputs)
    say(axes, 334, 248, "probability of a 1", SMALL, align="right")
    return write(figure, "xor")


@figure
def start():
    """What waits at the end of the path: the plane of the inputs, as the trained network shades it."""
    model = Network(stack([2, 8, 1], Tanh, np.random.default_rng(0)))
    for _ in train(model, BCEWithLogitsLoss(), XOR_INPUTS, XOR_TARGETS, lr=0.5, steps=2000):
        pass
    figure, axes = canvas(330)
    square = panel(figure, 66, 24, 274, 274, xlim=(LOW, HIGH), ylim=(LOW, HIGH))
    say(axes, 66, 10, f"input {sub('x', 2)}", SMALL, MUTED, "left")
    say(axes, 340, 320, f"input {sub('x', 1)}", SMALL, MUTED, "right")
    draw_plane(square, model, Sigmoid().forward(model.forward(XOR_INPUTS))[:, 0])
    say(axes, 340, 10, "probability of a 1", SMALL, align="right")
    return write(figure, "start")


def draw_plane(square, model, outputs):
    """Draw into a panel where a network's logit is above 0, and the four points with its ``outputs``."""
    square.set_xticks([0, 1])
    square.set_yticks([0, 1])
    ticks = np.linspace(LOW, HIGH, 41)
    x1, x2 = np.meshgrid(ticks, ticks)
    logits = model.forward(np.column_stack([x1.ravel(), x2.ravel()])).reshape(x1.shape)
    square.contourf(x1, x2, logits, levels=[0, np.inf], colors=[TINT_BLUE])
    square.contour(x1, x2, logits, levels=[0], colors=[BLUE], linewidths=2)
    for (a, b), target, output in zip(XOR_INPUTS, XOR_TARGETS[:, 0], outputs):
        dots(square, [a], [b], 7, BLUE if target else PAPER, BLUE if target else INK, 1.8)
        say(square, a, b, show(output, 3), shift=(0, 20))


# The networks of ``xor_seeds``: words, sizes, activation, start at zero, loss, lr, steps.
LOTTERY = [
    ("2-8-1, tanh", [2, 8, 1], Tanh, False, BCEWithLogitsLoss, 0.5, 2000),
    ("2-4-1, tanh", [2, 4, 1], Tanh, False, BCEWithLogitsLoss, 0.5, 2000),
    ("2-2-1, tanh", [2, 2, 1], Tanh, False, BCEWithLogitsLoss, 0.5, 5000),
    ("2-8-1, tanh, all zero at the start", [2, 8, 1], Tanh, True, BCEWithLogitsLoss, 0.5, 2000),
    ("2-1, no hidden layer", [2, 1], Tanh, False, BCEWithLogitsLoss, 0.5, 2000),
    ("3-5-8-2, sigmoid, the leaky table", [3, 5, 8, 2], Sigmoid, False, MSELoss, 0.1, 5000),
    ("the same, larger steps", [3, 5, 8, 2], Sigmoid, False, MSELoss, 5.0, 2000),
    ("3-2, the leaky table, no hidden layer", [3, 2], Sigmoid, False, MSELoss, 5.0, 2000),
]


LOSS_NAMES = {BCEWithLogitsLoss: "cross-entropy", MSELoss: "squared error"}


SEEDS = 50


def solves(place, seed):
    """Train the network at this place of LOTTERY from this seed; return whether it has XOR.

    That is a ``margin`` above 1e-9: without a hidden layer all logits end at 0, give or take
    a rounding. The network with 3 inputs learns the leaky table, and has a sigmoid at its end.
    """
    _, sizes, activation, zero, loss_class, lr, steps = LOTTERY[place]
    parts = stack(sizes, activation, np.random.default_rng(seed))
    inputs, targets = XOR_INPUTS, XOR_TARGETS
    if sizes[0] == 3:
        inputs, targets = LEAKY_INPUTS, LEAKY_TARGETS
        parts.append(activation())
    model = Network(parts)
    if zero:
        for parameter, _ in model.parameters():
            parameter[:] = 0.0
    for _ in train(model, loss_class(), inputs, targets, lr, steps):
        pass
    return margin(model.forward(inputs), targets) > 1e-9


@figure
def xor_seeds():
    """The seed lottery: which of 50 seeds solve XOR, for six networks. It takes minutes.

    Solved means that every one of the four rows is on the right side: see ``margin``.
    """
    return draw_seeds([[solves(place, seed) for seed in range(SEEDS)] for place in range(len(LOTTERY))])


def draw_seeds(outcomes):
    """Return the figure of these outcomes: for each network, one truth a seed."""
    left, pitch, height = 14, 7.6, 76
    figure, axes = canvas(height * len(outcomes) + 18)
    for place, ((words, *_, criterion, lr, steps), solved) in enumerate(zip(LOTTERY, outcomes)):
        top = height * place
        say(axes, left - 3, top + 12, words, align="left")
        setting = f"{LOSS_NAMES[criterion]}, learning rate {lr:g}, {steps:,} steps"
        say(axes, left - 3, top + 30, setting, SMALL, MUTED, "left")
        count = f"{sum(solved)} of {len(solved)}"
        say(axes, 389, top + 12, count, colour=BLUE, align="right", bold=True)
        for truth, tall, colour, name in [(True, 18, BLUE, "yes"), (False, 3, MUTED, "no")]:
            seeds = np.flatnonzero(np.array(solved) == truth)
            if len(seeds) > 0:
                xs = np.repeat(left + pitch * seeds, 3)
                ys = np.tile([top + 60.0, top + 60.0 - tall, np.nan], len(seeds))
                stroke(axes, xs, ys, colour, 4.6, cap="butt", gid=f"@{name}-{place}")
    base = height * len(outcomes) + 4
    say(axes, left - 3, base, "seed 0", SMALL, MUTED, "left")
    for seed in (10, 20, 30, 40, 49):
        say(axes, left + pitch * seed, base, str(seed), SMALL, MUTED)
    return write(figure, "xor_seeds")


# What ``xor_map`` goes through, and from how many seeds.
MAP_WIDTHS, MAP_RATES, MAP_SEEDS = (1, 2, 3, 4, 8, 16), (0.01, 0.03, 0.1, 0.3, 1, 3, 10), 20


def map_solves(width, lr, seed):
    """Train 2-width-1 with tanh and cross-entropy for 2,000 steps; return whether it has XOR."""
    model = Network(stack([2, width, 1], Tanh, np.random.default_rng(seed)))
    for _ in train(model, BCEWithLogitsLoss(), XOR_INPUTS, XOR_TARGETS, lr, 2000):
        pass
    return margin(model.forward(XOR_INPUTS), XOR_TARGETS) > 0


@figure
def xor_map():
    """The map of the lottery: seeds, widths and learning rates. It takes minutes."""
    return draw_map(
        {
            (width, lr): [map_solves(width, lr, seed) for seed in range(MAP_SEEDS)]
            for width in MAP_WIDTHS
            for lr in MAP_RATES
        }
    )


def draw_map(outcomes):
    """Return the figure of these outcomes: for each width and learning rate one truth a seed."""
    left, top, across, down, pitch, columns = 50, 34, 49, 46, 8, 5
    figure, axes = canvas(top + down * len(MAP_WIDTHS) + 40)
    say(axes, 6, 12, "hidden units", SMALL, MUTED, "left")
    foot = top + down * len(MAP_WIDTHS)
    say(axes, 394, foot + 28, "learning rate *\u03b7*", SMALL, MUTED, "right")
    for row, width in enumerate(MAP_WIDTHS):
        say(axes, 22, top + down * row + 16, str(width))
    for column, lr in enumerate(MAP_RATES):
        say(axes, left + across * column + 19, foot + 8, f"{lr:g}", SMALL, MUTED)
    for (width, lr), solved in outcomes.items():
        x = left + across * MAP_RATES.index(lr)
        y = top + down * MAP_WIDTHS.index(width)
        name = f"{width}-{lr:g}".replace(".", "_")
        for truth, size, colour, word in [(True, 6.4, BLUE, "yes"), (False, 2.4, MUTED, "no")]:
            seeds = np.flatnonzero(np.array(solved) == truth)
            if len(seeds) > 0:
                middles = x + 3.2 + pitch * (seeds % columns)
                xs = np.column_stack([middles - size / 2, middles + size / 2, middles * np.nan])
                ys = np.repeat(y + 3.2 + pitch * (seeds // columns), 3)
                stroke(axes, xs.ravel(), ys, colour, size, cap="butt", gid=f"@{word}-{name}")
    return write(figure, "xor_map")
