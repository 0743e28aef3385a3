"""The judges of "Measure how wrong the network is"."""

import numpy as np

from np_nn.check import ROUNDED, NotYet, call, compare, expect, is_close, numbers
from np_nn.network import BCEWithLogitsLoss


def best_constants(function):
    """Judge a function: values of shape (N,) to the best constants for squares and sizes."""
    rng = np.random.default_rng(6)
    for count in (5, 7):
        values = rng.exponential(5, size=count)  # lopsided, so that mean and median differ
        what = f"best_constants of {count} values"
        answer = numbers(call(function, values), (2,), what)
        mean, median = values.mean(), np.median(values)
        middle = (values.min() + values.max()) / 2
        mistakes = [
            ([median, mean], "these are the right two in the wrong order: squares come first"),
            ([mean, mean], "the mean is best only for squares, but you gave it for both"),
            ([median, median], "the median is best only for absolute values, but you gave it for both"),
            ([middle, middle], "the middle between the ends is best for neither"),
        ]
        near = np.abs(answer - [mean, median]).max() <= 0.11
        if near and not is_close(answer, np.array([mean, median]), ROUNDED):
            raise NotYet("you are within a tenth: trying has shown you where, so now say it exactly")
        compare(answer, [mean, median], what, mistakes)
    return "the mean for squared errors, the median for absolute ones: the loss decides"


def lazy(p, loss):
    """Judge the best constant probability for three days of rain in four, and its loss."""
    p, loss = numbers(p, (), "p"), numbers(loss, (), "the loss")
    expect(0 < p < 1, "p should lie between 0 and 1, or one kind of day costs infinity")
    _near(p, 0.75, "p", [
        (0.25, "0.25 is the share of dry days, and p is the probability of rain"),
        (0.5, "0.5 is for someone who knows nothing, and we know that it often rains"),
    ])  # fmt: skip
    entropy = -0.75 * np.log(0.75) - 0.25 * np.log(0.25)
    _near(loss, entropy, "the loss", [
        (4 * entropy, "that is the sum over four days, but the loss is their mean"),
        (entropy / np.log(2), "that uses the logarithm to base 2, but ours is the natural one"),
        (np.log(2), "that is the loss of saying 0.5 every day, but the best one is lower"),
        (-np.log(0.75), "that is the loss of a rainy day, but one day in four is dry"),
        (-entropy, "cross-entropy starts with a minus sign, and is never below 0"),
    ])  # fmt: skip
    return "a loss above 0.562 on such days is worse than just knowing how often it rains"


def twice(yes, no):
    """Judge the losses of probabilities 1 and 0, right both times, which were taken for logits."""
    yes, no = numbers(yes, (), "the loss for yes"), numbers(no, (), "the loss for no")
    expect(yes != 0 or no != 0, "0 would be right if the loss took probabilities: it takes logits")
    _near(yes, np.log1p(np.exp(-1)), "the loss for yes", [
        (np.log(2), "ln 2 is the loss at the logit 0, but here the logit is 1"),
        (np.log1p(np.exp(1)), "that is the loss of the logit 1 for the target 0, but the target is 1"),
        (1 / (1 + np.exp(-1)), "that is the probability, but the loss is minus its logarithm"),
    ])  # fmt: skip
    _near(no, np.log(2), "the loss for no", [
        (0.5, "that is the probability, but the loss is minus its logarithm"),
        (0, "the logit 0 is not a sure no: its sigmoid is one half"),
    ])  # fmt: skip
    return "with one sigmoid too many, even answers that are sure and right cost at least this"


def same_steps(rates):
    """Judge {batch: learning rate} for the steps that the mean of 4 takes with 0.1."""
    right = {"sum of 4": 0.1 / 4, "mean of 40": 0.1, "sum of 40": 0.1 / 40}
    mistakes = {
        "sum of 4": [
            (0.1, "the sum of 4 is lowest in the same place as the mean, but its slopes are steeper"),
            (0.4, "the sum of 4 is steeper than the mean, so its learning rate must be smaller"),
        ],
        "mean of 40": [
            (0.01, "the mean does not get steeper when each example comes ten times"),
            (1.0, "the mean does not get flatter when each example comes ten times"),
        ],
        "sum of 40": [
            (0.1, "the sum of 40 is far steeper than the mean"),
            (0.01, "the sum of 40 against the sum of 4 is right, but start from the mean of 4"),
            (0.025, "that is for the sum of 4, but here each of them comes ten times"),
            (4.0, "the sum of 40 is steeper than the mean, so its learning rate must be smaller"),
        ],
    }
    fits = isinstance(rates, dict) and set(rates) == set(right)
    expect(fits, "expected a dictionary with the learning rates for " + ", ".join(right))
    for batch, rate in right.items():
        what = f"the learning rate for the {batch}"
        compare(numbers(rates[batch], (), what), rate, what, mistakes[batch])
    return "the mean keeps its learning rate; the sum divides it by the number of squares"


def bce(function):
    """Judge a function: logits and targets of shape (N, 1) to their binary cross-entropy."""
    rng = np.random.default_rng(7)
    loss = BCEWithLogitsLoss()
    for logits, targets in [
        (rng.normal(size=(5, 1)), rng.integers(0, 2, size=(5, 1)) * 1.0),
        (rng.normal(size=(4, 1)), rng.uniform(size=(4, 1))),
    ]:
        value, wanted = call(function, logits, targets), loss.forward(logits, targets)
        p = 1 / (1 + np.exp(-logits))
        compare(value, wanted, f"bce of {len(logits)} examples", [
            (len(logits) * wanted, "that is the sum over the examples, but the loss is a mean"),
            (-wanted, "a minus sign is missing: a loss is never below 0"),
            (loss.forward(p, targets), "one sigmoid too many: the function is given logits"),
            (loss.forward(logits, 1 - targets), "you have yes and no mixed up"),
            (loss.forward(logits, 0 * targets), "the term z y is missing"),
            (np.mean(np.maximum(logits, 0) - logits * targets), "the logarithm is missing"),
            (np.mean((p - targets) ** 2), "that is the squared error of the probabilities"),
        ])  # fmt: skip
    for logit, target in [(40.0, 0.0), (-40.0, 1.0), (800.0, 0.0), (-800.0, 1.0)]:
        arrays = np.array([[logit], [0.0]]), np.array([[target], [1.0]])
        what = f"bce of the logit {logit:g} with the target {target:g}, and of 0 with 1"
        try:
            with np.errstate(all="ignore"):  # a browser would not tell of them
                value = call(function, *arrays)
            error = "" if _is_finite(value) else "divide by zero" if abs(logit) < 700 else "overflow"
        except (ArithmeticError, ValueError) as caught:
            error = caught
        expect(not error, f"at the logit {logit:g}: {error}; never give exp a number above 0, or log a 0")
        wanted = loss.forward(*arrays)
        value = numbers(value, (), what)
        lost = f"{what} should be {wanted:.6g}, got {value:.6g}: p was cut off, but z was not"
        expect(value > wanted - 1e-6, lost)
        compare(value, wanted, what)
    return "computed from logits, no loss gets lost, however sure the answer"


def _is_finite(value):
    """Whether no number of a value is infinite or NaN; what is no number is told elsewhere."""
    try:
        return bool(np.isfinite(value).all())
    except TypeError:
        return True


def _near(actual, expected, what, mistakes=()):
    """Expect a number that was computed by hand: to three decimal places."""
    for value, sentence in mistakes:
        expect(abs(actual - value) >= 6e-4, sentence)
    expect(abs(actual - expected) < 6e-4, f"{what} is not {actual:.6g}: look again")
