"""The lesson on the network shows the file whole, in its order, and the file is short."""

import ast
import re

import pytest

from docs.plugins import paths
from docs.plugins.reading.page import Page

FILE = paths.DOCS.parent / "snippets/np_nn/network.py"
SOURCE = FILE.read_text(encoding="utf-8")
METHODS = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.FunctionDef)]


def test_every_line_of_the_file_stands_in_the_lesson_in_its_order():
    page = Page.open(paths.DOCS / "lessons/network.md").blocks
    shown = [block.code for block in page if block.language == "python"]
    first = next(place for place, code in enumerate(shown) if SOURCE.startswith(code.rstrip()))
    lines = [line for code in shown[first:] for line in code.splitlines() if line.strip()]
    wanted = [line for line in SOURCE.splitlines() if line.strip()]
    assert lines[: len(wanted)] == wanted


def test_the_mathematics_begins_on_the_first_screen():
    assert SOURCE[: SOURCE.index("def forward")].count("\n") < 40


@pytest.mark.parametrize("method", METHODS, ids=lambda method: f"{method.name} {method.lineno}")
def test_no_method_has_more_than_eight_lines(method):
    body = method.body[1:] if ast.get_docstring(method) else method.body
    code = ast.get_source_segment(SOURCE, method).splitlines()
    lines = code[body[0].lineno - method.lineno :] if body else []
    assert len([line for line in lines if not re.fullmatch(r"\s*#.*", line)]) <= 8
