"""np_nn/gradcheck.py: it accepts right gradients, rejects wrong ones, and leaves all as it was."""

import inspect
import re
from types import SimpleNamespace

import numpy as np
import pytest

from np_nn import gradcheck, zoo
from np_nn.gradcheck import check_gradients, numerical_gradient, relative_error
from np_nn.network import (
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    Linear,
    MSELoss,
    Network,
    ReLU,
    Sigmoid,
    Tanh,
)

# step**2 = 1e-10 and rounding of 1e-16 / 1e-5 = 1e-11, for a loss of about 1 and gradients of
# which the largest is about 0.1.
RIGHT = 1e-7
# What a mistake leaves: a missing factor, sign or transpose changes the first or second digit.
WRONG = 1e-2


# Backward passes that are wrong, each a few characters away from the right one; most are in the zoo


class WeightGradientTransposed(Linear):
    def backward(self, grad_outputs):
        grad_inputs = super().backward(grad_outputs)
        self.grad_weight[:] = self.inputs.T @ grad_outputs  # fits, since the layer is square
        return grad_inputs


class GateNeverCloses(ReLU):
    def backward(self, grad_outputs):
        return grad_outputs * (self.outputs >= 0)


class TwoForgotten(MSELoss):
    def backward(self):
        return super().backward() / 2


# The network is Linear(3, 4), activation, square Linear(4, 4), Tanh, Linear(4, 2). For each
# mistake: which of weight 1, bias 1, ..., bias 3, inputs are wrong.
MISTAKES = {
    zoo.ForgottenTranspose: [1, 1, 0, 0, 0, 0, 1],
    zoo.EarlyStep: [1, 1, 0, 0, 0, 0, 1],
    WeightGradientTransposed: [0, 0, 1, 0, 0, 0, 0],
    zoo.MeanBias: [0, 0, 0, 1, 0, 0, 0],
    zoo.FirstRowBias: [0, 0, 0, 1, 0, 0, 0],
    zoo.ZeroBias: [0, 0, 0, 1, 0, 0, 0],
    zoo.SlopeOfZ: [1, 1, 0, 0, 0, 0, 1],
    GateNeverCloses: [1, 1, 0, 0, 0, 0, 1],
    TwoForgotten: [1, 1, 1, 1, 1, 1, 1],
}


def make_check(mistake=None):
    """Return the arguments of check_gradients for the network above, with one part replaced."""
    rng = np.random.default_rng(0)

    def pick(kind):
        return mistake if mistake is not None and issubclass(mistake, kind) else kind

    activation = pick(ReLU) if mistake is GateNeverCloses else pick(Tanh)
    layers = [Linear(3, 4, rng), activation(), pick(Linear)(4, 4, rng), Tanh(), Linear(4, 2, rng)]
    batch = 5  # of 1, a mean would be a sum
    inputs, targets = rng.normal(size=(batch, 3)), rng.normal(size=(batch, 2))
    return Network(layers), pick(MSELoss)(), inputs, targets


@pytest.mark.parametrize("mistake, wrong", MISTAKES.items())
def test_a_wrong_backward_pass_is_rejected_where_it_is_wrong(mistake, wrong):
    network, loss, *data = make_check(mistake)
    assert any(type(part) is mistake for part in [loss, *network.layers])
    errors = check_gradients(network, loss, *data)
    assert [error > WRONG for error in errors] == list(map(bool, wrong))
    assert all(error < RIGHT for error in errors if error <= WRONG)


def test_a_right_backward_pass_is_accepted():
    errors = check_gradients(*make_check())
    assert len(errors) == 7
    assert max(errors) < RIGHT


def test_a_relu_that_closes_is_accepted():
    network, loss, inputs, targets = make_check()
    network = Network([network.layers[0], ReLU(), *network.layers[2:]])
    assert max(check_gradients(network, loss, inputs, targets)) < RIGHT
    # No unit may stand so near its corner that the step goes across.
    assert np.abs(network.layers[0].outputs).min() > 1e-3
    assert (network.layers[1].outputs == 0).any() and (network.layers[1].outputs > 0).any()


@pytest.mark.parametrize("loss_class", [BCEWithLogitsLoss, CrossEntropyLoss])
def test_targets_of_every_kind_are_taken(loss_class):
    network, _, inputs, targets = make_check()
    targets = np.array([0, 1, 1, 0, 1]) if loss_class is CrossEntropyLoss else targets > 0
    targets = targets.astype(float) if loss_class is BCEWithLogitsLoss else targets
    assert max(check_gradients(network, loss_class(), inputs, targets)) < RIGHT


def test_a_gradient_that_backward_never_wrote_is_refused():
    class Forgetful(Linear):
        def backward(self, grad_outputs):
            return grad_outputs @ self.weight

    network, loss, inputs, targets = make_check(Forgetful)
    with pytest.raises(ValueError, match="^relative_error expects finite floats, got array"):
        check_gradients(network, loss, inputs, targets)


def test_a_single_layer_can_be_checked():
    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    for layer, count in [(Linear(3, 3, rng), 3), (Sigmoid(), 1), (Tanh(), 1)]:
        errors = check_gradients(layer, MSELoss(), inputs, targets)
        assert len(errors) == count and max(errors) < RIGHT


# What a check leaves behind


def test_a_check_leaves_parameters_and_inputs_as_they_were():
    network, loss, inputs, targets = make_check()
    arrays = [inputs, targets, *(parameter for parameter, _ in network.parameters())]
    before = [array.copy() for array in arrays]
    check_gradients(network, loss, inputs, targets)
    assert all(map(np.array_equal, arrays, before))


def test_after_a_check_backward_gives_the_gradients_of_the_unmoved_parameters():
    network, loss, inputs, targets = make_check()
    loss.forward(network.forward(inputs), targets)
    expected = network.backward(loss.backward())
    gradients = [gradient.copy() for _, gradient in network.parameters()]

    check_gradients(network, loss, inputs, targets)
    held = [gradient for _, gradient in network.parameters()]
    assert all(map(np.array_equal, held, gradients))
    assert np.array_equal(network.backward(loss.backward()), expected)
    assert all(map(np.array_equal, held, gradients))


def test_inputs_that_are_their_own_targets_do_not_move_the_targets():
    rng = np.random.default_rng(0)
    network = Network([Linear(3, 2, rng), Tanh(), Linear(2, 3, rng)])
    inputs = rng.normal(size=(5, 3))
    assert max(check_gradients(network, MSELoss(), inputs, inputs)) < RIGHT


def test_inputs_that_may_not_be_written_can_be_checked():
    network, loss, inputs, targets = make_check()
    inputs.flags.writeable = False
    assert max(check_gradients(network, loss, inputs, targets)) < RIGHT


@pytest.mark.parametrize(
    "spoil",
    [np.ndarray.tolist, lambda good: good.astype(int), lambda good: good[:, 1:]],
    ids=["a list", "integers", "one feature fewer"],
)
def test_inputs_that_the_network_refuses_are_refused_by_it(spoil):
    network, loss, inputs, targets = make_check()
    with pytest.raises(ValueError, match=r"^(Network|Linear) expects inputs of shape \(batch, (3|...)\)"):
        check_gradients(network, loss, spoil(inputs), targets)


def test_a_network_of_float32_is_refused():
    network, _, inputs, targets = make_check()
    rng = np.random.default_rng(0)
    network = Network([Linear(3, 2, rng, dtype=np.float32)])
    with pytest.raises(ValueError, match="^numerical_gradient expects .* got ndarray of float32$"):
        check_gradients(network, MSELoss(), inputs.astype(np.float32), targets.astype(np.float32))


def test_the_step_is_handed_on():
    fine, coarse = (max(check_gradients(*make_check(), step=step)) for step in (1e-5, 1e-1))
    # 1e-1 squared is 1e8 times 1e-5 squared; rounding leaves at least 1e3 of it.
    assert coarse > 1e3 * fine
    with pytest.raises(ValueError, match="^check_gradients expects step above 0, got 0$"):
        check_gradients(*make_check(), step=0)


@pytest.mark.parametrize("thing", [None, 3, "network", Network, lambda: 1.0, SimpleNamespace(forward=abs)])
def test_what_is_no_network_and_no_loss_is_refused(thing):
    network, loss, inputs, targets = make_check()
    words = "^check_gradients expects an object with backward, forward, parameters, got "
    with pytest.raises(ValueError, match=words + re.escape(repr(thing)[:60])):
        check_gradients(thing, loss, inputs, targets)
    with pytest.raises(ValueError, match="^check_gradients expects an object with backward, forward,"):
        check_gradients(network, thing, inputs, targets)


def test_a_network_that_was_told_not_to_go_back_to_its_inputs_is_refused():
    network, loss, inputs, targets = make_check()
    network.layers[0].needs_grad_inputs = False
    with pytest.raises(ValueError, match=r"^relative_error expects equal shapes .* got \(\) and"):
        check_gradients(network, loss, inputs, targets)


@pytest.mark.parametrize("step", [0, 1e-300])
def test_a_check_that_fails_leaves_every_gradient_as_it_was(step):
    network, loss, inputs, targets = make_check()
    loss.forward(network.forward(inputs), targets)
    network.backward(2 * loss.backward())  # other gradients than those of the check
    before = [gradient.copy() for _, gradient in network.parameters()]
    with pytest.raises(ValueError, match="step"):
        check_gradients(network, loss, inputs, targets, step)
    assert all(np.array_equal(old, new) for old, (_, new) in zip(before, network.parameters()))


# numerical_gradient


def test_the_gradient_of_a_polynomial_is_the_one_worked_out_by_hand():
    # d/dx (x**3 + 2 x y) = 3 x**2 + 2 y, d/dy = 2 x: at (2, 5) 22 and 4.
    array = np.array([2.0, 5.0])
    gradient = numerical_gradient(lambda: array[0] ** 3 + 2 * array[0] * array[1], array)
    # step**2 = 1e-10 times a sixth of the third derivative, 1; and 28 * 1e-16 / 1e-5 = 3e-10.
    np.testing.assert_allclose(gradient, [22, 4], rtol=0, atol=1e-9)


def test_central_differences_are_exact_for_a_parabola():
    # (x + h)**2 - (x - h)**2 = 4 x h, with powers of 2 without any rounding. A forward
    # difference would give 2 x + h.
    array = np.array([3.0])
    assert numerical_gradient(lambda: float(array[0] ** 2), array, step=2**-10).item() == 6


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3)])
def test_the_gradient_has_the_shape_of_the_array(shape):
    rng = np.random.default_rng(0)
    array, weights = rng.normal(size=shape), rng.normal(size=shape)
    gradient = numerical_gradient(lambda: float((weights * array).sum()), array)
    # A linear function: only rounding of 1e-16 / 1e-5 = 1e-11 is left.
    np.testing.assert_allclose(gradient, weights, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "view",
    [np.transpose, lambda base: base[::2, ::-1], lambda base: base[:, 1], np.asfortranarray],
    ids=["transposed", "strided and backwards", "a column", "Fortran order"],
)
def test_an_array_that_is_not_contiguous_is_moved_itself(view):
    rng = np.random.default_rng(0)
    array = view(rng.normal(size=(4, 3)))
    weights = rng.normal(size=array.shape)
    assert not array.flags.c_contiguous
    before = array.copy()
    gradient = numerical_gradient(lambda: float((weights * array).sum()), array)
    np.testing.assert_allclose(gradient, weights, rtol=0, atol=1e-9)  # as above
    assert np.array_equal(array, before)


def test_the_error_falls_with_the_step_and_rises_again_when_rounding_takes_over():
    """The V: too large a step bends, too small a step drowns in rounding."""
    w = np.array([2.0])

    def loss_of_one_neuron():
        # w = 2, b = -1, x = 1.5, y = 1 as in the lessons
        return float((1 / (1 + np.exp(-(w[0] * 1.5 - 1))) - 1) ** 2)

    a = 1 / (1 + np.exp(-2.0))
    exact = 2 * (a - 1) * a * (1 - a) * 1.5
    errors = {}
    for exponent in range(3, 14):
        gradient = numerical_gradient(loss_of_one_neuron, w, step=10.0**-exponent).item()
        errors[exponent] = abs(gradient - exact) / abs(exact)
    # The left arm falls with step**2, by 100 for each 10, as long as rounding is far below.
    assert errors[3] / errors[4] == pytest.approx(100, rel=0.01)
    assert errors[4] > 10 * errors[5]
    # The right arm rises as 1 / step. A single rounding may by chance be small: one of two is not.
    assert max(errors[8], errors[9]) > 10 * errors[5]
    assert max(errors[12], errors[13]) > 100 * max(errors[8], errors[9])
    # Between them, where 1e-16 / step meets step**2, it is at its smallest.
    assert min(errors, key=errors.get) in (5, 6, 7)
    assert errors[5] < 1e-9


@pytest.mark.parametrize("failing_call", [1, 2, 3, 4])
def test_the_array_is_put_back_when_the_function_raises(failing_call):
    array = np.array([1.0, 2.0])
    calls = []

    def fail_once():
        calls.append(array.copy())
        if len(calls) == failing_call:
            raise KeyboardInterrupt  # not even this one
        return 1.0

    with pytest.raises(KeyboardInterrupt):
        numerical_gradient(fail_once, array)
    assert array.tolist() == [1, 2]
    assert calls[-1].tolist() != [1, 2]  # it was moved at that moment


def test_one_entry_is_moved_at_a_time_by_the_step_up_and_down():
    array, seen = np.array([[1.0, 2.0]]), []

    def look():
        seen.append(array.tolist())
        return 0.0

    numerical_gradient(look, array, step=0.25)
    assert seen == [[[1.25, 2]], [[0.75, 2]], [[1, 2.25]], [[1, 1.75]]]
    assert array.tolist() == [[1, 2]]


READ_ONLY = np.ones(2)
READ_ONLY.flags.writeable = False
BAD_ARRAYS = {
    "float32": (np.ones(2, np.float32), "ndarray of float32"),
    "an array that may not be written": (READ_ONLY, "ndarray of float64"),
    "a list": ([1.0], "list of no dtype"),
}


@pytest.mark.parametrize("array, got", BAD_ARRAYS.values(), ids=BAD_ARRAYS)
def test_an_array_that_cannot_be_moved_is_refused(array, got):
    words = f"numerical_gradient expects a float64 array to write into, got {got}"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        numerical_gradient(lambda: 1.0, array)


@pytest.mark.parametrize("step", [0, np.nan, True, "1e-5", 1e308])
def test_a_step_that_is_no_number_above_0_is_refused(step):
    words = f"numerical_gradient expects step above 0, got {step!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        numerical_gradient(lambda: 1.0, np.ones(2), step)


@pytest.mark.parametrize("function, entry", [(None, 1.0), (float, np.nan)])
def test_what_is_no_function_of_a_finite_array_is_refused(function, entry):
    words = "^numerical_gradient expects a function of a finite array, got "
    with pytest.raises(ValueError, match=words):
        numerical_gradient(function, np.array([1.0, entry]))


def test_a_step_may_be_as_large_as_half_of_float64():
    assert numerical_gradient(lambda: 1.0, np.zeros(1), step=8e307).tolist() == [0]


def test_a_step_that_leads_out_of_float64_is_refused():
    array = np.array([1.5e308])
    with pytest.raises(ValueError, match="expects a step that moves 1.5e[+]308, got 5e[+]307"):
        numerical_gradient(lambda: 1.0, array, step=5e307)


def test_a_slope_that_float64_cannot_hold_is_refused():
    array = np.array([0.0])
    words = "^numerical_gradient expects a slope that float64 can hold, got 1e[+]308 and -1e[+]308"
    with pytest.raises(ValueError, match=words):
        numerical_gradient(lambda: 1e308 * float(np.sign(array[0])), array)
    assert array.item() == 0


def test_both_functions_take_the_same_step_by_default():
    for function in (numerical_gradient, check_gradients):
        assert inspect.signature(function).parameters["step"].default == 1e-5


def test_a_step_that_is_lost_in_rounding_is_refused():
    array = np.array([1.0, 1e12])  # the next number after 1e12 is 1.2e-4 away
    words = "numerical_gradient expects a step that moves 1000000000000.0, got 1e-05"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        numerical_gradient(lambda: float(array.sum()), array)
    assert array.tolist() == [1, 1e12]


def test_the_largest_float_is_a_finite_one():
    largest = float(np.finfo(float).max)
    assert numerical_gradient(lambda: largest, np.ones(2)).tolist() == [0, 0]


@pytest.mark.parametrize("result", [np.inf, np.array(1.0), True])
def test_a_function_that_returns_no_finite_float_is_refused(result):
    array = np.ones(2)
    words = "numerical_gradient expects function() to return one finite float, got "
    with pytest.raises(ValueError, match=f"^{re.escape(words + repr(result)[:60])}$"):
        numerical_gradient(lambda: result, array)
    assert array.tolist() == [1, 1]


# relative_error


@pytest.mark.parametrize(
    "actual, expected, error",
    [
        ([1.0, 2.0], [1.0, 2.0], 0),
        ([0.0, 0.0], [0.0, 0.0], 0),
        ([1.0, 4.0], [2.0, 4.0], 0.25),  # 1 of 4
        ([-1.0], [1.0], 2),  # the sign flipped
        ([0.0, 0.0], [3.0, -5.0], 1),  # never written
        ([-8.0], [0.0], 1),
        ([1.0], [5.0], 0.8),  # the mean of 5 equal rows for their sum
        ([[1e-30]], [[2e-30]], 0.5),  # small ones count like large ones
        ([5e-324], [5e-324], 0),
        ([5e-324], [0.0], 1),  # half of it would be 0
        ([1.5e308], [-1.5e308], 2),  # whose difference float64 cannot hold
    ],
)
def test_the_relative_error_is_the_one_worked_out_by_hand(actual, expected, error):
    actual, expected = np.array(actual), np.array(expected)
    assert relative_error(actual, expected) == error
    assert relative_error(expected, actual) == error
    assert type(relative_error(actual, expected)) is float


def test_arrays_of_two_shapes_are_refused():
    words = "relative_error expects equal shapes with entries, got (2,) and (2, 1)"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        relative_error(np.ones(2), np.ones((2, 1)))


def test_a_ragged_list_is_refused():
    with pytest.raises(ValueError, match="^relative_error expects finite floats, got a ragged list"):
        relative_error([[1.0], [1.0, 2.0]], [1.0])


def test_arrays_without_entries_are_refused():
    with pytest.raises(ValueError, match=r"with entries, got \(0,\) and \(0,\)$"):
        relative_error(np.ones(0), np.ones(0))


@pytest.mark.parametrize(
    "bad",
    [
        np.array([1.0, np.nan]),
        np.array([1, 2], np.uint8),  # 1 - 2 would be 255
    ],
    ids=str,
)
def test_anything_but_finite_floats_is_refused(bad):
    """A NaN above all: no comparison with it is true, so it could pass for right."""
    for pair in [(bad, np.ones(2)), (np.ones(2), bad), (bad, bad)]:
        with pytest.raises(ValueError, match="^relative_error expects finite floats, got array"):
            relative_error(*pair)


def test_these_are_all_public_functions():
    public = {name for name, thing in vars(gradcheck).items() if inspect.isfunction(thing) and not name.startswith("_")}
    assert public == {"numerical_gradient", "relative_error", "check_gradients"}
