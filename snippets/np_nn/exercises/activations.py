"""The judges of "Trade the step for a curve": slopes, and what an output tells of them."""

import numpy as np

from np_nn.check import NotYet, call, compare, expect, numbers

# Whether the output alone gives the slope, and two inputs that show why.
TELLING = {
    "tanh": (True, "tanh always rises, so each output belongs to a single z"),
    "relu": (True, "all z up to 0 share the output 0, but they also share the slope 0"),
    "leaky_relu": (True, "below 0 the output is below 0 and the slope is 0.1; above 0 the slope is 1"),
    "absolute": (False, "at -1 and at 1 the output is 1, but the slopes are -1 and 1"),
    "silu": (False, "it falls and then rises, so two z share an output but not a slope"),
}


def steepest(z, slope):
    z, slope = numbers(z, (), "z"), numbers(slope, (), "slope")
    expect(abs(z - 0.5) > 1e-6, "0.5 is the output there; the question asks for z")
    expect(abs(z) < 1e-6, f"at z = {z:g} the sigmoid is not at its steepest: try its middle")
    expect(abs(slope - 0.5) > 1e-6, "0.5 is the output there, not the slope")
    expect(abs(slope - 1) > 1e-6, "1 is the slope of tanh at 0; the sigmoid is flatter")
    expect(abs(slope - 0.25) < 1e-6, f"the slope is not {slope:g}: put a = 0.5 into a (1 - a)")
    return "at most a quarter of a push gets through a sigmoid."


def tanh_slope(function):
    z = np.random.default_rng(3).normal(scale=1.5, size=7)
    a = np.tanh(z)
    mistakes = [
        (a * (1 - a), "a (1 - a) is the slope of the sigmoid: what is it for 2 sigmoid(2z) - 1?"),
        (1 - np.tanh(a) ** 2, "you apply tanh a second time: a is already an output"),
        (1 - a, "1 - a differs between -z and z, where tanh is equally steep"),
        (1 + a**2, "1 + a * a grows where tanh is flat: look at the sign"),
        (a**2 - 1, "the sign is wrong: tanh never falls"),
        ((1 + a) * (1 - a) / 4, "that is the slope of the sigmoid at 2z, but tanh is stretched"),
        ((1 + a) * (1 - a) / 2, "there are two factors of 2: tanh is twice as high and twice as fast"),
    ]
    compare(call(function, a), 1 / np.cosh(z) ** 2, "tanh_slope of 7 outputs", mistakes)
    return "the slope of tanh is 1 - a * a, with no need for its inputs."


def relu_slope(function):
    z = np.array([-2.5, -0.5, 0.25, 3.0, -1e-9, 1e-9, -7.0])
    a = np.maximum(z, 0)
    mistakes = [
        (np.ones(7), "this gate never closes: no output is below 0, so >= 0 lets all of them through"),
        (np.zeros(7), "this gate never opens: outputs above 0 have the slope 1"),
        (a, "that is the output itself; the slope is 0 or 1"),
        (z < 0, "that is the wrong way round: the slope is 1 where something comes out"),
        (a > 0.01, "however small an output is, if it is above 0, the slope is 1"),
    ]
    compare(call(function, a), z > 0, "relu_slope of 7 outputs", mistakes)
    return "the gate closes where the output is 0."


def from_output(answers):
    known = ", ".join(TELLING)
    fits = isinstance(answers, dict) and answers.keys() == TELLING.keys()
    expect(fits, f"expected a dictionary with the keys {known}, got {answers!r:.60}")
    for name, (told, why) in TELLING.items():
        answer = answers[name]
        expect(answer is not ..., f"{name} is still missing: write True or False")
        if not isinstance(answer, (bool, np.bool_)):
            raise NotYet(f"{name} should be True or False, got {answer!r:.60}")
        expect(answer == told, f"look at {name} again: {why}")
    return "an output gives the slope if all the inputs that share it also share the slope."
