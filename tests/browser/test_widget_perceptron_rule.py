"""The interactive figure of lesson perceptron-rule does what the lesson's Python does."""

import itertools
import re

import pytest
from figure_page import pass_time, says, value

POSITIONS = [(0, 0), (0, 1), (1, 0), (1, 1)]
AND, OR, XOR = (0, 0, 0, 1), (0, 1, 1, 1), (0, 1, 1, 0)
TABLES = list(itertools.product((0, 1), repeat=4))


def learn(targets, steps):
    """Return the parameters after each example, the start included, and the mistakes by epoch."""
    w1, w2, b = parameters = (0, 0, 0)
    seen, mistakes = [parameters], []
    for k in range(steps):
        (x1, x2), y = POSITIONS[k % 4], targets[k % 4]
        change = y - int(w1 * x1 + w2 * x2 + b > 0)
        w1, w2, b = parameters = (w1 + change * x1, w2 + change * x2, b + change)
        seen.append(parameters)
        if k % 4 == 0:
            mistakes.append(0)
        mistakes[-1] += abs(change)
    return seen, mistakes


def test_the_rule_and_its_mistakes_are_the_lessons_for_all_sixteen_tables(modules):
    code = """(m, tables) => tables.map((targets) => {
        const turns = m.learn(targets, 80);
        return {parameters: [turns[0].before, ...turns.map(({after}) => after)], counts: m.mistakes(turns, targets),
            learned: m.hasLearned(turns, targets), hopeless: m.isHopeless(targets), since: m.recurs(turns, targets)};
    })"""
    for targets, got in zip(TABLES, modules("perceptron_rule", code, TABLES), strict=True):
        parameters, mistakes = learn(targets, 80)
        assert [tuple(each) for each in got["parameters"]] == parameters
        assert got["counts"] == mistakes
        assert got["learned"] == (mistakes[-1] == 0) == (not got["hopeless"])
        assert (got["since"] is None) == got["learned"]
    assert learn(AND, 32)[1] == [1, 3, 3, 2, 1, 0, 0, 0]  # as the lesson prints
    assert learn(XOR, 12)[0][-1] == (-1, 0, 1)


def test_a_table_is_called_learned_only_when_nothing_changes_any_more(modules):
    code = """(m, tables) => tables.map((targets) => {
        for (let steps = 0; steps <= 400; steps++) if (m.hasLearned(m.learn(targets, steps), targets)) return steps;
        return null;
    })"""
    for targets, steps in zip(TABLES, modules("perceptron_rule", code, TABLES), strict=True):
        if steps is None:
            assert targets in [XOR, (1, 0, 0, 1)]
            continue
        parameters, _ = learn(targets, 400)
        assert parameters[steps - 4] == parameters[400]
        assert steps == 4 or parameters[steps - 5] != parameters[400]


@pytest.mark.parametrize("parameters", [(1, 1, -1.5), (2, 1, -2), (-1, 0, 1), (0, 0, 1), (0, 0, 0)])
def test_the_tinted_side_is_where_the_output_is_1(modules, parameters):
    got = modules("perceptron_rule", "(m, p) => m.halfPlane(p)", parameters)
    w1, w2, b = parameters
    assert all(abs(w1 * x + w2 * y + b) < 1e-12 for x, y in got["border"])
    assert all(w1 * x + w2 * y + b > -1e-12 for x, y in got["side"])
    assert len(got["border"]) == (2 if (w1, w2) != (0, 0) else 0)
    assert len(got["side"]) >= 3 or b <= 0


def parameters_of(element):
    return tuple(value(element, name) for name in ["w₁", "w₂", "b"])


def mistakes_of(element):
    found = element.locator('output[data-name="mistakes"]').all_text_contents()
    return [int(text) for text in found]


def check_table(element, targets, parameters):
    """The four rows say what each position asks for, its z, and whether it is fulfilled."""
    w1, w2, b = parameters
    for k, ((x1, x2), y) in enumerate(zip(POSITIONS, targets)):
        z = w1 * x1 + w2 * x2 + b
        assert value(element, f"z-{x1}{x2}") == z
        text = element.locator("tbody tr").nth(k).text_content()
        left = [name for name, x in [("w₁", x1), ("w₂", x2), ("b", 1)] if x]
        assert " + ".join(left) + (" > 0" if y else " ≤ 0") in text
        assert text.endswith("✓" if (z > 0) == y else "✗")
        point = element.locator(f'[data-name="point-{x1}{x2}"]')
        assert ("widget-rule-wrong" in point.get_attribute("class")) == ((z > 0) != y)
        assert point.get_attribute("aria-pressed") == ("true" if y else "false")


def test_and_by_mouse(live, bare_page):
    element = live("perceptron_rule")
    assert says(element).startswith("All parameters are 0. Predict")
    check_table(element, AND, (0, 0, 0))
    bare_page.get_by_role("button", name="One epoch").click()
    assert parameters_of(element) == (1, 1, 1) and mistakes_of(element) == [1]
    assert says(element).strip() == "At (1, 1) the output was 0 and should be 1: w₁, w₂ and b go up by 1."
    bare_page.get_by_role("button", name="One example").click()
    assert "At (0, 0) the output was 1 and should be 0: b goes down by 1." in says(element)
    assert "1 so far" in element.locator(".widget-rule-history").text_content()
    for _ in range(4):
        bare_page.get_by_role("button", name="One epoch").click()
    bare_page.get_by_role("button", name="One epoch").click()
    assert "It has learned AND, after 10 mistakes." in says(element)
    assert parameters_of(element) == (2, 1, -2) and mistakes_of(element) == [1, 3, 3, 2, 1, 0]
    check_table(element, AND, (2, 1, -2))
    bare_page.get_by_role("button", name="Back to the start").click()
    assert parameters_of(element) == (0, 0, 0) and mistakes_of(element) == []
    bare_page.get_by_text("OR", exact=True).click()
    bare_page.get_by_role("button", name="Run").click()
    pass_time(bare_page, 20_000)
    assert "It has learned OR, after 4 mistakes." in says(element)
    assert bare_page.get_by_role("button", name="Run").count() == 1  # it has stopped by itself
    assert parameters_of(element) == (1, 1, 0)
    assert re.search(r"#perceptron_rule\?targets=0111&steps=\d+$", bare_page.url)


def test_xor_goes_round_for_ever(live, bare_page):
    element = live("perceptron_rule", "targets=0110&steps=8")
    for k in range(9, 13):
        bare_page.get_by_role("button", name="One example").press("Enter")
        parameters = learn(XOR, k)[0][-1]
        assert parameters_of(element) == parameters
        check_table(element, XOR, parameters)
        sums = element.locator(".widget-rule-sums").text_content()
        w1, w2, b = parameters
        assert f"Now the sum is {w1 + w2 + 2 * b}.".replace("-", "−") in sums
        assert sums.count("✓") == sums.count("✗") == 1
        assert ("first + last: w₁ + w₂ + 2b ≤ 0 ✓" in sums) == (w1 + w2 + 2 * b <= 0)
    assert "where they were at the end of epoch 2: it goes round for ever" in says(element)
    assert mistakes_of(element) == [2, 3, 4]


def test_own_targets_by_mouse_and_by_keyboard(live, bare_page):
    element = live("perceptron_rule", "targets=0110&steps=8")
    element.locator('[data-name="point-00"]').click()
    bare_page.keyboard.press("Tab")
    for key in ["Tab", "Enter"]:  # from (0, 1) to (1, 0)
        bare_page.keyboard.press(key)
    assert bare_page.get_by_role("radio", name="your own").is_checked()
    check_table(element, (1, 1, 0, 0), (0, 0, 0))
    bare_page.get_by_role("button", name="Run").click()
    pass_time(bare_page, 20_000)
    assert "It has learned the table 1 1 0 0" in says(element)
    parameters, mistakes = learn((1, 1, 0, 0), 400)
    assert parameters_of(element) == parameters[-1]
    assert f"after {sum(mistakes)} mistakes" in says(element)
