"""How a page is built up: front matter, headings, admonitions and tabs, its place in nav."""

import difflib
import re
from pathlib import Path

import yaml
from markdown.extensions.toc import slugify

from docs.plugins import paths
from docs.plugins.problem import Found, check
from docs.plugins.reading import course, render
from docs.plugins.reading.page import Page

KEYS = ["description", "draft", "title", "hide", "search"]  # of front matter
ADMONITIONS = """
    note abstract info tip success question warning failure danger bug example quote
""".split()
# What looks like an admonition or a tab, and what is one.
BOX = re.compile(r"!!|\?\?|={3,}[^=]")
OPENING = re.compile(r'(!!!|\?\?\?\+?) ([\w-]+)(?: "[^"]*")?|=== "[^"]+"')
# A footnote, a reference, or what one of them or an abbreviation stands for.
NOTE = re.compile(r"(?<!\\)\[\^[^\[\]\s]+\]|(?<![\\\]])\[[^\[\]]+\]\[[^\[\]]*\]|^ *\*?\[[^\[\]]+\]: *\S", re.MULTILINE)


@check("nav")
def in_nav(page: Page, root: Path | None = None, known: bool | None = None) -> Found:
    """A page is in nav: ``known`` says whether it is, where mkdocs.yml need not be asked."""
    path = page.path.resolve()
    if known is None and path.is_relative_to(paths.DOCS):
        known = path.relative_to(paths.DOCS).as_posix() in course.pages(render.config().nav)
    if known is False:
        name = path.relative_to((root or paths.DOCS).resolve()).as_posix()
        yield 1, f"no reader finds this page: write - {name} into nav of mkdocs.yml"


@check("bytes")
def characters(page: Page) -> Found:
    """Nothing stands in a page that nobody sees."""
    for number, line in enumerate(page.lines, 1):
        if match := re.search("[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff\ufffd]", line):
            yield (
                number,
                (
                    f"U+{ord(match[0]):04X}, which nobody sees: take it out, and save the page as "
                    "UTF-8 without a byte order mark"
                ),
            )


@check("front matter")
def front_matter(page: Page) -> Found:
    """What stands at the top of a page is read by MkDocs, and only there."""
    form = "write description: and a sentence between two lines ---"
    top = f"front matter stands at the very top, between two lines ---: {form}"
    found, text = page.front_matter, page.text
    if found is None:
        if re.match(r"[\w-]+: ", text):
            yield 1, top
        elif page.is_lesson and text.strip():
            yield 1, f"no front matter: {form}"
        return
    start, end = found
    lines = page.lines[start : max(end - 1, 0)]
    if start > 1:
        yield 1, top
        return
    if not end:
        yield 1, "front matter is not closed: end it with --- on a line of its own"
        return
    try:
        data = page.meta
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "this is no YAML"
        yield (
            (mark.line if mark else 0) + 2,
            (
                f"front matter cannot be read ({what}): write key: value, and quotation marks "
                "around a value with a colon in it"
            ),
        )
        return
    if not isinstance(data, dict):
        yield 2, f"front matter holds no keys: {form}"
        return
    for key, value in data.items():
        at = next((n for n, line in enumerate(lines, 2) if line.startswith(f"{key}:")), 2)
        if key not in KEYS:
            yield at, f"front matter has no {key}: write {_nearest(str(key), KEYS)}"
        elif key in ("description", "title") and not (isinstance(value, str) and value.strip()):
            yield at, f"{key} says nothing: write a sentence behind it"
        elif key == "draft" and not (value is True and page.is_lesson):
            yield at, "a lesson is a draft or it is not: write draft: true, or take this line out"
    if page.is_lesson and "description" not in data:
        yield 1, f"no description: {form}"


def _nearest(word, known):
    near = difflib.get_close_matches(word, known, 1)
    return near[0] if near else "one of " + ", ".join(known)


@check("heading")
def headings(page: Page) -> Found:
    """A page has one title, and under it levels that skip none."""
    body, at = page.body, {found.line: found for found in page.headings}
    if not body.strip():
        yield 1, "empty page: write its title, # …, and what it has to say; or remove the file"
        return
    level, titles, lines = 0, {}, body.split("\n")
    for number, line in enumerate(lines, 1):
        if re.fullmatch(r"=+|-{2,}", line.strip()) and number > 1 and lines[number - 2].strip():
            if "|" not in line and not line.startswith(" "):
                mark = "#" if "=" in line else "##"
                yield number, f"title underlined: write {mark} before the title, or an empty line"
        if number not in at:
            continue
        _, depth, space, title = at[number]
        if depth > 6 or not title:
            yield number, "heading without a title" if not title else "write six # at most"
            continue
        if not space:
            signs = "#" * depth
            yield number, f"no space behind {signs}: write {signs} {title}"
        if depth == 1 and level:
            yield number, "a second title: a page has one, write ## here"
        elif not level and depth > 1:
            yield number, f"{'#' * depth} before the title of the page: begin it with # …"
        elif depth > level + 1:
            yield number, f"skips a level: write {'#' * (level + 1)} here"
        if "$" in title:
            yield number, "an equation in a heading is raw TeX in the table of contents: say it"
        place = re.search(r"\{ *#([\w-]+)", line)
        place = place[1] if place else slugify(re.sub(r"[*`]|\]\([^)]*\)", "", title), "-")
        if place in titles:
            yield (
                number,
                f"the title of line {titles[place]} once more, so that no link can lead here: write another one",
            )
        titles.setdefault(place, number)
        level = depth
    if not level:
        first = next(n for n, line in enumerate(lines, 1) if line.strip())
        yield first, "no title: begin the page with # and a title"


@check("container")
def containers(page: Page) -> Found:
    """Admonitions and tabs are known, and hold something."""
    source = page.markdown.split("\n")
    for number, line in enumerate(page.prose.split("\n"), 1):
        opening = OPENING.fullmatch(line.strip())
        if not opening:
            if BOX.match(line.strip()):
                yield number, 'no admonition or tab: write !!! note "Title", ??? note "Title" or === "NumPy"'
            continue
        kind = "admonition" if opening[2] else "tab"
        if opening[2] and opening[2] not in ADMONITIONS:
            yield number, f"{opening[1]} {opening[2]}: write {_nearest(opening[2], ADMONITIONS)}"
        indent = len(line) - len(line.lstrip())
        after = next((after for after in source[number:] if after.strip()), "")
        if len(after) - len(after.lstrip()) < indent + 4:
            yield number, f"nothing is in this {kind}: indent its text by four spaces"


@check("note")
def notes(page: Page) -> Found:
    """A link says where it leads, and what is said in a note is said in a sentence."""
    for note in NOTE.finditer(page.prose):
        what = " ".join(note[0].split())
        yield (
            line_at(page.prose, note.start()),
            f"{what}: no footnotes, references or abbreviations here: write [words](page.md), or a sentence",
        )


def line_at(text: str, place: int) -> int:
    """Return the line, from 1, of a place in a text."""
    return text.count("\n", 0, place) + 1
