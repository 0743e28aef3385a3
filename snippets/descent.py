"""Gradient descent: which learning rates are stable in a valley, and a first trained unit."""

import numpy as np

from np_nn.gradcheck import numerical_gradient, relative_error
from np_nn.network import Linear, MSELoss, Network, Sigmoid

PRESSURE = np.array([[-3.0], [-2.0], [-1.0], [0.0], [1.0], [2.0]])
RAINED = np.array([[1.0], [1.0], [1.0], [0.0], [1.0], [0.0]])


def height(x, y):
    """Return the height of the valley: its curvature is 1 along x and 10 along y."""
    return (x**2 + 10 * y**2) / 2


def walk(lr, steps):
    """Descend the valley from (-6, 2); return the points of the path, the start included."""
    x, y = -6.0, 2.0
    path = [(x, y)]
    for _ in range(steps):
        x, y = x - lr * x, y - lr * 10 * y
        path.append((x, y))
    return path


def main():
    for lr in [0.05, 0.19, 0.20, 0.21]:
        x, y = walk(lr, 100)[-1]
        print(f"lr {lr:.2f}   |x| {abs(x):.6f}   |y| {abs(y):12.6f}   z {height(x, y):.2g}")

    linear = Linear(1, 1, np.random.default_rng(0))
    network, loss = Network([linear, Sigmoid()]), MSELoss()

    def compute_loss():
        return loss.forward(network.forward(PRESSURE), RAINED)

    linear.weight[:], linear.bias[:] = 1.0, 1.0
    compute_loss()
    network.backward(loss.backward())
    for name, (parameter, gradient) in zip(["weight", "bias"], network.parameters()):
        error = relative_error(gradient, numerical_gradient(compute_loss, parameter))
        print(f"{name:6}  the same gradient: {error < 1e-8}")

    lr = 1.0
    for step in range(101):
        if step % 20 == 0:
            w, b = linear.weight[0, 0], linear.bias[0]
            print(f"step {step:3}   loss {compute_loss():.4f}   w {w:7.4f}   b {b:7.4f}")
        grad_weight = numerical_gradient(compute_loss, linear.weight)
        grad_bias = numerical_gradient(compute_loss, linear.bias)
        linear.weight -= lr * grad_weight
        linear.bias -= lr * grad_bias


if __name__ == "__main__":
    main()
