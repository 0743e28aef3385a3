"""Runs a page: all its Python blocks, one after the other, as one fresh program.

The process is forked from a server that has imported what pages use of NumPy and PyTorch, and
nothing of ours, so that a page costs milliseconds and still shares no name, file or setting
with any other page. It runs as ``__main__`` in an empty directory.
"""

import contextlib
import io
import multiprocessing
import os
import re
import sys
import tempfile
import traceback
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from multiprocessing import forkserver
from pathlib import Path

from docs.plugins.paths import ROOT

SNIPPETS = ROOT / "snippets"
# What the server has imported when it starts, and how a text looks that uses it.
PRELOADED = {
    "numpy": r"\bnumpy\b|\bnp_nn\b",
    "torch": r"\btorch\b",
    "torch._dynamo": r"\boptim\b|torch\.compile",  # by the first optimiser, and it takes a second
}
SECONDS = 120  # after which a page counts as hanging; pages are meant to take about two


@dataclass(frozen=True)
class Result:
    """What came of one block: what it printed, and how it failed if it did.

    ``error`` is the exception as Python prints it last (``NameError: name …``), and
    ``trace`` the whole traceback; both are empty if the block ran to its end.
    ``ran`` are the lines of the file that ran for the first time while this block did. ``idle``
    are those of the block that no block made run; only who ran the whole page knows them.
    """

    stdout: str = ""
    stderr: str = ""
    error: str = ""
    trace: str = ""
    ran: frozenset = frozenset()
    idle: tuple = ()


def run(
    sources: list[tuple[int, str]], filename: str | Path = "page", np_nn_from: str | Path | None = None
) -> list[Result]:
    """Run [(line, code)] as one program; return their Results in order: see ``stream``."""
    return list(stream(sources, filename, np_nn_from))


def stream(
    sources: list[tuple[int, str]], filename: str | Path = "page", np_nn_from: str | Path | None = None
) -> Iterator[Result]:
    """Start [(line, code)] as one program, and return an iterator of the Result of each.

    ``line`` is that of the code's first line in the file ``filename``, for tracebacks.
    Every block is run, whether or not those before it failed. If the process dies or hangs,
    the block that it died in has that as its error, and nothing comes after it. Whoever stops asking
    ends the process.
    ``np_nn_from`` is the directory that np_nn is imported from, if not SNIPPETS.
    """
    results = _results(sources, str(filename), str(np_nn_from or SNIPPETS))
    next(results)
    return results


def _results(sources, filename, np_nn_from):
    """Start a program; yield once when that is done, and then the Result of each block."""
    receiver, sender = _server().Pipe(duplex=False)
    with tempfile.TemporaryDirectory() as directory:
        process = _server().Process(target=_child, args=(sender, sources, filename, directory, np_nn_from))
        process.start()
        sender.close()
        try:
            yield
            for _ in sources:
                if not receiver.poll(SECONDS):
                    yield _ended(f"Timeout: the block ran for over {SECONDS} seconds")
                    break
                yield Result(*receiver.recv())
        except EOFError:
            process.join()
            yield _ended(f"SystemExit: the process ended, code {process.exitcode}")
        finally:
            process.kill()
            process.join()
            receiver.close()


def _ended(message):
    return Result(error=message, trace=message)


def begin(text: str) -> None:
    """Start the server, which imports meanwhile what a text uses; programs import the rest themselves."""
    _server().set_forkserver_preload(imports_of(text))
    forkserver.ensure_running()


def imports_of(text: str) -> list[str]:
    """Return the modules of PRELOADED that programs in a text use."""
    return [name for name, used in PRELOADED.items() if re.search(used, text)]


@cache
def _server():
    # One thread: the figures that a page prints must not depend on the number of cores.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


def _child(sender, sources, filename, directory, np_nn_from):
    os.chdir(directory)
    # The working tree is on the path of the tests, but not on a reader's.
    ours = ("", str(ROOT), str(SNIPPETS))
    sys.path[:] = [np_nn_from, *(entry for entry in sys.path if entry not in ours)]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("docs", "np_nn")]:
        del sys.modules[name]
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    sys.argv = [filename]
    lines, seen = set(), set()

    def trace_line(frame, event, _):
        if event == "line":
            lines.add(frame.f_lineno)
        return trace_line

    def trace_call(frame, *_):
        return trace_line if frame.f_code.co_filename == filename else None

    for line, code in sources:
        stdout, stderr = io.StringIO(), io.StringIO()
        error = trace = ""
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
            try:
                program = compiled(code, line, filename)
                sys.settrace(trace_call)
                exec(program, main.__dict__)
            except BaseException as caught:
                # From the frame of the block on: the one above is this one.
                caught = caught.with_traceback(caught.__traceback__.tb_next)
                error = "".join(traceback.format_exception_only(caught)).strip()
                trace = "".join(traceback.format_exception(caught)).strip()
            finally:
                sys.settrace(None)
        sender.send((stdout.getvalue(), stderr.getvalue(), error, trace, frozenset(lines - seen)))
        seen |= lines


def compiled(code: str, line: int, filename: str = "page") -> types.CodeType:
    """Return the code object of a block whose first line is the file's line ``line``."""
    # The blank lines in front make a traceback name the line of the page.
    return compile("\n" * (line - 1) + code, filename, "exec")


def lines_of(code: str, line: int) -> set[int]:
    """Return the lines of a block, as its file counts them, that do something when it runs."""
    found, waiting = set(), [compiled(code, line)]
    while waiting:
        part = waiting.pop()
        inner = [constant for constant in part.co_consts if isinstance(constant, types.CodeType)]
        found |= {number for _, _, number in part.co_lines() if number and number >= line}
        waiting += inner
    return found
