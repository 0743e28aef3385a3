"""The chain rule on graphs of numbers: multiply along a path, add over paths.

One unit forward and back; two examples, whose paths add; and a loop that does the same for
any graph.
"""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def forward(weight, bias, x, target):
    """Return the weighted sum, the activation and the squared error of one unit."""
    z = weight * x + bias
    a = sigmoid(z)
    return z, a, (a - target) ** 2


def backward(weight, bias, x, target):
    """Return dL/da, dL/dz, dL/d(weight), dL/d(bias) and dL/dx: each from the one before."""
    _, a, _ = forward(weight, bias, x, target)
    grad_loss = 1.0
    grad_a = grad_loss * 2 * (a - target)
    grad_z = grad_a * a * (1 - a)
    return grad_a, grad_z, grad_z * x, grad_z, grad_z * weight


def sweep(graph):
    """Return {node: dL/d(node)} of a graph of numbers.

    ``graph`` goes from the end to the beginning: for each node its arrows, each with the node
    that it comes from and its local derivative.
    """
    gradients = {"L": 1.0}
    for head, arrows in graph.items():
        for tail, local in arrows:
            gradients[tail] = gradients.get(tail, 0.0) + gradients[head] * local
    return gradients


def main():
    weight, bias = 2.0, -1.0
    examples = [(1.5, 1.0), (0.5, 0.0)]

    z, a, loss = forward(weight, bias, *examples[0])
    print(f"z = {z}   a = {a:.6f}   loss = {loss:.7f}")
    grad_a, grad_z, grad_weight, grad_bias, grad_x = backward(weight, bias, *examples[0])
    print(f"grad_a      {grad_a:.7f}   grad_z    {grad_z:.7f}")
    print(f"grad_weight {grad_weight:.7f}   grad_bias {grad_bias:.7f}")
    print(f"grad_x      {grad_x:.7f}")

    # The loss is the mean over both examples: half of each, and their paths add.
    paths = [backward(weight, bias, *example)[2] / 2 for example in examples]
    print(f"the paths: {paths[0]:.4f} and {paths[1]:.4f}   their sum: {sum(paths):.4f}")

    print(sweep({"L": [("u", -3.0), ("v", 6.0)], "v": [("x", 1.0)], "u": [("w", 2.0), ("x", 3.0)]}))


if __name__ == "__main__":
    main()
