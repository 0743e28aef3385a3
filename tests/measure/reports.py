"""What several measurements and their tests do with reports."""

import json

from docs.plugins.paths import DOCS


def read(lesson):
    """Return what was measured for a lesson."""
    return json.loads((DOCS / f"measured/{lesson.replace('-', '_')}.json").read_text(encoding="utf-8"))


def page(lesson):
    """Return the text of its page."""
    return (DOCS / f"lessons/{lesson}.md").read_text(encoding="utf-8")


def rounded(value, digits=5):
    """Return a report whose numbers have so many digits, which is more than any page shows."""
    if isinstance(value, dict):
        return {key: rounded(part, digits) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part, digits) for part in value]
    return value if value is None else float(f"{value:.{digits}g}")
