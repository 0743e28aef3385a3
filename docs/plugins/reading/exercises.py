"""Exercises: what a page shows of them fits the judges of np_nn, and what readers download.

A judge is a function of `snippets/np_nn/exercises/<lesson>.py`. On the lesson's page stands its
*starter*, a Python block with the title `<lesson>_<exercise>.py`, with dots for the reader to
fill in, that ends in `check("<lesson>.<exercise>", …)` and is shown to fail; and below it a
*solution*, a block that calls the same check and is shown to be right.
"""

import ast
import re
from functools import cache

from docs.plugins.reading import blocks
from docs.plugins.running import runner


def names():
    """Return the names of all exercises, such as "xor.train", without importing a judge."""
    files = sorted((runner.SNIPPETS / "np_nn/exercises").glob("[!_]*.py"))
    return list(_names(tuple((file, file.stat().st_mtime_ns) for file in files)))


@cache
def _names(files):
    return [
        f"{path.stem}.{name}"
        for path, _ in files
        for name in _judges(path.read_text(encoding="utf-8"))
    ]


@cache
def _judges(text):
    """Return the names of the judges in a file of them."""
    return [
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def file_name(exercise):
    """Return the name of the file that a reader fills in: xor_train.py for xor.train."""
    return exercise.replace(".", "_") + ".py"


def starters(page_blocks):
    """Return the starters of a page."""
    files = set(map(file_name, names()))
    return [block for block in page_blocks if block.title in files and block.error]


def solutions(page_blocks, exercise):
    """Return the blocks of a page that are shown to be right answers to an exercise."""
    return [
        block
        for block in page_blocks
        if block.exercise == exercise
        and block.error is None
        and block.output
        and re.search("^Right: ", block.output.code, re.MULTILINE)
    ]


def check_page(text, page_blocks, path):
    """Raise PageError unless each exercise on a page, and of its lesson, is a whole one."""
    problems = []
    known = names()
    lesson = path.stem.replace("-", "_") if path.parent.name == "lessons" else ""
    own = [exercise for exercise in known if exercise.startswith(f"{lesson}.")]
    files = {file_name(exercise): exercise for exercise in own}
    begun = set()  # the exercises that have a starter
    for block in page_blocks:
        exercise = files.get(block.title)
        if exercise in begun:
            problems.append((block.line, f"a second starter {block.title}: a solution has no title"))
        elif exercise:
            begun.add(exercise)
            problems += _of_starter(block, exercise, page_blocks)
        elif block.exercise and block.exercise not in known:
            problems.append((block.line, f"no exercise {block.exercise}: {_have(lesson, own)}"))
        elif _is_meant_as_starter(block, lesson, known):
            problems.append((block.line, f'title="{block.title}": {_have(lesson, own)}'))
    heading = blocks.line_of("## Exercises", text.splitlines())
    problems += [
        (heading, f"{exercise} has a judge and no starter here: write a block "
         f'```python title="{file_name(exercise)}" that ends in check("{exercise}", …)')
        for exercise in own
        if exercise not in begun and "\n## Exercises\n" in text
    ]
    if problems:
        raise blocks.PageError(path, problems)


def _of_starter(block, exercise, page_blocks):
    """Yield what is wrong with a starter, with its line."""
    if block.exercise != exercise:
        yield block.line, f'a starter {block.title} ends in check("{exercise}", …)'
    if block.error is None:
        yield block.line, (
            f"{block.title} is a starter, which must fail: put an ```error fence under it, "
            "and `make outputs` writes the sentence; a solution has no title"
        )
    elif not block.error.code.startswith("NotYet: "):
        yield block.error.line, (
            "a starter fails by the sentence of its judge, NotYet: … "
            "(`make outputs` writes it), so that it says what to do"
        )
    if not any(found.line > block.line for found in solutions(page_blocks, exercise)):
        yield block.line, (
            f"no solution of {exercise} below: write a block, a whole program, that calls "
            f'check("{exercise}", …), and beneath it what it prints, Right: … '
            "(`make outputs` writes it)"
        )


def _is_meant_as_starter(block, lesson, known):
    """Whether a block has the title of a file to fill in: it looks like one, or is judged."""
    if not block.title.endswith(".py") or (runner.SNIPPETS / block.title).is_file():
        return False
    lessons = {lesson, *(exercise.partition(".")[0] for exercise in known)} - {""}
    return bool(block.exercise) or block.title.startswith(tuple(f"{name}_" for name in lessons))


def _have(lesson, own):
    """Return the words for which starters a page may have."""
    if not lesson:
        return "starters stand on the pages of their lessons"
    have = ", ".join(map(file_name, own)) or "none"
    return (
        f"the starters of this lesson are {have}; each begins with its judge, "
        f"a function in snippets/np_nn/exercises/{lesson}.py"
    )
