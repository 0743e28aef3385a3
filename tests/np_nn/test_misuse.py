"""np_nn against whatever is thrown at it: it works, or it says in its own words what is wrong,
and every weight, gradient and buffer is as before. Hypothesis does the throwing."""

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from np_nn.check import NotYet, check, numbers
from np_nn.gradcheck import check_gradients, numerical_gradient, relative_error
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

# The same examples in every run: what is green here is green everywhere.
few, many = (
    settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    for examples in (40, 100)
)
BATCH, IN, OUT = 4, 3, 2
LARGE = float(np.finfo(float).max)

# What is thrown

DTYPES = st.sampled_from(
    ["f8", "f8", "f8", "f4", ">f8", "f2", "g", "c16", "i8", "u1", "?", "O", "U3", "S3", "M8[s]", "m8[s]"]
)
SIDES = st.sampled_from([BATCH, IN, OUT, 0, 1, 5])
SHAPES = st.one_of(st.sampled_from([(BATCH, IN), (BATCH, OUT), (BATCH,)]), st.lists(SIDES, max_size=3).map(tuple))
ENTRIES = st.sampled_from([0.5, 0.0, 1.0, -1.0, 1e-300, 1e30, 1e200, LARGE, -LARGE, np.nan, np.inf])
FORMS = st.sampled_from(
    [
        *[lambda array: array] * 5,
        np.asfortranarray,
        lambda array: np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array,
        lambda array: array.view(np.matrix) if array.ndim == 2 else array,
        np.ma.masked_array,
        np.ndarray.tolist,
    ]
)


@st.composite
def arrays(draw):
    """An array of any type, shape and form, with one entry that may be odd."""
    array = np.full(draw(SHAPES), 0.25)
    if array.size:
        array.flat[draw(st.integers(0, array.size - 1))] = draw(ENTRIES)
    dtype = np.dtype(draw(DTYPES))
    if dtype.kind not in "fcO":
        array = np.nan_to_num(array, posinf=1).clip(-1, 1)
    with np.errstate(over="ignore"):
        array = np.asarray(array.astype(dtype))
    array.flags.writeable = draw(st.booleans())
    return draw(FORMS)(array)


HUGE = [2**64, LARGE, 5e-324, np.longdouble("1e4000")]
THINGS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(max_size=3),
    st.binary(max_size=3), st.lists(st.floats(), max_size=3), st.fractions(), st.decimals(),
    st.sampled_from([*HUGE, np.int8(3), np.float16(0.5), np.float32(0.1), np.bool_(True), [[1], [1, 2]],
                     object(), Tanh, np, {}, {0.5: 1}, (), range(3), iter([]), np.random, lambda: 1.0]),
    arrays(),
)  # fmt: skip

# What it is thrown at


class World:
    """One of everything, in the middle of training."""

    def __init__(self, dtype="f8"):
        self.rng = np.random.default_rng(0)
        self.inputs = self.rng.normal(size=(BATCH, IN)).astype(dtype)
        self.targets = self.rng.uniform(size=(BATCH, OUT)).astype(dtype)
        self.labels = np.array([1, 0, 1, 1])
        parts = [Linear(IN, 5, self.rng, dtype), Tanh(), Linear(5, OUT, self.rng, dtype)]
        self.linear, self.network = Linear(IN, OUT, self.rng, dtype), Network(parts)
        self.layers = [self.network, self.linear, Sigmoid(), Tanh(), ReLU()]
        self.mse, self.bce, self.cross = MSELoss(), BCEWithLogitsLoss(), CrossEntropyLoss()
        for layer in self.layers:
            layer.backward(layer.forward(self.inputs))
        for loss in (self.mse, self.bce):
            loss.forward(self.network.outputs, self.targets)
        self.cross.forward(self.network.outputs, self.labels)
        pairs = self.network.parameters() + self.linear.parameters()
        self.optimizers = [SGD(pairs, lr=0.1), SGD(pairs, lr=0.1, momentum=0.5), Adam(pairs)]
        for optimizer in self.optimizers:
            optimizer.step()

    def numbers(self):
        """All that learning has made: parameters, and what optimisers keep."""
        pairs = self.network.parameters() + self.linear.parameters()
        arrays = [parameter for parameter, _ in pairs] + self.kept()
        return [array.tobytes() for array in arrays]

    def kept(self):
        """What optimisers carry from step to step."""
        sgd, momentum, adam = self.optimizers
        return [sgd.velocity, momentum.velocity, adam.mean, adam.square, np.array(adam.steps)]

    def memory(self):
        """What layers and losses keep of their last pass, beside the numbers."""
        inside = self.network.layers
        owners = [*self.layers, *inside, self.mse, self.bce, self.cross]
        return [
            (id(value), np.asarray(value).tobytes())
            for owner in owners
            for name, value in sorted(vars(owner).items())
            if isinstance(value, np.ndarray) and name in ("inputs", "outputs", "grad_outputs")
        ]


def is_told(error, name):
    """Whether an error is of np_nn, and says who expects or needs what."""
    words = rf"^{name}(\.\w+)? (expects|needs|overflows)"
    return type(error) in (ValueError, RuntimeError) and re.match(words, str(error))


def throw(world, call, name, forgets=False):
    """Call; return whether it worked. If not, the error is told, and the world is as before."""
    before, kept = world.numbers(), world.memory()
    try:
        call()
    except Exception as error:
        assert is_told(error, name), repr(error)
        assert world.numbers() == before or "step overflows" in str(error)
        assert forgets or "overflows" in str(error) or world.memory() == kept
        return False
    return True


def is_good(array, shape, dtype="f8"):
    """Whether an array is one that np_nn takes, by a way of its own; 0 in shape is any size."""
    return (
        type(array) is np.ndarray
        and array.dtype == np.dtype(dtype)
        and array.dtype.isnative
        and array.ndim == len(shape)
        and array.size > 0
        and all(want in (0, got) for got, want in zip(array.shape, shape))
        and all(map(np.isfinite, array.ravel().tolist()))
    )


NAMES = ["Network", "Linear", "Sigmoid", "Tanh", "ReLU"]


@many
@given(arrays() | THINGS, st.sampled_from(range(5)))
@example(np.full((BATCH, IN), LARGE), 0)
def test_a_layer_takes_what_fits_and_refuses_the_rest(array, place):
    world = World()
    layer, name = world.layers[place], NAMES[place]
    names = "Network|Linear|Tanh" if name == "Network" else name
    shape = (0, IN) if place < 2 else (0, 0)
    worked = throw(world, lambda: layer.forward(array), f"({names})", forgets=name == "Network")
    good = is_good(array, shape) or place > 1 and is_good(array, shape, "f4")
    assert not worked or good
    # All but the largest numbers go through.
    assert worked or not good or name in "Network Linear" and np.abs(array).max() > 1e100
    assert not worked or np.isfinite(layer.outputs).all()


@many
@given(arrays() | THINGS, st.sampled_from(range(5)))
@example(np.full((BATCH, OUT), LARGE), 0)
@example(np.full((BATCH, OUT), LARGE / 5), 0)
@example(np.full((BATCH, OUT), LARGE), 1)
def test_a_way_back_takes_what_fits_and_refuses_the_rest(array, place):
    world = World()
    layer, name = world.layers[place], NAMES[place]
    names = "Network|Linear|Tanh" if name == "Network" else name
    worked = throw(world, lambda: layer.backward(array), f"({names})")
    good = is_good(array, layer.outputs.shape)
    assert not worked or good
    assert worked or not good or np.abs(array).max() > 1e100
    for _, gradient in layer.parameters():  # what was spoilt on the way is spoilt for a step too
        assert np.isfinite(gradient).all() or not worked or np.abs(array).max() > 1e100


@many
@given(arrays(), arrays() | THINGS, st.sampled_from(["mse", "bce", "cross"]), st.booleans())
@example(np.full((BATCH, OUT), LARGE), np.full((BATCH, OUT), -LARGE), "mse", False)
@example(np.full((BATCH, OUT), 0.5), np.array([0, 1, 2, 0]), "cross", False)
@example(np.full((BATCH, OUT), 0.5), np.array([0, 1, -1, 0]), "cross", False)
def test_a_loss_takes_what_fits_and_refuses_the_rest(outputs, targets, which, swap):
    world = World()
    outputs = world.network.outputs if swap else outputs
    loss = getattr(world, which)
    good = is_good(outputs, (0, 0)) or is_good(outputs, (0, 0), "f4")
    if which == "cross":
        fits = good and type(targets) is np.ndarray and targets.dtype.kind in "iu"
        fits = fits and targets.dtype.isnative and targets.shape == outputs.shape[:1]
        fits = fits and all(0 <= label < outputs.shape[1] for label in targets.tolist())
    else:
        fits = good and is_good(targets, outputs.shape, outputs.dtype)
        fits = fits and (which == "mse" or 0 <= targets.min() and targets.max() <= 1)
    worked = throw(world, lambda: loss.forward(outputs, targets), type(loss).__name__)
    assert not worked or fits
    assert worked or not fits or np.abs(outputs).max() > 1e15
    assert loss.grad_outputs is None or np.isfinite(loss.grad_outputs).all()
    assert loss.grad_outputs is not None or not worked


def is_real(value):
    kinds = (int, float, np.integer, np.floating)
    return isinstance(value, kinds) and not isinstance(value, bool)


def lies(value, low, high):
    """Whether a value is a number between two others, that a float can hold."""
    return is_real(value) and bool(low < value < high) and float(value) <= LARGE


@many
@given(st.floats(0, 1e300) | THINGS, st.sampled_from(["lr", "momentum", "beta", "eps", "size", "dtype"]))
@example(np.int8(3), "size")
@example(True, "size")
@example(np.longdouble("1e4000"), "lr")
def test_a_setting_is_a_number_in_its_range_or_is_refused(value, what):
    world = World()
    pairs, rng = world.network.parameters(), np.random.default_rng(0)
    state = rng.bit_generator.state
    if what == "size" and is_real(value) and value > 9:
        value = 2**31 + value  # no memory is asked for
    call, name, good = {
        "lr": (lambda: SGD(pairs, value), "SGD", lambda: lies(value, 0, np.inf)),
        "eps": (lambda: Adam(pairs, eps=value), "Adam", lambda: lies(value, 0, np.inf)),
        "momentum": (lambda: SGD(pairs, 1, value), "SGD", lambda: lies(value, -5e-324, 1)),
        "beta": (lambda: Adam(pairs, betas=(0.5, value)), "Adam", lambda: lies(value, -5e-324, 1)),
        "size": (
            lambda: Linear(value, value, rng),
            "Linear",
            lambda: isinstance(value, (int, np.integer)) and lies(value, 0, 10),
        ),
        "dtype": (lambda: Linear(1, 1, rng, value), "Linear", lambda: False),
    }[what]
    worked = throw(world, call, name)
    assert worked == bool(good())
    assert worked or rng.bit_generator.state == state


@few
@given(THINGS | st.lists(THINGS, max_size=2) | st.lists(st.tuples(arrays(), arrays()), max_size=2))
def test_what_is_no_list_of_layers_or_parameters_is_refused(thing):
    world = World()
    assert not throw(world, lambda: Network(thing), "Network")
    worked = throw(world, lambda: SGD(thing, 0.1), "SGD")
    pairs = thing if isinstance(thing, list) else []
    assert not worked or all(type(each) is np.ndarray and each.dtype in ("f8", "f4") for pair in pairs for each in pair)


@few
@given(st.recursive(st.integers(0, 5), lambda inner: st.lists(inner, min_size=1, max_size=3)))
@example([0, [1, [0]]])
@example([[3], [4, 3]])
def test_a_network_holds_each_layer_once_however_deep(plan):
    layers = [Linear(2, 2, np.random.default_rng(0)), *(kind() for kind in (Tanh, ReLU) * 3)]

    def build(part):
        return Network([build(each) for each in part]) if isinstance(part, list) else layers[part]

    flat = [int(digit) for digit in re.findall(r"\d", str(plan))]
    if len(set(flat)) == len(flat):
        assert build([plan]).forward(np.ones((1, 2))).shape == (1, 2)
    else:
        with pytest.raises(ValueError, match="^Network expects each layer once, got layer . again$"):
            build([plan])


CALLS = st.one_of(
    st.tuples(st.sampled_from(["forward", "backward"]), st.integers(0, 4), arrays() | st.integers(1, 5)),
    st.tuples(st.just("loss"), st.integers(0, 2), arrays()),
    st.tuples(st.just("step"), st.integers(0, 2), st.none()),
    st.tuples(st.just("poison"), st.integers(0, 5), ENTRIES),
)


@many
@given(st.lists(CALLS, min_size=2, max_size=8), st.sampled_from(["f8", "f4"]))
@example([("poison", 5, LARGE), ("step", 0, None), ("step", 1, None), ("step", 2, None)], "f8")
def test_calls_in_any_order_never_leave_a_parameter_that_is_not_finite(calls, dtype):
    """In the middle of it gradients are poisoned."""
    world = World(dtype)
    pairs = world.network.parameters() + world.linear.parameters()
    names = "(Network|Linear|Sigmoid|Tanh|ReLU|MSELoss|BCEWithLogitsLoss|CrossEntropyLoss|SGD|Adam)"
    for what, place, value in calls:
        if what in ("forward", "backward"):
            layer = world.layers[place]
            features = IN if what == "forward" else layer.outputs.shape[1] if layer.outputs is not None else 1
            array = np.full((value, features), 0.5, dtype) if isinstance(value, int) else value
            throw(world, lambda: getattr(layer, what)(array), names, forgets=True)  # noqa: B023
        elif what == "loss":
            loss = (world.mse, world.bce, world.cross)[place]
            throw(world, lambda: loss.forward(value, value), names)  # noqa: B023
        elif what == "step":
            throw(world, world.optimizers[place].step, names)
        else:
            with np.errstate(over="ignore"):
                pairs[place][1][...] = value
        finite = [array for array, _ in pairs]
        finite += [] if any(each.has_failed for each in world.optimizers) else world.kept()
        assert all(np.isfinite(array).all() for array in finite)


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_the_same_parameter_twice_is_refused(kind):
    world = World()
    pairs = world.linear.parameters()
    assert not throw(world, lambda: kind([*pairs, pairs[0]], 0.1), kind.__name__)


# The check, and the judges


@few
@given(THINGS, THINGS, THINGS)
def test_the_gradient_check_works_or_says_what_is_wrong(first, second, third):
    world = World()
    loss, data = world.mse, (world.inputs, world.targets)
    array = np.ones(2)
    for call, name in [
        (lambda: numerical_gradient(lambda: 1.0, first), "numerical_gradient"),
        (lambda: numerical_gradient(lambda: first, array, second), "numerical_gradient"),
        (lambda: numerical_gradient(second, array), "numerical_gradient"),
        (lambda: relative_error(first, second), "relative_error"),
        (lambda: check_gradients(first, second, *data), "check_gradients"),
        (lambda: check_gradients(world.linear, loss, *data, third), "(check|numerical)_gradients?"),
        (lambda: check_gradients(world.linear, loss, world.inputs, third), "MSELoss"),
    ]:
        if not callable(second):  # what somebody else's function raises is theirs
            throw(world, call, name, forgets=True)
    assert array.tolist() == [1, 1]


@few
@given(THINGS, st.sampled_from([(), (3,), (2, 2)]))
@example("3.5", ())
@example(["1", "2", "3"], (3,))
def test_a_judge_takes_numbers_and_no_words(value, shape):
    try:
        found = numbers(value, shape, "it")
    except NotYet as error:
        assert str(error).startswith("it ")
    else:
        assert found.dtype == float and found.shape == shape and np.isfinite(found).all()
        flat = np.array(value, dtype=object).ravel()
        assert not any(isinstance(entry, (str, bytes)) for entry in flat)


@few
@given(THINGS)
def test_an_exercise_that_there_is_not_is_refused(name):
    with pytest.raises(ValueError, match="^no exercise"):
        check(name, 1)
