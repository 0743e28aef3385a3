"""What the built site does without: rules of the theme for pages that are not here, and more.

All stylesheets become one. A rule of the theme is left out if its selector needs a class or an
id that stands in no page and no script of the site, or a colour that no page offers; our own
rules all stay. The theme's script is told first, by docs/assets/early.js, not to ask for the
index of the search before somebody searches.
"""

import hashlib
import re
from pathlib import Path

import tinycss2

LINK = re.compile(r'<link rel="stylesheet" href="([^":]*)">\s*')
GIVEN = re.compile(r'\s(?:class|id|for)="([^"]*)"')
OFFERED = re.compile(r'\s(?:data-md-color-\w+|dir)="\w+"')  # colours, and the way of reading
NAME = re.compile(r"[A-Za-z_][\w-]*")
PROPERTY = re.compile(
    r"(?<=[{;])(?P<name>--md-[\w-]+):"
    r"(?:url\((?:\"[^\"]*\"|[^)]*)\)|[^;{}\"'])*(?:;|(?=\}))"
)
EARLY = Path(__file__).resolve().parents[1] / "assets/early.js"
THEME = "assets/stylesheets/"


def finish(site):
    """Make a built site lighter. RuntimeError if it is not as the theme makes it."""
    site = Path(site)
    one_stylesheet(site)
    search_later(site)
    for path in site.rglob("assets/**/*.map"):
        path.unlink()


def search_later(site):
    """Put docs/assets/early.js in front of the theme's script."""
    found = list((site / "assets/javascripts").glob("bundle.*.js"))
    if len(found) != 1:
        raise RuntimeError(f"the theme has one script, got {found}")
    script = re.sub(r"\n//# sourceMappingURL=.*\s*$", "\n", found[0].read_text(encoding="utf-8"))
    found[0].write_text(EARLY.read_text(encoding="utf-8") + script, encoding="utf-8")
    (site / "assets/early.js").unlink(missing_ok=True)


def one_stylesheet(site):
    """Put one file in the place of the stylesheets of a built site, in the order of their links.

    RuntimeError if its pages do not all link the same ones.
    """
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    names = LINK.findall(pages[site / "index.html"])
    for path, page in pages.items():
        hrefs = LINK.findall(page)
        if len(hrefs) != len(names) or not all(map(str.endswith, hrefs, names)):
            raise RuntimeError(f"all pages link {names}, but {path} links {hrefs}")
    scripts = [p.read_text(encoding="utf-8") for p in site.rglob("*.*js") if "lunr" not in p.parts]
    written = [value for page in pages.values() for value in GIVEN.findall(page)]
    known = {name for text in [*written, *scripts] for name in NAME.findall(text)}
    offered = {value for page in pages.values() for value in OFFERED.findall(page)}
    sheets = []
    for name in names:
        if not (site / name).is_file():
            raise RuntimeError(f"pages link {name}, which is not there: see extra_css in mkdocs.yml")
        text = (site / name).read_text(encoding="utf-8")
        is_theme = name.startswith(THEME)
        sheets.append(slim(text, known, offered) if is_theme else without_comments(text))
        (site / name).unlink()
    whole = without_unused("\n".join(sheets), scripts)
    name = f"assets/style.{hashlib.sha256(whole.encode()).hexdigest()[:8]}.css"
    (site / name).write_text(whole, encoding="utf-8")
    for path, page in pages.items():
        first, *others = LINK.finditer(page)
        for link in others:
            page = page.replace(link[0], "")
        href = first[1].removesuffix(names[0]) + name
        path.write_text(page.replace(first[0], f'<link rel="stylesheet" href="{href}">\n'), "utf-8")


def slim(text, known, offered):
    """Return a stylesheet without comments and rules that none of the known names can meet."""
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return "".join(_rules(rules, known, offered))


def without_comments(text):
    """Return a stylesheet without comments, and without spaces at the beginnings of lines."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).strip()


def without_unused(text, scripts):
    """Return a stylesheet without the properties of the theme, --md-…, that nothing reads."""
    read = {name for part in [text, *scripts] for name in re.findall(r"(?<=[(\"'])--md-[\w-]+", part)}
    return PROPERTY.sub(lambda match: match[0] if match["name"] in read else "", text)


def _rules(rules, known, offered):
    """Yield the text of the rules that are needed, those in @media and the like too."""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = _split(rule.prelude)
            met = [s for s in selectors if _can_be_met(s, known, offered)]
            if met:
                names = ",".join(tinycss2.serialize(selector).strip() for selector in met)
                yield f"{names}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            kept = "".join(_rules(inner, known, offered))
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


def _can_be_met(selector, known, offered):
    """Whether all names outside of the brackets of :not() and the like are known."""
    for before, token in zip([None, *selector], selector):
        if token.type == "hash" and token.value not in known:
            return False
        if token.type == "ident" and before == "." and token.value not in known:
            return False
        if token.type == "[] block":
            wanted = tinycss2.serialize(token.content).replace("'", '"')
            wanted = re.sub(r'=(\w+)$', r'="\1"', wanted)
            if OFFERED.fullmatch(f" {wanted}") and f" {wanted}" not in offered:
                return False
    return True
