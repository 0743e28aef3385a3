"""What the lesson digits says of many seeds was measured, and a sample comes out the same again."""

import re

import digits as measured
import numpy as np
import pytest
import reports

from docs.plugins.paths import DOCS
from figures.numbers import read

REPORT, PAGE = reports.read("digits"), reports.page("digits")
ROW = 1 / 100  # of a form of about 130 rows: rounding may turn a row that hangs in the balance


@pytest.mark.parametrize("form, seed", [(1, 0), (8, 11), (13, 19)])
@pytest.mark.parametrize("name", measured.KINDS)
def test_a_form_that_is_left_out_is_read_as_measured(name, form, seed):
    found = measured.left_out(form, seed, measured.KINDS[name])
    assert found == pytest.approx(REPORT[name]["left out"][seed][form - 1], abs=ROW)


@pytest.mark.parametrize("part, seed", [(2, 3), (14, 18)])
@pytest.mark.parametrize("name", measured.KINDS)
def test_random_rows_are_read_as_measured(name, part, seed):
    found = measured.by_chance(part, seed, measured.KINDS[name])
    assert found == pytest.approx(REPORT[name]["random rows"][seed][part - 1], abs=ROW)


@pytest.mark.parametrize("seed", [0, 13])
@pytest.mark.parametrize("function", ["standard", "same_sizes", "preparations", "shifted", "in_order", "as_a_column"])
def test_what_is_said_of_twenty_seeds_holds_for_two_of_them(function, seed):
    found = getattr(measured, function)(seed)
    assert found == pytest.approx(REPORT[function][seed], abs=ROW)


def test_the_losses_of_four_batches_are_as_measured():
    assert measured.batches(7) == pytest.approx(REPORT["batches"][7], rel=1e-3)


def test_neighbours_are_as_measured():
    assert measured.same_form() == pytest.approx(REPORT["same form"])
    found = measured.nearest(measured.FORMS != 5, measured.FORMS == 5)
    assert found == pytest.approx(REPORT["nearest"]["left out"][4])


def test_there_are_all_forms_and_all_pictures():
    for name in measured.KINDS:
        assert np.shape(REPORT[name]["left out"]) == np.shape(REPORT[name]["random rows"]) == (20, 14)
    assert np.sum(REPORT["confusion"]) == 20 * 1797


def test_the_confusion_counts_what_was_left_out():
    right = np.trace(REPORT["confusion"]) / (20 * 1797)
    sizes = np.bincount(measured.FORMS)[1:]
    by_form = np.average(np.mean(REPORT["64-32-10"]["left out"], axis=0), weights=sizes)
    assert right == pytest.approx(by_form, abs=1e-12)


# The page


def test_the_sentences_of_the_page_are_as_measured():
    network = REPORT["64-32-10"]
    forms, rows = np.mean(network["left out"], axis=0), np.ravel(network["random rows"])
    assert f"Their mean is {forms.mean():.3f}" in PAGE
    assert f"the band of random rows, whose mean is {rows.mean():.3f}" in PAGE
    assert f"for {forms.mean():.3f} after fifteen" in PAGE
    assert f"standard deviation of {forms.std():.3f} *between forms*" in PAGE
    band = np.quantile(rows, [0.05, 0.95])
    assert "half of them lie below the band" in PAGE and (forms < band[0]).sum() == 7
    assert "the largest square is an 8 that is read as a 1, 12 of 174" in PAGE
    mistakes = np.array(REPORT["confusion"]) * (1 - np.eye(10))
    assert np.unravel_index(mistakes.argmax(), (10, 10)) == (8, 1)
    assert round(mistakes.max() / 20) == 12 and np.sum(REPORT["confusion"][8]) == 20 * 174


def test_the_seed_matters_less_than_the_form():
    """The page says that it hardly matters beside that."""
    left = np.array(REPORT["64-32-10"]["left out"])
    assert left.mean(axis=1).std() < left.mean(axis=0).std() / 10


def test_a_small_batch_beats_a_large_one_from_every_seed():
    assert (np.diff(REPORT["batches"], axis=1) > 0).all()


def test_its_own_mean_is_no_worse_from_any_seed_and_alone_a_picture_says_nothing():
    ours, own, alone, none = np.transpose(REPORT["preparations"])
    assert (own > ours).all() and alone.max() < 0.11 and none.max() < ours.min()


def test_the_figure_draws_what_was_measured():
    svg = (DOCS / "figures/digits_forms.svg").read_text(encoding="utf-8")
    network = REPORT["64-32-10"]
    assert f"unseen forms: {np.mean(network['left out']):.3f}" in svg
    assert f"random rows: {np.mean(network['random rows']):.3f}" in svg
    heights = [float(y) for y in re.findall(r'<circle[^>]* cy="([\d.]+)"', svg)]
    drawn = np.mean(network["left out"], axis=0)
    assert len(heights) == 14
    assert np.corrcoef(heights, drawn)[0, 1] == pytest.approx(-1, abs=1e-4)


# The live figure


def test_the_numbers_of_the_live_figure_are_those_that_training_gives():
    data = read(measured.NUMBERS)
    network, _ = measured.trained(measured.TRAIN, 0)
    for layer, (weight, bias) in zip(network.layers[::2], data["layers"], strict=True):
        np.testing.assert_allclose(weight, layer.weight, atol=1e-4)
        np.testing.assert_allclose(bias, layer.bias, atol=1e-4)
        layer.weight[:], layer.bias[:] = weight, bias
    images, labels = measured.IMAGES, measured.LABELS
    answers = network.forward((images - np.array(data["mean"])) / 16).argmax(axis=1)
    wrong = np.flatnonzero(measured.VALIDATE & (answers != labels))
    first, *rest = data["pictures"]
    assert [picture["row"] for picture in rest] == wrong.tolist()
    assert answers[first["row"]] == labels[first["row"]] and measured.VALIDATE[first["row"]]
    for picture in data["pictures"]:
        assert picture["pixels"] == images[picture["row"]].tolist()
        assert picture["label"] == labels[picture["row"]]
        assert picture["form"] == measured.FORMS[picture["row"]]
