"""Every block that can run in the page does there what the page shows, to the letter."""

import pytest

from docs.plugins.building import runs
from docs.plugins.paths import DOCS
from docs.plugins.reading.page import Page
from docs.plugins.runtime import measure


@pytest.fixture(scope="module")
def came(python_page, site, address):
    """All blocks of all pages, and what came of those that were run in the page, in their order."""
    found = {place: measure.run_all(python_page, address, place, "all") for place in measure.addresses(site)}
    assert len(found) > 14
    return [block | {"place": place} for place, blocks in found.items() for block in blocks]


def test_each_block_with_a_button_does_what_the_page_shows(came):
    ran = [block for block in came if block["run"]]
    assert len(ran) > 240
    wrong = {f"{block['place']}#{block['id']}": why for block in ran if (why := measure.difference(block))}
    assert wrong == {}, "`make runs` finds out which blocks do something else in a browser"


def test_each_block_without_one_does_something_else_there_or_needs_pytorch(came):
    left_out = [block for block in came if not block["run"]]
    assert any("came" in block for block in left_out)
    for block in left_out:
        if "came" in block:
            assert measure.difference(block), f"{block['id']} runs: `make runs` gives it its button"
        else:
            assert block["not"] == runs.TORCH and "torch" in runs.imports(block["program"])


def test_the_list_of_exceptions_names_blocks_that_there_are(came):
    assert {runs.digest(block["program"]) for block in came} >= set(runs.measured()), "`make runs` renews it"


def test_starters_are_not_yet_right_and_solutions_are(came):
    starters = [block for block in came if block["check"]]
    assert len(starters) > 40
    for block in starters:
        assert block["came"]["state"] == "failed" and block["came"]["says"].startswith("Not yet: ")
    solved = [
        block
        for block in came
        if block["alone"] and block["run"] and not block["check"] and not block["shown"]["error"]
    ]
    assert len(solved) > 40
    for block in solved:
        assert block["came"]["state"] == "done" and block["came"]["says"].startswith("Right: "), block["id"]


def test_a_block_that_draws_draws_its_plot_again(came):
    plots = [block for block in came if block["program"].rstrip().endswith("plt.show()")]
    assert len(plots) >= 3 and all(block["came"]["plots"] == 1 for block in plots)


def test_the_ledger_says_how_many_blocks_run_in_the_browser(came, proven):
    """Without those of drafts: their author need not run all pages."""
    drafts = {f"lessons/{path.stem}" for path in DOCS.glob("lessons/*.md") if Page.open(path).is_draft}
    able = [block for block in came if "came" in block and block["place"] not in drafts]
    same = sum(not measure.difference(block) for block in able)
    proven(
        "run in the browser",
        f"{same} of {len(able)} blocks that need no PyTorch run in the browser too, and do there what the page shows.",
    )


@pytest.mark.parametrize(
    "shown, error, state, pre, words",
    [
        ("1\n", "", "done", "1\n", ""),
        ("1 \n", "", "done", "1\n\n", ""),
        ("1\n", "", "done", "2\n", "prints “2” where the page shows “1”"),
        ("1\n2\n", "", "done", "1\n", "where the page shows"),
        ("", "", "failed", "", "ends otherwise: words"),
        ("", "NameError: x", "failed", "Traceback\nNameError: x", ""),
        ("1\n", "NameError: x", "failed", "1\nTraceback\nNameError: x", ""),
        ("", "NameError: x", "done", "", "does not fail"),
        ("", "NameError: x", "failed", "NameError: y", "does not fail"),
        ("1\n", "NameError: x", "failed", "NameError: x", "does not fail"),
    ],
)
def test_what_a_block_does_otherwise_is_said(shown, error, state, pre, words):
    block = {"shown": {"text": shown, "error": error}, "came": {"state": state, "pre": pre, "says": "words"}}
    said = measure.difference(block)
    assert words in said and bool(words) == bool(said)
