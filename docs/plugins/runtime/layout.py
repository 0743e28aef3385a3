"""Lays Python out in a built site, below python/, with the list of all that a page loads of it.

What seldom changes lies apart from what is ours, so that a reader who has the first need not load
it again: python/<digest>/ with the engine, with what draws plots, and with np_nn and the worker.
An address holds the digest of all that lies there, so that it may be kept for ever.
"""

import base64
import gzip
import inspect
import json
from pathlib import Path

from docs.plugins.building import plots
from docs.plugins.paths import DOCS
from docs.plugins.running import kernel
from docs.plugins.runtime import engine

HOME = "python"
OURS = DOCS / "assets/python"
LICENCES = Path(__file__).with_name("licences.txt")
# The code that makes matplotlib's SVG a part of a page: that of the labs.
SLIM = (plots.slim_svg, plots._element, plots._plain_colour, plots._short, plots._path)
NAMES = ("ROLES", "INK", "PIXELS", "MATPLOTLIBRC", "KEPT_STYLES", "TAGS", "DEFAULTS")


def lay_out(site: Path, files: dict[str, Path], wheel: Path) -> None:
    """Write python/ into a built site, from {name: path} of the engine and the wheel of np_nn."""
    home = Path(site) / HOME
    lock = json.dumps(engine.LOCK, sort_keys=True).encode()
    packs = {
        "core": {name: files[name].read_bytes() for name in engine.CORE} | {"lock.json": lock},
        "plots": {name: files[name].read_bytes() for name in engine.PLOTS}
        | {
            "page_svg.py": slim(),
            "page_plots.py": (OURS / "page_plots.py").read_bytes(),
        },
        "own": {
            "worker.js": (OURS / "worker.js").read_bytes(),
            "runner.py": (OURS / "runner.py").read_bytes(),
            "np_nn.whl": Path(wheel).read_bytes(),
        },
    }
    manifest = {name: _write(home, contents) for name, contents in packs.items()}
    (home / "licences.txt").write_bytes(LICENCES.read_bytes())
    text = json.dumps({"versions": versions(), "packs": manifest}, indent=1, sort_keys=True)
    (home / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _write(home, contents):
    """Write the files of a pack; return its place, and of each file its bytes, the sent ones, its sum."""
    sums = {name: engine.sha256(content) for name, content in contents.items()}
    place = engine.sha256(json.dumps(sums, sort_keys=True).encode())[:16]
    (home / place).mkdir(parents=True)
    found = {}
    for name, content in contents.items():
        (home / place / name).write_bytes(content)
        known = engine.FILES.get(name)
        sent = known[1] if known else len(gzip.compress(content, 6, mtime=0))
        sum = base64.b64encode(bytes.fromhex(sums[name])).decode()
        found[name] = {"bytes": len(content), "sent": sent, "sum": sum}
    return {"home": f"{place}/", "files": found}


def versions() -> dict[str, str]:
    return {"Pyodide": engine.PYODIDE, "Python": engine.PYTHON, "NumPy": engine.NUMPY, "matplotlib": engine.MATPLOTLIB}


def megabytes() -> int:
    """Return how much a first run loads, in megabytes."""
    return round(sum(sent for _, sent in engine.CORE.values()) / 1e6)


def slim() -> bytes:
    """Return the module that makes a plot a part of a page, which is the code of the labs."""
    values = {name: getattr(kernel if name == "MATPLOTLIBRC" else plots, name) for name in NAMES}
    parts = [
        '"""Makes matplotlib\'s SVG a part of a page."""\n',
        "import html\nimport re\nfrom xml.etree import ElementTree\n",
        *(f"{name} = {_stable(value)}" for name, value in values.items()),
        *(f"\n\n{inspect.getsource(function)}" for function in SLIM),
    ]
    return "\n".join(parts).encode()


def _stable(value):
    """Return the text of a value, the same in every process."""
    return f"set({sorted(value)!r})" if isinstance(value, set) else repr(value)
