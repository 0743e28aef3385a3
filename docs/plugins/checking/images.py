"""Images: only figures that snippets/figures has drawn."""

import difflib
import re
from pathlib import Path

from bs4 import BeautifulSoup

from docs.plugins.problem import Found, check
from docs.plugins.reading.page import Page


@check("image")
def images(page: Page) -> Found:
    """An image is a figure of ours, alone on its line, with a text; in a lesson with a caption too."""
    for line, alt, source, alone, caption in page.images:
        name = Path(source).name
        form = f"![what to see](../figures/{Path(name).stem or 'name'}.svg)"
        if not alt.strip():
            yield line, f"image without a text: write {form}"
        if re.match(r"(?:https?:)?//|data:", source):
            yield line, f"image {source} of another origin: draw it in snippets/figures, {form}"
        elif not re.fullmatch(r"(?:\.\./)*figures/[\w-]+\.svg", source) or not alone:
            yield line, f"image {source}: only figures drawn by snippets/figures, alone on a line: {form}"
        elif name not in page.site.figures:
            near = difflib.get_close_matches(name, page.site.figures, 1)
            instead = f"write {near[0]}, or " if near else ""
            yield line, f"no figure {name}: {instead}draw it in snippets/figures"
        elif alt.strip() and page.is_lesson and not caption.strip():
            yield (
                line,
                (
                    "figure without a caption: say in a sentence what to look at, "
                    f'![what is seen](../figures/{name} "What to look at.")'
                ),
            )


@check("image")
def shown(page: Page, tree: BeautifulSoup) -> Found:
    """Images in the HTML are those: other ways to write one show up there."""
    for image in tree.find_all("img"):
        source, around = str(image.get("src", "")), image.parent
        is_alone = around.name == "p" and len(around.contents) == 1
        if not is_alone or not re.fullmatch(r"[^:]*figures/[\w-]+\.svg", source):
            yield (
                page.line_of(source.rpartition("/")[2]),
                (
                    f"image {source}: only figures drawn by snippets/figures, alone on a line: "
                    "![what to see](../figures/name.svg)"
                ),
            )
