"""Back-propagation in plain NumPy: a 2-2-1 network forward, back, and checked.

The four lines of a layer are written out for both layers; central differences, which know no
chain rule, then say whether they are right.
"""

import numpy as np

from np_nn.gradcheck import numerical_gradient, relative_error


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), elementwise."""
    return 1 / (1 + np.exp(-z))


def forward(parameters, inputs):
    """Return the activations of both layers, (batch, 2) and (batch, 1)."""
    weight1, bias1, weight2, bias2 = parameters
    a1 = sigmoid(inputs @ weight1.T + bias1)
    a2 = sigmoid(a1 @ weight2.T + bias2)
    return a1, a2


def compute_loss(parameters, inputs, targets):
    """Return the mean squared error of the network, one number."""
    _, a2 = forward(parameters, inputs)
    return float(np.mean((a2 - targets) ** 2))


def backward(parameters, inputs, targets):
    """Return dL/d(parameter) for each parameter, in their order and shapes."""
    _, _, weight2, _ = parameters
    a1, a2 = forward(parameters, inputs)
    grad_a2 = 2 * (a2 - targets) / targets.size

    delta2 = grad_a2 * a2 * (1 - a2)  # (batch, 1)
    grad_weight2 = delta2.T @ a1  # (1, batch) @ (batch, 2)
    grad_bias2 = delta2.sum(axis=0)
    grad_a1 = delta2 @ weight2  # (batch, 1) @ (1, 2): the gradient that travels

    delta1 = grad_a1 * a1 * (1 - a1)  # (batch, 2)
    grad_weight1 = delta1.T @ inputs  # (2, batch) @ (batch, 2)
    grad_bias1 = delta1.sum(axis=0)
    return grad_weight1, grad_bias1, grad_weight2, grad_bias2


def main():
    parameters = (
        np.array([[0.5, -0.3], [0.8, 0.2]]),
        np.array([0.1, -0.1]),
        np.array([[1.0, -1.5]]),
        np.array([0.2]),
    )
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    targets = np.array([[0.0], [1.0], [1.0], [0.0]])

    gradients = backward(parameters, inputs, targets)
    grad_weight1, grad_bias1, _, _ = (np.round(gradient, 4) for gradient in gradients)
    print("grad_weight1", *grad_weight1)
    print("grad_bias1", grad_bias1)

    for parameter, gradient in zip(parameters, gradients):
        numbers = numerical_gradient(lambda: compute_loss(parameters, inputs, targets), parameter)
        # The differences themselves err by about 1e-10 here.
        print("relative error < 1e-8:", relative_error(gradient, numbers) < 1e-8)


if __name__ == "__main__":
    main()
