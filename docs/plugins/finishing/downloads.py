"""What a reader takes home of a lesson: a notebook with its outputs inside, and a Python program.

Both are the page, in its order and in its words. What a notebook cannot do is said plainly
instead: a tab is a heading, and a closed box that holds code stands open. A block that is shown
to fail, or that answers an exercise, is a comment in the program, which so runs to its end; in
the notebook it is a cell, and `Run All` goes on behind it.
"""

import base64
import copy
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from hatchling.builders.wheel import WheelBuilder
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import pages
from mkdocs.utils import get_relative_url

from docs.plugins import cache, paths
from docs.plugins.paths import DOCS, ROOT, SNIPPETS
from docs.plugins.reading import course, exercises
from docs.plugins.reading.blocks import IMPORTS_NP_NN, Block, parts
from docs.plugins.reading.lab import notebook_of
from docs.plugins.reading.page import TARGET, Page

Cell = tuple[str, str, Block | None]  # markdown or code, its source, the block that it is
CACHE = paths.CACHE / "downloads"
EXERCISES = "downloads/exercises/"
LAID_OUT = re.compile(rf"{EXERCISES}\w+\.py|downloads/.*\.whl|np_nn\.md")
BOX = re.compile(r'(?:\?\?\?\+?|!!!) +\w+(?: +"(?P<title>[^"]*)")?|=== +"(?P<tab>[^"]*)"')
OWN_PLACE = re.compile(r"(?<=\]\()(#[^)\s]+)(?=\))")
FIGURE = re.compile(r'(?<=\]\()[^)\s]*figures/([\w-]+\.svg)(?: "([^"]*)")?\)')
ATTRIBUTES = re.compile(r"(?<=[)\w])(?: +)?\{ ?[.#:][^}\n]*\}")
REPOSITORY = re.compile(r"https://github\.com/([^/]+/[^/]+?)/?")
ORIGIN = "A copy of [a page]({}), on which there are figures to play with."
HOW_TO_GET = """
To run it you need Python with NumPy, PyTorch where that is imported, and np_nn, the network of
the lessons:

```console
pip install {}
```"""
LINE = (
    '<p class="take" data-search-exclude>Take this lesson with you: <a href="{name}.ipynb" download>'
    'as a notebook</a>, its outputs inside; <a href="{name}.py" download>as a Python program</a>;'
    '{colab} or <a href="{site}" download>the whole site</a>, which opens without a network.</p>'
)
SITE = "downloads/site.zip"
WHOLE = (
    '<p class="take" data-search-exclude><a href="{site}" download>Take the whole site with you</a>: '
    "it opens without a network, with its search.</p>"
)
COLAB = ' <a href="{}">in Colab</a>;'


def of_lesson(text: str, absolute: Callable[[str], str], address: str, wheel: str) -> dict[str, str]:
    """Return {suffix: text} of what a reader takes home of a lesson.

    ``text`` is the page's source, and ``absolute`` a function of a link in it that gives its
    address; ``address`` is that of the page, and ``wheel`` that of np_nn.
    """

    def rests_on():
        addresses = [absolute(link) for link, _ in TARGET.findall(text)]
        return text, addresses, address, wheel, _pictures(text), cache.machinery()

    def make():
        return json.dumps(_made_of(text, absolute, address, wheel)).encode()

    return json.loads(cache.get_or_make(CACHE, rests_on, make))


def of_lab(notebook: nbformat.NotebookNode, text: str, absolute: Callable[[str], str]) -> dict[str, str]:
    """Return {suffix: text} of what a reader takes home: the executed notebook, the file.

    ``absolute`` gives the address on the site for a link of the lab's source.
    """

    def with_links(source):
        return TARGET.sub(lambda link: absolute(link[1]) + (link[2] or ""), source)

    taken = copy.deepcopy(notebook)
    for cell in taken.cells:
        if cell.cell_type == "markdown":
            cell.source = with_links(cell.source)
    nbformat.validate(taken)
    return {".ipynb": nbformat.writes(taken) + "\n", ".py": with_links(text)}


def of_site() -> dict[str, bytes]:
    """Return {address: content} of what belongs to no page: np_nn as files and as a wheel, programs."""
    found = {}
    for path in sorted(SNIPPETS.glob("*.py")):
        found[f"downloads/{path.name}"] = path.read_bytes()
    for path in sorted(SNIPPETS.glob("np_nn/*.*")):
        if path.suffix in (".py", ".npz", ".txt"):  # programs, data, and where data come from
            found[f"downloads/np_nn/{path.name}"] = path.read_bytes()
    with tempfile.TemporaryDirectory() as directory:
        for artifact in WheelBuilder(str(ROOT)).build(directory=directory, versions=["standard"]):
            found[f"downloads/{Path(artifact).name}"] = Path(artifact).read_bytes()
    return found


def of_page(page: Page) -> dict[str, bytes]:
    """Return {address: content} of the starters on a page."""
    return {f"{EXERCISES}{s.title}": s.code.encode() for s in exercises.starters(page.blocks)}


def links(addresses: dict[str, str], address: str) -> dict[str, str]:
    """Return {name: address as seen from a page} of np_nn's page and wheel, and of starters."""
    return {
        name.rpartition("/")[2]: get_relative_url(found, address)
        for name, found in addresses.items()
        if LAID_OUT.fullmatch(name)
    }


def _made_of(text, absolute, address, wheel):
    cells = cells_of(text, absolute, address)
    title, _, words = cells[0][1].partition("\n")
    needs = HOW_TO_GET.format(wheel) if IMPORTS_NP_NN.search(text) else ""
    first = f"{title}\n\n{ORIGIN.format(address)}{needs}"
    cells[0:1] = [("markdown", first, None), ("markdown", words.strip("\n"), None)]
    book = notebook(cells)
    nbformat.validate(book)
    return {".ipynb": nbformat.writes(book) + "\n", ".py": program(cells, address)}


def cells_of(text: str, absolute: Callable[[str], str], address: str) -> list[Cell]:
    """Return the page as [(kind, source, block)]: kind is markdown or code, which has its block."""
    body = "\n".join(flat(Page(text).content.splitlines()))
    page_blocks = Page(body).blocks
    lines, done, cells = body.splitlines(), 0, []

    def prose(end):
        words = "\n".join(lines[done:end]).strip("\n")
        if words.strip():
            cells.append(("markdown", _links(words, absolute, address), None))

    for block in page_blocks:
        if block.language == "python":
            prose(block.line - 1)
            cells.append(("code", block.code.strip("\n"), block))
            done = block.end
        elif block.language in ("output", "error"):
            done = block.end
    prose(len(lines))
    return cells


def _links(words, absolute, address):
    """Return Markdown whose links lead somewhere from outside, code left as it is."""

    def outside(part):
        part = ATTRIBUTES.sub("", OWN_PLACE.sub(rf"{address}\1", part))
        return TARGET.sub(lambda link: absolute(link[1]) + (link[2] or ""), part)

    return "\n".join(
        "\n".join(lines) if is_fence else outside("\n".join(lines)) for is_fence, lines in parts(words) if lines
    )


def flat(lines: list[str]) -> list[str]:
    """Return the lines of a page without boxes and tabs: what was in them is not indented."""
    found, rest = [], list(lines)
    while rest:
        line = rest.pop(0)
        box = BOX.fullmatch(line.rstrip())
        if not box:
            found.append(line)
            continue
        inside = []
        while rest and (not rest[0].strip() or rest[0].startswith("    ")):
            inside.append(rest.pop(0)[4:])
        title = box["tab"] or box["title"] or ""
        closed = line.startswith("?") and not any("```python" in inner for inner in inside)
        inner = flat(inside)
        while inner and not inner[-1].strip():
            inner.pop()
        if closed:
            found += [f"<details><summary>{title}</summary>", "", *inner, "", "</details>", ""]
        else:
            found += [f"**{title}**", "", *inner, ""]
    return found


def notebook(cells: list[Cell]) -> nbformat.NotebookNode:
    """Return a notebook of cells, with what the blocks print as outputs."""
    made, count = [], 0
    for kind, source, block in cells:
        if kind == "markdown":
            cell = _prose_cell(source)
        else:
            count += 1
            cell = nbformat.v4.new_code_cell(source, execution_count=count, outputs=_outputs(block))
            if block.error:
                cell.metadata.tags = ["raises-exception"]  # so that the cells after it run
            elif block.exercise:
                cell.metadata.jupyter = {"source_hidden": True}
        made.append(cell)
    return notebook_of(made)


def _outputs(block):
    made = []
    if block.output:
        made.append(nbformat.v4.new_output("stream", name="stdout", text=block.output.code))
    if block.error:
        name, _, words = block.error.code.strip().partition(": ")
        made.append(nbformat.v4.new_output("error", ename=name, evalue=words, traceback=[block.error.code.strip()]))
    return made


def _prose_cell(source):
    """Return a Markdown cell that has its figures in it, so that it shows them anywhere."""
    cell = nbformat.v4.new_markdown_cell(FIGURE.sub(_attached, source))
    if pictures := _pictures(source):
        cell.attachments = {name: {"image/svg+xml": picture} for name, picture in pictures.items()}
    return cell


def _attached(found):
    """Return the end of an image of Markdown that is in its cell, and its caption beneath it."""
    return f"attachment:{found[1]})" + (f"\n\n*{found[2]}*" if found[2] else "")


def _pictures(source):
    """Return {name: figure in base64} of the figures that Markdown shows, so far as there are any."""
    files = [DOCS / "figures" / name for name, _ in FIGURE.findall(source)]
    return {file.name: base64.b64encode(file.read_bytes()).decode() for file in files if file.is_file()}


def program(cells: list[Cell], address: str) -> str:
    """Return the page as a Python program in percent format, its words as comments."""
    found = [f"# {address}"]
    for kind, source, block in cells:
        if kind == "markdown":
            found.append("# %% [markdown]\n" + _commented(source))
        elif block.error or block.exercise:
            why = "This fails, as the page shows:" if block.error else "An answer, with its judge:"
            found.append(f"# %%\n# {why}\n#\n" + _commented(source))
        else:
            found.append(f"# %%\n{source}")
    return "\n\n".join(found) + "\n"


def _commented(text):
    return "\n".join(f"# {line}".rstrip() for line in text.splitlines())


def of_lab_line(name: str) -> str:
    """Return the paragraph, in Markdown, by which a lab can be taken home."""
    return (
        f"[Download this lab as a notebook]({name}/{name}.ipynb){{ download }} or "
        f"[as a Python file]({name}/{name}.py){{ download }}."
    )


def foot(page: pages.Page, config: MkDocsConfig) -> str:
    """Return the line at the foot of a lesson, or of the first page, that says where to get all this.

    Colab opens notebooks from a public repository, so only of one that is configured: by
    ``repo_url``, and ``extra.notebooks``, the name of a branch that holds the built site.
    """
    site = "../" * page.url.count("/") + SITE
    if page.is_homepage:
        return WHOLE.format(site=site)
    if not course.slugs(page.file.src_uri):
        return ""
    name = page.file.src_uri.rpartition("/")[2].removesuffix(".md")
    colab, repository = "", REPOSITORY.fullmatch(config["repo_url"] or "")
    if repository and (branch := config["extra"].get("notebooks")):
        path = f"{repository[1]}/blob/{branch}/{page.url}{name}.ipynb"
        colab = COLAB.format(f"https://colab.research.google.com/github/{path}")
    return LINE.format(name=name, colab=colab, site=site)
