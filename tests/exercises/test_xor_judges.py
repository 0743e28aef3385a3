"""The judges of "Teach a network XOR": what is right passes, and a mistake is told by its name."""

import numpy as np
import pytest

from np_nn.check import NotYet, check
from np_nn.network import SGD, Adam, BCEWithLogitsLoss, Linear, Network, Sigmoid, Tanh

INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])


def build(width, rng):
    return Network([Linear(2, width, rng), Tanh(), Linear(width, 1, rng)])


def descend(network, optimizer, steps):
    loss = BCEWithLogitsLoss()
    for _ in range(steps):
        loss.forward(network.forward(INPUTS), TARGETS)
        network.backward(loss.backward())
        optimizer.step()
    return network.forward(INPUTS)


# xor.train


class Step:
    """A step by hand, of which a subclass breaks one piece."""

    __name__ = "train_step"

    def size(self, targets):
        return targets.size

    def output(self, z, targets):
        return 1 / (1 + np.exp(-z)) - targets

    def slope(self, z, a):
        return 1 - a**2

    def back(self, weight2, new_weight2):
        return weight2

    def bias(self, delta):
        return delta.sum(axis=0)

    def take(self, parameter, gradient, lr):
        return parameter - lr * gradient

    def __call__(self, inputs, targets, weight1, bias1, weight2, bias2, lr):
        z1 = inputs @ weight1.T + bias1
        a1 = np.tanh(z1)
        delta2 = self.output(a1 @ weight2.T + bias2, targets) / self.size(targets)
        new_weight2 = self.take(weight2, delta2.T @ a1, lr)
        delta1 = delta2 @ self.back(weight2, new_weight2) * self.slope(z1, a1)
        return (
            self.take(weight1, delta1.T @ inputs, lr),
            self.take(bias1, self.bias(delta1), lr),
            new_weight2,
            self.take(bias2, self.bias(delta2), lr),
        )


def broken(**parts):
    return type("Broken", (Step,), parts)()


def probability(z):
    return 1 / (1 + np.exp(-z))


def test_a_right_step_is_right(capsys):
    check("xor.train", Step())
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize(
    "parts, words",
    [
        ({"size": lambda self, y: 1}, "weight2: that is the gradient of the sum"),
        ({"size": lambda self, y: len(y)}, "weight2: the mean is over all entries"),
        (
            {"output": lambda self, z, y: (p := probability(z)) * (1 - p) * (p - y)},
            "weight2: one sigma' too many",
        ),
        (
            {"output": lambda self, z, y: 2 * (p := probability(z)) * (1 - p) * (p - y)},
            "weight2: that is the gradient of the squared error",
        ),
        ({"output": lambda self, z, y: z - y}, "weight2: the targets are compared with the logits"),
        ({"output": lambda self, z, y: y - probability(z)}, "weight2: that step goes uphill"),
        ({"slope": lambda self, z, a: 1}, "weight1: the slope of tanh is missing"),
        ({"slope": lambda self, z, a: 1 - z**2}, "weight1: tanh' is 1 - a"),
        ({"slope": lambda self, z, a: a * (1 - a)}, "weight1: a \\* \\(1 - a\\) is the slope of the"),
        (
            {"back": lambda self, w, new: w.T if len(w) == w.shape[1] else w},
            "weight1: one transpose too many",
        ),
        ({"back": lambda self, w, new: new}, "weight1: weight2 was changed before"),
        ({"back": lambda self, w, new: np.ones_like(w)}, "the new weight1 of a network 2-8-1 should"),
        ({"bias": lambda self, delta: delta.mean(axis=0)}, "bias2: its gradient is averaged"),
        ({"bias": lambda self, delta: delta[0]}, "bias2: its gradient is that of the first row"),
        ({"bias": lambda self, delta: 0 * delta[0]}, "bias2: it has not moved"),
        ({"take": lambda self, old, g, lr: g}, "weight2: that is the gradient: take the step"),
        ({"take": lambda self, old, g, lr: old - g}, "weight2: the learning rate is missing"),
        ({"take": lambda self, old, g, lr: old + lr * g}, "weight2: that step goes uphill"),
        ({"take": lambda self, old, g, lr: old}, "weight2: it has not moved"),
        ({"take": lambda self, old, g, lr: old - 2 * lr * g}, "the new weight2 of a network 2-8-1"),
    ],
)
def test_a_wrong_step_is_told_by_its_name(parts, words):
    with pytest.raises(NotYet, match=words):
        check("xor.train", broken(**parts))


def test_a_first_layer_that_is_not_trained_and_one_that_climbs_are_told():
    def frozen(inputs, targets, weight1, bias1, weight2, bias2, lr):
        return weight1, bias1, *Step()(inputs, targets, weight1, bias1, weight2, bias2, lr)[2:]

    def flipped(inputs, targets, *parameters_and_lr):
        *parameters, lr = parameters_and_lr
        new = Step()(inputs, targets, *parameters, lr)
        return 2 * parameters[0] - new[0], new[1], new[2], new[3]

    with pytest.raises(NotYet, match="weight1: it has not moved"):
        check("xor.train", frozen)
    with pytest.raises(NotYet, match="weight1: that step goes uphill"):
        check("xor.train", flipped)


def in_place(inputs, targets, weight1, bias1, weight2, bias2, lr):
    new = Step()(inputs, targets, weight1, bias1, weight2, bias2, lr)
    weight2[:] = new[2]
    return new


def test_a_step_in_place_and_three_of_four_parameters_are_refused():
    with pytest.raises(NotYet, match="changes the array"):
        check("xor.train", in_place)
    with pytest.raises(NotYet, match="should return weight1, bias1, weight2, bias2"):
        check("xor.train", lambda *arrays: arrays[2:5])


# xor.count


def trained(width, lr, steps, seeds, rng=None):
    for seed in seeds:
        network = build(width, rng or np.random.default_rng(seed))
        yield descend(network, SGD(network.parameters(), lr), steps)


def count(width, lr, steps, seeds):
    return sum(((z > 0) == (TARGETS == 1)).all() for z in trained(width, lr, steps, seeds))


def count_small_losses(*setting):
    return sum(BCEWithLogitsLoss().forward(z, TARGETS) < 0.1 for z in trained(*setting))


def count_with_one_rng(width, lr, steps, seeds):
    rng = np.random.default_rng(seeds[0])
    return sum(((z > 0) == (TARGETS == 1)).all() for z in trained(width, lr, steps, seeds, rng))


def test_a_right_count_is_right(capsys):
    check("xor.count", count)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda *setting: len(setting[3]), "you count every seed"),
        (
            lambda *setting: sum(((z > 0) == (TARGETS == 1)).sum() for z in trained(*setting)),
            "those are rows",
        ),
        (lambda *setting: count(*setting) / len(setting[3]), "the share of the seeds"),
        (lambda *setting: len(setting[3]) - count(*setting), "the seeds that failed"),
        (
            lambda *setting: sum(((z > 0.5) == (TARGETS == 1)).all() for z in trained(*setting)),
            "a logit above 0",
        ),
        (count_small_losses, "you count small losses"),
        (count_with_one_rng, "an rng of its own"),
        (lambda *setting: 0, "should be 5, got 0"),
    ],
)
def test_a_wrong_count_is_told_by_its_name(answer, words):
    with pytest.raises(NotYet, match=words):
        check("xor.count", answer)


# xor.zeros

MOVES = {
    "both layers": [],
    "the output layer": ["weight2"],
    "the hidden layer": ["weight1", "bias1", "bias2"],
}


def test_the_right_moves_are_right(capsys):
    check("xor.zeros", MOVES)
    check("xor.zeros", {start: set(names) for start, names in MOVES.items()})
    assert capsys.readouterr().out.count("Right: ") == 2


@pytest.mark.parametrize("name", ["weight1", "bias1", "weight2", "bias2"])
@pytest.mark.parametrize("start", MOVES)
def test_each_name_too_many_and_each_one_missing_is_told_why(start, name):
    names = set(MOVES[start]) ^ {name}
    why = "pull|moves|multiplied|comes back|travels back"
    with pytest.raises(NotYet, match=f"^{start} from zeros: .*({why})"):
        check("xor.zeros", MOVES | {start: sorted(names)})


# xor.free


def restart(network):
    for seed in range(100, 120):
        network = build(2, np.random.default_rng(seed))
        z = descend(network, SGD(network.parameters(), 1.0), 300)
        if BCEWithLogitsLoss().forward(z, TARGETS) < 0.1:
            return network


def push(network):
    rng, start = np.random.default_rng(0), [p.copy() for p, _ in network.parameters()]
    for _ in range(50):
        for (parameter, _), kept in zip(network.parameters(), start):
            parameter[:] = kept + rng.normal(scale=2, size=kept.shape)
        z = descend(network, SGD(network.parameters(), 1.0), 300)
        if BCEWithLogitsLoss().forward(z, TARGETS) < 0.1:
            return network


def by_hand(network):
    # tanh(10 z) is nearly a step: OR and AND, and the output takes one from the other.
    values = [[[20, 20], [20, 20]], [-10, -30], [[5, -5]], [-5]]
    for (parameter, _), value in zip(network.parameters(), values):
        parameter[:] = value
    return network


@pytest.mark.parametrize("answer", [restart, push, by_hand])
def test_a_way_off_the_plateau_is_right(answer, capsys):
    check("xor.free", answer)
    assert capsys.readouterr().out.startswith("Right: ")


def on_with(optimizer, steps):
    def free(network):
        descend(network, optimizer(network.parameters()), steps)
        return network

    return free


def wider(network):
    network = build(3, np.random.default_rng(0))
    descend(network, SGD(network.parameters(), 1.0), 300)
    return network


def fresh(network):
    return build(2, np.random.default_rng(100))


def one_layer(network):
    return Network([Linear(2, 1, np.random.default_rng(0))])


@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda network: network, "comes back as it was"),
        (on_with(lambda parameters: SGD(parameters, 1.0), 500), "still on its plateau"),
        (on_with(lambda parameters: SGD(parameters, 0.5, momentum=0.9), 500), "on its plateau"),
        (on_with(lambda parameters: Adam(parameters, 0.05), 500), "still on its plateau"),
        (wider, "has 3 hidden units: it has to work with two"),
        (fresh, "its loss is 0.*: it should be below 0.1"),
        (one_layer, "should return a network 2-2-1"),
        (lambda network: Network([Sigmoid()]), "should return a network 2-2-1"),
        (lambda network: 0.1, "should return a Network"),
    ],
)
def test_what_does_not_free_is_told_why(answer, words):
    with pytest.raises(NotYet, match=words):
        check("xor.free", answer)
