"""The judges of "Build XOR by hand"."""

import numpy as np

from np_nn.check import compare, expect, numbers

_PAIRS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
_TABLES = {  # the answers for 0 0, 0 1, 1 0 and 1 1
    (0, 1, 1, 0): "XOR",
    (1, 0, 0, 1): "XNOR",
    (0, 0, 0, 1): "AND",
    (0, 1, 1, 1): "OR",
    (1, 1, 1, 0): "NAND",
    (1, 0, 0, 0): "NOR",
    (0, 0, 0, 0): "always 0",
    (1, 1, 1, 1): "always 1",
}


def xnor(weight1, bias1, weight2, bias2):
    parameters = _parameters(weight1, bias1, weight2, bias2, inputs=2, hidden=2)
    wanted = (1, 0, 0, 1)
    z = _forward(_PAIRS, *parameters)
    got = tuple((z > 0.5).astype(int).tolist())
    if got != wanted:
        weight1, *others = parameters
        turned = _forward(_PAIRS, weight1.T, *others) > 0.5
        expect(
            not np.array_equal(turned, np.array(wanted) == 1),
            "that is XNOR with weight1 transposed: its row j belongs to hidden unit j",
        )
        _expect_bar(z, np.array(wanted))
        expect(got != (0, 1, 1, 0), "that is XOR, and XNOR is the opposite: swap 0 and 1")
        name = _TABLES.get(got, "none of the functions that have a name")
        expect(False, f"your answers are {_listed(got)}, which is {name}; XNOR is 1, 0, 0, 1")
    return "XNOR from two hidden units, without training; the same bend works for XOR and its opposite."


def parity(weight1, bias1, weight2, bias2):
    parameters = _parameters(weight1, bias1, weight2, bias2, inputs=3, hidden=3)
    bits = np.indices((2, 2, 2)).reshape(3, -1).T.astype(float)
    count = bits.sum(axis=1).astype(int)
    wanted = count % 2
    z = _forward(bits, *parameters)
    got = (z > 0.5).astype(int)
    if not np.array_equal(got, wanted):
        _expect_bar(z, wanted)
        for mistake, sentence in [
            (count == 1, 'that is "exactly one", but three is odd too, so 1 1 1 gives a 1'),
            (count % 2 == 0, "that is 1 for an even number of ones: swap 0 and 1"),
            (count > 0, 'that is OR, "at least one": two ones must bring the answer back to 0'),
            (count == 3, 'that is AND, "all three": a single one must give a 1 too'),
            (count >= 2, 'that is the majority, "at least two": parity is 1, 0, 1 for 1, 2, 3 ones'),
        ]:
            expect(not np.array_equal(got, mistake), sentence)
        row = int(np.flatnonzero(got != wanted)[0])
        place = " ".join(str(int(bit)) for bit in bits[row])
        expect(False, f"for {place} the answer should be {wanted[row]}, and yours is {z[row]:.3g}")
    return "the parity of three bits from three units: one for the first slope, and one for each turn."


def triangle(weight1, bias1, weight2, bias2):
    parameters = _parameters(weight1, bias1, weight2, bias2, inputs=2, hidden=3)
    points = np.random.default_rng(0).uniform(-1, 2, size=(2000, 2))
    sides = np.column_stack([points, 1 - points.sum(axis=1)])
    away = np.abs(sides).min(axis=1) > 0.01  # on a side itself either answer is right
    points, within = points[away], sides[away] > 0
    wanted = within.all(axis=1)
    got = _forward(points, *parameters, step=True) > 0
    if not np.array_equal(got, wanted):
        yes = within.sum(axis=1)
        for mistake, sentence in [
            (~wanted, "your network says 1 outside and 0 inside: swap the two"),
            (yes >= 2, "two of three are enough for your output unit: raise its bar above 2"),
            (
                yes >= 1,  # every point of the plane is on the inner side of some line
                "your network says 1 everywhere: neither one yes nor none may be enough",
            ),
            (
                yes > 3,
                "your network says 0 everywhere: can three ones pass the bar, and is the inner side 1?",
            ),
            *(
                ((within == (np.arange(3) != side)).all(axis=1), f"the unit for the side {line} = "
                 f"{int(side == 2)} says 1 on the outer side: change all its signs")
                for side, line in enumerate(["x1", "x2", "x1 + x2"])
            ),
            *(
                (np.delete(within, side, axis=1).all(axis=1), f"the side {line} = "
                 f"{int(side == 2)} is open: no unit fences it off")
                for side, line in enumerate(["x1", "x2", "x1 + x2"])
            ),
        ]:  # fmt: skip
            expect(not np.array_equal(got, mistake), sentence)
        first = np.flatnonzero(got != wanted)[0]
        (x1, x2), inside = points[first], wanted[first]
        where = f"({x1:.2f}, {x2:.2f}) lies {'inside' if inside else 'outside'}"
        expect(False, f"{where}, and your network says {int(got[first])} there")
    return "a fence of three lines: the hidden units draw them, and the output unit asks for all three."


def fold(places, weight2, bias2):
    expect(isinstance(places, dict), f"places should be a dictionary, got {places!r:.60}")
    rows = [tuple(int(bit) for bit in pair) for pair in _PAIRS]
    for row in rows:
        expect(row in places, f"places has nothing for {row}")
    wanted = {(0, 0): (0, 0), (0, 1): (0, 1), (1, 0): (1, 0), (1, 1): (0, 0)}
    for row in rows:
        place = numbers(places[row], (2,), f"the place of {row}")
        x1, x2 = row
        expect(place.min() >= 0, f"{row} can't land on a negative number: ReLU turns those into 0")
        if x1 != x2:
            swapped = not np.array_equal(place, wanted[row][::-1])
            expect(swapped, f"{row} lands elsewhere: unit 1 is ReLU(x1 - x2), unit 2 ReLU(x2 - x1)")
        compare(place, wanted[row], f"the place of {row}")
    weight2 = numbers(weight2, (2,), "weight2")
    bias2 = numbers(bias2, (), "bias2")
    z = np.array([wanted[row] for row in rows]) @ weight2 + bias2
    got = tuple((z > 0.5).astype(int).tolist())
    if got != (0, 1, 1, 0):
        _expect_bar(z, np.array([0, 1, 1, 0]))
        name = _TABLES.get(got, "not yet XOR")
        expect(False, f"the places are right; the answers are {_listed(got)}, which is {name}")
    return "another fold, along the diagonal: now the two dark corners land on one point."


def _parameters(weight1, bias1, weight2, bias2, inputs, hidden):
    """Return the four arrays of a network with one output, if they have their shapes."""
    return (
        numbers(weight1, (hidden, inputs), "weight1"),
        numbers(bias1, (hidden,), "bias1"),
        numbers(weight2, (1, hidden), "weight2"),
        numbers(bias2, (1,), "bias2"),
    )


def _forward(inputs, weight1, bias1, weight2, bias2, step=False):
    """Return one number for each row; the hidden units have ReLU, or a step."""
    z1 = inputs @ weight1.T + bias1
    hidden = (z1 > 0).astype(float) if step else np.maximum(z1, 0)
    return (hidden @ weight2.T + bias2)[:, 0]


def _expect_bar(z, wanted):
    """NotYet if the answers would be right with the bar at 0 instead of one half."""
    sentence = "your answers are right with the bar at 0, but here it is one half: shift bias2 by that much"
    expect(not np.array_equal(z > 0, wanted == 1), sentence)


def _listed(answers):
    return ", ".join(str(answer) for answer in answers)
