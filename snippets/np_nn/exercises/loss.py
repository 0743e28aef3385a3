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
            ([median, mean], "these are the right two in the wrong order: the square comes first"),
            ([mean, mean], "the mean is best for the squares only, and you gave it for both"),
            ([median, median], "the median is best for the sizes only, and you gave it for both"),
            ([middle, middle], "the middle between the ends is best for neither of the two"),
        ]
        near = np.abs(answer - [mean, median]).max() <= 0.11
        if near and not is_close(answer, np.array([mean, median]), ROUNDED):
            raise NotYet("you are within a tenth: trying out has shown where, now say it exactly")
        compare(answer, [mean, median], what, mistakes)
    return "the mean for squared errors, the median for absolute ones: the loss decides"


def lazy(p, loss):
    """Judge the best constant probability for three days of rain in four, and its loss."""
    p, loss = numbers(p, (), "p"), numbers(loss, (), "the loss")
    expect(0 < p < 1, "p should lie between 0 and 1, or one of the two days costs infinity")
    _near(p, 0.75, "p", [
        (0.25, "0.25 is the share of dry days, and p is the probability of rain"),
        (0.5, "0.5 is what one says who knows nothing, and we know that it often rains"),
    ])  # fmt: skip
    entropy = -0.75 * np.log(0.75) - 0.25 * np.log(0.25)
    _near(loss, entropy, "the loss", [
        (4 * entropy, "that is the sum over four days, and the loss is their mean"),
        (entropy / np.log(2), "that is with the logarithm to base 2, and ours is the natural one"),
        (np.log(2), "that is the loss of 0.5 on every day, and yours is less"),
        (-np.log(0.75), "that is the loss of a rainy day, and one day in four is dry"),
        (-entropy, "cross-entropy has a minus in front, and is never below 0"),
    ])  # fmt: skip
    return "a loss above 0.562 on such days is worse than knowing how often it rains"


def twice(yes, no):
    """Judge the losses of probabilities 1 and 0, right both times, which were taken for logits."""
    yes, no = numbers(yes, (), "the loss for yes"), numbers(no, (), "the loss for no")
    expect(yes != 0 or no != 0, "0 would be right if the loss took probabilities: it takes logits")
    _near(yes, np.log1p(np.exp(-1)), "the loss for yes", [
        (np.log(2), "ln 2 is the loss at the logit 0, and here the logit is 1"),
        (np.log1p(np.exp(1)), "that is the loss of the logit 1 for the target 0, and it is 1"),
        (1 / (1 + np.exp(-1)), "that is the probability, and the loss is minus its logarithm"),
    ])  # fmt: skip
    _near(no, np.log(2), "the loss for no", [
        (0.5, "that is the probability, and the loss is minus its logarithm"),
        (0, "the logit 0 is no sure no: its sigmoid is one half"),
    ])  # fmt: skip
    return "with a sigmoid too many, even sure and right answers never cost less than this"


def same_steps(rates):
    """Judge {batch: learning rate} for the steps that the mean of 4 takes with 0.1."""
    right = {"sum of 4": 0.1 / 4, "mean of 40": 0.1, "sum of 40": 0.1 / 40}
    mistakes = {
        "sum of 4": [
            (0.1, "the sum of 4 has the same lowest place as the mean, but its slopes are steeper"),
            (0.4, "the sum of 4 is steeper than the mean, so its learning rate must be smaller"),
        ],
        "mean of 40": [
            (0.01, "the mean does not get steeper when each example comes ten times"),
            (1.0, "the mean does not get flatter when each example comes ten times"),
        ],
        "sum of 40": [
            (0.1, "the sum of 40 is far steeper than the mean"),
            (0.01, "the sum of 40 against the sum of 4 is right, but start from the mean of 4"),
            (0.025, "that is for the sum of 4, and each of them comes ten times here"),
            (4.0, "the sum of 40 is steeper than the mean, so its learning rate must be smaller"),
        ],
    }
    fits = isinstance(rates, dict) and set(rates) == set(right)
    expect(fits, "a dictionary is wanted with the learning rates for " + ", ".join(right))
    for batch, rate in right.items():
        what = f"the learning rate for the {batch}"
        compare(numbers(rates[batch], (), what), rate, what, mistakes[batch])
    return "the mean keeps its learning rate, the sum divides it by the number of its squares"


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
            (len(logits) * wanted, "that is the sum over the examples, and the loss is a mean"),
            (-wanted, "there is a minus missing: a loss is not below 0"),
            (loss.forward(p, targets), "a sigmoid too many: what comes in are logits"),
            (loss.forward(logits, 1 - targets), "yes and no are mixed up"),
            (loss.forward(logits, 0 * targets), "the term z y is missing"),
            (np.mean(np.maximum(logits, 0) - logits * targets), "the logarithm is missing"),
            (np.mean((p - targets) ** 2), "that is the squared error of the probabilities"),
        ])  # fmt: skip
    for logit, target in [(40.0, 0.0), (-40.0, 1.0), (800.0, 0.0), (-800.0, 1.0)]:
        arrays = np.array([[logit], [0.0]]), np.array([[target], [1.0]])
        what = f"bce of the logit {logit:g} with the target {target:g}, and of 0 with 1"
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                value = call(function, *arrays)
        except (ArithmeticError, ValueError) as error:
            raise NotYet(f"at the logit {logit:g}: {error}; no exp may see a number above 0, "
                         "no log a 0") from None  # fmt: skip
        wanted = loss.forward(*arrays)
        value = numbers(value, (), what)
        lost = f"{what} should be {wanted:.6g}, got {value:.6g}: p was cut off, z still knows"
        expect(value > wanted - 1e-6, lost)
        compare(value, wanted, what)
    return "from the logits no answer is so sure that its loss gets lost"


def _near(actual, expected, what, mistakes=()):
    """Expect a number that was computed by hand: to three digits after the point."""
    for value, sentence in mistakes:
        expect(abs(actual - value) >= 6e-4, sentence)
    expect(abs(actual - expected) < 6e-4, f"{what} is not {actual:.6g}, look again")
