"""The site is broken on purpose, in one place at a time, and something notices.

What was broken of each kind, and how much of it was noticed, stands in a table at the end of the
run. `make test` breaks a sample of what takes long, `make mutate` breaks everything and tells what
goes unnoticed. np_nn itself is broken by tests/np_nn/test_zoo.py, equations by tests/equations/test_equations.py.
"""

import ast
import copy
import re
from pathlib import Path

import mutation
import numpy as np
import pytest
import test_figures
import test_widgets
from figure_page import CLOSE
from playwright.sync_api import Error
from test_pages import PAGES, WITH_PYTHON

from docs.plugins import paths
from docs.plugins.checking import links as checking
from docs.plugins.problem import shown_path
from docs.plugins.reading.page import Page
from docs.plugins.running import compare, runner
from np_nn import network

INNER = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?:|mailto:)([^)#\s]*)(#[^)?\s]*)?(?:\?[^)\s]*)?\)")


# Pages. Each generator yields (place, whether it is noticed) for each way to break a page.


def broken_blocks(path):
    """Let each block of a page fail, all of them in one run: none may pass."""
    python = [block for block in Page.open(path).blocks if block.language == "python"]
    broken = "raise RuntimeError('broken')\n"
    sources = [(block.line + 1, broken + block.code) for block in python]
    results = runner.run(sources, path)
    assert len(results) == len(python)
    for block, result in zip(python, results):
        yield f"{shown_path(path)}:{block.line}", bool(compare.complaint(block, result))


def changed_outputs(path):
    """Change each letter and digit of what a page shows that its blocks print."""
    for block in Page.open(path).blocks:
        stdout, error = (fence.code if fence else "" for fence in (block.output, block.error))
        # What comes of running it is what is shown: the page's own tests say so.
        result = runner.Result(stdout=stdout, error=error.rstrip("\n"))
        for fence in filter(None, (block.output, block.error)):
            assert compare.complaint(block, result) is None
            right = fence.code
            for letter in re.finditer(r"\w", right):
                wrong = "0" if letter[0] != "0" else "1"
                fence.code = right[: letter.start()] + wrong + right[letter.end() :]
                line, _ = compare.complaint(block, result) or (None, "")
                yield f"{shown_path(path)}:{fence.line}: {right[letter.start() :][:9]!r}", line == fence.line
            fence.code = right


def cut_links(path):
    """Let each link within the site lead to no page, then to no place of its page.

    The wheel alone is left to the build, which makes it.
    """
    text = Page.open(path).plain
    links = [link for link in INNER.finditer(text) if not link[1].endswith(".whl")]
    for part in (1, 2):
        cut, wanted = text, []
        for link in reversed(links):
            if link[part]:
                wanted.insert(0, text.count("\n", 0, link.start(part)) + 1)
                end = link.end(part) - len(Path(link[part]).suffix if part == 1 else "")
                cut = f"{cut[:end]}-cut{cut[end:]}"
        told = [found.line for found in checking.links(Page(cut, path)) if "-cut" in found.words]
        for line in wanted:
            noticed = line in told
            if noticed:
                told.remove(line)
            yield f"{shown_path(path)}:{line}: link", noticed
        assert told == []


def changes_of_code(path, every=1):
    """Yield (change, blocks, their codes), one for each operator, constant, name or statement.

    With ``every`` at 10, only in every tenth block. One that answers an exercise is a program by
    itself; one that is shown to fail is left as it is.
    """
    python = [block for block in Page.open(path).blocks if block.language == "python"]
    program = [block for block in python if not block.exercise]
    for block in [block for block in python if not block.error][every // 2 :: every]:
        run = [block] if block.exercise else program
        for change, source in mutation.mutants(ast.parse(block.code), f"{shown_path(path)}:{block.line}"):
            yield change, run, [source if other is block else other.code for other in run]


def is_noticed(run, codes, path):
    """Return whether one of these blocks, with other code, does something else than is shown."""
    sources = [(block.line + 1, code) for block, code in zip(run, codes)]
    results = runner.stream(sources, path)
    noticed = any(compare.complaint(block, result) for block, result in zip(run, results))
    results.close()
    return noticed


# What stands for a number in a figure: its texts, and where its points lie.
TEXT = re.compile(r">([^<>]*\d[^<>]*)<")
PLACE = re.compile(r'(?<= [xyr]=")-?[\d.]+|(?<= c[xy]=")-?[\d.]+')


def altered_figure(name, every):
    """Change each digit that a figure shows, and move each of its points and texts by one."""
    svg = test_figures.committed(name)
    assert test_figures.is_same(svg, svg)
    changes = []  # (start, end, what to write there)
    for text in TEXT.finditer(svg):
        for digit in re.finditer(r"\d", text[1]):
            start = text.start(1) + digit.start()
            changes.append((start, start + 1, (int(digit[0]) + 1) % 10))
    changes += [(*place.span(), float(place[0]) + 1) for place in PLACE.finditer(svg)]
    for start, end, new in changes[::every]:
        wrong = f"{svg[:start]}{new}{svg[end:]}"
        yield f"{name}.svg: {svg[start - 9 : end + 9]}", not test_figures.is_same(wrong, svg)


# The network in JavaScript: what is written in the place of what.
SLIPS = {
    " + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", " ** ": " * ", " < ": " >= ",
    " > ": " <= ", " -= ": " += ", "(-": "(", "max(": "min(", "log1p(": "log(", "exp(": "expm1(",
    "tanh,": "sinh,", "reduceRight(": "reduce(", " 0": " 1", "(0": "(1", "1 ": "2 ", "(2 ": "(3 ",
    "[i]": "[j]", "[j]": "[i]", "[n]": "[0]", "NaN": "0", "return ": "return; ",
}  # fmt: skip


def changed_script(is_np_nn):
    """Change each sign, comparison, index and number of the network in JavaScript.

    ``is_np_nn(source)`` says whether a module computes what np_nn does.
    """
    path = paths.DOCS / "widgets/network.mjs"
    source = path.read_text(encoding="utf-8")
    code = re.sub(r"/\*[\s\S]*?\*/|//.*", lambda found: re.sub(r".", " ", found[0]), source)
    assert is_np_nn(code)
    for right, wrong in SLIPS.items():
        for place in re.finditer(re.escape(right), code):
            line = code.count("\n", 0, place.start()) + 1
            what = code.splitlines()[line - 1].strip()
            new = code[: place.start()] + wrong + code[place.end() :]
            yield f"{shown_path(path)}:{line}: {right.strip()} -> {wrong.strip()} in {what}", not is_np_nn(new)


@pytest.mark.parametrize("path", WITH_PYTHON, ids=lambda path: path.stem)
def test_each_block_that_fails(path, breaks):
    assert breaks("blocks that fail", broken_blocks(path)) == []


@pytest.mark.parametrize("path", WITH_PYTHON, ids=lambda path: path.stem)
def test_each_letter_and_digit_that_a_block_is_shown_to_print(path, breaks):
    assert breaks("letters and digits of outputs", changed_outputs(path)) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_link_that_is_cut(path, breaks):
    assert breaks("links within the site", cut_links(path)) == []


@pytest.mark.parametrize("name", test_figures.NAMES)
def test_each_number_of_a_figure(name, breaks, every):
    assert breaks("numbers and points of figures", altered_figure(name, every(7))) == []


def test_changes_of_the_code_on_the_pages(breaks, every, monkeypatch):
    """What nobody prints may be changed unseen: a seed of random inputs, a step more or less."""
    monkeypatch.setattr(runner, "SECONDS", 30)
    changes = [(path, *change) for path in WITH_PYTHON for change in changes_of_code(path, every(10))]
    found = [(change, is_noticed(run, codes, path)) for path, change, run, codes in changes[:: every(60)]]
    unnoticed = breaks("changes of the code on pages", found)
    assert len(unnoticed) <= (0.12 if every(2) == 1 else 0.5) * len(found)  # a sample is small


# What a slip leaves as it was, so that nobody can notice it.
HARMLESS = {
    "in return inputs;": "every layer has a forward of its own",
    "in return grad_outputs;": "and a backward",
}
FRESH = """m => {
    const {weight, bias, grad_weight, grad_bias} = new m.Linear(2, 1);
    return [weight, bias, grad_weight[0], grad_bias];
}"""


def test_slips_in_the_network_of_the_figures(browser, address, breaks):
    rng = np.random.default_rng(3)
    cases = []
    for activation in [network.Sigmoid, network.Tanh, network.ReLU]:
        for loss in [network.MSELoss(), network.BCEWithLogitsLoss()]:
            layers = [network.Linear(2, 8, rng), activation(), network.Linear(8, 3, rng)]
            inputs, targets = rng.normal(size=(5, 2)), rng.uniform(size=(5, 3))
            cases.append((network.Network(layers), loss, inputs, targets))
    page = browser.new_page()
    page.goto(address + "assets/favicon.svg")

    def is_np_nn(source):
        def call(_, code, argument=None):
            imported = 'await import("data:text/javascript," + encodeURIComponent(source))'
            return page.evaluate(f"async ([source, argument]) => ({code})({imported}, argument)", [source, argument])

        def is_close(model, *case, **options):
            return test_widgets.compare(call, copy.deepcopy(model), *case, steps=2, **options) < CLOSE

        seeded = network.Network([network.Linear(2, 3, np.random.default_rng(5))])
        try:
            weight, bias, *gradients = call("", FRESH)
            return (
                [weight, bias] == [[[0, 0]], [0]]
                and np.isnan(np.hstack(gradients)).all()
                and all(is_close(*case) for case in cases)
                and is_close(seeded, *cases[0][1:], seed=5)
            )
        except (Error, AssertionError, ValueError, TypeError):  # it fails, or returns no such numbers
            return False

    unnoticed = breaks("slips in the JavaScript network", changed_script(is_np_nn))
    page.close()
    assert [place for place in unnoticed if not place.endswith(tuple(HARMLESS))] == []
