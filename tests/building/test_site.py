"""The built site: what a reader copies runs, what they download works, what they see is right."""

import re
import subprocess
import sys
import zipfile
from urllib.parse import urljoin, urlsplit

import pytest
from mkdocs.config import load_config
from site_pages import address_of, see_all

from docs.plugins import paths
from docs.plugins.building.copies import PYTHON, copies
from docs.plugins.reading import blocks, course
from docs.plugins.reading.page import Page, sources
from docs.plugins.running import runner

ROOT = paths.ROOT
PAGES = sources()
LESSONS = sorted((paths.DOCS / "lessons").glob("*.md"))
LABS = sorted((paths.DOCS / "labs").glob("*.py"))


def test_there_are_eight_lessons_and_a_lab_each_in_nav():
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert len(LESSONS) >= 8
    assert LABS
    assert all(f"{path.parent.name}/{path.name}" in nav for path in [*LESSONS, *LABS])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_block_has_the_program_up_to_it_for_its_copy_button(soup_of, path):
    programs = [program for _, program in blocks.programs(Page.open(path).blocks)]
    soup = soup_of(address_of(path))
    assert sorted(copies(soup)) == sorted(programs)
    assert not soup.select("[data-copy]"), "the blocks are the program, it is not said twice"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_copied_program_runs_alone(soup_of, np_nn_wheel, path):
    """In a fresh process, an empty directory, with np_nn as the site's wheel has it.

    A copied program that is the beginning of another one, to the letter, runs as part of it:
    what both print up to there is compared all the same. Starters and solutions of exercises
    are run alone by tests/exercises/test_exercises.py.
    """
    copied = set(copies(soup_of(address_of(path))))
    page_blocks = Page.open(path).blocks
    programs = [(block, text) for block, text in blocks.programs(page_blocks) if text in copied]
    assert len({text for _, text in programs}) == len(copied)
    for block, program in programs:
        if block.exercise or any(text != program and text.startswith(program) for text in copied):
            continue
        (result,) = runner.run([(1, program)], "copied.py", np_nn_wheel)
        assert result.error == (block.error.code.strip() if block.error else ""), result.trace
        page = [b for b, _ in programs if not (b.error or b.exercise)]
        before = [*(b for b in page if b.line < block.line), block]
        shown = "".join(b.output.code for b in before if b.output)
        assert "".join(line.rstrip() + "\n" for line in result.stdout.splitlines()) == shown
        assert result.stderr == ""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_page_that_imports_np_nn_says_once_how_to_get_it(soup_of, site, path):
    imports = re.search(r"^\s*(from|import) np_nn", path.read_text(encoding="utf-8"), re.MULTILINE)
    lines = soup_of(address_of(path)).select(".np-nn")
    assert len(lines) == (1 if imports else 0)
    for line in lines:
        for link in line.select("a"):
            target = site / urlsplit(urljoin("http://site/" + address_of(path), link["href"])).path.lstrip("/")
            assert target.is_file() if link.has_attr("download") else target == site / "np_nn"


def test_the_page_of_np_nn_has_every_file_that_a_lesson_needs():
    """What judges an answer, and needs the wheel, is imported by exercises alone."""
    has = set(re.findall(r"downloads/np_nn/(\w+)\.py", (paths.DOCS / "np_nn.md").read_text(encoding="utf-8")))
    for path in PAGES:
        for block in Page.open(path).python:
            imported = re.findall(r"^from np_nn(?:\.(\w+))? import (.+)|^import np_nn\.(\w+)", block.code, re.MULTILINE)
            names = {name for a, b, c in imported for name in ([a or c] if a or c else re.findall(r"\w+", b))}
            assert block.exercise or names <= has, (path.name, block.line)


def test_the_table_of_lessons_is_styled_as_the_path(soup_of):
    (path,) = soup_of("").select("div.path")
    rows = path.select("tbody tr")
    assert len(rows) == len(course.order()) and all(row.select("td a[href^='lessons/']") for row in rows)
    assert path.select_one(":scope > .progress"), "beneath it stands what the reader has read"


def test_the_wheel_installs_and_runs(site, tmp_path):
    (wheel,) = (site / "downloads").glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", str(tmp_path), str(wheel)], check=True)
    code = "import np_nn.network, np_nn.gradcheck; print(np_nn.network.__file__)"
    (result,) = runner.run([(1, code)], np_nn_from=tmp_path)
    assert result.stdout.strip() == str(tmp_path / "np_nn/network.py"), result.trace


def test_the_wheel_holds_np_nn_and_nothing_else(site):
    (wheel,) = (site / "downloads").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"np_nn/network.py", "np_nn/guard.py", "np_nn/gradcheck.py"} <= set(names)
    assert all(name.startswith(("np_nn/", "np_nn-1.0.0.dist-info/")) for name in names)


def test_the_network_and_its_guard_are_enough(site, tmp_path):
    (tmp_path / "np_nn").mkdir()
    for name in ("np_nn/network.py", "np_nn/guard.py"):
        single = (site / "downloads" / name).read_bytes()
        assert single == (ROOT / "snippets" / name).read_bytes()
        (tmp_path / name).write_bytes(single)
    (result,) = runner.run([(1, "from np_nn.network import Linear")], np_nn_from=tmp_path)
    assert result.error == ""


def test_a_click_leads_to_a_whole_page(browser, address):
    """Instant navigation swaps the page: equations, copies and figures must be there after."""
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.locator("article a", has_text="Send the gradient back").click()
    page.wait_for_url("**/lessons/backprop/")
    page.locator("h1", has_text="Send").wait_for()
    page.locator("details").evaluate_all("all => all.forEach(box => box.open = true)")
    visible = page.locator("article .math svg:not(.quiz > div *)").evaluate_all(
        "found => found.map(svg => svg.getBoundingClientRect().width > 0"
        " && [...svg.querySelectorAll('use')].every(use => use.getBBox().width >= 0)"
        " && [...svg.querySelectorAll('use')].every("
        "   use => document.querySelector(use.getAttribute('xlink:href')))"
        ")"
    )
    assert visible and all(visible)
    assert errors == []
    page.close()


def test_the_copy_button_copies_the_program_so_far(browser, soup_of, address):
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address + "lessons/xor/")
    programs = copies(soup_of("lessons/xor/"))
    for index in (0, 2):
        block = page.locator("div.language-python.highlight").nth(index)
        block.hover()
        block.locator("button.md-code__button, button.md-clipboard").first.click()
        page.wait_for_timeout(100)
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.strip() == programs[index].strip()
    context.close()


@pytest.mark.parametrize("name", ["backprop", "gradient-check", "pytorch"])
def test_in_a_browser_each_block_is_put_together_as_the_build_saw_it(browser, soup_of, address, name):
    page = browser.new_page()
    page.goto(f"{address}lessons/{name}/")
    page.locator("details").evaluate_all("all => all.forEach(box => box.open = true)")
    see_all(page)
    found = page.locator(PYTHON).evaluate_all(
        """blocks => blocks.map(block => {
          const buttons = block.querySelector(".md-code__nav") ?? document.createElement("nav")
          buttons.className = "md-code__nav"  // a tab that is not open has none yet
          block.append(buttons)
          buttons.click()
          return block.dataset.copy
        })"""
    )
    assert found == copies(soup_of(f"lessons/{name}/"))
    page.close()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_figure_has_a_text_and_an_id_of_its_own(soup_of, path):
    soup = soup_of(address_of(path))
    for svg in soup.select("figure svg"):
        assert svg["role"] == "img" and len(svg["aria-label"].split()) > 4
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert not soup.select("article img")


def test_without_scripts_everything_is_there_but_what_needs_them(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "lessons/backprop/")
    assert page.locator(".math svg").first.is_visible()
    assert page.locator("figure svg").first.is_visible()
    assert page.locator("pre.output").first.is_visible()
    assert page.locator(".opens-keys").is_hidden()
    context.close()


def test_the_build_needs_no_torch():
    """The names that the build imports, seen in a process where torch cannot be imported."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "import docs.plugins.reading.blocks, docs.plugins.reading.render, docs.plugins.mathjax\n"
        "import runpy; runpy.run_path('docs/plugins/hook.py')"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_nav_is_the_only_order():
    assert not [path for path in PAGES if re.search(r"\d", path.stem)]
    assert load_config(str(ROOT / "mkdocs.yml"), plugins=[], hooks=[]).nav
