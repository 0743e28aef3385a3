"""The course as its own pages tell it: which lesson comes when, what it needs, how long it takes.

The order is `nav` in mkdocs.yml; a lesson's title, *You need* and *Time* stand on its page.
"""

import re
from functools import cache
from typing import NamedTuple

from mkdocs.config import load_config

from docs.plugins.render import DOCS, ROOT

LESSON = re.compile(r"lessons/([\w-]+)\.md")
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
NEEDS = re.compile(r"\*You need\* (.+)")
MINUTES = re.compile(r"^\*Time\* about (\d+) minutes\b", re.MULTILINE)
LINK = re.compile(r"\]\(([\w-]+)\.md(?:#[^)]*)?\)")


class Lesson(NamedTuple):
    """A lesson: ``needs`` are the slugs of the lessons that its *You need* links to."""

    slug: str
    title: str
    needs: tuple
    minutes: int


def slugs(nav):
    """Return the slugs of the lessons that are in a nav, in its order."""
    if isinstance(nav, str):
        return [match[1]] if (match := LESSON.fullmatch(nav)) else []
    children = nav.values() if isinstance(nav, dict) else nav or []
    return [slug for child in children for slug in slugs(child)]


def read(slug, text):
    """Return the Lesson that a page describes; ValueError says what is missing on it."""
    found = {"title": TITLE.search(text), "*You need*": NEEDS.search(text)}
    found["*Time* about 20 minutes"] = MINUTES.search(text)
    for what, match in found.items():
        if not match:
            raise ValueError(f"docs/lessons/{slug}.md: no {what} on a line of its own")
    title, needs, minutes = (match[1] for match in found.values())
    return Lesson(slug, title, tuple(dict.fromkeys(LINK.findall(needs))), int(minutes))


@cache
def order():
    """Return the slugs of all lessons, in the order of `nav`."""
    return tuple(slugs(load_config(str(ROOT / "mkdocs.yml"), plugins=[], hooks=[]).nav))


def lessons():
    """Return all Lessons, in the order of `nav`."""
    return [
        read(slug, (DOCS / f"lessons/{slug}.md").read_text(encoding="utf-8")) for slug in order()
    ]


def direct_needs(course):
    """Return {slug: slugs it needs}, without those that another of its needs needs already."""
    needs = {lesson.slug: lesson.needs for lesson in course}

    def all_before(slug):
        return set(needs[slug]).union(*(all_before(before) for before in needs[slug]))

    return {
        slug: [
            before
            for before in wanted
            if not any(before in all_before(other) for other in wanted if other != before)
        ]
        for slug, wanted in needs.items()
    }
