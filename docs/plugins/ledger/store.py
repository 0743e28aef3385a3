r"""The ledger: what the tests found out about each page, for readers to see.

`make verified` runs the tests of the pages, which write `docs/verified.json` when all is right:
for each page what ran, what was compared and how far both sides of each equation were apart,
with a digest of all that this rests on. The site reads it: a mark beside each equation, a few
words at the foot of each page (building/marks.py), and `docs/verified.md`, the same as a page.

Where a digest does not fit any more, the proof is stale: the site says so instead, and a test
fails.
"""

import ast
import hashlib
import json
import platform
import re
from importlib import metadata
from pathlib import Path

from docs.plugins.ledger import show
from docs.plugins.paths import DOCS, ROOT
from docs.plugins.reading.page import Page, sources
from docs.plugins.running import compare

LEDGER = DOCS / "verified.json"
PAGE = DOCS / "verified.md"
JUDGES = [  # of docs/plugins
    "reading/blocks",
    "reading/page",
    "running/compare",
    "running/runner",
    "equations/algebra",
    "equations/check",
    "equations/optimisers",
    "equations/tex",
]


def pages() -> list[Path]:
    """Return the paths of all pages that have a proof: all but the ledger itself."""
    return sorted({*sources(DOCS), *(DOCS / "labs").glob("*.py")} - {PAGE})


def name_of(path: str | Path) -> str:
    """Return a page's name in the ledger, such as lessons/xor.md."""
    return Path(path).resolve().relative_to(DOCS).as_posix()


def load() -> dict:
    """Return the ledger; without any page if there is no file."""
    if not LEDGER.exists():
        return {"versions": {}, "facts": {}, "pages": {}}
    return json.loads(LEDGER.read_text(encoding="utf-8"))


def save(ledger: dict) -> None:
    """Write the ledger, and the page of it."""
    text = json.dumps(ledger, ensure_ascii=False, indent=1, sort_keys=True)
    LEDGER.write_text(text + "\n", encoding="utf-8")
    PAGE.write_text(show.to_markdown(ledger), encoding="utf-8")


def digest(path: Path) -> str:
    """Return a digest of all that the proof of a page rests on.

    That is the page and its figures, the notation, np_nn, what judges pages, and the versions of
    NumPy and PyTorch. How an editor ends its lines is no part of it.
    """
    text = Path(path).read_bytes()
    files = [DOCS / "notation.md", *sorted((ROOT / "snippets/np_nn").glob("*.py"))]
    files += sorted((ROOT / "snippets/np_nn").glob("*.npz"))
    files += [DOCS / f"plugins/{name}.py" for name in JUDGES]
    files += [DOCS / f"figures/{figure.slug}.svg" for figure in Page.open(path).figures]
    files += (ROOT / "snippets/np_nn/exercises").glob(f"{path.stem.replace('-', '_')}.py")
    parts = [file.read_bytes() for file in files if file.exists()]
    constraints = (ROOT / "constraints.txt").read_bytes()
    pins = re.findall(rb"^(?:numpy|torch)==\S+", constraints, re.MULTILINE)
    whole = hashlib.sha256()
    for part in [text, *parts, *pins]:
        whole.update(hashlib.sha256(part.replace(b"\r\n", b"\n")).digest())
    return whole.hexdigest()[:16]


def entry(path: Path) -> dict:
    """Return what the ledger says of a page whose blocks all did what it shows.

    PageError if one of its equations is not true.
    """
    # Here: the site is built without lark.
    from docs.plugins.equations import check as equations

    page = Page.open(path)
    page_blocks, figures = page.blocks, {figure.slug for figure in page.figures}
    found = {
        "title": page.title,
        "digest": digest(path),
        "blocks": sum(block.language == "python" for block in page_blocks),
        "lines": sum(len(_lines(block.code)) for block in page.python if compare.must_run_whole(block)),
        "outputs": sum(block.output is not None for block in page_blocks),
        "errors": sum(bool(block.error) and not block.exercise for block in page_blocks),
        "exercises": len({block.exercise for block in page_blocks} - {""}),
        "figures": len(figures),
    }
    if page.is_lab:
        found["cells"] = sum(not cell.is_markdown for cell in page.cells)
    places = {}
    for checked in equations.check_page(page):
        formula: dict = {"formula": checked.formula, "statements": []}
        if checked.place not in places and equations.only_numbers(checked.formula):
            formula["numbers"] = True
        places.setdefault(checked.place, formula)["statements"].append(
            {
                "tex": checked.tex,
                "kind": checked.kind,
                "against": checked.against,
                "error": float(f"{checked.error:.0e}"),  # the rest is noise of one machine
            }
        )
    return found | {"equations": list(places.values())}


def _lines(code):
    """Return the lines of a block in which a statement begins: the same in every version of Python."""
    return {node.lineno for node in ast.walk(ast.parse(code)) if isinstance(node, ast.stmt)}


def versions() -> dict:
    """Return what the tests run with."""
    found = {"NumPy": metadata.version("numpy"), "PyTorch": metadata.version("torch")}
    found["PyTorch"] = found["PyTorch"].partition("+")[0]
    return {"Python": ".".join(platform.python_version_tuple()[:2]), **found}


def proof_of(path: str | Path, ledger: dict) -> dict | None:
    """Return the entry of a page; None if there is none, or if it is stale."""
    found = ledger["pages"].get(name_of(path))
    return found if found and found["digest"] == digest(Path(path)) else None
