"""What is often done wrong with convolution: each of these still trains, and each is caught.

test_convolution_zoo.py trains them, and catches them with what the lesson teaches; convolution.py
counts what comes of 20 seeds. An animal takes the place of the layer that it is made from.
"""

import contextlib

import numpy as np
from convolution import Conv2d, Flatten, MaxPool2d, look

from np_nn.gradcheck import check_gradients
from np_nn.network import CrossEntropyLoss, Linear, Network

# Wrong forward, with the gradient that belongs to it: a gradient check passes


class Reordered(Conv2d):
    """The weights of each kernel are read in another order, forward and backward."""

    @contextlib.contextmanager
    def in_order(self):
        self.weight[:] = self.order(self.weight).copy()
        yield
        self.weight[:] = self.order(self.weight).copy()

    def forward(self, inputs: "(batch, in_channels, height, width)"):
        with self.in_order():
            return super().forward(inputs)

    def backward(self, grad_outputs: "(batch, out_channels, rows, columns)"):
        with self.in_order():
            grad_inputs = super().backward(grad_outputs)
        self.grad_weight[:] = self.order(self.grad_weight).copy()
        return grad_inputs


class Flipped(Reordered):
    """The kernel flipped both ways, as convolution is defined elsewhere in mathematics."""

    def order(self, weight):
        return weight[:, :, ::-1, ::-1]


class Swapped(Reordered):
    """Rows and columns of the kernel swapped: right for every symmetric one."""

    def order(self, weight):
        return weight.swapaxes(2, 3)


class NeverTurned(Conv2d):
    """The channels come last out of the product, and a reshape alone puts them first."""

    def forward(self, inputs: "(batch, in_channels, height, width)"):
        outputs = super().forward(inputs)
        return np.moveaxis(outputs, 1, 3).reshape(outputs.shape)

    def backward(self, grad_outputs: "(batch, out_channels, rows, columns)"):
        return super().backward(channels_last(grad_outputs))


def channels_last(grad_outputs):
    """Return a gradient read as if its channels came last, in the order that it should have."""
    batch, channels, rows, columns = grad_outputs.shape
    return np.moveaxis(grad_outputs.reshape(batch, rows, columns, channels), 3, 1)


class Wrapped(Conv2d):
    """Every window starts a pixel early, at index -1, where Python finds the last row."""

    def forward(self, inputs: "(batch, in_channels, height, width)"):
        return super().forward(np.roll(inputs, 1, axis=(2, 3)))

    def backward(self, grad_outputs: "(batch, out_channels, rows, columns)"):
        return np.roll(super().backward(grad_outputs), -1, axis=(2, 3))


class FourInARow(MaxPool2d):
    """A reshape alone makes the blocks: four pixels in a row in place of a square of four."""

    def forward(self, inputs: "(batch, channels, height, width)"):
        return super().forward(self.as_squares(inputs))

    def backward(self, grad_outputs: "(batch, channels, rows, columns)"):
        grad_squares = super().backward(grad_outputs)
        *_, rows, columns = grad_outputs.shape
        s = self.kernel_size
        squares = grad_squares.reshape(*grad_outputs.shape[:3], s, columns, s)
        return squares.swapaxes(3, 4).reshape(grad_squares.shape)

    def as_squares(self, inputs):
        """Return the pixels, moved so that those in a row stand in a square."""
        *batch, height, width = inputs.shape
        s = self.kernel_size
        in_a_row = inputs.reshape(*batch, height // s, width // s, s, s)
        return in_a_row.swapaxes(3, 4).reshape(inputs.shape)


# Wrong backward, or another way than forward: a gradient check fails


class FlippedForward(Reordered):
    """The kernel flipped forward, and not backward."""

    def order(self, weight):
        return weight[:, :, ::-1, ::-1]

    def backward(self, grad_outputs: "(batch, out_channels, rows, columns)"):
        return Conv2d.backward(self, grad_outputs)


class TurnedOneWay(Conv2d):
    """The channels are put first by turning, and turned back by a reshape alone."""

    def backward(self, grad_outputs: "(batch, out_channels, rows, columns)"):
        return super().backward(channels_last(grad_outputs))


class MeanOverPlaces(Conv2d):
    """The gradient of the kernel is the mean over the places, where it is their sum."""

    def backward(self, grad_outputs: "(batch, out_channels, rows, columns)"):
        grad_inputs = super().backward(grad_outputs)
        places = np.prod(grad_outputs.shape[2:])
        self.grad_weight[:] = self.grad_weight / places
        self.grad_bias[:] = self.grad_bias / places
        return grad_inputs


class OnePlace(Conv2d):
    """The gradient of the kernel is that of its first place alone."""

    def backward(self, grad_outputs: "(batch, out_channels, rows, columns)"):
        grad_inputs = super().backward(grad_outputs)
        first = np.tensordot(grad_outputs[:, :, 0, 0], self.windows[:, :, 0, 0], [0, 0])
        self.grad_weight[:] = first
        return grad_inputs


class Overwritten(Conv2d):
    """The gradient of the image is written with =, so that of windows that overlap the last one counts."""

    def backward(self, grad_outputs: "(batch, out_channels, rows, columns)"):
        super().backward(grad_outputs)
        sent = np.moveaxis(np.tensordot(grad_outputs, self.weight, [1, 0]), 3, 1)
        grad_padded = np.zeros_like(self.padded)
        windows = look(grad_padded, self.kernel_size, self.stride)
        for f, q in np.ndindex(self.kernel_size, self.kernel_size):
            windows[..., f, q] = sent[..., f, q]
        return grad_padded


class PoolToTheFirst(MaxPool2d):
    """The gradient goes to the first pixel of each block, whichever was the largest."""

    def backward(self, grad_outputs: "(batch, channels, rows, columns)"):
        self.largest = np.zeros_like(self.largest)
        return super().backward(grad_outputs)


class PoolToAll(MaxPool2d):
    """The gradient goes to every pixel of each block."""

    def backward(self, grad_outputs: "(batch, channels, rows, columns)"):
        grad_inputs = np.zeros_like(self.inputs)
        look(grad_inputs, self.kernel_size, self.kernel_size)[:] = grad_outputs[..., None, None]
        return grad_inputs


RIGHT_GRADIENT = {
    "kernel flipped both ways": Flipped,
    "rows and columns swapped": Swapped,
    "channels never turned": NeverTurned,
    "picture wrapped by one": Wrapped,
    "four pixels in a row pooled": FourInARow,
}
WRONG_GRADIENT = {
    "kernel flipped forward only": FlippedForward,
    "channels turned one way": TurnedOneWay,
    "kernel gradient averaged": MeanOverPlaces,
    "kernel gradient of one place": OnePlace,
    "image gradient with =": Overwritten,
    "pool gradient to the first": PoolToTheFirst,
    "pool gradient to all four": PoolToAll,
}
ANIMALS = {"right": None, **RIGHT_GRADIENT, **WRONG_GRADIENT}


# What catches them: each says whether a layer passes


def alone(animal, rng):
    """Return one layer with random parameters, for pictures (batch, 2, 8, 8)."""
    if animal is None or issubclass(animal, Conv2d):
        layer = (animal or Conv2d)(2, 3, 3, rng)
        layer.weight[:], layer.bias[:] = rng.normal(size=layer.weight.shape), rng.normal(size=3)
        return layer
    return animal(2)


def passes_gradient_check(animal):
    """Return whether the gradients belong to what is computed forward, by central differences."""
    rng = np.random.default_rng(4)
    layer, inputs = alone(animal, rng), rng.normal(size=(3, 2, 8, 8))
    features = layer.forward(inputs)[0].size
    network = Network([layer, Flatten(), Linear(features, 4, rng)])
    return max(check_gradients(network, CrossEntropyLoss(), inputs, np.array([0, 3, 1]))) < 1e-6


def moves_along(animal):
    """Return whether the outputs move with a picture that moves by two pixels, up to its edge."""
    rng = np.random.default_rng(5)
    layer, inputs = alone(animal, rng), rng.normal(size=(3, 2, 8, 8))
    moved = np.zeros_like(inputs)
    moved[..., 2:] = inputs[..., :-2]
    before, after = layer.forward(inputs), layer.forward(moved)
    step = 1 if isinstance(layer, MaxPool2d) else 2
    return np.allclose(after[..., step:], before[..., :-step], atol=1e-14)


def is_as_by_hand(animal):
    """Return whether the outputs are those of plain loops over places and weights."""
    rng = np.random.default_rng(6)
    layer, inputs = alone(animal, rng), rng.normal(size=(3, 2, 8, 8))
    outputs = layer.forward(inputs)
    wanted = np.zeros(outputs.shape)
    for n, c, i, j in np.ndindex(*outputs.shape):
        if isinstance(layer, MaxPool2d):
            wanted[n, c, i, j] = inputs[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max()
        else:
            window = inputs[n, :, i : i + 3, j : j + 3]
            wanted[n, c, i, j] = (window * layer.weight[c]).sum() + layer.bias[c]
    return np.allclose(outputs, wanted, atol=1e-12)


def is_as_pytorch(animal):
    """Return whether the outputs are those of torch.nn.functional."""
    from torch import tensor
    from torch.nn.functional import conv2d, max_pool2d

    rng = np.random.default_rng(7)
    layer, inputs = alone(animal, rng), rng.normal(size=(3, 2, 8, 8))
    if isinstance(layer, MaxPool2d):
        theirs = max_pool2d(tensor(inputs), 2)
    else:
        theirs = conv2d(tensor(inputs), tensor(layer.weight), tensor(layer.bias))
    return np.allclose(layer.forward(inputs), theirs.numpy(), atol=1e-12)
