"""Labs: notebooks in percent format that mkdocs-jupyter executes, shown like any other page.

mkdocs-jupyter runs a lab once, with the settings of mkdocs.yml, and `execute` takes the executed
notebook from it; its HTML, with 574 kB of styles and scripts, is thrown away. Of the notebook
`to_markdown` makes a page in the dialect of the lessons, so that headings, links, equations,
code, outputs and copy buttons are those of a lesson; `add_plots` puts the plots in, and
`downloads` gives what a reader takes home.

A lab is refused, with file and line, where it would show something else to somebody who runs
it: a cell that fails, warns, is not plain Python or shows a value that it does not print, a
plot without a text, and a colour that cannot be read in both schemes of the site.
"""

import ast
import contextlib
import copy
import html
import itertools
import json
import logging
import os
import posixpath
import re
import tempfile
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

import jupytext
import matplotlib
import matplotlib.font_manager
import nbformat
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from mkdocs.structure.files import File, InclusionLevel
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets import default

from docs.plugins import cache, paths
from docs.plugins.checking import lint
from docs.plugins.reading import blocks
from docs.plugins.running import runner

CACHE = paths.CACHE / "labs"
SECONDS = 120  # after which a cell counts as hanging; a lab is meant to take a few in all
CELL = re.compile(r"# %%(?: |$)")
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?(?=\))")
ANSI = re.compile(r"\x1b\[[0-9;]*m")

# How plots are drawn: as the figures of the lessons. Their colours are the roles of those too;
# authors write matplotlib's own names: C0 and C1 for them, black for ink, white for paper.
ROLES = {"#0a5fa6": "blue", "#b14400": "orange", "#5a6270": "muted", "#ffffff": "paper"}
INK = "#000000"
PIXELS = 1.3  # pixels a unit where there is room
MATPLOTLIBRC = """
svg.fonttype: none
svg.hashsalt: lab
figure.figsize: 5.5, 3.4
figure.facecolor: none
figure.constrained_layout.use: True
axes.facecolor: none
axes.prop_cycle: cycler("color", ["0a5fa6", "b14400"])
axes.spines.top: False
axes.spines.right: False
axes.edgecolor: 5a6270
axes.labelcolor: 5a6270
axes.titlesize: medium
xtick.color: 5a6270
ytick.color: 5a6270
xtick.minor.size: 0
ytick.minor.size: 0
lines.linewidth: 2
legend.frameon: False
font.size: 13
"""
INLINE = {
    "InlineBackend": {
        "figure_formats": ["svg"],
        # No tight box: each plot has the size that its cell asks for. No date: the same
        # lab gives the same bytes.
        "print_figure_kwargs": {"bbox_inches": None, "metadata": {"Date": None, "Creator": None}},
    }
}

# Until `add_plots` fills it. Searching for "200" should not find the ticks of axes.
PLOT = '<figure class="figure plot" data-search-exclude="">{}</figure>'
KEPT_STYLES = {
    "fill-opacity", "font-size", "font-style", "font-weight", "opacity", "stroke-dasharray",
    "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-opacity", "stroke-width",
    "text-anchor",
}
TAGS = {"clipPath", "defs", "g", "path", "rect", "text", "tspan", "use"}
DEFAULTS = {"stroke-width": "1", "text-anchor": "start", "stroke-dashoffset": "0"}


# Reading


def is_lab(page):
    """Whether a page of MkDocs is a lab: the only Python files that are pages."""
    return page.file.src_uri.endswith(".py")


def cell_lines(text):
    """Return the line of each cell's marker, from 1."""
    return [number for number, line in enumerate(text.splitlines(), 1) if CELL.match(line)]


def read(path):
    """Return the notebook in a file of percent format. PageError lists all that is refused."""
    text = Path(path).read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    lines = cell_lines(text)
    if len(lines) != len(notebook.cells):
        raise blocks.PageError(path, [(1, "a lab is in percent format: cells begin with # %%")])
    problems = []
    if not notebook.cells or not re.match(r"# \S", notebook.cells[0].source):
        problems.append((1, "a lab begins with a Markdown cell, and that with its title: # # …"))
    else:
        problems += lint.of_lab(text, path)
    for line, cell in zip(lines, notebook.cells):
        if cell.cell_type == "code":
            try:
                ast.parse(cell.source)
            except SyntaxError as error:
                place = line + (error.lineno or 0)
                problems.append((place, f"not plain Python, so nobody can copy it: {error.msg}"))
            continue
        if cell.cell_type != "markdown":
            problems.append((line, f"a lab has no {cell.cell_type} cells, only code and Markdown"))
        try:
            found = blocks.read(cell.source, path)
        except blocks.PageError as error:
            problems += [(line + inside, what) for inside, what in error.problems]
            continue
        problems += [
            (line + block.line, f"```{block.language} in Markdown is not run: make it a cell")
            for block in found
            if block.language in ("python", "output", "error")
        ]
    if problems:
        raise blocks.PageError(path, problems)
    return notebook


# Running


class _Run:
    """What is known of the lab that mkdocs-jupyter is executing."""

    notebook = None
    cell = 0  # number of the cell that was started last, from 0
    room = None  # a temporary folder


_run = _Run()


class Kernel(AsyncKernelManager):
    """The interpreter of this very build, in an empty folder, with nobody's own settings."""

    @default("kernel_spec_manager")
    def _no_installed_kernels(self):
        # With no folder to look into, "python3" is the interpreter that asks for it.
        return KernelSpecManager(kernel_dirs=[])

    @default("transport_encryption")
    def _encrypted_where_possible(self):
        return "auto"  # otherwise the kernel warns of being overheard

    @default("connection_file")
    def _in_the_room(self):
        return str(_run.room / "connection.json")

    async def start_kernel(self, **options):
        profile = _run.room / "ipython/profile_default"
        profile.mkdir(parents=True)
        (profile / "ipython_kernel_config.json").write_text(json.dumps(INLINE))
        (_run.room / "matplotlibrc").write_text(MATPLOTLIBRC)
        (_run.room / "empty").mkdir()
        environment = dict(os.environ)
        environment.pop("PYTHONSTARTUP", None)
        # One thread: what a lab prints must not depend on the number of cores.
        threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        options["env"] = environment | dict.fromkeys(threads, "1") | {
            "IPYTHONDIR": str(_run.room / "ipython"),
            "MATPLOTLIBRC": str(_run.room / "matplotlibrc"),
            # Filled here, by the import of font_manager: matplotlib warns when that takes
            # long, and no cell shall warn.
            "MPLCONFIGDIR": matplotlib.get_cachedir(),
        }
        options["cwd"] = str(_run.room / "empty")
        await super().start_kernel(**options)


def configure(c):
    """Called by nbconvert's configuration file, see `execute`: add what we need to know."""
    # Not ExecutePreprocessor, which inherits from it: that section mkdocs-jupyter overwrites.
    client = c.NotebookClient
    client.kernel_manager_class = Kernel
    client.timeout = SECONDS
    client.record_timing = False
    client.on_notebook_start = lambda notebook: setattr(_run, "notebook", notebook)
    client.on_cell_start = lambda cell, cell_index: setattr(_run, "cell", cell_index)


def execute(page, config, files):
    """Have mkdocs-jupyter execute the lab of a page, once; return the executed notebook.

    mkdocs-jupyter replaces ``page.render`` by its own, which executes the notebook with
    nbconvert, shows it, and lets the notebook go. nbconvert reads its configuration from
    JUPYTER_CONFIG_DIR, and there `configure` asks it to tell us of the notebook.
    PageError, with the line in the lab, if a cell fails or shows what a page cannot.
    """
    execute_and_show = page.render
    del page.render  # From here on the page is rendered by MkDocs, as any other.
    path = blocks.shown_path(page.file.abs_src_path)
    read(path)
    lines = cell_lines(path.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as room, _environment(
        JUPYTER_CONFIG_DIR=room, JUPYTER_CONFIG_PATH=room
    ):
        _run.notebook, _run.cell, _run.room = None, 0, Path(room)
        (_run.room / "jupyter_nbconvert_config.py").write_text(
            "from docs.plugins.running import labs\n\nlabs.configure(c)\n"
        )
        # Where a run ends by an error, what its kernel still had to say finds nobody listening any
        # more, now and then, and pyzmq logs that with a traceback. The error itself is raised.
        logging.getLogger("tornado.general").setLevel(logging.CRITICAL)
        try:
            execute_and_show(config, files)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise blocks.PageError(path, [_failure(error, lines)]) from None
        except NoSuchKernel as error:
            what = f"{error}: mkdocs-jupyter needs kernel_name: python3"
            raise blocks.PageError(path, [(1, what)]) from None
    if _run.notebook is None:
        raise blocks.PageError(path, [(1, "not executed: mkdocs-jupyter needs execute: true")])
    notebook = bare(_run.notebook)
    check_outputs(notebook, path)
    return notebook


@contextlib.contextmanager
def _environment(**variables):
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _failure(error, lines):
    """Return (line in the lab, what happened) for the error that ended a run."""
    line, number = lines[_run.cell], _run.cell + 1
    if isinstance(error, CellTimeoutError):
        return line, f"cell {number} still runs after {SECONDS} seconds"
    if isinstance(error, DeadKernelError):
        return line, f"cell {number} ends the whole process"
    frames = re.findall(r"^(?:Cell )?In\[\d+\], line (\d+)", ANSI.sub("", error.traceback), re.M)
    # The first frame is the failing cell's; later ones may lie in cells above it.
    inside = int(frames[0]) if frames else 0
    return line + inside, f"cell {number} fails: {error.ename}: {error.evalue}"


def bare(notebook):
    """Return an executed notebook without what differs from one run to the next."""
    cells = copy.deepcopy(notebook.cells)
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs = _whole(cell.outputs)
    return notebook_of(cells)


def notebook_of(cells):
    """Return a notebook of these cells, which get numbers for names: the same in every build."""
    for number, cell in enumerate(cells, start=1):
        cell.id = f"cell-{number:02}"
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "file_extension": ".py"},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def _whole(outputs):
    """Return outputs with what was printed in one piece: the clock decides where it is cut."""
    streams, whole = {}, []
    for output in outputs:
        name = output.get("name")
        if name in streams:
            streams[name].text += output.text
            continue
        if name is not None:
            streams[name] = output
        whole.append(output)
    return whole


def plots(cell):
    """Return the SVG texts that a cell shows, in order."""
    return [
        output.data["image/svg+xml"]
        for output in cell.get("outputs", [])
        if "image/svg+xml" in output.get("data", {})
    ]


def printed(cell):
    """Return what a cell prints."""
    return "".join(
        output.text
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stdout"
    )


def check_outputs(notebook, path):
    """Raise PageError unless a page can show all that the cells of a notebook show."""
    lines = cell_lines(Path(path).read_text(encoding="utf-8"))
    problems = []
    for number, (line, cell) in enumerate(zip(lines, notebook.cells), 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                problems.append((line, f"cell {number} fails: {output.ename}: {output.evalue}"))
            elif output.output_type == "stream" and output.name != "stdout":
                problems.append((line, f"cell {number} writes to stderr: {output.text.strip()}"))
            elif output.output_type == "execute_result":
                problems.append(
                    (line, f"cell {number} shows the value of its last line, which a program "
                     "does not: print it")
                )
            elif output.output_type == "display_data" and "image/svg+xml" not in output.data:
                problems.append((line, f"cell {number} shows {', '.join(output.data)}, no plot"))
        if what := lint.of_output(printed(cell)):
            problems.append((line, f"cell {number} prints {what}"))
        shown = plots(cell)
        if len(shown) > 1:
            problems.append((line, f"cell {number} shows {len(shown)} plots: one cell, one plot"))
        if shown and not cell.metadata.get("alt", "").strip():
            problems.append(
                (line, f"cell {number} shows a plot without a text: # %% alt=\"what to see\"")
            )
        for svg in shown:
            try:
                slim_svg(svg)
            except ValueError as error:
                problems.append((line, f"cell {number}: {error}"))
    if problems:
        raise blocks.PageError(path, problems)


# Showing


def to_markdown(notebook, links):
    """Return an executed notebook as a page in the dialect of the lessons.

    ``links`` is a paragraph that stands beneath the first cell. A plot is an empty figure, which
    `add_plots` fills.
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


def add_plots(content, notebook):
    """Return the HTML of a page with the plots of its notebook in their places."""
    cells = iter([cell for cell in notebook.cells if plots(cell)])
    numbers = itertools.count(1)

    def figure(_):
        cell = next(cells)
        svg = slim_svg(plots(cell)[0], f"plot-{next(numbers)}-", cell.metadata["alt"])
        return PLOT.format(svg)

    return re.sub(re.escape(PLOT.format("")), figure, content)


def slim_svg(svg, prefix="", alt=""):
    """Return matplotlib's SVG as part of a page: a picture with ``alt`` as its text.

    Its colours become the classes of docs/assets/css/figures.css, so that they follow the page; what browsers
    assume anyway is left out, and coordinates keep a tenth of a point. ``prefix`` keeps its
    ids apart from those of other plots. ValueError names a colour that is not the page's.
    """
    root = ElementTree.fromstring(svg)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    width, height = (float(size) for size in root.get("viewBox").split()[2:])
    body = "".join(_element(child, used, prefix) for child in root)
    return (
        f'<svg role="img" aria-label="{html.escape(alt)}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{PIXELS * width:.0f}" height="{PIXELS * height:.0f}" '
        f'fill="currentColor" stroke-linejoin="round">{body}</svg>'
    )


def _element(element, used, prefix):
    """Return an element of a plot and all that is in it, as text."""
    tag = element.tag.partition("}")[2]
    if tag in ("metadata", "style"):
        return ""
    if tag not in TAGS:
        raise ValueError(f"a plot with <{tag}> cannot follow the page's colours")
    attributes, classes = {}, []
    style = dict(re.findall(r"([\w-]+): ([^;]+)", element.get("style", "")))
    for name, value in style.items():
        if name in ("fill", "stroke") and value in ROLES:
            classes.append(f"fig-{name}-{ROLES[value]}")
        elif name in ("fill", "stroke"):
            attributes[name] = _plain_colour(value)
        elif name in KEPT_STYLES and value != DEFAULTS.get(name):
            attributes[name] = value.removesuffix("px")
    for name, value in element.items():
        name = name.replace("{http://www.w3.org/1999/xlink}", "xlink:")
        if name == "id" and value in used:
            attributes["id"] = prefix + value
        elif name == "d":
            attributes[name] = _path(value)
        elif name in ("x", "y", "width", "height"):
            attributes[name] = _short(value)
        elif name == "transform" and not value.startswith("rotate(-0 "):
            attributes[name] = _short(value)
        elif name in ("xlink:href", "clip-path"):
            attributes[name] = value.replace("#", f"#{prefix}")
    if classes:
        attributes["class"] = " ".join(classes)
    inside = html.escape((element.text or "").strip(), quote=False) + "".join(
        _element(child, used, prefix) for child in element
    )
    if tag in ("g", "defs") and (not inside or not attributes and tag == "g"):
        return inside
    if tag == "path" and style.get("fill") == "none" and "stroke" not in style:
        return ""  # the frame that matplotlib draws around everything, in no colour
    written = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"


def _plain_colour(value):
    """Return none or ink; ValueError for what the page's colours cannot stand for."""
    if value not in ("none", INK):
        raise ValueError(f"{value} cannot follow the page's colours: use C0, C1, black or white")
    return {"none": "none", INK: "currentColor"}[value]


def _short(text):
    """Return a text with its numbers rounded to a tenth."""
    return re.sub(r"-?\d+\.\d+", lambda number: f"{round(float(number[0]), 1) + 0:g}", text)


def _path(path):
    """Return a path with short numbers, without points on a straight line between others."""
    parts = []  # [command, x, y, ...]
    for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        part = [command, *(round(float(number), 1) + 0 for number in numbers.split())]
        if command == "L" and len(parts) > 1 and parts[-1][0] == "L":
            (x1, y1), (x2, y2), (x3, y3) = parts[-2][-2:], parts[-1][1:], part[1:]
            ahead = (x2 - x1) * (x3 - x2) + (y2 - y1) * (y3 - y2) >= 0
            if ahead and abs((x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1)) < 0.02:
                parts.pop()
        parts.append(part)
    return "".join(part[0] + " ".join(f"{number:g}" for number in part[1:]) for part in parts)


def downloads(notebook, text, absolute):
    """Return {suffix: text} of what a reader takes home: the executed notebook, the file.

    ``absolute`` gives the address on the site for a link of the lab's source.
    """

    def with_links(source):
        return LINK.sub(lambda link: absolute(link[1]) + (link[2] or ""), source)

    taken = copy.deepcopy(notebook)
    for cell in taken.cells:
        if cell.cell_type == "markdown":
            cell.source = with_links(cell.source)
    nbformat.validate(taken)
    return {".ipynb": nbformat.writes(taken) + "\n", ".py": with_links(text)}


# In the build


def on_page_markdown(page, config, files):
    """Execute a lab and return it as Markdown, which MkDocs then renders as any other page.

    Keeps the executed notebook as ``page.lab``, and adds its downloads to ``files``.
    """
    path = Path(page.file.abs_src_path)
    page.lab = nbformat.v4.new_notebook()  # of a lab that is refused there is nothing to show

    def rests_on():
        files = [*runner.SNIPPETS.rglob("*.py"), *runner.SNIPPETS.rglob("*.npz")]
        imported = [file.read_bytes() for file in sorted(files)]
        settings = dict(config.plugins["mkdocs-jupyter"].config)
        return path.read_bytes(), imported, settings, cache.machinery()

    def make():
        return nbformat.writes(execute(page, config, files)).encode()

    made = cache.get_or_make(CACHE, rests_on, make)
    vars(page).pop("render", None)  # mkdocs-jupyter's, which would execute it
    notebook = page.lab = nbformat.reads(made.decode(), as_version=4)
    folder, name = page.file.src_uri.removesuffix(".py"), path.stem

    def absolute(link):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(folder), link))
        file = files.get_file_from_path(target)
        return urljoin(config.site_url or "", file.url) if file else link

    for suffix, content in downloads(notebook, path.read_text(encoding="utf-8"), absolute).items():
        uri = f"{folder}/{name}{suffix}"
        files.append(
            File.generated(config, uri, content=content, inclusion=InclusionLevel.INCLUDED)
        )
    return to_markdown(
        notebook,
        f"[Download this lab as a notebook]({name}/{name}.ipynb){{ download }} or "
        f"[as a Python file]({name}/{name}.py){{ download }}.",
    )
