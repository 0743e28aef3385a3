"""The judges of "Look at every place with the same eyes"."""

import numpy as np

from np_nn.check import NotYet, call, compare, expect, numbers


def matrix(function):
    """Judge a function: a kernel (s, s) and a side d to the matrix (o * o, d * d) of its places."""
    rng = np.random.default_rng(17)
    for size, d in ((3, 5), (2, 4)):
        kernel = rng.normal(size=(size, size))
        found = call(function, kernel, d)
        places = d - size + 1
        right = _matrix(kernel, d)
        what = f"the matrix of a {size} × {size} kernel"
        shape = found.shape if isinstance(found, np.ndarray) else ()
        if shape == (places, places, d, d):
            raise NotYet("that has the right numbers in four axes: join them to a row for each place")
        if shape == right.T.shape != right.shape:
            raise NotYet(f"{what} is turned: a row for each place, a column for each pixel")
        if shape == (d * d, d * d):
            raise NotYet(f"{what} has a row for every pixel: the kernel fits at {places} × {places} places")
        compare(found, right, what, [
            (_matrix(kernel[::-1, ::-1], d), "the kernel is flipped: its first weight belongs to the first pixel of the window"),
            (_matrix(kernel.T, d), "rows and columns of the kernel are swapped"),
            (_matrix(kernel, d, -1), "every window begins one pixel early, and wraps round at the edge"),
            (_matrix(kernel, d, 1), "every window begins one pixel late, and wraps round at the edge"),
            (_diagonals(kernel, d), "row n begins at pixel n: at the end of a row of the picture its window wraps into the next one"),
        ])  # fmt: skip
    return "most weights are 0, and every row has the same others"


def gradient(function):
    """Judge a function: the gradient of the map (o, o) and the picture (d, d) to that of the kernel."""
    rng = np.random.default_rng(18)
    for places, d in ((4, 6), (3, 4)):
        grad_map, picture = rng.normal(size=(places, places)), rng.normal(size=(d, d))
        size = d - places + 1
        squares = np.array([[picture[f : f + places, q : q + places] for q in range(size)] for f in range(size)])
        right = (squares * grad_map).sum(axis=(2, 3))
        first, last = picture[:size, :size] * grad_map[0, 0], picture[-size:, -size:] * grad_map[-1, -1]
        what = f"the gradient of a kernel of {size} × {size}"
        compare(call(function, grad_map, picture), right, what, [
            (right / grad_map.size, "that is the mean over the places: they all used the same weights, so their gradients add up"),
            (first, "that is what the first place says alone: add up over all of them"),
            (last, "that is what the last place says alone: += adds up, = overwrites"),
            (right.T, "rows and columns of the kernel are swapped"),
            (right[::-1, ::-1], "the gradient is flipped: weight 0, 0 has met the pixels that begin at 0, 0"),
            (squares.sum(axis=(2, 3)), "the gradient of the map is missing: it weights what each place saw"),
        ])  # fmt: skip
    return "each weight adds up what it met, place by place"


def sizes(function):
    """Judge a function: the side of a picture, a kernel's size, a stride and a padding to a number of places."""
    cases = [(8, 3, 1, 0), (8, 3, 1, 1), (8, 3, 2, 0), (8, 3, 2, 1), (10, 2, 2, 0), (28, 5, 1, 2), (9, 4, 3, 0), (5, 5, 1, 0)]  # fmt: skip
    asked = np.array(cases)
    d, size, stride, padding = asked.T
    right = (d + 2 * padding - size) // stride + 1
    found = []
    for case in cases:
        value = numbers(call(function, *case), (), _told(case))
        found.append(float(value))
    mistakes = [
        ((d + 2 * padding - size) // stride, "one place is missing: the window also stands where it starts"),
        ((d + padding - size) // stride + 1, "the rim is on both sides: it adds twice the padding"),
        (-(-(d + 2 * padding - size) // stride) + 1, "rounded up: a step that goes over the edge isn't taken"),
        ((d + 2 * padding - size) / stride + 1, "not rounded: a window is at a place, or it isn't"),
        (
            np.round((d + 2 * padding - size) / stride) + 1,
            "rounded to the nearest: a step that goes over the edge isn't taken",
        ),
        ((d + 2 * padding - size) + 1, "the stride is missing: the window moves by that many pixels"),
        ((d + 2 * padding - size + 1) // stride, "divided last: the 1 for the first place comes after the steps"),
        ((d - size) // stride + 1, "the padding is missing"),
    ]
    for values, sentence in mistakes:
        expect(not np.allclose(found, values), sentence)
    for case, wanted, value in zip(cases, right, found):
        expect(value == wanted, f"{_told(case)} should be {wanted}, got {value:g}")
    return "the steps that fit, and the place where the window starts"


def pool(function):
    """Judge a function: a picture and the gradient of its pooled map to that of the picture."""
    rng = np.random.default_rng(19)
    picture, grad_pooled = rng.normal(size=(6, 4)), rng.uniform(0.5, 2, size=(3, 2))
    what = "the gradient of a picture without ties"
    compare(call(function, picture, grad_pooled), _pooled(picture, grad_pooled, _first), what, [
        (_pooled(picture, grad_pooled, _everyone), "it goes to all four pixels of a block: nudging a smaller one changes nothing"),
        (_pooled(picture, grad_pooled, _everyone) / 4, "it is shared among all four pixels of a block: nudging a smaller one changes nothing"),
        (_pooled(picture, grad_pooled, _corner), "it goes to the first pixel of each block, and the largest one may be another"),
        (_pooled(-picture, grad_pooled, _first), "it goes to the smallest pixel of each block"),
        (_pooled(picture, np.ones_like(grad_pooled), _first), "the right pixels, and the gradient of the pooled map is missing"),
    ])  # fmt: skip
    ties = np.array([[0.0, 1.0, 2.0, 2.0], [1.0, 0.0, 2.0, 2.0], [0.0, 0.0, 0.5, 3.0], [1.0, 1.0, 3.0, 1.0]])
    grad_pooled = rng.uniform(0.5, 2, size=(2, 2))
    compare(call(function, ties, grad_pooled), _pooled(ties, grad_pooled, _first), "the gradient of a picture with ties", [
        (_pooled(ties, grad_pooled, _largest), "where pixels tie, each of them gets the whole gradient: give it to the first one"),
        (_pooled(ties, grad_pooled, _shared), "where pixels tie, they share the gradient: give it to the first one, as PyTorch does"),
        (_pooled(ties, grad_pooled, _last), "where pixels tie, the last one gets it: give it to the first one, as PyTorch does"),
    ])  # fmt: skip
    return "whole, to one pixel of each block"


def witness(function):
    """Judge a function that is given a ``convolve(picture, kernel)`` and says whether it is right."""
    rights = [_slow, _by_windows, _by_weights]
    for right in rights:
        asked = []
        said = _verdict(function, right, asked)
        expect(asked, "convolve was never called: a witness has to look")
        expect(
            said,
            "you turn a right one away: the map has a sum for each place where the whole kernel fits, and rounding may differ",
        )
    missed = [
        (_flipped, "a kernel flipped both ways gets through: use one without symmetry"),
        (_swapped, "a kernel with rows and columns swapped gets through: use one without symmetry"),
        (_wrapped, "a picture that is wrapped round by one pixel gets through: do its pixels all differ?"),
        (
            _scattered,
            "a map with its rows and columns swapped gets through: compare each number with the one of its place",
        ),
        (_averaged, "a map divided by the number of weights gets through: compare numbers, not where they are large"),
    ]
    for wrong, sentence in missed:
        expect(not _verdict(function, wrong, []), sentence)
    try:
        said = _verdict(function, _with_rim, [])
    except (ValueError, IndexError):
        raise NotYet(
            "your witness stumbles over a map that is as large as the picture: look at its shape first"
        ) from None
    expect(not said, "a map with a rim gets through: it has a place for every pixel, so look at its shape")
    return "three right ones pass, six wrong ones don't"


# Helpers


def _matrix(kernel, d, shift=0):
    """Return the matrix of a kernel; each window may be shifted by some pixels, and wraps round."""
    size = len(kernel)
    places = d - size + 1
    rows = np.zeros((places, places, d, d))
    for i, j in np.ndindex(places, places):
        rows[i, j, i : i + size, j : j + size] = kernel
    return np.roll(rows, (shift, shift), axis=(2, 3)).reshape(places**2, d**2)


def _diagonals(kernel, d):
    """Return the matrix whose every row is the first one, moved on by one pixel in the flat picture."""
    first = _matrix(kernel, d)[0]
    return np.array([np.roll(first, n) for n in range((d - len(kernel) + 1) ** 2)])


def _told(case):
    return f"the number for {', '.join(map(str, case))}"


def _pooled(picture, grad_pooled, share):
    """Return the gradient of a picture where ``share`` says which part of it each pixel of a block gets."""
    gradient = np.zeros_like(picture)
    for i, j in np.ndindex(*grad_pooled.shape):
        block = picture[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        gradient[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] = share(block) * grad_pooled[i, j]
    return gradient


def _at(block, place):
    one = np.zeros(4)
    one[place] = 1
    return one.reshape(2, 2)


def _first(block):
    return _at(block, block.argmax())


def _last(block):
    return _at(block, 3 - block.ravel()[::-1].argmax())


def _corner(block):
    return _at(block, 0)


def _everyone(block):
    return np.ones((2, 2))


def _largest(block):
    return (block == block.max()).astype(float)


def _shared(block):
    return _largest(block) / _largest(block).sum()


def _verdict(function, convolve, asked):
    """Return what a reader's witness says of a function, True or False."""

    def claims(picture, kernel):
        picture, kernel = np.asarray(picture, dtype=float), np.asarray(kernel, dtype=float)
        flat = picture.ndim == kernel.ndim == 2
        expect(
            flat,
            f"convolve takes a picture and a kernel with two axes each, got shapes {picture.shape} and {kernel.shape}",
        )
        square = kernel.shape[0] == kernel.shape[1] and 0 < len(kernel) <= min(picture.shape)
        expect(
            square,
            f"convolve takes a square kernel that fits on the picture, got shapes {picture.shape} and {kernel.shape}",
        )
        asked.append(kernel)
        return convolve(picture, kernel)

    said = call(function, claims)
    expect(isinstance(said, (bool, np.bool_)), f"True or False is wanted, got {said!r:.60}")
    return bool(said)


def _slow(picture, kernel):
    size = len(kernel)
    height, width = (side - size + 1 for side in picture.shape)
    found = np.zeros((height, width))
    for i, j in np.ndindex(height, width):
        found[i, j] = (picture[i : i + size, j : j + size] * kernel).sum()
    return found


def _by_windows(picture, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(picture, kernel.shape)
    return np.tensordot(windows, kernel, 2)


def _by_weights(picture, kernel):
    """Add the picture up weight by weight: another order, so that rounding differs."""
    size = len(kernel)
    height, width = (side - size + 1 for side in picture.shape)
    found = np.zeros((height, width))
    for f, q in np.ndindex(size, size):
        found += kernel[f, q] * picture[f : f + height, q : q + width]
    return found


def _flipped(picture, kernel):
    return _slow(picture, kernel[::-1, ::-1])


def _swapped(picture, kernel):
    return _slow(picture, kernel.T)


def _wrapped(picture, kernel):
    return _slow(np.roll(picture, 1, axis=(0, 1)), kernel)


def _scattered(picture, kernel):
    found = _slow(picture, kernel)
    return found.T.reshape(found.shape)


def _averaged(picture, kernel):
    return _slow(picture, kernel) / kernel.size


def _with_rim(picture, kernel):
    """Keep the right map in the corner of one that is as large as the picture."""
    found = np.zeros(picture.shape)
    right = _slow(picture, kernel)
    found[: right.shape[0], : right.shape[1]] = right
    return found
