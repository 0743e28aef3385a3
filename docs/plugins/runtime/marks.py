"""Which blocks of a page can run in the page, and how the page says so.

A block runs there unless its program imports PyTorch, or `make runs` has found that it does
something else there than the page shows: docs/runs.json has those, by the digest of the program.
So a new block can be run at once, and the tests, which run every block, tell if it should not.
"""

import ast
import functools
import json
import logging

from docs.plugins.paths import DOCS
from docs.plugins.reading import render
from docs.plugins.runtime import engine

MEASURED = DOCS / "runs.json"
TORCH = "This block needs PyTorch, which does not run in a browser."
FOLDER = (
    '<p class="no-run">You read a copy in a folder, from where no browser starts Python. '
    '<a href="{address}">On the site</a> these blocks can be run and changed.</p>'
)


def setting():
    """Return what mkdocs.yml says of the engine: "pip", "none", a folder or an address."""
    return render.config().extra.get("engine") or engine.PIP


@functools.cache
def files():
    """Return {name: path} of the engine's files, or None; say in a sentence if there is none."""
    try:
        return engine.get(setting())
    except engine.NotHad as error:
        logging.getLogger("mkdocs.plugins.runtime").info("No block can be run in the page: %s.", error)
        return None


def measured():
    """Return {digest of a program: what it does in a browser} of those that do something else there."""
    return json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}


def digest(program):
    """Return the name of a program in docs/runs.json."""
    return engine.sha256(program.rstrip().encode())[:16]


def imports(program):
    """Return the names of the packages that a program imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def of(block, program):
    """Return the attributes of a block in the page, from its program: none without an engine."""
    if files() is None:
        return {}
    if reason := why_not(program):
        return {"data-run-not": reason}
    return {"data-run": ""} | ({"data-check": block.exercise} if block.exercise and block.title else {})


def why_not(program):
    """Return in a sentence why a program does not run in a browser; "" if it does."""
    try:
        if "torch" in imports(program):
            return TORCH
    except SyntaxError:  # which the page shows
        return ""
    return measured().get(digest(program), {}).get("why", "")


def rests_on():
    """Return all that the marks of a page are made of, beside the page."""
    return files() is not None, measured()


def in_folder(text, address):
    """Return a page without its marks, and with the reason why, as it stands in a folder."""
    if ' data-run=""' not in text:
        return text.replace(' data-run-not="', ' data-no="')
    text = text.replace(' data-run=""', "").replace(' data-run-not="', ' data-no="')
    return text.replace("</article>", FOLDER.format(address=address) + "</article>", 1)
