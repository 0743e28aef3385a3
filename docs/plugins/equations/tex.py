r"""What formulas say: they are found on a page, and parsed into nodes.

`docs/notation.md` says which symbols there are. What TeX leaves open is read as a reader would
read it: a function takes the bracket or the one symbol behind it, a sum ends at the next plus or
minus, x_{ni} is an entry of X, W_1 belongs to layer 1, and b_j is an entry of the bold b.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import lark

from docs.plugins.problem import Found, check, raise_if_any
from docs.plugins.reading.page import Page

WORDS = "cdot times odot sum sqrt lvert rvert lfloor rfloor top partial iff implies"
GRAMMAR = r"""
    start: _sep* statement (_sep+ statement)* _sep*
    _sep: _COMMA | _STOP | _ROW | _QUAD
    statement: TEXT* claim TEXT*
    ?claim: all | all _IFF all -> iff | all _IMPLIES all -> implies
    all: relation (_AND relation)*
    relation: expr (SIGN expr)*
    ?expr: term | expr "+" term -> plus | expr "-" term -> minus | "-" term -> negative
    ?term: chain | sum | chain sum -> product | chain _CDOT sum -> dot
    ?chain: product | chain _CDOT product -> dot | chain _TIMES product -> times
          | chain _ODOT product -> odot | chain "/" product -> over
    ?product: scripted+
    ?scripted: atom | scripted "_" index -> entry | scripted "^" _TOP -> transpose
             | scripted "^" exponent -> power | scripted "'" -> prime
    index: "{" expr (_COMMA expr)* "}" | short
    ?exponent: "{" expr "}" | short
    ?short: DIGIT -> number | NAME -> name | TEXT -> label
    sum: _SUM "_" (one | "{" counter (_COMMA counter)* "}") upper? term
    one: NAME -> counter
    counter: NAME (SIGN expr)?
    upper: "^" exponent
    ?atom: NUMBER -> number | NAME -> name | "{" expr "}" | "(" expr (_COMMA expr)* ")" -> group
         | "[" expr "]" -> group | _LVERT expr _RVERT -> modulus | _LFLOOR expr _RFLOOR -> floor | _SQRT "{" expr "}" -> root
         | _FRAC "{" expr "}" "{" expr "}" -> over
         | _PARTIAL scripted "/" _PARTIAL scripted -> slope
         | _FRAC "{" _PARTIAL scripted "}" "{" _PARTIAL scripted "}" -> slope
         | _CASES case (_ROW case)* _ROW? _END -> cases
    case: expr _COMMA? "&" TEXT? relation?
    _COMMA: ","
    _STOP: /[.;](?!\d)/
    _ROW: /\\\\(\[[^\]]*\])?/
    _QUAD: /\\q?quad/
    _FRAC: /\\[dt]?frac(?![a-z])/
    _CASES: "\\begin{cases}"
    _END: "\\end{cases}"
    _AND: /\\text\{ *and *\}/
    SIGN: /:?=|<|>|\\(leftarrow|approx|le|ge|ne)(?![a-z])/
    DIGIT: /\d/
    NUMBER: /\d+(\.\d+)?/
    TEXT.-1: /\\text\{[^{}]*\}/
    NAME.-2: /\\(hat|boldsymbol|operatorname)\{\w+\}|\\[a-zA-Z]+|[a-zA-Z]/
    %ignore /\s+|\\[,;:! ]|\\(left|right|[bB]igg?[lr]?)(?![a-z])/
""" + "\n".join(rf"_{word.upper()}: /\\{word}(?![a-z])/" for word in WORDS.split())
PARSER = lark.Lark(GRAMMAR, parser="lalr", propagate_positions=True)
RELATION = re.compile(r"[=<>]|\\(approx|leftarrow|le|ge|ne|iff|implies)(?![a-z])")
OPENS = re.compile(r"\$|\\[(\[]")
GOES_ON = re.compile(
    r"\\\\(\[[^]]*\])?(\s|&|\\q?quad(?![a-z]))*"
    r"(?=[=<>]|\\(approx|le|ge|iff|implies)(?![a-z])|\{\}\s*[-+])"
)
SHAPE = re.compile(r"((?:\$[^$]+\$, )*\$[^$]+\$): (?:\$([^$]+)\$( numbers)?|(\d+) numbers?)")
CONSTANTS = ("e", r"\pi")


class Wrong(Exception):
    """What is wrong with a formula, and what to do about it."""


@dataclass(frozen=True, eq=False)
class Node:
    """A piece of a formula: what it is, its parts (nodes and strings), its TeX and its place."""

    op: str
    args: tuple
    tex: str
    start: int = 0

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below it."""
        yield self
        for part in self.args:
            if isinstance(part, Node):
                yield from part.walk()


@cache
def parse(tex: str) -> list[Node]:
    """Return the statements of a formula, as nodes."""
    tex = plain(tex)
    try:
        tree = PARSER.parse(tex)
    except lark.exceptions.UnexpectedInput as error:
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        rest = "its end" if ended else tex[error.pos_in_stream :][:30]
        raise Wrong(f"cannot be read at: {rest}") from None

    def node(tree):
        parts = (node(part) if isinstance(part, lark.Tree) else str(part) for part in tree.children)
        start, end = tree.meta.start_pos, tree.meta.end_pos
        return Node(str(tree.data), tuple(parts), tex[start:end], start)

    return [node(statement) for statement in tree.children]


def parse_one(tex: str) -> tuple[Any, ...]:
    """Return the sides and signs of a formula that is one chain such as a = b < c."""
    return parse(tex)[0].args[0].args[0].args


def states_something(tex: str) -> bool:
    """Return whether there is a relation in a formula, and something beside it."""
    return bool(RELATION.search(tex) and RELATION.sub("", tex).strip(" :,"))


def plain(tex: str) -> str:
    """Return the TeX with aligned rows in one line, and with two signs for the two sides of |x|."""
    for inside in re.findall(r"\\begin\{aligned\}(.*?)\\end\{aligned\}", tex, re.DOTALL):
        # A row that begins with a relation, or with {} and a sign, goes on with the row above it.
        rows = GOES_ON.sub(" ", inside)
        rows = re.sub(r"(?<=[=<>])\s*\{\}|\{\}(?=\s*[-+])", " ", rows)
        rows = re.sub(r"(\\begin\{cases\}.*?\\end\{cases\})|&", lambda m: m[1] or " ", rows)
        tex = tex.replace(rf"\begin{{aligned}}{inside}\end{{aligned}}", rows)
    return re.sub(r"\|([^|]*)\|", r"\\lvert \1\\rvert ", tex).strip()


@dataclass(frozen=True)
class Symbol:
    """A row of the table: a size, counter or function, or a number or array with its shape."""

    kind: str
    shape: tuple = ()
    words: str = ""  # its whole cell there
    code: tuple = ()  # its names in code


class Notation:
    """The table of symbols."""

    def __init__(self, text):
        self.symbols, self.found = {}, {}
        for row in re.findall(r"^\| *(\$.*)\|$", text.partition("## Signs")[0], re.MULTILINE):
            names, _, code, words = (cell.strip() for cell in row.split("|"))
            kind = re.match(r"a (size|counter|function)|", words)[1] or "number"
            shape = re.match(r"\$(.+)\$", words)
            shape = tuple(re.split(r" *\\times *", shape[1])) if shape else ()
            for name in re.findall(r"\$([^$]+)\$", names):
                # x_i in the table is an entry of a vector.
                name = re.sub(r"^(\w)_i$", r"\\boldsymbol{\1}", name)
                self.symbols[name] = Symbol(kind, shape, words, tuple(re.findall(r"`(\w+)", code)))
        self.sizes = [name for name in self.symbols if self.is_a("size", name) and len(name) == 1]

    def __getitem__(self, name):
        """Return the symbol of a name, of which a layer or a label may be a part."""
        base, _, index = name.rpartition("_")
        if name in self.symbols:
            return self.symbols[name]
        if index.isdigit() and (layered := self.symbols.get(base + r"_\ell")):
            layer = int(index)
            before, here = (f"d_{n}" if n > 0 else "d" for n in (layer - 1, layer))
            sizes = {r"d_{\ell-1}": before, r"d_\ell": here}
            return Symbol(layered.kind, tuple(sizes.get(size, size) for size in layered.shape))
        if base in self.symbols and not index.isdigit():
            return self.symbols[base]
        raise Wrong(f"{name} is not known: add it to the table of docs/notation.md, with its shape")

    def __contains__(self, name):
        try:
            return bool(self[name])
        except Wrong:
            return False

    def is_a(self, kind: str, name: str) -> bool:
        symbol = self.symbols.get(name) or name in self and self[name]
        return bool(symbol) and symbol.kind == kind

    def code_names(self, name: str) -> set[str]:
        """Return what a symbol may be called in code."""
        return {name.strip("\\"), *self[name].code}

    def find(self, node: Node) -> tuple[str, tuple[Node, ...]]:
        """Return (name, indices) of a symbol as it is written: which one, and which entry of it."""
        if node not in self.found:
            self.found[node] = (node.tex, ()) if node.op == "name" else self._find(node)
        return self.found[node]

    def _find(self, node):
        if node.op != "entry" or node.args[0].op != "name":
            raise Wrong(f"{node.tex} is no symbol")
        base, indices = node.args[0].tex, node.args[1].args
        items = [item for i in indices for item in (i.args if i.op == "product" else [i])]
        label = base + "_" + ",".join(item.tex for item in indices)
        if label in self.symbols:
            return label, ()
        names = [part.tex for item in items for part in item.walk() if part.op in ("name", "label")]
        if not all(self.is_a("counter", name) for name in names):
            return label, ()
        if items[0].tex.isdigit() and base + r"_\ell" in self.symbols:
            return label, ()
        capital = re.sub(r"[A-Za-z]+(?=\}*$)", lambda word: word[0].capitalize(), base)
        for name in (base, rf"\boldsymbol{{{base}}}", capital):
            if name in self and len(self[name].shape) == len(items):
                return name, tuple(items)
        if base in self and len(self[base].shape) > len(items):
            return base, tuple(items)
        raise Wrong(f"{node.tex} is not known: {base} in docs/notation.md has no such entries")

    def names(self, node: Node, bound: frozenset[str] = frozenset()) -> set[str]:
        """Return the names in a node of all numbers, arrays, sizes, and counters not bound."""
        if node.op == "sum":
            bound = bound | {part.args[0] for part in node.args if part.op == "counter"}
        if node.op not in ("name", "entry"):
            parts = [part for part in node.args if isinstance(part, Node)]
            return set().union(*(self.names(part, bound) for part in parts))
        name, items = self.find(node)
        found = set().union(*(self.names(item, bound) for item in items))
        known = name in CONSTANTS or name in bound or self.is_a("function", name)
        return found if known else found | {name}


def read(page: Page) -> list[tuple[int, str, str]]:
    """Return [(line, kind, TeX), ...]: the formulas of a page.

    The kind is display or inline, or shapes for a line of text that states some. PageError names
    what opens no formula.
    """
    raise_if_any(opens_nothing(page))
    found = [
        (number, "shapes", line) for number, line in enumerate(page.body.split("\n"), start=1) if SHAPE.search(line)
    ]
    found += [(f.line, "display" if f.is_display else "inline", f.tex) for f in page.formulas]
    found = [(line, kind, " ".join(tex.split())) for line, kind, tex in found]
    return sorted(found, key=lambda formula: formula[0])


@check("formula")
def opens_nothing(page: Page) -> Found:
    """What looks as if it opened a formula opens one."""
    for number, line in enumerate(page.prose.replace(r"\$", "  ").split("\n"), start=1):
        for match in OPENS.finditer(line):
            yield number, f"{match[0]} opens no formula: write $…$, $$…$$, or \\$"


def numbers_in(code: str) -> set[tuple[str, float]]:
    """Return {(name, number), ...} that some code gives: assigned, in a loop, as an argument."""
    found = set()

    def give(target, value):
        if isinstance(target, ast.Tuple) and isinstance(value, (ast.Tuple, ast.List)):
            for pair in zip(target.elts, value.elts):
                give(*pair)
        elif isinstance(target, ast.Name) and re.fullmatch(r"-?\d[\d.]*", ast.unparse(value)):
            found.add((target.id, float(ast.unparse(value))))

    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assign):
            give(node.targets[0], node.value)
        elif isinstance(node, ast.keyword) and node.arg:
            give(ast.Name(node.arg), node.value)
        elif isinstance(node, (ast.For, ast.comprehension)):
            for value in getattr(node.iter, "elts", []):
                give(node.target, value)
    return found
