"""`make site` builds what is saved, and says what came of it; the last good site stays."""

import re
import signal
import subprocess
import sys

import pytest

from docs.plugins import watch


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project whose builder writes "new" into the site, or fails with a text that it has."""
    monkeypatch.setattr(watch, "ROOT", tmp_path)
    monkeypatch.setattr(watch, "BUILT", tmp_path / ".cache/site")
    monkeypatch.setattr(watch, "SECONDS", 0)
    (tmp_path / "docs/lessons").mkdir(parents=True)
    (tmp_path / "docs/lessons/xor.md").write_text("# XOR\n")
    (tmp_path / "mkdocs.yml").write_text("")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("old")
    return tmp_path


def run(project, monkeypatch, steps):
    """Watch the project; at each look the next step is done, and after the last comes Ctrl+C.

    Returns how many builders were started, and how many of them are left.
    """
    steps, alive, started, look = list(steps), [], [], watch.look

    class Builder:
        wrong = ""

        def __init__(self):
            alive.append(self)
            started.append(self)

        def build(self):
            alive.remove(self)
            while steps and steps[0][0] == "while it builds":
                steps.pop(0)[1]()
            watch.BUILT.mkdir(parents=True, exist_ok=True)
            (watch.BUILT / "index.html").write_text("new")
            page = (project / "docs/lessons/xor.md").read_text()
            return "docs/lessons/xor.md:1: no title" if "mistake" in page else ""

        def end(self):
            if self in alive:
                alive.remove(self)

    def sleep(_):
        if not steps:
            raise KeyboardInterrupt
        when, step = steps.pop(0)
        assert when == "then"
        step()

    monkeypatch.setattr(watch, "Builder", Builder)
    monkeypatch.setattr(watch.time, "sleep", sleep)
    with pytest.raises(KeyboardInterrupt):
        watch.watch(project / "site")
    assert look() and not alive
    return len(started)


def write(path, text):
    return lambda: path.write_text(text)


def nothing():
    pass


def test_what_is_saved_is_built(project, monkeypatch, capsys):
    page = project / "docs/lessons/xor.md"
    run(project, monkeypatch, [("then", write(page, "# XOR, anew\n"))] + [("then", nothing)] * 3)
    said = capsys.readouterr().out
    assert re.fullmatch(r"docs/lessons/xor\.md changed: building \.\.\. rebuilt in \d+\.\d s\n", said)
    assert (project / "site/index.html").read_text() == "new"
    # For make, the site is older than what will be saved, and newer than what was.
    assert (project / "site/index.html").stat().st_mtime >= page.stat().st_mtime


def test_a_mistake_is_told_and_the_last_good_site_stays(project, monkeypatch, capsys):
    page = project / "docs/lessons/xor.md"
    run(project, monkeypatch, [("then", write(page, "a mistake\n"))] + [("then", nothing)] * 3)
    said = capsys.readouterr().out
    assert said.startswith("docs/lessons/xor.md changed: building ... not rebuilt, the site stays")
    assert said.endswith(":\ndocs/lessons/xor.md:1: no title\n") and said.count("\n") == 2
    assert (project / "site/index.html").read_text() == "old"


def test_what_is_saved_during_a_build_is_built_after_it(project, monkeypatch, capsys):
    page = project / "docs/lessons/xor.md"
    steps = [("then", write(page, "a mistake\n"))]
    steps += [("while it builds", write(page, "# XOR, mended\n"))] + [("then", nothing)] * 4
    run(project, monkeypatch, steps)
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("building ... saved again meanwhile")
    assert "rebuilt in" in second


def test_what_builds_is_read_anew_when_it_is_saved(project, monkeypatch, capsys):
    steps = [("then", write(project / "mkdocs.yml", "site_name: A\n"))] + [("then", nothing)] * 3
    plain = [("then", write(project / "docs/a.md", "# A\n"))] + [("then", nothing)] * 3
    assert run(project, monkeypatch, steps) == run(project, monkeypatch, plain) + 1


def test_nobody_builds_what_an_editor_leaves(project):
    before = watch.look()
    for name in (".xor.md.swp", "xor.md~", "#xor.md#", "xor.md.new", "x.pyc"):
        (project / "docs/lessons" / name).write_text("")
    assert watch.look() == before
    (project / "docs/lessons/xor.md").unlink()
    (project / "docs/a.md").write_text("")
    assert watch.changed(before, watch.look()) == ["docs/a.md", "docs/lessons/xor.md"]
    assert watch.told(["docs/a.md", "docs/lessons/xor.md"]) == "docs/a.md and 1 more changed"


def test_ctrl_c_ends_it_without_a_word(tmp_path):
    (tmp_path / "index.html").write_text("here")
    process = subprocess.Popen(
        [sys.executable, "-m", "docs.plugins.watch", str(tmp_path), "0"],
        cwd=watch.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # Whoever runs the tests in the background may have Ctrl+C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert "http://127.0.0.1:" in process.stdout.readline()
    assert "is built anew" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate()
    assert (process.returncode, said, complained) == (0, "\n", "")
