r"""Equations that run: what a page states in TeX is evaluated, as its code blocks are run.

A page is a program, read from top to bottom after `docs/notation.md`, whose table gives each
symbol its shape and whose own definitions hold on every page.

    symbol = expression   defines a symbol that has no meaning yet; `:=` gives it a new one
    symbol = number       states a number, for equations with a number on one side, and as in code
    a = b, a < b          is evaluated on random arrays, whose sizes all differ; where one side is a
                          number, or for an order, with the page's numbers if it is not always true
    a \approx 0.105       too: all digits that are shown must be right
    a > 0 \iff b > 0      is evaluated on many draws, some of which make both sides true
    W \leftarrow …        is a step. With a derivative it must be what torch.optim.SGD does; for a
                          symbol that has a definition it claims the value after the steps so far
    v \leftarrow …        for a state is followed for three steps: see optimisers.py
    $X$: $N \times d$     is a shape, and so is $(m \times N)(N \times d) = m \times d$

An equation that holds a derivative must be true in two worlds: where derivatives are central
differences of what the page defines, and where they are PyTorch's. np_nn's are never asked.
"""

import copy
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from docs.plugins.equations import optimisers
from docs.plugins.equations.algebra import (
    FUNCTIONS,
    ORDERS,
    Array,
    Definition,
    Draw,
    Program,
    World,
    relative_error,
    to_numpy,
)
from docs.plugins.equations.tex import (
    CONSTANTS,
    SHAPE,
    Node,
    Notation,
    Wrong,
    numbers_in,
    parse,
    parse_one,
    read,
    states_something,
)
from docs.plugins.paths import DOCS
from docs.plugins.problem import Found, PageError, Problem, check, raise_if_any
from docs.plugins.reading.page import Page

Outcome = tuple[float, str]  # the error of an evaluation, and against what it was
Side = Callable[[World], Array]  # of a relation
NOTATION = DOCS / "notation.md"
# TeX that is shown and not evaluated, and why.
EXEMPT = {
    r"\operatorname{network}(i) = \sigma((w \times i) + \beta)": (
        "a quotation, in other letters; the page says it in those of the site next"
    ),
}
EXACT = 1e-10  # relative error; float64 leaves about 1e-15
MEASURED = 1e-6  # the same with central differences, which leave about 1e-10
NEARLY = 1e-5  # of what \approx states, about a step h of 1e-3
DRAWS = 600  # for an implication, which one draw in a hundred may refute
NO_SHAPES = r"the words beneath must say what shapes its letters have, such as `Shapes: $X$: $N \times d$.`"
# L, where a page does not say which loss it means: any that depends on all parameters.
ANY_LOSS = r"L = \sum_{n,j} \varphi(Z_{nj}) + \varphi(wx + b)"


@dataclass(frozen=True)
class Checked:
    """A statement of a page; ``error`` is the worst relative error of its evaluations."""

    line: int
    tex: str
    kind: str  # evaluated, defined or exempt
    error: float = 0.0
    against: str = ""
    formula: str = ""  # that it stands in
    place: int = 0  # of that among the formulas of the page


def check_page(page: Page) -> list[Checked]:
    """Return what was checked on a page, in its order. PageError lists all that is wrong."""
    is_notation = page.path.resolve() == NOTATION
    formulas = read(page)
    reading = Reading(page) if is_notation else notation().fork(page)
    for formula in formulas:
        reading.check(*formula)
    if not is_notation:  # whose definitions are for the other pages
        reading.check_use(page.code)
    raise_if_any(reading.problems + (without_shapes(page) if page.is_lesson else []))
    return reading.checked


def problems(page: Page) -> list[Problem]:
    """Return what is wrong with the equations of a page."""
    try:
        check_page(page)
    except PageError as error:
        return error.problems
    return []


@cache
def notation() -> "Reading":
    """Return the notation as it was read: all other pages are read after it."""
    page = Page.open(NOTATION)
    reading = Reading(page)
    for formula in read(page):
        reading.check(*formula)
    return reading


class Reading:
    """What a page has said so far, and what is wrong with it."""

    def __init__(self, page):
        self.page, self.notation = page, Notation(page.text)
        self.program = Program(self.notation, {"L": Definition("L", parse_one(ANY_LOSS)[2], ANY_LOSS)})
        self.numbers, self.sizes, self.steps, self.worlds = {}, {}, {}, {}
        self.states = {}  # the arrows of what is carried from step to step
        self.made, self.used = [], set()  # definitions, and those of them that were needed
        self.checked, self.problems, self.place = [], [], 0

    def fork(self, page: Page | None = None) -> "Reading":
        """Return a reading of another page that goes on from here by itself."""
        reading = copy.copy(self)  # what is not renewed here is replaced when it changes
        reading.page, reading.made, reading.used = page or self.page, [], set()
        reading.checked, reading.problems = [], []
        return reading

    def refuse(self, line: int, words: str) -> None:
        self.problems.append(self.page.problem("equation", line, words))

    def check(self, line: int, kind: str, tex: str) -> None:
        """Check a formula, which is a "display" or "inline", or a line of text with "shapes"."""
        self.line, self.whole, self.place = line, tex, self.place + 1
        if tex in EXEMPT:
            self.note_as("exempt", tex, 0.0, EXEMPT[tex])
        elif kind != "inline" or states_something(tex):
            try:
                with np.errstate(all="ignore"):
                    if kind == "shapes":
                        self.shapes(tex)
                    else:
                        self.formula(tex, kind == "display")
            except Wrong as wrong:
                self.refuse(line, f"{tex}\n  {wrong}")

    def check_use(self, code: Iterable[str]) -> None:
        """Refuse definitions that nothing needed, and numbers that are not those of the code."""
        given, wrong = set().union(*map(numbers_in, code)), {problem.line for problem in self.problems}
        for made in self.made:
            names = sorted(self.notation.code_names(made.name))
            if made in self.used or made.line in wrong:
                continue
            if made.number is None:
                what = "no equation after it needs it: state what follows, or say it in words"
            elif any((name, made.number) in given for name in names):
                continue
            else:
                what = f"no equation needs it, and no code has {' or '.join(names)} = "
                what += f"{made.number:g}: correct it, or say it in words"
            self.refuse(made.line, f"{made.tex}\n  {what}")

    def formula(self, tex: str, is_display: bool) -> None:
        for statement in parse(tex):
            (claim,) = (part for part in statement.args if isinstance(part, Node))
            self.tex = statement.tex
            if claim.op in ("iff", "implies"):
                self.note([self.implication(claim.op, *claim.args)])
            elif is_display or any(len(relation.args) > 1 for relation in claim.args):
                self.note([pair for part in claim.args for pair in self.relation(*part.args)])

    def note(self, outcomes: list[Outcome]) -> None:
        error = max((error for error, _ in outcomes), default=0.0)
        against = ", ".join(sorted({against for _, against in outcomes}))
        self.note_as("evaluated" if outcomes else "defined", self.tex, error, against)

    def note_as(self, kind: str, tex: str, error: float, against: str) -> None:
        where = self.whole, self.place
        self.checked.append(Checked(self.line, tex, kind, error, against, *where))

    def relation(self, *parts: Any) -> list[Outcome]:
        """Return [(error, against what), ...] of the evaluations in a chain such as a = b < c."""
        if len(parts) == 1:
            raise Wrong("states nothing: say what it equals")
        shapes = [shape_of(side) for side in parts[::2]]
        if parts[0].op in ("product", "odot") and all(shapes):
            if len(set(shapes)) > 1:
                raise Wrong("these shapes do not fit")
            return [(0.0, "shapes")]
        outcomes, made = [], None
        for left, sign, right in zip(parts[::2], parts[1::2], parts[2::2]):
            if sign == r"\leftarrow":
                outcomes += self.step(left, right)
            elif left is not parts[0] or not (made := self.define(left, sign, right)):
                outcomes.append(self.evaluate(left, sign, right))
        if outcomes:
            self.used.add(made)  # since what it is was compared with something at once
        return outcomes

    # Definitions

    def define(self, head: Node, sign: str, body: Node) -> Definition | None:
        """Return the definition or stated number that this is, now in force; None if it is none."""
        parameters = ()
        if head.op == "product" and len(head.args) == 2 and head.args[1].op == "group":
            parameters = tuple(argument.tex for argument in head.args[1].args)
            head = head.args[0] if set(parameters) <= self.notation.names(body) else head
        if sign not in ("=", ":=") or head.op not in ("name", "entry"):
            return None
        name, items = self.notation.find(head)
        if sign == "=" and (name in FUNCTIONS or self.meaning(name)):
            return None
        made = Definition(name, body, self.tex, self.line, tuple(i.tex for i in items), parameters)
        if not self.notation.names(body) and not self.notation.is_a("function", name):
            made = self.state(made)
        elif name in self.program.reach(*self.program.names(body)):
            raise Wrong(f"{name} stands on both sides: a step is written with \\leftarrow")
        else:
            program = Program(self.notation, self.program.definitions | {name: made})
            if not self.notation.is_a("function", name) and r"\ell" not in name:
                self.check_shape(made, program)
            self.program = program
        self.worlds = {}
        self.made.append(made)
        return made

    def meaning(self, name: str) -> Definition | None:
        definition = self.program.get(name)
        return definition if definition and definition.line else None

    def state(self, made: Definition) -> Definition:
        value = np.asarray(World(self.program, Draw(self.notation, {}))(made.node))
        made = replace(made, number=float(value.flat[0]))
        if self.notation[made.name].kind == "size":
            self.sizes = self.sizes | {made.name: int(value)}
        place = tuple(int(counter) - 1 for counter in made.counters)
        for index in np.ndindex(value.shape):
            self.numbers = self.numbers | {(made.name, place + index): (made, value[index])}
        return made

    def check_shape(self, made: Definition, program: Program) -> None:
        if program.differentiates(made.node):
            return  # which has the shape of what it is a derivative by
        draw, declared = Draw(self.notation, self.sizes), self.notation[made.name].shape
        world = World(program, draw)
        got, wanted = world.symbol(made.name).shape, tuple(map(draw.size, declared))
        layers = [name for name in ("d_1", "d_2", "d_3") if (draw.size(name),) == got[1:]]
        if got != wanted and declared == ("N", "m") and layers:
            self.sizes = self.sizes | {"m": layers[0]}  # what comes out of the last layer
        elif got != wanted:
            misfit = world.misfit(made.node, made.node)
            raise Wrong(f"{made.name} is {world.letters(wanted)} in docs/notation.md; {misfit}")

    # Evaluations

    def evaluate(self, left: Node, sign: str, right: Node) -> Outcome:
        """Return (error, against what); Wrong if left and right are not in this relation."""
        names = self.notation.names(left), self.notation.names(right)
        free = [name for name in names[0] | names[1] if self.notation.is_a("counter", name)]
        reach = self.program.reach(*self.program.names(left, right))
        stated = {made for (name, _), (made, _) in self.numbers.items() if name in reach}
        self.used.update(made for made in stated if self.notation.is_a("size", made.name))
        sides = [lambda world, side=side: world.table(side, free, left, right) for side in (left, right)]

        def check(*draws):
            return self.compare(*sides, [left, right], sign, right.tex, draws, not all(names))

        try:
            return check()
        except Wrong as wrong:
            if not self.numbers or all(names) and sign not in ORDERS:
                raise
            general = wrong
        numbers = {key: number for key, (_, number) in self.numbers.items()}
        try:
            error, _ = check(Draw(self.notation, self.sizes, numbers=numbers))
        except Wrong as wrong:
            raise Wrong(f"{general}\n  with the page's numbers: {wrong}") from None
        self.used.update(stated)
        return error, "the page's numbers"

    def compare(
        self,
        left: Side,
        right: Side,
        nodes: list[Node],
        sign: str = "=",
        shown: str = "",
        draws: Sequence[Draw] = (),
        is_numeric: bool = False,
    ) -> Outcome:
        """Return (worst error, against what) for two functions of worlds that need some nodes."""
        self.used.update(self.program.needs(*nodes))
        both = self.program.differentiates(*nodes)
        errors = []
        jumps = any(part.op == "floor" for node in nodes for part in node.walk())
        for draw in draws or self.draws(both, jumps):
            if both and len(errors) == 4:
                break  # two draws in both worlds are enough, and derivatives are slow
            worlds = [self.world(draw)] + ([self.world(draw, torch_module())] if both else [])
            values = [(to_numpy(left(world)), to_numpy(right(world))) for world in worlds]
            if not all(np.isfinite(side).all() for pair in values for side in pair):
                continue
            for world, (a, b) in zip(worlds, values):
                if a.shape != b.shape and not is_numeric:
                    sides = world.letters(a.shape), world.letters(b.shape)
                    raise Wrong("the left side is {}, the right side is {}".format(*sides))
                measured = both and not world.torch
                error = error_of(a, b, sign, shown, MEASURED if measured else EXACT)
                if error is None:
                    how = "by central differences " if measured else "by autograd " if both else ""
                    raise Wrong(f"is not true: {how}left is {told(a)}, right is {told(b)}")
                errors.append(error)
            if relative_error(values[0][0], values[-1][0]) > MEASURED:
                raise Wrong("central differences and autograd do not agree")
        if not errors:
            raise Wrong("no number comes out of it")
        return max(errors), "central differences and autograd" if both else "random numbers"

    def draws(self, differentiates: bool, jumps: bool = False) -> list[Draw]:
        """Return random draws: some in which logarithms exist, some that hit the corners at 0.

        Where values jump there are more, since two sides may be alike for half of all numbers.
        """
        draws = [(0, "normal"), (1, "normal"), (2, "unit")]
        draws += [(seed, "wide") for seed in range(15, 30)] if jumps else []
        draws += [] if differentiates else [(seed, "integer") for seed in range(3, 15)]
        return [Draw(self.notation, self.sizes, *draw) for draw in draws]

    def world(self, draw: Draw, torch: ModuleType | None = None) -> World:
        """Return the world of a draw: the same one each time, so that it computes values once."""
        world = World(self.program, draw, torch)
        key = draw.seed, draw.style, torch
        return world if draw.numbers is not None else self.worlds.setdefault(key, world)

    def implication(self, op: str, left: Node, right: Node) -> Outcome:
        self.used.update(self.program.needs(left, right))
        seen = set()
        for seed in range(DRAWS):
            style = ("normal", "integer", "wide")[seed // 3 % 3]
            world = self.world(Draw(self.notation, self.sizes, seed, style))
            try:
                first = all(map(world, left.args))
                # What nothing is supposed for need not be computed.
                pair = first, (first or op == "iff") and all(map(world, right.args))
            except FloatingPointError:
                continue
            seen.add(pair)
            if pair[0] != pair[1]:
                reach = self.program.reach(*self.program.names(left, right))
                leaves = sorted(name for name in reach if not self.program.get(name))
                values = ", ".join(f"{name} = {told(world.symbol(name))}" for name in leaves)
                raise Wrong(f"is not true for {values}")
        if len(seen) < 2:
            raise Wrong("is not put to the test: it needs draws that make both sides true or false")
        return 0.0, f"{DRAWS} draws"

    def step(self, head: Node, body: Node) -> list[Outcome]:
        """Check an assignment, and keep it as what the program of the page does."""
        name, items = self.notation.find(head)
        counters = tuple(item.tex for item in items)
        entry = ()  # of an array, such as w_1, that alone takes the step
        if all(counter.isdigit() for counter in counters):
            entry, counters = tuple(int(counter) - 1 for counter in counters), ()
        if items and not any(node.tex == head.tex for node in body.walk() if node.op == "entry"):
            raise Wrong(f"a step changes what was there: {head.tex} does not stand on its right side")
        made = Definition(name, body, self.tex, self.line, counters)
        slopes = [node for node in body.walk() if node.op == "slope"]
        slopes = [node for node in slopes if name in self.notation.names(node.args[1])]
        old = self.steps.get((name, entry))

        def value(world, made=made):
            return world.table(made.node, made.counters)

        def after(world):
            moved = {symbol: value(world, made) for (symbol, _), made in self.steps.items()}
            return world.where(moved).symbol(name)

        def sgd(world):
            torch = torch_module()
            parameter = torch.tensor(to_numpy(world.symbol(name)), dtype=torch.double)
            slope = world.jacobian(lambda world: world(slopes[0].args[0]), name)
            parameter.grad = torch.as_tensor(to_numpy(slope), dtype=torch.double)
            decays = r"\alpha" in self.notation.names(body)
            decay = float(world.symbol(r"\alpha")) if decays else 0.0
            options = {"lr": float(world.symbol(r"\eta")), "weight_decay": decay}
            torch.optim.SGD([parameter], **options).step()
            return parameter[entry]

        if optimisers.is_state(self.notation, name):
            self.states = self.states | {name: made}
            self.made.append(made)
            return []
        if states := optimisers.needed(self.program, self.states, body):
            if entry or counters:
                raise Wrong(f"an arrow with a state is for a whole symbol: write w, not {head.tex}")
            self.used.update(states.values())
            followed = optimisers.Followed(self.program, states, made, torch_module())
            error, _ = self.compare(followed.ours, followed.theirs, followed.nodes)
            return [(error, f"{optimisers.STEPS} steps of torch.optim.{followed.kind}")]
        if self.meaning(name):
            if not self.steps:
                raise Wrong(f"no step before it on the page could change {name}")
            if any(place for _, place in self.steps):
                raise Wrong("a step of one entry is before it: write that step for w_i")
            self.used.update(self.steps.values())
            nodes = [body, *(made.node for made in self.steps.values())]
            return [self.compare(value, after, nodes)]
        if old and not slopes:
            self.used.add(old)
            return [self.compare(value, lambda world: value(world, old), [body, old.node])]
        self.steps = self.steps | {(name, entry): made}
        if not slopes:
            self.made.append(made)
            return []
        error, _ = self.compare(value, sgd, [body])
        return [(error, "torch.optim.SGD")]

    def shapes(self, text: str) -> None:
        """Check all shapes that a line states, together; sizes may be stated as numbers."""
        claims, sizes = [], dict(self.sizes)
        for left, tex, words, number in SHAPE.findall(text):
            wanted = re.split(r" *\\times *", (number or tex).rpartition("=")[2].strip())
            if len(wanted) == 1 and not words and not number:
                continue
            for formula in re.findall(r"\$([^$]+)\$", left):
                node = parse_one(formula)[0]
                claims.append((node, wanted))
                if node.op not in ("name", "entry"):
                    continue
                name, items = self.notation.find(node)
                for size, stated in zip(self.notation[name].shape[len(items) :], wanted):
                    while isinstance(sizes.get(size), str):
                        size = sizes[size]
                    if stated.isdigit() and sizes.setdefault(size, int(stated)) != int(stated):
                        raise Wrong(f"{size} is {sizes[size]}, and {stated} for {formula}")
        world = World(self.program, Draw(self.notation, sizes))
        for node, wanted in claims:
            names = self.notation.names(node)  # of a free counter any value will do
            world.counters = {name: 0 for name in names if self.notation.is_a("counter", name)}
            got, wanted = tuple(world(node).shape), tuple(map(world.draw.size, wanted))
            if wanted not in (got, got + (1,)):  # a vector is also a column
                raise Wrong(f"{world.misfit(node, node)}, not {world.letters(wanted)}")
            self.used.update(self.program.needs(node))
        if claims:
            self.tex = text
            self.note([(0.0, "shapes")])


@check("shapes")
def without_shapes(page: Page) -> Found:
    """The words beneath each display say a word on shapes.

    A display of nothing but numbers needs none: its mark says so.
    """
    for formula in page.formulas:
        if formula.is_display and page.lines[formula.line - 1].strip() == "$$":
            if only_numbers(" ".join(formula.tex.split())):
                continue
            beneath = "\n".join(line.strip() for line in page.lines[formula.end :])
            words = beneath.strip().partition("\n\n")[0]
            if not re.search(r"\b(shapes?|numbers?)\b", words, re.IGNORECASE):
                yield formula.line, NO_SHAPES


def only_numbers(tex: str) -> bool:
    """Return whether every letter of a formula is one number, by the table of the notation.

    An entry of an array, such as w_1, is one. What cannot be read is none of it: False.
    """
    table = notation().notation

    def is_number(node):
        if node.op in ("name", "entry") and node.tex not in CONSTANTS:
            name, items = table.find(node)
            if len(table[name].shape) != len(items):
                return False
        return node.op != "transpose" and all(map(is_number, nodes_in(node)))

    def nodes_in(node):
        if node.op == "entry":
            return []
        return [part for part in node.args if isinstance(part, Node)]

    try:
        return tex not in EXEMPT and all(map(is_number, parse(tex)))
    except Wrong:
        return False


def shape_of(node: Node) -> tuple | None:
    """Return the shape that (N \\times m)(m \\times d) is; None if this is not about shapes."""
    if node.op == "times" and all(part.op in ("name", "number", "entry") for part in node.args):
        return tuple(part.tex for part in node.args)
    if node.op == "group" and len(node.args) == 1:
        return shape_of(node.args[0])
    if node.op not in ("product", "odot") or len(node.args) != 2:
        return None
    a, b = map(shape_of, node.args)
    fits = a and b and (a == b if node.op == "odot" else a[1] == b[0])
    return (a[0], b[1]) if fits else a and b and (a, b)


def error_of(a: np.ndarray, b: np.ndarray, sign: str, shown: str, tolerance: float) -> float | None:
    """Return the relative error of two values in a relation; None if that is not true."""
    error = relative_error(a, b)
    if sign in ORDERS or sign == r"\ne":
        true = ORDERS[sign](a, b).all() if sign in ORDERS else error > MEASURED
        return 0.0 if true else None
    digits = re.fullmatch(r"-? *\d+(?:\.(\d+))?", shown)
    if sign == r"\approx" and digits:
        off = np.abs(a - b).max() * 10 ** len(digits[1] or "")
        return error if off <= 0.5 + MEASURED else None
    return error if error <= (NEARLY if sign == r"\approx" else tolerance) else None


def told(value: Array) -> str:
    return np.array2string(np.round(to_numpy(value), 6), threshold=6).replace("\n", "")


@cache
def torch_module() -> ModuleType:
    import torch

    return torch
