"""The name of a page is a part of its address, of its files to take home, and of what was read."""

import re

from markdown.extensions.toc import slugify

from docs.plugins.problem import Found, check
from docs.plugins.reading.page import Page

PLAIN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\.(?:md|py)")


@check("name")
def file(page: Page) -> Found:
    """The name of a page's file can be a part of an address."""
    path = page.path
    if not PLAIN.fullmatch(path.name):
        better = slugify(path.stem, "-").strip("-_") or "page"
        yield (
            1,
            (
                "the name of a page is small letters, digits and hyphens, since it is a part of its address: "
                f"call it {better}{path.suffix.lower()}"
            ),
        )
