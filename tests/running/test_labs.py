"""Labs show what came of running them, in the markup of a lesson, and run wherever they land."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import nbformat
import pytest
from bs4 import BeautifulSoup
from mkdocs.utils.yaml import yaml_load
from one_step import taken

from docs.plugins.building import plots
from docs.plugins.building.copies import copies
from docs.plugins.checking import lab as checking
from docs.plugins.problem import PageError, raise_if_any
from docs.plugins.reading import lab
from docs.plugins.reading.page import Page
from docs.plugins.running import kernel

ROOT = Path(__file__).resolve().parents[2]
LABS = sorted((ROOT / "docs/labs").glob("*.py"))
LAB = ROOT / "docs/labs/xor_lab.py"


def make_site(folder, lab):
    """Write a site of one lab and what it links to, with the settings of the real one."""
    with open(ROOT / "mkdocs.yml", encoding="utf-8") as file:
        hooks = yaml_load(file)["hooks"]
    settings = {
        "INHERIT": str(ROOT / "mkdocs.yml"),
        "docs_dir": "docs",
        "extra_css": [],
        "hooks": [str(ROOT / hook) for hook in hooks],
        "nav": ["index.md", "np_nn.md", "lessons/xor.md", "labs/xor_lab.py"],
    }
    for name, text in {
        "mkdocs.yml": json.dumps(settings),  # JSON is YAML
        "docs/index.md": "# Home\n",
        "docs/np_nn.md": "# Get np_nn\n",
        "docs/lessons/xor.md": "---\ndescription: XOR.\n---\n\n# XOR\n",
        "docs/labs/xor_lab.py": lab,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def build(folder, **environment):
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def folder(site):
    """Where the site has the lab."""
    return site / "labs/xor_lab"


@pytest.fixture(scope="module")
def page(soup_of):
    return soup_of("labs/xor_lab/")


@pytest.fixture(scope="module")
def article(page):
    return page.article


@pytest.fixture(scope="module")
def notebook(folder):
    return nbformat.read(folder / "xor_lab.ipynb", as_version=nbformat.NO_CONVERT)


@pytest.fixture(scope="module")
def programs(article):
    return copies(article)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(article):
    """Return what the page shows as printed; a page does not show the last end of line."""
    return [pre.get_text().rstrip("\n") + "\n" for pre in article.select("pre.output")]


# The labs themselves


def test_there_are_labs():
    assert LAB in LABS


@pytest.mark.parametrize("path", LABS, ids=lambda path: path.stem)
def test_a_lab_can_be_read_and_is_short(path):
    notebook = lab.read(Page.open(path))
    assert len(code_cells(notebook)) >= 3
    assert len(notebook.cells) <= 25


def test_the_labs_text_states_no_number_that_its_code_and_outputs_do_not(notebook):
    stated = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
    shown = " ".join(cell.source + lab.printed(cell) for cell in code_cells(notebook))
    known = {float(number) for number in stated.findall(shown.replace(",", " "))}
    texts = [cell.metadata.get("alt", "") for cell in notebook.cells]
    texts += [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    numbers = [
        float(number.replace(",", ""))
        for text in texts
        for number in stated.findall(re.sub(r"\$[^$]*\$|\]\([^)]*\)", "", text))
    ]
    assert numbers, "the pattern finds nothing"
    assert [number for number in numbers if number not in known] == []


# The page


def test_each_block_copies_as_the_beginning_of_the_whole_program(programs, notebook):
    sources = [cell.source for cell in code_cells(notebook)]
    assert len(programs) == len(sources) >= 3
    for number, program in enumerate(programs, 1):
        assert program.split() == " ".join(sources[:number]).split()
        assert programs[-1].startswith(program)


def test_the_whole_program_runs_alone_and_prints_what_the_page_shows(programs, article, tmp_path):
    # Every other block copies as a beginning of this one, see above, and is run with it.
    (tmp_path / "program.py").write_text(programs[-1], encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    result = subprocess.run(
        [sys.executable, str(tmp_path / "program.py")],
        cwd=empty,
        env=os.environ | {"MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "".join(outputs(article))


def test_code_is_marked_up_as_in_a_lesson(article):
    for block in article.select("div.language-python.highlight"):
        assert str(block.pre).startswith('<pre translate="no"><span></span><code')
        assert block.select("code span")  # colours
    assert article.select("pre.output > code")


def test_each_plot_is_a_picture_with_its_text(article, notebook):
    shown = [(svg["role"], svg["aria-label"]) for svg in article.select("figure > svg")]
    alts = [cell.metadata["alt"] for cell in code_cells(notebook) if lab.plots(cell)]
    assert shown == [("img", alt) for alt in alts]
    assert len(shown) == LAB.read_text(encoding="utf-8").count("plt.show()") >= 2


def test_plots_keep_their_text_as_text_and_take_the_pages_colours(article):
    svgs = article.select("figure > svg")
    assert all("step" in svg.get_text() for svg in svgs)
    assert not re.search(r"#[0-9a-f]{6}|font-family|style=", "".join(map(str, svgs)))
    assert article.select("figure .fig-stroke-blue")


def test_no_id_is_on_the_page_twice(article):
    ids = [tag["id"] for tag in article.find_all(id=True)]
    assert len(ids) == len(set(ids)) > 5


def test_headings_have_permalinks_and_are_in_the_table_of_contents(page, article):
    listed = [link["href"] for link in page.select("nav.md-nav--secondary")[0].select("a[href]")]
    headings = article.find_all("h2")
    assert [f"#{heading['id']}" for heading in headings] == listed
    assert [heading.select_one("a.headerlink")["href"] for heading in headings] == listed


# What readers take home


def test_the_page_links_its_notebook_and_its_file(article):
    downloads = [link["href"] for link in article.select("a[download]")]
    assert {"xor_lab.ipynb", "xor_lab.py"} <= set(downloads)


def test_the_notebook_is_valid_and_has_the_labs_cells(notebook):
    nbformat.validate(notebook)
    source = lab.read(Page.open(LAB))
    assert [cell.cell_type for cell in notebook.cells] == [cell.cell_type for cell in source.cells]
    assert [c.source for c in code_cells(notebook)] == [c.source for c in code_cells(source)]


def test_the_notebook_holds_what_the_page_shows(notebook, article):
    cells = code_cells(notebook)
    assert [lab.printed(cell) for cell in cells if lab.printed(cell)] == outputs(article)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    shown = [svg for cell in cells for svg in lab.plots(cell)]
    assert len(shown) == len(article.select("figure > svg"))
    assert all(ElementTree.fromstring(svg).tag.endswith("svg") for svg in shown)


def test_links_in_what_is_taken_home_lead_to_the_site(folder, notebook, page):
    root = page.select_one("link[rel=canonical]")["href"].removesuffix("labs/xor_lab/")
    python = (folder / "xor_lab.py").read_text(encoding="utf-8")
    for text in (notebook.cells[0].source, python):
        assert f"]({root}lessons/xor/)" in text
        assert f"]({root}np_nn/)" in text
        assert "](.." not in text


def test_the_file_is_the_lab_itself(folder):
    taken, lab = (folder / "xor_lab.py").read_text(encoding="utf-8"), LAB.read_text(encoding="utf-8")
    without_links = [re.sub(r"\]\([^)]*\)", "]()", text) for text in (taken, lab)]
    assert without_links[0] == without_links[1]


# The build


def test_a_build_on_another_day_gives_the_same_bytes(folder, article, tmp_path):
    other = make_site(tmp_path / "a/site", LAB.read_text(encoding="utf-8"))
    result = build(other, SOURCE_DATE_EPOCH="86400")
    assert result.returncode == 0, result.stderr
    files = sorted(path.name for path in folder.iterdir())
    assert files == ["index.html", "xor_lab.ipynb", "xor_lab.py"]
    for name in files[1:]:
        assert (other / "site/labs/xor_lab" / name).read_bytes() == (folder / name).read_bytes()
    text = (other / "site/labs/xor_lab/index.html").read_text(encoding="utf-8")
    made = "div.highlight, pre.output, figure"  # equations of other pages change the ids of glyphs
    again, once = (list(map(str, part.select(made))) for part in (BeautifulSoup(text, "html.parser"), article))
    assert again == once and len(once) > 10


def test_a_lab_that_raises_stops_the_build_with_file_cell_and_error(tmp_path):
    """Its program runs in the build's own interpreter and in an empty folder, and no page is left."""
    code = "import os, sys; raise ValueError([sys.executable, os.listdir()])"
    lines = LAB.read_text(encoding="utf-8").splitlines()
    place = lines.index("targets = np.array([[0.0], [1.0], [1.0], [0.0]])  # XOR") + 1
    make_site(tmp_path, "\n".join([*lines[:place], code, *lines[place:]]))
    result = build(tmp_path)
    said = f"\ndocs/labs/xor_lab.py:{place + 1}: cell 2 fails: ValueError: {[sys.executable, []]}\n"
    assert result.returncode != 0 and said in result.stderr
    assert result.stderr.count("docs/labs/xor_lab.py:") == 1 and "Traceback" not in result.stderr
    assert list(tmp_path.glob("site/**/*.html")) == []


# What is refused, without a build

TITLE = "# %% [markdown]\n# # Title\n\n"


def refused(problem, text, tmp_path, outputs=()):
    """Whether a lab whose last cell shows these outputs is refused with this problem."""
    path = tmp_path / "lab.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PageError) as caught:
        page = Page.open(path)
        notebook = lab.read(page)
        raise_if_any(checking.source(page, notebook))
        notebook.cells[-1].outputs = list(outputs)
        raise_if_any(checking.outputs(page, notebook) + plots.problems(page, notebook))
    assert [f"lab.py:{problem}" in line for line in str(caught.value).splitlines()] == [True]


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("1: a lab begins with a Markdown cell", "# %%\nprint(1)\n"),
        ("1: a lab begins with a Markdown cell", "# %% [markdown]\n# No title.\n"),
        ("1: a lab is in percent format", "print(1)\n"),
        ("5: not plain Python", TITLE + "# %%\nprint(1\n"),
        ("5: not plain Python", TITLE + "# %%\n# %matplotlib inline\n"),
        ("6: not plain Python", TITLE + "# %%\nx = 1\n# !pip install np_nn\n"),
        ("4: a lab has no raw cells", TITLE + "# %% [raw]\n# text\n"),
        ("5: ```python in Markdown is not run", TITLE + "# %% [markdown]\n# ```python\n# x\n# ```\n"),
        ("5: ```bash: write ```console", TITLE + "# %% [markdown]\n# ```bash\n# ls\n# ```\n"),
    ],
)
def test_a_lab_is_refused_if_it_cannot_be_a_page(problem, text, tmp_path):
    refused(problem, text, tmp_path)


def svg(inside):
    return {
        "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
        f"{inside}</svg>"
    }


BLUE = svg('<path d="M 0 0 \nL 1 1 \n" style="fill: none; stroke: #0a5fa6"/>')


def output(kind, **content):
    return nbformat.v4.new_output(kind, **content)


@pytest.mark.parametrize(
    ("problem", "marker", "outputs"),
    [
        ('4: cell 2 shows a plot without a text: # %% alt="what to see"', "# %%", [output("display_data", data=BLUE)]),
        ("4: cell 2 shows a plot without a text", '# %% alt=" "', [output("display_data", data=BLUE)]),
        ("4: cell 2 shows 2 plots", '# %% alt="A plot."', 2 * [output("display_data", data=BLUE)]),
        (
            "4: cell 2: #ff0000 cannot follow the page's colours",
            '# %% alt="A plot."',
            [output("display_data", data=svg('<path d="M 0 0" style="fill: #ff0000"/>'))],
        ),
        (
            "4: cell 2: a plot with <image>",
            '# %% alt="A plot."',
            [output("display_data", data=svg('<image xlink:href="data:image/png;base64,AA"/>'))],
        ),
        ("4: cell 2 writes to stderr: careful", "# %%", [output("stream", name="stderr", text="careful\n")]),
        ("4: cell 2 shows the value of its last line", "# %%", [output("execute_result", data={"text/plain": "1"})]),
        ("4: cell 2 shows text/html, no plot", "# %%", [output("display_data", data={"text/html": "<b>1</b>"})]),
        # With allow_errors: true the run goes on.
        ("4: cell 2 fails: ValueError: no", "# %%", [output("error", ename="ValueError", evalue="no", traceback=[])]),
    ],
)
def test_a_lab_is_refused_if_a_page_cannot_show_its_outputs(problem, marker, outputs, tmp_path):
    refused(problem, f"{TITLE}{marker}\npass\n", tmp_path, outputs)


def test_what_a_cell_prints_is_one_output_wherever_the_kernel_cut_it():
    outputs = [
        output("stream", name="stdout", text="a\n"),
        output("display_data", data=BLUE),
        output("stream", name="stdout", text="b\n"),
        output("stream", name="stderr", text="c\n"),
    ]
    cell = nbformat.v4.new_code_cell("pass", outputs=outputs)
    found = kernel.bare(nbformat.v4.new_notebook(cells=[cell])).cells[0].outputs
    assert [shown.get("text") for shown in found] == ["a\nb\n", None, "c\n"]


def test_a_plot_with_a_text_is_accepted(tmp_path):
    path = tmp_path / "lab.py"
    path.write_text(f'{TITLE}# %% alt="A line."\npass\n')
    notebook = lab.read(Page.open(path))
    notebook.cells[-1].outputs = [output("display_data", data=BLUE)]
    page = Page.open(path)
    assert checking.outputs(page, notebook) + plots.problems(page, notebook) == []
    shown = [(svg, notebook.cells[-1].metadata.alt) for svg in lab.plots(notebook.cells[-1])]
    page = taken(plots.fill, lab.to_markdown(notebook, ""), plots=shown)
    assert '<svg role="img" aria-label="A line."' in page


def test_a_lab_that_was_not_executed_is_refused(tmp_path):
    path = tmp_path / "lab.py"
    path.write_text(f"{TITLE}# %%\nprint(1)\n")
    page = SimpleNamespace(file=SimpleNamespace(abs_src_path=str(path)), render=lambda config, files: None)
    with pytest.raises(PageError, match="not executed: mkdocs-jupyter needs execute: true"):
        kernel.execute(page, None, None)


def test_a_text_alternative_is_escaped():
    assert 'aria-label="a &lt;b&gt; &quot;c&quot;"' in plots.slim_svg(BLUE["image/svg+xml"], alt='a <b> "c"')


def test_slimming_keeps_the_course_of_a_line():
    # A straight run, a corner, a way back over itself, and a point off the line by a unit.
    path = "M 0 0 \nL 5 0 \nL 10 0 \nL 10 10 \nL 10 5 \nL 20 6 \nL 30 5 \n"
    slim = plots.slim_svg(svg(f'<path d="{path}" style="stroke: #000000"/>')["image/svg+xml"])
    assert 'd="M0 0L10 0L10 10L10 5L20 6L30 5"' in slim
