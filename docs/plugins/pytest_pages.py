"""pytest plugin: hands pytest-markdown-docs our reader of blocks and our runner.

It is named in pyproject.toml (`-p docs.plugins.pytest_pages`), not in a conftest, so that
`pytest docs/lessons/xor.md` alone is as strict as the whole run.
"""

from functools import cache
from types import SimpleNamespace

import pytest
from pytest_markdown_docs import plugin as markdown_docs
from pytest_markdown_docs._runners import register_runner

from docs.plugins import blocks, equations, exercises, pages, render


class BlockFailed(Exception):
    """A block of a page does not do what the page shows. Its text is the whole report."""


class PageFile(markdown_docs.MarkdownTextFile):
    """A page. What is wrong with it as a whole stops it before any block is run."""

    def collect(self):
        try:
            page_blocks = blocks.read_file(self.path)
            text = self.path.read_text(encoding="utf-8")
            blocks.check_rendered(render.to_html(text), page_blocks, text, self.path)
            exercises.check_page(text, page_blocks, self.path)
            equations.check_page(text, self.path)
        except blocks.PageError as error:
            raise self.CollectError(str(error.at(blocks.shown_path(self.path)))) from None
        yield from super().collect()


class Reader:
    """Stands in for markdown-it: the Python blocks of a text as its fence tokens."""

    def parse(self, text):
        return [
            SimpleNamespace(
                type="fence", info="python", content=block.code, map=[block.line - 1, block.end]
            )
            for block in blocks.read(text)
            if block.language == "python"
        ]


@register_runner(default=True)
class PageRunner:
    """Judges one block by the run of its whole page."""

    def runtest(self, test, args, *, asyncio_runner=None):
        page_blocks, results = _run(test.source_path)
        found = [block for block in page_blocks if block.line == test.start_line]
        if not found:
            where = blocks.shown_path(test.source_path)
            raise BlockFailed(f"{where}: the page was changed meanwhile")
        (block,) = found
        if block.line not in results:
            pytest.skip("a block above it failed")
        complaint = pages.complaint(block, results[block.line])
        if complaint:
            line, what = complaint
            raise BlockFailed(f"{blocks.shown_path(test.source_path)}:{line}: {what}")

    def repr_failure(self, test, excinfo, style=None):
        return str(excinfo.value)


@cache
def _run(path):
    page_blocks = blocks.read_file(path)
    return page_blocks, pages.run_page(page_blocks, path)


@pytest.hookimpl(tryfirst=True)
def pytest_markdown_docs_markdown_it():
    return Reader()


@pytest.hookimpl(hookwrapper=True)
def pytest_collect_file(file_path, parent):
    """Pages are collected by our class; Python files have no pages in their docstrings."""
    outcome = yield
    theirs = (markdown_docs.MarkdownTextFile, markdown_docs.MarkdownDocstringCodeModule)
    collectors = outcome.get_result()
    ours = [collector for collector in collectors if type(collector) not in theirs]
    if any(type(collector) is markdown_docs.MarkdownTextFile for collector in collectors):
        ours.append(PageFile.from_parent(parent, path=file_path))
    outcome.force_result(ours)
