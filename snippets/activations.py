"""A step answers no push, three curves do; their slopes can be read off their outputs."""

import numpy as np


def step(z):
    """Return 1 where z is above 0, else 0."""
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def relu(z):
    """Return z where it is above 0, else 0."""
    return np.maximum(z, 0)


def slope(function, z, h=1e-6):
    """Return how far a function's output moves per unit of z, from a push to both sides."""
    return (function(z + h) - function(z - h)) / (2 * h)


def lamp(w, activation):
    """Return the answer of three units to the switches 1 0; with a step and w = 1 it is XOR."""
    at_least_one = activation(w * 1 + 1 * 0 - 0.5)
    both = activation(1 * 1 + 1 * 0 - 1.5)
    return activation(1 * at_least_one - 1 * both - 0.5)


def row(z, function):
    """Return what comes out of ten units in a row, with weights 1 and biases 0."""
    for _ in range(10):
        z = function(z)
    return z


def main():
    for w in [0.2, 0.3, 0.4, 0.5, 0.6]:
        print(f"w = {w}   lamp {lamp(w, step):.0f}")
    for w in [0.2, 0.3, 0.4, 0.5, 0.6]:
        print(f"w = {w}   lamp {lamp(w, sigmoid):.4f}")

    z = np.array([-4.0, -1.0, 0.5, 4.0])
    print("              ", *(f"z = {v:4}" for v in z))
    for function in [step, sigmoid, np.tanh, relu]:
        print(f"{function.__name__:8} value", *(f"{v:8.3f}" for v in function(z)))
        print(f"{'':8} slope", *(f"{v:8.3f}" for v in slope(function, z)))

    print("sigmoid:", np.allclose(slope(sigmoid, z), sigmoid(z) * (1 - sigmoid(z))))
    print("tanh:   ", np.allclose(slope(np.tanh, z), 1 - np.tanh(z) ** 2))
    outputs = relu(np.array([-2.0, -0.5, 0.5, 2.0]))
    print("  > 0: ", (outputs > 0).astype(int))
    print("  >= 0:", (outputs >= 0).astype(int))

    for function in [sigmoid, np.tanh, relu]:
        left = (row(0.51, function) - row(0.49, function)) / 0.02
        print(f"{function.__name__:7} {left:.8f} of the push is left")


if __name__ == "__main__":
    main()
