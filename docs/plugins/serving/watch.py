"""Serves the built site, and builds it anew when something is saved: `make site`.

    python -m docs.plugins.serving.watch DIRECTORY PORT

It says in a line what was saved and what came of it. A page is shown at once, however long the
site takes. If there is a mistake, the site stays as it was. Each build is a process of its own
(see show.py), so nothing is left over from the one before; it is started ahead, and has all that
it imports when it is asked to build.
"""

import contextlib
import json
import os
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

from docs.plugins.paths import ROOT
from docs.plugins.serving import serve

SOURCES = ["mkdocs.yml", "docs", "snippets"]
BUILT = ROOT / f".cache/site-{os.getpid()}"  # tests may be running, or `make build`
SECONDS = 0.3  # between two looks; what was saved since is built when one look finds nothing new
STAND_BY = "import sys; from docs.plugins.serving import show; show.main(sys.argv[1])"
PAGE = re.compile(r"docs/(?!plugins/)(.*\.md)")


class Builder:
    """A process that has imported what builds the site, and waits to be asked for it."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", STAND_BY, str(BUILT)], cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, start_new_session=True,
        )  # fmt: skip
        self.building = False

    def build(self):
        """Begin to build the site."""
        self.building = True
        self._ask("build")

    def is_done(self):
        """Whether a build was begun, and has come to its end."""
        return self.building and bool(select.select([self.process.stdout], [], [], 0)[0])

    def wrong(self):
        """Return what is wrong with the site, or "", when it is built."""
        self.building = False
        status, said = self._answer()
        return (said or "the build failed") if status else ""

    def show(self, directory, pages):
        """Show pages, by their sources, in the site; return what is wrong with them, or "".

        If only a build can show them, return None.
        """
        self._ask("show", str(directory), *pages)
        status, said = self._answer()
        return {0: "", 1: said or None}.get(status)

    def end(self):
        self.process.kill()
        with contextlib.suppress(BrokenPipeError):
            self.process.communicate()

    def _ask(self, *words):
        with contextlib.suppress(BrokenPipeError):  # it gave no answer to what came before
            self.process.stdin.write(json.dumps(words) + "\n")
            self.process.stdin.flush()

    def _answer(self):
        line = self.process.stdout.readline()
        status, said = json.loads(line) if line else (2, "")
        return status, re.sub(r"^ERROR +- +|^Aborted with a BuildError!\n", "", said, flags=re.MULTILINE).strip()


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
    old = BUILT.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if directory.exists():
        directory.rename(old)
    BUILT.rename(directory)
    shutil.rmtree(old, ignore_errors=True)
    os.utime(directory / "index.html", (moment, moment))  # for make: what is saved later is newer


class Work:
    """What is done with what is saved: pages are shown, and the site is built."""

    def __init__(self, directory):
        self.directory = directory
        self.last = None  # a Builder that has built the site, and shows pages
        self.next = Builder()  # one that builds it, or will
        self.start = 0  # when it was seen that something was saved, while that is built
        self.rest = ""

    def take(self, names):
        """Begin with what was saved, and leave what is not done yet."""
        if self.start:
            print("saved again meanwhile", flush=True)
        print(f"{told(names)}: ", end="", flush=True)
        self.start, self.moment = time.perf_counter(), time.time()
        if self.next.building or any(map(is_machinery, names)):
            self.next.end()
            self.next = Builder()
        wrong = self.show(names)
        if wrong:
            print(f"not shown, the site stays as it was:\n{wrong}", flush=True)
            self.start = 0
            return
        self.rest = "" if wrong is None else "rest of the "
        if self.rest:
            print(f"shown after {time.perf_counter() - self.start:.1f} s, ", end="")
        print("building ... ", end="", flush=True)
        self.next.build()

    def show(self, names):
        """Show what was saved, if it is pages that the last build has read: see Builder.show."""
        pages = [page[1] for page in map(PAGE.fullmatch, names) if page]
        if not self.last or len(pages) < len(names) or not all((ROOT / name).is_file() for name in names):
            return None
        index = self.directory / "index.html"
        before = index.stat().st_mtime_ns
        wrong = self.last.show(self.directory, pages)
        os.utime(index, ns=(before, before))  # for make: the rest is as old as it was
        return wrong

    def finish(self):
        """Put in place what was built, and keep who built it, for what is saved next."""
        wrong = self.next.wrong()
        if self.start and wrong:
            print(f"not rebuilt, the {self.rest}site stays as it was:\n{wrong}", flush=True)
        elif self.start:
            put_in_place(self.directory, self.moment)
            print(f"rebuilt in {time.perf_counter() - self.start:.1f} s", flush=True)
        if wrong:
            self.next.end()
        else:
            self.last, old = self.next, self.last
            if old:
                old.end()
        self.next, self.start = Builder(), 0

    def end(self):
        for builder in filter(None, (self.last, self.next)):
            builder.end()
        shutil.rmtree(BUILT, ignore_errors=True)


def watch(directory):
    """Build what is saved, until interrupted."""
    made = (directory / "index.html").stat().st_mtime_ns
    seen = {name: facts for name, facts in look().items() if facts[0] <= made}
    work = Work(directory)
    try:
        work.next.build()  # what is there: without a word, so that pages can be shown
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
