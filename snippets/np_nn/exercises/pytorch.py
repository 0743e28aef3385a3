"""The judges of "Say it in PyTorch". They know no PyTorch: tensors are asked for their arrays."""

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
    expect(model is not None, "to_torch returns None: put your code in the place of the dots")
    has_parameters = callable(getattr(model, "parameters", None))
    expect(has_parameters, f"to_torch should return a model of PyTorch, got {model!r:.50}")
    is_ours = isinstance(model, Layer)
    expect(not is_ours, "to_torch should return a model of PyTorch, not a network of np_nn")
    tensors = list(model.parameters())
    theirs = [tensor.detach().numpy() for tensor in tensors]
    shapes, wanted = [array.shape for array in theirs], [array.shape for array in ours]
    expect(shapes == wanted, f"the model has parameters of shapes {shapes}, wanted are {wanted}")
    single = any(array.dtype != np.float64 for array in theirs)
    expect(not single, "the model keeps float32, and half of the digits are gone: double()")
    for array, own, name in zip(theirs, ours, ["weight 1", "bias 1", "weight 2", "bias 2"]):
        strange = f"{name} of the model is not ours: PyTorch's own random numbers are still in it"
        expect(np.array_equal(array, own), strange)
        alone = not np.shares_memory(array, own)
        expect(alone, f"{name} of the model lies in the same memory as ours, so both would train")
    outputs = model(tensors[0].detach().new_tensor(inputs.tolist())).detach().numpy()
    expect(is_close(outputs, network.forward(inputs)), "the weights agree and the outputs do not: "
           "look at what stands between the two linear layers")  # fmt: skip

    for array in theirs:
        array *= 1.5  # as if the model had been trained
    back = from_torch(model)
    expect(back is not None, "from_torch returns None: put your code in the place of the dots")
    is_ours = isinstance(back, Network)
    expect(is_ours, f"from_torch should return a Network of np_nn, got {back!r:.50}")
    returned = [array for array, _ in back.parameters()]
    shapes = [array.shape for array in returned]
    expect(shapes == wanted, f"the network has parameters of shapes {shapes}, wanted are {wanted}")
    for array, trained, name in zip(returned, theirs, ["weight 1", "bias 1", "weight 2", "bias 2"]):
        expect(np.array_equal(array, trained), f"{name} has not come back from the model")
        alone = not np.shares_memory(array, trained)
        expect(alone, f"{name} lies in the same memory as the model's: copy it with [:] =")
    outputs = model(tensors[0].detach().new_tensor(inputs.tolist())).detach().numpy()
    expect(is_close(back.forward(inputs), outputs), "the weights agree and the outputs do not: "
           "look at what stands between the two linear layers")  # fmt: skip
    return "there and back, to the last digit, and nobody shares memory"


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
        (_train(*given[:-2], -0.5, 4), "you walk uphill"),
        (_train(*given[:-2], 3.0, 4), "that is the sum over the batch, and the loss is a mean"),
    ])  # fmt: skip
    return "the same weights as np_nn after the same steps: now it is right, and not only runs"


def accumulate(function):
    """Judge a function: weight, bias, inputs, targets to the batch's gradient from its halves."""
    rng = np.random.default_rng(16)
    for rows in (4, 6):
        inputs, targets = rng.normal(size=(rows, 2)), rng.integers(0, 2, size=(rows, 1)) * 1.0
        weight, bias = rng.normal(size=(1, 2)), rng.normal(size=1)
        answer = call(function, weight, bias, inputs, targets)
        expect(not hasattr(answer, "detach"), "that is a tensor: numpy() makes an array of it")
        whole = _gradient(weight, bias, inputs, targets)
        halves = [slice(0, rows // 2), slice(rows // 2, rows)]
        first, last = (_gradient(weight, bias, inputs[half], targets[half]) for half in halves)
        what = f"the gradient of {rows} rows"
        compare(numbers(answer, (1, 2), what), whole, what, [
            (2 * whole, "twice as large as it should be: each half is a mean over its own rows"),
            (last, "that is the second half alone: who has cleared the gradient of the first?"),
            (first, "that is the first half alone"),
            (last / 2, "half of the second half: who has cleared the gradient of the first?"),
            (first / 2, "half of the first half: the second one is missing"),
            (whole / 2, "half as large as it should be: the division has happened twice"),
            (rows * whole, "that is the sum over the rows, and the loss is a mean"),
        ])  # fmt: skip
    return "two halves make a whole, if each is given half of the weight"


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
    expect(not same, "the two agree to the last digit: differences would not, so one is a copy, "
           "or both were rounded")
    near = np.abs(felt - right).max() < 1e-6 * np.abs(right).max()
    expect(near, f"by_differences is off by {np.abs(felt - right).max():.1g}: does the array that "
           "you move lie in the memory of the model?")  # fmt: skip
    return "autograd has been checked by somebody who knows no rule of derivation"


def two_classes(labels, dtype, outputs):
    """Judge the targets for cross-entropy, their type, and the outputs after training."""
    if isinstance(labels, (list, tuple)) and labels and isinstance(labels[0], (list, tuple)):
        column = len(labels[0]) == 1
        expect(not column, "the labels are a column: CrossEntropyLoss wants one number a row")
        raise NotYet("one number a row is enough: which class is the right one")
    labels = numbers(labels, (4,), "the labels")
    reversed_ = np.array_equal(labels, [1, 0, 0, 1])
    expect(not reversed_, "these labels are those of XNOR: class 1 is for rows that differ")
    expect(np.array_equal(labels, [0, 1, 1, 0]), "the labels should be 0 or 1, as XOR has them")
    is_text = isinstance(dtype, str)
    expect(is_text, f"the type should be a text, as str(labels.dtype) is, got {dtype!r:.40}")
    whole = dtype == "torch.int64"
    expect(whole, f"labels are counted, not measured: 64-bit integers are wanted, got {dtype}")
    outputs = numbers(outputs, (4, 2), "the outputs")
    sums_to_one = (outputs >= 0).all() and np.abs(outputs.sum(axis=1) - 1).max() < 1e-3
    expect(not sums_to_one, "each row adds up to 1: CrossEntropyLoss has a softmax inside, and "
           "wants what comes before it")  # fmt: skip
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
