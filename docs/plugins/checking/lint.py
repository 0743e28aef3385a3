"""Every check that a page can fail before anything of it is run or written, and all of them at once.

The list of checks is here; each says in which line something is wrong, and what to write instead.
A fence that is refused does not hide the rest: reading/mend.py puts a right one in its place, and
the others read on. The tests call this, and so does the build, which adds what only it knows.
"""

import ast
from collections.abc import Callable, Iterable
from pathlib import Path

from bs4 import BeautifulSoup

from docs.plugins.checking import (
    code,
    exercises,
    html,
    images,
    links,
    markdown,
    names,
    printed,
    questions,
    structure,
    tex,
)
from docs.plugins.problem import PageError, Problem, check, raise_if_any
from docs.plugins.reading import blocks, mend, render
from docs.plugins.reading.page import Page

# What the source alone shows; links need the folder of all pages, and are asked apart.
SOURCE = [
    structure.characters,
    structure.front_matter,
    structure.headings,
    structure.containers,
    tex.dollars,
    html.raw,
    images.images,
    structure.notes,
    printed.passing,
    names.file,
    markdown.addresses,
    questions.questions,
    code.hidden,
]
# What the blocks and the page's HTML show. Their mistakes may come of what stands around them.
BLOCKS = [html.rendered, images.shown, exercises.exercises]
# Kinds of mistakes in TeX: an equation that cannot be read is told once.
FORMULA = {"formula", tex.RAW}


def check_page(
    page: Page | str | Path,
    tree: BeautifulSoup | None = None,
    root: str | Path | None = None,
    in_nav: bool | None = None,
    also: Iterable[Callable] = (),
    wrong_links: Iterable[Problem] | None = None,
) -> list[blocks.Block]:
    """Return the blocks of a page; PageError has all that is wrong with it.

    ``tree`` is the HTML of the page, if it was rendered; ``root`` the folder of all pages, and
    ``in_nav`` whether the page is in `nav`, if known. ``also`` are checks that state more about a
    page: they return Problems, or raise PageError. ``wrong_links`` is what ``links.links`` says of
    the ``readable`` page, if it was asked.
    """
    page = page if isinstance(page, Page) else Page.open(page)
    root = Path(root) if root else None
    found, whole = readable(page)
    fenced = {problem.line for problem in found}
    changed = mend.changed(page.text, whole.text)
    if tree is None or whole is not page:
        tree = BeautifulSoup(render.to_html(whole.markdown), "html.parser")

    source = [problem for function in SOURCE for problem in function(whole)]
    source += links.links(whole, root) if wrong_links is None else wrong_links
    source += structure.in_nav(whole, root, in_nav)
    found += [problem for problem in source if problem.line not in fenced | changed]
    seen = {problem.line for problem in found}
    traps = markdown.traps(whole, tree)
    formulas = markdown.not_of_traps(tex.typeset(whole, tree), traps, whole)
    found += formulas
    if not whole.fences[1]:
        found += [p for p in _syntax(whole) if p.line not in fenced | changed]
        found += [
            problem
            for function in BLOCKS
            for problem in function(whole, tree)
            if problem.line not in fenced | changed and _outside(whole, problem.line) not in seen
        ]
        told = {problem.line for problem in found if problem.kind in FORMULA}
        told |= fenced | {line for problem in formulas for line in _displays(whole, problem)}
        found += [
            problem
            for function in also
            for problem in _problems(function, whole)
            if problem.line not in told | changed or problem.kind == "shapes"
        ]
    traps = markdown.untold(traps, found, whole, changed)
    found += traps
    lines = {problem.line for problem in found}
    left = markdown.untold(html.left_over(whole, tree), traps, whole)
    found += [problem for problem in left if problem.line not in lines]
    raise_if_any(found)
    return whole.blocks


def check_rendered(page: Page, tree: BeautifulSoup) -> None:
    """Raise PageError unless the HTML of a page shows what was read of it, and nothing else."""
    raise_if_any(html.rendered(page, tree) + images.shown(page, tree))


def check_lab(page: Page) -> list[Problem]:
    """Return what is wrong with the Markdown of a lab."""
    tree = BeautifulSoup(render.to_html(page.markdown), "html.parser")
    found = [problem for function in SOURCE for problem in function(page)]
    found += links.links(page) + structure.in_nav(page) + tex.typeset(page, tree)
    return found + markdown.untold(markdown.traps(page, tree), found, page)


@check("syntax")
def _syntax(page):
    """Blocks that are not shown to fail can at least begin to run."""
    for block in page.python:
        if block.error is None:
            try:
                ast.parse(block.code)
            except (SyntaxError, ValueError) as error:
                line = block.line + (getattr(error, "lineno", 0) or 0)
                yield line, f"no Python ({error.args[0]}): mend it, or write ```error beneath it"


def _outside(page, line):
    """Return the line above, less indented, that a line seems to belong to; or 0."""
    indents = [len(line) - len(line.lstrip()) if line.strip() else 99 for line in page.lines]
    above = range(line - 1, 0, -1)
    return next((at for at in above if indents[at - 1] < indents[line - 1]), 0)


def _displays(page, problem):
    """Return the line in which the formula begins that a problem is in, if it is in one."""
    return {found.line for found in page.formulas if found.line <= problem.line <= found.end}


def _problems(function, page):
    try:
        return function(page) or []
    except PageError as error:
        return error.problems
    except SyntaxError:
        return []  # in a block, which has been told


def readable(page: Page) -> tuple[list[Problem], Page]:
    """Return what is wrong with the fences of a page, and the page that the others read.

    That is the page itself, or one with what is right instead, at the same lines: what comes of
    a mistake is no other mistake.
    """
    _, found = page.fences
    if not found:
        return [], page
    unclosed = [problem for problem in found if problem.kind == "unclosed"]
    if unclosed:
        closed = mend.mended(page.text, only_close=True)
        told = mend.changed(page.text, closed)
        found = unclosed + [p for p in Page(closed, page.path).fences[1] if p.line not in told]
    whole = Page(mend.mended(page.text), page.path)
    _, left = whole.fences
    found = [p for p in found if p.kind != "unowned" or p in left]
    told = {problem.line for problem in found} | mend.changed(page.text, whole.text)
    return found + [p for p in left if p.line not in told], whole
