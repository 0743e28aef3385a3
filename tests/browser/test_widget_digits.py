"""The interactive figure of lesson digits: it says what np_nn says, and takes what is drawn."""

import numpy as np
import pytest
from figure_page import CLOSE, difference, pass_time, says, value

from docs.plugins.paths import DOCS
from figures.numbers import read
from np_nn import digits
from np_nn.network import Linear, Network, ReLU

NUMBERS = read(DOCS / "widgets/digits_numbers.mjs")
IMAGES, LABELS, FORMS = digits.load()
BLANK = [0] * 64


def of_np_nn(pixels):
    """Return the ten sums, powers and probabilities of a picture."""
    rng = np.random.default_rng(0)
    layers = [Linear(64, 32, rng), ReLU(), Linear(32, 10, rng)]
    for layer, (weight, bias) in zip(layers[::2], NUMBERS["layers"], strict=True):
        layer.weight[:], layer.bias[:] = weight, bias
    inputs = (np.array([pixels], dtype=float) - NUMBERS["mean"]) / 16
    sums = Network(layers).forward(inputs)[0]
    powers = np.exp(sums - sums.max())
    return {"sums": sums, "powers": powers, "probabilities": powers / powers.sum()}


def sheet(element):
    return element.locator('[data-name="sheet"]')


def ink(element):
    """Return the ink of the 64 pixels as they are drawn, from 0 to 16."""
    opacities = element.locator(".widget-digits-ink").evaluate_all(
        "all => all.map(one => Number(one.getAttribute('fill-opacity')))"
    )
    return [round(16 * opacity) for opacity in opacities]


def shown(element):
    return [value(element, f"digit-{digit}") for digit in range(10)]


@pytest.mark.parametrize("pixels", [BLANK, [16] * 64, *IMAGES[[0, 700, 1288]].tolist()])
def test_it_computes_what_np_nn_computes(modules, pixels):
    got, wanted = modules("digits", "(m, pixels) => m.read(pixels)", pixels), of_np_nn(pixels)
    assert got.keys() == wanted.keys()
    for name, numbers_ in wanted.items():
        assert difference(got[name], numbers_) < CLOSE


def test_every_mistake_of_it_is_one_and_stands_where_it_says(modules):
    read = "(m, pictures) => pictures.map(({pixels}) => m.answer(m.read(pixels).probabilities))"
    answers = modules("digits", read, NUMBERS["pictures"])
    right = [answer == picture["label"] for answer, picture in zip(answers, NUMBERS["pictures"])]
    assert right == [True, *[False] * (len(right) - 1)] and len(right) > 10


def test_an_address_keeps_a_drawing(modules):
    code = "(m, pixels) => [m.unwritten(m.written(pixels)), m.unwritten('ff'), m.unwritten(undefined)]"
    assert modules("digits", code, IMAGES[5].tolist()) == [IMAGES[5].tolist(), None, None]


@pytest.mark.parametrize("kind", ["sums", "powers", "probabilities"])
def test_the_bars_show_what_is_chosen(live, kind):
    element = live("digits", f"picture=3&show={kind}")
    picture = NUMBERS["pictures"][3]
    assert ink(element) == picture["pixels"]
    wanted = of_np_nn(picture["pixels"])[kind]
    assert shown(element) == pytest.approx(wanted, abs=0.0051 if kind == "sums" else 0.00051)
    lengths = element.locator(".widget-digits-bar").evaluate_all(
        "all => all.map(one => Number(one.getAttribute('width')))"
    )
    assert np.corrcoef(lengths, np.abs(wanted))[0, 1] > 0.999


def test_a_bar_of_a_negative_sum_ends_at_zero(modules):
    (left, length), (right, other) = modules("digits", "m => [m.bar('sums', -1, [-1, 3]), m.bar('sums', 3, [-1, 3])]")
    assert (left, length, right, other) == pytest.approx((0, 50, 50, 150))


def test_the_button_and_the_key_bring_the_next_mistake(live, bare_page):
    element = live("digits")
    assert "correctly" in says(element)
    element.get_by_text("Next mistake").click()
    pass_time(bare_page)
    first = NUMBERS["pictures"][1]
    assert ink(element) == first["pixels"] and f"it is a {first['label']}" in says(element)
    sheet(element).press("n")
    pass_time(bare_page)
    assert ink(element) == NUMBERS["pictures"][2]["pixels"]
    assert f"form {NUMBERS['pictures'][2]['form']}" in says(element)


def test_after_the_last_mistake_comes_the_first(live, bare_page):
    last = len(NUMBERS["pictures"]) - 1
    element = live("digits", f"picture={last}")
    assert f"mistake {last} of {last} in 258 pictures" in says(element)
    sheet(element).press("n")
    pass_time(bare_page)
    assert ink(element) == NUMBERS["pictures"][1]["pixels"]


def test_keys_move_darken_and_wipe(live, bare_page):
    element = live("digits", "ink=" + "0" * 64)
    for key in ["ArrowUp", "ArrowRight", "Space", "Space"]:
        sheet(element).press(key)
    pass_time(bare_page)
    wanted = BLANK.copy()
    wanted[8 * 2 + 4] = 8
    assert ink(element) == wanted
    assert "Row 3, column 5: ink 8 of 16" in sheet(element).get_attribute("aria-label")
    assert shown(element) == pytest.approx(of_np_nn(wanted)["probabilities"], abs=0.00051)
    sheet(element).press("Delete")
    pass_time(bare_page)
    assert ink(element) == BLANK


def test_a_pointer_draws_and_wipes(live, bare_page):
    element = live("digits", "ink=" + "0" * 64)
    box = sheet(element).bounding_box()
    side = box["width"] / 8

    def drag(*places):
        points = [(box["x"] + side * (x + 0.5), box["y"] + side * (y + 0.5)) for x, y in places]
        bare_page.mouse.move(*points[0])
        bare_page.mouse.down()
        for point in points[1:]:
            bare_page.mouse.move(*point)
        bare_page.mouse.up()
        pass_time(bare_page)

    drag((3, 1), (3, 2), (3, 3))
    assert [place for place, dark in enumerate(ink(element)) if dark] == [11, 19, 27]
    drag((3, 1), (3, 2))
    assert [place for place, dark in enumerate(ink(element)) if dark] == [27]


def test_nothing_on_the_sheet_still_gets_an_answer_and_it_is_told(live, bare_page):
    element = live("digits", "picture=2")
    element.get_by_text("Clear").click()
    pass_time(bare_page)
    assert ink(element) == BLANK
    assert sum(shown(element)) == pytest.approx(1, abs=0.006)
    assert "there is no answer" in says(element)
