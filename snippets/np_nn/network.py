"""A neural network in NumPy, short enough to be read in one sitting.

One row is one example: a layer turns inputs of shape (batch, in_features) into outputs
of shape (batch, out_features). L is the loss, one number; dL/d(array) is its gradient,
which has the shape of the array. Parameters are float64.

    forward     inputs -> first layer -> ... -> last layer -> outputs -> L
    backward    dL/d(inputs) <- first layer <- ... <- last layer <- dL/d(outputs)

Names and conventions are torch.nn's, with one difference: ``backward`` overwrites the
gradients of the call before, where PyTorch adds to them. What does not fit is refused
before it changes anything: arrays and numbers by ValueError, a wrong order by RuntimeError.
"""

import numpy as np


def _expect(owner, fits, wanted, got):
    """Raise ValueError, in the name of the class of ``owner``, unless ``fits``."""
    if not fits:
        raise ValueError(f"{type(owner).__name__} expects {wanted}, got {got}")


def _check(owner, name, array, shape, numbers="floats", top=None):
    """Expect an array of this shape and of such numbers: finite, and from 0 to ``top`` if given.

    A word in ``shape``, such as "batch", stands for any size from 1 up.
    """
    wanted = f"{name} of shape {shape}".replace("'", "")
    # No subclass either: for np.matrix, * and ** mean something else.
    _expect(owner, type(array) is np.ndarray, f"{wanted} as a NumPy array", type(array).__name__)
    sizes = zip(array.shape, shape)
    fits = all(got > 0 if isinstance(want, str) else got == want for got, want in sizes)
    _expect(owner, array.ndim == len(shape) and fits, wanted, array.shape)
    kinds = {"floats": "f", "integers": "iu"}[numbers]
    _expect(owner, array.dtype.kind in kinds, f"{wanted} as {numbers}", array.dtype)
    _expect(owner, np.isfinite(array).all(), f"{wanted}, every entry finite", "NaN or infinity")
    if top is not None:
        low, high = array.min(), array.max()
        _expect(owner, 0 <= low and high <= top, f"{name} from 0 to {top}", f"{low} to {high}")


def _check_number(owner, name, number, wanted, fits):
    """Expect a number, which True and False are not, for which ``fits`` returns True."""
    real = isinstance(number, (int, float, np.integer, np.floating)) and type(number) is not bool
    _expect(owner, real and fits(number), f"{name} {wanted}", repr(number))


def _sigmoid(z):
    """Return 1 / (1 + exp(-z)), written so that exp never sees a number above 0."""
    small = np.exp(-np.abs(z))
    return np.where(z < 0, small, 1) / (1 + small)


class Layer:
    """One step of a network: (batch, in_features) in, (batch, out_features) out, and back.

    ``forward`` keeps what ``backward`` needs, uncopied: change none of it in between.
    """

    outputs = None  # of the last forward pass

    def forward(self, inputs):
        """Return the outputs for ``inputs``: one row per example in both."""
        raise NotImplementedError

    def backward(self, grad_outputs):
        """Return dL/d(inputs), given dL/d(outputs). Stores the gradients of the parameters."""
        raise NotImplementedError

    def parameters(self):
        """Return [(parameter, gradient), ...]: the arrays themselves, not copies."""
        return []

    def check_backward(self, grad_outputs):
        """Refuse gradients that cannot belong to the last forward pass."""
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
            whole = isinstance(size, (int, np.integer))
            _check_number(self, name, size, "to be an integer >= 1", lambda n: whole and n >= 1)
        is_rng = isinstance(rng, np.random.Generator)
        _expect(self, is_rng, "rng to be a numpy.random.Generator", repr(rng))
        bound = 1 / np.sqrt(in_features)
        self.weight = rng.uniform(-bound, bound, size=(out_features, in_features))
        self.bias = rng.uniform(-bound, bound, size=out_features)
        # NaN until a backward pass fills them, so that no step can be taken before.
        self.grad_weight = np.full_like(self.weight, np.nan)
        self.grad_bias = np.full_like(self.bias, np.nan)

    def forward(self, inputs):
        _check(self, "inputs", inputs, ("batch", self.weight.shape[1]))
        self.outputs = inputs @ self.weight.T + self.bias  # (batch, in) @ (in, out) + (out,)
        self.inputs = inputs
        return self.outputs

    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        self.grad_weight[:] = grad_outputs.T @ self.inputs  # (out, batch) @ (batch, in)
        self.grad_bias[:] = grad_outputs.sum(axis=0)  # each example used the same bias
        return grad_outputs @ self.weight  # (batch, out) @ (out, in)

    def parameters(self):
        return [(self.weight, self.grad_weight), (self.bias, self.grad_bias)]


class Sigmoid(Layer):
    """``outputs = 1 / (1 + exp(-inputs))``, entry by entry, for any (batch, features)."""

    def forward(self, inputs):
        _check(self, "inputs", inputs, ("batch", "features"))
        self.outputs = _sigmoid(inputs)
        return self.outputs

    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        return grad_outputs * self.outputs * (1 - self.outputs)


class Tanh(Layer):
    """``outputs = tanh(inputs)``, entry by entry, for any (batch, features)."""

    def forward(self, inputs):
        _check(self, "inputs", inputs, ("batch", "features"))
        self.outputs = np.tanh(inputs)
        return self.outputs

    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        return grad_outputs * (1 - self.outputs**2)


class ReLU(Layer):
    """``outputs = max(inputs, 0)``, entry by entry, for any (batch, features). Slope 0 at 0."""

    def forward(self, inputs):
        _check(self, "inputs", inputs, ("batch", "features"))
        self.outputs = np.maximum(inputs, 0)
        return self.outputs

    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        return grad_outputs * (self.outputs > 0)  # with >= the gate would never close


class Network(Layer):
    """Layers in a row: each one's outputs (batch, features) are the next one's inputs."""

    def __init__(self, layers):
        self.layers = list(layers) if np.iterable(layers) else []
        _expect(self, self.layers, "a list of at least one layer", repr(layers))
        width = None  # of what comes out of the layers so far, where that is known
        for index, layer in enumerate(self.layers):
            _expect(self, isinstance(layer, Layer), "layers", f"{layer!r} at index {index}")
            is_new = layer not in self.layers[:index]
            _expect(self, is_new, "each layer once", f"layer {index} again")
            if isinstance(layer, Linear):
                out_features, in_features = layer.weight.shape
                wanted = f"layer {index} to take the {width} features that come before it"
                _expect(self, width in (None, in_features), wanted, f"a Linear with {in_features=}")
                width = out_features
            elif not isinstance(layer, (Sigmoid, Tanh, ReLU)):
                width = None

    def forward(self, inputs):
        for layer in self.layers:
            inputs = layer.forward(inputs)
            self.outputs = None  # should a later layer fail, there is no pass to go back through
        self.outputs = inputs
        return self.outputs

    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        for layer in reversed(self.layers):
            grad_outputs = layer.backward(grad_outputs)
        return grad_outputs

    def parameters(self):
        return [pair for layer in self.layers for pair in layer.parameters()]


class Loss:
    """``forward(outputs, targets)`` returns L, a float: how wrong outputs (batch, features) are."""

    grad_outputs = None  # of the last forward pass

    def backward(self):
        """Return dL/d(outputs), with the shape of the outputs, for the last forward pass."""
        if self.grad_outputs is None:
            raise RuntimeError(f"{type(self).__name__}.backward needs a forward pass first")
        return self.grad_outputs


class MSELoss(Loss):
    """Mean squared error, ``mean((outputs - targets)**2)``; both have shape (batch, features)."""

    def forward(self, outputs, targets):
        _check(self, "outputs", outputs, ("batch", "features"))
        _check(self, "targets", targets, outputs.shape)
        loss = float(np.mean((outputs - targets) ** 2))
        self.grad_outputs = 2 * (outputs - targets) / outputs.size
        return loss


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of p = sigmoid(outputs), ``mean(-t * log(p) - (1 - t) * log(1 - p))``.

    The targets t lie between 0 and 1 and, as the outputs, have shape (batch, features).
    """

    def forward(self, outputs, targets):
        _check(self, "outputs", outputs, ("batch", "features"))
        _check(self, "targets", targets, outputs.shape, top=1)
        self.grad_outputs = (_sigmoid(outputs) - targets) / outputs.size
        # The same as log(1 + exp(outputs)) - outputs * targets, but exp cannot overflow.
        losses = np.maximum(outputs, 0) + np.log1p(np.exp(-np.abs(outputs))) - outputs * targets
        return float(np.mean(losses))


class CrossEntropyLoss(Loss):
    """Mean over the batch of ``-log(softmax(outputs)[label])``, for outputs (batch, classes).

    The targets are the labels, integers from 0 to classes - 1, of shape (batch,).
    """

    def forward(self, outputs, targets):
        _check(self, "outputs", outputs, ("batch", "classes"))
        batch, classes = outputs.shape
        _check(self, "targets", targets, (batch,), "integers", top=classes - 1)
        # softmax does not change when a row is shifted; exp must not overflow.
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        losses = np.log(np.exp(shifted).sum(axis=1, keepdims=True)) - shifted  # -log(softmax)
        rows = np.arange(batch)
        self.grad_outputs = np.exp(-losses) / batch
        self.grad_outputs[rows, targets] -= 1 / batch
        return float(np.mean(losses[rows, targets]))


class Optimizer:
    """Changes the parameters of ``network.parameters()`` in place, each by its gradient.

    A pair (parameter, gradient) has one shape. ``lr`` is the learning rate, a number above 0.
    """

    def __init__(self, parameters, lr):
        self.parameters = list(parameters) if np.iterable(parameters) else []
        fits = self.parameters and all(
            isinstance(pair, tuple)
            and [type(array) for array in pair] == [np.ndarray, np.ndarray]
            and pair[0].dtype == pair[1].dtype == float
            and pair[0].shape == pair[1].shape
            for pair in self.parameters
        )
        _expect(self, fits, "the parameters() of a network", f"{parameters!r:.60}")
        _check_number(self, "lr", lr, "above 0", lambda lr: 0 < lr < np.inf)
        self.lr = lr

    def check_gradients(self):
        """RuntimeError before anything changes if a gradient is missing or not finite."""
        for index, (_, gradient) in enumerate(self.parameters):
            if not np.isfinite(gradient).all():
                problem = f"got NaN or infinity in parameter {index}: was there a backward pass?"
                raise RuntimeError(f"{type(self).__name__}.step needs finite gradients, {problem}")


class SGD(Optimizer):
    """Gradient descent: ``velocity = momentum * velocity + gradient``, then
    ``parameter -= lr * velocity``. Without momentum the velocity is the gradient.
    """

    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__(parameters, lr)
        _check_number(self, "momentum", momentum, "from 0 to below 1", lambda m: 0 <= m < 1)
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
    """Adam (Kingma and Ba, 2015, algorithm 1), with the paper's defaults. ``betas`` are the
    decay rates of two running means, of the gradient and of its square.
    """

    def __init__(self, parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr)
        is_pair = isinstance(betas, (tuple, list)) and len(betas) == 2
        _expect(self, is_pair, "betas to be a pair of numbers", repr(betas))
        for beta in betas:
            _check_number(self, "betas", beta, "from 0 to below 1", lambda beta: 0 <= beta < 1)
        _check_number(self, "eps", eps, "above 0", lambda eps: 0 < eps < np.inf)
        self.betas, self.eps, self.steps = betas, eps, 0
        self.means = [np.zeros_like(parameter) for parameter, _ in self.parameters]
        self.squares = [np.zeros_like(parameter) for parameter, _ in self.parameters]

    def step(self):
        """Change every parameter once, against the running mean of its gradient."""
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
