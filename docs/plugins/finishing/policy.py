"""What every page of the built site gets last: a strict policy of its content, and small repairs.

The policy lets a page load nothing from elsewhere, and run no script that the build did not see.
It is the same on all pages, since instant navigation puts one page into another.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
ALIGNED = re.compile(r'(<t[hd]) style="text-align: (\w+);"')
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
# As the theme's script does it, which would have a browser look at the whole page again.
SCROLLS = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">{}</div></div>'
EMPTY_HEADER = re.compile(r"<th(?P<attributes>[^>]*)>\s*</th>")
ELSEWHERE = re.compile(r'<a (?=href="https?://)')
# What no translator may touch: a tag that begins it, and all of it if there may be such tags inside.
EXACT = re.compile(
    r"<(?P<pre>pre)(?=[ >])(?P<code>.*?</pre>)|<(?P<word>code|kbd|samp)(?=[ >])"
    r'|<(?P<math>div|span)(?= [^>]*\bclass="math[ "])',
    re.DOTALL,
)
SKIP = re.compile(r'<div data-md-component="skip">.*?</div>\s*', re.DOTALL)
TOGGLE = '<input class="md-toggle" data-md-toggle="drawer"'
# What is wrong in the theme's HTML, and what is put in its place.
REPAIRS = {
    TOGGLE: f'{TOGGLE} aria-label="Navigation"',
    'data-md-component="search" role="dialog"': ('data-md-component="search" role="dialog" aria-label="Search"'),
}


def finished(pages: dict[Path, str]) -> dict[Path, str]:
    """Return the pages of a site, by their paths, repaired and with the policy."""
    pages = {path: repair(page) for path, page in pages.items()}
    policy = policy_of(pages.values())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return {path: guarded(page, meta) for path, page in pages.items()}


def guarded(page: str, meta: str) -> str:
    """Return a page with its policy, before anything that it is about."""
    return page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{meta}', 1)


def policy_of(pages: Iterable[str]) -> str:
    """Return the policy that allows what is in the pages: their own files and inline scripts."""
    inline = {script for page in pages for script in INLINE.findall(page)}
    digests = [hashlib.sha256(script.encode()).digest() for script in inline]
    hashes = sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return "; ".join(
        [
            "default-src 'self'",  # Firefox fetches the next page ahead, and asks here whether it may
            " ".join(["script-src 'self'", *hashes]),
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",  # search
            *(f"{kind}-src 'none'" for kind in ("frame", "manifest", "media", "object")),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def repair(page: str) -> str:
    """Return a page without what the policy forbids, and without known faults of the theme."""
    page = ALIGNED.sub(r'\1 class="align-\2"', page)
    page = TABLE.sub(lambda match: SCROLLS.format(match[0]), page)
    page = EMPTY_HEADER.sub(r"<td\g<attributes>></td>", page)  # it heads nothing
    page = ELSEWHERE.sub('<a class="elsewhere" ', page)  # in print its address stands beside it
    page = EXACT.sub(_untranslated, page)
    for wrong, right in REPAIRS.items():
        page = page.replace(wrong, right)
    if skip := SKIP.search(page):  # the link that skips the navigation is the first to be reached
        page = page.replace(skip[0], "").replace(TOGGLE, skip[0] + TOGGLE, 1)
    return page


def _untranslated(match):
    return f'<{match["pre"] or match["word"] or match["math"]} translate="no"{match["code"] or ""}'
