"""The judges of the lesson on digits: they take right answers, and name the wrong ones."""

import re

import numpy as np
import pytest

from np_nn.check import NotYet, check, find


def softmax(sums):
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def unshifted(sums):
    powers = np.exp(sums)
    return powers / powers.sum(axis=1, keepdims=True)


def shifted_by_all(sums):
    powers = np.exp(sums - sums.max())
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(powers / powers.sum(axis=1, keepdims=True))


def targets(sums, labels):
    return np.eye(sums.shape[1])[labels]


def gradient(sums, labels):
    return (softmax(sums) - targets(sums, labels)) / len(sums)


def prepared(images, rows, mean):
    return (images[rows] - mean) / 16


def split(images, forms, held_out):
    held = np.isin(forms, held_out)
    mean = images[~held].mean(axis=0)
    return prepared(images, ~held, mean), prepared(images, held, mean)


def split_with(mean_of_train, mean_of_held):
    """Return a split that takes its two means in these ways."""

    def wrong(images, forms, held_out):
        held = np.isin(forms, held_out)
        means = {"all": images.mean(axis=0), "train": images[~held].mean(axis=0),
                 "own": images[held].mean(axis=0), "none": 0}  # fmt: skip
        return prepared(images, ~held, means[mean_of_train]), prepared(images, held, means[mean_of_held])

    return wrong


def random_rows(images, forms, held_out):
    held = np.random.default_rng(0).permutation(np.isin(forms, held_out))
    mean = images[~held].mean(axis=0)
    return prepared(images, ~held, mean), prepared(images, held, mean)


def overlap(images, forms, held_out):
    mean = images.mean(axis=0)
    return prepared(images, forms > 0, mean), prepared(images, np.isin(forms, held_out), mean)


def lost(images, forms, held_out):
    train, held = split(images, forms, held_out)
    return train[:-2], held


def confusion(labels, answers):
    counts = np.zeros((10, 10))
    np.add.at(counts, (labels, answers), 1)
    return counts


def counted_once(labels, answers):
    counts = np.zeros((10, 10))
    counts[labels, answers] += 1
    return counts


def honest(forms, measure):
    return np.mean([measure(forms != form, forms == form) for form in np.unique(forms)])


def by_seeds(count):
    """Return what an author does who shuffles rows, with this many seeds."""

    def wrong(forms, measure):
        found = []
        for seed in range(count):
            held = np.random.default_rng(seed).permutation(len(forms)) < 8
            found.append(measure(~held, held))
        return np.mean(found)

    return wrong


def picks(which):
    return lambda forms, measure: which([measure(forms != f, forms == f) for f in np.unique(forms)])


def in_pairs(forms, measure):
    pairs = [np.isin(forms, pair) for pair in ([1, 2], [3, 4], [5, 6])]
    return np.mean([measure(~held, held) for held in pairs])


RIGHT = {
    "softmax": [softmax],
    "gradient": [gradient],
    "split": [split],
    "confusion": [confusion],
    "honest": [honest],
}
OTHER_RIGHT = [
    ("softmax", [lambda z: np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))]),
    ("gradient", [lambda z, y: np.array([(softmax(z[n:n + 1])[0] - np.eye(z.shape[1])[y[n]]) / len(z)
                                         for n in range(len(z))])]),
    ("split", [lambda i, f, h: list(split(i, f, h))]),
    ("confusion", [lambda y, a: np.bincount(10 * y + a, minlength=100).reshape(10, 10)]),
    ("confusion", [lambda y, a: [[int(np.sum((y == r) & (a == c))) for c in range(10)] for r in range(10)]]),
    ("honest", [lambda f, m: sum(m(f != g, f == g) for g in set(f.tolist())) / len(set(f.tolist()))]),
]  # fmt: skip
WRONG = [
    ("softmax", [lambda z: softmax(z.T).T], "each column adds up to 1"),
    ("softmax", [unshifted], "gives NaN"),
    ("softmax", [shifted_by_all], "each row needs its own shift"),
    ("softmax", [lambda z: np.exp(z) / np.exp(z).sum()], "all entries together"),
    ("softmax", [lambda z: np.exp(z)], "the powers alone"),
    ("softmax", [lambda z: z / z.sum(axis=1, keepdims=True)], "no exp is taken"),
    ("softmax", [lambda z: np.round(softmax(z), 3)], "should be"),
    ("gradient", [lambda z, y: gradient(z, y) * len(z)], "N times too large"),
    ("gradient", [lambda z, y: gradient(z, y) / z.shape[1]], "the number of classes"),
    ("gradient", [lambda z, y: -gradient(z, y)], "its sign is turned"),
    ("gradient", [lambda z, y: softmax(z) / len(z)], "the targets are missing"),
    ("gradient", [lambda z, y: gradient(z, y) * softmax(z) * (1 - softmax(z))], "cancelled it"),
    ("gradient", [lambda z, y: gradient(z, y) * targets(z, y)], "the wrong classes have a gradient"),
    ("split", [split_with("all", "all")], "that of all rows, so the training knows"),
    ("split", [split_with("train", "own")], "their own mean taken away"),
    ("split", [split_with("train", "all")], "should be that of the training alone"),
    ("split", [split_with("train", "none")], "in another way than the training rows"),
    ("split", [split_with("none", "none")], "still to be taken away"),
    ("split", [lambda i, f, h: tuple(16 * part for part in split(i, f, h))], "the division by 16"),
    ("split", [lambda i, f, h: split(i, f, h)[::-1]], "the wrong way round"),
    ("split", [overlap], "in both parts"),
    ("split", [lost], "2 are lost"),
    ("split", [random_rows], "should be"),
    ("split", [lambda i, f, h: split(i, f, h)[0]], "two arrays are wanted"),
    ("confusion", [lambda y, a: confusion(a, y)], "turned"),
    ("confusion", [counted_once], "use np.add.at"),
    ("confusion", [lambda y, a: confusion(y, a) / confusion(y, a).sum(axis=1, keepdims=True)], "shares of a row"),
    ("confusion", [lambda y, a: confusion(y, a) / len(y)], "shares of all"),
    ("confusion", [lambda y, a: confusion(y, a) * (1 - np.eye(10))], "the diagonal is empty"),
    ("honest", [by_seeds(1)], "held out: rows are not people"),
    ("honest", [by_seeds(20)], "however often you shuffle"),
    ("honest", [lambda f, m: m(f > 0, f > 0)], "trained on and held out at once"),
    ("honest", [lambda f, m: m(f != 1, f == 1)], "form 2 was never held out"),
    ("honest", [in_pairs], "one form at a time"),
    ("honest", [lambda f, m: np.mean([m(f == 1 + g % 6, f == g) for g in range(1, 7)])], "rows are used"),
    ("honest", [lambda f, m: np.mean([honest(f, m) for _ in range(2)])], "12 trainings for 6 forms"),
    ("honest", [picks(max)], "the best form of all"),
    ("honest", [picks(min)], "the worst form of all"),
    ("honest", [picks(sum)], "the sum over the forms"),
    ("honest", [lambda f, m: 0.96], "never called"),
    ("honest", [lambda f, m: m(np.flatnonzero(f != 1), np.flatnonzero(f == 1))], "two masks"),
    ("honest", [lambda f, m: m(f != 9, f == 9)], "rows to hold out"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_the_right_answer_is_right(capsys, name):
    check(f"digits.{name}", *RIGHT[name])
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer", OTHER_RIGHT)
def test_another_way_to_say_it_is_right(capsys, name, answer):
    check(f"digits.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_in_one_sentence(name, answer, words):
    with pytest.raises(NotYet, match=re.escape(words)) as caught:
        check(f"digits.{name}", *answer)
    assert "\n" not in str(caught.value)


def test_every_exercise_is_tried():
    assert set(RIGHT) == set(find("digits")) == {name for name, _, _ in WRONG}
