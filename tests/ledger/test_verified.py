"""The ledger says what the tests found, and the site says what the ledger says."""

import datetime
import itertools
import json
import math
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect
from site_pages import address_of, unfold

from docs.plugins import paths
from docs.plugins.building import marks
from docs.plugins.building.inputs import Proof
from docs.plugins.equations import optimisers
from docs.plugins.ledger import show, store

PAGES = store.pages()
LEDGER = store.load()
NOTHING = {"equations": []}  # of a page that is new: the first test below says what to do
FORMULAS = {path: LEDGER["pages"].get(store.name_of(path), NOTHING)["equations"] for path in PAGES}
HOW = "`make verified` writes down what the tests find"


def name(path):
    return store.name_of(path)


def shown(formula, display):
    """Whether a formula gets a mark: where it stands alone, or where it was evaluated."""
    return display or any(made["kind"] != "defined" for made in formula["statements"])


# The ledger


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_the_proof_of_a_page_is_fresh(path):
    assert store.proof_of(path, LEDGER), f"{name(path)} is not what was verified; {HOW}"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_the_ledger_says_of_a_page_what_is_found_now(path):
    found, said = store.entry(path), LEDGER["pages"][name(path)]
    for now, then in zip(found["equations"], said["equations"], strict=True):
        for a, b in zip(now["statements"], then["statements"], strict=True):
            errors = a.pop("error"), b.get("error")
            assert a == {key: b[key] for key in a}, HOW
            # Rounding differs between machines, by a factor of ten or two.
            small, large = sorted(max(error, 1e-16) for error in errors)
            assert math.log10(large / small) < 2.5, (a, errors)
        assert now["formula"] == then["formula"], HOW
    without = [{key: e[key] for key in e if key != "equations"} for e in (found, said)]
    assert without[0] == without[1], HOW


def test_the_ledger_knows_all_pages_and_no_others():
    assert set(LEDGER["pages"]) == set(map(name, PAGES))
    assert len(PAGES) > 10 and store.PAGE not in PAGES


def test_the_ledger_was_written_with_the_pinned_versions():
    pins = (paths.ROOT / "constraints.txt").read_text(encoding="utf-8")
    for tool in ("NumPy", "PyTorch"):
        package = {"NumPy": "numpy", "PyTorch": "torch"}[tool]
        assert f"\n{package}=={LEDGER['versions'][tool]}\n" in pins
    assert re.fullmatch(r"3\.\d\d", LEDGER["versions"]["Python"])


def test_the_page_of_the_ledger_is_the_ledger():
    assert store.PAGE.read_text(encoding="utf-8") == show.to_markdown(LEDGER), HOW


def test_the_page_of_the_ledger_shows_a_verdict_and_the_equation_of_every_statement(soup_of):
    soup = soup_of("verified/")
    for path in PAGES:
        found = LEDGER["pages"][name(path)]
        statements = [made for formula in found["equations"] for made in formula["statements"]]
        if not statements:
            continue
        heading = soup.find(id=show.anchor_of(name(path)))
        boxes = heading.find_next_siblings(["h3", "details"])
        boxes = list(itertools.takewhile(lambda box: box.name == "details", boxes))
        rows = [row for box in boxes for row in box.select("tbody tr")]
        assert len(rows) == len(statements)
        kinds = [box.summary.get_text().split()[1:3] for box in boxes]
        assert len(boxes) == len({made["kind"] for made in statements}) and kinds[0][1] == "evaluated"
        drawn = [row for row in rows if row.select(".math")]
        halves = [row for row in rows if row not in drawn]  # one \left, and its \right elsewhere: no TeX by itself
        assert all(row.code.get_text().count(r"\left") != row.code.get_text().count(r"\right") for row in halves)
        assert all(row.td.get_text().strip() for row in rows)


@pytest.mark.parametrize(
    "kind, against, error, tex, said",
    [
        ("evaluated", "random numbers", 0.0, "a = b", "equal, random numbers"),
        ("evaluated", "600 draws", 3e-16, "a = b", "3·10⁻¹⁶, 600 draws"),
        ("evaluated", "random numbers", 2e-3, r"a \approx b", "≈ 2·10⁻³, random numbers"),
        ("defined", "", 0.0, "a = b", "used"),
        ("exempt", "a quotation", 0.0, "a = b", "a quotation"),
    ],
)
def test_a_verdict_is_a_few_words(kind, against, error, tex, said):
    assert show.verdict({"kind": kind, "against": against, "error": error, "tex": tex}) == said


def test_the_ledger_has_facts_of_the_whole():
    assert {"slips in equations", "slips in definitions", "twins", "zoo"} <= LEDGER["facts"].keys()


# Stale proofs


@pytest.fixture
def copied(project, monkeypatch):
    """A copy of the project; `verified` looks at it."""
    monkeypatch.setattr(store, "ROOT", project)
    monkeypatch.setattr(store, "DOCS", project / "docs")
    monkeypatch.setattr(store, "LEDGER", project / "docs/verified.json")
    monkeypatch.setattr(store, "PAGE", project / "docs/verified.md")
    return project


@pytest.fixture
def ours(copied):
    """The ledger of the copy, as if it had been written with this Python."""
    ledger = LEDGER | {"versions": store.versions()}
    store.save(ledger)
    return ledger


def append(path, text="\n"):
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize(
    "changed, stale",
    [
        ("docs/lessons/xor.md", {"lessons/xor.md"}),
        ("docs/figures/xor.svg", {"lessons/xor.md"}),
        ("docs/notation.md", "all"),
        ("snippets/np_nn/network.py", "all"),
        ("docs/plugins/equations/check.py", "all"),
        ("docs/plugins/running/compare.py", "all"),
        ("docs/assets/css/code.css", set()),
        ("README.md", set()),
    ],
)
def test_what_a_proof_rests_on_makes_it_stale(copied, changed, stale):
    append(copied / changed)
    pages = store.pages()
    found = {name(path) for path in pages if store.proof_of(path, LEDGER) is None}
    assert found == (set(map(name, pages)) if stale == "all" else stale)


def test_another_version_makes_all_proofs_stale(copied):
    pins = copied / "constraints.txt"
    pins.write_text(re.sub(r"(?m)^torch==.*$", "torch==2.99.0", pins.read_text()))
    assert not any(store.proof_of(path, LEDGER) for path in store.pages())


def test_a_page_without_a_proof_says_so():
    path = paths.DOCS / "lessons/xor.md"
    entry = LEDGER["pages"]["lessons/xor.md"] | {"digest": "of another text"}
    for pages in ({}, {"lessons/xor.md": entry}):
        ledger = {"pages": pages, "versions": {}}
        foot = marks.foot(Proof("../verified/", {}, store.proof_of(path, ledger), ""))
        assert "<strong>Not verified.</strong>" in foot and "blocks run" not in foot
        assert 'class="verified stale"' in foot


def write(root, *arguments):
    """Run the tests in a copy of the project, and let them write the ledger."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--verified"]
    return subprocess.run([*command, *arguments], cwd=root, capture_output=True, text=True)


def test_the_tests_of_a_page_write_its_proof_and_no_other(copied, ours):
    page = copied / "docs/np_nn.md"
    append(page, "\nOne more sentence.\n")
    append(copied / "docs/lessons/loss.md", "\nOne more sentence.\n")
    done = write(copied, "docs/np_nn.md")
    assert done.returncode == 0, done.stdout
    ledger = json.loads((copied / "docs/verified.json").read_text(encoding="utf-8"))
    assert ledger["pages"].pop("np_nn.md") != LEDGER["pages"]["np_nn.md"]
    before = {key: found for key, found in LEDGER["pages"].items() if key != "np_nn.md"}
    assert ledger["pages"] == before, "the other page that was changed stays stale"
    assert ledger["facts"] == LEDGER["facts"]
    assert store.proof_of(page, store.load())


@pytest.mark.parametrize(
    "name, old, new, arguments",
    [
        ("lessons/perceptron", "```output\n", "```output\nnever printed\n", []),
        ("notation", "Z_n = W X_n", "Z_n = X_n W", []),
        ("np_nn", "# Get", "# How to get", ["-k", "not 1"]),
        ("np_nn", "# Get", "# How to get", ["-n", "2"]),
    ],
    ids=["a wrong output", "a wrong equation", "a part of the blocks", "several processes"],
)
def test_nothing_is_written_for_a_page_that_was_not_wholly_right(copied, ours, name, old, new, arguments):
    page = copied / f"docs/{name}.md"
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8")
    write(copied, page, *arguments)
    assert store.load() == ours


def test_a_page_alone_is_not_written_with_another_python(copied, ours):
    ours["versions"]["Python"] = "3.9"
    store.save(ours)
    append(copied / "docs/np_nn.md", "\nOne more sentence.\n")
    done = write(copied, "docs/np_nn.md")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert re.search("the ledger is of .*'3.9'.* this is .*: run all pages, with make verified", done.stderr)
    assert store.load() == ours


def test_a_fact_that_changed_is_refused_until_it_is_written_anew(copied, ours):
    sentence = LEDGER["facts"]["zoo"]
    ledger = json.loads((copied / "docs/verified.json").read_text(encoding="utf-8"))
    ledger["facts"]["zoo"] = "They differ."
    store.save(ledger)
    test = copied / "test_fact.py"
    test.write_text(f"def test_fact(proven):\n    proven('zoo', {sentence!r})\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(command, cwd=copied, capture_output=True, text=True)
    assert done.returncode == 1
    assert "the ledger has 'They differ.': `make verified` renews it" in done.stdout
    assert write(copied, test).returncode == 0
    assert store.load()["facts"] == LEDGER["facts"]


# The site


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_equation_that_was_checked_has_a_mark(soup_of, path):
    soup = soup_of(address_of(path))
    marks = soup.select("article button.proof")
    wanted = 0
    for formula in FORMULAS[path]:
        same = [m for m in soup.select("article .math") if " ".join(m["data-tex"].split()) == formula["formula"]]
        display = any("display" in found["class"] for found in same)
        wanted += bool(same) and shown(formula, display)  # lines of shapes are no equations
    assert len(marks) == wanted
    displays = soup.select("article .math.display")
    assert all(math.parent.get("class") == ["proven"] for math in displays)
    notes = {note["id"]: note.get_text(" ") for note in soup.select(".proof-note[popover]")}
    assert [mark["popovertarget"] for mark in marks] == list(notes)
    assert all(re.search("Evaluated|Defined|Not evaluated", text) for text in notes.values())


def test_a_note_says_that_all_letters_are_numbers_where_they_are():
    made = {"kind": "evaluated", "tex": "1 = 1", "against": "random numbers", "error": 0.0}
    notes = [marks.note("a", [made], {"PyTorch": "2"}, "b", numbers) for numbers in (True, False)]
    assert ["<p>All letters are numbers.</p>" in note for note in notes] == [True, False]
    # What the tests find says where.
    page = {e["formula"]: e for e in store.entry(paths.DOCS / "lessons/layers.md")["equations"]}
    numbers = {formula for formula, e in page.items() if e.get("numbers")}
    assert "A_1 := Z_1" in page and "A_1 := Z_1" not in numbers
    assert numbers


def test_a_note_says_how_far_apart_the_sides_were_and_against_what(soup_of):
    soup = soup_of(address_of(paths.DOCS / "lessons/network.md"))
    note = soup.select_one(".proof-note").get_text(" ")
    assert re.search(r"Worst relative error \d·10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+\.", note)
    assert f"central differences and by PyTorch {LEDGER['versions']['PyTorch']}" in note


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_the_foot_of_a_page_says_what_was_verified(soup_of, path):
    (foot,) = soup_of(address_of(path)).select("article aside.verified")
    assert "stale" not in foot["class"]
    text, found = foot.get_text(), LEDGER["pages"][name(path)]
    for count, noun in [(found["blocks"], "block"), (found["outputs"], "output")]:
        assert not count or re.search(rf"\b{count} {noun}s? ", text, re.IGNORECASE)
    assert all(f"{tool} {version}" in text for tool, version in LEDGER["versions"].items())
    assert "verified/" in foot.a["href"]


def test_the_date_is_that_of_the_commit(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert show.date_of_commit() == datetime.date(1970, 1, 1)
    assert show.setting({}, "1 January 1970").endswith("commit of 1 January 1970.")
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert show.date_of_commit() is None and "commit" not in show.setting({}, "")


@pytest.mark.parametrize("number, words", [(3e-10, "3·10⁻¹⁰"), (1e-16, "1·10⁻¹⁶"), (0.02, "2·10⁻²")])
def test_a_small_number_is_written_as_in_print(number, words):
    assert show.scientific(number) == words


@pytest.mark.parametrize("width, scheme, scripts", [(360, "dark", True), (1280, "light", False)])
def test_a_mark_opens_its_note_by_mouse_and_keyboard(browser, address, width, scheme, scripts):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(address + "lessons/descent/")
    if scripts:
        unfold(page)
    for mark in (page.locator("button.proof:visible").nth(index) for index in (0, 5, -1)):
        note = page.locator(f"#{mark.get_attribute('popovertarget')}")
        mark.scroll_into_view_if_needed()
        expect(note).to_be_hidden()
        mark.click()
        expect(note).to_be_visible()
        box = note.bounding_box()
        assert 0 <= box["x"] and box["x"] + box["width"] <= width
        assert 0 <= box["y"] and box["y"] + box["height"] <= 800
        page.keyboard.press("Escape")
        expect(note).to_be_hidden()
        mark.focus()
        page.keyboard.press("Enter")
        expect(note).to_be_visible()
        page.mouse.click(3, 400)
        expect(note).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("button.proof").first).to_be_hidden()
    expect(page.locator("aside.verified")).to_be_visible()
    context.close()


def test_marks_are_copied_with_no_text(browser, address):
    page = browser.new_page()
    page.goto(address + "lessons/descent/")
    text = page.locator("article").evaluate(
        "article => { getSelection().selectAllChildren(article); return getSelection().toString() }"
    )
    assert "✓" not in text and "Evaluated" not in text
    page.close()


def test_notes_are_not_found_by_search(site):
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    found = [d["location"] for d in index["docs"] if "Worst relative error" in d["text"]]
    assert found and all(location.startswith("verified/") for location in found)


def test_steps_with_a_state_are_told_in_words_beside_other_ways():
    words = show.how(f"random numbers, {optimisers.STEPS} steps of torch.optim.AdamW")
    assert words == (
        "both sides were computed on random arrays; three steps were compared with those of PyTorch's torch.optim.AdamW"
    )
