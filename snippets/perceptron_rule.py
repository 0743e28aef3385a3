"""A perceptron learns AND from its mistakes, and walks in a circle on XOR."""

import itertools

POSITIONS = [(0, 0), (0, 1), (1, 0), (1, 1)]


def step(z):
    """Return 1 if z is above 0, else 0."""
    return 1 if z > 0 else 0


def correct(parameters, x, y, lr=1):
    """Return (w1, w2, b) after one example with the inputs x and the target y.

    The rule is w <- w + lr (y - output) x and b <- b + lr (y - output).
    """
    w1, w2, b = parameters
    x1, x2 = x
    change = lr * (y - step(w1 * x1 + w2 * x2 + b))
    return w1 + change * x1, w2 + change * x2, b + change


def train(targets, epochs, lr=1, parameters=(0, 0, 0)):
    """Show the four positions in turn; return (mistakes, parameters) at the end of each epoch."""
    history = []
    for _ in range(epochs):
        mistakes = 0
        for x, y in zip(POSITIONS, targets):
            before, parameters = parameters, correct(parameters, x, y, lr)
            mistakes += parameters != before
        history.append((mistakes, parameters))
    return history


def main():
    for name, targets in [("AND", (0, 0, 0, 1)), ("OR", (0, 1, 1, 1))]:
        history = train(targets, epochs=8)
        print(name, "mistakes:", [mistakes for mistakes, _ in history])
        print("    w1, w2, b:", history[-1][1])

    history = train(targets=(0, 1, 1, 0), epochs=1000)
    for epoch in [1, 2, 3, 4, 100, 1000]:
        mistakes, parameters = history[epoch - 1]
        print(f"epoch {epoch:4}  mistakes {mistakes}  then {parameters}")

    tables = list(itertools.product((0, 1), repeat=4))
    failed = [table for table in tables if train(table, epochs=100)[-1][0] > 0]
    print(f"learned: {len(tables) - len(failed)} of {len(tables)}")
    print("not learned:", failed)


if __name__ == "__main__":
    main()
