"""The interactive figure of lesson many-machines: two copies and one process, as in np_nn."""

import numpy as np
import pytest
from figure_page import field, pass_time, says

from np_nn import digits
from np_nn.network import SGD, CrossEntropyLoss, Linear, Network, ReLU

IMAGES, LABELS, FORMS = digits.load()
X = (IMAGES[:32] - np.round(IMAGES[FORMS <= 10].mean(axis=0), 4)) / 16
WEIGHTS = {
    "weighted": lambda cut: (cut / 32, 1 - cut / 32),
    "mean": lambda cut: (0.5, 0.5),
    "sum": lambda cut: (1, 1),
}


def build(seed):
    rng = np.random.default_rng(seed)
    return Network([Linear(64, 8, rng), ReLU(), Linear(8, 10, rng)])


def parameters(network):
    return np.concatenate([parameter.ravel() for parameter, _ in network.parameters()])


def of_np_nn(cut, exchange, start):
    """Return how far the copies are apart, and A from one process, before each of 60 steps and after."""
    networks = [build(0), build(1 if start == "other" else 0), build(0)]  # A, B, and one process
    optimizers = [SGD(network.parameters(), lr=0.2) for network in networks]
    parts, loss, found = [slice(0, cut), slice(cut, 32), slice(0, 32)], CrossEntropyLoss(), []
    for _ in range(61):
        a, b, one = map(parameters, networks)
        found.append([np.abs(a - b).max(), np.abs(a - one).max()])
        for network, part in zip(networks, parts):
            loss.forward(network.forward(X[part]), LABELS[:32][part])
            network.backward(loss.backward())
        if exchange != "nothing":
            weights = WEIGHTS[exchange](cut)
            for (_, mine), (_, yours) in zip(networks[0].parameters(), networks[1].parameters()):
                both = weights[0] * mine + weights[1] * yours
                mine[:] = yours[:] = both
        for optimizer in optimizers:
            optimizer.step()
    return np.transpose(found)


def shown(element):
    return [element.locator(f'[data-name="{name}"]').text_content() for name in ("apart", "alone")]


def words(value):
    """Return a distance as the figure writes it."""
    return "0" if value == 0 else "rounding" if value < 1e-12 else f"{float(f'{value:.2g}'):g}"


@pytest.mark.parametrize("start", ["same", "other"])
@pytest.mark.parametrize("exchange", [*WEIGHTS, "nothing"])
@pytest.mark.parametrize("cut", [1, 16, 24])
def test_it_computes_what_np_nn_computes(modules, cut, exchange, start):
    got = modules("many_machines", "(m, given) => m.train(...given)", [cut, exchange, start])
    for name, wanted in zip(("apart", "alone"), of_np_nn(cut, exchange, start)):
        np.testing.assert_allclose(got[name], wanted, rtol=1e-6, atol=1e-12)  # sixty steps carry the last bits on


def test_copies_that_exchange_a_mean_are_equal_to_the_last_bit(modules):
    got = modules("many_machines", "m => m.train(5, 'mean', 'same')")
    assert got["apart"] == [0] * 61 and got["alone"][0] == 0 < got["alone"][1]


def test_each_power_of_ten_lies_as_far_below_the_next_and_0_lies_on_the_ground(modules):
    heights = modules("many_machines", "m => [1, 1e-5, 1e-10, 1e-15, 0, 1e-30].map(m.down)")
    np.testing.assert_allclose(np.diff(heights[:4]), heights[1] - heights[0])
    assert heights[4] == heights[5] == 168 > heights[3]


def test_it_writes_a_distance_with_two_digits(modules):
    found = modules("many_machines", "m => [0, 3e-16, 0.4712, 0.0123].map(m.words)")
    assert found == ["0", "rounding", "0.47", "0.012"]


@pytest.mark.parametrize("query, state", [
    ("", (24, "mean", "same")), ("cut=8&exchange=weighted", (8, "weighted", "same")), ("exchange=nothing&start=other", (24, "nothing", "other")),
    ("cut=0&exchange=constructor&start=x", (24, "mean", "same")), ("cut=2.5&exchange=sum", (24, "sum", "same")),
])  # fmt: skip
def test_an_address_opens_a_state(live, query, state):
    element = live("many_machines", query)
    assert shown(element) == [words(far[-1]) for far in of_np_nn(*state)]
    assert element.locator(".widget-machines-a").count() == state[0]


@pytest.mark.parametrize("query, said", [
    ("exchange=weighted", "The copies stay alike, and they are what one process gets. Each row counts the same."),
    ("exchange=mean", "The copies stay alike, but they are not what one process gets. The 8 rows of one copy weigh as much as the 24 of the other."),
    ("exchange=mean&cut=16", "The copies stay alike, and they are what one process gets. Each row counts the same."),
    ("exchange=sum", "The copies stay alike, but they are not what one process gets. Both take the same step"),
    ("exchange=nothing", "The copies are apart, and A is not what one process gets. Each learns from its own rows alone."),
    ("exchange=weighted&start=other", "The copies are apart, and A is not what one process gets. No exchange of gradients"),
])  # fmt: skip
def test_it_says_in_words_what_came_of_it(live, query, said):
    assert said in says(live("many_machines", query))


def test_arrow_keys_move_the_cut_and_clicks_change_the_exchange(live, bare_page):
    element = live("many_machines", "cut=24")
    slider = element.locator('.widget-range[data-name="rows"]')
    for _ in range(2):
        slider.press("ArrowLeft")
    pass_time(bare_page)
    assert field(element, "rows").input_value() == "22"
    assert shown(element) == [words(far[-1]) for far in of_np_nn(22, "mean", "same")]
    element.get_by_text("none", exact=True).click()
    element.get_by_text("other start", exact=True).click()
    pass_time(bare_page)
    assert shown(element) == [words(far[-1]) for far in of_np_nn(22, "nothing", "other")]
