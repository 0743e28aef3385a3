"""Rewrites what the pages show as printed: `make outputs`, or this module with pages' names.

Every page is run; beneath each Python block goes an ```output fence with what it printed
(none if it prints nothing), and an ```error fence is renewed where there is one. A page that
cannot be read, or in which a block fails that is not shown to fail, stays as it was.
"""

import os
import sys
from pathlib import Path

from docs.plugins.problem import PageError, raise_if_any
from docs.plugins.reading.page import Page, sources
from docs.plugins.running import compare


def rewrite(path: Path) -> bool:
    """Renew the outputs of one page; return whether its file changed.

    PageError if the page cannot be run to its end: then nothing was written.
    """
    page = Page.open(path)
    results = compare.run_page(page.blocks, path)
    lines = page.text.splitlines()
    # From the last to the first, so that the lines of those still to come stay where they are.
    for block in reversed(page.python):
        result = results.get(block.line)
        if result is None:
            continue
        if result.error and block.error is None:
            raise PageError([page.problem("run", block.line, f"the block fails:\n{result.trace}")])
        if what := compare.not_shown(result):
            raise PageError([page.problem("run", block.line, what)])
        if block.error and not result.error:
            words = "the block above is shown to fail, but it runs"
            raise PageError([page.problem("run", block.error.line, words)])
        if block.error:
            lines[block.error.line : block.error.end - 1] = _indented(block, result.error)
        if block.output and result.stdout:
            printed = compare.shown(result.stdout)
            lines[block.output.line : block.output.end - 1] = _indented(block, printed)
        elif block.output:
            del lines[block.end : block.output.end]
        elif result.stdout:
            printed = compare.shown(result.stdout)
            fence = ["", *_indented(block, f"```output\n{printed}```")]
            lines[block.end : block.end] = fence
    text = "\n".join(lines) + "\n"
    if text == page.text:
        return False
    raise_if_any(Page(text, path).fences[1])  # what a program prints may itself look like a fence
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)
    return True


def _indented(block, text):
    return [(block.indent + line).rstrip() for line in text.splitlines()]


def main(names: list[str]) -> int:
    """Rewrite the named pages, or all of the site; return the number that were refused."""
    pages = [Path(name) for name in names] or sources()
    refused = 0
    for path in pages:
        try:
            if rewrite(path):
                print(f"{path}: rewritten")
        except PageError as error:
            refused += 1
            print(error, file=sys.stderr)
        except OSError as error:
            refused += 1
            print(f"{path}: {error.strerror}", file=sys.stderr)
    return refused


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
