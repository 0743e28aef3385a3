"""Without a network a kept page opens by each of the addresses that lead to it."""

import threading
from functools import partial

import pytest
from playwright.sync_api import expect

from docs.plugins.serving.serve import Handler, Server

PAGE = "lessons/xor/"
WAYS = ["lessons/xor", "lessons/xor/index.html", "lessons/xor/index.htm", "lessons/xor/index", "lessons//xor",
        "lessons/xor?a=b", "lessons/xor/?a=b", "lessons/xor/index.html?a=b#check-yourself"]  # fmt: skip


@pytest.fixture(scope="module")
def cut(site):
    """The address of the site, and a function that cuts it off."""
    off = threading.Event()

    class Cut(Handler):
        def do_GET(self):
            if off.is_set():
                self.close_connection = True
            else:
                super().do_GET()

    server = Server(("127.0.0.1", 0), partial(Cut, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", off
    server.shutdown()
    server.server_close()


def visited(browser, home, places):
    """Return a page in a browser that keeps these pages of the site."""
    page = browser.new_context().new_page()
    page.goto(home)
    page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)")
    page.wait_for_function("navigator.serviceWorker.ready.then(it => it.active.state === 'activated')")
    page.goto(home)  # which the worker sees
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    for place in places:
        page.goto(home + place)
        page.wait_for_function(
            "caches.open('visited').then(c => c.match(location.href.replace(/[?#].*/, ''))).then(it => !!it)"
        )
    return page


@pytest.fixture(scope="module")
def reader(browser, cut):
    cut[1].clear()
    page = visited(browser, cut[0], [PAGE, "index.html"])
    cut[1].set()
    yield page
    cut[1].clear()
    page.context.close()


@pytest.mark.parametrize("way", [PAGE, *WAYS])
def test_a_visited_page_opens_by_all_its_addresses(reader, cut, way):
    cut[1].set()
    reader.goto(cut[0] + way)
    expect(reader.locator("h1")).to_contain_text("Teach a network XOR")
    assert reader.url.split("?")[0].split("#")[0] == cut[0] + PAGE
    assert ("?a=b" in reader.url, "#check" in reader.url) == ("?a=b" in way, "#check" in way)
    weight = "getComputedStyle(document.querySelector('h1')).fontWeight"
    assert int(reader.evaluate(weight)) >= 600, "its links and its style are found"


@pytest.mark.parametrize("way", ["lessons/loss", "lessons/loss/", "lessons/loss/index.html", "lessons/xor/nothing"])
def test_what_was_not_visited_is_said_to_be_so(reader, cut, way):
    cut[1].set()
    reader.goto(cut[0] + way)
    expect(reader.locator("h1")).to_contain_text("not kept yet")


def test_a_page_that_was_visited_by_its_file_opens_by_its_folder(browser, cut):
    cut[1].clear()
    page = visited(browser, cut[0], ["lessons/loss/index.html"])
    cut[1].set()
    try:
        for way in ("lessons/loss/", "lessons/loss"):
            page.goto(cut[0] + way)
            expect(page.locator("h1")).to_contain_text("Measure how wrong")
    finally:
        cut[1].clear()
        page.context.close()
