"""The site without a network: a worker that keeps visited pages, and a copy in a folder.

Both are made of the pages that were built, so they cost no second build. In the copy links name
files, the search has its words in a script, and modules, which no browser loads from a folder,
are plain scripts or left out.
"""

import hashlib
import html
import json
import re
import zipfile
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from docs.plugins.finishing.downloads import SITE
from docs.plugins.paths import DOCS

OURS = DOCS / "offline"
CORE = """
    javascripts/bundle.*.js javascripts/workers/*.js *.css *.js *.svg
""".split()  # of assets/
AWAY = """\
<h1>This page is not kept yet</h1>
<p>There is no network, and you have not visited this page before.
As soon as there is a network again, it opens.</p>
<p>These are kept:</p>
<ul data-kept></ul>"""
STILL = (
    '<p class="still">You read a copy in a folder. Its figures stand still, since browsers load no '
    'modules from there; <a href="{address}">on the site</a> they move.</p>'
)
NO_RUN = (
    '<p class="no-run">You read a copy in a folder, from where no browser starts Python. '
    '<a href="{address}">On the site</a> these blocks can be run and changed.</p>'
)
LEFT_OUT = re.compile(
    r"404\.html|offline\.html|sw\.js|sitemap\.xml(\.gz)?|widgets/.*|figures/.*"
    r"|assets/card\.png|assets/figures\..*|assets/javascripts/lunr/.*|search/search_index\.json"
    r"|downloads/site\.zip|python/.*|assets/run\..*"
)
LINK = re.compile(r'(<(?:a|link)\b[^>]*? href=")([^"]*)(")')
BUNDLE = re.compile(r'<script src="([^"]*?)assets/javascripts/bundle')
LOADER = re.compile(r'<script[^>]* src="[^"]*widgets/loader\.mjs"[^>]*></script>')
MODULE = re.compile(r'<script src="([^"]*)" type="module"></script>')
# With it, the theme tells its scripts and ours of no page at all: from a folder none can be fetched.
INSTANT = re.compile(r'(<script id="__config".*?)"navigation\.instant", ?')


def away(lost: str) -> str:
    """Return the page for what is not kept, made of that for addresses that are none.

    Both are shown at any address, so that their links begin at the root.
    """
    page = re.sub("<h1>.*?</article>", f"{AWAY}</article>", lost, flags=re.DOTALL)
    return page.replace("<title>Not here", "<title>Not kept yet")


def worker(site: Path, pages: dict[Path, str]) -> None:
    """Write the worker of a built site."""
    core = [path for pattern in CORE for path in sorted((site / "assets").glob(pattern))]
    names = [path.relative_to(site).as_posix() for path in core]
    names += ["offline.html", "search/search_index.json", "sitemap.xml"]
    script = (OURS / "sw.js").read_text(encoding="utf-8")
    build = f'const BUILD = "{digest(site, pages)}"\nconst CORE = {json.dumps(names)}\n'
    (site / "sw.js").write_text(build + script, encoding="utf-8")


def digest(site: Path, pages: dict[Path, str]) -> str:
    """Return a digest of all files of a site."""
    whole = hashlib.sha256()
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        if path.name not in ("sw.js", "sitemap.xml.gz"):  # gzip writes the time
            content = pages[path].encode() if path in pages else path.read_bytes()
            whole.update(path.relative_to(site).as_posix().encode() + content)
    return whole.hexdigest()[:16]


def folder(site: Path, pages: dict[Path, str], home: str, name: str) -> None:
    """Write downloads/site.zip: the built site, to be opened from a folder ``name``.

    ``home`` is the address of the site, for what there is only there.
    """
    target = site / SITE
    target.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in site.rglob("*") if path.is_file()):
            place = path.relative_to(site).as_posix()
            if not LEFT_OUT.fullmatch(place):
                if path in pages:
                    content = page(pages[path], place, site, home).encode()
                else:
                    content = path.read_bytes()
                if path.suffix == ".js" and path.parent == site / "assets":
                    content = b"{\n" + content + b"}\n"  # a scope of its own, as a module has
                _add(archive, f"{name}/{place}", content)
        _add(archive, f"{name}/search/search_index.js", search(site).encode())
        _add(archive, f"{name}/assets/file.js", (OURS / "file.js").read_bytes())


def _add(archive, place, content):
    entry = zipfile.ZipInfo(place, (1980, 1, 1, 0, 0, 0))  # the same site, the same bytes
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(entry, content)


def page(text: str, place: str, site: Path, home: str) -> str:
    """Return a page of the site as it stands in a folder."""
    own = urljoin("http://site/", place)

    def to_file(match):
        before, link, after = match.groups()
        target = urlsplit(urljoin(own, html.unescape(link)))
        if urlsplit(link).scheme or link.startswith("#") or target.netloc != "site":
            return match[0]
        path, rest = link.partition("#")[::2] if "#" in link else (link, None)
        if not (site / target.path.lstrip("/")).is_dir():
            return match[0]
        path = f"{path.rstrip('/') or '.'}/index.html"
        return f"{before}{path}{'' if rest is None else '#' + rest}{after}"

    text = INSTANT.sub(r"\1", LINK.sub(to_file, text))
    text = BUNDLE.sub(r'<script src="\1assets/file.js"></script>\g<0>', text)
    address = urljoin(home, place.removesuffix("index.html"))
    text = without_runs(LOADER.sub(STILL.format(address=address), text), address)
    return MODULE.sub(r'<script src="\1" defer></script>', text)


def without_runs(text: str, address: str) -> str:
    """Return a page without the marks of blocks that can be run, and with the reason why."""
    if ' data-run=""' not in text:
        return text.replace(' data-run-not="', ' data-no="')
    text = text.replace(' data-run=""', "").replace(' data-run-not="', ' data-no="')
    return text.replace("</article>", NO_RUN.format(address=address) + "</article>", 1)


def search(site: Path) -> str:
    """Return the words of the search as a script, with places that name files."""
    index = json.loads((Path(site) / "search/search_index.json").read_text(encoding="utf-8"))
    for found in index["docs"]:
        path, mark, place = found["location"].partition("#")
        found["location"] = f"{path}index.html{mark}{place}"
    return f"var __index = {json.dumps(index, ensure_ascii=False)}\n"
