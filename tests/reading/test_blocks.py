"""Every form in which a reader can meet Python on a page is run, or refused with its line."""

import textwrap

import pytest

from docs.plugins.building import html
from docs.plugins.checking import lint
from docs.plugins.problem import PageError
from docs.plugins.reading import blocks, render
from docs.plugins.reading.page import Page
from docs.plugins.running import compare

CODE = 'print("seen")'


def accept(text):
    """Return the blocks of a page that the tests and the site both accept."""
    found = Page(text).blocks
    lint.check_rendered(Page(text), html.parse(render.to_html(text)))
    return found


def refuse(text):
    """Return [(line, what)] for which a page is refused, by its source or as rendered."""
    with pytest.raises(PageError) as caught:
        accept(text)
    return [(found.line, found.words) for found in caught.value.problems]


# name: (lines above, how far the fence is indented)
RUN = {
    "at top level": ("", 0),
    "right under a paragraph": ("Words.\n", 0),
    "under front matter": ("---\ntitle: A\n---\n\n", 0),
    "in a bullet list": ("- Words.\n\n", 4),
    "in a numbered list": ("1. Words.\n\n", 4),
    "in a list in a list": ("- Words.\n    - More.\n\n", 8),
    "in an admonition": ("!!! note\n\n", 4),
    "in an admonition in a list": ('- Words.\n\n    !!! note "Title"\n\n', 8),
    "in closed details": ('??? question "Why?"\n\n', 4),
    "in open details": ("???+ success\n\n", 4),
    "in a tab": ('=== "NumPy"\n\n', 4),
    "in a tab in details": ('??? tip\n\n    === "NumPy"\n\n', 8),
}
FENCE = "```python\nCODE\n```\n"
RUN = {name: above + textwrap.indent(FENCE, " " * indent) for name, (above, indent) in RUN.items()}
for words in ['title="seen.py"', 'title="notest"', 'title="seen.py" hl_lines="1"']:
    RUN[f"with {words}"] = FENCE.replace("python", f"python {words}")

# name: (page, line of the mistake, words of the message)
REFUSED = {
    "py": ("```py\nCODE\n```", 1, "write ```python"),
    "Python": ("```Python\nCODE\n```", 1, "write ```python"),
    "python3": ("```python3\nCODE\n```", 1, "write ```python"),
    "py3": ("```py3\nCODE\n```", 1, "write ```python"),
    "python3.11": ("```python3.11\nCODE\n```", 1, "write ```python"),
    "ipython": ("```ipython\nCODE\n```", 1, "write ```python"),
    "pycon": ("```pycon\n>>> CODE\n```", 1, "without prompts"),
    "an unknown language": ("```pyodide\nCODE\n```", 1, "is not known"),
    "braces": ("``` {.python}\nCODE\n```", 1, "without a language"),
    "braces without a space": ("```{.python .annotate}\nCODE\n```", 1, "without a language"),
    "quarto braces": ("```{python}\nCODE\n```", 1, "without a language"),
    "a space before the language": ("``` python\nCODE\n```", 1, "without a language"),
    "no language": ("```\nCODE\n```", 1, "without a language"),
    "notest": ("```python notest\nCODE\n```", 1, "every block of it is run"),
    "continuation": ("```python continuation\nCODE\n```", 1, "a page is one program"),
    "a fixture": ("```python fixture:x\nCODE\n```", 1, "only title="),
    "line numbers": ('```python linenums="1"\nCODE\n```', 1, "only title="),
    "tildes": ("~~~python\nCODE\n~~~", 1, "three backticks"),
    "tildes in a list": ("- Words.\n\n    ~~~python\n    CODE\n    ~~~", 3, "three backticks"),
    "four backticks": ("````python\nCODE\n````", 1, "write three"),
    "indented code": ("Words.\n\n    CODE", 3, "shown but not tested"),
    "indented code with a language": ("Words.\n\n    :::python\n    CODE", 3, "shown but not"),
    "indented code in a list": ("- Words.\n\n        CODE", 3, "shown but not tested"),
    "indented fence of no container": ("Words.\n\n    ```python\n    CODE\n    ```", 3, "not"),
    "unclosed": ("Words.\n\n```python\nCODE", 3, "not closed"),
    "unclosed before another": ("```python\nCODE\n\n```python\nCODE\n```", 1, "not closed"),
    "unclosed in an admonition": ("!!! note\n\n    ```python\n    CODE\n\nWords.", 6, "less indented"),
    "closed by longer fence": ("```python\nCODE\n````", 1, "not closed"),
    "closed at another indentation": ("- a\n\n    ```python\n    CODE\n```", 5, "closing fence"),
    "in a comment": ("<!--\n```python\nCODE\n```\n-->", 2, "in a comment"),
    "in a comment of one line": ("<!-- ```python -->", 1, "stands on a line of its own"),
    "in a quote": ("> ```python\n> CODE\n> ```", 1, "a line of its own"),
    "on the line of a bullet": ("- ```python\n  CODE\n  ```", 1, "a line of its own"),
    "in HTML pre": ("<pre><code>CODE</code></pre>", 1, "shown but not tested"),
    "in HTML pre over lines": ("<pre>\nimport numpy\nCODE\n</pre>", 2, "shown but not tested"),
    "in HTML code over lines": ("Words <code>import numpy\nCODE</code>.", 1, "over several lines"),
    "in inline code over lines": ("Words `import numpy\nCODE`.", 1, "over several lines"),
    "in inline triple backticks": ("Words ```CODE``` words.", 1, "a line of its own"),
    "a line of triple backticks": ("```CODE```", 1, "a line of its own"),
    "a prompt in a paragraph": ("Words.\n\n>>> CODE", 3, "a prompt outside a block"),
    "in a text fence": ("```text\nimport numpy as np\n```", 1, "this is Python"),
    "a prompt in a text fence": ("```text\n>>> CODE\nseen\n```", 1, "this is Python"),
    "a prompt in a console fence": ("```console\n$ python\n>>> CODE\n```", 1, "this is Python"),
    "a tab in a block": ("```python\nif 1:\n\tCODE\n```", 3, "write spaces"),
    "an empty block": ("```python\n```", 1, "empty block"),
    "output of nothing": ("```output\nseen\n```", 1, "directly under"),
    "output under text": ("```python\nCODE\n```\n\n```text\na\n```\n\n```output\na\n```", 9, "directly"),
    "output at another indentation": (
        "- a\n\n    ```python\n    CODE\n    ```\n\n```output\nseen\n```",
        7,
        "indentation",
    ),
}


@pytest.mark.parametrize("text", RUN.values(), ids=RUN)
def test_python_is_found_and_shown(text):
    found = accept(text.replace("CODE", CODE))
    assert [(block.language, block.code) for block in found] == [("python", CODE + "\n")]


@pytest.mark.parametrize("text", RUN.values(), ids=RUN)
def test_found_python_is_run_at_its_line(text):
    text = text.replace("CODE", "1 / 0")
    found = accept(text)
    (line, what) = compare.complaint(found[0], compare.run_page(found, "a.md")[found[0].line])
    assert text.splitlines()[line - 1].strip().startswith("```python")
    assert f'"a.md", line {line + 1}' in what and "ZeroDivisionError" in what


@pytest.mark.parametrize("text, line, words", REFUSED.values(), ids=REFUSED)
def test_other_forms_are_refused_with_their_line(text, line, words):
    problems = refuse(text.replace("CODE", CODE) + "\n")
    assert any(at == line and words in what for at, what in problems), problems


def test_windows_line_ends_are_read():
    assert [block.code for block in accept("```python\r\nx = 1\r\n```\r\n")] == ["x = 1\n"]


def test_all_mistakes_are_shown_at_once_each_with_the_file():
    with pytest.raises(PageError) as caught:
        Page("```py\nx\n```\n\n~~~\n\n```python\n```\n", "docs/a.md").blocks
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == ["docs/a.md:1", "docs/a.md:5", "docs/a.md:7"]


def test_a_page_that_is_not_utf8_is_refused_with_its_line(tmp_path):
    path = tmp_path / "a.md"
    path.write_bytes("# A\n\nca\xf1on\n".encode("latin-1"))
    with pytest.raises(PageError, match=r"a\.md:3: not UTF-8"):
        Page.open(path).blocks


def test_output_and_error_belong_to_the_block_above():
    text = '```python\nprint(1)\nraise ValueError("no")\n```\n\n```output\n1\n```\n\n'
    text += "```error\nValueError: no\n```\n"
    block = accept(text)[0]
    assert (block.output.code, block.error.code) == ("1\n", "ValueError: no\n")


def test_a_program_is_all_blocks_up_to_its_end():
    text = "```python\na = 1\n```\n\n```python\nb = a\n```\n"
    assert [program for _, program in blocks.programs(Page(text).blocks)] == [
        "a = 1\n",
        "a = 1\n\nb = a\n",
    ]


def test_a_block_shown_to_fail_is_in_no_later_program():
    text = "```python\na = 1\n```\n\n```python\n1 / 0\n```\n\n"
    text += "```error\nZeroDivisionError: division by zero\n```\n\n```python\nb = a\n```\n"
    assert [program for _, program in blocks.programs(Page(text).blocks)] == [
        "a = 1\n",
        "a = 1\n\n1 / 0\n",
        "a = 1\n\nb = a\n",
    ]


def test_a_block_that_answers_an_exercise_is_a_program_by_itself():
    answer = 'a = 2\ncheck("xor.train", a)\nprint(a)\n'
    text = f'```python\na = 1\n```\n\n```python title="x.py"\n{answer}```\n\n```python\nb = a\n```\n'
    found = accept(text)
    assert [(b.title, b.exercise) for b in found] == [("", ""), ("x.py", "xor.train"), ("", "")]
    assert [program for _, program in blocks.programs(found)] == [
        "a = 1\n",
        answer,
        "a = 1\n\nb = a\n",
    ]


@pytest.mark.parametrize("code", ['def f():\n    check("xor.train", 1)', 'check("careful")', "check(1)", "x ="])
def test_other_blocks_answer_no_exercise(code):
    assert Page(f"```python\n{code}\n```\n").blocks[0].exercise == ""


def test_prose_that_is_no_program_may_stand_in_a_text_fence():
    assert accept("```text\nmy_program.py\nnp_nn/\n    network.py\n```\n")


def test_a_block_that_is_shown_twice_but_written_once_is_refused():
    text = "```python\nx = 1\n```\n"
    with pytest.raises(PageError, match="shown but not tested"):
        lint.check_rendered(Page(text), html.parse(render.to_html(text) * 2))
