"""The judges of the lesson on many machines: they take right answers, and name the wrong ones."""

import re

import numpy as np
import pytest

from np_nn.check import NotYet, check, find


def gather(gradients, counts):
    return sum(count / sum(counts) * each for count, each in zip(counts, gradients))


def cost(count, k, latency, rate):
    return 2 * (k - 1) * (latency + 4 * count / k / rate)


def padded(rows, rank, size):
    each = -(-len(rows) // size)
    return np.resize(rows, each * size)[rank::size]


def dropped(rows, rank, size):
    each = len(rows) // size
    return rows[rank * each : (rank + 1) * each]


def overlapping(rows, rank, size):
    each = len(rows) // size
    return rows[rank * each : (rank + 1) * each + 1]


def rest_to_the_last(rows, rank, size):
    each = len(rows) // size
    return rows[rank * each :] if rank == size - 1 else rows[rank * each : (rank + 1) * each]


RIGHT = {
    "gather": [gather],
    "shard": [lambda rows, rank, size: rows[rank::size]],
    "detective": ["biases not exchanged", "different starts"],
    "cost": [cost],
}

OTHER_RIGHT = [
    ("gather", [lambda gradients, counts: np.average(gradients, axis=0, weights=counts)]),
    ("shard", [lambda rows, rank, size: np.array_split(rows, size)[rank]]),
    ("shard", [lambda rows, rank, size: list(rows[rank::size])]),
    ("cost", [lambda count, k, latency, rate: 2 * (k - 1) * latency + 2 * (k - 1) / k * 4 * count / rate]),
]

WRONG = [
    ("gather", [lambda gradients, counts: np.mean(gradients, axis=0)], "that is the plain mean"),
    ("gather", [lambda gradients, counts: sum(gradients)], "the sum is too large"),
    ("gather", [lambda gradients, counts: sum(c * g for c, g in zip(counts, gradients))], "divide them by all rows"),
    (
        "gather",
        [lambda gradients, counts: sum(c * g for c, g in zip(counts, gradients)) / len(counts)],
        "not of processes",
    ),
    (
        "gather",
        [lambda gradients, counts: gather(gradients, counts) / sum(counts)],
        "divide by the number of rows twice",
    ),
    ("gather", [lambda gradients, counts: sum(g / c for c, g in zip(counts, gradients))], "it is a mean already"),
    ("gather", [lambda gradients, counts: gradients[0]], "of process 0 alone"),
    ("shard", [padded], "some come twice"),
    ("shard", [overlapping], "some come twice"),
    ("shard", [dropped], "what is left over has to go to somebody"),
    ("shard", [rest_to_the_last], "should differ by 1 at most"),
    ("shard", [lambda rows, rank, size: rows], "all processes get the same rows"),
    ("shard", [lambda rows, rank, size: np.arange(len(rows))[rank::size]], "take entries of rows, not their places"),
    ("shard", [lambda rows, rank, size: rows.reshape(-1, 1)], "one row number after the other"),
    ("detective", ["nothing exchanged", "different starts"], "drift apart with each step"),
    ("detective", ["biases not exchanged", "nothing exchanged"], "equal at the start"),
    ("detective", ["sum for mean", "different starts"], "twice as far"),
    ("detective", ["different starts", "biases not exchanged"], "the first trace is not that of 'different starts'"),
    ("detective", ["biases not exchanged", "the same rows"], "the copies would stay equal"),
    ("detective", ["biases", "different starts"], "should be one of"),
    ("cost", [lambda count, k, latency, rate: 2 * (k - 1) * (latency + count / k / rate)], "numbers for bytes"),
    ("cost", [lambda count, k, latency, rate: 2 * (k - 1) * (latency + 8 * count / k / rate)], "not eight"),
    ("cost", [lambda count, k, latency, rate: 2 * (k - 1) * 4 * count / k / rate], "the latency is missing"),
    ("cost", [lambda count, k, latency, rate: latency + 2 * (k - 1) * 4 * count / k / rate], "counted once"),
    ("cost", [lambda count, k, latency, rate: 2 * (k - 1) * latency + 4 * count / rate], "2 (k - 1) / k times"),
    ("cost", [lambda count, k, latency, rate: 2 * (k - 1) * (latency + 4 * count / rate)], "only a piece"),
    ("cost", [lambda count, k, latency, rate: cost(count, k, latency, rate) / 2], "one time round the ring"),
    ("cost", [lambda count, k, latency, rate: latency + 4 * count / rate], "everything once"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_right(capsys, name):
    check(f"many_machines.{name}", *RIGHT[name])
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer", OTHER_RIGHT)
def test_another_way_to_say_it_is_right(capsys, name, answer):
    check(f"many_machines.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_in_one_sentence(name, answer, words):
    with pytest.raises(NotYet, match=re.escape(words)) as caught:
        check(f"many_machines.{name}", *answer)
    assert "\n" not in str(caught.value)


def test_every_exercise_is_tried():
    assert set(RIGHT) == set(find("many_machines")) == {name for name, _, _ in WRONG}
