"""Lets Lighthouse judge pages of the built site, as a static host would serve them.

    make lighthouse                          one page of each kind; needs Node.js
    make lighthouse PAGES="lessons/xor/"     these pages, or PAGES=all, which takes an hour

Each is opened five times as on a phone and five times on a desk, in turns, and the table has the
medians. On the phone each is also opened with its maths taken out: how much longer does it take
until the largest thing on the screen stands? Lighthouse's clocks depend on how fast the machine
is and on what else it does. So the table says how fast it was: the benchmark index of Lighthouse,
which takes 1000 to 1500 for an ordinary desktop and slows the phone down from there.
"""

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import threading
from collections import defaultdict
from functools import cache, partial
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from site_pages import BROWSERS, NO_BROWSER, browser_path

from docs.plugins import paths
from docs.plugins.reading import render
from docs.plugins.serving.serve import Handler, Server

SITE = paths.ROOT / "site"
PAGES = ["", "lessons/perceptron/", "lessons/backprop/", "labs/xor_lab/", "notation/", "verified/"]
PACKAGE = "lighthouse@12.8.2"
FLAGS = "--headless=new --no-sandbox --disable-gpu"
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
DEVICES = {"mobile": [], "desktop": ["--preset=desktop"]}
BARE = "?without-maths"
EQUATION = re.compile(
    r'<(?P<tag>div|span) (?:[\w-]+="[^"]*" )*class="math(?: display)?" data-tex=.*?</(?P=tag)>', re.DOTALL
)
GLYPHS = re.compile(r'<svg display="none" aria-hidden="true"><defs>.*?</defs></svg>', re.DOTALL)


@cache
def sent(path, bare):
    """Return a file as it is sent, compressed; a page without its maths if it is to be bare."""
    content = path.read_bytes()
    if bare and path.suffix == ".html":
        content = without_maths(content.decode()).encode()
    return gzip.compress(content, 6, mtime=0)


def without_maths(page):
    return EQUATION.sub("", GLYPHS.sub("", page))


class Host(Handler):
    """Serves the site compressed, and lets the browser keep a file for ten minutes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        body = sent(path, BARE in self.path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve():
    """Serve the site, at its own address if that is on this machine and free; return the address."""
    own = urlsplit(render.config().site_url)
    wanted = own.port if own.hostname == "127.0.0.1" and own.port else 0
    handler = partial(Host, directory=str(SITE))
    try:
        server = Server(("127.0.0.1", wanted), handler)
    except OSError:
        server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def ask(address, options):
    """Return what Lighthouse finds out about a page in one visit."""
    command = ["npx", "--yes", "--package", PACKAGE, "lighthouse", address, "--output=json"]
    command += ["--output-path=stdout", "--quiet", f"--chrome-flags={FLAGS}", *options]
    browser = browser_path([*BROWSERS[1:], BROWSERS[0]])  # readers have no headless shell
    if browser is None:
        sys.exit(NO_BROWSER)
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"CHROME_PATH": browser})
    if done.returncode:
        sys.exit(f"Lighthouse could not open {address}:\n{done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)


def read(report):
    """Return {name: number} of a report, and what took points away, as {audit: title}."""
    found = {name: 100 * part["score"] for name, part in report["categories"].items()}
    audits = report["audits"]
    found["LCP"] = audits["largest-contentful-paint"]["numericValue"] / 1000
    found["CLS"] = audits["cumulative-layout-shift"]["numericValue"]
    found["index"] = report["environment"]["benchmarkIndex"]
    lost = {
        f"{name}: {ref['id']}": audits[ref["id"]]["title"]
        for name, part in report["categories"].items()
        for ref in part["auditRefs"]
        if ref["weight"] and audits[ref["id"]]["score"] not in (None, 1)
    }
    return found, lost


def medians(found):
    """Return {name: median} of a list of {name: number}."""
    return {name: median(visit[name] for visit in found) for name in found[0]}


def row(page, device, found, bare):
    """Return a line of the table."""
    cells = [f"{found[name]:>14.0f}" for name in CATEGORIES]
    line = f"{page or '/':24}{device:8}{''.join(cells)}{found['LCP']:>8.2f}{found['CLS']:>7.3f}"
    if bare:
        line += f"{bare['LCP']:>14.2f}{found['LCP'] / bare['LCP'] - 1:>+8.0%}"
    return f"{line:<125}{found['index']:>7.0f}"


HEAD = (
    f"{'page':24}{'':8}{''.join(name.rjust(14) for name in CATEGORIES)}{'LCP, s':>8}{'CLS':>7}"
    f"{'without maths':>14}{'more':>8}"
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="*", help="addresses such as lessons/xor/, or all")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    pages = ["" if page == "/" else page for page in arguments.pages] or PAGES
    if pages == ["all"]:
        pages = sorted(path.parent.relative_to(SITE).as_posix() + "/" for path in SITE.rglob("index.html"))
        pages = ["" if page == "./" else page for page in pages]
    if missing := [page for page in pages if not (SITE / page / "index.html").is_file()]:
        sys.exit(f"no page {missing[0]!r} in site/: PAGES are addresses such as lessons/xor/")
    if arguments.runs < 1:
        sys.exit(f"--runs is at least 1, got {arguments.runs}")
    home, lost = serve(), defaultdict(set)
    print(f"{HEAD:<125}{'index':>7}")
    for page in pages:
        visits = defaultdict(list)
        for _ in range(arguments.runs):  # in turns: what else the machine does falls on all alike
            for device, options in DEVICES.items():
                found, taken = read(ask(home + page, options))
                visits[device].append(found)
                for audit, title in taken.items():
                    lost[f"{audit}: {title}"].add(f"{page or '/'} ({device})")
            if 'data-tex="' in (SITE / page / "index.html").read_text(encoding="utf-8"):
                only = ["--only-categories=performance"]
                visits["bare"].append(read(ask(home + page + BARE, only))[0])
        bare = medians(visits["bare"]) if visits["bare"] else None
        for device in DEVICES:
            found = medians(visits[device])
            print(row(page, device, found, bare if device == "mobile" else None), flush=True)
    print("\nWhat took points away, at least once:")
    for audit, where in sorted(lost.items()):
        print(f"  {audit}: {', '.join(sorted(where))}")


if __name__ == "__main__":
    main()
