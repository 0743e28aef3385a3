"""How the HTML of a page is made: parsed once, taken through this list of steps, written once.

Each step is a function of the page's Inputs and its tree, which it changes in place; so a new one
is a module of its own and a line here. It does not matter who rendered the HTML: MkDocs or another
builder, as long as it does so by Python-Markdown and the extensions of mkdocs.yml.
"""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from bs4 import BeautifulSoup

from docs.plugins import cache, paths
from docs.plugins.building import (
    copies,
    drafts,
    feet,
    figures,
    html,
    ids,
    marks,
    maths,
    plots,
    predict,
    quiz,
    runs,
    terms,
)
from docs.plugins.building.inputs import Inputs
from docs.plugins.checking import lint

CACHE = paths.CACHE / "pages"
STEPS: list[Callable[[Inputs, BeautifulSoup], None]] = [
    copies.add,  # each Python block has the program up to it for its copy button
    runs.add,  # and says whether it can be run in the page
    terms.mark,  # the first use of a term shows what it means
    predict.add,  # what answers a prediction is folded
    quiz.add,  # the options of a question can be chosen
    maths.of_ledger,  # the equations of the ledger are some too
    maths.typeset,  # equations are drawn
    figures.inline,  # figures are SVG in the page
    figures.enliven,  # those with a module in docs/widgets are marked for it
    plots.fill,  # plots of a lab are in their places
    feet.add,  # what stands at the end: to take home, to mend, how far the reader has come
    marks.add,  # each equation says how it was checked, and the page what was verified
    marks.add_tools,  # the others have a button for the tools alone
    drafts.say,  # a draft says that it is one
    ids.add,  # equations and blocks have places to link to
]


def make(inputs: Inputs) -> str:
    """Return the HTML of a page; PageError has all that is wrong with it."""
    tree = html.parse(inputs.html)
    if inputs.is_lab:
        lint.check_rendered(inputs.page, tree)
    else:
        lint.check_page(inputs.page, tree, inputs.root, in_nav=inputs.is_in_nav, wrong_links=inputs.links)
    for step in STEPS:
        step(inputs, tree)
    return html.written(tree)


def made(inputs: Inputs) -> str:
    """Return the HTML of a page, made of these Inputs now or before; PageError as in ``make``."""
    key = inputs, cache.machinery()
    return cache.get_or_make(CACHE, lambda: key, lambda: make(inputs).encode()).decode()


class Work:
    """Pages that are being made, each as soon as its Inputs are known, on all cores.

    Leaving its context lets go of the processes.
    """

    def __init__(self):
        self._pool, self._begun = None, {}

    def begin(self, name: str, inputs: Inputs) -> None:
        """Begin with a page."""
        if cache.is_kept(CACHE, (inputs, cache.machinery())) or not _can_fork():
            self._begun[name] = lambda: made(inputs)
            return
        if self._pool is None:
            cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
            self._pool = ProcessPoolExecutor(cores, multiprocessing.get_context("fork"))
        self._begun[name] = self._pool.submit(made, inputs).result

    def result(self, name: str, otherwise: str) -> str:
        """Return the HTML of a page, or ``otherwise`` if it was not begun; PageError as in ``make``."""
        return self._begun[name]() if name in self._begun else otherwise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._pool:
            self._pool.shutdown()


def _can_fork():
    return "fork" in multiprocessing.get_all_start_methods()
