"""The name of a page is a part of its address, of its files to take home, and of what was read."""

import re
import unicodedata

from docs.plugins.problem import Found, check
from docs.plugins.reading.page import Page

PLAIN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\.(?:md|py)")
SPELLED = {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l"}


@check("name")
def file(page: Page) -> Found:
    """The name of a page's file can be a part of an address."""
    path = page.path
    if not PLAIN.fullmatch(path.name):
        yield (
            1,
            (
                "the name of a page is small letters, digits and hyphens, since it is a part of its address: "
                f"call it {plain(path.stem)}{path.suffix.lower()}"
            ),
        )


def plain(name: str) -> str:
    """Return a name of small letters, digits and hyphens that is like this one."""
    name = "".join(SPELLED.get(letter, _latin(letter)) for letter in name.lower())
    name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", name).strip("-_") or "page"


def _latin(letter):
    """Return the name of a Greek letter, and any other letter as it is."""
    match = re.fullmatch(r"GREEK (?:SMALL|CAPITAL) LETTER (?:FINAL )?(\w+).*", unicodedata.name(letter, ""))
    return match[1].lower().replace("lamda", "lambda") if match else letter
