"""Gradients of whatever you compute: each result remembers what it was made from, and how.

A ``Tensor`` holds an array. One that was computed also has parents, the tensors that it was
computed from, and for each parent a rule, which turns dL/d(result) into dL/d(parent).

    forward     u, v -> u * v                  the result remembers u and v
    backward    dL/du, dL/dv <- dL/d(u * v)    the rules: multiply by v, multiply by u

L is one number; dL/d(tensor) has the shape of the tensor. Names are PyTorch's, and so is this:
gradients add up from one ``backward`` to the next, until ``grad[...] = 0`` clears them.
The method is automatic differentiation in reverse (Linnainmaa, 1976).
"""

import numpy as np


def _tensor(value):
    """Return a tensor as it is, and anything else as a new one, at the beginning of a graph."""
    return value if isinstance(value, Node) else Tensor(value)


def _sum_to(gradient, shape):
    """Return the gradient of what was broadcast from ``shape``: where copies were made, add."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))  # axes put in front
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return gradient.sum(axis=stretched, keepdims=True)


class Node:
    """A place in a graph: ``data``, an array of float64, and ``parents``, pairs (tensor, rule).

    Without parents it is a beginning: ``data`` is a copy of what was given, and ``grad`` is its
    gradient, of the same shape, 0 at first. A result has None there. ValueError for anything
    but numbers, and for NaN, whether given or computed.
    """

    __array_ufunc__ = None  # so that array + tensor asks the tensor

    def __init__(self, data, *parents):
        array = np.asarray(data)
        if array.dtype.kind not in "fiu" or np.isnan(array).any():
            raise ValueError(f"Tensor expects numbers, none of them NaN, got {data!r:.60}")
        self.data, self.parents = array.astype(np.float64), parents
        self.grad = None if parents else np.zeros_like(self.data)

    def backward(self):
        """Add dL/d(beginning) to ``grad`` of each beginning, where this tensor is L.

        ValueError unless it is one number; ``RecursionError`` near 1,000 operations in a row.
        """
        if self.data.size != 1:
            raise ValueError(f"backward expects one number, got shape {self.data.shape}: take a sum")
        gradients = {}  # of every node, in the order in which they come in

        def visit(node):
            if node not in gradients:
                for parent, _ in node.parents:
                    visit(parent)
                gradients[node] = 0.0  # it comes in after all that it depends on

        try:
            visit(self)
        except RecursionError:
            raise RecursionError("backward expects fewer than about 1,000 operations in a row") from None
        gradients[self] = np.ones_like(self.data)  # dL/dL
        for node in reversed(gradients):  # so all that depends on it has been here before
            for parent, rule in node.parents:
                gradients[parent] += _sum_to(rule(gradients[node]), parent.data.shape)
            if not node.parents:
                node.grad += gradients[node]


class Arithmetic(Node):
    """The operations that have a sign: ``+ - * / **`` entry by entry, and the product ``@``.

    An operand that isn't a tensor becomes one, and shapes that differ are broadcast. A power
    is a plain number. ``@`` takes matrices: (..., N, d) @ (..., d, m) -> (..., N, m).
    In every rule, g is dL/d(result).
    """

    def __add__(self, other):
        other = _tensor(other)
        return Tensor(self.data + other.data, (self, lambda g: g), (other, lambda g: g))

    def __mul__(self, other):
        other = _tensor(other)
        u, v = self.data, other.data
        return Tensor(u * v, (self, lambda g: g * v), (other, lambda g: g * u))

    def __matmul__(self, other):
        other = _tensor(other)
        u, v = self.data, other.data
        if min(u.ndim, v.ndim) < 2:
            raise ValueError(f"@ expects two matrices, got shapes {u.shape} and {v.shape}")
        return Tensor(u @ v, (self, lambda g: g @ v.swapaxes(-1, -2)), (other, lambda g: u.swapaxes(-1, -2) @ g))

    def __pow__(self, power):
        return Tensor(self.data**power, (self, lambda g: g * power * self.data ** (power - 1)))

    # The rest follows from these four, and needs no rule of its own.
    __neg__ = lambda self: self * -1
    __sub__ = lambda self, other: self + -_tensor(other)
    __truediv__ = lambda self, other: self * _tensor(other) ** -1
    # If the tensor stands on the right, as in 2 * tensor or array @ tensor, Python asks for these.
    __radd__, __rmul__ = __add__, __mul__
    __rsub__ = lambda self, other: _tensor(other) - self
    __rtruediv__ = lambda self, other: _tensor(other) / self
    __rmatmul__ = lambda self, other: _tensor(other) @ self


class Tensor(Arithmetic):
    """The operations that have a name: functions of each entry, sums and means, new shapes.

    ``sum``, ``mean``, ``reshape``, ``transpose`` and ``tensor[index]`` take what NumPy's take.
    ``log`` is the natural logarithm; the slope of ``relu`` at 0 is 0.
    """

    def exp(self):
        a = np.exp(self.data)
        return Tensor(a, (self, lambda g: g * a))

    def log(self):
        return Tensor(np.log(self.data), (self, lambda g: g / self.data))

    def tanh(self):
        a = np.tanh(self.data)
        return Tensor(a, (self, lambda g: g * (1 - a**2)))

    def relu(self):
        return Tensor(np.maximum(self.data, 0), (self, lambda g: g * (self.data > 0)))

    def sum(self, axis=None, keepdims=False):
        total, shape = self.data.sum(axis=axis, keepdims=True), self.data.shape
        spread = lambda g: np.broadcast_to(g.reshape(total.shape), shape)
        return Tensor(total if keepdims else total.squeeze(axis), (self, spread))

    def mean(self, axis=None, keepdims=False):
        return self.sum(axis, keepdims) / (self.data.size / self.data.mean(axis).size)

    def reshape(self, *shape):
        return Tensor(self.data.reshape(*shape), (self, lambda g: g.reshape(self.data.shape)))

    def transpose(self, *axes):
        axes = np.arange(self.data.ndim)[list(axes) or slice(None, None, -1)]
        return Tensor(self.data.transpose(axes), (self, lambda g: g.transpose(np.argsort(axes))))

    def __getitem__(self, index):
        def scatter(g):
            gradient = np.zeros_like(self.data)
            np.add.at(gradient, index, g)  # an entry may have been taken more than once
            return gradient

        return Tensor(self.data[index], (self, scatter))
