"""Exercises: their judges in np_nn, and what pages show of them.

A judge is a function of `snippets/np_nn/exercises/<lesson>.py`. On the lesson's page stands its
*starter*, a Python block with the title `<lesson>_<exercise>.py`, with dots for the reader to
fill in, that ends in `check("<lesson>.<exercise>", …)` and is shown to fail; and below it a
*solution*, a block that calls the same check and is shown to be right.
"""

import ast
import re
from collections.abc import Iterable
from functools import cache

from docs.plugins.paths import SNIPPETS
from docs.plugins.reading.blocks import Block


def names() -> list[str]:
    """Return the names of all exercises, such as "xor.train", without importing a judge."""
    files = sorted((SNIPPETS / "np_nn/exercises").glob("[!_]*.py"))
    return list(_names(tuple((file, file.stat().st_mtime_ns) for file in files)))


@cache
def _names(files):
    return [f"{path.stem}.{name}" for path, _ in files for name in _judges(path.read_text(encoding="utf-8"))]


@cache
def _judges(text):
    """Return the names of the judges in a file of them."""
    return [
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def file_name(exercise: str) -> str:
    """Return the name of the file that a reader fills in: xor_train.py for xor.train."""
    return exercise.replace(".", "_") + ".py"


def starters(page_blocks: list[Block], known: Iterable[str] | None = None) -> list[Block]:
    """Return the starters of a page, of the exercises that are ``known``: all there are, if None."""
    files = set(map(file_name, names() if known is None else known))
    return [block for block in page_blocks if block.title in files and block.error]


def solutions(page_blocks: list[Block], exercise: str) -> list[Block]:
    """Return the blocks of a page that are shown to be right answers to an exercise."""
    return [
        block
        for block in page_blocks
        if block.exercise == exercise
        and block.error is None
        and block.output
        and re.search("^Right: ", block.output.code, re.MULTILINE)
    ]
