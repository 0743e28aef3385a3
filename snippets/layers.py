"""A batch goes through a layer as one matrix product; without activations layers collapse."""

import numpy as np

from np_nn.network import Linear, Network, Sigmoid

INPUTS = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0]])


def forward_in_loops(layer, inputs):
    """Return the outputs of a Linear, one weighted sum after the other."""
    units, features = layer.weight.shape
    outputs = np.empty((len(inputs), units))
    for n in range(len(inputs)):
        for j in range(units):
            products = [inputs[n, i] * layer.weight[j, i] for i in range(features)]
            outputs[n, j] = sum(products) + layer.bias[j]
    return outputs


def collapse(first, second, third):
    """Return one Linear that does the work of three in a row."""
    units, features = third.weight.shape[0], first.weight.shape[1]
    single = Linear(features, units, np.random.default_rng(0))
    single.weight[:] = third.weight @ second.weight @ first.weight
    single.bias[:] = (first.bias @ second.weight.T + second.bias) @ third.weight.T + third.bias
    return single


def main():
    rng = np.random.default_rng(0)
    first, second, third = Linear(3, 5, rng), Linear(5, 8, rng), Linear(8, 2, rng)
    looped = forward_in_loops(first, INPUTS)
    print("equal:", np.allclose(first.forward(INPUTS), looped))
    print(np.round(looped, 2))
    print("weight:", first.weight.shape)
    print(Sigmoid().forward(looped).round(4))

    layers = [first, Sigmoid(), second, Sigmoid(), third, Sigmoid()]
    outputs = INPUTS
    print("inputs ", outputs.shape)
    for layer in layers:
        outputs = layer.forward(outputs)
        print(f"{type(layer).__name__:7}", outputs.shape)
    network = Network(layers)
    print("the same as network.forward:", np.array_equal(network.forward(INPUTS), outputs))

    single, straight = collapse(first, second, third), Network([first, second, third])
    many = rng.normal(size=(1000, 3))
    print("the same outputs:", np.allclose(straight.forward(many), single.forward(many)))
    print("with the sigmoids:", np.allclose(network.forward(many), single.forward(many)))


if __name__ == "__main__":
    main()
