"""Exercises of the lesson "Draw a line with a perceptron"."""

import numpy as np

from np_nn.check import NotYet, call, compare, expect, numbers

POSITIONS = [(0, 0), (0, 1), (1, 0), (1, 1)]
LAMPS = {
    "AND": (0, 0, 0, 1),
    "OR": (0, 1, 1, 1),
    "NAND": (1, 1, 1, 0),
    "ONLY FIRST": (0, 0, 1, 0),
}
KNOWN = {
    **{table: name for name, table in LAMPS.items()},
    (0, 0, 0, 0): "a lamp that is never on",
    (1, 1, 1, 1): "a lamp that is always on",
    (1, 0, 0, 0): "NOR (on if no switch is on)",
    (0, 1, 0, 0): "ONLY SECOND",
    (0, 0, 1, 1): "the first switch alone",
    (0, 1, 0, 1): "the second switch alone",
}


def lamps(answer):
    """Weights and bias for AND with the bias -3, for OR, for NAND and for ONLY FIRST."""
    _names(answer, LAMPS)
    for name, wanted in LAMPS.items():
        _filled(answer[name], name)
        w1, w2, b = numbers(answer[name], (3,), f"{name} (two weights and the bias)")
        if name == "AND":
            expect(b == -3, f"AND should have the bias -3 here, got {b:g}: change the weights only")
        sums = [w1 * x1 + w2 * x2 + b for x1, x2 in POSITIONS]
        table = tuple(int(z > 0) for z in sums)
        if table == wanted:
            continue
        if table in KNOWN:
            raise NotYet(f"{name}: with these numbers the perceptron is {KNOWN[table]}")
        (x1, x2), z, lamp, target = next(row for row in zip(POSITIONS, sums, table, wanted) if row[2] != row[3])
        raise NotYet(
            f"{name}: with the switches at {x1} {x2}, z is {z:g}, so the lamp is {lamp}; it should be {target}"
        )
    return "four lamps, each from two weights and one bias that you chose yourself"


def output(answer):
    """A function of inputs, weights and bias that returns the output of a perceptron."""
    rng = np.random.default_rng(0)
    cases = []
    for size in [1, 2, 3, 4, 5] * 4:
        inputs, weights = rng.integers(-4, 5, size=(2, size)) / 2
        cases.append((inputs, weights, rng.integers(-4, 5) / 2))
    cases += [  # z is exactly 0
        (np.array([1.0, 0.0]), np.array([1.5, 1.0]), -1.5),
        (np.array([0.5, 1.0, 2.0]), np.array([1.0, 1.0, 0.0]), -1.5),
    ]
    tried = []
    for inputs, weights, bias in cases:
        value = call(answer, inputs, weights, float(bias))
        tried.append(float(numbers(value, (), f"your output for {len(inputs)} inputs")))

    def each(function):
        return [float(function(*case)) for case in cases]

    sums = np.array(each(lambda i, w, b: i @ w + b))
    wanted = each(lambda i, w, b: i @ w + b > 0)
    mistakes = [
        (sums, "that is z, the weighted sum: you left out the third move, the step that decides"),
        (np.maximum(sums, 0), "above 0 the output is 1, not z: the step does not scale"),
        (np.sign(sums), "where z is not above 0 the output is 0, not -1"),
        (sums >= 0, "at exactly 0 the lamp is off on this site: z > 0, not z >= 0"),
        (np.array(wanted) == 0, "you have 0 and 1 the wrong way round"),
        (
            each(lambda i, w, b: (i * w + b).sum() > 0),
            "the bias is added once, to the sum, not to each input",
        ),
        (each(lambda i, w, b: i @ w > 0), "the bias is missing"),
        (each(lambda i, w, b: i @ w - b > 0), "the bias is added, not subtracted"),
        (each(lambda i, w, b: i.sum() + b > 0), "the weights are missing"),
        (
            each(lambda i, w, b: i.sum() * w.sum() + b > 0),
            "weigh first, then add: each input has a weight of its own",
        ),
        (
            each(lambda i, w, b: i[:2] @ w[:2] + b > 0),
            "your function looks at only two inputs, but there can be any number of them",
        ),
    ]
    if not np.array_equal(tried, wanted):
        for values, sentence in mistakes:
            expect(not np.array_equal(tried, np.array(values, dtype=float)), sentence)
        for got, right, z, (inputs, weights, bias) in zip(tried, wanted, sums, cases):
            expect(
                got == right,
                f"for the inputs {inputs.tolist()}, weights {weights.tolist()} and bias {bias:g}, "
                f"z is {z:g}: the output should be {right:g}, got {got:g}",
            )
    return f"{len(cases)} perceptrons with 1 to 5 inputs, and yours agrees with every one of them"


def doubled(answer):
    """What becomes of AND: the lamps at the four positions after each of four changes."""
    changes = {
        "all doubled": (2, 2, -3),
        "weights doubled": (2, 2, -1.5),
        "bias doubled": (1, 1, -3),
        "all times -1": (-1, -1, 1.5),
    }
    _names(answer, changes)
    mistakes = {
        "weights doubled": [
            ((0, 0, 0, 1), "one switch now brings 2, and the bar is still at 1.5"),
            ((0, 0, 0, 0), "larger weights bring more, so no lamp can go out"),
        ],
        "bias doubled": [
            ((0, 0, 0, 1), "both switches together bring 2, and the bar is now at 3"),
            ((0, 1, 1, 1), "a bias further below 0 is a higher bar, not a lower one"),
        ],
        "all doubled": [
            ((0, 1, 1, 1), "the bias is doubled too: one switch brings 2, the bar is at 3"),
            ((0, 0, 0, 0), "the weights are doubled too: both switches bring 4, the bar is at 3"),
        ],
        "all times -1": [
            ((0, 0, 0, 1), "every z now has the opposite sign, so the line has swapped its sides"),
            ((0, 0, 0, 0), "at 0 0 the inputs bring nothing, and the bias of 1.5 alone is above 0"),
        ],
    }
    for name, (w1, w2, b) in changes.items():
        _filled(answer[name], f"'{name}'")
        given = numbers(answer[name], (4,), f"'{name}' (the four lamps)")
        for lamp in given:
            expect(lamp in (0, 1), f"'{name}': a lamp is 0 or 1, got {lamp:g}; the step decides")
        wanted = [w1 * x1 + w2 * x2 + b > 0 for x1, x2 in POSITIONS]
        compare(
            given,
            wanted,
            f"'{name}', counting the lamps from 0,",
            [(values, f"'{name}': {sentence}") for values, sentence in mistakes[name]],
        )
    return "all sixteen lamps: what matters is where the line is, and which side of it gets the 1"


def distance(answer):
    """A function of w1, w2 and b: how far the line of the perceptron is from (0, 0)."""
    rng = np.random.default_rng(0)
    cases = np.vstack([[[3.0, 4.0, -10.0], [1.0, 1.0, -1.5]], rng.normal(size=(6, 3))])
    tried = []
    for case in cases:
        value = call(answer, *case.tolist())
        tried.append(float(numbers(value, (), "distance({:.3g}, {:.3g}, {:.3g})".format(*case))))
    w1, w2, b = cases.T
    square = w1**2 + w2**2
    length = np.sqrt(square)
    mistakes = [
        (-b / length, "a distance is never below 0, but yours is for some lines: look at the sign"),
        (b / length, "a distance is never below 0, but yours is for some lines: look at the sign"),
        (np.abs(b) / square, "that is how many arrow lengths you go: how long is the arrow?"),
        (np.abs(b), "that is right only if the arrow of the weights has length 1"),
        (np.abs(b / w1), "that is how far away the line crosses the x1 axis, which is not the shortest way"),
        (np.abs(b / w2), "that is how far away the line crosses the x2 axis, which is not the shortest way"),
        (
            np.abs(b) / (np.abs(w1) + np.abs(w2)),
            "the length of the arrow is not the sum of the weights: think of Pythagoras",
        ),
        (
            np.abs(b) / np.abs(w1 + w2),
            "the length of the arrow is not the sum of the weights: think of Pythagoras",
        ),
        (length, "that is the length of the arrow; the bias decides where the line is"),
    ]
    compare(tried, np.abs(b) / length, "the distance for the test lines, counted from 0,", mistakes)
    return "the distance is the size of the bias divided by the length of the weights"


def _names(answer, wanted):
    expect(
        isinstance(answer, dict) and set(answer) == set(wanted),
        "expected a dict with these names: " + ", ".join(wanted),
    )


def _filled(value, what):
    """NotYet if there are dots in the answer, or in a row of it."""
    row = list(value) if isinstance(value, (tuple, list)) else [value]
    missing = any(part is None or part is ... for part in row)
    expect(not missing, f"{what} is still missing: fill in the dots")
