"""XOR in PyTorch, and beside it np_nn from the same weights: both must compute the same."""

import numpy as np
import torch
from torch import nn

from np_nn.network import SGD, BCEWithLogitsLoss, Linear, Network, Tanh

INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])
LR = 0.5


class XORNetwork(nn.Module):
    """Two inputs, eight tanh units, one logit: the loss has the sigmoid in it."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 8)
        self.output = nn.Linear(8, 1)

    def forward(self, x):
        return self.output(torch.tanh(self.hidden(x)))


def copy_weights(network, model):
    """Set the parameters of the PyTorch model to those of the np_nn network.

    Both store a weight as (out, in), so nothing is transposed.
    """
    with torch.no_grad():
        for (ours, _), theirs in zip(network.parameters(), model.parameters(), strict=True):
            theirs.copy_(torch.from_numpy(ours))


def largest_difference(network, model):
    """Return the largest difference between parameters of the two, over all entries."""
    return max(
        float(np.abs(ours - theirs.detach().numpy()).max())
        for (ours, _), theirs in zip(network.parameters(), model.parameters(), strict=True)
    )


def walk(layers, loss, inputs, targets):
    """Go through np_nn's layers and back; return two lists with an array for each layer.

    They are its outputs, and the gradient of the loss with respect to them.
    """
    outputs, gradients = [], []
    for layer in layers:
        inputs = layer.forward(inputs)
        outputs.append(inputs)
    loss.forward(inputs, targets)
    gradient = loss.backward()
    for layer in reversed(layers):
        gradients.insert(0, gradient)
        gradient = layer.backward(gradient)
    return outputs, gradients


def walk_model(modules, loss, x, y):
    """Do the same with PyTorch's modules; the lists hold tensors."""
    outputs = []
    for module in modules:
        x = module(x)
        x.retain_grad()
        outputs.append(x)
    loss(x, y).backward()
    return outputs, [output.grad for output in outputs]


def differences(layers, modules, ours, theirs):
    """Return [(layer, what, largest value, largest difference), ...] after a walk through both.

    For each layer these are its outputs, the gradient with respect to them, and the gradients
    of its parameters.
    """
    rows, (our_outputs, our_gradients), (their_outputs, their_gradients) = [], ours, theirs
    for i, (layer, module) in enumerate(zip(layers, modules)):
        pairs = {"outputs": (our_outputs[i], their_outputs[i])}
        pairs["gradient"] = our_gradients[i], their_gradients[i]
        for name, parameter in module.named_parameters():
            pairs[f"grad_{name}"] = getattr(layer, f"grad_{name}"), parameter.grad
        for what, (array, tensor) in pairs.items():
            difference = np.abs(array - tensor.detach().numpy()).max()
            rows.append((type(layer).__name__, what, np.abs(array).max(), difference))
    return rows


def compare(network, model):
    """Send the four rows through both and back; return their differences, layer by layer."""
    modules = [model.hidden, nn.Tanh(), model.output]
    model.zero_grad()
    ours = walk(network.layers, BCEWithLogitsLoss(), INPUTS, TARGETS)
    x, y = torch.from_numpy(INPUTS), torch.from_numpy(TARGETS)
    theirs = walk_model(modules, nn.BCEWithLogitsLoss(), x, y)
    return differences(network.layers, modules, ours, theirs)


def train_numpy(network, steps):
    """Train the np_nn network; return the loss before each step."""
    loss = BCEWithLogitsLoss()
    optimizer = SGD(network.parameters(), LR)
    values = []
    for _ in range(steps):
        values.append(loss.forward(network.forward(INPUTS), TARGETS))
        network.backward(loss.backward())
        optimizer.step()
    return values


def train_pytorch(model, steps):
    """Train the PyTorch model; return the loss before each step."""
    dtype = next(model.parameters()).dtype
    x, y = torch.from_numpy(INPUTS).to(dtype), torch.from_numpy(TARGETS).to(dtype)
    loss = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(model.parameters(), LR)
    values = []
    for _ in range(steps):
        value = loss(model(x), y)
        values.append(value.item())
        optimizer.zero_grad()  # without it, backward adds to the gradients of the step before
        value.backward()
        optimizer.step()
    return values


def main():
    rng = np.random.default_rng(0)
    network = Network([Linear(2, 8, rng), Tanh(), Linear(8, 1, rng)])
    model = XORNetwork().double()
    copy_weights(network, model)

    print("layer   what         largest  difference")
    for layer, what, largest, difference in compare(network, model):
        told = "< 1e-12" if difference < 1e-12 else f"{difference:.0e}"
        print(f"{layer:7} {what:11}  {largest:.4f}   {told}")

    for values in (train_numpy(network, 501), train_pytorch(model, 501)):
        for step in range(0, 501, 100):
            print(f"step {step:3}   loss {values[step]:.6f}")
    # Both round in the 16th digit, and 500 steps add little to that.
    print("largest difference of the weights < 1e-12:", largest_difference(network, model) < 1e-12)

    logits = model(torch.from_numpy(INPUTS))
    print("answers:", (logits > 0).int().flatten().tolist())


if __name__ == "__main__":
    main()
