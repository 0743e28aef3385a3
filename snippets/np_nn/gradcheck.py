"""Gradients by central differences: the slow, simple truth that ``backward`` must meet.

A parameter is moved up and down a little, and the loss is computed both times.
Nothing here uses the chain rule, so it can judge code that does.
"""

import numpy as np


def numerical_gradient(function, array, step=1e-5):
    """Return d function() / d array, with the shape of ``array``.

    ``function`` takes no argument, reads ``array`` and returns one number; each entry of
    ``array`` is moved by ``step`` up and down in place, and put back.
    The error of the result is of order step**2, plus rounding of order 1e-16 / step;
    ValueError for float32, where rounding is of order 1e-7 / step, and for integers.
    """
    if type(array) is not np.ndarray or array.dtype != np.float64 or not array.flags.writeable:
        got = f"{type(array).__name__} of {getattr(array, 'dtype', 'no dtype')}"
        raise ValueError(f"numerical_gradient expects a float64 array to write into, got {got}")
    if not callable(function) or not np.isfinite(array).all():
        got = "NaN or infinity in it" if callable(function) else f"{function!r:.60}"
        raise ValueError(f"numerical_gradient expects a function of a finite array, got {got}")
    step = _check_step("numerical_gradient", step)

    def evaluate_at(index, value):
        array[index] = value
        result = function()
        if not _is_number(result):
            wanted = "numerical_gradient expects function() to return one finite float"
            raise ValueError(f"{wanted}, got {result!r:.60}")
        return float(result)

    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        value = float(array[index])
        if value + step == value or not _is_number(abs(value) + step):
            raise ValueError(f"numerical_gradient expects a step that moves {value}, got {step!r}")
        try:
            above, below = evaluate_at(index, value + step), evaluate_at(index, value - step)
        finally:
            array[index] = value
        gradient[index] = (above - below) / (2 * step)
        if not np.isfinite(gradient[index]):
            got = f"{above} and {below}, {2 * step} apart"
            raise ValueError(f"numerical_gradient expects a slope that float64 can hold, got {got}")
    return gradient


def _is_number(number):
    """Return whether this is an int or a float, not True or False, and finite as a float64."""
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return False
    return abs(number) <= float(np.finfo(float).max)


def _check_step(name, step):
    """Return the step as a float, or raise ValueError in the name of a function."""
    if not _is_number(step) or not _is_number(2 * step) or not step > 0:
        raise ValueError(f"{name} expects step above 0, got {step!r:.60}")
    return float(step)


def relative_error(actual, expected):
    """Return the largest difference of two arrays, relative to their largest entry.

    0 means equal; an array of zeros gives 1, a flipped sign 2, and a factor k above 1 gives
    1 - 1/k, on whichever side it is. Two arrays of zeros are equal.
    ValueError unless both are finite floats of one shape: a NaN would compare as neither
    right nor wrong.
    """
    try:
        actual, expected = np.asarray(actual), np.asarray(expected)
    except ValueError:  # rows of different lengths
        raise ValueError("relative_error expects finite floats, got a ragged list") from None
    if actual.shape != expected.shape or actual.size == 0:
        got = f"{actual.shape} and {expected.shape}"
        raise ValueError(f"relative_error expects equal shapes with entries, got {got}")
    for array in (actual, expected):
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise ValueError(f"relative_error expects finite floats, got {array!r:.60}")
    largest = max(np.abs(actual).max(), np.abs(expected).max())
    if largest > 1:  # the difference of two halves cannot overflow
        actual, expected, largest = actual / 2, expected / 2, largest / 2
    return float(np.abs(actual - expected).max() / largest) if largest > 0 else 0.0


def check_gradients(network, loss, inputs, targets, step=1e-5):
    """Compare ``backward`` with central differences for every parameter and the inputs.

    Returns a list of relative errors: one per entry of ``network.parameters()``, in its
    order, and a last one for dL/d(inputs). About 1e-9 is right, 1e-3 and more is wrong.
    ``inputs`` have shape (batch, in_features), float64; ``targets`` are what ``loss`` takes.
    Afterwards network and loss are as after one forward and one backward pass; with an error,
    parameters and gradients are as they were.
    """
    methods = {"forward", "backward", "parameters"}
    for thing, wanted in [(network, methods), (loss, methods - {"parameters"})]:
        if isinstance(thing, type) or not all(callable(getattr(thing, m, None)) for m in wanted):
            wanted = ", ".join(sorted(wanted))
            raise ValueError(f"check_gradients expects an object with {wanted}, got {thing!r:.60}")
    step = _check_step("check_gradients", step)

    def compute_loss():
        return loss.forward(network.forward(inputs), targets)

    before = [(gradient, gradient.copy()) for _, gradient in network.parameters()]
    try:
        compute_loss()
        grad_inputs = network.backward(loss.backward())
        inputs = inputs.copy()  # the targets may be the same array, and must not move with it
        pairs = [*network.parameters(), (inputs, grad_inputs)]
        errors = [relative_error(gradient, numerical_gradient(compute_loss, array, step)) for array, gradient in pairs]
    except BaseException:
        for gradient, values in before:
            gradient[:] = values
        raise
    compute_loss()  # so that what forward kept belongs to the unmoved parameters again
    return errors
