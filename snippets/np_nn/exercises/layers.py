"""The judges of "Stack units into layers": a layer whole, its shapes, and how layers collapse."""

import numpy as np

from np_nn.check import NotYet, call, compare, expect

# Expressions with their shapes; None if NumPy refuses.
PUZZLES = {
    "inputs @ weight.T": (4, 5),
    "inputs @ weight": None,
    "inputs @ weight.T + bias": (4, 5),
    "weight * inputs[0]": (5, 3),
    "weight @ inputs[0]": (5,),
    "outputs - targets": (4, 4),
}
REASONS = {
    "inputs @ weight.T": "rows of (4, 3) against columns of (3, 5)",
    "inputs @ weight": "a row of inputs has 3 numbers, a column of weight has 5",
    "inputs @ weight.T + bias": "the 5 biases are added to every row, which doesn't change the shape",
    "weight * inputs[0]": "* adds nothing up: it multiplies the 3 inputs into every row",
    "weight @ inputs[0]": "each of the 5 rows, against 3 numbers, gives one number",
    "outputs - targets": "both are stretched, (4, 1) to the right and (4,) downwards",
}


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def _draw(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def layer(function):
    for batch in (4, 1):  # 2 inputs, 3 units
        inputs, weight, bias = _draw(batch, (batch, 2), (3, 2), (3,))
        z = inputs @ weight.T + bias
        wanted, got = _sigmoid(z), call(function, inputs, weight, bias)
        turned = isinstance(got, np.ndarray) and got.shape == (3, batch)
        expect(not turned, "your examples are in columns, but each should be a row")
        mistakes = [
            (z, "these are the weighted sums: a layer has an activation function too"),
            (inputs @ weight.T, "that is only a matrix: the biases and the activation are missing"),
            (_sigmoid(inputs @ weight.T), "the biases are missing"),
            (_sigmoid(inputs @ weight.T) + bias, "the biases belong in the sum, before the sigmoid"),
            (np.tanh(z), "that is tanh of the weighted sums, but it should be the sigmoid"),
            (_sigmoid(wanted), "the sigmoid is applied twice"),
        ]
        compare(got, wanted, f"layer of {batch} example{'s' * (batch > 1)}", mistakes)
    return "weights, biases and an activation function: that is a layer, for any batch."


def count(function):
    for sizes in ([4, 7, 1, 6], [3, 5, 8, 2], [2, 1]):
        pairs = list(zip(sizes, sizes[1:]))
        weights = sum(d * m for d, m in pairs)
        mistakes = [
            (weights, "that counts only the weights: each unit has a bias as well"),
            (sum(sizes[1:]), "that counts only the biases: each unit also has a weight for each input"),
            (sum(sizes), "that counts inputs and units, not their parameters"),
            (weights + len(pairs), "that is one bias for each layer, but each unit has its own"),
            (weights + sum(sizes[:-1]), "that is one bias for each input, but each unit has one"),
            (weights + sum(sizes), "the inputs have no biases; only the units do"),
            (2 * weights, "that is a bias for each weight, but each unit has one for its whole sum"),
        ]
        wanted = sum(d * m + m for d, m in pairs)
        compare(call(function, sizes), wanted, f"count of {sizes}", mistakes)
    return "each unit has one weight for each input, and one bias."


def shapes(answers):
    fits = isinstance(answers, dict) and answers.keys() == PUZZLES.keys()
    expect(fits, f"expected a dictionary with the keys of the starter, got {answers!r:.60}")
    for expression, wanted in PUZZLES.items():
        answer = answers[expression]
        expect(answer is not ..., f"the shape of {expression} is still missing")
        if isinstance(answer, tuple):
            fits = all(type(size) is int for size in answer)
        else:
            fits = isinstance(answer, str) and answer == "error"
        wish = f"{expression} needs a shape such as (4, 3), or 'error'"
        expect(fits, f"{wish}, got {answer!r:.60}")
        if answer in [(4, 1), (4,)] and wanted == (4, 4):
            raise NotYet(f"{expression} is no longer a column: line the shapes up from the right")
        expect(answer == (wanted or "error"), f"look at {expression} again: {REASONS[expression]}")
    return "you can tell a shape before NumPy does, even where nothing reports a mistake."


def waits(answers):
    fits = isinstance(answers, dict) and answers.keys() == {1, 2, 3, 4}
    expect(fits, f"expected a dictionary with the keys 1, 2, 3 and 4, got {answers!r:.60}")
    for batch, answer in answers.items():
        expect(answer is not ..., f"the batch of {batch} is still missing")
        fits = isinstance(answer, str) and answer in ("stops", "goes on")
        expect(fits, f"the batch of {batch} either 'stops' or 'goes on', got {answer!r:.60}")
    shape = "a column of 3 biases meets {} row{}"
    expect(answers[1] == "goes on", f"{shape.format(1, '')}, and a size of 1 is stretched")
    for batch in (2, 4):
        expect(answers[batch] == "stops", f"{shape.format(batch, 's')}: neither is 1")
    expect(answers[3] == "goes on", f"{shape.format(3, 's')}: that fits, although it is wrong")
    return "this mistake goes unnoticed when the batch is as large as the layer, or has a single row."


def collapse(function):
    # First squares, in which a wrong order has the right shape; then sizes that all differ.
    for d, m, last in ((3, 3, 3), (4, 5, 2)):
        weight1, bias1, weight2, bias2 = _draw(d, (m, d), (m,), (last, m), (last,))
        answer = call(function, weight1, bias1, weight2, bias2)
        expect(isinstance(answer, tuple) and len(answer) == 2, "return the pair weight, bias")
        weight, bias = answer
        product = weight2 @ weight1
        mistakes = [(product.T, "that is the transpose: row j should belong to unit j of the last layer")]
        bias_mistakes = [
            (bias2, "bias1 is lost: the second layer weighs it, like everything that comes in"),
            (bias1 @ weight2.T, "bias2 is lost"),
        ]
        if d == last:
            mistakes += [
                (weight1 @ weight2, "the order is wrong: the weights that the inputs meet first come last"),
                (weight2.T @ weight1.T, "no transpose is needed: weights stay one row per unit"),
                (weight1 + weight2, "the weights of layers in a row multiply; they do not add"),
                (weight2 * weight1, "* multiplies entry by entry; the matrix product is @"),
            ]
            bias_mistakes += [
                (bias1 + bias2, "bias1 goes through weight2 before it meets bias2"),
                (bias1 @ weight2 + bias2, "a transpose is missing: bias1 is a row, like the inputs"),
            ]
        sizes = f"{d} inputs, {m} units and {last} units"
        compare(weight, product, f"weight for {sizes}", mistakes)
        compare(bias, weight2 @ bias1 + bias2, f"bias for {sizes}", bias_mistakes)
    return "two layers without a bend between them are one."
