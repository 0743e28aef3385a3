"""The interactive figure of lesson autograd: its numbers are the engine's, its mistakes those of the zoo."""

import sys

import numpy as np
import pytest
from figure_page import pass_time, says

from docs.plugins.paths import ROOT
from np_nn.autograd import Tensor

sys.path.insert(0, str(ROOT / "tests/measure"))
import autograd_zoo

ANIMALS = {"equals": "= for +=", "hurry": "order of discovery"}
LAST = 12  # steps: four values, the 1 at the end, seven arrows


def engine(Tensor):
    """Return {name: [numbers]} of the gradients of x and b in the graph of the lesson."""
    x, b = Tensor([1.0, 2.0]), Tensor(1.0)
    h = x + b
    s = h * h
    (h + s).sum().backward()
    return {name: np.atleast_1d(tensor.grad).tolist() for name, tensor in (("x", x), ("b", b))}


def ends(modules, bugs):
    found = modules("autograd", "(m, bugs) => m.walk(m.graph(), bugs)", bugs)
    return {name: found[name] for name in "xb"}


def graph(element):
    return element.locator('[data-name="graph"]')


def numbers(element, kind, names="xbhstL"):
    """Return what stands in the boxes: the values, or the gradients."""
    return {name: element.locator(f'[data-name="{kind}-{name}"]').text_content() for name in names}


def marked(element):
    """Return the name of the box that is marked as wrong, or none."""
    boxes = element.locator(".widget-autograd-wrong .widget-autograd-name")
    return [text[0] for text in boxes.all_text_contents()]


def test_its_gradients_are_those_of_the_engine(modules):
    assert ends(modules, []) == engine(Tensor) == {"x": [5, 7], "b": [12]}


@pytest.mark.parametrize("bug", ANIMALS)
def test_with_a_mistake_its_gradients_are_those_of_the_animal(modules, bug):
    assert ends(modules, [bug]) == engine(autograd_zoo.engine(ANIMALS[bug])) != engine(Tensor)


def test_without_a_sum_the_bias_gets_a_number_for_each_row(modules):
    assert ends(modules, ["unsummed"]) == {"x": [5, 7], "b": [5, 7]}


def test_a_right_walk_has_no_wrong_number(modules):
    assert modules("autograd", "m => m.firstWrong(m.steps([]))") == -1


@pytest.mark.parametrize("bug, step, where", [("equals", 9, "h"), ("hurry", 9, "x"), ("unsummed", 12, "b")])
def test_the_first_wrong_number_is_marked_from_its_step_on(live, bare_page, bug, step, where):
    place = [*ANIMALS, "unsummed"].index(bug) + 1
    element = live("autograd", f"bugs={place}&step={step - 1}")
    assert marked(element) == []
    graph(element).press("ArrowRight")
    pass_time(bare_page)
    assert marked(element) == [where] and "The first wrong number!" in says(element)
    graph(element).press("End")
    pass_time(bare_page)
    assert marked(element) == [where]


def test_the_arrow_keys_step_through_the_whole_graph(live, bare_page):
    element = live("autograd")
    assert numbers(element, "value") == {"x": "1, 2", "b": "1", "h": "2, 3", "s": "·", "t": "·", "L": "·"}
    for _ in range(LAST + 3):
        graph(element).press("ArrowRight")
    pass_time(bare_page)
    assert numbers(element, "value") == {"x": "1, 2", "b": "1", "h": "2, 3", "s": "4, 9", "t": "6, 12", "L": "18"}
    gradients = {"x": "5, 7", "b": "12", "h": "5, 7", "s": "1, 1", "t": "1, 1", "L": "1"}
    assert numbers(element, "gradient") == gradients
    assert "The walk is over: x has 5, 7, b has 12." in says(element)
    graph(element).press("ArrowLeft")
    pass_time(bare_page)
    assert numbers(element, "gradient", "b") == {"b": "·"}
    graph(element).press("Home")
    pass_time(bare_page)
    assert set(numbers(element, "gradient").values()) == {"·"}


def test_the_keys_1_2_and_3_switch_a_mistake_on_and_off(live, bare_page):
    element = live("autograd", f"step={LAST}")
    for key, bias in [("1", "5"), ("1", "12"), ("2", "2"), ("2", "12"), ("3", "5, 7")]:
        graph(element).press(key)
        pass_time(bare_page)
        assert numbers(element, "gradient", "b") == {"b": bias}
    assert element.locator('[aria-pressed="true"]').all_text_contents() == ["3no sum over rows"]
    assert "It should have 12 by now." in says(element)


def test_buttons_and_slider_do_what_the_keys_do(live, bare_page):
    element = live("autograd")
    element.locator('[data-name="next"]').click()
    pass_time(bare_page)
    assert numbers(element, "value", "s") == {"s": "4, 9"}
    element.locator('[data-name="back"]').click()
    element.locator('[data-name="equals"]').click()
    element.locator('input[data-name="step"]').fill("10")
    pass_time(bare_page)
    assert numbers(element, "gradient", "h") == {"h": "2, 3"} and marked(element) == ["h"]


def test_every_step_says_something_else_and_is_told_to_those_who_do_not_see_it(live, bare_page):
    element, told = live("autograd"), []
    for _ in range(LAST):
        told.append(graph(element).get_attribute("aria-label"))
        assert says(element) in told[-1].replace("  ", " ")
        graph(element).press("ArrowRight")
        pass_time(bare_page)
    assert len(set(told)) == LAST


def test_the_still_has_the_numbers_of_the_end(live):
    svg = (ROOT / "docs/figures/autograd.svg").read_text(encoding="utf-8")
    element = live("autograd", f"step={LAST}")
    texts = [*numbers(element, "value").values(), *numbers(element, "gradient").values()]
    assert all(f">{text}<" in svg for text in texts)
