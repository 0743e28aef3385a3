"""MkDocs' entry: what it hands over to the rooms, and when. Nothing is made here.

Of each page MkDocs has rendered, Inputs are gathered, and building/steps.py makes its HTML of
them, on all cores; finishing/site.py then does what concerns the whole site. A page that is wrong
is refused, with all others that are, before any is written. No lesson is executed here.
"""

import contextlib
import gc
import logging
import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import jinja2
import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure import pages
from mkdocs.structure.files import File, Files, InclusionLevel

from docs.plugins import cache
from docs.plugins.building import gather, plots, rendered, steps
from docs.plugins.checking import lab as checking
from docs.plugins.finishing import downloads, head, hosting, search, site
from docs.plugins.paths import SNIPPETS
from docs.plugins.problem import PageError, raise_if_any
from docs.plugins.reading import course, lab
from docs.plugins.reading.page import Page
from docs.plugins.running import kernel
from docs.plugins.runtime import engine, layout


class Build:
    """What is known of the build that is running."""

    def __init__(self):
        self.problems = []
        self.work = steps.Work()
        self.whole = None  # gather.Whole, once all files are known

    @contextlib.contextmanager
    def noting_problems(self) -> Iterator[None]:
        """Note what is wrong, for `on_env` to tell of all pages at once."""
        try:
            yield
        except PageError as error:
            self.problems += error.problems


_build = Build()
_command = ""


def on_startup(command: str, dirty: bool) -> None:
    global _command
    gc.set_threshold(200_000, 50, 50)  # parsed pages are many small objects, which live long
    _command = command


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    if what := hosting.problem(_command, config.site_url):
        raise PluginError(what)
    search.keep(config.plugins["material/search"].search_index)
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    global _build
    _build = Build()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what readers take home."""
    for uri, content in downloads.of_site().items():
        _add(files, config, uri, content)
    wheel = next(f.src_uri for f in files if f.src_uri.endswith(".whl"))
    for file in list(files):
        if file.src_uri.endswith(".ipynb"):
            words = "a notebook with outputs that go stale: write docs/labs/… .py in percent format"
            _build.problems.append(Page("", file.abs_src_path).problem("lab", 1, words))
        if course.slugs(file.src_uri):
            with contextlib.suppress(PageError):  # which is told when the page is built
                page = Page.open(file.abs_src_path)
                for uri, content in downloads.of_page(page).items():
                    _add(files, config, uri, content)
                home, name = config.site_url or "/", posixpath.splitext(file.src_uri)[0]
                at_home = downloads.of_lesson(
                    page.text,
                    _absolute(file, files, home),
                    urljoin(home, file.url),
                    urljoin(home, wheel),
                )
                for suffix, content in at_home.items():
                    _add(files, config, f"{name}/{posixpath.basename(name)}{suffix}", content)
    return files


def _absolute(file, files, home):
    """Return a function of a link on a page that gives its whole address."""

    def absolute(link):
        folder = posixpath.dirname(file.src_uri)
        target = files.get_file_from_path(posixpath.normpath(posixpath.join(folder, link)))
        return urljoin(home, target.url) if target else link

    return absolute


def _add(files, config, uri, content):
    files.append(File.generated(config, uri, content=content, inclusion=InclusionLevel.INCLUDED))


def on_page_read_source(page: pages.Page, config: MkDocsConfig) -> str:
    """Read what is not UTF-8 all the same: it is refused later, with all that is wrong with it."""
    return Path(page.file.abs_src_path).read_text(encoding="utf-8-sig", errors="replace")


def on_page_markdown(text: str, page: pages.Page, config: MkDocsConfig, files: Files) -> str:
    """Make Markdown of a lab, which MkDocs then renders as any other page."""
    page.lab = None
    if not page.file.src_uri.endswith(".py"):
        rendered.keep(page)
        return text
    with _build.noting_problems():
        source = Page.open(page.file.abs_src_path)
        raise_if_any(checking.source(source, lab.read(source)))
        page.lab = notebook = _executed(page, config, files)
        raise_if_any(checking.outputs(source, notebook) + plots.problems(source, notebook))
        folder, name = page.file.src_uri.removesuffix(".py"), source.path.stem
        absolute = _absolute(page.file, files, config.site_url or "")
        for suffix, content in downloads.of_lab(notebook, source.text, absolute).items():
            _add(files, config, f"{folder}/{name}{suffix}", content)
        text = lab.to_markdown(notebook, downloads.of_lab_line(name))
        head.describe(page, text)
        return text
    page.lab = None
    return ""  # what is wrong was noted; the lab's source is no Markdown


def _executed(page, config, files):
    """Return the executed notebook of a lab."""
    source = Path(page.file.abs_src_path)

    def rests_on():
        files = [*SNIPPETS.rglob("*.py"), *SNIPPETS.rglob("*.npz")]
        imported = [file.read_bytes() for file in sorted(files)]
        settings = dict(config.plugins["mkdocs-jupyter"].config)
        return source.read_bytes(), imported, settings, cache.machinery()

    def make():
        return nbformat.writes(kernel.execute(page, config, files)).encode()

    made = cache.get_or_make(kernel.CACHE, rests_on, make)
    vars(page).pop("render", None)  # mkdocs-jupyter's, which would execute it
    return nbformat.reads(made.decode(), as_version=4)


def on_page_content(content: str, page: pages.Page, config: MkDocsConfig, files: Files) -> str:
    """Gather what the page is made of, and have it made meanwhile."""
    name, is_lab = page.file.src_uri, page.file.src_uri.endswith(".py")
    if is_lab and page.lab is None:
        return content
    if _build.whole is None:
        addresses = {file.src_uri: file.url for file in files}
        _build.whole = gather.Whole(addresses, config["nav"], can_run=engine.files() is not None)
    inputs = _build.whole.inputs(
        Path(page.file.abs_src_path),
        name,
        content,
        downloads.links({file.src_uri: file.url for file in files}, page.url),
        [head.line(page, config), downloads.foot(page, config)],
        notebook=page.lab,
        text=page.markdown if is_lab else None,
    )
    _build.work.begin(name, inputs)
    return content


def on_env(env: jinja2.Environment, config: MkDocsConfig, files: Files) -> jinja2.Environment:
    """All pages were read: say what is wrong with them, before any is written."""
    with _build.work:
        for page in (file.page for file in files.documentation_pages()):
            with _build.noting_problems():
                page.content = _build.work.result(page.file.src_uri, page.content)
    if _build.problems:
        raise PluginError("\n" + "\n".join(map(str, sorted(set(_build.problems)))))
    return env


def on_build_error(error: Exception) -> None:
    """Let go of the processes that still make pages."""
    with _build.work:
        pass


def on_post_page(output: str, page: pages.Page, config: MkDocsConfig) -> str:
    return head.add(output, page, config)


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    return head.lost(output, config) if template_name == "404.html" else output


def on_post_build(config: MkDocsConfig) -> None:
    """All pages were written: what is the same for all of them."""
    built = Path(config.site_dir)
    if files := engine.files():
        layout.lay_out(built, files, next(built.glob("downloads/*.whl")))
    broken = site.finish(built, config.site_url, config.site_name)
    if broken:
        raise PluginError("\nlinks that lead nowhere:\n" + "\n".join(broken))
    if what := hosting.note(config.site_url):
        logging.getLogger("mkdocs.hooks").info(what)
