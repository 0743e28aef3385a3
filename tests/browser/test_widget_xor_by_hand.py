"""The figure in which a hidden layer folds the plane: its numbers are np_nn's, its words are true."""

import itertools

import numpy as np
import pytest
from figure_page import field, number, pass_time, says

import figures
from np_nn.network import Linear, Network, ReLU

POINTS, TARGETS = figures.compute.XOR_INPUTS, figures.compute.XOR_TARGETS
KEYS = ["w11", "w12", "b1", "w21", "w22", "b2", "v1", "v2", "c"]
LESSON = dict(zip(KEYS, [1, 1, 0, 1, 1, -1, 1, -2, 0], strict=True))
FOLDED, STRAIGHT = {"move": 1, "bend1": 1, "bend2": 1}, {"move": 1, "bend1": 0, "bend2": 0}

COMPUTE = """(m, [weights, fold, points]) => {
    const network = m.makeNetwork(weights, fold);
    const places = network.place(points);
    return {places, answers: network.answer(places), pieces: m.pieces(network),
        says: m.verdict(weights, fold), separable: m.isSeparable(network.place(m.POINTS))};
}"""


def build(weights):
    """Return np_nn's hidden layer without its bend, and its output layer."""
    rng = np.random.default_rng(0)
    hidden, output = Linear(2, 2, rng), Linear(2, 1, rng)
    w = [weights[key] for key in KEYS]
    hidden.weight[:], hidden.bias[:] = [w[0:2], w[3:5]], [w[2], w[5]]
    output.weight[:], output.bias[:] = [w[6:8]], w[8]
    return hidden, output


def random_weights(seed):
    rng = np.random.default_rng(seed)
    return dict(zip(KEYS, rng.uniform(-2, 2, 9).round(2).tolist(), strict=True))


@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_places_and_answers_are_np_nns(modules, seed):
    weights = LESSON if seed is None else random_weights(seed)
    points = np.random.default_rng(5).uniform(-0.5, 1.5, (50, 2))
    hidden, output = build(weights)
    for fold, layers in [(FOLDED, [hidden, ReLU()]), (STRAIGHT, [hidden])]:
        got = modules("xor_by_hand", COMPUTE, [weights, fold, points.tolist()])
        places = Network(layers).forward(points)
        np.testing.assert_allclose(got["places"], places, rtol=1e-14, atol=1e-14)
        np.testing.assert_allclose(got["answers"], output.forward(places)[:, 0], rtol=1e-13, atol=1e-13)


def test_the_way_from_the_plane_to_the_fold_is_even(modules):
    """Half way between the inputs and the weighted sums, and half way between those and ReLU."""
    weights, points = random_weights(3), [[0.3, 1.2], [-0.4, 0.9], [1, 1]]
    hidden, _ = build(weights)
    sums = hidden.forward(np.array(points))
    fold = {"move": 0.25, "bend1": 0, "bend2": 0}
    got = modules("xor_by_hand", COMPUTE, [weights, fold, points])["places"]
    np.testing.assert_allclose(got, 0.75 * np.array(points) + 0.25 * sums, atol=1e-14)
    fold = {"move": 1, "bend1": 0.5, "bend2": 1}
    got = modules("xor_by_hand", COMPUTE, [weights, fold, points])["places"]
    wanted = np.where(sums > 0, sums, [0.5, 0] * sums)
    np.testing.assert_allclose(got, wanted, atol=1e-14)


def can_be_parted(places):
    """Try many lines, and judge the two lit places against the two dark ones by a margin."""
    angles = np.linspace(0, np.pi, 3601)
    along = np.array(places) @ np.array([np.cos(angles), np.sin(angles)])
    lit, dark = along[1:3], along[[0, 3]]
    gaps = np.maximum(lit.min(axis=0) - dark.max(axis=0), dark.min(axis=0) - lit.max(axis=0))
    return gaps.max()


def test_what_it_says_about_the_line_is_true(modules):
    """Places of a coarse grid, so that they also meet, and lie on one line."""
    rng, seen = np.random.default_rng(1), set()
    every = rng.integers(0, 3, (300, 4, 2)).tolist()
    got = modules("xor_by_hand", "(m, every) => every.map(m.isSeparable)", every)
    for places, said in zip(every, got, strict=True):
        gap = can_be_parted(places)
        assert said == (gap > 1e-6), places
        seen.add(said)
    assert seen == {True, False}
    # Without a bend nothing helps, whatever the weights are.
    for seed in range(20):
        got = modules("xor_by_hand", COMPUTE, [random_weights(seed), STRAIGHT, [[0, 0]]])
        assert not got["separable"] and "No line can" in got["says"][1]


def test_the_pieces_fill_the_plane(modules):
    """Between the lines on which a unit bends, nothing is lost, and each piece is straight."""
    for seed in range(6):
        weights = random_weights(seed)
        pieces = modules("xor_by_hand", COMPUTE, [weights, FOLDED, [[0, 0]]])["pieces"]
        hidden, _ = build(weights)
        area = 0
        for corners in map(np.array, pieces):
            x, y = corners.T
            area += abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
            signs = hidden.forward(corners)
            assert all((z > -1e-9).all() or (z < 1e-9).all() for z in signs.T)
        assert area == pytest.approx(4)


@pytest.mark.parametrize(
    "change, fold, words",
    [
        ({}, FOLDED, "All four are right: this is XOR."),
        ({}, STRAIGHT, "3 of 4 right; wrong: (0, 0)."),
        ({}, STRAIGHT, "without a bend, the middle"),
        ({"v1": -1, "v2": 2, "c": 1}, FOLDED, "this is XNOR"),
        ({"v2": 0}, FOLDED, "3 of 4 right; wrong: (1, 1). But now a line can"),
        ({"b2": -3}, FOLDED, "the stretch between the two lit meets"),
        ({}, {"move": 1, "bend1": 1, "bend2": 0.5}, "The fold is not finished"),
    ],
)
def test_what_the_fold_says(modules, change, fold, words):
    got = modules("xor_by_hand", COMPUTE, [LESSON | change, fold, [[0, 0]]])
    assert words in " ".join(got["says"][:2])


def table(element):
    rows = [element.locator(f'output[data-name$="-{p}"]').all_text_contents() for p in ["00", "01", "10", "11"]]
    return [[number(text) for text in row[:3]] + [row[3]] for row in rows]


def check(element, weights):
    """The table is that of np_nn, wholly folded."""
    hidden, output = build(weights)
    places = Network([hidden, ReLU()]).forward(POINTS)
    answers = output.forward(places)[:, 0]
    for row, place, answer, target in zip(table(element), places, answers, TARGETS[:, 0], strict=True):
        assert row[:3] == pytest.approx([*place, answer], abs=5.1e-3)
        lamp = "on" if answer > 0.5 else "off"
        assert row[3] == f"{lamp} {'✓' if (answer > 0.5) == target else '✗'}"


def test_the_presets_are_xor(live, bare_page):
    element = live("xor_by_hand")
    check(element, LESSON)
    assert "All four are right" in says(element)
    element.get_by_text("Another fold", exact=True).click()
    weights = dict(
        zip(
            KEYS,
            [number(each.input_value()) for each in element.locator(".widget-fold-formulas input").all()],
            strict=True,
        )
    )
    assert weights != LESSON
    check(element, weights)
    assert says(element).startswith("All four are right")


def test_fold_by_mouse(live, bare_page):
    page, element = bare_page, live("xor_by_hand")
    page.get_by_role("button", name="Unfold").click()
    assert [row[:2] for row in table(element)] == POINTS.tolist()
    assert "No line can" in says(element)
    page.get_by_role("button", name="Fold it").click()  # less motion is asked for: at once
    check(element, LESSON)
    page.emulate_media(reduced_motion="no-preference")
    page.get_by_role("button", name="Fold it").click()
    pass_time(page, 3000)
    assert "Unit 2 switches on" in says(element)
    pass_time(page, 1000)
    assert "All four are right" in says(element)
    check(element, LESSON)
    # A place of the left plane is followed to the right.
    box = element.locator(".widget-fold-inputs").bounding_box()
    side = box["width"] - 26
    page.mouse.move(box["x"] + 20 + 0.5 * side, box["y"] + 6 + 0.25 * side)
    told = element.locator("[data-name=probe]")
    assert told.text_content() == "(0.5, 1) goes to (1.5, 0.5); answer 0.50."


def test_fold_by_keyboard_and_bad_input(live, bare_page):
    page, element = bare_page, live("xor_by_hand", "v1=-1&v2=2&c=1")
    assert "XNOR" in says(element)
    field(element, "c").focus()
    page.keyboard.press("ArrowUp")
    check(element, LESSON | {"v1": -1, "v2": 2, "c": 1.1})
    for name, words in [("weights", "weights"), ("ReLU 1", "ReLU 1"), ("ReLU 2", "ReLU 2")]:
        page.get_by_role("slider", name=words).focus()
        page.keyboard.press("ArrowLeft")
        assert number(field(element, name).input_value()) == 0.95
    assert "not finished" in says(element)
    element.locator(".widget-fold-inputs").focus()
    page.keyboard.press("ArrowUp")
    assert element.locator("[data-name=probe]").text_content().startswith("(0.5, 0.55) goes to")
    for name in ["w₁₁", "w₁₂", "w₂₁", "w₂₂"]:
        field(element, name).fill("0")
    assert "No line can" in says(element)


def test_any_weights_are_drawn(live):
    """Of all corners of what can be typed, none leaves a number out or breaks the drawing."""
    for w in itertools.islice(itertools.product([-5, 0, 5], repeat=3), 0, None, 4):
        query = f"w11={w[0]}&w12={w[1]}&b1={w[2]}&w21={w[1]}&w22={w[2]}&b2={w[0]}&v1={w[2]}&v2={w[0]}&c={w[1]}"
        element = live("xor_by_hand", query)
        check(element, dict(zip(KEYS, [*w, w[1], w[2], w[0], w[2], w[0], w[1]], strict=True)))
        drawn = element.locator("svg").first.evaluate("one => one.closest('.widget-body').innerHTML")
        assert "NaN" not in drawn and "Infinity" not in drawn


def test_the_address_of_a_fold_opens_it_again(live, bare_page):
    element = live("xor_by_hand", "b2=-0.9&bend2=0.5")
    field(element, "ReLU 2").fill("1")
    pass_time(bare_page, 400)
    assert "b2=-0.9" in bare_page.url and "bend2=1" in bare_page.url
    before = table(element)
    check(element, LESSON | {"b2": -0.9})
    assert table(live("xor_by_hand", bare_page.url.split("?")[1])) == before
