"""The start page opens with a network that learns XOR: np_nn's network, seen without scrolling."""

import numpy as np
import pytest
from figure_page import number, pass_time, says, until, value

from figures.compute import XOR_INPUTS, XOR_TARGETS, stack, train
from np_nn.network import BCEWithLogitsLoss, Network, Sigmoid, Tanh

PLACES = ["p00", "p01", "p10", "p11"]


def learn(seed, steps):
    """Return the probabilities and the loss of np_nn's network after so many steps."""
    model, criterion = Network(stack([2, 8, 1], Tanh, np.random.default_rng(seed))), BCEWithLogitsLoss()
    for _ in train(model, criterion, XOR_INPUTS, XOR_TARGETS, lr=0.5, steps=steps):
        pass
    outputs = model.forward(XOR_INPUTS)
    return Sigmoid().forward(outputs)[:, 0], criterion.forward(outputs, XOR_TARGETS)


def check(element, seed):
    """The numbers that it shows are np_nn's at the step that it shows; return that."""
    step = int(element.locator("output[data-name=step]").text_content().replace(",", ""))
    probabilities, loss = learn(seed, step)
    assert value(element, "loss") == pytest.approx(loss, abs=5.1e-5)
    shown = [number(element.locator(f"output[data-name={name}]").text_content()) for name in PLACES]
    assert shown == pytest.approx(list(probabilities), abs=5.1e-4)
    return step


def test_it_begins_with_what_the_static_figure_shows_and_learns_while_one_watches(live, bare_page):
    element = live("start", milliseconds=3000)
    assert check(element, 0) == 2000 and says(element).startswith("All four are right.")
    press = element.locator("[data-name=run]")
    press.click()
    pass_time(bare_page, 100)
    assert press.text_content() == "Pause"
    assert check(element, 0) < 40
    pass_time(bare_page, 1000)
    press.click()
    pass_time(bare_page)
    stopped = check(element, 0)
    assert 100 < stopped < 250 and press.text_content() == "Go on"
    pass_time(bare_page, 1000)
    assert check(element, 0) == stopped
    press.click()
    pass_time(bare_page, 20_000)
    assert check(element, 0) == 2000 and press.text_content() == "Watch it learn"


def test_another_start_is_another_seed_of_np_nn(live, bare_page):
    element = live("start")
    for seed in (1, 2):
        element.locator("[data-name=another]").click()
        pass_time(bare_page, 2000)
        assert 100 < check(element, seed) < 400


@pytest.mark.parametrize("width, height", [(1280, 720), (360, 640)])
def test_one_sees_it_learn_without_scrolling(browser, address, width, height):
    """The plane, what is pressed, and the loss."""
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(address)
    element = page.locator('[data-widget="start"].widget-live')
    element.wait_for()
    for selector in ["canvas", "[data-name=run]", "output[data-name=loss]"]:
        box = element.locator(selector).bounding_box()
        assert box["y"] > 0 and box["y"] + box["height"] <= height, selector
    element.locator("[data-name=run]").click()
    step = element.locator("output[data-name=step]")
    until(page, lambda: 0 < int(step.text_content().replace(",", "") or 0) < 2000)
    assert page.evaluate("scrollY") == 0
    page.close()
