"""Runs a reader's program in the page's Python, and tells what came of it.

A program is a list of parts: the blocks of the page up to the one that is run. Each run has a fresh
``__main__`` in an empty folder, as a program has that is started from a shell. Only the very next
block of a program that has just run goes on where that ended, which comes to the same.
"""

import builtins
import contextlib
import io
import json
import linecache
import os
import shutil
import sys
import tempfile
import traceback
import types
import warnings
import zipfile
from pathlib import Path

import numpy as np

LIMIT = 64_000  # characters of one run that are shown
CUT = "\n… (cut: the program prints more than 64,000 characters)\n"
ROOMS = Path(tempfile.gettempdir(), "rooms")
# The frames of these are ours: a reader who looks for a mistake need not see them.
HIDDEN = ("/np_nn/check.py", "/np_nn/exercises/", "/page_plots.py", "/runner.py")
# What Python cannot do in a browser: a kind of error, what its words have, and what is said of it.
HINTS = [
    ("ModuleNotFoundError", "torch", "PyTorch does not run in a browser. Copy the program and run it on your machine."),
    (
        "ModuleNotFoundError",
        "",
        "There are NumPy, matplotlib, np_nn and Python's own library here, and no other packages.",
    ),
    (
        "EOFError",
        "reading a line",
        "Nobody can type into a program here. Write the value where the program has input().",
    ),
    ("RuntimeError", "can't start new thread", "Python has no threads in a browser. On your machine this works."),
    ("RuntimeError", "stack switch", "A browser's Python runs no event loop of asyncio. On your machine this works."),
    ("MemoryError", "", "Python has at most 2 GB of memory in a browser. Make the arrays smaller."),
    ("RecursionError", "", "A function called itself until there was no more room. Is there a case in which it stops?"),
]
PROCESS = "A program here cannot start another one. On your machine this works."
NETWORK = "A program here has no network. On your machine this works."


class Sink(io.TextIOBase):
    """Takes what a program writes, and hands it on a line at a time, up to a limit of all."""

    def __init__(self, say, kind, room):
        self.say, self.kind, self.room, self.line = say, kind, room, ""

    def writable(self):
        return True

    def write(self, text):
        if self.say and self.room[0] > 0:
            self.line += text
            if "\n" in text or len(self.line) > 4000:
                self.flush()
        return len(text)

    def flush(self):
        if self.line and self.say:
            self.room[0] -= len(self.line)
            cut = self.room[0] <= 0
            self.say(self.kind, self.line[: self.room[0] or None] + CUT if cut else self.line)
        self.line = ""


class Runner:
    """One interpreter, and what it was when it started."""

    def __init__(self, wheel, place):
        self.wheel, self.place = bytes(wheel), Path(place)  # np_nn, and where it is installed
        self.files = None
        self.done, self.main, self.room = [], None, None  # the program that has just run
        self._install()
        import np_nn.check  # noqa: F401 - so that the first run need not wait for it

        ours = ("builtins", "math", "numpy", "random")
        self.modules = dict(sys.modules)
        self.names = {
            module: dict(vars(module)) for name, module in sys.modules.items() if name.partition(".")[0] in ours
        }
        self.path, self.environ = list(sys.path), dict(os.environ)
        self.filters, self.depth = list(warnings.filters), sys.getrecursionlimit()
        self.errors, self.printing = np.geterr(), np.get_printoptions()

    def mend(self):
        """Put back what Python itself needs to go on, if a program took it away."""
        vars(builtins).update(self.names[builtins])

    def run(self, parts, say):
        """Run [{name, code}], of which the last part is shown; return what came of it.

        ``say(kind, text)`` gets what the last part prints, "out" or "err", and its plots, "svg".
        """
        parts = [(part["name"], part["code"]) for part in parts]
        if not self.done or parts[:-1] != self.done:
            self._fresh()
        begin = len(self.done)
        for index, (name, code) in enumerate(parts[begin:], begin):
            failed = self._run(name, code, say if index == len(parts) - 1 else None)
            if failed:
                self.done = []
                return failed | {"part": index}
            self.done.append((name, code))
        return {"narrow": self._has_narrow_numbers()}

    def _fresh(self):
        """Make everything as it was at the start, and an empty folder."""
        self.done = []
        for module, names in self.names.items():
            vars(module).update(names)
        sys.modules.update(self.modules)
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None) or ""
            if name.partition(".")[0] == "np_nn" or file.startswith(str(ROOMS)):
                del sys.modules[name]
        sys.path[:] = self.path
        os.environ.clear()
        os.environ.update(self.environ)
        warnings.filters[:] = self.filters
        warnings._filters_mutated()
        sys.setrecursionlimit(self.depth)
        np.seterr(**self.errors)
        np.set_printoptions(**self.printing)
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["page_plots"].fresh()
        os.chdir("/")
        shutil.rmtree(ROOMS, ignore_errors=True)
        ROOMS.mkdir(parents=True)
        os.chdir(ROOMS)
        self._install()
        linecache.clearcache()
        self.main = sys.modules["__main__"] = types.ModuleType("__main__")

    def _install(self):
        """Lay np_nn out, unless it lies there as it was laid out."""
        home = self.place / "np_nn"
        found = self._look(home)
        if self.files is None or found != self.files:
            shutil.rmtree(home, ignore_errors=True)
            with zipfile.ZipFile(io.BytesIO(self.wheel)) as archive:
                archive.extractall(self.place)
            self.files = self._look(home)

    @staticmethod
    def _look(home):
        files = [path for path in home.rglob("*") if path.suffix not in (".pyc", "")]
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}

    def _run(self, name, code, say):
        """Run a part; return how it failed, or None."""
        linecache.cache[name] = (len(code), None, code.splitlines(True), name)
        sys.argv, sys.stdin = [name], io.StringIO()
        room = [LIMIT]
        out, err = Sink(say, "out", room), Sink(say, "err", room)
        if "page_plots" in sys.modules:
            sys.modules["page_plots"].say = say
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    exec(compile(code, name, "exec"), self.main.__dict__)
                finally:
                    out.flush()
                    err.flush()
        except BaseException as error:
            ends = say and isinstance(error, SystemExit) and error.code in (None, 0)
            return None if ends else self._told(error, name)

    def _told(self, error, name):
        """Return what a reader needs to know of an error: its words, where it was, and what to do."""
        kind = type(error).__name__
        whole = traceback.TracebackException.from_exception(error, compact=True)
        each, chain = whole, []
        while each and each not in chain:
            chain.append(each)
            kept = [frame for frame in each.stack[each is whole :] if not _is_hidden(frame.filename)]
            for frame in kept:
                frame.filename = frame.filename.removeprefix(f"{self.place}/")
            each.stack[:] = kept
            each = each.__cause__ or each.__context__
        lines = [frame.lineno for frame in whole.stack if frame.filename == name]
        if isinstance(error, SyntaxError) and error.filename == name:
            lines.append(error.lineno)
        return {
            "error": "".join(traceback.format_exception_only(error)).strip(),
            "kind": kind,
            "words": "".join(str(getattr(error, "msg", error)).splitlines()[:1]).rstrip("."),
            "trace": "".join(whole.format()).strip(),
            "line": lines[-1] if lines else None,
            "hint": _hint(error, kind),
        }

    def _has_narrow_numbers(self):
        """Whether a name of the program is an array of NumPy's default integers."""
        values = vars(self.main).values()
        return any(isinstance(value, np.ndarray) and value.dtype == np.int_ for value in values)


def _is_hidden(filename):
    return any(part in filename for part in HIDDEN) or filename == "<exec>"


def _hint(error, kind):
    words = str(error)
    for wanted, part, hint in HINTS:
        if kind.endswith(wanted) and part in words:
            return hint
    modules = {frame.filename.rpartition("/")[2] for frame in traceback.extract_tb(error.__traceback__)}
    if isinstance(error, OSError) and "subprocess.py" in modules or "emscripten does not support" in words:
        return PROCESS
    if isinstance(error, OSError) and modules & {"client.py", "request.py", "socket.py"}:
        return NETWORK
    return ""


def start(wheel, place):
    """Return a function of a program, as JSON, and of what is told while it runs; it returns JSON."""
    runner = Runner(wheel, place)

    def run(parts, say):
        runner.mend()
        return json.dumps(runner.run(json.loads(parts), say))

    return run
