"""Figures: autograd."""

import numpy as np

from figures.look import (
    BLUE,
    BODY,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    SMALL,
    arrow,
    box,
    canvas,
    dots,
    figure,
    panel,
    say,
    show,
    stroke,
    write,
)
from np_nn.autograd import Tensor

DOUBLINGS = range(19)


@figure
def autograd():
    """A node used three times and a bias added to two rows: values down, gradients back up."""
    x, b = Tensor([1.0, 2.0]), Tensor(1.0)
    h = x + b
    s = h * h
    t = h + s
    L = t.sum()
    L.backward()

    def gradient_at(node, rest):
        """Return dL/d(node), where ``rest`` goes on from there; what was computed keeps none."""
        start = Tensor(node.data)
        rest(start).backward()
        return start.grad

    grad_h = gradient_at(h, lambda h: (h + h * h).sum())
    grad_s = gradient_at(s, lambda s: (Tensor(h.data) + s).sum())
    grad_t = gradient_at(t, lambda t: t.sum())
    by_t, *by_s = [grad_t, *(rule(grad_s) for _, rule in s.parents)]

    figure, axes = canvas(484)

    def words(values):
        return ", ".join(show(value) for value in np.atleast_1d(values))

    def node(x, y, name, data, gradient):
        box(axes, x - 62, y - 27, 124, 54, PAPER, INK, corner=8)
        say(axes, x, y - 12, name, SMALL)
        say(axes, x - 31, y + 12, words(data), colour=BLUE)
        say(axes, x + 31, y + 12, words(gradient), colour=ORANGE)

    def edge(start, end, share=None, shift=(0, 0)):
        """Draw an arrow, and what comes back along it, so far from its middle."""
        arrow(axes, start, end, MUTED, 1.2)
        if share is not None:
            x, y = (np.array(start) + end) / 2 + shift
            say(axes, x, y, words(share), SMALL, ORANGE, "right" if shift[0] < 0 else "left")

    say(axes, 196, 12, "↓ values", BODY, BLUE, "right", bold=True)
    say(axes, 212, 12, "↑ gradients", BODY, ORANGE, "left", bold=True)
    node(98, 62, "*x*, two rows", x.data, x.grad)
    node(254, 62, "*b*, one number", b.data, b.grad)
    edge((116, 90), (152, 140), grad_h, (-10, 4))
    edge((236, 90), (200, 140), grad_h, (10, 4))
    node(176, 168, "*h* = *x* + *b*", h.data, grad_h)
    edge((176, 196), (176, 352), by_t, (-8, 0))
    edge((200, 196), (276, 246), by_s[0], (-12, 9))
    edge((230, 196), (306, 246), by_s[1], (10, -5))
    node(314, 274, "*s* = *h* · *h*", s.data, grad_s)
    edge((286, 302), (216, 352), grad_t, (12, 6))
    node(176, 380, "*t* = *h* + *s*", t.data, grad_t)
    edge((176, 408), (176, 426), grad_t, (8, 0))
    node(176, 454, "*L* = sum of *t*", L.data, 1.0)  # a gradient starts with dL/dL
    return write(figure, "autograd")


def count_visits(node):
    """Return how often a walk along every path comes to a node."""
    return 1 + sum(count_visits(parent) for parent, _ in node.parents)


def count_nodes(node):
    """Return how many nodes a walk in order comes to."""
    seen, left = {node}, [node]
    while left:
        fresh = {parent for parent, _ in left.pop().parents} - seen
        seen |= fresh
        left += fresh
    return len(seen)


@figure
def autograd_visits():
    """How many nodes a walk visits in a graph of doublings: along every path, and in order."""
    node, paths, order = Tensor(1.0), [], []
    for _ in DOUBLINGS:
        paths.append(count_visits(node))
        order.append(count_nodes(node))
        node = node + node

    figure, axes = canvas(284)
    plot = panel(figure, 78, 34, 306, 200, yscale="log", xlim=(0, 18), ylim=(1, 1e6))
    plot.set_xticks([0, 6, 12, 18])
    plot.set_yticks([1, 100, 10_000, 1_000_000], labels=["1", "100", "10,000", "1,000,000"])
    plot.minorticks_off()
    say(axes, 8, 12, "visits", SMALL, MUTED, "left")
    say(axes, 384, 272, "doublings in a row", SMALL, MUTED, "right")
    stroke(plot, DOUBLINGS, paths, ORANGE, 2, gid="@paths")
    stroke(plot, DOUBLINGS, order, BLUE, 2, gid="@order")
    dots(plot, [DOUBLINGS[-1]], [paths[-1]], 4, ORANGE)
    dots(plot, [DOUBLINGS[-1]], [order[-1]], 4, BLUE)
    last = DOUBLINGS[-1]
    say(plot, last, paths[-1], f"every path: {paths[-1]:,}", colour=ORANGE, align="right", shift=(-14, 4), bold=True)
    say(plot, last, order[-1], f"in order: {order[-1]}", colour=BLUE, align="right", shift=(0, 16), bold=True)
    return write(figure, "autograd_visits")
