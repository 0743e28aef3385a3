"""XOR in NumPy: the loop in plain sight, the answers, and how many of ten seeds get there."""

import numpy as np

from np_nn.network import SGD, BCEWithLogitsLoss, Linear, Network, Sigmoid, Tanh

INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])


def build(width, seed):
    """Return a new 2-width-1 network with tanh; its output is a logit."""
    rng = np.random.default_rng(seed)
    return Network([Linear(2, width, rng), Tanh(), Linear(width, 1, rng)])


def train(network, lr, steps):
    """Train on the four rows; return the loss before each step and after the last one."""
    loss = BCEWithLogitsLoss()
    optimizer = SGD(network.parameters(), lr)
    values = []
    for _ in range(steps):
        values.append(loss.forward(network.forward(INPUTS), TARGETS))
        network.backward(loss.backward())
        optimizer.step()
    values.append(loss.forward(network.forward(INPUTS), TARGETS))
    return values


def is_solved(network):
    """Whether all four answers are right: above one half, so z above 0, means 1."""
    return np.array_equal(network.forward(INPUTS) > 0, TARGETS == 1)


def main():
    network = build(width=8, seed=0)
    values = train(network, lr=0.5, steps=2000)
    for step in (0, 50, 100, 200, 500, 1000, 2000):
        print(f"step {step:4}   loss {values[step]:.4f}")

    logits = network.forward(INPUTS)
    for row, logit, probability in zip(INPUTS, logits, Sigmoid().forward(logits)):
        print(f"inputs {row}   probability {probability[0]:.3f}   answer {int(logit[0] > 0)}")

    for width in (2, 8):
        networks = [build(width, seed) for seed in range(10)]
        losses = [train(network, lr=1.0, steps=200)[-1] for network in networks]
        solved = sum(is_solved(network) for network in networks)
        print(f"width {width}: {solved} of 10 solved, losses", *[f"{loss:.2f}" for loss in losses])


if __name__ == "__main__":
    main()
