"""The judges of "Say it in PyTorch". They use no PyTorch: tensors are asked for their arrays."""

import numpy as np

from np_nn.check import NotYet, call, compare, expect, is_close, numbers
from np_nn.network import BCEWithLogitsLoss, Layer, Linear, Network, Tanh

_XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
_ANSWERS = np.array([[0.0], [1.0], [1.0], [0.0]])


def carry(to_torch, from_torch):
    """Judge two functions: a 2-8-1 tanh network of np_nn to a model of PyTorch, and back."""
    for function, name in [(to_torch, "to_torch"), (from_torch, "from_torch")]:
        expect(callable(function), f"{name} should be a function, got {function!r:.50}")
    rng = np.random.default_rng(14)
    network = Network([Linear(2, 8, rng), Tanh(), Linear(8, 1, rng)])
    inputs, ours = rng.normal(size=(5, 2)), [array for array, _ in network.parameters()]
    model = to_torch(network)
    expect(model is not None, "to_torch returns None: replace the dots with your code")
    has_parameters = callable(getattr(model, "parameters", None))
    expect(has_parameters, f"to_torch should return a model of PyTorch, got {model!r:.50}")
    is_ours = isinstance(model, Layer)
    expect(not is_ours, "to_torch should return a model of PyTorch, not a network of np_nn")
    tensors = list(model.parameters())
    theirs = [tensor.detach().numpy() for tensor in tensors]
    shapes, wanted = [array.shape for array in theirs], [array.shape for array in ours]
    expect(shapes == wanted, f"the model has parameters of shapes {shapes}, wanted are {wanted}")
    single = any(array.dtype != np.float64 for array in theirs)
    expect(not single, "the model keeps float32, so half of the digits are gone: use double()")
    for array, own, name in zip(theirs, ours, ["weight 1", "bias 1", "weight 2", "bias 2"]):
        strange = f"{name} of the model is not ours: PyTorch's own random numbers are still in it"
        expect(np.array_equal(array, own), strange)
        alone = not np.shares_memory(array, own)
        expect(alone, f"{name} of the model shares its memory with ours, so both would train")
    outputs = model(tensors[0].detach().new_tensor(inputs.tolist())).detach().numpy()
    expect(
        is_close(outputs, network.forward(inputs)),
        "the weights agree and the outputs do not: look at what comes between the two linear layers",
    )

    for array in theirs:
        array *= 1.5  # as if the model had been trained
    back = from_torch(model)
    expect(back is not None, "from_torch returns None: replace the dots with your code")
    is_ours = isinstance(back, Network)
    expect(is_ours, f"from_torch should return a Network of np_nn, got {back!r:.50}")
    returned = [array for array, _ in back.parameters()]
    shapes = [array.shape for array in returned]
    expect(shapes == wanted, f"the network has parameters of shapes {shapes}, wanted are {wanted}")
    for array, trained, name in zip(returned, theirs, ["weight 1", "bias 1", "weight 2", "bias 2"]):
        expect(np.array_equal(array, trained), f"{name} has not come back from the model")
    outputs = model(tensors[0].detach().new_tensor(inputs.tolist())).detach().numpy()
    expect(
        is_close(back.forward(inputs), outputs),
        "the weights agree and the outputs do not: look at what comes between the two linear layers",
    )
    return "there and back, to the last digit, and no memory is shared"


def repair(function):
    """Judge a function that trains one unit from given weights with PyTorch, as np_nn does."""
    rng = np.random.default_rng(15)
    inputs, targets = rng.normal(size=(6, 2)), rng.integers(0, 2, size=(6, 1)) * 1.0
    weight, bias = rng.normal(size=(1, 2)), rng.normal(size=1)
    given = (weight, bias, inputs, targets, 0.5, 4)
    answer = call(function, *given)
    expect(not hasattr(answer, "detach"), "that is a tensor: detach() and numpy() make an array")
    unmoved = "nothing has moved: is the gradient still there when the step is taken?"
    compare(numbers(answer, (1, 2), "the weight after 4 steps"), _train(*given), "the weight", [
        (weight, unmoved),
        (_train(*given, adds=True, squashes=True), "two mistakes are left: in what the loss is "
         "given, and in what nobody clears"),
        (_train(*given, adds=True), "one mistake is left: the gradients of all steps are added up"),
        (_train(*given, squashes=True), "one mistake is left: the loss has a sigmoid inside, "
         "and wants logits"),
        (_train(*given[:-1], 1), "only the first step has been taken"),
        (_train(*given[:-2], -0.5, 4), "that walks uphill"),
        (_train(*given[:-2], 3.0, 4), "that is the sum over the batch, and the loss is a mean"),
    ])  # fmt: skip
    return "the same weights as np_nn after the same steps: now it doesn't only run, it is right"


def accumulate(function):
    """Judge a function: weight, bias, inputs, targets to the batch's gradient, from its parts.

    The parts have four rows, except for the last one.
    """
    rng = np.random.default_rng(16)
    for rows in (8, 7, 10):
        inputs, targets = rng.normal(size=(rows, 2)), rng.integers(0, 2, size=(rows, 1)) * 1.0
        weight, bias = rng.normal(size=(1, 2)), rng.normal(size=1)
        answer = call(function, weight, bias, inputs, targets)
        expect(not hasattr(answer, "detach"), "that is a tensor: numpy() makes an array of it")
        whole = _gradient(weight, bias, inputs, targets)
        parts = [slice(start, start + 4) for start in range(0, rows, 4)]
        means = [_gradient(weight, bias, inputs[part], targets[part]) for part in parts]
        first, last = means[0], means[-1]
        what = f"the gradient of {rows} rows"
        compare(numbers(answer, (1, 2), what), whole, what, [
            (2 * whole, "twice as large as it should be: each part is a mean over its own rows"),
            (last, "that is the last part alone: what cleared the gradient of the others?"),
            (first, "that is the first part alone"),
            (last / 2, "half of the last part: what cleared the gradient of the others?"),
            (first / 2, "half of the first part: the other one is missing"),
            (whole / 2, "half as large as it should be: you divided twice"),
            (rows * whole, "that is the sum over the rows, and the loss is a mean"),
            (sum(means) / len(means), f"right only for parts of one size: of {rows} rows, the last "
             f"part has {rows % 4}, so it should count for less"),
        ])  # fmt: skip
    return "parts of any size make a whole, if each counts by its share of the rows"


def trust_nobody(by_autograd, by_differences):
    """Judge the gradient of a given unit on XOR, from autograd and from central differences."""
    right = _gradient(np.array([[0.5, -1.0]]), np.array([0.25]), _XOR, _ANSWERS)
    for value in (by_autograd, by_differences):
        expect(not hasattr(value, "detach"), "that is a tensor: numpy() makes an array of it")
    compare(numbers(by_autograd, (1, 2), "by_autograd"), right, "by_autograd", [
        (2 * right, "by_autograd is twice as large: two backward passes have been added up"),
        (4 * right, "by_autograd is that of the sum over the four rows, and the loss is a mean"),
    ])  # fmt: skip
    felt = numbers(by_differences, (1, 2), "by_differences")
    same = np.array_equal(felt, np.asarray(by_autograd, dtype=float))
    expect(not same, "the two agree to the last digit: differences would not, so one is a copy, or both were rounded")
    near = np.abs(felt - right).max() < 1e-6 * np.abs(right).max()
    expect(
        near,
        f"by_differences is off by {np.abs(felt - right).max():.1g}: does the array that "
        "you move share its memory with the model?",
    )
    return "autograd has been checked by a method that uses no rule of differentiation"


def two_classes(labels, dtype, outputs):
    """Judge the targets for cross-entropy, their type, and the outputs after training."""
    if isinstance(labels, (list, tuple)) and labels and isinstance(labels[0], (list, tuple)):
        column = len(labels[0]) == 1
        expect(not column, "the labels are a column: CrossEntropyLoss wants one number per row")
        raise NotYet("one number per row is enough: the number of the right class")
    labels = numbers(labels, (4,), "the labels")
    reversed_ = np.array_equal(labels, [1, 0, 0, 1])
    expect(not reversed_, "these labels are those of XNOR: class 1 is for rows that differ")
    expect(np.array_equal(labels, [0, 1, 1, 0]), "the labels should be 0 or 1, as XOR has them")
    is_text = isinstance(dtype, str)
    expect(is_text, f"the type should be a text, as str(labels.dtype) is, got {dtype!r:.40}")
    whole = dtype == "torch.int64"
    expect(whole, f"labels are class numbers: 64-bit integers are wanted, got {dtype}")
    outputs = numbers(outputs, (4, 2), "the outputs")
    sums_to_one = (outputs >= 0).all() and np.abs(outputs.sum(axis=1) - 1).max() < 1e-3
    expect(
        not sums_to_one,
        "each row adds up to 1: CrossEntropyLoss has a softmax inside, and wants the weighted sums before it",
    )
    wrong = int((outputs.argmax(axis=1) != labels).sum())
    expect(not wrong, f"{wrong} of the 4 answers are wrong: train longer, or look at the loop")
    return "class numbers in, raw weighted sums out: the loss does the rest"


def _train(weight, bias, inputs, targets, lr, steps, adds=False, squashes=False):
    """Return the weight after some steps, which may be those of two mistakes."""
    weight, bias = weight.copy(), bias.copy()
    total_weight, total_bias = np.zeros_like(weight), np.zeros_like(bias)
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(inputs @ weight.T + bias)))
        delta = (p - targets) / len(inputs)
        if squashes:
            delta = (1 / (1 + np.exp(-p)) - targets) / len(inputs) * p * (1 - p)
        total_weight = adds * total_weight + delta.T @ inputs
        total_bias = adds * total_bias + delta.sum(axis=0)
        weight -= lr * total_weight
        bias -= lr * total_bias
    return weight


def _gradient(weight, bias, inputs, targets):
    """Return dL/d(weight) of one unit with the binary cross-entropy, by np_nn."""
    unit, loss = Linear(2, 1, np.random.default_rng(0)), BCEWithLogitsLoss()
    unit.weight[:], unit.bias[:] = weight, bias
    loss.forward(unit.forward(inputs), targets)
    unit.backward(loss.backward())
    return unit.grad_weight.copy()
