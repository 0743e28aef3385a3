"""The judges of the lesson on convolution: they take right answers, and name the wrong ones."""

import re

import numpy as np
import pytest
import torch

from np_nn.check import NotYet, check, find


def matrix(kernel, d, shift=0):
    size = len(kernel)
    o = d - size + 1
    rows = np.zeros((o, o, d, d))
    for i, j in np.ndindex(o, o):
        rows[i, j, i : i + size, j : j + size] = kernel
    return np.roll(rows, (shift, shift), axis=(2, 3)).reshape(o * o, d * d)


def matrix_of_pytorch(kernel, d):
    """Every column is what PyTorch makes of a picture with one pixel of 1."""
    pixels = torch.eye(d * d, dtype=torch.double).reshape(-1, 1, d, d)
    maps = torch.nn.functional.conv2d(pixels, torch.tensor(kernel)[None, None])
    return maps.reshape(d * d, -1).T.numpy()


def diagonals(kernel, d):
    first, o = matrix(kernel, d)[0], d - len(kernel) + 1
    return np.array([np.roll(first, n) for n in range(o * o)])


def gradient(grad_map, picture):
    windows = np.lib.stride_tricks.sliding_window_view(picture, grad_map.shape)
    return (windows * grad_map).sum(axis=(2, 3))


def gradient_of_pytorch(grad_map, picture):
    size = len(picture) - len(grad_map) + 1
    kernel = torch.zeros((1, 1, size, size), dtype=torch.double, requires_grad=True)
    found = torch.nn.functional.conv2d(torch.tensor(picture)[None, None], kernel)
    found.backward(torch.tensor(grad_map)[None, None])
    return kernel.grad[0, 0].numpy()


def one_place(place):
    def wrong(grad_map, picture):
        size = len(picture) - len(grad_map) + 1
        start = place % len(grad_map)
        part = picture[start : start + size, start : start + size]
        return part * grad_map[start, start]

    return wrong


def unweighted(grad_map, picture):
    return gradient(np.ones_like(grad_map), picture)


def places(d, size, stride, padding):
    return (d + 2 * padding - size) // stride + 1


def pool(picture, grad_pooled):
    x = torch.tensor(picture[None, None], requires_grad=True)
    torch.nn.functional.max_pool2d(x, 2).backward(torch.tensor(grad_pooled)[None, None])
    return x.grad[0, 0].numpy()


def pooled(share):
    """Return a gradient of pooling that hands out to each block what ``share`` says."""

    def function(picture, grad_pooled):
        found = np.zeros_like(picture)
        for i, j in np.ndindex(*grad_pooled.shape):
            block = picture[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
            found[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] = share(block) * grad_pooled[i, j]
        return found

    return function


def largest(block):
    return (block == block.max()).astype(float)


def last(block):
    return np.eye(4)[3 - block.ravel()[::-1].argmax()].reshape(2, 2)


def corner(block):
    return np.eye(4)[0].reshape(2, 2)


def witness(picture, kernel):
    """Return a witness that compares what a function makes of these with all windows at once."""
    windows = np.lib.stride_tricks.sliding_window_view(np.array(picture), kernel.shape)
    wanted = (windows * kernel).sum(axis=(2, 3))

    def function(convolve):
        found = np.asarray(convolve(picture, kernel))
        return found.shape == wanted.shape and np.allclose(found, wanted)

    return function


def witness_of_pytorch(convolve):
    pair = torch.tensor(PICTURE)[None, None], torch.tensor(KERNEL)[None, None]
    wanted, found = torch.nn.functional.conv2d(*pair)[0, 0].numpy(), convolve(PICTURE, KERNEL)
    return found.shape == wanted.shape and np.allclose(found, wanted)


RNG = np.random.default_rng(5)
PICTURE, KERNEL = RNG.normal(size=(6, 6)), RNG.normal(size=(3, 3))
# The same along every diagonal, also round the edges: wrapped round by one it stays what it is.
BANDS = RNG.normal(size=6)[np.subtract.outer(np.arange(6), np.arange(6)) % 6]
SYMMETRIC, ODD = KERNEL + KERNEL.T, KERNEL + KERNEL[::-1, ::-1]


def stumbles(convolve):
    return bool(np.abs(convolve(PICTURE, KERNEL) - matrix(KERNEL, 6).dot(PICTURE.ravel()).reshape(4, 4)).max() < 1e-9)


def takes_a_corner(convolve):
    wanted = matrix(KERNEL, 6).dot(PICTURE.ravel()).reshape(4, 4)
    return bool(np.abs(convolve(PICTURE, KERNEL)[:4, :4] - wanted).max() < 1e-9)


def correlates(convolve):
    wanted = matrix(KERNEL, 6).dot(PICTURE.ravel())
    return bool(np.corrcoef(np.asarray(convolve(PICTURE, KERNEL)).ravel()[:16], wanted)[0, 1] > 0.999)


def to_the_last_bit(convolve):
    return bool((convolve(PICTURE, KERNEL) == matrix(KERNEL, 6).dot(PICTURE.ravel()).reshape(4, 4)).all())


def sorts(convolve):
    wanted = matrix(KERNEL, 6).dot(PICTURE.ravel())
    return bool(np.allclose(np.sort(np.ravel(convolve(PICTURE, KERNEL)))[:16], np.sort(wanted)))


RIGHT = {
    "matrix": [matrix],
    "gradient": [gradient],
    "sizes": [places],
    "pool": [pool],
    "witness": [witness(PICTURE, KERNEL)],
}
OTHER_RIGHT = [
    ("matrix", [matrix_of_pytorch]),
    ("gradient", [gradient_of_pytorch]),
    ("gradient", [lambda g, x: gradient(g, x).tolist()]),
    ("sizes", [lambda d, s, t, p: len(range(0, d + 2 * p - s + 1, t))]),
    ("sizes", [lambda d, s, t, p: float(places(d, s, t, p))]),
    ("pool", [pooled(lambda block: np.eye(4)[block.argmax()].reshape(2, 2))]),
    ("witness", [witness_of_pytorch]),
    ("witness", [witness(np.arange(25.0).reshape(5, 5) ** 2, np.arange(4.0).reshape(2, 2))]),
]
WRONG = [
    ("matrix", [lambda k, d: matrix(k[::-1, ::-1], d)], "the kernel is flipped"),
    ("matrix", [lambda k, d: matrix(k.T, d)], "rows and columns of the kernel are swapped"),
    ("matrix", [lambda k, d: matrix(k, d, -1)], "begins one pixel early"),
    ("matrix", [lambda k, d: matrix(k, d, 1)], "begins one pixel late"),
    ("matrix", [diagonals], "wraps into the next one"),
    ("matrix", [lambda k, d: matrix(k, d).T], "is turned: a row for each place"),
    ("matrix", [lambda k, d: matrix(k, d).reshape(-1, d - len(k) + 1, d, d)], "in four axes"),
    ("matrix", [lambda k, d: np.zeros((d * d, d * d))], "the kernel fits at 3 × 3 places"),
    ("matrix", [lambda k, d: 2 * matrix(k, d)], "should be"),
    ("gradient", [lambda g, x: gradient(g, x) / g.size], "the mean over the places"),
    ("gradient", [one_place(0)], "what the first place says alone"),
    ("gradient", [one_place(-1)], "what the last place says alone"),
    ("gradient", [lambda g, x: gradient(g, x).T], "rows and columns of the kernel are swapped"),
    ("gradient", [lambda g, x: gradient(g, x)[::-1, ::-1]], "the gradient is flipped"),
    ("gradient", [unweighted], "the gradient of the map is missing"),
    ("sizes", [lambda d, s, t, p: (d + 2 * p - s) // t], "one place is missing"),
    ("sizes", [lambda d, s, t, p: (d + p - s) // t + 1], "twice the padding"),
    ("sizes", [lambda d, s, t, p: -(-(d + 2 * p - s) // t) + 1], "rounded up"),
    ("sizes", [lambda d, s, t, p: (d + 2 * p - s) / t + 1], "not rounded"),
    ("sizes", [lambda d, s, t, p: round((d + 2 * p - s) / t) + 1], "rounded to the nearest"),
    ("sizes", [lambda d, s, t, p: d + 2 * p - s + 1], "the stride is missing"),
    ("sizes", [lambda d, s, t, p: (d + 2 * p - s + 1) // t], "divided last"),
    ("sizes", [lambda d, s, t, p: (d - s) // t + 1], "the padding is missing"),
    ("sizes", [lambda d, s, t, p: d], "the number for 8, 3, 1, 0 should be 6, got 8"),
    ("pool", [pooled(lambda block: np.ones((2, 2)))], "to all four pixels"),
    ("pool", [pooled(lambda block: np.ones((2, 2)) / 4)], "shared among all four"),
    ("pool", [pooled(corner)], "to the first pixel of each block"),
    ("pool", [lambda x, g: pool(-x, g)], "to the smallest pixel"),
    ("pool", [lambda x, g: pool(x, np.ones_like(g))], "the gradient of the pooled map is missing"),
    ("pool", [pooled(largest)], "each of them gets the whole gradient"),
    ("pool", [pooled(lambda block: largest(block) / largest(block).sum())], "they share the gradient"),
    ("pool", [pooled(last)], "the last one gets it"),
    ("witness", [lambda convolve: True], "never called"),
    ("witness", [lambda convolve: convolve(PICTURE, KERNEL)], "True or False"),
    ("witness", [lambda convolve: bool(convolve(PICTURE, KERNEL).size < 0)], "you turn a right one away"),
    ("witness", [to_the_last_bit], "you turn a right one away"),
    ("witness", [witness(np.ones((5, 5)), np.ones((3, 3)))], "flipped both ways gets through"),
    ("witness", [witness(PICTURE, ODD)], "flipped both ways gets through"),
    ("witness", [witness(PICTURE, SYMMETRIC)], "rows and columns swapped gets through"),
    ("witness", [witness(np.ones((5, 5)), KERNEL)], "flipped both ways gets through"),
    ("witness", [witness(BANDS, KERNEL)], "wrapped round by one pixel gets through"),
    ("witness", [sorts], "compare each number with the one of its place"),
    ("witness", [correlates], "compare numbers, not where they are large"),
    ("witness", [takes_a_corner], "look at its shape"),
    ("witness", [stumbles], "look at its shape first"),
    ("witness", [lambda convolve: bool(convolve(PICTURE[0], KERNEL).any())], "two axes each"),
    ("witness", [lambda convolve: bool(convolve(PICTURE, np.ones((7, 7))).any())], "fits on the picture"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_the_right_answer_is_right(capsys, name):
    check(f"convolution.{name}", *RIGHT[name])
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer", OTHER_RIGHT)
def test_another_way_to_say_it_is_right(capsys, name, answer):
    check(f"convolution.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_in_one_sentence(name, answer, words):
    with pytest.raises(NotYet, match=re.escape(words)) as caught:
        check(f"convolution.{name}", *answer)
    assert "\n" not in str(caught.value)


def test_every_exercise_is_tried():
    assert set(RIGHT) == set(find("convolution")) == {name for name, _, _ in WRONG}
