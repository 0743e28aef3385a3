"""Serves the built site, and builds it anew when something is saved: `make site`.

    python -m docs.plugins.serving.watch DIRECTORY PORT

It says in a line what was saved and what came of it. If there is a mistake, the site stays as it
was. Each build is a process of its own, so nothing is left over from the one before; it is started
ahead, and has all that it imports when it is asked to build.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from docs.plugins.paths import ROOT
from docs.plugins.serving import serve

SOURCES = ["mkdocs.yml", "docs", "snippets"]
BUILT = ROOT / f".cache/site-{os.getpid()}"  # tests may be running, or `make build`
SECONDS = 0.3  # between two looks; what was saved since is built when one look finds nothing new
# What MkDocs says beside what is wrong. (--quiet would keep warnings from being counted.)
NOISE = re.compile(r"^INFO .*\n|^(?:ERROR|WARNING) +- +|^\n|^Aborted with .*\n?", re.MULTILINE)
STAND_BY = """
import contextlib, sys
from mkdocs.__main__ import cli
from mkdocs.config import load_config
with contextlib.suppress(Exception):  # which the build tells
    load_config("mkdocs.yml")  # for what it imports
if sys.stdin.readline():
    cli(["build", "--strict", "--site-dir", sys.argv[1]])
"""


class Builder:
    """A process that has imported what builds the site, and waits to be asked for it."""

    def __init__(self):
        self.said = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [sys.executable, "-c", STAND_BY, str(BUILT)], cwd=ROOT,
            stdin=subprocess.PIPE, stdout=self.said, stderr=self.said,
            text=True, start_new_session=True,
        )  # fmt: skip
        self.building = False

    def build(self) -> None:
        """Begin to build the site."""
        self.building = True
        with contextlib.suppress(BrokenPipeError):  # it has ended, and said why
            self.process.stdin.write("\n")
            self.process.stdin.flush()

    def is_done(self) -> bool:
        """Whether a build was begun, and has come to its end."""
        return self.building and self.process.poll() is not None

    def wrong(self) -> str:
        """Return what is wrong with the site, or "", when it is built."""
        self.building = False
        if self.process.wait() == 0:
            return ""
        self.said.seek(0)
        said = NOISE.sub("", self.said.read().decode(errors="replace")).strip()
        return said or "the build failed"

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # with those that make pages for it
        self.process.wait()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.said.close()


def look() -> dict[str, tuple[int, int]]:
    """Return {name of a source: when it was written, and its size}."""
    found = {}
    for name in SOURCES:
        files = [ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*")
        for file in files:
            hidden = file.name.startswith((".", "#")) or file.name.endswith(("~", ".new", ".pyc"))
            try:
                facts = file.stat()
            except FileNotFoundError:  # meanwhile
                continue
            if not hidden and not file.is_dir():
                found[file.relative_to(ROOT).as_posix()] = facts.st_mtime_ns, facts.st_size
    return found


def changed(before: dict, after: dict) -> list[str]:
    """Return the names of what two looks tell apart."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))


def told(names: list[str]) -> str:
    """Return in words what was changed."""
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "") + " changed"


def is_machinery(name: str) -> bool:
    """Whether a builder that stands by has read it already."""
    return name == "mkdocs.yml" or name.startswith("docs/plugins/")


def put_in_place(directory: Path, moment: float) -> None:
    """Let what was built at this moment be the site."""
    old = BUILT.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if directory.exists():
        directory.rename(old)
    BUILT.rename(directory)
    shutil.rmtree(old, ignore_errors=True)
    os.utime(directory / "index.html", (moment, moment))  # for make: what is saved later is newer


class Work:
    """What is done with what is saved: the site is built."""

    def __init__(self, directory):
        self.directory = directory
        self.next = Builder()  # one that builds the site, or will
        self.start = 0  # when it was seen that something was saved, while that is built

    def take(self, names: list[str]) -> None:
        """Begin with what was saved, and leave what is not done yet."""
        if self.start:
            print("saved again meanwhile", flush=True)
        print(f"{told(names)}: building ... ", end="", flush=True)
        self.start, self.moment = time.perf_counter(), time.time()
        if self.next.building or any(map(is_machinery, names)):
            self.next.end()
            self.next = Builder()
        self.next.build()

    def finish(self) -> None:
        """Put in place what was built."""
        if wrong := self.next.wrong():
            print(f"not rebuilt, the site stays as it was:\n{wrong}", flush=True)
        else:
            put_in_place(self.directory, self.moment)
            print(f"rebuilt in {time.perf_counter() - self.start:.1f} s", flush=True)
        self.next.end()
        self.next, self.start = Builder(), 0

    def end(self) -> None:
        self.next.end()
        shutil.rmtree(BUILT, ignore_errors=True)


def watch(directory: Path) -> None:
    """Build what is saved, until interrupted."""
    made = (directory / "index.html").stat().st_mtime_ns
    seen = {name: facts for name, facts in look().items() if facts[0] <= made}
    work = Work(directory)
    try:
        while True:
            time.sleep(SECONDS)
            if work.next.is_done():
                work.finish()
            now = look()
            if now != seen:
                while (later := look()) != now:  # an editor, or git, is still writing
                    now = later
                    time.sleep(SECONDS)
                work.take(changed(seen, now))
                seen = now
    finally:
        work.end()


if __name__ == "__main__":
    try:
        serve.start(*sys.argv[1:])
        print("What you save in docs, snippets or mkdocs.yml is built anew.", flush=True)
        watch(Path(sys.argv[1]).resolve())
    except KeyboardInterrupt:
        print()
