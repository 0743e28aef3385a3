"""Pages are found and shared by what they say; links lead somewhere, and places stay."""

import datetime
import html
import http.server
import io
import re
import threading
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from docs.plugins import paths
from docs.plugins.checking import links
from docs.plugins.finishing import head, permalinks
from docs.plugins.ledger import show
from docs.plugins.reading import course, lab
from docs.plugins.reading.page import Page
from docs.plugins.reading.render import config

HOME = "http://127.0.0.1:8000/"
CONFIG = {"site_url": HOME, "site_name": "A site", "site_description": "Of nets."}


@pytest.fixture(scope="module")
def heads(site):
    """The head of each built page: {address from the root: parsed}."""
    return {
        path.relative_to(site).as_posix().removesuffix("index.html"): BeautifulSoup(
            path.read_text("utf-8").partition("</head>")[0] + "</head>", "html.parser"
        )
        for path in sorted(site.rglob("*.html"))
        if path.name == "index.html"
    }


def property_of(head, name):
    (tag,) = head.select(f'meta[property="og:{name}"]')
    return tag["content"]


# What a page says of itself


def test_every_page_has_a_title_and_a_description_of_its_own(heads):
    titles = {head.title.get_text().strip() for head in heads.values()}
    descriptions = {head.select_one("meta[name=description]")["content"] for head in heads.values()}
    assert len(titles) == len(descriptions) == len(heads) > 15
    assert all(50 <= len(text) <= 180 for text in descriptions)


def test_every_page_says_where_it_is(heads, site):
    sitemap = set(re.findall("<loc>(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8")))
    for name, there in heads.items():
        assert there.select_one("link[rel=canonical]")["href"] == property_of(there, "url") == HOME + name
    assert sitemap == {HOME + name for name in heads}


def test_every_page_has_a_picture_with_a_text(heads, site):
    for there in heads.values():
        content = (site / property_of(there, "image").removeprefix(HOME)).read_bytes()
        said = [int(property_of(there, f"image:{side}")) for side in ("width", "height")]
        assert said == [*Image.open(io.BytesIO(content)).size] == [1200, 630]
        assert len(content) < 60_000
        assert property_of(there, "image:alt")


def test_the_pages_in_order_lead_to_each_other(heads):
    nav = [f"lessons/{slug}/" for slug in course.slugs(config().nav)]
    for before, after in zip(nav, nav[1:]):
        there = heads[before].select_one("link[rel=next]")["href"]
        back = heads[after].select_one("link[rel=prev]")["href"]
        assert urljoin(HOME + before, there) == HOME + after
        assert urljoin(HOME + after, back) == HOME + before


def test_a_lab_is_described_by_what_the_reader_will_do(heads):
    for path in (paths.DOCS / "labs").glob("*.py"):
        said = heads[f"labs/{path.stem}/"].select_one("meta[name=description]")["content"]
        you_will = next(c.source for c in lab.read(Page.open(path)).cells if "*You will*" in c.source)
        assert said.removeprefix("You will ") in you_will


def test_the_page_for_lost_readers_leads_back_and_is_in_no_index(site):
    page = BeautifulSoup((site / "404.html").read_text("utf-8"), "html.parser")
    assert page.title.get_text().startswith("Not here")
    assert page.select_one("meta[name=robots]")["content"] == "noindex"
    assert page.select_one("article a")["href"] == "/"
    lost = head.lost("<head></head><h1>404 - x</h1>", CONFIG | {"site_url": "https://a.org/b/"})
    assert '<a href="/b/">' in lost


def test_the_date_is_that_of_a_commit_or_none(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert show.date_of_commit() == datetime.date(1970, 1, 2)
    for unknown in ("0", ""):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", unknown)
        assert show.date_of_commit() is None


# Links and places


@pytest.mark.parametrize(
    "link, leads",
    [
        ("b/", True), ("b/index.html", True), ("b/#here", True), ("#top", True), ("", True),
        ("https://example.org/none", True), ("mailto:a@example.org", True), ("/b/#here", True),
        ("c/", False), ("b/#there", False), ("#none", False), (HOME + "none/", False),
        ("b/#%C3%A9", True),
    ],
)  # fmt: skip
def test_a_link_within_the_site_leads_to_a_page_and_a_place_on_it(tmp_path, link, leads):
    (tmp_path / "b").mkdir()
    (tmp_path / "b/index.html").write_text('<p id="here" class="x"><i id="é">', encoding="utf-8")
    (tmp_path / "index.html").write_text(f'<p id="top"><a class="x" href="{html.escape(link)}">')
    pages = {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")}
    assert links.broken(tmp_path, pages, HOME) == ([] if leads else [f"index.html: {link}"])


def test_links_elsewhere_are_found_in_the_sources():
    found = links.elsewhere()
    assert len(found) > 20
    assert "docs/lessons/xor-by-hand.md" in found.values()
    assert not [address for address in found if "127.0.0.1" in address or address.endswith(".")]


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(self.path[1:]))
        self.end_headers()

    def log_message(self, *args):
        pass


def test_a_page_elsewhere_is_missed_only_where_it_is_gone():
    server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    said = [links.ask(address + code) for code in ("200", "403", "404", "500")]
    server.shutdown()
    server.server_close()
    assert said == ["", "", "answers 404", "answers 500"]
    assert links.ask(address).startswith("no answer")


def test_the_weekly_look_at_links_says_what_is_wrong_and_fails_nothing(monkeypatch, capsys):
    monkeypatch.setattr(links, "elsewhere", lambda: {"http://a/": "README.md", "http://b/": "b.md"})
    monkeypatch.setattr(links, "ask", lambda address: "answers 404" if "b" in address else "")
    assert links.main() is None
    assert capsys.readouterr().out == (
        "::warning file=b.md::http://b/ answers 404\n2 addresses, 1 that nobody answers for\n"
    )


def test_a_place_that_was_there_once_is_there():
    gone = set(permalinks.known()) - permalinks.places()
    assert gone == set(), "a renamed heading keeps its place: ## New words {#its-old-place}"


def test_the_list_of_places_knows_those_that_lessons_link_to():
    linked = set()
    for path in (paths.DOCS / "lessons").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        linked |= {f"lessons/{to}" for to in re.findall(r"\]\(([\w-]+\.md#[\w-]+)\)", text)}
    assert len(linked) > 20
    assert linked - set(permalinks.known()) == set(), "`make outputs` adds the places of new headings"
