"""A neural network in NumPy, short enough to be read in one sitting.

One row is one example: a layer turns inputs of shape (batch, in_features) into outputs
of shape (batch, out_features). Parameters are float64. L is the loss, one number.

    forward     inputs -> first layer -> ... -> last layer -> outputs -> L
    backward    dL/d(inputs) <- first layer <- ... <- last layer <- dL/d(outputs)

Names and conventions are torch.nn's, with one difference: ``backward`` overwrites the
gradients of the call before, where PyTorch adds to them.
"""

import numpy as np


def _check(owner, name, array, shape):
    """Raise ValueError unless ``array`` has this shape and holds finite floats.

    A word in ``shape``, such as "batch", stands for any size from 1 up.
    """
    wanted = f"{type(owner).__name__} expects {name} of shape {shape}".replace("'", "")
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{wanted} as a NumPy array, got {type(array).__name__}")
    if array.ndim != len(shape) or any(
        got == 0 if isinstance(want, str) else got != want
        for want, got in zip(shape, array.shape)
    ):
        raise ValueError(f"{wanted}, got {array.shape}")
    if array.dtype.kind != "f":
        raise ValueError(f"{wanted} as floats, got {array.dtype}")
    if not np.isfinite(array).all():
        raise ValueError(f"{wanted}, every entry finite, got NaN or infinity")


# Layers


class Layer:
    """One step of a network. ``forward`` keeps what ``backward`` will need."""

    outputs = None  # of the last forward pass

    def forward(self, inputs):
        """Return the outputs for ``inputs``: one row per example in both."""
        raise NotImplementedError

    def backward(self, grad_outputs):
        """Return dL/d(inputs), given dL/d(outputs). Each has the shape of its array.

        Stores the gradients of the layer's own parameters; changes no parameter.
        RuntimeError if there was no forward pass.
        """
        raise NotImplementedError

    def parameters(self):
        """Return [(parameter, gradient), ...]: the arrays themselves, not copies."""
        return []

    def check_backward(self, grad_outputs):
        """Refuse gradients that do not belong to the last forward pass."""
        if self.outputs is None:
            raise RuntimeError(f"{type(self).__name__}.backward needs a forward pass first")
        _check(self, "grad_outputs", grad_outputs, self.outputs.shape)


class Linear(Layer):
    """Fully connected layer: ``outputs = inputs @ weight.T + bias``.

    Row j of ``weight`` and entry j of ``bias`` belong to unit j.

        weight: (out_features, in_features)    bias: (out_features,)

    Both start uniform between -1/sqrt(in_features) and 1/sqrt(in_features), as in
    torch.nn.Linear. ``rng`` is a numpy.random.Generator.
    """

    def __init__(self, in_features, out_features, rng):
        for name, size in [("in_features", in_features), ("out_features", out_features)]:
            if not isinstance(size, (int, np.integer)) or size < 1:
                raise ValueError(f"Linear expects {name} to be an integer >= 1, got {size!r}")
        if not isinstance(rng, np.random.Generator):
            raise ValueError(f"Linear expects rng to be a numpy.random.Generator, got {rng!r}")
        bound = 1 / np.sqrt(in_features)
        self.weight = rng.uniform(-bound, bound, size=(out_features, in_features))
        self.bias = rng.uniform(-bound, bound, size=out_features)
        # NaN until a backward pass fills them, so that no step can be taken before.
        self.grad_weight = np.full_like(self.weight, np.nan)
        self.grad_bias = np.full_like(self.bias, np.nan)

    def forward(self, inputs):
        _check(self, "inputs", inputs, ("batch", self.weight.shape[1]))
        self.inputs = inputs
        self.outputs = inputs @ self.weight.T + self.bias  # (batch, in) @ (in, out) + (out,)
        return self.outputs

    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        self.grad_weight[:] = grad_outputs.T @ self.inputs  # (out, batch) @ (batch, in)
        self.grad_bias[:] = grad_outputs.sum(axis=0)  # each example used the same bias
        return grad_outputs @ self.weight  # (batch, out) @ (out, in)

    def parameters(self):
        return [(self.weight, self.grad_weight), (self.bias, self.grad_bias)]


class Sigmoid(Layer):
    """``outputs = 1 / (1 + exp(-inputs))``, elementwise, between 0 and 1."""

    def forward(self, inputs):
        _check(self, "inputs", inputs, ("batch", "features"))
        # The same function as a tanh: exp(-inputs) overflows for large negative inputs.
        self.outputs = 0.5 * (1 + np.tanh(0.5 * inputs))
        return self.outputs

    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        return grad_outputs * self.outputs * (1 - self.outputs)


class Tanh(Layer):
    """``outputs = tanh(inputs)``, elementwise, between -1 and 1."""

    def forward(self, inputs):
        _check(self, "inputs", inputs, ("batch", "features"))
        self.outputs = np.tanh(inputs)
        return self.outputs

    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        return grad_outputs * (1 - self.outputs**2)


class ReLU(Layer):
    """``outputs = max(inputs, 0)``, elementwise. At 0 its slope is taken as 0."""

    def forward(self, inputs):
        _check(self, "inputs", inputs, ("batch", "features"))
        self.outputs = np.maximum(inputs, 0)
        return self.outputs

    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        return grad_outputs * (self.outputs > 0)  # with >= the gate would never close


class Network(Layer):
    """Layers in a row: each one's outputs are the next one's inputs."""

    def __init__(self, layers):
        layers = list(layers)
        if not layers:
            raise ValueError("Network expects at least one layer, got none")
        width = None  # number of features that come out of the layers so far
        for index, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise ValueError(f"Network expects layers, got {layer!r} at index {index}")
            if any(layer is other for other in layers[:index]):
                raise ValueError(f"Network expects each layer once, got layer {index} again")
            if isinstance(layer, Linear):
                out_features, in_features = layer.weight.shape
                if width not in (None, in_features):
                    raise ValueError(
                        f"Network expects layer {index} to take the {width} features that "
                        f"come before it, got a Linear with in_features={in_features}"
                    )
                width = out_features
        self.layers = layers

    def forward(self, inputs):
        for layer in self.layers:
            inputs = layer.forward(inputs)
        self.outputs = inputs
        return self.outputs

    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        for layer in reversed(self.layers):
            grad_outputs = layer.backward(grad_outputs)
        return grad_outputs

    def parameters(self):
        return [pair for layer in self.layers for pair in layer.parameters()]


# Losses: forward(outputs, targets) -> L, a float; backward() -> dL/d(outputs)


class Loss:
    """One number for how wrong the outputs are, and its gradient."""

    grad_outputs = None  # of the last forward pass

    def backward(self):
        """Return dL/d(outputs), with the shape of the outputs, for the last forward."""
        if self.grad_outputs is None:
            raise RuntimeError(f"{type(self).__name__}.backward needs a forward pass first")
        return self.grad_outputs


class MSELoss(Loss):
    """Mean squared error over all entries: ``mean((outputs - targets)**2)``."""

    def forward(self, outputs, targets):
        _check(self, "outputs", outputs, ("batch", "features"))
        _check(self, "targets", targets, outputs.shape)
        error = outputs - targets
        self.grad_outputs = 2 * error / error.size
        return float(np.mean(error**2))


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of p = sigmoid(outputs), mean over all entries:
    ``mean(-targets * log(p) - (1 - targets) * log(1 - p))``, targets from 0 to 1.
    """

    def forward(self, outputs, targets):
        _check(self, "outputs", outputs, ("batch", "features"))
        _check(self, "targets", targets, outputs.shape)
        if targets.min() < 0 or targets.max() > 1:
            raise ValueError(
                "BCEWithLogitsLoss expects targets from 0 to 1, "
                f"got {targets.min()} to {targets.max()}"
            )
        probabilities = 0.5 * (1 + np.tanh(0.5 * outputs))
        self.grad_outputs = (probabilities - targets) / targets.size
        # -log(p) = log(1 + exp(-z)), written so that exp never sees a positive number.
        losses = np.maximum(outputs, 0) - outputs * targets + np.log1p(np.exp(-np.abs(outputs)))
        return float(np.mean(losses))


class CrossEntropyLoss(Loss):
    """Mean over the batch of ``-log(softmax(outputs)[label])``.

        outputs: (batch, classes)    targets: (batch,), integer labels from 0
    """

    def forward(self, outputs, targets):
        _check(self, "outputs", outputs, ("batch", "classes"))
        batch, classes = outputs.shape
        if not isinstance(targets, np.ndarray) or targets.shape != (batch,):
            got = getattr(targets, "shape", type(targets).__name__)
            raise ValueError(f"CrossEntropyLoss expects targets of shape ({batch},), got {got}")
        if targets.dtype.kind not in "iu":
            raise ValueError(f"CrossEntropyLoss expects integer targets, got {targets.dtype}")
        if targets.min() < 0 or targets.max() >= classes:
            raise ValueError(
                f"CrossEntropyLoss expects targets from 0 to {classes - 1}, "
                f"got {targets.min()} to {targets.max()}"
            )
        # softmax does not change when a row is shifted; exp must not overflow.
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(batch)
        self.grad_outputs = np.exp(log_softmax) / batch
        self.grad_outputs[rows, targets] -= 1 / batch
        return float(-np.mean(log_softmax[rows, targets]))


# Optimisers: step() changes every parameter in place, using its gradient


class Optimizer:
    """Holds ``network.parameters()``. ``lr`` is the learning rate, a number above 0."""

    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        self.lr = lr
        if not self.parameters:
            raise ValueError(f"{type(self).__name__} expects parameters, got none")
        self._check_number("lr", lr, 0 < lr < np.inf, "above 0")

    def _check_number(self, name, number, fits, wanted):
        if not fits:
            raise ValueError(f"{type(self).__name__} expects {name} {wanted}, got {number}")

    def check_gradients(self):
        """RuntimeError before anything changes if a gradient is missing or not finite."""
        for index, (_, gradient) in enumerate(self.parameters):
            if not np.isfinite(gradient).all():
                raise RuntimeError(
                    f"{type(self).__name__}.step needs finite gradients, got NaN or "
                    f"infinity in parameter {index}: was there a backward pass?"
                )


class SGD(Optimizer):
    """Gradient descent: ``velocity = momentum * velocity + gradient``, then
    ``parameter -= lr * velocity``. Without momentum the velocity is the gradient.
    """

    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__(parameters, lr)
        self._check_number("momentum", momentum, 0 <= momentum < 1, "from 0 to below 1")
        self.momentum = momentum
        self.velocities = [np.zeros_like(parameter) for parameter, _ in self.parameters]

    def step(self):
        """Change every parameter once, against its gradient."""
        self.check_gradients()
        for (parameter, gradient), velocity in zip(self.parameters, self.velocities):
            velocity *= self.momentum
            velocity += gradient
            parameter -= self.lr * velocity


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015, algorithm 1): steps scaled by each gradient's history.

    ``betas`` are the decay rates of the running means of the gradient and its square.
    The defaults are the paper's.
    """

    def __init__(self, parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr)
        self._check_number("betas", betas, all(0 <= beta < 1 for beta in betas), "from 0 to below 1")
        self._check_number("eps", eps, 0 < eps < np.inf, "above 0")
        self.betas, self.eps, self.steps = betas, eps, 0
        self.means = [np.zeros_like(parameter) for parameter, _ in self.parameters]
        self.squares = [np.zeros_like(parameter) for parameter, _ in self.parameters]

    def step(self):
        """Change every parameter once, by about ``lr`` at most."""
        self.check_gradients()
        self.steps += 1
        beta1, beta2 = self.betas
        for (parameter, gradient), mean, square in zip(self.parameters, self.means, self.squares):
            mean += (1 - beta1) * (gradient - mean)
            square += (1 - beta2) * (gradient**2 - square)
            # Both means start at 0; dividing takes out what that start still weighs.
            unbiased_mean = mean / (1 - beta1**self.steps)
            unbiased_square = square / (1 - beta2**self.steps)
            parameter -= self.lr * unbiased_mean / (np.sqrt(unbiased_square) + self.eps)
