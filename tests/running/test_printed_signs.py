"""What a block prints and no page can show to the letter is told at the block, by every tool."""

import pytest

from docs.plugins.reading.page import Page
from docs.plugins.running import compare, outputs

# name: (code of a block, words of what is told about it)
PRINTED = {
    "a tab": (r'print("x\ty")', r"prints a tab in line 1, 'x\ty'"),
    "a tab in a later line": (r'print("x"); print("\t1")', r"prints a tab in line 2, '\t1'"),
    "a tab at the end": (r'print(1, end="\t\n")', "prints a tab in line 1"),
    "a fence": ('print("`" * 3)', "prints ``` in line 1"),
    "a fence in a sentence": ('print("a" + "`" * 3 + "b")', "prints ``` in line 1"),
    "a return": (r'print("10 %\r20 %")', r"prints U+000D in line 1, '10 %\r20 %'"),
    "a colour": (r'print("\033[1mbold\033[0m")', "prints U+001B in line 1"),
    "a form feed": (r'print("a\fb")', "prints U+000C in line 1"),
    "a zero": (r'print("a\0")', "prints U+0000 in line 1"),
    "a separator of lines": (r'print("a\u2028b")', r"prints U+2028 in line 1, 'a\u2028b'"),
    "half a character": (r'print("\ud800")', "prints U+D800 in line 1"),
    "a tab in an exception": (r'raise ValueError("x\ty")', "prints a tab in line 1"),
}


@pytest.fixture(params=PRINTED.values(), ids=PRINTED)
def page(request, tmp_path):
    """A page whose second block prints what cannot be shown; with what is told about it."""
    code, words = request.param
    failing = "\n```error\nValueError: 1\n```\n" if code.startswith("raise") else ""
    path = tmp_path / "a.md"
    path.write_text(f"# A\n\n```python\nx = 1\n```\n\n```python\n{code}\n```\n{failing}", encoding="utf-8")
    return path, words


def test_the_tool_that_writes_outputs_tells_the_line_of_the_block(page, capsys):
    path, words = page
    before = path.read_bytes()
    assert outputs.main([str(path)]) == 1
    told = capsys.readouterr().err
    assert f"{path}:7: the block {words}" in told and "print spaces, or repr(…) of it" in told
    assert path.read_bytes() == before


def test_the_tests_tell_the_same(page):
    path, words = page
    page_blocks = Page.open(path).blocks
    results = compare.run_page(page_blocks, path)
    assert compare.complaint(page_blocks[0], results[3]) is None
    line, what = compare.complaint(page_blocks[1], results[7])
    assert line == 7 and words in what


def test_what_is_shown_to_the_letter_is_printed(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("# A\n\n```python\nprint('ä σ ∂ `` ~~~ \\u00a0|  ,', repr('\\t'))\n```\n", encoding="utf-8")
    assert outputs.main([str(path)]) == 0
    assert path.read_text(encoding="utf-8").endswith("```output\nä σ ∂ `` ~~~ \u00a0|  , '\\t'\n```\n")
