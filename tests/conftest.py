"""What several test files need: the built site, served, and a browser."""

import fcntl
import gc
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections import Counter
from functools import cache, partial
from pathlib import Path

import figure_page
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect, sync_playwright
from site_pages import NO_BROWSER, browser_path

from docs.plugins.serving.serve import Handler, Server

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 240_000  # milliseconds to wait in a browser: eight times what Playwright does by itself
gc.set_threshold(200_000, 50, 50)  # parsed pages are many small objects, which live long
# What takes longest begins first, and no worker is left with it at the end.
LONGEST = """
    every_page zoo widgets verified site pages reader equations figures access exercises
    glossary widget_xor mathjax widget_gradient_check offline widget_backprop many_machines_launched
""".split()


def pytest_collection_modifyitems(items, config):
    if config.option.shuffle is not None:
        random.Random(config.option.shuffle).shuffle(items)
        return
    places = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


# What is broken on purpose, and noticed


def pytest_addoption(parser):
    parser.addoption("--break-all", action="store_true", help="break everything, not a sample of what takes long")
    parser.addoption("--whole", action="store_true", help="run all tests on the newcomer's copy")
    parser.addoption("--shuffle", type=int, help="run the tests in the random order of this seed")


@pytest.fixture(scope="session")
def every(pytestconfig):
    """A function of n: of what takes long every n-th is broken; each with --break-all or --verified."""
    whole = pytestconfig.option.break_all or pytestconfig.option.verified
    return lambda n: 1 if whole else n


@pytest.fixture
def breaks(record_property):
    """A function of a kind and [(place, whether it is noticed)]; it returns the unnoticed places.

    What it is told stands in the table at the end of the run.
    """

    def note(kind, found):
        found = list(found)
        unnoticed = [place for place, noticed in found if not noticed]
        record_property("broken", [kind, len(found), unnoticed])
        return unnoticed

    return note


def pytest_terminal_summary(terminalreporter, config):
    counts, unnoticed = Counter(), {}
    for report in sum(terminalreporter.stats.values(), []):
        for name, value in getattr(report, "user_properties", ()):
            if name == "broken" and report.when == "call":
                kind, count, places = value
                counts[kind] += count
                unnoticed.setdefault(kind, []).extend(places)
    if not counts:
        return
    counts, unnoticed = counts | {"all": counts.total()}, unnoticed | {"all": sum(unnoticed.values(), [])}
    terminalreporter.section("broken on purpose, and noticed")
    for kind, count in counts.items():
        noticed = count - len(unnoticed[kind])
        terminalreporter.line(f"{kind:32} {noticed:7,} of {count:7,}  {noticed / count:6.1%}")
    if config.option.break_all:
        for place in unnoticed["all"]:
            terminalreporter.line(f"unnoticed: {place}")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The directory of the whole site, built once for all workers with `--strict`."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with open(base / "site.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        directory = base / "site"
        if not (base / "site.done").exists():
            command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(directory)]
            build = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            assert build.returncode == 0, build.stdout + build.stderr
            (base / "site.done").touch()
    return directory


@pytest.fixture(scope="session")
def soup_of(site):
    """A function that reads a page of the site by its address, "lessons/xor/"; to look at only."""

    @cache
    def read(name):
        path = site / name
        path = path if path.suffix == ".html" else path / "index.html"
        return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")

    return read


@pytest.fixture
def project(tmp_path):
    """A copy of the project without its tests, in which a test may break pages."""
    copy, typeset = tmp_path / "project", ROOT / ".cache/mathjax"
    leave_out = shutil.ignore_patterns(".*", "site", "tests", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=leave_out)
    typeset.mkdir(parents=True, exist_ok=True)
    (copy / ".cache").mkdir()
    (copy / ".cache/mathjax").symlink_to(typeset)
    if (engine := ROOT / ".cache/engine").is_dir():
        (copy / ".cache/engine").symlink_to(engine)
    return copy


SMALL_LESSON = """\
---
description: A page.
---

# {0}

Of a term, of $x = 1$, and of [the other]({1}.md#words).

## Words

![What is seen.](../figures/loss.svg "What to look at.")

```python
import np_nn
```
"""
SMALL_COURSE = {
    "index.md": "# A\n\n[One](lessons/one.md)\n",
    "np_nn.md": "# Get np_nn\n\n## Have your answers judged\n",
    "verified.md": "# Look\n",
    "glossary.md": "# Words\n\n## Term\n\nA word.\n\n[One](lessons/one.md#words)\n",
    "notation.md": "# Notation\n",
    "lessons/one.md": SMALL_LESSON.format("One", "two"),
    "lessons/two.md": SMALL_LESSON.format("Two", "one"),
}


@pytest.fixture
def small_project(project):
    """The copy of the project with a small course in the place of its own."""
    for path in [*(project / "docs").rglob("*.md"), *(project / "docs/labs").iterdir()]:
        path.unlink()
    for name, text in SMALL_COURSE.items():
        (project / "docs" / name).write_text(text, encoding="utf-8")
    settings = (project / "mkdocs.yml").read_text(encoding="utf-8")
    nav = f"nav: [{', '.join(SMALL_COURSE)}]\n"
    settings = re.sub(r"^nav:\n(?: .*\n)*", nav, settings, flags=re.MULTILINE)
    (project / "mkdocs.yml").write_text(settings, encoding="utf-8")
    return project


@pytest.fixture(scope="session")
def address(site):
    """The address at which the site is served on loopback, with a slash at its end."""
    server = Server(("127.0.0.1", 0), partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def np_nn_wheel(site, tmp_path_factory):
    """A directory that holds np_nn as the site's wheel has it, and nothing else."""
    (wheel,) = (site / "downloads").glob("*.whl")
    directory = tmp_path_factory.mktemp("wheel")
    zipfile.ZipFile(wheel).extractall(directory)
    return directory


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium of this machine."""
    path = browser_path()
    if path is None:
        pytest.fail(NO_BROWSER)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield _patient(chromium)
        chromium.close()


def _patient(browser):
    """Let what waits in a browser bear a machine that is eight times as busy."""
    expect.set_options(timeout=PATIENCE)
    for kind in ("new_context", "new_page"):
        open_one = getattr(browser, kind)

        def open_patient(*arguments, open_one=open_one, **options):
            opened = open_one(*arguments, **options)
            opened.set_default_timeout(PATIENCE)
            opened.set_default_navigation_timeout(PATIENCE)
            return opened

        setattr(browser, kind, open_patient)
    return browser


# The interactive figures: tests/figure_page.py says what such a page is.


@pytest.fixture(scope="session")
def modules(browser, address):
    """A function that runs JavaScript with a module at hand: `modules("network", "m => ...")`."""
    page = browser.new_page()
    page.goto(address + "assets/favicon.svg")

    def call(name, code, argument=None):
        source = f"async (argument) => ({code})(await import('/widgets/{name}.mjs'), argument)"
        return page.evaluate(source, argument)

    yield call
    page.close()


@pytest.fixture(scope="session")
def bare_page(browser, address):
    """A page for one figure after the other, on which the clock stands still."""
    page = browser.new_page(viewport=figure_page.SIZE, reduced_motion="reduce")
    figure_page.open_bare(page, address)
    yield page
    page.close()


@pytest.fixture
def live(bare_page):
    """A function that opens a figure in a state, and returns it: `live("descent", "lr=0.1")`."""
    bare_page.set_viewport_size(figure_page.SIZE)
    bare_page.emulate_media(reduced_motion="reduce")
    bare_page.mouse.move(0, 0)
    yield partial(figure_page.mount, bare_page)
    complaints = bare_page.complaints.copy()
    bare_page.complaints.clear()
    assert complaints == []
