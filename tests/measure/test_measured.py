"""What lessons say of twenty seeds was measured: the tables stand on the pages, and each zoo still trains as it did."""

import attention
import attention_zoo
import autograd
import autograd_zoo
import convolution_seeds
import convolution_zoo
import digits
import digits_zoo
import many_machines
import many_machines_zoo
import numpy as np
import pytest
import reports
import training
import training_zoo

LESSONS = {
    "attention": attention,
    "autograd": autograd,
    "convolution": convolution_seeds,
    "digits": digits,
    "many-machines": many_machines,
    "training": training,
}
REPORTS = {lesson: reports.read(lesson) for lesson in LESSONS}
WITHOUT_SEEDS = {"neighbour", "same form", "nearest", "confusion", "speed"}


def by_seed(report):
    """Yield what was measured of each seed, one list for each thing."""
    for name, found in report.items():
        if name not in WITHOUT_SEEDS:
            yield from by_seed(found) if isinstance(found, dict) else [found]


@pytest.mark.parametrize("lesson", LESSONS)
def test_there_are_twenty_seeds_of_everything(lesson):
    assert {len(seeds) for seeds in by_seed(REPORTS[lesson])} == {20}


@pytest.mark.parametrize(
    "lesson, table", [(lesson, name) for lesson in LESSONS for name in vars(LESSONS[lesson]) if name.endswith("_table")]
)
def test_the_page_has_the_tables_as_measured(lesson, table):
    assert f"```text\n{getattr(LESSONS[lesson], table)(REPORTS[lesson])}\n```" in reports.page(lesson)


BUGS = [*autograd_zoo.BUGS][:6]
# (lesson, part of its report): what trains a mistake from a seed, all mistakes, the share of its loss
# that is left at most, and how far another machine, which adds in another order, may be. Some
# convolutions are surer of what they get wrong: test_convolution_zoo.py asks how many they get right;
# test_many_machines_zoo.py has what its plans train, for more than this.
ZOOS = {
    ("attention", "zoo"): (attention.with_a_bug, attention_zoo.ROWS, 0.05, {"abs": 0.05}),
    ("autograd", "chain"): (lambda *at: autograd.trained(*at, skips=False), BUGS, 0.9, {"rel": 1e-2, "abs": 1e-2}),
    ("autograd", "skips"): (lambda *at: autograd.trained(*at, skips=True), BUGS, 0.9, {"rel": 1e-2, "abs": 1e-2}),
    ("convolution", "zoo"): (convolution_seeds.with_a_bug, convolution_zoo.ANIMALS, np.inf, {"rel": 2e-2, "abs": 1e-2}),
    ("digits", "zoo"): (digits.with_a_bug, digits_zoo.LOSSES | digits_zoo.LABELS, 0.98, {"rel": 1e-2, "abs": 1e-2}),
    ("many-machines", "zoo"): (None, many_machines_zoo.PLANS | many_machines_zoo.NO_BUGS, 0.25, None),
    ("training", "zoo"): (
        training.with_a_bug, training_zoo.OPTIMIZERS | training_zoo.DECAYS, 0.995, {"rel": 5e-2, "abs": 1e-2},
    ),
}  # fmt: skip


@pytest.mark.parametrize("lesson, part", ZOOS)
def test_with_every_mistake_the_loss_falls_from_every_seed(lesson, part):
    _, names, left, _ = ZOOS[lesson, part]
    found = REPORTS[lesson][part]
    assert [*found] == [*names]
    for name in names:
        before, after = np.transpose(found[name])[:2]
        assert (after < left * before).all(), name


# Of convolution three: each takes seconds, and test_convolution_zoo.py trains the others for an epoch.
TRAINED = [
    (lesson, part, name)
    for (lesson, part), (train, names, *_) in ZOOS.items()
    for name in names
    if train and (lesson != "convolution" or name in ("right", "channels never turned", "pool gradient to all four"))
]


@pytest.mark.parametrize("lesson, part, name", TRAINED)
def test_a_mistake_trains_as_the_ledger_says(lesson, part, name):
    train, *_, near = ZOOS[lesson, part]
    assert train(name, 0) == pytest.approx(REPORTS[lesson][part][name][0], **near)
