"""The ledger in words: of an equation, of a page, and all of it as a page."""

import datetime
import math
import os
from collections import Counter

from docs.plugins.paths import ROOT

HOW = {
    "random numbers": "both sides were computed on random arrays",
    "the page's numbers": "both sides were computed with the numbers of this page",
    "central differences and autograd": (
        "the derivatives were measured by central differences and by PyTorch's autograd"
    ),
    "torch.optim.SGD": "the step was compared with that of PyTorch's torch.optim.SGD",
    **{
        f"3 steps of torch.optim.{kind}": f"three steps were compared with those of PyTorch's torch.optim.{kind}"
        for kind in ("SGD", "Adam", "AdamW")
    },
    "draws": "on {} random draws, the two sides were both true or both false",
    "shapes": "the shapes were multiplied out and compared with those of the arrays",
}


def merged(statements: list[dict]) -> list[dict]:
    """Return statements of one formula, those that were checked in one way as one."""
    found = {}
    for made in statements:
        key = made["kind"], made["against"], is_approximate(made)
        others = found.get(key, made | {"count": 0})
        worst = max(made["error"], others["error"])
        found[key] = others | {"error": worst, "count": others["count"] + 1}
    return list(found.values())


def is_approximate(made: dict) -> bool:
    return r"\approx" in made["tex"]


def tell(made: dict) -> str:
    """Return in words how a statement, or several alike, was checked."""
    several = f" ({made['count']} statements)" if made.get("count", 1) > 1 else ""
    if made["kind"] == "defined":
        return f"Defined here{several}: what follows uses it, and was checked."
    if made["kind"] == "exempt":
        return f"Not evaluated: {made['against']}."
    return f"Evaluated{several}: {how(made['against'])}. {worst_error(made)}"


def how(against: str) -> str:
    """Return in words against what a statement was evaluated."""
    ways = []
    for way in against.split(", "):
        count, _, unit = way.partition(" ")
        ways.append(HOW[unit].format(count) if unit == "draws" else HOW[way])
    return "; ".join(ways)


def worst_error(made: dict) -> str:
    """Return the sentence about the error of an evaluation."""
    if made["error"] == 0:
        return "No difference found."
    allowed = ", which ≈ allows" if is_approximate(made) else ""
    return f"Worst relative error {scientific(made['error'])}{allowed}."


def scientific(number: float) -> str:
    """Return a number above 0 as in 3·10⁻¹⁰."""
    exponent = math.floor(math.log10(number) + 1e-9)
    digits = round(number / 10**exponent)
    return f"{digits}·10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def summary(found: dict) -> str:
    """Return in a sentence what was verified on a page."""
    kinds = Counter(made["kind"] for made in _statements(found))
    evaluated = count(kinds["evaluated"], "equation", "evaluated")
    worst = f" (worst relative error {scientific(error)})" if (error := _worst(found)) else ""
    ran = count(found["blocks"], "block", "run")
    lines = f" to the end ({count(found['lines'], 'line', 'executed')})" if found["lines"] else ""
    parts = [
        count(found.get("cells"), "cell", "executed while this page was built"),
        ran + lines,
        count(found["outputs"], "output", "compared character by character"),
        count(found["errors"], "block", "that must fail, failing as shown"),
        count(found["exercises"], "exercise", "judged"),
        evaluated and evaluated + worst,
        count(kinds["defined"], "definition", "used"),
        count(kinds["exempt"], "equation", "exempt"),
        count(found["figures"], "figure", "drawn from np_nn"),
    ]
    told = ", ".join(filter(None, parts)) or "Nothing on this page needs to be run or evaluated"
    return told[0].upper() + told[1:] + "."


def count(number: int | None, noun: str, what: str) -> str:
    """Return `3 blocks run`; nothing for none."""
    return f"{number} {noun}{'s' * (number != 1)} {what}" if number else ""


def setting(versions: dict, date: str) -> str:
    """Return with what and when it was verified: versions, and the date of the commit, if known."""
    return f"With {_tools(versions)}; commit of {date}." if date else f"With {_tools(versions)}."


def _tools(versions):
    return ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))


def date_of_commit() -> datetime.date | None:
    """Return the date of the commit that is built, all of whose tests passed; None if unknown."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds.isdigit() or int(seconds) == 0:  # which stands for no commit, in the Makefile
        return None
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date()


def anchor_of(name: str) -> str:
    """Return the anchor on the ledger's page of another page's equations."""
    return name.partition(".")[0].replace("/", "-").replace("_", "-")


def to_markdown(ledger: dict) -> str:
    """Return the page of the ledger, with the pages in the order of nav."""
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    names = sorted(ledger["pages"], key=lambda name: (nav.find(f" {name}\n") % 10**6, name))
    pages = [(name, ledger["pages"][name]) for name in names]
    lines = sum(found["lines"] for _, found in pages)
    facts = [LINES.format(lines), *(f"- {sentence}" for _, sentence in sorted(ledger["facts"].items()))]
    rows = [_row(name, found) for name, found in pages if _is_checked(found)]
    without = [f"[{found['title']}]({name})" for name, found in pages if not _is_checked(found)]
    sections = [line for name, found in pages for line in _section(name, found)]
    return LEDGER_PAGE.format(
        tools=_tools(ledger["versions"]),
        facts="\n".join(facts),
        rows="\n".join(rows),
        without=", ".join(without),
        sections="\n".join(sections),
    )


def _statements(found):
    return [made for formula in found["equations"] for made in formula["statements"]]


def _worst(found):
    """Return the largest error of what was evaluated and holds exactly; None if nothing does."""
    exact = (m for m in _statements(found) if m["kind"] == "evaluated" and not is_approximate(m))
    return max((made["error"] for made in exact), default=None)


def _is_checked(found):
    return any(found[key] for key in ("blocks", "equations", "figures")) or "cells" in found


def _row(name, found):
    """Return the row of a page: its counts."""
    kinds = Counter(made["kind"] for made in _statements(found))
    worst = _worst(found)
    cells = [
        f"[{found['title']}]({name})",
        found.get("cells") or found["blocks"],
        found["outputs"],
        found["exercises"],
        kinds and f"[{kinds['evaluated']}](#{anchor_of(name)})",
        scientific(worst) if worst else "0" if worst == 0 else None,
        found["figures"],
    ]
    return f"| {' | '.join(str(cell or '–') for cell in cells)} |"


def _section(name, found):
    """Yield the lines about the equations of a page: what was evaluated, then what was defined."""
    statements = _statements(found)
    if not statements:
        return
    yield f"### {found['title']} {{#{anchor_of(name)}}}"
    yield ""
    for kind, noun, what in BOXES:
        rows = [made for made in statements if made["kind"] == kind]
        if not rows:
            continue
        yield f'??? note "{count(len(rows), noun, what)}"'
        yield "    | Verdict | Equation |"
        yield "    |---|---|"
        for made in rows:
            tex = made["tex"].replace("`", "")  # of the words in a line of shapes
            yield f"    | {verdict(made)} | `{tex}` |"
        yield ""


BOXES = [
    ("evaluated", "equation", "evaluated"),
    ("exempt", "equation", "not evaluated"),
    ("defined", "definition", "used in what was evaluated"),
]


def verdict(made: dict) -> str:
    """Return in a few words what came of a statement."""
    if made["kind"] == "defined":
        return "used"
    if made["kind"] == "exempt":
        return made["against"]
    error = "equal" if made["error"] == 0 else scientific(made["error"])
    return f"{'≈ ' if is_approximate(made) and made['error'] else ''}{error}, {made['against']}"


LINES = (
    "- Each of the {:,} lines of all blocks ran at least once. Not counted are blocks that are shown to fail, "
    "and those that quote np_nn, whose lines its own tests run."
)
LEDGER_PAGE = """\
---
description: Every block, output, equation and figure of this site, and how each was verified.
---

# Look at what was verified

<!-- Written by `make verified`. -->

This is the list of everything on this site that was checked, and how.
The tests write it, and they fail as soon as a page, or anything its proof depends on, changes without being checked again.
They ran with {tools}.

{facts}

## Pages

| Page | Blocks run | Outputs compared | Exercises judged | Equations evaluated | Worst relative error | Figures drawn from np_nn |
|---|---|---|---|---|---|---|
{rows}

Of a lab the cells are counted, which are executed while its page is built.
Nothing had to be run or evaluated on these pages: {without}.

## Equations

Each equation was evaluated as it is written, on random arrays whose sizes all differ.
The verdict is the relative error: the largest difference, divided by the largest entry.
About 10⁻¹⁶ comes from rounding, and about 10⁻¹⁰ from central differences; behind ≈ is what ≈ allowed.
*Random numbers* means that both sides were computed; *central differences and autograd*, that the derivatives were measured, and computed by PyTorch; *draws*, that on each draw both sides were true or both false; *shapes*, that they were multiplied out.
For the letters, their meanings and their shapes, see [the notation](notation.md).

{sections}"""
