"""Executes labs: by mkdocs-jupyter, once, with the settings of mkdocs.yml.

`execute` takes the executed notebook from it; its HTML, with 574 kB of styles and scripts, is
thrown away.
"""

import contextlib
import copy
import json
import logging
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.font_manager
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import pages
from mkdocs.structure.files import Files
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets import default
from traitlets.config import Config

from docs.plugins import paths
from docs.plugins.problem import PageError
from docs.plugins.reading.lab import notebook_of
from docs.plugins.reading.page import Page

CACHE = paths.CACHE / "labs"
SECONDS = 120  # after which a cell counts as hanging; a lab is meant to take a few in all
ANSI = re.compile(r"\x1b\[[0-9;]*m")

# How plots are drawn: as the figures of the lessons, see building/plots.py.
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


class _Run:
    """What is known of the lab that mkdocs-jupyter is executing."""

    notebook: NotebookNode | None = None
    cell = 0  # number of the cell that was started last, from 0
    room: Path  # a temporary folder, once one is executed


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

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override] # of the class above, whose own is awaited too
        profile = _run.room / "ipython/profile_default"
        profile.mkdir(parents=True)
        (profile / "ipython_kernel_config.json").write_text(json.dumps(INLINE))
        (_run.room / "matplotlibrc").write_text(MATPLOTLIBRC)
        (_run.room / "empty").mkdir()
        environment = dict(os.environ)
        environment.pop("PYTHONSTARTUP", None)
        # One thread: what a lab prints must not depend on the number of cores.
        threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        options["env"] = (
            environment
            | dict.fromkeys(threads, "1")
            | {
                "IPYTHONDIR": str(_run.room / "ipython"),
                "MATPLOTLIBRC": str(_run.room / "matplotlibrc"),
                # Filled here, by the import of font_manager: matplotlib warns when that takes
                # long, and no cell shall warn.
                "MPLCONFIGDIR": matplotlib.get_cachedir(),
            }
        )
        options["cwd"] = str(_run.room / "empty")
        await super().start_kernel(**options)


def configure(c: Config) -> None:
    """Called by nbconvert's configuration file, see `execute`: add what we need to know."""
    # Not ExecutePreprocessor, which inherits from it: that section mkdocs-jupyter overwrites.
    client = c.NotebookClient
    client.kernel_manager_class = Kernel
    client.timeout = SECONDS
    client.record_timing = False
    client.on_notebook_start = lambda notebook: setattr(_run, "notebook", notebook)
    client.on_cell_start = lambda cell, cell_index: setattr(_run, "cell", cell_index)


def execute(page: pages.Page, config: MkDocsConfig, files: Files) -> NotebookNode:
    """Have mkdocs-jupyter execute the lab of a page, once; return the executed notebook.

    mkdocs-jupyter replaces ``page.render`` by its own, which executes the notebook with
    nbconvert, shows it, and lets the notebook go. nbconvert reads its configuration from
    JUPYTER_CONFIG_DIR, and there `configure` asks it to tell us of the notebook.
    PageError, with the line in the lab, if a cell fails.
    """
    execute_and_show = page.render
    del page.render  # From here on the page is rendered by MkDocs, as any other.
    lab = Page.open(page.file.abs_src_path)
    with tempfile.TemporaryDirectory() as room, _environment(JUPYTER_CONFIG_DIR=room, JUPYTER_CONFIG_PATH=room):
        _run.notebook, _run.cell, _run.room = None, 0, Path(room)
        (_run.room / "jupyter_nbconvert_config.py").write_text(
            "from docs.plugins.running import kernel\n\nkernel.configure(c)\n"
        )
        # Where a run ends by an error, what its kernel still had to say finds nobody listening any
        # more, now and then, and pyzmq logs that with a traceback. The error itself is raised.
        logging.getLogger("tornado.general").setLevel(logging.CRITICAL)
        try:
            execute_and_show(config, files)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise PageError([lab.problem("run", *_failure(error, lab))]) from None
        except NoSuchKernel as error:
            what = f"{error}: mkdocs-jupyter needs kernel_name: python3"
            raise PageError([lab.problem("run", 1, what)]) from None
    if _run.notebook is None:
        what = "not executed: mkdocs-jupyter needs execute: true"
        raise PageError([lab.problem("run", 1, what)])
    return bare(_run.notebook)


@contextlib.contextmanager
def _environment(**variables):
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _failure(error, lab):
    """Return (line in the lab, what happened) for the error that ended a run."""
    line, number = lab.cells[_run.cell].line, _run.cell + 1
    if isinstance(error, CellTimeoutError):
        return line, f"cell {number} still runs after {SECONDS} seconds"
    if isinstance(error, DeadKernelError):
        return line, f"cell {number} ends the whole process"
    frames = re.findall(r"^(?:Cell )?In\[\d+\], line (\d+)", ANSI.sub("", error.traceback), re.M)
    # The first frame is the failing cell's; later ones may lie in cells above it.
    inside = int(frames[0]) if frames else 0
    return line + inside, f"cell {number} fails: {error.ename}: {error.evalue}"


def bare(notebook: NotebookNode) -> NotebookNode:
    """Return an executed notebook without what differs from one run to the next."""
    cells = copy.deepcopy(notebook.cells)
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs = _whole(cell.outputs)
    return notebook_of(cells)


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
