"""Links of the built site: those within it are checked at its end, those out of it once a week.

    python -m docs.plugins.checking.links        ask each address elsewhere that a page or README names

That needs the network, says what it found, and never fails: a page elsewhere that is gone is a
reason to look, and none to stop anything here.
"""

import html
import re
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from docs.plugins.paths import ROOT

SECONDS = 20  # to wait for an answer
LINK = re.compile(
    r'<(?:a|img)\b[^>]*? (?:href|src)="([^"]*)"|<meta property="og:(?:image|url)" content="([^"]*)"'
)
PLACE = re.compile(r'<[^>]* (?:id|data-widget)="([^"]*)"')
CODE = re.compile(r"^( *)```.*?^\1```|<!--.*?-->|`[^`\n]+`", re.DOTALL | re.MULTILINE)
ELSEWHERE = re.compile(r"https?://[^\s<>()\"'\]]+(?:\([^\s()]*\)[^\s<>()\"'\]]*)*")
HERE = re.compile(r"https?://(?:127\.0\.0\.1|localhost)\b")
# Answers of pages that are there, and not for programs.
PRIVATE = {401, 403, 405, 406, 429, 999}


def broken(site, home):
    """Return "page: link" for each link within a built site that leads nowhere.

    ``home`` is the address of the site; what begins with it is a link within, too.
    """
    site, home = Path(site), home or "http://site/"
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
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


def elsewhere():
    """Return {address: name of a file that has it} of all links in sources that lead elsewhere."""
    files = [*sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "docs/labs").glob("*.py"))]
    files += sorted(ROOT.glob("*.md"))
    found = {}
    for file in files:
        for address in ELSEWHERE.findall(CODE.sub("", file.read_text(encoding="utf-8"))):
            address = address.rstrip(".,;:")
            if not HERE.match(address):
                found.setdefault(address.partition("#")[0], file.relative_to(ROOT).as_posix())
    return found


def ask(address):
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


def main():
    """Say which links lead nowhere, as warnings that GitHub shows beside the file."""
    found = elsewhere()
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(found, pool.map(ask, found)))
    wrong = {address: what for address, what in answers.items() if what}
    for address, what in wrong.items():
        print(f"::warning file={found[address]}::{address} {what}")
    print(f"{len(found)} addresses, {len(wrong)} that nobody answers for")


if __name__ == "__main__":
    sys.exit(main())
