"""`python -m np_nn.check` has something to say whatever an answer does, and whatever lies beside it."""

import os
import subprocess
import sys

import pytest

from docs.plugins import paths
from docs.plugins.running import runner

ANSWER = """from np_nn.check import check


def count(sizes):
    return sum((d + 1) * m for d, m in zip(sizes, sizes[1:]))


check("layers.count", count)
"""
RIGHT = "Right: each unit has one weight for each input, and one bias.\n"
BEFORE = "before layers_count.py was judged"


def ask(folder, *arguments, options=()):
    """Return what the command says, and its status."""
    done = subprocess.run(
        [sys.executable, *options, "-m", "np_nn.check", *arguments], cwd=folder, text=True,
        capture_output=True, env=os.environ | {"PYTHONPATH": str(runner.SNIPPETS)}, timeout=600,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout, done.returncode


@pytest.fixture
def answer(tmp_path):
    """A function that writes the answer with a line in it, and asks about it."""

    def written(line, place="    return", options=(), asked="layers_count.py"):
        text = ANSWER.replace(place, f"    {line}\n{place}" if place[0] == " " else f"{line}\n{place}", 1)
        (tmp_path / "layers_count.py").write_text(text, encoding="utf-8")
        return ask(tmp_path, asked, options=options)

    written.folder = tmp_path
    return written


ENDS = {
    "a segmentation fault": (
        "import ctypes; ctypes.string_at(0)",
        "Python itself was ended in line 5 of layers_count.py by SIGSEGV",
    ),
    "a signal": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "Python itself was ended by SIGKILL"),
    "os._exit after a word that is no answer": (
        "import os; os.write(1, b'Right: all of it\\n'); os._exit(0)",
        f"Python itself ended, with status 0, {BEFORE}",
    ),
}


@pytest.mark.parametrize("line, said", ENDS.values(), ids=ENDS)
def test_an_answer_that_takes_python_down_is_told_in_a_sentence(answer, line, said):
    assert answer(line) == (f"Not yet: {said}\n", 1)


@pytest.mark.parametrize(
    "line",
    [
        "import os; os.system('echo noise; echo noise >&2')",
        "import threading; threading.Thread(target=threading.Event().wait).start()",
        "import atexit, os; atexit.register(os._exit, 3)",
    ],
)
def test_what_an_answer_does_beside_does_not_change_the_sentence(answer, line):
    assert answer(line) == (RIGHT, 0)


@pytest.mark.parametrize(
    "name, content",
    [("np_nn/__init__.py", ""), ("np_nn.py", "x = 1\n")],
)
def test_something_named_np_nn_beside_the_answer_is_told_with_a_way_out(answer, name, content):
    """Python itself says that; the page says what it means, and its command works."""
    (answer.folder / name).parent.mkdir(exist_ok=True)
    (answer.folder / name).write_text(content, encoding="utf-8")
    (answer.folder / "layers_count.py").write_text(ANSWER, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "np_nn.check", "layers_count.py"],
        cwd=answer.folder,
        text=True,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(runner.SNIPPETS)},
    )
    assert done.returncode == 1 and "np_nn.check" in done.stderr
    page = (paths.DOCS / "np_nn.md").read_text(encoding="utf-8")
    assert "If Python does not find `np_nn.check`" in page
    assert "python -P -m np_nn.check xor_train.py" in page
    for asked in (["layers_count.py"], ["layers"]):
        said, status = ask(answer.folder, *asked, options=["-P"])
        assert RIGHT in said and status == (asked == ["layers"])
