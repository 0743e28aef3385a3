"""Predictions stay predictions, and the options of a question can be chosen by everybody."""

import pytest
from playwright.sync_api import expect
from site_pages import watch

from docs.plugins.reading import course


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


APART = """() => [...document.querySelectorAll(".highlight + .fold > summary + pre.output")].map((output) => {
  const [code, said] = [output.parentNode.previousElementSibling, output].map((part) => part.getBoundingClientRect())
  return Math.max(Math.abs(said.top - code.bottom), Math.abs(said.left - code.left), Math.abs(said.right - code.right))
})"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("how", ["without scripts", "on paper"])
def test_an_output_is_joined_to_its_code_where_nothing_is_folded(browser, address, how, width):
    context = browser.new_context(
        java_script_enabled=how != "without scripts", viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    page.goto(address + "lessons/digits/")
    if how == "on paper":
        page.emulate_media(media="print")
    apart = page.evaluate(APART)
    assert len(apart) > 3 and max(apart) < 1
    context.close()
