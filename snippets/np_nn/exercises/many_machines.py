"""The judges of "Share the work"."""

import contextlib

import numpy as np

from np_nn.check import call, compare, expect, numbers


def gather(function):
    """Judge a function: gradients of processes and their numbers of rows to the gradient of all rows."""
    rng = np.random.default_rng(19)
    for counts in ([3, 3], [5, 2], [22, 21, 21], [1, 30, 4, 13]):
        gradients = [rng.normal(size=(2, 3)) for _ in counts]
        total = sum(counts)
        right = sum(count / total * gradient for count, gradient in zip(counts, gradients))
        found = call(function, gradients, counts)
        compare(found, right, f"the gradient of {counts} rows", [
            (sum(gradients) / len(counts), "that is the plain mean: a process with few rows weighs as much as one with many"),
            (sum(gradients), "you add the gradients up; each is a mean already, so the sum is too large"),
            (total * right, "the weights are the numbers of rows: divide them by all rows, so that they add up to 1"),
            (total * right / len(counts), "the weights should add up to 1: divide by the number of rows, not of processes"),
            (right / total, "you divide by the number of rows twice: each gradient is a mean already"),
            (sum(gradient / count for count, gradient in zip(counts, gradients)), "each gradient is divided by its rows once more; it is a mean already"),
            (gradients[0], "that is the gradient of process 0 alone"),
        ])  # fmt: skip
    return "each row counts the same, whoever computed its gradient"


def shard(function):
    """Judge a function: rows, a rank and a number of processes to the rows of that process."""
    for count, size in ((12, 3), (13, 4), (258, 8), (7, 7), (5, 8)):
        rows = np.random.default_rng(count).permutation(1000)[:count]
        parts = []
        for rank in range(size):
            what = f"the rows of process {rank} of {size}, of {count} rows,"
            part = call(function, rows, rank, size)
            expect(part is not ..., f"{what} are still missing: fill in the dots")
            with contextlib.suppress(ValueError, TypeError):  # what NumPy makes no array of has no length either
                part = np.asarray(part)
            got = f"the shape {part.shape}" if isinstance(part, np.ndarray) else f"{part!r:.40}"
            in_a_row = isinstance(part, np.ndarray) and part.ndim == 1
            expect(in_a_row, f"{what} should be an array with one row number after the other, got {got}")
            parts.append(numbers(part, part.shape, what))
        together = np.concatenate(parts)
        known = np.isin(together, rows).all()
        expect(
            known,
            f"of {count} rows over {size} processes: somebody got a row that was not among them: take entries of rows, not their places",
        )
        sizes = [len(part) for part in parts]
        different = len(np.unique(together))
        everybody = size > 1 and all(np.array_equal(part, parts[0]) for part in parts)
        expect(not everybody, "all processes get the same rows: whose turn it is depends on the rank")
        expect(
            len(together) == different,
            f"of {count} rows over {size} processes: {len(together)} were handed out, {different} of them different, so some come twice",
        )
        expect(
            different == count,
            f"of {count} rows over {size} processes {count - different} are lost: what is left over has to go to somebody",
        )
        fair = max(sizes) - min(sizes) <= 1
        expect(
            fair, f"of {count} rows over {size} processes: the shares have {sizes} rows, and should differ by 1 at most"
        )
    return "every row is handed out once, and nobody has more than one row more than others"


_CLUES = {
    "sum for mean": "then the copies would move twice as far as one process in step 1, and stay equal",
    "the same rows": "then the copies would stay equal, and move about as far as one process, but elsewhere",
    "nothing exchanged": "then the copies would be equal at the start, and drift apart with each step",
    "different starts": "then the copies would be apart before step 1, and stay as far apart",
    "biases not exchanged": "then the weights would stay equal, and the biases drift apart",
}


def detective(first, second):
    """Judge two names: of the mistake behind each of the page's two traces."""
    for place, name, right in (("first", first, "biases not exchanged"), ("second", second, "different starts")):
        expect(
            name is not ... and name is not None, f"the name of the {place} mistake is still missing: fill in the dots"
        )
        known = isinstance(name, str) and name in _CLUES
        expect(known, f"the {place} mistake should be one of {', '.join(_CLUES)}, got {name!r:.40}")
        expect(name == right, f"the {place} trace is not that of {name!r}: {_CLUES.get(name) if known else ''}")
    return "where the copies are, and how far they went, tells what they exchange"


def cost(function):
    """Judge a function: numbers, processes, latency and bytes a second to the seconds of a ring."""
    for count, k, latency, rate in ((2410, 3, 2e-4, 1e8), (2_176_010, 8, 1e-4, 1.25e8), (85_002, 64, 5e-5, 1e9)):
        moves, size = 2 * (k - 1), 4 * count
        right = moves * latency + moves / k * size / rate
        compare(call(function, count, k, latency, rate), right, f"the time for {count} numbers and {k} processes", [
            (moves * latency + moves / k * count / rate, "you took numbers for bytes: a float32 has four of them"),
            (moves * latency + moves / k * 2 * size / rate, "a float32 has four bytes, not eight"),
            (moves / k * size / rate, "the latency is missing: every move waits for it"),
            (latency + moves / k * size / rate, "the latency is counted once, and there are 2 (k - 1) moves"),
            (moves * latency + size / rate, "each process does not send its row once, but 2 (k - 1) / k times"),
            (moves * latency + moves * size / rate, "in each move only a piece is sent, one of k"),
            (moves * latency / 2 + moves / k * size / rate / 2, "that is one time round the ring: the pieces travel once to be added up, and once more"),
            (latency + size / rate, "you have one process send everything once; a ring makes 2 (k - 1) moves, with a piece of k in each"),
        ])  # fmt: skip
    return "many moves cost latency, long rows cost bandwidth, and a ring shares the bytes out"
