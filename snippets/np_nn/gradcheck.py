"""Gradients by central differences: the slow, simple truth that ``backward`` must meet.

A parameter is moved a little up and a little down, and the loss is computed both times.
Nothing here knows the chain rule, so it can judge code that does.
"""

import numpy as np


def numerical_gradient(function, array, step=1e-5):
    """Return d function() / d array, with the shape of ``array``.

    ``function`` takes no argument, reads ``array`` and returns one number; each entry of
    ``array`` is moved by ``step`` up and down in place, and put back.
    The error of the result is of order step**2, plus rounding of order 1e-16 / step.
    """
    if array.dtype != np.float64:
        raise ValueError(f"numerical_gradient expects a float64 array, got {array.dtype}")
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        try:
            array[index] = value + step
            above = function()
            array[index] = value - step
            below = function()
        finally:
            array[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


def relative_error(actual, expected):
    """Return the largest difference of two arrays, relative to their largest entry.

    0 means equal, 1 or more means that nothing fits. Two arrays of zeros are equal.
    """
    if actual.shape != expected.shape:
        raise ValueError(f"relative_error expects equal shapes, got {actual.shape} and {expected.shape}")
    largest = max(np.abs(actual).max(), np.abs(expected).max())
    return float(np.abs(actual - expected).max() / largest) if largest > 0 else 0.0


def check_gradients(network, loss, inputs, targets, step=1e-5):
    """Compare ``backward`` with central differences for every parameter and the inputs.

    Returns a list of relative errors: one per entry of ``network.parameters()``, in its
    order, and a last one for dL/d(inputs). About 1e-9 is right, 1e-3 and more is wrong.
    The gradients that ``backward`` stored are those of the unmoved parameters.
    """

    def compute_loss():
        return loss.forward(network.forward(inputs), targets)

    compute_loss()
    grad_inputs = network.backward(loss.backward())
    pairs = [(parameter, gradient.copy()) for parameter, gradient in network.parameters()]
    pairs.append((inputs, grad_inputs))
    return [
        relative_error(gradient, numerical_gradient(compute_loss, array, step))
        for array, gradient in pairs
    ]
