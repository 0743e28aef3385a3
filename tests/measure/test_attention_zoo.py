"""The zoo of attention: what the lesson teaches catches every animal."""

import attention as measured
import attention_zoo as zoo
import numpy as np
import pytest
import reports
import torch

from np_nn.autograd import Tensor
from np_nn.gradcheck import numerical_gradient, relative_error

REPORT = reports.read("attention")
RESTS_ON_SIZES = {"keys for values", "scores turned"}
LEAST = np.log(10)


def drawn(*shapes):
    return [np.random.default_rng([18, place]).normal(size=shape) for place, shape in enumerate(shapes)]


def of_pytorch(*arrays, **more):
    return torch.nn.functional.scaled_dot_product_attention(*map(torch.tensor, arrays), **more).numpy()


@pytest.mark.parametrize("name", zoo.ROWS)
def test_pytorch_catches_it_where_all_sizes_are_the_same(name):
    Q, K, V = drawn((6, 6, 6), (6, 6, 6), (6, 6, 6))
    off = np.abs(zoo.ROWS[name](*map(Tensor, (Q, K, V))).data - of_pytorch(Q, K, V)).max()
    assert off < 1e-13 if name == "right" else off > 0.1


@pytest.mark.parametrize("name", zoo.ROWS)
def test_with_sizes_that_differ_some_do_not_even_have_the_right_shape(name):
    Q, K, V = drawn((3, 7, 4), (3, 5, 4), (3, 5, 2))
    wanted = of_pytorch(Q, K, V)
    try:
        found = zoo.ROWS[name](*map(Tensor, (Q, K, V))).data
    except ValueError:
        found = None
    fits = found is not None and found.shape == wanted.shape
    assert fits != (name in RESTS_ON_SIZES)
    assert not fits or (np.abs(found - wanted).max() < 1e-13) == (name == "right")


def test_a_softmax_over_the_batch_makes_a_hand_depend_on_who_is_dealt_in_beside_it():
    Q, K, V = drawn((4, 6, 3), (4, 6, 3), (4, 6, 3))
    for name in zoo.ROWS:
        whole = zoo.ROWS[name](*map(Tensor, (Q, K, V))).data
        alone = zoo.ROWS[name](*(Tensor(array[:1]) for array in (Q, K, V))).data
        moved = np.abs(whole[:1] - alone).max()
        assert moved > 0.1 if name == "softmax over the batch" else moved < 1e-13
        _, _, right, alone = np.transpose(REPORT["zoo"][name])
        assert (right > 0.99).all() and ((alone < 0.6) if name == "softmax over the batch" else (alone > 0.98)).all()


@pytest.mark.parametrize("name", [*zoo.ROWS, *zoo.HEADS])
def test_a_gradient_check_passes_it(name):
    arrays = drawn((3, 4, 4), (3, 4, 4), (3, 4, 4))
    tensors = [Tensor(array) for array in arrays]

    def loss(*tensors):
        return (zoo.ROWS | zoo.HEADS)[name](*tensors).tanh().sum()

    loss(*tensors).backward()
    for array, tensor in zip(arrays, tensors):
        pushed = numerical_gradient(lambda: float(loss(*map(Tensor, arrays)).data), array)
        # One of the three may have no say at all, and then both are 0.
        assert relative_error(tensor.grad, pushed) < 1e-6 or max(np.abs(tensor.grad).max(), np.abs(pushed).max()) == 0


@pytest.mark.parametrize("masked", [True, False])
def test_more_padding_tells_whether_it_is_masked(masked):
    right, moved = measured.padded(masked, 1, steps=150)
    assert right > 0.95
    assert moved < 1e-12 if masked else moved > 0.1


def test_heads_of_pytorch_catch_what_is_split_by_reshape_and_the_root_of_the_whole_width():
    Q, K, V = drawn((2, 3, 8), (2, 5, 8), (2, 5, 6))
    parts = [array.reshape(*array.shape[:2], 2, -1).swapaxes(1, 2) for array in (Q, K, V)]
    wanted = of_pytorch(*parts).swapaxes(1, 2).reshape(2, 3, 6)
    for name in ("two heads", "split by reshape alone", "root of the whole width", "one head"):
        off = np.abs(zoo.HEADS[name](*map(Tensor, (Q, K, V))).data - wanted).max()
        assert off < 1e-13 if name == "two heads" else off > 0.05


def test_heads_split_by_reshape_still_train():
    """Their loss falls, from that of guessing at two digits."""
    rng = np.random.default_rng(0)
    parameters = measured.two_parameters(rng)
    answer = measured.ask_two("split by reshape alone")
    losses = measured.train(answer, parameters, lambda: measured.deal(rng, 32, asked=2), 60)
    assert np.mean(losses[-10:]) < losses[0] - 0.3


@pytest.mark.parametrize("name", zoo.MASKS)
def test_random_digits_and_a_changed_last_row_tell_a_mask_that_leaks(name):
    """The ledger has the loss; here the last row gets another value, and a larger score."""
    scores, values = drawn((1, 7, 7), (1, 7, 3))
    found = []
    for change in (0.0, 30.0):
        scores[:, :, 6] += change
        values[:, 6] += change
        found.append((zoo.MASKS[name](Tensor(scores)) @ values).data[:, :6])
    leaks = not np.allclose(*found, atol=1e-12)
    assert leaks == (name != "right")
    assert (np.median(REPORT["masks"][name]) < LEAST) == (name != "right")


def test_weights_of_the_right_mask_are_those_of_pytorch():
    Q, K, V = drawn((2, 7, 4), (2, 7, 4), (2, 7, 3))
    scores = Tensor(Q @ K.transpose(0, 2, 1) / 2)
    off = np.abs(zoo.MASKS["right"](scores).data @ V - of_pytorch(Q, K, V, is_causal=True)).max()
    assert off < 1e-14


def test_with_the_softmax_over_the_questions_the_card_that_is_asked_for_still_has_the_largest_weight():
    rng = np.random.default_rng(0)
    parameters = measured.self_parameters(rng)
    answer = measured.ask_rows(zoo.over_the_questions)
    measured.train(answer, parameters, lambda: measured.deal_rows(rng, 32), 150, 0.03)
    cards, questions, _ = measured.deal(rng, 500)
    rows = measured.rows_of(cards, questions)
    scores = (rows @ parameters[0]) @ (rows @ parameters[1]).transpose(0, 2, 1) / np.sqrt(measured.D)
    weights = zoo.softmax(scores, axis=-2).data[:, -1]
    wanted = (cards[:, :, : measured.LETTERS] * questions).sum(axis=2).argmax(axis=1)
    assert (weights.argmax(axis=1) == wanted).mean() > 0.99
    assert np.abs(weights.sum(axis=1) - 1).mean() > 0.1  # as the page says
