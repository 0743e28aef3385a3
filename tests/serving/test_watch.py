"""`make site` builds what is saved, and says what came of it; the last good site stays."""

import re
import signal
import subprocess
import sys

import pytest

from docs.plugins import paths
from docs.plugins.serving import watch


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project whose builder writes "new" into the site, or refuses a page with a mistake."""
    monkeypatch.setattr(watch, "ROOT", tmp_path)
    monkeypatch.setattr(watch, "BUILT", tmp_path / ".cache/site")
    monkeypatch.setattr(watch, "SECONDS", 0)
    (tmp_path / "docs/lessons").mkdir(parents=True)
    (tmp_path / "docs/lessons/xor.md").write_text("# XOR\n")
    (tmp_path / "mkdocs.yml").write_text("")
    (tmp_path / "site/lessons").mkdir(parents=True)
    (tmp_path / "site/index.html").write_text("old")
    return tmp_path


def run(project, monkeypatch, steps):
    """Watch the project; at each look the next step is done, and after the last comes Ctrl+C.

    A build lasts for as long as the step is to be done "while it builds". Returns how many
    builders were started.
    """
    steps, when, alive, started, look = list(steps), [], [], [], watch.look
    page = project / "docs/lessons/xor.md"

    class Builder:
        def __init__(self):
            self.building = False
            alive.append(self)
            started.append(self)

        def build(self):
            assert not self.building
            self.building = True

        def is_done(self):
            return self.building and "while it builds" not in when

        def wrong(self):
            if "mistake" in page.read_text():
                return "docs/lessons/xor.md:1: no title"
            watch.BUILT.mkdir(parents=True, exist_ok=True)
            (watch.BUILT / "index.html").write_text("new")
            return ""

        def end(self):
            alive.remove(self)

    def sleep(_):
        if not steps:
            raise KeyboardInterrupt
        when[:], step = steps[0][:1], steps.pop(0)[1]
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


BUILT = [("then", nothing)] * 2
REBUILT = r"docs/lessons/xor\.md changed: building \.\.\. rebuilt in \d+\.\d s\n"


def test_what_is_saved_is_built(project, monkeypatch, capsys):
    page, index = project / "docs/lessons/xor.md", project / "site/index.html"

    def look():
        assert index.read_text() == "old"

    steps = [("then", write(page, "# XOR, anew\n")), ("while it builds", look), *BUILT]
    assert run(project, monkeypatch, steps) == 2
    assert re.fullmatch(REBUILT, capsys.readouterr().out)
    assert index.read_text() == "new"
    # For make, the site is older than what will be saved, and newer than what was.
    assert index.stat().st_mtime >= page.stat().st_mtime


def test_a_mistake_is_told_and_the_last_good_site_stays(project, monkeypatch, capsys):
    page = project / "docs/lessons/xor.md"
    steps = [("then", write(page, "a mistake\n")), *BUILT]
    run(project, monkeypatch, steps)
    assert capsys.readouterr().out == (
        "docs/lessons/xor.md changed: building ... not rebuilt, the site stays as it was:\n"
        "docs/lessons/xor.md:1: no title\n"
    )
    assert (project / "site/index.html").read_text() == "old"
    page.write_text("# XOR\n")
    run(project, monkeypatch, [*steps, ("then", write(page, "mended\n")), *BUILT])
    assert re.search(REBUILT + r"\Z", capsys.readouterr().out)


def test_what_is_saved_during_a_build_ends_it(project, monkeypatch, capsys):
    page = project / "docs/lessons/xor.md"
    steps = [("then", write(page, "# XOR, anew\n"))]
    steps += [("while it builds", write(page, "# XOR, once more\n")), *BUILT]
    assert run(project, monkeypatch, steps) == 3
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("building ... saved again meanwhile")
    assert re.fullmatch(REBUILT, second + "\n")


def test_what_builds_is_read_anew_when_it_is_saved(project, monkeypatch, capsys):
    steps = [("then", write(project / "mkdocs.yml", "site_name: A\n")), *BUILT]
    plain = [("then", write(project / "docs/a.md", "# A\n")), *BUILT]
    assert run(project, monkeypatch, steps) == run(project, monkeypatch, plain) + 1


def test_a_builder_stands_by_until_it_is_asked_and_says_what_is_wrong(project):
    (project / "docs/index.md").write_text("# A\n")
    (project / "mkdocs.yml").write_text("site_name: A\nnav: [index.md, none.md]\n")
    builder = watch.Builder()
    assert builder.process.poll() is None and not builder.is_done()
    builder.build()
    builder.process.wait()
    assert builder.is_done()
    wrong = builder.wrong()
    assert "'none.md'" in wrong and not re.search("WARNING|INFO|Aborted", wrong)
    builder.end()


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
        [sys.executable, "-m", "docs.plugins.serving.watch", str(tmp_path), "0"],
        cwd=paths.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background may have Ctrl+C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert "http://127.0.0.1:" in process.stdout.readline()
    assert "is built anew" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate()
    assert (process.returncode, said, complained) == (0, "\n", "")
