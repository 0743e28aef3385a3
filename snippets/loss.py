"""Residuals cancel and their squares do not; cross-entropy is computed from logits."""

import numpy as np

from np_nn.network import BCEWithLogitsLoss, Linear, MSELoss

HOURS = np.array([[1.0], [3.0], [5.0], [7.0]])
TEMPERATURES = np.array([[2.5], [1.5], [4.5], [4.0]])


def cross_entropy(p, y):
    """Return -ln of the probability that p gives to the answer y, which is 1 or 0."""
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def main():
    unit = Linear(1, 1, np.random.default_rng(0))
    unit.weight[:], unit.bias[:] = 0.5, 1.0
    outputs = unit.forward(HOURS)
    residuals = outputs - TEMPERATURES
    print("residuals:", residuals.ravel(), "  mean:", residuals.mean())
    raised = residuals + 0.125
    print("residuals:", raised.ravel(), "  mean:", raised.mean())

    mse = MSELoss()
    print("np_nn:  ", mse.forward(outputs, TEMPERATURES))
    print("with the raised bias:", mse.forward(outputs + 0.125, TEMPERATURES))
    for copies in [1, 2, 10]:
        batch = np.tile(residuals**2, (copies, 1))
        print(f"{batch.size:2} examples   mean {batch.mean():.4f}   sum {batch.sum():5.2f}")

    print("it rains     cross-entropy   squared error")
    for p in [0.99, 0.9, 0.5, 0.1, 0.01, 0.0001]:
        squared = (p - 1) ** 2
        print(f"p = {p:<6}   {cross_entropy(p, 1):13.4f}   {squared:13.4f}")
    bce = BCEWithLogitsLoss()
    for z, y in [(2.0, 0.0), (40.0, 0.0), (-800.0, 1.0)]:
        print(f"z = {z:6}   y = {y}   loss {bce.forward(np.array([[z]]), np.array([[y]])):.4f}")


if __name__ == "__main__":
    main()
