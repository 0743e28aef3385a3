"""A page with what came of running it: what the tests judge and `make outputs` writes."""

from docs.plugins.running import runner

HOW = "`make outputs` writes what the page prints"


def run_page(page_blocks, path):
    """Run the Python blocks of a page; return {line of the block: Result}.

    Where a block fails that was not meant to, the later ones have no Result. A block that
    answers an exercise is run alone, as the reader's file is, and stops nothing.
    """
    python = [block for block in page_blocks if block.language == "python"]
    alone = [block for block in python if block.exercise]
    page = [block for block in python if not block.exercise]
    results = _start(page, path) if page else ()
    judged = {block.line: next(_start([block], path)) for block in alone}  # while the page is run
    for block, result in zip(page, results):
        judged[block.line] = result
        if result.error and block.error is None:
            break
    return judged


def _start(python, path):
    return runner.stream([(block.line + 1, block.code) for block in python], path)


def complaint(block, result):
    """Return (line, what) for what is wrong with a block that was run, or None."""
    if result.error and block.error is None:
        return block.line, f"the block fails:\n{result.trace}"
    if block.error is not None and not result.error:
        return block.error.line, "the block above is shown to fail, but it runs"
    if block.error is not None and result.error != block.error.code.strip():
        return block.error.line, (
            f"the block above fails in another way; {HOW}\n"
            f"shown: {block.error.code.strip()}\ncame:  {result.error}"
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
            f"the block above prints something else; {HOW}\n"
            f"{difference(block.output.code, shown(result.stdout))}"
        )
    return None


def shown(stdout):
    """Return printed text as it stands in a fence: no spaces at the ends of lines."""
    return "".join(line.rstrip() + "\n" for line in stdout.splitlines())


def difference(expected, actual):
    """Return the first line that differs, as shown and as it came."""
    pairs = zip([*expected.splitlines(), "(nothing)"], [*actual.splitlines(), "(nothing)"])
    shown_line, came = next(pair for pair in pairs if pair[0] != pair[1])
    return f"shown: {shown_line}\ncame:  {came}"
