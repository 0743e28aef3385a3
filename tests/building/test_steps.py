"""The HTML of a page is made of its Inputs, by a list of steps, and of nothing else."""

import dataclasses
import subprocess
import sys

import pytest

from docs.plugins import paths
from docs.plugins.building import drafts, feet, gather, html, steps
from docs.plugins.building.inputs import Inputs
from docs.plugins.problem import PageError
from docs.plugins.reading import render

NAME = "lessons/xor.md"
ADDRESSES = {NAME: "lessons/xor/", "verified.md": "verified/", "widgets/xor.mjs": "widgets/xor.mjs",
             "widgets/loader.mjs": "widgets/loader.mjs"}  # fmt: skip
DOWNLOADS = {
    "np_nn.whl": "../../n.whl",
    "network.py": "n.py",
    "guard.py": "u.py",
    "gradcheck.py": "g.py",
    "np_nn.md": "../np/",
}
SEEN = """
import sys
from test_steps import inputs_of, NAME
from docs.plugins import paths
from docs.plugins.building import steps
inputs = inputs_of(NAME)
seen = []
ours = (str(paths.DOCS / ""), str(paths.SNIPPETS))
def see(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and str(arguments[0]).startswith(ours):
        seen.append(str(arguments[0]))
steps.make(inputs)  # imports what it needs
sys.addaudithook(see)
steps.make(inputs)
print([name for name in seen if not name.endswith((".py", ".pyc"))])
"""


def inputs_of(name):
    """Return the Inputs of a page of the site, rendered without MkDocs."""
    path = paths.DOCS / name
    content = render.to_html(path.read_text(encoding="utf-8"))
    whole = gather.Whole(ADDRESSES, render.config()["nav"], can_run=True)
    every = {e.replace(".", "_") + ".py": "x.py" for e in whole.site.exercises}
    return whole.inputs(path, name, content, DOWNLOADS | every)


def test_those_who_make_a_page_read_no_file_of_the_site():
    done = subprocess.run(
        [sys.executable, "-c", SEEN],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{paths.ROOT}:{paths.ROOT / 'tests/building'}", "HOME": str(paths.CACHE)},
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stdout + done.stderr


def test_inputs_are_frozen_and_tell_of_all_that_they_hold():
    inputs = inputs_of(NAME)
    with pytest.raises(dataclasses.FrozenInstanceError):
        inputs.text = "other"
    before = repr(inputs)
    inputs.page.blocks  # what was read of them is not theirs
    assert repr(inputs) == before
    others = [dataclasses.replace(inputs, **{f.name: "other"}) for f in dataclasses.fields(inputs)]
    assert len({before, *map(repr, others)}) == len(others) + 1


def test_every_step_leaves_its_mark_on_a_lesson():
    tree = html.parse(steps.make(inputs_of(NAME)))
    for mark in (
        "[data-program]", "[data-run]", ".term", ".math[data-tex]", "figure > svg + figcaption", "figure > [data-widget] + figcaption", "[data-widget]",
        ".progress", "button.proof", "aside.verified", "[id$=code-1]",
    ):  # fmt: skip
        assert tree.select(mark), mark
    assert not tree.select(".arithmatex, img")


def test_a_draft_says_so_and_cannot_be_marked_as_read():
    text = "---\ndescription: B.\ndraft: {}\n---\n\n# A title\n\nWords.\n"
    made = []
    for draft in ("true", "false"):
        page = text.format(draft)
        inputs = dataclasses.replace(inputs_of(NAME), text=page, html=render.to_html(page))
        tree = html.parse(inputs.html)
        drafts.say(inputs, tree)
        feet.add(inputs, tree)
        tree = html.parse(html.written(tree))
        made.append((tree.select("h1 + .admonition"), tree.select(".progress")))
    assert [tuple(map(len, found)) for found in made] == [(1, 0), (0, 1)]


def test_what_is_made_already_is_written_as_it_stands_and_is_no_text():
    tree = html.parse("<p>a</p>")
    tree.p.append(html.Markup('<svg viewBox="0 0 1 1">&lt;</svg>'))
    assert html.written(tree) == '<p>a<svg viewBox="0 0 1 1">&lt;</svg></p>'
    assert tree.get_text() == "a"


def test_attributes_keep_their_order_and_stand_in_double_quotes():
    assert html.written(html.parse("""<p z="1" a='say "x"' b="'">""")) == ('<p z="1" a="say &quot;x&quot;" b="\'"></p>')


def test_pages_are_made_on_all_cores_and_what_is_wrong_comes_back_as_it_was():
    right = inputs_of(NAME)
    wrong = Inputs(path="a.md", name="a.md", text="# A\n\n$$\n", html="<h1>A</h1>", site=right.site)
    with steps.Work() as work:
        work.begin("right", right)
        work.begin("wrong", wrong)
        with pytest.raises(PageError, match=r"a\.md:3: \$\$ is left open"):
            work.result("wrong", "")
        assert work.result("right", "") == steps.make(right)
        assert work.result("never begun", "as it was") == "as it was"
