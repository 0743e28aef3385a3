"""The zoo of convolutions: every animal still trains, and what the lesson teaches catches it."""

import convolution_seeds as measured
import convolution_zoo as zoo
import numpy as np
import pytest
import reports

REPORT = reports.read("convolution")["zoo"]
OF_POOLING = {name for name, animal in zoo.ANIMALS.items() if animal and issubclass(animal, zoo.MaxPool2d)}


@pytest.mark.parametrize("name", zoo.ANIMALS)
def test_it_trains_without_a_word(name):
    """Guessing gets a tenth; twice that is there after one epoch, and after four from every seed."""
    assert measured.with_a_bug(name, 0, epochs=1)[2] > 0.2
    assert min(share for _, _, share in REPORT[name]) > 0.2


@pytest.mark.parametrize("name", zoo.ANIMALS)
def test_a_gradient_check_catches_what_has_a_wrong_gradient_and_nothing_else(name):
    assert zoo.passes_gradient_check(zoo.ANIMALS[name]) == (name not in zoo.WRONG_GRADIENT)


@pytest.mark.parametrize("name", zoo.ANIMALS)
def test_pytorch_and_plain_loops_catch_every_wrong_forward_pass(name):
    wrong = name in zoo.RIGHT_GRADIENT or name == "kernel flipped forward only"
    animal = zoo.ANIMALS[name]
    assert zoo.is_as_pytorch(animal) == zoo.is_as_by_hand(animal) == (not wrong)


@pytest.mark.parametrize("name", zoo.ANIMALS)
def test_what_loses_its_place_does_not_move_along(name):
    lost = {"channels never turned", "picture wrapped by one", "four pixels in a row pooled"}
    assert zoo.moves_along(zoo.ANIMALS[name]) == (name not in lost)


def test_five_of_twelve_pass_the_gradient_check():
    assert len(zoo.RIGHT_GRADIENT) == 5 and len(zoo.ANIMALS) - 1 == 12
    assert sum(not zoo.is_as_pytorch(animal) for animal in zoo.ANIMALS.values()) == 6
    assert OF_POOLING == {"four pixels in a row pooled", "pool gradient to the first", "pool gradient to all four"}


def test_a_kernel_of_ones_lets_the_flipped_and_the_swapped_one_through():
    inputs = np.random.default_rng(0).normal(size=(2, 1, 6, 6))
    outputs = []
    for animal in (zoo.Conv2d, zoo.Flipped, zoo.Swapped):
        layer = animal(1, 2, 3, np.random.default_rng(1))
        layer.weight[:] = 1
        outputs.append(layer.forward(inputs))
    assert np.allclose(outputs[0], outputs[1]) and np.allclose(outputs[0], outputs[2])


@pytest.mark.parametrize("name", ["right", "kernel gradient averaged"])
def test_adam_hardly_sees_a_gradient_that_is_too_small_by_a_factor(name):
    """The page says that averaging changes hardly anything: from no seed does it."""
    right, found = np.array(REPORT["right"]), np.array(REPORT[name])
    assert np.abs(found[:, 2] - right[:, 2]).max() < 0.05
    assert np.abs(found - right).mean(axis=0)[2] < 0.01


def test_three_that_pass_the_gradient_check_read_better_than_the_right_one():
    read = {name: np.mean(REPORT[name], axis=0)[2] for name in zoo.ANIMALS}
    better = [name for name in zoo.RIGHT_GRADIENT if read[name] > read["right"]]
    assert len(better) == 3 and max(read, key=read.get) == "four pixels in a row pooled"
