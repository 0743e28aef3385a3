"""Exercises of the lesson "Learn the line from mistakes"."""

import numpy as np

from np_nn.check import call, compare, expect, is_close, numbers

POSITIONS = [(0, 0), (0, 1), (1, 0), (1, 1)]
XOR = (0, 1, 1, 0)


def learn(answer):
    """A function of weights, bias, x, y and lr: the weights and the bias after one example."""
    rng = np.random.default_rng(0)
    cases = [(np.array([1.0, 2.0]), -2.0, np.array([0.0, 1.0]), 1, 0.5)]  # z is exactly 0
    for z, y in [(1.5, 0), (-1.5, 1), (1.5, 1), (-1.5, 0)]:
        for size in (2, 3, 5):
            weights, x = rng.normal(size=(2, size))
            cases.append((weights, float(z - weights @ x), x, y, 0.1 + float(rng.random())))
    tried = []
    for weights, bias, x, y, lr in cases:
        value = call(answer, weights, bias, x, y, lr)
        pair = isinstance(value, (tuple, list)) and len(value) == 2
        expect(pair, "return two things: the new weights and the new bias")
        new_weights = numbers(value[0], weights.shape, "the first thing you return, the new weights,")
        tried.append([*new_weights, numbers(value[1], (), "the second thing you return, the new bias,")])

    def follow(rule):
        """Return the new parameters of all cases by a rule that says how they change.

        It is given the difference, the sum z, the inputs, the target and the learning rate.
        """
        rows = []
        for weights, bias, x, y, lr in cases:
            z = weights @ x + bias
            change, change_of_bias = rule(y - float(z > 0), z, x, y, lr)
            rows.append([*(weights + change), bias + change_of_bias])
        return rows

    mistakes = [
        (
            lambda difference, z, x, y, lr: (0, 0),
            "nothing was corrected: return the new weights and the new bias",
        ),
        (
            lambda difference, z, x, y, lr: (-lr * difference * x, -lr * difference),
            "you have target and output the wrong way round, so every mistake gets worse",
        ),
        (
            lambda difference, z, x, y, lr: (lr * difference * x, 0),
            "the bias is a parameter too, so correct it as well",
        ),
        (
            lambda difference, z, x, y, lr: (0, lr * difference),
            "only the bias was corrected: the weights are parameters too",
        ),
        (
            lambda difference, z, x, y, lr: (lr * difference, lr * difference),
            "multiply each weight's correction by its input: an input that was 0 had no part in the mistake",
        ),
        (
            lambda difference, z, x, y, lr: (difference * x, difference),
            "the learning rate is missing",
        ),
        (
            lambda difference, z, x, y, lr: (lr * difference * x, difference),
            "the learning rate is missing from the correction of the bias",
        ),
        (
            lambda difference, z, x, y, lr: (lr * (y - z) * x, lr * (y - z)),
            "compare the target with the output, 0 or 1, not with z",
        ),
        (
            lambda difference, z, x, y, lr: (lr * (y - (z >= 0)) * x, lr * (y - (z >= 0))),
            "at exactly 0 the output is 0 on this site: z > 0, not z >= 0",
        ),
        (
            lambda difference, z, x, y, lr: (lr * y * x, lr * y),
            "a right answer needs no correction: multiply by the difference between target and output",
        ),
        (
            lambda difference, z, x, y, lr: (lr * abs(difference) * x, lr * abs(difference)),
            "the sign is lost: if the output was 1 and should be 0, z must fall",
        ),
    ]
    wanted = follow(lambda difference, z, x, y, lr: (lr * difference * x, lr * difference))
    for row, right, (weights, bias, x, y, lr) in zip(tried, wanted, cases):
        shown = f"weights {np.round(weights, 2).tolist()}, bias {bias:.2f}, "
        shown += f"x {np.round(x, 2).tolist()}, y {y} and lr {lr:.2f}"
        if not is_close(np.array(row), np.array(right)):
            for rule, sentence in mistakes:
                same = is_close(np.concatenate(tried), np.concatenate(follow(rule)))
                expect(not same, sentence)
        compare(row[:-1], right[:-1], f"for {shown}, the new weight")
        compare(row[-1], right[-1], f"for {shown}, the new bias")
    return "your rule corrects every mistake and leaves right answers alone"


def rates(answer):
    """How many epochs with mistakes AND takes, for the learning rates 0.5, 1 and 8."""
    keys = (0.5, 1, 8)
    expect(
        isinstance(answer, dict) and set(answer) == set(keys),
        "expected a dict with the keys 0.5, 1 and 8",
    )
    given = []
    for lr in keys:
        given.append(float(numbers(answer[lr], (), f"the number of epochs for lr {lr}")))
    wanted = [_epochs(lr) for lr in keys]
    for before, after, words in zip(given, given[1:], ("0.5 and 1", "1 and 8")):
        expect(
            before == after,
            f"you have different numbers for {words}: starting from 0, every parameter is the learning "
            "rate times what it would be with 1, which gives the same perceptron",
        )
    expect(given[0] != wanted[0] + 1, "count only the epochs with mistakes, not the one without")
    compare(given, wanted, "the number of epochs with mistakes", [
        ([8, 8, 8], "8 epochs were run; how many of them had a mistake?"),
        ([10, 10, 10], "10 is the number of mistakes; how many epochs do they fall into?"),
    ])  # fmt: skip
    return "the learning rate scales all the parameters, and the line stays where it is"


def leaky(third, parameters):
    """The third column from the first two, and parameters (w1, w2, w3, b) for the table."""
    column = [float(numbers(call(third, *x), (), f"third{x}")) for x in POSITIONS]
    compare(column, (0, 0, 0, 1), "the third column, counting its rows from 0,", [
        (XOR, "that is the target; the third column is the last of the inputs"),
        ((0, 1, 1, 1), "that is OR; the third column is 1 in the last row only"),
        ((1, 1, 1, 1), "that would be a column of ones, which does the work of a bias"),
    ])  # fmt: skip
    missing = (
        parameters is None
        or parameters is ...
        or (isinstance(parameters, (tuple, list)) and any(p is ... or p is None for p in parameters))
    )
    expect(not missing, "parameters are still missing: fill in the dots")
    w1, w2, w3, b = numbers(parameters, (4,), "parameters (w1, w2, w3 and b)")
    expect(
        w3 != 0,
        "with w3 = 0 this perceptron sees only the first two columns, which are XOR: add the four inequalities",
    )
    for (x1, x2), x3, target in zip(POSITIONS, (0, 0, 0, 1), XOR):
        z = w1 * x1 + w2 * x2 + w3 * x3 + b
        expect(
            (z > 0) == target,
            f"in the row {x1} {x2} {x3}, z is {z:g}, so the output is {int(z > 0)}; it should be {target}",
        )
    return "one plane in space is enough, because the third column has already done the work"


def impossible(answer):
    """How many copies of the inequalities of A, B and C add up to a contradiction."""
    points = {"A": ((0, 0), 0), "B": ((1, 2), 1), "C": ((3, 6), 0)}
    expect(
        isinstance(answer, dict) and set(answer) == set(points),
        "expected a dict with the numbers of copies of A, B and C",
    )
    copies = {}
    for name in points:
        what = f"the number of copies of {name}"
        copies[name] = float(numbers(answer[name], (), what))
        expect(
            copies[name] >= 0,
            f"{copies[name]:g} copies of {name} would reverse its inequality: use 0 or more",
        )
    expect(copies["B"] > 0, "without a copy of B, nothing says that a sum is above 0")
    sides = []  # how often w1, w2 and b stand in the copies of the bright and of the dark ones
    for lamp in (1, 0):
        rows = [(copies[n], x) for n, (x, target) in points.items() if target == lamp]
        sides.append([
            sum(n * x[0] for n, x in rows), sum(n * x[1] for n, x in rows), sum(n for n, _ in rows),
        ])  # fmt: skip
    for name, bright, dark in zip(("w1", "w2", "b"), *sides):
        expect(
            bright == dark,
            f"{name} appears {bright:g} times in your copies of the bright inequality and "
            f"{dark:g} times in those of the dark ones: no contradiction yet",
        )
    return "the same sum would have to be above 0 and not above 0, and that is a proof"


def _epochs(lr):
    """Return in how many epochs the rule, from zeros, makes mistakes on AND."""
    parameters, count = np.zeros(3), 0
    for _ in range(100):
        before = parameters
        for x, y in zip(POSITIONS, (0, 0, 0, 1)):
            row = np.array([*x, 1.0])
            parameters = parameters + lr * (y - float(parameters @ row > 0)) * row
        if np.array_equal(before, parameters):
            return count
        count += 1
    raise AssertionError("the rule ends on AND")
