"""The words of the course: docs/glossary.md, read; and lessons that explain them on the spot.

An entry of the glossary is a heading with the term, a sentence, and a line with a link: to the
lesson that introduces the term, or to the entries that it is another word for.
In every later lesson the first use of a term shows the sentence on hover and on focus.
"""

import re
from typing import NamedTuple

from bs4 import BeautifulSoup, NavigableString

from docs.plugins.paths import DOCS
from docs.plugins.reading import blocks

PAGE = DOCS / "glossary.md"
LINK = re.compile(r"\[[^\]]+\]\((?:lessons/([\w-]+)\.md)?(?:#([\w-]+))?\)")
FORM = (
    "an entry is `## term`, an empty line, a sentence, and a line "
    "`[Title](lessons/slug.md#place)` or `See [term](#term).`"
)
# Words that lessons use in their everyday meaning as well: nothing pops up at them.
EVERYDAY = {"accuracy", "delta", "error", "example", "plateau", "shape", "symmetry", "training"}
PLURALS = [("rix", "rices"), ("mum", "ma"), ("tch", "tches"), ("y", "ies"), ("s", "ses"), ("", "s")]
# Where no term is marked: it stands out already, does something, or its box would be cut off.
NOT_IN = {"a", "code", "details", "em", "figure", "pre", "table", "arithmatex", "np-nn", "footnote"}
NOT_UNDER = {"Check yourself", "Exercises", "What comes next", "Sources"}
SUMMARY = {"You will", "You need", "Time"}
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
    def place(self):
        """The entry's address on its page, as Markdown makes it of the heading."""
        return self.term.lower().replace(" ", "-")


def read(text, path="docs/glossary.md"):
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
            problems.append((start + 1, f"{term}: {FORM}"))
        else:
            entries.append(Entry(term, sentence, slugs[0] if slugs else None, others, start + 1))
    if problems:
        raise blocks.PageError(path, problems)
    return entries


def known_in(slug, entries, order):
    """Return the entries that a lesson may count on: those of the lessons before it."""
    before = set(order[: order.index(slug)])
    return [e for e in entries if e.lesson in before and e.term not in EVERYDAY]


def pattern(entries):
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


def mark(content, entries):
    """Return the HTML of a lesson in which the first use of each term shows its sentence."""
    soup = BeautifulSoup(content, "html.parser")
    finder, by_words = pattern(entries)
    done, section = set(), ""
    for text in list(soup.descendants) if entries else ():
        if text.name == "h2":
            section = text.get_text().rstrip("¶")
        if type(text) is not NavigableString or section in NOT_UNDER or not _is_prose(text):
            continue
        parts, end = [], 0
        for match in finder.finditer(text):
            entry = by_words.get(match[0].lower())
            if entry is None or entry in done:
                continue
            done.add(entry)
            parts += [NavigableString(text[end : match.start()]), _box(soup, match[0], entry)]
            end = match.end()
        if parts:
            text.replace_with(*parts, NavigableString(text[end:]))
    return str(soup)


def _is_prose(text):
    """Tell whether a text stands in a paragraph or list of the lesson itself."""
    if text.isspace():
        return False
    around = list(text.parents)
    if NOT_IN & {name for tag in around for name in [tag.name, *tag.get("class", [])]}:
        return False
    paragraph = next((tag for tag in around if tag.name in ("p", "li")), None)
    return paragraph and not (paragraph.em and paragraph.em.get_text() in SUMMARY)


def _box(soup, words, entry):
    """Return the words with a sentence that shows on hover and on focus: CSS does the rest."""
    box = soup.new_tag("span", attrs={"class": "term"})
    name = f"term-{entry.place}"
    shown = soup.new_tag("span", attrs={"tabindex": "0", "aria-describedby": name})
    shown.string = words
    sentence = soup.new_tag("span", attrs={"role": "tooltip", "id": name, "hidden": ""})
    sentence["data-search-exclude"] = ""
    sentence.string = entry.definition
    box.extend([shown, sentence])
    return box
