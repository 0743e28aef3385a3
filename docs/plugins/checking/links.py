"""Links: of a page as it is written, of the built site, and, once a week, those that lead elsewhere.

    python -m docs.plugins.checking.links        ask each address elsewhere that a page or README names

That needs the network, says what it found, and never fails: a page elsewhere that is gone is a
reason to look, and none to stop anything here.
"""

import difflib
import functools
import html
import re
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from docs.plugins import cache, paths
from docs.plugins.paths import ROOT
from docs.plugins.problem import Found, check
from docs.plugins.reading import render
from docs.plugins.reading.page import Page, sources

CACHE = paths.CACHE / "places"  # on pages, to which a link may lead
SECONDS = 20  # to wait for an answer
LINK = re.compile(r'<(?:a|img)\b[^>]*? (?:href|src)="([^"]*)"|<meta property="og:(?:image|url)" content="([^"]*)"')
PLACE = re.compile(r'<[^>]* (?:id|data-widget)="([^"]*)"')
ELSEWHERE = re.compile(r"https?://[^\s<>()\"'\]]+(?:\([^\s()]*\)[^\s<>()\"'\]]*)*")
HERE = re.compile(r"https?://(?:127\.0\.0\.1|localhost)\b")
# Answers of pages that are there, and not for programs.
PRIVATE = {401, 403, 405, 406, 429, 999}


# Of a page, as it is written


@check("link")
def links(page: Page, root: str | Path | None = None) -> Found:
    """Each link leads somewhere: ``root`` is the folder of all pages."""
    for line, words, target, *_ in page.links:
        if not words.strip():
            yield line, "link without words: write [what is there](…)"
        if what := _of_target(target, page.path, root):
            yield line, what


def _of_target(target, path, root):
    """Return what is wrong with the target of a link on a page, or None."""
    if not target:
        return "link to nowhere: write [words](page.md)"
    if re.match(r"https?://[\w.-]+\.\w+|mailto:\w", target):
        return None
    if re.match(r"[\w-]+:|//|www\.", target):
        return f"link to {target}: write a whole address, https://…, or a page of this site"
    name, _, anchor = target.partition("#")
    if name.startswith("/"):
        return f"link to {target}: write where it is as seen from this page, ../…"
    page = (path.parent / name).resolve() if name else path.resolve()
    root = Path(root).resolve() if root else _root(path)
    if page.is_relative_to(root / "downloads"):
        return (
            None
            if _is_download(page.relative_to(root / "downloads"))
            else (f"nothing to download at {target}: write downloads/ and the name of a file of snippets")
        )
    if name and not page.is_file():
        return f"no page {name}: write {_page_like(page, path, root)}"
    if not anchor:
        return None
    if page.suffix not in (".md", ".py"):
        return f"{target}: {page.name} has no places, write {name}"
    slug, _, state = anchor.partition("?")
    if state and not _is_interactive(slug, page, root):
        return f"no interactive figure {slug} on {page.name}: write the name of one that is there"
    if state:
        return None
    if anchor not in (known := _anchors(page, page.stat().st_mtime_ns)):
        return f"no place #{anchor} in {page.name}: write #{_nearest_place(anchor, known)}"
    return None


def _is_interactive(slug, page, root):
    """Whether a page shows a figure that a module brings to life: its state may be linked to."""
    text = page.read_text(encoding="utf-8")
    return re.search(rf"figures/{slug}\.svg[ )]", text) and (root / f"widgets/{slug}.mjs").is_file()


def _root(path):
    """Return the folder of all pages: the one above a page that is called docs, or its own."""
    above = path.resolve().parents
    return next((folder for folder in above if folder.name == "docs"), above[0])


def _nearest_place(anchor, known):
    near = difflib.get_close_matches(anchor, known, 1, 0.4)
    return near[0] if near else "… of a heading there"


def _page_like(page, path, root):
    """Return the address, as seen from a page, of the page whose name is nearest to that of one."""
    pages = {file.stem: file for file in sorted([*root.rglob("*.md"), *root.glob("labs/*.py")])}
    near = difflib.get_close_matches(page.stem, pages, 1)
    if not near:
        return "the name of a page that there is, such as ../notation.md"
    relative = pages[near[0]]
    up = 0
    folder = path.parent.resolve()
    while not relative.is_relative_to(folder):
        folder, up = folder.parent, up + 1
    return "../" * up + relative.relative_to(folder).as_posix()


def _is_download(name):
    """Whether the site lays out a file for download, see finishing/downloads.py."""
    if name.suffix == ".whl" or name.parts[:1] == ("exercises",):
        return True  # the build knows their names, and says so
    return (paths.SNIPPETS / name).is_file()


@functools.cache
def _anchors(path, _):
    """Return the places of a page that a link may lead to."""
    page = Page.open(path)
    if page.bad_bytes:
        return set()  # which is told of that page
    text = page.markdown

    def make():
        return "\n".join(re.findall(r'\b(?:id|name)="([^"]+)"', render.to_html(text))).encode()

    return set(cache.get_or_make(CACHE, lambda: (text, cache.machinery()), make).decode().split("\n"))


# Of the built site


def broken(site: Path, pages: dict[Path, str], home: str | None) -> list[str]:
    """Return "page: link" for each link within a built site that leads nowhere.

    ``home`` is the address of the site; what begins with it is a link within, too.
    """
    home = home or "http://site/"
    places = {path: set(map(html.unescape, PLACE.findall(page))) for path, page in pages.items()}
    found = []
    for path, page in pages.items():
        own = urljoin(home, path.relative_to(site).as_posix())
        for link in {html.unescape(a or b) for a, b in LINK.findall(page)}:
            target = urlsplit(urljoin(own, link))
            if not target.geturl().startswith(home):
                continue
            file = site / unquote(target.path.removeprefix(urlsplit(home).path)).strip("/")
            file = file / "index.html" if file.is_dir() else file
            place = unquote(target.fragment).partition("?")[0]  # "#slug?x=1" is a figure's state
            if not file.is_file() or place and file in places and place not in places[file]:
                found.append(f"{path.relative_to(site).as_posix()}: {link}")
    return sorted(found)


def elsewhere() -> dict[str, str]:
    """Return {address: name of a file that has it} of all links in sources that lead elsewhere."""
    files = [*sources(), *sorted((ROOT / "docs/labs").glob("*.py"))]
    files += sorted(ROOT.glob("*.md"))
    found = {}
    for file in files:
        for address in ELSEWHERE.findall(Page.open(file).plain):
            address = address.rstrip(".,;:")
            if not HERE.match(address):
                found.setdefault(address.partition("#")[0], file.relative_to(ROOT).as_posix())
    return found


def ask(address: str) -> str:
    """Return what is wrong with an address, in a word or two; "" for nothing."""
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 (link check)"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        with error:
            return "" if error.code in PRIVATE else f"answers {error.code}"
    except (OSError, ValueError) as error:
        return f"no answer: {getattr(error, 'reason', error)}"


def main() -> None:
    """Say which links lead nowhere, as warnings that GitHub shows beside the file."""
    found = elsewhere()
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(found, pool.map(ask, found)))
    wrong = {address: what for address, what in answers.items() if what}
    for address, what in wrong.items():
        print(f"::warning file={found[address]}::{address} {what}")
    print(f"{len(found)} addresses, {len(wrong)} that nobody answers for")


if __name__ == "__main__":
    main()
