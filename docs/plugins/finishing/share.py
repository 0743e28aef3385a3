"""What lets a page be found and shared: what its head says of it, its picture, and the feed.

All of it is made of what the pages say already: their titles and descriptions, *You need* and
*Time* of the lessons, their first figures, and what the author wrote into docs/changes.md.
"""

import contextlib
import datetime
import email.utils
import html
import json
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from docs.plugins.checking import lint
from docs.plugins.finishing import cards
from docs.plugins.ledger import verified
from docs.plugins.reading import blocks, course

CHANGES = "changes.md"
FEED = "feed.xml"
LANGUAGE = "en-GB"
DAY = re.compile(r"## (\d{1,2} [A-Z][a-z]+ \d{4})")
CHANGE = re.compile(r"- \[([^\]]+)\]\(([^)\s#]+\.(?:md|py))(#[^)\s]+)?\): (.+)")
YOU_WILL = re.compile(r"^\*You will\* (.+)$", re.MULTILINE)
SECTIONS = {"lessons": "Lesson {} of {}", "labs": "Lab", "": "Reference"}
LOST = """\
<h1>This page is not here</h1>
<p>It may have moved, or its address was cut on its way to you.</p>
<p><a href="{home}">The path</a> leads to every lesson, and the search at the top looks into
all pages.</p>"""


class Change(NamedTuple):
    """An entry of the feed: ``page`` is the source of what it is about, ``place`` is on it."""

    date: datetime.date
    title: str
    page: str
    place: str
    words: str


# What a page says of itself


def describe(page, text):
    """Give a page that has no description, a lab, what it says that the reader will do."""
    if words := YOU_WILL.search(text):
        page.meta.setdefault("description", f"You will {_plain(words[1])}")


def title_of(page):
    return page.meta.get("title") or page.title


def slug(title):
    """Return a title as part of an address."""
    return re.sub(r"\W+", "-", title.lower()).strip("-")


def lessons_of(config):
    """Return the Lessons of a site's nav, without those that do not describe themselves."""
    found = []
    for slug in course.slugs(config["nav"]):
        path = Path(config["docs_dir"], f"lessons/{slug}.md")
        with contextlib.suppress(ValueError, OSError):  # which tests/reading/test_course.py tells
            found.append(course.read(slug, path.read_text(encoding="utf-8")))
    return found


def card_address(page):
    """Return the address of a page's card, from the root of the site."""
    return f"assets/cards/{page.file.src_uri.rpartition('.')[0]}.png"


def card_of(page, config):
    """Return the PNG of a page's card: its title, where it stands, and its first figure."""
    shown = verified.FIGURE.search(page.markdown or "")
    figure = Path(config["docs_dir"], f"figures/{shown[2]}.svg") if shown else None
    slugs, own = course.slugs(config["nav"]), course.slugs(page.file.src_uri)
    if page.is_homepage:
        above, figure = f"A course in {len(slugs)} lessons", None
    elif own and own[0] in slugs:
        above = SECTIONS["lessons"].format(slugs.index(own[0]) + 1, len(slugs))
    else:
        above = SECTIONS.get(page.file.src_uri.rpartition("/")[0], SECTIONS[""])
    drawing = figure.read_text(encoding="utf-8") if figure and figure.is_file() else None
    return cards.card(title_of(page), above, config["site_name"], drawing)


def add_head(output, page, config, lessons):
    """Add to the head of a page what search engines, and sites where it is shared, read.

    ``lessons`` are those of the course.
    """
    found = _feed_link(page, config) if CHANGES in lint.nav_pages(config["nav"]) else ""
    if page.canonical_url:
        found += _open_graph(page, config) + _structured(page, config, lessons)
    return output.replace("</head>", f"{found}</head>", 1)


def _feed_link(page, config):
    address = _to_root(page) + FEED
    title = html.escape(f"{config['site_name']}: what is new")
    # By rel="alternate" alone the theme would look for another language there.
    return f'<link rel="alternate feed" type="application/rss+xml" title="{title}" href="{address}">'


def _open_graph(page, config):
    """Return the tags of https://ogp.me, and the one that asks for the picture in large."""
    shown = verified.FIGURE.search(page.markdown or "")
    properties = {
        "og:type": "website" if page.is_homepage else "article",
        "og:site_name": config["site_name"],
        "og:title": title_of(page),
        "og:description": page.meta.get("description") or config["site_description"],
        "og:url": page.canonical_url,
        "og:locale": LANGUAGE.replace("-", "_"),
        "og:image": urljoin(config["site_url"], card_address(page)),
        "og:image:width": str(cards.WIDTH),
        "og:image:height": str(cards.HEIGHT),
        "og:image:alt": shown[1] if shown and not page.is_homepage else title_of(page),
    }
    tags = "".join(
        f'<meta property="{name}" content="{html.escape(str(value).strip())}">'
        for name, value in properties.items()
    )
    return f'{tags}<meta name="twitter:card" content="summary_large_image">'


def _structured(page, config, lessons):
    """Return what https://schema.org has words for: the course, and what each lesson is in it."""
    home = urljoin(config["site_url"], "")
    lessons = {lesson.slug: lesson for lesson in lessons}
    own = course.slugs(page.file.src_uri)
    if page.is_homepage and lessons:
        found = _course(page, home, list(lessons.values()), config)
    elif own and own[0] in lessons:
        found = _lesson(lessons[own[0]], home, lessons) | {
            "description": page.meta.get("description", ""),
            "isPartOf": {"@type": "Course", "@id": f"{home}#course", "name": config["site_name"]},
        }
    else:
        return ""
    if date := verified.date_of_commit():
        found["dateModified"] = date.isoformat()
    return _script(found)


def _script(found):
    text = json.dumps({"@context": "https://schema.org"} | found, ensure_ascii=False)
    text = text.replace("<", "\\u003c")  # nothing in it ends the element
    return f'<script type="application/ld+json">{text}</script>'


def _course(page, home, lessons, config):
    minutes = sum(lesson.minutes for lesson in lessons)
    workload = {"courseMode": "Online", "courseWorkload": f"PT{minutes // 60}H{minutes % 60}M"}
    return {
        "@type": "Course",
        "@id": f"{home}#course",
        "name": title_of(page),
        "description": page.meta.get("description") or config["site_description"],
        "url": home,
        "inLanguage": LANGUAGE,
        "license": "https://spdx.org/licenses/MIT.html",
        "isAccessibleForFree": True,
        "offers": {"@type": "Offer", "category": "Free"},
        "provider": {"@type": "Organization", "name": config["site_name"], "url": home},
        "hasCourseInstance": {"@type": "CourseInstance"} | workload,
        "hasPart": [_lesson(lesson, home, {}) for lesson in lessons],
    }


def _lesson(lesson, home, others):
    found = {
        "@type": "LearningResource",
        "@id": urljoin(home, f"lessons/{lesson.slug}/"),
        "name": lesson.title,
        "url": urljoin(home, f"lessons/{lesson.slug}/"),
        "inLanguage": LANGUAGE,
        "learningResourceType": "lesson",
        "timeRequired": f"PT{lesson.minutes}M",
    }
    needs = [others[slug].title for slug in lesson.needs if slug in others]
    return found | ({"competencyRequired": needs} if needs else {})


def lost(output, config):
    """Return the page for addresses that are none, with words that lead back."""
    home = urlsplit(config["site_url"] or "/").path or "/"
    title = f"<title>Not here - {config['site_name']}</title>"
    output = re.sub("<h1>404.*?</h1>", LOST.format(home=home), output)
    output = re.sub("<title>.*?</title>", title, output, flags=re.DOTALL)
    return output.replace("</head>", '<meta name="robots" content="noindex"></head>', 1)


def line(page, config):
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


# The feed


def changes(text, path, pages):
    """Return the Changes that a page lists, the newest first. PageError names other lines.

    ``pages`` are the sources that a change may be about.
    """
    found, problems, date = [], [], None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("## "):
            previous, date = date, _date(line)
            if date is None:
                problems.append((number, "a day is `## 25 November 2026`"))
            elif previous and date >= previous:
                problems.append((number, "the newest day stands first"))
        elif line.startswith("- ") or date:
            change = CHANGE.fullmatch(line)
            if change and change[2] not in pages:
                problems.append((number, f"no page {change[2]}"))
            elif change and date:
                found.append(Change(date, *(part or "" for part in change.groups())))
            elif line.strip():
                problems.append((number, "a change is `- [Its title](page.md): a sentence.`"))
    if problems:
        raise blocks.PageError(path, problems)
    return found


def _date(line):
    with contextlib.suppress(ValueError):
        if match := DAY.fullmatch(line):
            return datetime.datetime.strptime(match[1], "%d %B %Y").date()
    return None


def feed(found, addresses, config):
    """Return the feed of Changes, RSS 2.0; ``addresses`` has the page of each source."""
    home = config["site_url"]
    items = ""
    for change in found:
        address = urljoin(home, addresses[change.page]) + change.place
        words = _plain(change.words)
        words = words[0].upper() + words[1:]  # it stands after a colon on the page
        name = f"{change.date.isoformat()}: {change.title}"
        items += (
            f"<item><title>{html.escape(change.title)}</title><link>{html.escape(address)}</link>"
            f'<guid isPermaLink="false">{html.escape(name)}</guid>'
            f"<pubDate>{_rfc822(change.date)}</pubDate>"
            f"<description>{html.escape(words)}</description></item>\n"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>\n'
        f"<title>{html.escape(config['site_name'])}</title><link>{html.escape(home)}</link>"
        f"<description>{html.escape(config['site_description'].strip())}</description>"
        f"<language>{LANGUAGE}</language>"
        f'<atom:link rel="self" type="application/rss+xml" href="{html.escape(home + FEED)}"/>\n'
        f"{items}</channel></rss>\n"
    )


def add_feed_link(content, page):
    """Add to the page of changes the address of the feed, which no source can link to."""
    address = _to_root(page) + FEED
    return f'{content}<p class="feed"><a href="{address}">A feed</a> tells of what comes.</p>'


def _to_root(page):
    return "../" * page.url.count("/")


def _rfc822(date):
    moment = datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC)
    return email.utils.format_datetime(moment)


def _plain(text):
    """Return Markdown as plain text: words of links, no emphasis, no code marks."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[*`]", "", text).strip()
