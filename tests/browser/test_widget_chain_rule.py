"""The graph of chain-rule, a number at a time: np_nn's numbers, and those of the lesson."""

import re

import numpy as np
import pytest
from figure_page import complaint, difference, field, number, pass_time, says

from docs.plugins import paths
from np_nn.gradcheck import numerical_gradient
from np_nn.network import Linear, MSELoss, Sigmoid

LESSON = {"w": 2, "b": -1, "xp": 1.5, "yp": 1, "xq": 0.5, "yq": 0}
ORDER = ["z0", "z1", "a0", "a1", "L", "dL", "da0", "da1", "dz0", "dz1", "dw0", "dw1"]
TEXT = (paths.DOCS / "lessons/chain-rule.md").read_text(encoding="utf-8")


def some(seed):
    """Return numbers that a reader may choose."""
    return dict(zip(LESSON, np.random.default_rng(seed).uniform(-3, 3, 6).round(2).tolist()))


def from_np_nn(given):
    """Return every number of the graph as np_nn computes it."""
    layer, activation, criterion = Linear(1, 1, np.random.default_rng(0)), Sigmoid(), MSELoss()
    layer.weight[:], layer.bias[:] = given["w"], given["b"]
    inputs = np.array([[given["xp"]], [given["xq"]]], float)
    z = layer.forward(inputs)
    a = activation.forward(z)
    error = criterion.forward(a, np.array([[given["yp"]], [given["yq"]]], float))
    slopes, da = activation.backward(np.ones_like(z)), criterion.backward()
    dz = activation.backward(da)
    dx = layer.backward(dz)
    found = {"z": z, "a": a, "L": error, "slopes": slopes, "da": da, "dz": dz, "dx": dx}
    found |= {"paths": dz * inputs, "dw": layer.grad_weight, "db": layer.grad_bias}
    return {key: np.ravel(array) for key, array in found.items()}


def loss(given):
    """Return the loss by a forward run that is written here."""
    a = [1 / (1 + np.exp(-(given["w"] * given[x] + given["b"]))) for x in ("xp", "xq")]
    return ((a[0] - given["yp"]) ** 2 + (a[1] - given["yq"]) ** 2) / 2


@pytest.mark.parametrize("given", [LESSON, *map(some, range(5))])
def test_every_number_is_np_nns_and_the_gradients_are_central_differences(modules, given):
    got = modules("chain_rule", "(m, given) => m.compute(given)", given)
    wanted = from_np_nn(given)
    assert set(got) == set(wanted)
    for key, array in wanted.items():
        assert difference(np.ravel(got[key]), array) < 1e-12, key
    for name, gradient in [("w", got["dw"]), ("b", got["db"]), ("xp", got["dx"][0]), ("xq", got["dx"][1])]:
        moved = np.array([float(given[name])])
        slope = numerical_gradient(lambda: loss(given | {name: moved[0]}), moved)
        # Central differences of a number up to 10 err by about 1e-9.
        np.testing.assert_allclose(gradient, slope[0], rtol=1e-6, atol=1e-8)


def test_it_begins_with_the_numbers_of_the_lesson(modules):
    assert modules("chain_rule", "m => m.LESSON") == LESSON
    assert "weight, bias = 2.0, -1.0" in TEXT
    assert "examples = [(1.5, 1.0), (0.5, 0.0)]" in TEXT


def shown(element):
    """Return the values and the gradients in the circles, from the weight to the loss."""
    texts = {}
    for kind in ("blue", "orange"):
        found = element.locator(f"circle[data-node] ~ text.fig-fill-{kind}:not(.fig-halo, .widget-chain-example)")
        texts[kind] = found.all_text_contents()
    return texts["blue"], texts["orange"]


NODES = ["w", "z0", "z1", "a0", "a1", "L"]


def test_at_first_it_shows_what_the_static_figure_shows(live):
    values, gradients = shown(live("chain_rule"))
    still = (paths.DOCS / "figures/chain_rule.svg").read_text(encoding="utf-8")
    still = re.findall(r">([^<>]+)</text>", still)
    assert len(values) == len(gradients) == 6
    assert set(values + gradients) <= set(still)
    assert [number(text) for text in gradients] == [0.0437, -0.0125, 0.125, -0.1192, 0.5, 1]


def test_each_step_shows_one_number_more_and_no_other(live):
    element = live("chain_rule", "step=0")
    wanted = from_np_nn(LESSON)
    every = {f"{key}{n}": wanted[key][n] for key in ("z", "a", "da", "dz") for n in (0, 1)}
    every |= {"L": wanted["L"][0], "dL": 1, "dw0": wanted["paths"][0], "dw1": wanted["dw"][0]}
    for count in range(len(ORDER) + 1):
        values, gradients = shown(element)
        known = ORDER[:count]
        for node, value, gradient in zip(NODES, values, gradients):
            for text, names in [
                (value, [node]),
                (gradient, [f"d{node}", "dw0", "dw1"] if node == "w" else [f"d{node}"]),
            ]:
                names = [name for name in names if name in known]
                if node == "w" and text is value:
                    assert text == "2"
                elif names:
                    assert number(text) == pytest.approx(every[names[-1]], abs=5e-5)
                else:
                    assert text in ("·", "?")
        asked = (values + gradients).count("?")
        assert asked == (count < len(ORDER) - 1)  # the last one: a part of it is there already
        if count:
            name = ORDER[count - 1]
            end = element.locator("output[data-name=sum]").text_content().rpartition("= ")[2]
            written = wanted["paths"][0] if name == "dw0" else every[name]
            assert number(end) == pytest.approx(written, abs=5e-5)
            assert says(element).startswith(f"{count} of 12. ")
        element.locator("[data-name=next]").click()
    assert shown(element)[1] == ["·"] * 6  # from the start


def test_what_arrives_at_the_weight_is_added(live):
    element = live("chain_rule", "step=11")
    added = element.locator("text.fig-halo")
    assert added.text_content() == "−0.0188 + ?"
    assert "not yet the gradient" in says(element)
    element.locator("[data-name=next]").click()
    assert added.text_content() == "−0.0188 + 0.0625"
    printed = re.search(
        r"the paths: (\S+) and (\S+)   their sum: (\S+)",
        TEXT.partition("```output\nthe paths")[1] + TEXT.partition("```output\nthe paths")[2],
    )
    assert printed.groups() == ("-0.0188", "0.0625", "0.0437")
    assert element.locator("output[data-name=sum]").text_content().endswith("= −0.0188 + 0.0625 = 0.0437")


def test_a_reader_changes_numbers_and_all_follow(live):
    element = live("chain_rule", "step=12")
    for seed in range(3):
        given = some(seed)
        for key, name in {
            "w": "w",
            "b": "b",
            "xp": "x of example p",
            "yp": "y of example p",
            "xq": "x of example q",
            "yq": "y of example q",
        }.items():
            field(element, name).fill(str(given[key]))
        wanted = from_np_nn(given)
        _, gradients = shown(element)
        assert [number(text) for text in gradients] == pytest.approx(
            [wanted["dw"][0], *wanted["dz"], *wanted["da"], 1], abs=5e-5
        )
        assert f"= {number_of(wanted['db'][0])}." in says(element)
    element.locator("[data-name=lesson]").click()
    assert shown(element)[1][0] == "0.0437" and field(element, "b").input_value() == "−1"


def number_of(value):
    """Return a number as the figure writes it."""
    return re.sub(r"\.?0+$", "", f"{value:.4f}").replace("-", "−")


def test_chain_rule_by_keyboard_by_itself_and_with_bad_input(live, bare_page):
    element = live("chain_rule", "step=3")
    picture = element.locator("svg[role=img]")
    picture.focus()
    for key, count in [
        ("ArrowRight", 4),
        ("ArrowLeft", 3),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("End", 12),
        ("ArrowRight", 12),
    ]:
        bare_page.keyboard.press(key)
        assert element.locator("[data-name=step]").input_value() == str(count)
    element.locator("[data-name=play]").click()  # from the start
    pass_time(bare_page, 3000)
    assert element.locator("[data-name=step]").input_value() == "2"
    for bad in ["", "NaN", "11", "w"]:
        field(element, "w").fill(bad)
        assert complaint(element) == "w must be a number from −10 to 10."
    pass_time(bare_page, 5000)
    assert element.locator("[data-name=step]").input_value() == "2"  # it waits for a number
    assert shown(element)[0][0] == "2"


def test_a_number_is_seen_on_its_way(live, bare_page):
    bare_page.emulate_media(reduced_motion="no-preference")
    element = live("chain_rule", "step=0")
    dots = element.locator("circle.fig-stroke-paper")

    def places():
        """Return where the dots are that are seen."""
        return dots.evaluate_all(
            "all => all.filter(one => one.style.display !== 'none').map(one => Number(one.getAttribute('cy')))"
        )

    assert places() == []
    element.locator("[data-name=next]").click()
    pass_time(bare_page, 100)
    (start,) = places()
    pass_time(bare_page, 200)
    (later,) = places()
    assert 50 < start < later < 154  # down, from the weight to z
    pass_time(bare_page, 1000)
    assert places() == []
    element.locator("[data-name=step]").evaluate("one => { one.value = 6; one.dispatchEvent(new Event('input')) }")
    element.locator("[data-name=next]").click()
    pass_time(bare_page, 100)
    (start,) = places()
    pass_time(bare_page, 200)
    (later,) = places()
    assert 346 > start > later > 254  # up, from the loss to a
