"""A place to link to for every display equation and every block of code of a page.

It is named by the heading that it stands under and its number there: `#train-it-code-2`. So it
stays when the equation or the code is changed, and when anything is changed in another section;
and where one is put in front of it, the link still leads to the right section. A name made of
the content would break at each change of it, and a number over the whole page at any change.
"""

from collections import Counter

from bs4 import BeautifulSoup

from docs.plugins.building.inputs import Inputs

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def add(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Give each display equation and each block of code an id."""
    heading, counts, taken = "", Counter(), {found["id"] for found in tree.select("[id]")}
    for part in tree.find_all([*HEADINGS, "div"]):
        if part.name != "div":
            heading = str(part.get("id", heading))
        elif kind := _kind(part.get("class") or ()):
            place = None
            while place is None or place in taken:  # a heading may have just this name
                counts[heading, kind] += 1
                place = "-".join(filter(None, (heading, kind, str(counts[heading, kind]))))
            part.attrs = {"id": place, **part.attrs}


def _kind(classes):
    if list(classes) == ["math", "display"]:
        return "equation"
    is_code = len(classes) == 2 and classes[0].startswith("language-") and classes[1] == "highlight"
    return "code" if is_code else ""
