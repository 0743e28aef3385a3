"""The interactive figure of lesson training: it says what np_nn says, for every scale."""

import re

import numpy as np
import pytest
from figure_page import difference, field, number, pass_time, says

from docs.plugins import paths
from np_nn import digits
from np_nn.network import CrossEntropyLoss, Linear, Network, ReLU, Tanh

CLOSE = 1e-9  # of logarithms: eleven layers carry the last bits of tanh and exp on
IMAGES, LABELS, FORMS = digits.load()
KINDS = {"relu": ReLU, "tanh": Tanh}


def of_np_nn(scale, activation):
    """Return the sizes of the sums and of their gradients in eleven layers."""
    rng, layers = np.random.default_rng(0), []
    for place in range(11):
        layer = Linear(64, 64 if place < 10 else 10, rng)
        layer.weight *= scale * np.sqrt(3)
        layer.bias[:] = 0
        layers += [layer, KINDS[activation]()]
    mean = np.round(IMAGES[FORMS <= 10].mean(axis=0), 4)
    loss, network, sums, gradients = CrossEntropyLoss(), Network(layers[:-1]), [], []
    inputs = outputs = (IMAGES[:32] - mean) / 16
    for layer in network.layers:
        outputs = layer.forward(outputs)
        if isinstance(layer, Linear):
            sums.append(np.sqrt(np.mean(outputs**2)))
    loss.forward(network.forward(inputs), LABELS[:32])
    gradient = loss.backward()
    for layer in reversed(layers[:-1]):
        if isinstance(layer, Linear):
            gradients.insert(0, np.sqrt(np.mean(gradient**2)))
        gradient = layer.backward(gradient)
    return {"sums": sums, "gradients": gradients}


def shown(element, kind):
    """Return the eleven numbers of a column."""
    texts = [element.locator(f'[data-name="{kind}-{layer}"]').text_content() for layer in range(1, 12)]
    return [number(text) for text in texts]


def lengths(element, kind):
    """Return where the eleven bars of a column begin, and how long they are."""
    bars = element.locator(f".widget-training-{kind}")
    return bars.evaluate_all("all => all.map(one => ['x', 'width'].map(name => Number(one.getAttribute(name))))")


@pytest.mark.parametrize("activation", KINDS)
@pytest.mark.parametrize("scale", [0.1, 1 / np.sqrt(3), 1, np.sqrt(2), 8])
def test_it_computes_what_np_nn_computes(modules, scale, activation):
    got = modules("training", "(m, [scale, activation]) => m.follow(scale, activation)", [scale, activation])
    for kind, wanted in of_np_nn(scale, activation).items():
        assert difference(np.log(got[kind]), np.log(wanted)) < CLOSE


def test_computing_it_twice_starts_from_the_same_weights(modules):
    code = "m => [m.follow(1, 'relu'), m.follow(2, 'tanh'), m.follow(1, 'relu')]"
    first, _, again = modules("training", code)
    assert first == again


def test_a_bar_is_a_fifth_of_a_half_for_each_power_of_ten(modules):
    code = "m => [m.bar(1), m.bar(10), m.bar(0.001), m.bar(1e-20)]"
    assert modules("training", code) == [[100, 1], [100, 20], [40, 60], [0, 100]]


@pytest.mark.parametrize("query, scale, activation", [
    ("", 0.577, "relu"), ("scale=1.41", 1.41, "relu"), ("scale=8&activation=relu", 8, "relu"), ("scale=1&activation=tanh", 1, "tanh"),
    ("scale=99&activation=constructor", 0.577, "relu"),
])  # fmt: skip
def test_an_address_opens_a_scale(live, query, scale, activation):
    element, wanted = live("training", query), of_np_nn(scale, activation)
    for kind in wanted:
        assert shown(element, kind) == pytest.approx(wanted[kind], rel=0.051)
    assert f"{scale:g}/√64" in says(element)


def test_arrow_keys_move_the_scale(live, bare_page):
    element = live("training", "scale=1.4")
    slider = element.locator('.widget-range[data-name="scale"]')
    for _ in range(3):
        slider.press("ArrowRight")
    pass_time(bare_page)
    assert field(element, "scale").input_value() == "1.43"
    assert shown(element, "sums") == pytest.approx(of_np_nn(1.43, "relu")["sums"], rel=0.051)


@pytest.mark.parametrize("name, scale", [("as np_nn's", "0.577"), ("Xavier", "1"), ("He", "1.414")])
def test_a_mark_sets_the_scale_of_its_name(live, bare_page, name, scale):
    element = live("training", "scale=2.5")
    element.get_by_role("button", name=name).click()
    pass_time(bare_page)
    assert field(element, "scale").input_value() == scale


def test_what_it_says_fits_the_bars(live, bare_page):
    for query, forward, backward in [
        ("scale=0.58", "shrinks", "shrinks"),
        ("scale=1.41", "keeps its size", "keeps its size"),
        ("scale=3", "grows", "grows"),
        ("scale=8&activation=tanh", "keeps its size", "grows"),
    ]:
        element = live("training", query)
        assert f"Forward the signal {forward}; backward the gradient {backward}." in says(element)
        (x, width), *_, (last, length) = lengths(element, "sums")
        assert (x, width) == (100, 1)  # the first layer is what the others are compared with
        assert {"shrinks": last < 80, "grows": length > 20, "keeps its size": length <= 20}[forward]


def test_tanh_is_chosen_by_a_click(live, bare_page):
    element = live("training", "scale=1")
    element.get_by_text("tanh", exact=True).click()
    pass_time(bare_page)
    assert shown(element, "gradients") == pytest.approx(of_np_nn(1, "tanh")["gradients"], rel=0.051)


@pytest.mark.parametrize("name, scale", [("as np_nn's", 0.577), ("Xavier", 1), ("He", 1.414)])
def test_at_a_mark_it_says_what_the_block_beside_it_prints(live, name, scale):
    """Layers 1, 6 and 11 on the way there, 11, 6 and 1 on the way back."""
    page = (paths.DOCS / "lessons/training.md").read_text(encoding="utf-8")
    printed = re.search(rf"^{name} +(\S+) +(\S+) +(\S+) +(\S+) +(\S+) +(\S+)$", page, re.MULTILINE)
    element = live("training", f"scale={scale}")
    sums, gradients = shown(element, "sums"), shown(element, "gradients")
    found = [sums[0], sums[5], sums[10], gradients[10], gradients[5], gradients[0]]
    assert found == [float(text) for text in printed.groups()]
