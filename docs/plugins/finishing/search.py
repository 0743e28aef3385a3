r"""Search also finds what readers call a symbol or a function: eta for η, W_1, exp in np.exp.

The theme's index has the words of each section, and of an equation the letters that are seen.
This adds, for each section, the names of its Greek letters, indices as they are typed, letters
under a hat, and the last parts of dotted names. How texts are cut into words is set in
mkdocs.yml: at spaces, brackets and signs, so that `sigma(z)` is found by either part, and not
at dots or underscores, so that `np.exp` and `zero_grad` are names. What readers type is changed
a little as well, see docs/assets/early.js: W^T is a name here, written with the sign POWER.

A word with a hyphen is also found without it, a British one in American spelling, and a page by
the words of its address: back-propagation by backpropagation, and the lesson by backprop. The
index has all words with a hyphen as ``compounds``, so that both ways to ask get the same answer.
"""

import html
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from docs.plugins import cache, paths

if TYPE_CHECKING:  # the theme is there where it is built with
    from material.plugins.search.plugin import SearchIndex

CACHE = paths.CACHE / "search"
GREEK = "alpha beta gamma delta epsilon eta lambda mu sigma varphi phi theta".split()
HAT = re.compile(r"\\hat\{?([A-Za-z])\}?")
INDEX = re.compile(r"\b([A-Za-z])_\{?(\w+)\}?")
MACRO = re.compile(rf"\\({'|'.join(GREEK)})(?![A-Za-z])")
POWER = "\u02c4"  # looks like ^, which is a command of the search
TOP = re.compile(r"([A-Za-z])(?:_\{?\w+\}?)?\^\{?(\\top|\w+)\}?")
HYPHEN = re.compile(r"(?<![\w.-])[A-Za-z]{2,}(?:-[A-Za-z]{2,})+(?![\w-])")
AMERICAN = re.compile(
    r"\b((?:de)?(?:optim|initial|normal|regular|vector|general|minim|maxim|linear|factor|visual|recogn|real"
    r"|summar|serial|util|token|quant|parallel|central|standard|penal|random))is(?=e|ing|ation)(\w+)",
    re.I,
)
OTHERWISE = {"colour": "color", "behaviour": "behavior", "neighbour": "neighbor", "centre": "center",
             "modelling": "modeling", "labelled": "labeled", "favour": "favor"}  # fmt: skip
BOLD = re.compile(r"\\boldsymbol\{(\w)\}")
PART = re.compile(r'<h[1-6] id="(?P<place>[^"]+)"|data-tex="(?P<tex>[^"]*)"')
CODE = re.compile(r"<code>(.*?)</code>", re.DOTALL)
TAGS = re.compile(r"<code>.*?</code>|<[^>]*>", re.DOTALL)
TAIL = re.compile(r"(?<=\w)\.([A-Za-z_]\w{2,})")


def keep(index: "SearchIndex") -> None:
    """Let the theme's index keep what it makes of a page: it takes as long as to render one."""
    add = index.add_entry_from_context

    def add_what_was_kept(page):
        def rests_on():
            toc = str(page.toc)
            return page.content, page.url, str(page.title), page.meta, toc, cache.machinery()

        def make():
            before = len(index.entries)
            add(page)
            made = index.entries[before:]
            del index.entries[before:]
            return json.dumps(made).encode()

        index.entries += json.loads(cache.get_or_make(CACHE, rests_on, make))

    index.add_entry_from_context = add_what_was_kept


def enrich(site: Path, pages: dict[Path, str]) -> None:
    """Add to the index of a built site the names that readers may search for."""
    path = Path(site) / "search/search_index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    found_in = {}
    for found in index["docs"]:
        address, _, place = found["location"].partition("#")
        if address not in found_in:
            found_in[address] = sections(pages.get(Path(site) / address / "index.html", ""))
        names = names_of(found_in[address].get(place, []), found["text"])
        names += spelled_otherwise(f"{found['title']} {TAGS.sub(' ', found['text'])}")
        if not place and address:
            names += re.split(r"[-_/]", address.strip("/").rpartition("/")[2])
        if address == "verified/":  # which has the TeX of all pages: lessons come first
            found["boost"] = 0.2
        if names:
            found["text"] += f"<p>Names: {', '.join(dict.fromkeys(names))}</p>"
    index["config"]["compounds"] = compounds(index["docs"])
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, encoding="utf-8")


def sections(page: str) -> dict[str, list[str]]:
    """Return {place of a heading: the TeX beneath it}; "" is what stands above the second one.

    Of the first heading the theme's index makes the page itself.
    """
    found, place, headings = {}, "", 0
    for match in PART.finditer(page):
        if match["place"]:
            headings += 1
            place = match["place"] if headings > 1 else ""
        else:
            found.setdefault(place, []).append(html.unescape(match["tex"]))
    return found


def names_of(equations: Iterable[str], text: str) -> list[str]:
    """Return, sorted, the names for what stands in equations and code, as far as text lacks them."""
    names = set()
    for tex in equations:
        tex = BOLD.sub(r"\1", tex)
        names |= set(MACRO.findall(tex))
        names |= {unicodedata.normalize("NFC", f"{letter}\u0302") for letter in HAT.findall(tex)}
        names |= {f"{letter}_{index}" for letter, index in INDEX.findall(tex)}
        letters = re.sub(r"\\(?!top)[A-Za-z]+", " ", tex)
        names |= {f"{letter}{POWER}{top.replace(chr(92) + 'top', 'T')}" for letter, top in TOP.findall(letters)}
    for code in CODE.findall(text):
        names |= set(TAIL.findall(html.unescape(code)))
    there = set(re.findall(r"(?<![\w.])\w+", text))
    return sorted(names - there)


def compounds(sections: list[dict]) -> dict[str, str]:
    """Return {backpropagation: back propagation} of the words that mostly have a hyphen."""
    texts = [f"{found['title']} {TAGS.sub(' ', found['text'])}".partition("Names: ")[0] for found in sections]
    words = Counter(word for text in texts for word in re.findall(r"[a-z]+", text.lower()))
    hyphened = Counter(word.lower() for text in texts for word in HYPHEN.findall(text))
    return {
        word.replace("-", ""): word.replace("-", " ")
        for word, count in sorted(hyphened.items())
        if count > words[word.replace("-", "")]
    }


def spelled_otherwise(text: str) -> list[str]:
    """Return, sorted, the other spellings of words in a text under which readers look for them."""
    found = {word.replace("-", "").lower() for word in HYPHEN.findall(text)}
    found |= {f"{stem}iz{end}".lower() for stem, end in AMERICAN.findall(text)}
    words = re.findall(r"[a-z]+", text.lower())
    for british, american in OTHERWISE.items():
        found |= {word.replace(british, american) for word in words if british in word}
    return sorted(found - set(words))
