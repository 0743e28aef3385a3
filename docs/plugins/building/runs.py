"""Which blocks of a page can run in the page, and how the page says so.

A block runs there unless its program imports PyTorch, or `make runs` has found that it does
something else there than the page shows: docs/runs.json has those, by the digest of the program.
So a new block can be run at once, and the tests, which run every block, tell if it should not.
"""

import ast
import hashlib
import json

from bs4 import BeautifulSoup

from docs.plugins.building import copies
from docs.plugins.building.inputs import Inputs
from docs.plugins.paths import DOCS

MEASURED = DOCS / "runs.json"
TORCH = "This block needs PyTorch, which does not run in a browser."


def add(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Mark each Python block by whether it can be run, and each starter by its judge."""
    if inputs.runs is None:  # there is no engine
        return
    for shown, block, program in copies.programs(inputs, tree):
        if reason := why_not(program, inputs.runs):
            shown["data-run-not"] = reason
            continue
        shown["data-run"] = ""
        if block.exercise and block.title:
            shown["data-check"] = block.exercise


def measured() -> dict[str, str]:
    """Return {digest of a program: why not} of those that do something else in a browser."""
    if not MEASURED.exists():
        return {}
    found = json.loads(MEASURED.read_text(encoding="utf-8"))
    return {program: said["why"] for program, said in found.items()}


def digest(program: str) -> str:
    """Return the name of a program in docs/runs.json."""
    return hashlib.sha256(program.rstrip().encode()).hexdigest()[:16]


def imports(program: str) -> set[str]:
    """Return the names of the packages that a program imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def why_not(program: str, known: dict[str, str]) -> str:
    """Return in a sentence why a program does not run in a browser; "" if it does.

    ``known`` is what was ``measured``.
    """
    try:
        if "torch" in imports(program):
            return TORCH
    except SyntaxError:  # which the page shows
        return ""
    return known.get(digest(program), "")
