"""Gradient descent: which learning rates are stable in a valley, and a first trained unit."""

import numpy as np

from np_nn.gradcheck import numerical_gradient, relative_error
from np_nn.network import BCEWithLogitsLoss, Linear, Network

PRESSURE = np.array([[-3.0], [-2.0], [-1.0], [0.0], [1.0], [2.0]])
RAINED = np.array([[1.0], [1.0], [1.0], [0.0], [1.0], [0.0]])


def height(w1, w2):
    """Return the loss, the height of the valley: its curvature is 1 along w1 and 10 along w2."""
    return (w1**2 + 10 * w2**2) / 2


def walk(lr, steps):
    """Descend the valley from (-6, 2); return the points of the path, the start included."""
    w1, w2 = -6.0, 2.0
    path = [(w1, w2)]
    for _ in range(steps):
        w1, w2 = w1 - lr * w1, w2 - lr * 10 * w2
        path.append((w1, w2))
    return path


def main():
    for lr in [0.05, 0.19, 0.20, 0.21]:
        w1, w2 = walk(lr, 100)[-1]
        print(f"lr {lr:.2f}   |w1| {abs(w1):.6f}   |w2| {abs(w2):12.6f}   L {height(w1, w2):.2g}")

    linear = Linear(1, 1, np.random.default_rng(0))
    network, loss = Network([linear]), BCEWithLogitsLoss()

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
            print(f"step {step:3}   loss {compute_loss():7.4f}   w {w:7.4f}   b {b:7.4f}")
        grad_weight = numerical_gradient(compute_loss, linear.weight)
        grad_bias = numerical_gradient(compute_loss, linear.bias)
        linear.weight -= lr * grad_weight
        linear.bias -= lr * grad_bias


if __name__ == "__main__":
    main()
