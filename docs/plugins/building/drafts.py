"""A draft says of itself that it is one, beneath its title."""

from bs4 import BeautifulSoup

from docs.plugins.building.html import Markup
from docs.plugins.building.inputs import Inputs

SAID = (
    '<div class="admonition warning" data-search-exclude><p class="admonition-title">A draft</p>'
    "<p>What this lesson says is checked like all else, but it is not finished: "
    "a prediction, a figure, questions, exercises or sources may be missing.</p></div>"
)


def say(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Put the box beneath the title of a draft."""
    if inputs.page.is_draft and tree.h1:
        tree.h1.insert_after(Markup(SAID))
