"""The judges of the lesson on PyTorch, and what the lesson says of training from many seeds."""

import re

import numpy as np
import pytest
import torch
from torch import nn

from docs.plugins import paths
from docs.plugins.reading.page import Page
from docs.plugins.running import runner
from np_nn.check import NotYet, check, find
from np_nn.network import Linear, Network, ReLU, Tanh

LESSON = paths.DOCS / "lessons" / "pytorch.md"


def fresh_model(activation=nn.Tanh):
    return nn.Sequential(nn.Linear(2, 8), activation(), nn.Linear(8, 1)).double()


def to_torch(network, model=None, fill=lambda theirs, ours: theirs.copy_(torch.from_numpy(ours))):
    model = model or fresh_model()
    with torch.no_grad():
        for theirs, (ours, _) in zip(model.parameters(), network.parameters()):
            fill(theirs, ours)
    return model


def shared(theirs, ours):
    theirs.data = torch.from_numpy(ours)


def turned(network):
    class InOut(nn.Module):
        def __init__(self):
            super().__init__()
            pairs = network.parameters()
            self.tensors = nn.ParameterList(torch.tensor(ours.T.copy()) for ours, _ in pairs)

    return InOut()


def from_torch(model, activation=Tanh, sizes=(2, 8, 1)):
    rng, (d, m, out) = np.random.default_rng(0), sizes
    network = Network([Linear(d, m, rng), activation(), Linear(m, out, rng)])
    for theirs, (ours, _) in zip(model.parameters(), network.parameters()):
        ours[:] = theirs.detach().numpy()
    return network


def random_network(model, sizes=(2, 8, 1)):
    rng, (d, m, out) = np.random.default_rng(0), sizes
    return Network([Linear(d, m, rng), Tanh(), Linear(m, out, rng)])


def assigns_back(model):
    network = from_torch(model)
    linear = network.layers[0]
    linear.weight = model[0].weight.detach().numpy()
    return network


def make_unit(weight, bias):
    unit = nn.Linear(2, 1).double()
    with torch.no_grad():
        unit.weight.copy_(torch.from_numpy(weight))
        unit.bias.copy_(torch.from_numpy(bias))
    return unit


def train_by(clears=True, squashes=False, clears_late=False, reduction="mean", stop=None, sign=1):
    def train(weight, bias, inputs, targets, lr, steps):
        unit, x, y = make_unit(weight, bias), torch.from_numpy(inputs), torch.from_numpy(targets)
        loss = nn.BCEWithLogitsLoss(reduction=reduction)
        optimizer = torch.optim.SGD(unit.parameters(), lr=lr, maximize=sign < 0)
        for _ in range(stop or steps):
            outputs = unit(x)
            value = loss(torch.sigmoid(outputs) if squashes else outputs, y)
            if clears:
                optimizer.zero_grad()
            value.backward()
            if clears_late:
                optimizer.zero_grad()
            optimizer.step()
        return unit.weight.detach().numpy()

    return train


def accumulate_by(share=lambda rows, total: total / rows, clears=False, parts=slice(None), reduction="mean"):
    """Return an answer that divides the loss of each part by ``share`` of its rows."""

    def accumulate(weight, bias, inputs, targets):
        unit = make_unit(weight, bias)
        loss = nn.BCEWithLogitsLoss(reduction=reduction)
        x, y = torch.from_numpy(inputs).split(4), torch.from_numpy(targets).split(4)
        for some, wanted in list(zip(x, y))[parts]:
            if clears:
                unit.zero_grad()
            divisor = share(len(some), len(inputs)) if callable(share) else share
            (loss(unit(some), wanted) / divisor).backward()
        return unit.weight.grad.numpy()

    return accumulate


def accumulate_thirds(weight, bias, inputs, targets):
    """Return the gradient by other parts than the page's: any parts will do."""
    unit, loss = make_unit(weight, bias), nn.BCEWithLogitsLoss(reduction="sum")
    for x, y in zip(torch.from_numpy(inputs).chunk(3), torch.from_numpy(targets).chunk(3)):
        (loss(unit(x), y) / len(inputs)).backward()
    return unit.weight.grad.numpy()


def accumulate_by_number(weight, bias, inputs, targets):
    """Return the mean of the parts' means, whatever their sizes."""
    parts = -(-len(inputs) // 4)
    return accumulate_by(share=parts)(weight, bias, inputs, targets)


def gradients(times=1, step=1e-5, reduction="mean"):
    """Return the gradient of the unit of exercise 4 by autograd, and by central differences."""
    weight, bias = np.array([[0.5, -1.0]]), np.array([0.25])
    x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]).double()
    y = torch.tensor([[0], [1], [1], [0]]).double()
    unit, loss = make_unit(weight, bias), nn.BCEWithLogitsLoss(reduction=reduction)
    for _ in range(times):
        loss(unit(x), y).backward()
    felt = [
        (loss(make_unit(weight + push, bias)(x), y) - loss(make_unit(weight - push, bias)(x), y))
        for push in step * np.eye(2)[:, None]
    ]
    return unit.weight.grad.numpy(), np.array([[float(d.detach()) / (2 * step) for d in felt]])


BY_AUTOGRAD, BY_DIFFERENCES = gradients()
LOGITS = [[2.0, -1.0], [-1.0, 2.0], [0.5, 1.0], [1.0, 0.0]]
SOFTMAX = torch.tensor(LOGITS).softmax(dim=1).tolist()
LABELS = [0, 1, 1, 0]

RIGHT = {
    "carry": [to_torch, from_torch],
    "repair": [train_by()],
    "accumulate": [accumulate_by()],
    "trust_nobody": [BY_AUTOGRAD, BY_DIFFERENCES],
    "two_classes": [LABELS, "torch.int64", LOGITS],
}
OTHER_RIGHT = [
    ("carry", [to_torch, assigns_back]),  # np_nn copies what is assigned into the array that it has
    ("repair", [lambda *given: train_by()(*given).tolist()]),
    ("accumulate", [accumulate_by(parts=slice(None, None, -1))]),
    ("accumulate", [accumulate_by(share=lambda rows, total: total, reduction="sum")]),
    ("accumulate", [accumulate_thirds]),
    ("trust_nobody", [BY_AUTOGRAD.tolist(), BY_DIFFERENCES.tolist()]),
]
WRONG = [
    ("carry", [lambda network: fresh_model(), from_torch], "random numbers are still in it"),
    ("carry", [lambda network: to_torch(network).float(), from_torch], "float32"),
    ("carry", [lambda network: to_torch(network, fill=shared), from_torch], "shares its memory with ours"),
    ("carry", [turned, from_torch], "parameters of shapes [(2, 8), (8,), (8, 1), (1,)]"),
    ("carry", [lambda n: to_torch(n, fresh_model(nn.ReLU)), from_torch], "comes between"),
    ("carry", [lambda network: network, from_torch], "not a network of np_nn"),
    ("carry", [lambda network: None, from_torch], "to_torch returns None"),
    ("carry", [lambda network: "model", from_torch], "a model of PyTorch"),
    ("carry", [to_torch, random_network], "weight 1 has not come back"),
    ("carry", [to_torch, lambda model: from_torch(model, ReLU)], "comes between"),
    ("carry", [to_torch, lambda model: random_network(model, (2, 3, 1))], "the network has"),
    ("carry", [to_torch, lambda model: model], "a Network of np_nn"),
    ("carry", [to_torch, lambda model: None], "from_torch returns None"),
    ("carry", [to_torch, "network"], "from_torch should be a function"),
    ("carry", [None, from_torch], "to_torch should be a function"),
    ("repair", [train_by(clears=False, squashes=True)], "two mistakes are left"),
    ("repair", [train_by(clears=False)], "one mistake is left: the gradients of all steps"),
    ("repair", [train_by(squashes=True)], "one mistake is left: the loss has a sigmoid inside"),
    ("repair", [train_by(clears_late=True)], "nothing has moved"),
    ("repair", [train_by(stop=1)], "only the first step"),
    ("repair", [train_by(sign=-1)], "uphill"),
    ("repair", [train_by(reduction="sum")], "the loss is a mean"),
    ("repair", [lambda *given: 2 * train_by()(*given)], "should be"),
    ("repair", [lambda *given: torch.tensor(train_by()(*given))], "a tensor"),
    ("accumulate", [accumulate_by(share=1)], "twice as large"),
    ("accumulate", [accumulate_by(share=1, clears=True)], "last part alone"),
    ("accumulate", [accumulate_by(clears=True)], "half of the last part"),
    ("accumulate", [accumulate_by(share=1, parts=slice(1))], "first part alone"),
    ("accumulate", [accumulate_by(parts=slice(1))], "half of the first part"),
    ("accumulate", [accumulate_by(share=4)], "you divided twice"),
    ("accumulate", [accumulate_by(share=1, reduction="sum")], "the sum over the rows"),
    ("accumulate", [accumulate_by(share=3)], "should be"),
    ("accumulate", [accumulate_by(share=2)], "of 7 rows, the last part has 3"),
    ("accumulate", [accumulate_by_number], "right only for parts of one size"),
    ("accumulate", [lambda *given: torch.zeros(1, 2)], "a tensor"),
    ("accumulate", [lambda *given: [[np.inf, 0]]], "infinity"),
    ("trust_nobody", [gradients(times=2)[0], BY_DIFFERENCES], "two backward passes"),
    ("trust_nobody", [gradients(reduction="sum")[0], BY_DIFFERENCES], "the sum over the four rows"),
    ("trust_nobody", [BY_AUTOGRAD, BY_AUTOGRAD], "one is a copy"),
    ("trust_nobody", [BY_AUTOGRAD, 0 * BY_AUTOGRAD], "share its memory with the model"),
    ("trust_nobody", [-BY_AUTOGRAD, BY_DIFFERENCES], "by_autograd should be"),
    ("trust_nobody", [torch.tensor(BY_AUTOGRAD), BY_DIFFERENCES], "a tensor"),
    ("trust_nobody", [BY_AUTOGRAD, torch.ones(1, 2, requires_grad=True)], "a tensor"),
    ("two_classes", [[[0], [1], [1], [0]], "torch.int64", LOGITS], "a column"),
    ("two_classes", [[[1, 0], [0, 1], [0, 1], [1, 0]], "torch.float32", LOGITS], "is enough"),
    ("two_classes", [[1, 0, 0, 1], "torch.int64", LOGITS], "XNOR"),
    ("two_classes", [[0, 1, 1, 1], "torch.int64", LOGITS], "as XOR has them"),
    ("two_classes", [LABELS, "torch.float32", LOGITS], "64-bit integers"),
    ("two_classes", [LABELS, torch.int64, LOGITS], "a text"),
    ("two_classes", [LABELS, "torch.int64", SOFTMAX], "a softmax inside"),
    ("two_classes", [LABELS, "torch.int64", LOGITS[::-1][:3] + [LOGITS[1]]], "1 of the 4"),
]


def test_every_exercise_has_answers_here():
    assert set(find("pytorch")) == set(RIGHT) == {name for name, _, _ in WRONG}


@pytest.mark.parametrize("name, answer", [*RIGHT.items(), *OTHER_RIGHT])
def test_a_right_answer_is_right(name, answer, capsys):
    check(f"pytorch.{name}", *answer)
    assert capsys.readouterr().out.startswith("Right: ")


@pytest.mark.parametrize("name, answer, words", WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(name, answer, words):
    with pytest.raises(NotYet, match=re.escape(words)):
        check(f"pytorch.{name}", *answer)


@pytest.mark.parametrize(
    "mark, shown",
    [("class XORNetwork", "answers: [0, 1, 1, 0]"), ("loss(model(x), labels)", "Right: ")],
    ids=["the repaired program", "two classes"],
)
def test_the_programs_of_the_lesson_solve_xor_from_ten_seeds(mark, shown):
    (program,) = [block.code for block in Page.open(LESSON).blocks if mark in block.code]
    assert program.count("torch.manual_seed(0)") == 1
    programs = [program.replace("seed(0)", f"seed({seed})") for seed in range(10)]
    results = runner.run([(1, program) for program in programs])
    assert [shown in result.stdout for result in results] == [True] * 10
