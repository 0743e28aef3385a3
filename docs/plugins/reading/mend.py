"""A page with right fences in the place of wrong ones, so that the rest of it can be read."""

import ast
import re

from docs.plugins.reading.blocks import LANGUAGES

# A line of prose, of which there is none in code or in an equation.
PROSE = re.compile(r"#{2,} \w|!!! |\?\?\?|=== |!\[|\*\*\w|[A-Z][a-z']* [a-z].*[.:?!]$|```")


def changed(before: str, after: str) -> set[int]:
    """Return the lines, from 1, in which two texts differ."""
    pairs = enumerate(zip(before.split("\n"), after.split("\n")), 1)
    return {number for number, (was, now) in pairs if was != now}


def mended(text: str, only_close: bool = False) -> str:
    """Return a page with a right fence for each wrong one, each at its line, so far as possible.

    ``only_close`` leaves those that are wrong, and ends those that have no end.
    """
    lines = re.sub(r"<!--.*?-->", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
    lines = lines.split("\n")
    opened, indent, language = None, "", ""

    def close(number):
        if not only_close or not lines[number].strip():
            lines[number] = f"{indent}```"
        if only_close or language in LANGUAGES:
            return
        code = [line.removeprefix(indent) for line in lines[opened + 1 : number]]
        try:
            ast.parse("\n".join(code))
        except SyntaxError:
            lines[opened] = f"{indent}```text"

    for number, line in enumerate(lines):
        fence = re.match(r"( *)(?:[-*] )?(`{3,}|~{3,}) *([^`]*)$", line)
        if opened is not None and not (fence and not fence[3]) and lines[number - 1].strip() == "":
            if number > opened + 1 and PROSE.match(line.strip()):
                close(number - 1)
                opened = None
        if opened is None and fence:
            opened, indent = number, fence[1]
            language = (fence[3].split() or [""])[0]
            known = language in LANGUAGES
            if not only_close and (not known or fence[2] != "```"):
                lines[number] = f"{indent}```{language if known else 'python'}"
        elif opened is None:
            if only_close:
                continue
            if "```" in line or line.lstrip().startswith(">>> "):
                lines[number] = ""
        elif fence and not fence[3]:
            close(number)
            opened = None
        elif only_close:
            continue
        elif line.strip() and not line.startswith(indent) or "\t" in line or "```" in line:
            lines[number] = indent + "pass"
    if opened is not None:
        lines.append("")
        close(len(lines) - 1)
    return "\n".join(lines)
