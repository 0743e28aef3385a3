"""Judges of the lesson on the chain rule: graphs of numbers, walked from their end."""

import numpy as np

from np_nn.check import call, compare, expect, numbers


def fill(gradients):
    """Judge the gradients of u = w x, v = x - 5, L = u v at w = 3 and x = 2."""
    known = {  # name: (gradient, {what a known wrong answer is: the answer})
        "L": (1, {
            "that is the value of L; its gradient is how far L moves when L moves, which is 1": -18,
            "the sweep starts with the gradient of L, and that is 1, not 0": 0,
        }),
        "u": (-3, {"u is multiplied by v, so its local derivative is the other factor, v": 6}),
        "v": (6, {"v is multiplied by u, so its local derivative is the other factor, u": -3}),
        "w": (-6, {
            "that is the local derivative; multiply it by the gradient that arrives at u": 2,
            "u moves x times as far as w, not w times as far": -9,
        }),
        "x": (-3, {
            "that is the path through u alone; add the one through v": -9,
            "that is the path through v alone; add the one through u": 6,
            "you multiplied the two paths: multiply along a path, and add over paths": -54,
            "that is the mean of the paths; a nudge goes down both at once, so they add": -1.5,
            "a minus sign got lost on the path through u: what arrives at u is v, which is -3": 15,
            "these are local derivatives; multiply each by the gradient at its head": 4,
        }),
    }  # fmt: skip
    wanted = f"a dict with {', '.join(known)} is wanted"
    expect(isinstance(gradients, dict), f"{wanted}, got {gradients!r:.60}")
    missing = [name for name in known if name not in gradients]
    expect(not missing, f"{wanted}; {', '.join(missing)} is missing")
    for name, (gradient, mistakes) in known.items():
        what = f"the gradient of {name}"
        compare(gradients[name], gradient, what, _named(what, mistakes))
    return "you multiplied along each path, and added where two of them meet, at x"


def tanh(gradients):
    """Judge the gradients (of w, of b) of the loss (tanh(w x + b) - y)**2."""
    rng = np.random.default_rng(0)
    for _ in range(3):
        w, b, x, y = (float(number) for number in rng.uniform(0.2, 0.9, size=4) * [1, -1, 2, 3])
        z = w * x + b
        a = np.tanh(z)
        right = _slope(lambda b: (np.tanh(w * x + b) - y) ** 2, b)
        mistakes = {  # in the gradient of z, and so in both
            "the sign is flipped: the slope of (a - y)**2 by a is 2 (a - y)": -right,
            "a 2 is missing: the slope of (a - y)**2 by a is 2 (a - y)": right / 2,
            "the activation derivative is left out; this is the gradient of a": 2 * (a - y),
            "a (1 - a) is the slope of the sigmoid, not of tanh": 2 * (a - y) * a * (1 - a),
            "the slope is 1 - tanh(z)**2, not 1 - z**2": 2 * (a - y) * (1 - z**2),
            "tanh is taken twice: a is tanh(z) already": 2 * (a - y) * (1 - np.tanh(a) ** 2),
            "the square is missing in 1 - tanh(z)**2": 2 * (a - y) * (1 - a),
        }
        given = f" for w = {w:.2f}, b = {b:.2f}, x = {x:.2f}, y = {y:.2f}"
        pair = _parts(call(gradients, w, b, x, y), "the gradient of w", "the gradient of b")
        compare(pair[0], right * x, "the gradient of w" + given, _named("the gradient of w", {
            **{words: value * x for words, value in mistakes.items()},
            "this is the gradient of z; z moves x times as far as w": right,
            "z moves x times as far as w, not w times as far": right * w,
        }))  # fmt: skip
        compare(pair[1], right, "the gradient of b" + given, _named("the gradient of b", {
            **mistakes,
            "this is the gradient of w; z moves exactly as far as b, not x times as far": right * x,
            "z moves exactly as far as b, so the local derivative is 1, not b": right * b,
        }))  # fmt: skip
    return "both gradients are those of a tanh unit, for other numbers too"


def twice(gradient):
    """Judge dL/dw of a1 = sigmoid(w x), a2 = sigmoid(w a1), L = (a2 - y)**2."""
    rng = np.random.default_rng(0)
    for _ in range(3):
        w, x, y = (float(number) for number in rng.uniform(0.5, 1.5, size=3) * [2, 1, 3])
        a1 = _sigmoid(w * x)
        a2 = _sigmoid(w * a1)
        grad_z2 = 2 * (a2 - y) * a2 * (1 - a2)
        short, long = grad_z2 * a1, grad_z2 * w * a1 * (1 - a1) * x
        both = _slope(lambda w: (_sigmoid(w * _sigmoid(w * x)) - y) ** 2, w)
        what = f"the gradient for w = {w:.2f}, x = {x:.2f}, y = {y:.2f}"
        compare(call(gradient, w, x, y), both, what, _named("the gradient", {
            "this is the short path alone; w went into a1 as well, so add the long one": short,
            "this is the long path alone; w also multiplies a1, so add the short one": long,
            "you multiplied the two paths; paths add": short * long,
            "this is half of it: paths add, without a mean, and the square has a 2": both / 2,
            "this is twice the short path; the other path goes through a1": 2 * short,
            "on the long path a w is missing: z2 moves w times as far as a1": short + long / w,
            "on the long path the slope of the first sigmoid is left out": short + grad_z2 * w * x,
            "on the long path an x is missing: z1 moves x times as far as w": short + long / x,
            "the sign is flipped: the slope of (a2 - y)**2 by a2 is 2 (a2 - y)": -both,
        }))  # fmt: skip
    return "a weight that is used twice gets the sum of two paths"


def cross_entropy(grad_z):
    """Judge dL/dz of L = -y * log(a) - (1 - y) * log(1 - a) with a = sigmoid(z)."""
    for z, y in [(2.0, 0.0), (-0.7, 1.0), (0.4, 0.3)]:
        a = _sigmoid(z)
        right = _slope(lambda z: -y * np.log(_sigmoid(z)) - (1 - y) * np.log(1 - _sigmoid(z)), z)
        what = f"the gradient for z = {z}, y = {y}"
        compare(call(grad_z, z, y), right, what, _named("the gradient", {
            "the sign is flipped: with y = 0, a larger z makes the loss larger": -right,
            "there is a 2 too many: it belongs to the squared error": 2 * right,
            "there is an a (1 - a) too many: it cancels the denominator": right * a * (1 - a),
            "this is the gradient of the squared error (a - y)**2": 2 * (a - y) * a * (1 - a),
            "this is the gradient of a; multiply it by the slope a (1 - a)": right / (a * (1 - a)),
            "this is right only for a target of 0": a,
            "this is right only for a target of 1": a - 1,
        }))  # fmt: skip
    rounded = "for z = 40 it divides 0 by 0, as 1 - a is rounded to 0: cancel a (1 - a) on paper"
    try:
        with np.errstate(all="ignore"):
            large = call(grad_z, 40.0, 0.0)
    except ZeroDivisionError:
        large = np.nan
    expect(not (isinstance(large, float) and np.isnan(large)), rounded)
    compare(large, 1.0, "the gradient for z = 40, y = 0")
    return "the slope of the sigmoid cancels, and a - y is left, however large z is"


def sweep(gradients):
    """Judge a function that takes a graph from its end and returns {node: its gradient}."""
    graphs = {
        "one path": {"L": [("a", -0.5)], "a": [("z", 0.25)], "z": [("w", 1.5)]},
        "two paths": {
            "L": [("u", -3.0), ("v", 6.0)],
            "v": [("x", 1.0)],
            "u": [("w", 2.0), ("x", 3.0)],
        },
        "w * w in it": {"L": [("s", 0.5)], "s": [("w", 3.0), ("w", 3.0)]},
        "two layers": {
            "L": [("p", 2.0), ("q", -1.0)],
            "p": [("r", 0.5), ("s", 3.0)],
            "q": [("r", 4.0), ("s", -2.0), ("w", 0.7)],
            "r": [("w", 1.5)],
            "s": [("w", -2.5), ("x", 0.3)],
        },
    }
    mistakes = {
        "a later path overwrites the one before: add it, with +=": {"join": lambda old, new: new},
        "only the first path to a node counts: add the others": {"join": lambda old, new: old},
        "you multiply paths that meet; add them": {"join": lambda old, new: old * new},
        "everything is 0: the gradient of L must start with 1": {"start": 0.0},
        "these are local derivatives; multiply each by the gradient at its head": {"alone": True},
    }
    for words, graph in graphs.items():
        where = f"in the graph with {words}"
        got = call(gradients, graph)
        expect(isinstance(got, dict), f"a dict {{node: gradient}} is wanted, got {got!r:.60}")
        nodes = ["L", *sorted({tail for arrows in graph.values() for tail, _ in arrows})]
        missing = [node for node in nodes if node not in got]
        expect(not missing, f"{where} there is no gradient of {', '.join(missing)}")
        got = np.array([numbers(got[n], (), f"{where} the gradient of {n}") for n in nodes])
        right = [_sum_of_paths(graph, node) for node in nodes]
        for sentence, mistake in mistakes.items():
            wrong = _sweep(graph, **mistake)
            wrong = [wrong[node] for node in nodes]
            is_this = np.allclose(got, wrong) and not np.allclose(wrong, right)
            expect(not is_this, f"{where}: {sentence}")
        for node, number, wanted in zip(nodes, got, right):
            compare(number, wanted, f"{where} the gradient of {node}")
    return "your loop multiplies along paths and adds over them: it is back-propagation"


def _sweep(graph, join=lambda old, new: old + new, start=1.0, alone=False):
    """Return {node: gradient}; the arguments make mistakes."""
    found = {"L": start}
    for head, arrows in graph.items():
        for tail, local in arrows:
            new = local if alone else found[head] * local
            found[tail] = join(found[tail], new) if tail in found else new
    return found


def _sum_of_paths(graph, node, head="L"):
    """Return the sum over all paths from ``head`` down to ``node`` of the products along them."""
    if head == node:
        return 1.0
    return sum(local * _sum_of_paths(graph, node, tail) for tail, local in graph.get(head, []))


def _named(what, mistakes):
    """Return the mistakes as ``compare`` wants them, ``what`` before each sentence."""
    return [(value, f"{what}: {sentence}") for sentence, value in mistakes.items()]


def _parts(value, *names):
    """Return the parts of what should be a tuple, one for each of the names."""
    wanted = f"{' and '.join(names)} are wanted, as return {', '.join('…' for _ in names)}"
    is_row = isinstance(value, (tuple, list)) or isinstance(value, np.ndarray) and value.ndim > 0
    expect(is_row and len(value) == len(names), f"{wanted}; got {value!r:.60}")
    return list(value)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _slope(function, value):
    """Return d function(value) / d value to the last digit, by a step along the imaginary axis.

    It uses no chain rule, and never subtracts two numbers that are nearly equal.
    """
    return float(function(value + 1e-30j).imag / 1e-30)
