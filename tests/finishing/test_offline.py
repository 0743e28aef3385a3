"""Without a network: visited pages are kept, and a copy in a folder is whole and can be searched."""

import json
import re
import threading
import time
import zipfile
from functools import partial
from http.server import ThreadingHTTPServer
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from playwright.sync_api import expect
from site_pages import watch

from docs.plugins.finishing import downloads, offline
from docs.plugins.serving.serve import Handler

HOME = "http://127.0.0.1:8000/"


@pytest.fixture(scope="module")
def folder(site, tmp_path_factory):
    """The copy of the site, unpacked as a reader does."""
    directory = tmp_path_factory.mktemp("copy")
    zipfile.ZipFile(site / downloads.SITE).extractall(directory)
    (found,) = directory.iterdir()
    return found


# The copy in a folder


def test_the_copy_has_every_page_and_few_bytes(site, folder):
    def pages(root):
        return {path.relative_to(root).as_posix() for path in root.rglob("index.html")}

    assert pages(folder) == pages(site) and len(pages(site)) > 15
    assert (site / downloads.SITE).stat().st_size < 2_000_000


def test_every_link_of_the_copy_names_a_file_in_it(folder):
    checked = 0
    for path in folder.rglob("*.html"):
        text = path.read_text("utf-8")
        for link in set(re.findall(r'<(?:a|link|script)\b[^>]*? (?:href|src)="([^"]*)"', text)):
            target = urlsplit(urljoin(path.as_uri(), link))
            named = target.scheme == "file" and not link.endswith(downloads.SITE)
            if named:
                assert (folder / unquote(target.path)).is_file(), f"{path}: {link}"
                checked += 1
    assert checked > 500


def test_the_same_site_makes_the_same_copy(site):
    archive = site / downloads.SITE
    before = archive.read_bytes()
    (name,) = {entry.partition("/")[0] for entry in zipfile.ZipFile(archive).namelist()}
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    offline.folder(site, pages, HOME, name)
    assert archive.read_bytes() == before


def test_a_copy_is_read_and_searched_from_its_folder(browser, folder):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = watch(context.new_page())
    page.on("requestfailed", lambda request: page.complaints.append(request.url))
    page.goto((folder / "index.html").as_uri())
    page.locator("article a", has_text="Walk downhill").click()
    page.wait_for_url("**/lessons/descent/index.html")
    assert page.locator("article .math svg").first.is_visible()
    for fold in page.locator(".fold > summary").all()[::-1]:
        fold.click()
    assert page.locator("figure svg").first.is_visible()
    still = page.locator(".still a")
    assert still.get_attribute("href") == HOME + "lessons/descent/"
    page.locator(".md-search__input").click()
    page.keyboard.type("gradient")
    found = page.locator(".md-search-result__link")
    expect(found.first).to_be_visible()
    found.first.click()
    page.wait_for_url(re.compile(r"index\.html\?h=gradient"))
    assert page.locator("h1").is_visible()
    page.locator('.md-header label[for^="__palette"]:visible').click()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    page.wait_for_timeout(200)
    assert page.complaints == []
    context.close()


def test_what_helps_to_read_is_at_hand_in_a_folder_too(browser, folder):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = watch(context.new_page())
    page.goto((folder / "lessons/descent/index.html").as_uri())
    block = page.locator("article .language-python.highlight").filter(has_text="def height(w1, w2):")
    block.scroll_into_view_if_needed()
    block.locator("button[data-md-type=copy]").click()
    program = page.evaluate("navigator.clipboard.readText()")
    assert program.startswith("import numpy as np\n") and "def height(w1, w2):" in program
    page.locator(".proven > .proof").first.click()
    expect(page.locator(".proof-note:popover-open").get_by_text("Copy LaTeX")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".opens-keys").click()
    expect(page.locator("dialog[open]")).to_contain_text("next page")
    page.keyboard.press("Escape")
    page.locator("article .progress button").click()
    expect(page.locator("article .progress button")).to_contain_text("You have read this lesson")
    page.keyboard.press("n")
    page.wait_for_url("**/lessons/chain-rule/index.html")
    expect(page.locator(".md-header__topic .md-ellipsis").last).to_contain_text("The chain rule")
    assert page.complaints == []
    context.close()


@pytest.mark.parametrize(
    "link, as_file",
    [
        ("../b/", "../b/index.html"), ("../b/#here", "../b/index.html#here"),
        ("../..", "../../index.html"), ("./", "./index.html"), (".", "./index.html"),
        ("#here", "#here"), ("../x.py", "../x.py"), ("https://example.org/b/", "https://example.org/b/"),
    ],
)  # fmt: skip
def test_a_link_to_a_folder_names_the_page_in_it(tmp_path, link, as_file):
    for name in ("a/b", "a/c"):
        (tmp_path / name).mkdir(parents=True)
    shown = offline.page(f'<a class="x" href="{link}">', "a/c/index.html", tmp_path, HOME)
    assert shown == f'<a class="x" href="{as_file}">'


def test_the_words_of_the_search_lead_to_files(site):
    script = offline.search(site)
    index = json.loads(script.removeprefix("var __index = "))
    assert len(index["docs"]) > 100
    assert all(re.match(r"(.*/)?index\.html(#|$)", doc["location"]) for doc in index["docs"])


# The worker


class Server:
    """The site, served so that it can be changed, and cut off."""

    def __init__(self, site):
        self.changed, self.off = {}, False
        outer = self

        class Changing(Handler):
            def do_GET(self):
                if outer.off:
                    self.close_connection = True
                    return
                body = outer.changed.get(self.path.lstrip("/"))
                if body is None:
                    super().do_GET()
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def end_headers(self):
                self.send_header("Cache-Control", "no-cache")
                super().end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Changing, directory=str(site)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/"


def until(true):
    """Wait until something is true, at most ten seconds."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def served(site):
    server = Server(site)
    yield server
    server.server.shutdown()
    server.server.server_close()


def test_a_visited_page_opens_without_a_network_and_a_new_one_comes_first(browser, served, site):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.clock.install()
    lesson = served.address + "lessons/xor/"
    page.goto(lesson)
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    page.clock.run_for(6000)
    kept = "caches.open('visited').then(c => c.keys()).then(all => all.map(k => k.url))"
    until(lambda: lesson in page.evaluate(kept))
    assert not [url for url in page.evaluate(kept) if "/descent/" in url or "/downloads/" in url]
    # A page that the theme puts into this one, of which the worker sees nothing yet.
    page.evaluate("history.pushState(null, '', '../loss/'), document$.next(document)")
    until(lambda: served.address + "lessons/loss/" in page.evaluate(kept))

    served.off = True
    page.goto(lesson)
    expect(page.locator("h1")).to_contain_text("Teach a network XOR")
    assert page.locator("article .math svg").first.is_visible()
    font = "getComputedStyle(document.querySelector('h1')).fontWeight"
    assert int(page.evaluate(font)) >= 600, "its style is kept too"
    for way in ("lessons/xor", "lessons/xor/index.html?a=b"):
        page.goto(served.address + way)
        expect(page.locator("h1")).to_contain_text("Teach a network XOR")

    page.goto(served.address + "lessons/descent/")
    expect(page.locator("h1")).to_contain_text("not kept yet")
    links = page.locator("[data-kept] a")
    expect(links).to_have_text(["Teach a network XOR", "Measure how wrong the network is"])
    assert links.first.get_attribute("href") == lesson

    served.off = False
    new = (site / "lessons/xor/index.html").read_text("utf-8")
    served.changed["lessons/xor/"] = new.replace("Teach a network XOR", "Newer").encode()
    page.goto(lesson)
    expect(page.locator("h1")).to_contain_text("Newer")
    served.off = True
    page.goto(lesson)
    expect(page.locator("h1")).to_contain_text("Newer")
    context.close()


def test_the_worker_is_another_one_for_another_site(tmp_path):
    written = []
    for text in ("a", "a", "b"):
        (tmp_path / "index.html").write_text(text)
        offline.worker(tmp_path, {tmp_path / "index.html": text})
        written.append((tmp_path / "sw.js").read_text("utf-8"))
    assert written[0] == written[1] != written[2]


def test_what_the_worker_keeps_at_once_is_there(site):
    core = json.loads(re.search("const CORE = (.*)", (site / "sw.js").read_text("utf-8"))[1])
    assert len(core) > 8 and all((site / name).is_file() for name in core)
    page = (site / "lessons/xor/index.html").read_text("utf-8")
    used = re.findall(r'<(?:link rel="stylesheet" href|script src)="../../(assets/[^"]*)"', page)
    assert len(used) > 3 and set(used) <= set(core)
