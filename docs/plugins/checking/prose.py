"""What is written for people: found in every kind of file, spelled and said as the site does.

`prose` gives the lines of a file that are meant for people, without what only looks like words;
`misspelled`, `ill_said` and `ill_set` give [(line, what, and what to write instead)].
"""

import ast
import html
import io
import re
import tokenize
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

import codespell_lib
import hunspell

from docs.plugins.reading.blocks import unfenced
from docs.plugins.reading.page import Page

WORDS = Path(__file__).with_name("words.txt")

# What is no prose in Markdown and docstrings: code, maths, addresses, HTML, citations, options.
NOT_PROSE = [
    re.compile(r"\$\$.+?\$\$", re.DOTALL),
    re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL),
    re.compile(r"(?<![\\$])\$(?!\s)(?:[^$\\\n]|\\.)+?\$"),
    re.compile(r"(?<=\])\([^)\s]*(?: \"|\))|\{[ .#:][^}\n]*\}|<!--.*?-->|</?[a-z][^<>]*>", re.DOTALL),
    re.compile(r"https?://[^\s)>]+|\[(?:doi|arXiv):[^\]]*\]"),
]
SOURCES = re.compile(r"^## Sources$.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
CITATION = re.compile(r"^- (?:.*\): |.*$)", re.MULTILINE)  # after it, what the source is good for
BLOT = "\N{OBJECT REPLACEMENT CHARACTER}"


def prose(name: str, source: str) -> list[tuple[int, str]]:
    """Return [(line, text)] of what a file holds for people."""
    if name.endswith(".svg"):
        return _of_svg(source)
    page = Page(source, name)
    if page.is_lab and not page.cells:
        return _of_python(source)
    return _lines(_of_lab(page) if page.is_lab else source)


def _lines(text):
    text = SOURCES.sub(lambda match: CITATION.sub("- ", match[0]), unfenced(text))
    for pattern in NOT_PROSE:
        text = pattern.sub(lambda match: BLOT + "\n" * match[0].count("\n"), text)
    return list(enumerate(text.split("\n"), start=1))


def _of_lab(page):
    """Return the Markdown of a lab at its own lines, and the alt texts of its figures."""
    lines = page.markdown.split("\n")
    for cell in page.cells:
        lines[cell.line - 1] = cell.alt
    return "\n".join(lines)


def _of_python(source):
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            docstring = node.body[0].value
            lines = source.split("\n")[docstring.lineno - 1 : docstring.end_lineno]
            indent = docstring.col_offset
            # Indented further: formulas, shapes and commands.
            text = "\n".join("" if line[indent : indent + 4] == "    " else line for line in lines)
            found += [(docstring.lineno + at - 1, line) for at, line in _lines(text)]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and token.string != "# fmt: skip":
            found.append((token.start[0], _lines(token.string.lstrip("# "))[0][1]))
    return sorted(found)


def _of_svg(source):
    found = []
    for match in re.finditer(r"<text\b[^>]*>(.*?)</text>", source, re.DOTALL):
        words = html.unescape(re.sub(r"<[^>]*>", "", match[1]))
        found.append((source.count("\n", 0, match.start()) + 1, words))
    return found


# Spelling

WORD = re.compile(r"(?<![\w'’.@/\-\\])[A-Za-zÀ-ÿ]{2,}(?:['’][a-z]+)?(?![\w@/]|\.\w|\()")


# American spellings that codespell's list has only in part.
AMERICAN = re.compile("[a-z]{3,}iz(?:e[sd]?|ers?|ing|ations?)|(?:neighbor|behavior|color|favor|center)[a-z]*")
NOT_AMERICAN = {"resize", "resized", "resizes", "seize", "prize", "prizes"}


@cache
def _dictionary():
    return hunspell.Hunspell("en_US")


@cache
def american() -> dict[str, str]:
    """Return {American spelling: British spelling}, for words that only Americans spell so."""
    folder = Path(codespell_lib.__file__).parent / "data"
    pairs = (folder / "dictionary_en-GB_to_en-US.txt").read_text(encoding="utf-8").split()
    swapped = {us: gb for gb, us in (pair.split("->") for pair in pairs if "," not in pair)}
    both = {"license", "licensed", "practice", "practiced", "program", "programs", "meter", "check"}
    return {us: gb for us, gb in swapped.items() if us not in both}


@cache
def project_words() -> frozenset[str]:
    """Return the words that are right here and in no dictionary."""
    return frozenset(WORDS.read_text(encoding="utf-8").split())


def is_word(word: str) -> bool:
    """Tell whether a word is British English, in capitals or not."""
    plain = word.replace("’", "'").removesuffix("'s")
    if plain.lower() in american():
        return False
    if AMERICAN.fullmatch(plain.lower()) and plain.lower() not in NOT_AMERICAN:
        return False
    return plain.lower() in american().values() or _dictionary().spell(plain)


def misspelled(lines: Iterable[tuple[int, str]], known: Collection[str] = frozenset()) -> list[tuple[int, str]]:
    found = []
    for number, line in lines:
        for word in WORD.findall(line):
            plain = word.removesuffix("'s")
            if plain in known or plain.lower() in known or is_word(word):
                continue
            found.append((number, f"{word}: {_instead(word)}, or add it to docs/plugins/checking/words.txt"))
    return found


@cache
def _instead(word):
    british = american().get(word.lower())
    suggested = [british] if british else list(filter(is_word, _dictionary().suggest(word)))[:3]
    return f"write {' or '.join(suggested)}" if suggested else "write another word"


# Saying it as the site does: pattern, and what to write instead.

RULES = [
    (r"\b([A-Za-z]{2,}) \1\b(?<!\bthat that)(?<!\bhad had)", "the word once"),
    (r"\b(?:cost|error|objective) functions?\b", "loss"),
    (r"\b(?:minimi[sz]e|lower|reduce)s? the (?:cost|error)\b", "lower the loss"),
    (r"\b(?:stuck|sticks?|trapped|caught) (?:in|at) an? local minim\w+", "stuck on a plateau"),
    (r"(?<![Mm]inus the )\bgradient points (?:down\w*|to\w* the minimum)", "the gradient points uphill"),
    (r"\b[Bb]ack ?propagat\w*", "back-propagation"),
    (r"\b[Nn]eurons?\b", "unit"),
    (r"\b[Mm]ulti-?layer [Pp]erceptrons?\b", "network with a hidden layer"),
    (r"\b[Hh]yper-?parameters?\b", "what is meant: the learning rate, the width, the seed"),
    (r"\b[Gg]round truths?\b", "target"),
    (r"\b[Dd]ata ?sets?\b", "examples"),
    (r"\b(?:[Oo]bviously|[Cc]learly|[Tt]rivial(?:ly)?|[Bb]asically|[Nn]eedless to say)\b", "nothing"),
    (r"\b(?:[Ss]imply|[Jj]ust|[Ee]asily) (?:take|use|add|call|write|do|run)\b", "the verb alone"),
    (r"\b(?:extremely|incredibly|amazing(?:ly)?|super|quite a few)\b", "how much it is"),
    (r"\b[Ii]t (?:is|should be) (?:important|worth) (?:to note|noting)\b", "what is to be noted"),
    (r"\b[Ii]n order to\b", "to"),
    (r"\b(?:utili[sz]e|leverage)[sd]?\b", "use"),
    (r"\bdue to the fact that\b", "because"),
    (r"\b(?:e\.g\.|i\.e\.|etc\.)", "for example, that is, and so on"),
    (r"[‘’]", "a straight apostrophe: '"),
    (r"[“”„]", 'straight quotation marks: "'),
    (r"[A-Za-z]\.\.\.(?!\w)", "…"),
    (r"(?<=[a-z]{2}) - (?=[a-z]{2})", "a colon, a comma or –"),
    (r"(?<=[a-z]) +(?=[,;:.!?](?:\s|$))", "no space before the sign"),
]
RULES = [(re.compile(pattern), instead) for pattern, instead in RULES]


def ill_said(lines: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return what the site says in other words, or sets with other signs."""
    return [
        (number, f"{match[0]!r}: write {instead}")
        for number, line in lines
        for pattern, instead in RULES
        for match in pattern.finditer(line)
    ]


# How Markdown is written

SENTENCE_END = re.compile(rf'(?<=[a-z\d){BLOT}*"][.!?])\*{{0,2}} +(?=[*"]{{0,2}}[A-Z])')
# Lists, tables, titles, shape lines and what opens with a bold lead keep theirs together.
TOGETHER = re.compile(r" *(?:\||#|[-*+] |\d+\. |\?\?\?|!!!|!\[|===|description:|\*\*|\*You|\*Time|\(|Shapes?:)")
LONGEST = 40  # words


def ill_set(source: str, lines: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return what is wrong with the lines of Markdown: ends, and one sentence on each."""
    found = [
        (number, "spaces at the end of the line: remove them")
        for number, line in enumerate(source.split("\n"), start=1)
        if line != line.rstrip()
    ]
    for number, line in lines:
        if SENTENCE_END.search(line) and not TOGETHER.match(line):
            found.append((number, "several sentences: write each on a line of its own"))
        if not line.lstrip().startswith(("|", "!")):
            for sentence in SENTENCE_END.split(line):
                if (count := len(WORD.findall(sentence))) > LONGEST:
                    found.append((number, f"a sentence of {count} words: make two, at most {LONGEST}"))
    return found
