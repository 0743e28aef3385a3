"""A perceptron weighs its inputs, adds one bias and decides: a line with two sides."""

POSITIONS = [(0, 0), (0, 1), (1, 0), (1, 1)]


def step(z):
    """Return 1 if z is above 0, else 0."""
    return 1 if z > 0 else 0


def weighted_sum(x1, x2, w1, w2, b):
    """Return z: each input times its weight, and the bias once."""
    return w1 * x1 + w2 * x2 + b


def outputs(points, w1, w2, b):
    """Return what a perceptron answers at each of some points (x1, x2)."""
    return [step(weighted_sum(x1, x2, w1, w2, b)) for x1, x2 in points]


def main():
    for x1, x2 in POSITIONS:
        z = weighted_sum(x1, x2, 1, 1, -1.5)
        print(f"switches {x1} {x2}   z = {z:4}   lamp {step(z)}")

    print([step(z) for z in [-1000, -0.5, 0, 0.001, 0.5, 1000]])

    points = [(i / 4, j / 4) for i in range(5) for j in range(5)]
    before = outputs(points, 1, 1, -1.5)
    print("double all:      the same at every point:", outputs(points, 2, 2, -3) == before)
    print("double weights:  the same at every point:", outputs(points, 2, 2, -1.5) == before)


if __name__ == "__main__":
    main()
