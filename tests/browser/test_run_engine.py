"""The engine: where its files come from, what is refused, and how they are laid out."""

import gzip
import hashlib
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from functools import partial

import pytest
from bs4 import BeautifulSoup

from docs.plugins.building import runs
from docs.plugins.paths import DOCS, ROOT
from docs.plugins.runtime import engine, layout


@pytest.fixture
def files(python_there):
    return {name: path.read_bytes() for name, path in engine.files().items()}


def nobody():
    raise OSError("no network")


@pytest.fixture
def folder(files, tmp_path):
    """A folder with the files of the official distribution, by their names."""
    place = tmp_path / "distribution"
    place.mkdir()
    for name, content in files.items():
        (place / name).write_bytes(content)
    return place


# Sources


def test_what_the_cache_has_is_asked_of_nobody(folder, tmp_path):
    cache = tmp_path / "cache"
    engine.get(str(folder), cache, nobody)
    found = engine.get("pip", cache, nobody)
    assert {name: path.read_bytes() for name, path in found.items()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


def test_pip_comes_before_the_place_that_the_maintainer_names(files, tmp_path):
    found = engine.get("/nowhere", tmp_path / "cache", lambda: files)
    assert {name: path.read_bytes() for name, path in found.items()} == files


def test_a_folder_or_an_address_serves_where_pip_has_none(folder, tmp_path):
    assert len(engine.get(str(folder), tmp_path / "one", nobody)) == len(engine.FILES)
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    handler.func.log_message = lambda *args: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    assert len(engine.get(address, tmp_path / "two", nobody)) == len(engine.FILES)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", sorted(engine.FILES)[::5])
def test_a_flipped_byte_is_refused_from_pip_and_from_a_place(name, files, folder, tmp_path):
    content = bytearray(files[name])
    content[len(content) // 2] ^= 1
    with pytest.raises(engine.NotHad, match=re.escape(f"pip has another {name}: its sha256 is ")):
        engine.get("pip", tmp_path / "a", lambda: files | {name: bytes(content)})
    (folder / name).write_bytes(content)
    with pytest.raises(engine.NotHad, match=re.escape(f"{folder} has another {name}: ")):
        engine.get(str(folder), tmp_path / "b", nobody)


def test_a_flipped_byte_in_the_cache_is_not_used_and_fetched_anew(files, tmp_path):
    cache = tmp_path / "cache"
    path = engine.get("pip", cache, lambda: files)["pyodide.js"]
    path.write_bytes(b"x" + files["pyodide.js"][1:])
    with pytest.raises(engine.NotHad, match="pyodide.js could not be had: pip has none"):
        engine.get("pip", cache, nobody)
    assert engine.get("pip", cache, lambda: files)["pyodide.js"].read_bytes() == files["pyodide.js"]


def test_where_no_source_has_it_each_says_why_in_one_sentence(tmp_path):
    with pytest.raises(engine.NotHad) as said:
        engine.get("/nowhere", tmp_path, nobody)
    assert "13 more files could not be had: pip has none (no network); /nowhere has none" in str(said.value)
    assert "\n" not in str(said.value)


def test_the_maintainer_may_say_that_there_is_none():
    assert engine.get("none", from_pip=nobody) is None


def test_the_setting_is_one_line_of_mkdocs_yml():
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert re.findall(r"^  engine: (.*)", text, re.MULTILINE) == ["!ENV [ENGINE, pip]"]


# Laid out


def test_every_file_lies_at_an_address_with_its_digest_and_in_the_list(python_there, site):
    manifest = json.loads((site / "python/manifest.json").read_text("utf-8"))
    seen = {}
    for pack in manifest["packs"].values():
        assert re.fullmatch(r"[0-9a-f]{16}/", pack["home"])
        folder = site / "python" / pack["home"]
        assert {path.name for path in folder.iterdir()} == set(pack["files"])
        for name, told in pack["files"].items():
            content = seen[name] = (folder / name).read_bytes()
            assert len(content) == told["bytes"] >= 0 < told["sent"]
    for name, (wanted, sent) in engine.FILES.items():
        assert hashlib.sha256(seen[name]).hexdigest() == wanted
        zipped = len(gzip.compress(seen[name], 6, mtime=0)) if name.endswith((".js", ".wasm")) else len(seen[name])
        assert sent == zipped
    for name in engine.FILES:
        assert json.dumps(manifest).count(name) == 1


def test_np_nn_goes_with_it_as_its_wheel_with_all_that_is_in_it(python_there, site):
    (own,) = site.glob("python/*/np_nn.whl")
    (wheel,) = (site / "downloads").glob("*.whl")
    assert own.read_bytes() == wheel.read_bytes()
    ours = [
        path for path in (ROOT / "snippets/np_nn").rglob("*") if path.is_file() and path.suffix not in (".pyc", ".md")
    ]
    names = zipfile.ZipFile(own).namelist()
    assert len(ours) > 15 and {path.relative_to(ROOT / "snippets").as_posix() for path in ours} <= set(names)


def test_the_licences_go_with_it(python_there, site):
    text = (site / "python/licences.txt").read_text("utf-8")
    for words in ["Mozilla Public License Version 2.0", "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2",
                  "Emscripten authors", "Rich Felker", "Red Hat", "Jean-loup Gailly", "Julian R Seward",
                  f"pyodide/tree/{engine.PYODIDE}"]:  # fmt: skip
        assert words in text, words
    wheels = list(site.glob("python/*/*-*.whl"))
    assert len(wheels) == 10
    for wheel in wheels:
        assert any(re.search(r"dist-info/.*LICEN", name) for name in zipfile.ZipFile(wheel).namelist()), wheel


def test_nothing_of_the_engine_is_committed():
    assert not [path for path in (ROOT / "docs").rglob("*") if path.suffix in (".wasm", ".whl", ".zip")]


def test_what_the_button_says_is_what_is_loaded():
    said = re.search(
        r"loads Python (\S+) and NumPy (\S+) once, (\d+) MB", (DOCS / "assets/reader.js").read_text("utf-8")
    )
    assert said.groups() == (engine.PYTHON, engine.NUMPY, str(layout.megabytes()))


# Without an engine


def test_without_an_engine_the_site_is_built_without_buttons(small_project, tmp_path):
    (small_project / ".cache/engine").unlink(missing_ok=True)
    environment = os.environ | {
        "ENGINE": "/nowhere",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": "",
        "PYTHONPATH": str(small_project),
    }
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(tmp_path / "site")]
    build = subprocess.run(command, cwd=small_project, env=environment, capture_output=True, text=True)
    assert build.returncode == 0, build.stderr
    assert build.stderr.count("No block can be run in the page: ") == 1
    pages = list((tmp_path / "site").rglob("*.html"))
    assert pages and not (tmp_path / "site/python").exists()
    assert not [page for page in pages if " data-run" in page.read_text("utf-8")]


# Marks


@pytest.mark.parametrize(
    "program, needs",
    [
        ("import torch", True),
        ("import numpy as np\n\nfrom torch import nn", True),
        ("def f():\n    import torch.nn as n", True),
        ("print('import torch')  # torch", False),
        ("import numpy", False),
        ("torch = 1", False),
    ],
)
def test_a_program_needs_pytorch_if_it_imports_it(program, needs):
    assert ("torch" in runs.imports(program)) == needs
    assert (runs.why_not(program, {}) == runs.TORCH) == needs


def test_each_block_of_python_can_run_or_says_why_not(python_there, site):
    counts = {"run": 0, "not": 0}
    for path in site.rglob("index.html"):
        for block in BeautifulSoup(path.read_text("utf-8"), "html.parser").select(".language-python.highlight"):
            assert ("data-run" in block.attrs) != ("data-run-not" in block.attrs)
            counts["run" if "data-run" in block.attrs else "not"] += 1
            assert block.get("data-run-not", "browser.").startswith(("This block", "In a browser", "browser"))
    assert counts["run"] > 240 and counts["not"] > 20


def test_the_copy_in_a_folder_has_no_buttons_and_says_why(python_there, site):
    with zipfile.ZipFile(site / "downloads/site.zip") as archive:
        names = archive.namelist()
        assert not [name for name in names if "/python/" in name]
        (lesson,) = [name for name in names if name.endswith("lessons/xor/index.html")]
        text = archive.read(lesson).decode()
    assert " data-run" not in text
    assert text.count("from where no browser starts Python") == 1


# Weight


def test_what_a_click_loads_of_ours_is_small(python_there, site):
    assert len(gzip.compress((site / "assets/run.js").read_bytes(), 6, mtime=0)) <= 6000
