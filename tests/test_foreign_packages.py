"""Somebody else's package docs in PYTHONPATH does not come before ours."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from docs.plugins import paths

PYTEST = [sys.executable, "-m", "pytest"]
SCRIPT = [str(Path(sys.executable).with_name("pytest"))]  # which has no working directory on its path


@pytest.fixture
def foreign(tmp_path):
    """The environment of somebody with packages of these names."""
    for name in ("docs", "snippets"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "docs/plugins.py").write_text("", encoding="utf-8")
    return os.environ | {"PYTHONPATH": str(tmp_path)}


def test_make_lets_ours_come_first():
    """It writes so when it sets .venv up."""
    file = Path(sysconfig.get_path("purelib"), "ours_first.pth")
    assert file.is_file(), "make test sets this up"
    assert file.read_text(encoding="utf-8") == f"import sys; sys.path.insert(0, {str(paths.ROOT)!r})\n"
    assert '-c "$$OURS_FIRST"' in (paths.ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [PYTEST, SCRIPT], ids=["module", "script"])
def test_pytest_starts_and_tests_a_page(foreign, command):
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", "docs/np_nn.md"]
    done = subprocess.run([*command, *options], cwd=paths.ROOT, env=foreign, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_builds_the_site_is_ours(foreign):
    look = (
        "import mkdocs.__main__, docs.plugins.hook as site, np_nn.check as check; print(site.__file__, check.__file__)"
    )
    done = subprocess.run([sys.executable, "-c", look], cwd=paths.ROOT, env=foreign, capture_output=True, text=True)
    assert done.stdout.split() == [str(paths.DOCS / "plugins/hook.py"), str(paths.ROOT / "snippets/np_nn/check.py")], (
        done.stderr
    )
