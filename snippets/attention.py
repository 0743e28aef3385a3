"""Attention learns to look up a card, where layers do not, and is tested for looking ahead."""

import numpy as np

from np_nn.autograd import Tensor
from np_nn.network import Adam

LETTERS, DIGITS, WIDTH = 16, 10, 16
PLACES = 7  # of random digits, each of which is to say the next one


def deal(rng, hands, count=6, asked=1):
    """Return cards (hands, count, 26), questions (hands, 1, 16 asked), digits (hands, asked)."""

    def shuffled(size):
        return rng.permuted(np.tile(np.arange(size), (hands, 1)), axis=1)

    letters = shuffled(LETTERS)[:, :count]
    digits = rng.integers(0, DIGITS, size=(hands, count))
    places = shuffled(count)[:, :asked]  # of the cards that are asked about
    cards = np.concatenate([np.eye(LETTERS)[letters], np.eye(DIGITS)[digits]], axis=2)
    questions = np.eye(LETTERS)[np.take_along_axis(letters, places, axis=1)]
    return cards, questions.reshape(hands, 1, -1), np.take_along_axis(digits, places, axis=1)


def strings(rng, hands):
    """Return rows (hands, 7, 17), each a digit and its place, and the digits that follow."""
    digits = rng.integers(0, DIGITS, size=(hands, PLACES + 1))
    places = np.broadcast_to(np.eye(PLACES), (hands, PLACES, PLACES))
    return np.concatenate([np.eye(DIGITS)[digits[:, :-1]], places], axis=2), digits[:, 1:]


def softmax(scores):
    powers = (scores - scores.data.max(axis=-1, keepdims=True)).exp()
    return powers / powers.sum(axis=-1, keepdims=True)


def attend(Q, K, V, mask=0.0):
    """Take (batch, N, d), (batch, m, d), (batch, m, r), and return (batch, N, r)."""
    return softmax(Q @ K.transpose(0, 2, 1) / np.sqrt(Q.data.shape[-1]) + mask) @ V


def heads(Q, K, V, count):
    def split(rows):  # (hands, N, count * d) -> (hands * count, N, d)
        hands, N, width = rows.data.shape
        parts = rows.reshape(hands, N, count, width // count).transpose(0, 2, 1, 3)
        return parts.reshape(hands * count, N, width // count)

    found = attend(split(Q), split(K), split(V))  # (hands * count, N, r)
    N, r = found.data.shape[1:]
    return found.reshape(-1, count, N, r).transpose(0, 2, 1, 3).reshape(-1, N, count * r)


def ask(parameters, cards, questions):
    Wq, Wk, Wv = parameters
    return attend(questions @ Wq, cards @ Wk, cards @ Wv).reshape(len(cards), DIGITS)


def ask_two(count):
    def answer(parameters, cards, questions):
        Wq, Wk, Wv, Wo = parameters
        found = heads(questions @ Wq, cards @ Wk, cards @ Wv, count) @ Wo
        return found.reshape(2 * len(cards), DIGITS)

    return answer


def guess(mask):
    def answer(parameters, rows):
        Wq, Wk, Wv = parameters
        return attend(rows @ Wq, rows @ Wk, rows @ Wv, mask).reshape(-1, DIGITS)

    return answer


def start(rng, *shapes):
    return [Tensor(rng.normal(size=shape) / np.sqrt(shape[0])) for shape in shapes]


def cross_entropy(sums, labels):
    sums = sums - sums.data.max(axis=1, keepdims=True)
    right = sums[np.arange(len(labels)), labels]
    return (sums.exp().sum(axis=1).log() - right).mean()


def train(answer, parameters, draw, steps):
    optimizer = Adam([(tensor.data, tensor.grad) for tensor in parameters], lr=0.1)
    for _ in range(steps):
        *inputs, labels = draw()
        for tensor in parameters:
            tensor.grad[...] = 0
        cross_entropy(answer(parameters, *inputs), labels.ravel()).backward()
        optimizer.step()


def share_right(answer, parameters, cards, questions, digits):
    answers = answer(parameters, cards, questions).data.argmax(axis=1)
    return (answers.reshape(digits.shape) == digits).all(axis=1).mean()


def main():
    card = LETTERS + DIGITS
    rng = np.random.default_rng(0)
    parameters = start(rng, (LETTERS, WIDTH), (card, WIDTH), (card, DIGITS))
    train(ask, parameters, lambda: deal(rng, 32), steps=100)
    for count in [6, 12, 16]:
        right = share_right(ask, parameters, *deal(rng, 1000, count))
        print(f"{count:2} cards   right {right:.3f}")

    later = np.triu(np.ones((PLACES, PLACES), dtype=bool), k=1)
    for name, mask in [("masked", np.where(later, -np.inf, 0.0)), ("no mask", 0.0)]:
        rng, row = np.random.default_rng(0), DIGITS + PLACES
        parameters = start(rng, (row, WIDTH), (row, WIDTH), (row, DIGITS))
        train(guess(mask), parameters, lambda: strings(rng, 32), steps=300)
        rows, labels = strings(rng, 1000)
        loss = cross_entropy(guess(mask)(parameters, rows), labels.ravel()).data
        print(f"{name:8}   {loss:.3f}")  # on new random digits

    for count in [1, 2]:
        rng = np.random.default_rng(0)
        parameters = start(rng, (2 * LETTERS, WIDTH), (card, WIDTH), (card, 20), (20, 20))
        train(ask_two(count), parameters, lambda: deal(rng, 32, asked=2), steps=120)
        right = share_right(ask_two(count), parameters, *deal(rng, 1000, asked=2))
        size = sum(tensor.data.size for tensor in parameters)
        print(f"heads {count}   parameters {size}   both right {right:.3f}")


if __name__ == "__main__":
    main()
