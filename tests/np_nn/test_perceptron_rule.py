"""What the lesson perceptron-rule says about its rule, in more cases than it shows."""

import itertools
import random

import perceptron_rule
import pytest

TABLES = list(itertools.product((0, 1), repeat=4))
ORDERS = list(itertools.permutations(range(4)))
AND, OR, XOR, XNOR = (0, 0, 0, 1), (0, 1, 1, 1), (0, 1, 1, 0), (1, 0, 0, 1)


def run(targets, order, parameters):
    """Return the parameters after one epoch in this order, and the number of mistakes."""
    mistakes = 0
    for place in order:
        before = parameters
        x, y = perceptron_rule.POSITIONS[place], targets[place]
        parameters = perceptron_rule.correct(parameters, x, y)
        mistakes += parameters != before
    return parameters, mistakes


def test_it_learns_just_the_tables_that_some_perceptron_has():
    halves = [k / 2 for k in range(-5, 6)]
    possible = {
        tuple(int(w1 * x1 + w2 * x2 + b > 0) for x1, x2 in perceptron_rule.POSITIONS)
        for w1, w2, b in itertools.product(halves, repeat=3)
    }
    learned = {table for table in TABLES if perceptron_rule.train(table, 100)[-1][0] == 0}
    assert learned == possible == set(TABLES) - {XOR, XNOR}


@pytest.mark.parametrize(
    "targets, counts, end",
    [
        # By hand: AND see test_figures; OR +(0, 1, 1), then −(0, 0, 1) and +(1, 0, 1), then −(0, 0, 1).
        (AND, [1, 3, 3, 2, 1, 0], (2, 1, -2)),
        (OR, [1, 2, 1, 0, 0, 0], (1, 1, 0)),
    ],
)
def test_it_makes_these_mistakes(targets, counts, end):
    history = perceptron_rule.train(targets, 6)
    assert [mistakes for mistakes, _ in history] == counts
    assert history[-1][1] == end


def test_on_and_it_never_makes_more_mistakes_than_the_proof_allows():
    rng, worst = random.Random(0), 0
    for _ in range(300):
        parameters, total = (0, 0, 0), 0
        for _ in range(60):
            parameters, mistakes = run(AND, rng.choice(ORDERS), parameters)
            total += mistakes
        assert mistakes == 0
        worst = max(worst, total)
    assert 10 <= worst <= 51


@pytest.mark.parametrize("targets", [XOR, XNOR])
def test_where_no_line_exists_it_walks_in_a_circle_from_everywhere_and_in_every_order(targets):
    rng = random.Random(1)
    for order in ORDERS:
        for _ in range(20):
            parameters = tuple(rng.randint(-40, 40) / 4 for _ in range(3))
            seen = set()
            while parameters not in seen:
                seen.add(parameters)
                parameters, mistakes = run(targets, order, parameters)
                assert mistakes > 0
                assert len(seen) < 200


@pytest.mark.parametrize("lr", [0.5, 8])
def test_from_zeros_the_learning_rate_scales_the_parameters(lr):
    for targets in TABLES:
        for (mistakes, scaled), (same, plain) in zip(
            perceptron_rule.train(targets, 20, lr), perceptron_rule.train(targets, 20)
        ):
            assert mistakes == same
            assert scaled == tuple(lr * each for each in plain)
