"""The zoo of engines: what the lesson teaches catches every animal."""

import autograd_zoo
import numpy as np
import pytest
import torch

from docs.plugins import paths
from docs.plugins.reading.page import Page
from np_nn.gradcheck import numerical_gradient, relative_error

WRONG = [name for name in autograd_zoo.BUGS if name != "right"]
IN_ONE_PATH = {"right", "= for +=", "no order", "order of discovery"}
MEASURED = [*autograd_zoo.BUGS][:6]


def worst(Tensor, function, arrays):
    """Return the largest relative error of the gradients of an engine, by central differences."""
    tensors = [Tensor(array) for array in arrays]
    function(*tensors).backward()
    errors = []
    for array, tensor in zip(arrays, tensors):
        pushed = numerical_gradient(lambda: float(function(*map(Tensor, arrays)).data), array)
        errors.append(relative_error(tensor.grad, pushed))
    return max(errors)


def drawn(*shapes):
    return [np.random.default_rng([4, place]).normal(size=shape) for place, shape in enumerate(shapes)]


def the_check_of_the_page():
    """Return the function that the lesson hands to central differences."""
    page = Page.open(paths.DOCS / "lessons/autograd.md").blocks
    code = next(block.code for block in page if block.language == "python" and "def program(" in block.code)
    function = code[code.index("def program(") :].partition("\n\n\n")[0]
    names = {}
    exec(function, names)
    return names["program"]


@pytest.mark.parametrize("name", autograd_zoo.BUGS)
def test_only_the_right_one_passes_the_check_of_the_page(name):
    error = worst(autograd_zoo.engine(name), the_check_of_the_page(), drawn((3, 4), (4, 2), (2,), (3, 1)))
    # Central differences leave about 1e-9.
    assert error < 1e-7 if name == "right" else error > 0.05


@pytest.mark.parametrize("name", MEASURED)
def test_a_check_of_one_path_passes_what_only_reuse_would_show(name):
    def chain(X, W, V, c):
        return ((X @ W + c).tanh() @ V).sum()

    error = worst(autograd_zoo.engine(name), chain, drawn((3, 4), (4, 2), (2, 1), (2,)))
    assert (error < 1e-7) == (name in IN_ONE_PATH)


def test_x_plus_x_tells_equals_from_adding():
    x = autograd_zoo.engine("= for +=")(3.0)
    (x + x).backward()
    assert x.grad == 1


@pytest.mark.parametrize("name", ["no order", "order of discovery"])
def test_a_computed_value_used_at_two_distances_tells_a_wrong_order(name):
    x = autograd_zoo.engine(name)(3.0)
    y = x * x
    (y + y * y).backward()  # x**2 + x**4: 6 + 108
    assert x.grad != 114


def test_a_beginning_used_twice_does_not_tell_that_there_is_no_order():
    x = autograd_zoo.engine("no order")(3.0)
    (x + x * x).backward()
    assert x.grad == 7


@pytest.mark.parametrize("name", WRONG)
def test_pytorch_catches_it_too(name):
    arrays = drawn((3, 4), (4, 4), (4,))

    def function(X, W, b):
        h = (X @ W + b).relu()
        h = h + (h @ W + b).tanh()
        return (h[[0, 0, 1]] * h).sum()

    tensors = [autograd_zoo.engine(name)(array) for array in arrays]
    theirs = [torch.tensor(array, requires_grad=True) for array in arrays]
    for these in (tensors, theirs):
        function(*these).backward()
    errors = [relative_error(u.grad, v.grad.numpy()) for u, v in zip(tensors, theirs)]
    assert max(errors) > 0.01


def test_the_loss_of_a_classifier_does_not_notice_equals_where_rows_are_taken():
    labels, found = np.array([2, 0, 2]), []
    for name in ("right", "= where rows are taken"):
        (sums,) = (autograd_zoo.engine(name)(array) for array in drawn((3, 4)))
        (sums.exp().sum(axis=1).log() - sums[np.arange(3), labels]).mean().backward()
        found.append(sums.grad)
    np.testing.assert_array_equal(*found)


def test_without_any_sum_a_step_in_place_refuses_to_let_a_bias_grow():
    bias = np.array(1.0)
    with pytest.raises(ValueError, match="non-broadcastable output"):
        bias -= 0.1 * np.ones(4)


def test_a_bug_that_the_file_has_no_place_for_is_refused(monkeypatch):
    monkeypatch.setitem(autograd_zoo.BUGS, "nowhere", [("no such line", "")])  # asked for once only
    with pytest.raises(ValueError, match="got 0 times"):
        autograd_zoo.engine("nowhere")
