"""The zoo of optimisers: what the lesson teaches catches every animal."""

import numpy as np
import pytest
import reports
import torch
import training as measured
import training_zoo

from np_nn.gradcheck import check_gradients
from np_nn.network import SGD, CrossEntropyLoss, Linear, Network, Tanh

RIGHT = {"Adam", "momentum"}
TWINS = {
    name: (lambda pairs: torch.optim.Adam(pairs, lr=0.003))
    if name.startswith("Adam")
    else (lambda pairs: torch.optim.SGD(pairs, lr=0.05, momentum=0.9))
    for name in training_zoo.OPTIMIZERS
}


def off_after_five_steps(name):
    """Return how far two arrays of one shape are from PyTorch's after five steps."""
    rng = np.random.default_rng(0)
    ours = [rng.normal(size=(3, 4)) for _ in range(2)]
    gradients = [np.zeros((3, 4)) for _ in range(2)]
    twins = [torch.tensor(array.copy(), requires_grad=True) for array in ours]
    optimizer = training_zoo.OPTIMIZERS[name](list(zip(ours, gradients)))
    other = TWINS[name](twins)
    for _ in range(5):
        for gradient, twin in zip(gradients, twins):
            gradient[:] = rng.normal(size=(3, 4)) * 10.0 ** rng.integers(-4, 1)
            twin.grad = torch.tensor(gradient)
        optimizer.step()
        other.step()
    return max(np.abs(array - twin.detach().numpy()).max() for array, twin in zip(ours, twins))


@pytest.mark.parametrize("name", training_zoo.OPTIMIZERS)
def test_five_steps_beside_pytorch_catch_what_is_wrong_and_nothing_else(name):
    off = off_after_five_steps(name)
    # The smallest of the wrong steps, Adam's with its step stuck, is off by 4e-3.
    assert off < 1e-12 if name in RIGHT else off > 1e-3


@pytest.mark.parametrize("name", training_zoo.OPTIMIZERS)
def test_a_gradient_check_catches_none_of_them(name):
    """It passes on the network that each of them has trained for a step."""
    rng = np.random.default_rng(9)
    network, loss = Network([Linear(7, 5, rng), Tanh(), Linear(5, 4, rng)]), CrossEntropyLoss()
    inputs, labels = rng.normal(size=(6, 7)), rng.integers(0, 4, size=6)
    optimizer = training_zoo.OPTIMIZERS[name](network.parameters())
    loss.forward(network.forward(inputs), labels)
    network.backward(loss.backward())
    optimizer.step()
    assert max(check_gradients(network, loss, inputs, labels)) < 1e-6  # differences leave about 1e-9


def test_with_ten_times_the_rate_averaged_momentum_is_right_again():
    """The page says so: 1 - 0.9 is a tenth."""
    rng, ends = np.random.default_rng(3), []
    gradients = rng.normal(size=(8, 5))
    for make in (
        lambda pairs: SGD(pairs, 0.05, momentum=0.9),
        lambda pairs: training_zoo.Averaged(pairs, 0.5, momentum=0.9),
    ):
        parameter, gradient = np.ones(5), np.zeros(5)
        optimizer = make([(parameter, gradient)])
        for gradient[:] in gradients:
            optimizer.step()
        ends.append(parameter)
    np.testing.assert_allclose(*ends, rtol=1e-13)


@pytest.mark.parametrize("name, share", training_zoo.DECAYS.items())
def test_without_a_gradient_decay_shrinks_and_its_wrong_sign_grows(name, share):
    network = measured.build(np.random.default_rng(0), 1, 8)
    optimizer = SGD(network.parameters(), 0.05)
    for _, gradient in network.parameters():
        gradient[:] = 0
    before = [np.abs(weight).sum() for weight in training_zoo.weights(network)]
    training_zoo.decay(network, optimizer, share)
    optimizer.step()
    after = [np.abs(weight).sum() for weight in training_zoo.weights(network)]
    change = np.array(after) / before
    np.testing.assert_allclose(change, 1 - 0.05 * share, rtol=1e-12)
    assert (change < 1).all() if name == "decay" else (change > 1).all()


def test_what_is_kept_by_reference_is_what_was_trained_last():
    """`best = parameters` puts back the end, and copies put back the best epoch."""
    lowest, kept, losses = np.inf, [], []
    rows = measured.FEW
    inputs = (measured.IMAGES - measured.IMAGES[rows].mean(axis=0)) / 16
    rng = np.random.default_rng(0)
    network = measured.build(rng, 1, 64)
    labels = measured.LABELS[rows].copy()
    redrawn = rng.uniform(size=len(labels)) < 0.2
    labels[redrawn] = rng.integers(0, 10, size=redrawn.sum())

    def validate():
        return measured.cost(network, inputs[measured.VALIDATE], measured.LABELS[measured.VALIDATE])

    def note(network):
        nonlocal lowest, kept
        losses.append(validate())
        if losses[-1] < lowest:
            lowest, kept = losses[-1], [(pair[0], pair[0].copy()) for pair in network.parameters()]

    optimizer = measured.Adam(network.parameters(), 0.01)
    measured.train(network, optimizer, inputs[rows], labels, rng, 25, note)
    found = []
    for which in (0, 1):
        for (parameter, _), pair in zip(network.parameters(), kept):
            parameter[:] = pair[which]
        found.append(validate())
    assert found == [losses[-1], lowest] and found[0] > 1.2 * found[1]


# What the page says of the twenty seeds


def test_wrong_adams_end_with_a_lower_loss_and_two_of_them_read_better():
    zoo = reports.read("training")["zoo"]
    means = {name: np.mean(found, axis=0) for name, found in zoo.items()}
    wrong = [name for name in means if name.startswith("Adam ")]
    assert len(wrong) == 3 and all(means[name][1] < means["Adam"][1] for name in wrong)
    assert sum(means[name][2] > means["Adam"][2] for name in wrong) == 2
