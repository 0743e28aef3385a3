r"""What an author wrote against what a reader would see: where two readers of Markdown disagree.

A page is rendered by Python-Markdown. Most authors learnt Markdown elsewhere, and what they write
is often shown otherwise here: steps lose their numbers, a list becomes a sentence, a cell is cut
at a bar. None of this is an error to any tool. So each page is read once more, by CommonMark's
rules with tables, boxes and tabs added, and both readings are taken apart into leaves: paragraphs,
cells and blocks, each with the lists and items around it. A leaf that is not the same in both is
refused, with what to write so that it is.

Some traps are the same to both readers, such as a row with more cells than its head. They are
looked for by themselves, at the end of this module.
"""

import copy
import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby
from typing import NamedTuple

from bs4 import BeautifulSoup, Comment, NavigableString
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from docs.plugins.checking import html, tex
from docs.plugins.problem import Found, Problem, check
from docs.plugins.reading import blocks
from docs.plugins.reading.page import Page

FORMULA, REST, BAR, BREAK = "\ue010", "\ue011", "\ue012", "\ue013"
MARKS = {"em": "\ue020\ue021", "strong": "\ue022\ue023", "a": "\ue024\ue025", "code": "\ue026\ue027"}
SIGNS = dict.fromkeys("\ue020\ue021", "*") | dict.fromkeys("\ue022\ue023", "**")
SIGNS |= dict.fromkeys("\ue026\ue027", "`") | {FORMULA: "$…$", BAR: "|", BREAK: " "}
EMPHASIS = re.compile("[\ue020-\ue023]")
# In this order: what is code or a comment holds no formula.
INLINE = re.compile(
    r"(?P<comment><!--.*?-->)|(?P<code>(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n *\n).)+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<display>\$\$.+?\$\$)|(?P<escape>\\.)"
    r"|(?P<formula>\$(?!\s)(?:[^$\\\n]|\\.)+?(?<!\s)\$(?!\$))"
    r"|(?P<attributes>\{ ?[:#.][^{}\n]*\})",
    re.DOTALL,
)
BOX = re.compile(r"(?:!!!|\?\?\?\+?|===) ")
ITEM = re.compile(r"\s*(?:[-*+]|(\d{1,9})([.)]))(?=\s|$)")
NO_ITEM = re.compile(r"\s*(?:(?:\d{1,2}[.)]|[-+])[A-Za-z]|[a-zA-Z][.)] |\(\w{1,2}\) )")
ROW = re.compile(r"\s*\|.*(?<!\\)\||[-:| ]*-[: ]*\|[-:| ]*$")
CELL_END = re.compile(r"(?<!\\)\|")
# What others make something of, and nobody here; (pattern, what to write)
FOREIGN = [
    (re.compile(pattern, re.MULTILINE), instead)
    for pattern, instead in [
        (r"~~\S.*?~~", "nothing is struck out here: take the signs or the words out"),
        (r"(?<!\S)==\w[^=\n]*==(?!=)", "nothing is highlighted here: write *…* to stress it"),
        (r"^\[[ xX]\](?= )", "no boxes are ticked here: write a plain list"),
        (r"(?<![\w:]):[a-z][a-z_]+:(?![\w:])", "no pictures have names here: say it in words"),
        (r"^:::\w*", 'write !!! note "Title", and its text below, four spaces in'),
        (r"^\.\. [\w-]+::", 'write !!! note "Title", and its text below, four spaces in'),
        (r"\{\{.*?\}\}|\{%.*?%\}|\[\[.*?\]\]", "nothing is put in its place: write what is meant"),
        (r"(?<=[\w)])\^[\w(][^\s^]*\^|(?<=[A-Za-z])~\w+~", "write an index as a formula, $x^2$ or $x_2$"),
        (r"(?<!\S)[•◦‣▪●](?=\s)", "write - and a space, and an empty line above the list"),
        (r"(?:^|\s):\s", "no definition lists here: write a list, - **Term**: what it means"),
        (r"\*\* [A-Za-z]{2,}[^*]*\*\*", "write **…** without spaces just inside"),
    ]
]


class Leaf(NamedTuple):
    """A piece of text, its line (0 if unknown), what it is, and [(kind, number)] around it."""

    path: tuple
    kind: str
    text: str
    line: int

    @property
    def key(self) -> tuple[tuple, str, str]:
        return self.path, self.kind if re.fullmatch(r"h\d|pre|rule", self.kind) else "", self.text


class Outline:
    """Collects the leaves of a page in their order, from whichever reader."""

    def __init__(self):
        self.leaves, self.path, self.last = [], [], [None]

    def open(self, kind: str, number: int = 0) -> None:
        before, count = self.last[-1] or ("", 0)
        if kind == before == "ul":
            number = count  # two lists that touch look like one
        self.path.append([kind, number])
        self.last.append(None)

    def item(self) -> None:
        self.path[-1][1] += 1
        self.last[-1] = None

    def close(self) -> None:
        self.last.pop()
        self.last[-1] = tuple(self.path.pop())

    def part(self) -> None:
        """Let a list not go on with the one before: a box begins or ends in between."""
        self.last[-1] = None

    def leaf(self, kind: str, text: str, line: int = 0) -> None:
        text = re.sub(f"[\\s{REST}]+", " ", text.replace(FORMULA + BAR, FORMULA)).strip()
        text = re.sub("[\ue020\ue022]{2}|[\ue021\ue023]{2}", lambda m: "".join(sorted(m[0])), text)
        if text:
            self.last[-1] = None
            self.leaves.append(Leaf(tuple(map(tuple, self.path)), kind, text, line))


@check("trap")
def traps(page: Page, tree: BeautifulSoup) -> Found:
    """A page shows what its source means: ``tree`` is what Python-Markdown made of that."""
    if html.raw(page):
        return  # which changes how all is read that stands around it
    source = masked(page)
    tokens = _reader().parse(source, {})
    meant, shown = of_tokens(tokens), of_html(tree)
    tree, lines = SyntaxTreeNode(tokens), source.split("\n")
    found = [*_of_tables(tree, lines), *_of_numbers(tree, lines)]
    found += [*_of_paragraphs(tree, lines), *_of_signs(meant, lines)]
    quoted = 'no quotations here: write !!! quote "Title", or another box, and its text below, four spaces in'
    found += [(node.map[0] + 1, quoted) for node in _nodes(tree, "blockquote")]
    parts = [part for part in tree.children if part.map]
    for line, seen in _differences(meant, shown):
        place = next((n for n, part in enumerate(parts) if part.map[0] < line <= part.map[1]), None)
        if place is None:
            found.append((line, _unnamed(seen)))
            continue
        # What is wrong may be named by this part of the page, or by what it touches.
        around = [parts[place], *parts[max(place - 1, 0) : place], *parts[place + 1 : place + 2]]
        if any(part.map[0] < at <= part.map[1] for part in around for at, _ in found):
            continue  # the same mistake, most likely
        named = (problem for part in around if (problem := _named(part, lines)))
        found.append(next(named, (line, _unnamed(seen))))
    yield from sorted(set(found))


def untold(found: Iterable[Problem], told: Iterable[Problem], page: Page, changed: Iterable[int] = ()) -> list[Problem]:
    """Return those Problems of a page that do not come of what is told already.

    So they are in no paragraph of which something is told, and in no text that is indented
    beneath such a one. ``changed`` are lines that are not as the author wrote them.
    """
    lines = page.markdown.split("\n")
    told = {line for line in {*changed, *(problem.line for problem in told)} if line <= len(lines)}
    front = page.front_matter.end if page.front_matter else 0
    if any(line <= front for line in told if line > 1):
        return []  # nobody knows where the page begins

    def paragraph(line):
        while line > 1 and lines[line - 2].strip():
            line -= 1
        return line

    seen = set(map(paragraph, told))
    return [problem for problem in found if not seen & set(map(paragraph, _around(paragraph(problem.line), lines)))]


def not_of_traps(formulas: list[Problem], traps: list[Problem], page: Page) -> list[Problem]:
    """Return those Problems about formulas that are not raw because of a trap."""
    raw = [problem for problem in formulas if problem.kind == tex.RAW]
    left = untold(raw, traps, page)
    return [problem for problem in formulas if problem not in raw or problem in left]


@check("address")
def addresses(page: Page) -> Found:
    """No address is visited for all to see."""
    for number, line in enumerate(page.prose.split("\n"), 1):
        if "http://" in line:
            yield number, "http:// is read and changed by whoever is in between: write https://"


# Both readings


def masked(page: Page) -> str:
    """Return a page's source as CommonMark reads it, each line where it was.

    Without its front matter and attributes; with signs for its formulas, and for bars in code.
    """
    lines, front = page.markdown.split("\n"), page.front_matter
    if front and front.start == 1:
        lines[: front.end or 1] = [""] * (front.end or 1)
    pieces = [(is_fence, "\n".join(piece)) for is_fence, piece in blocks.parts("\n".join(lines)) if piece]
    return "\n".join(text if is_fence else _masked(text) for is_fence, text in pieces)


def _masked(text):
    def mask(match):
        if match["attributes"]:
            return ""
        if match["display"] or match["formula"]:
            first, *rest = match[0].split("\n")
            after = [re.match(" *", line)[0] + REST for line in rest]
            return "\n".join([FORMULA + BAR * ("|" in first), *after])
        return match[0].replace("|", BAR) if match["code"] else match[0]

    return INLINE.sub(mask, text)


@cache
def _reader():
    reader = MarkdownIt("commonmark").enable("table")
    reader.block.ruler.before("fence", "box", _box, {"alt": ["paragraph", "blockquote", "list"]})
    return reader


def _box(state, start, end, silent):
    """Read an admonition, details or a tab: its text is what is indented by four spaces."""
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if not BOX.match(first) or state.is_code_block(start):
        return False
    if silent:
        return True
    inside, after = state.sCount[start] + 4, start + 1
    while after < end and (state.isEmpty(after) or state.sCount[after] >= inside):
        after += 1
    kept = state.blkIndent, state.lineMax, state.parentType
    opening = state.push("box_open", "div", 1)
    opening.map, opening.info = [start, after], first[0]
    state.blkIndent, state.lineMax, state.parentType = inside, after, "blockquote"
    state.md.block.tokenize(state, start + 1, after)
    state.blkIndent, state.lineMax, state.parentType = kept
    state.push("box_close", "div", -1).info = first[0]
    state.line = after
    return True


def of_tokens(tokens: list[Token]) -> list[Leaf]:
    """Return the leaves of what CommonMark reads."""
    outline, kind, line = Outline(), "p", 0
    lists = {"bullet_list": "ul", "ordered_list": "ol", "table": "table", "tr": "tr"}
    for token in tokens:
        name, _, way = token.type.rpartition("_")
        line = token.map[0] + 1 if token.map else line
        if name == "tr" and way == "open":
            outline.path[-1][1] += 1
        if name in lists and way == "open":
            outline.open(lists[name], int(token.attrGet("start") or 1) - 1 if name[0] == "o" else 0)
        elif name in lists:
            outline.close()
        elif name == "box":
            outline.part()
            if token.info == "!":  # the others are plain elements
                outline.open("box") if way == "open" else outline.close()
        elif way == "open" and name in ("list_item", "td", "th"):
            outline.item()
        elif way == "open" and name in ("heading", "paragraph"):
            kind = token.tag
        elif token.type == "inline":
            outline.leaf(kind, _inline(token.children), line)
            kind = "p"
        elif token.type in ("fence", "code_block"):
            outline.leaf("pre", token.content, line)
        elif token.type == "hr":
            outline.leaf("rule", "—", line)
    return outline.leaves


def _inline(tokens):
    parts = []
    for token in tokens:
        name, _, way = token.type.rpartition("_")
        name = {"link": "a"}.get(name, name)
        if name in MARKS and way in ("open", "close"):
            parts.append(MARKS[name][way == "close"])
        elif token.type == "code_inline":
            parts.append(token.content.join(MARKS["code"]))
        elif token.type == "hardbreak":
            parts.append(BREAK)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "image":
            parts.append(f"![{token.content}]")
        elif token.type == "text":
            parts.append(token.content)
    return "".join(parts)


GONE = "summary .admonition-title .tabbed-labels .filename .headerlink input"
LISTS = {"ul", "ol", "table", "tr"}
BLOCKS = {*LISTS, *"p hr h1 h2 h3 h4 h5 h6 li td th pre blockquote div details section thead tbody".split()}


def of_html(tree: BeautifulSoup) -> list[Leaf]:
    """Return the leaves of what Python-Markdown made."""
    soup = copy.copy(tree)
    for part in soup.select(", ".join(GONE.split())):
        part.decompose()
    for formula in soup.select(".arithmatex"):
        formula.replace_with(FORMULA if formula.name == "span" else soup.new_tag("p", string=FORMULA))
    outline = Outline()
    _walk(soup, outline, "bare")
    return outline.leaves


def _walk(node, outline, kind):
    parts = []

    def flush():
        outline.leaf(kind, "".join(parts))
        parts.clear()

    for child in node.children:
        if isinstance(child, NavigableString):
            parts += [str(child)] * (not isinstance(child, Comment))
        elif child.name not in BLOCKS:
            if any(part.name in BLOCKS for part in child.find_all(True)):
                flush()
                _walk(child, outline, "bare")
            else:
                parts.append(_shown(child))
        else:
            flush()
            _open(child, outline)
            kind = "bare" if node.name == "p" else kind  # a browser has ended the paragraph
    flush()


def _open(node, outline):
    name, classes = node.name, node.get("class", [])
    if name == "hr":
        return outline.leaf("rule", "—")
    if name == "pre":
        return outline.leaf("pre", node.get_text())
    around = name if name in LISTS else "box" if "admonition" in classes else ""
    if name == "tr":
        outline.path[-1][1] += 1
    if around:
        start = node.get("start", "1")
        outline.open(around, int(start) - 1 if name == "ol" and start.isdigit() else 0)
    elif name in ("li", "td", "th"):
        outline.item()
    elif name == "details" or "tabbed-block" in classes:
        outline.part()
    kind = name if re.fullmatch(r"h\d", name) else "p" if name in ("p", "li", "td", "th") else "bare"
    _walk(node, outline, kind)
    if around:
        outline.close()
    if around == "box" or name == "details" or "tabbed-block" in classes:
        outline.part()


def _shown(node):
    if node.name == "br":
        return BREAK
    if node.name == "img":
        return f"![{node.get('alt', '')}]"
    inner = "".join(
        _shown(child) if child.name else str(child) * (not isinstance(child, Comment)) for child in node.children
    )
    inner = inner.replace("|", BAR) if node.name == "code" else inner
    return inner.join(MARKS[node.name]) if node.name in MARKS else inner


# Where they differ


def _differences(meant, shown):
    """Yield (line, what is shown instead) of the leaves that are not the same in both readings."""
    matcher = SequenceMatcher(None, [leaf.key for leaf in meant], [leaf.key for leaf in shown], False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        before, after = meant[i:i_end], shown[j:j_end]
        if len(before) == len(after):
            pairs = zip(before, after)
            yield from ((a.line, b) for a, b in pairs if not _is_same(a, b))
        else:
            line = (before or meant[max(i - 1, 0) : i + 1] or [Leaf((), "p", "", 1)])[0].line
            yield from ((leaf.line, (after or [None])[0]) for leaf in before or [])
            if not before:
                yield line, after[0]


def _is_same(meant, shown):
    """Whether two leaves look the same; what Python-Markdown stresses, the author did too."""
    if meant.key == shown.key:
        return (meant.kind, shown.kind) != ("p", "bare")
    if meant.key[:2] != shown.key[:2]:
        return False
    marks = len(EMPHASIS.findall(meant.text)), len(EMPHASIS.findall(shown.text))
    bare = [re.sub("[*_\ue020-\ue023]", "", leaf.text) for leaf in (meant, shown)]
    return marks[0] < marks[1] and bare[0] == bare[1]


def _readable(text):
    text = "".join(SIGNS.get(sign, "" if "\ue000" <= sign <= "\uf000" else sign) for sign in text)
    return text if len(text) < 70 else text[:69] + "…"


def _unnamed(seen):
    if seen is None:
        return "this would be shown elsewhere, or not at all: put an empty line above it, write it plainly"
    around = dict(seen.path)
    where = " in a list" if {"ul", "ol"} & around.keys() else " in a table" if "table" in around else ""
    return (
        f"this would be shown otherwise than it reads, as {_readable(seen.text)!r}{where}: put an empty "
        "line above and below it, and indent by four spaces what belongs to an item"
    )


def _named(part, lines):
    """Return (line, what to write) for the part of a page that two readers disagree on; or None."""
    found = []
    for node in part.walk():
        if not node.map or node.type == "inline":
            continue
        at = node.map[0]
        line, above = lines[at], lines[at - 1].strip() if at else ""
        if node.type in ("bullet_list", "ordered_list"):
            found += _of_list(node, lines, at, line, above)
        elif node.type == "list_item":
            found += _of_item(node, lines)
        elif node.type == "table" and above:
            found.append((at + 1, "no table, so close under what is above: put an empty line between them"))
        elif node.type == "hr" and above:
            found.append((at + 1, "no line, so close under what is above: put an empty line between them"))
        elif node.type == "paragraph":
            found += _of_text(node, lines, at, above)
    return min(found, default=None)


def _touches(node):
    """Whether the block before is a list, with nothing in between."""
    before = node.previous_sibling
    return before is not None and before.type in ("bullet_list", "ordered_list")


def _of_list(node, lines, at, line, above):
    marker = ITEM.match(line[_column(line, node) :])
    before, in_item = node.previous_sibling, node.parent.type == "list_item"
    if marker and marker[2] == ")":
        yield at + 1, f"{marker[0].strip()} begins no list here: write {marker[1]}."
    # Directly beneath the first words of an item there may be a list, beneath later ones not.
    begins = in_item and before is node.parent.children[0]
    if before is not None and before.type == "paragraph" and above and not begins:
        yield at + 1, "no list, but a part of the sentence above: put an empty line above it"
    if _touches(node) and before.type != node.type:
        yield at + 1, "this goes on with the list above, in its signs: write a sentence between the two"
    if in_item:
        indent = _indent(line) - _indent(lines[node.parent.map[0]])
        if 0 < indent != 4 and at != node.parent.map[0]:
            yield at + 1, f"a list in a list is indented by four spaces, this by {indent}"


def _of_item(node, lines):
    outer, before = _indent(lines[node.map[0]]), node.previous_sibling
    if before is not None and len(before.children) > 1 and before.children[-1].type == "paragraph":
        if lines[node.map[0] - 1].strip():
            yield node.map[0] + 1, "no item, but a part of the sentence above: put an empty line above it"
    for child in node.children[1:]:
        indent = _indent(lines[child.map[0]]) - outer
        if indent < 4 and not child.type.endswith("_list"):
            yield (
                child.map[0] + 1,
                f"what belongs to an item is indented by four spaces, this by {indent}: the list would end above it",
            )


def _of_text(node, lines, at, above):
    text = "\n".join(lines[at : node.map[1]])
    if above and node.previous_sibling is not None and node.previous_sibling.type != "heading":
        yield at + 1, "no paragraph, so close under what is above: put an empty line between them"
    for n, line in enumerate(text.split("\n"), at + 1):
        if re.search(r"(?<!\\)\\$", line):
            yield n, "\\ breaks no line here: write a sentence of its own"
        elif re.search(r"(?<!\\)\\[(\[]", line) and re.search(r"\\[)\]]", text):
            yield n, "an equation that nobody evaluates: write $…$, or $$ on lines of their own"
        elif match := re.search(r"(?<!\\)(?:\\\\)*(\\[^\w\s\\`*_{}\[\]()>#+\-.!|$])", line):
            yield n, f"{match[1]} is shown as it stands: take the \\ out, or write `code`"
        elif REST in text and FORMULA in line and len(re.sub(f"[\\s{FORMULA}{REST}{BAR}]", "", text)):
            yield n, "$$ in a sentence: put an empty line above and below the equation"
        elif re.match(r"\s*\\begin\{", line):
            yield n, "an equation that nobody evaluates: write $$ above and below it"


def _indent(line):
    return len(line) - len(line.lstrip(" "))


def _column(line, node):
    """Return where the sign of a list stands that begins in the line of another one."""
    signs = [parent for parent in _above(node) if parent.type == "list_item"]
    signs = [parent for parent in signs if parent.map[0] == node.map[0]]
    at = 0
    for _ in signs:
        at += len(ITEM.match(line[at:])[0]) if ITEM.match(line[at:]) else 0
    return at


def _above(node):
    while node.parent is not None:
        node = node.parent
        yield node


# What both read in one way, and the author meant in another


def _nodes(tree, *types):
    return [node for node in tree.walk() if node.type in types and node.map]


def cells_of(row: str) -> list[str]:
    """Return the cells of a table's row as its author wrote it; a bar behind a \\ ends none."""
    row = row.strip().removeprefix("|")
    row = row[:-1] if row.endswith("|") and not row.endswith("\\|") else row
    return CELL_END.split(row)


def _of_tables(tree, lines):
    for table in _nodes(tree, "table"):
        first, end = table.map
        wanted = len(cells_of(lines[first]))
        for at in range(first, end):
            line = lines[at]
            count = len(cells_of(line))
            if FORMULA + BAR in line:
                yield at + 1, "| in a formula ends the cell: write \\lvert x \\rvert, \\lVert x \\rVert or \\mid"
            elif f"\\{BAR}" in line:
                yield at + 1, "\\| in code is shown with its \\: write | alone, code ends no cell"
            elif at > first + 1 and not CELL_END.search(line):
                yield at + 1, "this would be a row of the table: put an empty line above it"
            elif at != first + 1 and count != wanted:
                what = "the others would be lost" if count > wanted else "the others would be empty"
                yield (
                    at + 1,
                    (
                        f"{count} cell{'s' * (count > 1)} under a head of {wanted}, {what}: "
                        "write \\| for a bar that ends no cell"
                    ),
                )


def _of_numbers(tree, lines):
    """Yield steps whose number would be another one."""
    for node in _nodes(tree, "ordered_list"):
        found = []
        for item in node.children:
            line = lines[item.map[0]]
            marker = ITEM.match(line[_column(line, node) :] if item is node.children[0] else line)
            if not marker or not marker[1]:
                break
            found.append((item.map[0] + 1, int(marker[1]), marker[2]))
        if any(end == ")" for _, _, end in found):
            continue  # which is told by itself
        for place, (line, number, _) in enumerate(found, 1):
            if number != place and not (number == 1 and all(n == 1 for _, n, _ in found)):
                between = " and indent by four spaces what stands between this and the step before,"
                yield (
                    line,
                    (
                        f"{number}. is shown as {place}.: write {place}.,{between * (place == 1)} "
                        f"or {number}\\. if it is no step"
                    ),
                )
                break


def _of_paragraphs(tree, lines):
    """Yield lines in a sentence that look like an item of a list, or like a row of a table."""
    for node in _nodes(tree, "paragraph"):
        if rows := [at for at in range(*node.map) if ROW.match(lines[at])]:
            wanted = "|---| beneath its head, once for each of its columns, and no empty line between its rows"
            yield rows[0] + 1, f"bars that are in no table: write {wanted}"
        inside = range(node.map[0] + 1, node.map[1])
        for at in inside:
            if ITEM.match(lines[at]) and not lines[at].strip(" -*+" + REST) == "":
                yield (
                    at + 1,
                    (
                        "no list, but a part of the sentence above: put an empty line above its first item, "
                        "or \\ before the sign"
                    ),
                )
                break
        else:
            close = [at for at in range(*node.map) if NO_ITEM.match(lines[at])]
            runs = groupby(enumerate(close), lambda pair: pair[1] - pair[0])
            for _, run in runs:
                if len(run := list(run)) > 1:
                    yield (
                        run[0][1] + 1,
                        "no list: write - or 1. and a space before each item, and an empty line above",
                    )


def _of_signs(leaves, lines):
    """Yield signs that nobody reads here, or that stress what was to be code or a product."""
    for leaf in leaves:
        if leaf.kind == "pre":
            continue
        text = re.sub("\ue026[^\ue027]*\ue027", "\ue026\ue027", leaf.text)
        for pattern, instead in FOREIGN:
            if (match := pattern.search(text)) and not _is_choice(match[0], leaf.line, lines):
                what = f"{_readable(match[0])!r} would be seen as it stands: {instead}"
                yield _line_of(match[0].split()[0], leaf.line, lines), what
        if match := re.search("\\w\ue020([^\ue021]*)\ue021\\w", text):
            what = "* between letters or numbers stresses them: write \\*, `code` or a formula"
            yield _line_of(f"*{match[1]}*", leaf.line, lines), what
        if match := re.search("\ue022(\\w+)\ue023", text):
            written = f"__{match[1]}__"
            if line := _line_of(written, leaf.line, lines, 0):
                yield line, f"{written} is shown bold, without its signs: write `{written}`"


def _is_choice(sign, line, lines):
    """Whether [ ] or [x] stands before an answer of a question: then it is read."""
    if sign not in ("[ ]", "[x]"):
        return False
    return any(re.match(r" *(?:\?\?\?\+?|!!!) question ", lines[at - 1]) for at in _around(line, lines))


def _around(line, lines):
    """Yield the lines, from this one on upwards, that are less indented than the one before."""
    indent = 10**6
    for at in range(line, 0, -1):
        if lines[at - 1].strip() and _indent(lines[at - 1]) < indent:
            indent = _indent(lines[at - 1])
            yield at


def _line_of(words, line, lines, otherwise=None):
    """Return the line, from ``line`` to the end of its paragraph, in which these words stand."""
    for at in range(line, len(lines) + 1):
        if not lines[at - 1].strip():
            break
        if words in lines[at - 1]:
            return at
    return line if otherwise is None else otherwise
