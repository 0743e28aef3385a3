"""Draws figures into docs/figures: `python -m figures`."""

import inspect
import sys
from pathlib import Path

import np_nn
from docs.plugins import cache, paths
from figures import FIGURES, compute, look

FOLDER = paths.DOCS / "figures"


def rests_on(function):
    """Return what a figure is made of: its module, what that imports of ours, and every version."""
    ours = [inspect.getfile(part) for part in (inspect.getmodule(function), compute, look)]
    files = [*map(Path, ours), *sorted(Path(np_nn.__path__[0]).glob("*.py"))]
    files += sorted((paths.DOCS / "measured").glob("*.json"))  # of many seeds
    return function.__name__, [file.read_bytes() for file in files], cache.versions()


def main(names):
    """Draw the named figures, or all of which something has changed, into docs/figures."""
    for name in names:
        if name not in FIGURES:
            sys.exit(f"figures draws {', '.join(FIGURES)}; it knows no figure {name!r}.")
    for name in names or FIGURES:
        function = FIGURES[name]

        def drawn():
            return function().encode()

        svg = drawn() if names else cache.get_or_make(paths.CACHE / "figures", lambda: rests_on(function), drawn)
        (FOLDER / f"{name}.svg").write_bytes(svg)


if __name__ == "__main__":
    main(sys.argv[1:])
