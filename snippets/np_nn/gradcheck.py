"""Gradients by central differences: the slow, simple truth that ``backward`` must meet.

A parameter is moved a little up and a little down, and the loss is computed both times.
Nothing here knows the chain rule, so it can judge code that does.
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
    if isinstance(step, bool) or not isinstance(step, (int, float)) or not 0 < step < np.inf:
        raise ValueError(f"numerical_gradient expects step above 0, got {step!r}")

    def evaluate_at(index, value):
        array[index] = value
        result = function()
        if not isinstance(result, (int, float)) or not np.isfinite(result):
            wanted = "numerical_gradient expects function() to return one finite float"
            raise ValueError(f"{wanted}, got {result!r}")
        return result

    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        if value + step == value:
            raise ValueError(f"numerical_gradient expects a step that moves {value}, got {step!r}")
        try:
            above, below = evaluate_at(index, value + step), evaluate_at(index, value - step)
        finally:
            array[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


def relative_error(actual, expected):
    """Return the largest difference of two arrays, relative to their largest entry.

    0 means equal, 1 or more means that nothing fits. Two arrays of zeros are equal.
    ValueError unless both are finite floats of one shape: a NaN would compare as neither
    right nor wrong.
    """
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape or actual.size == 0:
        got = f"{actual.shape} and {expected.shape}"
        raise ValueError(f"relative_error expects equal shapes with entries, got {got}")
    for array in (actual, expected):
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise ValueError(f"relative_error expects finite floats, got {array!r:.60}")
    largest = max(np.abs(actual).max(), np.abs(expected).max())
    return float(np.abs(actual - expected).max() / largest) if largest > 0 else 0.0


def check_gradients(network, loss, inputs, targets, step=1e-5):
    """Compare ``backward`` with central differences for every parameter and the inputs.

    Returns a list of relative errors: one per entry of ``network.parameters()``, in its
    order, and a last one for dL/d(inputs). About 1e-9 is right, 1e-3 and more is wrong.
    ``inputs`` have shape (batch, in_features), float64; ``targets`` are what ``loss`` takes.
    Afterwards network and loss are as after one forward and one backward pass.
    """

    def compute_loss():
        return loss.forward(network.forward(inputs), targets)

    compute_loss()
    grad_inputs = network.backward(loss.backward())
    inputs = inputs.copy()  # the targets may be the same array, and must not move with it
    pairs = [*network.parameters(), (inputs, grad_inputs)]
    errors = [
        relative_error(gradient, numerical_gradient(compute_loss, array, step))
        for array, gradient in pairs
    ]
    compute_loss()  # so that what forward kept belongs to the unmoved parameters again
    return errors
