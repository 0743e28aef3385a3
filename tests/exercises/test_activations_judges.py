"""The judges of the lesson on activations: right answers pass, and mistakes are named."""

import numpy as np
import pytest

from np_nn.check import NotYet, check
from np_nn.exercises import activations

TELLING = {"tanh": True, "relu": True, "leaky_relu": True, "absolute": False, "silu": False}

RIGHT = {
    "steepest": [(0, 0.25), (0.0, 1 / 4), (np.float64(1e-9), np.array(0.25))],
    "tanh_slope": [
        (lambda a: 1 - a**2,),
        (lambda a: (1 + a) * (1 - a),),
        (lambda a: np.cosh(np.arctanh(a)) ** -2.0,),  # dear, and right
        (lambda a: [1 - x * x for x in a],),
    ],
    "relu_slope": [
        (lambda a: a > 0,),
        (lambda a: np.where(a > 0, 1, 0),),
        (lambda a: np.sign(a),),
        (lambda a: 1.0 * (a != 0),),
    ],
    "from_output": [(TELLING,), ({name: np.bool_(told) for name, told in TELLING.items()},)],
}

# Exercise, answers, words of the sentence
WRONG = [
    ("steepest", (0.5, 0.25), "0.5 is the output there"),
    ("steepest", (1, 0.25), "try its middle"),
    ("steepest", (0, 0.5), "0.5 is the output there, not the slope"),
    ("steepest", (0, 1), "the slope of tanh"),
    ("steepest", (0, 0.2), "not 0.2"),
    ("tanh_slope", (lambda a: a * (1 - a),), "the slope of the sigmoid: what is it for"),
    ("tanh_slope", (lambda a: 1 - np.tanh(a) ** 2,), "a second time"),
    ("tanh_slope", (lambda a: 1 - a,), "differs between -z and z"),
    ("tanh_slope", (lambda a: 1 + a**2,), "look at the sign"),
    ("tanh_slope", (lambda a: a**2 - 1,), "the sign is wrong"),
    ("tanh_slope", (lambda a: (1 + a) / 2 * (1 - a) / 2,), "tanh is stretched"),
    ("tanh_slope", (lambda a: (1 - a**2) / 2,), "two factors of 2"),
    ("tanh_slope", (lambda a: 1 - a**4,), "should be"),
    ("relu_slope", (lambda a: a >= 0,), "never closes"),
    ("relu_slope", (lambda a: a < 0,), "never opens"),
    ("relu_slope", (lambda a: a,), "the output itself"),
    ("relu_slope", (lambda a: a == 0,), "the wrong way round"),
    ("relu_slope", (lambda a: a > 0.001,), "however small"),
    ("relu_slope", (lambda a: np.full(7, 0.5),), "should be"),
    ("from_output", (None,), "a dictionary with the keys tanh, relu"),
    ("from_output", ({"tanh": True},), "a dictionary with the keys"),
    ("from_output", (TELLING | {"silu": "no"},), "silu should be True or False, got 'no'"),
    ("from_output", (TELLING | {"tanh": np.nan},), "tanh should be True or False"),
    ("from_output", (TELLING | {"tanh": False},), "each output belongs to a single z"),
    ("from_output", (TELLING | {"relu": False},), "share the slope 0"),
    ("from_output", (TELLING | {"leaky_relu": False},), "the slope is 0.1"),
    ("from_output", (TELLING | {"absolute": True},), "at -1 and at 1"),
    ("from_output", (TELLING | {"silu": True},), "two z share an output"),
]


@pytest.mark.parametrize("exercise", RIGHT)
def test_right_answers_are_right_in_any_form(exercise, capsys):
    for answers in RIGHT[exercise]:
        check(f"activations.{exercise}", *answers)
        assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("exercise, answers, words", WRONG)
def test_wrong_answers_are_told_what_to_look_at(exercise, answers, words):
    with pytest.raises(NotYet) as refusal:
        check(f"activations.{exercise}", *answers)
    assert words in str(refusal.value) and "\n" not in str(refusal.value)


def test_an_answer_that_changes_what_it_is_given_is_refused():
    def spoil(a):
        a[:] = 1 - a**2
        return a

    with pytest.raises(NotYet, match="changes the array"):
        activations.tanh_slope(spoil)


def test_what_the_judge_says_about_outputs_is_measured():
    def silu(z):
        return z / (1 + np.exp(-z))

    functions = {
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0),
        "leaky_relu": lambda z: np.where(z > 0, z, 0.1 * z),
        "absolute": np.abs,
        "silu": silu,
    }
    assert functions.keys() == activations.TELLING.keys()
    z = np.linspace(-4, 4, 400)  # 0, with its corners, is not among them
    for name, function in functions.items():
        outputs, slopes = function(z), (function(z + 1e-6) - function(z - 1e-6)) / 2e-6
        near = np.abs(outputs[:, None] - outputs) < 1e-4
        # Where outputs are nearly the same, slopes that tell are nearly the same too.
        spread = np.abs(slopes[:, None] - slopes)[near].max()
        assert (spread < 0.01) == activations.TELLING[name][0], name
