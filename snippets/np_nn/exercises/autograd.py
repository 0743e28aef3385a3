"""The judges of "Let the graph remember"."""

import numpy as np

from np_nn.autograd import Tensor
from np_nn.check import NotYet, call, compare, expect, numbers


def divide(function):
    """Judge a function: tensors u and v to the tensor u / v, with a rule for each of them."""
    rng = np.random.default_rng(161)
    for shapes in (((2, 3), (2, 3)), ((2, 3), (3,)), ((3,), (2, 1))):
        u, v = (rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], size=shape) for shape in shapes)
        result = _computed(call(function, Tensor(u), Tensor(v)), "divide")
        compare(result.data, u / v, "the quotient", [(v / u, "that is v / u: the first one is divided by the second")])
        expect(len(result.parents) == 2, f"a quotient has two parents, u and v; here it has {len(result.parents)}")
        (first, u_rule), (second, v_rule) = result.parents
        turned = np.array_equal(first.data, v) and np.array_equal(second.data, u)
        expect(not turned, "the parents are the wrong way round: each rule belongs to the parent before it")
        g = rng.normal(size=result.data.shape)
        right_u, right_v, one = g / v, -g * u / v**2, np.ones_like(g)

        def judge(rule, parent, name, right, mistakes):
            """A rule may return what has the shape of the result, or sum it to that of its parent."""
            found = rule(g)
            if np.shape(found) != parent.shape:
                found = _summed(numbers(found, g.shape, f"what the rule of {name} makes of g"), parent.shape)
            pairs = [(_summed(wrong, parent.shape), words) for wrong, words in mistakes]
            compare(found, _summed(right, parent.shape), f"what the rule of {name} makes of g", pairs)

        judge(u_rule, u, "u", right_u, [
            (one / v, "the rule of u leaves out g, the gradient that arrives"),
            (g * v, "the rule of u multiplies by v: that is the rule of a product"),
            (g, "the rule of u returns g as it is: u counts 1 / v times"),
        ])  # fmt: skip
        judge(v_rule, v, "v", right_v, [
            (-right_v, "the rule of v lacks a sign: if v grows, the quotient shrinks"),
            (0 * one, "v has a gradient too: not only the numerator counts"),
            (right_v / g, "the rule of v leaves out g, the gradient that arrives"),
            (-right_v / g, "the rule of v leaves out g and the sign"),
            (-g / v**2, "the rule of v leaves out u"),
            (-g * u / v, "the rule of v divides by v once, and it should do so twice"),
            (g * u, "the rule of v multiplies by u: that is the rule of a product"),
        ])  # fmt: skip
    return "both have a gradient, and the one below the line pulls the other way"


def sum_to(function):
    """Judge a function: a gradient and a shape to the gradient summed to that shape."""
    rng = np.random.default_rng(162)
    pairs = [((4, 3), (3,)), ((4, 3), (4, 1)), ((4, 3), ()), ((2, 4, 3), (4, 1)), ((2, 4, 3), (1, 3)), ((4, 3), (4, 3))]
    for have, wanted in pairs:
        g = rng.normal(size=have)
        found = call(function, g, wanted)
        front = tuple(range(g.ndim - len(wanted)))
        stretched = tuple(axis for axis, size in enumerate(wanted) if size == 1)
        half = g.sum(axis=front)
        right = half.sum(axis=stretched, keepdims=True)
        if isinstance(found, (np.ndarray, np.floating)) and found.shape != wanted:
            expect(
                found.shape != (), f"from {have} to {wanted}: everything is summed, and only what was copied should be"
            )
            expect(found.shape != have or not front, f"from {have} to {wanted}: nothing has been summed")
            expect(
                found.shape != half.shape,
                f"from {have} to {wanted}: axes of size 1 were stretched, and are still to be summed",
            )
        first = g[(0,) * len(front)]
        first = first[tuple(slice(1) if axis in stretched else slice(None) for axis in range(first.ndim))]
        copies = g.size / max(right.size, 1)
        compare(found, right, f"{have} summed to {wanted}", [
            (right / copies, "that is the mean: each copy was used, so their gradients are added, not averaged"),
            (first, "that is the first of the copies alone: all of them were used"),
            (np.broadcast_to(g.sum(), right.shape), "everything is summed, and only what was copied should be"),
        ])  # fmt: skip
    return "what was copied on the way forward is added up on the way back, and nothing else is"


def order(function):
    """Judge a function: a graph, {node: its parents}, and its end to a list of nodes for the walk back."""
    graphs = [
        ({"L": ["u", "v"], "v": ["x"], "u": ["w", "x"], "w": [], "x": []}, "L"),
        ({"t": ["h", "s"], "s": ["h", "h"], "h": ["x", "b"], "x": [], "b": [], "other": ["h"]}, "t"),
        ({"e": ["a", "d"], "d": ["b", "c"], "c": ["a"], "b": ["a", "c"], "a": []}, "e"),
    ]
    for graph, end in graphs:
        found = call(function, graph, end)
        is_list = isinstance(found, (list, tuple)) and all(isinstance(node, str) for node in found)
        expect(is_list, f"a list of names is wanted, got {found!r:.60}")
        said, found = ", ".join(found), list(found)
        strange = [node for node in found if node not in graph]
        expect(not strange, f"{', '.join(strange[:1])} is no node of the graph")
        twice = sorted({node for node in found if found.count(node) > 1})
        expect(not twice, f"{', '.join(twice[:1])} comes more than once in {said}: visit each node once")
        wanted = _depends_on(graph, end)
        missing, more = sorted(wanted - {*found}), sorted({*found} - wanted)
        expect(not missing, f"{', '.join(missing[:1])} is missing in {said}")
        expect(not more, f"{', '.join(more[:1])} is in {said}, and {end} does not depend on it")
        early = _first_too_early(graph, found)
        if early and not _first_too_early(graph, found[::-1]):
            raise NotYet(f"{said} begins at the beginning: the walk back begins at {end}, so turn it round")
        if early:
            node, maker = early
            words = f"in {said}, {node} comes before {maker}, which is made from it"
            raise NotYet(f"{words}: it would send its gradient on before {maker} has sent its part")
    return "each node once, and none before everything made from it has been there"


def take(function):
    """Judge a function: a tensor (rows, d) and row numbers to the tensor of those rows, with its rule."""
    rng = np.random.default_rng(164)
    for rows in ([3, 0, 2], [1, 4, 1, 1, 0]):
        data, rows = rng.normal(size=(6, 2)), np.array(rows)
        result = _computed(call(function, Tensor(data), rows), "take")
        compare(result.data, data[rows], "the rows that were taken")
        expect(len(result.parents) == 1, f"the result has one parent, the table; here it has {len(result.parents)}")
        g = rng.normal(size=(len(rows), 2))
        right, last, first = np.zeros_like(data), np.zeros_like(data), np.zeros_like(data)
        for row, part in zip(rows, g):
            right[row] += part
            last[row] = part
        for row, part in zip(rows[::-1], g[::-1]):
            first[row] = part
        often = np.maximum(np.bincount(rows.astype(np.intp), minlength=6), 1)[:, None]
        compare(result.parents[0][1](g), right, f"the gradient for rows {rows.tolist()}", [
            (last, "a row that is taken twice keeps the last of its gradients alone: = where += should stand (gradient[rows] += g does no better: use np.add.at)"),
            (first, "a row that is taken twice keeps the first of its gradients alone: add them up"),
            (right / often, "a row that is taken twice gets the mean of its gradients: each use counts, so add them"),
        ])  # fmt: skip
    return "a row that is taken twice gets both gradients"


def smallest(function):
    """Judge a function: a tensor x to an expression whose gradient tells = from +=, in one operation."""
    x = Tensor(3.0)
    expect(callable(function), f"a function is wanted, got {function!r:.60}")
    end = _computed(function(x), "smallest")  # not by `call`, which hands over copies
    expect(end.data.size == 1, f"one number is wanted at the end, got shape {end.data.shape}")
    nodes = _in_order(end)
    expect(any(node is x for node in nodes), "the expression does not depend on x: compute it from x")
    right, wrong = (_gradient(nodes, end, x, adds) for adds in (True, False))
    tells = abs(right - wrong) > 1e-9
    expect(
        tells,
        f"with = as with += the gradient of x is {right:g}: in this expression nothing is used twice, or it does not matter",
    )
    many = sum(bool(node.parents) for node in nodes)
    expect(
        many == 1,
        f"that tells, with {many} operations; there is an expression with fewer (x - x has two: x times -1, and a sum)",
    )
    return f"one operation: the gradient is {right:g}, and {wrong:g} with ="


def _computed(value, name):
    """Return a tensor that has parents; NotYet if this is anything else."""
    expect(value is not None and value is not ..., f"{name} is still missing: fill in the dots")
    expect(isinstance(value, Tensor), f"{name} should return a tensor, got {' '.join(repr(value).split()):.60}")
    expect(bool(value.parents), f"the tensor that {name} returns remembers no parents: hand over pairs (tensor, rule)")
    return value


def _summed(gradient, shape):
    """Return a gradient summed to the shape of what was broadcast."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return gradient.sum(axis=stretched, keepdims=True)


def _depends_on(graph, end):
    found, left = set(), [end]
    while left:
        node = left.pop()
        found.add(node)
        left += graph[node]
    return found


def _first_too_early(graph, nodes):
    """Return the first (node, one made from it) that stand the wrong way round, or None."""
    for place, node in enumerate(nodes):
        for later in nodes[place + 1 :]:
            if node in graph[later]:
                return node, later
    return None


def _in_order(end):
    line = {}

    def visit(node):
        if node not in line:
            for parent, _ in node.parents:
                visit(parent)
            line[node] = True

    visit(end)
    return list(reversed(line))


def _gradient(nodes, end, x, adds):
    """Return the gradient of x as an engine finds it that adds, or that overwrites."""
    gradients = {end: np.ones_like(end.data)}
    for node in nodes:
        for parent, rule in node.parents:
            share = np.sum(rule(gradients[node])) if parent is x else rule(gradients[node])
            gradients[parent] = gradients.get(parent, 0.0) * adds + share
    return float(np.sum(gradients[x]))
