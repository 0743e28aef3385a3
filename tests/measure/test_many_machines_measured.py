"""What the lesson many-machines says of seeds and of times was measured, and its figures say the same."""

import re

import many_machines as measured
import many_machines_zoo as zoo
import numpy as np
import reports
from pictures import IMAGES, LABELS, TRAIN

from docs.plugins.paths import DOCS
from np_nn.network import SGD, CrossEntropyLoss, Linear, Network, ReLU

REPORT, PAGE = reports.read("many-machines"), reports.page("many-machines")
STEPS = REPORT["speed"]["steps"]


def speed_up(row):
    one, two = measured.medians(row["ms"])
    return one / two


def test_the_detective_gets_two_real_traces():
    assert f"```text\n{measured.detective_text()}\n```" in PAGE


def test_from_every_seed_one_process_tells_right_from_wrong():
    for name, found in REPORT["zoo"].items():
        from_one = np.array(found)[:, 4]
        assert (from_one == 0).all() if name == "right" or name in zoo.NO_BUGS else (from_one > 0.01).all()


def test_the_sum_ends_with_the_lowest_loss_and_reads_best():
    means = {name: np.mean(found, axis=0) for name, found in REPORT["zoo"].items()}
    assert min(means, key=lambda name: means[name][1]) == "sum for mean"
    assert means["sum for mean"][1] < means["right"][1] / 2
    assert max(means, key=lambda name: means[name][2]) == "sum for mean"


# Times


def test_the_network_of_the_lesson_takes_more_than_four_times_as_long_and_nothing_is_twice_as_fast():
    assert STEPS[0]["parameters"] == 2410 and STEPS[0]["batch"] == 64 and speed_up(STEPS[0]) < 1 / 4
    assert max(map(speed_up, STEPS)) < 2


def test_every_network_gains_with_the_batch_and_the_smallest_is_always_slower_with_two():
    for size, low, high in [(2410, 0.5, 0.9), (85_002, 1.25, 1.4), (2_176_010, 1.815, 1.825)]:
        gains = [speed_up(row) for row in STEPS if row["parameters"] == size]
        assert gains[0] < 0.6 and gains[0] < gains[1] < gains[-1]
        assert low < gains[-1] < high


def test_the_largest_network_comes_above_1_with_1024_rows():
    large = {row["batch"]: speed_up(row) for row in STEPS if row["parameters"] == 2_176_010}
    assert {batch for batch, gain in large.items() if gain > 1} == {1024, 4096}


def test_ten_thousand_times_as_many_numbers_take_about_fifty_times_as_long():
    one, thousand, *_, most = (np.median(row["ms"]) for row in REPORT["speed"]["all-reduce"])
    assert one < thousand and 45 < most / thousand < 60


def test_of_every_time_there_are_many_rounds():
    rounds = [row["ms"] for row in REPORT["speed"]["all-reduce"]] + [
        times for row in STEPS for times in row["ms"].values()
    ]
    assert min(map(len, rounds)) >= 25


# The figures


def test_the_figure_of_speed_draws_the_measured_ratios():
    svg = (DOCS / "figures/many_machines_speed.svg").read_text(encoding="utf-8")
    heights = np.array([float(y) for y in re.findall(r'<circle[^>]* cy="([\d.]+)"', svg)])
    wanted = 44 + 196 * (1 - np.array([speed_up(row) for row in STEPS]) / 2.1)
    np.testing.assert_allclose(heights, wanted, atol=0.11)


def by_hand(parts, weights, steps=60):
    """Return the parameters of copies that look at parts of 32 pictures and take the weighted sum."""
    x, y = (IMAGES[:32] - np.round(IMAGES[TRAIN].mean(axis=0), 4)) / 16, LABELS[:32]
    rng, loss = np.random.default_rng(0), CrossEntropyLoss()
    network = Network([Linear(64, 8, rng), ReLU(), Linear(8, 10, rng)])  # equal copies are one
    optimizer = SGD(network.parameters(), lr=0.2)
    for _ in range(steps):
        found = []
        for part in parts:
            loss.forward(network.forward(x[part]), y[part])
            network.backward(loss.backward())
            found.append([gradient.copy() for _, gradient in network.parameters()])
        for place, (_, gradient) in enumerate(network.parameters()):
            gradient[:] = sum(weight * part[place] for weight, part in zip(weights, found))
        optimizer.step()
    return np.concatenate([parameter.ravel() for parameter, _ in network.parameters()])


def test_the_figure_says_how_far_the_plain_mean_leads_from_one_process():
    svg = (DOCS / "figures/many_machines.svg").read_text(encoding="utf-8")
    one = by_hand([slice(None)], [1])
    parts = [slice(0, 24), slice(24, 32)]
    far = {weights: np.abs(by_hand(parts, weights) - one).max() for weights in ((0.5, 0.5), (0.75, 0.25))}
    assert f"plain mean: {far[0.5, 0.5]:.2f}" in svg and "weighted mean: only rounding" in svg
    assert far[0.75, 0.25] < 1e-14
    assert f"with the plain mean it grows to {far[0.5, 0.5]:.2f}" in PAGE
