"""docs/plugins is built as its README says: rooms import downwards only, and what it names is there."""

import ast
import re

import pytest

from docs.plugins.paths import PLUGINS

ROOMS = "reading checking running equations ledger building finishing serving runtime".split()
SHARED = {"paths", "cache", "problem", "mathjax"}
MODULES = sorted(path.relative_to(PLUGINS).as_posix() for path in PLUGINS.rglob("*.py"))
README = (PLUGINS / "README.md").read_text(encoding="utf-8")


def imported(name):
    """Return (line, module) for each import from docs.plugins in a module, wherever it stands."""
    for node in ast.walk(ast.parse((PLUGINS / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "docs.plugins":
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("docs.plugins."):
            yield node.lineno, node.module.removeprefix("docs.plugins.")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("docs.plugins."):
                    yield node.lineno, alias.name.removeprefix("docs.plugins.")


def storey(name):
    """Return how far down a module lies: what it imports lies as far down, or further up."""
    first = name.removesuffix(".py").replace("/", ".").split(".")[0]
    if first in SHARED:
        return -1
    return ROOMS.index(first) if first in ROOMS else len(ROOMS)


def upward(name, imports):
    return [f"{name}:{line} imports {module}" for line, module in imports if storey(module) > storey(name)]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_from_its_own_room_and_those_above(name):
    assert upward(name, imported(name)) == []


def test_an_import_in_the_other_direction_is_seen():
    assert upward("reading/page.py", [(3, "building")]) == ["reading/page.py:3 imports building"]
    assert upward("cache.py", [(1, "reading.page")]) and upward("ledger/store.py", [(2, "hook")])
    assert not upward("building/steps.py", [(1, "cache"), (2, "reading.page"), (3, "building.ids")])


def test_the_rooms_are_those_of_the_readme_in_its_order():
    (said,) = re.findall(r"in this order: (.*?), and then (.*)\.\n", README)
    assert re.findall(r"`(\w+)`", said[0]) + re.findall(r"`(\w+)`", said[1]) == ROOMS
    folders = {path.parent.name for path in PLUGINS.glob("*/*.py")}
    assert folders == set(ROOMS), "a room without a place in the order"


def test_what_the_readme_names_is_there():
    named = re.findall(r"`([\w/]+(?:\.py|/))`", README)
    assert len(named) > 20
    folder = ""
    for name in named:
        place = PLUGINS / name
        if "/" not in name and not place.exists():
            place = PLUGINS / folder / name  # beside the one that was named before
        folder = place.parent.relative_to(PLUGINS).as_posix() if place.exists() else folder
        assert place.exists() or name == "tests/test_rooms.py", name
