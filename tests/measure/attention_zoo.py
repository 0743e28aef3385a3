"""What is often done wrong in attention: each of these still trains, and each is caught.

test_measured.py trains them, test_attention_zoo.py catches them with what the lesson teaches; attention.py
counts what comes of 20 seeds.
"""

import numpy as np

from np_nn.autograd import Tensor

HIDE = -1e9


def softmax(scores, axis=-1):
    powers = (scores - scores.data.max(axis=axis, keepdims=True)).exp()
    return powers / powers.sum(axis=axis, keepdims=True)


# Rows that ask each other: (batch, N, d) each; hidden is True at what nobody may see.


def right(Q, K, V, hidden=False, axis=-1, root=None):
    scores = Q @ K.transpose(0, 2, 1) / np.sqrt(root or Q.data.shape[-1])
    return softmax(scores + np.where(hidden, HIDE, 0.0), axis) @ V


def over_the_questions(Q, K, V, hidden=False):
    return right(Q, K, V, hidden, axis=-2)


def over_the_batch(Q, K, V, hidden=False):
    return right(Q, K, V, hidden, axis=0)


def keys_for_values(Q, K, V, hidden=False):
    return right(Q, K, K, hidden)


def turned(Q, K, V, hidden=False):
    return right(K, Q, V, hidden)


def no_root(Q, K, V, hidden=False):
    return right(Q, K, V, hidden, root=1)


def padding_seen(Q, K, V, hidden=False):
    return right(Q, K, V)


ROWS = {
    "right": right,
    "softmax over the questions": over_the_questions,
    "softmax over the batch": over_the_batch,
    "keys for values": keys_for_values,
    "scores turned": turned,
    "no root of d": no_root,
}

# Masks: scores (batch, N, N) to weights; row n is to see the rows up to n.


def later(scores, first=1):
    """Return True for the columns that come later than the row, beginning with the ``first`` of them."""
    return np.triu(np.ones(scores.data.shape[-2:], dtype=bool), k=first)


def with_mask(hide, value=-np.inf):
    """Return weights for which ``value`` is added to the scores where ``hide`` of them is True."""
    return lambda scores: softmax(scores + np.where(hide(scores), value, 0.0))


MASKS = {
    "right": with_mask(later),
    "none": softmax,
    "one too many": with_mask(lambda scores: later(scores, first=2)),
    "-1e-9 for -1e9": with_mask(later, -1e-9),
    "scores times the mask": lambda scores: softmax(scores * np.where(later(scores), 0.0, 1.0)),
    "after the softmax": lambda scores: softmax(scores) * np.where(later(scores), 0.0, 1.0),
    "-10 for minus infinity": with_mask(later, -10.0),
    "not itself": with_mask(lambda scores: later(scores, first=0), HIDE),
}

# Heads: how (batch, N, heads * d) becomes (batch, heads, N, d), and what the scores are divided by.


def split(rows, heads):
    batch, count, width = rows.data.shape
    return rows.reshape(batch, count, heads, width // heads).transpose(0, 2, 1, 3)


def split_by_reshape(rows, heads):
    batch, count, width = rows.data.shape
    return rows.reshape(batch, heads, count, width // heads)


def heads(Q, K, V, count, split=split, whole=False):
    """Return what ``count`` heads find, joined again: (batch, N, count * r)."""
    root = np.sqrt(Q.data.shape[-1] / (1 if whole else count))
    Q, K, V = (split(rows, count) for rows in (Q, K, V))
    found = (softmax(Q @ K.transpose(0, 1, 3, 2) / root) @ V).transpose(0, 2, 1, 3)
    return found.reshape(*found.data.shape[:2], -1)


HEADS = {
    "one head": lambda Q, K, V: heads(Q, K, V, 1),
    "two heads": lambda Q, K, V: heads(Q, K, V, 2),
    "split by reshape alone": lambda Q, K, V: heads(Q, K, V, 2, split_by_reshape),
    "root of the whole width": lambda Q, K, V: heads(Q, K, V, 2, whole=True),
}


def start(rng, *shapes, size=None):
    """Return tensors of normal numbers, of the size 1 / sqrt(rows) where none is given."""
    return [Tensor(rng.normal(size=shape) * (size or 1 / np.sqrt(shape[0]))) for shape in shapes]
