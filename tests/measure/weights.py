"""Weighs every page of the built site, with all it loads before an interactive figure does.

    make bench                          prints the table, before it times np_nn
    python tests/measure/weights.py SITE        the same for a built site, in a second

Bytes are those of gzip as a static host sends them, without the heads of requests. Files that the
site asks for later are not in it: figures as they come near the screen, search, the tools behind
an equation, and after five seconds the worker that keeps pages.
"""

import gzip
import re
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from docs.plugins.reading import render

# What a page may weigh, in bytes, and what of that may be files that every page loads. A page of
# many equations might weigh 130 kB; all lessons keep to less.
PAGE, SHARED = 100_000, 59_000
LARGE = 160_000  # a lab, and the ledger, which has every equation of every lesson
REQUESTS = 12
TAG = re.compile(r"<(?:link|script|img)\b[^>]*>")
ADDRESS = re.compile(r'\s(?:src|href)="([^"]*)"')
AT_ONCE = re.compile(
    r'<link [^>]*rel="(?:stylesheet|icon|preload|modulepreload|manifest)"|<script |<img (?!.*loading="lazy")'
)

THEME = re.compile(r"javascripts/bundle\.")


class Weight(NamedTuple):
    """What a page weighs: its files, the bytes of its HTML, those of all, and its equations."""

    files: list
    page: int
    whole: int
    equations: int


@cache
def zipped(path):
    """Return the size of a file as a static host sends it."""
    return len(gzip.compress(path.read_bytes(), 6, mtime=0))


def weigh(site, path):
    """Return the Weight of a page of a site, which lies in the directory ``site``."""
    page = path.read_text(encoding="utf-8")
    own = f"/{path.relative_to(site).as_posix()}"
    root = urlsplit(render.config().site_url).path  # pages for any address name files from there
    found = [ADDRESS.search(tag) for tag in TAG.findall(page) if AT_ONCE.match(tag)]
    links = {
        urljoin(own, link[1].removeprefix(root) if link[1].startswith(root) else link[1]) for link in found if link
    }
    files = {link.lstrip("/") for link in links}
    if any(THEME.search(name) for name in files):
        files.add("sitemap.xml")  # which its instant navigation reads
    files = sorted(files)
    whole = zipped(path) + sum(zipped(site / name) for name in files)
    return Weight(files, zipped(path), whole, page.count('data-tex="'))


def weigh_all(site):
    """Return {address: Weight} of all pages of a built site."""
    site = Path(site)
    return {
        path.relative_to(site).as_posix().removesuffix("index.html"): weigh(site, path)
        for path in sorted(site.rglob("*.html"))
    }


def limits(weights):
    """Return {address: the most that a page may weigh}."""
    return {name: LARGE if name.startswith(("labs/", "verified/")) else PAGE for name in weights}


def too_heavy(weights):
    """Return a sentence for each limit that a page does not keep to."""
    said, allowed = [], limits(weights)
    for name, found in weights.items():
        shown, shared, requests = name or "/", found.whole - found.page, len(found.files) + 1
        if found.whole > allowed[name]:
            said.append(f"{shown} weighs {found.whole} bytes, and may weigh {allowed[name]}")
        if shared > SHARED:
            said.append(f"{shown} loads {shared} bytes beside its HTML, and may load {SHARED}")
        if requests > REQUESTS:
            said.append(f"{shown} comes in {requests} files, and may in {REQUESTS}: {found.files}")
    return said


def table(weights):
    """Return the lines of the table, the heaviest page first."""
    allowed = limits(weights)
    lines = [f"{'page':28}{'requests':>9}{'equations':>10}{'HTML, kB':>10}{'all, kB':>9}{'at most':>9}"]
    for name, found in sorted(weights.items(), key=lambda item: -item[1].whole):
        sizes = f"{found.page / 1000:10.1f}{found.whole / 1000:9.1f}{allowed[name] / 1000:9.1f}"
        lines.append(f"{name or '/':28}{len(found.files) + 1:9}{found.equations:10}{sizes}")
    return lines


def main(site):
    if not Path(site, "index.html").is_file():
        sys.exit(f"SITE is the directory of a built site, got {site!r}: make build makes site/")
    weights = weigh_all(site)
    print("What a page weighs as a static host sends it, before an interactive figure loads")
    print("\n".join(table(weights)))
    if said := too_heavy(weights):
        sys.exit("\n".join(said))


if __name__ == "__main__":
    main(*sys.argv[1:] or ["site"])
