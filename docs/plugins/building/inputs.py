"""All that the HTML of a page is made of: whoever makes it is given this, and sees nothing else."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from docs.plugins.problem import Problem
from docs.plugins.reading.glossary import Entry
from docs.plugins.reading.page import Page, Site


@dataclass(frozen=True)
class Proof:
    """What the ledger says of a page, and where a reader finds the ledger."""

    address: str  # of the ledger, at the place of this page if that has equations
    versions: dict
    entry: dict | None  # None if nothing was verified, or no longer holds
    date: str  # of the commit, in words; "" if unknown


@dataclass(frozen=True)
class Inputs:
    """A page as the builder has rendered it, and what steps put into it.

    Addresses are as seen from the page. The hash of the ``repr`` finds what was made of it before,
    so what a step needs is a field here: there is no other way in.
    """

    path: str  # of the source
    name: str  # of the source in docs, such as lessons/xor.md
    text: str  # the Markdown; of a lab that which its notebook was made into
    html: str  # as rendered
    site: Site  # what there is beside the page
    figures: dict[str, str] = field(default_factory=dict)  # {slug: SVG} of those that it shows
    plots: tuple[tuple[str, str], ...] = ()  # (SVG, alt) of a lab
    downloads: dict[str, str] = field(default_factory=dict)  # {name: address}
    widgets: dict[str, str] = field(default_factory=dict)  # {slug: address}, of the loader too
    terms: tuple[Entry, ...] = ()  # that the page may count on
    feet: tuple[str, ...] = ()  # lines of HTML at its end
    runs: dict[str, str] | None = None  # {digest: why not} of programs; None without an engine
    proof: Proof | None = None
    links: tuple[Problem, ...] = ()  # what is wrong with its links
    is_home: bool = False
    is_lab: bool = False
    is_in_nav: bool = True
    bad_bytes: int = 0  # the first line that is no UTF-8

    @property
    def root(self) -> Path:
        """The folder of all pages."""
        return Path(self.path).parents[self.name.count("/")]

    @cached_property
    def page(self) -> Page:
        """The page, read."""
        page = Page(self.text, self.path, is_lab=False, site=self.site)
        page.bad_bytes = self.bad_bytes
        return page
