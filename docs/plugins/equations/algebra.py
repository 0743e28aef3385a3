"""What formulas are worth: nodes are evaluated on arrays, and so are their derivatives.

Values belong to a `World`: in NumPy, where derivatives are central differences, or in PyTorch,
where they are autograd's. Both come from the definitions in force; no rule of calculus is
written down here.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NoReturn

import numpy as np

from docs.plugins.equations.tex import CONSTANTS, Node, Wrong, parse_one

Array = Any  # of NumPy or of PyTorch, as its world is
STEP = 1e-5  # of central differences, whose error is then about 1e-10
# The functions that mean the same on all pages, and how many arguments they take.
FUNCTIONS: dict[str, tuple[int, Callable[..., Array]]] = {
    r"\exp": (1, lambda xp, z: xp.exp(z)),
    r"\ln": (1, lambda xp, z: xp.log(z)),
    r"\tanh": (1, lambda xp, z: xp.tanh(z)),
    r"\max": (2, lambda xp, a, b: xp.maximum(a, b)),
    r"\sigma": (1, lambda xp, z: 0.5 * (1 + xp.tanh(0.5 * z))),
    r"\operatorname{ReLU}": (1, lambda xp, z: xp.maximum(z, 0 * z)),
    r"\operatorname{step}": (1, lambda xp, z: xp.sign(xp.maximum(z, 0 * z))),
    r"\operatorname{MSE}": (2, lambda xp, a, y: ((a - y) ** 2).mean()),
    r"\operatorname{BCE}": (2, lambda xp, p, y: -(y * xp.log(p) + (1 - y) * xp.log(1 - p)).mean()),
}
ORDERS = {"<": np.less, ">": np.greater, r"\le": np.less_equal, r"\ge": np.greater_equal}
STYLES = {
    # None so small that what it multiplies would hardly count.
    "normal": lambda rng, shape: (v := rng.normal(size=shape)) + 0.3 * np.sign(v),
    "wide": lambda rng, shape: 10 * rng.normal(size=shape),
    "unit": lambda rng, shape: rng.uniform(0.1, 0.9, size=shape),
    "integer": lambda rng, shape: rng.integers(-3, 4, size=shape).astype(float),
}


@dataclass(frozen=True, eq=False)
class Definition:
    """What gives a symbol its value: for each value of the counters, or for given arguments."""

    name: str
    node: Node
    tex: str
    line: int = 0  # 0 for one that no page has made
    counters: tuple = ()
    parameters: tuple = ()
    number: float | None = None  # if it only states one


class Program:
    """The definitions in force, by name; never changed, since worlds rely on them."""

    def __init__(self, notation, definitions):
        self.notation, self.definitions, self.reached = notation, dict(definitions), {}

    def get(self, name: str) -> Definition | None:
        r"""Return the definition of a name, or None; one for layer \ell is one for each layer."""
        base, _, layer = name.rpartition("_")
        general = self.definitions.get(base + r"_\ell") if layer.isdigit() else None
        if general and name not in self.definitions:
            tex = general.tex.replace(r"\ell-1", str(int(layer) - 1)).replace(r"\ell", layer)
            self.definitions[name] = Definition(name, parse_one(tex)[2], tex, general.line)
        return self.definitions.get(name)

    def names(self, *nodes: Node) -> set[str]:
        """Return the names in some nodes, those of functions that are defined among them."""
        words = {part.tex for node in nodes for part in node.walk() if part.op == "name"}
        return words & self.definitions.keys() | set().union(*map(self.notation.names, nodes))

    def reach(self, *names: str) -> set[str]:
        """Return all names that the values of some symbols depend on, and their own."""
        for name in names:
            if name not in self.reached:
                self.reached[name] = {name}
                if definition := self.get(name):
                    inner = self.names(definition.node)
                    if self.notation.is_a("function", name):
                        inner -= set(definition.parameters)
                    self.reached[name] |= self.reach(*inner)
        return set().union(*(self.reached[name] for name in names))

    def needs(self, *nodes: Node) -> list[Definition]:
        """Return the definitions that the values of some nodes depend on."""
        return [found for name in self.reach(*self.names(*nodes)) if (found := self.get(name))]

    def differentiates(self, *nodes: Node) -> bool:
        """Return whether the values of some nodes need a derivative."""
        nodes = [*nodes, *(definition.node for definition in self.needs(*nodes))]
        return any(part.op in ("slope", "prime") for node in nodes for part in node.walk())


class Draw:
    """Numbers for all symbols without a definition: random ones, or those that a page states.

    Sizes all differ, so that no wrong product fits by luck; and each draw has others, so that no
    number passes for a size.
    """

    def __init__(self, notation, sizes, seed=0, style="normal", numbers=None):
        self.notation, self.seed, self.style, self.numbers = notation, seed, style, numbers
        names = [*notation.sizes, "d_1", "d_2", "d_3"]
        drawn = {name: 2 + (n + seed) % len(names) for n, name in enumerate(names)}
        self.sizes = (drawn if numbers is None else {}) | sizes

    def size(self, name: str | int) -> int:
        """Return a size, which may be stated as the name of another one."""
        while not str(name).isdigit():
            if name not in self.sizes:
                raise Wrong(f"{name} is no size that is known here")
            name = self.sizes[name]
        return int(name)

    def rng(self, name: str) -> "np.random.Generator":  # quoted: the module is loaded where one is drawn
        return np.random.default_rng([self.seed, *name.encode()])

    def leaf(self, name: str) -> np.ndarray | float:
        """Return the value of a symbol that has no definition."""
        symbol = self.notation[name]
        if symbol.kind == "size":
            return self.size(name)
        if self.numbers is None:
            values = STYLES[self.style](self.rng(name), tuple(map(self.size, symbol.shape)))
            if "near 0" in symbol.words:
                values = 1e-3 * np.sign(values) * (1 + np.abs(values))
                return np.abs(values) if "above 0" in symbol.words else values
            if "add up to 1" in symbol.words:
                values = np.abs(values) + 0.1
                return values / values.sum(axis=-1, keepdims=True)
            if "between 0 and 1" in symbol.words:
                return 0.1 + 0.8 * np.abs(values) / (1 + np.abs(values))
            return np.abs(values) + 0.1 if "above 0" in symbol.words else values
        entries = {index: number for (key, index), number in self.numbers.items() if key == name}
        shape = tuple(1 + max(axis) for axis in zip(*entries))
        if not entries or len(shape) != len(symbol.shape) or len(entries) != np.prod(shape):
            raise Wrong(f"{name} has no number on the page so far: state one, as in $x = 1.5$")
        return np.array([entries[index] for index in np.ndindex(shape)]).reshape(shape)


class World:
    """The values of nodes in one draw. Called with a node, it returns the node's value.

    It has a method for each kind of node. ``given`` are values that stand in for those of the
    definitions: so a graph is cut at a symbol, to see what depends on it.
    """

    def __init__(self, program, draw, torch=None, given=None, memo=None):
        self.program, self.notation, self.draw = program, program.notation, draw
        self.torch, self.xp, self.given = torch, torch or np, given or {}
        self.memo, self.counters, self.jacobians = memo or {}, {}, {}
        self.known = {}  # how far the counters of a definition run, by the table

    def __call__(self, node):
        return getattr(self, node.op)(node, *node.args)

    def array(self, value: np.ndarray | float) -> Array:
        if self.torch:
            return self.torch.as_tensor(value, dtype=self.torch.double)
        return np.float64(value)

    def where(self, given: dict[str, Array]) -> "World":
        """Return the world that differs in these values, and in all that depends on them."""
        stays = {name for name in self.memo if not self.program.reach(name) & given.keys()}
        memo = {name: self.memo[name] for name in stays}
        return World(self.program, self.draw, self.torch, self.given | given, memo)

    # Symbols and their entries

    def symbol(self, name: str) -> Array:
        """Return the value of a whole symbol."""
        if name in self.given:
            return self.given[name]
        if name not in self.memo:
            counters, self.counters = self.counters, {}
            if name in CONSTANTS:
                self.memo[name] = self.array({"e": np.e, r"\pi": np.pi}[name])
            elif definition := self.program.get(name):
                known, shape = self.known, self.notation[name].shape
                self.known = dict(zip(definition.counters, shape))
                self.memo[name] = self.table(definition.node, definition.counters)
                self.known = known
            else:
                self.memo[name] = self.array(self.draw.leaf(name))
            self.counters = counters
        return self.memo[name]

    def table(self, node: Node, counters: Sequence[str], *nodes: Node) -> Array:
        """Return the values of a node for all values of its counters, as one array.

        How far they run is seen in this node, or in those that are given.
        """
        if not counters:
            return self(node)
        sizes = [self.extent(counter, *(nodes or [node])) for counter in counters]
        outer, values = self.counters, []
        for position in itertools.product(*map(range, sizes)):
            self.counters = outer | dict(zip(counters, position))
            values.append(self(node))
        self.counters = outer
        return self.xp.stack(values).reshape((*sizes, *values[0].shape))

    def extent(self, counter: str, *nodes: Node) -> int:
        """Return how far a counter runs: the size of what it counts."""
        found = {}
        for part in itertools.chain(*(node.walk() for node in nodes)):
            if part.op == "entry":
                name, items = self.notation.find(part)
                sizes = zip(items, self.symbol(name).shape)
                found |= {part.tex: size for item, size in sizes if item.tex == counter}
        if not found and counter in self.known:
            return self.draw.size(self.known[counter])
        if len(set(found.values())) != 1:
            told = ", ".join(f"{self.letters([size])} in {tex}" for tex, size in found.items())
            raise Wrong(f"it is not clear how far {counter} runs: {told or 'no entry has it'}")
        return next(iter(found.values()))

    def position(self, node: Node, name: str, items: Sequence[Node]) -> tuple[int, ...]:
        """Return where an entry stands, from 0."""
        shape, position = self.symbol(name).shape, tuple(self.whole(item) - 1 for item in items)
        if any(not 0 <= place < size for place, size in zip(position, shape)):
            raise Wrong(f"there is no {node.tex}: {name} is {self.letters(shape)}")
        return position

    def whole(self, node: Node) -> int:
        """Return the value of an index or a bound, which is a whole number and no large one."""
        value = float(self(node))
        if not value.is_integer() or abs(value) > 1000:
            raise Wrong(f"{node.tex} is {value:g}: it must be a whole number, and up to 1000")
        return int(value)

    def number(self, node: Node, digits: str) -> Array:
        return self.array(float(digits))

    def name(self, node: Node, *_: str) -> Array:
        if node.tex in self.counters:
            return self.array(self.counters[node.tex] + 1)
        if node.tex in self.memo:
            return self.symbol(node.tex)
        if self.notation.is_a("function", node.tex):
            raise Wrong(f"{node.tex} is a function: say of what, as in {node.tex}(z)")
        if self.notation.is_a("counter", node.tex):
            raise Wrong(f"{node.tex} is a counter, and nothing here says how far it runs")
        return self.symbol(node.tex)

    def entry(self, node: Node, *_: Node) -> Array:
        name, items = self.notation.find(node)
        return self.symbol(name)[self.position(node, name, items)]

    def letters(self, shape: Sequence[int]) -> str:
        """Return a shape in words: `N × d (3 × 2)`."""
        names = {self.draw.size(name): name for name in reversed(self.draw.sizes)}
        told = " × ".join(names.get(size, str(size)) for size in shape)
        return f"{told} ({' × '.join(map(str, shape))})" if len(shape) else "a number"

    def misfit(self, node: Node, *parts: Node) -> Wrong:
        """Return the error that shapes do not fit, which tells those of all symbols."""
        shapes = {part.tex: self.letters(self(part).shape) for part in parts}
        for name in sorted(self.notation.names(node)):
            if self.notation.is_a("number", name):
                shapes[name] = self.letters(self.symbol(name).shape)
        told = ", ".join(f"{tex} is {shape}" for tex, shape in shapes.items())
        return Wrong(f"the shapes do not fit in {node.tex}: {told}")

    # Arithmetic

    def group(self, node: Node, *parts: Node) -> Array:
        values = [self(part) for part in parts]
        return values[0] if len(values) == 1 else self.xp.stack(values)

    def plus(self, node: Node, left: Node, right: Node, sign: int = 1) -> Array:
        a, b = self(left), self(right)
        # Alike, or a vector that is added to each row, or a plain number such as 1.
        fits = a.shape == b.shape or a.shape[1:] == b.shape and b.shape
        numbers = (part for part, value in ((left, a), (right, b)) if not value.shape)
        if not fits and all(self.notation.names(part) for part in numbers):
            raise self.misfit(node, left, right)
        return a + sign * b

    def minus(self, node: Node, left: Node, right: Node) -> Array:
        return self.plus(node, left, right, -1)

    def negative(self, node: Node, part: Node) -> Array:
        return -self(part)

    def odot(self, node: Node, left: Node, right: Node) -> Array:
        a, b = self(left), self(right)
        if a.shape != b.shape or not a.shape:
            raise self.misfit(node, left, right)
        return a * b

    def dot(self, node: Node, left: Node, right: Node) -> Array:
        a, b = self(left), self(right)
        if a.shape and b.shape and not len(a.shape) == len(b.shape) == 1:
            raise Wrong(f"{node.tex}: a matrix product is written AB, one by entries A \\odot B")
        return a @ b if a.shape and b.shape else a * b

    times = dot

    def over(self, node: Node, left: Node, right: Node) -> Array:
        if self(right).shape:
            raise Wrong(f"{node.tex} divides by an array: write it for the entries")
        return self(left) / self(right)

    def power(self, node: Node, base: Node, exponent: Node) -> Array:
        if base.tex == "e":
            return self.xp.exp(self(exponent))
        if self(base).shape:
            raise Wrong(f"{node.tex} is a power of an array: write it for the entries")
        return self(base) ** self(exponent)

    def root(self, node: Node, part: Node) -> Array:
        return self.xp.sqrt(self(part))

    def modulus(self, node: Node, part: Node) -> Array:
        return abs(self(part))

    def floor(self, node: Node, part: Node) -> Array:
        return self.xp.floor(self(part))

    def transpose(self, node: Node, part: Node) -> Array:
        value = self(part)
        return value.T if len(value.shape) == 2 else value.reshape(1, -1)

    def product(self, node: Node, *factors: Node) -> Array:
        values, factors = [], list(factors)
        while factors:
            factor = factors.pop(0)
            function = self.function(factor) if factors else None
            if function:
                taken = factors.pop(0)
                values.append(function(*(taken.args if taken.op == "group" else [taken])))
            else:
                values.append(self(factor))
        return reduce(lambda a, b: self.multiply(node, a, b), values)

    def multiply(self, node: Node, a: Array, b: Array) -> Array:
        if not a.shape or not b.shape:
            return a * b
        if len(a.shape) == 1 and len(b.shape) == 2 and b.shape[0] == 1:
            return a.reshape(-1, 1) * b  # a column times a row
        if a.shape[-1] != b.shape[0] or len(a.shape) == len(b.shape) == 1:
            raise self.misfit(node)
        return (a @ b)[0] if a.shape[0] == 1 and len(b.shape) == 1 else a @ b

    def sum(self, node: Node, *parts: Node) -> Array:
        counters = [part.args for part in parts if part.op == "counter"]
        upper = next((part.args[0] for part in parts if part.op == "upper"), None)
        outer, total, ranges = self.counters, self.array(0.0), []
        for counter, *start in counters:
            if upper is None:
                ranges.append(range(self.extent(counter, parts[-1])))
            else:
                ranges.append(range(self.whole(start[1]) - 1, self.whole(upper)))
        for position in itertools.product(*ranges):
            self.counters = outer | {args[0]: place for args, place in zip(counters, position)}
            total = total + self(parts[-1])
        self.counters = outer
        return total

    def cases(self, node: Node, *cases: Node) -> Array:
        for value, *condition in (case.args for case in cases):
            if not condition or isinstance(condition[-1], str) or self(condition[-1]):
                return self(value)
        return self.array(np.nan)

    def relation(self, node: Node, *parts: Any) -> bool:
        """Return whether a chain of relations is true; FloatingPointError if it has no values."""
        values = [to_numpy(self(part)) for part in parts[::2]]
        if not all(np.isfinite(value).all() for value in values):
            raise FloatingPointError
        pairs = zip(values, parts[1::2], values[1:])
        return all(np.all(ORDERS.get(sign, is_equal)(a, b)) for a, sign, b in pairs)

    # Functions and derivatives

    def function(self, node: Node) -> Callable[..., Array] | None:
        """Return the function of nodes that a factor is, or None."""
        inner = node.op in ("prime", "power") and self.function(node.args[0])
        if inner and node.op == "power":
            return lambda *nodes: inner(*nodes) ** self(node.args[1])
        if inner:
            return lambda *nodes: self.slope_of(node.args[0].tex, *map(self, nodes))
        if node.op != "name" or node.tex in CONSTANTS:
            return None
        definition = self.program.get(node.tex)
        if self.notation.is_a("function", node.tex) or definition and definition.parameters:
            return lambda *nodes: self.apply(node.tex, *map(self, nodes))
        if "function of" in self.notation[node.tex].words:
            return lambda *nodes: self.substitute(node, nodes)
        return None

    def apply(self, name: str, *values: Array) -> Array:
        """Return a function's values; one of a single number is applied to each entry."""
        definition = self.program.get(name)
        wanted, function = FUNCTIONS.get(name, (1, None))
        if (wanted := len(definition.parameters) if definition else wanted) != len(values):
            raise Wrong(f"{name} takes {wanted} arguments, not {len(values)}")
        if len(shapes := {value.shape for value in values if value.shape}) > 1:
            raise Wrong(f"{name} is given {' and '.join(map(self.letters, shapes))}")
        if definition:
            entries = zip(*(value.reshape(-1) for value in values))
            worlds = (self.where(dict(zip(definition.parameters, entry))) for entry in entries)
            results = [world(definition.node) for world in worlds]
            return self.xp.stack(results).reshape(values[0].shape)
        if function:
            return function(self.xp, *values)
        a, b, c = self.draw.rng(name).uniform(0.5, 1.5, size=3)  # any function, so one of many
        return a * self.xp.sin(b * values[0] + c) + 0.3 * values[0] ** 2

    def substitute(self, node: Node, arguments: Iterable[Node]) -> Array:
        """Return L(w + h, b): the value of L where w is w + h, and b is b."""
        given = {}
        for argument in arguments:
            moved = self.notation.names(argument) & self.program.reach(node.tex)
            if len(moved) != 1:
                raise Wrong(f"{argument.tex} must hold one symbol that {node.tex} depends on")
            given[moved.pop()] = self(argument)
        return self.where(given).symbol(node.tex)

    def prime(self, node: Node, *_: Node) -> NoReturn:
        raise Wrong(f"{node.tex} is a function: say of what, as in {node.tex}(z)")

    def label(self, node: Node, *_: str) -> NoReturn:
        raise Wrong(f"{node.tex} is no number")

    def slope_of(self, name: str, value: Array) -> Array:
        """Return the derivative of a function of one number, at each entry."""
        if self.torch:
            value = value.detach().clone().requires_grad_()
            # 0 * value: a function that is flat here has a slope too, namely 0.
            return self.torch.autograd.grad((self.apply(name, value) + 0 * value).sum(), value)[0]
        return (self.apply(name, value + STEP) - self.apply(name, value - STEP)) / (2 * STEP)

    def slope(self, node: Node, above: Node, below: Node) -> Array:
        """Return a derivative: the entries that are meant of those of a whole array."""
        bottom, items = self.notation.find(below)
        if bottom not in self.program.reach(*self.program.names(above)):
            raise Wrong(f"{above.tex} does not depend on {bottom}, as far as the page says yet")
        top, rest = above, ()
        if above.op in ("name", "entry"):
            top, entry = self.notation.find(above)
            rest = self.position(above, top, entry)
            rest += (slice(None),) * (len(self.symbol(top).shape) - len(rest))
        if (top, bottom) not in self.jacobians:

            def whole(world):
                return world(top) if top is above else world.symbol(top)

            self.jacobians[top, bottom] = self.jacobian(whole, bottom)
        return self.jacobians[top, bottom][rest + self.position(below, bottom, items)]

    def jacobian(self, function: Callable[["World"], Array], bottom: str) -> Array:
        """Return how each entry of a function of worlds changes with each entry of a symbol."""
        value, slopes = self.symbol(bottom), []
        if self.torch:
            value = value.detach().clone().requires_grad_()
            result = function(self.where({bottom: value})) + 0 * value.sum()
            for entry in result.reshape(-1):
                slopes += self.torch.autograd.grad(entry, value, retain_graph=True)
            return self.torch.stack(slopes).reshape(result.shape + value.shape)
        for index in np.ndindex(value.shape):
            push = np.zeros(value.shape)
            push[index] = STEP
            above, below = (function(self.where({bottom: value + p})) for p in (push, -push))
            slopes.append((above - below) / (2 * STEP))
        return np.stack(slopes, axis=-1).reshape(slopes[0].shape + value.shape)


def to_numpy(value: Array) -> np.ndarray:
    return value.detach().numpy() if hasattr(value, "detach") else np.asarray(value)


def relative_error(actual: np.ndarray, expected: np.ndarray) -> float:
    """Return the largest difference in units of the largest entry; 0 if all are 0, NaN for NaN."""
    largest = max(np.abs(actual).max(), np.abs(expected).max())
    return float(np.abs(actual - expected).max() / largest) if largest != 0 else 0.0


def is_equal(actual: np.ndarray, expected: np.ndarray) -> bool:
    return relative_error(actual, expected) < 1e-10  # float64 leaves about 1e-15
