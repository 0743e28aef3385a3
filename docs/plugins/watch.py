"""Serves the built site, and builds it anew when something is saved: `make site`.

    python -m docs.plugins.watch DIRECTORY PORT

It says in a line what was saved and what came of it. If that is a mistake, the site stays as it
was. Each build is a process of its own, so nothing is left over from the one before; it is
started ahead, and has all that it imports when it is asked to build.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from docs.plugins import serve

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ["mkdocs.yml", "docs", "snippets"]
BUILT = ROOT / ".cache/site"
SECONDS = 0.3  # between two looks; what was saved since is built when one look finds nothing new
STAND_BY = """
import contextlib, sys
from mkdocs.__main__ import cli
from mkdocs.config import load_config
with contextlib.suppress(Exception):  # which the build tells
    load_config("mkdocs.yml")  # for what it imports
if sys.stdin.readline():
    cli(["build", "--quiet", "--strict", "--site-dir", sys.argv[1]])
"""


class Builder:
    """A process that has imported what builds the site, and waits to be asked for it."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", STAND_BY, str(BUILT)], cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip

    def build(self):
        """Build the site; return what is wrong with it, or ""."""
        said, _ = self.process.communicate("build\n")
        said = re.sub(r"^ERROR +- +|^Aborted with a BuildError!\n", "", said, flags=re.MULTILINE)
        return said.strip() or "the build failed" if self.process.returncode else ""

    def end(self):
        self.process.kill()
        self.process.communicate()


def look():
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


def changed(before, after):
    """Return the names of what two looks tell apart."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))


def told(names):
    """Return in words what was changed."""
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "") + " changed"


def is_machinery(name):
    """Whether a builder that stands by has read it already."""
    return name == "mkdocs.yml" or name.startswith("docs/plugins/")


def put_in_place(directory, moment):
    """Let what was built at this moment be the site."""
    old = BUILT.with_name("site.old")
    shutil.rmtree(old, ignore_errors=True)
    if directory.exists():
        directory.rename(old)
    BUILT.rename(directory)
    shutil.rmtree(old, ignore_errors=True)
    os.utime(directory / "index.html", (moment, moment))  # for make: what is saved later is newer


def watch(directory):
    """Build what is saved, until interrupted."""
    made = (directory / "index.html").stat().st_mtime_ns
    built = {name: facts for name, facts in look().items() if facts[0] <= made}
    builder = Builder()
    try:
        while True:
            time.sleep(SECONDS)
            now = look()
            if now == built:
                continue
            while (later := look()) != now:  # an editor, or git, is still writing
                now = later
                time.sleep(SECONDS)
            names, moment, start = changed(built, now), time.time(), time.perf_counter()
            print(f"{told(names)}: building ... ", end="", flush=True)
            if any(map(is_machinery, names)):
                builder.end()
                builder = Builder()
            wrong = builder.build()
            if look() != now:
                print("saved again meanwhile", flush=True)
            elif wrong:
                print(f"not rebuilt, the site stays as it was:\n{wrong}", flush=True)
                built = now
            else:
                put_in_place(directory, moment)
                print(f"rebuilt in {time.perf_counter() - start:.1f} s", flush=True)
                built = now
            builder = Builder()
    finally:
        builder.end()


if __name__ == "__main__":
    try:
        serve.start(*sys.argv[1:])
        print("What you save in docs, snippets or mkdocs.yml is built anew.", flush=True)
        watch(Path(sys.argv[1]).resolve())
    except KeyboardInterrupt:
        print()
