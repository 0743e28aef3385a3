"""The glossary: each term has one sentence that stands on earlier ones, and lessons show it."""

import gzip
import json
import re
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from one_step import taken

from docs.plugins import paths
from docs.plugins.building import terms
from docs.plugins.problem import PageError
from docs.plugins.reading import course, glossary

ENTRIES = glossary.read(glossary.PAGE.read_text(encoding="utf-8"))
OURS = {entry.term: entry for entry in ENTRIES if entry.lesson}
ORDER = course.order()
TERM = ".term > [tabindex]"


# How the box of each term lies: whole, on the page, at its term, and without moving anything.
def entry(term="bias", lesson="a", definition="A number."):
    return glossary.Entry(term, definition, lesson, (), 1)


def marked(html, *entries):
    """Return {words on the page: their sentence}."""
    soup = BeautifulSoup(taken(terms.mark, html, terms=entries or (entry(),)), "html.parser")
    return {
        box.find(tabindex=True).text: soup.find(id=box.find(tabindex=True)["aria-describedby"]).text
        for box in soup.select(".term")
    }


def words_used(entry):
    """Return the entries whose terms stand in the definition of this one."""
    finder, by_words = glossary.pattern(OURS.values())
    found = [by_words.get(match[0].lower()) for match in finder.finditer(entry.definition)]
    return [other for other in found if other and other != entry]


# The page


def test_terms_stand_in_the_order_of_the_alphabet():
    assert len(ENTRIES) > 80 and len(OURS) > 60
    terms = [entry.term.lower() for entry in ENTRIES]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize("entry", OURS.values(), ids=lambda entry: entry.place)
def test_a_term_is_in_the_lesson_that_is_said_to_introduce_it(entry):
    text = (paths.DOCS / f"lessons/{entry.lesson}.md").read_text(encoding="utf-8")
    words = [entry._replace(term=word) for word in entry.term.split()]
    assert all(glossary.pattern([word])[0].search(text) for word in words)


@pytest.mark.parametrize("entry", OURS.values(), ids=lambda entry: entry.place)
def test_a_sentence_is_one_and_uses_only_terms_of_the_same_lesson_or_earlier_ones(entry):
    assert re.fullmatch(r"[A-Z][^.`$*\[]+\.", entry.definition), "one sentence of plain text"
    later = [other.term for other in words_used(entry) if ORDER.index(other.lesson) > ORDER.index(entry.lesson)]
    assert later == [], f"glossary.md:{entry.line}: {entry.term} is explained by later words"


def test_no_term_is_explained_by_itself():
    def reached(entry, seen):
        for other in words_used(entry):
            assert other.term not in seen, f"{' is explained by '.join([*seen, other.term])}"
            reached(other, (*seen, other.term))

    for first in OURS.values():
        reached(first, (first.term,))


def test_another_word_leads_to_one_of_ours():
    synonyms = [entry for entry in ENTRIES if not entry.lesson]
    assert len(synonyms) > 20
    places = {entry.place for entry in OURS.values()}
    assert [entry.term for entry in synonyms if not places.issuperset(entry.others)] == []


def test_words_left_alone_are_words_of_the_glossary():
    assert glossary.EVERYDAY <= OURS.keys() | {"error"}


@pytest.mark.parametrize(
    "text",
    [
        "## bias\n\nA number.\n",
        "## bias\n\nA number\n[A](lessons/a.md)\n",
        "## bias\n\nA number.\n[A](a.md)\n",
        "## bias\n\nA number.\n[A](lessons/a.md)\nMore.\n",
        "## bias\n\nA number.\n[A](lessons/a.md), [B](lessons/b.md)\n",
        "## bias\n\nA number.\n[A](lessons/a.md), [B](#b)\n",
    ],
)
def test_what_is_no_entry_is_refused_with_its_line(text):
    with pytest.raises(PageError, match=r"glossary\.md:3: bias: an entry is `## term`"):
        glossary.read("# A\n\n" + text)


def test_notation_and_glossary_lead_to_each_other():
    notation = (paths.DOCS / "notation.md").read_text(encoding="utf-8")
    assert "(glossary.md)" in notation
    assert "(notation.md)" in glossary.PAGE.read_text(encoding="utf-8")


# What is marked


@pytest.mark.parametrize(
    "html, words",
    [
        ("<p>One bias, two biases.</p>", ["bias"]),
        ("<p>Biases.</p><ul><li>a bias</li></ul>", ["Biases"]),
        ("<p>biased, a bias-free, unbias</p>", []),
        ("<h2>A bias</h2><p>none</p>", []),
        ("<p><a>bias</a> <code>bias</code> <em>bias</em></p><pre>bias</pre>", []),
        ("<details><summary>bias</summary><p>bias</p></details>", []),
        ("<table><tr><td><p>bias</p></td></tr></table>", []),
        ("<p><em>You will</em> meet a bias.</p><p>Its bias</p>", ["bias"]),
        ('<p><span class="arithmatex">bias</span></p>', []),
        ("<h2>Exercises<a>¶</a></h2><p>bias</p>", []),
        ("<p><strong>The bias</strong></p>", ["bias"]),
        ("<p>a < b &amp; bias</p>", ["bias"]),
    ],
)
def test_only_the_first_use_in_running_text_is_marked(html, words):
    assert list(marked(html)) == words


def test_the_longest_term_is_taken_and_units_of_measurement_are_none():
    terms = [entry("activation"), entry("activation function"), entry("unit"), entry("matrix")]
    html = "<p>in units of 1, per unit: an activation function, of one unit, matrices</p>"
    assert list(marked(html, *terms)) == ["activation function", "unit", "matrices"]


def test_without_the_marks_the_page_is_as_it_was():
    html = "<p>A <b>bias</b> &amp; a\nbias, <i>more</i>.</p>"
    soup = BeautifulSoup(taken(terms.mark, html, terms=(entry(),)), "html.parser")
    for hidden in soup.select("[hidden]"):
        hidden.decompose()
    assert soup.text == BeautifulSoup(html, "html.parser").text


def test_a_lesson_counts_on_the_lessons_before_it():
    entries = [entry("bias", "a"), entry("loss", "b"), entry("shape", "a"), entry("cost", None)]
    assert [e.term for e in glossary.known_in("a", entries, ["a", "b"])] == []
    assert [e.term for e in glossary.known_in("b", entries, ["a", "b"])] == ["bias"]


@pytest.mark.parametrize("slug", ORDER)
def test_a_lesson_shows_its_terms_for_few_bytes(site, slug):
    page = (site / f"lessons/{slug}/index.html").read_text(encoding="utf-8")
    boxes = re.findall(r'<span class="term">.*?</span></span>', page)
    expected = 0 if slug == ORDER[0] else 5
    assert len(boxes) >= expected
    bare = re.sub(r'<span class="term"><span [^>]*>(.*?)</span>.*?</span></span>', r"\1", page)
    assert len(gzip.compress(page.encode())) - len(gzip.compress(bare.encode())) < 4000


# In a browser


def open_lesson(browser, address, slug="backprop", width=1280, **settings):
    context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
    page = context.new_page()
    page.goto(f"{address}lessons/{slug}/")
    return page


def shown(page):
    """Return the sentences that can be seen."""
    page.wait_for_timeout(350)
    return page.locator("[role=tooltip]").evaluate_all(
        "all => all.filter(e => e.checkVisibility({visibilityProperty: true})).map(e => e.textContent)"
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_a_sentence_shows_on_hover_and_on_focus(browser, address, scripts):
    page = open_lesson(browser, address, java_script_enabled=scripts)
    term = page.locator(TERM, has_text="gradient").first
    assert shown(page) == []
    term.hover()
    assert shown(page) == [OURS["gradient"].definition]
    page.locator("[role=tooltip]#term-gradient").hover()
    assert shown(page) == [OURS["gradient"].definition], "the pointer may go onto the box"
    page.mouse.move(0, 0)
    assert shown(page) == []
    term.focus()
    assert shown(page) == [OURS["gradient"].definition]
    page.keyboard.press("Tab")
    assert OURS["gradient"].definition not in shown(page)
    page.context.close()


def test_escape_closes_a_sentence_and_the_next_one_opens(browser, address):
    page = open_lesson(browser, address)
    page.locator(TERM).nth(0).focus()
    assert len(shown(page)) == 1
    page.keyboard.press("Escape")
    assert shown(page) == []
    page.locator(TERM).nth(1).focus()
    assert len(shown(page)) == 1
    page.context.close()


def test_a_tap_shows_a_sentence(browser, address):
    page = open_lesson(browser, address, width=360, has_touch=True, is_mobile=True)
    page.locator(TERM).first.tap()
    assert len(shown(page)) == 1
    page.context.close()


def test_sentences_are_neither_copied_nor_printed_nor_in_the_search(browser, address, site):
    page = open_lesson(browser, address)
    page.locator(TERM).first.focus()
    assert len(shown(page)) == 1
    copied = page.evaluate("getSelection().selectAllChildren(document.body), String(getSelection())")
    assert "a gradient went back through one unit" in copied
    assert OURS["gradient"].definition not in copied
    page.emulate_media(media="print")
    assert shown(page) == []
    page.context.close()
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    places = {doc["location"]: doc["text"] for doc in index["docs"]}
    having = [where for where, text in places.items() if OURS["gradient"].definition in text]
    assert having == ["glossary/#gradient"]


def test_every_entry_is_a_place_of_its_own_in_the_built_page(soup_of):
    soup = soup_of("glossary/")
    assert [h2["id"] for h2 in soup.select("article h2")] == [e.place for e in ENTRIES]
    links = [urlsplit(a["href"]).path for a in soup.select("article p a")]
    assert len([link for link in links if "lessons/" in link]) == len(OURS)
