"""What the lesson convolution says of many seeds was measured, and a sample comes out the same again."""

import re

import convolution_seeds as measured
import numpy as np
import pytest
import reports

from docs.plugins.paths import DOCS

REPORT, PAGE = reports.read("convolution"), reports.page("convolution")
PLACES = {name: np.array(found) for name, found in REPORT["places"].items()}
ROW = 2 / 100  # of 130 or 258 pictures: rounding may turn a few that hang in the balance


@pytest.mark.parametrize(
    "name, seed",
    [("dense", 0), ("dense", 13), ("kernels", 4), ("dense, moved", 9), ("kernels, moved", 13), ("dense, 10 epochs", 2)],
)
def test_nine_places_are_read_as_measured(name, seed):
    assert measured.places(name, seed) == pytest.approx(REPORT["places"][name][seed], abs=ROW)


def test_sixteen_kernels_read_as_measured():
    name = "16 kernels, moved, 10 epochs"
    assert measured.places(name, 7) == pytest.approx(REPORT["places"][name][7], abs=ROW)


def test_a_form_that_is_left_out_is_read_as_measured():
    assert measured.left_out(8, 3) == pytest.approx(REPORT["left out"][3][7], abs=ROW)


def test_the_neighbour_reads_as_measured():
    assert measured.neighbour() == pytest.approx(REPORT["neighbour"])


def test_there_are_all_kinds_places_and_forms():
    assert set(PLACES) == set(measured.KINDS)
    assert all(found.shape == (20, 9) for found in PLACES.values())
    assert np.shape(REPORT["left out"]) == (20, 14)


# The page


def test_the_words_beneath_the_figure_are_as_measured():
    dense, kernels = PLACES["dense"].mean(axis=0), PLACES["kernels"].mean(axis=0)
    assert f"falls from {dense[4]:.3f} to {dense.min():.3f} in the worst corner" in PAGE
    assert f"with kernels to {kernels.min():.3f}" in PAGE
    corners = [0, 2, 6, 8]
    assert dense.argmin() in corners and kernels.argmin() in corners
    moved = np.array([PLACES[name].mean(axis=0) for name in ("dense, moved", "kernels, moved")])
    assert f"stay between {moved.min():.3f} and {moved.max():.3f}" in PAGE


def test_kernels_help_from_every_seed_and_moved_pictures_help_more():
    """On average over the eight places aside."""
    aside = {name: np.delete(found, 4, axis=1).mean(axis=1) for name, found in PLACES.items()}
    assert (aside["kernels"] > aside["dense"]).all()
    assert (aside["dense, moved"] > aside["kernels"]).all()
    assert (aside["kernels, moved"] > aside["dense, moved"]).mean() >= 0.9
    assert (aside["16 kernels, moved, 10 epochs"] > aside["dense, moved, 10 epochs"]).all()


def test_the_convolution_alone_makes_up_for_less_than_half_of_the_loss():
    for dense, kernels in [("dense", "kernels"), ("dense, 10 epochs", "16 kernels, 10 epochs")]:
        middle, aside, diagonal = measured.by_distance(PLACES[dense])
        ours = measured.by_distance(PLACES[kernels])
        assert ours[1] - aside < (middle - aside) / 2 and ours[2] - diagonal < (middle - diagonal) / 2


def test_in_the_middle_the_dense_network_pays_for_moved_pictures():
    change = {name: (PLACES[f"{name}, moved"] - PLACES[name])[:, 4].mean() for name in ("dense", "kernels")}
    assert change["dense"] < -0.05 and change["kernels"] > -0.02
    means = [f"{PLACES[name].mean(axis=0)[4]:.3f}" for name in ("dense, moved", "dense", "kernels, moved", "kernels")]
    assert (
        "{}, where it had {}.".format(*means[:2]) in PAGE
        and "anything: {}, where it had {}.".format(*means[2:]) in PAGE
    )


def test_more_than_half_of_the_gap_to_the_lookup_has_closed():
    digits = reports.read("digits")
    dense, lookup = np.mean(digits["64-32-10"]["left out"]), np.mean(digits["nearest"]["left out"])
    assert dense + (lookup - dense) / 2 < np.mean(REPORT["left out"]) < lookup
    ahead = np.mean(digits["nearest"]["left out"], axis=0) - np.mean(REPORT["left out"], axis=0)  # form by form
    assert 0 < ahead.mean() < 2 * ahead.std(ddof=1) / np.sqrt(len(ahead))


def test_the_figure_draws_what_was_measured():
    svg = (DOCS / "figures/convolution_places.svg").read_text(encoding="utf-8")
    shown = [float(number) for number in re.findall(r">(0\.\d{3})<", svg)]
    names = ("dense", "kernels", "dense, moved", "kernels, moved")
    wanted = np.concatenate([PLACES[name].mean(axis=0) for name in names])
    assert shown == pytest.approx(wanted, abs=5.1e-4)
