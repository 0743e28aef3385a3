"""Breaks np_nn in one place at a time, and sees whether its own tests notice.

    python tests/measure/mutation.py        the zoo, and every mechanical mutant: some minutes
    python tests/measure/mutation.py 10     the zoo, and every tenth
    python tests/measure/mutation.py 10 tests/np_nn/test_network.py       the same, with this test file alone

The zoo are the classes of np_nn/zoo.py, each in the place of the right one. A mechanical
mutant is network.py, guard.py or gradcheck.py with one operator, constant, axis, transpose, comparison,
name or statement changed. It is killed if tests/np_nn/test_network.py or tests/np_nn/test_gradcheck.py fails. The exit status
is 1 if an animal of the zoo is not, if under 98 % of the others are, but for those that change
nothing that can be seen, or if one survives that SURVIVORS gives no reason for.
"""

import ast
import copy
import importlib
import inspect
import json
import os
import signal
import sys
import traceback
import types
from collections import Counter
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy starts threads, which a fork would not take along

import pytest

ROOT = Path(__file__).resolve().parents[2]
SNIPPETS = ROOT / "snippets"
SUITE = ["tests/np_nn/test_network.py", "tests/np_nn/test_gradcheck.py"]
SECONDS = 300  # after which a mutant counts as killed: it hangs; the whole suite takes about 10
WANTED = 0.98  # of the mutants that change what anybody can see are to be killed

# What survives, and why: either nothing that can be observed has changed, or nobody relies on it.
SURVIVORS = {
    "gradcheck.numerical_gradient: gradient = np.zeros_like(array) -> "
    "gradient = np.ones_like(array)": "every entry is written",
    "gradcheck.numerical_gradient: if value + step == value or not _is_number(abs(value) + step): -> "
    "if value - step == value or not _is_number(abs(value) + step):": "differs only for a power of two moved by half of its last bit",
    "gradcheck._is_number: return False -> return None": "it is only asked whether it is true",
    "gradcheck.relative_error: if largest > 1: -> if largest >= 1:": "a float is halved exactly",
    "gradcheck.relative_error: if largest > 1: -> if largest > 2:": "a float is halved exactly",
    "guard: _seen = None -> pass": "it is set before it is read",
    "network.Linear.__init__: self.grad_weight, self.grad_bias = (self.weight * np.nan, self.bias * np.nan) -> "
    "self.grad_weight, self.grad_bias = (self.weight * np.nan, self.bias / np.nan)": "NaN all the same",
    "network.Linear.__init__: self.grad_weight, self.grad_bias = (self.weight * np.nan, self.bias * np.nan) -> "
    "self.grad_weight, self.grad_bias = (self.weight / np.nan, self.bias * np.nan)": "NaN all the same",
    "guard.is_finite: return vdot(array, array) < inf or bool(np.isfinite(array).all()) -> return bool(np.isfinite(array).all())": "only slower: it is looked at once more",
    "guard.is_like: wanted = wanted[:-1] + ('size',) * max(1, len(shape) - len(wanted) + 1) -> wanted = wanted[:1] + ('size',) * max(1, len(shape) - len(wanted) + 1)": "only rules of two words end in dots",
    "guard.run: raise -> pass": "the second run fails as the first did",
    "guard.run: if isinstance(result, (ndarray, float)) and (not vdot(result, result) < inf): -> if isinstance(result, (ndarray, float)):": "only slower: it is looked at once more",
    "guard.guard_forward.guarded: if not (known and (inputs is _seen or vdot(inputs, inputs) < inf)): -> if True:": "only slower: it is looked at once more",
    "guard.guard_forward.guarded: if not (known and (inputs is _seen or vdot(inputs, inputs) < inf)): -> if not (known and (inputs is _seen and vdot(inputs, inputs) < inf)):": "only slower: it is looked at once more",
    "guard.guard_forward.guarded: if not (known and (inputs is _seen or vdot(inputs, inputs) < inf)): -> if not (known and (vdot(inputs, inputs) < inf)):": "only slower: it is looked at once more",
    "guard.guard_forward.guarded: if not (known and (inputs is _seen or vdot(inputs, inputs) < inf)): -> if not (known and (inputs is _seen)):": "only slower: it is looked at once more",
    "guard.guard_forward.guarded: dtypes = [pair[0].dtype for pair in self.parameters() or () if type(pair) is tuple] -> dtypes = [pair[1].dtype for pair in self.parameters() or () if type(pair) is tuple]": "a gradient has the type of its parameter",
    "guard.guard_forward.guarded: dtypes = [pair[0].dtype for pair in self.parameters() or () if type(pair) is tuple] -> dtypes = [pair[0].dtype for pair in self.parameters() if type(pair) is tuple]": "parameters() returns a list",
    "guard.guard_forward.guarded: own['fits'] = (words, inputs.shape, inputs.dtype) -> pass": "only slower: it is looked at once more",
    "guard.guard_forward.guarded: own['outputs'], _seen = (None, inputs) -> pass": "only slower: it is looked at once more",
    "guard.forget_outputs: layer.__dict__['outputs'] = None -> pass": "while a pass runs, there are no outputs",
    "guard.guard_backward.guarded: known = type(grad_outputs) is type(outputs) is ndarray and grad_outputs is _seen -> known = type(grad_outputs) is type(outputs) is not ndarray and grad_outputs is _seen": "only slower: it is looked at once more",
    "guard.guard_backward.guarded: if not known or grad_outputs.shape != outputs.shape: -> if True:": "only slower: it is looked at once more",
    "guard.guard_backward.guarded: _seen = grad_outputs -> pass": "only slower: it is looked at once more",
    "guard.guard_loss.guarded: known = type(outputs) is type(targets) is ndarray and self.fits == (rule, outputs.shape, outputs.dtype, targets.shape, targets.dtype) -> known = type(outputs) is type(targets) is not ndarray and self.fits == (rule, outputs.shape, outputs.dtype, targets.shape, targets.dtype)": "only slower: it is looked at once more",
    "guard.guard_loss.guarded: if not (known and (outputs is _seen or is_finite(outputs)) and is_within(targets, self.top)): -> if True:": "only slower: it is looked at once more",
    "guard.guard_loss.guarded: if not (known and (outputs is _seen or is_finite(outputs)) and is_within(targets, self.top)): -> if not (known and (outputs is _seen and is_finite(outputs)) and is_within(targets, self.top)):": "only slower: it is looked at once more",
    "guard.guard_loss.guarded: if not (known and (outputs is _seen or is_finite(outputs)) and is_within(targets, self.top)): -> if not (known and (is_finite(outputs)) and is_within(targets, self.top)):": "only slower: it is looked at once more",
    "guard.guard_loss.guarded: if not (known and (outputs is _seen or is_finite(outputs)) and is_within(targets, self.top)): -> if not (known and (outputs is _seen) and is_within(targets, self.top)):": "only slower: it is looked at once more",
    "guard.guard_loss.guarded: self.fits = (rule, outputs.shape, outputs.dtype, targets.shape, targets.dtype) -> pass": "only slower: it is looked at once more",
    "guard.guard_loss.guarded: if not self.makers or any((layer.outputs is not outputs for layer in self.makers)): -> if True:": "only slower: it is looked at once more",
    "guard.guard_loss.guarded: if not self.makers or any((layer.outputs is not outputs for layer in self.makers)): -> if not self.makers:": "only slower: it is looked at once more",
    "guard.guard_loss.guarded: if not self.makers or any((layer.outputs is not outputs for layer in self.makers)): -> if not self.makers or all((layer.outputs is not outputs for layer in self.makers)):": "only slower: it is looked at once more",
    "guard.guard_loss.guarded: if not self.makers or any((layer.outputs is not outputs for layer in self.makers)): -> if not self.makers or any((layer.outputs is outputs for layer in self.makers)):": "only slower: it is looked at once more",
    "guard.is_within: return is_finite(targets) if top is None else 0 <= targets.min() and targets.max() <= top -> return None": "only slower: it is looked at once more",
    "guard.is_within: return is_finite(targets) if top is None else 0 <= targets.min() and targets.max() <= top -> return is_finite(targets) if top is None else 0 < targets.min() and targets.max() <= top": "only slower: it is looked at once more",
    "guard.is_within: return is_finite(targets) if top is None else 0 <= targets.min() and targets.max() <= top -> return is_finite(targets) if top is None else 1 <= targets.min() and targets.max() <= top": "only slower: it is looked at once more",
    "guard.is_within: return is_finite(targets) if top is None else 0 <= targets.min() and targets.max() <= top -> return is_finite(targets) if top is None else 0 <= targets.min() and targets.max() < top": "only slower: it is looked at once more",
    "guard.guard_move.guarded: if not are_small: -> if True:": "only slower: it is looked at once more",
    "guard.guard_move.guarded: if not (are_small and vdot(change, change) < inf): -> if True:": "only slower: it is looked at once more",
    "guard.GuardedLayer.__setattr__: if value is not own[name]: -> if True:": "an array is copied into itself",
    "guard.in_pairs: fits = pairs and all((isinstance(pair, tuple) and [type(array) for array in pair] == [ndarray, ndarray] and (pair[0].dtype == pair[1].dtype == pairs[0][0].dtype in FLOATS) and (pair[0].shape == pair[1].shape) for pair in pairs)) -> fits = pairs and all((isinstance(pair, tuple) and [type(array) for array in pair] == [ndarray, ndarray] and (pair[0].dtype == pair[1].dtype == pairs[0][1].dtype in FLOATS) and (pair[0].shape == pair[1].shape) for pair in pairs))": "both arrays of a pair have one type",
    "network.Layer.forward: raise NotImplementedError -> pass": "every layer has its own",
    "network.Layer.backward: raise NotImplementedError -> pass": "every layer has its own",
}


# What a mutant changes

OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.Mod: ast.Mult, ast.FloorDiv: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}  # fmt: skip
COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
NAMES = {
    "max": "min", "min": "max", "maximum": "minimum", "any": "all", "all": "any", "sum": "mean",
    "mean": "sum", "zeros_like": "ones_like", "reversed": "list",
}  # fmt: skip


def changes(node):
    """Yield what a node of the syntax tree is replaced by, one change each."""
    match node:
        case ast.BinOp(op=ast.MatMult()):
            for side in ("left", "right"):
                operand = getattr(node, side)
                transposed = isinstance(operand, ast.Attribute) and operand.attr == "T"
                other = operand.value if transposed else ast.Attribute(operand, "T", ast.Load())
                yield with_(node, **{side: other})
        case ast.BinOp():
            yield with_(node, op=OPERATORS[type(node.op)]())
            yield node.left
        case ast.AugAssign():
            yield with_(node, op=OPERATORS[type(node.op)]())
            yield ast.Assign([node.target], node.value)
        case ast.UnaryOp():
            yield node.operand
        case ast.BoolOp():
            yield with_(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
            for value in node.values:
                yield with_(node, values=[other for other in node.values if other is not value])
        case ast.Compare():
            for place, op in enumerate(node.ops):
                ops = [*node.ops[:place], COMPARISONS[type(op)](), *node.ops[place + 1 :]]
                yield with_(node, ops=ops)
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            yield ast.Constant(node.value + 1)
            if node.value:
                yield ast.Constant(0 * node.value)
        case ast.Name(id=name) if name in NAMES:
            yield with_(node, id=NAMES[name])
        case ast.Attribute(attr=name) if name in NAMES:
            yield with_(node, attr=NAMES[name])
        case ast.Assign(targets=[ast.Subscript(slice=ast.Slice()) as target]):
            yield with_(node, targets=[with_(target.value, ctx=ast.Store())])
            yield ast.Pass()
        case ast.Assign() | ast.Raise() | ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Return(value=ast.expr()):
            yield with_(node, value=ast.Constant(None))
        case ast.If():
            yield with_(node, test=ast.Constant(True))


def with_(node, **fields):
    """Return a copy of a node with other fields."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def mutants(tree, title):
    """Yield (what is changed, source) for every mutant of a program that is called ``title``."""

    def visit(node, names, statement):
        for field, value in ast.iter_fields(node):
            children = value if isinstance(value, list) else [value]
            for index, child in enumerate(children):
                # The words of messages are not mutated: nothing is computed from them.
                if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr):
                    continue
                inner = child if isinstance(child, ast.stmt) else statement
                before = first_line(inner)
                for new in changes(child):
                    put(node, field, index, new)
                    source = ast.unparse(ast.fix_missing_locations(tree))
                    after = first_line(new if child is inner else inner)
                    put(node, field, index, child)
                    yield f"{'.'.join(names)}: {before} -> {after}", source
                defines = isinstance(child, (ast.ClassDef, ast.FunctionDef))
                yield from visit(child, [*names, child.name] if defines else names, inner)

    yield from visit(tree, [title], tree)


def put(node, field, index, child):
    """Set a child of a node, in its place of a list if the field holds one."""
    value = getattr(node, field)
    if isinstance(value, list):
        value[index] = child
    else:
        setattr(node, field, child)


def first_line(statement):
    """Return the code of a statement, of a compound one its first line."""
    return ast.unparse(statement).partition("\n")[0]


# How np_nn is broken, in a process that has imported it already


class NotImportable(Exception):
    """The mutant fails before any test can run."""


def change_source(name, source):
    """Let all that np_nn's module ``name`` defines do what ``source`` says."""
    module = importlib.import_module(f"np_nn.{name}")
    mutated = types.ModuleType(module.__name__)
    try:
        exec(compile(source, module.__file__, "exec"), mutated.__dict__)
    except Exception as error:
        raise NotImportable(repr(error)) from error
    take_over(module, mutated)
    if name == "guard":
        try:
            guard_anew(module, module.Guarded)
        except Exception as error:  # network.py could not be imported
            raise NotImportable(repr(error)) from error


def guard_anew(module, base):
    """Let what guard.py does around methods be done by its code as it is now."""
    for kind in base.__subclasses__():
        if "guards" in vars(kind):
            kind.guards = {name: getattr(module, guard.__name__) for name, guard in kind.guards.items()}
        for name, guard in kind.guards.items():
            if name in vars(kind):
                setattr(kind, name, guard(inspect.unwrap(vars(kind)[name])))
        guard_anew(module, kind)


def take_over(old, new):
    """Give a module or class the code of another one; whoever has imported it has that too."""
    for name in set(vars(old)) - set(vars(new)) - {"__file__", "__cached__"}:
        delattr(old, name)
    for name, value in vars(new).items():
        mine = vars(old).get(name)
        if isinstance(value, type) and value.__module__ == vars(new).get("__name__"):
            take_over(mine, value)
        elif isinstance(value, (staticmethod, classmethod)):
            setattr(old, name, type(value)(recoded(mine.__func__, value.__func__)))
        elif not isinstance(value, types.FunctionType):
            if not name.startswith("__"):
                setattr(old, name, value)
        elif hasattr(value, "__wrapped__"):  # decorated: the function inside is what changes
            right = mine.__wrapped__
            if (function := recoded(right, value.__wrapped__)) is not right:
                setattr(old, name, old.guards[name](function))
        else:
            setattr(old, name, recoded(mine, value))


def recoded(function, new):
    """Return a function that does what ``new`` does: the same one, or another if super() has gone."""
    if function.__code__.co_freevars == new.__code__.co_freevars:
        function.__code__, function.__defaults__ = new.__code__, new.__defaults__
        return function
    other = types.FunctionType(new.__code__, function.__globals__, function.__name__, new.__defaults__)
    other.__annotations__ = new.__annotations__
    return other


UNCOPIED = {"__dict__", "__weakref__", "__module__", "__doc__"}  # each class has its own


def change_class(mutant):
    """Let the class of np_nn that ``mutant`` was made from do what ``mutant`` does."""
    (right,) = mutant.__bases__
    own = {name: value for name, value in vars(right).items() if name not in UNCOPIED}
    # The right methods move one class up, where super() finds them.
    right.__bases__ = (type(right.__name__, right.__bases__, own),)
    for name in own:
        if isinstance(own[name], types.FunctionType):
            delattr(right, name)
    for name, value in vars(mutant).items():
        if isinstance(value, types.FunctionType):
            for cell in inspect.unwrap(value).__closure__ or ():
                if cell.cell_contents is mutant:
                    cell.cell_contents = right
            setattr(right, name, value)


# What becomes of it


class Judge:
    """pytest plugin: collects the suite once, and runs it in one forked child per mutant."""

    def __init__(self, every):
        self.every = every
        self.fits = False  # whether all is as it should be
        self.seconds = Counter()  # of each test, the longest it took
        self.place = {}  # of each test among those of its function, from 1
        self.kills = Counter()
        self.failed = ""  # in a child: the first test that failed

    def pytest_runtestloop(self, session):
        self.items = session.items
        cases = Counter()
        for item in self.items:
            cases[item.originalname] += 1
            self.place[item.nodeid] = cases[item.originalname]
        # Both, whatever comes out of the first.
        self.fits = all([judge_zoo(self, self.every), judge_mechanical(self, self.every)])
        return True

    def pytest_runtest_logreport(self, report):
        self.seconds[report.nodeid] += report.duration
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def first_failure(self, break_np_nn, only=None):
        """Return the name of the first test that fails if np_nn is broken; "" if none does.

        Of ``only`` these tests if they are given, by their ids.
        """
        # First what has killed most for its time: that decides what a run costs, nothing else.
        self.items.sort(key=self.promise, reverse=True)
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            self.run_child(break_np_nn, only, writer)
        os.close(writer)
        with open(reader) as pipe:
            answer = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return f"the process was ended by signal {os.WTERMSIG(status)}"
        if not answer:
            give_up("A mutant could not be put in the place of np_nn: see above.")
        failed, seconds = json.loads(answer)
        self.seconds |= Counter(seconds)
        if failed:
            self.kills[failed] += 1
        return failed.rpartition("::")[2]

    def promise(self, item):
        """Return how much can be hoped for from a test, for its time."""
        hope = self.kills[item.nodeid] + 0.5 / self.place[item.nodeid]
        return hope / (self.seconds[item.nodeid] + 0.001)

    def run_child(self, break_np_nn, only, writer):
        """Run the suite up to its first failure, write what that was, and end."""
        self.seconds = Counter()
        signal.alarm(SECONDS)
        try:
            break_np_nn()
        except NotImportable as error:
            self.failed = f"import of np_nn: {error}"
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        for descriptor in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
        items = [item for item in self.items if only is None or item.nodeid in only]
        for item, following in zip(items, [*items[1:], None]):
            if self.failed:
                break
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        with open(writer, "w") as pipe:
            json.dump([self.failed, self.seconds], pipe)
        os._exit(0)


def give_up(why):
    """End the run: without terminal output pytest would not say why."""
    print(why, file=sys.stderr)
    pytest.exit(why)


def judge_zoo(judge, every):
    """Print by which test each animal is found; return whether all are.

    That these tests pass with np_nn as it is, put in by the same means, is tried too: the whole
    suite if ``every`` mutant is.
    """
    zoo = importlib.import_module("np_nn.zoo")

    def change_nothing():
        """Put right classes in by the same means: what an animal fails by is its mistake."""
        for base in {mutant.__bases__[0] for mutant in zoo.MUTANTS.values()}:
            change_class(type("Right", (base,), {}))

    found = {
        name: judge.first_failure(lambda mutant=mutant: change_class(mutant)) for name, mutant in zoo.MUTANTS.items()
    }
    killers = None if every == 1 else set(judge.kills)
    if failed := judge.first_failure(change_nothing, killers):
        give_up(f"The suite is red without any mutant: {failed}")
    for name, failed in found.items():
        print(f"{name:32} {'red: ' + failed if failed else 'GREEN'}")
    return all(found.values())


def judge_mechanical(judge, every):
    """Print how many mutants are killed, and which survive; return whether all is well.

    If not ``every`` one is tried, those are left out that are known to survive: they take
    the longest, since each runs the whole suite.
    """
    chosen = [
        (path.stem, change, source)
        for path in (SNIPPETS / "np_nn/gradcheck.py", SNIPPETS / "np_nn/guard.py", SNIPPETS / "np_nn/network.py")
        for change, source in mutants(ast.parse(path.read_text(encoding="utf-8")), path.stem)
    ]
    gone = set(SURVIVORS) - {change for _, change, _ in chosen}
    if every > 1:
        chosen = [mutant for mutant in chosen if mutant[1] not in SURVIVORS][::every]
    survivors = [
        change
        for name, change, source in chosen
        if not judge.first_failure(lambda name=name, source=source: change_source(name, source))
    ]
    if every == 1:
        gone |= set(SURVIVORS) - set(survivors)
    for change in survivors:
        print(f"survives: {change}\n    {SURVIVORS.get(change, 'NO REASON IS KNOWN')}")
    for change in sorted(gone):
        print(f"no mutant that survives, strike it from SURVIVORS: {change}")
    killed, known = len(chosen) - len(survivors), len(set(survivors) & set(SURVIVORS))
    print(f"killed {killed} of {len(chosen)} mechanical mutants: {killed / len(chosen):.1%}")
    print(f"{killed / max(1, len(chosen) - known):.1%} of those that change what anybody can see")
    return killed >= WANTED * (len(chosen) - known) and set(survivors) <= set(SURVIVORS) and not gone


def main(every="1", *suite):
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(SNIPPETS)]
    judge = Judge(int(every))
    options = ["-s", "-p", "no:cacheprovider", "-p", "no:terminal", "-o", "addopts="]
    pytest.main(["-c", "pyproject.toml", "--noconftest", *options, *(suite or SUITE)], [judge])
    sys.exit(0 if judge.fits else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
