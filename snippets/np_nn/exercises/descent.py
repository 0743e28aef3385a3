"""The judges of "Walk downhill"."""

import numpy as np

from np_nn.check import NotYet, call, compare, expect, is_close, numbers

_FATES = ("straight", "zigzag", "bounces", "explodes")
# Of the rain forecast at the minimum of its loss: along the flattest and the steepest direction.
_CURVATURES = (0.0543987, 0.1357373)


def fates(bound, fates):
    """Judge the bound of the learning rate on 2 x**2 + y**2 / 2, and what four rates do."""
    compare(numbers(bound, (), "the bound"), 0.5, "the bound", [
        (4, "4 is the curvature along x, and the bound is 2 over it"),
        (2, "2 is the bound along y alone: the steepest direction decides"),
        (1, "the 2 in front of x squared is not the curvature: how fast does the slope 4x change?"),
        (0.25, "1 / 4 takes one step to the bottom, and twice as much is still not too much"),
        (0.2, "0.2 is the bound of the valley in the lesson, and this one is less steep"),
    ])  # fmt: skip
    right = {0.6: "explodes", 0.2: "straight", 0.5: "bounces", 0.4: "zigzag"}
    fits = isinstance(fates, dict) and set(fates) == set(right)
    expect(fits, "a dictionary is wanted with the fates of 0.6, 0.2, 0.5 and 0.4")
    for lr, fate in right.items():
        what = f"the fate of {lr}"
        expect(fates[lr] is not None and fates[lr] is not ..., f"{what} is still missing")
        known = isinstance(fates[lr], str) and fates[lr] in _FATES
        expect(known, f"{what} should be one of {', '.join(_FATES)}, got {fates[lr]!r:.40}")
        factor = f"x is multiplied by {1 - 4 * lr:.1f} in each step"
        expect(fates[lr] == fate, f"{what} is another one: {factor}")
    return "the sign of the factor says whether it turns back, its size whether it arrives"


def descend(function):
    """Judge a function: slopes(x, y), x, y, lr, steps to where gradient descent ends."""

    def slopes(x, y):
        return 2 * (x + y) + x, 2 * (x + y) + 0.5 * y - 1

    for x, y, lr, steps in [(1.0, 2.0, 0.1, 1), (-2.0, 0.5, 0.15, 4)]:
        what = f"descend from ({x:g}, {y:g}) with lr {lr} and {steps} steps"
        answer = call(function, slopes, x, y, lr, steps)
        mistakes = [
            ([x, y], "nobody has moved: that is where the walk begins"),
            (_walk(slopes, x, y, lr, steps, one_by_one=True),
             "x has moved before the slope along y is felt: first all slopes, then all steps"),
            (_walk(slopes, x, y, -lr, steps), "you walk uphill: the gradient points up"),
            (_walk(slopes, x, y, lr, steps + 1), "that is one step too many"),
            (_walk(slopes, x, y, lr, steps - 1), "that is one step too few"),
            (_walk(slopes, x, y, lr, 1), "that is where the first step ends: go on from there"),
            (_walk(slopes, x, y, steps * lr, 1), "the slopes must be felt anew after each step"),
            (_walk(slopes, x, y, 1, steps), "the learning rate is missing"),
            (_walk(slopes, x, y, lr, steps, unit=True),
             "your steps are all of length lr: it multiplies the gradient, whose length counts"),
            (_walk(slopes, x, y, lr, steps)[::-1], "x and y have changed places"),
        ]  # fmt: skip
        compare(numbers(answer, (2,), what), _walk(slopes, x, y, lr, steps), what, mistakes)
    return "all slopes are felt at the old place, and then all parameters step at once"


def steps_needed(function):
    """Judge a function: lr, curvature, share to the steps until no more than a share is left."""
    for lr, curvature, share in [(0.05, 1, 0.01), (0.19, 1, 0.01), (0.03, 10, 0.2),
                                 (0.19, 10, 0.01)]:  # fmt: skip
        factor = 1 - lr * curvature
        place = f"steps_needed({lr}, {curvature}, {share})"
        try:
            with np.errstate(all="ignore"):  # a browser would not tell of them
                answer = call(function, lr, curvature, share)
            is_lost = factor < 0 and isinstance(answer, (float, np.ndarray)) and not np.isfinite(answer).all()
            error = "a log sees a number below 0" if is_lost else ""
        except (ArithmeticError, ValueError) as caught:
            error = caught
        sign = ": the factor is negative, and it is its size that shrinks" if factor < 0 else ""
        expect(not error, f"{place} fails, {error}{sign}")
        answer = numbers(answer, (), place)
        steps, left = 0, 1.0
        while left > share:
            steps, left = steps + 1, left * abs(factor)
        exact = np.log(share) / np.log(abs(factor))
        flat = np.ceil(np.log(share) / np.log(abs(1 - lr)))
        expect(answer != exact, f"{place} is a whole number: there are no {exact:.2f} steps")
        compare(answer, steps, place, [
            (steps - 1, f"after {steps - 1} steps there is still more left: round up"),
            (steps + 1, f"{steps} steps are already enough, and you take one more"),
            (flat, "the curvature is missing from your factor"),
            (1 / factor, "a share is left after each step: the factors multiply"),
        ])  # fmt: skip
    return "each step leaves a share, the shares multiply, and the slowest direction sets the pace"


def round_valley(lr, steps):
    """Judge the best learning rate on (x**2 + u**2) / 2, and how many steps it then takes."""
    lr, steps = numbers(lr, (), "the learning rate"), numbers(steps, (), "the number of steps")
    expect(lr > 0, "a learning rate is above 0")
    expect(lr >= 0.2, "so short a step was needed in the old valley, and this one is less steep")
    expect(lr < 2, "from 2 on both factors are -1 or below, and nobody arrives")
    arrives = f"with {lr:g} both factors are {1 - lr:.2g}: it arrives, but not in one step"
    expect(is_close(lr, np.array(1.0)), arrives)
    expect(steps == 1, "try it: where are x and u after the first step?")
    return "where all curvatures are alike, one learning rate is right for all directions"


def limit(bound):
    """Judge the largest stable learning rate of the rain forecast, to one per cent."""
    bound = numbers(bound, (), "the bound")
    flat, steep = _CURVATURES
    for value, sentence in [
        (steep, "that is the curvature itself, and the bound is 2 over it"),
        (1 / steep, "that is 1 over the curvature: twice as much is still stable"),
        (2 / flat, "that is from the flattest direction, and the steepest explodes first"),
        (4 / (steep + flat), "the mean of the curvatures decides nothing: the largest one does"),
    ]:
        expect(abs(bound / value - 1) > 0.01, sentence)
    right = abs(bound / (2 / steep) - 1) <= 0.01
    expect(right, f"the bound is not {bound:.4g}: are you at the minimum, with both slopes 0?")
    return "near its minimum a smooth loss is a valley, and 2 over its curvature holds"


def _walk(slopes, x, y, lr, steps, one_by_one=False, unit=False):
    """Return where gradient descent ends, done right or in one of two wrong ways."""
    for _ in range(steps):
        along_x, along_y = slopes(x, y)
        size = np.hypot(along_x, along_y) if unit else 1
        x = x - lr * along_x / size
        y = y - lr * (slopes(x, y)[1] if one_by_one else along_y) / size
    return [x, y]
