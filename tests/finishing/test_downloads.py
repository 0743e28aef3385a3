"""What a reader takes home of a lesson is the lesson: a notebook that runs, and a program."""

import ast
import base64
import re

import nbformat
import pytest

from docs.plugins import paths
from docs.plugins.finishing import downloads
from docs.plugins.reading import course
from docs.plugins.reading import page as reading
from docs.plugins.running import runner

HOME = "http://127.0.0.1:8000/"
LESSONS = [paths.DOCS / f"lessons/{slug}.md" for slug in course.order()]
SLOW = {"xor", "gradient-check"}  # whose blocks take seconds: they are those of the page all the same
LESSON = """\
---
description: x
---
# Title

Words with a [link](other.md#here), [one](#place) here, and `[code](x.md)`.

??? question "Predict: $x$?"
    It is **1**.

=== "NumPy"

    ```python
    x = 1
    print("[x](y.md)", x)
    ```

    ```output
    [x](y.md) 1
    ```

![What to see.](../figures/xor.svg "Look at it.")

```python
1 / 0
```

```error
ZeroDivisionError: division by zero
```

??? success "Solution"
    Words.

    ```python
    print(x + 1)
    check("a.b", x)
    ```

    ```output
    2
    ```

    More.
"""


def taken(text=LESSON):
    absolute = "http://a/{}".format
    got = downloads.of_lesson(text, absolute, "http://a/page/", "http://a/w.whl")
    return nbformat.reads(got[".ipynb"], 4), got[".py"]


def prose(book):
    return "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")


def printed(cell):
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def failed(cell):
    return "".join(o.traceback[0] for o in cell.outputs if o.output_type == "error")


@pytest.fixture(scope="module")
def books(site):
    return {path: nbformat.read(site / f"lessons/{path.stem}/{path.stem}.ipynb", 4) for path in LESSONS}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_notebook_holds_the_blocks_of_its_page_and_what_they_print(books, path):
    book = books[path]
    nbformat.validate(book)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    shown = [block for block in reading.Page.open(path).blocks if block.language == "python"]
    assert [cell.source for cell in cells] == [block.code.strip("\n") for block in shown]
    assert [printed(cell) for cell in cells] == [b.output.code if b.output else "" for b in shown]
    errors = [block.error.code.strip() if block.error else "" for block in shown]
    assert [failed(cell) for cell in cells] == errors
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("path", [path for path in LESSONS if path.stem not in SLOW], ids=lambda path: path.stem)
def test_a_notebook_that_is_run_prints_what_is_in_it(books, np_nn_wheel, path):
    """All cells in one process, from top to bottom: the exercises among the rest."""
    cells = [cell for cell in books[path].cells if cell.cell_type == "code"]
    results = runner.run([(1, cell.source) for cell in cells], path.stem, np_nn_wheel)
    for cell, result in zip(cells, results, strict=True):
        assert "".join(f"{line.rstrip()}\n" for line in result.stdout.splitlines()) == printed(cell)
        assert result.error == failed(cell), result.trace


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_program_is_that_of_the_page(site, path):
    text = (site / f"lessons/{path.stem}/{path.stem}.py").read_text("utf-8")
    page = [b for b in reading.Page.open(path).blocks if b.language == "python"]
    whole = "\n".join(b.code for b in page if not (b.error or b.exercise))
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(whole))
    assert text.count("\n# %%") >= len(page)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_words_and_equations_of_the_page_are_all_there(books, path):
    def words(text):
        text = re.sub(r"</?(?:details|summary)>|\]\((?:[^)\"]*\)|[^)\"]* (?=\"))|\{ *#[\w-]+ *\}|[^\w\s]", " ", text)
        return text.split()

    def bare(text):
        return re.sub(r"^( *)```.*?^\1```", "", text, flags=re.DOTALL | re.MULTILINE)

    text = re.sub(r"\A---.*?^---\n", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    page = re.sub(r"^ *(?:\?\?\?\+?|!!!) \w+", "", bare(text), flags=re.MULTILINE)
    sources = [cell.source for cell in books[path].cells if cell.cell_type == "markdown"]
    sources[0] = sources[0].partition("\n")[0]  # behind the title: where it comes from
    there = bare("\n".join(sources))
    assert words(there) == words(page) and len(words(page)) > 500
    assert there.count("$$") == page.count("$$")


def test_the_links_of_a_notebook_lead_to_the_site(books, site):
    seen = 0
    for book in books.values():
        links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", prose(book)))
        for link in links:
            assert link.startswith(("http", "attachment:", "mailto:")), link
            if link.startswith(HOME):
                name, _, place = link.removeprefix(HOME).partition("#")
                target = site / name
                assert target.exists(), link
                if place:
                    slug, is_state, _ = place.partition("?")
                    found = f'data-widget="{slug}"' if is_state else f'id="{place}"'
                    assert found in (target / "index.html").read_text("utf-8"), link
                seen += 1
    assert seen > 100


def test_a_notebook_says_first_how_to_get_np_nn(books, site):
    for path, book in books.items():
        title, says = book.cells[0].source.split("\n\n", 1)
        assert title.startswith("# ") and HOME + f"lessons/{path.stem}/" in says
        if re.search(r"^\s*from np_nn", path.read_text("utf-8"), re.MULTILINE):
            wheel = re.search(r"pip install (\S+)", says)[1]
            assert (site / wheel.removeprefix(HOME)).is_file()


def test_boxes_and_tabs_read_well_without_them():
    book, program = taken()
    text = prose(book)
    assert "<details><summary>Predict: $x$?</summary>\n\nIt is **1**.\n\n</details>" in text
    assert "**NumPy**" in text and "**Solution**\n\nWords." in text and text.endswith("More.")
    assert "description" not in text and "???" not in text and "===" not in text
    assert "# <details><summary>" in program


def test_links_lead_out_and_code_is_left_alone():
    book, program = taken()
    for text in (prose(book), program):
        assert "[link](http://a/other.md#here), [one](http://a/page/#place)" in text
    assert 'print("[x](y.md)", x)' in book.cells[2].source
    assert printed(book.cells[2]) == "[x](y.md) 1\n"


def test_a_figure_is_in_the_notebook_itself():
    book, _ = taken()
    (cell,) = [cell for cell in book.cells if "attachments" in cell]
    assert "![What to see.](attachment:xor.svg)\n\n*Look at it.*" in cell.source
    picture = base64.b64decode(cell.attachments["xor.svg"]["image/svg+xml"])
    assert picture == (paths.DOCS / "figures/xor.svg").read_bytes()


def test_a_failure_is_shown_and_stops_nothing_and_a_solution_is_closed():
    book, program = taken()
    _, failing, solving = [cell for cell in book.cells if cell.cell_type == "code"]
    assert failing.metadata.tags == ["raises-exception"]
    assert failing.outputs[0].ename == "ZeroDivisionError"
    assert solving.metadata.jupyter.source_hidden
    spoken = {}
    exec(program, {"print": lambda *words: spoken.setdefault("printed", words)})
    assert spoken["printed"] == ("[x](y.md)", 1)
    assert "# 1 / 0" in program and '# check("a.b", x)' in program


def test_a_lesson_says_at_its_foot_what_can_be_taken_home(site):
    for path in LESSONS:
        page = (site / f"lessons/{path.stem}/index.html").read_text("utf-8")
        (line,) = re.findall('<p class="take".*?</p>', page)
        links = re.findall('href="([^"]*)" download', line)
        assert links == [f"{path.stem}.ipynb", f"{path.stem}.py", f"../../{downloads.SITE}"]


class Page:
    """As much of a page of MkDocs as its foot asks for."""

    class file:
        src_uri = "lessons/xor.md"

    url, is_homepage = "lessons/xor/", False


@pytest.mark.parametrize(
    "repository, branch, there",
    [
        ("https://github.com/a/b", "built", True),
        ("https://github.com/a/b/", "built", True),
        ("https://github.com/a/b", None, False),
        ("", "built", False),
        ("https://example.org/a/b", "built", False),
    ],
)
def test_a_lesson_opens_in_colab_if_a_public_repository_has_it(repository, branch, there):
    line = downloads.foot(Page, {"repo_url": repository, "extra": {"notebooks": branch}})
    address = "https://colab.research.google.com/github/a/b/blob/built/lessons/xor/xor.ipynb"
    assert (address in line) == there == ("Colab" in line)
