"""mkdocs hook: what the build adds to pages whose Markdown is already right without it.

A page whose rendered blocks are not exactly the tested ones is refused. Each Python block
gets the whole program up to it for its copy button, figures become inline SVG, those that have
a module in docs/widgets are marked for it, equations are typeset, and np_nn is laid out for
download. No lesson is executed here.
"""

import contextlib
import html
import re
import tempfile
from pathlib import Path

from bs4 import BeautifulSoup
from hatchling.builders.wheel import WheelBuilder
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, InclusionLevel

from docs.plugins import blocks, labs, mathjax

ROOT = Path(__file__).resolve().parents[2]
FIGURE = re.compile(r'<p><img alt="([^"]*)" src="[^":]*figures/([\w-]+\.svg)" ?/?></p>')
LOADER = "widgets/loader.mjs"
MOUNTS = re.compile(r"^export function mount\(", re.MULTILINE)
IMPORTS_NP_NN = re.compile(r"^\s*(?:from|import) np_nn\b", re.MULTILINE)

_problems = []  # of all pages of this build, so that they can be shown at once


def on_pre_build(config):
    _problems.clear()


def on_files(files, config):
    """Add what readers download: np_nn as files and as a wheel, and the whole programs."""
    for path in sorted((ROOT / "snippets").glob("*.py")):
        if path.name == "figures.py":  # draws for this site, not for readers
            continue
        _add(files, config, f"downloads/{path.name}", path.read_bytes())
    for path in sorted((ROOT / "snippets/np_nn").glob("*.py")):
        _add(files, config, f"downloads/np_nn/{path.name}", path.read_bytes())
    with tempfile.TemporaryDirectory() as directory:
        for artifact in WheelBuilder(str(ROOT)).build(directory=directory, versions=["standard"]):
            wheel = Path(artifact)
            _add(files, config, f"downloads/{wheel.name}", wheel.read_bytes())
    return files


def _add(files, config, uri, content):
    files.append(File.generated(config, uri, content=content, inclusion=InclusionLevel.INCLUDED))


def on_page_markdown(text, page, config, files):
    if labs.is_lab(page):
        with _noting_problems(page):
            return labs.on_page_markdown(page, config, files)
        return ""  # what is wrong was noted; the lab's source is no Markdown
    return text


def on_page_content(content, page, config, files):
    path = Path(page.file.abs_src_path)
    with _noting_problems(page) as shown_path:
        # A lab's source is the Markdown that `on_page_markdown` made of it.
        text = page.markdown if labs.is_lab(page) else path.read_text(encoding="utf-8")
        page_blocks = blocks.read(text) if labs.is_lab(page) else blocks.read_file(path)
        blocks.check_rendered(content, page_blocks, text, shown_path)
        content = add_copies(content, page_blocks, _downloads(page, files))
        content = mathjax.typeset_page(content)
        content = inline_figures(content, shown_path, text)
        content = add_widgets(content, _widgets(page, files))
        return labs.add_plots(content, page.lab) if labs.is_lab(page) else content
    return content


@contextlib.contextmanager
def _noting_problems(page):
    """Note what is wrong with a page, for `on_env` to show; yields the page's shown path."""
    path = Path(page.file.abs_src_path)
    shown_path = blocks.shown_path(path)
    try:
        yield shown_path
    except blocks.PageError as error:
        _problems.append(str(error.at(shown_path)))
    except mathjax.TexError as error:
        lines = path.read_text(encoding="utf-8").splitlines()
        _problems.extend(
            f"{shown_path}:{blocks.line_of(tex, lines)}: {what}: {tex.strip()}"
            for tex, what in error.problems
        )


def on_env(env, config, files):
    """All pages were read: say what is wrong with them, before any is written."""
    if _problems:
        raise PluginError("\n" + "\n".join(_problems))
    return env


def _downloads(page, files):
    """Return {name: address as seen from a page} of the wheel and of np_nn's files."""
    found = [f for f in files if re.fullmatch(r"downloads/(np_nn/\w+\.py|.*\.whl)", f.src_uri)]
    return {Path(file.src_uri).name: file.url_relative_to(page.file) for file in found}


def add_copies(content, page_blocks, downloads):
    """Give each Python block in the HTML the whole program up to it, for the copy button.

    Beneath the first block that imports np_nn, and what it prints, a line says how to get it.
    """
    soup = BeautifulSoup(content, "html.parser")
    waiting = blocks.programs(page_blocks)
    told = False
    for shown in soup.select("div.language-python.highlight"):
        code = blocks.bare(shown.find("pre").get_text())
        index = next(i for i, (block, _) in enumerate(waiting) if blocks.bare(block.code) == code)
        _, program = waiting.pop(index)
        shown["data-copy"] = program
        if not told and IMPORTS_NP_NN.search(code):
            last = shown
            while (after := last.find_next_sibling()) and "output" in after.get("class", []):
                last = after  # what the block printed stays under it
            last.insert_after(BeautifulSoup(_how_to_get(page_blocks, downloads), "html.parser"))
            told = True
    return str(soup)


def _widgets(page, files):
    """Return {slug: address as seen from a page} of the loader and of each interactive figure."""
    found = [file for file in files if re.fullmatch(r"widgets/\w+\.mjs", file.src_uri)]
    return {
        Path(file.src_uri).stem: file.url_relative_to(page.file)
        for file in found
        if file.src_uri == LOADER or MOUNTS.search(file.content_string)
    }


def add_widgets(content, widgets):
    """Mark the figures that a module of docs/widgets brings to life, and name the loader.

    What is in the page already, the static figure, stays there for print and without scripts.
    """
    live = [
        slug for slug in widgets if slug != "loader" and f'data-figure="{slug}"' in content
    ]
    for slug in live:
        figure = re.compile(rf'<figure class="figure" data-figure="{slug}">.*?</figure>', re.DOTALL)
        content = figure.sub(rf'<div class="widget" data-widget="{slug}">\g<0></div>', content)
    if live:
        content += f'<script type="module" src="{html.escape(widgets["loader"])}"></script>'
    return content


def _how_to_get(page_blocks, downloads):
    """Return the line that says how to get what a page imports of np_nn."""
    imported = "".join(block.code for block in page_blocks if block.language == "python")
    wheel = next(name for name in downloads if name.endswith(".whl"))
    names = [name for name in ("network", "gradcheck") if f"np_nn.{name}" in imported]
    singles = " and ".join(
        f'<a href="{html.escape(downloads[f"{name}.py"])}" download>{name}.py</a>' for name in names
    )
    return (
        f'<p class="np-nn">np_nn: download <a href="{html.escape(downloads[wheel])}" download>'
        f"{wheel}</a> and <code>pip install {wheel}</code>, or save {singles} in a folder "
        "<code>np_nn</code> beside your program.</p>"
    )


def inline_figures(content, path, text):
    """Put each figure's SVG into the page, where it follows the page's colours.

    PageError names an image that is not a figure of ours, or has no text.
    """
    problems = []
    lines = text.splitlines()

    def inline(match):
        alt, name = match.groups()
        file = ROOT / "docs/figures" / name
        line = blocks.line_of(name, lines)
        if not alt.strip():
            problems.append((line, "figure without a text: ![what to see](…)"))
        if not file.is_file():
            problems.append((line, f"no figure {name}: draw it in snippets/figures.py"))
            return ""
        svg = file.read_text(encoding="utf-8")
        svg = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->", "", svg, flags=re.DOTALL)
        svg = re.sub(r'<style id="standalone">.*?</style>', "", svg, flags=re.DOTALL)
        svg = svg.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)
        slug = name.removesuffix(".svg")
        return f'<figure class="figure" data-figure="{slug}">{svg.strip()}</figure>'

    content = FIGURE.sub(inline, content)
    for source in re.findall(r'<img[^>]*src="([^"]*)"', content):
        problems.append(
            (blocks.line_of(source.rpartition("/")[2], lines),
             f"image {source}: only figures drawn by "
             "snippets/figures.py, alone on a line: ![what to see](../figures/name.svg)")
        )
    if problems:
        raise blocks.PageError(path, problems)
    return content
