"""What several figures compute, with np_nn: tables, training loops, walks."""

import numpy as np

from np_nn.network import SGD, Linear, MSELoss

XOR_INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


XOR_TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])


# The table of the course's first version: the third column is x1 AND x2, so it leaks.
LEAKY_INPUTS = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0]])


LEAKY_TARGETS = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


def train(model, criterion, inputs, targets, lr, steps):
    """Descend on the whole batch; yield the loss before each step."""
    optimizer = SGD(model.parameters(), lr)
    for _ in range(steps):
        yield criterion.forward(model.forward(inputs), targets)
        model.backward(criterion.backward())
        optimizer.step()


def stack(sizes, activation, rng):
    """Return Linear layers of these sizes with the activation between them."""
    parts = []
    for in_features, out_features in zip(sizes, sizes[1:]):
        parts += [Linear(in_features, out_features, rng), activation()]
    return parts[:-1]


def margin(outputs, targets):
    """Return how far the worst row is on the right side; XOR is solved where it is above 0.

    The right side of a logit is above 0 where the target is 1, and below 0 where it is 0.
    Of two outputs the one whose target is 1 must be the larger.
    """
    score = outputs if outputs.shape[1] == 1 else outputs[:, :1] - outputs[:, 1:]
    return float(((2 * targets[:, :1] - 1) * score).min())


def and_layer():
    """Return a perceptron's weighted sum with weights for AND: x1 + x2 - 1.5."""
    layer = Linear(2, 1, np.random.default_rng(0))
    layer.weight[:], layer.bias[:] = [[1.0, 1.0]], -1.5
    return layer


def follow_the_rule(targets, epochs):
    """Train a perceptron from zeros on the four positions, by the rule of Rosenblatt.

    Yield for each example the parameters (w1, w2, b) before it, the difference of target and
    output, and the parameters after it.
    """
    layer = Linear(2, 1, np.random.default_rng(0))
    layer.weight[:], layer.bias[:] = 0.0, 0.0
    for _ in range(epochs):
        for row, target in zip(XOR_INPUTS, targets):
            before = (*layer.weight[0], layer.bias[0])
            difference = target - float(layer.forward(row[np.newaxis])[0, 0] > 0)
            layer.weight += difference * row
            layer.bias += difference
            yield before, difference, (*layer.weight[0], layer.bias[0])


def half_plane(parameters, low, high):
    """Return where z > 0 in a square, and the piece of the line z = 0 there: arrays of points."""
    corners = np.array([[low, low], [high, low], [high, high], [low, high]])
    sums = corners @ parameters[:2] + parameters[2]
    side, border = [], []
    for place, (corner, z) in enumerate(zip(corners, sums)):
        following, z_there = corners[(place + 1) % 4], sums[(place + 1) % 4]
        if z > 0:
            side.append(corner)
        if (z > 0) != (z_there > 0):
            border.append(corner + z / (z - z_there) * (following - corner))
            side.append(border[-1])
    return np.array(side), np.array(border)


def walk(lr, steps, start=(-6.0, 2.0)):
    """Walk down the valley z = (x**2 + 10 y**2) / 2; return the points and their heights z.

    It is the mean squared error of a layer whose two weights are x and y: the inputs are
    (1, 0) and (0, sqrt(10)), the targets are 0.
    """
    layer = Linear(2, 1, np.random.default_rng(0))
    layer.weight[:], layer.bias[:] = [start], 0.0
    inputs, targets = np.diag([1.0, np.sqrt(10.0)]), np.zeros((2, 1))
    criterion, optimizer = MSELoss(), SGD([(layer.weight, layer.grad_weight)], lr)
    points, heights = [], []
    for _ in range(steps + 1):
        points.append(layer.weight[0].copy())
        heights.append(criterion.forward(layer.forward(inputs), targets))
        layer.backward(criterion.backward())
        optimizer.step()
    return np.array(points), np.array(heights)
