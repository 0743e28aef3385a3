"""A page's Markdown as HTML, with the extensions of mkdocs.yml and nothing else."""

from functools import cache
from typing import TYPE_CHECKING

import markdown
from mkdocs.config import load_config
from mkdocs.utils.meta import get_data

from docs.plugins.paths import ROOT

if TYPE_CHECKING:  # it takes a tenth of a second, and not all who import this need settings
    from mkdocs.config.defaults import MkDocsConfig


@cache
def config() -> "MkDocsConfig":
    """Return the settings of the site."""
    # Without plugins and hooks: loading a notebook exporter would take longer than all pages.
    return load_config(str(ROOT / "mkdocs.yml"), plugins=[], hooks=[])


@cache
def _converter():
    return markdown.Markdown(extensions=config().markdown_extensions, extension_configs=config().mdx_configs)


def to_html(text: str) -> str:
    """Return the HTML of a page's source, whose front matter is left out."""
    body, _ = get_data(text)
    return _converter().reset().convert(body)
