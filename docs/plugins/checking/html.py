"""HTML: that authors write none, what Markdown left as it stood, and that all code shown is tested."""

import re
from collections import Counter

from bs4 import BeautifulSoup, Tag

from docs.plugins.checking.structure import line_at
from docs.plugins.problem import Found, check
from docs.plugins.reading.blocks import bare
from docs.plugins.reading.page import Page

# A comment is none; one that is not closed hides the rest of the page.
RAW = re.compile(r"<(?:/?([a-zA-Z][\w-]*)(?=[\s/>])[^<>]*>|[!?])")
ATTRIBUTES = re.compile(r"\{[:#.]?[^{}\n]*=[^{}\n]*\}")
# What Markdown made nothing of, as a reader would see it.
LEFT_OVER = re.compile(
    r"\] ?\([\w./#-]+\.(?:md|py|html)\b|\]\([^\s)]|\]\[\w|\[\^\w|^(?:!!!|\?\?\?|===)"
    r"|\*\*(?=\w)|(?<=[\w.])\*\*|\{[:#.] ?[a-z]|^\|? ?:?-{3,}:? ?\|",
    re.MULTILINE,
)


@check("HTML")
def raw(page: Page) -> Found:
    """No HTML stands in a page, and no attribute brings a script or a style."""
    prose = page.prose
    for found in RAW.finditer(prose):
        what = found[1] and f"raw HTML, <{found[1].lower()}>: write Markdown, or `<{found[1]}>` to show it"
        yield line_at(prose, found.start()), what or f"{found[0]} begins no text: write `…` around it, or <!-- … -->"
    for braces in ATTRIBUTES.finditer(prose):
        line = line_at(prose, braces.start())
        if script := re.search(r"\bon[a-z]+ *=", braces[0]):
            yield line, f"script in {script[0]}…: a figure becomes interactive by its module in docs/widgets"
        if re.search(r"\bstyle *=", braces[0]):
            yield line, "style in an attribute: give it a class, and that its style in docs/assets/css"
        if re.search(r"javascript:", braces[0]):
            yield line, "script in a link: link to a page"


@check("left over")
def left_over(page: Page, tree: BeautifulSoup) -> Found:
    """Markdown has made something of all signs, or a reader would see them."""
    lines = page.plain.split("\n")
    for part in tree.find_all(["p", "li", "td", "th", "h1", "h2", "h3", "h4", "summary"]):
        words = words_of(part)
        for match in LEFT_OVER.finditer(words):
            around = words[match.start() : match.end() + 12].split("\n")[0].strip()
            line = next((n for n, line in enumerate(lines, 1) if around in line), None)
            line = line or next((n for n, line in enumerate(lines, 1) if match[0] in line), 1)
            what = "would be seen as it stands: close it, put an empty line above it, or"
            yield line, f"{around!r} {what} write \\ before it"


def words_of(tree: Tag) -> str:
    """Return the text of a part of a page, with a space for each piece of code and each formula."""
    kept = []
    for part in tree.children:
        if not isinstance(part, Tag):
            kept.append(str(part))
        elif part.name in ("pre", "code") or "arithmatex" in (part.get("class") or ()):
            kept.append(" ")
        else:
            kept.append(words_of(part))
    return "".join(kept)


@check("rendered")
def rendered(page: Page, tree: BeautifulSoup) -> Found:
    """The code blocks in the HTML are exactly the tested ones."""
    shown = []
    for pre in tree.find_all("pre"):
        if not pre.find_parent("pre"):
            shown.append((_shown_language(pre), bare(pre.get_text())))
    for code in tree.find_all("code"):
        if not code.find_parent("pre") and "\n" in code.get_text().strip():
            yield (
                page.line_of(code.get_text()),
                "code over several lines: write a ```python block",
            )
    known = [(block.language, bare(block.code)) for block in page.blocks]
    for language, code in (Counter(shown) - Counter(known)).elements():
        yield (
            page.line_of(code),
            f"code that is shown but not tested ({language}): write ```python, "
            "or ```text if it is no program, not indented code",
        )
    missing = Counter(known) - Counter(shown)
    for block, key in zip(page.blocks, known):
        if missing[key]:
            missing[key] -= 1
            yield (
                block.line,
                "block that is not shown as code: indent it as what it belongs to, and leave a blank line above",
            )


def _shown_language(pre):
    if "output" in (classes := pre.get("class", [])):
        return "error" if "error" in classes else "output"
    around = pre.find_parent("div", class_="highlight")
    names = around.get("class", []) if around else []
    languages = (name.removeprefix("language-") for name in names if name.startswith("language-"))
    return next(languages, "code")
