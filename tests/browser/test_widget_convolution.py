"""The interactive figure of lesson convolution: its sums are np_nn's, and windows and pictures move."""

import re

import convolution
import numpy as np
import pytest
from figure_page import CLOSE, difference, pass_time, says

from np_nn import digits
from np_nn.network import Linear

IMAGES = digits.load()[0][:4].reshape(-1, 8, 8) / 16
KERNEL = np.random.default_rng(0).uniform(-1, 1, (3, 3))
KERNELS = {
    "random": KERNEL,
    "upright": np.array([[-1.0, 2, -1]] * 3),
    "level": np.array([[-1.0, 2, -1]] * 3).T,
}


def of_np_nn(picture, kernel):
    """Return the map of a kernel."""
    layer = convolution.Conv2d(1, 1, 3, np.random.default_rng(0))
    layer.weight[0, 0], layer.bias[0] = kernel, 0
    return layer.forward(picture[None, None])[0, 0]


def shift(picture, down, right):
    """Return a picture moved by some pixels, blank where nothing came from."""
    wide = np.pad(picture, 8)
    return wide[8 - down : 16 - down, 8 - right : 16 - right]


def sheet(element, name="picture"):
    return element.locator(f'[data-name="{name}"]')


def dark(element, name):
    """Return how dark the cells of a sheet are, as rows."""
    opacities = (
        sheet(element, name)
        .locator("rect[fill-opacity]")
        .evaluate_all("all => all.map(one => Number(one.getAttribute('fill-opacity')))")
    )
    return np.reshape(opacities, (round(len(opacities) ** 0.5), -1))


def window(element, name="picture"):
    """Return the place of a frame, counted from 1."""
    frame = sheet(element, name).locator(".widget-convolution-frame")
    return [round(float(frame.get_attribute(key)) / 20) + 1 for key in ("y", "x")]


@pytest.mark.parametrize("number", range(4))
def test_its_pictures_are_the_first_of_the_file(modules, number):
    got = modules("convolution", "(m, number) => m.PICTURES[number]", number)
    assert got == IMAGES[number].ravel().tolist()


@pytest.mark.parametrize("name", KERNELS)
def test_its_map_is_np_nns(modules, name):
    got = modules("convolution", "(m, name) => m.convolve(m.PICTURES[2], m.KERNELS[name])", name)
    assert difference(got, of_np_nn(IMAGES[2], KERNELS[name]).ravel()) < CLOSE


def test_its_dense_layer_is_np_nns(modules):
    layer = Linear(64, 36, np.random.default_rng(0))
    got = modules("convolution", "m => m.dense(m.PICTURES[1])")
    assert difference(got, layer.forward(IMAGES[1].reshape(1, 64))[0]) < CLOSE


@pytest.mark.parametrize("down, right", [(0, 1), (-2, 3), (3, -3), (1, 0)])
def test_a_moved_picture_is_blank_where_nothing_came_from(modules, down, right):
    got = modules("convolution", "(m, [down, right]) => m.moved(m.PICTURES[0], down, right)", [down, right])
    assert got == shift(IMAGES[0], down, right).ravel().tolist()


@pytest.mark.parametrize("down, right", [(0, 1), (-2, 3), (3, -3)])
def test_the_map_moves_along_exactly_and_the_dense_layer_does_not(modules, down, right):
    code = """(m, [down, right]) => [(picture) => m.convolve(picture, m.KERNELS.random), m.dense].map((layer) =>
        m.follows(layer(m.PICTURES[0]), layer(m.moved(m.PICTURES[0], down, right)), down, right))"""
    (same, of), (alike, places) = modules("convolution", code, [down, right])
    assert same == of == places == (6 - abs(down)) * (6 - abs(right)) and alike == 0


@pytest.mark.parametrize(
    "down, right, words",
    [(0, 1, "1 pixel to the right"), (-2, 0, "2 pixels up"), (1, -3, "1 pixel down and 3 to the left")],
)
def test_it_says_how_far_the_picture_moved(modules, down, right, words):
    assert modules("convolution", "(m, [down, right]) => m.told(down, right)", [down, right]) == words


def test_it_opens_as_the_still_figure(live):
    element = live("convolution")
    assert window(element) == [2, 5] and window(element, "map") == [2, 5]
    found = of_np_nn(IMAGES[0], KERNEL)
    assert f"Row 2, column 5 of the map is {found[1, 4]:.2f}." in says(element)
    np.testing.assert_allclose(dark(element, "picture"), IMAGES[0], atol=1e-6)
    np.testing.assert_allclose(dark(element, "map"), np.abs(found) / np.abs(found).max(), atol=1e-6)
    shown = sheet(element, "kernel").locator("text").all_text_contents()
    assert [float(text.replace("−", "-")) for text in shown] == pytest.approx(KERNEL.ravel(), abs=0.0051)


def test_the_row_of_the_matrix_that_is_lit_has_the_nine_pixels_of_the_window(live):
    element = live("convolution", "row=3&column=4")
    path = sheet(element, "matrix").locator(".widget-convolution-lit").get_attribute("d")
    corners = [(float(x) / 6, float(y) / 3) for x, y in re.findall(r"M([\d.]+) ([\d.]+)", path)]
    unit = 6 * 2 + 3
    wanted = {(8 * (2 + f) + 3 + q, unit) for f in range(3) for q in range(3)}
    assert set(corners) == wanted and len(corners) == 9


def test_arrows_move_the_window_and_stop_at_the_edge(live, bare_page):
    element = live("convolution", "row=1&column=5")
    for key in ["ArrowUp", "ArrowRight", "ArrowRight", "ArrowDown"]:
        sheet(element).press(key)
    pass_time(bare_page)
    assert window(element) == [2, 6]
    assert "at row 2, column 6" in sheet(element).get_attribute("aria-label")


def test_shift_and_arrows_move_the_picture_and_back_brings_it_home(live, bare_page):
    element = live("convolution", "kernel=upright")
    for key in ["Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown"]:
        sheet(element).press(key)
    pass_time(bare_page)
    np.testing.assert_allclose(dark(element, "picture"), shift(IMAGES[0], 2, 1), atol=1e-6)
    assert says(element).startswith("The picture has moved 2 pixels down and 1 to the right. 20 of 20 sums")
    assert "0 of 20 have" in says(element)
    element.get_by_role("button", name="Back").click()
    pass_time(bare_page)
    np.testing.assert_allclose(dark(element, "picture"), IMAGES[0], atol=1e-6)


def test_buttons_move_the_picture_for_whoever_has_no_keys_and_stop(live, bare_page):
    element = live("convolution")
    for _ in range(5):
        element.get_by_role("button", name="Move the picture to the left").click()
    pass_time(bare_page)
    np.testing.assert_allclose(dark(element, "picture"), shift(IMAGES[0], 0, -3), atol=1e-6)


def test_a_pointer_drags_the_window(live, bare_page):
    element = live("convolution")
    box = sheet(element).bounding_box()
    side = box["width"] / 8.2
    bare_page.mouse.move(box["x"] + side * 1.6, box["y"] + side * 1.6)
    bare_page.mouse.down()
    bare_page.mouse.move(box["x"] + side * 3.6, box["y"] + side * 5.6)
    bare_page.mouse.up()
    pass_time(bare_page)
    assert window(element) == [5, 3]


def test_the_next_picture_comes_and_after_the_last_the_first(live, bare_page):
    element = live("convolution", "picture=3")
    np.testing.assert_allclose(dark(element, "picture"), IMAGES[3], atol=1e-6)
    element.get_by_text("Next picture").click()
    pass_time(bare_page)
    np.testing.assert_allclose(dark(element, "picture"), IMAGES[0], atol=1e-6)


def test_another_kernel_makes_another_map(live, bare_page):
    element = live("convolution")
    element.get_by_text("level strokes").click()
    pass_time(bare_page)
    found = of_np_nn(IMAGES[0], KERNELS["level"])
    np.testing.assert_allclose(dark(element, "map"), np.abs(found) / np.abs(found).max(), atol=1e-6)
