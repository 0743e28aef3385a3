"""Numbers in a lesson's text are numbers that its page shows: none stands there on trust.

A block, what it prints, an equation or a figure shows a number; a sentence may round it. What is
left, such as an example in words, stands with its reason in numbers.txt. Whole numbers of one
digit are not looked for, nor dates, sources, and how long a lesson takes.
"""

import re
from pathlib import Path

from docs.plugins import paths
from docs.plugins.problem import Found, check
from docs.plugins.reading.page import FORMULA, Page

ALLOWED = Path(__file__).with_name("numbers.txt")
NUMBER = re.compile(r"(?<![\w.])(\d+\.\d+|\d{2,})(?![\d⁻⁰¹²³⁴-⁹]|\.\d|[a-z])")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NO_PROSE = re.compile(
    rf"\]\([^)\"]*[)\"]|\{{[^}}\n]*\}}|https?:\S+|^\*Time\*.*"
    rf"|\b(?:{MONTHS}) \d{{4}}|^## Sources\n[\s\S]*",
    re.MULTILINE,
)


@check("number")
def unshown(page: Page) -> Found:
    """Each number in the text of a lesson is one that the page shows."""
    if not page.is_lesson:
        return
    prose, values = read(page)
    permitted = allowed(page.path.stem)
    for number in NUMBER.finditer(prose):
        if number[0] not in permitted and not is_shown(number[0], values):
            yield (
                prose.count("\n", 0, number.start()) + 1,
                (
                    f"{number[0]} is in no block, output, equation or figure of this page: show where "
                    f"it comes from, or write it with the reason into docs/plugins/checking/{ALLOWED.name}"
                ),
            )


def read(page: Page) -> tuple[str, set[str]]:
    """Return the sentences of a page, all else blank, and the numbers that all else shows."""
    outside = page.plain
    prose = NO_PROSE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), page.body)
    formulas = [found[0] for found in FORMULA.finditer(prose)]
    lines = zip(page.markdown.split("\n"), outside.split("\n"), strict=True)
    fences = [line for line, left in lines if line and not left]
    shown = "\n".join([*fences, *formulas, *_words_of_figures(page)])
    values = set(re.findall(r"\d+\.?\d*(?:e[+-]?\d+)?", _without_commas(shown)))
    sentences = FORMULA.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), prose)
    return _without_commas(sentences), values


def _without_commas(text):
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)


def _words_of_figures(page):
    """Return what the figures of a page say."""
    files = [paths.DOCS / f"figures/{figure.slug}.svg" for figure in page.figures]
    svgs = [path.read_text(encoding="utf-8") for path in files if path.is_file()]
    return re.findall(r">([^<>]+)<", "".join(svgs))


def is_shown(number: str, values: set[str]) -> bool:
    """Return whether a number is one of these values, or one of them rounded."""
    half = 0.500001 * 10.0 ** -len(number.partition(".")[2])
    return number in values or any(
        abs(float(value) - float(number)) <= half for value in values if len(value) > len(number)
    )


def allowed(lesson: str) -> set[str]:
    """Return the numbers that numbers.txt lets a lesson say."""
    lines = [line.split(maxsplit=2) for line in ALLOWED.read_text(encoding="utf-8").splitlines()]
    return {number for name, number, _ in lines if name == lesson}
