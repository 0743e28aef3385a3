"""The judges of "Read ten digits"."""

import numpy as np

from np_nn.check import NotYet, call, compare, expect, numbers


def softmax(function):
    """Judge a function: sums (N, m) to probabilities (N, m), however large the sums are."""
    rng = np.random.default_rng(14)
    sums = rng.normal(size=(4, 3))
    powers = np.exp(sums)
    right = powers / powers.sum(axis=1, keepdims=True)
    mistakes = [
        (powers / powers.sum(axis=0), "each column adds up to 1: a row is a picture, and its sum is along axis 1"),
        (powers / powers.sum(), "all entries together add up to 1, and each row should by itself"),
        (powers, "these are the powers alone: divide each by the sum of its row"),
        (sums / sums.sum(axis=1, keepdims=True), "the sums are divided and no exp is taken: some are below 0"),
    ]
    compare(call(function, sums), right, "softmax of 4 rows", mistakes)
    large = sums + [[1000.0], [-1000.0], [0.0], [1000.0]]
    with np.errstate(all="ignore"):
        found = call(function, large)
    is_float = isinstance(found, np.ndarray) and found.dtype.kind == "f"
    overflows = is_float and not np.isfinite(found).all()
    expect(not overflows, "a row of sums near 1,000 gives NaN: take the row's largest sum away first")
    mistakes = [
        (
            _shifted_by_the_largest_of_all(large),
            "a row far below the largest sum of all gives 0 everywhere: each row needs its own shift",
        ),
    ]
    compare(found, right, "softmax of rows that were shifted by 1,000", mistakes)
    return "only differences within a row count, and no row of sums is too large"


def gradient(function):
    """Judge a function: sums (N, m) and labels (N,) to the gradient of cross-entropy at the sums."""
    rng = np.random.default_rng(15)
    for size, classes in ((5, 3), (4, 10)):
        sums, labels = rng.normal(size=(size, classes)), rng.integers(0, classes, size=size)
        powers = np.exp(sums)
        p = powers / powers.sum(axis=1, keepdims=True)
        t = np.eye(classes)[labels]
        mistakes = [
            (p - t, "that is N times too large: the loss is a mean over the N rows"),
            ((p - t) / (size * classes), "divided by N and by the number of classes: the mean is over rows alone"),
            ((t - p) / size, "its sign is turned: it is the probabilities minus the targets"),
            (p / size, "the targets are missing: take 1 from the probability of the right class"),
            ((p - t) * p * (1 - p) / size, "p (1 - p) is in p - t already: the logarithm has cancelled it"),
            ((p - t) * t / size, "the wrong classes have a gradient too: their own probability"),
        ]
        what = f"the gradient for {size} rows of {classes} sums"
        compare(call(function, sums, labels), (p - t) / size, what, mistakes)
    return "what the network said minus what is so, shared out among the rows"


def split(function):
    """Judge a function: images, forms and the forms held out to prepared (training, held out)."""
    rng = np.random.default_rng(16)
    forms = rng.permutation(np.repeat([1, 2, 3, 4, 5], [4, 6, 5, 3, 7]))
    images = rng.integers(0, 17, size=(len(forms), 6)) + 2.0 * forms[:, None]
    for held_out in ([5], [2, 4]):
        held = np.isin(forms, held_out)
        pair = call(function, images, forms, held_out)
        fits = isinstance(pair, (tuple, list)) and len(pair) == 2
        expect(fits, f"two arrays are wanted, of training and held out, got {pair!r:.60}")
        found = [np.asarray(part) for part in pair]
        rows = [len(part) if part.ndim else 0 for part in found]
        expect(
            rows != [held.sum(), (~held).sum()] or held.sum() == (~held).sum(),
            "the two are the wrong way round: first what the network is trained on",
        )
        expect(rows[0] != len(forms), "the training has every row: the held out ones are in both parts")
        expect(sum(rows) >= len(forms), f"of {len(forms)} rows {len(forms) - sum(rows)} are lost")
        mean = images[~held].mean(axis=0)
        train, other = (images[~held] - mean) / 16, (images[held] - mean) / 16
        mean_of_all, own = images.mean(axis=0), images[held].mean(axis=0)
        compare(found[0], train, "the training rows", [
            ((images[~held] - mean_of_all) / 16, "the mean is that of all rows, so the training knows of the held out ones"),
            (images[~held] - mean, "the mean is right, and the division by 16 is missing"),
            (images[~held] / 16, "the mean of the training rows is still to be taken away"),
        ])  # fmt: skip
        compare(found[1], other, "the held out rows", [
            ((images[held] - own) / 16, "these have their own mean taken away: what the network gets then depends on which pictures come together"),
            ((images[held] - mean_of_all) / 16, "the mean is that of all rows, and should be that of the training alone"),
            (images[held] / 16, "they are prepared in another way than the training rows: with no mean taken away"),
        ])  # fmt: skip
    return "no form is in both parts, no row is lost, and the held out rows decide nothing"


def confusion(function):
    """Judge a function: labels (N,) and answers (N,) to counts, a row for each true digit."""
    rng = np.random.default_rng(17)
    labels = rng.integers(0, 10, size=400).astype(np.intp)  # as np.bincount wants them everywhere
    others = rng.integers(0, 10, size=400).astype(np.intp)
    answers = np.where(rng.uniform(size=400) < 0.7, labels, others)
    right = np.zeros((10, 10))
    for label, answer in zip(labels, answers):
        right[label, answer] += 1
    once = (right > 0).astype(float)
    mistakes = [
        (right.T, "turned: a row should be a true digit, and a column what it was read as"),
        (once, "every pair counts once only: counts[labels, answers] += 1 adds once for each place, use np.add.at"),
        (right / right.sum(axis=1, keepdims=True), "these are shares of a row, and counts are wanted"),
        (right / len(labels), "these are shares of all pictures, and counts are wanted"),
        (right - np.diag(np.diag(right)), "the diagonal is empty: right answers count too"),
    ]
    compare(call(function, labels, answers), right, "the counts of 400 answers", mistakes)
    return "the rows say what was written, the columns what was read"


def honest(function):
    """Judge a function: forms (N,) and a way to measure to the mean accuracy on unseen forms.

    ``measure(train, held)`` takes two masks of rows and returns the accuracy on the second
    after training on the first. This one makes it up: it is flattered by shared forms.
    """
    rng = np.random.default_rng(18)
    forms = np.repeat(np.arange(1, 7), [9, 5, 8, 6, 10, 7])[rng.permutation(45)]
    skill = dict(zip(range(1, 7), rng.uniform(0.85, 0.95, size=6)))
    asked = []

    def measure(train, held):
        train, held = np.asarray(train), np.asarray(held)
        masks = all(mask.shape == forms.shape and mask.dtype == bool for mask in (train, held))
        expect(masks, "measure takes two masks: arrays of True and False, one for each row")
        expect(held.any() and train.any(), "measure needs rows to train on, and rows to hold out")
        asked.append((train, held))
        shared = np.isin(forms[held], forms[train]).mean()
        return float(np.mean([skill[form] for form in forms[held]]) + 0.04 * shared)

    found = numbers(call(function, forms, measure), (), "the fair number")
    expect(asked, "measure was never called: a number that nobody measured is not fair")
    both = [form for train, held in asked for form in set(forms[train]) & set(forms[held])]
    if any((train & held).any() for train, held in asked):
        raise NotYet("some rows are trained on and held out at once")
    if both:
        many = "however often you shuffle" if len(asked) > 1 else "rows are not people"
        raise NotYet(f"form {both[0]} is trained on and held out: {many}")
    left = sorted(set(forms) - {form for _, held in asked for form in forms[held]})
    expect(not left, f"form {left[0] if left else ''} was never held out: the fair number asks every one")
    sizes = [len(set(forms[held])) for _, held in asked]
    expect(max(sizes) == 1, "hold out one form at a time, so that the training has all the others")
    least = min((train | held).sum() for train, held in asked)
    expect(least == len(forms), f"only {least} of {len(forms)} rows are used: train on all other forms")
    expect(len(asked) == len(set(forms)), f"{len(asked)} trainings for {len(set(forms))} forms: one each will do")
    values = [skill[form] for form in range(1, 7)]
    compare(found, np.mean(values), "the fair number", [
        (max(values), "that is the best form of all; a reader may be any of them, so take the mean"),
        (min(values), "that is the worst form of all; a reader may be any of them, so take the mean"),
        (np.sum(values), "that is the sum over the forms, and their mean is wanted"),
    ])  # fmt: skip
    return "every form was a stranger once, and each counts alike"


def _shifted_by_the_largest_of_all(sums):
    """Return what softmax becomes if all rows are shifted alike; 0 where nothing is left of a row."""
    powers = np.exp(sums - sums.max())
    totals = powers.sum(axis=1, keepdims=True)
    return np.divide(powers, totals, out=np.zeros_like(powers), where=totals > 0)
