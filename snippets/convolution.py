"""Digits one pixel aside: what a layer makes of them that looks at every place with the same weights."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from np_nn import digits
from np_nn.network import Adam, CrossEntropyLoss, Layer, Linear, Network, ReLU

LR, BATCH, EPOCHS = 0.01, 32, 5
MOVES = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]


def look(images, size, stride=1):
    """Return what a square window shows at each place: a view, (batch, channels, rows, columns, size, size).

    Whoever writes into the view writes into the images.
    """
    windows = sliding_window_view(images, (size, size), axis=(2, 3), writeable=True)
    return windows[:, :, ::stride, ::stride]


class Conv2d(Layer):
    """At each place the same weighted sums of what a window shows, as in torch.nn.Conv2d.

    Channel j of the outputs belongs to the kernel ``weight[j]`` and to ``bias[j]``.

        weight: (out_channels, in_channels, kernel_size, kernel_size)    bias: (out_channels,)
    """

    def __init__(self, in_channels, out_channels, kernel_size, rng, stride=1, padding=0):
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        bound = 1 / np.sqrt(in_channels * kernel_size**2)  # as in Linear: that many numbers go in
        shape = out_channels, in_channels, kernel_size, kernel_size
        self.weight = rng.uniform(-bound, bound, shape)
        self.bias = rng.uniform(-bound, bound, out_channels)
        self.grad_weight = np.full_like(self.weight, np.nan)
        self.grad_bias = np.full_like(self.bias, np.nan)

    def forward(self, inputs: "(batch, in_channels, height, width)"):
        rim = (self.padding, self.padding)
        self.padded = np.pad(inputs, [(0, 0), (0, 0), rim, rim])
        self.windows = look(self.padded, self.kernel_size, self.stride)
        sums = np.tensordot(self.windows, self.weight, [(1, 4, 5), (1, 2, 3)])
        return np.moveaxis(sums + self.bias, 3, 1)  # (batch, out, rows, columns)

    def backward(self, grad_outputs: "(batch, out_channels, rows, columns)"):
        # Every place used the same weights, so what the places say is added up.
        self.grad_weight[:] = np.tensordot(grad_outputs, self.windows, [(0, 2, 3), (0, 2, 3)])
        self.grad_bias[:] = grad_outputs.sum(axis=(0, 2, 3))
        sent = np.moveaxis(np.tensordot(grad_outputs, self.weight, [1, 0]), 3, 1)
        grad_padded = np.zeros_like(self.padded)
        windows = look(grad_padded, self.kernel_size, self.stride)
        for f, q in np.ndindex(self.kernel_size, self.kernel_size):
            windows[..., f, q] += sent[..., f, q]  # += since windows overlap
        inside = slice(self.padding, -self.padding or None)
        return grad_padded[:, :, inside, inside]

    def parameters(self):
        return [(self.weight, self.grad_weight), (self.bias, self.grad_bias)]


class MaxPool2d(Layer):
    """The largest number of each square block, as in torch.nn.MaxPool2d.

    Rows and columns that fill no block are left out.
    """

    def __init__(self, kernel_size):
        self.kernel_size = kernel_size

    def forward(self, inputs: "(batch, channels, height, width)"):
        self.inputs = inputs
        blocks = look(inputs, self.kernel_size, self.kernel_size)
        blocks = blocks.reshape(*blocks.shape[:4], -1)
        self.largest = blocks.argmax(axis=-1, keepdims=True)  # of equal ones the first
        return np.take_along_axis(blocks, self.largest, axis=-1)[..., 0]

    def backward(self, grad_outputs: "(batch, channels, rows, columns)"):
        blocks = np.zeros((*grad_outputs.shape, self.kernel_size**2))
        np.put_along_axis(blocks, self.largest, grad_outputs[..., None], axis=-1)
        grad_inputs = np.zeros_like(self.inputs)
        windows = look(grad_inputs, self.kernel_size, self.kernel_size)
        windows[:] = blocks.reshape(windows.shape)
        return grad_inputs


class Flatten(Layer):
    """All numbers of an example in one row, as in torch.nn.Flatten."""

    def forward(self, inputs: "(batch, ...)"):
        self.shape = inputs.shape
        return inputs.reshape(len(inputs), -1)

    def backward(self, grad_outputs: "(batch, features)"):
        return grad_outputs.reshape(self.shape)


def dense(rng):
    """Return the network of the lesson on digits, for pictures of 10 by 10 pixels."""
    return Network([Flatten(), Linear(100, 32, rng), ReLU(), Linear(32, 10, rng)])


def convolutional(rng, kernels=8):
    """Return a network whose first layer looks at every place with the same kernels."""
    layers = [Conv2d(1, kernels, 3, rng), MaxPool2d(2), Flatten(), ReLU()]
    return Network([*layers, Linear(16 * kernels, 10, rng)])


def move(pictures, down, right):
    """Return pictures with a blank rim, moved by a pixel at most."""
    return np.roll(pictures, (down, right), axis=(2, 3))


def train(network, pictures, labels, rng, moving=False, epochs=EPOCHS):
    """Train on mini-batches; if ``moving``, each is moved to one of nine places, drawn anew."""
    loss, optimizer = CrossEntropyLoss(), Adam(network.parameters(), LR)
    for _ in range(epochs):
        order = rng.permutation(len(pictures))
        for start in range(0, len(pictures), BATCH):
            rows = order[start : start + BATCH]
            batch = move(pictures[rows], *MOVES[rng.integers(9)]) if moving else pictures[rows]
            loss.forward(network.forward(batch), labels[rows])
            network.backward(loss.backward())
            optimizer.step()


def accuracy(network, pictures, labels):
    return (network.forward(pictures).argmax(axis=1) == labels).mean()


def main():
    images, labels, forms = digits.load()
    pictures = np.pad(images.reshape(-1, 1, 8, 8) / 16, [(0, 0), (0, 0), (1, 1), (1, 1)])
    training, validation = forms <= 10, (forms == 11) | (forms == 12)
    unseen, truth = pictures[validation], labels[validation]
    for moving in (False, True):
        print("               in the middle    one aside   diagonally")
        for build in (dense, convolutional):
            rng = np.random.default_rng(0)
            network = build(rng)
            train(network, pictures[training], labels[training], rng, moving)
            shares = {0: [], 1: [], 2: []}
            for down, right in MOVES:
                found = accuracy(network, move(unseen, down, right), truth)
                shares[abs(down) + abs(right)].append(found)
            print(f"{build.__name__:13}", *(f"{np.mean(share):12.3f}" for share in shares.values()))


if __name__ == "__main__":
    main()
