"""Builds the pages with Zensical, which comes after mkdocs-material, and compares both sites.

    make zensical       site/ and what Zensical and our steps make of the same mkdocs.yml and docs/

Zensical renders the pages, and the steps of docs/plugins/building are taken over its HTML, as they
are over that of MkDocs. A table says what stands on each page in both. Below it stands what is
lacking then, each with its reason: KNOWN, which is also in CONTRIBUTING.md. Any other difference
fails, and so does a known one that is none any more: so the list stays true.
"""

import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from docs.plugins import mathjax
from docs.plugins.building import gather, steps
from docs.plugins.finishing import downloads, head, policy
from docs.plugins.paths import DOCS, ROOT
from docs.plugins.reading import course, render
from docs.plugins.reading.page import Page as SourcePage
from docs.plugins.runtime import engine, layout

ARTICLE = '<article class="md-content__inner md-typeset">'
HERE, THERE = "only in ours", "only in Zensical's"
WHOLE = "the whole site"
COLOUR = re.compile(r"\x1b\[[\d;]*m")
COMPLAINT = re.compile(r"Warning: (.+)\n.*?\[ (\S+?:\d+)")
# Both themes bring files of their own, and the names of these are theirs.
THEIRS = re.compile(r"assets/(javascripts|stylesheets|images)/|search|sitemap\.xml\.gz$")
LISTS = ["headings", "places", "blocks", "outputs", "equations", "figures", "boxes", "links"]
# What our build adds to a page, and how often it is there.
ADDED = {
    "equation typeset": ".math > svg, .arithmatex > svg",
    "figure in the page": "figure > svg",
    "interactive figure": "[data-widget]",
    "program to copy": "[data-program], [data-copy]",
    "mark of how an equation was checked": "button.proof",
    "term that shows its meaning": ".term",
    "line of what was verified": "aside.verified",
    "policy": 'meta[http-equiv="Content-Security-Policy"]',
    "picture to share": 'meta[property="og:image"]',
}


class Difference(NamedTuple):
    """What only one of both sites has: its page, what kind of thing, in which site, and it."""

    page: str
    kind: str
    where: str
    what: str


class Known(NamedTuple):
    """A difference that is known: patterns of its kind, where, what and page, and the reason."""

    kind: str
    where: str
    what: str
    page: str
    reason: str

    def covers(self, difference):
        found = difference.kind, difference.where, difference.what, difference.page
        return all(re.fullmatch(pattern, part, re.DOTALL) for pattern, part in zip(self, found))


def known(reason, kind, where=HERE, what=".*", page=".*"):
    return Known(kind, where, what, page, reason)


_NOTEBOOKS = "Zensical has no mkdocs-jupyter: it shows no lab, and lays out its source as a file."
_WHOLE = "No copy of the whole site is made, and no service worker with its page: both keep files of the theme."
_WEIGHT = "Styles and scripts stay as they are: what is left out of them is known of MkDocs' theme alone."

# One entry for each thing: when Zensical learns it, its entry covers nothing, and that fails.
KNOWN = [
    known(_NOTEBOOKS, "pages", what=r"labs/\w+/"),
    known(_NOTEBOOKS, "files", what=r"labs/\w+/\w+\.py"),
    known(_NOTEBOOKS, "files", what=r"labs/\w+/\w+\.ipynb"),
    known(_NOTEBOOKS, "files", THERE, r"labs/\w+\.py"),
    known(_NOTEBOOKS, "links", what=r"labs/\w+/(#.*)?"),
    known(_NOTEBOOKS, "links", THERE, r"labs/\w+\.py(#.*)?"),
    known(_WHOLE, "files", what=r"downloads/site\.zip"),
    known(_WHOLE, "files", what=r"sw\.js"),
    known(_WHOLE, "pages", what=r"offline\.html"),
    known(_WEIGHT, "files", what=r"assets/style\.\w+\.css"),
    known(_WEIGHT, "files", what=r"assets/figures\.\w+\.css"),
    known(_WEIGHT, "files", THERE, r"(assets/css|assets|widgets)/\w+\.css"),
    known(_WEIGHT, "files", THERE, r"assets/early\.js"),
]


class Page(NamedTuple):
    """What is compared of a page."""

    title: str
    headings: list
    places: list
    blocks: list
    outputs: list
    equations: list
    figures: list
    boxes: list
    links: list
    added: Counter


def read(html, address):
    """Return the Page of the HTML at an address, which is seen from the root of the site."""
    soup = BeautifulSoup(html, "html.parser")
    article = soup.select_one("article")
    added = Counter({name: len(soup.select(selector)) for name, selector in ADDED.items()})
    equations = [_equation(found) for found in article.select(".math[data-tex], .arithmatex")]
    figures = [
        found.get("data-figure") or Path(found["src"]).stem for found in article.select("[data-figure], img[src]")
    ]
    for apart in article.select("svg, math, .arithmatex, .headerlink, .proof-note, .gloss"):
        apart.decompose()
    programs = [found for found in article.select("div.highlight") if "output" not in found["class"]]
    return Page(
        " ".join(soup.title.get_text().split()),
        [f"{found.name} #{found.get('id')} {_words(found)}" for found in article.select("h1, h2, h3, h4, h5, h6")],
        [found["id"] for found in article.select("[id]") if found["id"] != "__skip"],  # the theme's
        [f"{_language(found)}\n{_code(found)}" for found in programs],
        [
            f"{'error' if 'error' in found['class'] else 'output'}\n{_code(found)}"
            for found in article.select("pre.output")
        ],
        equations,
        figures,
        [_words(found) for found in article.select(".admonition-title, summary, .tabbed-labels > label")],
        [urljoin(f"/{address}", found["href"]).removeprefix("/") for found in article.select("a[href]")],
        added,
    )


def _equation(found):
    """Return the TeX of an equation of ours, or of one that no build has typeset."""
    if tex := found.get("data-tex"):
        return f"{'display' if 'display' in found['class'] else 'inline'}: {' '.join(tex.split())}"
    tex = found.get_text().strip()
    kind = {r"\(": "inline", r"\[": "display"}.get(tex[:2], "other")
    return f"{kind}: {' '.join(tex[2:-2].split())}"


def _words(found):
    return " ".join(found.get_text().split())


def _language(found):
    return next((name for name in found["class"] if name.startswith("language-")), "")


def _code(found):
    code = found.select_one("code") or found
    return code.get_text().strip("\n")


def read_site(site):
    """Return {address: Page} of a built site; a folder's address ends with a slash."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        address = path.relative_to(site).as_posix().removesuffix("index.html")
        html = path.read_text(encoding="utf-8")
        if address != "404.html":  # which is the theme's
            pages[address] = read(html, address)
    return pages


def compare(ours, theirs):
    """Return the Differences of two sites' pages."""
    found = [Difference(WHOLE, "pages", HERE, name) for name in ours if name not in theirs]
    found += [Difference(WHOLE, "pages", THERE, name) for name in theirs if name not in ours]
    for address in (name for name in ours if name in theirs):
        here, there = ours[address], theirs[address]
        if here.title != there.title:
            found.append(Difference(address, "title", HERE, here.title))
            found.append(Difference(address, "title", THERE, there.title))
        for kind in LISTS:
            found += _apart(address, kind, getattr(here, kind), getattr(there, kind))
        for name in ADDED:
            if here.added[name] != there.added[name]:
                counts = f"{name}: {here.added[name]}, Zensical has {there.added[name]}"
                where = HERE if there.added[name] == 0 else THERE
                found.append(Difference(address, "added", where, counts))
    return found


def _apart(address, kind, here, there):
    """Return what two lists do not have alike, in this order."""
    found = []
    matcher = SequenceMatcher(None, here, there, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag != "equal":
            found += [Difference(address, kind, HERE, what) for what in here[start:end]]
            found += [Difference(address, kind, THERE, what) for what in there[first:last]]
    return found


def compare_files(ours, theirs):
    """Return the Differences of what two built sites hold beside pages and their themes' files."""
    here, there = (
        {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()} for site in (ours, theirs)
    )
    found = [(HERE, name) for name in here - there] + [(THERE, name) for name in there - here]
    return [
        Difference(WHOLE, "files", where, name)
        for where, name in sorted(found)
        if not name.endswith(".html") and not THEIRS.match(name)
    ]


def judge(differences, allowed):
    """Return {Known: what it covers}, and the differences that none covers."""
    covered, others = {entry: [] for entry in allowed}, []
    for difference in differences:
        entry = next((entry for entry in allowed if entry.covers(difference)), None)
        (others if entry is None else covered[entry]).append(difference)
    return covered, others


def table(ours, theirs):
    """Return the lines of a table: how many of each thing a page has, in both where they differ."""
    names = sorted({*ours, *theirs})
    width = max(len(name) for name in names) + 2
    lines = ["page".ljust(width) + "".join(kind.rjust(11) for kind in LISTS)]
    for name in names:
        cells = []
        for kind in LISTS:
            counts = [len(getattr(site[name], kind)) if name in site else "-" for site in (ours, theirs)]
            cells.append(str(counts[0]) if counts[0] == counts[1] else f"{counts[0]} | {counts[1]}")
        lines.append((name or "/").ljust(width) + "".join(cell.rjust(11) for cell in cells))
    return lines


def build(folder):
    """Build the site with Zensical in a folder; return its place and the Differences it tells of.

    The settings are mkdocs.yml itself: what Zensical does not know in it, it leaves out.
    """
    shutil.copy(ROOT / "mkdocs.yml", folder)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "zensical", "build", "--clean"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    said = COLOUR.sub("", done.stdout + done.stderr)
    if done.returncode:
        sys.exit(f"Zensical built nothing:\n{said.strip()}")
    told = [Difference(place, "complaints", THERE, words) for words, place in COMPLAINT.findall(said)]
    if len(told) < said.count("Warning:"):
        sys.exit(f"Zensical complained in words that are not known here:\n{said.strip()}")
    return folder / "site", told


def take_steps(site):
    """Take our steps over the pages of a site that Zensical has built, and lay out what goes with them."""
    config = render.config()
    laid_out, sources = downloads.of_site(), {}
    for name in course.pages(config["nav"]):
        if name.endswith(".md"):
            path, folder = DOCS / name, name.removesuffix(".md").removesuffix("index")
            sources[name] = Source(name, path, SourcePage.open(path), f"{folder}/" if folder else "")
            laid_out |= downloads.of_page(sources[name].page)
    addresses = {name: source.url for name, source in sources.items()}
    addresses |= {name: name for name in laid_out}
    addresses |= {f"widgets/{path.name}": f"widgets/{path.name}" for path in (DOCS / "widgets").glob("*.mjs")}
    wheel = urljoin(config["site_url"], next(name for name in laid_out if name.endswith(".whl")))
    whole = gather.Whole(addresses, config["nav"], can_run=engine.files() is not None)
    for source in sources.values():
        file = site / source.url / "index.html"
        text = file.read_text(encoding="utf-8")
        before, start, rest = text.partition(ARTICLE)
        content, end, after = rest.partition("</article>")
        links = downloads.links(addresses, source.url)
        feet = [head.line(source, config), downloads.foot(source, config)]
        made = steps.make(whole.inputs(source.path, source.name, content, links, feet))
        text = f"{before}{start}{made}{end}{after}"
        file.write_text(head.add(text, source, config), encoding="utf-8")
        if course.slugs(source.name):
            address, own = urljoin(config["site_url"], source.url), source.name.removesuffix(".md")
            absolute = source.absolute(addresses, config["site_url"])
            taken = downloads.of_lesson(source.page.text, absolute, address, wheel)
            for suffix, what in taken.items():
                laid_out[f"{own}/{source.path.stem}{suffix}"] = what.encode()
    for name, what in laid_out.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(what)
    if files := engine.files():
        layout.lay_out(site, files, next(site.glob("downloads/*.whl")))
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    (site / "assets/math.css").write_text(mathjax.stylesheet(pages.values()), encoding="utf-8")
    for path, page in policy.finished(pages).items():
        path.write_text(page, encoding="utf-8")


class Source:
    """A page as the steps ask for it: what MkDocs would know of it, known from its source."""

    edit_url = None

    def __init__(self, name, path, page, url):
        self.name, self.path, self.page, self.url = name, path, page, url
        self.file = SimpleNamespace(src_uri=name)
        self.meta, self.title = page.meta, page.title
        self.is_homepage = name == "index.md"
        self.canonical_url = urljoin(render.config()["site_url"], url)

    def absolute(self, addresses, home):
        """Return a function of a link on the page that gives its whole address."""
        folder = posixpath.dirname(self.name)

        def of(link):
            target = posixpath.normpath(posixpath.join(folder, link))
            return urljoin(home, addresses[target]) if target in addresses else link

        return of


def main():
    ours = ROOT / "site"
    if not (ours / "index.html").is_file():
        sys.exit("There is no site/ to compare with: make zensical builds both.")
    with tempfile.TemporaryDirectory() as folder:
        theirs, told = build(Path(folder))
        take_steps(theirs)
        pages = read_site(ours), read_site(theirs)
        differences = compare(*pages) + compare_files(ours, theirs) + told
    print("\n".join(table(*pages)))
    covered, others = judge(differences, KNOWN)
    print("\nWhat is lacking with Zensical, as is known:")
    for reason in dict.fromkeys(entry.reason for entry in KNOWN):
        count = sum(len(found) for entry, found in covered.items() if entry.reason == reason)
        print(f"  {count:5}  {reason}")
    for page, kind, where, what in others:
        print(f"Not known: {page or '/'}: {kind}, {where}: {what}")
    outlived = [entry for entry, found in covered.items() if not found]
    for entry in outlived:
        print(f"No longer so: {entry.kind}, {entry.where}, {entry.what}: {entry.reason}")
    if others or outlived:
        sys.exit(f"{len(others)} differences are not known, and {len(outlived)} known ones are none: see KNOWN.")
    print("Nothing else differs.")


if __name__ == "__main__":
    main()
