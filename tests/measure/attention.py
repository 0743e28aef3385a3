"""Measures what the lesson attention says of many seeds.

    python tests/measure/attention.py           everything, some minutes; writes docs/measured/attention.json
    python tests/measure/attention.py widget    only the weights of the live figure

The file has every number by seed, so that a test can train a few of them anew: see
test_measured.py, test_attention_measured.py and test_attention_zoo.py.
"""

import json
import sys

import attention_zoo as zoo
import numpy as np
from pictures import accuracy
from reports import rounded

from docs.plugins.paths import DOCS
from figures.numbers import to_module
from np_nn.network import Adam, CrossEntropyLoss, Linear, Network, ReLU

REPORT = DOCS / "measured/attention.json"
NUMBERS = DOCS / "widgets/attention_numbers.mjs"
SEEDS = range(20)
LETTERS, DIGITS, D = 16, 10, 16
CARD = LETTERS + DIGITS
PLACES = 7  # that are seen of eight random digits: each of them should say the next one


# The task, as on the page


def deal(rng, hands, count=6, asked=1):
    """Return cards (hands, count, 26), questions (hands, 1, 16 asked), answers (hands, asked)."""
    letters = rng.permuted(np.tile(np.arange(LETTERS), (hands, 1)), axis=1)[:, :count]
    digits = rng.integers(0, DIGITS, size=(hands, count))
    cards = np.concatenate([np.eye(LETTERS)[letters], np.eye(DIGITS)[digits]], axis=2)
    places = rng.permuted(np.tile(np.arange(count), (hands, 1)), axis=1)[:, :asked]
    questions = np.eye(LETTERS)[np.take_along_axis(letters, places, axis=1)]
    return cards, questions.reshape(hands, 1, -1), np.take_along_axis(digits, places, axis=1)


def cross_entropy(sums, labels):
    sums = sums - sums.data.max(axis=-1, keepdims=True)
    right = sums[np.arange(len(labels)), labels]
    return (sums.exp().sum(axis=-1).log() - right).mean()


def train(answer, parameters, draw, steps, lr=0.1):
    """Train ``answer(parameters, *inputs)``, sums, on what ``draw()`` returns; return the losses."""
    optimizer, losses = Adam([(tensor.data, tensor.grad) for tensor in parameters], lr), []
    for _ in range(steps):
        *inputs, labels = draw()
        for tensor in parameters:
            tensor.grad[...] = 0
        loss = cross_entropy(answer(parameters, *inputs), labels.ravel())
        loss.backward()
        optimizer.step()
        losses.append(float(loss.data))
    return losses


def share(answer, parameters, inputs, labels):
    """Return how many hands are answered rightly, in all that was asked."""
    found = answer(parameters, *inputs).data.argmax(axis=1).reshape(labels.shape)
    return float((found == labels).all(axis=1).mean())


# One question


def ask(parameters, cards, questions, attend=zoo.right):
    Wq, Wk, Wv = parameters
    return attend(questions @ Wq, cards @ Wk, cards @ Wv).reshape(len(cards), DIGITS)


def ask_all_alike(parameters, cards, questions):
    return (cards @ parameters[2]).mean(axis=1)


def ask_without_root(parameters, cards, questions):
    return ask(parameters, cards, questions, zoo.no_root)


def one_question(seed, answer=ask, d=D, size=None, steps=100, lr=0.1, counts=(6, 12, 16)):
    """Return the share of right answers with as many cards as ``counts`` says, after training on 6."""
    rng = np.random.default_rng(seed)
    parameters = zoo.start(rng, (LETTERS, d), (CARD, d), size=size) + zoo.start(rng, (CARD, DIGITS))
    train(answer, parameters, lambda: deal(rng, 32), steps, lr)
    found = []
    for count in counts:
        *inputs, labels = deal(rng, 1000, count)
        found.append(share(answer, parameters, inputs, labels))
    return found


def width(d, root, seed):
    """Return the share of right answers where questions and keys have d entries of the size 1."""
    answer = ask if root else ask_without_root
    return one_question(seed, answer, d, size=1.0, steps=150, lr=0.1 if d == 16 else 0.03, counts=(6,))[0]


def ordinary(seed):
    """Return it without the root, from the start of the page."""
    return one_question(seed, ask_without_root, counts=(6,))[0]


def layers(window, seed, steps=4000, hands=2000):
    """Return the share of right answers of layers that read the last cards and the question."""
    rng, loss = np.random.default_rng(seed), CrossEntropyLoss()
    network = Network([Linear(window * CARD + LETTERS, 256, rng), ReLU(), Linear(256, DIGITS, rng)])
    optimizer = Adam(network.parameters(), 0.003)

    def draw(hands):
        cards, questions, digits = deal(rng, hands)
        read = cards[:, -window:].reshape(hands, -1)
        return np.concatenate([read, questions[:, 0]], axis=1), digits[:, 0]

    for _ in range(steps):
        inputs, labels = draw(64)
        loss.forward(network.forward(inputs), labels)
        network.backward(loss.backward())
        optimizer.step()
    inputs, labels = draw(hands)
    return accuracy(network, inputs, labels)


# Two questions


def ask_two(name):
    def answer(parameters, cards, questions):
        Wq, Wk, Wv, Wo = parameters
        found = zoo.HEADS[name](questions @ Wq, cards @ Wk, cards @ Wv)
        return (found @ Wo).reshape(2 * len(cards), DIGITS)

    return answer


def two_parameters(rng):
    return zoo.start(rng, (2 * LETTERS, D), (CARD, D), (CARD, 2 * DIGITS), (2 * DIGITS, 2 * DIGITS))


def two_questions(name, seed, steps=120):
    """Return the share of hands of which both answers are right."""
    rng = np.random.default_rng(seed)
    parameters = two_parameters(rng)
    train(ask_two(name), parameters, lambda: deal(rng, 32, asked=2), steps)
    *inputs, labels = deal(rng, 1000, asked=2)
    return share(ask_two(name), parameters, inputs, labels)


# Random digits


def strings(rng, hands):
    """Return rows (hands, 7, 17), each a digit and its place, and the digits that follow."""
    digits = rng.integers(0, DIGITS, size=(hands, PLACES + 1))
    places = np.broadcast_to(np.eye(PLACES), (hands, PLACES, PLACES))
    return np.concatenate([np.eye(DIGITS)[digits[:, :-1]], places], axis=2), digits[:, 1:]


def guess(name):
    def answer(parameters, rows):
        Wq, Wk, Wv = parameters
        weights = zoo.MASKS[name](rows @ Wq @ (rows @ Wk).transpose(0, 2, 1) / np.sqrt(D))
        return (weights @ (rows @ Wv)).reshape(-1, DIGITS)

    return answer


def ahead(name, seed, steps=300):
    """Return the loss on random digits that were not trained on."""
    rng = np.random.default_rng(seed)
    wide = DIGITS + PLACES
    parameters = zoo.start(rng, (wide, D), (wide, D), (wide, DIGITS))
    train(guess(name), parameters, lambda: strings(rng, 32), steps)
    rows, labels = strings(rng, 1000)
    return float(cross_entropy(guess(name)(parameters, rows), labels.ravel()).data)


def looks_ahead(name, seed, steps=300):
    """Return for each of the seven rows the weight that later places get, a mean over new strings."""
    rng, wide = np.random.default_rng(seed), DIGITS + PLACES
    parameters = zoo.start(rng, (wide, D), (wide, D), (wide, DIGITS))
    train(guess(name), parameters, lambda: strings(rng, 32), steps)
    (Wq, Wk, _), (rows, _) = parameters, strings(rng, 1000)
    weights = zoo.MASKS[name](rows @ Wq @ (rows @ Wk).transpose(0, 2, 1) / np.sqrt(D)).data
    return (weights * np.triu(np.ones((PLACES, PLACES)), 1)).sum(axis=2).mean(axis=0)


# The zoo: the question is one more row, and every row asks


def rows_of(cards, questions):
    """Return (hands, count + 1, 42): the cards, and the question behind them."""
    hands, count, _ = cards.shape
    rows = np.zeros((hands, count + 1, CARD + LETTERS))
    rows[:, :-1, :CARD], rows[:, -1, CARD:] = cards, questions[:, 0]
    return rows


def deal_rows(rng, hands, count=6):
    cards, questions, digits = deal(rng, hands, count)
    return rows_of(cards, questions), digits


def deal_padded(rng, hands, low=2, high=12):
    """Return rows of hands of ``low`` to ``high`` cards, where rows before the first are hidden."""
    rows, hidden = np.zeros((hands, high + 1, CARD + LETTERS)), np.zeros((hands, 1, high + 1), bool)
    digits = np.zeros((hands, 1), int)
    for hand, count in enumerate(rng.integers(low, high + 1, size=hands)):
        some, digits[hand] = deal_rows(rng, 1, count)
        rows[hand, high - count :] = some[0]
        hidden[hand, 0, : high - count] = True
    return rows, hidden, digits


def self_parameters(rng):
    wide = CARD + LETTERS
    return zoo.start(rng, (wide, D), (wide, D), (wide, D), (D, DIGITS))


def ask_rows(attend):
    def answer(parameters, rows, hidden=False):
        Wq, Wk, Wv, Wo = parameters
        found = attend(rows @ Wq, rows @ Wk, rows @ Wv, hidden)
        return found[:, -1] @ Wo

    return answer


def with_a_bug(name, seed, steps=300):
    """Return [loss before, loss after, share of right answers, the same one hand at a time]."""
    rng, answer = np.random.default_rng(seed), ask_rows(zoo.ROWS[name])
    parameters = self_parameters(rng)
    losses = train(answer, parameters, lambda: deal_rows(rng, 32), steps, 0.03)
    rows, labels = deal_rows(rng, 500)
    alone = [share(answer, parameters, [rows[[n]]], labels[[n]]) for n in range(200)]
    return [losses[0], float(np.mean(losses[-10:])), share(answer, parameters, [rows], labels), float(np.mean(alone))]


def padded(masked, seed, steps=300):
    """Return [share of right answers, the most that 26 more paddings move a sum by]."""
    rng = np.random.default_rng(seed)
    answer, parameters = ask_rows(zoo.right if masked else zoo.padding_seen), self_parameters(rng)
    train(answer, parameters, lambda: deal_padded(rng, 32), steps, 0.03)
    *inputs, labels = deal_padded(rng, 500)
    found = share(answer, parameters, inputs, labels)
    rows, _ = deal_rows(rng, 20, 4)
    long, hidden = np.zeros((20, 31, rows.shape[2])), np.zeros((20, 1, 31), bool)
    long[:, -5:], hidden[:, :, :-5] = rows, True
    moved = answer(parameters, rows).data - answer(parameters, long, hidden).data
    return [found, float(np.abs(moved).max())]


def measure():
    """Return everything, by seed."""
    report = {"cards": {}, "width": {}, "masks": {}, "heads": {}, "zoo": {}, "padding": {}}
    report["cards"]["attention"] = [one_question(seed) for seed in SEEDS]
    report["cards"]["all alike"] = [one_question(seed, ask_all_alike, counts=(6,))[0] for seed in SEEDS]
    report["cards"]["no root"] = [ordinary(seed) for seed in SEEDS]
    for name in zoo.MASKS:
        report["masks"][name] = [ahead(name, seed) for seed in SEEDS]
        print(name, np.mean(report["masks"][name]), flush=True)
    for name in zoo.HEADS:
        report["heads"][name] = [two_questions(name, seed) for seed in SEEDS]
        print(name, np.mean(report["heads"][name]), flush=True)
    for name in zoo.ROWS:
        report["zoo"][name] = [with_a_bug(name, seed) for seed in SEEDS]
        print(name, np.mean(report["zoo"][name], axis=0), flush=True)
    for name in ("masked", "seen"):
        report["padding"][name] = [padded(name == "masked", seed) for seed in SEEDS]
        print(name, np.mean(report["padding"][name], axis=0), flush=True)
    for d in (16, 64, 256):
        for root in (True, False):
            report["width"][f"{d}, {'root' if root else 'no root'}"] = [width(d, root, seed) for seed in SEEDS]
        print(d, flush=True)
    for window in (6, 3):
        report["cards"][f"layers {window}"] = [layers(window, seed) for seed in SEEDS]
        print(window, np.mean(report["cards"][f"layers {window}"]), flush=True)
    return report


# What the page shows of it


def cards_table(report):
    """Return the text of the page on layers: means over 20 seeds, and the least and the most."""
    rows = {
        "attention": ("attention", 932, 100),
        "layers, all six cards": ("layers 6", 46_858, 4000),
        "layers, the last three": ("layers 3", 26_890, 4000),
    }
    lines = [f"{'20 seeds':24}{'parameters':>12}{'steps':>8}{'right':>8}{'from, to':>14}"]
    for about, (name, size, steps) in rows.items():
        found = [share[0] if isinstance(share, list) else share for share in report["cards"][name]]
        extent = f"{min(found):.2f}, {max(found):.2f}"
        lines.append(f"{about:24}{size:12,}{steps:8,}{np.mean(found):8.3f}{extent:>14}")
    return "\n".join(lines)


def width_table(report):
    """Return the text of the page on the root: entries of the size 1, means and the least of 20 seeds."""
    lines = [f"{'right, means of 20 seeds':26}{'d = 16':>10}{'d = 64':>10}{'d = 256':>10}"]
    for about, key in (("divided by root d", "root"), ("as they are", "no root")):
        for kind, reduce in (("", np.mean), ("the least", min)):
            found = "".join(f"{reduce(report['width'][f'{d}, {key}']):10.3f}" for d in (16, 64, 256))
            lines.append(f"{about if not kind else '  ' + kind:26}{found}")
    return "\n".join(lines)


def zoo_table(report):
    """Return the text of the page on what still trains: means over 20 seeds."""
    lines = [f"{'means of 20 seeds':28}{'loss before':>12}{'after':>8}{'right':>8}{'one hand at a time':>20}"]
    for name, found in report["zoo"].items():
        before, after, right, alone = np.mean(found, axis=0)
        lines.append(f"{name:28}{before:12.3f}{after:8.3f}{right:8.3f}{alone:20.3f}")
    return "\n".join(lines)


def others_table(report):
    """Return the text of the page on heads and on padding: means over 20 seeds."""
    lines = [f"{'means of 20 seeds':34}{'right':>8}"]
    for name in ("two heads", "root of the whole width", "split by reshape alone"):
        lines.append(f"{name:34}{np.mean(report['heads'][name]):8.3f}")
    for about, name in (("padding masked", "masked"), ("padding seen", "seen")):
        lines.append(f"{about:34}{np.mean(report['padding'][name], axis=0)[0]:8.3f}")
    return "\n".join(lines)


# What the live figure needs


def networks():
    """Return {name: matrices}: the one of the page before and after its training, and two with two questions."""
    rng = np.random.default_rng(0)
    one = zoo.start(rng, (LETTERS, D), (CARD, D), (CARD, DIGITS))
    found = {"untrained": [tensor.data.copy() for tensor in one]}
    train(ask, one, lambda: deal(rng, 32), 100)
    found["trained"] = [tensor.data for tensor in one]
    for name in ("one head", "two heads"):
        rng = np.random.default_rng(0)
        parameters = two_parameters(rng)
        train(ask_two(name), parameters, lambda: deal(rng, 32, asked=2), 120)
        found[name] = [tensor.data for tensor in parameters]
    return {name: [np.round(matrix, 2).tolist() for matrix in matrices] for name, matrices in found.items()}


def numbers():
    """Return the text of the module with the matrices of four networks, and five hands of six cards."""
    rng = np.random.default_rng(3)
    hands = [
        {"letters": rng.permutation(LETTERS)[:6].tolist(), "digits": rng.permutation(DIGITS)[:6].tolist()}
        for _ in range(5)
    ]
    about = "Written by tests/measure/attention.py: networks of the lesson attention, and hands of cards."
    return to_module(about, {"networks": networks(), "hands": hands})


if __name__ == "__main__":
    NUMBERS.write_text(numbers(), encoding="utf-8")
    if sys.argv[1:] != ["widget"]:
        REPORT.parent.mkdir(exist_ok=True)
        text = json.dumps(rounded(measure()), indent=None)
        REPORT.write_text(text.replace("], ", "],\n").replace("}, ", "},\n") + "\n", encoding="utf-8")
