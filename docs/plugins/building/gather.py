"""What a page is made of is gathered here, before it is made: Inputs read nothing themselves."""

from collections.abc import Sequence
from pathlib import Path

import nbformat
from mkdocs.utils import get_relative_url

from docs.plugins.building import runs
from docs.plugins.building.inputs import Inputs, Proof
from docs.plugins.checking import links, lint
from docs.plugins.ledger import show, store
from docs.plugins.paths import DOCS
from docs.plugins.reading import course, glossary, lab
from docs.plugins.reading.page import Page, Site


class Whole:
    """What is the same for all pages of one build: where everything lies, and what others say.

    ``addresses`` has the address, from the root of the site, of each file by its name in docs, such
    as lessons/xor.md or widgets/xor.mjs; ``nav`` is that of the settings. ``can_run`` says whether
    there is an engine that runs Python in the page.
    """

    def __init__(self, addresses: dict[str, str], nav: list, can_run: bool = False):
        self.addresses, self.nav = addresses, set(course.pages(nav))
        self.order = course.slugs(nav)
        self.site, self.ledger = Site.here(), store.load()
        self.runs = runs.measured() if can_run else None
        self.entries = glossary.read(glossary.PAGE.read_text(encoding="utf-8"))
        self.widgets = {
            Path(name).stem: address
            for name, address in addresses.items()
            if name.startswith("widgets/") and _mounts(name)
        }

    def inputs(
        self,
        path: Path,
        name: str,
        html: str,
        downloads: dict[str, str],
        feet: Sequence[str] = (),
        notebook: nbformat.NotebookNode | None = None,
        text: str | None = None,
    ) -> Inputs:
        """Return the Inputs of the page ``name`` in the file ``path``.

        ``html`` is what a builder has rendered of it, ``downloads`` has the addresses of what can be
        taken home, and ``feet`` are lines at its end. A lab has its executed ``notebook``, and the
        ``text`` of Markdown that was made of that.
        """
        page, address = Page.open(path), self.addresses[name]
        shown = page if text is None else Page(text, path, is_lab=False)
        files = {f.slug: DOCS / f"figures/{f.slug}.svg" for f in shown.figures}
        cells = notebook.cells if notebook else ()
        return Inputs(
            path=str(path),
            name=name,
            text=shown.text,
            bad_bytes=page.bad_bytes,
            html=html,
            site=self.site,
            figures={s: f.read_text("utf-8") for s, f in files.items() if f.is_file()},
            plots=tuple((svg, c.metadata.alt) for c in cells for svg in lab.plots(c)),
            downloads=downloads,
            widgets={s: get_relative_url(a, address) for s, a in self.widgets.items()},
            terms=tuple(self._terms(name)),
            feet=tuple(feet),
            runs=self.runs,
            proof=self._proof(path, name),
            links=() if notebook else self._links(page, name),
            is_home=name == "index.md",
            is_lab=notebook is not None,
            is_in_nav=name in self.nav,
        )

    def _links(self, page, name):
        """Return what is wrong with the links of a page: other pages are read for that."""
        _, readable = lint.readable(page)
        return tuple(links.links(readable, page.path.parents[name.count("/")]))

    def _terms(self, name):
        """Return the entries of the glossary that a page may count on, if it is a lesson."""
        own = course.slugs(name)
        if not set(own) & set(self.order):
            return []
        return glossary.known_in(own[0], self.entries, self.order)

    def _proof(self, path, name):
        """Return what the tests found out about a page; the ledger's own page has no proof."""
        ledger_page = self.addresses.get(store.PAGE.name)
        if path == store.PAGE or ledger_page is None:
            return None
        address = get_relative_url(ledger_page, self.addresses[name])
        entry = store.proof_of(path, self.ledger)
        if entry and entry["equations"]:
            address += f"#{show.anchor_of(store.name_of(path))}"
        date = show.date_of_commit()
        words = f"{date.day} {date:%B %Y}" if date else ""
        return Proof(address, self.ledger["versions"], entry, words)


def _mounts(name):
    """Whether a module brings a figure to life, or is the loader of those that do."""
    file = DOCS / name
    is_module = name.count("/") == 1 and name.endswith(".mjs") and file.is_file()
    return is_module and (name == "widgets/loader.mjs" or "\nexport function mount(" in file.read_text("utf-8"))
