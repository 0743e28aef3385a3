"""What lets a page be found and shared: what its head says of it, by its title and description."""

import html
import re
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import pages

CARD = "assets/card.png"  # 1200 × 630, as Open Graph's readers expect it
CARD_SHOWS = "Neural Networks, Nothing on Trust: from the perceptron to XOR in PyTorch"
YOU_WILL = re.compile(r"^\*You will\* (.+)$", re.MULTILINE)
LOST = """\
<h1>This page is not here</h1>
<p>It may have moved, or its address was cut on its way to you.</p>
<p><a href="{home}">The path</a> leads to every lesson, and the search at the top looks into
all pages.</p>"""


# What a page says of itself


def describe(page: pages.Page, text: str) -> None:
    """Give a page that has no description, a lab, what it says that the reader will do."""
    if words := YOU_WILL.search(text):
        page.meta.setdefault("description", f"You will {_plain(words[1])}")


def title_of(page: pages.Page) -> str:
    return page.meta.get("title") or page.title


def slug(title: str) -> str:
    """Return a title as part of an address."""
    return re.sub(r"\W+", "-", title.lower()).strip("-")


def add(output: str, page: pages.Page, config: MkDocsConfig) -> str:
    """Add to the head of a page what sites where it is shared read.

    That is the tags of https://ogp.me, and the one that asks for the picture in large.
    """
    if not page.canonical_url:
        return output
    properties = {
        "og:type": "website" if page.is_homepage else "article",
        "og:site_name": config["site_name"],
        "og:title": title_of(page),
        "og:description": page.meta.get("description") or config["site_description"],
        "og:url": page.canonical_url,
        "og:locale": "en_GB",
    }
    if Path(config["docs_dir"], CARD).is_file():
        properties |= {
            "og:image": urljoin(config["site_url"], CARD),
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": CARD_SHOWS,
        }
    tags = "".join(
        f'<meta property="{name}" content="{html.escape(str(value).strip())}">' for name, value in properties.items()
    )
    tags += '<meta name="twitter:card" content="summary_large_image">'
    return output.replace("</head>", f"{tags}</head>", 1)


def lost(output: str, config: MkDocsConfig) -> str:
    """Return the page for addresses that are none, with words that lead back."""
    home = urlsplit(config["site_url"] or "/").path or "/"
    title = f"<title>Not here - {config['site_name']}</title>"
    output = re.sub("<h1>404.*?</h1>", LOST.format(home=home), output)
    output = re.sub("<title>.*?</title>", title, output, flags=re.DOTALL)
    return output.replace("</head>", '<meta name="robots" content="noindex"></head>', 1)


def line(page: pages.Page, config: MkDocsConfig) -> str:
    """Return the line with which a reader can mend a page, if a repository is configured."""
    found = []
    if page.edit_url:
        found.append(f'<a href="{html.escape(page.edit_url)}">Edit this page</a>')
    if issues := _issues(config["repo_url"] or ""):
        title = quote(f"{title_of(page)}: ")
        words = "report a mistake" if found else "Report a mistake"
        found.append(f'<a href="{html.escape(issues + title)}">{words}</a>')
    return f'<p class="take" data-search-exclude>{" or ".join(found)}.</p>' if found else ""


def _issues(repository):
    """Return the address at which an issue is opened, up to its title; "" if it is not known."""
    repository = repository.rstrip("/")
    if re.match("https://github\\.com/", repository):
        return f"{repository}/issues/new?title="
    if re.match(r"https://gitlab\.", repository):
        return f"{repository}/-/issues/new?issue[title]="
    return ""


def _plain(text):
    """Return Markdown as plain text: words of links, no emphasis, no code marks."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[*`]", "", text).strip()
