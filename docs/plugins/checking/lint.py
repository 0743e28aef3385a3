"""What an author can break on a page unseen: in which line, what it is, what to write instead.

`check_page` runs this and all other readers of a page, and shows every mistake at once. A fence
that is refused does not hide the rest: `mended` puts a right one in its place, and the others
read on. The tests call it, and so does the build of the site, which adds what only it knows.
"""

import ast
import difflib
import functools
import re
from pathlib import Path

import yaml
from bs4 import BeautifulSoup
from markdown.extensions.toc import slugify

from docs.plugins import cache, paths
from docs.plugins.building import mathjax
from docs.plugins.checking import code, markdown, names, questions
from docs.plugins.reading import blocks, exercises, render
from docs.plugins.running import runner

CACHE = paths.CACHE / "places"  # on pages, to which a link may lead
KEYS = ["description", "title", "hide", "search"]  # of front matter
ADMONITIONS = """
    note abstract info tip success question warning failure danger bug example quote
""".split()
OPENING = re.compile(r'(!!!|\?\?\?\+?) ([\w-]+)((?: inline| end)*)(?: "([^"]*)")?')
TAB = re.compile(r'===[+!]? "[^"]+"')
CONTAINER = re.compile(r"(?:!!|\?\?)[!?+]*(?=[ \w\"]|$)|={3,}[+!]?(?=[ \w\"“])")
HEADING = re.compile(r"(#+)( *)(.*?)(?: +\{[^}]*\})? *#* *")
LINK = re.compile(
    r"(?<![!\\])\[((?:[^\[\]\n]|\n(?! *\n)|!?\[[^\[\]]*\])*)\]"
    r"\(((?:[^()\n\"<>]|\([^()\n]*\))*)(?:\"[^\"]*\")? *\)"
)
IMAGE = re.compile(r"(?<!\\)!\[((?:[^\[\]]|\[[^\]]*\])*)\]\( *([^()\s]*)[^()]*\)")
REFERENCE = re.compile(r"(?<![\\\]])\[([^\[\]^]+)\]\[([^\[\]]*)\]")
DEFINITION = re.compile(r"^ {0,3}\[([^\[\]^]+)\]: *(\S*)", re.MULTILINE)
FOOTNOTE = re.compile(r"(?<!\\)\[\^([^\[\]\s]+)\](?!:)")
FOOTNOTE_TEXT = re.compile(r"^ {0,3}\[\^([^\[\]]+)\]:", re.MULTILINE)
TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)(?=[\s/>])((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTES = re.compile(r"\{[:#.]?[^{}\n]*=[^{}\n]*\}")
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(?!\s)((?:[^$\\\n]|\\.)+?)(?<!\s)\$(?!\$)", re.DOTALL)
MACRO = re.compile(r"\\[a-zA-Z]+")
# A line of prose, of which there is none in code or in an equation.
PROSE = re.compile(r"#{2,} \w|!!! |\?\?\?|=== |!\[|\*\*\w|[A-Z][a-z']* [a-z].*[.:?!]$|```")
NO_TAGS = {
    "script": "a figure becomes interactive by its module in docs/widgets",
    "style": "styles stand in docs/assets/css",
    "link": "styles stand in docs/assets/css",
    "img": "write ![what to see](../figures/name.svg), drawn by snippets/figures",
    "svg": "write ![what to see](../figures/name.svg), drawn by snippets/figures",
} | dict.fromkeys(
    "iframe object embed video audio source base meta form input".split(),
    "nothing is loaded from elsewhere: take it out, or link to it",
)  # fmt: skip
VOID = {"br", "hr", "wbr", "img", "input", "link", "meta", "source", "base", "embed"}
# What differs from one run or one machine to the next.
PASSING = [
    (re.compile(pattern), f"{what}: {instead}")
    for pattern, what, instead in [
        (r"\b0x[0-9a-fA-F]{6,}", "an address in memory", "print what the object holds"),
        (r"(?<![\w.:/])/(?:home|tmp|root|usr|var|opt|Users|private|mnt|work)/\S*|\b[A-Z]:\\\w|"
         r'File "[^"<]*/', "a path of one machine", "print the name of the file alone"),
        (r"\b(?:19|20)\d\d-\d\d-\d\d\b|\b\d\d?:\d\d:\d\d\b|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
         r"[A-Z][a-z]{2}\b", "a date or time", "leave it out"),
        (r"\b\d+(?:\.\d+)?(?:e[+-]\d+)? ?(?:[nµum]?s|sec(?:ond)?s?|milliseconds?|minutes?)\b",
         "how long it took", "compare two durations, or count steps"),
        (r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\blocalhost:\d|\bid=\d{6,}", "an address", "leave it out"),
    ]
]
# What Markdown made nothing of, as a reader would see it.
LEFT_OVER = re.compile(
    r"\] ?\([\w./#-]+\.(?:md|py|html)\b|\]\([^\s)]|\]\[\w|\[\^\w|^(?:!!!|\?\?\?|===)"
    r"|\*\*(?=\w)|(?<=[\w.])\*\*|\{[:#.] ?[a-z]|^\|? ?:?-{3,}:? ?\|",
    re.MULTILINE,
)


def check_page(path, html=None, root=None, in_nav=None, also=()):
    """Return the blocks of a page; PageError lists all that is wrong with it, by line.

    ``html`` is the page as it was rendered, if it was; ``root`` the folder of all pages, and
    ``in_nav`` whether the page is in `nav`, if known. ``also`` are checks of (text, path) that
    state more about it.
    """
    path = Path(path)
    found = []  # (line, what)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = path.read_text(encoding="utf-8", errors="replace")
        found += _problems(lambda: blocks.read_file(path))
    fences, page_blocks, whole = _read_on(text, path)
    found += fences
    html = html if whole == text else None
    fenced = {line for line, _ in found}
    changed = _changed(text, whole)
    found += [p for p in of_source(whole, path, root, in_nav) if p[0] not in fenced | changed]
    seen = {line for line, _ in found}
    html = html or render.to_html(whole)
    formulas = of_tex(whole, html)
    traps = markdown.of_page(whole, html)
    formulas = markdown.not_of_traps(formulas, traps, whole)
    found += formulas
    if page_blocks is not None:
        found += [p for p in _of_syntax(page_blocks) if p[0] not in fenced | changed]
        found += [p for p in code.problems(page_blocks) if p[0] not in fenced | changed]
        later = [
            lambda: blocks.check_rendered(html, page_blocks, whole, path),
            lambda: exercises.check_page(whole, page_blocks, path),
        ]
        found += [
            (line, what)
            for check in later
            for line, what in _problems(check)
            if line not in fenced | changed and _outside(whole, line) not in seen
        ]
        # An equation that cannot be read has been told as TeX.
        told = {line for line, what in found if what.startswith(("$", "TeX"))}
        told |= fenced | {line for line, _ in formulas} | _displays(whole, formulas)
        for check in also:
            found += [
                (line, what)
                for line, what in _problems(lambda: check(whole, path))
                if line not in told | changed or what.startswith("the words beneath")
            ]
    found += (traps := markdown.untold(traps, found, whole, changed))
    left = markdown.untold(of_html(html, whole), traps, whole)
    found += [p for p in left if p[0] not in {line for line, _ in found}]
    if found:
        raise blocks.PageError(path, found)
    return page_blocks


def _of_syntax(page_blocks):
    """Yield blocks that are not shown to fail, and cannot even begin to run."""
    for block in page_blocks:
        if block.language == "python" and block.error is None:
            try:
                ast.parse(block.code)
            except (SyntaxError, ValueError) as error:
                line = block.line + (getattr(error, "lineno", 0) or 0)
                yield line, f"no Python ({error.args[0]}): mend it, or write ```error beneath it"


def of_lab(text, path):
    """Return [(line, what)] of the Markdown in a lab, at the lines of its file."""
    kept, is_markdown = [], False
    for line in text.split("\n"):
        if line.startswith("# %%"):
            is_markdown = "[markdown]" in line
            kept.append("")
        else:
            kept.append(re.sub("^# ?", "", line) if is_markdown else "")
    words = "\n".join(kept)
    html = render.to_html(words)
    found = of_source(words, Path(path)) + of_tex(words, html)
    return found + markdown.untold(markdown.of_page(words, html), found, words)


def of_output(text):
    """Return what a printed text says that will be something else on the next run; or None."""
    for pattern, what in PASSING:
        if match := pattern.search(text):
            return f"{match[0]!r} is {what}"
    return None


def _outside(text, line):
    """Return the line above, less indented, that a line seems to belong to; or 0."""
    lines = text.split("\n")
    indents = [len(line) - len(line.lstrip()) if line.strip() else 99 for line in lines]
    above = range(line - 1, 0, -1)
    return next((at for at in above if indents[at - 1] < indents[line - 1]), 0)


def _displays(text, problems):
    """Return the lines in which those displays begin that these problems are in."""
    plain = without_code(text)
    return {
        start
        for formula in FORMULA.finditer(plain)
        for start in [_line(plain, formula.start())]
        if any(start <= line <= start + formula[0].count("\n") for line, _ in problems)
    }


def _problems(check):
    try:
        check()
    except blocks.PageError as error:
        return error.problems
    except SyntaxError:
        pass  # in a block, which has been told
    return []


def _read_on(text, path):
    """Return ([(line, what)] of the fences, the blocks, the text that they were read from).

    That is the page itself, or what is right instead, at the same lines: what comes of a mistake
    is no other mistake. There are no blocks if that cannot be read either.
    """
    try:
        return [], blocks.read(text, path), text
    except blocks.PageError as error:
        found = error.problems
    unclosed = [problem for problem in found if problem[1] == blocks.UNCLOSED]
    if unclosed:
        closed = mended(text, only_close=True)
        more = _problems(lambda: blocks.read(closed, path))
        found = unclosed + [p for p in more if p[0] not in _changed(text, closed)]
    whole = mended(text)
    try:
        page_blocks, left = blocks.read(whole, path), []
    except blocks.PageError as error:
        page_blocks, left = None, error.problems
    found = [p for p in found if "belongs directly under" not in p[1] or p in left]
    told = {line for line, _ in found} | _changed(text, whole)
    return found + [p for p in left if p[0] not in told], page_blocks, whole


def _changed(before, after):
    """Return the lines, from 1, in which two texts differ."""
    pairs = enumerate(zip(before.split("\n"), after.split("\n")), 1)
    return {number for number, (was, now) in pairs if was != now}


def mended(text, only_close=False):
    """Return a page with a right fence for each wrong one, each at its line, so far as possible.

    ``only_close`` leaves those that are wrong, and ends those that have no end.
    """
    lines = re.sub(r"<!--.*?-->", lambda m: "\n" * m[0].count("\n"), text, flags=re.DOTALL)
    lines = lines.split("\n")
    opened = indent = language = None

    def close(number):
        if not only_close or not lines[number].strip():
            lines[number] = f"{indent}```"
        if only_close or language in blocks.LANGUAGES:
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
            known = language in blocks.LANGUAGES
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


def without_code(text):
    """Return a page without its fences, and with dots for its inline code and comments."""
    lines, opened = text.split("\n"), None
    for number, line in enumerate(lines):
        fence = re.match(r" *```", line)
        if fence and opened is None:
            opened = fence[0]
            lines[number] = ""
        elif opened is not None:
            opened = None if line.rstrip() == opened else opened
            lines[number] = ""
    text = "\n".join(lines)
    blank = re.compile(r"<!--.*?-->|(?<!`)(`+)(?!`)(?:(?!\n *\n).)+?(?<!`)\1(?!`)", re.DOTALL)
    return blank.sub(lambda match: re.sub(r"[^\n]", "·", match[0]), text)


def of_source(text, path, root=None, in_nav=None):
    """Return [(line, what)] of the mistakes that the source of a page shows."""
    path = Path(path)
    body = without_front_matter(without_code(text))
    prose = without_formulas(body)
    found = [*_characters(text), *_of_front_matter(text, path), *_of_headings(body, path)]
    found += [*_of_containers(prose, text), *_of_dollars(body), *_of_html(prose)]
    found += [*_of_images(prose, path), *_of_links(prose, path, root), *_of_notes(prose)]
    found += [(1, what)] if (what := names.of_page(path)) else []
    found += [*_of_outputs(text), *markdown.of_addresses(prose), *questions.of_source(prose, text)]
    if in_nav is None and path.resolve().is_relative_to(paths.DOCS):
        in_nav = path.resolve().relative_to(paths.DOCS).as_posix() in _nav()
    if in_nav is False:
        name = path.resolve().relative_to(Path(root or paths.DOCS).resolve()).as_posix()
        found.append((1, f"no reader finds this page: write - {name} into nav of mkdocs.yml"))
    return found


def of_links(text, path, root=None):
    """Return [(line, what)] of the links of a page: what other files can break on it."""
    return [*_of_links(without_formulas(without_front_matter(without_code(text))), Path(path), root)]


def without_formulas(body):
    """Return Markdown with spaces for its formulas."""
    return FORMULA.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), body)


@functools.cache
def _nav():
    return frozenset(nav_pages(render.config().nav))


def nav_pages(nav):
    """Return the names of the pages in a nav, in its order."""
    if isinstance(nav, str):
        return [nav]
    children = nav.values() if isinstance(nav, dict) else nav or []
    return [name for child in children for name in nav_pages(child)]


def _line(text, place):
    return text.count("\n", 0, place) + 1


def _characters(text):
    for number, line in enumerate(text.split("\n"), 1):
        if match := re.search("[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff\ufffd]", line):
            yield number, (
                f"U+{ord(match[0]):04X}, which nobody sees: take it out, and save the page as "
                "UTF-8 without a byte order mark"
            )


def _front_matter(text):
    """Return where the two lines --- are, from 0, the second 0 if there is none; or None."""
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines[start].rstrip() != "---":
        return None
    rest = enumerate(lines[start + 1 :], start + 1)
    return start, next((n for n, line in rest if line.rstrip() in ("---", "...")), 0)


def without_front_matter(text):
    """Return a page with empty lines for its front matter."""
    _, end = _front_matter(text) or (0, -1)
    lines = text.split("\n")
    return "\n".join([""] * (end + 1) + lines[end + 1 :])


def _of_front_matter(text, path):
    form = "write description: and a sentence between two lines ---"
    top = f"front matter stands at the very top, between two lines ---: {form}"
    found = _front_matter(text)
    is_lesson = path.parent.name == "lessons" and path.suffix == ".md"
    if found is None:
        if re.match(r"[\w-]+: ", text):
            yield 1, top
        elif is_lesson and text.strip():
            yield 1, f"no front matter: {form}"
        return
    start, end = found
    lines = text.split("\n")[start + 1 : end]
    if start:
        yield 1, top
        return
    if not end:
        yield 1, "front matter is not closed: end it with --- on a line of its own"
        return
    try:
        data = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "this is no YAML"
        yield (mark.line if mark else 0) + 2, (
            f"front matter cannot be read ({what}): write key: value, and quotation marks "
            "around a value with a colon in it"
        )
        return
    if not isinstance(data, dict):
        yield 2, f"front matter holds no keys: {form}"
        return
    for key, value in data.items():
        at = next((n for n, line in enumerate(lines, 2) if line.startswith(f"{key}:")), 2)
        if key not in KEYS:
            yield at, f"front matter has no {key}: write {_nearest(str(key), KEYS)}"
        elif key in ("description", "title") and not (isinstance(value, str) and value.strip()):
            yield at, f"{key} says nothing: write a sentence behind it"
    if is_lesson and "description" not in data:
        yield 1, f"no description: {form}"


def _nearest(word, known):
    near = difflib.get_close_matches(word, known, 1)
    return near[0] if near else "one of " + ", ".join(known)


def _of_headings(body, path):
    if not body.strip():
        yield 1, "empty page: write its title, # …, and what it has to say; or remove the file"
        return
    level, titles, lines = 0, {}, body.split("\n")
    for number, line in enumerate(lines, 1):
        if re.fullmatch(r"=+|-{2,}", line.strip()) and number > 1 and lines[number - 2].strip():
            if "|" not in line and not line.startswith(" "):
                mark = "#" if "=" in line else "##"
                yield number, f"title underlined: write {mark} before the title, or an empty line"
        heading = HEADING.fullmatch(line)
        if not heading:
            continue
        depth, title = len(heading[1]), heading[3].strip()
        if depth > 6 or not title:
            yield number, "heading without a title" if not title else "write six # at most"
            continue
        if not heading[2]:
            yield number, f"no space behind {heading[1]}: write {heading[1]} {title}"
        if depth == 1 and level:
            yield number, "a second title: a page has one, write ## here"
        elif not level and depth > 1:
            yield number, f"{heading[1]} before the title of the page: begin it with # …"
        elif depth > level + 1:
            yield number, f"skips a level: write {'#' * (level + 1)} here"
        if "$" in title:
            yield number, "an equation in a heading is raw TeX in the table of contents: say it"
        place = re.search(r"\{ *#([\w-]+)", line)
        place = place[1] if place else slugify(re.sub(r"[*`]|\]\([^)]*\)", "", title), "-")
        if place in titles:
            yield number, (
                f"the title of line {titles[place]} once more, so that no link can lead here: "
                "write another one"
            )
        titles.setdefault(place, number)
        level = depth
    if not level:
        first = next(n for n, line in enumerate(lines, 1) if line.strip())
        yield first, "no title: begin the page with # and a title"


def _of_containers(prose, text):
    source = text.split("\n")
    for number, line in enumerate(prose.split("\n"), 1):
        inside = line.strip()
        begins = CONTAINER.match(inside)
        if not begins:
            continue
        kind = "tab" if begins[0].startswith("=") else "admonition"
        if kind == "tab" and not TAB.fullmatch(inside):
            yield number, f'no tab: write === "NumPy", and its text below, four spaces in: {inside}'
            continue
        opening = OPENING.fullmatch(inside)
        if kind == "admonition" and not opening:
            words = re.sub(r"[!?+\"]", " ", inside).split()
            known = _nearest(words[0].lower(), ADMONITIONS) if words else "note"
            known = known if " " not in known else "note"
            mark = "???" if inside.startswith("?") else "!!!"
            yield number, f'no admonition: write {mark} {known} "Title"'
            continue
        if opening and opening[2] not in ADMONITIONS:
            yield number, f"{opening[1]} {opening[2]}: write {_nearest(opening[2], ADMONITIONS)}"
        indent = len(line) - len(line.lstrip())
        after = next((after for after in source[number:] if after.strip()), "")
        if len(after) - len(after.lstrip()) < indent + 4:
            yield number, f"nothing is in this {kind}: indent its text by four spaces"


def _of_dollars(body):
    """Yield displays that are left open, and dollars that are in no formula."""
    text = re.sub(r"\\\\|\\\$", "  ", body)
    lines, opened = text.split("\n"), None
    for number, line in enumerate(lines, 1):
        if opened is not None:
            between = [at for at in range(opened + 1, number) if not lines[at - 1].strip()]
            if any(PROSE.match(at.strip()) for at in lines[opened:number]):
                yield opened, "$$ is left open: end the equation with $$ on a line of its own"
                opened = None
            elif "$$" in line and between:
                yield between[0], "empty line inside $$: take it out"
        if line.count("$$") % 2:
            opened = number if opened is None else None
            continue
        if opened is None and "$" in FORMULA.sub("", line).replace("$$", ""):
            yield number, (
                "$ that is in no equation: write $…$ without spaces just inside, $$ on lines of "
                "their own, or \\$ for the sign"
            )
    if opened is not None:
        yield opened, "$$ is left open: end the equation with $$ on a line of its own"


def _of_html(prose):
    opened = []  # (name, line)
    for tag in TAG.finditer(prose):
        line, name = _line(prose, tag.start()), tag[2].lower()
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
        line = _line(prose, braces.start())
        yield from ((line, what) for what in _of_attributes(braces[0]))


def _of_attributes(text):
    if script := re.search(r"\bon[a-z]+ *=", text):
        yield f"script in {script[0]}…: a figure becomes interactive by its module in docs/widgets"
    if re.search(r"\bstyle *=", text):
        yield "style in an attribute: give it a class, and that its style in docs/assets/css"
    if re.search(r"javascript:", text):
        yield "script in a link: link to a page"


def _of_images(prose, path):
    for image in IMAGE.finditer(prose):
        line, (alt, source) = _line(prose, image.start()), image.groups()
        around = prose.split("\n")[line - 1].strip()
        name = Path(source).name
        form = f"![what to see](../figures/{Path(name).stem or 'name'}.svg)"
        if not alt.strip():
            yield line, f"image without a text: write {form}"
        if re.match(r"(?:https?:)?//|data:", source):
            yield line, f"image {source} of another origin: draw it in snippets/figures, {form}"
        elif not re.fullmatch(r"(?:\.\./)*figures/[\w-]+\.svg", source) or image[0] != around:
            yield line, (
                f"image {source}: only figures drawn by snippets/figures, alone on a line: {form}"
            )
        elif not (paths.DOCS / "figures" / name).is_file():
            known = [file.name for file in sorted((paths.DOCS / "figures").glob("*.svg"))]
            near = difflib.get_close_matches(name, known, 1)
            instead = f"write {near[0]}, or " if near else ""
            yield line, f"no figure {name}: {instead}draw it in snippets/figures"


def _of_links(prose, path, root):
    for link in LINK.finditer(prose):
        words, target = link[1], link[2].strip()
        line = _line(prose, link.start(2))
        if not words.strip():
            yield line, "link without words: write [what is there](…)"
        if what := _of_target(target, path, root):
            yield line, what
    for found in re.finditer(r"<a\b[^<>]*?href=[\"']?([^\"'\s>]*)", prose):
        if what := _of_target(found[1], path, root):
            yield _line(prose, found.start()), what


def _of_target(target, path, root):
    """Return what is wrong with the target of a link on a page, or None."""
    if not target:
        return "link to nowhere: write [words](page.md)"
    if re.match(r"https?://[\w.-]+\.\w+|mailto:\w", target):
        return None
    if re.match(r"[\w-]+:|//|www\.", target):
        return f"link to {target}: write a whole address, https://…, or a page of this site"
    name, _, anchor = target.partition("#")
    if name.startswith("/"):
        return f"link to {target}: write where it is as seen from this page, ../…"
    page = (path.parent / name).resolve() if name else path.resolve()
    root = Path(root).resolve() if root else _root(path)
    if page.is_relative_to(root / "downloads"):
        return None if _is_download(page.relative_to(root / "downloads")) else (
            f"nothing to download at {target}: write downloads/ and the name of a file of snippets"
        )
    if name and not page.is_file():
        return f"no page {name}: write {_page_like(page, path, root)}"
    if not anchor:
        return None
    if page.suffix not in (".md", ".py"):
        return f"{target}: {page.name} has no places, write {name}"
    slug, _, state = anchor.partition("?")
    if state and not _is_interactive(slug, page, root):
        return f"no interactive figure {slug} on {page.name}: write the name of one that is there"
    if state:
        return None
    if anchor not in (known := _anchors(page, page.stat().st_mtime_ns)):
        return f"no place #{anchor} in {page.name}: write #{_nearest_place(anchor, known)}"
    return None


def _is_interactive(slug, page, root):
    """Whether a page shows a figure that a module brings to life: its state may be linked to."""
    text = page.read_text(encoding="utf-8")
    return f"figures/{slug}.svg)" in text and (root / f"widgets/{slug}.mjs").is_file()


def _root(path):
    """Return the folder of all pages: the one above a page that is called docs, or its own."""
    above = path.resolve().parents
    return next((folder for folder in above if folder.name == "docs"), above[0])


def _nearest_place(anchor, known):
    near = difflib.get_close_matches(anchor, known, 1, 0.4)
    return near[0] if near else "… of a heading there"


def _page_like(page, path, root):
    """Return the address, as seen from a page, of the page whose name is nearest to that of one."""
    pages = {file.stem: file for file in sorted([*root.rglob("*.md"), *root.glob("labs/*.py")])}
    near = difflib.get_close_matches(page.stem, pages, 1)
    if not near:
        return "the name of a page that there is, such as ../notation.md"
    relative = pages[near[0]]
    up = 0
    folder = path.parent.resolve()
    while not relative.is_relative_to(folder):
        folder, up = folder.parent, up + 1
    return "../" * up + relative.relative_to(folder).as_posix()


def _is_download(name):
    """Whether the site lays out a file for download, see docs/plugins/hook.py."""
    if name.suffix == ".whl" or name.parts[:1] == ("exercises",):
        return True  # the build knows their names, and says so
    return (runner.SNIPPETS / name).is_file()


@functools.cache
def _anchors(page, _):
    """Return the places of a page that a link may lead to."""
    try:
        text = page.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return set()  # which is told of that page
    if page.suffix == ".py":
        text = re.sub(r"^# ?", "", text, flags=re.MULTILINE)

    def make():
        return "\n".join(re.findall(r'\b(?:id|name)="([^"]+)"', render.to_html(text))).encode()

    return set(cache.get_or_make(CACHE, lambda: (text, cache.machinery()), make).decode().split("\n"))


def _of_notes(prose):
    """Yield footnotes and references that are not defined, defined twice, or for nobody."""
    notes = {}
    for note in FOOTNOTE_TEXT.finditer(prose):
        line = _line(prose, note.start())
        if note[1] in notes:
            yield line, f"a second text of [^{note[1]}]: write another name"
        notes.setdefault(note[1], line)
    used = {}
    for note in FOOTNOTE.finditer(prose):
        used.setdefault(note[1], _line(prose, note.start()))
        if note[1] not in notes:
            yield _line(prose, note.start()), (
                f"footnote [^{note[1]}] is not there: write [^{note[1]}]: … on a line of its own"
            )
    for name, line in notes.items():
        if name not in used:
            yield line, f"nobody sees footnote [^{name}]: write [^{name}] where it belongs"
    names = {match[1].lower() for match in DEFINITION.finditer(prose)}
    for reference in REFERENCE.finditer(prose):
        name = reference[2] or reference[1]
        if name.lower() not in names:
            yield _line(prose, reference.start()), (
                f"reference [{name}] is not there: write [{reference[1]}](page.md)"
            )


def _of_outputs(text):
    """Yield what is printed on this page and will be something else on the next run."""
    language = None
    for number, line in enumerate(text.split("\n"), 1):
        fence = re.match(r" *```(\w*)", line)
        if fence:
            language = fence[1] if language is None else None
        elif language in ("output", "error") and (what := of_output(line)):
            yield number, what


def of_tex(text, html):
    """Return [(line, what)] of the TeX of a page that MathJax refuses, or that is shown raw."""
    body = without_front_matter(without_code(text))
    found, told = [], set()
    for formula in FORMULA.finditer(re.sub(r"\\\$", "  ", body)):
        tex, start = formula[1] or formula[2], _line(body, formula.start())
        try:
            mathjax.typeset(tex, formula[1] is not None)
        except mathjax.TexError as error:
            for _, what in error.problems:
                macro = MACRO.search(what)
                inside = tex.find(macro[0]) if macro else -1
                line = start + tex.count("\n", 0, inside) if inside > 0 else start
                told.add(" ".join(tex.split()))
                found.append((line, f"TeX: {what}{_macro_instead(macro, what)}: {_short(tex)}"))
    left_open = any(True for _ in _of_dollars(body))
    try:
        mathjax.typeset_page(html)
    except mathjax.TexError as error:
        for tex, what in error.problems:
            if left_open and what.startswith("no equation"):
                continue  # a consequence, which is told at its cause
            if " ".join(tex.split()) not in told and "in a heading" not in what:
                line = blocks.line_of(tex, body.split("\n"))
                found.append((line, f"{what}: {_short(tex)}"))
    return found


def _macro_instead(macro, what):
    if macro is None or "Undefined" not in what:
        return ""
    near = difflib.get_close_matches(macro[0], sorted(_macros()), 1)
    return f", write {near[0]}" if near else ", write one that MathJax knows"


@functools.cache
def _macros():
    """Return the macros that the notation uses, and some more."""
    more = r"\alpha \beta \gamma \delta \epsilon \lambda \mu \theta \phi \pi \sqrt \text \max \min \log"
    return {*MACRO.findall((paths.DOCS / "notation.md").read_text(encoding="utf-8") + more)}


def _short(tex):
    tex = " ".join(tex.split())
    return tex if len(tex) < 60 else tex[:59] + "…"


def of_html(html, text):
    """Return [(line, what)] of what Markdown made nothing of, so that a reader would see it."""
    soup = BeautifulSoup(html, "html.parser")
    for part in soup.select("pre, code, script, style, svg, .arithmatex"):
        part.replace_with(" ")
    found, lines = [], without_code(text).split("\n")
    for part in soup.find_all(["p", "li", "td", "th", "dd", "h1", "h2", "h3", "h4", "summary"]):
        words = part.get_text()
        for match in LEFT_OVER.finditer(words):
            around = words[match.start() : match.end() + 12].split("\n")[0].strip()
            line = next((n for n, line in enumerate(lines, 1) if around in line), None)
            line = line or next((n for n, line in enumerate(lines, 1) if match[0] in line), 1)
            what = "would be seen as it stands: close it, put an empty line above it, or"
            found.append((line, f"{around!r} {what} write \\ before it"))
    return found
