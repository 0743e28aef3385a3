"""The project itself: what README says is so, and what must not be anywhere is not."""

import os
import re
import socket
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request

import pytest
import yaml
from bs4 import BeautifulSoup
from one_step import taken

from docs.plugins.building import maths
from docs.plugins.checking import lint
from docs.plugins.equations import check as equations
from docs.plugins.paths import ROOT
from docs.plugins.reading import render
from docs.plugins.reading.page import Page
from docs.plugins.running import compare, outputs

FILES = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.splitlines()
TEXTS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in FILES
    if (ROOT / name).is_file() and not name.endswith((".png", ".npz"))
}
WORKFLOWS = {name: text for name, text in TEXTS.items() if name.startswith(".github/workflows/")}
# Written apart, so that this file does not name them either.
REGISTRIES = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".", "download." + "pytorch"]


def make(*arguments, **variables):
    """Run make as a newcomer does; return the process."""
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, env=os.environ | variables)


def test_no_file_names_a_registry():
    assert len(TEXTS) > 30
    found = [name for name, text in TEXTS.items() if any(host in text for host in REGISTRIES)]
    assert found == []


def test_no_file_names_a_place_of_one_machine():
    pattern = re.compile(r"/(home|root|Users|work|opt)/\w")
    assert [name for name, text in TEXTS.items() if pattern.search(text)] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_pin_their_actions_and_may_only_read(name):
    workflow = yaml.safe_load(WORKFLOWS[name])
    uses = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert uses
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) for action in uses), uses
    assert workflow["permissions"] == {"contents": "read"}
    granted = {name: job.get("permissions") for name, job in workflow["jobs"].items()}
    deploy = granted.pop("deploy", None)
    assert deploy in (None, {"pages": "write", "id-token": "write"})
    assert set(granted.values()) == {None}


def test_all_workflows_that_judge_run_what_decides_here():
    asking = ("/links.yml", "/zensical.yml")
    judging = {name: text for name, text in WORKFLOWS.items() if not name.endswith(asking)}
    assert len(judging) == 3
    assert all("bash .ci/run" in text for text in judging.values())
    assert TEXTS[".ci/run"].rstrip().endswith("make test")


def test_every_dependency_is_pinned():
    project = tomllib.loads(TEXTS["pyproject.toml"])
    pinned = re.findall(r"^([\w.-]+)==\S+$", TEXTS["constraints.txt"], re.MULTILINE)
    pinned = {name.lower().replace("_", "-") for name in pinned}
    groups = project["dependency-groups"]
    wanted = {name for group in groups.values() for name in group if isinstance(name, str)}
    wanted -= set(groups)
    assert len(wanted) > 10
    assert wanted <= pinned
    assert "+" not in TEXTS["constraints.txt"]


# Of the locks.
GROUPS = {"site": "site", "test": "tools", "bench": "bench-tools", "zensical": "zensical", "locks": "locks"}


@pytest.mark.parametrize("name", GROUPS)
def test_a_lock_has_the_pinned_versions_by_digest_and_leaves_torch_out(name):
    lock = TEXTS[f"locks/{name}.txt"]
    locked = re.findall(r"^([\w.-]+)==(\S+)[^\n]*\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    assert len(locked) == len(re.findall(r"^\w", lock, re.MULTILINE)) > 10
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", TEXTS["constraints.txt"].lower(), re.MULTILINE))
    pins = {package.replace("_", "-"): version for package, version in pins.items()}
    other = [(package, version) for package, version in locked if pins.get(package, version) != version]
    assert other == [] and "torch" not in dict(locked)
    groups = tomllib.loads(TEXTS["pyproject.toml"])["dependency-groups"]
    wanted = {package for package in groups[GROUPS[name]] if isinstance(package, str)}
    assert wanted <= set(dict(locked))


@pytest.mark.parametrize("command", ["check", "format --diff"])
def test_ruff_finds_nothing(command):
    done = subprocess.run([sys.executable, "-m", "ruff", *command.split()], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_finds_no_wrong_hint():
    """Each public function of docs/plugins has hints, see [tool.mypy], and none is wrong."""
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_commands_of_the_readme_exist():
    targets = set(re.findall(r"^([a-z]+):", TEXTS["Makefile"], re.MULTILINE))
    named = re.findall(r"`?make ([a-z]+)", TEXTS["README.md"] + TEXTS["CONTRIBUTING.md"])
    assert named and set(named) <= targets


def test_the_places_of_the_map_exist():
    map_ = re.search(r"```text\n(.*?)```", TEXTS["README.md"], re.DOTALL)[1]
    places = [line.split()[0] for line in map_.splitlines()]
    assert len(places) > 7
    assert [place for place in places if not list(ROOT.glob(place))] == []


def test_the_lesson_of_contributing_is_one(tmp_path):
    """What a new author copies is accepted, runs, and gets its outputs."""
    example = re.search(r"( *)````markdown\n(.*?)````", TEXTS["CONTRIBUTING.md"], re.DOTALL)
    path = tmp_path / "mirror.md"
    path.write_text(re.sub(f"^{example[1]}", "", example[2], flags=re.MULTILINE))
    assert outputs.rewrite(path)
    text = path.read_text(encoding="utf-8")
    page_blocks = Page(text).blocks
    html = render.to_html(text)
    lint.check_rendered(Page(text), BeautifulSoup(html, "html.parser"))
    assert 'class="math display"' in taken(maths.typeset, html)
    (block,) = [block for block in page_blocks if block.language == "python"]
    assert block.output.code == "0.8808 + 0.1192 = 1.0000\n"
    assert [checked.kind for checked in equations.check_page(Page(text, path))] == ["evaluated"]
    assert compare.complaint(block, compare.run_page(page_blocks, path)[block.line]) is None


def test_a_missing_python_gets_one_sentence(tmp_path):
    for python, words in [("no-such-python", "Python 3.11 or newer is needed"), ("false", "needed")]:
        done = make("test", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}")
        assert done.returncode != 0
        said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
        assert len(said) == 1 and words in said[0], done.stderr
        assert not (tmp_path / "venv").exists()


def test_a_python_without_venv_gets_one_sentence(tmp_path):
    """Debian's Python without python3-venv, played by one that cannot import ensurepip."""
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    done = make("test", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}")
    assert done.returncode != 0
    assert "has no venv module: on Debian and Ubuntu, apt-get install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr


def serve(directory, port):
    return subprocess.Popen(
        [sys.executable, "-m", "docs.plugins.serving.serve", str(directory), str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_site_is_served_on_loopback_and_says_where(tmp_path):
    (tmp_path / "index.html").write_text("here")
    (tmp_path / "404.html").write_text("nowhere")
    server = serve(tmp_path, 0)
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())[0]
        assert urllib.request.urlopen(address).read() == b"here"
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(address + "none")
        with caught.value as answer:
            assert (answer.code, answer.read()) == (404, b"nowhere")
        assert urllib.request.urlopen(address).read() == b"here"
    finally:
        server.terminate()
        _, complaints = server.communicate()
    assert complaints == ""


def test_a_port_in_use_gets_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        _, said = serve(tmp_path, taken.getsockname()[1]).communicate()
    assert re.fullmatch(r"Port \d+: Address already in use\. Take another one: .*\n", said)


@pytest.mark.parametrize("port", ["http", "-1", "65536", ""])
def test_a_port_that_is_none_gets_one_sentence(tmp_path, port):
    _, said = serve(tmp_path, port).communicate()
    assert said.startswith("PORT is a number from 0 to 65535") and said.count("\n") == 1
