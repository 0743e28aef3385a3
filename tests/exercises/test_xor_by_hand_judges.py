"""The judges of "Build XOR by hand": what is right passes, and a mistake is told by its name."""

import numpy as np
import pytest

from np_nn.check import NotYet, check

BEND = [[1, 1], [1, 1]]
XNOR = (BEND, [0, -1], [[-1, 2]], [1])
PARITY = (np.ones((3, 3)), [0, -1, -2], [[1, -2, 2]], [0])
TRIANGLE = ([[1, 0], [0, 1], [-1, -1]], [0, 0, 1], [[1, 1, 1]], [-2.5])
PLACES = {(0, 0): (0, 0), (0, 1): (0, 1), (1, 0): (1, 0), (1, 1): (0, 0)}
FOLD = (PLACES, [1, 1], 0)


def changed(answer, place, value):
    return (*answer[:place], value, *answer[place + 1 :])


@pytest.mark.parametrize(
    "name, answer",
    [
        ("xnor", XNOR),
        # Another hidden layer: one unit for each of the two positions without light. It is 1 there
        # and 0 elsewhere: ReLU(1 - x1 - x2) and ReLU(x1 + x2 - 1).
        ("xnor", ([[-1, -1], [1, 1]], [1, -1], [[1, 1]], [0])),
        ("parity", PARITY),
        ("parity", (100 * np.ones((3, 3)), [0, -100, -200], [[0.01, -0.02, 0.02]], [0.1])),
        ("triangle", TRIANGLE),
        ("triangle", ([[-7, 0], [0, -1], [2, 2]], [0, 0, -2], [[-1, -1, -1]], [0.5])),  # 1: outside
        ("fold", FOLD),
        ("fold", ({row: list(place) for row, place in PLACES.items()}, [3, 1], -0.4)),
    ],
)
def test_a_right_answer_is_right(name, answer, capsys):
    check(f"xor_by_hand.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize(
    "name, answer, words",
    [
        ("xnor", (BEND, [0, -1], [[1, -2]], [0]), "that is XOR, and XNOR is the opposite"),
        ("xnor", ([[1, 2], [1, 2]], [0, 0], [[1, 1]], [0]), "which is OR"),
        ("xnor", (BEND, [0, -1], [[0, 1]], [0]), "which is AND; XNOR is 1, 0, 0, 1"),
        ("xnor", (BEND, [0, -1], [[0, 0]], [0]), "which is always 0"),
        ("xnor", (BEND, [0, -1], [[-1, 1]], [1]), "which is NOR"),
        ("xnor", (BEND, [0, -1], [[-1, 2]], [0.4]), "right with the bar at 0"),
        # |x1 - x2| from a fold; with the transpose the units look at x1 + x2 and 1 - x1 - x2
        ("xnor", ([[1, -1], [1, -1]], [-1, 1], [[1, 1]], [0]), "weight1 transposed"),
        ("xnor", ([[1, 0], [1, 0]], [0, 0], [[1, 0]], [0]), "none of the functions"),
        ("parity", changed(PARITY, 3, [1]), "for 0 0 0 the answer should be 0, and yours is 1"),
        ("parity", (np.ones((3, 3)), [0, -1, -2], [[-1, 2, -2]], [1]), "even number of ones"),
        ("parity", (np.ones((3, 3)), [0, -1, -2], [[1, -2, 1]], [0]), "exactly one"),
        ("parity", (np.ones((3, 3)), [0, -1, -2], [[1, -1, 0]], [0]), "that is OR"),
        ("parity", (np.ones((3, 3)), [0, -1, -2], [[0, 0, 1]], [0]), "that is AND"),
        ("parity", (np.ones((3, 3)), [0, -1, -2], [[0, 1, 0]], [0]), "majority"),
        ("parity", (np.ones((3, 3)), [0, -1, -2], [[1, -2, 2]], [-0.5]), "bar at 0"),
        ("parity", (np.eye(3), [0, 0, 0], [[1, 1, 0]], [0]), "for 0 0 1 the answer should be 1"),
        ("triangle", changed(TRIANGLE, 3, [-0.5]), "says 1 everywhere"),
        ("triangle", changed(TRIANGLE, 3, [-1.5]), "two of three are enough"),
        ("triangle", changed(TRIANGLE, 3, [-3]), "says 0 everywhere"),
        ("triangle", changed(TRIANGLE, 3, [1]), "says 1 everywhere"),
        ("triangle", ([[-1, 0], [0, -1], [1, 1]], [0, 0, -1], *TRIANGLE[2:]), "says 0 everywhere"),
        ("triangle", (*TRIANGLE[:2], [[-1, -1, -1]], [2.5]), "swap the two"),
        ("triangle", ([[-1, 0], [0, 1], [-1, -1]], *TRIANGLE[1:]), "x1 = 0 says 1 on the outer side"),
        ("triangle", ([[1, 0], [0, -1], [-1, -1]], *TRIANGLE[1:]), "x2 = 0 says 1 on the outer side"),
        ("triangle", ([[1, 0], [0, 1], [1, 1]], [0, 0, -1], *TRIANGLE[2:]), "x1 \\+ x2 = 1 says 1 on"),
        ("triangle", (*TRIANGLE[:2], [[1, 1, 0]], [-1.5]), "x1 \\+ x2 = 1 is open"),
        ("triangle", (*TRIANGLE[:2], [[0, 1, 1]], [-1.5]), "x1 = 0 is open"),
        ("triangle", changed(TRIANGLE, 1, [0, 0, 2]), "lies outside, and your network says 1 there"),
        ("triangle", changed(TRIANGLE, 1, [-0.2, 0, 1]), "lies inside, and your network says 0 there"),
        ("fold", (PLACES | {(0, 1): (-1, 1)}, [1, 1], 0), "ReLU turns those into 0"),
        ("fold", (PLACES | {(0, 1): (1, 0)}, [1, 1], 0), "\\(0, 1\\) lands elsewhere: unit 1"),
        ("fold", (PLACES | {(1, 1): (1, 1)}, [1, 1], 0), "the place of \\(1, 1\\) should be 0"),
        ("fold", (PLACES, [-1, -1], 1), "which is XNOR"),
        ("fold", (PLACES, [1, 0], 0), "0, 0, 1, 0, which is not yet XOR"),
        ("fold", (PLACES, [1, 1], -0.5), "bar at 0"),
    ],
)
def test_a_mistake_is_told_by_its_name(name, answer, words):
    with pytest.raises(NotYet, match=words):
        check(f"xor_by_hand.{name}", *answer)


@pytest.mark.parametrize("bad", [None, ..., "one", [1, 2, 3, 4, 5], [["a"]], np.nan, [[1], [2, 3]]])
@pytest.mark.parametrize(
    "name, answer, place",
    [
        *(("xnor", XNOR, place) for place in range(4)),
        *(("parity", PARITY, place) for place in range(4)),
        *(("triangle", TRIANGLE, place) for place in range(4)),
        *(("fold", FOLD, place) for place in range(3)),
    ],
)
def test_what_is_no_answer_at_all_is_refused_with_a_sentence(name, answer, place, bad):
    with pytest.raises(NotYet):
        check(f"xor_by_hand.{name}", *changed(answer, place, bad))


@pytest.mark.parametrize("bad", [None, ..., 1.0, "0 0", (0, 0, 0), (0, np.inf)])
@pytest.mark.parametrize("row", PLACES)
def test_a_place_must_be_a_pair(row, bad):
    with pytest.raises(NotYet):
        check("xor_by_hand.fold", PLACES | {row: bad}, [1, 1], 0)


def test_a_place_that_is_left_out_is_asked_for():
    with pytest.raises(NotYet, match=r"nothing for \(1, 1\)"):
        check("xor_by_hand.fold", {row: PLACES[row] for row in list(PLACES)[:3]}, [1, 1], 0)
