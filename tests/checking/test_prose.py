"""Whatever is written for people is spelled right, and in plain words: file, line, instead."""

import re

import pytest

from docs.plugins.checking import prose
from docs.plugins.paths import ROOT
from docs.plugins.reading import glossary

PATTERNS = [
    "*.md", "docs/**/*.md", "docs/labs/*.py", "docs/figures/*.svg", "snippets/**/*.md", "snippets/**/*.py",
]  # fmt: skip
FILES = sorted({path for pattern in PATTERNS for path in ROOT.glob(pattern)})
NAMES = [path.relative_to(ROOT).as_posix() for path in FILES]


def read(name):
    source = (ROOT / name).read_text(encoding="utf-8")
    lines = prose.prose(name, source)
    if name == "docs/glossary.md":  # the words of others are there to be named
        theirs = {n for e in glossary.read(source) if not e.lesson for n in range(e.line, e.line + 4)}
        lines = [(number, line) for number, line in lines if number not in theirs]
    return source, lines


def complaints(name, source, lines, known=None):
    """Return ["file:line: what, and what to write instead"]."""
    found = prose.misspelled(lines, prose.project_words() if known is None else known)
    found += prose.ill_said(lines)
    if name.endswith(".md"):
        found += prose.ill_set(source, lines)
    return [f"{name}:{line}: {what}" for line, what in sorted(found)]


def judge(text, name="a.md"):
    return complaints(name, text, prose.prose(name, text))


def test_there_is_prose_of_every_kind():
    assert len(NAMES) > 40
    for ending in (".md", ".py", ".svg"):
        words = sum(len(line.split()) for n in NAMES if n.endswith(ending) for _, line in read(n)[1])
        assert words > 300, ending


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_well_written(name):
    assert complaints(name, *read(name)) == []


def test_the_words_of_the_project_are_sorted_and_all_needed():
    words = prose.WORDS.read_text(encoding="utf-8").split("\n")[:-1]
    assert words == sorted(set(words), key=lambda word: (word.lower(), word))
    used = {
        plain
        for name in NAMES
        for _, line in read(name)[1]
        for word in prose.WORD.findall(line)
        for plain in [word.removesuffix("'s"), word.removesuffix("'s").lower()]
    }
    assert [word for word in words if word not in used or prose.is_word(word)] == []


GOOD = """---
description: A unit weighs its inputs, adds one bias and decides.
---

# Walk downhill

*You will* lower a loss. *You need* [the loss](loss.md#cost-function).

Minus the gradient points downhill, and the loss is stuck on a plateau.
The optimiser's colour is grey: $\\\\backpropagaton x$ costs an `optimizer` nothing.
I had that that day; that had had its reasons … and a value of 0.5, no more.

- One thing. Another one in the same item.

```python
# a coment that runs, and is tested elsewhere
neuron = 1
```

## Sources

- F. Qwrtzy, *Backpropagation organized* (1999), [doi:1/2](https://doi.org/x): the first network.
"""


def test_good_text_passes():
    assert judge(GOOD) == []


@pytest.mark.parametrize(
    "line, what",
    [
        ("A perceptrom learns.", "perceptrom: write "),
        ("The color of it.", "color: write colour"),
        ("It is normalized.", "normalized: write "),
        ("The neighborhood of it.", "neighborhood: write "),
        ("The gradient doesnt vanish.", "doesnt: write "),
        ("It is the the end.", "'the the': write the word once"),
        ("Plot the cost function.", "'cost function': write loss"),
        ("The steps minimize the cost.", "'minimize the cost': write lower the loss"),
        ("It is stuck in a local minimum.", "stuck on a plateau"),
        ("The gradient points downhill.", "the gradient points uphill"),
        ("This is backpropagation.", "back-propagation"),
        ("The neuron fires.", "'neuron': write unit"),
        ("A multilayer perceptron learns.", "network with a hidden layer"),
        ("The hyperparameters matter.", "the learning rate, the width"),
        ("The ground truth is 1.", "'ground truth': write target"),
        ("The dataset has four rows.", "'dataset': write examples"),
        ("Obviously it works.", "'Obviously': write nothing"),
        ("You just add a bias.", "'just add': write the verb alone"),
        ("It is extremely fast.", "'extremely': write how much it is"),
        ("It is important to note this.", "what is to be noted"),
        ("We do it in order to learn.", "'in order to': write to"),
        ("They utilize a loop.", "'utilize': write use"),
        ("Due to this, due to the fact that it is.", "because"),
        ("Take one, e.g. the first.", "for example"),
        ("It doesn’t move.", "straight apostrophe"),
        ("The “loss” falls.", "straight quotation marks"),
        ("And so on...", "write …"),
        ("One thing - another thing.", "a colon, a comma or –"),
        ("What is this ?", "no space before the sign"),
        ("It ends here. ", "spaces at the end"),
        ("One sentence here. Another one there.", "several sentences"),
        (" ".join(["long"] * 1 + ["and it", "is"] * 20) + ".", "a sentence of 61 words"),
    ],
)
def test_bad_text_is_refused_at_its_line(line, what):
    found = judge(GOOD.replace("# Walk downhill\n", f"# Walk downhill\n\n{line}\n"))
    assert found and all(f.startswith("a.md:7: ") for f in found), found
    assert any(what in f for f in found), found


def test_every_rule_has_a_line_that_it_refuses():
    lines = [mark.args[1] for mark in test_bad_text_is_refused_at_its_line.pytestmark][0]
    refused = [line for line, _ in lines]
    for pattern, instead in prose.RULES:
        assert any(pattern.search(line) for line in refused), instead


@pytest.mark.parametrize(
    "name, text, line",
    [
        ("a.py", '"""Speling of a module."""\n', 1),
        ("a.py", 'x = 1\n\n\ndef f():\n    """What it is.\n\n    The speling.\n    """\n', 7),
        ("a.py", "x = 1  # the speling\n", 1),
        ("lab.py", "# %% [markdown]\n# # A lab\n#\n# The speling.\n", 4),
        ("lab.py", '# %%\nx = 1\n# %% alt="The speling."\n', 3),
        ("a.svg", "<svg>\n<g/>\n<text x='1'>the <tspan>speling</tspan></text></svg>", 3),
        ("a.md", "# A\n\n![The speling.](figures/a.svg)\n", 3),
        ("a.md", "---\ndescription: Speling.\n---\n\n# A\n", 2),
        ("a.md", "# A\n\n| a | speling |\n|---|---|\n", 3),
        ("a.md", "# A\n\n## Sources\n\n- A. Bc, *Tytle* (1999): the speling.\n", 5),
    ],
)
def test_words_are_read_wherever_people_read_them(name, text, line):
    found = judge(text, name)
    assert len(found) == 1 and re.match(rf"{name}:{line}: [Ss]peling: write .*[Ss]pelling", found[0])


@pytest.mark.parametrize(
    "name, text",
    [
        ("a.py", 'speling = "speling"\n'),
        ("a.py", '"""Return ``speling``.\n\n    speling = 1\n"""\n'),
        ("lab.py", "# %%\nspeling = 1  # a speling of a cell\n"),
        ("a.md", "# A\n\n$$\n\\speling\n$$\n\n```python\nspeling\n```\n\n<b speling>a</b>\n"),
        ("a.md", "# A\n\n[a](speling.md) https://speling.example `speling` np_nn.speling\n"),
    ],
)
def test_what_is_not_prose_is_left_alone(name, text):
    assert judge(text, name) == []
