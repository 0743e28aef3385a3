"""How lines end changes nothing: neither a clone of Windows, nor an editor that writes CRLF."""

import os
import shutil
import subprocess

from docs.plugins import paths
from docs.plugins.checking import lint
from docs.plugins.ledger import store
from docs.plugins.reading import lab as labs
from docs.plugins.reading.page import Page

ROOT = paths.ROOT
LESSON = paths.DOCS / "lessons/xor.md"


def git(*arguments, cwd):
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    nobody = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *settings, *arguments], cwd=cwd, check=True, capture_output=True, env=nobody)


def test_a_clone_that_would_end_lines_otherwise_has_the_same_bytes(tmp_path):
    origin = tmp_path / "origin"
    names = ["docs/lessons/xor.md", "docs/figures/xor.svg", "docs/assets/screenshot.png", "Makefile",
             "snippets/np_nn/network.py", "docs/verified.json", ".gitattributes", "docs/widgets/xor.mjs"]  # fmt: skip
    for name in names:
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, origin / name)
    git("init", "-q", cwd=origin)
    git("add", ".", cwd=origin)
    git("commit", "-qm", "All", cwd=origin)
    git("clone", "-q", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", str(origin), "clone", cwd=tmp_path)
    assert [n for n in names if (tmp_path / "clone" / n).read_bytes() != (ROOT / n).read_bytes()] == []


def test_no_file_of_ours_has_other_ends():
    """Else such a clone would show it as changed."""
    files = [*paths.DOCS.rglob("*.*"), *(ROOT / "snippets").rglob("*.*"), *ROOT.glob("*.*")]
    texts = [path for path in files if path.suffix in {".md", ".py", ".svg", ".mjs", ".js", ".css", ".json", ".yml"}]
    assert len(texts) > 80 and [path for path in texts if b"\r" in path.read_bytes()] == []


def test_a_page_and_what_its_proof_rests_on_may_be_saved_with_crlf(project, monkeypatch):
    before = store.digest(LESSON)
    monkeypatch.setattr(store, "ROOT", project)
    monkeypatch.setattr(store, "DOCS", project / "docs")
    for name in ["docs/lessons/xor.md", "docs/notation.md", "docs/figures/xor.svg", "snippets/np_nn/network.py",
                 "constraints.txt", "docs/plugins/reading/blocks.py"]:  # fmt: skip
        content = (project / name).read_bytes()
        (project / name).write_bytes(content.replace(b"\n", b"\r\n"))
    lesson = project / "docs/lessons/xor.md"
    assert b"\r\n" in lesson.read_bytes() and store.digest(lesson) == before
    lesson.write_bytes(lesson.read_bytes().replace(b"e", b"f", 1))
    assert store.digest(lesson) != before


def test_a_page_and_a_lab_saved_with_crlf_are_read_as_they_are(project):
    (lab,) = (paths.DOCS / "labs").glob("*.py")
    copies = [project / path.relative_to(ROOT) for path in (LESSON, lab)]
    for copy in copies:
        copy.write_bytes(copy.read_bytes().replace(b"\n", b"\r\n"))
    assert Page.open(copies[0]).blocks == Page.open(LESSON).blocks
    assert lint.check_page(copies[0], in_nav=True) == Page.open(LESSON).blocks
    cells = [[cell.source for cell in labs.read(Page.open(path)).cells] for path in (lab, copies[1])]
    assert cells[0] == cells[1] != []
