"""The judges of the lesson on training: they take right answers, and name the wrong ones."""

import re

import numpy as np
import pytest

from np_nn.check import NotYet, check, find


def normal(deviation):
    """Return an answer that draws normal weights with a deviation of inputs and outputs."""
    return lambda rng, inputs, outputs: rng.normal(size=(outputs, inputs)) * deviation(inputs, outputs)


def even(rng, inputs, outputs):
    bound = np.sqrt(6 / inputs)
    return rng.uniform(-bound, bound, (outputs, inputs))


def even_of_deviation(rng, inputs, outputs):
    bound = np.sqrt(2 / inputs)
    return rng.uniform(-bound, bound, (outputs, inputs))


def own(rng, inputs, outputs):
    return rng.uniform(-1, 1, (outputs, inputs)) / np.sqrt(inputs)


he = normal(lambda inputs, outputs: np.sqrt(2 / inputs))


def adam(w, g, mean, square, k, lr, beta1, beta2, eps):
    mean = beta1 * mean + (1 - beta1) * g
    square = beta2 * square + (1 - beta2) * g**2
    return w - lr * mean / (1 - beta1**k) / (np.sqrt(square / (1 - beta2**k)) + eps), mean, square


def adam_with(change):
    """Return Adam in which one thing is another: w, g, mean, square and what else is handed over."""

    def wrong(w, g, mean, square, k, lr, beta1, beta2, eps):
        mean = beta1 * mean + (1 - beta1) * g
        square = beta2 * square + (1 - beta2) * (mean if change == "mean squared" else g) ** 2
        power = 1 if change == "stuck" else k
        first, second = mean / (1 - beta1**power), square / (1 - beta2**power)
        if change == "uncorrected":
            first, second = mean, square
        if change == "eps inside":
            root = np.sqrt(second + eps)
        else:
            root = (second if change == "no root" else np.sqrt(second)) + eps
        w = w + lr * first / root if change == "uphill" else w - lr * first / root
        return (w, first, second) if change == "corrected and kept" else (w, mean, square)

    return wrong


def stop(run, epochs):
    lowest, best = np.inf, None
    for _ in range(epochs):
        run.train()
        value = run.validate()
        if value < lowest:
            lowest, best = value, [array.copy() for array in run.parameters]
    return best


def stop_with(kept=lambda run: [array.copy() for array in run.parameters], measure="validate", before=False, more=0):
    """Return an answer to stop in which one thing is another."""

    def wrong(run, epochs):
        lowest, best = np.inf, None
        for _ in range(epochs + more):
            if before:
                value = run.validate()
                run.train()
            else:
                training = run.train()
                value = training if measure == "train" else run.validate()
            if value < lowest:
                lowest, best = value, kept(run)
        return best

    return wrong


def last(run, epochs):
    for _ in range(epochs):
        run.train()
        run.validate()
    return [array.copy() for array in run.parameters]


def impatient(run, epochs):
    lowest, best = np.inf, None
    for _ in range(epochs):
        run.train()
        value = run.validate()
        if value >= lowest:
            break
        lowest, best = value, [array.copy() for array in run.parameters]
    return best


def decay(weight, bias, grad_weight, grad_bias, lr, share):
    return (1 - lr * share) * weight - lr * grad_weight, bias - lr * grad_bias


def decay_with(weights=lambda w, g, lr, share: w - lr * (g + share * w), biases=lambda b, g, lr, share: b - lr * g):
    return lambda w, b, gw, gb, lr, share: (weights(w, gw, lr, share), biases(b, gb, lr, share))


RIGHT = {
    "init": [he],
    "adam": [adam],
    "stop": [stop],
    "decay": [decay],
    "rate": [0.01],
}

OTHER_RIGHT = [
    ("init", [even]),
    ("init", [normal(lambda inputs, outputs: (2 / inputs) ** 0.5)]),
    ("stop", [lambda run, epochs: tuple(stop(run, epochs))]),
    ("decay", [decay_with()]),
    *(("rate", [lr]) for lr in (0.006, 0.008, 0.02)),
]

WRONG = [
    ("init", [normal(lambda inputs, outputs: 2 / inputs)], "that is the mean square, so take its root"),
    ("init", [normal(lambda inputs, outputs: np.sqrt(2 / outputs))], "you divide by the outputs"),
    ("init", [normal(lambda inputs, outputs: np.sqrt(1 / inputs))], "the 2 is missing"),
    ("init", [even_of_deviation], "their bound divided by the root of 3"),
    ("init", [own], "that is np_nn's own start"),
    ("init", [normal(lambda inputs, outputs: 1)], "the standard deviation is 1"),
    ("init", [normal(lambda inputs, outputs: 0)], "all weights are 0"),
    ("init", [normal(lambda inputs, outputs: np.sqrt(3 / inputs))], "from layer 1 to layer 30 the size goes from"),
    (
        "init",
        [lambda rng, inputs, outputs: rng.uniform(0, 1, (outputs, inputs))],
        "the mean of the weights should be 0",
    ),
    ("init", [lambda rng, inputs, outputs: he(rng, outputs, inputs)], "should be an array of shape (50, 400)"),
    ("adam", [adam_with("uncorrected")], "the correction is missing"),
    ("adam", [adam_with("stuck")], "it has the power k"),
    ("adam", [adam_with("eps inside")], "not inside it"),
    ("adam", [adam_with("mean squared")], "not of mean**2"),
    ("adam", [adam_with("no root")], "the root is missing"),
    ("adam", [adam_with("corrected and kept")], "return the means as they are"),
    ("adam", [adam_with("uphill")], "its sign is turned"),
    ("adam", [lambda *given: adam(*given)[0]], "three arrays are wanted"),
    ("stop", [stop_with(kept=lambda run: run.parameters)], "keep copies"),
    ("stop", [stop_with(kept=lambda run: list(run.parameters))], "keep copies"),
    ("stop", [last], "the parameters of the last epoch"),
    ("stop", [stop_with(measure="train")], "validate was never called"),
    ("stop", [stop_with(before=True)], "one epoch too late"),
    ("stop", [impatient], "the loss may fall again after it rose"),
    ("stop", [stop_with(more=1)], "were asked for"),
    ("stop", [lambda run, epochs: 3], "a list of 2 arrays is wanted"),
    ("decay", [decay_with(lambda w, g, lr, share: w - lr * g)], "nothing decays"),
    ("decay", [decay_with(lambda w, g, lr, share: w - lr * (g - share * w))], "makes weights grow"),
    ("decay", [decay_with(lambda w, g, lr, share: (1 - share) * w - lr * g)], "should lose lr * decay"),
    ("decay", [decay_with(lambda w, g, lr, share: w - lr * (g + 2 * share * w))], "twice too much"),
    ("decay", [decay_with(lambda w, g, lr, share: (1 - lr * share) * (w - lr * g))], "the step decays as well"),
    ("decay", [decay_with(lambda w, g, lr, share: w - lr * (g + share * np.sign(w)))], "a share of itself"),
    ("decay", [decay_with(lambda w, g, lr, share: w + lr * g - lr * share * w)], "uphill"),
    ("decay", [decay_with(biases=lambda b, g, lr, share: b - lr * (g + share * b))], "the biases decay too"),
    ("decay", [decay_with(biases=lambda b, g, lr, share: b)], "the bias has not moved"),
    ("decay", [lambda *given: decay(*given)[0]], "two arrays are wanted"),
    ("rate", [0.2], "the training is gone"),
    ("rate", [1e6], "the training is gone"),
    ("rate", [0.001], "the steps are too short"),
    ("rate", [0.2 / 256], "the steps are too short"),
    ("rate", [0.0], "should be above 0"),
    ("rate", [-0.01], "should be above 0"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_right(capsys, name):
    check(f"training.{name}", *RIGHT[name])
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer", OTHER_RIGHT)
def test_another_way_to_say_it_is_right(capsys, name, answer):
    check(f"training.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_in_one_sentence(name, answer, words):
    with pytest.raises(NotYet, match=re.escape(words)) as caught:
        check(f"training.{name}", *answer)
    assert "\n" not in str(caught.value)


def test_every_exercise_is_tried():
    assert set(RIGHT) == set(find("training")) == {name for name, _, _ in WRONG}
