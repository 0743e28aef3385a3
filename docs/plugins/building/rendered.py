"""MkDocs' rendering of a page, kept: most pages are as they were when the site is built again."""

import pickle
import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from docs.plugins import cache, paths

CACHE = paths.CACHE / "rendered"
PLACE = re.compile(r" at 0x\w+")  # in memory, of a function that the settings name
MADE = ("content", "toc", "_title_from_render", "present_anchor_ids")


def keep(page: Page) -> None:
    """Let a page, once it has its Markdown, be rendered as it was rendered before."""

    def render(config: MkDocsConfig, files: Files) -> None:
        addresses = tuple((file.src_uri, file.url) for file in files)  # to which links are made
        settings = config["markdown_extensions"], PLACE.sub("", repr(config["mdx_configs"]))
        key = page.markdown, page.file.src_uri, addresses, settings, cache.machinery()

        def make():
            Page.render(page, config, files)
            return pickle.dumps({name: vars(page)[name] for name in MADE})

        vars(page).update(pickle.loads(cache.get_or_make(CACHE, lambda: key, make)))

    page.render = render
