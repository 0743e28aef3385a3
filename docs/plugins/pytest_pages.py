"""pytest plugin: hands pytest-markdown-docs our reader of blocks and our runner.

It is named in pyproject.toml (`-p docs.plugins.pytest_pages`), not in a conftest, so that
`pytest docs/lessons/xor.md` alone is as strict as the whole run.
"""

import gc
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_markdown_docs import plugin as markdown_docs
from pytest_markdown_docs._runners import register_runner
from pytest_markdown_docs.definitions import FenceTestDefinition

from docs.plugins.checking import lint, numbers
from docs.plugins.equations import check as equations
from docs.plugins.ledger import store
from docs.plugins.paths import PLUGINS
from docs.plugins.problem import PageError, shown_path
from docs.plugins.reading import duration
from docs.plugins.reading.page import Page
from docs.plugins.running import compare, runner

_passed = Counter()  # blocks that do what their page shows, by the path of the page
_facts = {}  # what tests say by `proven`


class BlockFailed(Exception):
    """A block of a page does not do what the page shows. Its text is the whole report."""


class PageFile(markdown_docs.MarkdownTextFile):
    """A page: one test that reads it as a whole, and one for each of its blocks."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        yield PageItem.from_parent(self, name="page")
        try:
            yield from super().collect()
        except PageError:
            pass  # the test above says it


class PageItem(pytest.Item):
    """Reads a page. What is wrong with it as a whole stops it before any block is run."""

    def runtest(self) -> None:
        refused = _refused(self.path)
        if refused:
            raise refused

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, PageError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, "page"


@cache
def _refused(path):
    """Return what is wrong with a page as a whole, as a PageError, or None."""
    try:
        lint.check_page(path, also=[equations.problems, numbers.unshown, duration.times])
    except PageError as error:
        return error


class Reader:
    """Stands in for markdown-it: the Python blocks of a text as its fence tokens."""

    def parse(self, text: str) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(type="fence", info="python", content=block.code, map=[block.line - 1, block.end])
            for block in Page(text).python
        ]


@register_runner(default=True)
class PageRunner:
    """Judges one block by the run of its whole page."""

    def runtest(self, test: FenceTestDefinition, args: dict[str, Any], *, asyncio_runner: Any = None) -> None:
        if _refused(test.source_path):
            pytest.skip("the page is refused")
        page_blocks, results = _run(test.source_path)
        found = [block for block in page_blocks if block.line == test.start_line]
        if not found:
            where = shown_path(test.source_path)
            raise BlockFailed(f"{where}: the page was changed meanwhile")
        (block,) = found
        if block.line not in results:
            pytest.skip("a block above it failed")
        complaint = compare.complaint(block, results[block.line])
        if complaint:
            line, what = complaint
            raise BlockFailed(f"{shown_path(test.source_path)}:{line}: {what}")
        _passed[test.source_path] += 1

    def repr_failure(
        self, test: FenceTestDefinition, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str:
        return str(excinfo.value)


@cache
def _run(path):
    page = Page.open(path)
    return page.blocks, compare.run_page(page.blocks, path)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--verified",
        action="store_true",
        help="write docs/verified.json and docs/verified.md if every test passes; of the tests "
        "in tests/ only those run that say something for the ledger",
    )


@pytest.fixture
def proven(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """A function of a name and a sentence, which stands in the ledger.

    It fails if the ledger says something else, unless the ledger is being written.
    """

    def say(name, sentence):
        _facts[name] = sentence
        if not request.config.option.verified:
            stands = store.load()["facts"].get(name)
            assert stands == sentence, f"the ledger has {stands!r}: `make verified` renews it"

    return say


def pytest_configure(config: pytest.Config) -> None:
    if config.option.verified and _has_workers(config):
        raise pytest.UsageError("--verified runs in one process: leave out -n")
    if config.option.verified and config.args_source is not config.ArgsSource.TESTPATHS:
        ours, theirs = store.versions(), store.load()["versions"]
        if theirs and theirs != ours:  # of which the ledger says that all pages were run with them
            raise pytest.UsageError(f"the ledger is of {theirs}, this is {ours}: run all pages, with make verified")
    named = [config.invocation_params.dir / arg.partition("::")[0] for arg in config.args]
    if all(path.suffix == ".md" and path.is_file() for path in named) and not _has_workers(config):
        # Nothing but these pages is run: while pytest gets ready, what they import is imported.
        runner.begin("".join(path.read_text(encoding="utf-8", errors="replace") for path in named))
        # At its end it would import hypothesis, and look for garbage five times in all of PyTorch.
        config.pluginmanager.set_blocked("hypothesispytest")
        config.add_cleanup(gc.freeze)


def _has_workers(config):
    return bool(getattr(config.option, "numprocesses", None))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.verified:
        chosen = [i for i in items if i.getparent(PageFile) or "proven" in getattr(i, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Return how many workers `-n auto` is: one for each processor core that may be used."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the ledger of the pages that were run, if all that was run is right."""
    config = session.config
    if not config.option.verified or exitstatus != pytest.ExitCode.OK:
        return
    before, entries = store.load(), {}
    read = {item.path for item in session.items if isinstance(item, PageItem)}
    if config.args_source is config.ArgsSource.TESTPATHS:
        read.update(path for path in store.pages() if path.suffix == ".py")  # labs
    for path in store.pages():
        name, found = store.name_of(path), store.entry(path) if path in read else None
        if found and found["blocks"] == _passed[path]:
            entries[name] = found
        elif name in before["pages"]:  # was not run: what was said of it stays, stale or not
            entries[name] = before["pages"][name]
    facts = before["facts"] | _facts
    store.save({"versions": store.versions(), "facts": facts, "pages": entries})


@pytest.hookimpl(tryfirst=True)
def pytest_markdown_docs_markdown_it() -> Reader:
    return Reader()


@pytest.hookimpl(hookwrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, None]:
    """Pages are collected by our class; Python files have no pages in their docstrings."""
    outcome = yield
    theirs = (markdown_docs.MarkdownTextFile, markdown_docs.MarkdownDocstringCodeModule)
    collectors = outcome.get_result()
    ours = [collector for collector in collectors if type(collector) not in theirs]
    if not file_path.is_relative_to(PLUGINS) and any(
        type(collector) is markdown_docs.MarkdownTextFile for collector in collectors
    ):
        ours.append(PageFile.from_parent(parent, path=file_path))
    outcome.force_result(ours)
