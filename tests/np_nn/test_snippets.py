"""The whole programs of snippets/: each runs alone and prints what its lesson shows."""

import ast
import sys

import pytest

from docs.plugins import paths
from docs.plugins.reading.page import Page
from docs.plugins.running import runner

SNIPPETS = paths.ROOT / "snippets"
FILES = sorted(SNIPPETS.glob("*.py"))
PROGRAMS = FILES
READ_ONLY = [SNIPPETS / "np_nn/zoo.py"]  # to import and study
LESSON_OF = {"xor_pytorch": "pytorch"}  # where the names differ


def imported(path):
    """Return the top-level names of the modules that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.partition(".")[0])
    return names


def test_there_are_programs():
    assert {"perceptron", "xor", "xor_pytorch"} <= {path.stem for path in PROGRAMS}


@pytest.mark.parametrize("path", [*PROGRAMS, *READ_ONLY], ids=lambda path: path.stem)
def test_a_program_imports_only_what_a_reader_has(path):
    assert imported(path) <= {"numpy", "np_nn", "torch"} | set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", [*PROGRAMS, *READ_ONLY], ids=lambda path: path.stem)
def test_a_program_does_nothing_when_imported(path):
    (result,) = runner.run([(1, "__name__ = 'imported'\n" + path.read_text(encoding="utf-8"))])
    assert (result.stdout, result.stderr, result.error) == ("", "", "")


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_prints_what_its_lesson_shows(path):
    (result,) = runner.run([(1, path.read_text(encoding="utf-8"))], path)
    assert result.error == "" and result.stderr == "", result.trace
    lesson = paths.DOCS / "lessons" / f"{LESSON_OF.get(path.stem, path.stem.replace('_', '-'))}.md"
    blocks = Page.open(lesson).blocks
    outputs = [block.output.code for block in blocks if block.output]
    outputs += [
        after.code
        for block, after in zip(blocks, blocks[1:])
        if (block.language, after.language) == ("console", "text")
    ]
    shown = "".join(outputs).splitlines()
    printed = [line.rstrip() for line in result.stdout.splitlines() if line.strip()]
    assert printed
    assert [line for line in printed if line not in shown] == []
