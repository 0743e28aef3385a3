"""The page shows what the benchmark wrote, and that compared like with like."""

import json
import runpy
from pathlib import Path

import pytest

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
