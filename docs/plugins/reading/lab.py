"""Labs: notebooks in percent format, read; and, once they were executed, as a page's Markdown.

Of an executed notebook `to_markdown` makes a page in the dialect of the lessons, so that headings,
links, equations, code, outputs and copy buttons are those of a lesson.
"""

import jupytext
import nbformat

from docs.plugins.problem import PageError
from docs.plugins.reading.page import Page

# Until building/plots.py fills it. Searching for "200" should not find the ticks of axes.
PLOT = '<figure class="figure plot" data-search-exclude="">{}</figure>'


def read(page: Page) -> nbformat.NotebookNode:
    """Return the notebook that a lab is, with a cell for each of ``page.cells``; PageError if it is none."""
    notebook = jupytext.reads(page.text, fmt="py:percent")
    if len(page.cells) != len(notebook.cells):
        words = "a lab is in percent format: cells begin with # %%"
        raise PageError([page.problem("lab", 1, words)])
    return notebook


def notebook_of(cells: list[nbformat.NotebookNode]) -> nbformat.NotebookNode:
    """Return a notebook of these cells, which get numbers for names: the same in every build."""
    for number, cell in enumerate(cells, start=1):
        cell.id = f"cell-{number:02}"
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "file_extension": ".py"},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def plots(cell: nbformat.NotebookNode) -> list[str]:
    """Return the SVG texts that a cell shows, in order."""
    return [
        output.data["image/svg+xml"] for output in cell.get("outputs", []) if "image/svg+xml" in output.get("data", {})
    ]


def printed(cell: nbformat.NotebookNode) -> str:
    """Return what a cell prints."""
    return "".join(
        output.text for output in cell.get("outputs", []) if output.output_type == "stream" and output.name == "stdout"
    )


def to_markdown(notebook: nbformat.NotebookNode, links: str) -> str:
    """Return an executed notebook as a page in the dialect of the lessons.

    ``links`` is a paragraph that stands beneath the first cell. A plot is an empty figure, which
    building/plots.py fills.
    """
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts.append(f"```python\n{cell.source}\n```")
        if text := printed(cell):
            lines = "\n".join(line.rstrip() for line in text.splitlines())
            parts.append(f"```output\n{lines}\n```")
        parts += [PLOT.format("")] * len(plots(cell))
    parts.insert(1, links)
    return "\n\n".join(parts) + "\n"
