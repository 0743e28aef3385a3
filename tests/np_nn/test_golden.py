"""The same seeds train the same networks: today, tomorrow, and on another machine.

python tests/np_nn/test_golden.py    trains them anew, and writes what comes out to golden.json
"""

import json
from pathlib import Path

import numpy as np
import pytest

from np_nn.network import (
    SGD,
    Adam,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    Linear,
    MSELoss,
    Network,
    ReLU,
    Sigmoid,
    Tanh,
)

FILE = Path(__file__).with_name("golden.json")
SIZES, BATCH, STEPS = (3, 5, 4, 2), 6, 60
# Activation, loss, optimiser.
CASES = {
    "sigmoid, squared error, SGD": (Sigmoid, MSELoss, lambda pairs: SGD(pairs, lr=1)),
    "tanh, logits, momentum": (Tanh, BCEWithLogitsLoss, lambda pairs: SGD(pairs, 0.1, momentum=0.9)),
    "ReLU, softmax, Adam": (ReLU, CrossEntropyLoss, lambda pairs: Adam(pairs, lr=0.01)),
}


def train(name, dtype="float64"):
    """Return the loss of each tenth step, and in the end all parameters in one list."""
    activation, loss_class, make_optimizer = CASES[name]
    rng = np.random.default_rng(7)
    layers = []
    for in_features, out_features in zip(SIZES, SIZES[1:]):
        layers += [Linear(in_features, out_features, rng, dtype), activation()]
    network, loss = Network(layers[:-1]), loss_class()
    optimizer = make_optimizer(network.parameters())
    inputs = rng.normal(size=(BATCH, SIZES[0])).astype(dtype)
    labels = rng.integers(SIZES[-1], size=BATCH)
    targets = labels if loss_class is CrossEntropyLoss else np.eye(SIZES[-1], dtype=dtype)[labels]
    losses = []
    for _ in range(STEPS):
        losses.append(loss.forward(network.forward(inputs), targets))
        network.backward(loss.backward())
        optimizer.step()
    parameters = [float(entry) for array, _ in network.parameters() for entry in array.flat]
    return {"losses": losses[::10], "parameters": parameters}


@pytest.mark.parametrize("name", CASES)
def test_training_ends_where_it_ended_when_the_file_was_written(name):
    """Another BLAS may add in another order: that is the last of sixteen digits, 60 times."""
    golden = json.loads(FILE.read_text(encoding="utf-8"))
    assert set(golden) == set(CASES)
    found = train(name)
    assert set(found) == set(golden[name])
    assert found["losses"][-1] < 0.8 * found["losses"][0]  # it has learned something
    for part, numbers in found.items():
        np.testing.assert_allclose(numbers, golden[name][part], rtol=1e-9)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CASES)
def test_two_runs_with_one_seed_agree_to_the_last_bit(name, dtype):
    assert train(name, dtype) == train(name, dtype)


@pytest.mark.parametrize("name", CASES)
def test_float32_ends_where_float64_does_up_to_its_rounding(name):
    exact, rounded = np.array(train(name)["parameters"]), np.array(train(name, "float32")["parameters"])
    assert not np.array_equal(exact, rounded)
    # 7 digits, of which 60 steps may cost three.
    np.testing.assert_allclose(rounded, exact, rtol=0, atol=1e-4 * np.abs(exact).max())


if __name__ == "__main__":
    text = json.dumps({name: train(name) for name in CASES}, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")
