"""What the built site does without: rules of the theme for pages that are not here, and more.

All stylesheets become one. A rule of the theme is left out if its selector needs a class or an
id that stands in no page and no script of the site, or a colour that no page offers. Our own
rules all stay; those for figures that have come to life, .widget-…, are in a sheet that
docs/widgets/loader.mjs asks for with the first such figure.

The theme's script is told first, by docs/assets/early.js, not to ask for what the search needs
before somebody searches. Scripts come without comments, and pages without spaces between tags
and without marks of code that has the colour of any code. Code says how many lines it has, so that
a browser knows its height without looking inside, and whether its first lines leave room for its
buttons: see data-lines and data-long in docs/assets/css/code.css.
"""

import hashlib
import html
import json
import re
from collections.abc import Collection
from pathlib import Path

import tinycss2

from docs.plugins import cache, paths
from docs.plugins.paths import DOCS

CACHE = paths.CACHE / "styles"
BESIDE = 62  # characters of a line that has room for the buttons of its block, where a page is wide
LINK = re.compile(r'<link rel="stylesheet" href="([^":]*)">\s*')
CLASSES = re.compile(r'\bclass="([^"]*)"')
GIVEN = re.compile(r'\s(?:class|id|for)="([^"]*)"')
OFFERED = re.compile(r'\s(?:data-md-color-\w+|dir)="\w+"')  # colours, and the way of reading
TABS = re.compile(r'\sdata-tabs="\d+:(\d+)"')
PLACE = re.compile(r"\.tabbed-set>input:nth-child\((\d+)\)")
NAME = re.compile(r"[A-Za-z_][\w-]*")
PROPERTY = re.compile(
    r"(?<=[{;])(?P<name>--md-[\w-]+):"
    r"(?:url\((?:\"[^\"]*\"|[^)]*)\)|[^;{}\"'])*(?:;|(?=\}))"
)
SCRIPTS = ("assets/*.js", "widgets/*.mjs")  # ours
TYPE = re.compile(r"/\*\* @(?:type|param) [^*\"'`]*\*/ ?")  # of what follows in the line
# A string, which stays, and what a rule can do without: spaces, a last semicolon, a zero before a point.
SPARE = re.compile(r"""("[^"]*"|'[^']*')|([:;,]) +| *(>) *|;$|(?<![\w.#])0(?=\.\d)""")
XMLNS = re.compile(r'(<svg\b[^>]*?) xmlns="http://www\.w3\.org/2000/svg"')  # which HTML needs not
LOADER = re.compile(r'(<script type="module" src="[^"]*widgets/loader\.mjs")(>)')
# What the theme's script is changed in: what it is about, what is found once, and what is put there.
CUTS = [
    ("styles for diagrams", re.compile(r'"\.node circle,[^"]*"'), '""'),  # of Mermaid, which no page uses
    # These two have a browser style every element again: policy.py gives tables their place,
    ("a place for tables", re.compile(r'"table:not\(\[class\]\)"'), '"table:not([class],.md-typeset__table>*)"'),
    # and docs/assets/css/theme.css the page its scheme.
    ("the scheme of the page", re.compile(r'(=\w\("meta",\{name:"color-scheme"\}\));[\w.]+\(\w\);'), r"\1;"),
]
# And it gives these names to the page, where they stand better before anything is styled.
RUNS = 'document.documentElement.className="js js-focus-visible",'
SCOPE = "<script>__md_scope="
# Where a browser forbids sites to keep anything, asking for its storage is an error, at which the
# theme's scripts and ours would end. There a reader's choices last until the page is closed.
STORES = (
    'for(const name of["localStorage","sessionStorage"])try{window[name]}catch{const kept=new Map;'
    "Object.defineProperty(window,name,{value:{getItem:key=>kept.get(key)??null,"
    "setItem:(key,value)=>kept.set(key,String(value)),removeItem:key=>kept.delete(key),clear:()=>kept.clear()}})}"
)
# What is between tags, behind what is to be kept to the letter.
KEPT = re.compile(r"<(pre|script|style|textarea)\b.*?</\1>|<[^>]*>", re.DOTALL)
PLAIN = re.compile(r'<span class="[nw]">([^<]*)</span>')  # names and spaces of code
CODE = re.compile(r"(<pre\b[^>]*>(?:<span></span>)?<code\b[^>]*)>(.*)</code></pre>", re.DOTALL)
# What the theme's script makes only where a page has a sign of it: names begin so.
MADE = {
    "md-annotation": r'"content\.code\.annotate"|class="[^"]*\bannotate\b',
    "md-source": "md-source",
    "md-status": "md-status",
    "md-tag": "md-tag",
    "md-version": '"mike"',
}
# Attributes of the theme's rules that no page has: numbers of lines, tables to sort, lines to select.
# And a mark that the theme sets on each page as if its colours were switched: a browser would look at
# every element twice. Where a reader does switch them, docs/assets/theme.js says so.
NONE = {"data-linenos", "role=columnheader", "data-md-type=select", "data-md-color-switching"}
WORDS = {"bug", "example", "grid", "inline", "keys", "result"}  # in scripts, but never as the classes of the theme
WORKERS = {"lunr", "python"}  # what lies there runs in a worker, which shows nothing
EARLY = DOCS / "assets/early.js"
NESTING = ("media", "supports", "container")
THEME = "assets/stylesheets/"


def finished(site: Path, pages: dict[Path, str]) -> dict[Path, str]:
    """Make the files of a built site lighter, and return its pages, by their paths, lighter.

    RuntimeError if the site is not as the theme makes it.
    """
    theme_script(site)
    for path in (path for pattern in SCRIPTS for path in site.glob(pattern)):
        path.write_text(terse(path.read_text(encoding="utf-8")), encoding="utf-8")
    for path in site.rglob("assets/**/*.map"):
        path.unlink()
    return one_stylesheet(site, {path: light(page) for path, page in pages.items()})


def theme_script(site: Path) -> None:
    """Put docs/assets/early.js in front of the theme's script, and change that as CUTS says."""
    found = list((site / "assets/javascripts").glob("bundle.*.js"))
    if len(found) != 1:
        raise RuntimeError(f"the theme has one script, got {found}")
    script = re.sub(r"\n//# sourceMappingURL=.*\s*$", "\n", found[0].read_text(encoding="utf-8"))
    for what, pattern, instead in CUTS:
        script, count = pattern.subn(instead, script)
        if count != 1:
            raise RuntimeError(f"the theme's script has {what} once, got {count}: see CUTS")
    early = terse(EARLY.read_text(encoding="utf-8"))
    found[0].write_text(early + script, encoding="utf-8")
    (site / "assets/early.js").unlink(missing_ok=True)


def terse(script: str) -> str:
    """Return a script of ours without comments and indentation; its lines stay lines.

    A comment behind code stays, and a script with a text over several lines is left as it is.
    """
    lines, inside = [], False
    for line in map(str.strip, script.splitlines()):
        if inside or line.startswith("/*"):
            inside = "*/" not in line
            line = line.partition("*/")[2].strip()
        if line and not line.startswith("//"):
            lines.append(TYPE.sub("", line))
    if any(line.count("`") % 2 for line in lines):
        return script
    return "".join(f"{line}\n" for line in lines)


def light(page: str) -> str:
    """Return a page that needs less of a browser; its style sheets are left to `dressed`."""
    page = page.replace(SCOPE, SCOPE.replace(">", f">{STORES}{RUNS}"), 1)
    return close(XMLNS.sub(r"\1", page))


def close(page: str) -> str:
    """Return a page whose lines begin at their beginning, and whose code is plain and counted."""
    closed, end = [], 0
    for kept in KEPT.finditer(page):
        closed += [re.sub(r"\s*\n\s*", "\n", page[end : kept.start()]), CODE.sub(_counted, kept[0])]
        end = kept.end()
    return PLAIN.sub(r"\1", "".join([*closed, page[end:]]))


def _counted(match):
    start, code = match.groups()
    lines = code.removesuffix("\n").split("\n")
    first = (html.unescape(re.sub("<[^>]*>", "", line)) for line in lines[:2])
    long = " data-long" if max(map(len, first)) > BESIDE else ""
    return f'{start} data-lines="{len(lines)}"{long}>{code}</code></pre>'


def one_stylesheet(site: Path, pages: dict[Path, str]) -> dict[Path, str]:
    """Put one file in the place of the stylesheets of a site, in their order; return its pages.

    RuntimeError if they do not all link the same ones.
    """
    names = LINK.findall(pages[site / "index.html"])
    for path, page in pages.items():
        hrefs = LINK.findall(page)
        if len(hrefs) != len(names) or not all(map(str.endswith, hrefs, names)):
            raise RuntimeError(f"all pages link {names}, but {path} links {hrefs}")
    paths = {path: set(path.relative_to(site).parts) for path in site.rglob("*.*js")}
    scripts = [p.read_text(encoding="utf-8") for p, parts in paths.items() if not parts & WORKERS]
    known = names_of(pages.values(), scripts)
    offered = {value for page in pages.values() for value in OFFERED.findall(page)}
    tabs = max((int(count) for page in pages.values() for count in TABS.findall(page)), default=0)
    for name in names:
        if not (site / name).is_file():
            raise RuntimeError(f"pages link {name}, which is not there: see extra_css in mkdocs.yml")
    texts = {name: (site / name).read_text(encoding="utf-8") for name in names}
    met = sorted(known), sorted(offered), tabs

    def make():
        return json.dumps(_sheets(texts, met, scripts)).encode()

    key = texts, met, scripts, cache.machinery()
    style, figures = json.loads(cache.get_or_make(CACHE, lambda: key, make))
    for name in names:
        (site / name).unlink()
    name = _write(site, "style", style)
    live = _write(site, "figures", figures) if figures else ""
    dressed_pages = {}
    for path, page in pages.items():
        before = LINK.search(page)[1].removesuffix(names[0])
        dressed_pages[path] = dressed(page, before + name, live)
    return dressed_pages


def _sheets(texts, met, scripts):
    """Return the style sheet of all pages, and that of living figures."""
    known, offered, tabs = set(met[0]), set(met[1]), met[2]
    sheets, figures = [], ""
    for name, text in texts.items():
        if name.startswith(THEME):
            sheets.append(slim(text, known, offered, tabs))
        else:
            ours, live = apart(text)
            sheets.append(ours)
            figures += live
    return without_unused("\n".join(filter(None, sheets)), [*scripts, figures]), figures


def dressed(page: str, href: str, live: str) -> str:
    """Return a page with one style sheet in the place of all, and the name of that of living figures."""
    first, *others = LINK.finditer(page)
    for link in others:
        page = page.replace(link[0], "")
    page = page.replace(first[0], f'<link rel="stylesheet" href="{href}">\n')
    return LOADER.sub(rf'\1 data-styles="{live}"\2', page)


def _write(site, name, sheet):
    """Write a stylesheet, and return its place."""
    place = f"assets/{name}.{hashlib.sha256(sheet.encode()).hexdigest()[:8]}.css"
    (site / place).write_text(sheet, encoding="utf-8")
    return place


def names_of(pages: Collection[str], scripts: Collection[str]) -> set[str]:
    """Return the names that stand in pages, and in scripts those that something there may bear."""
    written = " ".join(value for page in pages for value in GIVEN.findall(page))
    classes = {name for page in pages for value in CLASSES.findall(page) for name in value.split()}
    given = set(NAME.findall(written)) - (WORDS - classes)  # as the place of a heading it is no class
    absent = [name for name, sign in MADE.items() if not any(re.search(sign, page) for page in pages)]
    made = {name for script in scripts for name in NAME.findall(script)} - WORDS
    return given | {name for name in made if not name.startswith(tuple(absent))}


def slim(text: str, known: set[str], offered: set[str], tabs: int = 0) -> str:
    """Return a stylesheet without comments and rules that none of the known names can meet.

    The theme has several rules for each of twenty tabs, which a browser tries on every element: those
    are kept that the largest set of ``tabs`` needs.
    """
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return "".join(_rules(rules, known, offered, tabs))


def apart(text: str) -> tuple[str, ...]:
    """Return a stylesheet in two, without comments: for any page, and for figures that are alive."""
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return tuple("".join(_of(rules, alive)) for alive in (False, True))


def _of(rules, alive):
    """Yield the text of the rules for living figures, or of the others, those in @media too."""
    for rule in rules:
        if rule.type == "at-rule" and rule.content and rule.lower_at_keyword in NESTING:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if kept := "".join(_of(inner, alive)):
                when = _dense(_flat(tinycss2.serialize(rule.prelude)))
                yield f"@{rule.at_keyword}{'' if when.startswith('(') else ' '}{when}{{{kept}}}"
        elif rule.type != "qualified-rule":
            if not alive:
                yield rule.serialize()
        elif alive == all(map(_is_alive, _split(rule.prelude))):
            names = tinycss2.serialize(rule.prelude).strip()
            content = re.sub(r"/\*.*?\*/", "", tinycss2.serialize(rule.content), flags=re.DOTALL)
            yield f"{_dense(_flat(names))}{{{_dense(_flat(content))}}}"


def _dense(text):
    """Return a part of a rule without the spaces and zeros that nobody needs; strings stay."""
    return SPARE.sub(lambda found: found[1] or found[2] or found[3] or "", text)


def _flat(text):
    """Return CSS in one line, which no string of it may need two of."""
    return re.sub(r"\s*\n\s*", " ", text).strip()


def _is_alive(selector):
    """Whether a selector needs a class of a living figure, widget-…, in :is() in each choice."""
    for before, token in zip([None, *selector], selector):
        if token.type == "ident" and before == "." and token.value.startswith("widget-"):
            return True
        if token.type == "function" and token.lower_name == "is":
            if all(map(_is_alive, _split(token.arguments))):
                return True
    return False


def without_unused(text: str, scripts: Collection[str]) -> str:
    """Return a stylesheet without the properties of the theme, --md-…, that nothing reads.

    Of an icon that is drawn twice, as where ours takes the place of the theme's, the last one stays.
    """
    read = {name for part in [text, *scripts] for name in re.findall(r"(?<=[(\"'])--md-[\w-]+", part)}
    drawn = {found["name"]: found.start() for found in PROPERTY.finditer(text) if "url(" in found[0]}

    def kept(found):
        return found[0] if found["name"] in read and drawn.get(found["name"], 0) <= found.start() else ""

    less = PROPERTY.sub(kept, text)
    return less if less == text else without_unused(less, scripts)  # what was read by those alone


def _rules(rules, known, offered, tabs):
    """Yield the text of the rules that are needed, those in @media and the like too."""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = _split(rule.prelude)
            met = [s for s in selectors if _can_be_met(s, known, offered, tabs)]
            if met:
                names = ",".join(tinycss2.serialize(selector).strip() for selector in met)
                yield f"{names}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTING[:2]:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            kept = "".join(_rules(inner, known, offered, tabs))
            if kept:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{kept}}}"
        else:
            yield rule.serialize()


def _split(tokens):
    """Return the selectors of a list of them, as tokens."""
    selectors = [[]]
    for token in tokens:
        if token == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def _can_be_met(selector, known, offered, tabs):
    """Whether all names outside of the brackets of :not() and the like are known."""
    place = PLACE.search(re.sub(r"\s", "", tinycss2.serialize(selector)))
    if place and int(place[1]) > tabs:
        return False
    for before, token in zip([None, *selector], selector):
        if token.type == "[] block" and tinycss2.serialize(token.content) in NONE:
            return False
        if token.type == "hash" and token.value not in known:
            return False
        if token.type == "ident" and before == "." and token.value not in known:
            return False
        if token.type == "[] block":
            wanted = tinycss2.serialize(token.content).replace("'", '"')
            wanted = re.sub(r"=(\w+)$", r'="\1"', wanted)
            if OFFERED.fullmatch(f" {wanted}") and f" {wanted}" not in offered:
                return False
    return True
