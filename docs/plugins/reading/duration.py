"""How long a lesson takes: computed from its page by one rule, so that no author has to guess.

Reading takes a minute for every 200 words, for each Python block and for each equation on lines of
its own; together rounded to five minutes. A formula or a piece of code within a sentence counts as
a word. Each exercise takes ten minutes; the section of exercises is no part of the reading.

200 words a minute is slow for a story, and usual for matter that is new. Nobody has measured the
readers of this site: the rule makes lessons comparable, and promises no more than "about".
"""

import re
from typing import NamedTuple

from docs.plugins.problem import Found, check
from docs.plugins.reading.page import FORMULA, IMAGE, Page

WORDS_A_MINUTE = 200
MINUTES_A_BLOCK = 1
MINUTES_AN_EQUATION = 1
MINUTES_AN_EXERCISE = 10
ROUNDED_TO = 5
LINE = re.compile(r"^\*Time\* .*$", re.MULTILINE)
STATED = re.compile(r"\*Time\* about (\d+) minutes(?:, and (\d+) for the exercises?)?\.")
WORD = re.compile(r"\w[\w'’-]*|·+")
TARGET = re.compile(r"(?<=\])\([^)\n]*\)")


class Minutes(NamedTuple):
    """Minutes for a lesson's text, and for all of its exercises."""

    reading: int
    exercises: int


def stated(text: str) -> Minutes | None:
    """Return what the *Time* line of a text says; None if there is none, or in other words."""
    line = LINE.search(text)
    found = line and STATED.fullmatch(line[0])
    return Minutes(int(found[1]), int(found[2] or 0)) if found else None


def computed(page: Page) -> Minutes:
    """Return how long a page takes by the rule; PageError if its blocks cannot be read."""
    begin, end = _exercises(page)

    def is_read(found):
        return not begin <= found.line < end

    lines = enumerate(_words(page).split("\n"), 1)
    words = sum(len(WORD.findall(line)) for number, line in lines if not begin <= number < end)
    reading = words / WORDS_A_MINUTE
    reading += MINUTES_A_BLOCK * sum(map(is_read, page.python))
    reading += MINUTES_AN_EQUATION * sum(f.is_display and is_read(f) for f in page.formulas)
    exercises = {block.exercise for block in page.python} - {""}
    return Minutes(
        max(ROUNDED_TO, ROUNDED_TO * round(reading / ROUNDED_TO)),
        MINUTES_AN_EXERCISE * len(exercises),
    )


def line(page: Page) -> str:
    """Return the *Time* line that a page should have."""
    reading, exercises = computed(page)
    plural = "s" if exercises > MINUTES_AN_EXERCISE else ""
    more = f", and {exercises} for the exercise{plural}" if exercises else ""
    return f"*Time* about {reading} minutes{more}."


@check("time")
def times(page: Page) -> Found:
    """A lesson says how long it takes by the rule."""
    said = LINE.search(page.body) if page.is_lesson else None
    if said and said[0].rstrip() != (right := line(page)):
        yield (
            page.body.count("\n", 0, said.start()) + 1,
            (
                f"{said[0].rstrip()} By its words, blocks, equations and exercises it is: {right} "
                "(`make outputs` writes that)"
            ),
        )


def renewed(page: Page) -> str:
    """Return the text of a page with the right *Time* line, if it has one."""
    said = LINE.search(page.body)
    if not said:
        return page.text
    lines = page.text.split("\n")
    lines[page.body.count("\n", 0, said.start())] = line(page)
    return "\n".join(lines)


def _exercises(page):
    """Return the line at which the section of exercises begins, and the one of the next section."""
    sections = [heading for heading in page.headings if heading.level == 2]
    for heading, after in zip(sections, [*sections[1:], None]):
        if heading.title == "Exercises":
            return heading.line, after.line if after else len(page.lines) + 1
    return 0, 0


def _words(page):
    """Return the sentences of a page at their lines: formulas as a word, no text of images."""
    text = FORMULA.sub(lambda found: re.sub(r"[^\n]", "·" if found[1] is None else " ", found[0]), page.body)
    text = IMAGE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return TARGET.sub("", text)
