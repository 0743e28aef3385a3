"""A neural network in NumPy, short enough to be read in one sitting.

One row of data is one example. L is the loss; dL/d(array) has the shape of the array.

    forward     inputs -> first layer -> ... -> last layer -> outputs -> L
    backward    dL/d(inputs) <- first layer <- ... <- last layer <- dL/d(outputs)

Most names are PyTorch's, but ``backward`` overwrites gradients, where PyTorch adds.
The text in quotation marks after a name is checked by guard.py.
"""

import numpy as np

from np_nn.guard import GuardedLayer, GuardedLoss, GuardedOptimizer, in_a_row, in_pairs


class Layer(GuardedLayer):
    """A step of a network. Yours needs ``forward`` and ``backward``, and is guarded."""

    def forward(self, inputs):
        """Return the outputs. What ``backward`` will need is kept, uncopied."""
        raise NotImplementedError

    def backward(self, grad_outputs):
        """Return dL/d(inputs), given dL/d(outputs); store the parameters' gradients."""
        raise NotImplementedError

    def parameters(self):
        """Return [(parameter, gradient), ...]: the arrays themselves, not copies."""
        return []


class Linear(Layer):
    """Fully connected layer: ``outputs = inputs @ weight.T + bias``.

    ``weight`` is (out_features, in_features), a row per unit; ``bias`` (out_features,).
    Both start uniform within 1/sqrt(in_features) of 0, as in torch.nn.Linear.
    """

    def __init__(self, in_features: "an integer from 1 to 2**31", out_features: "an integer from 1 to 2**31",
                 rng: "a numpy.random.Generator", dtype: "float64 or float32" = np.float64):  # fmt: skip
        self.in_features, self.out_features = int(in_features), int(out_features)
        bound = 1 / np.sqrt(self.in_features)
        self.weight = rng.uniform(-bound, bound, (out_features, in_features)).astype(dtype)
        self.bias = rng.uniform(-bound, bound, out_features).astype(dtype)
        self.grad_weight, self.grad_bias = self.weight * np.nan, self.bias * np.nan
        self.needs_grad_inputs = True  # False, if nobody needs dL/d(inputs)

    def forward(self, inputs: "(batch, in_features)") -> "(batch, out_features)":
        self.inputs = inputs
        return inputs @ self.weight.T + self.bias  # (batch, in) @ (in, out) + (out,)

    def backward(self, grad_outputs: "(batch, out_features)") -> "(batch, in_features)":
        self.grad_weight[:] = grad_outputs.T @ self.inputs  # (out, batch) @ (batch, in)
        self.grad_bias[:] = grad_outputs.sum(axis=0)  # each example used the same bias
        if self.needs_grad_inputs:
            return grad_outputs @ self.weight  # (batch, out) @ (out, in)

    def parameters(self):
        return [(self.weight, self.grad_weight), (self.bias, self.grad_bias)]


def _sigmoid(z):
    """Return 1 / (1 + exp(-z)); exp sees no number above 0, and cannot overflow."""
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


class Sigmoid(Layer):
    """``outputs = 1 / (1 + exp(-inputs))``, entry by entry."""

    def forward(self, inputs: "(batch, features)") -> "(batch, features)":
        self.outputs = _sigmoid(inputs)
        return self.outputs

    def backward(self, grad_outputs: "(batch, features)") -> "(batch, features)":
        return grad_outputs * self.outputs * (1 - self.outputs)


class Tanh(Layer):
    """``outputs = tanh(inputs)``, entry by entry."""

    def forward(self, inputs: "(batch, features)") -> "(batch, features)":
        self.outputs = np.tanh(inputs)
        return self.outputs

    def backward(self, grad_outputs: "(batch, features)") -> "(batch, features)":
        return grad_outputs * (1 - self.outputs**2)


class ReLU(Layer):
    """``outputs = max(inputs, 0)``, entry by entry. Its slope at 0 is 0."""

    def forward(self, inputs: "(batch, features)") -> "(batch, features)":
        self.outputs = np.maximum(inputs, 0)
        return self.outputs

    def backward(self, grad_outputs: "(batch, features)") -> "(batch, features)":
        return grad_outputs * (self.outputs > 0)  # with >= the gate would never close


class Network(Layer):
    """Layers in a row: the outputs of each are the inputs of the next."""

    def __init__(self, layers):
        self.layers = in_a_row(self, layers)

    def forward(self, inputs: "(batch, ...)") -> "(batch, ...)":
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(self, grad_outputs: "(batch, ...)") -> "(batch, ...)":
        for layer in reversed(self.layers):
            grad_outputs = layer.backward(grad_outputs)
        return grad_outputs

    def parameters(self):
        return [pair for layer in self.layers for pair in layer.parameters()]


class Loss(GuardedLoss):
    """``forward(outputs, targets)`` returns L, a float: how wrong the outputs are."""

    def backward(self):
        """Return dL/d(outputs), which ``forward`` computed, in the outputs' shape."""
        return self.grad_outputs


class MSELoss(Loss):
    """Mean squared error over all entries: ``mean((outputs - targets)**2)``."""

    def forward(self, outputs: "(batch, features)", targets: "(batch, features)") -> "L":
        self.grad_outputs = 2 * (outputs - targets) / outputs.size
        return float(np.mean((outputs - targets) ** 2))


class BCEWithLogitsLoss(Loss):
    """Mean of ``-t * log(p) - (1 - t) * log(1 - p)``, with ``p = sigmoid(outputs)``."""

    def forward(self, outputs: "(batch, features)", targets: "(batch, features) from 0 to 1") -> "L":
        self.grad_outputs = (_sigmoid(outputs) - targets) / outputs.size
        softplus = np.maximum(outputs, 0) + np.log1p(np.exp(-np.abs(outputs)))
        return float((softplus - outputs * targets).mean())  # softplus: log(1 + exp(outputs))


class CrossEntropyLoss(Loss):
    """Mean over the batch of ``-log(softmax(outputs)[label])``; targets are labels."""

    def forward(self, outputs: "(batch, classes)", targets: "(batch,) integers below classes") -> "L":
        is_label = targets[:, None] == np.arange(outputs.shape[1])  # True once in each row
        shifted = outputs - outputs.max(axis=1, keepdims=True)  # same softmax, no overflow
        powers = np.exp(shifted)
        sums = powers.sum(axis=1, keepdims=True)
        self.grad_outputs = (powers / sums - is_label) / len(outputs)  # softmax minus label
        return float((np.log(sums[:, 0]) - shifted[is_label]).mean())


class Optimizer(GuardedOptimizer):
    """Subtracts what ``move`` makes of the gradients, all joined into one vector."""

    def __init__(self, parameters, lr: "a number above 0"):
        self.parameters, self.gradients = zip(*in_pairs(self, parameters))
        self.lr, self.gradient = float(lr), np.concatenate(self.gradients, axis=None)

    def step(self):
        """Change each parameter once, in place; guard.py refuses what would overflow."""
        change, end = self.move(np.concatenate(self.gradients, axis=None, out=self.gradient)), 0
        for parameter in self.parameters:
            end += parameter.size
            parameter -= change[end - parameter.size : end].reshape(parameter.shape)


class SGD(Optimizer):
    """Gradient descent. With momentum, a share of the last ``velocity`` is kept."""

    def __init__(self, parameters, lr: "a number above 0", momentum: "a number from 0 to below 1" = 0.0):
        super().__init__(parameters, lr)
        self.momentum, self.velocity = float(momentum), np.zeros_like(self.gradient)

    def move(self, gradient):
        self.velocity *= self.momentum
        self.velocity += gradient
        return np.multiply(self.lr, self.velocity, out=gradient)  # no longer needed


class Adam(Optimizer):
    """Adam (Kingma, Ba, 2015): means of gradient and square, corrected for a start at 0."""

    def __init__(self, parameters, lr: "a number above 0" = 0.001,
                 betas: "a pair of numbers from 0 to below 1" = (0.9, 0.999), eps: "a number above 0" = 1e-8):  # fmt: skip
        super().__init__(parameters, lr)
        self.betas, self.eps, self.steps = [float(beta) for beta in betas], float(eps), 0
        self.mean, self.square = 0.0, 0.0

    def move(self, gradient):
        self.steps, (beta1, beta2) = self.steps + 1, self.betas
        self.mean = beta1 * self.mean + (1 - beta1) * gradient
        self.square = beta2 * self.square + (1 - beta2) * gradient**2
        mean, square = self.mean / (1 - beta1**self.steps), self.square / (1 - beta2**self.steps)
        return self.lr * mean / (np.sqrt(square) + self.eps)
