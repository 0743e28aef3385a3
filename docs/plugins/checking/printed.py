"""What is printed and will be something else on the next run: times, dates, paths, addresses."""

import re

from docs.plugins.problem import Found, check
from docs.plugins.reading.page import Page

# What differs from one run or one machine to the next.
PASSING = [
    (re.compile(pattern), f"{what}: {instead}")
    for pattern, what, instead in [
        (r"\b0x[0-9a-fA-F]{6,}", "an address in memory", "print what the object holds"),
        (
            r"(?<![\w.:/])/(?:home|tmp|root|usr|var|opt|Users|private|mnt|work)/\S*|\b[A-Z]:\\\w|"
            r'File "[^"<]*/',
            "a path of one machine",
            "print the name of the file alone",
        ),
        (
            r"\b(?:19|20)\d\d-\d\d-\d\d\b|\b\d\d?:\d\d:\d\d\b|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
            r"[A-Z][a-z]{2}\b",
            "a date or time",
            "leave it out",
        ),
        (
            r"\b\d+(?:\.\d+)?(?:e[+-]\d+)? ?(?:[nµum]?s|sec(?:ond)?s?|milliseconds?|minutes?)\b",
            "how long it took",
            "compare two durations, or count steps",
        ),
        (r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\blocalhost:\d|\bid=\d{6,}", "an address", "leave it out"),
    ]
]


@check("printed")
def passing(page: Page) -> Found:
    """What a page shows as printed will be printed on every run and every machine."""
    for block in page.fences[0]:
        if block.language in ("output", "error"):
            for number, line in enumerate(block.code.split("\n"), block.line + 1):
                if what := of_output(line):
                    yield number, what


def of_output(text: str) -> str | None:
    """Return what a printed text says that will be something else on the next run; or None."""
    for pattern, what in PASSING:
        if match := pattern.search(text):
            return f"{match[0]!r} is {what}"
    return None
