"""The judges of the lesson on autograd: they take right answers, and name the wrong ones."""

import re

import numpy as np
import pytest

from np_nn.autograd import Tensor
from np_nn.check import NotYet, check, find


def quotient(u_rule, v_rule):
    """Return a division with these rules, functions of g, u and v."""

    def divide(u, v):
        rules = [lambda g, rule=rule: rule(g, u.data, v.data) for rule in (u_rule, v_rule)]
        return Tensor(u.data / v.data, (u, rules[0]), (v, rules[1]))

    return divide


def u_rule(g, u, v):
    return g / v


def v_rule(g, u, v):
    return -g * u / v**2


def summed(gradient, shape, how=np.sum, stretched=True):
    gradient = how(gradient, axis=tuple(range(gradient.ndim - len(shape))))
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1) if stretched else ()
    return how(gradient, axis=axes, keepdims=True) if axes else gradient


def first_copy(gradient, shape):
    gradient = gradient[(0,) * (gradient.ndim - len(shape))]
    return gradient[tuple(slice(0, 1) if size == 1 else slice(None) for size in shape)]


def everything(gradient, shape):
    return np.full(shape, gradient.sum())


def order(graph, end):
    line = []

    def visit(node):
        if node not in line:
            for parent in graph[node]:
                visit(parent)
            line.append(node)

    visit(end)
    return line[::-1]


def by_counting(graph, end):
    """Another right one: a node's turn comes when all that are made from it have been."""
    reached, left = {end}, [end]
    while left:
        fresh = {*graph[left.pop()]} - reached
        reached |= fresh
        left += fresh
    uses = {node: sum(graph[one].count(node) for one in reached) for node in reached}
    ready, found = [end], []
    while ready:
        node = ready.pop(0)
        found.append(node)
        for parent in graph[node]:
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)
    return found


def discovered(graph, end):
    found = []

    def visit(node):
        if node not in found:
            found.append(node)
            for parent in graph[node]:
                visit(parent)

    visit(end)
    return found


def every_path(graph, end):
    return [end, *(node for parent in graph[end] for node in every_path(graph, parent))]


def taking(fill):
    """Return a take whose rule fills a gradient of zeros."""

    def take(table, rows):
        def rule(g):
            gradient = np.zeros_like(table.data)
            fill(gradient, rows, g)
            return gradient

        return Tensor(table.data[rows], (table, rule))

    return take


def overwrite(gradient, rows, g):
    gradient[rows] = g


def looks_like_adding(gradient, rows, g):
    gradient[rows] += g


def keep_first(gradient, rows, g):
    gradient[rows[::-1]] = g[::-1]


def take_means(gradient, rows, g):
    np.add.at(gradient, rows, g)
    gradient[rows] = gradient[rows] / np.array([[np.sum(rows == row)] for row in rows])


def one_by_one(gradient, rows, g):
    for row, part in zip(rows, g):
        gradient[row] += part


RIGHT = {
    "divide": [quotient(u_rule, v_rule)],
    "sum_to": [summed],
    "order": [order],
    "take": [taking(np.add.at)],
    "smallest": [lambda x: x + x],
}
OTHER_RIGHT = [
    ("divide", [quotient(u_rule, lambda g, u, v: -g * (u / v) / v)]),
    ("divide", [quotient(lambda g, u, v: summed(g / v, u.shape), lambda g, u, v: v_rule(g, u, v))]),
    ("sum_to", [lambda g, shape: g.sum() if shape == () else summed(g, shape)]),
    ("order", [by_counting]),
    ("order", [lambda graph, end: tuple(order(graph, end))]),
    ("take", [taking(one_by_one)]),
    ("take", [lambda table, rows: table[rows]]),
    ("take", [lambda table, rows: Tensor(table.data[rows], (table, lambda g: np.eye(6)[rows].T @ g))]),
    ("smallest", [lambda x: x * x]),
]
WRONG = [
    ("divide", [quotient(u_rule, lambda g, u, v: g * u / v**2)], "lacks a sign"),
    ("divide", [quotient(u_rule, lambda g, u, v: 0 * g)], "not only the numerator"),
    ("divide", [lambda u, v: Tensor(u.data / v.data, (u, lambda g: g / v.data))], "two parents, u and v; here it has 1"),
    ("divide", [quotient(u_rule, lambda g, u, v: -u / v**2)], "the rule of v leaves out g"),
    ("divide", [quotient(lambda g, u, v: 1 / v, v_rule)], "the rule of u leaves out g"),
    ("divide", [quotient(lambda g, u, v: g * v, v_rule)], "the rule of a product"),
    ("divide", [quotient(lambda g, u, v: g, v_rule)], "u counts 1 / v times"),
    ("divide", [quotient(u_rule, lambda g, u, v: -g * u / v)], "divides by v once"),
    ("divide", [quotient(u_rule, lambda g, u, v: -g / v**2)], "leaves out u"),
    ("divide", [quotient(u_rule, lambda g, u, v: g * u)], "the rule of v multiplies by u"),
    ("divide", [quotient(u_rule, lambda g, u, v: ...)], "the rule of v makes of g is still missing"),
    ("divide", [lambda u, v: quotient(u_rule, v_rule)(v, u)], "that is v / u"),
    ("divide", [lambda u, v: Tensor(u.data / v.data, (v, lambda g: g), (u, lambda g: g))], "the wrong way round"),
    ("divide", [lambda u, v: Tensor(u.data / v.data)], "remembers no parents"),
    ("divide", [lambda u, v: u.data / v.data], "should return a tensor"),
    ("sum_to", [lambda g, shape: summed(g, shape, np.mean)], "that is the mean"),
    ("sum_to", [first_copy], "the first of the copies"),
    ("sum_to", [lambda g, shape: summed(g, shape, stretched=False)], "axes of size 1 were stretched"),
    ("sum_to", [everything], "everything is summed"),
    ("sum_to", [lambda g, shape: g.sum()], "everything is summed"),
    ("sum_to", [lambda g, shape: g], "nothing has been summed"),
    ("sum_to", [lambda g, shape: g.sum(axis=0)], "should be"),
    ("order", [discovered], "comes before v, which is made from it"),
    ("order", [every_path], "comes more than once"),
    ("order", [lambda graph, end: order(graph, end)[::-1]], "turn it round"),
    ("order", [lambda graph, end: order(graph, end)[:-1]], "is missing"),
    ("order", [lambda graph, end: list(graph)], "does not depend on it"),
    ("order", [lambda graph, end: [*order(graph, end), "z"]], "z is no node"),
    ("order", [lambda graph, end: {*order(graph, end)}], "a list of names"),
    ("take", [taking(overwrite)], "keeps the last"),
    ("take", [taking(looks_like_adding)], "use np.add.at"),
    ("take", [taking(keep_first)], "keeps the first"),
    ("take", [taking(take_means)], "gets the mean"),
    ("take", [lambda table, rows: Tensor(table.data[rows], (table, lambda g: g))], "should be an array of shape (6, 2)"),
    ("take", [lambda table, rows: taking(np.add.at)(table, rows[::-1])], "should be"),
    ("smallest", [lambda x: x * 2], "nothing is used twice"),
    ("smallest", [lambda x: (x.tanh() + 1).exp()], "nothing is used twice"),
    ("smallest", [lambda x: x**2], "nothing is used twice"),
    ("smallest", [lambda x: x - x], "there is an expression with fewer"),
    ("smallest", [lambda x: x * x + x], "with 2 operations"),
    ("smallest", [lambda x: x], "remembers no parents"),
    ("smallest", [lambda x: Tensor(3.0) + Tensor(3.0)], "does not depend on x"),
    ("smallest", [lambda x: 6.0], "should return a tensor"),
]  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_the_right_answer_is_right(capsys, name):
    check(f"autograd.{name}", *RIGHT[name])
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer", OTHER_RIGHT)
def test_another_way_to_say_it_is_right(capsys, name, answer):
    check(f"autograd.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_in_one_sentence(name, answer, words):
    with pytest.raises(NotYet, match=re.escape(words)) as caught:
        check(f"autograd.{name}", *answer)
    assert "\n" not in str(caught.value)


def test_every_exercise_is_tried():
    assert set(RIGHT) == set(find("autograd")) == {name for name, _, _ in WRONG}
