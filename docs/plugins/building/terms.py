"""Terms explained on the spot: where a lesson first uses one, it shows its sentence of the glossary."""

from bs4 import BeautifulSoup, NavigableString, Tag

from docs.plugins.building.inputs import Inputs
from docs.plugins.reading import glossary

# Where no term is marked: it stands out already, does something, or its box would be cut off.
NOT_IN = {"a", "code", "details", "em", "figure", "pre", "table", "arithmatex", "np-nn"}
NOT_UNDER = {"Check yourself", "Exercises", "What comes next", "Sources"}
SUMMARY = {"You will", "You need", "Time"}


def mark(inputs: Inputs, tree: BeautifulSoup) -> None:
    """Let the first use of each term in a lesson show its sentence."""
    finder, by_words = glossary.pattern(inputs.terms)
    done, section = set(), ""
    for text in list(tree.descendants) if inputs.terms else ():
        if isinstance(text, Tag) and text.name == "h2":
            section = text.get_text().rstrip("¶")
        if type(text) is not NavigableString or section in NOT_UNDER or not _is_prose(text):
            continue
        parts, end = [], 0
        for match in finder.finditer(text):
            entry = by_words.get(match[0].lower())
            if entry is None or entry in done:
                continue
            done.add(entry)
            parts += [NavigableString(text[end : match.start()]), _box(tree, match[0], entry)]
            end = match.end()
        if parts:
            text.replace_with(*parts, NavigableString(text[end:]))


def _is_prose(text):
    """Tell whether a text stands in a paragraph or list of the lesson itself."""
    if text.isspace():
        return False
    around = list(text.parents)
    if NOT_IN & {name for tag in around for name in [tag.name, *tag.get("class", [])]}:
        return False
    paragraph = next((tag for tag in around if tag.name in ("p", "li")), None)
    return paragraph and not (paragraph.em and paragraph.em.get_text() in SUMMARY)


def _box(tree, words, entry):
    """Return the words with a sentence that shows on hover and on focus: CSS does the rest."""
    box = tree.new_tag("span", attrs={"class": "term"})
    name = f"term-{entry.place}"
    shown = tree.new_tag("span", attrs={"tabindex": "0", "aria-describedby": name})
    shown.string = words
    sentence = tree.new_tag("span", attrs={"role": "tooltip", "id": name, "hidden": ""})
    sentence["data-search-exclude"] = ""
    sentence.string = entry.definition
    box.extend([shown, sentence])
    return box
