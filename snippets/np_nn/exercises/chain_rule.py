"""Judges of the lesson on the chain rule: graphs of numbers, gone through from their end."""

import numpy as np

from np_nn.check import NotYet, call, compare, expect, numbers

LOSS_ITSELF = "that is the value of L; the gradient of L says how far L moves when L moves: 1"


def fill(gradients):
    """Judge the gradients of u = w x, v = x - 5, L = u v at w = 3 and x = 2."""
    known = {  # name: (gradient, [(known wrong answer, its sentence), ...])
        "L": (1, [(-18, LOSS_ITSELF), (0, "the sweep starts with the gradient of L: not 0, but 1")]),
        "v": (6, [(-3, "v is multiplied by u: its local derivative is the other factor, u")]),
        "u": (-3, [(6, "u is multiplied by v: its local derivative is the other factor, v")]),
        "w": (
            -6,
            [
                (2, "that is the local derivative; multiply it by the gradient that arrives at u"),
                (-9, "u moves x times as far as w, not w times"),
            ],
        ),
        "x": (
            -3,
            [
                (-9, "that is the path through u alone; a second path leads through v, and paths add"),
                (6, "that is the path through v alone; a second path leads through u, and paths add"),
                (-54, "the two paths are multiplied; one path is a product, several paths are a sum"),
                (-1.5, "that is the mean of the two paths; a push goes down both at once, so they add"),
                (15, "the path through u has a minus: what arrives at u is the factor v, which is -3"),
            ],
        ),
    }  # fmt: skip
    wanted = "{'L': …, 'u': …, 'v': …, 'w': …, 'x': …}"
    expect(isinstance(gradients, dict), f"a dict {wanted} is wanted, got {gradients!r:.60}")
    missing = [name for name in known if name not in gradients]
    expect(not missing, f"the dict {wanted} is wanted; {', '.join(missing)} is missing")
    for name, (gradient, mistakes) in known.items():
        mistakes = [(value, f"the gradient of {name}: {words}") for value, words in mistakes]
        compare(gradients[name], gradient, f"the gradient of {name}", mistakes)
    return "you multiplied along each path, and added where two of them meet, at x."


def tanh(gradients):
    """Judge the gradients (of w, of b) of the loss (tanh(w x + b) - y)**2."""
    rng = np.random.default_rng(0)
    for _ in range(3):
        w, b, x, y = (float(number) for number in rng.uniform(0.2, 0.9, size=4) * [1, -1, 2, 3])
        what = f"for w = {w:.2f}, b = {b:.2f}, x = {x:.2f}, y = {y:.2f} the gradient of"
        a = np.tanh(w * x + b)
        slope = _slope(lambda b: (np.tanh(w * x + b) - y) ** 2, b)
        wrong = [
            (-slope, "the sign is flipped: the slope of (a - y)**2 by a is 2 (a - y)"),
            (slope / 2, "a 2 is missing: the slope of (a - y)**2 by a is 2 (a - y)"),
            (2 * (a - y), "the activation derivative is left out: that is the gradient of a"),
            (2 * (a - y) * a * (1 - a), "that has the slope of the sigmoid, a (1 - a), not of tanh"),
            (2 * (a - y) * (1 - (w * x + b) ** 2), "that has 1 - z**2; it must be 1 - tanh(z)**2"),
            (2 * (a - y) * (1 - np.tanh(a) ** 2), "tanh is taken twice: a is already tanh(z)"),
            (2 * (a - y) * (1 - a), "the square is missing in 1 - tanh(z)**2"),
        ]  # fmt: skip
        pair = _parts(call(gradients, w, b, x, y), ("of w", "of b"))
        compare(pair[0], slope * x, f"{what} w", [
            *((value * x, f"the gradient of w: {words}") for value, words in wrong),
            (slope, "the gradient of w: that is the gradient of z; z moves x times as far as w"),
            (slope * w, "the gradient of w: z moves x times as far as w, not w times"),
        ])  # fmt: skip
        compare(pair[1], slope, f"{what} b", [
            *((value, f"the gradient of b: {words}") for value, words in wrong),
            (slope * x, "the gradient of b: that is the one of w; z moves just as far as b"),
            (slope * b, "the gradient of b: z moves just as far as b, so its local derivative is 1"),
        ])  # fmt: skip
    return "your two gradients are right for weights, inputs and targets that you had not seen."


def twice(gradient):
    """Judge dL/dw of a1 = sigmoid(w x), a2 = sigmoid(w a1), L = (a2 - y)**2."""
    rng = np.random.default_rng(0)
    for _ in range(3):
        w, x, y = (float(number) for number in rng.uniform(0.5, 1.5, size=3) * [2, 1, 3])
        a1 = _sigmoid(w * x)
        a2 = _sigmoid(w * a1)
        delta2 = 2 * (a2 - y) * a2 * (1 - a2)
        second, first = delta2 * a1, delta2 * w * a1 * (1 - a1) * x
        both = _slope(lambda w: (_sigmoid(w * _sigmoid(w * x)) - y) ** 2, w)
        what = f"for w = {w:.2f}, x = {x:.2f}, y = {y:.2f} the gradient"
        compare(call(gradient, w, x, y), both, what, [
            (second, "that is the path through the second use of w alone; w also made a1: add it"),
            (first, "that is the path through the first use of w alone; w also weighs a1: add it"),
            (first * second, "the two paths are multiplied; paths add"),
            ((first + second) / 2, "that is the mean of the two paths; a push goes down both: add"),
            (2 * second, "the two uses are not alike: one path ends at a1, the other goes through it"),
            (second + first / w, "the path through a1 passes the second use, where z2 moves w times as far as a1: a w is missing"),
            (second + delta2 * w * x, "on the path through a1 the slope of the first sigmoid is left out"),
            (-both, "the sign is flipped: the slope of (a2 - y)**2 by a2 is 2 (a2 - y)"),
            (both / 2, "a 2 is missing: the slope of (a2 - y)**2 by a2 is 2 (a2 - y)"),
        ])  # fmt: skip
    return "a weight that is used twice gets the sum of two paths."


def cross_entropy(grad_z):
    """Judge dL/dz of L = -y ln a - (1 - y) ln(1 - a) with a = sigmoid(z)."""
    for z, y in [(2.0, 0.0), (-0.7, 1.0), (0.4, 0.3), (40.0, 0.0)]:
        try:
            with np.errstate(all="ignore"):
                value = call(grad_z, z, y)
        except ZeroDivisionError:
            value = np.nan
        if z == 40:
            expect(
                not _is_nan(value),
                "for z = 40 it divides 0 by 0, since 1 - a has been rounded to 0: "
                "cancel a (1 - a) on paper before you write the code",
            )
        a = _sigmoid(z)
        compare(value, a - y, f"for z = {z}, y = {y} the gradient", [
            (y - a, "the sign is flipped: check with y = 0, where a larger z makes the loss larger"),
            (2 * (a - y), "there is a 2 too many: it belongs to the squared error"),
            ((a - y) * a * (1 - a), "there is an extra slope of the sigmoid: a (1 - a) cancels the denominator"),
            (2 * (a - y) * a * (1 - a), "that is the gradient of the squared error (a - y)**2"),
            *([((a - y) / (a * (1 - a)), "that is the gradient of a; multiply it by the slope of the sigmoid, a (1 - a)")] if z < 40 else []),
            (a, "that is right for y = 0 only"),
        ])  # fmt: skip
    return "the slope of the sigmoid cancels, and what is left is a - y, however large z is."


def sweep(gradients):
    """Judge a function that takes a graph from its end and returns {node: its gradient}."""
    graphs = {
        "one path": {"L": [("a", -0.5)], "a": [("z", 0.25)], "z": [("w", 1.5)]},
        "two paths": {
            "L": [("u", -3.0), ("v", 6.0)],
            "v": [("x", 1.0)],
            "u": [("w", 2.0), ("x", 3.0)],
        },
        "a product w * w": {"L": [("s", 0.5)], "s": [("w", 3.0), ("w", 3.0)]},
        "three layers": {
            "L": [("p", 2.0), ("q", -1.0)],
            "p": [("r", 0.5), ("s", 3.0)],
            "q": [("r", 4.0), ("s", -2.0), ("w", 0.7)],
            "r": [("w", 1.5)],
            "s": [("w", -2.5), ("x", 0.3)],
        },
    }
    for words, graph in graphs.items():
        result = call(gradients, graph)
        expect(isinstance(result, dict), f"a dict {{node: gradient}} is wanted, got {result!r:.60}")
        nodes = {"L"} | {parent for arrows in graph.values() for parent, _ in arrows}
        missing = sorted(nodes - set(result))
        expect(not missing, f"in the graph with {words}: no gradient for {', '.join(missing)}")
        got = {
            node: float(numbers(result[node], (), f"with {words} the gradient of {node}"))
            for node in nodes
        }
        for wrong, sentence in [
            (_walk(graph, lambda old, new: new), "the last path overwrites the others: add it, with +="),
            (_walk(graph, lambda old, new: new if old is None else old), "only the first path to a node is kept: add the others"),
            (_walk(graph, start=0.0), "all gradients are 0: the sweep starts with 1, the gradient of L"),
            (_walk(graph, alone=True), "these are sums of local derivatives: multiply each by the gradient of the node it leads to"),
        ]:  # fmt: skip
            is_this = all(got[node] == wrong[node] for node in nodes)
            expect(not is_this or wrong == _walk(graph), f"in the graph with {words}: {sentence}")
        for node in ["L", *sorted(nodes - {"L"})]:
            compare(got[node], _paths(graph, node), f"in the graph with {words} the gradient of {node}")
    return "your loop is back-propagation: it multiplies along every path, and adds over all of them."


def _walk(graph, join=lambda old, new: (old or 0.0) + new, start=1.0, alone=False):
    """Return {node: gradient} by a sweep, of which the arguments make a wrong one."""
    found = {"L": start}
    for node, arrows in graph.items():
        for parent, local in arrows:
            arriving = 1.0 if alone else found[node]
            found[parent] = join(found.get(parent), arriving * local)
    return found


def _paths(graph, node, here="L"):
    """Return the sum, over all paths from ``here`` down to ``node``, of their products."""
    if here == node:
        return 1.0
    return sum(local * _paths(graph, node, below) for below, local in graph.get(here, []))


def _parts(value, names):
    """Return the parts of what should be a tuple, one for each of the names."""
    wanted = f"{len(names)} numbers are wanted, {' and '.join(names)}"
    expect(np.iterable(value) and not isinstance(value, (str, dict, set)), f"{wanted}, got {value!r:.60}")
    parts = list(value)
    expect(len(parts) == len(names), f"{wanted}, got {len(parts)}")
    return parts


def _is_nan(value):
    try:
        return bool(np.isnan(float(value)))
    except (TypeError, ValueError):
        return False


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _slope(function, value):
    """Return d function(value) / d value to the last digit, with a step along the imaginary axis.

    It knows no chain rule, and subtracts nothing that could be rounded away.
    """
    return float(function(value + 1e-30j).imag / 1e-30)
