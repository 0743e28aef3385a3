"""Every judge says in the page what it says on a machine: its own tests are run there too."""

import base64
import importlib.util
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "py", "pygments")
# Of what is tested there, only PyTorch has no place in a browser: what asks for it is left out.
RUN = """
import base64, io, json, os, pathlib, sys, types, zipfile
zipfile.ZipFile(io.BytesIO(base64.b64decode({tools!r}))).extractall("tools")
sys.path.insert(0, os.path.abspath("tools"))
files = {files!r}
for name, text in files.items():
    pathlib.Path(name).write_text(text)
import pytest

class Torch(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Torch(name)
    def __call__(self, *args, **kwargs):
        pytest.skip("no PyTorch")

class Report:
    def __init__(self):
        self.said = {{name: {{"passed": 0, "failed": [], "skipped": 0}} for name in files}}
    def note(self, report):
        of_file = self.said[report.nodeid.partition("::")[0]]
        of_file[report.outcome] += [[report.nodeid, str(report.longrepr)[-600:]]] if report.failed else 1
    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            self.note(report)
    def pytest_collectreport(self, report):
        if report.failed:
            self.note(report)

sys.modules["torch"] = Torch("torch")
report = Report()
out = sys.stdout
sys.stdout = io.StringIO()
pytest.main(["-q", "--capture=no", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-W", "error", *files], plugins=[report])
sys.stdout = out
sys.modules.pop("torch")
print(json.dumps(report.said))
"""


ASK = """async (code) => {
  let text = ""
  const done = await python.engine.run([{name: "judges", code}], false, (kind, more) => { text += more })
  return [done, text]
}"""


@pytest.fixture(scope="session")
def tools():
    """pytest and what it needs, as they lie in the environment, in a zip."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in PACKAGES:
            spec = importlib.util.find_spec(name)
            origin, is_file = Path(spec.origin), spec.submodule_search_locations is None
            home = origin.parent if is_file else origin.parent.parent
            for path in [origin] if is_file else origin.parent.rglob("*.py"):
                lexer = (
                    "pygments" in path.parts
                    and path.parent.name == "lexers"
                    and path.stem not in "__init__ _mapping python diff".split()
                )
                if not lexer:
                    archive.write(path, path.relative_to(home))
    return base64.b64encode(written.getvalue()).decode()


def run(page, tools, files):
    """Run the tests of some files, {name: text}, in the page: {name: {"passed", "failed", "skipped"}}."""
    done, printed = page.evaluate(ASK, RUN.format(tools=tools, files=files))
    assert "error" not in done, done
    return json.loads(printed.splitlines()[-1])


def test_every_judge_says_the_same_in_the_page(python_page, site, tools):
    """Its own tests pass there: right answers are right, and each mistake is named in the same words."""
    lessons = {
        name.partition(".")[0]
        for path in site.rglob("lessons/*/index.html")
        for name in re.findall(r'data-check="([^"]+)"', path.read_text("utf-8"))
    }
    assert len(lessons) > 8
    paths = [ROOT / f"tests/exercises/test_{lesson}_judges.py" for lesson in sorted(lessons)]
    found = run(python_page, tools, {path.name: path.read_text("utf-8") for path in paths})
    wrong = [said for one in found.values() for said in one["failed"]]
    assert wrong == [], "\n".join(f"{name}: {words}" for name, words in wrong)
    for name, one in found.items():
        assert one["passed"] > 10, name
        assert one["skipped"] < one["passed"] / 4, name


def test_a_judge_that_errs_in_the_page_is_noticed(python_page, tools):
    text = "def test_a(): assert 1 == 2\ndef test_b(): pass\ndef test_c():\n    import torch\n    torch.ones(2)\n"
    found = run(python_page, tools, {"test_x.py": text})["test_x.py"]
    assert [name for name, _ in found["failed"]] == ["test_x.py::test_a"]
    assert (found["passed"], found["skipped"]) == (1, 1)
