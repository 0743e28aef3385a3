"""Places on pages that others may have linked to: once there, they stay.

`permalinks.txt` lists them, one a line, such as `lessons/xor.md#do-not-trust-one-seed`;
`make outputs` (`python -m docs.plugins.finishing.permalinks`) adds new ones, and takes none away.
Those of drafts may still change.
"""

import re
from pathlib import Path

from docs.plugins.paths import DOCS
from docs.plugins.reading.page import Page, sources
from docs.plugins.reading.render import to_html

FILE = Path(__file__).with_name("permalinks.txt")
HEADING = re.compile(r'<h[2-6] id="([^"]+)"')
PLACE = re.compile(r' id="([^"]+)"')


def known() -> list[str]:
    """Return the places that have been there, as lines of the list."""
    return FILE.read_text(encoding="utf-8").split()


def headings() -> set[str]:
    """Return the places of all headings that there are now, but those of the ledger."""
    return _found(HEADING, [path for path in sources() if not Page.open(path).is_draft])


def places() -> set[str]:
    """Return all places that a link may lead to now."""
    return _found(PLACE, sources())


def _found(pattern, paths):
    return {
        f"{path.relative_to(DOCS).as_posix()}#{place}"
        for path in paths
        if path.name != "verified.md"  # which is written anew, and names its own
        for place in pattern.findall(to_html(path.read_text(encoding="utf-8")))
    }


if __name__ == "__main__":
    FILE.write_text("\n".join(sorted({*known(), *headings()})) + "\n", encoding="utf-8")
