"""What is kept is never stale: neither one thing, nor the pages that are made of many."""

import json
import os
import subprocess
import sys

import pytest

from docs.plugins import cache


@pytest.fixture
def keep(tmp_path):
    """A function that keeps what is made of a key; it returns that, and how often it was made."""
    made = []

    def of(key, content=b"content"):
        found = cache.get_or_make(tmp_path, lambda: key, lambda: made.append(key) or content)
        return found, len(made)

    return of


def test_what_rests_on_the_same_is_made_once_and_else_anew(keep):
    assert keep("one") == (b"content", 1)
    assert keep("one", b"never made") == (b"content", 1)
    assert keep("two", b"other") == (b"other", 2)
    assert keep(b"one", b"bytes") == (b"bytes", 3)
    assert keep("one") == (b"content", 3)


@pytest.mark.parametrize("spoil", [lambda kept: b"", lambda kept: kept[:-1], lambda kept: kept + b"x"])
def test_what_was_damaged_is_made_anew(spoil, keep, tmp_path):
    keep("one")
    (file,) = tmp_path.iterdir()
    right = file.read_bytes()
    file.write_bytes(spoil(right))
    assert keep("one") == (b"content", 2)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [right]


def test_what_rests_on_something_that_changes_meanwhile_is_not_kept(tmp_path):
    source = ["before"]

    def make():
        source[0] = "after"
        return b"of nobody knows which"

    cache.get_or_make(tmp_path, lambda: source, make)
    assert list(tmp_path.iterdir()) == []
    assert cache.get_or_make(tmp_path, lambda: source, lambda: b"new") == b"new"
    assert cache.get_or_make(tmp_path, lambda: source, make) == b"new"


def test_what_was_used_longest_ago_goes_first(tmp_path):
    for number, name in enumerate("abcd"):
        cache.get_or_make(tmp_path / name, lambda: name, lambda: bytes(1000))
        (file,) = (tmp_path / name).iterdir()
        os.utime(file, (number, number))
    cache.get_or_make(tmp_path / "a", lambda: "a", None)  # so that b is the oldest
    folders = [tmp_path / name for name in "abcd"]
    cache.prune(*folders, limit=5000)
    assert [len(list(folder.iterdir())) for folder in folders] == [1, 1, 1, 1]
    cache.prune(*folders, tmp_path / "none", limit=2500)
    assert [len(list(folder.iterdir())) for folder in folders] == [1, 0, 0, 1]


# In turn: a file, what is replaced in it, by what, and in which pages that must be seen.
ONE, TWO = "lessons/one/index.html", "lessons/two/index.html"
CHANGES = [
    ("docs/lessons/one.md", "Of a term", "Of this term", {ONE}),
    ("docs/lessons/one.md", "description: A", "title: Other\ndescription: A", {ONE, TWO}),
    ("docs/glossary.md", "A word.", "A word with a meaning.", {TWO, "glossary/index.html"}),
    ("docs/verified.json", '"Python": "', '"Python": "0', {TWO}),
    ("snippets/np_nn/gradcheck.py", "def ", "# changed\ndef ", {TWO}),
    ("docs/figures/loss.svg", "</svg>", "<g></g></svg>", {ONE, TWO}),
]
BUILDS = """
import json, sys
from pathlib import Path
from mkdocs.commands.build import build
from mkdocs.config import load_config
from docs.plugins import cache
from docs.plugins import mathjax
from docs.plugins.finishing import minify
from docs.plugins.ledger import store

minify.finished = lambda site, pages: pages  # saves seconds

def site():
    config = load_config("mkdocs.yml", site_dir="site")
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return {f.relative_to("site").as_posix(): f.read_bytes() for f in Path("site").rglob("*.*")}

changes = json.loads(sys.argv[1])
ledger = json.loads(Path("docs/verified.json").read_text())
entry = dict(ledger["pages"]["lessons/xor.md"], equations=[])
ledger["pages"] = {
    "lessons/two.md": dict(entry, digest=store.digest(Path("docs/lessons/two.md").resolve()))
}
Path("docs/verified.json").write_text(json.dumps(ledger))
before = site()
for name, old, new, seen in changes:
    path = Path(name)
    text = path.read_text()
    assert old in text, name
    path.write_text(text.replace(old, new, 1))
    now = site()
    differing = {page for page in now if page.endswith("x.html") and now[page] != before[page]}
    assert set(seen) <= differing, (name, differing)
    before = now
make_or_get = cache.get_or_make
cache.get_or_make = lambda folder, rests_on, make: (
    make_or_get(folder, rests_on, make) if folder == mathjax.CACHE else make()
)
assert site() == before
"""


def test_a_site_of_what_is_kept_is_that_of_a_build_that_keeps_nothing(small_project):
    changes = [(*change, sorted(seen)) for *change, seen in CHANGES]
    done = subprocess.run(
        [sys.executable, "-c", BUILDS, json.dumps(changes)],
        cwd=small_project,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "true"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
