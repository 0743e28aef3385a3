"""The zoo of ten classes: what the lesson teaches catches every animal."""

import digits_zoo
import numpy as np
import pytest
import reports
import torch

from np_nn.gradcheck import check_gradients
from np_nn.network import CrossEntropyLoss, Linear, Network, Tanh

RIGHT_GRADIENT = {"right", "softmax twice", "softmax along the batch"}


@pytest.fixture
def sums():
    return np.random.default_rng(9).normal(size=(6, 4))


LABELS = np.array([0, 3, 1, 1, 2, 0])


def of_pytorch(sums):
    return torch.nn.functional.cross_entropy(torch.tensor(sums), torch.tensor(LABELS)).item()


@pytest.mark.parametrize("name", digits_zoo.LOSSES)
def test_a_gradient_check_catches_what_has_a_wrong_gradient_and_nothing_else(name):
    rng = np.random.default_rng(9)
    network = Network([Linear(7, 5, rng), Tanh(), Linear(5, 4, rng)])
    inputs = rng.normal(size=(6, 7))
    errors = list(check_gradients(network, digits_zoo.LOSSES[name](), inputs, LABELS))
    if name == "softmax along the batch":
        del errors[3]  # of the last bias, whose gradient is 0 here, so that rounding is all there is
    worst = max(errors)
    # Central differences leave about 1e-9; a gradient six times as long is off by 5/7.
    assert worst < 1e-6 if name in RIGHT_GRADIENT else worst > 0.5


@pytest.mark.parametrize("name", digits_zoo.LOSSES)
def test_pytorch_catches_a_wrong_loss_whose_gradient_is_right(sums, name):
    off = abs(digits_zoo.LOSSES[name]().forward(sums, LABELS) - of_pytorch(sums))
    assert off > 0.1 if name in ("softmax twice", "softmax along the batch") else off < 1e-14


def test_a_perfect_answer_costs_the_least_that_is_said_with_a_softmax_too_many():
    sure = 1000 * np.eye(10)[[3]]
    assert digits_zoo.SoftmaxTwice().forward(sure, np.array([3])) == pytest.approx(np.log(np.e + 9) - 1)
    assert CrossEntropyLoss().forward(sure, np.array([3])) == 0


@pytest.mark.parametrize("name", digits_zoo.LOSSES)
def test_only_along_the_batch_does_adding_to_a_row_change_the_loss(sums, name):
    loss, moved = digits_zoo.LOSSES[name](), sums.copy()
    moved[2] += 100
    change = abs(loss.forward(sums, LABELS) - loss.forward(moved, LABELS))
    assert change > 0.1 if name == "softmax along the batch" else change < 1e-12


def test_along_the_batch_the_gradient_of_the_last_bias_is_0(sums):
    loss = digits_zoo.SoftmaxAlongTheBatch()
    loss.forward(sums, LABELS)
    assert np.abs(loss.backward().sum(axis=0)).max() < 1e-16


@pytest.mark.parametrize("name", digits_zoo.LABELS)
def test_wrong_labels_are_caught_by_guessing(name):
    """With twenty seeds the mean is no better than the tenth that guessing gets."""
    found = reports.read("digits")["zoo"][name]
    assert np.mean([share for *_, share in found]) < 0.11
