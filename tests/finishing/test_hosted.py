"""The site works in a folder of a server, once it was built for there; otherwise it says so."""

import json
import os
import re
import subprocess
import sys
import threading
from functools import partial
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from docs.plugins import paths
from docs.plugins.finishing import hosting
from docs.plugins.reading import render
from docs.plugins.serving.serve import Handler, Server

HOME = "https://you.example.org/repo/"


def build(project, site, command="build", **settings):
    settings = os.environ | {"NO_MKDOCS_2_WARNING": "true"} | settings
    options = ["--strict", "-d", str(site)] if command == "build" else []
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", command, *options],
        cwd=project,
        env=settings,
        capture_output=True,
        text=True,
    )


def test_built_for_a_folder_it_names_that_everywhere(small_project, tmp_path, browser):
    site = tmp_path / "served/repo"
    site.parent.mkdir()
    done = build(small_project, site, SITE_URL=HOME.rstrip("/"))
    assert done.returncode == 0, done.stderr
    assert "Built for" not in done.stderr
    books = list(site.rglob("*.ipynb"))
    assert len(books) == 2
    for book in books:
        text = "".join(json.dumps(cell.get("source")) for cell in json.loads(book.read_text("utf-8"))["cells"])
        assert "127.0.0.1" not in text and "localhost" not in text
        assert re.search(re.escape(f"{HOME}downloads/np_nn-") + r"[\d.]+-py3-none-any\.whl", text)
    lost = BeautifulSoup((site / "404.html").read_text("utf-8"), "html.parser")
    links = [part.get("href") or part.get("src") for part in lost.select("[href], [src]")]
    own = [urljoin("https://you.example.org/repo/no/such/page", link) for link in links]
    own = [link.split("#")[0].removeprefix(HOME) for link in own if "you.example.org" in link]
    assert len(own) > 8 and [link for link in own if not (site / link).exists()] == []
    assert [path for path in site.rglob("*.xml") if "127.0.0.1" in path.read_text("utf-8")] == []

    server = Server(("127.0.0.1", 0), partial(Handler, directory=str(site.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}/repo/"
    page = browser.new_page()
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    try:
        for place in ("", "lessons/one/", "404.html"):
            page.goto(here + place)
            assert page.locator("h1").first.is_visible()
        style = "getComputedStyle(document.querySelector('h1')).fontWeight"
        assert failed == [] and int(page.evaluate(style)) >= 600
        page.locator("article a").first.click()
        page.wait_for_url(here + "**")
    finally:
        page.close()
        server.shutdown()
        server.server_close()


def test_built_for_this_machine_it_says_so(small_project, tmp_path):
    settings = {"SITE_URL": render.config().site_url}
    done = build(small_project, tmp_path / "site", **settings)
    assert done.returncode == 0
    assert "Built for http://127.0.0.1:8000/. Notebooks, the page for wrong addresses" in done.stderr
    assert hosting.HOW in done.stderr
    done = build(small_project, tmp_path / "site", "gh-deploy", **settings)
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert "put online as if it were at http://127.0.0.1:8000/: say where it will be" in done.stderr


@pytest.mark.parametrize(
    "address, here",
    [("http://127.0.0.1:8000/", True), ("http://localhost/", True), ("http://[::1]:80/", True), ("", True),
     (None, True), ("http://0.0.0.0:8000/", True), (HOME, False), ("https://localhost.example.org/", False),
     ("https://example.org/127.0.0.1/", False)],
)  # fmt: skip
def test_an_address_of_this_machine_is_known(address, here):
    assert (hosting.note(address) is not None) == here
    assert (hosting.problem("gh-deploy", address) is not None) == here
    assert hosting.problem("build", address) is None


def test_readme_says_how():
    text = (paths.ROOT / "README.md").read_text(encoding="utf-8")
    assert hosting.HOW in text and "SITE_URL" in (paths.ROOT / "mkdocs.yml").read_text(encoding="utf-8")


def test_make_builds_anew_for_another_address(project):
    (project / "site").mkdir()
    (project / "site/index.html").touch()
    (project / ".venv").mkdir()
    (project / ".venv/site.stamp").touch()
    for path in project.rglob("*"):
        if path.is_file():
            os.utime(path, (10, 10))

    def would_build(**settings):
        command = ["make", "-n", "-o", ".venv/site.stamp", "build"]
        rest = {name: value for name, value in os.environ.items() if name != "SITE_URL"}
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, env=rest | settings)
        assert done.returncode == 0, done.stderr
        return "mkdocs build" in done.stdout

    assert not would_build() and would_build(SITE_URL=HOME)
    (project / ".cache/built-for").write_text(HOME + "\n")
    assert would_build() and not would_build(SITE_URL=HOME) and would_build(SITE_URL=HOME + "b/")
