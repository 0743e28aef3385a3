"""The zoo of wrong back-propagations: which of them train, and who finds them.

How many of 30 seeds solve XOR was measured with `python -m np_nn.zoo`, which takes some
minutes; here three of the 30 are tried again.
"""

import inspect
import re
import subprocess
import sys

import numpy as np
import pytest

from docs.plugins import paths
from docs.plugins.reading.page import Page
from np_nn import zoo
from np_nn.gradcheck import check_gradients
from np_nn.network import BCEWithLogitsLoss, Layer, Linear, Network, Tanh

SEEDS = [0, 1, 2]
SOLVED = {
    "right": 30,
    "sum instead of mean": 30,
    "extra sigma' with BCE": 30,
    "activation derivative left out": 30,
    "derivative at another layer's z": 30,
    "tanh' written 1 - z**2": 0,
    "transpose forgotten, square W": 30,
    "random matrix in place of W": 30,
    "already updated W used": 30,
    "sign flipped in layer 1": 0,
    "layer 1 never trained": 30,
    "all bias gradients zero": 30,
    "bias gradient: mean, not sum": 30,
    "bias gradient: first row only": 30,
}
# Central differences leave about 1e-8 of a right gradient in the networks here, and the mutant
# that is wrong by least, the already updated W, is wrong by 0.05 and more.
RIGHT, WRONG = 1e-6, 1e-2

LESSON = paths.DOCS / "lessons" / "gradient-check.md"


def mutant_of(name):
    return zoo.MUTANTS.get(name)


def accepted(**settings):
    """Return the mutants that a check accepts, which must accept the right network too."""
    errors = {name: zoo.check(0, mutant_of(name), **settings) for name in SOLVED}
    assert errors.pop("right") < RIGHT
    assert [error for error in errors.values() if RIGHT <= error <= WRONG] == []
    return {name for name, error in errors.items() if error < RIGHT}


def test_the_zoo_is_the_thirteen_and_each_says_its_mistake():
    classes = {kind for _, kind in inspect.getmembers(zoo, inspect.isclass) if kind.__module__ == zoo.__name__}
    assert set(zoo.MUTANTS.values()) == classes and len(classes) == 13
    assert set(SOLVED) == {"right", *zoo.MUTANTS}
    own = [vars(kind).get("__doc__") or "" for kind in classes]
    assert [words for words in own if not re.fullmatch(r"[^:]+: .+\.", words)] == []


@pytest.mark.parametrize("name", SOLVED)
def test_as_many_seeds_solve_xor_as_were_measured(name):
    solved = [zoo.solves_xor(seed, mutant_of(name)) for seed in SEEDS]
    assert 30 * sum(solved) == len(SEEDS) * SOLVED[name]


def test_eleven_of_thirteen_solve_xor():
    assert sorted(SOLVED[name] for name in zoo.MUTANTS) == [0] * 2 + [30] * 11


def test_the_check_rejects_them_all_and_the_ledger_says_so(proven):
    errors = [zoo.check(0, mutant) for mutant in zoo.MUTANTS.values()]
    rejected = sum(error > WRONG for error in errors)
    learn = sum(SOLVED[name] == 30 for name in zoo.MUTANTS)
    assert rejected == len(zoo.MUTANTS)
    proven(
        "zoo",
        f"np_nn's gradient check rejects {rejected} of {len(errors)} classic wrong "
        f"back-propagations, by relative errors from {min(errors):.2f} to {max(errors):.2f}; "
        f"{learn} of them learn XOR from each of 30 seeds all the same.",
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_check_accepts_the_right_network(seed):
    assert zoo.check(seed) < RIGHT


@pytest.mark.parametrize("name", zoo.MUTANTS)
def test_the_check_rejects_a_mutant(name):
    assert min(zoo.check(seed, zoo.MUTANTS[name]) for seed in range(5)) > WRONG


# A layer of its own that uses its inputs twice: they go through it, and around it.


class Around(Layer):
    def __init__(self, layer):
        self.layer = layer

    def forward(self, inputs):
        self.outputs = inputs + self.layer.forward(inputs)
        return self.outputs

    def backward(self, grad_outputs):
        return grad_outputs + self.layer.backward(grad_outputs)

    def parameters(self):
        return self.layer.parameters()


class LostPath(Around):
    """A gradient is overwritten where a second one should be added."""

    def backward(self, grad_outputs):
        return self.layer.backward(grad_outputs)


def check_around(mutant=None, around=Around):
    """Return the worst error of a network that is mutated inside of a layer with a way around."""
    rng = np.random.default_rng(0)
    inside, loss = zoo.build(rng, mutant, sizes=(6, 6, 6, 6))
    network = Network([Linear(3, 6, rng), Tanh(), around(inside), Linear(6, 2, rng)])
    for parameter, _ in network.parameters():
        parameter[:] = rng.normal(size=parameter.shape)
    inputs, targets = rng.normal(size=(5, 3)), rng.uniform(size=(5, 2))
    return max(check_gradients(network, loss, inputs, targets))


def test_the_check_accepts_a_node_that_is_used_twice():
    assert check_around() < RIGHT


@pytest.mark.parametrize("name", zoo.MUTANTS)
def test_the_check_rejects_a_mutant_around_which_there_is_a_way(name):
    assert check_around(zoo.MUTANTS[name]) > WRONG


def test_the_check_rejects_a_path_that_is_lost():
    assert check_around(around=LostPath) > WRONG


# What a careful check is made of: without it these get through.


def test_one_example_hides_sum_and_mean_and_first_row():
    assert accepted(batch=1) == {
        "sum instead of mean",
        "bias gradient: mean, not sum",
        "bias gradient: first row only",
    }


def test_parameters_of_zero_hide_all_that_goes_wrong_before_the_last_layer():
    assert accepted(value=0.0) == {
        "activation derivative left out",
        "derivative at another layer's z",
        "tanh' written 1 - z**2",
        "transpose forgotten, square W",
        "already updated W used",
        "sign flipped in layer 1",
        "layer 1 never trained",
    }


def test_equal_parameters_hide_a_transpose():
    assert accepted(value=0.5) == {"transpose forgotten, square W"}


def test_biases_of_zero_hide_a_backward_pass_that_forgets_them():
    class ForgetsBias(Linear):
        """A layer with its tanh inside, which computes z anew on the way back."""

        def forward(self, inputs):
            self.outputs = np.tanh(super().forward(inputs))
            return self.outputs

        def backward(self, grad_outputs):
            slope = 1 - np.tanh(self.inputs @ self.weight.T) ** 2
            return super().backward(grad_outputs * slope)

    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(5, 3)), rng.uniform(size=(5, 4))
    layer = ForgetsBias(3, 4, rng)
    assert max(check_gradients(layer, BCEWithLogitsLoss(), inputs, targets)) > WRONG
    layer.bias[:] = 0
    assert max(check_gradients(layer, BCEWithLogitsLoss(), inputs, targets)) < RIGHT


def test_layers_of_different_sizes_hide_what_goes_wrong_where_shapes_agree():
    assert accepted(sizes=(3, 5, 4, 2)) == {
        "transpose forgotten, square W",
        "derivative at another layer's z",
    }


def test_targets_that_are_met_leave_nothing_to_check():
    """Even the right gradient, which is 0, is then wrong by 100 % of the rounding in it."""
    rng = np.random.default_rng(0)
    network, loss = zoo.build(rng)
    inputs = rng.normal(size=(6, 2))
    targets = 1 / (1 + np.exp(-network.forward(inputs)))
    assert max(check_gradients(network, loss, inputs, targets)) > WRONG


def test_a_gradient_of_one_from_above_hides_a_division():
    class Sum:
        def forward(self, outputs, targets):
            self.outputs = outputs
            return float(outputs.sum())

        def backward(self):
            return np.ones_like(self.outputs)

    class Divides(Tanh):
        def backward(self, grad_outputs):
            return (1 - self.outputs**2) / grad_outputs

    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(5, 4)), rng.uniform(size=(5, 4))
    assert max(check_gradients(Network([Divides()]), Sum(), inputs, targets)) < RIGHT
    assert max(check_gradients(Network([Divides()]), BCEWithLogitsLoss(), inputs, targets)) > WRONG


# The lesson shows what comes out


def fences(language):
    return [block.code for block in Page.open(LESSON).blocks if block.language == language]


def test_the_lesson_shows_what_the_zoo_prints(monkeypatch, capsys):
    solved = {mutant_of(name): count for name, count in SOLVED.items()}
    monkeypatch.setattr(zoo, "solves_xor", lambda seed, mutant=None: seed < solved[mutant])
    zoo.main()
    assert capsys.readouterr().out in fences("text")


def test_the_right_network_is_best_in_the_ring_from_each_of_three_seeds():
    (output,) = [text for text in fences("output") if text.startswith("right            39")]
    right, *wrong = [[int(count) for count in line[16:].split()] for line in output.splitlines()]
    assert len(right) == len(wrong) == 3
    assert (np.array(right) > np.array(wrong)).all()


def test_the_patterns_of_the_exercise_are_those_of_its_solution():
    (exercise,) = [text for text in fences("text") if re.search("^A ", text, re.MULTILINE)]
    patterns = [line for line in exercise.splitlines() if line[0] in "ABCD"]
    outputs = [block.output.code for block in Page.open(LESSON).blocks if block.output]
    assert len(patterns) == 4
    assert "\n".join(patterns) + "\n" in outputs


# The tests of np_nn find each of them, and nearly all mechanical mutants of np_nn


def run_mutation(*arguments):
    """Run tests/measure/mutation.py; return the finished process."""
    command = [sys.executable, "tests/measure/mutation.py", *arguments]
    return subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def mutation(every):
    """What becomes of the zoo and of every 300th mechanical mutant, or of each."""
    return run_mutation(str(every(300)))


@pytest.mark.parametrize("name", zoo.MUTANTS)
def test_the_tests_of_np_nn_go_red_for_a_mutant(name, mutation, breaks):
    red = re.search(rf"^{re.escape(name)} +red: test_", mutation.stdout, re.MULTILINE)
    assert breaks("the zoo in the place of np_nn", [(name, red)]) == [], mutation.stdout + mutation.stderr


def test_the_tests_of_np_nn_kill_mechanical_mutants(mutation, breaks):
    (found,) = re.findall(r"^killed (\d+) of (\d+) mechanical", mutation.stdout, re.MULTILINE)
    killed, tried = map(int, found)
    survivors = re.findall(r"^survives: (.*)\n", mutation.stdout, re.MULTILINE)
    assert killed + len(survivors) == tried > 1
    breaks("operators and statements of np_nn", [*[("", True)] * killed, *[(s, False) for s in survivors]])
    assert mutation.returncode == 0, mutation.stdout + mutation.stderr


def test_tests_that_look_at_nothing_let_every_mutant_through(tmp_path):
    (tmp_path / "test_blind.py").write_text("import np_nn.network\n\ndef test_blind():\n    pass\n")
    done = run_mutation("900", str(tmp_path / "test_blind.py"))
    assert done.returncode == 1
    assert done.stdout.count("GREEN") == 13
    assert re.search(r"^killed 0 of \d+ mechanical mutants: 0.0%$", done.stdout, re.MULTILINE)


def test_tests_that_are_red_anyway_find_nothing(tmp_path):
    (tmp_path / "test_red.py").write_text("def test_red():\n    assert False\n")
    done = run_mutation("900", str(tmp_path / "test_red.py"))
    assert done.returncode == 1 and "red without any mutant: test_red" in done.stderr
    assert done.stdout == ""
