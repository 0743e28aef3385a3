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
pathlib.Path({name!r}).write_text({text!r})
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
        self.said = {{"passed": [], "failed": [], "skipped": []}}
    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            words = str(report.longrepr)[-600:] if report.failed else ""
            self.said[report.outcome].append([report.nodeid, words])
    def pytest_collectreport(self, report):
        if report.failed:
            self.said["failed"].append([report.nodeid, str(report.longrepr)[-600:]])

sys.modules["torch"] = Torch("torch")
report = Report()
out = sys.stdout
sys.stdout = io.StringIO()
pytest.main(["-q", "--capture=no", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-W", "error", {name!r}], plugins=[report])
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


@pytest.fixture(scope="module")
def page_judges(python_page, site, tools):
    """{lesson: {"passed", "failed", "skipped": [[test, words]]}} of the judges that are asked in the page."""
    checked = {
        name.partition(".")[0]
        for path in site.rglob("lessons/*/index.html")
        for name in re.findall(r'data-check="([^"]+)"', path.read_text("utf-8"))
    }
    assert len(checked) > 8
    found = {}
    for lesson in sorted(checked):
        path = ROOT / f"tests/exercises/test_{lesson}_judges.py"
        code = RUN.format(tools=tools, name=path.name, text=path.read_text("utf-8"))
        done, printed = python_page.evaluate(ASK, code)
        assert "error" not in done, done
        found[lesson] = json.loads(printed.splitlines()[-1])
    return found


def test_every_judge_says_the_same_in_the_page(page_judges):
    """Its own tests pass there: right answers are right, and each mistake is named in the same words."""
    wrong = [said for found in page_judges.values() for said in found["failed"]]
    assert wrong == [], "\n".join(f"{name}: {words}" for name, words in wrong)
    for lesson, found in page_judges.items():
        assert len(found["passed"]) > 10, lesson
        assert len(found["skipped"]) < len(found["passed"]) / 4, lesson


def test_a_judge_that_errs_in_the_page_is_noticed(python_page, tools):
    text = "def test_a(): assert 1 == 2\ndef test_b(): pass\ndef test_c():\n    import torch\n    torch.ones(2)\n"
    _, printed = python_page.evaluate(ASK, RUN.format(tools=tools, name="test_x.py", text=text))
    said = json.loads(printed.splitlines()[-1])
    assert {kind: [name for name, _ in tests] for kind, tests in said.items()} == {
        "failed": ["test_x.py::test_a"],
        "passed": ["test_x.py::test_b"],
        "skipped": ["test_x.py::test_c"],
    }
