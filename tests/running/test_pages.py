"""What a page shows is what came of running it, and a page that lies is caught."""

import re
import subprocess
import sys

import pytest

from docs.plugins import paths
from docs.plugins.reading.page import Page, sources
from docs.plugins.running import compare, outputs, runner

PAGES = sources()
WITH_PYTHON = [page for page in PAGES if "```python" in page.read_text(encoding="utf-8")]


def judge(text):
    """Return [(line, what)] that is wrong with a page that is run."""
    page_blocks = Page(text).blocks
    results = compare.run_page(page_blocks, "a.md")
    found = [compare.complaint(b, results[b.line]) for b in page_blocks if b.line in results]
    return [complaint for complaint in found if complaint]


def block(code, output=None, error=None):
    text = f"```python\n{code}\n```\n"
    for language, content in [("output", output), ("error", error)]:
        if content is not None:
            text += f"\n```{language}\n{content}\n```\n"
    return text + "\n"


def run_pytest(*paths, cwd=paths.ROOT):
    """Run pytest on pages, as an author does, with the project's own settings."""
    command = [sys.executable, "-m", "pytest", "-c", str(cwd / "pyproject.toml")]
    command += ["-p", "no:cacheprovider", "--rootdir", str(paths[0].parent), *map(str, paths)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def test_there_are_pages_with_python():
    assert len(WITH_PYTHON) >= 10


def test_a_page_is_one_program():
    assert judge(block("x = 1") + block("print(x + 1)", "2")) == []


def test_pages_share_no_names():
    judge(block("leaked = 1"))
    assert "NameError" in judge(block("leaked"))[0][1]


def test_a_page_runs_as_main_in_an_empty_directory():
    code = "import os\nprint(__name__, os.listdir())"
    assert judge(block(code, "__main__ []")) == []


def test_a_page_cannot_import_the_machinery():
    assert "ModuleNotFoundError" in judge(block("import docs.plugins.reading.blocks"))[0][1]
    assert "ModuleNotFoundError" in judge(block("import tests.test_pages"))[0][1]


def test_files_that_a_page_writes_are_gone_for_the_next():
    assert judge(block('open("a.txt", "w").close()')) == []
    assert "FileNotFoundError" in judge(block('open("a.txt")'))[0][1]


@pytest.mark.parametrize(
    "text, line, words",
    [
        (block("x = 1 / 0"), 1, "ZeroDivisionError"),
        (block("x = "), 1, "SyntaxError"),
        (block("raise TypeError"), 1, "TypeError"),
        (block("assert 1 == 2"), 1, "AssertionError"),
        (block("import sys\nsys.exit()"), 1, "SystemExit"),
        (block("import os\nos._exit(0)"), 1, "the process ended"),
        (block("print(1)", "2"), 5, "shown: 2\ncame:  1"),
        (block("print(1)", "1\n2"), 5, "shown: 2\ncame:  (nothing)"),
        (block("print(1)\nprint(2)", "1"), 6, "shown: (nothing)\ncame:  2"),
        (block("print(0.12)", "0.1"), 5, "shown: 0.1\ncame:  0.12"),
        (block("print('a b')", "a  b"), 5, "prints something else"),
        (block("print(1)"), 1, "no ```output"),
        (block("x = 1", "1"), 5, "shown: 1\ncame:  (nothing)"),
        (block("import warnings\nwarnings.warn('deep')"), 1, "stderr"),
        (block("import sys\nprint(1, file=sys.stderr)"), 1, "stderr"),
        (block("x = 1", error="NameError: x"), 5, "but it runs"),
        (block("raise ValueError(1)", error="ValueError: 2"), 5, "in another way"),
        (block("print(1)\n1 / 0", "2", "ZeroDivisionError: division by zero"), 6, "else"),
        (block(r'print("x"); print("\t1")', ""), 1, r"prints a tab in line 2, '\t1'"),
        (block(r'print("10 %\r20 %")', ""), 1, r"prints U+000D in line 1, '10 %\r20 %'"),
        (block('print("a" + "`" * 3 + "b")', ""), 1, "prints ``` in line 1"),
        (block(r'print("a\u2028b")', ""), 1, r"prints U+2028 in line 1, 'a\u2028b'"),
        (block(r'print("\ud800")', ""), 1, "prints U+D800 in line 1"),
        (block(r'raise ValueError("x\ty")', error="ValueError: 1"), 1, "prints a tab in line 1"),
    ],
)
def test_a_page_that_lies_is_caught_at_its_line(text, line, words):
    assert any(at == line and words in what for at, what in judge(text)), judge(text)


def test_blocks_after_a_failure_are_not_judged():
    page_blocks = Page(block("1 / 0") + block("print(1)", "1")).blocks
    assert list(compare.run_page(page_blocks, "a.md")) == [1]


def test_a_block_shown_to_fail_does_not_stop_the_page():
    failing = block("1 / 0", error="ZeroDivisionError: division by zero")
    assert judge(failing + block("print(1)", "2"))[0][0] == 13


def test_a_block_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(runner, "SECONDS", 1)
    results = runner.run([(1, "x = 1"), (2, "while True: pass"), (3, "x")])
    assert [result.error.split(":")[0] for result in results] == ["", "Timeout"]


def test_a_program_that_nobody_asks_is_ended():
    program = runner.stream([(1, "while True: pass")])
    (process,) = runner.multiprocessing.active_children()
    assert process.is_alive()
    del program
    assert not process.is_alive()


def test_what_a_page_does_not_use_is_not_imported_for_it(tmp_path):
    assert runner.imports_of("from np_nn.network import SGD") == ["numpy"]
    assert runner.imports_of("import torch\nimport numpy as np") == ["numpy", "torch"]
    assert runner.imports_of("torch.optim.SGD([], numpy.pi)") == [*runner.PRELOADED]
    path = tmp_path / "a.md"
    look = "import sys\nprint([name for name in ('num' + 'py', 'to' + 'rch') if name in sys.modules])"
    path.write_text("# A\n\n" + block(look, "['numpy']") + block("x = 1\nimport numpy"))
    assert run_pytest(path).returncode == 0


def test_one_page_alone_is_as_strict_as_all(tmp_path):
    path = tmp_path / "a.md"
    lies = block("x = 1\nprint(x)", "2") + block("print(x)", "1")
    path.write_text("# A\n\n" + lies + block("1 / 0") + block("x = 1"))
    run = run_pytest(path)
    assert run.returncode == 1
    assert "2 failed, 2 passed, 1 skipped" in run.stdout
    assert "a.md:8: the block above prints something else" in run.stdout


def test_a_broken_copy_of_a_real_lesson_is_caught_by_pytest_alone(project):
    path = project / "docs/lessons/perceptron.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("1 if z > 0 else 0", "0 if z > 0 else 1", 1), encoding="utf-8")
    run = run_pytest(path, cwd=project)
    assert run.returncode == 1 and re.search(r"perceptron\.md:\d+: the block ", run.stdout)


def test_outputs_are_written_beneath_their_blocks(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(
        "# A\n\n- item\n\n    ```python\n    print(1)\n    print()\n    print(2)\n    ```\n\n"
        + block("print(3)", "wrong\nwrong")
        + block("x = 1", "nothing")
        + block("1 / 0", error="x")
    )
    assert outputs.rewrite(path)
    assert path.read_text() == (
        "# A\n\n- item\n\n    ```python\n    print(1)\n    print()\n    print(2)\n    ```\n\n"
        "    ```output\n    1\n\n    2\n    ```\n\n"
        + block("print(3)", "3")
        + block("x = 1")
        + block("1 / 0", error="ZeroDivisionError: division by zero")
    )
    assert not outputs.rewrite(path), "a second time there is nothing to change"


@pytest.mark.parametrize(
    "text",
    [
        block("print(1)", "2") + block("1 / 0"),
        block("print(1)", "2") + block("x = 1", error="NameError"),
        block("print(1)", "2") + "```py\n```\n",
        block("print(1)", "2") + block(r"print('x\ty')"),
        block("print(1)", "2") + block("print('```')"),
        block("print(1)", "2") + block("import os\nos._exit(1)"),
    ],
    ids=["fails", "runs", "refused", "prints a tab", "prints a fence", "dies"],
)
def test_a_page_that_cannot_be_run_keeps_its_outputs(tmp_path, capsys, text):
    path = tmp_path / "a.md"
    path.write_text(text)
    assert outputs.main([str(path)]) == 1
    assert path.read_text() == text
    assert re.search(r"a\.md:\d+: ", capsys.readouterr().err)


def test_a_page_that_is_not_there_is_said(tmp_path, capsys):
    assert outputs.main([str(tmp_path / "none.md")]) == 1
    assert "none.md: No such file" in capsys.readouterr().err


IDLE = {
    "a function that nobody calls": "def g():\n    return undefined_name",
    "a branch never taken": "x = 1\nif x > 2:\n    print(undefined_name)",
    "an else": "for i in range(3):\n    if i < 3:\n        y = i\n    else:\n        y = undefined_name",
    "what comes after a return": "def f():\n    return 1\n\n\nx = f() or (\n    undefined_name)\nclass A:\n    def b(self):\n        return undefined_name",
    "an except for nothing": "try:\n    x = 1\nexcept ValueError as error:\n    print(error)",
}


@pytest.mark.parametrize("name", IDLE)
def test_a_line_that_never_runs_is_refused_where_it_stands(name):
    source = IDLE[name]
    ((line, what),) = judge("Words.\n\n" + block(source))
    shown = source.splitlines()[line - 4].strip()
    assert "never runs" in what and what.endswith(f"cut it: {shown}")
    assert "undefined_name" in shown or "except ValueError" in shown


def test_a_line_may_run_for_a_later_block_or_one_that_fails():
    function = block("def half(n):\n    if n % 2:\n        raise ValueError(n)\n    return n // 2")
    assert judge(function)[0][0] == 3
    assert judge(function + block("print(half(4))", "2") + block("half(3)", error="ValueError: 3")) == []


def test_what_is_shown_to_fail_needs_not_run_to_its_end():
    assert judge(block("raise ValueError\nprint(1)", error="ValueError")) == []


def test_a_page_that_ends_early_is_not_blamed_for_what_did_not_run():
    found = judge(block("def f():\n    return 1") + block("1 / 0") + block("f()"))
    assert [line for line, _ in found] == [6]


def test_what_a_page_shows_of_np_nn_is_run_by_the_tests_of_np_nn():
    source = (paths.SNIPPETS / "np_nn/gradcheck.py").read_text(encoding="utf-8")
    shown = source[source.index("def numerical_gradient") :].split("\n\n\n")[0]
    ours = block("import numpy as np") + block(shown)
    assert judge(ours) == []
    assert "never runs" in judge(ours.replace("numerical_gradient", "my_gradient"))[0][1]
