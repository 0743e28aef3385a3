"""A page cannot be broken unseen: each mistake is told with its line, and all of a page at once."""

import re
import subprocess
import sys

import nbformat
import pytest

from docs.plugins import paths
from docs.plugins.checking import lab as checking
from docs.plugins.checking import lint
from docs.plugins.problem import PageError, raise_if_any
from docs.plugins.reading import lab, mend
from docs.plugins.reading.page import Page

PRINTS = "```python\nprint(1)\n```\n\n```output\n"

# name: (what stands under a right title, from line 3 on; line of the mistake; words of the message)
BODIES = {
    # Fences and code; tests/reading/test_blocks.py has all forms.
    "a fence that is not closed": ("```python\nx = 1", 3, "fence is not closed: end it with ```"),
    "an unknown fence": ("```pyton\nx = 1\n```", 3, "```pyton is not known: write one of"),
    "a fence of another language": ("```bash\nls\n```", 3, "write ```console"),
    "code outside a fence": ("Words.\n\n    x = 1", 5, "write ```python"),
    "a block that is no Python": ("```python\nx = 1\ny = (\n```", 5, "no Python ('(' was never clo"),
    # TeX
    "$$ left open": ("$$\nx = 1\n\nWords come here.", 3, "$$ is left open: end the equation"),
    "$$ left open before another": (
        "$$\nx = 1\n\nWords come here.\n\n$$\nz = 1\n$$", 3, "$$ is left open"),
    "$$ left open at the end": ("Words.\n\n$$\nx = 1", 5, "$$ is left open"),
    "an empty line in $$": ("$$\nx\n\n= 1\n$$", 5, "empty line inside $$: take it out"),
    "$ left open": ("Words $x and words.", 3, "$ that is in no equation: write $…$"),
    "spaces inside $": ("Words $ x $ and words.", 3, "without spaces just inside"),
    "an unknown macro": (r"Words $\simga$.", 3, r"Undefined control sequence \simga, write \sigma"),
    "an unknown macro in a display": (
        "Words.\n\n$$\nx\n+ \\nonsense\n$$", 7, r"\nonsense, write one that MathJax knows"),
    "a brace that is not closed": (r"Words $\frac{1}{2$.", 3, "Missing close brace"),
    "an equation in a heading": ("## See $x$", 3, "raw TeX in the table of contents: say it"),
    # Headings
    "a skipped heading": ("## B\n\n#### C", 5, "skips a level: write ### here"),
    "a skipped first heading": ("### B", 3, "skips a level: write ## here"),
    "a heading twice": ("## B\n\nWords.\n\n## C\n\n## B", 9, "title of line 3 once more"),
    "a second title": ("# B", 3, "a second title: a page has one, write ## here"),
    "a heading without a space": ("##B", 3, "no space behind ##: write ## B"),
    "a heading without words": ("## ", 3, "heading without a title"),
    "an underlined title": ("Title\n-----", 4, "title underlined: write ## before the title"),
    # Images, scripts and other HTML
    "an image without a text": ("![](figures/xor.svg)", 3, "image without a text: write ![what to"),
    "an image of another origin": (
        "![Seen.](https://example.org/a.png)", 3, "of another origin: draw it in snippets/figures"),
    "an image of no figure": ("![Seen.](a.png)", 3, "only figures drawn by snippets/figures"),
    "an unknown figure": ("![Seen.](figures/xr.svg)", 3, "no figure xr.svg: write xor.svg"),
    "an image in a sentence": ("See ![it](figures/xor.svg).", 3, "alone on a line"),
    "an image in HTML": ('<img src="a.png">', 3, "raw HTML, <img>: write Markdown, or `<img>` to show it"),
    "a script": ("Words.\n\n<script>alert(1)</script>", 5, "raw HTML, <script>: write Markdown"),
    "a frame": ('<IFRAME src="https://example.org"></IFRAME>', 3, "raw HTML, <iframe>: write Markdown"),
    "a link in HTML": ('See <a href="notation.md">it</a>.', 3, "raw HTML, <a>: write Markdown"),
    "a line break": ("Words<br>on two lines.", 3, "raw HTML, <br>: write Markdown"),
    "Markdown in HTML": ('<div markdown="1">**x** $x$ `y`</div>', 3, "raw HTML, <div>: write Markdown"),
    "a list in HTML": ("- a\n\n    <b>c</b>", 5, "raw HTML, <b>: write Markdown"),
    "a tag over lines": ('<p\nclass="a">b', 3, "raw HTML, <p>: write Markdown"),
    "HTML that is not closed": ('<div class="a">\n\nWords.', 3, "raw HTML, <div>: write Markdown"),
    "HTML that closes nothing": ("Words.\n\n</div>", 5, "raw HTML, <div>: write Markdown"),
    "what stands for something": ("Type <your name> here.", 3, "or `<your>` to show it"),
    "a comment that is not closed": ("Words.\n\n<!-- More.", 5, "<! begins no text: write `…` around it, or <!--"),
    "an instruction": ("Words <?php x ?> here.", 3, "<? begins no text: write `…` around it"),
    "a script in braces": ('Words.\n{: onclick="f()" }', 4, "script in onclick="),
    "a style in braces": ('Words.\n{: style="color: red" }', 4, "give it a class"),
    "a script in a link": ("[a](javascript:f)", 3, "write a whole address, https://…, or a page"),
    # Admonitions and tabs
    "an unknown admonition": ('!!! worning "A"\n    Words.', 3, "!!! worning: write warning"),
    "unknown details": ('??? quesion "A"\n    Words.', 3, "??? quesion: write question"),
    "an admonition without a space": ("!!!note\n    Words.", 3, 'write !!! note "Title"'),
    "an admonition with one mark too few": ("!! note\n    Words.", 3, 'write !!! note "Title"'),
    "an admonition without quotes": ("!!! note A title\n    Words.", 3, 'write !!! note "Title"'),
    "an admonition that is not indented": ("!!! note\nWords.", 3, "indent its text by four spaces"),
    "details that are not indented": ('??? tip "A"\n\n  Words.', 3, "nothing is in this admonition"),
    "an admonition of nothing": ("Words.\n\n!!! note", 5, "nothing is in this admonition"),
    "a tab without quotes": ("=== NumPy\n\n    Words.", 3, 'or === "NumPy"'),
    "a tab of four signs": ('==== "NumPy"\n\n    Words.', 3, 'or === "NumPy"'),
    "a tab that is chosen": ('===+ "NumPy"\n\n    Words.', 3, 'or === "NumPy"'),
    "an admonition beside the text": ('!!! note inline end "A"\n    Words.', 3, "no admonition or tab: write"),
    "a tab that is not indented": ('=== "NumPy"\n\nWords.', 3, "nothing is in this tab: indent"),
    "a tab in a list that is not indented": ('- a\n\n    === "B"\n\n    Words.', 5, "in this tab"),
    # Notes and links
    "a footnote": ("Words.[^a]", 3, "[^a]: no footnotes, references or abbreviations here: write"),
    "the text of a footnote": ("Words.\n\n[^a]: More words.", 5, "[^a]: no footnotes"),
    "a reference": ("See [words][a].", 3, "[words][a]: no footnotes, references or abbreviations"),
    "a reference by its words": ("See [words][].", 3, "write [words](page.md)"),
    "where a reference leads": ("Words.\n\n[ref]: notation.md", 5, "write [words](page.md)"),
    "where a reference leads, in a box": ("!!! note\n    Words.\n\n    [ref]: notation.md", 6, "[ref]: n"),
    "an abbreviation": ("The HTML.\n\n*[HTML]: A language", 5, "*[HTML]: A: no footnotes, references or"),
    "a link to no page": ("See [it](notatoin.md).", 3, "no page notatoin.md: write notation.md"),
    "a link to the wrong folder": ("[x](xor.md)", 3, "no page xor.md: write lessons/xor.md"),
    "a link to no place": (
        "[x](lessons/xor.md#check-yourslf)", 3, "no place #check-yourslf in xor.md: write #check-you"),
    "a link to no place here": ("## Now\n\n[x](#nowhere)", 5, "no place #nowhere in"),
    "a link to a state of no figure": (
        "[x](lessons/xor.md#xr?seed=1)", 3, "no interactive figure xr on xor.md: write the name"),
    "a link to a place in a figure": ("[x](figures/xor.svg#a)", 3, "has no places, write figures/x"),
    "a link to nothing to download": ("[x](downloads/xr.py)", 3, "nothing to download at downloads/"),
    "a link from the root": ("[x](/notation.md)", 3, "write where it is as seen from this page"),
    "a link without a protocol": ("[x](www.example.org)", 3, "write a whole address, https://…"),
    "a link to nowhere": ("[x]()", 3, "link to nowhere: write [words](page.md)"),
    "a link without words": ("[](notation.md)", 3, "link without words: write [what is there]"),
    "a link in details": ('??? tip "A"\n    [x](notes.md)', 4, "no page notes.md"),
    # What Markdown made nothing of
    "a link with a space": ("See [x] (notation.md).", 3, "would be seen as it stands"),
    "an address with a space": ("See [y](a b).", 3, "no page a b: write "),
    "a star too few": ("Some **bold words.", 3, "would be seen as it stands"),
    "a table without a head": ("Words.\n| a | b |\n|---|---|\n| c | d |", 4, "no table, so close"),
    # What is printed and will be something else on the next run
    "an address in memory": (PRINTS + "<Net object at 0x7f1f5c0b2d90>\n```", 8, "an address in memory"),
    "a path": (PRINTS + "1\n/tmp/tmpx/a.txt\n```", 9, "a path of one machine: print the name"),
    "a path of Windows": (PRINTS + "C:\\Users\\a\n```", 8, "a path of one machine"),
    "a time": (PRINTS + "took 0.53 s\n```", 8, "how long it took: compare two durations"),
    "milliseconds": (PRINTS + "12 ms a step\n```", 8, "how long it took"),
    "a clock": (PRINTS + "at 12:45:01\n```", 8, "a date or time: leave it out"),
    "a date": (PRINTS + "2026-11-25\n```", 8, "a date or time: leave it out"),
    "an address of a machine": (PRINTS + "127.0.0.1\n```", 8, "an address: leave it out"),
    # Bytes
    "a character that nobody sees": ("Wo\u200brds.", 3, "U+200B, which nobody sees: take it out"),
    "a control character": ("Wo\x07rds.", 3, "U+0007, which nobody sees: take it out"),
}  # fmt: skip

# The same for whole pages, as bytes where they are no text.
PAGES = {
    "an empty page": ("", 1, "empty page: write its title, # …"),
    "a page of spaces": ("\n \n", 1, "empty page"),
    "a page of front matter": ("---\ndescription: A.\n---\n", 1, "empty page"),
    "no title": ("\nWords.\n", 2, "no title: begin the page with # and a title"),
    "no title but a heading": ("## B\n", 1, "## before the title of the page"),
    "latin-1": ("# A\n\nca\xf1on\n".encode("latin-1"), 3, "not UTF-8: save the page as UTF-8"),
    "a byte order mark": ("\ufeff# A\n".encode(), 1, "U+FEFF, which nobody sees"),
    "front matter that is not closed": (
        "---\ndescription: A.\n\n# A\n",
        1,
        "front matter is not closed: end it with ---",
    ),
    "front matter that is no YAML": (
        "---\ntitle: A\ndescription: What: it is.\n---\n\n# A\n",
        3,
        "quotation marks around a value",
    ),
    "front matter without keys": ("---\nWords.\n---\n\n# A\n", 2, "front matter holds no keys"),
    "an unknown key": ("---\ntitle: A\ndescripton: B.\n---\n\n# A\n", 3, "no descripton: write description"),
    "a draft that is none": ("---\ndescription: B.\ndraft: yes please\n---\n\n# A\n", 3, "write draft: true, or take"),
    "an empty description": ("---\ndescription:\n---\n\n# A\n", 2, "description says nothing"),
    "front matter under an empty line": ("\n---\ndescription: A.\n---\n\n# A\n", 1, "stands at the very top"),
    "front matter without lines": ("description: A.\n\n# A\n", 1, "between two lines ---"),
}

GOOD = r"""---
description: "A page: of all forms."
title: All forms
hide: [toc]
search:
  boost: 2
---

# Use every form

Words with `code $ [a](b) <script>` in them, $x$, a price of \$5, and $\{x \mid x > 0\}$.
[A lesson](lessons/xor.md), [a place in it](lessons/xor.md#check-yourself), [one here](#a-place),
[the lab](labs/xor_lab.py), [a download](downloads/xor.py), [the figure](figures/xor.svg),
[elsewhere](https://example.org/a_(b)) and <https://example.org>.
A list `a[0][1]`, 3 * 4 ** 2 and \[1\].

- An item, with [a link](notation.md).

    ```python
    print(1)
    ```

    ```output
    1
    ```

<!-- A comment with [a link](nowhere.md), !!! and $ -->

$$
\begin{aligned}
x &= 1 \\
  &= 1
\end{aligned}
$$

![What to see in it.](figures/xor.svg)

## A place

!!! note

    ```text
    !!! no admonition, [no link](x.md), # no title, 0x7f1f5c0b2d90, took 3 s
    ```

!!! warning "Title"
    Words.

???+ tip "Open"

    === "NumPy"

        Words.

    === "PyTorch"

        $$
        x = 1
        $$

### Deeper

| a | b |
|---|:-:|
| 1 | 2 |

Its *meaning*, **bold**.

Words.
{: .a }

## Another place { #other }

[There](#other).

```python title="a.py" hl_lines="1"
print("shape 3 x 4, 1.5 seconds-hand, ratio 12:45, a/b")
```

```output
shape 3 x 4, 1.5, ratio 12:45, a/b
```

```console
$ python /tmp/a.py
```
"""


@pytest.fixture
def docs(tmp_path):
    """A folder docs with the pages, figures and labs that fixtures link to."""
    folder = tmp_path / "docs"
    for name in ("lessons", "labs", "figures"):
        (folder / name).mkdir(parents=True)
    for name in ("lessons/xor.md", "notation.md", "labs/xor_lab.py", "figures/xor.svg"):
        (folder / name).symlink_to(paths.DOCS / name)
    return folder


def write(docs, name, page):
    (docs / name).write_bytes(page if isinstance(page, bytes) else page.encode())
    return docs / name


def body(text):
    return f"# A\n\n{text}\n"


def problems(path, **options):
    try:
        lint.check_page(path, root=path.parent, **options)
    except PageError as error:
        return [(found.line, found.words) for found in error.problems]
    return []


FIXTURES = {name: (body(text), *rest) for name, (text, *rest) in BODIES.items()} | PAGES


@pytest.mark.parametrize("text, line, words", FIXTURES.values(), ids=FIXTURES)
def test_a_broken_page_is_refused_at_its_line(docs, text, line, words):
    found = problems(write(docs, "a.md", text))
    assert any(at == line and words in what for at, what in found), found
    assert {at for at, _ in found} == {line}, "one mistake is told once"


def test_a_page_of_all_legal_forms_passes(docs):
    assert problems(write(docs, "a.md", GOOD)) == []


# All mistakes of a page at once: its lines, and ! before those that are wrong.
MANY = """
 ---
!descripton: What there is.
 ---

 # See all of it

!```py
 x = 1
 ```

 ```output
!took 3 s
 ```

!    y = 1

!### Skipped

!```pyton
 z = 1

!Words come [here](nowhere.md).

!!! note
 Words.

 $$
!\\nonsense
 $$

 All letters are numbers.

!~~~
 code
!~~~

!Words.[^1]

!![](../figures/xor.svg)

!> ```python

!$$
 x
"""


def many():
    """Return the page, and the lines that are wrong."""
    lines = MANY.strip("\n").split("\n")
    wrong = [number for number, line in enumerate(lines, 1) if line.startswith("!")]
    return "\n".join(line[1:] if not line.startswith("!!!") else line for line in lines), wrong


def test_all_mistakes_of_a_page_are_told_at_once(docs):
    text, wrong = many()
    wrong = sorted({*wrong, 1})  # a lesson has a description
    page = write(docs, "lessons/a.md", text)
    with pytest.raises(PageError) as caught:
        lint.check_page(page, root=docs)
    told = [found.line for found in caught.value.problems]
    assert sorted(set(told)) == wrong, str(caught.value)
    assert told == sorted(told) and told.count(19) == 2, "unknown, and not closed"
    assert str(caught.value).startswith(f"{page}:1: no description: write description: and")


def run(*command, cwd):
    command = [sys.executable, "-m", *map(str, command)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def test_pytest_on_one_page_tells_them_all(project):
    text, wrong = many()
    page = write(project / "docs", "lessons/a.md", text)
    nav = project / "mkdocs.yml"
    nav.write_text(nav.read_text(encoding="utf-8").replace("  - Glossary: glossary.md", "  - lessons/a.md"))
    done = run("pytest", "-p", "no:cacheprovider", page, project / "docs/glossary.md", cwd=project)
    assert done.returncode != 0 and "Traceback" not in done.stdout
    reports = done.stdout.partition("short test summary")[0]  # which has them again where CI is set
    told = [int(line) for line in re.findall(r"^docs/lessons/a\.md:(\d+): ", reports, re.M)]
    assert sorted(set(told)) == sorted({*wrong, 1}) and told == sorted(told), done.stdout
    assert "docs/glossary.md:1: no reader finds this page: write - glossary.md into nav" in done.stdout


def test_the_build_tells_those_of_all_pages(docs):
    (docs / "lessons/xor.md").unlink()
    (docs / "labs/xor_lab.py").unlink()
    pages = {f"{number}.md": page for number, (page, *_) in enumerate(FIXTURES.values())}
    pages["lessons/many.md"] = many()[0]
    pages["lessons/xor.md"] = "---\ndescription: A.\n---\n\n# A\n\n## Check yourself\n"
    for name, page in pages.items():
        write(docs, name, page)
    write(docs, "omitted.md", "# A\n")
    write(docs, "labs/a.ipynb", "{}")
    (docs.parent / "mkdocs.yml").write_text(
        f"INHERIT: {paths.ROOT / 'mkdocs.yml'}\nnav: [notation.md, {', '.join(pages)}]\n"
        f"docs_dir: {docs}\nhooks: [{paths.DOCS / 'plugins/hook.py'}]\nextra_css: []\n"
    )
    done = run("mkdocs", "build", "--strict", "-d", docs.parent / "site", cwd=docs.parent)
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert not (docs.parent / "site/0/index.html").exists(), "no page is written"
    missing = [
        name
        for number, (name, (_, line, words)) in enumerate(FIXTURES.items())
        if not re.search(rf"^docs/{number}\.md:{line}: .*{re.escape(words)}", done.stderr, re.M)
    ]
    assert missing == []
    told = [int(line) for line in re.findall(r"^docs/lessons/many\.md:(\d+): ", done.stderr, re.M)]
    assert sorted(set(told)) == sorted({*many()[1], 1})
    assert "docs/omitted.md:1: no reader finds this page: write - omitted.md" in done.stderr
    assert "docs/labs/a.ipynb:1: a notebook with outputs that go stale: write" in done.stderr


def test_a_page_that_nav_does_not_name_is_refused(docs):
    page = write(docs, "a.md", "# A\n")
    assert problems(page, in_nav=True) == problems(page) == []
    ((line, what),) = problems(page, in_nav=False)
    assert (line, what) == (1, "no reader finds this page: write - a.md into nav of mkdocs.yml")


def test_a_lesson_needs_a_description(docs):
    page = write(docs, "lessons/a.md", "# A\n")
    assert problems(page) == [(1, "no front matter: write description: and a sentence between two lines ---")]


@pytest.mark.parametrize("caption", ["", ' ""', ' " "', " 'Look.'"])
def test_a_figure_of_a_lesson_needs_a_caption(docs, caption):
    (docs / "lessons/figures").symlink_to(docs / "figures")
    text = f"---\ndescription: A.\n---\n\n# A\n\n![What is seen.](../figures/xor.svg{caption})\n"
    ((line, what),) = problems(write(docs, "lessons/a.md", text))
    assert line == 7 and what.startswith("figure without a caption: say in a sentence what to look at")
    assert what.endswith('![what is seen](../figures/xor.svg "What to look at.")')


def test_a_caption_may_have_brackets_and_other_pages_need_none(docs):
    text = '---\ndescription: A.\n---\n\n# A\n\n![What is seen.](../figures/xor.svg "Look at (1, 1).")\n'
    assert problems(write(docs, "lessons/a.md", text)) == []
    assert problems(write(docs, "a.md", body("![What is seen.](figures/xor.svg)"))) == []


LAB = """# %% [markdown]
# # A lab
#
# See [it](nowhere.md), $\\nonsense$ and it.[^1]

# %%
x = 1  # ![](no.png), ### no heading

# %% [markdown]
# #### Deep
#
# <script>alert(1)</script>
"""


def test_a_lab_is_read_as_pages_are(docs):
    (docs / "labs/a.py").write_text(LAB, encoding="utf-8")
    with pytest.raises(PageError) as caught:
        page = Page.open(docs / "labs/a.py")
        raise_if_any(checking.source(page, lab.read(page)))
    told = [(found.line, found.words.partition(":")[0]) for found in caught.value.problems]
    assert told == [
        (4, "TeX"),
        (4, "[^1]"),
        (4, "no page nowhere.md"),
        (10, "skips a level"),
        (12, "raw HTML, <script>"),
    ]


def test_a_lab_that_prints_what_passes_is_refused(docs):
    (docs / "labs/a.py").write_text("# %% [markdown]\n# # A\n\n# %%\nprint(1)\n", encoding="utf-8")
    page = Page.open(docs / "labs/a.py")
    notebook = lab.read(page)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", name="stdout", text="3.1 s\n")]
    with pytest.raises(PageError, match=r"a\.py:4: cell 2 prints '3.1 s' is how long"):
        raise_if_any(checking.outputs(page, notebook))


def test_no_notebook_holds_outputs():
    """Labs are Python files, which the build executes: there is nothing that could be stale."""
    assert list(paths.DOCS.glob("labs/*.py")) and not list(paths.DOCS.rglob("*.ipynb"))


@pytest.mark.parametrize("name", ["a fence that is not closed", "an unknown fence", "$$ left open"])
def test_a_mended_page_has_its_lines_where_they_were(name):
    lines = FIXTURES[name][0].split("\n")
    mended = mend.mended("\n".join(lines)).split("\n")
    assert [line for line in lines if line.startswith("#")] == [mended[0]]
    Page("\n".join(mended)).blocks
