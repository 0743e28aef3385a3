"""A page with what came of running it: what the tests judge and `make outputs` writes."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from docs.plugins.reading.blocks import Block
from docs.plugins.running import runner

HOW = "`make outputs` writes what the page prints"
# What a fence does not show to the letter, or ends at.
NOT_SHOWN = re.compile(
    "(?P<tab>\t)|(?P<fence>```)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ufffd\ud800-\udfff]"
)


def run_page(page_blocks: list[Block], path: str | Path) -> dict[int, runner.Result]:
    """Run the Python blocks of a page; return {line of the block: Result}.

    Where a block fails that was not meant to, the later ones have no Result. A block that
    answers an exercise is run alone, as the reader's file is, and stops nothing.
    """
    python = [block for block in page_blocks if block.language == "python"]
    alone = [block for block in python if block.exercise]
    page = [block for block in python if not block.exercise]
    results = _start(page, path) if page else ()
    answers = {block.line: next(_start([block], path)) for block in alone}  # while the page is run
    judged = {block.line: _with_idle(block, answers[block.line], answers[block.line].ran) for block in alone}
    ran = []
    for block, result in zip(page, results):
        judged[block.line] = result
        ran.append(result.ran)
        if result.error and block.error is None:
            return judged  # nobody knows what the rest would have made run
    return judged | {block.line: _with_idle(block, judged[block.line], frozenset().union(*ran)) for block in page}


def _with_idle(block, result, ran):
    """Return a Result with the lines of its block that never ran, if each of them has to."""
    if result.error or not must_run_whole(block):
        return result
    return replace(result, idle=tuple(sorted(runner.lines_of(block.code, block.line + 1) - ran)))


def must_run_whole(block: Block) -> bool:
    """Whether each line of a block has to run: not where it is meant to fail.

    A block that shows a part of np_nn, to the letter, has its lines run by the tests of np_nn.
    """
    return block.error is None and block.code.strip() not in _np_nn()


@cache
def _np_nn():
    """Return the text of np_nn's files, for what a page shows of them."""
    files = sorted((runner.SNIPPETS / "np_nn").glob("*.py"))
    return "".join(file.read_text(encoding="utf-8") for file in files)


def _start(python, path):
    return runner.stream([(block.line + 1, block.code) for block in python], path)


def complaint(block: Block, result: runner.Result) -> tuple[int, str] | None:
    """Return (line, what) for what is wrong with a block that was run, or None."""
    if result.error and block.error is None:
        return block.line, f"the block fails:\n{result.trace}"
    if what := not_shown(result):
        return block.line, what
    if block.error is not None and not result.error:
        return block.error.line, "the block above is shown to fail, but it runs"
    if block.error is not None and result.error != block.error.code.strip():
        return block.error.line, (
            f"the block above fails in another way; {HOW}\nshown: {block.error.code.strip()}\ncame:  {result.error}"
        )
    if result.stderr:
        return block.line, (
            "the block writes to stderr, which a reader sees and the page does not show: "
            f"print it, or mend what it warns of\n{result.stderr.strip()}"
        )
    if block.output is None and result.stdout:
        return block.line, f"the block prints, and no ```output is beneath it; {HOW}"
    if block.output is not None and shown(result.stdout) != block.output.code:
        return block.output.line, (
            f"the block above prints something else; {HOW}\n{difference(block.output.code, shown(result.stdout))}"
        )
    if result.idle:
        line = result.idle[0]
        return line, (
            "this line never runs, so nothing shows that it is right: let a block run it, "
            f"or cut it: {block.code.splitlines()[line - block.line - 1].strip()}"
        )
    return None


def not_shown(result: runner.Result) -> str | None:
    """Return why no page can show what a block printed, or how it failed, to the letter; or None."""
    for printed in (result.stdout, result.error):
        for number, line in enumerate(printed.split("\n"), 1):
            if match := NOT_SHOWN.search(line):
                name = "a tab" if match["tab"] else match["fence"] or f"U+{ord(match[0]):04X}"
                return (
                    f"the block prints {name} in line {number}, {ascii(line):.60}, and no page can show "
                    "that to the letter: print spaces, or repr(…) of it"
                )
    return None


def shown(stdout: str) -> str:
    """Return printed text as it stands in a fence: no spaces at the ends of lines."""
    return "".join(line.rstrip() + "\n" for line in stdout.splitlines())


def difference(expected: str, actual: str) -> str:
    """Return the first line that differs, as shown and as it came."""
    pairs = zip([*expected.splitlines(), "(nothing)"], [*actual.splitlines(), "(nothing)"])
    shown_line, came = next(pair for pair in pairs if pair[0] != pair[1])
    return f"shown: {shown_line}\ncame:  {came}"
