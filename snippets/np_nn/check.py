"""Tells you whether your answer to an exercise is right, and if not, what to look at.

    python -m np_nn.check xor_train.py    in one sentence, for the answer in this file
    python -m np_nn.check xor             for every answer to that lesson in this folder
    python -m np_nn.check                 which lessons and exercises there are

An exercise is a file to fill in. Its last line hands your answer to ``check``. To see all that
the file prints, and the whole traceback of an error, run it like any other: python xor_train.py.
The judges are in ``np_nn/exercises``, one module a lesson; they try an answer on numbers that
you have not seen, and recognise mistakes that are often made.
"""

import contextlib
import copy
import faulthandler
import importlib
import inspect
import os
import pkgutil
import re
import runpy
import signal
import subprocess
import sys
import tempfile
import traceback
import types
from pathlib import Path

import numpy as np

from np_nn import exercises, zoo

RIGHT, WRONG, UNKNOWN = 0, 1, 2  # how the command ends; 2 is for a file or lesson not found
EXACT = 1e-9  # of the largest entry: what the order of sums may change
ROUNDED = 1e-5  # what float32 may change, or somebody who rounds to six digits


class NotYet(Exception):
    """The answer is not right yet; the text says in one sentence what to look at."""

    __module__ = "builtins"  # so that Python prints it without the name of this module


def check(name, *answer):
    """Judge an answer to the exercise ``name``, such as "xor.train"; print a sentence if right.

    NotYet says what is wrong with the answer. ValueError if there is no such exercise,
    TypeError if it takes another number of answers.
    """
    lesson, _, exercise = name.partition(".") if isinstance(name, str) else ("", "", None)
    judges = find(lesson)
    if exercise not in judges:
        names = ", ".join(f"{lesson}.{known}" for known in judges) or ", ".join(lessons())
        raise ValueError(f"no exercise {name!r}; there are {names}")
    wanted = inspect.signature(judges[exercise]).parameters
    if len(answer) != len(wanted):
        raise TypeError(f"{name} takes {', '.join(wanted)}, got {len(answer)} answers")
    sentence = judges[exercise](*answer)
    _right[name] = sentence
    print("Right:", sentence)


_right = {}  # of the answers that were right in this process: {exercise: sentence}


def lessons():
    """Return the names of the lessons that have exercises here."""
    names = sorted(module.name for module in pkgutil.iter_modules(exercises.__path__))
    return [name for name in names if name[0] != "_"]


def find(lesson):
    """Return {name: judge} of the exercises of a lesson, in its order; empty if it has none."""
    if lesson not in lessons():
        return {}
    module = importlib.import_module(f"np_nn.exercises.{lesson}")
    return {
        name: judge
        for name, judge in vars(module).items()
        if inspect.isfunction(judge) and judge.__module__ == module.__name__ and name[0] != "_"
    }


# What judges are made of. Each of them raises NotYet with a sentence.


def expect(fits, sentence):
    """Raise NotYet with this sentence unless ``fits``."""
    if not fits:
        raise NotYet(sentence)


def unguarded(layer, name):
    """Return a layer's method as it was written, for judges who have their own words for mistakes."""
    return types.MethodType(inspect.unwrap(getattr(type(layer), name)), layer)


def call(function, *arguments):
    """Return what a reader's function makes of copies of the arguments.

    NotYet if it is no function, returns nothing, or changes what it was given.
    """
    expect(callable(function), f"a function is wanted, got {function!r:.60}")
    name = getattr(function, "__name__", type(function).__name__)
    with contextlib.suppress(ValueError):  # some functions written in C do not tell
        parameters = inspect.signature(function)
        try:
            parameters.bind(*arguments)
        except TypeError:
            many = "argument" if len(arguments) == 1 else "arguments"
            sentence = f"{name}{parameters} is called with {len(arguments)} {many}"
            raise NotYet(sentence) from None
    given = copy.deepcopy(arguments)
    value = function(*given)
    expect(value is not None, f"{name} returns None: replace the dots with your code")
    for before, after in zip(arguments, given):
        kept = not isinstance(before, np.ndarray) or np.array_equal(before, after)
        expect(kept, f"{name} changes the array that it is given: make a new one instead")
    return value


def numbers(value, shape, what):
    """Return ``value`` as a float array; NotYet unless it has this shape and finite numbers.

    ``what`` begins the sentence: "affine of 4 examples". The shape of a number is ().
    """
    expect(value is not None and value is not ..., f"{what} is still missing: fill in the dots")
    try:
        entries = np.array(value, dtype=object).ravel()
        if any(isinstance(entry, (str, bytes, complex, np.complexfloating)) for entry in entries):
            # NumPy would read "1" as 1, and leave out what is imaginary.
            raise TypeError
        array = np.array(value, dtype=float)
    except (TypeError, ValueError, OverflowError, RuntimeError):  # the last one from PyTorch
        raise NotYet(f"{what} should be made of numbers, got {value!r:.60}") from None
    wanted = f"an array of shape {shape}" if shape else "one number"
    got = f"an array of shape {array.shape}" if array.shape else f"the number {array}"
    expect(array.shape == tuple(shape), f"{what} should be {wanted}, got {got}")
    expect(np.isfinite(array).all(), f"{what} has NaN or infinity in it")
    return array


def compare(actual, expected, what, mistakes=(), within=ROUNDED):
    """NotYet unless the numbers are as expected, to ``within`` of the largest.

    ``mistakes`` are pairs (value, sentence) of known wrong answers: the first one that equals
    the actual value is named, also where it is close to what is expected. Otherwise the sentence
    tells the entry that is furthest off, with as many digits as tell it from the right one.
    Where a mistake changes less than float32 does, ``within`` is EXACT.
    """
    expected = np.asarray(expected, dtype=float)
    actual = numbers(actual, expected.shape, what)
    if is_close(actual, expected):
        return
    pairs = [(np.asarray(value, dtype=float), sentence) for value, sentence in mistakes]
    pairs = [(value, sentence) for value, sentence in pairs if value.shape == actual.shape]
    for value, sentence in pairs:
        expect(not is_close(actual, value), sentence)
    if is_close(actual, expected, within):
        return
    for value, sentence in pairs:
        expect(not is_close(actual, value, within), sentence)
    where = np.unravel_index(np.argmax(np.abs(actual - expected)), expected.shape)
    place = f" at {[int(index) for index in where]}" if where else ""
    should, got = apart(expected[where], actual[where])
    raise NotYet(f"{what} should be {should}{place}, got {got}")


def is_close(actual, expected, within=EXACT):
    """Return whether two arrays of one shape differ by no more than a part of the largest entry."""
    largest = max(np.abs(actual).max(), np.abs(expected).max())
    return bool(np.abs(actual - expected).max() <= within * largest)


def apart(one, other):
    """Return two numbers as texts of six digits, or of as many as it takes to tell them apart."""
    for digits in range(6, 18):
        texts = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts


def name_mutant(gradients, parameters, inputs, targets):
    """Return what mistake gives these gradients: a sentence of the zoo's, or "" if none does.

    The network is a tanh network that ends in logits, its loss BCEWithLogitsLoss.
    ``parameters`` and ``gradients`` are lists of arrays in the order of ``parameters()``:
    weight and bias of the first layer, then of the next. Right gradients have no mistake.
    NotYet if they are not an array of finite numbers for each parameter, of its shape.
    """
    given = gradients if isinstance(gradients, (list, tuple)) else []
    many = f"{len(parameters)} gradients are wanted, one for each parameter"
    expect(len(given) == len(parameters), f"{many}, got {gradients!r:.60}")
    gradients = [
        numbers(gradient, parameter.shape, f"gradient {place}")
        for place, (gradient, parameter) in enumerate(zip(gradients, parameters))
    ]
    weights = parameters[::2]
    sizes = (weights[0].shape[1], *(len(weight) for weight in weights))
    for mutant in [None, *zoo.MUTANTS.values()]:
        network, loss = zoo.build(np.random.default_rng(0), mutant, sizes)
        pairs = network.parameters()
        for (parameter, _), value in zip(pairs, parameters, strict=True):
            parameter[:] = value
        loss.forward(network.forward(inputs), targets)
        network.backward(loss.backward())
        if all(is_close(gradient, its, ROUNDED) for gradient, (_, its) in zip(gradients, pairs)):
            return mutant.__doc__.splitlines()[0] if mutant else ""
    return ""


# The command


def main(arguments):
    """Judge files or lessons as the command line says; return its exit status."""
    if not arguments or {"-h", "--help"} & set(arguments):
        print(__doc__.partition("\n\n")[2])
        for lesson in lessons():
            print(f"{lesson}:", ", ".join(f"{lesson}_{name}.py" for name in find(lesson)))
        return RIGHT
    if arguments[0] == JUDGE:  # asked by `_judged`, in a process of its own
        return _judge_here(*map(Path, arguments[1:]))
    if len(arguments) == 1 and arguments[0].endswith(".py"):
        sentence, status = _judged(Path(arguments[0]))
        print(sentence)
        return status
    paths, missing = [], []
    for argument in arguments:
        lesson = argument.replace("-", "_")
        if argument.endswith(".py"):
            paths.append(Path(argument))
        elif lesson in lessons():
            for name in find(lesson):
                path = Path(f"{lesson}_{name}.py")
                (paths if path.is_file() else missing).append(path)
        else:
            print(f"There are no exercises of a lesson {argument!r}. {_what_there_is()}")
            return UNKNOWN
    status = judge_files(paths) if paths else UNKNOWN
    if missing:
        print(f"Not in this folder: {', '.join(map(str, missing))}")
    return max(status, WRONG) if missing else status


def judge_files(paths):
    """Judge files, print a line for each; return the exit status."""
    worst = RIGHT
    width = max(len(path.name) for path in paths)
    for path in paths:
        print(f"{path.name:{width}}", end="  ", flush=True)
        sentence, status = _judged(path)
        print(sentence)
        if sentence.startswith(STOPPED):
            return WRONG
        worst = max(worst, status)
    return worst


JUDGE = "--judge"
STOPPED = "Not yet: you stopped it"
FAULT = re.compile(r'File "(.*)", line (\d+) in ')


def _judged(path):
    """Judge a file in a process of its own, which it may take down; return (sentence, status).

    What the process says is in a file: what it prints by other ways is no answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        said, fault = Path(folder, "said"), Path(folder, "fault")
        command = [sys.executable, *["-P"] * sys.flags.safe_path, "-m", "np_nn.check"]
        with subprocess.Popen(
            [*command, JUDGE, str(path), str(said), str(fault)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                process.wait()
                instead = ""
            except KeyboardInterrupt:  # which the file's process gets too, and says where it was
                instead = _last_words(process) or STOPPED
        if said.exists() and (sentence := said.read_text(encoding="utf-8")):
            known = process.returncode in (RIGHT, UNKNOWN) and not instead
            return sentence, process.returncode if known else WRONG
        return instead or f"Not yet: {_how_it_ended(process.returncode, path, fault)}", WRONG


def _last_words(process):
    """Give the process two seconds to end; return what to say for it if it does not."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(2)
        return ""
    process.kill()
    return STOPPED


def _how_it_ended(status, path, fault):
    """Return in a few words how a file ended Python itself, and in which line if that is known."""
    trace = fault.read_text(encoding="utf-8", errors="replace") if fault.exists() else ""
    lines = [line for name, line in FAULT.findall(trace) if name == str(path)]
    where = f" in line {lines[0]} of {path.name}" if lines else ""
    if status >= 0:
        return f"Python itself ended{where}, with status {status}, before {path.name} was judged"
    return f"Python itself was ended{where} by {signal.Signals(-status).name}"


def _judge_here(path, said, fault):
    """Judge a file in this process; write into a file what to say, and into another how it crashed."""
    with open(fault, "w", encoding="utf-8") as trace:
        faulthandler.enable(trace)
        sentence, status = judge_file(path)
        faulthandler.disable()
    new = said.with_suffix(".new")
    new.write_text(sentence, encoding="utf-8", errors="replace")
    os.replace(new, said)  # whole or not at all
    os._exit(status)  # whatever still runs in threads of the file


def judge_file(path):
    """Run a reader's file in this process; return one sentence on it, and the exit status."""
    if not path.is_file():
        return f"There is no file {path}. {_what_there_is()}", UNKNOWN
    _right.clear()
    problem = _run(path)
    exercise = _exercises().get(path.name, "")  # or a file with a name of the reader's own
    if not problem and (not _right or exercise and exercise not in _right):
        asks = f"asks about {', '.join(_right)}" if _right else "asks about no exercise"
        problem = f'{path.name} {asks}: its last line should be check("{exercise or "…"}", …)'
    sentence = f"Not yet: {problem}" if problem else f"Right: {_right[exercise or [*_right][-1]]}"
    return " ".join(sentence.split()), WRONG if problem else RIGHT


def _run(path):
    """Run a file as Python would, without what it prints; return what went wrong, or ""."""
    sys.argv = [str(path)]
    sys.path[: not sys.flags.safe_path] = [str(path.resolve().parent)]
    with open(os.devnull, "w", encoding="utf-8") as nowhere, open(os.devnull) as nothing:
        sys.stdin = nothing
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            try:
                runpy.run_path(str(path), run_name="__main__")
            except NotYet as sentence:
                return str(sentence)
            except BaseException as error:  # also Ctrl+C, and exit() in the file
                return _told(error, path)
    return ""


def _told(error, path):
    """Return in a few words which line of a reader's file raised an error, and which."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    if isinstance(error, SyntaxError) and error.filename == str(path):
        lines.append(error.lineno)
    where = f"line {lines[-1]} of {path.name}" if lines and lines[-1] else path.name
    if isinstance(error, KeyboardInterrupt):
        return f"you stopped it at {where}"
    if isinstance(error, SystemExit):
        return "" if _right else f"{where} ends the program before it asks"
    # The words of a SyntaxError name its file and line once more.
    words = "".join(str(getattr(error, "msg", error)).splitlines()[:1])
    return f"{where} raises {type(error).__name__}" + (f": {words}" if words else "")


def _exercises():
    """Return {name of the file: exercise} of all exercises, lesson by lesson."""
    return {f"{lesson}_{name}.py": f"{lesson}.{name}" for lesson in lessons() for name in find(lesson)}


def _what_there_is():
    """Return in one sentence which answers lie in this folder, or which lessons there are."""
    here = [name for name in _exercises() if Path(name).is_file()]
    if here:
        return f"In this folder: {', '.join(here)}."
    return f"The lessons with exercises are {', '.join(lessons())}."


if __name__ == "__main__":
    # This is a second copy of the module; the one whose NotYet the judges raise has its own name.
    from np_nn import check as _module

    sys.stdout.reconfigure(errors="replace")  # a Windows console may not have every letter
    sys.exit(_module.main(sys.argv[1:]))
