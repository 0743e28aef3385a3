"""The one reader of code blocks: what is tested, what is copied and what is shown.

A page is one program, and a block that hands an answer to `check` is another, for itself. A
fence is three backticks and a word of LANGUAGES, and whatever else a reader could meet as code
on a page is refused with the line and what to write instead. This sees the source, and
checking/html.py the HTML made of it: a form of code that this does not know still shows up
there, as a block that nobody tested.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

LANGUAGES = {
    "python": "runs, and is tested",
    "output": "what the Python block above it prints",
    "error": "the exception that ends the Python block above it",
    "text": "anything that is not a program",
    "console": "commands for a shell",
}
FENCE = re.compile(r"( *)```(\S*)(.*)")
OPENING = re.compile(r" *`{3,}")
OPTIONS = re.compile(r'(?: +(?:title|hl_lines)="[^"]*")*')
TITLE = re.compile(r' title="([^"]*)"')
# What authors write when they mean one of ours.
PYTHON_NAMES = re.compile(r"(?:i?python|py)[\d.]*", re.IGNORECASE)
IMPORTS_NP_NN = re.compile(r"^\s*(?:from|import) np_nn\b", re.MULTILINE)
PROMPT_NAMES = {"pycon", "python-repl", "doctest", "python-console", "ipythonconsole"}
UNCLOSED = "fence is not closed: end it with ``` on a line of its own, under its opening"
SHELL_NAMES = {"bash", "sh", "shell", "zsh", "shell-session", "terminal"}


@dataclass
class Block:
    """A fence of a page.

    ``line`` is that of the opening fence and ``end`` that of the closing one, from 1;
    ``code`` is the text between them without the fence's own ``indent``. A Python block
    has its ``output`` and ``error`` blocks, if they stand beneath it, and the name of the
    ``exercise`` that it answers, such as "xor.train", by ``check("xor.train", …)``; or "".
    """

    language: str
    line: int
    end: int
    indent: str
    code: str
    title: str = ""
    exercise: str = ""
    output: "Block | None" = None
    error: "Block | None" = None


def scan(text: str) -> tuple[list[Block], list[tuple[str, int, str]]]:
    """Return the blocks of a text in their order, and [(kind, line, words)] of all that is refused."""
    blocks, problems = _scan(text.splitlines())
    _attach(blocks, problems)
    for block in blocks:
        if block.language in ("text", "console") and _is_python(block.code):
            problems.append(("fence", block.line, "this is Python that nobody tests: write ```python"))
    return blocks, problems


def parts(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Yield the lines of a text in pieces: whether they are a fence, and they.

    A fence that has no end reaches to the end of the text.
    """
    opened, lines = None, []
    for line in text.split("\n"):
        fence = OPENING.match(line)
        if opened is None and fence:
            yield False, lines
            opened, lines = fence[0], [line]
        elif opened is not None and line.rstrip() == opened:
            yield True, [*lines, line]
            opened, lines = None, []
        else:
            lines.append(line)
    yield opened is not None, lines


def unfenced(text: str) -> str:
    """Return a text with empty lines for its fences."""
    pieces = parts(text)
    return "\n".join("" if is_fence else line for is_fence, lines in pieces for line in lines)


def programs(blocks: list[Block]) -> list[tuple[Block, str]]:
    """Return [(block, program)]: for each Python block, the page's program up to its end.

    A block that is shown to fail is the end of its own program and in no later one. One that
    answers an exercise is a program by itself: the reader has it as a file.
    """
    found, parts = [], []
    for block in blocks:
        if block.exercise:
            found.append((block, block.code))
        elif block.language == "python":
            found.append((block, "\n".join([*parts, block.code])))
            if block.error is None:
                parts.append(block.code)
    return found


def _scan(lines):
    blocks, problems = [], []
    opened = None  # the block that is open
    commented = False
    for number, line in enumerate(lines, start=1):
        fence = FENCE.fullmatch(line)
        if opened is not None:
            if fence and fence[1] == opened.indent and not (fence[2] + fence[3]).strip():
                opened.end = number
                blocks.append(opened)
                opened = None
            elif fence and fence[2]:
                problems.append(("unclosed", opened.line, UNCLOSED))
                opened = None  # and read this line as the opening of another one, below
            elif "```" in line:
                problems.append(
                    ("fence", number, "``` inside a block: a closing fence stands alone, under its opening")
                )
            elif line.strip() and not line.startswith(opened.indent):
                problems.append(("fence", number, "less indented than the fence that it stands in"))
            elif "\t" in line:
                problems.append(("fence", number, "tab in a block: write spaces"))
            else:
                opened.code += line.removeprefix(opened.indent).rstrip() + "\n"
            if opened is not None or fence is None or not fence[2]:
                continue
        was_commented = commented
        commented = _comment_is_open(line, commented)
        if "```" not in line and not line.strip().startswith("~~~"):
            if line.lstrip().startswith(">>> "):
                problems.append(("fence", number, "a prompt outside a block: write ```python and ```output"))
            continue
        if was_commented or commented:
            problems.append(("fence", number, "fence in a comment: take it out, nobody would see it break"))
        elif line.strip().startswith("~~~"):
            problems.append(("fence", number, "fence of tildes: write three backticks"))
        elif fence is None or "```" in fence[2] + fence[3]:
            problems.append(("fence", number, "a fence stands on a line of its own, after spaces only"))
        else:
            wrong = _refusal(fence[2], fence[3])
            if wrong:
                problems.append(("fence", number, wrong))
            # A refused fence is read to its end all the same, so that it is one mistake.
            title = TITLE.search(fence[3])
            opened = Block(fence[2], number, number, fence[1], "", title[1] if title else "")
    if opened is not None:
        problems.append(("unclosed", opened.line, UNCLOSED))
    return blocks, problems


def _comment_is_open(line, commented):
    last = max(line.rfind("<!--"), line.rfind("-->"))
    return commented if last < 0 else line.startswith("<!--", last)


def _refusal(language, rest):
    """Return what is wrong with ```language rest, or None."""
    if language.startswith("`"):
        return "fence of more than three backticks: write three"
    if not language or language.startswith("{"):
        return "fence without a language: write one of ```" + ", ```".join(LANGUAGES)
    if language.lower() in PROMPT_NAMES:
        return f"```{language}: write ```python without prompts, and ```output beneath it"
    if language not in LANGUAGES:
        if PYTHON_NAMES.fullmatch(language):
            return f"```{language}: write ```python"
        if language.lower() in SHELL_NAMES:
            return f"```{language}: write ```console"
        return f"```{language} is not known: write one of ```" + ", ```".join(LANGUAGES)
    if not OPTIONS.fullmatch(rest.rstrip()):
        return (
            f'```{language}{rest.rstrip()}: only title="…" and hl_lines="…" may follow; '
            "a page is one program, and every block of it is run"
        )
    return None


def _attach(blocks, problems):
    """Give each Python block its output and error block; refuse those without one."""
    owner, previous = None, None
    for block in blocks:
        if block.language == "python":
            owner = block
            block.exercise = _exercise(block.code)
            if not block.code.strip():
                problems.append(("fence", block.line, "empty block: take it out"))
        elif block.language in ("output", "error"):
            follows = (
                owner is not None
                and previous is not None
                and (previous is owner or (previous is owner.output and block.language == "error"))
            )
            if not follows or block.indent != owner.indent:
                problems.append(
                    (
                        "unowned",
                        block.line,
                        f"```{block.language} belongs directly under the ```python "
                        "block that it comes from, at the same indentation",
                    )
                )
            else:
                setattr(owner, block.language, block)
        previous = block


def _exercise(code):
    """Return the name of the exercise that a program answers, by check("name", …); or ""."""
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError):
        return ""
    for statement in reversed(body):
        match statement:
            case ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(str(name)), *_])):
                if re.fullmatch(r"\w+\.\w+", name):
                    return name
    return ""


def _is_python(text):
    """Whether the text is a Python program: it parses, and it does something."""
    if re.search(r"^\s*(>>>|In \[\d+\]:) ", text, re.MULTILINE):
        return True
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    doing = (ast.Import, ast.ImportFrom, ast.Call, ast.FunctionDef, ast.ClassDef, ast.Assign)
    return any(isinstance(node, doing) for node in ast.walk(tree))


def line_of(text: str, lines: list[str]) -> int:
    """Return the first of ``lines``, from 1, that holds the first line of a text; else 1."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return next((number for number, line in enumerate(lines, 1) if first in line), 1)


def bare(code: str) -> str:
    return "\n".join(line.rstrip() for line in code.splitlines()).strip("\n")
