"""mkdocs hook: what the build adds to pages whose Markdown is already right without it.

A page whose rendered blocks are not exactly the tested ones is refused. Each Python block
gets the whole program up to it for its copy button, figures become inline SVG, those that have
a module in docs/widgets are marked for it, equations are typeset and marked with how they were
checked, terms show what the glossary says of them, and np_nn and the starters of exercises are
laid out for download. Each page gets what lets it be found and shared. At the end every page
gets its policy, the site is made ready to be read without a network, and every link within it
is tried. No lesson is executed here.
"""

import contextlib
import functools
import gc
import html
import logging
import posixpath
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from urllib.parse import urljoin

import nbformat
from bs4 import BeautifulSoup
from hatchling.builders.wheel import WheelBuilder
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, InclusionLevel

from docs.plugins import cache, paths
from docs.plugins.building import mathjax, places, predict, quiz
from docs.plugins.checking import links, lint
from docs.plugins.finishing import (
    cards,
    downloads,
    hosting,
    offline,
    policy,
    search,
    share,
    weight,
)
from docs.plugins.finishing.downloads import IMPORTS_NP_NN
from docs.plugins.ledger import verified
from docs.plugins.paths import DOCS, ROOT
from docs.plugins.reading import blocks, course, exercises, glossary
from docs.plugins.running import labs
from docs.plugins.runtime import layout, marks
from docs.plugins.serving import show

CACHE = paths.CACHE / "pages"
OWN = Path(__file__).read_bytes()  # which `make watch` reads anew, while what it imports stays
EXERCISES = "downloads/exercises/"
ANY_FIGURE = re.compile(r"figures/([\w-]+\.svg)")
FIGURE = re.compile(r'<p><img alt="([^"]*)" src="[^":]*figures/([\w-]+\.svg)" ?/?></p>')
PYTHON = "div.language-python.highlight"
LOADER = "widgets/loader.mjs"
PROGRESS = '<p class="progress" hidden data-search-exclude></p>'
MOUNTS = re.compile(r"^export function mount\(", re.MULTILINE)

_problems = []  # of all pages of this build, so that they can be shown at once
_lessons = []  # of the course, which each page's head tells of
_serving = []
_command = []


def on_startup(command, dirty):
    gc.set_threshold(200_000, 50, 50)  # parsed pages are many small objects, which live long
    _serving[:] = [True] if command == "serve" else []
    _command[:] = [command]


def on_config(config):
    if what := hosting.problem(_command and _command[0], config.site_url):
        raise PluginError(what)
    search.keep(config.plugins["material/search"].search_index)
    return config


def on_pre_build(config):
    _problems.clear()
    _ledger.cache_clear()


def on_files(files, config):
    """Add what readers download: np_nn as files and as a wheel, whole programs, and starters."""
    for file in files:
        if file.src_uri.endswith(".ipynb"):
            what = "a notebook with outputs that go stale: write docs/labs/… .py in percent format"
            _problems.append(f"{blocks.shown_path(file.abs_src_path)}:1: {what}")
    for path in sorted((ROOT / "snippets").glob("*.py")):
        _add(files, config, f"downloads/{path.name}", path.read_bytes())
    for path in sorted((ROOT / "snippets/np_nn").glob("*.*")):
        if path.suffix not in (".py", ".npz", ".txt"):  # programs, data, and where data come from
            continue
        _add(files, config, f"downloads/np_nn/{path.name}", path.read_bytes())
    with tempfile.TemporaryDirectory() as directory:
        for artifact in WheelBuilder(str(ROOT)).build(directory=directory, versions=["standard"]):
            wheel = Path(artifact)
            _add(files, config, f"downloads/{wheel.name}", wheel.read_bytes())
    for file in list(files.documentation_pages()):
        if course.slugs(file.src_uri):
            with contextlib.suppress(blocks.PageError):  # which is told when the page is built
                for starter in exercises.starters(blocks.read_file(file.abs_src_path)):
                    _add(files, config, _uri_of(starter), starter.code.encode())
                _add_lesson(files, config, file, wheel)
    _add_feed(files, config)
    return files


def _add_lesson(files, config, file, wheel):
    """Add what readers take home of a lesson."""
    home, folder = config.site_url or "/", posixpath.dirname(file.src_uri)

    def absolute(link):
        target = files.get_file_from_path(posixpath.normpath(posixpath.join(folder, link)))
        return urljoin(home, target.url) if target else link

    text, address = file.content_string, urljoin(home, file.url)
    wheel_address = urljoin(home, f"downloads/{wheel.name}")
    name = posixpath.splitext(file.src_uri)[0]
    for suffix, content in downloads.of_lesson(text, absolute, address, wheel_address).items():
        _add(files, config, f"{name}/{posixpath.basename(name)}{suffix}", content.encode())


def _add_feed(files, config):
    """Add the feed of what has changed, if the site has a page of that."""
    if not (page := files.get_file_from_path(share.CHANGES)) or not config.site_url:
        return
    addresses = {file.src_uri: file.url for file in files.documentation_pages()}
    path = blocks.shown_path(page.abs_src_path)
    try:
        found = share.changes(page.content_string, path, addresses)
    except blocks.PageError as error:
        _problems.append(str(error))
        return
    _add(files, config, share.FEED, share.feed(found, addresses, config).encode())


def _uri_of(starter):
    return f"{EXERCISES}{starter.title}"


def _add(files, config, uri, content):
    files.append(File.generated(config, uri, content=content, inclusion=InclusionLevel.INCLUDED))


def on_page_read_source(page, config):
    """Read what is not UTF-8 all the same: it is refused later, with all that is wrong with it."""
    return Path(page.file.abs_src_path).read_text(encoding="utf-8-sig", errors="replace")


def on_page_markdown(text, page, config, files):
    if labs.is_lab(page):
        with _noting_problems(page):
            text = labs.on_page_markdown(page, config, files)
            share.describe(page, text)
            return text
        return ""  # what is wrong was noted; the lab's source is no Markdown
    return text


def on_page_content(content, page, config, files):
    with _noting_problems(page):
        parts = content, page, config, files
        made = cache.get_or_make(CACHE, lambda: _rests_on(*parts), lambda: _made_of(*parts).encode())
        content = made.decode()
    # A link to the state of a figure, "#slug?x=1", leads to the figure: to MkDocs it is a place.
    page.present_anchor_ids |= set(re.findall(r'href="#(\w+\?[^"]*)"', html.unescape(content)))
    return content


def _rests_on(content, page, config, files):
    """Return all that `_made_of` reads."""
    path, ledger_page = Path(page.file.abs_src_path), _ledger_page(files)
    source = path.read_bytes()
    text = source.decode(errors="replace")
    figures = [DOCS / "figures" / name for name in sorted(set(ANY_FIGURE.findall(content)))]
    ledger = _ledger()
    return (
        (str(path), page.url, source, content),
        nbformat.writes(page.lab) if labs.is_lab(page) else None,
        None if labs.is_lab(page) else lint.of_links(text, path, config["docs_dir"]),
        [figure.is_file() and figure.read_bytes() for figure in figures],
        (_downloads(page, files), _widgets(page, files)),
        (exercises.names(), sorted(path.name for path in (ROOT / "snippets").glob("*.py"))),
        page.file.src_uri in lint.nav_pages(config["nav"]),
        [(entry.term, entry.definition) for entry in _terms(page, config)],
        (share.line(page, config), downloads.foot(page, config), bool(_serving)),
        files.get_file_from_path(share.FEED) is not None,
        ledger_page and ledger_page.url,
        ledger_page and ledger["pages"].get(verified.name_of(path)),
        (ledger["versions"], verified.digest(path), verified.date_of_commit()),
        marks.rests_on(),
        (cache.machinery(), OWN),
    )


def _made_of(content, page, config, files):
    """Return the HTML of a page with all that the build adds to it."""
    path = Path(page.file.abs_src_path)
    # A lab's source is the Markdown that `on_page_markdown` made of it.
    if labs.is_lab(page):
        text = page.markdown
        page_blocks = blocks.read(text)
        blocks.check_rendered(content, page_blocks, text)
    else:
        in_nav = page.file.src_uri in lint.nav_pages(config["nav"])
        page_blocks = lint.check_page(path, content, config["docs_dir"], in_nav)
        text = path.read_text(encoding="utf-8")
    titles = {block.title for block in page_blocks}
    content = add_copies(content, page_blocks, _downloads(page, files, titles))
    if course.slugs(page.file.src_uri):
        # Before equations and figures make the page ten times as long.
        content = glossary.mark(content, _terms(page, config))
    content = add_questions(content)
    content = mathjax.typeset_page(content)
    content = inline_figures(content, path, text)
    content = add_widgets(content, _widgets(page, files))
    if path == glossary.PAGE:
        content = f'<div class="glossary">{content}</div>'
    content = labs.add_plots(content, page.lab) if labs.is_lab(page) else content
    if page.file.src_uri == share.CHANGES and files.get_file_from_path(share.FEED):
        content = share.add_feed_link(content, page)
    content = add_progress(content, page) + share.line(page, config)
    if not _serving:
        content += downloads.foot(page, config)
    content = add_proofs(content, path, page, files)
    return places.add(verified.add_tools(content))


@contextlib.contextmanager
def _noting_problems(page):
    """Note what is wrong with a page, for `on_env` to show."""
    path = Path(page.file.abs_src_path)
    shown_path = blocks.shown_path(path)
    try:
        yield
    except blocks.PageError as error:
        _problems.append(str(error.at(shown_path)))
    except mathjax.TexError as error:
        lines = path.read_text(encoding="utf-8").splitlines()
        _problems.extend(
            f"{shown_path}:{blocks.line_of(tex, lines)}: {what}: {tex.strip()}"
            for tex, what in error.problems
        )


def on_env(env, config, files):
    """All pages were read: say what is wrong with them, before any is written."""
    if _problems:
        raise PluginError("\n" + "\n".join(_problems))
    _lessons[:] = share.lessons_of(config)
    show.keep(env=env, config=config, files=files)
    return env


def on_nav(nav, config, files):
    show.keep(nav=nav)
    return nav


def on_post_page(output, page, config):
    """A page is about to be written: its head, and its picture for where it is shared."""
    if config.site_url and not _serving:
        card = Path(config.site_dir, share.card_address(page))
        card.parent.mkdir(parents=True, exist_ok=True)
        card.write_bytes(share.card_of(page, config))
    return share.add_head(output, page, config, _lessons)


def on_post_template(output, template_name, config):
    return share.lost(output, config) if template_name == "404.html" else output


def on_post_build(config):
    """All pages were written: what is the same for all of them."""
    site = Path(config.site_dir)
    pages = (path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html")))
    sheet = site / "assets/math.css"
    sheet.parent.mkdir(exist_ok=True)
    sheet.write_text(mathjax.stylesheet(pages), encoding="utf-8")
    search.enrich(site)
    if _serving:  # which adds a script to reload a page that was saved, and makes no copies
        return
    weight.finish(site)
    policy.finish(site)
    if engine := marks.files():
        layout.lay_out(site, engine, next(site.glob("downloads/*.whl")))
    if config.site_url:
        offline.folder(site, config.site_url, share.slug(config.site_name))
    lost = site / "404.html"
    if lost.exists():
        offline.worker(site, lost.read_text(encoding="utf-8"))
    if broken := links.broken(site, config.site_url):
        raise PluginError("\nlinks that lead nowhere:\n" + "\n".join(broken))
    if what := hosting.note(config.site_url):
        logging.getLogger("mkdocs.hooks").info(what)
    cache.prune(*(module.CACHE for module in (mathjax, cards, lint, labs, downloads, search)), CACHE)


def add_questions(content):
    """Fold what answers a prediction, and let the options of a question be chosen."""
    if 'class="question"' not in content:
        return content
    soup = BeautifulSoup(content, "html.parser")
    predict.add(soup)
    quiz.add(soup)
    return str(soup)


def add_progress(content, page):
    """Add the line in which docs/assets/reader.js says what was read: in a lesson, and beneath their table."""
    if page.is_homepage:
        return content.replace("</table>", f"</table>{PROGRESS}", 1)
    return content + PROGRESS if course.slugs(page.file.src_uri) else content


def add_proofs(content, path, page, files):
    """Add to a page what the tests found out about it; the ledger's own page has no proof."""
    ledger_page = _ledger_page(files)
    if path == verified.PAGE or ledger_page is None:
        return content
    ledger = _ledger()
    address = ledger_page.url_relative_to(page.file)
    found = verified.proof_of(path, ledger)
    if found:
        address += f"#{verified.anchor_of(verified.name_of(path))}" if found["equations"] else ""
        content = verified.add_marks(content, path, ledger, address)
    return content + verified.foot(path, ledger, address)


def _ledger_page(files):
    return files.get_file_from_path(verified.PAGE.name)


def _downloads(page, files, titles=()):
    """Return {name: address as seen from a page}: np_nn's page, wheel and files, and starters."""
    found = {
        name: file
        for name, file in _laid_out(files).items()
        if name in titles or not file.src_uri.startswith(EXERCISES)
    }
    return {name: file.url_relative_to(page.file) for name, file in found.items()}


@lru_cache(1)
def _laid_out(files):
    pattern = re.compile(rf"downloads/np_nn/\w+\.(py|npz)|{EXERCISES}\w+\.py|downloads/.*\.whl|np_nn\.md")
    found = [file for file in files if pattern.fullmatch(file.src_uri)]
    return {Path(file.src_uri).name: file for file in found}


def copies(soup):
    """Return the program of each Python block in HTML, as docs/assets/reader.js puts it together."""
    found, parts = [], []
    for shown in soup.select(PYTHON):
        code = shown.find("code").get_text()
        alone = shown.get("data-program") == "alone"
        found.append(shown.get("data-copy") or "\n".join([code] if alone else [*parts, code]))
        if "data-program" not in shown.attrs:
            parts.append(code)
    return found


def add_copies(content, page_blocks, downloads):
    """Let each Python block in the HTML have its program for its copy button: see blocks.programs.

    The reader's browser puts it together from the blocks above. Those that are in no later program
    are marked, and where that would be another program, the whole of it stands in the page.

    Beneath the first block that imports np_nn, and what it prints, a line says how to get it;
    beneath each starter of an exercise one says how to have an answer judged.
    """
    soup = BeautifulSoup(content, "html.parser")
    waiting = blocks.programs(page_blocks)
    starters = exercises.starters(page_blocks)
    told, programs = False, []
    for shown in soup.select(PYTHON):
        code = blocks.bare(shown.find("pre").get_text())
        index = next(i for i, (block, _) in enumerate(waiting) if blocks.bare(block.code) == code)
        block, program = waiting.pop(index)
        programs.append((shown, program))
        if block.exercise or block.error:
            shown["data-program"] = "alone" if block.exercise else "last"
        shown.attrs |= marks.of(block, program)
        lines = []
        if block in starters:
            lines.append(_how_to_answer(block, downloads))
        if not told and IMPORTS_NP_NN.search(code):
            lines.append(_how_to_get(page_blocks, downloads))
            told = True
        last = shown
        while (after := last.find_next_sibling()) and "output" in after.get("class", []):
            last = after  # what the block printed stays under it
            if block.exercise:
                last["class"].append("judged")
        for line in reversed(lines):
            last.insert_after(BeautifulSoup(line, "html.parser"))
    for (shown, program), copied in zip(programs, copies(soup), strict=True):
        if copied.rstrip() != program.rstrip():
            shown["data-copy"] = program
    return str(soup)


def _how_to_answer(starter, downloads):
    """Return the line that says how a starter becomes an answer."""
    name = html.escape(starter.title)
    judged = html.escape(downloads["np_nn.md"] + "#have-your-answers-judged")
    return (
        f'<p class="starter">Download {_link(starter.title, downloads)}, replace the '
        f'dots, and <a href="{judged}">ask</a> <code>python -m np_nn.check {name}</code>.</p>'
    )


def _how_to_get(page_blocks, downloads):
    """Return the line that says how to get what a page imports of np_nn.

    The programs of the lesson need single files; what judges an answer is in the wheel alone.
    """
    lesson = "".join(
        block.code for block in page_blocks if block.language == "python" and not block.exercise
    )
    imported = set(re.findall(r"\bnp_nn\.(\w+)", lesson))
    for names in re.findall(r"^from np_nn import (.+)$", lesson, re.MULTILINE):
        imported |= set(re.findall(r"\w+", names))
    wheel = next(name for name in downloads if name.endswith(".whl"))
    singles = {
        "network": ["network.py", "guard.py"],  # which it imports itself
        "gradcheck": ["gradcheck.py"],
        "digits": ["digits.py", "digits.npz"],
        "autograd": ["autograd.py"],
    }
    names = [file for name, files in singles.items() if name in imported for file in files]
    line = f"np_nn: download {_link(wheel, downloads)} and <code>pip install ./{wheel}</code>"
    if imported and imported <= singles.keys():
        *first, last = (_link(name, downloads) for name in names)
        files = f"{', '.join(first)} and {last}" if first else last
        line += f", or save {files} in a folder <code>np_nn</code> beside your program"
        if any(block.exercise for block in page_blocks):
            line += "; the exercises need the first way, which brings their judges"
    return f'<p class="np-nn">{line}.</p>'


def _link(name, downloads):
    return f'<a href="{html.escape(downloads[name])}" download>{html.escape(name)}</a>'


def _terms(page, config):
    """Return the entries of the glossary that a page may count on, if it is a lesson."""
    order, own = course.slugs(config["nav"]), course.slugs(page.file.src_uri)
    if not set(own) & set(order):
        return []
    return glossary.known_in(own[0], _entries(glossary.PAGE.read_text(encoding="utf-8")), order)


@lru_cache(1)
def _entries(text):
    return glossary.read(text)


@functools.cache
def _ledger():
    return verified.load()


def _widgets(page, files):
    """Return {slug: address as seen from a page} of the loader and of each interactive figure."""
    return {slug: file.url_relative_to(page.file) for slug, file in _modules(files).items()}


@lru_cache(1)
def _modules(files):
    found = [file for file in files if re.fullmatch(r"widgets/\w+\.mjs", file.src_uri)]
    return {
        Path(file.src_uri).stem: file
        for file in found
        if file.src_uri == LOADER or MOUNTS.search(file.content_string)
    }


def add_widgets(content, widgets):
    """Mark the figures that a module of docs/widgets brings to life, and name the loader.

    What is in the page already, the static figure, stays there for print and without scripts.
    """
    live = [
        slug for slug in widgets if slug != "loader" and f'data-figure="{slug}"' in content
    ]
    for slug in live:
        figure = re.compile(rf'<figure class="figure" data-figure="{slug}">.*?</figure>', re.DOTALL)
        content = figure.sub(rf'<div class="widget" data-widget="{slug}">\g<0></div>', content)
    if live:
        content += f'<script type="module" src="{html.escape(widgets["loader"])}"></script>'
    return content


def inline_figures(content, path, text):
    """Put each figure's SVG into the page, where it follows the page's colours.

    PageError names an image that is not a figure of ours, or has no text.
    """
    problems = []
    lines = text.splitlines()

    def inline(match):
        alt, name = match.groups()
        file = DOCS / "figures" / name
        line = blocks.line_of(name, lines)
        if not alt.strip():
            problems.append((line, "figure without a text: ![what to see](…)"))
        if not file.is_file():
            problems.append((line, f"no figure {name}: draw it in snippets/figures"))
            return ""
        svg = file.read_text(encoding="utf-8")
        svg = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->", "", svg, flags=re.DOTALL)
        svg = re.sub(r'<style id="standalone">.*?</style>', "", svg, flags=re.DOTALL)
        svg = svg.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)
        slug = name.removesuffix(".svg")
        return f'<figure class="figure" data-figure="{slug}">{svg.strip()}</figure>'

    content = FIGURE.sub(inline, content)
    for source in re.findall(r'<img[^>]*src="([^"]*)"', content):
        problems.append(
            (blocks.line_of(source.rpartition("/")[2], lines),
             f"image {source}: only figures drawn by "
             "snippets/figures, alone on a line: ![what to see](../figures/name.svg)")
        )
    if problems:
        raise blocks.PageError(path, problems)
    return content
