"""What stands around and beneath a page: classes for styles, lines to take it home, how far the reader is."""

from bs4 import BeautifulSoup

from docs.plugins.building.html import Markup, new
from docs.plugins.building.inputs import Inputs
from docs.plugins.reading import course

PROGRESS = '<p class="progress" hidden data-search-exclude></p>'  # docs/assets/reader.js fills it


def add(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Add the lines, and where docs/assets/reader.js says what was read: in lessons, and beneath their table."""
    if inputs.name == "glossary.md":
        inside = [part.extract() for part in list(tree.children)]
        tree.append(new(tree, "div", {"class": "glossary"}, *inside))
    if inputs.is_home:
        if table := tree.find("table"):
            table.wrap(new(tree, "div", {"class": "path"})).append(Markup(PROGRESS))
    elif course.slugs(inputs.name) and not inputs.page.is_draft:
        tree.append(Markup(PROGRESS))
    tree.extend(Markup(line) for line in inputs.feet if line)
