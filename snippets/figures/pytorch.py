"""Figures: PyTorch."""

import numpy as np

from figures.compute import XOR_INPUTS, XOR_TARGETS, stack, train
from figures.look import (
    BLUE,
    BODY,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    SMALL,
    canvas,
    figure,
    panel,
    say,
    stroke,
    write,
)
from np_nn.network import BCEWithLogitsLoss, Network, Tanh


@figure
def pytorch():
    """np_nn and PyTorch from the same weights: one loss curve, and how far the weights part."""
    import torch  # the only figure that needs it

    torch.set_num_threads(1)
    model = Network(stack([2, 8, 1], Tanh, np.random.default_rng(0)))
    twin = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    twin.double()
    with torch.no_grad():
        for parameter, (array, _) in zip(twin.parameters(), model.parameters()):
            parameter.copy_(torch.from_numpy(array))
    criterion, optimizer = torch.nn.BCEWithLogitsLoss(), torch.optim.SGD(twin.parameters(), lr=0.5)
    inputs, targets = torch.from_numpy(XOR_INPUTS), torch.from_numpy(XOR_TARGETS)

    ours, theirs, sizes, differences = [], [], [], []
    for value in train(model, BCEWithLogitsLoss(), XOR_INPUTS, XOR_TARGETS, lr=0.5, steps=2000):
        pairs = [
            (array, parameter.detach().numpy()) for (array, _), parameter in zip(model.parameters(), twin.parameters())
        ]
        sizes.append(max(np.abs(a).max() for a, _ in pairs))
        differences.append(max(np.abs(a - b).max() for a, b in pairs))
        optimizer.zero_grad()
        twin_value = criterion(twin(inputs), targets)
        twin_value.backward()
        optimizer.step()
        ours.append(value)
        theirs.append(twin_value.item())

    figure, axes = canvas(500)
    steps = range(2000)
    plot, gap = (
        panel(figure, 54, top, 326, height, xlim=(0, 2000), **settings)
        for top, height, settings in [
            (28, 150, {"ylim": (-0.04, 0.8)}),
            (262, 190, {"yscale": "log", "ylim": (1e-17, 1e2)}),
        ]
    )
    for place in (plot, gap):
        place.set_xticks([0, 500, 1000, 1500, 2000], labels=["0", "500", "1,000", "1,500", "2,000"])
    plot.set_yticks([0, 0.2, 0.4, 0.6, 0.8], labels=["0", "0.2", "0.4", "0.6", "0.8"])
    gap.set_yticks([1, 1e-5, 1e-10, 1e-15], labels=["1", "10⁻⁵", "10⁻¹⁰", "10⁻¹⁵"])
    gap.minorticks_off()
    say(axes, 54, 10, "loss *L*", SMALL, MUTED, "left")
    stroke(plot, steps, ours, BLUE, 7)
    stroke(plot, steps, theirs, PAPER, 2, (0, (4, 3)))
    say(plot, 200, 0.44, "the broad line: np_nn", BODY, BLUE, "left")
    say(plot, 200, 0.44, "the dashes in it: PyTorch", BODY, INK, "left", (0, -20))
    say(axes, 54, 244, "of all weights and biases", SMALL, MUTED, "left")
    stroke(gap, steps, sizes, BLUE, 2)
    say(gap, 1000, sizes[1000], "the largest value", BODY, BLUE, shift=(0, -14))
    worst = np.maximum.accumulate(differences)
    stroke(gap, steps[1:], worst[1:], ORANGE, 2, gid="@difference")  # before step 1 it is 0
    say(gap, 1000, 1e-13, "the largest difference so far", BODY, ORANGE)
    say(axes, 380, 486, "step", SMALL, MUTED, "right")
    return write(figure, "pytorch")
