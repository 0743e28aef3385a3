"""What CONTRIBUTING tells a new author is done to the letter in a copy, and everything holds there.

A sample of the tests runs on the copy: whatever knows the new page, and whatever looks at the course
as a whole. `make newcomer` runs all of them.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
import venv
from pathlib import Path

import pytest

from docs.plugins.paths import ROOT

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEPS = GUIDE.partition("## A lesson in ten minutes\n")[2].partition("\n## ")[0]
PAGE = re.search(r"Write `(docs/lessons/\w+\.md)`", STEPS)[1]
NEVER_ENDS = {"make site"}  # which serves: it builds first, and that is done
WHOLE = {"make test"}
# What looks at all lessons at once, beside the tests that have the page in their names.
OF_THE_COURSE = """
    tests/reading/test_course.py tests/reading/test_glossary.py tests/reading/test_lessons.py
    tests/finishing/test_head.py tests/ledger/test_promises.py
""".split()


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The project as it stands, committed, with a .venv of its own that borrows our packages."""
    there = tmp_path_factory.mktemp("newcomer") / "project"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (there / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, there / name)
    for kept in (ROOT / ".cache").iterdir():  # as after a first build
        (shutil.copytree if kept.is_dir() else shutil.copy2)(kept, there / ".cache" / kept.name)
    venv.create(there / ".venv", with_pip=False, symlinks=True)
    (packages,) = (there / ".venv").glob("lib/*/site-packages")
    lines = [str(there / "snippets"), sysconfig.get_path("purelib")]
    (packages / "borrowed.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (there / ".venv/share").symlink_to(sys.prefix + "/share")  # templates of notebooks
    for name in ("bin/pip", "bench.stamp", "site.stamp", "test.stamp"):
        (there / ".venv" / name).touch()
    (there / ".venv/bin/ruff").symlink_to(Path(sysconfig.get_path("scripts"), "ruff"))
    ours_first = re.search(
        r"define OURS_FIRST\n(.*?)endef", (there / "Makefile").read_text(encoding="utf-8"), re.DOTALL
    )
    subprocess.run([there / ".venv/bin/python", "-c", ours_first[1]], cwd=there, check=True)
    script = there / ".venv/bin/pytest"
    script.write_text(f'#!/bin/sh\nexec {there}/.venv/bin/python -m pytest "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    for command in ("init -q", "add -A", "-c user.name=a -c user.email=a@b commit -qm begin"):
        run(f"git {command}", there)
    return there


def run(command, where):
    """Run a command in the copy as in a shell of its own; what it said is the message if it fails."""
    ours = {"PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL"}
    own = {key: value for key, value in os.environ.items() if key not in ours}
    own = {key: value for key, value in own.items() if not key.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(command, shell=True, cwd=where, capture_output=True, text=True, env=own)
    assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def test_the_lesson_of_contributing_is_written_in_a_few_steps_and_everything_holds(copy, pytestconfig):
    fence = re.search(r"( *)````markdown\n(.*?) *````\n", STEPS, re.DOTALL)
    (copy / PAGE).write_text(textwrap.dedent(fence[2]), encoding="utf-8")
    new, above = re.search(
        r"Write `(- [\w ]+: lessons/\w+\.md)` below `(- [\w ]+: lessons/\w+\.md)` in `nav`", STEPS
    ).groups()
    settings = (copy / "mkdocs.yml").read_text(encoding="utf-8")
    assert settings.count(above) == 1
    changed = re.sub(f"( *){re.escape(above)}\n", rf"\g<0>\g<1>{new}\n", settings)
    (copy / "mkdocs.yml").write_text(changed, encoding="utf-8")
    commands = re.findall(r"^\d\. Run `(.+?)`", STEPS, re.MULTILINE)
    assert len(commands) == 4 and NEVER_ENDS | WHOLE < set(commands)
    for command in commands:
        if command not in NEVER_ENDS | WHOLE:
            run(command, copy)
    text = (copy / PAGE).read_text(encoding="utf-8")
    assert text.count("```output\n") == text.count("```python\n") > 0
    run(re.search(r"`(\.venv/bin/pytest docs/\S+)`", STEPS)[1], copy)
    python, name = copy / ".venv/bin/python", PAGE.rpartition("/")[2].partition(".")[0]
    if pytestconfig.option.whole:
        run("PYTEST_ADDOPTS=--ignore=tests/test_newcomer.py make test", copy)
        return
    run("make build", copy)
    built = (copy / f"site/lessons/{name}/index.html").read_text(encoding="utf-8")
    assert "not finished" in built and "verified" in built
    run(f"{python} -m pytest -q -n 0 {' '.join(OF_THE_COURSE)}", copy)
    said = run(f"{python} -m pytest -q -n 0 -k {name} --ignore tests/test_newcomer.py", copy)
    assert int(re.search(r"(\d+) passed", said)[1]) > 20


def test_the_copy_is_what_runs_there(copy):
    look = "import docs.plugins.paths as p, np_nn.check as c; print(p.ROOT, c.__file__, sep='\\n')"
    said = run(f'.venv/bin/python -c "{look}"', copy).splitlines()
    assert said == [str(copy), str(copy / "snippets/np_nn/check.py")]
    assert sys.prefix not in said
