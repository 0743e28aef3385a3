"""Code that hides a failure is refused, and code that shows one is not."""

import pytest

from docs.plugins.checking import code
from docs.plugins.reading.page import Page

TRY = "try:\n    assert 1 == 2\n"
HIDING = {
    "pass": (TRY + "except Exception:\n    pass", 3, "`except Exception` hides what failed"),
    "a narrow kind": (TRY + "except ValueError:\n    ...", 3, "`except ValueError`"),
    "bare": (TRY + "except:\n    print('went wrong')", 3, "`except` hides"),
    "named and not told": (TRY + "except Exception as error:\n    print('no')", 3, "`except Exception`"),
    "among others": (TRY + "except (KeyError, AssertionError):\n    x = 1", 3, "AssertionError"),
    "in a loop": ("for i in range(3):\n    try:\n        1 / i\n    except ZeroDivisionError:\n        continue", 4, "hides"),
    "in a function": ("def f():\n    try:\n        g()\n    except BaseException:\n        return 1", 4, "hides"),
    "suppress": ("import contextlib\nwith contextlib.suppress(ValueError):\n    int('x')", 2, "`suppress` hides"),
}  # fmt: skip
SHOWING = {
    "printed": TRY + "except AssertionError as error:\n    print(error)",
    "a narrow kind, told in words": TRY + "except ValueError:\n    print('no number')",
    "raised again": TRY + "except Exception:\n    raise",
    "kept": TRY + "except Exception as error:\n    found = str(error)",
    "no code of Python": "x = (",
}


@pytest.mark.parametrize("name", HIDING)
def test_what_hides_a_failure_is_refused_at_its_line(name):
    source, line, words = HIDING[name]
    (found,) = code.hidden(Page(f"```python\n{source}\n```\n"))
    assert found.line == line + 1 and words in found.words and "print the error" in found.words


@pytest.mark.parametrize("name", SHOWING)
def test_what_shows_a_failure_is_not_refused(name):
    assert code.hidden(Page(f"```python\n{SHOWING[name]}\n```\n")) == []
