"""Where things lie: the one place that works it out."""

from pathlib import Path

PLUGINS = Path(__file__).resolve().parent
DOCS = PLUGINS.parent
ROOT = DOCS.parent
SNIPPETS = ROOT / "snippets"
CACHE = ROOT / ".cache"
