"""What lets a page be found and shared: what its head says of it.

All of it is made of what the pages say already: their titles and descriptions, *You need* and
*Time* of the lessons.
"""

import contextlib
import html
import json
import re
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import pages

from docs.plugins.ledger import show
from docs.plugins.reading import course
from docs.plugins.reading.page import Page

LANGUAGE = "en-GB"
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


def lessons_of(config: MkDocsConfig) -> list[course.Lesson]:
    """Return the Lessons of a site's nav, without drafts and those that do not describe themselves."""
    found = []
    for slug in course.slugs(config["nav"]):
        path = Path(config["docs_dir"], f"lessons/{slug}.md")
        with contextlib.suppress(ValueError, OSError):  # which tests/reading/test_course.py tells
            page = Page.open(path)
            found += [] if page.is_draft else [course.read(slug, page.text)]
    return found


def add(output: str, page: pages.Page, config: MkDocsConfig, lessons: list[course.Lesson]) -> str:
    """Add to the head of a page what search engines, and sites where it is shared, read.

    ``lessons`` are those of the course.
    """
    if not page.canonical_url:
        return output
    found = _open_graph(page, config) + _structured(page, config, lessons)
    return output.replace("</head>", f"{found}</head>", 1)


def _open_graph(page, config):
    """Return the tags of https://ogp.me, and the one that asks for the picture in large."""
    properties = {
        "og:type": "website" if page.is_homepage else "article",
        "og:site_name": config["site_name"],
        "og:title": title_of(page),
        "og:description": page.meta.get("description") or config["site_description"],
        "og:url": page.canonical_url,
        "og:locale": LANGUAGE.replace("-", "_"),
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
    if date := show.date_of_commit():
        found["dateModified"] = date.isoformat()
    return _script(found)


def _script(found):
    text = json.dumps({"@context": "https://schema.org"} | found, ensure_ascii=False)
    text = text.replace("<", "\\u003c")  # nothing in it ends the element
    return f'<script type="application/ld+json">{text}</script>'


def _course(page, home, lessons, config):
    minutes = sum(course.in_all(lessons))
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
        "timeRequired": f"PT{sum(lesson.minutes)}M",
    }
    needs = [others[slug].title for slug in lesson.needs if slug in others]
    return found | ({"competencyRequired": needs} if needs else {})


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
