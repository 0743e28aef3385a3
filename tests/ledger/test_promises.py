"""What the start page promises is what the ledger found: each exception has its place there."""

import re
import types
from pathlib import Path

import pytest

import figures
from docs.plugins import paths
from docs.plugins.ledger import store
from docs.plugins.reading.page import Page

PAGES = [path for path in store.pages() if path.suffix == ".md"]
START = (paths.DOCS / "index.md").read_text(encoding="utf-8")
LEDGER = store.load()


def exceptions(start):
    """Return the entries of the list of exceptions on a start page."""
    section = re.split(r"^## ", start.partition("{#exceptions}")[2], flags=re.MULTILINE)[0]
    return re.findall(r"^- .+", section, re.MULTILINE)


def not_evaluated(ledger):
    """Return (page, TeX) of the equations that a ledger says were not evaluated."""
    return [
        (page, made["tex"])
        for page, found in ledger["pages"].items()
        for formula in found["equations"]
        for made in formula["statements"]
        if made["kind"] not in ("evaluated", "defined")
    ]


def missed(ledger):
    """Return whether some slip in an equation was not refused, by the facts of a ledger."""
    slips = [fact for name, fact in ledger["facts"].items() if name.startswith("slips")]
    counts = [re.match(r"([\d,]+) of ([\d,]+) slips", fact).groups() for fact in slips]
    assert counts
    return any(refused != tried for refused, tried in counts)


def untold(start, ledger):
    """Return what a start page does not say of the exceptions to its promises."""
    told = exceptions(start)
    found = []
    for page, tex in not_evaluated(ledger):
        if not any(f"({page}" in entry and "equation" in entry for entry in told):
            found.append(f"{page}: {tex} is not evaluated")
    if missed(ledger) and not any("slips" in entry and "verified.md" in entry for entry in told):
        found.append("some slips are not refused")
    return found


def uses_np_nn(function, seen):
    """Return whether a function, or one of ours that it calls, uses a name of np_nn."""
    seen.add(function)
    names = {name for code in codes(function.__code__) for name in code.co_names}
    for made in [function.__globals__[name] for name in names if name in function.__globals__]:
        home = made.__name__ if isinstance(made, types.ModuleType) else getattr(made, "__module__", "")
        if (home or "").startswith("np_nn") or is_measured(made):
            return True
        ours = isinstance(made, types.FunctionType) and made.__module__.startswith("figures")
        if ours and made not in seen and uses_np_nn(made, seen):
            return True
    return False


def is_measured(made):
    """Return whether this is a file of numbers that trainings took minutes to make: for figures, or live ones."""
    kept = isinstance(made, Path) and (made.parent == paths.DOCS / "measured" or made.name.endswith("_numbers.mjs"))
    return kept and made.is_file()


def codes(code):
    """Yield a code object and those of the functions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes(constant)


def figures_of_pages():
    found = {figure.slug for path in PAGES for figure in Page.open(path).figures}
    assert len(found) > 10
    return sorted(found)


def test_every_exception_has_its_place_on_the_start_page():
    assert untold(START, LEDGER) == []


def test_the_start_page_lists_no_exception_that_there_is_not():
    assert len(exceptions(START)) == len(not_evaluated(LEDGER)) + missed(LEDGER)


def test_the_promises_lead_to_the_exceptions():
    assert "(#exceptions)" in START.partition("{#exceptions}")[0]


@pytest.mark.parametrize("name", figures_of_pages())
def test_every_figure_is_drawn_from_numbers_of_np_nn(name):
    assert uses_np_nn(figures.FIGURES[name], set())


def test_a_drawing_without_a_number_of_np_nn_is_found():
    assert not uses_np_nn(figures.look.box, set())


def test_an_exception_without_its_place_is_found():
    more = {"kind": "exempt", "tex": "q = 2"}
    ledger = {**LEDGER, "pages": {**LEDGER["pages"], "lessons/q.md": {"equations": [{"statements": [more]}]}}}
    assert untold(START, ledger) == ["lessons/q.md: q = 2 is not evaluated"]
    bare = START.partition("{#exceptions}")[0]
    assert len(untold(bare, LEDGER)) == len(not_evaluated(LEDGER)) + missed(LEDGER)
