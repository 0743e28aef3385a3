"""A neural network in NumPy, short enough to be read in one sitting.

One row is one example: a layer turns inputs of shape (batch, in_features) into outputs
of shape (batch, out_features). L is the loss, one number; dL/d(array) is its gradient,
which has the shape of the array. All are float64, or float32 if the layers are made with it.

    forward     inputs -> first layer -> ... -> last layer -> outputs -> L
    backward    dL/d(inputs) <- first layer <- ... <- last layer <- dL/d(outputs)

Names and conventions are torch.nn's, with one difference: ``backward`` overwrites the
gradients of the call before, where PyTorch adds to them. What does not fit is refused before
it changes a parameter or a gradient: arrays and numbers by ValueError, and by RuntimeError a
wrong order of calls, or a result that is too large for its floats.
"""

import numpy as np

FLOATS = (np.dtype(np.float64), np.dtype(np.float32))
INTEGERS = tuple(map(np.dtype, np.typecodes["AllInteger"]))


def _expect(owner, fits, wanted, got):
    """Raise ValueError, in the name of the class of ``owner``, unless ``fits``."""
    if not fits:
        raise ValueError(f"{type(owner).__name__} expects {wanted}, got {got}")


def _is_finite(array):
    """Return whether no entry is NaN or infinity."""
    # The sum of all squares is one fast call. Where it is finite, so is every entry; where not,
    # perhaps a square alone was too large, and every entry is looked at.
    return np.vdot(array, array) < np.inf or np.isfinite(array).all()


def _is_like(shape, wanted):
    """Return whether a shape is as wanted, where a word stands for any size from 1 up."""
    sizes = zip(shape, wanted)
    fits = [size > 0 if isinstance(want, str) else size == want for size, want in sizes]
    return len(shape) == len(wanted) and all(fits)


def _check(owner, name, array, shape, dtypes=FLOATS, top=None):
    """Expect an array of this shape and of such numbers: finite, and from 0 to ``top`` if given."""
    if type(array) is not np.ndarray:  # no subclass: for np.matrix, * and ** mean something else
        wanted, got = " as a NumPy array", type(array).__name__
    elif array.shape != shape and not _is_like(array.shape, shape):
        wanted, got = "", array.shape
    elif array.dtype not in dtypes:
        kinds = "integers" if dtypes is INTEGERS else " or ".join(map(str, dtypes))
        wanted, got = f" as {kinds}", array.dtype
    elif not _is_finite(array):
        wanted, got = ", every entry finite", "NaN or infinity"
    elif top is not None and not 0 <= array.min() <= array.max() <= top:
        wanted, got = f" from 0 to {top}", f"{array.min()} to {array.max()}"
    else:
        return
    _expect(owner, False, f"{name} of shape {shape}{wanted}".replace("'", ""), got)


def _check_results(owner, method, *results):
    """Raise RuntimeError if a result has overflowed, before it is kept."""
    for array in results:
        if array is not None and not _is_finite(array):
            problem = f"a result of shape {array.shape} would hold NaN or infinity"
            raise RuntimeError(f"{type(owner).__name__}.{method} overflows: {problem}")


# Where this stands, NumPy does not warn of what _check_results refuses.
_quietly = np.errstate(over="ignore", invalid="ignore")


ABOVE_0 = ("above 0", lambda x: 0 < x < np.inf)
FROM_0_TO_1 = ("from 0 to below 1", lambda x: 0 <= x < 1)


def _check_number(owner, name, number, wanted, fits):
    """Return a number, which True and False are not, as a float for which ``fits`` is True."""
    real = isinstance(number, (int, float, np.integer, np.floating)) and type(number) is not bool
    try:
        value, got = float(number) if real else np.nan, f"{number!r:.60}"
    except (OverflowError, ValueError):  # 10**400 is no float, and 10**5000 is not even printed
        value, got = np.nan, f"{type(number).__name__} too large for a float"
    _expect(owner, fits(value), f"{name} {wanted}", got)
    return value


def _sigmoid(z):
    """Return 1 / (1 + exp(-z)), written so that exp never sees a number above 0."""
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


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
        _check(self, "grad_outputs", grad_outputs, self.outputs.shape, (self.outputs.dtype,))


class Linear(Layer):
    """Fully connected layer: ``outputs = inputs @ weight.T + bias``.

    Row j of ``weight`` and entry j of ``bias`` belong to unit j.

        weight: (out_features, in_features)    bias: (out_features,)

    Both start uniform between -1/sqrt(in_features) and 1/sqrt(in_features), as in
    torch.nn.Linear. ``rng`` is a numpy.random.Generator; ``dtype`` is float64 or float32.
    """

    # Nothing is trained by dL/d(inputs) of a network's first layer. If this is set to False
    # there, backward returns None in its place, and is spared a product.
    needs_grad_inputs = True

    def __init__(self, in_features, out_features, rng, dtype=np.float64):
        for name, size in [("in_features", in_features), ("out_features", out_features)]:
            whole = isinstance(size, (int, np.integer))
            wanted = "to be an integer from 1 to 2**31"
            _check_number(self, name, size, wanted, lambda n: whole and 1 <= n <= 2**31)
        is_rng = isinstance(rng, np.random.Generator)
        _expect(self, is_rng, "rng to be a numpy.random.Generator", repr(rng))
        is_float = isinstance(dtype, (type, str, np.dtype)) and dtype in FLOATS
        _expect(self, is_float, "dtype to be float64 or float32", repr(dtype))
        bound = 1 / np.sqrt(int(in_features))
        # The random numbers are the same for both types; float32 has them rounded.
        self.weight = rng.uniform(-bound, bound, (out_features, in_features)).astype(dtype)
        self.bias = rng.uniform(-bound, bound, out_features).astype(dtype)
        # NaN until a backward pass fills them, so that no step can be taken before.
        self.grad_weight = np.full_like(self.weight, np.nan)
        self.grad_bias = np.full_like(self.bias, np.nan)

    @_quietly
    def forward(self, inputs):
        _check(self, "inputs", inputs, ("batch", self.weight.shape[1]), (self.weight.dtype,))
        outputs = inputs @ self.weight.T + self.bias  # (batch, in) @ (in, out) + (out,)
        _check_results(self, "forward", outputs)
        self.inputs, self.outputs = inputs, outputs
        return outputs

    @_quietly
    def backward(self, grad_outputs):
        self.check_backward(grad_outputs)
        grad_weight = grad_outputs.T @ self.inputs  # (out, batch) @ (batch, in)
        grad_bias = grad_outputs.sum(axis=0)  # each example used the same bias
        grad_inputs = None
        if self.needs_grad_inputs:
            grad_inputs = grad_outputs @ self.weight  # (batch, out) @ (out, in)
        _check_results(self, "backward", grad_weight, grad_bias, grad_inputs)
        self.grad_weight[:], self.grad_bias[:] = grad_weight, grad_bias
        return grad_inputs

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


class _AllOrNothing:
    """Puts the gradients of layers back as they were, if what stands under ``with`` fails."""

    def __init__(self, layers):
        pairs = [pair for layer in layers for pair in layer.parameters()]
        self.before = [(gradient, gradient.copy()) for _, gradient in pairs]

    def __enter__(self):
        pass

    def __exit__(self, error, *_):
        for gradient, values in self.before if error else []:
            gradient[:] = values


def _parts(layer):
    """Return a layer and all layers in it."""
    return [layer, *(part for inner in getattr(layer, "layers", []) for part in _parts(inner))]


class Network(Layer):
    """Layers in a row: each one's outputs (batch, features) are the next one's inputs."""

    def __init__(self, layers):
        self.layers = list(layers) if np.iterable(layers) else []
        _expect(self, self.layers, "a list of at least one layer", f"{layers!r:.60}")
        width = None  # of what comes out of the layers so far, where that is known
        seen = []
        for index, layer in enumerate(self.layers):
            _expect(self, isinstance(layer, Layer), "layers", f"{layer!r:.60} at index {index}")
            is_new = all(part not in seen for part in _parts(layer))
            _expect(self, is_new, "each layer once", f"layer {index} again")
            seen += _parts(layer)
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
        with _AllOrNothing(self.layers[1:]):  # the first layer comes last
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

    @_quietly
    def forward(self, outputs, targets):
        _check(self, "outputs", outputs, ("batch", "features"))
        _check(self, "targets", targets, outputs.shape, (outputs.dtype,))
        loss = np.mean((outputs - targets) ** 2)
        _check_results(self, "forward", loss)
        self.grad_outputs = 2 * (outputs - targets) / outputs.size
        return float(loss)


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of p = sigmoid(outputs), ``mean(-t * log(p) - (1 - t) * log(1 - p))``.

    The targets t lie between 0 and 1 and, as the outputs, have shape (batch, features).
    """

    @_quietly
    def forward(self, outputs, targets):
        _check(self, "outputs", outputs, ("batch", "features"))
        _check(self, "targets", targets, outputs.shape, (outputs.dtype,), top=1)
        # The same as log(1 + exp(outputs)) - outputs * targets, but exp cannot overflow.
        losses = np.maximum(outputs, 0) + np.log1p(np.exp(-np.abs(outputs))) - outputs * targets
        loss = np.mean(losses)
        _check_results(self, "forward", loss)
        self.grad_outputs = (_sigmoid(outputs) - targets) / outputs.size
        return float(loss)


class CrossEntropyLoss(Loss):
    """Mean over the batch of ``-log(softmax(outputs)[label])``, for outputs (batch, classes).

    The targets are the labels, integers from 0 to classes - 1, of shape (batch,).
    """

    @_quietly
    def forward(self, outputs, targets):
        _check(self, "outputs", outputs, ("batch", "classes"))
        batch, classes = outputs.shape
        _check(self, "targets", targets, (batch,), INTEGERS, top=classes - 1)
        rows = np.arange(batch)
        # softmax does not change when a row is shifted; exp must not overflow.
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        powers = np.exp(shifted)
        sums = powers.sum(axis=1, keepdims=True)
        losses = np.log(sums[:, 0]) - shifted[rows, targets]  # -log(softmax)
        loss = np.mean(losses)
        _check_results(self, "forward", loss)
        grad_outputs = powers / sums  # softmax
        grad_outputs[rows, targets] -= 1
        self.grad_outputs = grad_outputs / batch
        return float(loss)


class Optimizer:
    """Changes the parameters of ``network.parameters()`` in place, each by its gradient.

    A pair (parameter, gradient) has one shape. ``lr`` is the learning rate, a number above 0.
    Each kind of optimiser has an ``update``, which returns what a parameter becomes in a step,
    and what the arrays become that are kept for it.
    """

    def __init__(self, parameters, lr, kept=0):
        self.parameters = list(parameters) if np.iterable(parameters) else []
        fits = self.parameters and all(
            isinstance(pair, tuple)
            and [type(array) for array in pair] == [np.ndarray, np.ndarray]
            and pair[0].dtype == pair[1].dtype in FLOATS
            and pair[0].shape == pair[1].shape
            for pair in self.parameters
        )
        _expect(self, fits, "the parameters() of a network", f"{parameters!r:.60}")
        is_new = len({id(parameter) for parameter, _ in self.parameters}) == len(self.parameters)
        _expect(self, is_new, "each parameter once", "one of them again")
        self.lr = _check_number(self, "lr", lr, *ABOVE_0)
        self.steps = 0
        # For each parameter, arrays of its shape that are carried from step to step.
        self.kept = [[np.zeros_like(array) for _ in range(kept)] for array, _ in self.parameters]

    @_quietly
    def step(self):
        """Change every parameter once, against its gradient. If one cannot be, none is."""
        updates = []
        for index, ((parameter, gradient), kept) in enumerate(zip(self.parameters, self.kept)):
            _expect(self, parameter.flags.writeable, "parameters to write into", "a read-only one")
            if not _is_finite(gradient):
                problem = f"got NaN or infinity in parameter {index}: was there a backward pass?"
                raise RuntimeError(f"{type(self).__name__}.step needs finite gradients, {problem}")
            updates.append(self.update(gradient, parameter, *kept))
            _check_results(self, "step", *updates[-1])
        self.steps += 1
        for (parameter, _), kept, update in zip(self.parameters, self.kept, updates):
            for array, values in zip((parameter, *kept), update):
                array[:] = values


class SGD(Optimizer):
    """Gradient descent: ``velocity = momentum * velocity + gradient``, then
    ``parameter -= lr * velocity``. Without momentum the velocity is the gradient.
    """

    def __init__(self, parameters, lr, momentum=0.0):
        self.momentum = _check_number(self, "momentum", momentum, *FROM_0_TO_1)
        super().__init__(parameters, lr, kept=1 if self.momentum else 0)

    def update(self, gradient, parameter, velocity=None):
        """Return the parameter after one step, and the velocity if there is momentum."""
        if velocity is None:  # nothing is kept, and the result may take the place of the step
            step = self.lr * gradient
            return (np.subtract(parameter, step, out=step),)
        velocity = self.momentum * velocity + gradient
        return parameter - self.lr * velocity, velocity


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015, algorithm 1), with the paper's defaults. ``betas`` are the
    decay rates of two running means, of the gradient and of its square.
    """

    def __init__(self, parameters, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr, kept=2)
        is_pair = isinstance(betas, (tuple, list)) and len(betas) == 2
        _expect(self, is_pair, "betas to be a pair of numbers", f"{betas!r:.60}")
        self.betas = [_check_number(self, "betas", beta, *FROM_0_TO_1) for beta in betas]
        self.eps = _check_number(self, "eps", eps, *ABOVE_0)

    def update(self, gradient, parameter, mean, square):
        """Return the parameter after one step, and the running means."""
        beta1, beta2 = self.betas
        mean = mean + (1 - beta1) * (gradient - mean)
        square = square + (1 - beta2) * (gradient**2 - square)
        # Both means start at 0; dividing takes out what that start still weighs.
        unbiased_mean = mean / (1 - beta1 ** (self.steps + 1))
        unbiased_square = square / (1 - beta2 ** (self.steps + 1))
        step = self.lr * unbiased_mean / (np.sqrt(unbiased_square) + self.eps)
        return parameter - step, mean, square
