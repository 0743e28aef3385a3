"""A perceptron learns AND, walks in a circle on XOR, and three together switch XOR."""

POSITIONS = [(0, 0), (0, 1), (1, 0), (1, 1)]


def step(z):
    """Return 1 if z is above 0, else 0."""
    return 1 if z > 0 else 0


def perceptron(x1, x2, w1, w2, b):
    """Return 1 if the weighted sum, bias included, is above 0, else 0."""
    return step(w1 * x1 + w2 * x2 + b)


def train(targets, epochs, lr=1.0):
    """Train from zeros by w <- w + lr (y - output) x and b <- b + lr (y - output).

    Returns a tuple (mistakes, w1, w2, b) for each epoch: how many outputs were wrong in it,
    and the parameters at its end.
    """
    w1 = w2 = b = 0.0
    history = []
    for _ in range(epochs):
        mistakes = 0
        for (x1, x2), y in zip(POSITIONS, targets):
            difference = y - perceptron(x1, x2, w1, w2, b)
            w1 += lr * difference * x1
            w2 += lr * difference * x2
            b += lr * difference
            mistakes += abs(difference)
        history.append((mistakes, w1, w2, b))
    return history


def main():
    and_history = train(targets=[0, 0, 0, 1], epochs=8)
    print("mistakes in each epoch:", [epoch[0] for epoch in and_history])
    _, w1, w2, b = and_history[-1]
    print(f"at the end: w1 = {w1}, w2 = {w2}, b = {b}")

    xor_history = train(targets=[0, 1, 1, 0], epochs=1000)
    for epoch in [1, 2, 3, 4, 100, 1000]:
        mistakes, w1, w2, b = xor_history[epoch - 1]
        print(f"epoch {epoch:4}   mistakes {mistakes}   then w1 = {w1}, w2 = {w2}, b = {b}")

    _, *or_parameters = train(targets=[0, 1, 1, 1], epochs=10)[-1]
    _, *and_parameters = and_history[-1]
    for x1, x2 in POSITIONS:
        at_least_one = perceptron(x1, x2, *or_parameters)
        both = perceptron(x1, x2, *and_parameters)
        print(f"switches {x1} {x2}   lamp {perceptron(at_least_one, both, 1, -1, -0.5)}")


if __name__ == "__main__":
    main()
