"""What the tests found out, where it stands: beside each equation, and at the foot of the page."""

import html

from bs4 import BeautifulSoup

from docs.plugins.building.html import Markup, new
from docs.plugins.building.inputs import Inputs, Proof
from docs.plugins.ledger import show

TOOLS = (
    '<button class="proof plain" type="button" popovertarget="{0}" aria-label="What to do with this equation"></button>'
)
NOTE = '<div class="proof-note" id="{0}" popover data-search-exclude><p>Not verified.</p></div>'


def add(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Put a mark beside each equation that was checked, what it opens at the end, and a foot.

    The ledger's own page has no proof. The notes are popovers: no script is needed.
    """
    if (proof := inputs.proof) is None:
        return
    waiting, notes = list(proof.entry["equations"]) if proof.entry else [], []
    for shown in tree.select(".math[data-tex]"):
        tex = " ".join(shown["data-tex"].split())
        index = next((n for n, made in enumerate(waiting) if made["formula"] == tex), None)
        if index is None:
            continue
        made, display = waiting.pop(index), "display" in shown["class"]
        statements, numbers = made["statements"], display and made.get("numbers", False)
        if not display and all(made["kind"] == "defined" for made in statements):
            continue  # in a line of text only what was evaluated: w = 2 needs no mark
        name = f"proof-{len(notes) + 1}"
        notes.append(note(name, statements, proof.versions, proof.address, numbers))
        kind = "evaluated" if any(made["kind"] == "evaluated" for made in statements) else "noted"
        button = (
            f'<button class="proof {kind}" type="button" popovertarget="{name}" '
            f'aria-label="How this equation was checked"></button>'
        )
        shown.insert_after(Markup(button))
        if display:
            _box(tree, shown)
    if notes:
        # Not a div: search would go on after the first </div> in it.
        tree.append(Markup(f"<section data-search-exclude>{''.join(notes)}</section>"))
    tree.append(Markup(foot(proof)))


def add_tools(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Give the displays that have no mark a button like one: scripts put tools into its note."""
    unmarked = [d for d in tree.select("div.math.display") if "proven" not in (d.parent.get("class") or ())]
    for number, shown in enumerate(unmarked, 1):
        name = f"tools-{number}"
        shown.insert_after(Markup(TOOLS.format(name)))
        _box(tree, shown).insert_after(Markup(NOTE.format(name)))


def _box(tree, shown):
    """Put an equation and the button behind it into a box of their own, and return that."""
    button = shown.next_sibling
    box = shown.wrap(new(tree, "div", {"class": "proven"}))
    box.append(button.extract())
    return box


def foot(proof: Proof) -> str:
    """Return the HTML at the foot of a page: what was verified, or that the proof is stale."""
    if proof.entry is None:
        words = (
            "<strong>Not verified.</strong> This page, or something it depends on, has changed "
            "since its tests last recorded what they found (<code>make verified</code>)."
        )
        return f'<aside class="verified stale" aria-label="What was verified">{words}</aside>'
    link = f'<a href="{html.escape(proof.address)}">The whole ledger</a>'
    setting = show.setting(proof.versions, proof.date)
    words = f"<strong>Verified.</strong> {show.summary(proof.entry)} {setting} {link}"
    return f'<aside class="verified" aria-label="What was verified">{words}</aside>'


def note(
    name: str, statements: list[dict], versions: dict[str, str], ledger_address: str, numbers: bool = False
) -> str:
    """Return the popover of an equation: a sentence or two for each way it was checked.

    ``numbers`` says that all its letters are numbers, which the page then need not say.
    """
    told = [*(["All letters are numbers."] if numbers else []), *map(show.tell, show.merged(statements))]
    words = "\n".join(dict.fromkeys(told))
    words = words.replace("PyTorch's", f"PyTorch {versions['PyTorch']}'s")
    items = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in words.split("\n"))
    link = f'<p><a href="{html.escape(ledger_address)}">The whole ledger</a></p>'
    return f'<div class="proof-note" id="{name}" popover>{items}{link}</div>'
