"""The course as its own pages tell it: which lesson comes when, what it needs, how long it takes.

The order is `nav` in mkdocs.yml; a lesson's title, *You need* and *Time* stand on its page.
A draft is in `nav`, and not yet in the course.
`python -m docs.plugins.reading.course` brings *Time* up to date by the rule of duration.py, and
then the table of docs/index.md, which repeats all of this.
"""

import re
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from mkdocs.exceptions import MkDocsException

from docs.plugins.paths import DOCS
from docs.plugins.problem import PageError
from docs.plugins.reading import duration
from docs.plugins.reading.page import Page
from docs.plugins.reading.render import config

LESSON = re.compile(r"lessons/([\w-]+)\.md")
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
NEEDS = re.compile(r"\*You need\* (.+)")
ROW = re.compile(r"^\| \d+ \| \[.*?\]\(lessons/([\w-]+)\.md\) \| (.*?) \|.*\n", re.MULTILINE)
TOTAL = re.compile(r"about \d+ hours? to read, and their exercises about \d+ more")
NOTHING = "nothing"
LINK = re.compile(r"\]\(([\w-]+)\.md(?:#[^)]*)?\)")


class Lesson(NamedTuple):
    """A lesson: ``needs`` are the slugs of the lessons that its *You need* links to."""

    slug: str
    title: str
    needs: tuple
    minutes: duration.Minutes


def pages(nav: str | list | dict | None) -> list[str]:
    """Return the names of the pages in a nav, in its order."""
    if isinstance(nav, str):
        return [nav]
    children = nav.values() if isinstance(nav, dict) else nav or []
    return [name for child in children for name in pages(child)]


def slugs(nav: str | list | dict | None) -> list[str]:
    """Return the slugs of the lessons that are in a nav, in its order."""
    return [match[1] for name in pages(nav) if (match := LESSON.fullmatch(name))]


def read(slug: str, text: str) -> Lesson:
    """Return the Lesson that a page describes; ValueError says what is missing on it."""
    time = "*Time* about 20 minutes."
    found: dict[str, Any] = {"title": TITLE.search(text), "*You need*": NEEDS.search(text), time: duration.stated(text)}
    for what, match in found.items():
        if not match:
            raise ValueError(f"docs/lessons/{slug}.md: no {what} on a line of its own")
    needs = tuple(dict.fromkeys(LINK.findall(found["*You need*"][1])))
    return Lesson(slug, found["title"][1], needs, found[time])


@cache
def order() -> tuple[str, ...]:
    """Return the slugs of all lessons but drafts, in the order of `nav`."""
    return tuple(slug for slug in slugs(config().nav) if not Page.open(DOCS / f"lessons/{slug}.md").is_draft)


def lessons() -> list[Lesson]:
    """Return all Lessons but drafts, in the order of `nav`."""
    return [read(slug, (DOCS / f"lessons/{slug}.md").read_text(encoding="utf-8")) for slug in order()]


def renewed(index: str, course: list[Lesson]) -> str:
    """Return the text of docs/index.md with a row for each lesson, and the time of all.

    What stands under *You will* is the author's and stays.
    """
    rows = list(ROW.finditer(index))
    you_will = {row[1]: row[2] for row in rows}
    number = {lesson.slug: place for place, lesson in enumerate(course, start=1)}
    table = "".join(
        f"| {number[lesson.slug]} | [{lesson.title}](lessons/{lesson.slug}.md) "
        f"| {you_will.get(lesson.slug, '…')} "
        f"| {', '.join(str(number[need]) for need in lesson.needs) or NOTHING} "
        f"| {lesson.minutes.reading} + {lesson.minutes.exercises} |\n"
        for lesson in course
    )
    reading, exercises = (round(minutes / 60) for minutes in in_all(course))
    total = f"about {reading} hour{'s' * (reading != 1)} to read, and their exercises about {exercises} more"
    return TOTAL.sub(total, index[: rows[0].start()] + table + index[rows[-1].end() :])


def in_all(course: Iterable[Lesson]) -> duration.Minutes:
    """Return the Minutes of all lessons together."""
    return duration.Minutes(*map(sum, zip(*(lesson.minutes for lesson in course))))


def renew_times() -> None:
    """Write the right *Time* line into each lesson of `nav` that has one, drafts too."""
    for slug in slugs(config().nav):
        page = Page.open(DOCS / f"lessons/{slug}.md")
        if (text := duration.renewed(page)) != page.text:
            page.path.write_text(text, encoding="utf-8")
            print(f"{page.path}: {duration.line(page)}")


def main() -> None:
    """Renew times and table. An exit with a sentence if a lesson, or mkdocs.yml, cannot be read."""
    path = DOCS / "index.md"
    try:
        renew_times()
        found = lessons()
    except FileNotFoundError as error:
        sys.exit(f"mkdocs.yml: nav has {error.filename}, where no page is")
    except (MkDocsException, PageError, ValueError) as error:
        sys.exit(str(error))
    path.write_text(renewed(path.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
