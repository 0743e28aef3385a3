"""Numbers in the sentences of a lesson are numbers that its page shows."""

import re

import pytest

from docs.plugins import paths
from docs.plugins.checking import numbers
from docs.plugins.problem import PageError, raise_if_any
from docs.plugins.reading.page import Page

LESSONS = sorted((paths.DOCS / "lessons").glob("*.md"))
PATH = paths.DOCS / "lessons/a.md"
SHOWN = """---
description: 77 of them.
---

# A

*Time* about 25 minutes.

```python
print(0.123456, 2000)
```

```output
0.123456 2000
```

$$
(1/4)^{10} \\approx 0.00000095
$$

![Two curves](../figures/descent.svg)

"""


def unshown(sentence, path=PATH):
    """Return (number, line) of what is refused in a sentence under these blocks."""
    found = numbers.unshown(Page(f"{SHOWN}{sentence}\n", path))
    return [(problem.words.split()[0], problem.line) for problem in found]


@pytest.mark.parametrize(
    "sentence",
    [
        "It prints 0.123456.", "About 0.12, more exactly 0.1235, from 2,000 steps.",
        "At most 0.00000095.", "Here are 3 of them.", "The rate 0.05 is in the figure.",
        "In May 2018 it was 0.12.", "[See 0.12](b.md#part-99) and https://a.b/123.",
        "Weights w17 and 2.13.0, or 10⁻⁹.", "Run `f(44)`.", "Let $x = 45$.",
        "## Sources\n\n- A book, 1986, pages 533 to 536.",
    ],
)  # fmt: skip
def test_what_is_shown_may_be_said(sentence):
    assert unshown(sentence) == []


@pytest.mark.parametrize(
    "sentence, wanted",
    [
        ("It prints 0.124.", ["0.124"]), ("About 0.13.", ["0.13"]), ("After 2,001 steps.", ["2001"]),
        ("All 12 of 34.", ["12", "34"]), ("Of 77 examples 25.", ["77", "25"]), ("Not −0.7.", ["0.7"]),
        ('![Two](../figures/descent.svg "All 99.")', ["99"]), ("![All 99](../figures/descent.svg)", ["99"]),
        ("| a | 99 |\n|---|---|", ["99"]), ('??? question "Is it 0.5?"', ["0.5"]),
    ],
)  # fmt: skip
def test_what_is_not_shown_is_refused_at_its_line(sentence, wanted):
    assert unshown(sentence) == [(number, SHOWN.count("\n") + 1) for number in wanted]


def test_the_author_is_told_what_to_do():
    with pytest.raises(PageError, match=r"a\.md:23: 12 is in no block, output, .*: show where"):
        raise_if_any(numbers.unshown(Page(SHOWN + "All 12.\n", PATH)))
    assert numbers.unshown(Page("All 12.\n", paths.DOCS / "notation.md")) == []  # not a lesson


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_nothing_is_allowed_that_the_page_shows(path, monkeypatch):
    lines = [line.split(maxsplit=2) for line in numbers.ALLOWED.read_text(encoding="utf-8").splitlines()]
    assert all(len(line) == 3 for line in lines)  # lesson, number, reason
    assert {lesson for lesson, _, _ in lines} <= {lesson.stem for lesson in LESSONS}
    monkeypatch.setattr(numbers, "allowed", lambda lesson: set())
    needed = {problem.words.split()[0] for problem in numbers.unshown(Page.open(path))}
    assert needed == {number for lesson, number, _ in lines if lesson == path.stem}


def changed_numbers(path, every):
    """Change each digit of each number of a lesson's sentences."""
    prose, values = numbers.read(Page.open(path))
    allowed = numbers.allowed(path.stem)
    digits = [(number, digit) for number in numbers.NUMBER.finditer(prose) for digit in re.finditer(r"\d", number[0])]
    for number, digit in digits[::every]:
        other = str((int(digit[0]) + 1) % 10)
        wrong = number[0][: digit.start()] + other + number[0][digit.end() :]
        line = prose.count("\n", 0, number.start()) + 1
        yield (
            f"{path.stem}.md:{line}: {number[0]} -> {wrong}",
            not (wrong in allowed or numbers.is_shown(wrong, values)),
        )


def test_numbers_that_are_changed(breaks, every):
    """Another number that the page shows as well may stand in the place of the right one."""
    found = [result for path in LESSONS for result in changed_numbers(path, every(5))]
    unnoticed = breaks("numbers in sentences", found)
    assert len(unnoticed) <= 0.3 * len(found)
