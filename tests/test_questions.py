"""Predictions stay predictions, and the options of a question can be chosen by everybody."""

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from docs.plugins import course, lint, predict, quiz, render
from site_pages import watch

TOP = "---\ndescription: A page.\n---\n\n# Look\n\n"
PREDICT = '??? question "Predict: what?"\n    One.\n\n'
OUTPUT = "```python\nprint(1)\n```\n\n```output\n1\n```\n\n"
FIGURE = "![What to see.](../figures/loss.svg)\n\n"
ASK = '??? question "1. How many?"\n'
ONE, TWO = "    - [ ] one\n      It is not.\n", "    - [x] two\n      It is.\n"


def made(markdown):
    """Return the parts of a page with its questions, as the build makes them of Markdown."""
    soup = BeautifulSoup(render.to_html(markdown), "html.parser")
    predict.add(soup)
    quiz.add(soup)
    return soup


def folded(markdown):
    """Return the words that are folded, in their order."""
    folds = made(markdown).select(".fold")
    return [" ".join(part.get_text().split()) for fold in folds for part in fold.find_all(recursive=False)[1:]]


@pytest.mark.parametrize(
    "markdown, words",
    [
        (PREDICT + OUTPUT + "After.\n\n## Next\n\nSeen.", ["1", "After."]),
        (PREDICT + "Before.\n\n" + FIGURE + "After.", ["", "After."]),
        (PREDICT + "Seen.\n\n## Next\n\n" + OUTPUT, []),
        (PREDICT + "---\n\nBefore.\n\n" + OUTPUT, ["Before.", "print(1)", "1"]),
        (PREDICT + OUTPUT + "In.\n\n---\n\nOut.", ["1", "In."]),
        (PREDICT + "---\n\nIn.\n\n---\n\nOut.\n\n" + OUTPUT, ["In."]),
        (PREDICT + OUTPUT + PREDICT + "Seen.\n\n" + OUTPUT, ["1", "1"]),
        (PREDICT + '=== "A"\n\n' + "".join(f"    {line}\n" for line in OUTPUT.split("\n")) + "\nAfter.", ["1", "After."]),
        (OUTPUT + "Nobody asked.", []),
    ],
)
def test_what_answers_a_prediction_is_folded_and_nothing_else(markdown, words):
    assert folded(markdown) == words


def test_no_mark_of_the_author_is_left_over():
    assert not made(PREDICT + "---\n\nIn.\n\n---\n\nOut.").select("hr")


@pytest.mark.parametrize(
    "markdown, line, what",
    [
        (ASK + ONE, 7, "one option is no choice"),
        (ASK + ONE + ONE.replace("one", "two"), 7, "0 options are right"),
        (ASK + TWO + TWO.replace("two", "one"), 10, "2 options are right"),
        (ASK + "    - [X] one\n      It is.\n" + TWO, 8, "no option"),
        (ASK + ONE + "    - [x] two\n", 10, "nothing says why"),
        (ASK + ONE + TWO + ONE, 12, "the option of line 8 once more"),
        (ASK + ONE + TWO + "\n    And more.\n", 13, "belongs to no option"),
        (ASK + "    Think.\n\n" + ONE + TWO, 8, "belongs to no option"),
        ('??? question "1. (a) one (b) two"\n    **b.**\n', 7, "options stand on lines of their own"),
        ("- [ ] one\n", 7, "an option stands in its question"),
        ("## Check yourself\n\n" + ASK + "    Two.\n", 9, "under Check yourself has options"),
        (PREDICT.replace("???", "!!!"), 7, "an answer in sight is no prediction"),
        (PREDICT.replace("???", "???+"), 7, "an answer in sight is no prediction"),
        (PREDICT.replace("Predict:", "Prediction:"), 7, "no prediction: write"),
        ("Words.\n\n---\n\nWords.\n", 9, "a line --- folds what answers"),
        (PREDICT + "---\n\n## Next\n", 10, "nothing is beneath this line"),
        (PREDICT + "---\n\nA.\n\n---\n\nB.\n\n---\n\nC.\n", 18, "a third line ---"),
    ],
)
def test_a_question_that_is_wrong_is_refused_with_its_line(tmp_path, markdown, line, what):
    found = lint.of_source(TOP + markdown, tmp_path / "page.md", in_nav=True)
    assert [(at, said[: len(what)] if said.startswith(what) else said) for at, said in found if what in said]
    assert {at for at, said in found if what in said} == {line}, found


def test_questions_that_are_right_are_not_refused(tmp_path):
    right = TOP + PREDICT + OUTPUT + "In.\n\n---\n\nOut.\n\n## Check yourself\n\n" + ASK + ONE + TWO
    assert lint.of_source(right, tmp_path / "page.md", in_nav=True) == []


# On the pages


@pytest.fixture
def page(browser, address):
    page = watch(browser.new_page())
    page.goto(address + "lessons/perceptron/")
    yield page
    page.close()
    assert page.complaints == []


SEEN = """() => [...document.querySelectorAll("[data-of]:not(.fold)")].flatMap((asked) => {
  const found = []
  // What an author leaves beyond the fold is seen.
  for (let at = asked.nextElementSibling; at && !at.matches("h2, h3, [data-of]"); at = at.nextElementSibling)
    found.push(...[at, ...at.querySelectorAll("*")].filter((part) => part.matches("pre.output, figure") && part.checkVisibility()))
  return found.map((part) => part.textContent.slice(0, 80))
})"""


@pytest.mark.parametrize("slug", course.order())
def test_no_output_and_no_figure_answers_a_prediction_in_sight(page, address, slug):
    page.goto(f"{address}lessons/{slug}/")
    assert page.locator("[data-of]:not(.fold)").count() > 0
    assert page.evaluate(SEEN) == []


def test_a_prediction_is_answered_when_its_question_opens_and_no_other_one(page):
    output = page.locator(".question[data-of='1'] ~ .fold").first.locator("pre.output").first
    assert not output.is_visible() and page.locator(".fold").count() == 2
    page.locator(".question[data-of='1'] > summary").click()
    expect(page.locator(".fold")).to_have_count(1)
    expect(page.locator(".highlight + pre.output").first).to_be_visible()


def test_show_me_shows_it_and_leads_the_keyboard_there(page):
    page.locator(".fold > summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("pre.output:focus")).to_be_visible()
    assert not page.locator(".question[data-of='1'][open]").count()


def test_what_a_reader_predicts_stays_beside_the_answer_and_is_kept_nowhere(page):
    box = page.get_by_label("Your prediction").first
    box.fill("only both")
    box.press("Enter")
    expect(page.locator(".question[data-of='1'] > p").first).to_be_visible()
    assert box.input_value() == "only both"
    assert "only both" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, location.href])")


def test_the_explanation_of_the_option_that_is_chosen_appears_in_a_live_region(page):
    first = page.locator(".quiz").first
    assert not first.locator("p").first.is_visible()
    first.get_by_label("three").check()
    says = first.locator("p:visible")
    expect(says).to_have_count(1)
    assert says.text_content().startswith("Not quite.")
    assert says.evaluate("e => e.parentNode.ariaLive") == "polite"
    first.get_by_label("one", exact=True).check()
    expect(says).to_have_count(1)
    assert says.text_content().startswith("Right.")


def test_who_passes_an_option_by_keyboard_has_not_chosen_it(page):
    options = page.locator(".quiz").first.locator("input")
    options.first.focus()
    page.keyboard.press("ArrowDown")
    assert options.nth(1).evaluate("e => e === document.activeElement")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert options.last.evaluate("e => e === document.activeElement")
    assert page.locator(".quiz :checked").count() == 0
    page.keyboard.press("Space")
    assert options.last.is_checked()


def test_a_link_to_the_state_of_a_figure_that_is_folded_shows_it(page, address):
    page.goto(address + "lessons/descent/#descent?lr=0.2&steps=3")
    figure = page.locator("[data-widget=descent]")
    figure.and_(page.locator(".widget-live")).wait_for()
    expect(figure).to_be_in_viewport()


@pytest.mark.parametrize("how", ["without scripts", "on paper"])
def test_all_can_be_read_without_scripts_and_on_paper(browser, address, how):
    context = browser.new_context(java_script_enabled=how != "without scripts")
    page = context.new_page()
    page.goto(address + "lessons/pytorch/")
    if how == "on paper":
        page.emulate_media(media="print")
        assert all(part.is_visible() for part in page.locator(".quiz p").all())
    heights = page.locator(".fold pre.output:not(.tabbed-block *)").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert len(heights) > 3 and min(heights) > 0
    assert not any(part.is_visible() for part in page.locator(".fold > summary, .guess").all())
    context.close()
