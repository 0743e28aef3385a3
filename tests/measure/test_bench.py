"""The benchmark compares like with like, and the page shows what it wrote."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from np_nn import guard

ROOT = Path(__file__).resolve().parents[2]
REPORT = json.loads((ROOT / "docs/benchmark.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bench():
    return runpy.run_path(str(ROOT / "tests/measure/bench.py"))


def test_the_page_shows_the_last_run(bench):
    page = (ROOT / "docs/benchmark.md").read_text(encoding="utf-8")
    assert bench["rewrite"](page, REPORT) == page
    assert bench["tables"](REPORT) in page


def test_the_last_run_has_every_case_and_names_no_machine(bench):
    cases = [(case["sizes"], case["batch"]) for case in REPORT["cases"]]
    assert cases == [(list(sizes), batch) for sizes, batch, *_ in bench["CASES"]]
    assert set(REPORT) == {"processor", "versions", "cases"}
    assert set(REPORT["versions"]) == {"Python", "NumPy", "PyTorch", "scikit-learn"}
    for case in REPORT["cases"]:
        assert {"np_nn", "PyTorch", "bare products"} <= set(case["ratios"])
        # float32 keeps 7 digits; a few steps of two libraries leave six of them.
        assert max(case["difference"].values()) < 1e-6


@pytest.mark.parametrize("name", ["np_nn, float64", "np_nn, unchecked", "PyTorch"])
@pytest.mark.parametrize("index", [0, 1])
def test_the_contenders_train_the_same_network(bench, name, index):
    case, weights = bench["CASES"][index], []
    for make in (bench["with_np_nn"], bench["CONTENDERS"][name]):
        step, look = make(*case)
        start = [array.copy() for array in look()]
        for _ in range(3):
            step()
        weights.append(look())
        assert not np.array_equal(start[0], weights[-1][0])
    for ours, theirs in zip(*weights, strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=0, atol=1e-6)


def test_the_guard_is_back_where_it_was_after_a_step_without_it(bench):
    before = dict(vars(guard))
    step, _ = bench["with_np_nn_unchecked"](*bench["CASES"][0])
    step()
    assert {name: vars(guard)[name] for name in before if name != "_seen"} == {
        name: value for name, value in before.items() if name != "_seen"
    }


def test_a_step_needs_the_outputs_and_four_vectors_of_the_size_of_the_parameters(bench):
    """And some: the gradients of a layer's outputs, and what is held for a moment."""
    peak, allowed = bench["peak_memory"](bench["CASES"][-1])
    assert peak < 1.15 * allowed
