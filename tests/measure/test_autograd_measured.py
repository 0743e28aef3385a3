"""What the lesson autograd says of many seeds was measured; test_measured.py trains a sample anew."""

import re

import autograd as measured
import autograd_zoo
import numpy as np
import pytest
import reports

from docs.plugins.paths import DOCS

REPORT, PAGE = reports.read("autograd"), reports.page("autograd")
CHAIN, SKIPS = REPORT["chain"], REPORT["skips"]


def test_as_many_trainings_were_measured_as_the_page_says():
    shapes = {np.shape(seeds) for kind in REPORT.values() for seeds in kind.values()}
    assert shapes == {(20, 3)}
    assert "took 240 trainings" in PAGE and 20 * len(CHAIN) * len(REPORT) == 240


def test_in_one_path_three_mistakes_change_nothing_from_any_seed():
    for name in ("= for +=", "no order", "order of discovery"):
        assert CHAIN[name] == CHAIN["right"]


def test_without_an_order_it_ends_better_from_every_seed():
    right, hasty = np.array(SKIPS["right"]), np.array(SKIPS["no order"])
    assert (hasty[:, 1] < right[:, 1]).all() and (hasty[:, 2] > right[:, 2]).sum() == measured.BETTER_READ
    assert "ends with a lower loss than the right one, from every seed" in PAGE
    assert f"From {measured.BETTER_READ} of the 20 it also reads more of the unseen pictures correctly" in PAGE


def test_wrong_sums_slow_one_path_down_and_help_the_other_network_on_average():
    for name in ("mean over rows, not sum", "first row, not sum"):
        assert np.mean(CHAIN[name], axis=0)[1] > np.mean(CHAIN["right"], axis=0)[1]
        assert np.mean(SKIPS[name], axis=0)[1] < np.mean(SKIPS["right"], axis=0)[1]


@pytest.mark.parametrize("seed", measured.SEEDS)
def test_without_an_order_the_gradient_is_longer(seed):
    """As the page says of its steps: at the start, on the first batch."""
    lengths = []
    for name in ("right", "no order"):
        parameters = [autograd_zoo.engine(name)(array) for array in measured.start(np.random.default_rng(seed))]
        measured.error(parameters, np.arange(32), skips=True).backward()
        lengths.append(np.sqrt(sum((parameter.grad**2).sum() for parameter in parameters)))
    assert lengths[1] > 1.2 * lengths[0]


def test_the_figure_of_visits_draws_what_is_counted():
    svg = (DOCS / "figures/autograd_visits.svg").read_text(encoding="utf-8")
    assert f"every path: {2**19 - 1:,}" in svg and "in order: 19" in svg
    heights = [
        np.array(re.findall(r"[ML ]?[\d.]+ ([\d.]+)", re.search(rf'<path[^>]*id="autograd_visits-{name}"[^>]*>', svg)[0].split(' d="')[1]), float)
        for name in ("paths", "order")
    ]  # fmt: skip
    for drawn, wanted in zip(heights, [2 ** np.arange(1, 20) - 1, np.arange(1, 20)]):
        assert len(drawn) == 19
        assert np.corrcoef(drawn, np.log(wanted))[0, 1] == pytest.approx(-1, abs=1e-4)
