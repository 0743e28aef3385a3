"""What concerns the whole site, in one pass: every page is read once, and written once."""

from pathlib import Path

from docs.plugins import cache, mathjax
from docs.plugins.building import rendered, steps
from docs.plugins.checking import links
from docs.plugins.finishing import downloads, head, minify, offline, policy, search
from docs.plugins.running import kernel

CACHES = (
    mathjax.CACHE,
    links.CACHE,
    kernel.CACHE,
    downloads.CACHE,
    search.CACHE,
    steps.CACHE,
    minify.CACHE,
    rendered.CACHE,
)


def finish(site: Path, home: str | None, name: str) -> list[str]:
    """Make a built site ready to be read; return the links in it that lead nowhere.

    ``home`` is its address, if known.
    """
    paths = sorted(site.rglob("*.html"))
    pages = {path: path.read_text(encoding="utf-8") for path in paths}
    sheet = site / "assets/math.css"
    sheet.parent.mkdir(exist_ok=True)
    sheet.write_text(mathjax.stylesheet(pages.values()), encoding="utf-8")
    search.enrich(site, pages)
    pages = policy.finished(minify.finished(site, pages))
    if (lost := site / "404.html") in pages:
        pages[site / "offline.html"] = offline.away(pages[lost])
    for path, page in pages.items():
        path.write_text(page, encoding="utf-8")
    if home:
        offline.folder(site, pages, home, head.slug(name))
    if lost in pages:
        offline.worker(site, pages)
    cache.prune(*CACHES)
    return links.broken(site, pages, home)
