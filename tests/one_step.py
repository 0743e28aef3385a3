"""For tests of a single step of docs/plugins/building: some HTML, taken through it alone."""

from docs.plugins.building import html
from docs.plugins.building.inputs import Inputs
from docs.plugins.reading.page import Site


def taken(step, content, **inputs):
    """Return HTML as a step leaves it."""
    tree = html.parse(content)
    given = {"path": "a.md", "name": "a.md", "text": "", "html": content}
    step(Inputs(**given | {"site": Site((), (), ())} | inputs), tree)
    return html.written(tree)
