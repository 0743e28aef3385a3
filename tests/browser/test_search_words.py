"""The search finds what readers type: maths is no command, and a word may be spelled otherwise."""

import pytest

from docs.plugins.finishing import search

# What is typed, and a page that must be among those found.
TYPED = {
    "W^T": "notation/", r"W^\top": "notation/", "W^{T}": "notation/", "W^⊤": "notation/",
    "e^x": "lessons/layers/", "a^l": "lessons/chain-rule/", "x^2": "lessons/perceptron-rule/",
    "x~y": "lessons/xor/", "~0.5": "lessons/layers/", "-0.5": "lessons/layers/", "a:b": "lessons/chain-rule/",
    r"$\sigma$": "notation/", r"\sigma(z)": "notation/", r"\hat{y}": "lessons/perceptron-rule/",
    "W_{1}": "lessons/backprop/", r"\boldsymbol{b}_1": "lessons/", "sigma^": "notation/", '"W^T': "notation/",
    "title:xor": "lessons/xor/", "xor +": "lessons/xor/",
    "backpropagation": "lessons/backprop/", "back propagation": "lessons/backprop/",
    "back-propagation": "lessons/backprop/", "Backpropagation": "lessons/backprop/",
    "backprop": "lessons/backprop/", "backpropag": "lessons/backprop/",
    "crossentropy": "lessons/loss/", "optimizer": "lessons/pytorch/",
}  # fmt: skip
NOTHING = ["^", "~", "$$", "\\", "+", "*", "constructor", "__proto__"]


@pytest.fixture(scope="module")
def page(browser, address):
    """A page whose search was asked for, with a list of what went wrong on it."""
    page = browser.new_page()
    page.wrong = []
    page.on("console", lambda message: page.wrong.append(message.text))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.goto(address + "lessons/xor/")
    page.locator(".md-search__input").click()
    yield page
    page.close()


@pytest.fixture(scope="module")
def ask(page):
    """A function of what is typed, which the theme's worker answers with addresses of sections."""
    page.evaluate(
        """async () => {
          const {base, search} = JSON.parse(document.getElementById("__config").textContent)
          const index = await (await fetch(new URL(base + "/search/search_index.json", location))).json()
          const worker = new Worker(search)
          const answer = (type, data) => new Promise(resolve => {
            worker.addEventListener("message", ({data}) => resolve(data), {once: true})
            worker.postMessage({type, data})
          })
          await answer(0, {config: index.config, docs: index.docs, options: {suggest: false}})
          window.ask = async typed => (await answer(2, typed)).data.items.flat().map(({location}) => location)
        }"""
    )
    return lambda typed: page.evaluate("typed => ask(typed)", typed)


@pytest.mark.parametrize("typed", TYPED)
def test_what_readers_type_is_found(page, ask, typed):
    found = ask(typed)
    assert [place for place in found if place.startswith(TYPED[typed])] != [], found
    assert page.wrong == []


@pytest.mark.parametrize("typed", NOTHING)
def test_what_means_nothing_finds_nothing_and_breaks_nothing(page, ask, typed):
    assert ask(typed) == [] and page.wrong == []


def test_a_compound_has_one_answer_however_it_is_written(ask):
    wanted = ask("back propagation")
    assert wanted and ask("backpropagation") == wanted


def test_the_field_of_the_page_asks_so_too(page):
    page.locator(".md-search__input").press_sequentially("W^T")
    page.locator('.md-search-result__link[href*="notation/"]').first.wait_for()
    assert page.wrong == []


def test_powers_are_names():
    tex = [r"W^\top x^{2} + a_n^{l} e^{-z} \sigma^3"]
    assert search.names_of(tex, "") == ["W\u02c4T", "a_n", "a\u02c4l", "sigma", "x\u02c42"]


def test_words_are_also_found_in_other_spellings():
    text = "Back-propagation optimises, initialisation; exercises, noise, the colour of x-y and zero_grad-a."
    assert search.spelled_otherwise(text) == [
        "backpropagation",
        "color",
        "initialization",
        "optimizes",
    ]


def test_a_compound_is_one_if_most_write_it_so():
    sections = [
        {"title": "Half-plane", "text": "A half-plane, the dataset. <code>a-b</code>"},
        {"title": "", "text": "<p>Datasets: a data-set, dataset, halfplane</p>"},
    ]
    assert search.compounds(sections) == {"halfplane": "half plane"}
