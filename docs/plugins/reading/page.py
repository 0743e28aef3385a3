"""A page, read once: the only one who knows what a fence, a cell, a formula or front matter is.

All that others ask of a page stands here, each thing with its line; whatever is asked for is read
then, and only once. A lab is a page too: its `markdown` is that of its cells, at their lines.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import yaml

from docs.plugins.paths import DOCS, SNIPPETS
from docs.plugins.problem import PageError, Problem
from docs.plugins.reading import exercises
from docs.plugins.reading.blocks import Block, line_of, scan, unfenced

CELL = re.compile(r"# %%(?: |$)")
ALT = re.compile(r'alt="([^"]*)"')
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(?!\s)((?:[^$\\\n]|\\.)+?)(?<!\s)\$(?!\$)", re.DOTALL)
FIGURE = re.compile(r'!\[([^\]]*)\]\([^)]*figures/([\w-]+)\.svg(?: +"[^"]*")? *\)')
HEADING = re.compile(r"(#+)( *)(.*?)(?: +\{[^}]*\})? *#* *")
LINK = re.compile(
    r"(?<![!\\])\[((?:[^\[\]\n]|\n(?! *\n)|!?\[[^\[\]]*\])*)\]"
    r"\(((?:[^()\n\"<>]|\([^()\n]*\))*)(?:\"[^\"]*\")? *\)"
)
IMAGE = re.compile(r"(?<!\\)!\[((?:[^\[\]]|\[[^\]]*\])*)\]\( *([^()\s]*)(?: +\"([^\"\n]*)\" *|[^()]*)\)")
# The target of a link within the site, and its place: for those who put an address there.
TARGET = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?(?=\))")
UNSEEN = re.compile(r"<!--.*?-->|(?<!`)(`+)(?!`)(?:(?!\n *\n).)+?(?<!`)\1(?!`)", re.DOTALL)


class Formula(NamedTuple):
    """TeX between dollars, with the lines of the first and of the last one."""

    line: int
    end: int
    tex: str
    is_display: bool


class Heading(NamedTuple):
    """A heading: its level, what is between its signs and its title, and that."""

    line: int
    level: int
    space: str
    title: str


class Link(NamedTuple):
    """A link, or an image with its text: ``alone`` if nothing else stands in its line.

    ``caption`` is what stands in quotation marks behind the address of an image.
    """

    line: int
    words: str
    target: str
    alone: bool
    caption: str = ""


class Figure(NamedTuple):
    """A figure of ours."""

    line: int
    alt: str
    slug: str


class Cell(NamedTuple):
    """The marker of a cell of a lab."""

    line: int
    is_markdown: bool
    alt: str


class FrontMatter(NamedTuple):
    """Where the two lines --- stand, from 1; ``end`` is 0 if the second is missing."""

    start: int
    end: int


@dataclass(frozen=True)
class Site:
    """What there is beside a page, for those who look whether what it names is there: names."""

    figures: tuple[str, ...]  # xor.svg
    snippets: tuple[str, ...]  # xor.py
    exercises: tuple[str, ...]  # xor.train

    @classmethod
    def here(cls) -> "Site":
        """Return what there is now."""
        return cls(
            tuple(path.name for path in sorted((DOCS / "figures").glob("*.svg"))),
            tuple(path.name for path in sorted(SNIPPETS.glob("*.py"))),
            tuple(exercises.names()),
        )


class Page:
    """A page by its text and its path, of which only the name need be right."""

    def __init__(
        self,
        text: str,
        path: str | Path = "page",
        is_lab: bool | None = None,
        site: "Site | None" = None,
    ):
        self.text = text
        self.path = Path(path)
        self.is_lab = self.path.suffix == ".py" if is_lab is None else is_lab
        self._site = site
        self.bad_bytes = 0  # the line of the first byte that is no UTF-8, or 0

    @classmethod
    def open(cls, path: str | Path) -> "Page":
        """Return the page in a file; what is no UTF-8 in it is refused by those who ask for blocks."""
        content = Path(path).read_bytes()
        page = cls(content.decode(errors="replace").replace("\r\n", "\n"), path)
        try:
            content.decode()
        except UnicodeDecodeError as error:
            page.bad_bytes = content[: error.start].count(b"\n") + 1
        return page

    @cached_property
    def site(self) -> Site:
        """What there is beside it: what there is now, if nobody said."""
        return self._site or Site.here()

    def problem(self, kind: str, line: int, words: str) -> Problem:
        """Return something that is wrong with this page."""
        return Problem(str(self.path), line, kind, words)

    @cached_property
    def is_lesson(self) -> bool:
        return self.path.parent.name == "lessons" and self.path.suffix == ".md"

    @cached_property
    def is_draft(self) -> bool:
        """Whether its front matter says so: it must be true, but need not be complete."""
        try:
            return isinstance(self.meta, dict) and self.meta.get("draft") is True
        except yaml.YAMLError:  # which is told
            return False

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def line_of(self, text: str) -> int:
        """Return the first line, from 1, that holds the first line of a text; else 1."""
        return line_of(text, self.lines)

    # Code

    @cached_property
    def fences(self) -> tuple[list[Block], list[Problem]]:
        """The blocks, and what is wrong with them."""
        if self.is_lab:
            return [], []
        found, problems = scan(self.text)
        problems = [self.problem(*parts) for parts in problems]
        if self.bad_bytes:
            words = "not UTF-8: save the page as UTF-8"
            problems.append(self.problem("bytes", self.bad_bytes, words))
        return found, problems

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks, in their order; PageError if one of them is refused."""
        found, problems = self.fences
        if problems:
            raise PageError(problems)
        return found

    @cached_property
    def python(self) -> list[Block]:
        """The blocks that are run."""
        return [block for block in self.blocks if block.language == "python"]

    @cached_property
    def code(self) -> list[str]:
        """What is run: the code of each block, or the whole lab."""
        return [self.text] if self.is_lab else [block.code for block in self.python]

    @cached_property
    def cells(self) -> list[Cell]:
        """The cells of a lab."""
        return [
            Cell(number, "[markdown]" in line, (alt := ALT.search(line)) and alt[1] or "")
            for number, line in enumerate(self.lines, 1)
            if self.is_lab and CELL.match(line)
        ]

    # Text

    @cached_property
    def markdown(self) -> str:
        """The Markdown: of a lab that of its cells, empty lines for all else."""
        if not self.is_lab:
            return self.text
        kept, at, inside = [], {cell.line: cell for cell in self.cells}, False
        for number, line in enumerate(self.lines, 1):
            if number in at:
                inside = at[number].is_markdown
            kept.append(re.sub("^# ?", "", line) if inside and number not in at else "")
        return "\n".join(kept)

    @cached_property
    def plain(self) -> str:
        """The Markdown with empty lines for its fences, and dots for inline code and comments."""
        return UNSEEN.sub(lambda match: re.sub(r"[^\n]", "·", match[0]), unfenced(self.markdown))

    @cached_property
    def front_matter(self) -> FrontMatter | None:
        lines = self.plain.split("\n")
        start = next((n for n, line in enumerate(lines) if line.strip()), 0)
        if lines[start].rstrip() != "---":
            return None
        rest = enumerate(lines[start + 1 :], start + 2)
        end = next((n for n, line in rest if line.rstrip() in ("---", "...")), 0)
        return FrontMatter(start + 1, end)

    @cached_property
    def meta(self) -> object:
        """What the front matter says, as YAML reads it: a dict if all is right. YAMLError if not."""
        if not self.front_matter:
            return {}
        start, end = self.front_matter
        return yaml.safe_load("\n".join(self.lines[start : end - 1]))

    @cached_property
    def content(self) -> str:
        """The text behind the front matter."""
        end = self.front_matter.end if self.front_matter else 0
        return "\n".join(self.lines[end:]).lstrip("\n")

    @cached_property
    def body(self) -> str:
        """`plain`, with empty lines for the front matter."""
        end = self.front_matter.end if self.front_matter else 0
        return "\n".join([""] * end + self.plain.split("\n")[end:])

    @cached_property
    def prose(self) -> str:
        """`body` with spaces for its formulas."""
        return FORMULA.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), self.body)

    # What stands in it

    @cached_property
    def formulas(self) -> list[Formula]:
        body = self.body.replace(r"\$", "  ")
        return [
            Formula(
                _line(body, match.start()),
                _line(body, match.end()),
                match[1] or match[2],
                match[1] is not None,
            )
            for match in FORMULA.finditer(body)
        ]

    @cached_property
    def headings(self) -> list[Heading]:
        return [
            Heading(number, len(match[1]), match[2], match[3].strip())
            for number, line in enumerate(self.body.split("\n"), 1)
            if (match := HEADING.fullmatch(line))
        ]

    @cached_property
    def title(self) -> str:
        """The first heading, as it is written; "" if there is none."""
        first = next((found for found in self.headings if found.title), None)
        match = first and HEADING.fullmatch(self.markdown.split("\n")[first.line - 1])
        return match[3].strip() if match else ""

    @cached_property
    def links(self) -> list[Link]:
        return [
            self._link(found, words=found[1], target=found[2].strip(), at=found.start(2))
            for found in LINK.finditer(self.prose)
        ]

    @cached_property
    def images(self) -> list[Link]:
        return [
            self._link(found, words=found[1], target=found[2], at=found.start(), caption=found[3] or "")
            for found in IMAGE.finditer(self.prose)
        ]

    def _link(self, found, words, target, at, caption=""):
        line = _line(self.prose, at)
        alone = self.prose.split("\n")[line - 1].strip() == found[0]
        return Link(line, words, target, alone, caption)

    @cached_property
    def figures(self) -> list[Figure]:
        """The figures of ours that the page shows."""
        return [
            Figure(number, *FIGURE.match(line).groups())
            for number, (line, left) in enumerate(zip(self.markdown.split("\n"), self.plain.split("\n")), 1)
            if FIGURE.match(line) and FIGURE.match(left)
        ]


def _line(text, place):
    return text.count("\n", 0, place) + 1


def sources(docs: Path = DOCS) -> list[Path]:
    """Return the Markdown files of all pages."""
    return sorted(path for path in docs.rglob("*.md") if not path.is_relative_to(docs / "plugins"))
