"""HTML in the tree of a page: what is made already goes in as it stands, and is not parsed again."""

from collections.abc import Iterable
from typing import Any

from bs4 import BeautifulSoup, NavigableString, PageElement, Tag
from bs4.dammit import EntitySubstitution
from bs4.formatter import HTMLFormatter

from docs.plugins.reading.blocks import bare


class Markup(NavigableString):
    """HTML that was made, such as an SVG: written as it is, and no text to those who look for some."""

    def output_ready(self, formatter: object = "minimal") -> str:
        return str(self)


class Plain(HTMLFormatter):
    """How a tree is written: attributes in their order, in double quotes, so that they are found."""

    def attributes(self, tag: Tag) -> Iterable[tuple[str, Any]]:
        return tag.attrs.items()

    def attribute_value(self, value: str) -> str:
        return super().attribute_value(value).replace('"', "&quot;")


FORMATTER = Plain(entity_substitution=EntitySubstitution.substitute_xml)


def written(tree: BeautifulSoup) -> str:
    """Return a tree as HTML."""
    return tree.decode(formatter=FORMATTER)


def parse(html: str) -> BeautifulSoup:
    """Return the tree of some HTML."""
    return BeautifulSoup(html, "html.parser")


def new(tree: BeautifulSoup, name: str, attributes: dict, *inside: PageElement | str) -> Tag:
    """Return a new element of a tree."""
    tag = tree.new_tag(name, attrs=attributes)
    tag.extend(inside)
    return tag


def code_of(shown: Tag) -> str:
    """Return the code that a block shows, without blanks at its ends."""
    return bare(shown.find("pre").get_text())
