"""np_nn/network.py against PyTorch, central differences, numbers by hand, and bad input."""

import ast
import inspect
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from np_nn import network as module
from np_nn.gradcheck import check_gradients
from np_nn.network import (
    SGD,
    Adam,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    Layer,
    Linear,
    Loss,
    MSELoss,
    Network,
    Optimizer,
    ReLU,
    Sigmoid,
    Tanh,
)

torch.set_num_threads(1)

# float64 keeps 16 digits; NumPy and PyTorch round the same few sums in another order.
ROUNDING = 1e-12
# Central differences with a step of 1e-5 err by about step**2 = 1e-10 and 1e-16 / step = 1e-11,
# in units of a loss of about 1; the largest gradients here are about 0.1. Wrong is 1e-3 and more.
DIFFERENCES = 1e-7

BATCH = 5
# A pair is a Linear of that many inputs and outputs. A new row is tested in all the ways below.
NETWORKS = {
    "Linear": [(3, 2)],
    "a square Linear": [(3, 3)],
    "one input": [(1, 2)],
    "Sigmoid": [Sigmoid],
    "Tanh": [Tanh],
    "ReLU": [ReLU],
    "Sigmoid between": [(3, 5), Sigmoid, (5, 2)],
    "Tanh between": [(3, 5), Tanh, (5, 2)],
    "ReLU between": [(3, 5), ReLU, (5, 2)],
    "two Linear in a row": [(3, 5), (5, 2)],
    "square ones inside": [(2, 6), Tanh, (6, 6), ReLU, (6, 6), Sigmoid, (6, 3)],
    "an activation first and last": [Tanh, (4, 7), ReLU, (7, 4), Sigmoid],
}
LOSSES = {
    MSELoss: lambda rng, shape: rng.normal(size=shape),
    BCEWithLogitsLoss: lambda rng, shape: rng.uniform(size=shape),
    CrossEntropyLoss: lambda rng, shape: rng.integers(shape[1], size=shape[0]),
}
OPTIMIZERS = {
    "SGD": (lambda p: SGD(p, lr=0.1), lambda p: torch.optim.SGD(p, lr=0.1)),
    "SGD with momentum": (
        lambda p: SGD(p, lr=0.1, momentum=0.9),
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    ),
    "Adam": (lambda p: Adam(p, lr=0.1), lambda p: torch.optim.Adam(p, lr=0.1)),
    "Adam by default": (Adam, torch.optim.Adam),
    "Adam with all settings": (
        lambda p: Adam(p, lr=0.01, betas=(0.5, 0.75), eps=0.1),
        lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.5, 0.75), eps=0.1),
    ),
}
every_network = pytest.mark.parametrize("plan", NETWORKS.values(), ids=NETWORKS)
every_loss = pytest.mark.parametrize("loss_class", LOSSES, ids=lambda loss: loss.__name__)
every_optimizer = pytest.mark.parametrize("make_optimizer, make_torch_optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)


def build(plan, rng):
    """Return a network after one row of NETWORKS, and random inputs for it."""
    layers = [Linear(*entry, rng) if isinstance(entry, tuple) else entry() for entry in plan]
    features = next((entry[0] for entry in plan if isinstance(entry, tuple)), 4)
    return Network(layers), rng.normal(size=(BATCH, features))


def to_torch(network):
    """Return the same network, with copies of the same weights, in PyTorch and float64."""
    modules = []
    for layer in network.layers:
        if isinstance(layer, Linear):
            out_features, in_features = layer.weight.shape
            modules.append(torch.nn.Linear(in_features, out_features, dtype=torch.float64))
            modules[-1].weight.data = torch.tensor(layer.weight)
            modules[-1].bias.data = torch.tensor(layer.bias)
        else:
            modules.append(getattr(torch.nn, type(layer).__name__)())
    return torch.nn.Sequential(*modules)


def assert_close(actual, expected, name=""):
    """Two arrays agree up to ROUNDING of their largest entry, which is not 0."""
    expected = np.asarray(expected.detach() if torch.is_tensor(expected) else expected)
    assert np.shape(actual) == expected.shape, name
    largest = np.abs(expected).max()
    assert largest > 0, f"{name} is 0 everywhere, and proves nothing"
    np.testing.assert_allclose(actual, expected, rtol=0, atol=ROUNDING * largest, err_msg=name)


# The same numbers as PyTorch, from the same weights


@every_network
def test_a_network_gives_the_outputs_and_gradients_of_pytorch(plan):
    rng = np.random.default_rng(0)
    network, inputs = build(plan, rng)
    twin, twin_inputs = to_torch(network), torch.tensor(inputs, requires_grad=True)

    outputs, twin_outputs = network.forward(inputs), twin(twin_inputs)
    grad_outputs = rng.normal(size=outputs.shape)  # not 1: a factor left out would not show
    grad_inputs = network.backward(grad_outputs)
    twin_outputs.backward(torch.tensor(grad_outputs))

    assert_close(outputs, twin_outputs, "outputs")
    assert_close(grad_inputs, twin_inputs.grad, "dL/d(inputs)")
    twin_parameters = list(twin.parameters())
    assert len(network.parameters()) == len(twin_parameters)
    for index, (parameter, gradient) in enumerate(network.parameters()):
        assert_close(gradient, twin_parameters[index].grad, f"gradient {index}")
        assert np.array_equal(parameter, twin_parameters[index].detach().numpy())


@every_loss
@every_network
def test_a_network_and_its_loss_give_the_numbers_of_pytorch(plan, loss_class):
    rng = np.random.default_rng(1)
    network, inputs = build(plan, rng)
    twin, twin_inputs = to_torch(network), torch.tensor(inputs, requires_grad=True)
    loss, twin_loss = loss_class(), getattr(torch.nn, loss_class.__name__)()

    outputs = network.forward(inputs)
    targets = LOSSES[loss_class](rng, outputs.shape)
    value = loss.forward(outputs, targets)
    grad_inputs = network.backward(loss.backward())
    twin_outputs = twin(twin_inputs)
    twin_outputs.retain_grad()
    twin_value = twin_loss(twin_outputs, torch.tensor(targets))
    twin_value.backward()

    assert type(value) is float
    assert_close(value, twin_value, "loss")
    assert_close(loss.backward(), twin_outputs.grad, "dL/d(outputs)")
    assert_close(grad_inputs, twin_inputs.grad, "dL/d(inputs)")
    for (_, gradient), twin_parameter in zip(network.parameters(), twin.parameters(), strict=True):
        assert_close(gradient, twin_parameter.grad, "gradient")


@every_optimizer
@pytest.mark.parametrize("name", ["square ones inside", "Tanh between"])
def test_ten_steps_lead_to_the_weights_of_pytorch(name, make_optimizer, make_torch_optimizer):
    rng = np.random.default_rng(2)
    network, _ = build(NETWORKS[name], rng)
    twin, loss, twin_loss = to_torch(network), MSELoss(), torch.nn.MSELoss()
    optimizer = make_optimizer(network.parameters())
    twin_optimizer = make_torch_optimizer(twin.parameters())
    start = [parameter.copy() for parameter, _ in network.parameters()]

    for _ in range(10):
        _, inputs = build(NETWORKS[name], rng)
        outputs = network.forward(inputs)
        targets = rng.normal(size=outputs.shape)
        loss.forward(outputs, targets)
        network.backward(loss.backward())
        optimizer.step()

        twin_optimizer.zero_grad()
        twin_loss(twin(torch.tensor(inputs)), torch.tensor(targets)).backward()
        twin_optimizer.step()
        for (parameter, _), expected in zip(network.parameters(), twin.parameters(), strict=True):
            assert_close(parameter, expected, "parameter")

    for (parameter, _), before in zip(network.parameters(), start):
        assert not np.array_equal(parameter, before)


# exp(710) is more than float64 can hold.
EXTREMES = np.array([[-1e300, -800.0, -40.0, -1e-3, 0.0], [1e-3, 40.0, 710.0, 800.0, 1e300]])


@pytest.mark.parametrize("activation", [Sigmoid, Tanh, ReLU])
def test_an_activation_meets_pytorch_at_extreme_inputs_without_a_warning(activation):
    layer, twin_inputs = activation(), torch.tensor(EXTREMES, requires_grad=True)
    twin_outputs = getattr(torch.nn, activation.__name__)()(twin_inputs)
    twin_outputs.backward(torch.full(EXTREMES.shape, 3.0, dtype=torch.float64))
    outputs = layer.forward(EXTREMES)
    grad_inputs = layer.backward(np.full(EXTREMES.shape, 3.0))
    # Entry by entry: sigmoid(-40) is 4e-18 and not 0.
    np.testing.assert_allclose(outputs, twin_outputs.detach().numpy(), rtol=ROUNDING, atol=0)
    np.testing.assert_allclose(grad_inputs, twin_inputs.grad.numpy(), rtol=ROUNDING, atol=0)
    assert np.isfinite(outputs).all() and np.isfinite(grad_inputs).all()


LOGITS = np.array([[-800.0, 800.0], [800.0, -800.0], [-40.0, 40.0], [0.0, 710.0], [800.0, 800.0]])


@pytest.mark.parametrize("targets", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("row", range(len(LOGITS)))
def test_binary_cross_entropy_meets_pytorch_at_extreme_logits_without_a_warning(row, targets):
    outputs = LOGITS[row : row + 1]
    targets = np.full(outputs.shape, targets)
    compare_loss_with_torch(BCEWithLogitsLoss, outputs, targets)


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("row", range(len(LOGITS)))
def test_cross_entropy_meets_pytorch_at_extreme_logits_without_a_warning(row, label):
    compare_loss_with_torch(CrossEntropyLoss, LOGITS[row : row + 1], np.array([label]))


def test_cross_entropy_shifts_each_row_by_its_own_maximum():
    # By the maximum of all, the second row would be exp(-1600) = 0 twice, and its log infinite.
    outputs = np.array([[800.0, 801.0], [-800.0, -801.0]])
    compare_loss_with_torch(CrossEntropyLoss, outputs, np.array([0, 1]))


def compare_loss_with_torch(loss_class, outputs, targets):
    twin_outputs = torch.tensor(outputs, requires_grad=True)
    twin_value = getattr(torch.nn, loss_class.__name__)()(twin_outputs, torch.tensor(targets))
    twin_value.backward()
    loss = loss_class()
    value = loss.forward(outputs, targets)
    assert np.isfinite(value) and np.isfinite(loss.backward()).all()
    np.testing.assert_allclose(value, twin_value.item(), rtol=ROUNDING, atol=0)
    gradient = twin_outputs.grad.numpy()
    np.testing.assert_allclose(loss.backward(), gradient, rtol=ROUNDING, atol=0)


# The same gradients as central differences, which know no chain rule


@every_loss
@every_network
def test_every_gradient_meets_central_differences(plan, loss_class):
    rng = np.random.default_rng(3)
    network, inputs = build(plan, rng)
    outputs = network.forward(inputs)
    for layer in network.layers:
        if isinstance(layer, Linear):
            assert np.abs(layer.bias).min() > 0
    errors = check_gradients(network, loss_class(), inputs, LOSSES[loss_class](rng, outputs.shape))
    assert len(errors) == len(network.parameters()) + 1
    assert max(errors) < DIFFERENCES


# float32


@every_loss
@pytest.mark.parametrize("make_optimizer", [lambda p: SGD(p, 0.1, 0.9), Adam])
def test_a_network_of_float32_is_the_one_of_float64_up_to_its_rounding(loss_class, make_optimizer):
    """Whose numbers are PyTorch's. float32 has 7 digits, of which five steps leave five."""
    results = []
    for dtype in (np.float64, "float32"):
        rng = np.random.default_rng(4)
        parts = [Linear(3, 6, rng, dtype), Sigmoid(), Linear(6, 4, rng, dtype), Tanh(), ReLU()]
        network, loss = Network([*parts, Linear(4, 2, rng, dtype=dtype)]), loss_class()
        optimizer = make_optimizer(network.parameters())
        for _ in range(5):
            outputs = network.forward(rng.normal(size=(BATCH, 3)).astype(dtype))
            targets = LOSSES[loss_class](rng, outputs.shape)
            targets = targets if loss_class is CrossEntropyLoss else targets.astype(dtype)
            value = loss.forward(outputs, targets)
            grad_inputs = network.backward(loss.backward())
            optimizer.step()
        assert type(value) is float
        arrays = [outputs, grad_inputs, *(array for pair in network.parameters() for array in pair)]
        assert all(array.dtype == dtype for array in arrays)
        kept = [value for value in vars(optimizer).values() if isinstance(value, np.ndarray)]
        assert len(kept) >= 2 and all(array.dtype == dtype for array in kept)
        results.append([np.array(value), *arrays])
    for exact, rounded in zip(*results, strict=True):
        np.testing.assert_allclose(rounded, exact, rtol=0, atol=1e-5 * np.abs(exact).max())


def test_both_types_start_from_the_same_random_numbers():
    double, single = (Linear(3, 2, np.random.default_rng(0), kind) for kind in "df")
    for (exact, _), (rounded, gradient) in zip(double.parameters(), single.parameters()):
        assert np.array_equal(exact.astype(np.float32), rounded)
        assert np.isnan(gradient).all() and gradient.dtype == np.float32


@pytest.mark.parametrize("layer_type, data_type", [("float64", "float32"), ("float32", "float64")])
def test_a_type_that_is_not_the_layers_is_refused_and_never_cast(layer_type, data_type):
    linear = Linear(3, 2, np.random.default_rng(0), dtype=layer_type)
    inputs = np.ones((4, 3), layer_type)
    words = f"of shape (batch, 3) as {layer_type}, got {data_type}"
    with pytest.raises(ValueError, match=re.escape(f"Linear expects inputs {words}")):
        linear.forward(inputs.astype(data_type))
    outputs = linear.forward(inputs)
    words = re.escape(f"of shape (4, 2) as {layer_type}, got {data_type}")
    with pytest.raises(ValueError, match=f"Linear expects grad_outputs {words}"):
        linear.backward(outputs.astype(data_type))
    with pytest.raises(ValueError, match=f"MSELoss expects targets {words}"):
        MSELoss().forward(outputs, outputs.astype(data_type))


# Numbers worked out by hand


def test_one_neuron_gives_the_numbers_worked_out_by_hand():
    # w = 2, b = -1, x = 1.5, y = 1: z = 2 * 1.5 - 1 = 2, a = 1 / (1 + e**-2) = 0.8807971,
    # L = (a - 1)**2 = 0.0142093, dL/da = 2 (a - 1) = -0.2384058, sigma' = a (1 - a) = 0.1049936,
    # dL/dz = -0.02503108, dL/dw = 1.5 dL/dz, dL/db = dL/dz, dL/dx = 2 dL/dz.
    linear = Linear(1, 1, np.random.default_rng(0))
    linear.weight[:], linear.bias[:] = 2.0, -1.0
    network, loss = Network([linear, Sigmoid()]), MSELoss()
    value = loss.forward(network.forward(np.array([[1.5]])), np.array([[1.0]]))
    grad_inputs = network.backward(loss.backward())
    assert round(value, 7) == 0.0142093
    assert round(linear.grad_weight.item(), 7) == -0.0375466
    assert round(linear.grad_bias.item(), 7) == -0.0250311
    assert round(grad_inputs.item(), 7) == -0.0500622


def test_a_linear_layer_gives_the_numbers_worked_out_by_hand():
    # Row 0: 1*1 + 2*2 + 3*3 + 10 = 24 and 4 + 10 + 18 + 20 = 52; row 1: 1 + 10 and 4 + 20.
    linear = Linear(3, 2, np.random.default_rng(0))
    linear.weight[:], linear.bias[:] = [[1, 2, 3], [4, 5, 6]], [10, 20]
    outputs = linear.forward(np.array([[1.0, 2.0, 3.0], [1.0, 0.0, 0.0]]))
    assert outputs.tolist() == [[24, 52], [11, 24]]
    # Upstream (1, 0) and (2, 3): dL/dX = row times W; dL/dW adds over the rows.
    grad_inputs = linear.backward(np.array([[1.0, 0.0], [2.0, 3.0]]))
    assert grad_inputs.tolist() == [[1, 2, 3], [14, 19, 24]]
    assert linear.grad_weight.tolist() == [[1 + 2, 2, 3], [3, 0, 0]]
    assert linear.grad_bias.tolist() == [3, 3]


@pytest.mark.parametrize(
    "loss, outputs, targets, value, gradient",
    [
        # ((1-0)**2 + (2-2)**2 + (3-1)**2 + (0-1)**2) / 4 = 6/4; 2 (difference) / 4
        (MSELoss(), [[1, 2], [3, 0]], [[0, 2], [1, 1]], 1.5, [[0.5, 0], [1, -0.5]]),
        # At 0, p = 1/2: log 2 whatever the target; (p - t) / 2 entries
        (BCEWithLogitsLoss(), [[0], [0]], [[1], [0]], np.log(2), [[-0.25], [0.25]]),
        # At log 3, p = 3/4: target 1 costs log(4/3); p - 1
        (BCEWithLogitsLoss(), [[np.log(3)]], [[1]], np.log(4 / 3), [[-0.25]]),
        # softmax(0, log 3) = (1/4, 3/4): label 0 costs log 4, label 1 log(4/3); over 2 rows
        (
            CrossEntropyLoss(),
            [[0, np.log(3)], [0, np.log(3)]],
            [0, 1],
            (np.log(4) + np.log(4 / 3)) / 2,
            [[-0.375, 0.375], [0.125, -0.125]],
        ),
    ],
    ids=["MSE", "BCE at 0", "BCE at log 3", "CrossEntropy"],
)
def test_a_loss_gives_the_numbers_worked_out_by_hand(loss, outputs, targets, value, gradient):
    kind = int if isinstance(loss, CrossEntropyLoss) else float
    # Two or three roundings of float64.
    assert loss.forward(np.array(outputs, float), np.array(targets, kind)) == pytest.approx(value, rel=1e-15)
    np.testing.assert_allclose(loss.backward(), gradient, rtol=1e-15, atol=1e-16)


def test_relu_lets_nothing_through_at_and_below_zero():
    relu = ReLU()
    assert relu.forward(np.array([[-1.0, 0.0, 2.0]])).tolist() == [[0, 0, 2]]
    assert relu.backward(np.array([[5.0, 6.0, 7.0]])).tolist() == [[0, 0, 7]]


def one_pair(parameter, gradient):
    return [(np.array([parameter]), np.array([gradient]))]


def test_sgd_gives_the_numbers_worked_out_by_hand():
    # lr 0.5, momentum 0.5, gradient 4: velocities 4, 6, 7; steps 2, 3, 3.5
    pairs = one_pair(10.0, 4.0)
    sgd = SGD(pairs, lr=0.5, momentum=0.5)
    seen = []
    for _ in range(3):
        sgd.step()
        seen.append(pairs[0][0].item())
    assert seen == [8, 5, 1.5]


def test_an_optimiser_of_ones_own_needs_no_more_than_a_move():
    class SignDescent(Optimizer):
        def move(self, gradient):
            return self.lr * np.sign(gradient)

    parameter = np.array([1.0, 2.0, 3.0])
    SignDescent([(parameter, np.array([5.0, -7.0, 0.0]))], lr=0.5).step()
    assert parameter.tolist() == [0.5, 2.5, 3]


def test_the_first_step_of_adam_is_lr_against_the_sign_of_the_gradient():
    # Both means, put right for their start, are gradient and gradient**2: their ratio is a sign.
    for gradient in (1e-3, -1e3):
        pairs = one_pair(0.0, gradient)
        Adam(pairs, lr=0.25).step()
        # eps = 1e-8 shortens the step by 1e-8 / 1e-3.
        assert pairs[0][0].item() == pytest.approx(-0.25 * np.sign(gradient), rel=2e-5)


# What a reader of the lessons relies on


def test_parameters_come_first_layer_first_weight_before_bias():
    rng = np.random.default_rng(0)
    first, last = Linear(2, 3, rng), Linear(3, 1, rng)
    expected = [
        (first.weight, first.grad_weight),
        (first.bias, first.grad_bias),
        (last.weight, last.grad_weight),
        (last.bias, last.grad_bias),
    ]
    found = Network([first, Tanh(), last]).parameters()
    assert [tuple(map(id, pair)) for pair in found] == [tuple(map(id, pair)) for pair in expected]


def test_layers_keep_their_inputs_and_outputs_without_a_copy():
    network, inputs = build([(3, 2), Tanh], np.random.default_rng(0))
    outputs = network.forward(inputs)
    linear, tanh = network.layers
    assert linear.inputs is inputs
    assert tanh.outputs is outputs is network.outputs


def test_backward_overwrites_the_gradients_of_the_call_before():
    network, inputs = build([(3, 2), Tanh], np.random.default_rng(0))
    network.forward(inputs)
    network.backward(np.ones((BATCH, 2)))
    held = [gradient for _, gradient in network.parameters()]
    before = [gradient.copy() for gradient in held]
    network.backward(np.ones((BATCH, 2)))
    assert all(map(np.array_equal, held, before))
    network.backward(np.full((BATCH, 2), 2.0))
    assert all(np.array_equal(now, 2 * then) for now, then in zip(held, before))


def test_backward_changes_no_parameter_and_nothing_that_was_passed_in():
    network, inputs = build([(3, 2), Tanh, (2, 2), ReLU, Sigmoid], np.random.default_rng(0))
    grad_outputs = np.ones((BATCH, 2))
    passed = [inputs, grad_outputs, *(parameter for parameter, _ in network.parameters())]
    before = [array.copy() for array in passed]
    network.forward(inputs)
    network.backward(grad_outputs)
    assert all(map(np.array_equal, passed, before))


def test_a_linear_layer_starts_with_all_numbers_between_the_bounds_of_pytorch():
    # 1 / sqrt(4) = 0.5; of 40,000 even numbers the outermost lies within 1e-3 of each bound
    # but in one case of e**40, and their mean is 0 up to 0.29 / 200 (five times that here).
    linear = Linear(4, 10_000, np.random.default_rng(0))
    for array in (linear.weight, linear.bias):
        assert -0.5 <= array.min() < -0.499 and 0.499 < array.max() <= 0.5
        assert abs(array.mean()) < 0.015
    assert np.isnan(linear.grad_weight).all() and linear.grad_weight.shape == linear.weight.shape
    assert np.isnan(linear.grad_bias).all() and linear.grad_bias.shape == linear.bias.shape


def test_the_same_seed_gives_the_same_network_and_another_seed_another():
    first, same, other = (build([(3, 2)], np.random.default_rng(seed))[0] for seed in (0, 0, 1))
    assert np.array_equal(first.layers[0].weight, same.layers[0].weight)
    assert not np.array_equal(first.layers[0].weight, other.layers[0].weight)


def test_one_example_gives_what_it_gives_in_a_batch():
    network, inputs = build(NETWORKS["square ones inside"], np.random.default_rng(0))
    outputs = network.forward(inputs)
    for row in range(BATCH):
        assert_close(network.forward(inputs[row : row + 1]), outputs[row : row + 1])


def test_a_network_may_stand_in_a_network_and_change_the_width():
    rng = np.random.default_rng(0)
    parts = [Linear(2, 3, rng), Linear(3, 5, rng), Tanh(), Linear(5, 1, rng)]
    inputs = rng.normal(size=(BATCH, 2))
    flat = Network(parts).forward(inputs)
    nested = Network([parts[0], Network(parts[1:3]), parts[3]])
    assert np.array_equal(nested.forward(inputs), flat)
    assert len(nested.parameters()) == 6


def test_a_layer_of_ones_own_may_change_the_width():
    class Twice(Layer):
        def forward(self, inputs):
            self.outputs = np.hstack([inputs, inputs])
            return self.outputs

    rng = np.random.default_rng(0)
    network = Network([Linear(2, 3, rng), Twice(), Linear(6, 1, rng)])
    assert network.forward(np.ones((4, 2))).shape == (4, 1)


# XOR

XOR_INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])


def solves_xor(layers, rng):
    """Return whether a network of these layers learns XOR in 2,000 steps."""
    network, loss = Network(layers), BCEWithLogitsLoss()
    optimizer = SGD(network.parameters(), lr=0.5)
    for _ in range(2000):
        loss.forward(network.forward(XOR_INPUTS), XOR_TARGETS)
        network.backward(loss.backward())
        optimizer.step()
    return np.array_equal(network.forward(XOR_INPUTS) > 0, XOR_TARGETS == 1)


def test_a_hidden_layer_of_eight_tanh_learns_xor_from_ten_seeds_of_ten():
    rngs = [np.random.default_rng(seed) for seed in range(10)]
    assert all(solves_xor([Linear(2, 8, rng), Tanh(), Linear(8, 1, rng)], rng) for rng in rngs)


def test_without_a_hidden_layer_no_seed_of_ten_learns_xor():
    rngs = [np.random.default_rng(seed) for seed in range(10)]
    assert not any(solves_xor([Linear(2, 1, rng)], rng) for rng in rngs)


# Bad input. Each row of the tables below must be refused in words, and leave all as it was.


def snapshot(thing, path=""):
    """Return {path: value} of all that can be reached from ``thing``.

    An array stands there itself, to notice another in its place, and as its bytes.
    """
    if isinstance(thing, np.ndarray):
        return {path: (thing, thing.dtype, thing.shape, thing.tobytes())}
    if isinstance(thing, np.random.Generator):
        return {path: str(thing.bit_generator.state)}
    if isinstance(thing, (list, tuple)):
        parts = dict(enumerate(thing))
    elif isinstance(thing, dict):
        parts = thing
    elif hasattr(thing, "__dict__"):
        parts = vars(thing)
    else:
        return {path: thing}
    found = {path: type(thing)}
    for name, part in parts.items():
        if not (isinstance(thing, Optimizer) and name == "gradient"):  # the vector is filled in each step
            found |= snapshot(part, f"{path}/{name}")
    return found


def changes(before, after):
    """Return the paths at which two snapshots differ."""

    def same(first, second):
        if isinstance(first, tuple) and isinstance(second, tuple):
            return first[0] is second[0] and first[1:] == second[1:]
        return type(first) is type(second) and first == second

    missing = object()
    return [path for path in before | after if not same(before.get(path, missing), after.get(path, missing))]


class World:
    """One of everything, in the middle of training. A test breaks one thing of it."""

    def __init__(self):
        self.rng = np.random.default_rng(0)
        self.inputs = self.rng.normal(size=(4, 3))
        self.targets = self.rng.uniform(size=(4, 2))
        self.labels = np.array([1, 0, 1, 1])
        self.linear, self.relu = Linear(3, 2, self.rng), ReLU()
        self.sigmoid, self.tanh = Sigmoid(), Tanh()
        layers = [Linear(3, 5, self.rng), Tanh(), Linear(5, 2, self.rng)]
        self.network = Network(layers)
        self.mse, self.bce, self.cross = MSELoss(), BCEWithLogitsLoss(), CrossEntropyLoss()
        for layer in (self.linear, self.relu, self.sigmoid, self.tanh, self.network):
            outputs = layer.forward(self.inputs)
            layer.backward(self.rng.normal(size=outputs.shape))
        for loss in (self.mse, self.bce):
            loss.forward(self.network.outputs, self.targets)
        self.cross.forward(self.network.outputs, self.labels)
        self.sgd = SGD(self.network.parameters(), lr=0.1, momentum=0.5)
        self.adam = Adam(self.network.parameters(), lr=0.1)
        self.sgd.step()
        self.adam.step()


def refuse(world, action, error, wanted, got=""):
    """Run ``action(world)``: it must raise this error in these words and change nothing."""
    before = snapshot(world)
    with pytest.raises(error) as caught:
        action(world)
    assert type(caught.value) is error  # and no subclass that NumPy happens to raise
    words = str(caught.value)
    assert words.startswith(wanted) and words.endswith(got), words
    assert changes(before, snapshot(world)) == []


# Where arrays of floats go in: the class that must complain, the name and the shape that it
# wants, the call, and an array that it takes.
SHAPES = {  # of what goes forward, and of what comes back
    "Linear": ("(batch, 3)", "(4, 2)"),
    "Sigmoid": ("(batch, features)", "(4, 3)"),
    "Tanh": ("(batch, features)", "(4, 3)"),
    "ReLU": ("(batch, features)", "(4, 3)"),
    "Network": ("(batch, ...)", "(4, 2)"),
}
PLACES = {
    f"{kind}.{method}": (
        f"{kind} expects {name} of shape {shape}",
        lambda w, array, kind=kind, method=method: getattr(getattr(w, kind.lower()), method)(array),
        lambda w, shape=shape: w.targets if shape == "(4, 2)" else w.inputs,
    )
    for kind, shapes in SHAPES.items()
    for method, name, shape in zip(("forward", "backward"), ("inputs", "grad_outputs"), shapes)
}
for loss in ("MSELoss", "BCEWithLogitsLoss", "CrossEntropyLoss"):
    at = loss[:3].lower() if loss != "CrossEntropyLoss" else "cross"
    PLACES[f"{loss} outputs"] = (
        f"{loss} expects outputs of shape (batch, {'classes' if at == 'cross' else 'features'})",
        lambda w, array, at=at: getattr(w, at).forward(array, w.labels if at == "cross" else w.targets),
        lambda w: w.network.outputs,
    )
    if at != "cross":
        PLACES[f"{loss} targets"] = (
            f"{loss} expects targets of shape (4, 2)",
            lambda w, array, at=at: getattr(w, at).forward(w.network.outputs, array),
            lambda w: w.targets,
        )


def with_entry(array, entry):
    """Return a copy of the array whose last entry is another."""
    array = array.copy()
    array[-1, -1] = entry
    return array


# What no place takes, made from an array that it takes, and the end of what it must say.
BAD_ARRAYS = {
    "a list": (lambda good: good.tolist(), " as a NumPy array, got list"),
    "None": (lambda good: None, " as a NumPy array, got NoneType"),
    "a tensor": (torch.tensor, " as a NumPy array, got Tensor"),
    "a matrix, whose * is another": (lambda good: good.view(np.matrix), ", got matrix"),
    "integers": (lambda good: good.astype(np.int64), ", got int64"),
    "booleans": (lambda good: good > 0, ", got bool"),
    "a NaN": (lambda good: with_entry(good, np.nan), ", every entry finite, got NaN or infinity"),
    "infinity": (lambda good: with_entry(good, np.inf), "finite, got NaN or infinity"),
    "no dimension": (lambda good: np.array(1.0), ", got ()"),
    "one dimension": (lambda good: good[:, 0], ", got (4,)"),
    "a single row": (lambda good: good[0], None),
    "three dimensions": (lambda good: good[np.newaxis], None),
    "an empty batch": (lambda good: good[:0], None),
    "no features": (lambda good: good[:, :0], ", got (4, 0)"),
}
# What is refused where the shape is known.
BAD_SHAPES = {
    "one feature fewer": lambda good: good[:, 1:],
    "one feature more": lambda good: np.hstack([good, good[:, :1]]),
    "one feature, which would broadcast": lambda good: good[:, :1],
}
# What is refused where the batch is known too.
BAD_BATCHES = {
    "one row, which would broadcast": lambda good: good[:1],
    "one row fewer": lambda good: good[1:],
    "another batch": lambda good: np.vstack([good, good]),
    "rows and columns swapped": lambda good: good.T,
}


def bad_arrays_for(wanted):
    """Return the rows of the tables above that a place with these words must refuse."""
    free_width = "features" in wanted or "classes" in wanted or "..." in wanted
    free_batch = "batch" in wanted
    shapes = ({} if free_width else BAD_SHAPES) | ({} if free_batch else BAD_BATCHES)
    fine = [name for name in BAD_ARRAYS if name.startswith("three")] if "..." in wanted else []
    bad = {name: row for name, row in BAD_ARRAYS.items() if name not in fine}
    return bad | {name: (spoil, None) for name, spoil in shapes.items()}


@pytest.mark.parametrize(
    "place, spoil, got",
    [
        pytest.param(place, spoil, got, id=f"{place}, {name}")
        for place, (wanted, _, _) in PLACES.items()
        for name, (spoil, got) in bad_arrays_for(wanted).items()
    ],
)
def test_an_array_that_does_not_fit_is_refused(place, spoil, got):
    wanted, call, take_good = PLACES[place]
    world = World()
    bad = spoil(take_good(world))
    refuse(world, lambda w: call(w, bad), ValueError, wanted, got or f", got {bad.shape}")


@pytest.mark.parametrize("place", PLACES)
def test_the_array_that_was_spoilt_would_have_been_taken(place):
    _, call, take_good = PLACES[place]
    world = World()
    call(world, take_good(world))


LABELS = "CrossEntropyLoss expects targets "
BAD_LABELS = {
    "a list": ([1, 0, 1, 1], "of shape (4,) as a NumPy array, got list"),
    "floats": (np.array([1.0, 0, 1, 1]), "of shape (4,) as integers, got float64"),
    "booleans": (np.array([1, 0, 1, 1]) > 0, "of shape (4,) as integers, got bool"),
    "one row per class": (np.array([[0, 1]] * 4), "of shape (4,), got (4, 2)"),
    "one label": (np.array(1), "of shape (4,), got ()"),
    "one label, which would broadcast": (np.array([1]), "of shape (4,), got (1,)"),
    "none": (np.array([], int), "of shape (4,), got (0,)"),
    "one too many": (np.array([1, 0, 1, 1, 0]), "of shape (4,), got (5,)"),
    "one too large": (np.array([1, 0, 1, 2]), "from 0 to 1, got 0 to 2"),
    "one below 0, which would count from the end": (np.array([1, -1, 1, 1]), ", got -1 to 1"),
}


@pytest.mark.parametrize("labels, got", BAD_LABELS.values(), ids=BAD_LABELS)
def test_labels_that_do_not_fit_are_refused(labels, got):
    world = World()
    refuse(world, lambda w: w.cross.forward(w.network.outputs, labels), ValueError, LABELS, got)


@pytest.mark.parametrize("entry, got", [(1.5, "1.5"), (-0.5, "-0.5 to"), (np.nextafter(1, 2), "1.0000000000000002")])
def test_targets_of_binary_cross_entropy_outside_0_to_1_are_refused(entry, got):
    world = World()
    bad = with_entry(world.targets, entry)
    wanted = "BCEWithLogitsLoss expects targets of shape (4, 2) from 0 to 1, got "
    with pytest.raises(ValueError, match=re.escape(got)):
        world.bce.forward(world.network.outputs, bad)
    refuse(world, lambda w: w.bce.forward(w.network.outputs, bad), ValueError, wanted)


def test_targets_of_a_column_against_a_row_of_outputs_are_refused():
    """(N,) against (N, 1) would give an N by N table of differences without a word."""
    loss = MSELoss()
    with pytest.raises(ValueError, match=r"^MSELoss expects targets of .* \(4, 1\), got \(4,\)$"):
        loss.forward(np.zeros((4, 1)), np.zeros(4))
    with pytest.raises(ValueError, match=r"^MSELoss expects outputs of shape .*, got \(4,\)$"):
        loss.forward(np.zeros(4), np.zeros((4, 1)))


NO_NUMBERS = [None, "0.5", [0.5], 0.5j, True, False, np.True_, np.nan, np.inf, -np.inf]
NO_POSITIVES = [*NO_NUMBERS, 0, 0.0, -0.1, np.array(0.1), np.array([0.1, 0.1])]
NO_SHARES = [*NO_NUMBERS, 1, 1.0, 1.5, -0.1]
NO_SIZES = [*NO_NUMBERS, 0, -1, 2.0, np.float64(2), (2,)]
# Arguments: a call that takes one, what it must say, and values that it must refuse.
ARGUMENTS = {
    "in_features": (
        lambda w, value: Linear(value, 2, w.rng),
        "Linear expects in_features to be an integer from 1 to 2**31, got ",
        NO_SIZES,
    ),
    "out_features": (
        lambda w, value: Linear(2, value, w.rng),
        "Linear expects out_features to be an integer from 1 to 2**31, got ",
        NO_SIZES,
    ),
    "rng": (
        lambda w, value: Linear(2, 2, value),
        "Linear expects rng to be a numpy.random.Generator, got ",
        [None, 0, "0", np.random, np.random.RandomState, np.random.default_rng],
    ),
    "lr of SGD": (
        lambda w, value: SGD(w.network.parameters(), lr=value),
        "SGD expects lr to be a number above 0, got ",
        NO_POSITIVES,
    ),
    "momentum": (
        lambda w, value: SGD(w.network.parameters(), lr=0.1, momentum=value),
        "SGD expects momentum to be a number from 0 to below 1, got ",
        NO_SHARES,
    ),
    "lr of Adam": (
        lambda w, value: Adam(w.network.parameters(), lr=value),
        "Adam expects lr to be a number above 0, got ",
        NO_POSITIVES,
    ),
    "eps": (
        lambda w, value: Adam(w.network.parameters(), eps=value),
        "Adam expects eps to be a number above 0, got ",
        NO_POSITIVES,
    ),
    "betas": (
        lambda w, value: Adam(w.network.parameters(), betas=value),
        "Adam expects betas to be a pair of numbers from 0 to below 1, got ",
        [
            *[None, 0.9, (), (0.9,), (0.9, 0.9, 0.9), "ab", {0.5: 1, 0.6: 1}],
            *[pair for value in NO_SHARES for pair in [(value, 0.5), (0.5, value)]],
        ],
    ),
    "layers": (
        lambda w, value: Network(value),
        "Network expects a list of at least one layer, got ",
        [None, [], (), {}, "", 3, Tanh, np.tanh, Tanh()],
    ),
    "one of the layers": (
        lambda w, value: Network([w.tanh, value]),
        "Network expects layers, got ",
        [None, "Tanh", Tanh, np.tanh, MSELoss(), [Tanh()], np.ones((1, 2))],
    ),
    "parameters of SGD": (
        lambda w, value: SGD(value, lr=0.1),
        "SGD expects the parameters() of a network, got ",
        [
            None,
            [],
            [[np.ones(2), np.ones(2)]],
            [(np.ones(2),)],
            [(np.ones((2, 2)), np.ones(2))],
            [([1.0], [1.0])],
            [(np.ones(2, int), np.ones(2))],
            [(np.ones(2, np.float16), np.ones(2, np.float16))],
            [(np.ones(2, np.float32), np.ones(2))],
            [(np.ones(2), np.ones(2)), (np.ones(2, np.float32), np.ones(2))],
        ],
    ),
    "parameters of Adam": (
        lambda w, value: Adam(value),
        "Adam expects the parameters() of a network, got ",
        [None, [], [np.ones((2, 2))]],
    ),
}


@pytest.mark.parametrize(
    "name, value",
    [
        pytest.param(name, value, id=f"{name} {type(value).__name__} {index}")
        for name, (_, _, values) in ARGUMENTS.items()
        for index, value in enumerate(values)
    ],
)
def test_an_argument_that_does_not_fit_is_refused(name, value):
    action, wanted, _ = ARGUMENTS[name]
    # A long list of arrays is cut.
    refuse(World(), lambda w: action(w, value), ValueError, wanted + repr(value)[:60])


def test_what_is_no_layer_is_named_with_its_place():
    words = "Network expects layers, got 'Tanh' at index 1"
    refuse(World(), lambda w: Network([w.tanh, "Tanh"]), ValueError, words, words)


def test_the_same_layer_twice_is_refused():
    words = "Network expects each layer once, got layer 2 again"
    refuse(World(), lambda w: Network([w.tanh, w.relu, w.tanh]), ValueError, words, words)


@pytest.mark.parametrize("between", [[], [Tanh], [Tanh, ReLU, Sigmoid]])
def test_neighbours_that_do_not_fit_are_refused(between):
    rng = np.random.default_rng(0)
    layers = [Linear(3, 2, rng), *(kind() for kind in between), Linear(3, 1, rng)]
    words = (
        f"Network expects layer {len(layers) - 1} to take the 2 features that come before it, "
        "got a Linear with in_features=3"
    )
    refuse(World(), lambda w: Network(layers), ValueError, words, words)


def test_the_same_layer_in_a_network_inside_is_refused():
    words = "Network expects each layer once, got layer 1 again"
    inside = Network([Network([World().relu])])
    layers = [inside.layers[0].layers[0], inside]
    refuse(World(), lambda w: Network(layers), ValueError, words, words)


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_the_same_parameter_twice_is_refused(kind):
    words = f"{kind.__name__} expects each parameter once, got one of them again"
    pairs = 2 * World().linear.parameters()
    refuse(World(), lambda w: kind(pairs, 1), ValueError, words, words)


def test_the_largest_layer_has_two_to_the_31_inputs():
    class Drawn(np.random.Generator):
        def uniform(self, *arguments):
            raise MemoryError

    refuse(World(), lambda w: Linear(2**31 + 1, 1, w.rng), ValueError, "Linear expects in_features")
    with pytest.raises(MemoryError):
        Linear(2**31, 1, Drawn(np.random.PCG64(0)))


@pytest.mark.parametrize("dtype", [None, "float16", np.longdouble, int, ">f8", 64, np.ones(2), ["f8"]])
def test_a_type_that_is_no_float_of_32_or_64_bits_is_refused(dtype):
    words = "Linear expects dtype to be float64 or float32, got " + repr(dtype)
    refuse(World(), lambda w: Linear(2, 1, w.rng, dtype), ValueError, words, words)


def test_a_later_layer_may_not_leave_out_the_gradient_of_its_inputs():
    world = World()
    world.network.layers[2].needs_grad_inputs = False
    words = r"^Tanh expects grad_outputs of shape \(4, 5\) as a NumPy array, got NoneType$"
    with pytest.raises(ValueError, match=words):
        world.network.backward(world.targets)
    takes_no_step(world.network)


def test_a_first_layer_may_leave_out_the_gradient_of_its_inputs():
    network, inputs = build(NETWORKS["Tanh between"], np.random.default_rng(0))
    network.forward(inputs)
    network.backward(np.ones((BATCH, 2)))
    gradients = [gradient.copy() for _, gradient in network.parameters()]
    network.layers[0].needs_grad_inputs = False
    assert network.backward(np.ones((BATCH, 2))) is None
    assert all(map(np.array_equal, gradients, [gradient for _, gradient in network.parameters()]))


# Calls in the wrong order: what is called, and the whole of what it must say.
ORDER = {
    **{
        f"{kind.__name__}.backward before forward": (
            lambda w, layer=layer: layer.backward(np.ones((4, 2))),
            f"{kind.__name__}.backward needs a forward pass first",
        )
        for kind, layer in [
            (Linear, Linear(3, 2, np.random.default_rng(0))),
            (Sigmoid, Sigmoid()),
            (Tanh, Tanh()),
            (ReLU, ReLU()),
            (Network, Network([Tanh()])),
        ]
    },
    **{
        f"{kind.__name__}.backward before forward": (
            lambda w, kind=kind: kind().backward(),
            f"{kind.__name__}.backward needs a forward pass first",
        )
        for kind in LOSSES
    },
    **{
        f"{kind.__name__}.step before backward": (
            lambda w, kind=kind: kind(Linear(3, 2, w.rng.spawn(1)[0]).parameters(), 1).step(),
            f"{kind.__name__}.step needs finite gradients, got NaN or infinity in parameter 0: "
            "was there a backward pass?",
        )
        for kind in (SGD, Adam)
    },
}


@pytest.mark.parametrize("action, words", ORDER.values(), ids=ORDER)
def test_a_call_out_of_order_is_refused(action, words):
    refuse(World(), action, RuntimeError, words, words)


@pytest.mark.parametrize("name", ["sgd", "adam"])
@pytest.mark.parametrize("entry", [np.nan, np.inf, -np.inf])
def test_a_step_with_a_gradient_that_is_not_finite_is_refused(name, entry):
    world = World()
    world.network.layers[2].grad_bias[1] = entry  # the last: the others must not have moved
    words = ".step needs finite gradients, got NaN or infinity in parameter 3: was there a "
    optimizer = getattr(world, name)
    refuse(world, lambda w: optimizer.step(), RuntimeError, type(optimizer).__name__ + words)


def test_a_loss_that_refused_its_first_batch_has_no_gradient():
    loss = MSELoss()
    with pytest.raises(ValueError, match="targets"):
        loss.forward(np.ones((4, 1)), np.ones(4))
    with pytest.raises(RuntimeError, match="needs a forward pass first"):
        loss.backward()


# A forward pass that fails halfway: the layers before have already kept the new batch, so the
# network forgets the pass before. Going back through a mixture of two would be silently wrong.


def overflowing_network():
    """Return a network that takes small inputs, and overflows in its second layer at 1."""
    rng = np.random.default_rng(0)
    network = Network([Linear(1, 1, rng), Linear(1, 1, rng), Tanh()])
    network.layers[0].weight[:] = network.layers[1].weight[:] = 1e200
    network.layers[0].bias[:] = network.layers[1].bias[:] = 0
    network.forward(np.array([[1e-300]]))
    network.backward(np.array([[1e-200]]))
    return network


def forward_with_overflow(network):
    with pytest.raises(RuntimeError) as caught:
        network.forward(np.array([[1.0]]))
    words = "Linear.forward overflows: a result of shape (1, 1) would hold NaN or infinity"
    assert str(caught.value) == words


def test_a_pass_that_fails_halfway_changes_no_parameter_and_no_gradient():
    network = overflowing_network()
    before = snapshot(network.parameters())
    forward_with_overflow(network)
    assert changes(before, snapshot(network.parameters())) == []


def test_there_is_no_way_back_through_a_pass_that_failed_halfway():
    network = overflowing_network()
    forward_with_overflow(network)
    before = snapshot(network)
    with pytest.raises(RuntimeError, match="^Network.backward needs a forward pass first$"):
        network.backward(np.array([[1.0]]))
    assert changes(before, snapshot(network)) == []


def test_after_a_pass_that_failed_halfway_the_next_one_counts():
    network, fresh = overflowing_network(), overflowing_network()
    forward_with_overflow(network)
    inputs, grad_outputs = np.array([[2e-300]]), np.array([[1e-200]])
    assert np.array_equal(network.forward(inputs), fresh.forward(inputs))
    assert np.array_equal(network.backward(grad_outputs), fresh.backward(grad_outputs))


# What overflows is an error that says where, whatever NumPy is told to do about it, and changes
# nothing. Each row: a call that overflows, and the class and method that must say so.

LARGE = np.finfo(float).max


OVERFLOWS = {
    "Linear.forward": lambda w: w.linear.forward(np.full((4, 3), LARGE)),
    "Linear.backward": lambda w: w.linear.backward(np.full((4, 2), LARGE)),
    "MSELoss.forward": lambda w: w.mse.forward(np.full((4, 2), LARGE), w.targets),
    "BCEWithLogitsLoss.forward": lambda w: w.bce.forward(np.full((4, 2), LARGE), 0 * w.targets),
    "CrossEntropyLoss.forward": lambda w: w.cross.forward(LARGE * ODD_ROWS, w.labels),
    "SGD.step": lambda w: w.sgd.step(),
    "Adam.step": lambda w: w.adam.step(),
}
ODD_ROWS = np.array([[1.0, -1.0]] * 4)


@pytest.mark.parametrize("over", ["ignore", "warn", "raise"])
@pytest.mark.parametrize("where", OVERFLOWS)
def test_an_overflow_is_an_error_that_says_where_and_changes_no_parameter(where, over):
    world = World()
    world.linear.weight[:] = 1
    if where.endswith("step"):  # the last parameter: the others must not have moved
        world.network.layers[2].grad_bias[:] = LARGE
        world.network.layers[2].bias[:] = -LARGE
    pairs = world.network.parameters() + world.linear.parameters()
    before = [parameter.copy() for parameter, _ in pairs]
    with np.errstate(over=over, invalid=over), pytest.raises(RuntimeError) as caught:
        OVERFLOWS[where](world)
    words = str(caught.value)
    assert words.startswith(f"{where} overflows: a result of shape (")
    assert words.endswith(") would hold NaN or infinity")
    assert all(np.array_equal(old, now) for old, (now, _) in zip(before, pairs, strict=True))


@pytest.mark.parametrize("name", ["mse", "bce", "cross"])
def test_a_loss_that_has_overflowed_has_no_gradient(name):
    world, loss = World(), {"mse": "MSELoss", "bce": "BCEWithLogitsLoss", "cross": "CrossEntropyLoss"}[name]
    with pytest.raises(RuntimeError, match="overflows"):
        OVERFLOWS[f"{loss}.forward"](world)
    with pytest.raises(RuntimeError, match=f"^{loss}.backward needs a forward pass first$"):
        getattr(world, name).backward()


def test_a_layer_that_has_overflowed_has_no_way_back():
    world = World()
    world.linear.weight[:] = 1
    with pytest.raises(RuntimeError, match="overflows"):
        OVERFLOWS["Linear.forward"](world)
    with pytest.raises(RuntimeError, match="^Linear.backward needs a forward pass first$"):
        world.linear.backward(np.ones((4, 2)))


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_an_optimiser_whose_step_has_overflowed_takes_no_other(name):
    """What it keeps may hold that gradient already."""
    world = World()
    optimizer = getattr(world, name)
    world.network.layers[2].grad_bias[:], world.network.layers[2].bias[:] = LARGE, -LARGE
    with pytest.raises(RuntimeError, match="step overflows"):
        optimizer.step()
    world.network.layers[2].grad_bias[:], world.network.layers[2].bias[:] = 0, 0
    with pytest.raises(RuntimeError, match="step needs a new optimiser: a step of this one has failed$"):
        optimizer.step()


def takes_no_step(network):
    """Whether what an optimiser is given holds NaN or infinity, and it says so."""
    with pytest.raises(RuntimeError, match="^SGD.step needs finite gradients, got NaN or infinity"):
        SGD(network.parameters(), 0.1).step()


def test_after_a_way_back_that_overflows_no_step_is_taken():
    world = World()
    world.network.layers[2].weight[:] = 1e200
    with pytest.raises(RuntimeError, match="^Linear.backward overflows"):
        world.network.backward(np.full((4, 2), LARGE))
    takes_no_step(world.network)


def test_with_a_gradient_of_a_parameter_that_overflows_no_step_is_taken():
    world = World()
    world.linear.weight[:] = 0
    world.linear.backward(np.full((4, 2), LARGE))  # dL/d(inputs) is 0, and the sum for the bias infinite
    takes_no_step(world.linear)


def test_after_a_way_back_that_fails_halfway_no_step_is_taken():
    class Stops(Tanh):
        def backward(self, grad_outputs):
            raise KeyboardInterrupt

    rng = np.random.default_rng(0)
    network = Network([Linear(3, 2, rng), Tanh(), Linear(2, 2, rng)])
    network.forward(np.ones((4, 3)))
    network.backward(np.ones((4, 2)))
    network.layers[1] = Stops()
    network.forward(np.ones((4, 3)))
    with pytest.raises(KeyboardInterrupt):
        network.backward(np.ones((4, 2)))
    takes_no_step(network)


def test_a_step_that_ends_in_float32_beyond_its_largest_number_is_refused():
    linear = Linear(1, 1, np.random.default_rng(0), dtype=np.float32)
    linear.grad_weight[:], linear.grad_bias[:] = 1e30, 0
    with pytest.raises(RuntimeError, match="^SGD.step overflows"):
        SGD(linear.parameters(), lr=1e30).step()


def test_a_step_that_overflows_by_its_rate_alone_is_refused():
    linear = Linear(1, 1, np.random.default_rng(0), dtype=np.float32)
    linear.grad_weight[:], linear.grad_bias[:] = 1e10, 0  # whose square is finite
    with pytest.raises(RuntimeError, match="^SGD.step overflows"):
        SGD(linear.parameters(), lr=1e30).step()
    assert np.isfinite(linear.weight).all()


def test_a_finite_change_that_overflows_a_parameter_is_refused():
    linear = Linear(1, 1, np.random.default_rng(0))
    linear.weight[:], linear.grad_weight[:], linear.grad_bias[:] = -1e308, 1e150, 0
    with pytest.raises(RuntimeError, match="^SGD.step overflows"):
        SGD(linear.parameters(), lr=1.5e158).step()
    assert linear.weight.item() == -1e308


@pytest.mark.parametrize("make", [lambda p: SGD(p, lr=1, momentum=0.9), lambda p: Adam(p)], ids=["sgd", "adam"])
def test_a_step_is_the_same_where_numpy_was_told_to_raise(make):
    """What a step keeps, it changes in place, or counts: it may not begin anew halfway."""
    ends = []
    for told in ("ignore", "raise"):
        linear = Linear(2, 1, np.random.default_rng(0))
        optimizer = make(linear.parameters())
        with np.errstate(all=told):
            for _ in range(3):
                linear.grad_weight[:], linear.grad_bias[:] = [[1.0, 5e-324]], 0  # times 0.9, it underflows
                optimizer.step()
        ends.append(linear.weight)
    assert np.array_equal(*ends)


def test_a_sum_of_squares_that_overflows_is_no_overflow():
    linear = Linear(1, 1, np.random.default_rng(0))
    linear.weight[:], linear.grad_weight[:], linear.grad_bias[:] = 0, 1e200, 0
    SGD(linear.parameters(), lr=1).step()
    assert linear.weight.item() == -1e200
    assert linear.forward(np.array([[1.0]])).item() == pytest.approx(-1e200)


# What must not go wrong silently


def test_a_class_of_layers_takes_no_options_that_there_are_not():
    with pytest.raises(TypeError, match="takes no keyword arguments"):
        type("Own", (Layer,), {}, width=3)


def test_a_bias_assigned_as_a_column_is_refused():
    linear = Linear(3, 4, np.random.default_rng(0))
    before = linear.bias.copy()
    with pytest.raises(ValueError, match=r"^Linear expects bias of shape \(4,\), got \(4, 1\)$"):
        linear.bias = np.ones((4, 1))
    assert np.array_equal(linear.bias, before)


def test_a_weight_assigned_after_the_optimiser_was_made_is_trained():
    linear = Linear(3, 2, np.random.default_rng(0))
    sgd, given = SGD(linear.parameters(), lr=1), np.ones((2, 3))
    linear.weight = given
    linear.forward(np.ones((4, 3)))
    linear.backward(np.ones((4, 2)))
    sgd.step()
    assert (linear.weight == 1 - 4).all()
    assert (given == 1).all()


def test_a_gradient_that_is_assigned_is_what_the_optimiser_takes():
    linear = Linear(3, 2, np.random.default_rng(0))
    sgd, before = SGD(linear.parameters(), lr=1), linear.weight.copy()
    linear.grad_weight, linear.grad_bias = np.full((2, 3), 2.0), np.zeros(2)
    sgd.step()
    assert np.array_equal(linear.weight, before - 2)
    with pytest.raises(ValueError, match=r"^Linear expects grad_bias of shape \(2,\), got \(2, 1\)$"):
        linear.grad_bias = np.zeros((2, 1))


def test_what_is_no_gradient_of_a_parameter_may_be_called_so():
    linear = Linear(3, 2, np.random.default_rng(0))
    for value in (1.0, "large", None):
        linear.grad_norm = linear.norm_weight = value
        assert linear.grad_norm is linear.norm_weight is value


@pytest.mark.parametrize("call", [lambda: Tanh(3), lambda: ReLU(size=3), lambda: Sigmoid(1, size=2)])
def test_a_layer_without_arguments_takes_none(call):
    with pytest.raises(TypeError, match=r"^(Tanh|ReLU|Sigmoid)\(\) takes no arguments$"):
        call()


@pytest.mark.parametrize("values, got", [(np.ones((2, 3), int), "int64"), (np.ones((2, 3), "f4"), "float32")])
def test_weights_of_another_type_are_blamed_where_they_are_assigned(values, got):
    linear = Linear(3, 2, np.random.default_rng(0))
    words = f"Linear expects weight of shape (2, 3) as float64, got {got}"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        linear.weight = values


def test_weights_that_are_not_finite_are_blamed_and_not_the_inputs():
    linear = Linear(3, 2, np.random.default_rng(0))
    linear.weight[0, 0] = np.nan
    with pytest.raises(RuntimeError, match="^Linear.forward needs finite parameters, got NaN or infinity$"):
        linear.forward(np.ones((4, 3)))


def between():
    """Return a network, its loss after batch A, and another batch of the same size."""
    rng = np.random.default_rng(0)
    network, loss = Network([Linear(3, 4, rng), Tanh(), Linear(4, 2, rng)]), MSELoss()
    loss.forward(network.forward(rng.normal(size=(5, 3))), rng.normal(size=(5, 2)))
    return network, loss, rng.normal(size=(5, 3))


@pytest.mark.parametrize("scale", [1, 2])
def test_a_second_forward_pass_before_the_loss_goes_back_is_refused(scale):
    network, loss, other = between()
    network.forward(other)
    words = "^MSELoss.backward needs the last forward pass: its network ran forward since$"
    with pytest.raises(RuntimeError, match=words):
        network.backward(scale * loss.backward())


@pytest.mark.parametrize("scale", [None, 2])
def test_a_second_forward_pass_before_the_network_goes_back_is_refused(scale):
    network, loss, other = between()
    gradient = loss.backward()
    network.forward(other)
    with pytest.raises(RuntimeError, match="^Network.backward needs a gradient of its last forward pass$"):
        network.backward(scale * gradient if scale else gradient)
    assert all(np.isnan(gradient).all() for _, gradient in network.parameters())


def test_a_gradient_that_was_used_is_not_used_for_the_next_batch():
    network, loss, other = between()
    gradient = loss.backward()
    network.backward(gradient)
    network.backward(gradient)
    network.forward(other)
    with pytest.raises(RuntimeError, match="^Network.backward needs a gradient of its last forward pass$"):
        network.backward(gradient)
    network.backward(np.ones((5, 2)))  # of one's own making, for this batch


def test_two_networks_and_two_losses_do_not_disturb_one_another():
    (first, its_loss, _), (second, other_loss, _) = between(), between()
    gradients = its_loss.backward(), other_loss.backward()
    first.backward(gradients[0])
    second.backward(gradients[1])
    for (_, one), (_, other) in zip(first.parameters(), second.parameters(), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("loss_class", LOSSES)
def test_harmless_underflow_is_no_error_whatever_numpy_is_told(loss_class):
    outputs = np.array([[800.0, -800.0], [-800.0, 800.0], [1e-200, 800.0]])
    targets = np.array([0, 1, 1]) if loss_class is CrossEntropyLoss else np.eye(2)[[0, 1, 1]]
    expected = loss_class()
    value = expected.forward(outputs, targets)
    with np.errstate(all="raise"):
        loss = loss_class()
        assert loss.forward(outputs, targets) == value
        assert np.array_equal(loss.backward(), expected.backward())


@pytest.mark.parametrize("kind", [Sigmoid, Tanh])
def test_an_activation_underflows_without_harm_whatever_numpy_is_told(kind):
    inputs = np.array([[-800.0, 1e-300, 800.0]])
    expected = kind()
    outputs, slopes = expected.forward(inputs), expected.backward(np.full((1, 3), 1e-300))
    with np.errstate(all="raise"):
        layer = kind()
        assert np.array_equal(layer.forward(inputs), outputs)
        assert np.array_equal(layer.backward(np.full((1, 3), 1e-300)), slopes)


# Layers of one's own are guarded too


class Scale(Layer):
    """Another number for each feature; its weight is told by nothing but its name."""

    def __init__(self, in_features):
        self.in_features = self.out_features = in_features
        self.weight, self.grad_weight = np.ones(in_features), np.full(in_features, np.nan)

    def forward(self, inputs: "(batch, in_features)") -> "(batch, out_features)":
        self.inputs = inputs
        return inputs * self.weight

    def backward(self, grad_outputs):
        self.grad_weight[:] = (grad_outputs * self.inputs).sum(axis=0)
        return grad_outputs * self.weight

    def parameters(self):
        return [(self.weight, self.grad_weight)]


def test_a_layer_of_ones_own_is_held_to_the_shapes_behind_its_names():
    with pytest.raises(ValueError, match=r"^Scale expects inputs of shape \(batch, 3\), got \(4, 1\)$"):
        Scale(3).forward(np.ones((4, 1)))  # which would broadcast
    with pytest.raises(ValueError, match="^Network expects layer 1 to take the 2 features"):
        Network([Linear(3, 2, np.random.default_rng(0)), Scale(3)])
    scale = Scale(3)
    scale.forward(np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"^Scale expects grad_outputs of shape \(4, 3\), got \(4, 1\)$"):
        scale.backward(np.ones((4, 1)))
    with pytest.raises(ValueError, match="^Scale expects weight of shape"):
        scale.weight = np.ones((3, 1))


def test_a_gradient_of_the_wrong_shape_is_refused_by_the_layer_before():
    class Sums(Tanh):
        def backward(self, grad_outputs):
            return grad_outputs.sum(axis=1, keepdims=True)  # which would broadcast

    network = Network([Linear(3, 2, np.random.default_rng(0)), Tanh(), Sums()])
    network.forward(np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"^Tanh expects grad_outputs of shape \(4, 2\), got \(4, 1\)$"):
        network.backward(np.ones((4, 2)))
    takes_no_step(network)


def test_a_layer_of_four_dimensions_may_stand_in_a_network():
    class Flatten(Layer):
        def forward(self, inputs: "(batch, channels, height, width)") -> "(batch, features)":
            self.shape = inputs.shape
            return inputs.reshape(len(inputs), -1)

        def backward(self, grad_outputs):
            return grad_outputs.reshape(self.shape)

    network = Network([Flatten(), Linear(12, 2, np.random.default_rng(0))])
    assert network.forward(np.ones((4, 3, 2, 2))).shape == (4, 2)
    assert network.backward(np.ones((4, 2))).shape == (4, 3, 2, 2)
    with pytest.raises(ValueError, match=r"^Flatten expects inputs of shape .*, got \(4, 12\)$"):
        network.forward(np.ones((4, 12)))


# The file as a text

PUBLIC = {
    name: thing
    for name, thing in vars(module).items()
    if getattr(thing, "__module__", None) == module.__name__ and not name.startswith("_")
}


def test_the_public_names_are_those_of_the_lessons():
    assert set(PUBLIC) == {
        "Layer", "Linear", "Sigmoid", "Tanh", "ReLU", "Network",
        "Loss", "MSELoss", "BCEWithLogitsLoss", "CrossEntropyLoss",
        "Optimizer", "SGD", "Adam",
    }  # fmt: skip
    assert all(issubclass(kind, (Layer, Loss, Optimizer)) for kind in PUBLIC.values())


def test_every_class_and_every_public_method_of_a_base_class_says_what_it_does():
    methods = [
        method
        for kind in (Layer, Loss, Optimizer)
        for name, method in vars(kind).items()
        if inspect.isfunction(method) and name[0] != "_"
    ]
    assert len(methods) > 4
    assert [thing for thing in (*PUBLIC.values(), *methods) if not inspect.getdoc(thing)] == []


def imports_of(path):
    """Return the names of the modules that a file of np_nn imports."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
        elif isinstance(node, ast.Name):
            assert node.id not in {"__import__", "exec", "eval"}
    return imported


@pytest.mark.parametrize(
    "name, needed",
    [
        ("network.py", {"numpy", "np_nn.guard"}),
        ("guard.py", {"numpy", "functools", "inspect", "re", "weakref"}),
        ("gradcheck.py", {"numpy"}),
    ],
)
def test_a_file_that_is_saved_alone_imports_what_the_page_says(name, needed):
    assert imports_of(Path(module.__file__).with_name(name)) == needed


def test_np_nn_needs_nothing_but_numpy():
    """The judges too; what Python brings along may be imported by what is no network."""
    files = sorted(Path(module.__file__).parent.rglob("*.py"))
    assert {"check.py", "zoo.py"} <= {path.name for path in files}
    names = {name.partition(".")[0] for path in files for name in imports_of(path)}
    assert names - set(sys.stdlib_module_names) == {"numpy", "np_nn"}
