"""XOR with weights that are chosen, not trained: step units, ReLU units, and no bend at all."""

import numpy as np

from np_nn.network import Linear, Network, ReLU

POSITIONS = [(0, 0), (0, 1), (1, 0), (1, 1)]


def step(z):
    """Return 1 if z is above 0, else 0."""
    return 1 if z > 0 else 0


def perceptron(x1, x2, w1, w2, b):
    """Return 1 if the weighted sum, bias included, is above 0, else 0."""
    return step(w1 * x1 + w2 * x2 + b)


def build():
    """Return the hidden layer and the output layer of XOR with ReLU between them."""
    rng = np.random.default_rng(0)
    hidden, output = Linear(2, 2, rng), Linear(2, 1, rng)
    hidden.weight[:] = [[1, 1], [1, 1]]
    hidden.bias[:] = [0, -1]
    output.weight[:] = [[1, -2]]
    output.bias[:] = 0
    return hidden, output


def main():
    for x1, x2 in POSITIONS:
        at_least_one = perceptron(x1, x2, 1, 1, -0.5)
        both = perceptron(x1, x2, 1, 1, -1.5)
        lamp = perceptron(at_least_one, both, 1, -1, -0.5)
        print(f"switches {x1} {x2}   OR {at_least_one}   AND {both}   lamp {lamp}")

    hidden, output = build()
    network = Network([hidden, ReLU(), output])
    inputs = np.array(POSITIONS, dtype=float)
    places = ReLU().forward(hidden.forward(inputs))
    for row, place, answer in zip(inputs, places, network.forward(inputs)):
        print(f"inputs {row}   hidden {place}   answer {answer[0]}")

    straight = Network([hidden, output])
    print("answers", straight.forward(inputs).ravel())


if __name__ == "__main__":
    main()
