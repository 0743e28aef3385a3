"""Exercises: what a page shows of them fits the judges of np_nn, and what readers download."""

from bs4 import BeautifulSoup

from docs.plugins.problem import Found, check
from docs.plugins.reading.exercises import file_name, solutions
from docs.plugins.reading.page import Page


@check("exercise")
def exercises(page: Page, tree: BeautifulSoup | None = None) -> Found:
    """Each exercise on a page, and of its lesson, is a whole one."""
    page_blocks, known = page.blocks, page.site.exercises
    lesson = page.path.stem.replace("-", "_") if page.is_lesson else ""
    own = [exercise for exercise in known if exercise.startswith(f"{lesson}.")]
    files = {file_name(exercise): exercise for exercise in own}
    begun = set()  # the exercises that have a starter
    for block in page_blocks:
        exercise = files.get(block.title)
        if exercise in begun:
            yield block.line, f"a second starter {block.title}: a solution has no title"
        elif exercise:
            begun.add(exercise)
            yield from _of_starter(block, exercise, page_blocks)
        elif block.exercise and block.exercise not in known:
            yield block.line, f"no exercise {block.exercise}: {_have(lesson, own)}"
        elif _is_meant_as_starter(block, lesson, page.site):
            yield block.line, f'title="{block.title}": {_have(lesson, own)}'
    if "\n## Exercises\n" in page.text:
        heading = page.line_of("## Exercises")
        for exercise in own:
            if exercise not in begun:
                yield (
                    heading,
                    (
                        f"{exercise} has a judge and no starter here: write a block "
                        f'```python title="{file_name(exercise)}" that ends in check("{exercise}", …)'
                    ),
                )


def _of_starter(block, exercise, page_blocks):
    """Yield what is wrong with a starter, with its line."""
    if block.exercise != exercise:
        yield block.line, f'a starter {block.title} ends in check("{exercise}", …)'
    if block.error is None:
        yield (
            block.line,
            (
                f"{block.title} is a starter, which must fail: put an ```error fence under it, "
                "and `make outputs` writes the sentence; a solution has no title"
            ),
        )
    elif not block.error.code.startswith("NotYet: "):
        yield (
            block.error.line,
            (
                "a starter fails by the sentence of its judge, NotYet: … "
                "(`make outputs` writes it), so that it says what to do"
            ),
        )
    if not any(found.line > block.line for found in solutions(page_blocks, exercise)):
        yield (
            block.line,
            (
                f"no solution of {exercise} below: write a block, a whole program, that calls "
                f'check("{exercise}", …), and beneath it what it prints, Right: … '
                "(`make outputs` writes it)"
            ),
        )


def _is_meant_as_starter(block, lesson, site):
    """Whether a block has the title of a file to fill in: it looks like one, or is judged."""
    if not block.title.endswith(".py") or block.title in site.snippets:
        return False
    lessons = {lesson, *(exercise.partition(".")[0] for exercise in site.exercises)} - {""}
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
