"""The words of the course: docs/glossary.md, read.

An entry of the glossary is a heading with the term, a sentence, and a line with a link: to the
lesson that introduces the term, or to the entries that it is another word for.
In every later lesson the first use of a term shows the sentence: see building/terms.py.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from docs.plugins.paths import DOCS
from docs.plugins.problem import PageError, Problem

PAGE = DOCS / "glossary.md"
LINK = re.compile(r"\[[^\]]+\]\((?:lessons/([\w-]+)\.md)?(?:#([\w-]+))?\)")
FORM = (
    "an entry is `## term`, an empty line, a sentence, and a line "
    "`[Title](lessons/slug.md#place)` or `See [term](#term).`"
)
# Words that lessons use in their everyday meaning as well: nothing pops up at them.
EVERYDAY = {"accuracy", "delta", "error", "example", "plateau", "shape", "symmetry", "training"}
PLURALS = [("rix", "rices"), ("mum", "ma"), ("tch", "tches"), ("y", "ies"), ("s", "ses"), ("", "s")]
EVERYDAY_PHRASES = ["per unit", "another unit", "in units of", "ground slopes"]


class Entry(NamedTuple):
    """A term: ``lesson`` is the slug of the one that introduces it.

    It is None for another word for ``others``, places on the same page.
    """

    term: str
    definition: str
    lesson: str | None
    others: tuple
    line: int

    @property
    def place(self) -> str:
        """The entry's address on its page, as Markdown makes it of the heading."""
        return self.term.lower().replace(" ", "-")


def read(text: str, path: str = "docs/glossary.md") -> list[Entry]:
    """Return the entries of the glossary in their order. PageError lists what is not one."""
    entries, problems = [], []
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("## ")]
    for start, end in zip(starts, [*starts[1:], len(lines)]):
        term = lines[start].removeprefix("## ").strip()
        sentence, last, *more = [*filter(None, lines[start + 1 : end]), "", ""]
        links = LINK.findall(last)
        slugs = [slug for slug, _ in links if slug]
        others = tuple(place for slug, place in links if not slug)
        if len(slugs) + bool(others) != 1 or not sentence.endswith(".") or any(more):
            problems.append(Problem(path, start + 1, "entry", f"{term}: {FORM}"))
        else:
            entries.append(Entry(term, sentence, slugs[0] if slugs else None, others, start + 1))
    if problems:
        raise PageError(problems)
    return entries


def known_in(slug: str, entries: Iterable[Entry], order: Sequence[str]) -> list[Entry]:
    """Return the entries that a lesson may count on: those of the lessons before it."""
    before = set(order[: order.index(slug)])
    return [e for e in entries if e.lesson in before and e.term not in EVERYDAY]


def pattern(entries: Iterable[Entry]) -> tuple[re.Pattern[str], dict[str, Entry]]:
    """Return what finds these terms in a text, and {what it finds, in small letters: entry}.

    Of an everyday phrase it finds the whole, which has no entry.
    """
    found = {}
    for entry in entries:
        ending, plural = next(pair for pair in PLURALS if entry.term.endswith(pair[0]))
        found[entry.term.lower()] = entry
        found[entry.term.lower().removesuffix(ending) + plural] = entry
    longest_first = sorted([*found, *EVERYDAY_PHRASES], key=len, reverse=True)
    any_of_them = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![\w-])(?:{any_of_them})(?![\w-])", re.IGNORECASE), found
