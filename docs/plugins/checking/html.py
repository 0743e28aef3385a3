"""HTML: what authors write of it, what Markdown left as it stood, and that all code shown is tested."""

import re
from collections import Counter

from bs4 import BeautifulSoup

from docs.plugins.checking.structure import line_at
from docs.plugins.problem import Found, check
from docs.plugins.reading.blocks import bare
from docs.plugins.reading.page import Page

TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)(?=[\s/>])((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTES = re.compile(r"\{[:#.]?[^{}\n]*=[^{}\n]*\}")
NO_TAGS = {
    "script": "a figure becomes interactive by its module in docs/widgets",
    "style": "styles stand in docs/assets/css",
    "link": "styles stand in docs/assets/css",
    "img": "write ![what to see](../figures/name.svg), drawn by snippets/figures",
    "svg": "write ![what to see](../figures/name.svg), drawn by snippets/figures",
} | dict.fromkeys(
    "iframe object embed video audio source base meta form input".split(),
    "nothing is loaded from elsewhere: take it out, or link to it",
)
VOID = {"br", "hr", "wbr", "img", "input", "link", "meta", "source", "base", "embed"}
# What Markdown made nothing of, as a reader would see it.
LEFT_OVER = re.compile(
    r"\] ?\([\w./#-]+\.(?:md|py|html)\b|\]\([^\s)]|\]\[\w|\[\^\w|^(?:!!!|\?\?\?|===)"
    r"|\*\*(?=\w)|(?<=[\w.])\*\*|\{[:#.] ?[a-z]|^\|? ?:?-{3,}:? ?\|",
    re.MULTILINE,
)
NO_WORDS = {"pre", "code", "script", "style", "svg"}


@check("HTML")
def raw(page: Page) -> Found:
    """Raw HTML is closed, and brings no scripts, styles or frames."""
    prose = page.prose
    opened = []  # (name, line)
    for tag in TAG.finditer(prose):
        line, name = line_at(prose, tag.start()), tag[2].lower()
        if tag[1]:
            while opened and opened[-1][0] != name and any(name == other for other, _ in opened):
                yield opened.pop()[1], "HTML that is not closed: write its closing tag"
            if opened and opened[-1][0] == name:
                opened.pop()
            elif name not in NO_TAGS:
                yield line, f"</{name}> closes nothing: take it out"
            continue
        if name in NO_TAGS:
            outside = re.search(r"(?:src|href)=[\"']?(?:https?:)?//", tag[3])
            where = " from another origin" if outside else ""
            yield line, f"raw <{name}>{where}: {NO_TAGS[name]}"
        elif name not in VOID and not tag[3].endswith("/"):
            opened.append((name, line))
        yield from ((line, what) for what in _of_attributes(tag[3]))
    for name, line in opened:
        yield line, f"<{name}> is not closed: write </{name}>"
    for braces in ATTRIBUTES.finditer(prose):
        line = line_at(prose, braces.start())
        yield from ((line, what) for what in _of_attributes(braces[0]))


def _of_attributes(text):
    if script := re.search(r"\bon[a-z]+ *=", text):
        yield f"script in {script[0]}…: a figure becomes interactive by its module in docs/widgets"
    if re.search(r"\bstyle *=", text):
        yield "style in an attribute: give it a class, and that its style in docs/assets/css"
    if re.search(r"javascript:", text):
        yield "script in a link: link to a page"


@check("left over")
def left_over(page: Page, tree: BeautifulSoup) -> Found:
    """Markdown has made something of all signs, or a reader would see them."""
    lines = page.plain.split("\n")
    for part in tree.find_all(["p", "li", "td", "th", "h1", "h2", "h3", "h4", "summary"]):
        words = _words(part)
        for match in LEFT_OVER.finditer(words):
            around = words[match.start() : match.end() + 12].split("\n")[0].strip()
            line = next((n for n, line in enumerate(lines, 1) if around in line), None)
            line = line or next((n for n, line in enumerate(lines, 1) if match[0] in line), 1)
            what = "would be seen as it stands: close it, put an empty line above it, or"
            yield line, f"{around!r} {what} write \\ before it"


def _words(tree):
    """Return the text of a part of a page, with a space for what is no text."""
    kept = []
    for part in tree.children:
        if part.name is None:
            kept.append(str(part))
        elif part.name in NO_WORDS or "arithmatex" in part.get("class", ()):
            kept.append(" ")
        else:
            kept.append(_words(part))
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
            "or ```text if it is no program, not indented code or HTML",
        )
    missing = Counter(known) - Counter(shown)
    for block, key in zip(page.blocks, known):
        if missing[key]:
            missing[key] -= 1
            yield (
                block.line,
                "block that is not shown as code: indent it as what it belongs to, "
                'leave a blank line above, and add markdown="1" to HTML around it',
            )


def _shown_language(pre):
    if "output" in (classes := pre.get("class", [])):
        return "error" if "error" in classes else "output"
    around = pre.find_parent("div", class_="highlight")
    names = around.get("class", []) if around else []
    languages = (name.removeprefix("language-") for name in names if name.startswith("language-"))
    return next(languages, "code")
