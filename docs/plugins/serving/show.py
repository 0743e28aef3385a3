"""Builds the site when asked, keeps what it read, and shows a page that was saved since at once.

This is the process that `make site` asks: see watch.py. A page is shown as the whole build would
make it, with the style sheets and the policy of the site that is there. What other pages take
from it, the search, and links to and from it are made, and judged, by the build that follows.
"""

import contextlib
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path

from mkdocs.__main__ import cli
from mkdocs.commands import build as mkdocs
from mkdocs.config import load_config
from mkdocs.exceptions import BuildError

from docs.plugins.finishing import policy, weight

_read = {}  # config, files, nav and env of the last build


def keep(**parts):
    """Keep what a build has read, for pages that are shown after it."""
    _read.update(parts)


def main(directory):
    """Answer each line of JSON, ["build"] or ["show", site, page, ...], with one: [status, what was said].

    The status is 0 if all is right, 1 if something is wrong with the site, and 2 if a page cannot
    be shown without a build. "build" builds into ``directory``.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # nothing else is an answer
    with contextlib.suppress(Exception):  # which the build tells
        load_config("mkdocs.yml")  # for what it imports
    for line in sys.stdin:
        what, *names = json.loads(line)
        with tempfile.TemporaryFile() as heard:
            os.dup2(heard.fileno(), 1)
            os.dup2(heard.fileno(), 2)
            status = build(directory) if what == "build" else apart(show, *names)
            heard.seek(0)
            print(json.dumps([status, heard.read().decode(errors="replace")]), file=answers, flush=True)


def build(directory):
    try:
        cli(["build", "--quiet", "--strict", "--site-dir", directory])
    except SystemExit as end:
        return int(bool(end.code))
    except Exception:  # of a hook
        traceback.print_exc()
        return 1


def apart(function, *arguments):
    """Return what a function returns in a copy of this process, which keeps nothing of it."""
    copy = os.fork()
    if copy == 0:
        status = 2
        try:
            status = function(*arguments)
        finally:
            sys.stdout.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])


def show(site, *names):
    """Put pages, named by their sources in docs, anew into a built site."""
    config, files, nav, env = (_read[name] for name in ("config", "files", "nav", "env"))
    pages = [files.get_file_from_path(name).page for name in names]
    try:
        for page in pages:
            mkdocs._populate_page(page, config, files)
        config.plugins.on_env(env, config=config, files=files)
        for page in pages:
            mkdocs._build_page(page, config, files.documentation_pages(), nav, env)
    except BuildError as error:
        print(error)
        return 1
    for page in pages:
        built, shown = Path(page.file.abs_dest_path), Path(site, page.file.dest_uri)
        text = finished(built.read_text(encoding="utf-8"), shown.read_text(encoding="utf-8"), site)
        built.write_text(text, encoding="utf-8")
        os.replace(built, shown)
    return 0


def finished(page, before, site):
    """Return a page as the end of a build makes it, given the one that it is put in place of."""
    (live,) = Path(site).glob("assets/figures.*.css")
    link = weight.LINK.search(before)[1]
    page = weight.dressed(weight.light(page), link, live.relative_to(site).as_posix())
    return policy.guarded(policy.repair(page), policy.META.search(before)[0])
