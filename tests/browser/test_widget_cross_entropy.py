"""cross_entropy: both losses and their slopes are PyTorch's, and one can move p by mouse and keyboard."""

import re

import pytest
import torch
from figure_page import drag, field, number, pass_time, says, value
from torch.nn import functional

from docs.plugins import paths

PLACES = [0.0001, 0.001, 0.01, 0.1, 0.3, 0.5, 0.9, 0.99, 0.999, 0.9999]


def by_torch(p, y):
    """Return both losses and their slopes, in the order in which the figure shows them."""
    found = []
    for loss in (functional.binary_cross_entropy, functional.mse_loss):
        place = torch.tensor([p], dtype=torch.float64, requires_grad=True)
        result = loss(place, torch.tensor([float(y)], dtype=torch.float64))
        found += [result.item(), torch.autograd.grad(result, place)[0].item()]
    return found


@pytest.mark.parametrize("y", [0, 1])
def test_losses_and_slopes_are_those_of_pytorch(modules, y):
    code = "(m, [places, y]) => places.map((p) => m.compute(p, y))"
    for p, got in zip(PLACES, modules("cross_entropy", code, [PLACES, y]), strict=True):
        names = ["entropy", "entropySlope", "square", "squareSlope"]
        assert [got[name] for name in names] == pytest.approx(by_torch(p, y), rel=1e-9)


def test_the_figure_shows_what_the_lesson_prints(live):
    lesson = (paths.DOCS / "lessons" / "loss.md").read_text(encoding="utf-8")
    rows = re.findall(r"^p = (0\.\d+) +(\d\.\d{4}) +(\d\.\d{4})$", lesson, re.MULTILINE)
    assert len(rows) == 6
    for p, entropy, square in rows:
        element = live("cross_entropy", f"p={p}&y=1")
        shown = [element.locator(f"output[data-name={name}]").text_content() for name in ("entropy", "square")]
        assert shown == [entropy, square]
        label = element.locator("svg[role=img]").get_attribute("aria-label")
        assert f"At p = {p} " in label and entropy in label and square in label


@pytest.mark.parametrize(
    "query, words",
    [
        (
            "p=0.01&y=1",
            "It rains, and the probability given to that is 0.01. Sure and wrong: the cross-entropy is as steep as 100, and the squared error only 1.98",
        ),
        ("p=0.99&y=0", "It stays dry, and the probability given to that is 0.01. Sure and wrong"),
        ("p=0.3&y=1", "More wrong than right: the cross-entropy has a slope of size 3.333"),
        ("p=0.5&y=0", "the cross-entropy is ln 2, and the squared error a quarter"),
        ("p=0.9&y=1", "More right than wrong: both are low. The squared error flattens out, with a slope of size 0.2"),
    ],
)
def test_what_is_said_fits_the_numbers(live, query, words):
    assert words in says(live("cross_entropy", query))


def test_nothing_that_is_said_is_wrong_for_any_p(modules):
    """The squared error is never above 1 nor steeper than 2, the cross-entropy never flatter than 1."""
    code = """(m) => [0, 1].flatMap((y) => Array.from({length: 9999}, (_, k) => m.compute((k + 1) / 10000, y)))"""
    for found in modules("cross_entropy", code):
        assert found["square"] < 1 and abs(found["squareSlope"]) < 2 and abs(found["entropySlope"]) > 1


def test_by_keyboard_and_mouse(live, bare_page):
    element = live("cross_entropy", "p=0.01&y=1")
    bare_page.get_by_role("slider", name="p").focus()
    bare_page.keyboard.press("ArrowRight")
    assert number(field(element, "p").input_value()) == 0.011
    assert value(element, "entropy") == pytest.approx(by_torch(0.011, 1)[0], abs=5e-5)
    bare_page.keyboard.press("Home")
    assert (value(element, "entropySlope"), value(element, "squareSlope")) == (-1000, -1.998)
    bare_page.keyboard.press("End")
    assert value(element, "entropy") == 0.001
    bare_page.get_by_role("radio", name="It rains").focus()
    bare_page.keyboard.press("ArrowRight")
    assert (value(element, "entropy"), value(element, "entropySlope")) == (6.9078, 1000)
    assert "for the target 0" in element.locator("svg[role=img]").get_attribute("aria-label")
    drag(bare_page, element, (100, 100), (24 + 306 * 0.25, 120))
    assert value(element, "square") == 0.0625
    pass_time(bare_page, 400)
    assert bare_page.url.endswith("#cross_entropy?p=0.25&y=0")


def test_what_is_drawn_lies_on_both_curves(live):
    element = live("cross_entropy", "p=0.2&y=1")
    for kind, loss in zip(["entropy", "square"], by_torch(0.2, 1)[::2], strict=True):
        spot = element.locator(f"circle.widget-entropy-{kind}")
        assert float(spot.get_attribute("cx")) == pytest.approx(24 + 306 * 0.2)
        assert float(spot.get_attribute("cy")) == pytest.approx(26 + 190 * (1 - loss / 7))
    element = live("cross_entropy", "p=0.0001&y=1")
    assert "9.2103 lies above this picture" in element.locator("svg[role=img]").text_content()
    assert element.locator("circle.widget-entropy-entropy").get_attribute("visibility") == "hidden"
