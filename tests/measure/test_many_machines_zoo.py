"""Two processes that share their work wrongly: every animal still trains, and one process catches it."""

import many_machines_zoo as zoo
import numpy as np
import pytest
import reports

from np_nn.network import SGD

ROUNDING = 1e-12  # a hundred and sixty steps leave about 1e-14
BUGS = [name for name in zoo.PLANS if name != "right"]
APART = {"nothing exchanged", "two different starts", "biases not exchanged"}  # what comparing copies sees


@pytest.fixture(scope="module")
def judged():
    """What comes of one seed, for each plan."""
    return {name: zoo.judged(0, plan) for name, plan in (zoo.PLANS | zoo.NO_BUGS).items()}


@pytest.mark.parametrize("name", zoo.PLANS | zoo.NO_BUGS)
def test_it_does_as_the_ledger_says(judged, name):
    wanted = reports.read("many-machines")["zoo"][name][0]
    assert judged[name] == pytest.approx(wanted, rel=1e-3, abs=0.005)


@pytest.mark.parametrize("name", zoo.PLANS | zoo.NO_BUGS)
def test_the_same_steps_in_one_process_catch_what_is_wrong_and_nothing_else(judged, name):
    from_one = judged[name][4]
    assert from_one > 0.01 if name in BUGS else from_one < ROUNDING


@pytest.mark.parametrize("name", zoo.PLANS | zoo.NO_BUGS)
def test_comparing_the_copies_sees_three_of_seven(judged, name):
    apart = judged[name][3]
    assert apart > 0.01 if name in APART else apart == 0
    assert len(BUGS) == 7 and len(APART) == 3


def test_the_sum_is_the_right_gradient_with_twice_the_rate(monkeypatch):
    with_sum = zoo.together(3, zoo.PLANS["sum for mean"], epochs=1)[0]
    monkeypatch.setattr(zoo, "LR", 2 * zoo.LR)
    assert zoo.apart(with_sum, zoo.alone(3, epochs=1)) < ROUNDING


def test_cutting_by_class_gives_each_copy_other_digits():
    rows = next(zoo.batches(0, 1))
    low, high = zoo.by_class(rows)
    assert len(low) == len(high) == 16 and zoo.Y[low].max() <= zoo.Y[high].min()


def test_different_starts_stay_as_far_apart_as_they_were():
    first, second = zoo.copies(0, zoo.PLANS["two different starts"])
    start = zoo.apart(first, second)
    one, other = zoo.together(0, zoo.PLANS["two different starts"], epochs=1)
    assert zoo.apart(one, other) == pytest.approx(start, rel=1e-9)


def test_the_one_process_of_the_zoo_is_np_nn_and_nothing_else():
    """Independent of the zoo's own walk: one epoch, written out."""
    network = zoo.build(5)
    optimizer = SGD(network.parameters(), 0.2)
    order = np.random.default_rng([5, 0]).permutation(1287)
    loss = zoo.CrossEntropyLoss()
    for start in range(0, 1280, 32):
        rows = order[start : start + 32]
        loss.forward(network.forward(zoo.X[rows]), zoo.Y[rows])
        network.backward(loss.backward())
        optimizer.step()
    assert zoo.apart(network, zoo.alone(5, epochs=1)) == 0
