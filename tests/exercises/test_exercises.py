"""Exercises: starters fail and solutions pass when run alone, and judges judge whatever comes.

The first part is about the exercises of the pages. The others try the machinery on the exercise
of CONTRIBUTING.md, whose lesson exists in these tests only.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from bs4 import BeautifulSoup

from docs.plugins import paths
from docs.plugins.building import html
from docs.plugins.building.copies import copies
from docs.plugins.checking import exercises as checking
from docs.plugins.checking import lint
from docs.plugins.problem import PageError, raise_if_any
from docs.plugins.reading import blocks, exercises, render
from docs.plugins.reading import page as reading
from docs.plugins.reading.page import Page, sources
from docs.plugins.running import compare, outputs, runner
from np_nn import check, zoo

NAMES = exercises.names()
LESSONS = {name.partition(".")[0] for name in NAMES}


def page_of(exercise):
    return paths.DOCS / "lessons" / f"{exercise.partition('.')[0].replace('_', '-')}.md"


def blocks_of(path, exercise):
    """Return the starter and the first solution of an exercise on a page."""
    page_blocks = Page.open(path).blocks
    name = exercises.file_name(exercise)
    (starter,) = [block for block in exercises.starters(page_blocks) if block.title == name]
    return starter, exercises.solutions(page_blocks, exercise)[0]


# The exercises of the pages


def test_every_judge_that_is_found_by_its_name_is_found_when_imported():
    assert NAMES == [f"{lesson}.{name}" for lesson in check.lessons() for name in check.find(lesson)]
    assert len({exercises.file_name(name) for name in NAMES}) == len(NAMES)
    assert [name for name in NAMES if not page_of(name).is_file()] == []


ASKED = {
    (path, asked)
    for path in [*sources(), paths.ROOT / "snippets/np_nn/check.py"]
    for asked in re.findall(r"^ *python -m np_nn\.check (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_what_readers_are_told_to_ask_about_exists():
    assert len(ASKED) >= 4
    known = {*LESSONS, *map(exercises.file_name, NAMES)}
    assert [(path.name, asked) for path, asked in ASKED if asked not in known] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_starter_alone_fails_by_the_sentence_of_its_page_and_by_nothing_else(name):
    starter, _ = blocks_of(page_of(name), name)
    (result,) = runner.run([(1, starter.code)], starter.title)
    assert result.error == starter.error.code.strip(), result.trace
    assert re.fullmatch(r"NotYet: .+", result.error)
    assert (result.stdout, result.stderr) == (starter.output.code if starter.output else "", "")


@pytest.mark.parametrize("name", NAMES)
def test_every_solution_alone_is_right_and_prints_what_its_page_shows(name):
    found = exercises.solutions(Page.open(page_of(name)).blocks, name)
    assert found
    for solution in found:
        (result,) = runner.run([(1, solution.code)], "solution.py")
        assert (result.error, result.stderr) == ("", ""), result.trace
        assert compare.shown(result.stdout) == solution.output.code


# Run in a process of its own, after `solution` and `exercise` were set: prints what a judge
# makes of the right answer, and of it with each of its parts replaced by what is none.
TRY_BAD_ANSWERS = '''
import json, traceback
import numpy as np
from np_nn import check as machine

answers = []
machine.check = lambda name, *answer: answers.append((name, answer))
program = {"__name__": "__main__"}
exec(compile(solution, "solution.py", "exec"), program)
(answer,) = [answer for name, answer in answers if name == exercise]
lesson, _, name = exercise.partition(".")
judge = machine.find(lesson)[name]

BAD = {
    "None": None, "dots": ..., "text": "words", "NaN": float("nan"), "infinity": float("inf"),
    "an array of NaN": np.full((2, 3), np.nan), "a wrong shape": np.zeros((7, 11, 13)),
    "no rows": np.zeros((0, 2)), "nothing": [], "a ragged list": [[1.0], [2.0, 3.0]],
    "a dict": {"no": 1.0}, "an object": object(),
}

def spoilt(value, bad):
    """Return a value whose last entry is no answer."""
    if isinstance(value, dict):
        return value | {[*value][-1]: bad} if value else bad
    return type(value)([*value[:-1], bad]) if type(value) in (list, tuple) and value else bad

def replaced(value):
    """Yield (what, a value that is no answer) for one that is."""
    yield from BAD.items()
    if callable(value):
        for what, bad in BAD.items():
            yield f"a function that returns {what}", lambda *_, bad=bad, **__: bad
        if not isinstance(value, type):
            for what in ("None", "text", "NaN"):
                yield f"a function with {what} in what it returns", lambda *given, what=what: spoilt(value(*given), BAD[what])
    elif isinstance(value, dict):
        for key in value:
            yield f"no {key!r}", {k: v for k, v in value.items() if k != key}
            for what, bad in BAD.items():
                if not (isinstance(bad, list) and value[key] == bad == []):  # which may be right
                    yield f"{what} for {key!r}", {**value, key: bad}
    elif isinstance(value, (list, tuple)):
        yield "the last one missing", value[:-1]
        for place in range(len(value)):
            for what, bad in BAD.items():
                yield f"{what} at {place}", type(value)([*value[:place], bad, *value[place + 1 :]])
    elif isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
        yield "all NaN", np.full(value.shape, np.nan)
        yield "text in it", np.full(value.shape, "words")
        yield "one dimension more", value[np.newaxis]
        yield "one row more", np.concatenate([value, value[:1]]) if value.ndim else value[None]

complaints, tried = [], 0
sentence = judge(*answer)
if not isinstance(sentence, str) or not sentence.strip():
    complaints.append(f"of the right answer the judge says {sentence!r}")
with np.errstate(all="ignore"):
    for place, value in enumerate(answer):
        for what, bad in replaced(value):
            tried += 1
            try:
                said = judge(*answer[:place], bad, *answer[place + 1 :])
                complaints.append(f"answer {place} is {what}: the judge accepts it, {said}")
            except machine.NotYet as error:
                if not str(error).strip():
                    complaints.append(f"answer {place} is {what}: refused without a word")
            except BaseException:
                complaints.append(f"answer {place} is {what}: {traceback.format_exc()}")
print(json.dumps([tried, complaints]))
'''


def try_bad_answers(exercise, solution):
    """Return how many bad answers to an exercise were tried, and what is wrong with its judge."""
    code = f"{exercise = }\nsolution = {solution.code!r}\n{TRY_BAD_ANSWERS}"
    (result,) = runner.run([(1, code)], "try_bad_answers.py")
    assert not result.error, result.trace
    return json.loads(result.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", NAMES)
def test_every_judge_refuses_what_is_no_answer_with_a_sentence(name):
    tried, complaints = try_bad_answers(name, blocks_of(page_of(name), name)[1])
    assert tried >= 10
    assert complaints == [], "\n".join(complaints)


# The exercise of CONTRIBUTING


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """The page of CONTRIBUTING's lesson and exercise, beside an np_nn that has its judge."""
    text = (paths.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    fence = r"^( *){}\n(.*?)^ *{}$"
    lesson, exercise = (
        textwrap.dedent(found[1])
        for found in re.findall(fence.format("````markdown", "````"), text, re.DOTALL | re.MULTILINE)
    )
    (_, _, after) = text.partition("## An exercise")
    judge = re.search(fence.format("```python", "```"), after, re.DOTALL | re.MULTILINE)[2]
    snippets = tmp_path / "snippets"
    ignored = shutil.ignore_patterns("exercises", "__pycache__")
    shutil.copytree(runner.SNIPPETS / "np_nn", snippets / "np_nn", ignore=ignored)
    (snippets / "np_nn/exercises").mkdir()
    (snippets / "np_nn/exercises/__init__.py").touch()
    (snippets / "np_nn/exercises/mirror.py").write_text(textwrap.dedent(judge), encoding="utf-8")
    for module in (runner, exercises, reading):
        monkeypatch.setattr(module, "SNIPPETS", snippets)
    page = tmp_path / "docs/lessons/mirror.md"
    page.parent.mkdir(parents=True)
    page.write_text(f"{lesson}\n{exercise}", encoding="utf-8")
    assert outputs.rewrite(page)
    return page


def refusals(page, *changes):
    """Return [(line, what)] for which a page is refused after its text was changed."""
    text = page.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    try:
        raise_if_any(checking.exercises(Page(text, page)))
    except PageError as error:
        lines = text.splitlines()
        return [(lines[found.line - 1].strip(), found.words) for found in error.problems]
    return []


def test_the_exercise_of_contributing_is_one(mirror):
    text = mirror.read_text(encoding="utf-8")
    page_blocks = Page(text).blocks
    lint.check_rendered(Page(text), html.parse(render.to_html(text)))
    assert refusals(mirror) == []
    starter, solution = blocks_of(mirror, "mirror.opposite")
    assert starter.error.code == ("NotYet: opposite returns None: replace the dots with your code\n")
    assert solution.output.code == ("Right: whoever knows one half of the sigmoid knows the other one\n")
    results = compare.run_page(page_blocks, mirror)
    assert [compare.complaint(b, results[b.line]) for b in page_blocks if b.line in results] == [None] * 3
    assert try_bad_answers("mirror.opposite", solution) == [27, []]


def test_a_judge_that_ends_in_a_traceback_or_accepts_anything_is_found_out(mirror):
    _, solution = blocks_of(mirror, "mirror.opposite")
    path = runner.SNIPPETS / "np_nn/exercises/mirror.py"
    path.write_text("def opposite(function):\n    return function(0.5).real and 'so.'\n")
    _, complaints = try_bad_answers("mirror.opposite", solution)
    assert any("TypeError: 'NoneType' object is not callable" in what for what in complaints)
    assert any("returns infinity: the judge accepts it, so." in what for what in complaints)


def test_an_answer_is_a_program_by_itself(mirror):
    """It sees nothing of the page, the page nothing of it, and both run to their ends."""
    text = "```python\nx = 1\n```\n\n" + mirror.read_text(encoding="utf-8")
    text += "\n```python\nprint(x, 'opposite' in globals())\n```\n"
    mirror.write_text(text.replace("import check\n", "import check; print('x' in globals())\n"))
    outputs.rewrite(mirror)
    page_blocks = Page.open(mirror).blocks
    starter, solution = blocks_of(mirror, "mirror.opposite")
    assert (starter.output.code, solution.output.code.splitlines()[0]) == ("False\n", "False")
    assert [b for b in page_blocks if b.output][-1].output.code == "1 False\n"
    programs = {block.line: program for block, program in blocks.programs(page_blocks)}
    assert programs[starter.line] == starter.code and programs[solution.line] == solution.code
    assert "check(" not in list(programs.values())[-1]


STARTER, ERROR = '```python title="mirror_opposite.py"', "NotYet: opposite returns None: replace"
RIGHT = "Right: whoever"


@pytest.mark.parametrize(
    "changes, line, words",
    [
        (
            [(STARTER, '```python title="mirror_contrary.py"')],
            '```python title="mirror_contrary.py"',
            "the starters of this lesson are mirror_opposite.py; each begins with its judge, "
            "a function in snippets/np_nn/exercises/mirror.py",
        ),
        (
            [(STARTER, '```python title="other.py"')],
            '```python title="other.py"',
            "the starters of this lesson are mirror_opposite.py",
        ),
        (
            [(STARTER, "```python")],
            "## Exercises",
            'mirror.opposite has a judge and no starter here: write a block ```python title="mirror',
        ),
        (
            [('check("mirror.opposite"', 'check("mirror.contrary"')],
            STARTER,
            'mirror_opposite.py ends in check("mirror.opposite", …)',
        ),
        (
            [('check("mirror.opposite", opposite)\n', "opposite(1)\n")],
            STARTER,
            'mirror_opposite.py ends in check("mirror.opposite", …)',
        ),
        (
            [(f"```error\n{ERROR}", f"```text\n{ERROR}")],
            STARTER,
            "put an ```error fence under it, and `make outputs` writes the sentence",
        ),
        (
            [(ERROR, "NameError: put")],
            "```error",
            "a starter fails by the sentence of its judge, NotYet: …",
        ),
        ([(RIGHT, "Wrong: whoever")], STARTER, "no solution of mirror.opposite below: write a block"),
        (
            [("## Exercises", f"{STARTER}\nx = 1\n```\n\n## Exercises")],
            STARTER,
            "a second starter mirror_opposite.py",
        ),
        (
            [("## Exercises", '```python\ncheck("mirror.no", 1)\n```\n\n## Exercises')],
            "```python",
            "no exercise mirror.no: the starters of this lesson are mirror_opposite.py",
        ),
    ],
)
def test_an_exercise_that_is_not_whole_is_refused_with_its_line(mirror, changes, line, words):
    assert any(at == line and words in what for at, what in refusals(mirror, *changes))


def test_a_starter_stands_on_the_page_of_its_lesson(mirror):
    other = mirror.with_name("echo.md")
    text = mirror.read_text(encoding="utf-8")
    other.write_text(text, encoding="utf-8")
    assert refusals(other) == [
        (
            STARTER,
            'title="mirror_opposite.py": the starters of this lesson are none; each begins '
            "with its judge, a function in snippets/np_nn/exercises/echo.py",
        )
    ]


def test_a_title_of_a_program_of_the_lesson_is_none_of_an_exercise(mirror):
    (runner.SNIPPETS / "mirror_torch.py").touch()
    listing = '```python title="mirror_torch.py"\nx = 1\n```\n\n## Exercises'
    assert refusals(mirror, ("## Exercises", listing)) == []


def build(page):
    """Build a site of the lesson with the project's settings and the tests' np_nn."""
    root = page.parents[2]
    (root / "docs/index.md").write_text("# Path\n", encoding="utf-8")
    (root / "docs/np_nn.md").write_text("# Get np_nn\n\n## Have your answers judged\n", encoding="utf-8")
    page.with_name("layers.md").write_text("---\ndescription: A.\n---\n\n# Layers\n", encoding="utf-8")
    (root / "np_nn_of_tests.py").write_text(
        "from pathlib import Path\nfrom docs.plugins.reading import exercises, page\n"
        f"exercises.SNIPPETS = page.SNIPPETS = Path({str(runner.SNIPPETS)!r})\n"
    )
    (root / "mkdocs.yml").write_text(
        f"INHERIT: {paths.ROOT / 'mkdocs.yml'}\ndocs_dir: {root / 'docs'}\n"
        "nav: [index.md, np_nn.md, lessons/layers.md, lessons/mirror.md]\n"
        f"hooks: [np_nn_of_tests.py, {paths.ROOT / 'docs/plugins/hook.py'}]\nextra_css: []\n"
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(root / "site")]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def test_the_site_lays_a_starter_out_and_says_how_it_is_judged(mirror):
    text = mirror.read_text(encoding="utf-8").replace("import numpy", "import np_nn.network, numpy")
    mirror.write_text(text, encoding="utf-8")
    done = build(mirror)
    assert done.returncode == 0, done.stderr
    starter, solution = blocks_of(mirror, "mirror.opposite")
    site = mirror.parents[2] / "site"
    laid_out = site / "downloads/exercises/mirror_opposite.py"
    assert laid_out.read_text(encoding="utf-8") == starter.code
    html = (site / "lessons/mirror/index.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(html, "html.parser")
    assert copies(soup)[1:] == [starter.code, solution.code]
    (line,) = soup.select("p.starter")
    assert line.get_text() == (
        "Download mirror_opposite.py, replace the dots, and ask python -m np_nn.check mirror_opposite.py."
    )
    assert (site / "lessons/mirror" / line.a["href"]).resolve() == laid_out.resolve()
    assert line.find_previous_sibling()["class"] == ["output", "error", "judged"]
    (line,) = soup.select("p.np-nn")
    assert re.fullmatch(
        r"np_nn: download (\S+\.whl) and pip install \./\1, or save single files\.",
        line.get_text(),
    )


def test_the_page_that_tells_how_to_ask_has_that_section(soup_of):
    soup = soup_of("np_nn/")
    assert soup.select("h2#have-your-answers-judged")
    hook = (paths.DOCS / "plugins/building/copies.py").read_text(encoding="utf-8")
    assert '"#have-your-answers-judged"' in hook


def test_a_page_whose_exercises_alone_need_np_nn_offers_the_wheel_alone(mirror):
    assert build(mirror).returncode == 0
    html = (mirror.parents[2] / "site/lessons/mirror/index.html").read_text(encoding="utf-8")
    (line,) = BeautifulSoup(html, "html.parser").select("p.np-nn")
    assert re.fullmatch(r"np_nn: download (\S+\.whl) and pip install \./\1\.", line.get_text())
    assert line.find_previous_sibling()["class"] == ["starter"]


# python -m np_nn.check, as a reader has it


SOLUTION = """from np_nn.check import check


def opposite(a):
    return 1 - a


check("mirror.opposite", opposite)
"""
KNOWS = "Right: whoever knows one half of the sigmoid knows the other one\n"


@pytest.fixture
def folder(mirror, tmp_path):
    """A reader's folder, from which np_nn is found; the lesson has a second exercise, half."""
    path = runner.SNIPPETS / "np_nn/exercises/mirror.py"
    text = path.read_text(encoding="utf-8").replace("import call", "import call, expect")
    text += "\n\ndef half(number):\n    expect(number == 0.5, 'half of what?')\n    return 'half'\n"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


@contextmanager
def started(folder, *arguments):
    """The command at work, in a group of its own, as in a shell; it does not outlive the test."""
    with subprocess.Popen(
        [sys.executable, "-m", "np_nn.check", *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(runner.SNIPPETS)}, start_new_session=True,
        # Whoever runs the tests in the background may have Ctrl+C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def ask(folder, *arguments):
    """Return what the command prints, and its exit status; it has nothing to say on stderr."""
    with started(folder, *arguments) as process:
        said, complaints = process.communicate(timeout=60)
    assert complaints == ""
    return said, process.returncode


def test_a_right_answer_is_told_in_one_sentence(folder):
    (folder / "mirror_opposite.py").write_text(SOLUTION)
    assert ask(folder, "mirror_opposite.py") == (KNOWS, 0)


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("return 1 - a", "...", "opposite returns None: replace the dots with your code"),
        ("return 1 - a", "return 1 / 0", "line 5 of {} raises ZeroDivisionError: division by zero"),
        ("return 1 - a", "return input()", "line 5 of {} raises EOFError"),
        ("return 1 - a", "raise ValueError", "line 5 of {} raises ValueError\n"),
        ("return 1 - a", "return 1 -", "line 5 of {} raises SyntaxError: invalid syntax\n"),
        ("return 1 - a", "return 'ä' - a", "line 5 of {} raises SyntaxError: (unicode error) "),
        ("def", "exit()\ndef", "line 4 of {} ends the program before it asks"),
        ("check(", "print(", '{} asks about no exercise: its last line should be check("mirror.opposite", …)'),
        ('"mirror.opposite", opposite', '"mirror.half", 0.5', "{} asks about mirror.half: its last"),
    ],
)
def test_what_is_not_right_yet_is_told_in_one_sentence(folder, old, new, said):
    assert old in SOLUTION
    text = SOLUTION.replace(old, new)
    (folder / "mirror_opposite.py").write_text(text, encoding="latin-1" if "ä" in text else "utf-8")
    sentence, status = ask(folder, "mirror_opposite.py")
    assert sentence.startswith("Not yet: " + said.format("mirror_opposite.py")), sentence
    assert (sentence.count("\n"), status) == (1, 1)


def test_what_else_a_program_prints_does_not_drown_the_sentence(folder):
    noise = "import sys, warnings\nprint('noise')\nwarnings.warn('noise')\nsys.stderr.write('noise')\n"
    (folder / "mirror_opposite.py").write_text(noise + SOLUTION + "print('noise')\nsys.exit(3)\n")
    assert ask(folder, "mirror_opposite.py") == (KNOWS, 0)


def test_a_file_may_have_any_name_and_lie_anywhere(folder):
    (folder / "sub").mkdir()
    (folder / "sub/mine.py").write_text(SOLUTION.replace("1 - a", "one - a") + "\n")
    (folder / "sub/my_one.py").write_text("one = 1\n")
    text = (folder / "sub/mine.py").read_text()
    (folder / "sub/mine.py").write_text("from my_one import one\n" + text)
    assert ask(folder, "sub/mine.py") == (KNOWS, 0)
    assert ask(folder, str(folder / "sub/mine.py")) == (KNOWS, 0)


def test_a_lesson_is_judged_line_by_line(folder):
    (folder / "mirror_opposite.py").write_text(SOLUTION)
    (folder / "mirror_half.py").write_text('from np_nn.check import check\n\ncheck("mirror.half", 1)\n')
    (folder / "mirror_other.py").write_text("1 / 0\n")
    lines = f"mirror_opposite.py  {KNOWS}mirror_half.py      Not yet: half of what?\n"
    assert ask(folder, "mirror") == (lines, 1)
    assert ask(folder, "mirror_opposite.py", "mirror_half.py") == (lines, 1)
    (folder / "mirror_half.py").unlink()
    lines = f"mirror_opposite.py  {KNOWS}Not in this folder: mirror_half.py\n"
    assert ask(folder, "mirror") == (lines, 1)


def test_a_lesson_that_is_done_ends_well(folder):
    (folder / "mirror_opposite.py").write_text(SOLUTION)
    (folder / "mirror_half.py").write_text('from np_nn.check import check\n\ncheck("mirror.half", 0.5)\n')
    said, status = ask(folder, "mirror")
    assert (said.count("Right: "), said.count("\n"), status) == (2, 2, 0)


def test_a_file_that_takes_python_down_is_one_line_of_its_lesson(folder):
    (folder / "mirror_opposite.py").write_text("import os\nos._exit(7)\n")
    (folder / "mirror_half.py").write_text('from np_nn.check import check\n\ncheck("mirror.half", 0.5)\n')
    assert ask(folder, "mirror") == (
        "mirror_opposite.py  Not yet: Python itself ended, with status 7, before mirror_opposite.py was judged\n"
        "mirror_half.py      Right: half\n",
        1,
    )


def test_what_is_not_there_is_told_with_what_there_is(folder):
    assert ask(folder, "mirror") == ("Not in this folder: mirror_opposite.py, mirror_half.py\n", 2)
    none = "The lessons with exercises are mirror.\n"
    assert ask(folder, "echo") == (f"There are no exercises of a lesson 'echo'. {none}", 2)
    assert ask(folder, "echo.py") == (f"There is no file echo.py. {none}", 2)
    (folder / "mirror_half.py").touch()
    here = "In this folder: mirror_half.py.\n"
    assert ask(folder, "mirror_opposite.py") == (f"There is no file mirror_opposite.py. {here}", 2)
    assert ask(folder, "mirror_half") == (f"There are no exercises of a lesson 'mirror_half'. {here}", 2)


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_without_a_question_it_tells_how_to_ask(folder, arguments):
    said, status = ask(folder, *arguments)
    assert said.startswith("    python -m np_nn.check xor_train.py    in one sentence")
    assert said.endswith("\nmirror: mirror_opposite.py, mirror_half.py\n")
    assert status == 0


def test_ctrl_c_is_told_in_a_sentence_with_the_line(folder):
    loop = "open('started', 'w').close()\n    while True:\n        a = a"
    (folder / "mirror_opposite.py").write_text(SOLUTION.replace("return 1 - a", loop))
    with started(folder, "mirror") as process:
        while not (folder / "started").exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.1)
        process.send_signal(signal.SIGSTOP)  # the command itself learns of it last, as it may on a busy machine
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGCONT)
        said, complaints = process.communicate(timeout=60)
    assert complaints == ""
    assert re.match(r"mirror_opposite\.py  Not yet: you stopped it at line [67] of mirror_opposite\.py\n", said)
    assert process.returncode == 1


# What judges are made of


def test_a_function_that_takes_other_arguments_is_refused_before_it_is_called():
    with pytest.raises(check.NotYet, match=r"^f\(x, y\) is called with 1 argument$"):

        def f(x, y):
            raise AssertionError

        check.call(f, 1)
    assert check.call(lambda *x: len(x), 1, 2) == 2
    assert check.call(np.tanh, np.zeros(2)).shape == (2,)


@pytest.mark.parametrize(
    "value, words",
    [
        (None, "it is still missing: fill in the dots"),
        (..., "it is still missing"),
        ("words", "it should be made of numbers, got 'words'"),
        (["1", "2"], "it should be made of numbers"),
        ([1 + 2j, 2], "it should be made of numbers"),
        (np.ones(2, np.complex64), "it should be made of numbers"),
        ([[1.0], [2.0, 3.0]], "it should be made of numbers"),
        ([10**400, 0], "it should be made of numbers"),
        ([torch.ones(2, requires_grad=True)], "it should be made of numbers"),
        ([1.0], r"it should be an array of shape \(2,\), got an array of shape \(1,\)"),
        (1.0, r"it should be an array of shape \(2,\), got the number 1.0"),
        ([np.nan, 1], "it has NaN or infinity in it"),
        ([1, np.inf], "it has NaN or infinity in it"),
    ],
)
def test_what_are_no_numbers_is_refused(value, words):
    for function in (lambda: check.numbers(value, (2,), "it"), lambda: check.compare(value, [1, 2], "it")):
        with pytest.raises(check.NotYet, match=f"^{words}"):
            function()


def test_what_is_no_function_returns_nothing_or_changes_what_it_is_given_is_refused():
    with pytest.raises(check.NotYet, match="^a function is wanted, got Ellipsis$"):
        check.call(..., 1)
    with pytest.raises(check.NotYet, match="^<lambda> returns None: replace the dots with your code$"):
        check.call(lambda x: None, 1)
    with pytest.raises(check.NotYet, match="^sort changes the array that it is given: make a new one instead$"):

        def sort(x):
            x.sort()
            return x

        check.call(sort, np.array([2.0, 1.0]))
    with pytest.raises(check.NotYet, match=r"^it should be one number, got an array of shape \(1,\)$"):
        check.numbers([1.0], (), "it")


def tanh_network(mutant=None, sizes=(2, 8, 8, 1)):
    """Return gradients, parameters, inputs and targets of a random network of the zoo."""
    rng = np.random.default_rng(3)
    network, loss = zoo.build(rng, mutant, sizes)
    inputs, targets = rng.normal(size=(6, sizes[0])), rng.uniform(size=(6, sizes[-1]))
    loss.forward(network.forward(inputs), targets)
    network.backward(loss.backward())
    pairs = network.parameters()
    return [gradient for _, gradient in pairs], [array for array, _ in pairs], inputs, targets


# Its matrix is drawn when the layer is made: a reader's is another one.
NAMELESS = {"random matrix in place of W"}


@pytest.mark.parametrize("name", sorted(set(zoo.MUTANTS) - NAMELESS))
def test_a_mutant_is_known_by_its_gradients(name):
    mutant = zoo.MUTANTS[name]
    sentence = check.name_mutant(*tanh_network(mutant))
    assert sentence == mutant.__doc__.splitlines()[0] and sentence.endswith(".")


@pytest.mark.parametrize("sizes", [(2, 8, 8, 1), (3, 5, 4, 2), (2, 1)])
def test_right_gradients_are_no_mutants(sizes):
    gradients, *others = tanh_network(sizes=sizes)
    assert check.name_mutant(gradients, *others) == ""
    assert check.name_mutant([gradient.tolist() for gradient in gradients], *others) == ""


def test_other_wrong_gradients_are_no_mutants():
    gradients, *others = tanh_network()
    assert check.name_mutant([3 * gradient for gradient in gradients], *others) == ""


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda gradients: None, "6 gradients are wanted, one for each parameter, got None"),
        (lambda gradients: gradients[:-1], "6 gradients are wanted"),
        (lambda gradients: [g.T for g in gradients], r"gradient 0 should be an array of shape \(8, 2\)"),
        (lambda gradients: [g * np.nan for g in gradients], "gradient 0 has NaN"),
        (lambda gradients: ["words"] * 6, "gradient 0 should be made of numbers"),
    ],
)
def test_what_are_no_gradients_of_the_parameters_is_refused(change, words):
    gradients, *others = tanh_network()
    with pytest.raises(check.NotYet, match=f"^{words}"):
        check.name_mutant(change(gradients), *others)


def test_the_parameters_stay_as_they_are():
    gradients, parameters, *others = tanh_network(zoo.EarlyStep)
    before = [parameter.copy() for parameter in parameters]
    check.name_mutant(gradients, parameters, *others)
    assert all(np.array_equal(*pair) for pair in zip(parameters, before))
