"""Labs: what would show something else to somebody who runs it, before and after it was executed.

That is a cell that fails, warns, is not plain Python or shows a value that it does not print, and
a plot without a text. Colours that cannot follow the page's are refused by building/plots.py.
"""

import ast
import re

from nbformat import NotebookNode

from docs.plugins.checking import lint
from docs.plugins.checking.printed import of_output
from docs.plugins.problem import Found, check
from docs.plugins.reading.blocks import scan
from docs.plugins.reading.lab import plots, printed
from docs.plugins.reading.page import Page


@check("lab")
def source(page: Page, notebook: NotebookNode) -> Found:
    """The cells of a lab can be a page."""
    if not notebook.cells or not re.match(r"# \S", notebook.cells[0].source):
        yield 1, "a lab begins with a Markdown cell, and that with its title: # # …"
    else:
        yield from lint.check_lab(page)
    for (line, *_), cell in zip(page.cells, notebook.cells):
        if cell.cell_type == "code":
            try:
                ast.parse(cell.source)
            except SyntaxError as error:
                place = line + (error.lineno or 0)
                yield place, f"not plain Python, so nobody can copy it: {error.msg}"
            continue
        if cell.cell_type != "markdown":
            yield line, f"a lab has no {cell.cell_type} cells, only code and Markdown"
        found, wrong = scan(cell.source)
        yield from ((line + inside, words) for _, inside, words in wrong)
        for block in found:
            if not wrong and block.language in ("python", "output", "error"):
                words = f"```{block.language} in Markdown is not run: make it a cell"
                yield line + block.line, words


@check("lab output")
def outputs(page: Page, notebook: NotebookNode) -> Found:
    """A page can show all that the cells of an executed notebook show."""
    for number, ((line, *_), cell) in enumerate(zip(page.cells, notebook.cells), 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield line, f"cell {number} fails: {output.ename}: {output.evalue}"
            elif output.output_type == "stream" and output.name != "stdout":
                yield line, f"cell {number} writes to stderr: {output.text.strip()}"
            elif output.output_type == "execute_result":
                yield (line, f"cell {number} shows the value of its last line, which a program does not: print it")
            elif output.output_type == "display_data" and "image/svg+xml" not in output.data:
                yield line, f"cell {number} shows {', '.join(output.data)}, no plot"
        if what := of_output(printed(cell)):
            yield line, f"cell {number} prints {what}"
        shown = plots(cell)
        if len(shown) > 1:
            yield line, f"cell {number} shows {len(shown)} plots: one cell, one plot"
        if shown and not cell.metadata.get("alt", "").strip():
            yield (line, f'cell {number} shows a plot without a text: # %% alt="what to see"')
