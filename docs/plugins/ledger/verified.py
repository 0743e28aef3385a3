r"""The ledger: what the tests found out about each page, for readers to see.

`make verified` runs the tests of the pages, which write `docs/verified.json` when all is right:
for each page what ran, what was compared and how far both sides of each equation were apart,
with a digest of all that this rests on. The site reads it: a mark beside each equation, a few
words at the foot of each page, and `docs/verified.md`, the same as a page.

Where a digest does not fit any more, the proof is stale: the site says so instead, and a test
fails.
"""

import datetime
import hashlib
import html
import json
import math
import os
import platform
import re
from importlib import metadata
from pathlib import Path

from docs.plugins.paths import DOCS, ROOT
from docs.plugins.reading import blocks

LEDGER = DOCS / "verified.json"
PAGE = DOCS / "verified.md"
JUDGES = [  # of docs/plugins
    "reading/blocks", "running/pages", "running/runner",
    "equations/algebra", "equations/check", "equations/optimisers", "equations/tex",
]
FIGURE = re.compile(r"^!\[([^\]]*)\]\([^)]*figures/([\w-]+)\.svg\)", re.MULTILINE)
EQUATION = re.compile(
    r'<(?P<tag>div|span) (?:[\w-]+="[^"]*" )*class="math(?P<display> display)?" '
    r'data-tex="(?P<tex>[^"]*)".*?</(?P=tag)>',
    re.DOTALL,
)
# Figures that show no number of np_nn: tests/ledger/test_promises.py finds out which they are.
NO_NUMBERS = {"path"}
PROVEN = '<div class="proven">'
HOW = {
    "random numbers": "both sides were computed on random arrays",
    "the page's numbers": "both sides were computed with the numbers of this page",
    "central differences and autograd": (
        "the derivatives were measured by central differences and by PyTorch's autograd"
    ),
    "torch.optim.SGD": "the step was compared with that of PyTorch's torch.optim.SGD",
    **{
        f"3 steps of torch.optim.{kind}": f"three steps were compared with those of PyTorch's torch.optim.{kind}"
        for kind in ("SGD", "Adam", "AdamW")
    },
    "draws": "on {} random draws, the two sides were both true or both false",
    "shapes": "the shapes were multiplied out and compared with those of the arrays",
}


def pages():
    """Return the paths of all pages that have a proof: all but the ledger itself."""
    return sorted({*DOCS.rglob("*.md"), *(DOCS / "labs").glob("*.py")} - {PAGE})


def name_of(path):
    """Return a page's name in the ledger, such as lessons/xor.md."""
    return Path(path).resolve().relative_to(DOCS).as_posix()


def load():
    """Return the ledger; without any page if there is no file."""
    if not LEDGER.exists():
        return {"versions": {}, "facts": {}, "pages": {}}
    return json.loads(LEDGER.read_text(encoding="utf-8"))


def save(ledger):
    """Write the ledger, and the page of it."""
    text = json.dumps(ledger, ensure_ascii=False, indent=1, sort_keys=True)
    LEDGER.write_text(text + "\n", encoding="utf-8")
    PAGE.write_text(to_markdown(ledger), encoding="utf-8")


def digest(path):
    """Return a digest of all that the proof of a page rests on.

    That is the page and its figures, the notation, np_nn, what judges pages, and the versions of
    NumPy and PyTorch. How an editor ends its lines is no part of it.
    """
    text = Path(path).read_bytes()
    files = [DOCS / "notation.md", *sorted((ROOT / "snippets/np_nn").glob("*.py"))]
    files += sorted((ROOT / "snippets/np_nn").glob("*.npz"))
    files += [DOCS / f"plugins/{name}.py" for name in JUDGES]
    files += [DOCS / f"figures/{name}.svg" for name in figures(text.decode(errors="replace"))]
    files += (ROOT / "snippets/np_nn/exercises").glob(f"{path.stem.replace('-', '_')}.py")
    parts = [file.read_bytes() for file in files if file.exists()]
    constraints = (ROOT / "constraints.txt").read_bytes()
    pins = re.findall(rb"^(?:numpy|torch)==\S+", constraints, re.MULTILINE)
    whole = hashlib.sha256()
    for part in [text, *parts, *pins]:
        whole.update(hashlib.sha256(part.replace(b"\r\n", b"\n")).digest())
    return whole.hexdigest()[:16]


def figures(text):
    """Return the names of the figures of ours that a page shows."""
    return [name for _, name in FIGURE.findall(text)]


def entry(path):
    """Return what the ledger says of a page whose blocks all did what it shows.

    PageError if one of its equations is not true.
    """
    # Here: the site is built without lark.
    from docs.plugins.equations import check as equations

    text = path.read_text(encoding="utf-8")
    page_blocks = [] if path.suffix == ".py" else blocks.read(text, path)
    found = {
        "title": re.search(r"^# (?!%%)(?:# )?(.+)$", text, re.MULTILINE)[1],
        "digest": digest(path),
        "blocks": sum(block.language == "python" for block in page_blocks),
        "outputs": sum(block.output is not None for block in page_blocks),
        "errors": sum(bool(block.error) and not block.exercise for block in page_blocks),
        "exercises": len({block.exercise for block in page_blocks} - {""}),
        "figures": len(set(figures(text)) - NO_NUMBERS),
    }
    if NO_NUMBERS & set(figures(text)):
        found["drawings"] = len(NO_NUMBERS & set(figures(text)))
    if path.suffix == ".py":
        found["cells"] = len(re.findall(r"^# %%(?! \[markdown\])", text, re.MULTILINE))
    places = {}
    for checked in equations.check_page(text, path):
        formula = {"formula": checked.formula, "statements": []}
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


def versions():
    """Return what the tests run with."""
    found = {"NumPy": metadata.version("numpy"), "PyTorch": metadata.version("torch")}
    found["PyTorch"] = found["PyTorch"].partition("+")[0]
    return {"Python": ".".join(platform.python_version_tuple()[:2]), **found}


def proof_of(path, ledger):
    """Return the entry of a page; None if there is none, or if it is stale."""
    found = ledger["pages"].get(name_of(path))
    return found if found and found["digest"] == digest(Path(path)) else None


# What the site shows


def add_marks(content, path, ledger, ledger_address):
    """Put a mark beside each equation of a page that was checked, and what it opens at the end.

    The page's proof must be fresh. The notes are popovers: no script is needed.
    """
    waiting, notes = list(ledger["pages"][name_of(path)]["equations"]), []

    def mark(match):
        tex = " ".join(html.unescape(match["tex"]).split())
        index = next((n for n, made in enumerate(waiting) if made["formula"] == tex), None)
        if index is None:
            return match[0]
        made = waiting.pop(index)
        statements, numbers = made["statements"], match["display"] and made.get("numbers")
        if not match["display"] and all(made["kind"] == "defined" for made in statements):
            return match[0]  # in a line of text only what was evaluated: w = 2 needs no mark
        name = f"proof-{len(notes) + 1}"
        notes.append(note(name, statements, ledger["versions"], ledger_address, numbers))
        kind = "evaluated" if any(made["kind"] == "evaluated" for made in statements) else "noted"
        button = (
            f'<button class="proof {kind}" type="button" popovertarget="{name}" '
            f'aria-label="How this equation was checked"></button>'
        )
        if match["display"]:
            return f"{PROVEN}{match[0]}{button}</div>"
        return match[0] + button

    content = EQUATION.sub(mark, content)
    if not notes:
        return content
    # Not a div: search would go on after the first </div> in it.
    return f'{content}<section data-search-exclude>{"".join(notes)}</section>'


def add_tools(content):
    """Give the displays that have no mark a button like one: scripts put tools into its note."""
    count = 0

    def tool(match):
        nonlocal count
        if not match["display"] or content.endswith(PROVEN, 0, match.start()):
            return match[0]
        count += 1
        name = f"tools-{count}"
        return (
            f'{PROVEN}{match[0]}<button class="proof plain" type="button" popovertarget="{name}" '
            f'aria-label="What to do with this equation"></button></div>'
            f'<div class="proof-note" id="{name}" popover data-search-exclude>'
            "<p>Not verified.</p></div>"
        )

    return EQUATION.sub(tool, content)


def note(name, statements, versions, ledger_address, numbers=False):
    """Return the popover of an equation: a sentence or two for each way it was checked.

    ``numbers`` says that all its letters are numbers, which the page then need not say.
    """
    told = [*(["All letters are numbers."] if numbers else []), *map(tell, merged(statements))]
    words = "\n".join(dict.fromkeys(told))
    words = words.replace("PyTorch's", f"PyTorch {versions['PyTorch']}'s")
    items = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in words.split("\n"))
    link = f'<p><a href="{html.escape(ledger_address)}">The whole ledger</a></p>'
    return f'<div class="proof-note" id="{name}" popover>{items}{link}</div>'


def merged(statements):
    """Return statements of one formula, those that were checked in one way as one."""
    found = {}
    for made in statements:
        key = made["kind"], made["against"], is_approximate(made)
        others = found.get(key, made | {"count": 0})
        worst = max(made["error"], others["error"])
        found[key] = others | {"error": worst, "count": others["count"] + 1}
    return list(found.values())


def is_approximate(made):
    return r"\approx" in made["tex"]


def tell(made):
    """Return in words how a statement, or several alike, was checked."""
    several = f" ({made['count']} statements)" if made.get("count", 1) > 1 else ""
    if made["kind"] == "defined":
        return f"Defined here{several}: what follows uses it, and was checked."
    if made["kind"] == "exempt":
        return f"Not evaluated: {made['against']}."
    return f"Evaluated{several}: {how(made['against'])}. {worst_error(made)}"


def how(against):
    """Return in words against what a statement was evaluated."""
    ways = []
    for way in against.split(", "):
        count, _, unit = way.partition(" ")
        ways.append(HOW[unit].format(count) if unit == "draws" else HOW[way])
    return "; ".join(ways)


def worst_error(made):
    """Return the sentence about the error of an evaluation."""
    if made["error"] == 0:
        return "No difference found."
    allowed = ", which ≈ allows" if is_approximate(made) else ""
    return f"Worst relative error {scientific(made['error'])}{allowed}."


def scientific(number):
    """Return a number above 0 as in 3·10⁻¹⁰."""
    exponent = math.floor(math.log10(number) + 1e-9)
    digits = round(number / 10**exponent)
    return f"{digits}·10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def foot(path, ledger, ledger_address):
    """Return the HTML at the foot of a page: what was verified, or that the proof is stale."""
    found = proof_of(path, ledger)
    if found is None:
        words = (
            "<strong>Not verified.</strong> This page, or something it depends on, has changed "
            "since its tests last recorded what they found (<code>make verified</code>)."
        )
        return f'<aside class="verified stale" aria-label="What was verified">{words}</aside>'
    link = f'<a href="{html.escape(ledger_address)}">The whole ledger</a>'
    words = f"<strong>Verified.</strong> {summary(found)} {setting(ledger)} {link}"
    return f'<aside class="verified" aria-label="What was verified">{words}</aside>'


def summary(found):
    """Return in a sentence what was verified on a page."""
    statements = [made for formula in found["equations"] for made in formula["statements"]]
    evaluated = [made for made in statements if made["kind"] == "evaluated"]
    exact = [made["error"] for made in evaluated if not is_approximate(made)]
    worst = f" (worst relative error {scientific(max(exact))})" if any(exact) else ""
    others = {kind: sum(made["kind"] == kind for made in statements) for kind in ("defined", "exempt")}
    parts = [
        count(found.get("cells"), "cell", "executed while this page was built"),
        count(found["blocks"], "block", "run"),
        count(found["outputs"], "output", "compared character by character"),
        count(found["errors"], "block", "that must fail, failing as shown"),
        count(found["exercises"], "exercise", "judged"),
        count(len(evaluated), "equation", "evaluated") and
        count(len(evaluated), "equation", "evaluated") + worst,
        count(others["defined"], "definition", "used"),
        count(others["exempt"], "equation", "exempt"),
        count(found["figures"], "figure", "drawn from np_nn"),
        count(found.get("drawings"), "figure", "without numbers"),
    ]
    told = ", ".join(filter(None, parts)) or "Nothing on this page needs to be run or evaluated"
    return told[0].upper() + told[1:] + "."


def count(number, noun, what):
    """Return `3 blocks run`; nothing for none."""
    return f"{number} {noun}{'s' * (number != 1)} {what}" if number else ""


def setting(ledger):
    """Return with what and when it was verified: versions, and the date of the commit."""
    tools = ", ".join(f"{name} {version}" for name, version in sorted(ledger["versions"].items()))
    date = date_of_commit()
    return f"With {tools}; commit of {date.day} {date:%B %Y}." if date else f"With {tools}."


def date_of_commit():
    """Return the date of the commit that is built, all of whose tests passed; None if unknown."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds.isdigit() or int(seconds) == 0:  # which stands for no commit, in the Makefile
        return None
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date()


def anchor_of(name):
    """Return the anchor on the ledger's page of another page's equations."""
    return name.partition(".")[0].replace("/", "-").replace("_", "-")


def to_markdown(ledger):
    """Return the page of the ledger, with the pages in the order of nav."""
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    names = sorted(ledger["pages"], key=lambda name: (nav.find(f" {name}\n") % 10**6, name))
    rows, sections = [], []
    for name in names:
        found, anchor = ledger["pages"][name], anchor_of(name)
        statements = [made for formula in found["equations"] for made in formula["statements"]]
        link = f" [Equations](#{anchor})" if statements else ""
        rows.append(f"| [{found['title']}]({name}) | {summary(found)}{link} |")
        if statements:
            sections += [f"### {found['title']} {{#{anchor}}}", ""]
            sections += ["| Equation | How it was checked |", "|---|---|"]
            for made in statements:
                tex = made["tex"].replace("`", "")  # of the words in a line of shapes
                sections.append(f"| `{tex}` | {tell(made)} |")
            sections.append("")
    tools = ", ".join(f"{name} {version}" for name, version in sorted(ledger["versions"].items()))
    facts = [f"- {sentence}" for _, sentence in sorted(ledger["facts"].items())]
    lines = LEDGER_PAGE.format(
        tools=tools, facts="\n".join(facts), rows="\n".join(rows), sections="\n".join(sections)
    )
    return lines


LEDGER_PAGE = """\
---
description: Every block, output, equation and figure of this site, and how each was verified.
---

# Look at what was verified

<!-- Written by `make verified`. -->

This is the list of everything on this site that was checked, and how.
The tests write it, and they fail as soon as a page, or anything its proof depends on, changes without being checked again.
They ran with {tools}.

{facts}

## Pages

| Page | Verified |
|---|---|
{rows}

## Equations

This is the TeX of the pages, character by character; it is what was evaluated.
The sizes of the random arrays all differ.
A relative error is the largest difference, divided by the largest entry: about 10⁻¹⁶ comes from rounding, and about 10⁻¹⁰ from central differences.
For the letters, their meanings and their shapes, see [the notation](notation.md).

{sections}"""
