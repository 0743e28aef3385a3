"""The judges of "Walk downhill"."""

import numpy as np

from np_nn.check import call, compare, expect, is_close, numbers

_FATES = ("straight", "zigzag", "bounces", "explodes")
# Of the rain forecast at the minimum of its loss: along the flattest and the steepest direction.
_CURVATURES = (0.0543987, 0.1357373)


def fates(bound, fates):
    """Judge the bound of the learning rate on 2 x**2 + y**2 / 2, and what four rates do."""
    compare(numbers(bound, (), "the bound"), 0.5, "the bound", [
        (4, "4 is the curvature along w1, but the bound is 2 over that"),
        (2, "2 is the bound along w2 alone, but the steepest direction decides"),
        (1, "the 2 before the square is not the curvature: how fast does the slope 4 w1 change?"),
        (0.25, "1 / 4 reaches the bottom in one step, and anything up to twice as much still arrives"),
        (0.2, "0.2 is the bound of the valley in the lesson, but this one is less steep"),
    ])  # fmt: skip
    right = {0.6: "explodes", 0.2: "straight", 0.5: "bounces", 0.4: "zigzag"}
    fits = isinstance(fates, dict) and set(fates) == set(right)
    expect(fits, "expected a dictionary with the fates of 0.6, 0.2, 0.5 and 0.4")
    for lr, fate in right.items():
        what = f"the fate of {lr}"
        expect(fates[lr] is not None and fates[lr] is not ..., f"{what} is still missing")
        known = isinstance(fates[lr], str) and fates[lr] in _FATES
        expect(known, f"{what} should be one of {', '.join(_FATES)}, got {fates[lr]!r:.40}")
        factor = f"each step multiplies w1 by {1 - 4 * lr:.1f}"
        expect(fates[lr] == fate, f"{what} is a different one: {factor}")
    return "the sign of the factor says whether it turns back; its size says whether it arrives"


def descend(function):
    """Judge a function: slopes(w1, w2), w1, w2, lr, steps to where gradient descent ends."""

    def slopes(x, y):
        return 2 * (x + y) + x, 2 * (x + y) + 0.5 * y - 1

    for x, y, lr, steps in [(1.0, 2.0, 0.1, 1), (-2.0, 0.5, 0.15, 4)]:
        what = f"descend from ({x:g}, {y:g}) with lr {lr} and {steps} steps"
        answer = call(function, slopes, x, y, lr, steps)
        mistakes = [
            ([x, y], "nothing has moved: that is where the walk begins"),
            (_walk(slopes, x, y, lr, steps, one_by_one=True),
             "w1 moves before you feel the slope along w2: first all slopes, then all steps"),
            (_walk(slopes, x, y, -lr, steps), "you walk uphill: the gradient points up"),
            (_walk(slopes, x, y, lr, steps + 1), "that is one step too many"),
            (_walk(slopes, x, y, lr, steps - 1), "that is one step too few"),
            (_walk(slopes, x, y, lr, 1), "that is where the first step ends: go on from there"),
            (_walk(slopes, x, y, steps * lr, 1), "feel the slopes again after each step"),
            (_walk(slopes, x, y, 1, steps), "the learning rate is missing"),
            (_walk(slopes, x, y, lr, steps, unit=True),
             "all your steps have length lr: it should multiply the gradient, whose length counts"),
            (_walk(slopes, x, y, lr, steps)[::-1], "you have swapped w1 and w2"),
        ]  # fmt: skip
        compare(numbers(answer, (2,), what), _walk(slopes, x, y, lr, steps), what, mistakes)
    return "first all the slopes, felt at the old place, then all the steps at once"


def steps_needed(function):
    """Judge a function: lr, curvature, share to the steps until no more than a share is left."""
    for lr, curvature, share in [(0.05, 1, 0.01), (0.19, 1, 0.01), (0.03, 10, 0.2), (0.19, 10, 0.01)]:
        factor = 1 - lr * curvature
        place = f"steps_needed({lr}, {curvature}, {share})"
        try:
            with np.errstate(all="ignore"):  # a browser would not tell of them
                answer = call(function, lr, curvature, share)
            is_lost = factor < 0 and isinstance(answer, (float, np.ndarray)) and not np.isfinite(answer).all()
            error = "a log sees a number below 0" if is_lost else ""
        except (ArithmeticError, ValueError) as caught:
            error = caught
        sign = ": the factor is negative, so use its size" if factor < 0 else ""
        expect(not error, f"{place} fails, {error}{sign}")
        answer = numbers(answer, (), place)
        steps, left = 0, 1.0
        while left > share:
            steps, left = steps + 1, left * abs(factor)
        exact = np.log(share) / np.log(abs(factor))
        flat = np.ceil(np.log(share) / np.log(abs(1 - lr)))
        expect(answer != exact, f"{place} should be a whole number: there is no such thing as {exact:.2f} steps")
        compare(answer, steps, place, [
            (steps - 1, f"after {steps - 1} steps more is still left: round up"),
            (steps + 1, f"{steps} steps are already enough, but you take one more"),
            (flat, "the curvature is missing from your factor"),
            (1 / factor, "each step leaves a share of what was there, so the factors multiply"),
        ])  # fmt: skip
    return "each step leaves a share, the shares multiply, and the slowest direction sets the pace"


def round_valley(lr, steps):
    """Judge the best learning rate on (x**2 + u**2) / 2, and how many steps it then takes."""
    lr, steps = numbers(lr, (), "the learning rate"), numbers(steps, (), "the number of steps")
    expect(lr > 0, "a learning rate is above 0")
    expect(lr >= 0.2, "the old valley needed steps as short as that, but this one is less steep")
    expect(lr < 2, "from 2 on, both factors are -1 or below, and nothing arrives")
    arrives = f"with {lr:g} both factors are {1 - lr:.2g}: it arrives, but not in one step"
    expect(is_close(lr, np.array(1.0)), arrives)
    expect(steps == 1, "try it: where are w1 and u after the first step?")
    return "where all curvatures are equal, one learning rate is right for all directions"


def limit(bound):
    """Judge the largest stable learning rate of the rain forecast, to one per cent."""
    bound = numbers(bound, (), "the bound")
    flat, steep = _CURVATURES
    for value, sentence in [
        (steep, "that is the curvature itself, but the bound is 2 over it"),
        (1 / steep, "that is 1 over the curvature: twice as much is still stable"),
        (2 / flat, "that comes from the flattest direction, but the steepest explodes first"),
        (4 / (steep + flat), "the mean of the curvatures decides nothing: the largest one does"),
    ]:
        expect(abs(bound / value - 1) > 0.01, sentence)
    right = abs(bound / (2 / steep) - 1) <= 0.01
    expect(right, f"the bound is not {bound:.4g}: are you at the minimum, with both slopes 0?")
    return "near its minimum a smooth loss is a valley, and 2 over its curvature is the limit"


def _walk(slopes, x, y, lr, steps, one_by_one=False, unit=False):
    """Return where gradient descent ends, done right or in one of two wrong ways."""
    for _ in range(steps):
        along_x, along_y = slopes(x, y)
        size = np.hypot(along_x, along_y) if unit else 1
        x = x - lr * along_x / size
        y = y - lr * (slopes(x, y)[1] if one_by_one else along_y) / size
    return [x, y]
