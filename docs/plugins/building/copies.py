"""What a reader copies is a whole program: see blocks.programs. And how to get what it needs."""

import html

from bs4 import BeautifulSoup, Tag

from docs.plugins.building.html import Markup, code_of
from docs.plugins.building.inputs import Inputs
from docs.plugins.reading import blocks, exercises
from docs.plugins.reading.blocks import IMPORTS_NP_NN

PYTHON = "div.language-python.highlight"


def add(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Let each Python block have its program for its copy button.

    The reader's browser puts it together from the blocks above. Those that are in no later program
    are marked, and where that would be another program, the whole of it stands in the page.

    Beneath the first block that imports np_nn, and what it prints, a line says how to get it;
    beneath each starter of an exercise one says how to have an answer judged.
    """
    page_blocks, downloads = inputs.page.blocks, inputs.downloads
    starters = exercises.starters(page_blocks, inputs.site.exercises)
    told, known = False, programs(inputs, tree)
    for shown, block, _ in known:
        if block.exercise or block.error:
            shown["data-program"] = "alone" if block.exercise else "last"
        lines = []
        if block in starters:
            lines.append(_how_to_answer(block, downloads))
        if not told and IMPORTS_NP_NN.search(block.code):
            lines.append(_how_to_get(block, downloads))
            told = True
        last = shown
        while (after := last.find_next_sibling()) and "output" in (after.get("class") or []):
            last = after  # what the block printed stays under it
            if block.exercise:
                last["class"].append("judged")
        for line in reversed(lines):
            last.insert_after(Markup(line))
    for (shown, _, program), copied in zip(known, copies(tree), strict=True):
        if copied.rstrip() != program.rstrip():
            shown["data-copy"] = program


def programs(inputs: Inputs, tree: BeautifulSoup) -> list[tuple[Tag, blocks.Block, str]]:
    """Return (element, block, program) of each Python block that the HTML shows."""
    waiting, found = blocks.programs(inputs.page.blocks), []
    for shown in tree.select(PYTHON):
        code = code_of(shown)
        index = next(i for i, (block, _) in enumerate(waiting) if blocks.bare(block.code) == code)
        found.append((shown, *waiting.pop(index)))
    return found


def copies(tree: Tag) -> list[str]:
    """Return the program of each Python block in HTML, as docs/assets/reader.js puts it together."""
    found, parts = [], []
    for shown in tree.select(PYTHON):
        code = shown.find("code").get_text()
        alone = shown.get("data-program") == "alone"
        found.append(str(shown.get("data-copy") or "\n".join([code] if alone else [*parts, code])))
        if "data-program" not in shown.attrs:
            parts.append(code)
    return found


def _how_to_answer(starter, downloads):
    """Return the line that says how a starter becomes an answer."""
    name = html.escape(starter.title)
    judged = html.escape(downloads["np_nn.md"] + "#have-your-answers-judged")
    return (
        f'<p class="starter">Download {_link(starter.title, downloads)}, replace the '
        f'dots, and <a href="{judged}">ask</a> <code>python -m np_nn.check {name}</code>.</p>'
    )


def _how_to_get(block, downloads):
    """Return the line that says how to get np_nn; what judges an answer is in the wheel alone."""
    wheel = next(name for name in downloads if name.endswith(".whl"))
    line = f"np_nn: download {_link(wheel, downloads)} and <code>pip install ./{wheel}</code>"
    if not block.exercise:
        line += f', or <a href="{html.escape(downloads["np_nn.md"])}">save single files</a>'
    return f'<p class="np-nn">{line}.</p>'


def _link(name, downloads):
    return f'<a href="{html.escape(downloads[name])}" download="">{html.escape(name)}</a>'
