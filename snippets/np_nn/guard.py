"""Refuses what would mislead: network.py computes, and this file looks on.

    arguments    are what stands behind their names in quotation marks
    forward      takes arrays of the shapes that stand there, finite; no output overflows
    backward     takes a gradient of the last forward pass, and of no other
    a step       is taken if every gradient is there, and no parameter overflows

A pass that fails teaches nothing: its outputs are forgotten, its gradients become NaN.
ValueError says who expects what, and what came; RuntimeError, that a call came at the wrong
time, or that a result is too large for its floats.
"""

import functools
import inspect
import re
import weakref

import numpy as np
from numpy import inf, ndarray, vdot

FLOATS = (np.dtype("float64"), np.dtype("float32"))
INTEGERS = tuple(map(np.dtype, np.typecodes["AllInteger"]))
LAYERS = weakref.WeakSet()  # all there are, to find the one whose outputs a loss was given
_seen = None  # what a layer was given or has returned last: it is not looked at twice


def expect(owner, fits, wanted, got):
    if not fits:
        raise ValueError(f"{type(owner).__name__} expects {wanted}, got {got}")


def need(owner, fits, problem):
    if not fits:
        raise RuntimeError(f"{type(owner).__name__}.{problem}")


# Arrays


def is_finite(array):
    """Return whether no entry is NaN or infinity: then the sum of squares is not, or no entry."""
    return vdot(array, array) < inf or bool(np.isfinite(array).all())


def check(owner, name, array, shape, dtypes, top=None):
    """Expect a finite array of such numbers; a word in its shape stands for any size from 1."""
    if type(array) is not ndarray:  # no subclass: for np.matrix, * and ** mean something else
        wanted, got = " as a NumPy array", type(array).__name__
    elif not is_like(array.shape, shape):
        wanted, got = "", array.shape
    elif array.dtype not in dtypes:
        kinds = "integers" if dtypes is INTEGERS else " or ".join(map(str, dtypes))
        wanted, got = f" as {kinds}", array.dtype
    elif not is_finite(array):
        wanted, got = ", every entry finite", "NaN or infinity"
    elif top is not None and not 0 <= array.min() <= array.max() <= top:
        wanted, got = f" from 0 to {top}", f"{array.min()} to {array.max()}"
    else:
        return
    expect(owner, False, f"{name} of shape {shape}{wanted}".replace("'", ""), got)


def is_like(shape, wanted):
    if wanted[-1] == "...":
        wanted = wanted[:-1] + ("size",) * max(1, len(shape) - len(wanted) + 1)
    fits = [size > 0 if isinstance(want, str) else size == want for size, want in zip(shape, wanted)]
    return len(shape) == len(wanted) and all(fits)


def words_of(rule):
    """Return ("batch", "features") of "(batch, features) from 0 to 1"."""
    return tuple(re.findall(r"\w+|\.\.\.", rule.partition(")")[0]))


# What is done around a method


def run(method, owner, arrays, forget):
    """Run a method. If it fails, or its result overflows, ``forget(owner)`` what came of it."""
    try:
        result = method(owner, *arrays)
    except BaseException as error:
        forget(owner)
        if not isinstance(error, (FloatingPointError, RuntimeWarning)):
            raise
        with np.errstate(all="ignore"):  # NumPy was told to raise; what matters is found below
            result = method(owner, *arrays)
    if isinstance(result, (ndarray, float)) and not vdot(result, result) < inf:
        refuse_overflow(owner, method.__name__, result, forget)
    return result


def refuse_overflow(owner, name, result, forget):
    if not np.isfinite(result).all():
        forget(owner)
        held = owner.parameters() if isinstance(owner, GuardedLayer) else []
        whole = all(is_finite(parameter) for parameter, _ in held)
        need(owner, whole, f"{name} needs finite parameters, got NaN or infinity")
        problem = f"a result of shape {np.shape(result)} would hold NaN or infinity"
        need(owner, False, f"{name} overflows: {problem}")


def guard_arguments(method):
    signature = inspect.signature(method)

    @functools.wraps(method)
    def guarded(self, *given, **named):
        for name, value in signature.bind(self, *given, **named).arguments.items():
            rule = signature.parameters[name].annotation
            test = ARGUMENTS.get(rule) if isinstance(rule, str) else None
            expect(self, test is None or test(value), f"{name} to be {rule}", f"{value!r:.60}")
        method(self, *given, **named)

    return guarded


def is_number(x, low, kinds=(int, float, np.integer, np.floating)):
    return isinstance(x, kinds) and not isinstance(x, bool) and low <= float(x) < inf


def is_share(x):
    return is_number(x, 0) and x < 1


ARGUMENTS = {
    "an integer from 1 to 2**31": lambda x: is_number(x, 1, (int, np.integer)) and x <= 2**31,
    "a number above 0": lambda x: is_number(x, 0) and float(x) > 0,
    "a number from 0 to below 1": is_share,
    "a pair of numbers from 0 to below 1": lambda x: (
        isinstance(x, (tuple, list)) and list(map(is_share, x)) == [True, True]
    ),
    "a numpy.random.Generator": lambda x: isinstance(x, np.random.Generator),
    "float64 or float32": lambda x: isinstance(x, (type, str, np.dtype)) and x in FLOATS,
}


def guard_forward(method):
    words = words_of(next(iter(method.__annotations__.values()), "(batch, ...)"))

    @functools.wraps(method)
    def guarded(self, inputs):
        global _seen
        own = self.__dict__
        known = type(inputs) is ndarray and (words, inputs.shape, inputs.dtype) == self.fits
        if not (known and (inputs is _seen or vdot(inputs, inputs) < inf)):
            dtypes = [pair[0].dtype for pair in self.parameters() or () if type(pair) is tuple]
            sizes = tuple(own.get(word, word) for word in words)
            check(self, "inputs", inputs, sizes, dtypes[:1] or FLOATS)
            own["fits"] = words, inputs.shape, inputs.dtype
        own["outputs"], _seen = None, inputs
        outputs = run(method, self, (inputs,), forget_outputs)
        own["outputs"] = _seen = outputs
        return outputs

    return guarded


def forget_outputs(layer):
    layer.__dict__["outputs"] = None


def guard_backward(method):
    @functools.wraps(method)
    def guarded(self, grad_outputs):
        global _seen
        outputs = self.outputs
        known = type(grad_outputs) is type(outputs) is ndarray and grad_outputs is _seen
        if not known or grad_outputs.shape != outputs.shape:
            need(self, type(outputs) is ndarray, "backward needs a forward pass first")
            check(self, "grad_outputs", grad_outputs, outputs.shape, (outputs.dtype,))
            gradient, its_outputs, is_used = self.asked
            is_old = its_outputs is not outputs and (gradient is grad_outputs or not is_used)
            need(self, not is_old, "backward needs a gradient of its last forward pass")
            self.__dict__["asked"] = gradient, its_outputs, True
        _seen = grad_outputs
        _seen = grad_inputs = run(method, self, (grad_outputs,), forget_gradients)
        return grad_inputs

    return guarded


def forget_gradients(layer):
    for _, gradient in layer.parameters():
        gradient.fill(np.nan)


def guard_loss(method):
    rules = method.__annotations__ or dict.fromkeys("ot", "(batch, features)")
    first, rule = [*rules.values()][:2]
    words, target_words = words_of(first), words_of(rule)
    (top,) = re.findall(r"(?:to|below) (\w+)", rule) or [None]

    @functools.wraps(method)
    def guarded(self, outputs, targets):
        known = type(outputs) is type(targets) is ndarray and self.fits == (
            rule, outputs.shape, outputs.dtype, targets.shape, targets.dtype
        )  # fmt: skip
        if not (known and (outputs is _seen or is_finite(outputs)) and is_within(targets, self.top)):
            check(self, "outputs", outputs, words, FLOATS)
            sizes = dict(zip(words, outputs.shape))
            self.top = sizes[top] - 1 if top in sizes else top and int(top)
            dtypes = INTEGERS if "integers" in rule else (outputs.dtype,)
            shape = tuple(sizes[word] for word in target_words)
            check(self, "targets", targets, shape, dtypes, self.top)
            self.fits = rule, outputs.shape, outputs.dtype, targets.shape, targets.dtype
        loss = run(method, self, (outputs, targets), forget_loss)
        if not self.makers or any(layer.outputs is not outputs for layer in self.makers):
            self.makers = [layer for layer in list(LAYERS) if layer.outputs is outputs]
        self.outputs = outputs
        return loss

    return guarded


def is_within(targets, top):
    return is_finite(targets) if top is None else 0 <= targets.min() and targets.max() <= top


def forget_loss(loss):
    loss.grad_outputs = None


def guard_loss_backward(method):
    @functools.wraps(method)
    def guarded(self):
        need(self, self.grad_outputs is not None, "backward needs a forward pass first")
        is_last = all(layer.outputs is self.outputs for layer in self.makers)
        need(self, is_last, "backward needs the last forward pass: its network ran forward since")
        gradient = method(self)
        for layer in self.makers:
            layer.__dict__["asked"] = gradient, self.outputs, False
        return gradient

    return guarded


def guard_move(method):
    move = np.errstate(all="ignore")(method)  # run twice, it would change twice what it keeps

    @functools.wraps(method)
    def guarded(self, gradient):
        need(self, not self.has_failed, "step needs a new optimiser: a step of this one has failed")
        are_small = vdot(gradient, gradient) < inf
        if not are_small:
            for index, each in enumerate(self.gradients):
                problem = f"got NaN or infinity in parameter {index}: was there a backward pass?"
                need(self, is_finite(each), f"step needs finite gradients, {problem}")
        self.has_failed = True  # unless all goes well
        change = move(self, gradient)
        # Where the sums of their squares are finite, nothing that is made of them overflows.
        if not (are_small and vdot(change, change) < inf):
            with np.errstate(all="ignore"):
                parts = np.split(change, np.cumsum([each.size for each in self.parameters[:-1]]))
                moved = [each - part.reshape(each.shape) for each, part in zip(self.parameters, parts)]
            kept = [value for value in vars(self).values() if type(value) is ndarray]
            for array in moved + kept:
                refuse_overflow(self, "step", array, lambda self: None)
        self.has_failed = False
        return change

    return guarded


# What network.py's classes are made from, and what they call


class Guarded:
    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        for name, guard in cls.guards.items():
            if name in vars(cls):
                setattr(cls, name, guard(vars(cls)[name]))


class GuardedLayer(Guarded):
    guards = {"__init__": guard_arguments, "forward": guard_forward, "backward": guard_backward}
    outputs = fits = None
    asked = None, None, True  # the gradient that a loss gave, of which outputs; is it used?

    def __new__(cls, *given, **named):
        if cls.__init__ is object.__init__ and (given or named):
            raise TypeError(f"{cls.__name__}() takes no arguments")
        layer = super().__new__(cls)
        LAYERS.add(layer)
        return layer

    def __setattr__(self, name, value):
        """Write what is assigned to a parameter into its array, which an optimiser may hold."""
        own = self.__dict__
        if name in own and (f"grad_{name}" in own or name[:5] == "grad_" and name[5:] in own):
            if value is not own[name]:
                check(self, name, value, own[name].shape, (own[name].dtype,))
                own[name][...] = value
        else:
            own[name] = value


class GuardedLoss(Guarded):
    guards = {"forward": guard_loss, "backward": guard_loss_backward}
    grad_outputs = fits = top = None
    makers = ()


class GuardedOptimizer(Guarded):
    guards = {"__init__": guard_arguments, "move": guard_move}
    has_failed = False


def in_a_row(network, layers):
    """Return the list of layers, each of them once, and each as wide as the one before."""
    row = list(layers) if np.iterable(layers) else []
    expect(network, row, "a list of at least one layer", f"{layers!r:.60}")
    width, seen = None, []  # of what comes out of the layers so far, where that is known
    for index, layer in enumerate(row):
        expect(network, isinstance(layer, GuardedLayer), "layers", f"{layer!r:.60} at index {index}")
        inside = layers_in(layer)
        expect(network, not set(inside) & set(seen), "each layer once", f"layer {index} again")
        seen += inside
        in_features = getattr(layer, "in_features", width)
        wanted = f"layer {index} to take the {width} features that come before it"
        got = f"a {type(layer).__name__} with {in_features=}"
        expect(network, width in (None, in_features), wanted, got)
        keeps = [*layer.forward.__annotations__.values()] == ["(batch, features)"] * 2
        width = getattr(layer, "out_features", width if keeps else None)
    return row


def layers_in(layer):
    return [layer, *(each for inner in getattr(layer, "layers", []) for each in layers_in(inner))]


def in_pairs(optimizer, parameters):
    """Return the list of (parameter, gradient): floats of one type, each parameter once."""
    pairs = list(parameters) if np.iterable(parameters) else []
    fits = pairs and all(
        isinstance(pair, tuple)
        and [type(array) for array in pair] == [ndarray, ndarray]
        and pair[0].dtype == pair[1].dtype == pairs[0][0].dtype in FLOATS
        and pair[0].shape == pair[1].shape
        for pair in pairs
    )
    expect(optimizer, fits, "the parameters() of a network", f"{parameters!r:.60}")
    is_new = len({id(parameter) for parameter, _ in pairs}) == len(pairs)
    expect(optimizer, is_new, "each parameter once", "one of them again")
    return pairs
