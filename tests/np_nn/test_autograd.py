"""np_nn/autograd.py against PyTorch, central differences and numbers by hand, and bad input."""

import ast
import re

import numpy as np
import pytest
import torch

from docs.plugins import paths
from docs.plugins.reading.page import Page
from docs.plugins.running import runner
from np_nn import digits
from np_nn.autograd import Tensor
from np_nn.gradcheck import numerical_gradient, relative_error
from np_nn.network import CrossEntropyLoss, Linear, Network, ReLU

FILE = paths.SNIPPETS / "np_nn/autograd.py"
SOURCE = FILE.read_text(encoding="utf-8")
# Both add the same numbers in another order, and parts of a gradient may cancel to a ten-thousandth
# of their size: that costs four of 16 digits.
CLOSE = 1e-12


# Random graphs

LEAVES = [(3, 4), (4,), (3, 1), (2, 1, 4), (), (4, 4), (2, 4, 4)]
ROWS = [np.array([0, -1, 0]), slice(None, None, 2), (Ellipsis, np.array([1, 1, 0]))]


def turned(node, *axes):
    """The one name that the engines do not share."""
    return node.permute(*axes) if isinstance(node, torch.Tensor) else node.transpose(*axes)


def shape_of(node):
    return tuple(node.shape) if isinstance(node, torch.Tensor) else node.data.shape


def steps(u, v):
    """Yield whatever can be done with two nodes, for functions of either engine."""
    for step in (
        lambda: u + v,
        lambda: u * v,
        lambda: u - v,
        lambda: u / (v * v + 1),
        lambda: 1.5 - u,
        lambda: 2 / (u * u + 1),
    ):
        yield step
    for step in (
        lambda: u.tanh(),
        lambda: u.relu(),
        lambda: (-u * u).exp(),
        lambda: (u * u + 0.5).log(),
        lambda: (u * u + 0.5) ** -0.5,
    ):
        yield step
    for step in (lambda: u.sum(), lambda: u.mean(), lambda: u**3 * 0.1):
        yield step
    if len(shape_of(u)) > 0:
        yield lambda: u.sum(axis=-1, keepdims=True) * 0.3
        yield lambda: u.mean(axis=0)
        yield lambda: u.reshape(-1)
        yield lambda: u.reshape(*shape_of(u), 1)
        yield lambda: turned(u, *reversed(range(len(shape_of(u)))))
        for index in ROWS[:2] if shape_of(u)[-1] < 2 else ROWS:
            yield lambda index=index: u[index]
    if len(shape_of(u)) > 1:
        yield lambda: u.sum(axis=(0, -1))
        if len(shape_of(v)) > 1 and shape_of(u)[-1] == shape_of(v)[-2]:
            yield lambda: u @ v
        if len(shape_of(v)) > 1 and shape_of(u)[-1] == shape_of(v)[-1]:
            yield lambda: (u @ turned(v, *range(len(shape_of(v)) - 2), -1, -2)) * 0.2


def fits(u, v):
    try:
        shape = np.broadcast_shapes(shape_of(u), shape_of(v))
    except ValueError:
        return False
    return np.prod(shape) <= 500


def grow(nodes, rng):
    """Return the end of a random graph on these nodes: each step takes two that are there."""
    for _ in range(20):
        u, v = (nodes[place] for place in rng.integers(len(nodes), size=2))
        v = v if fits(u, v) else u
        choices = [*steps(u, v)]
        place = rng.integers(len(choices))
        nodes = [*nodes, choices[place]()]
    return sum(node.tanh().mean() for node in nodes)


@pytest.mark.parametrize("seed", range(200))
def test_a_random_graph_has_the_gradients_of_pytorch(seed):
    arrays = [np.random.default_rng([seed, place]).normal(size=shape) for place, shape in enumerate(LEAVES)]
    ours = [Tensor(array) for array in arrays]
    theirs = [torch.tensor(array, requires_grad=True) for array in arrays]
    ends = [grow(nodes, np.random.default_rng(seed)) for nodes in (ours, theirs)]
    assert ends[0].data == pytest.approx(ends[1].item(), rel=CLOSE)
    for end in ends:
        end.backward()
    for u, v in zip(ours, theirs, strict=True):
        assert relative_error(u.grad, v.grad.numpy()) < CLOSE


def nodes_of(end):
    found, left = set(), [end]
    while left:
        node = left.pop()
        if node not in found:
            found.add(node)
            left += [parent for parent, _ in node.parents]
    return found


def test_the_random_graphs_use_every_rule_of_the_file():
    ends = [grow([Tensor(np.ones(shape)) for shape in LEAVES], np.random.default_rng(seed)) for seed in range(40)]
    used = {rule.__code__.co_firstlineno for end in ends for node in nodes_of(end) for _, rule in node.parents}
    functions = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, (ast.Lambda, ast.FunctionDef))]
    assert used == {node.lineno for node in functions if [each.arg for each in node.args.args] == ["g"]}
    assert len(used) > 10


# One rule at a time

A, B, V = (
    np.random.default_rng(seed).uniform(0.3, 2, size=size) for seed, size in enumerate([(2, 3, 4), (2, 4, 3), (4,)])
)
OPERATIONS = {
    "add": lambda u, v, w: u + w,
    "add a number": lambda u, v, w: 2 + u + 1,
    "subtract": lambda u, v, w: u - w,
    "subtract from a number": lambda u, v, w: 2 - u * w,
    "multiply": lambda u, v, w: u * w,
    "divide": lambda u, v, w: u / w,
    "divide a number": lambda u, v, w: 3 / (u * w),
    "negate": lambda u, v, w: -u * w,
    "power": lambda u, v, w: u**3 + w**-0.5,
    "matrices": lambda u, v, w: u @ v,
    "a stack and a matrix": lambda u, v, w: u @ v[1],
    "an array and a tensor": lambda u, v, w: B @ u + A.sum() * u[0, 0, 0] - V * u.sum() + V[None] @ w.reshape(4, 1),
    "functions": lambda u, v, w: u.exp() + u.log() + u.tanh() + (u - 1).relu(),
    "sums": lambda u, v, w: u.sum(axis=1, keepdims=True) * u.sum(axis=-1, keepdims=True) + u.sum(),
    "sum of two axes": lambda u, v, w: u.sum(axis=(0, 2)) ** 2,
    "means": lambda u, v, w: u.mean(axis=(0, -1)) * u.mean() + u.mean(axis=1).sum(),
    "shapes": lambda u, v, w: u.reshape(6, 4) * w + u.reshape((6, 4)) ** 2,
    "turned": lambda u, v, w: u.transpose(0, -1, 1) * v + w.transpose().sum(),
    "turned round": lambda u, v, w: u.transpose() * u.transpose(2, 1, 0) + u.transpose(1, 2, 0).sum(),
    "taken twice": lambda u, v, w: u[[0, 1, 0, 0]] * u[:1] + u[..., 1:3].sum() + w[w.data > 1].sum(),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_central_differences_agree_where_the_gradient_that_arrives_is_not_1(name):
    arrays = [A.copy(), B.copy(), V.copy()]

    def end(*tensors):
        result = OPERATIONS[name](*tensors)
        return (result * np.random.default_rng(9).normal(size=result.data.shape)).sum()

    tensors = [Tensor(array) for array in arrays]
    end(*tensors).backward()
    for array, tensor in zip(arrays, tensors):
        pushed = numerical_gradient(lambda: float(end(*map(Tensor, arrays)).data), array)
        assert relative_error(tensor.grad, pushed) < 1e-7


def test_the_gradients_of_a_small_graph_are_those_worked_out_by_hand():
    x, b = Tensor([1, 2]), Tensor(1)
    h = x + b  # 2, 3
    L = (h + h * h).sum()  # 6 + 12; dL/dh = 1 + 2h
    L.backward()
    assert L.data == 18 and x.grad.tolist() == [5, 7] and b.grad == 12


def test_the_still_states_the_numbers_worked_out_by_hand():
    svg = (paths.DOCS / "figures/autograd.svg").read_text(encoding="utf-8")
    for role, wanted in (
        ("blue", ["1, 2", "1", "2, 3", "4, 9", "6, 12", "18"]),
        # Of x, b, h, s, t and L, then what the seven arrows bring.
        ("orange", ["5, 7", "12", "5, 7", "1, 1", "1, 1", "1", "5, 7", "5, 7", "1, 1", "2, 3", "2, 3", "1, 1", "1, 1"]),
    ):
        said = re.findall(rf'<text class="fig-fill-{role}"[^>]*>([\d, ]+)</text>', svg)
        assert sorted(said) == sorted(wanted)


def test_relu_has_the_slope_0_at_0():
    x = Tensor([-1.0, 0.0, 2.0])
    x.relu().sum().backward()
    assert x.grad.tolist() == [0, 0, 1]


def test_a_network_on_digits_has_the_gradients_of_np_nn():
    images, labels, _ = digits.load()
    inputs, labels, rng = images[:32] / 16 - 0.3, labels[:32], np.random.default_rng(0)
    network, loss = Network([Linear(64, 32, rng), ReLU(), Linear(32, 10, rng)]), CrossEntropyLoss()
    W1, b1, W2, b2 = parameters = [Tensor(array) for array, _ in network.parameters()]
    sums = (inputs @ W1.transpose() + b1).relu() @ W2.transpose() + b2
    end = (sums.exp().sum(axis=1).log() - sums[np.arange(32), labels]).mean()
    end.backward()
    assert end.data == pytest.approx(loss.forward(network.forward(inputs), labels), rel=1e-14)
    network.backward(loss.backward())
    for tensor, (_, gradient) in zip(parameters, network.parameters()):
        assert relative_error(tensor.grad, gradient) < 1e-14


# What is kept


def test_gradients_add_up_until_they_are_cleared():
    x = Tensor([1.0, 2.0])
    for _ in range(2):
        (x * x).sum().backward()
    assert x.grad.tolist() == [4, 8]
    x.grad[...] = 0
    (3 * x).sum().backward()
    assert x.grad.tolist() == [3, 3]


def test_walking_back_twice_from_one_end_adds_the_same_again():
    x = Tensor(2.0)
    L = x * x
    L.backward()
    L.backward()
    assert x.grad == 8


def test_what_was_computed_keeps_no_gradient():
    x = Tensor(2.0)
    y = x * x
    y.backward()
    assert y.grad is None and x.grad == 4


def test_a_tensor_takes_a_copy():
    array = np.ones(3)
    tensor = Tensor(array)
    tensor.data -= 1
    assert array.tolist() == [1, 1, 1]
    tensor.reshape(3, 1).data[:] = 5
    assert tensor.data.tolist() == [0, 0, 0]


def test_a_gradient_has_the_shape_of_its_tensor_even_if_that_is_a_number():
    x = Tensor(2.0)
    (x * np.ones((3, 4))).sum().backward()
    assert x.grad.shape == () and x.grad == 12


def test_the_end_may_be_a_beginning():
    x = Tensor([[3.0]])
    x.backward()
    assert x.grad.tolist() == [[1.0]]


# Bad input

VECTOR = Tensor([1.0, 2.0])


@pytest.mark.parametrize(
    "function, error, words",
    [
        (lambda: Tensor("3"), ValueError, "Tensor expects numbers, none of them NaN, got '3'"),
        (lambda: Tensor(None), ValueError, "got None"),
        (lambda: Tensor([True]), ValueError, "got [True]"),
        (lambda: Tensor(1j), ValueError, "got 1j"),
        (lambda: Tensor([1.0, np.nan]), ValueError, "got [1.0, nan]"),
        (lambda: Tensor(VECTOR), ValueError, "Tensor expects numbers"),
        (lambda: Tensor([[1.0], [2.0, 3.0]]), ValueError, "inhomogeneous shape"),
        (lambda: VECTOR + "3", ValueError, "got '3'"),
        (lambda: VECTOR + np.ones(3), ValueError, "could not be broadcast together with shapes (2,) (3,)"),
        (lambda: VECTOR @ np.ones((2, 2)), ValueError, "@ expects two matrices, got shapes (2,) and (2, 2)"),
        (lambda: np.ones((2, 2)) @ VECTOR, ValueError, "@ expects two matrices, got shapes (2, 2) and (2,)"),
        (lambda: np.ones((2, 3)) @ Tensor(np.ones((2, 3))), ValueError, "size 2 is different from 3"),
        (lambda: VECTOR**VECTOR, TypeError, "unsupported operand"),
        (lambda: VECTOR.backward(), ValueError, "backward expects one number, got shape (2,): take a sum"),
        (lambda: Tensor(np.inf) - Tensor(np.inf), ValueError, "none of them NaN, got"),
    ],
)
def test_bad_input_is_refused_with_what_was_wanted_and_what_came(function, error, words):
    with pytest.raises(error) as caught, np.errstate(invalid="ignore"):
        function()
    assert words in str(caught.value)


def test_minus_infinity_may_be_added_as_a_mask():
    x = Tensor([1.0, 2.0])
    weights = (x + np.array([0.0, -np.inf])).exp()
    (weights / weights.sum()).sum().backward()
    assert np.isfinite(x.grad).all()


def test_many_operations_in_a_row_are_refused_in_words():
    tensor = start = Tensor(0.0)
    for _ in range(5000):
        tensor = tensor + 1
    with pytest.raises(RecursionError, match="fewer than about 1,000 operations in a row"):
        tensor.backward()
    assert start.grad == 0


# The file


def code_lines(source):
    """Return the lines of code: neither empty, nor comments, nor in docstrings."""
    words = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            words |= {*range(node.body[0].lineno, node.body[0].end_lineno + 1)}
    lines = enumerate(source.splitlines(), start=1)
    return [line for at, line in lines if at not in words and line.strip() and line.strip()[0] != "#"]


def test_the_file_has_as_many_lines_of_code_as_the_lesson_says():
    page = (paths.DOCS / "lessons/autograd.md").read_text(encoding="utf-8")
    assert len(code_lines(SOURCE)) == 85 and "85 lines of code" in page


def test_the_lesson_shows_every_line_of_the_file_in_its_order():
    page = Page.open(paths.DOCS / "lessons/autograd.md").blocks
    shown = [block.code for block in page if block.language == "python"]
    first = next(place for place, code in enumerate(shown) if SOURCE.startswith(code.rstrip()))
    lines = [line for code in shown[first:] for line in code.splitlines() if line.strip()]
    wanted = [line for line in SOURCE.splitlines() if line.strip()]
    assert lines[: len(wanted)] == wanted


def test_the_file_alone_is_enough(tmp_path):
    (tmp_path / "np_nn").mkdir()
    (tmp_path / "np_nn/autograd.py").write_text(SOURCE, encoding="utf-8")
    code = "from np_nn.autograd import Tensor\nx = Tensor(3)\n(x * x).backward()\nprint(x.grad)"
    (result,) = runner.run([(1, code)], np_nn_from=tmp_path)
    assert result.stdout == "6.0\n", result.trace
