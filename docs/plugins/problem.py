"""What is wrong with a page, in the one form in which every reader, check and step says it."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import NamedTuple, ParamSpec

Given = ParamSpec("Given")  # what a check is given


class Problem(NamedTuple):
    """A mistake: the file, the line in it from 1, what kind of mistake it is, and what to do.

    Code decides by ``kind``, never by ``words``: those are for people, and may be put better.
    """

    file: str
    line: int
    kind: str
    words: str

    def __str__(self) -> str:
        return f"{shown_path(self.file)}:{self.line}: {self.words}"


Found = Iterator[tuple[int, str] | Problem]  # what a check yields


class PageError(Exception):
    """All that is wrong with a page: ``problems``, sorted, each once; its text has a line for each."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(set(problems), key=lambda found: (found.file, found.line, found.words))
        super().__init__(self.problems)  # which other processes are handed

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def check(kind: str) -> Callable[[Callable[Given, Found]], Callable[Given, list[Problem]]]:
    """Make a check of a generator: it yields ``(line, words)`` or Problems, given a page first.

    The check returns a list of Problems of this kind, in the file of the page.
    """

    def make(function):
        @wraps(function)
        def problems(page, *arguments, **options):
            return [
                found if isinstance(found, Problem) else page.problem(kind, *found)
                for found in function(page, *arguments, **options)
            ]

        return problems

    return make


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise a PageError of these problems, if there are any."""
    if problems := list(problems):
        raise PageError(problems)


def shown_path(path: str | Path) -> Path:
    """Return a path as messages name it: from the working directory, if it lies there."""
    path = Path(path)
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
