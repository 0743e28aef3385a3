"""The judges of "Look where it matters"."""

import numpy as np

from np_nn.check import call, compare, expect, numbers

LETTERS, DIGITS = 16, 10


def attend(function):
    """Judge a function: queries (N, d), keys (m, d), values (m, r) to what attention returns (N, r)."""
    rng = np.random.default_rng(181)
    for N, m, d, r in ((3, 5, 4, 2), (4, 4, 9, 9), (6, 6, 3, 3), (1, 7, 16, 5)):
        Q, K, V = rng.normal(size=(N, d)), rng.normal(size=(m, d)), rng.normal(size=(m, r))
        scores = Q @ K.T
        right = _softmax(scores / np.sqrt(d)) @ V
        mistakes = [
            (_softmax(scores) @ V, "the root of d is missing: divide the scores by it"),
            (_softmax(scores / d) @ V, "the scores are divided by d, and not by its root"),
            (
                _softmax(scores / np.sqrt(d), axis=0) @ V,
                "the weights of a card add up to 1: those of a question should, along axis 1",
            ),
            (_powers(scores / np.sqrt(d)) @ V, "the weights are powers alone: divide each by the sum of its row"),
            (scores / np.sqrt(d) @ V, "the scores are the weights: the softmax is missing"),
            (_softmax(scores / np.sqrt(r)) @ V, "the root is that of the width of the values, not of queries and keys"),
            (_softmax(scores / np.sqrt(m)) @ V, "the root is that of the number of cards, not of the width d"),
            (np.broadcast_to(V.mean(axis=0), right.shape), "all weights are the same: the question has no say"),
        ]
        if d == r:
            mistakes.append((_softmax(scores / np.sqrt(d)) @ K, "the keys are averaged, and the values should be"))
        if N == m:
            mistakes.append(
                (_softmax(scores.T / np.sqrt(d)) @ V, "the scores are turned round: a row belongs to a question")
            )
        compare(call(function, Q, K, V), right, f"what {N} questions get from {m} cards", mistakes)
    Q, K, V = 100 * rng.normal(size=(3, 4)), 100 * rng.normal(size=(5, 4)), rng.normal(size=(5, 2))
    with np.errstate(all="ignore"):
        found = call(function, Q, K, V)
    is_float = isinstance(found, np.ndarray) and found.dtype.kind == "f"
    overflows = is_float and not np.isfinite(found).all()
    expect(not overflows, "scores in the thousands give NaN: take the largest of each row away first")
    compare(found, _softmax(Q @ K.T / 2) @ V, "what questions with large scores get")
    return "each question gets the average of the values that it asked for"


def mask(function):
    """Judge a function: scores (N, N) of rows that ask each other to weights without a look ahead."""
    rng = np.random.default_rng(182)
    for N in (5, 3):
        scores = rng.normal(size=(N, N)) * 2
        scores[0, 1] = 9.0  # what is hidden may be large
        later, earlier = np.triu(np.ones((N, N), bool), 1), np.tril(np.ones((N, N), bool), -1)
        itself = np.eye(N, dtype=bool)
        plain = _softmax(scores)
        mistakes = [
            (plain, "nothing is hidden: the first row sees them all; if you added -1e-9, you meant -1e9"),
            (_hidden(scores, np.triu(np.ones((N, N), bool), 2)), "one too many: each row sees the one after it"),
            (_hidden(scores, later | itself, -1e9), "a row should see itself: the first one has nothing else"),
            (_hidden(scores, earlier), "upside down: the rows see what comes later and not what came before"),
            (_hidden(scores, earlier | itself, -1e9), "upside down, and without themselves"),
            (np.where(later, 0, plain), "the mask comes after the softmax: the weights no longer add up to 1, and later scores still count"),
            (_softmax(np.where(later, 0, scores)), "the hidden scores are 0, and e to the 0 is 1: minus infinity is what hides"),
            *((_hidden(scores, later, value), f"{value:g} is not low enough: a hidden score may be larger than the others by more") for value in (-1, -5, -9, -10, -20)),
            (_softmax(np.where(later, -np.inf, scores).T), "the scores are turned round before the softmax"),
        ]  # fmt: skip
        found = call(function, scores)
        if isinstance(found, np.ndarray) and found.dtype.kind == "f" and found.shape == (N, N):
            nothing = np.isnan(found).any(axis=1)
            expect(not nothing[[0, -1]].any(), f"row {int(nothing.argmax())} sees nothing at all, and gets NaN")
        compare(found, _hidden(scores, later), f"the weights of {N} rows", mistakes)
    scores = rng.normal(size=(4, 4))
    before = numbers(call(function, scores), (4, 4), "the weights of 4 rows")
    scores[:, 3] += 1000
    after = numbers(call(function, scores), (4, 4), "the weights of 4 rows, one of them with a large score,")
    moved = not np.allclose(before[:3], after[:3])
    expect(
        not moved,
        "a large score of the last row changes the weights of the rows before it: it is not hidden well enough",
    )
    compare(after[3], [0, 0, 0, 1], "the last row, whose own score is large,")
    return "no row knows what comes after it, however large its score is"


def by_hand(Wq, Wk, Wv):
    """Judge three matrices that answer with the digit of the card whose letter comes next."""
    shape = np.asarray(Wq, dtype=object).shape
    d = shape[1] if len(shape) == 2 and shape[1] else LETTERS
    Wq = numbers(Wq, (LETTERS, d), "Wq, a row for each letter,")
    Wk = numbers(Wk, (LETTERS + DIGITS, d), "Wk, a row for each letter and then for each digit,")
    Wv = numbers(Wv, (LETTERS + DIGITS, DIGITS), "Wv, a row for each letter and then for each digit,")
    rng = np.random.default_rng(183)
    shares = {shift: [] for shift in (1, 0, -1)}
    alone = 1.0  # the least weight of the right card
    for _ in range(400):
        letters, digits = rng.permutation(LETTERS), rng.integers(0, DIGITS, size=LETTERS)
        cards = np.concatenate([np.eye(LETTERS)[letters], np.eye(DIGITS)[digits]], axis=1)
        place = rng.integers(LETTERS)
        with np.errstate(all="ignore"):
            p = _softmax((np.eye(LETTERS)[[letters[place]]] @ Wq) @ (cards @ Wk).T / np.sqrt(d))
            sums = (p @ (cards @ Wv))[0]
        for shift, right in shares.items():
            card = np.flatnonzero(letters == (letters[place] + shift) % LETTERS)[0]
            right.append(sums.argmax() == digits[card])
            alone = min(alone, p[0, card]) if shift == 1 else alone
    share = {shift: np.mean(right) for shift, right in shares.items()}
    expect(not np.allclose(Wq, Wq[0]), "every letter has the same query, so the question has no say")
    expect(
        share[0] < 0.9, "that answers with the card that is asked for, and the one after it in the alphabet is wanted"
    )
    expect(share[-1] < 0.9, "that is the letter before: turn the shift round")
    few = f"right in {share[1]:.2f} of 400 hands of 16 cards"
    expect(
        np.allclose(Wk[LETTERS:], Wk[LETTERS]) or share[1] == 1,
        f"{few}: digits are matched too, and a key should be a letter alone",
    )
    expect(
        np.allclose(Wv[:LETTERS], Wv[0]) or share[1] == 1,
        f"{few}: letters are in the values too, and they should say the digit alone",
    )
    expect(share[1] == 1, f"{few}: the right card gets a weight of {alone:.2f}, so the scores are too small")
    return "the right card out of sixteen in 400 hands of 400, and nothing was trained"


def heads(function):
    """Judge a function: queries (N, h d), keys (m, h d), values (m, h r), h to what h heads return."""
    rng = np.random.default_rng(184)
    for N, m, count, d, r in ((3, 5, 2, 4, 3), (4, 6, 3, 2, 5), (2, 4, 1, 3, 2)):
        Q, K, V = (rng.normal(size=shape) * 2 for shape in ((N, count * d), (m, count * d), (m, count * r)))

        def join(root, split, Q=Q, K=K, V=V, count=count):
            parts = zip(*(split(rows, count) for rows in (Q, K, V)))
            return [_softmax(q @ k.T / np.sqrt(root)) @ v for q, k, v in parts]

        right = join(d, _columns)
        reshaped = join(d, lambda rows, count: rows.reshape(count, len(rows), -1))
        strided = join(d, lambda rows, count: [rows[:, first::count] for first in range(count)])
        mistakes = [
            (np.hstack(join(count * d, _columns)), "the root is that of the whole width: each head has d numbers, so take theirs"),
            (np.hstack(join(1, _columns)), "the root is missing: divide the scores by that of d, the width of a head"),
            (_softmax(Q @ K.T / np.sqrt(count * d)) @ V, "that is one head: cut the width into parts first"),
            (_softmax(Q @ K.T / np.sqrt(d)) @ V, "that is one head: cut the width into parts first"),
            (np.hstack(reshaped), "reshape alone mixes up rows and heads: split the last axis, then bring the heads in front"),
            (np.array(reshaped).reshape(N, -1), "reshape alone mixes up rows and heads: split the last axis, then bring the heads in front"),
            (np.array(right).reshape(N, -1), "well split, but joined by reshape alone: bring the heads behind the rows first"),
            (np.hstack(strided), "a head has columns that stand together, not every second or third one"),
            (np.hstack(right[::-1]), "the heads are joined in the wrong order"),
        ]  # fmt: skip
        expected = np.hstack(right)
        mistakes = [(wrong, words) for wrong, words in mistakes if count > 1 or "root is missing" in words]
        compare(call(function, Q, K, V, count), expected, f"what {count} heads of width {d} return", mistakes)
    return "each head has looked for itself, and stands in its own columns"


def _powers(scores, axis=1):
    return np.exp(scores - scores.max(axis=axis, keepdims=True))


def _softmax(scores, axis=1):
    powers = _powers(scores, axis)
    return powers / powers.sum(axis=axis, keepdims=True)


def _hidden(scores, hide, value=-np.inf):
    return _softmax(scores + np.where(hide, value, 0.0))


def _columns(rows, count):
    return np.split(rows, count, axis=1)
