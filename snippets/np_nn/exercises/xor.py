"""The judges of "Teach a network XOR"."""

from functools import cache

import numpy as np

from np_nn.check import call, compare, expect, numbers
from np_nn.network import SGD, BCEWithLogitsLoss, Linear, Network, Tanh

_INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
_TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])
_NAMES = ("weight1", "bias1", "weight2", "bias2")


def train(train_step):
    rng = np.random.default_rng(0)
    # As in the lesson; then several outputs and a square weight2, which a transpose slips through.
    for batch, sizes in [(6, (2, 8, 1)), (5, (3, 4, 4))]:
        network = _build(sizes, rng)
        for parameter, _ in network.parameters():
            parameter[:] = rng.normal(size=parameter.shape)
        before = [parameter.copy() for parameter, _ in network.parameters()]
        inputs = rng.normal(size=(batch, sizes[0]))
        targets = rng.uniform(size=(batch, sizes[2]))
        lr = 0.3
        after = call(train_step, inputs, targets, *before, lr)
        four = isinstance(after, (tuple, list)) and len(after) == 4
        expect(four, f"train_step should return {', '.join(_NAMES)}, got {after!r:.60}")
        _descend(network, inputs, targets, lr, steps=1)
        right = [parameter for parameter, _ in network.parameters()]
        wrong = list(_mistakes(inputs, targets, *before, lr))
        for place in (2, 3, 0, 1):  # backwards, as the gradient goes: the first mistake is named
            compare(
                after[place],
                right[place],
                f"the new {_NAMES[place]} of a network {'-'.join(map(str, sizes))}",
                [(arrays[place], f"{_NAMES[place]}: {sentence}") for arrays, sentence in wrong],
            )
    return "your step is np_nn's, forwards and backwards, on networks you have not seen."


def count(count_solved):
    # The second one has few steps: some seeds have the answers, but none has a small loss.
    for width, lr, steps, seeds in [(2, 1.0, 200, range(10)), (3, 0.5, 100, range(3, 15))]:
        given = f"count_solved(width={width}, lr={lr}, steps={steps}, seeds={seeds})"
        got = numbers(call(count_solved, width, lr, steps, seeds), (), given)
        outputs = _lottery(width, lr, steps, seeds)
        in_a_row = _lottery(width, lr, steps, seeds, shared=True)
        loss = BCEWithLogitsLoss()
        right = [(z > 0) == (_TARGETS == 1) for z in outputs]
        solved = sum(rows.all() for rows in right)
        mistakes = [
            (len(seeds), "you count every seed, solved or not"),
            (sum(rows.sum() for rows in right), "those are rows: a seed needs all four right"),
            (solved / len(seeds), "that is the share of the seeds: the number of them is wanted"),
            (len(seeds) - solved, "those are the seeds that failed"),
            (
                sum(((z > 0.5) == (_TARGETS == 1)).all() for z in outputs),
                "a logit above 0, not above one half, means a probability above one half",
            ),
            (
                sum(loss.forward(z, _TARGETS) < 0.1 for z in outputs),
                "you count small losses: ask for four right answers",
            ),
            (
                sum(((z > 0) == (_TARGETS == 1)).all() for z in in_a_row),
                "every seed needs an rng of its own: np.random.default_rng(seed)",
            ),
        ]
        compare(got, solved, given, mistakes)
    return "an honest count: each seed on its own, all four answers right, and no failure hidden."


def zeros(moves):
    expect(isinstance(moves, dict), f"a dictionary is wanted, got {moves!r:.60}")
    starts = {"both layers": (0, 2), "the output layer": (2,), "the hidden layer": (0,)}
    for start, places in starts.items():
        expect(start in moves, f"there is no answer for {start!r}")
        answer = moves[start]
        expect(answer is not ..., f"{start} from zeros: the names are still missing: fill in the dots")
        listed = isinstance(answer, (list, tuple, set))
        expect(listed, f"{start} from zeros: a list of names is wanted, got {answer!r:.60}")
        for name in answer:
            expect(name in _NAMES, f"{start} from zeros: {name!r} is none of {', '.join(_NAMES)}")
        network = _build((2, 8, 1), np.random.default_rng(0))
        for place in places:
            for parameter, _ in network.layers[place].parameters():
                parameter[:] = 0.0
        _backward(network, _INPUTS, _TARGETS)
        sizes = [np.abs(gradient).max() for _, gradient in network.parameters()]
        for name, moved in zip(_NAMES, np.array(sizes) > 1e-12):
            sentence = f"{start} from zeros: {_WHY[start, name]}"
            expect((name in answer) == moved, sentence)
    return "you know what each gradient is multiplied by, and so which zeros stop it."


_WHY = {
    ("both layers", "weight1"): "nothing travels back through output weights of 0",
    ("both layers", "bias1"): "nothing travels back through output weights of 0",
    ("both layers", "weight2"): "its gradient is multiplied by activations tanh(0) = 0",
    ("both layers", "bias2"): "two rows pull bias2 up and two pull it down, equally hard",
    ("the output layer", "weight1"): "nothing travels back through output weights of 0",
    ("the output layer", "bias1"): "nothing travels back through output weights of 0",
    ("the output layer", "weight2"): "weight2 moves, since the hidden activations are not 0",
    ("the output layer", "bias2"): "every output is one half: two rows pull bias2 up, two down",
    ("the hidden layer", "weight1"): "weight1 moves: its gradient is not multiplied by weight1",
    ("the hidden layer", "bias1"): "bias1 moves: its gradient comes through random output weights",
    ("the hidden layer", "weight2"): "its gradient is multiplied by activations tanh(0) = 0",
    ("the hidden layer", "bias2"): "bias2 moves: it is random, so the four pulls are not balanced",
}


def free(free_stuck):
    for seed in range(4):  # all of these are stuck
        stuck = _stuck(seed)
        freed = call(free_stuck, stuck)  # which gets a copy
        expect(isinstance(freed, Network), f"free should return a Network, got {freed!r:.60}")
        shapes = [parameter.shape for parameter, _ in freed.parameters()]
        units = shapes[0][0] if shapes else 0
        wider = [len(shape) for shape in shapes] == [2, 1, 2, 1] and units > 2
        expect(not wider, f"that network has {units} hidden units: it has to work with two")
        two = shapes == [(2, 2), (2,), (1, 2), (1,)]
        expect(two, f"free should return a network 2-2-1, got parameters of shapes {shapes}")
        z = freed.forward(_INPUTS)
        which = f"the network of seed {seed}"
        expect(not np.allclose(z, stuck.forward(_INPUTS)), f"{which} comes back as it was")
        loss = BCEWithLogitsLoss().forward(z, _TARGETS)
        expect(
            abs(loss - np.log(2) / 2) > 0.03,  # two rows right, one half for the other two
            f"{which} is still on its plateau, loss {loss:.3f}: other steps from the same place "
            "stay on it; change the place",
        )
        right = ((z > 0) == (_TARGETS == 1)).all()
        expect(
            right and loss < 0.1,
            f"{which} is off its plateau, but its loss is {loss:.3f}: it should be below 0.1",
        )
    return "four stuck networks, freed: the starting place was bad, not the two units or the code."


def _build(sizes, rng):
    inputs, hidden, outputs = sizes
    return Network([Linear(inputs, hidden, rng), Tanh(), Linear(hidden, outputs, rng)])


def _backward(network, inputs, targets):
    loss = BCEWithLogitsLoss()
    loss.forward(network.forward(inputs), targets)
    network.backward(loss.backward())


def _descend(network, inputs, targets, lr, steps):
    optimizer = SGD(network.parameters(), lr)
    for _ in range(steps):
        _backward(network, inputs, targets)
        optimizer.step()


@cache
def _lottery(width, lr, steps, seeds, shared=False):
    """Return the outputs for XOR after training, from each seed; or from one rng for all."""
    rng, found = np.random.default_rng(seeds[0]), []
    for seed in seeds:
        network = _build((2, width, 1), rng if shared else np.random.default_rng(seed))
        _descend(network, _INPUTS, _TARGETS, lr, steps)
        found.append(network.forward(_INPUTS))
    return found


@cache
def _stuck(seed):
    network = _build((2, 2, 1), np.random.default_rng(seed))
    _descend(network, _INPUTS, _TARGETS, 1.0, 200)
    return network


def _mistakes(inputs, targets, weight1, bias1, weight2, bias2, lr):
    """Yield (the four arrays after a step with a known mistake in it, its name)."""
    z1 = inputs @ weight1.T + bias1
    a1 = np.tanh(z1)
    z2 = a1 @ weight2.T + bias2
    p = 1 / (1 + np.exp(-z2))
    delta2, slope1 = (p - targets) / targets.size, 1 - a1**2
    before = weight1, bias1, weight2, bias2

    def gradients(delta2=delta2, slope1=slope1, back=weight2, bias=lambda delta: delta.sum(axis=0)):
        delta1 = delta2 @ back * slope1
        return delta1.T @ inputs, bias(delta1), delta2.T @ a1, bias(delta2)

    def stepped(grads, lr=lr):
        return [array - lr * gradient for array, gradient in zip(before, grads)]

    right = gradients()
    yield before, "it has not moved: is its gradient 0, or was its step forgotten?"
    yield right, "that is the gradient: take the step, the old one minus lr times this"
    yield stepped(right, lr=1), "the learning rate is missing in its step"
    yield stepped(right, lr=-lr), "that step goes uphill: the gradient is subtracted"
    yield (
        stepped(gradients(delta2 * targets.size)),
        "that is the gradient of the sum: the loss is a mean, so divide by the number of targets",
    )
    if targets.shape[1] > 1:
        yield (
            stepped(gradients(delta2 * targets.shape[1])),
            "the mean is over all entries of the targets, not only over the rows",
        )
    yield (
        stepped(gradients(delta2 * p * (1 - p))),
        "one sigma' too many: with the cross-entropy, p - y already includes it",
    )
    yield (
        stepped(gradients(2 * delta2 * p * (1 - p))),
        "that is the gradient of the squared error: here the loss is the cross-entropy",
    )
    yield (
        stepped(gradients((z2 - targets) / targets.size)),
        "the targets are compared with the logits: take the sigmoid of the logits first",
    )
    yield stepped(gradients(slope1=1.0)), "the slope of tanh is missing on the way back"
    yield (
        stepped(gradients(slope1=1 - z1**2)),
        "tanh' is 1 - a**2 with the activation a, and this uses the weighted sum z",
    )
    yield (
        stepped(gradients(slope1=a1 * (1 - a1))),
        "a * (1 - a) is the slope of the sigmoid, and the hidden units have tanh",
    )
    if weight2.shape[0] == weight2.shape[1]:
        yield stepped(gradients(back=weight2.T)), "one transpose too many: what travels back is delta2 @ weight2"
    yield (
        stepped(gradients(back=weight2 - lr * right[2])),
        "weight2 was changed before the gradient went back through it: compute all, then step",
    )
    yield (
        stepped(gradients(bias=lambda delta: delta.mean(axis=0))),
        "its gradient is averaged over the rows: the mean is in delta already, so sum",
    )
    yield (
        stepped(gradients(bias=lambda delta: delta[0])),
        "its gradient is that of the first row only: all rows use the bias, so sum",
    )
