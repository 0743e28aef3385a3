"""Markdown that other tools show in one way and this site in another is refused, with what to write.

What passes is shown as CommonMark would show it, which is how most authors learnt to write.
"""

import pytest

from docs.plugins.building import html
from docs.plugins.checking import lab as checking
from docs.plugins.checking import lint, markdown
from docs.plugins.problem import PageError
from docs.plugins.reading import lab as labs
from docs.plugins.reading import render
from docs.plugins.reading.page import Page

TABLE = "| a | b |\n|---|---|\n"
FENCE = "```text\nx\n```"
NOTE = '??? note "Title"'

# name: (what stands under a right title, from line 3 on; line of the mistake; words of the message)
REFUSED = {
    # Cells
    "a formula with bars in a table": (
        "| size | $|x|$ |\n|---|---|\n| 1 | 2 |", 3, r"write \lvert x \rvert"),
    "a formula with bars in a row": (TABLE + r"| size | $|x| \ge 0$, never negative |", 5, r"\lvert"),
    "a formula with escaped bars in a row": (TABLE + r"| size | $\|x\|$ |", 5, r"\lVert x \rVert"),
    "a set in a row": (TABLE + r"| set | $\{x | x > 0\}$ |", 5, r"\mid"),
    "an escaped bar in code in a row": (TABLE + r"| or | `a \| b` |", 5, "write | alone"),
    "a row with more cells than the head": (TABLE + "| 1 | 2 | 3 |", 5, "3 cells under a head of 2"),
    "a row with fewer cells": (TABLE + "| 1 | 2 |\n| 1 |", 6, "1 cell under a head of 2"),
    "a divider with too few columns": ("| a | b |\n|---|\n| 1 | 2 |", 3, "bars that are in no table: write |---| beneath its head, once for"),
    "a divider with too many columns": ("a | b\n-- | -- | --\n1 | 2", 4, "bars that are in no table: write |---|"),
    "a divider without a head": ("Words.\n\n|:-:|---|\n| `1` | $x$ |", 5, "bars that are in no table"),
    "a table without a divider": ("| a | b |\n| 1 | 2 |", 3, "write |---| beneath its head"),
    "a row behind an empty line": (TABLE + "\n| 1 | 2 |", 6, "no empty line between its rows"),
    "a sentence directly under a table": (TABLE + "| 1 | 2 |\nWords.", 6, "a row of the table: put an empty"),
    "a table directly under a sentence": ("Words:\n" + TABLE + "| 1 | 2 |", 4, "no table, so close under"),
    "a table in an item, by two spaces": ("- a\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |", 5, "by four spaces, this by 2"),
    # Steps, and what stands between them
    "a fence in a step by three spaces": (
        "1. Write it.\n\n   ```text\n   x\n   ```\n\n2. Run it.", 5, "by four spaces, this by 3"),
    "a fence between two steps": (f"1. Write it.\n\n{FENCE}\n\n2. Run it.", 9, "2. is shown as 1.: write 1."),
    "a fence close between two steps": (f"1. Write it.\n{FENCE}\n2. Run it.", 7, "2. is shown as 1."),
    "a sentence in a step by three spaces": ("1. a\n\n   More.\n\n2. b", 5, "the list would end above it"),
    "a sentence between two steps": ("1. a\n\nMore.\n\n2. b", 7, "2. is shown as 1."),
    "an equation in a step by three spaces": ("1. a\n\n   $$\n   x\n   $$\n\n2. b", 5, "this by 3"),
    "a box in a step by three spaces": ("1. a\n\n   !!! note\n       b\n\n2. c", 5, "this by 3"),
    "steps in a box, a fence by three spaces": (
        f"{NOTE}\n    1. a\n\n       ```text\n       x\n       ```\n\n    2. b", 6, "this by 3"),
    "a sentence in an item by two spaces": ("- a\n\n  More.\n\n- b", 5, "by four spaces, this by 2"),
    "steps that begin at 3": ("3. a\n4. b", 3, "3. is shown as 1."),
    "steps that begin at 0": ("0. a\n1. b", 3, "0. is shown as 1."),
    "a step that is left out": ("1. a\n2. b\n4. c", 5, "4. is shown as 3.: write 3."),
    "a step that comes twice": ("1. a\n2. b\n2. c", 5, "2. is shown as 3."),
    "a sentence that begins with a number": (f"{NOTE}\n    3.\n    The last path counts.", 4, r"or 3\. if it is no"),
    "a sentence that begins with a year": ("1986. The year of the paper.", 3, r"1986\. if it is no step"),
    "steps with brackets": ("1) a\n2) b", 3, "1) begins no list here: write 1."),
    "steps in brackets": ("(1) a\n(2) b", 3, "write - or 1. and a space"),
    "steps with letters": ("a. one\nb. two", 3, "write - or 1. and a space"),
    "steps without spaces": ("1.First\n2.Second", 3, "and a space before each item"),
    "items with dots": ("• one\n• two", 3, "'•' would be seen as it stands: write -"),
    # Lists and what is above them
    "steps directly under a sentence": ("Do this:\n1. First.\n2. Second.", 4, "no list, but a part of the sentence"),
    "items directly under a sentence": ("Take\n- a\n- b", 4, "put an empty line above it"),
    "items with stars under a sentence": ("Take\n* a\n* b", 4, "put an empty line above it"),
    "items under two sentences": ("One.\nTwo.\n+ a", 5, "put an empty line above it"),
    "items in a box under a sentence": ("!!! note\n    Take\n    - a", 5, "put an empty line above it"),
    "items in an item under its second sentence": ("- a\n\n    Take\n    - b", 6, "put an empty line above it"),
    "an item under the second sentence of another": ("- a\n\n    More.\n- b", 6, "no item, but a part of the sentence"),
    "a second step in a sentence": ("It was in\n2. then", 4, r"or \ before the sign"),
    "a number that begins a line": ("It was in\n1986. Then it was not.", 4, r"or \ before the sign"),
    "a minus that begins a line": ("The sum is 3\n- 4 is less.", 4, "no list, but a part of the sentence"),
    "steps directly under items": ("- a\n- b\n\n1. c\n2. d", 6, "write a sentence between the two"),
    "items directly under steps": ("1. a\n2. b\n\n- c", 6, "write a sentence between the two"),
    "steps under items without a line between": ("- a\n1. b", 4, "write a sentence between the two"),
    "items under steps in an item": ("- a\n\n    1. b\n\n    - c", 7, "write a sentence between the two"),
    # Lists in lists
    "a list in a list by two spaces": ("- one\n  - inner", 4, "by four spaces, this by 2"),
    "a list in a list by two spaces and a line": ("- one\n\n  - inner", 5, "by four spaces, this by 2"),
    "a list in a list by three spaces": ("1. one\n   - inner\n2. two", 4, "by four spaces, this by 3"),
    "steps in steps by three spaces": ("1. one\n   1. inner\n   2. more\n2. two", 4, "by four spaces, this by 3"),
    "a third list by two spaces": ("- one\n    - two\n      - three", 5, "by four spaces, this by 2"),
    "a list in a list in a box": ("!!! note\n    - one\n      - inner", 5, "by four spaces, this by 2"),
    "a list in a list in a tab": ('=== "A"\n\n    - one\n      - inner', 6, "by four spaces, this by 2"),
    # What stands too close
    "a sentence directly under a fence": (f"{FENCE}\nWords here.", 6, "no paragraph, so close under what is above"),
    "a sentence under a fence in a box": (
        "!!! note\n    ```text\n    x\n    ```\n    Words.", 7, "no paragraph, so close"),
    "a sentence under a fence in an item": (
        "- a\n\n    ```text\n    x\n    ```\n    Words.", 8, "no paragraph, so close"),
    "a sentence under an output": (
        "```python\nprint(1)\n```\n\n```output\n1\n```\nIt is one.", 10, "no paragraph, so close"),
    "a sentence directly under an equation": ("$$\nx\n$$\nWords.", 3, "$$ in a sentence: put an empty line above"),
    "an equation directly under a sentence": ("Words:\n$$\nx\n$$", 4, "$$ in a sentence: put an empty line above"),
    # Signs that others read
    "a \\ at the end of a line": ("one\\\ntwo", 3, "\\ breaks no line here"),
    "a \\ before what needs none": (r"About 5\% of it.", 3, r"\% is shown as it stands: take the \ out"),
    "a \\ before a quotation mark": (r"A \"word\" more.", 3, r'\" is shown as it stands'),
    "an equation in round brackets": (r"Let \(x = 1\) be.", 3, "an equation that nobody evaluates: write $…$"),
    "an equation in square brackets": ("Let\n\n\\[\nx = 1\n\\]", 5, "an equation that nobody evaluates: write $…$"),
    "an equation in an environment": (
        "\\begin{align}\nx &= 1\n\\end{align}", 3, "an equation that nobody evaluates: write $$ above and"),
    "words struck out": ("It is ~~not~~ true.", 3, "'~~not~~' would be seen as it stands: nothing is struck"),
    "words highlighted": ("It is\n==very== true.", 4, "'==very==' would be seen as it stands"),
    "ticked boxes": ("- [x] done", 3, "no boxes are ticked: an option stands in its question"),
    "boxes to tick": ("1. [ ] to do", 3, "'[ ]' would be seen as it stands: no boxes are ticked"),
    "a picture by its name": ("Good :smile: luck.", 3, "':smile:' would be seen as it stands"),
    "a box of GitHub": ("> [!NOTE]\n> Words.", 3, 'no quotations here: write !!! quote "Title"'),
    "a quotation": ("> Words.\n>\n> - a", 3, 'no quotations here: write !!! quote "Title", or another box'),
    "a quotation in an item": ("- a\n\n    > Words.", 5, "no quotations here"),
    "a quotation under a sentence": ("Words:\n> more.", 4, "no quotations here"),
    "a term that is defined": ("Term\n\n:   Its text.", 5, "would be seen as it stands: no definition lists here: write a list"),
    "a term that is defined beneath": ("Term\n: Its text.", 4, "no definition lists here: write a list"),
    "a box of colons": (":::note\nWords.\n:::", 3, "':::note' would be seen as it stands: write !!! note"),
    "a box of two dots": (".. note::\n   Words.", 3, "'.. note::' would be seen as it stands: write !!! note"),
    "a variable in braces": ("The {{ version }} of it.", 3, "nothing is put in its place"),
    "a link of a wiki": ("See [[notation]].", 3, "nothing is put in its place"),
    "an index by tildes": ("H~2~O", 3, "write an index as a formula"),
    "a power by carets": ("x^2^ grows.", 3, "write an index as a formula"),
    "bold with spaces": ("It is ** very bold ** here.", 3, "write **…** without spaces just inside"),
    "a name in underscores": ("The method __init__ begins.", 3, "__init__ is shown bold, without its signs"),
    "a product with stars": ("That is 2*3*4 numbers.", 3, r"* between letters or numbers stresses them: write \*"),
    "a product of names": ("So\na*b*c is it.", 4, "* between letters or numbers stresses them"),
    # Addresses
    "an address without a lock": ("See [it](http://example.org/a).", 3, "write https://"),
    "an address without a lock in signs": ("See <http://example.org/a>.", 3, "write https://"),
    "an address in words": ("It is at http://example.org today.", 3, "write https://"),
}  # fmt: skip

SHOWN = {
    "steps with all that may stand in them": (
        "1. Write it.\n\n    ```text\n    x\n    ```\n\n2. Run it.\n\n    More.\n\n    $$\n    x\n    $$\n\n"
        "    !!! note\n        Words.\n\n    | a | b |\n    |---|---|\n    | 1 | 2 |\n\n    - a\n    - b\n\n3. See."
    ),
    "steps that count themselves": "1. a\n1. b\n1. c",
    "twelve steps": "\n".join(f"{number}. a" for number in range(1, 13)) + "\n    - b",
    "lists in lists": "- a\n    - b\n        - c\n    - d\n- e\n\n    1. f\n    2. g\n\n    more of e\n\n- h",
    "lists with a comment between": "- a\n- b\n\n<!-- -->\n\n1. c\n2. d",
    "items of several lines": "- a long\n  line *of\n  it*\n- b\nand more of b",
    "items by a wide sign": "-   a\n\n    b\n\n*   c",
    "a list under a heading": "## Now\n- a\n- b",
    "bars in cells": TABLE + "| x \\| y | `a | b` |\n| $\\lvert x \\rvert$ | $x \\mid y$ |\n| | 2 |",
    "a table without outer bars": "a | b\n--|:-:\n1 | 2",
    "a table of one column": "| a |\n|---|\n| 1 |",
    "bars in a sentence": "It is $|x|$, or `a | b`, or a | b.",
    "stress": '*a **b** c*, **a *b***, _a_, **N**eural, *(a)*b, **"q"**r, ***x** y*, snake_case_name, **$x$**.',
    "signs": r"3 * 4, 2 \* 3 \* 4, a ** b, 5 < 6 > 4, R&D, a^T, x~y, ~0.5, e^x, 12:30:00, a\_b, \\, \[1\], 1986\. No.",
    "code": "a `` ` `` b `$x$` c `|` d `__init__` e `~~f~~` and `http://example.org`.",
    "links": '[a](notation.md "t"), <https://example.org/a_b_c>, <a@example.org>, [*b*](notation.md), [a $x$](notation.md).',
    "boxes in boxes": '??? note "A"\n\n    === "B"\n\n        1. a\n        2. b\n\n    === "C"\n\n        c\n\n    !!! tip\n        d\n\n    e\n\nf',
    "answers to choose from": '??? question "Q?"\n    - [ ] one\n      It is not.\n    - [x] two\n      It is.\n\n??? question "Q?"\n    - [ ] one\n      No.\n    - [x] two\n      Yes.',
    "attributes": "Words.\n{: .c }\n\n[b](notation.md){ .e } and\n\n## Head {#place}",
    "a rule": '??? question "Predict: what?"\n    One.\n\n---\n\nWords.',
    "a comment over lines": "<!-- a\n\n- b\n  - c\n-->\n\nWords <!-- d --> more.",
    "a fence of traps": "```text\nDo:\n1. a\n  - b ~~c~~ http://example.org\n| d |\n```",
}


@pytest.fixture
def write(tmp_path):
    """A function that writes a page with a title, and returns what is wrong with it."""
    (tmp_path / "notation.md").write_text("# Notation\n", encoding="utf-8")

    def problems(text):
        page = tmp_path / "a.md"
        page.write_text(f"# A\n\n{text}\n", encoding="utf-8")
        try:
            lint.check_page(page, root=tmp_path, in_nav=True)
        except PageError as error:
            return error.problems
        return []

    return problems


@pytest.mark.parametrize("text, line, words", REFUSED.values(), ids=REFUSED)
def test_a_trap_is_refused_at_its_line(write, text, line, words):
    found = write(text)
    assert any(problem.line == line and words in problem.words for problem in found), found
    assert {problem.line for problem in found} == {line}, "one mistake is told once"


@pytest.mark.parametrize("text", SHOWN.values(), ids=SHOWN)
def test_what_is_shown_as_it_reads_passes(write, text):
    assert write(text) == []


@pytest.mark.parametrize("name", SHOWN)
def test_both_readers_see_the_same_words(name):
    """So the comparison compares something: neither reader is blind to a kind of text."""
    text = f"# A\n\n{SHOWN[name]}\n"
    meant = markdown.of_tokens(markdown._reader().parse(markdown.masked(Page(text)), {}))
    shown = markdown.of_html(html.parse(render.to_html(text)))
    assert len(meant) == len(shown) > 1
    assert [leaf.path for leaf in meant] == [leaf.path for leaf in shown]


def test_several_traps_are_told_at_once(write):
    text = "Do:\n1. a\n2. b\n\nWords.\n\n- one\n  - inner\n\nWords.\n\n" + TABLE + "| 1 |\n\n~~End.~~"
    assert [problem.line for problem in write(text)] == [4, 10, 16, 18]


def test_a_lab_is_held_to_the_same(tmp_path):
    lab = tmp_path / "labs/a.py"
    lab.parent.mkdir()
    lab.write_text("# %% [markdown]\n# # A lab\n#\n# Do this:\n# 1. First.\n# 2. Second.\n", encoding="utf-8")
    page = Page.open(lab)
    (found,) = checking.source(page, labs.read(page))
    assert found.line == 5 and found.words.startswith("no list, but a part of the sentence above")
