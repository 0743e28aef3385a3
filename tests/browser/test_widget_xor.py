"""The figure in which a network learns XOR: its training is np_nn's, and every control works."""

import re

import numpy as np
import pytest
from figure_page import difference, field, mount, number, open_bare, pass_time, says, value

import figures
from np_nn import network
from np_nn.network import SGD, BCEWithLogitsLoss, Linear, Network, Sigmoid

XOR_INPUTS, XOR_TARGETS = figures.compute.XOR_INPUTS, figures.compute.XOR_TARGETS
ACTIVATIONS = {"tanh": network.Tanh, "relu": network.ReLU, "sigmoid": Sigmoid}
# The same operations in the same order; exp, tanh and sums may differ in the last bit, and long
# steps enlarge that: with a learning rate of 3 to 4e-10 of the loss, else not even to 1e-10.
CLOSE = 1e-9
MARKS = [0, 1, 50, 500, 2000]
# seed, hidden units, activation, learning rate
SETTINGS = [
    (0, 8, "tanh", 0.5), (0, 2, "tanh", 1.0), (7, 2, "tanh", 1.0), (3, 3, "tanh", 3.0),
    (5, 1, "tanh", 0.1), (2, 4, "relu", 0.3), (0, 2, "relu", 1.0), (1, 8, "sigmoid", 0.5),
    (123456, 5, "sigmoid", 5.0), (0, 0, "tanh", 0.5),
]  # fmt: skip

TRAIN = """(m, [[seed, width, activation, lr], marks]) => {
    const training = new m.Training({seed, width, activation, lr});
    return marks.map((mark) => {
        while (training.steps < mark) training.step();
        return {loss: training.loss, right: training.right, since: training.since,
            probabilities: training.probabilities, says: m.verdict(training),
            parameters: training.network.parameters().map(([parameter]) => structuredClone(parameter))};
    });
}"""


def learn(seed, width, activation, lr, marks):
    """Train the lesson's network; yield the model and its loss at each of the marked steps."""
    rng = np.random.default_rng(seed)
    layers = [Linear(width or 2, 1, rng)]
    if width:
        rng = np.random.default_rng(seed)
        layers = [Linear(2, width, rng), ACTIVATIONS[activation](), Linear(width, 1, rng)]
    model, criterion = Network(layers), BCEWithLogitsLoss()
    optimizer = SGD(model.parameters(), lr)
    for step in range(max(marks) + 1):
        loss = criterion.forward(model.forward(XOR_INPUTS), XOR_TARGETS)
        if step in marks:
            yield model, loss
            criterion.forward(model.forward(XOR_INPUTS), XOR_TARGETS)  # whoever looked ran it forward
        if step == max(marks):
            return  # the model stays as it was judged
        model.backward(criterion.backward())
        optimizer.step()


def count_right(model):
    """Return how many rows are right; a logit of 0, give or take a rounding, is no 1."""
    return int(((model.forward(XOR_INPUTS) > 1e-9) == (XOR_TARGETS == 1)).sum())


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_same_seed_learns_the_same_as_np_nn(modules, setting):
    got = modules("xor", TRAIN, [setting, MARKS])
    for mine, (model, loss) in zip(got, learn(*setting, MARKS), strict=True):
        assert mine["loss"] == pytest.approx(loss, rel=CLOSE, abs=0)
        probabilities = Sigmoid().forward(model.forward(XOR_INPUTS))[:, 0]
        assert difference(mine["probabilities"], probabilities) < CLOSE
        assert mine["right"] == count_right(model)
        for parameter, (wanted, _) in zip(mine["parameters"], model.parameters(), strict=True):
            # The best without a hidden layer are zeros, to which both come up to roundings.
            np.testing.assert_allclose(parameter, wanted, rtol=10 * CLOSE, atol=1e-12)


def test_it_starts_from_np_nns_weights_to_the_last_bit(modules):
    for setting in SETTINGS:
        ((mine),) = modules("xor", TRAIN, [setting, [0]])
        ((model, _),) = learn(*setting, [0])
        for parameter, (wanted, _) in zip(mine["parameters"], model.parameters(), strict=True):
            assert parameter == wanted.tolist()


def test_what_is_stuck_is_called_stuck_and_nothing_else(modules):
    """Two tanh units, the seeds of the lesson: five of ten solve it."""
    solved = 0
    for seed in range(10):
        setting = (seed, 2, "tanh", 1.0)
        (mine,) = modules("xor", TRAIN, [setting, [2000]])
        ((model, _),) = learn(*setting, [2000])
        right = count_right(model)
        solved += right == 4
        title, reason, is_warning = mine["says"]
        wanted = "All four are right." if right == 4 else f"Stuck on a plateau: {right} of 4 right."
        assert (title, is_warning) == (wanted, right < 4)
        assert ("another seed" in reason) == (right < 4) and "minimum" not in reason
    assert solved == 5


@pytest.mark.parametrize(
    "setting, steps, words",
    [
        ((0, 8, "tanh", 0.5), 2000, "have been so since step 61; after 2,000 steps the loss is 0.0013"),
        ((0, 2, "tanh", 1.0), 600, "The loss is 0.3512"),
        ((0, 8, "tanh", 0.5), 0, "Nothing is learned yet"),
        ((0, 0, "tanh", 0.5), 500, "the border is one straight line"),
        ((0, 1, "tanh", 1.0), 1000, "one hidden unit is too few"),
        ((0, 4, "tanh", 0.01), 300, "More steps or a larger η may lead off it"),
        ((0, 2, "tanh", 10.0), 100, "The steps are too long"),
        ((0, 8, "tanh", 0.5), 40, "On its way"),
        ((0, 8, "relu", 1e9), 60, "too large for this computer"),
    ],
)
def test_what_xor_says_of_a_training(modules, setting, steps, words):
    (mine,) = modules("xor", TRAIN, [setting, [steps]]) if setting[3] < 1e9 else [
        modules("xor", """(m) => { const training = new m.Training({seed: 0, width: 8, activation: 'relu', lr: 1e9});
            while (training.steps < 60 && !training.exploded) { training.step(); if (training.steps === 3) training.output.bias[0] = Infinity; }
            return {says: m.verdict(training)}; }""")
    ]  # fmt: skip
    assert words in " ".join(mine["says"][:2])


def steps(element):
    text = element.locator('output[data-name="step"]').text_content()
    return int(text.replace(",", "") or -1)  # nothing stands there before the first frame


def stated(element):
    """Return all that the figure states, as numbers."""
    numbers = element.locator("[data-name=numbers]")
    if numbers.get_attribute("aria-expanded") == "false":
        numbers.click()
    cells = element.locator(".widget-xor-weights output, .widget-xor-p").all()
    return {cell.get_attribute("data-name"): number(cell.text_content()) for cell in cells}


def check(element, seed, width, activation, lr):
    """The numbers that stand there are np_nn's at the step that stands there."""
    step = steps(element)
    ((model, loss),) = learn(seed, width, activation, lr, [step])
    assert value(element, "loss") == pytest.approx(loss, abs=5.1e-5)
    got = stated(element)
    probabilities = Sigmoid().forward(model.forward(XOR_INPUTS))[:, 0]
    for row, probability in zip(XOR_INPUTS, probabilities, strict=True):
        assert got.pop("p{:g}{:g}".format(*row)) == pytest.approx(probability, abs=5.1e-4)
    hidden, output = model.layers[0], model.layers[-1]
    wanted = {"c": output.bias[0]}
    for unit in range(width):
        wanted |= {f"w-{unit + 1}-{k + 1}": hidden.weight[unit, k] for k in range(2)}
        wanted |= {f"b-{unit + 1}": hidden.bias[unit], f"v-{unit + 1}": output.weight[0, unit]}
    assert got == pytest.approx(wanted, abs=5.1e-4)


@pytest.mark.parametrize("activation, width", [("tanh", 8), ("relu", 3), ("sigmoid", 2), ("tanh", 0)])
def test_the_network_is_drawn_with_its_weights(live, activation, width):
    """As wide as a weight is large, and in another colour below 0."""
    element = live("xor", f"seed=1&width={width}&activation={activation}&lr=0.5&steps=300")
    ((model, _),) = learn(1, width, activation, 0.5, [300])
    hidden, output = model.layers[0], model.layers[-1]
    wanted = {f"v-{unit + 1}": weight for unit, weight in enumerate(output.weight[0])}
    for unit in range(width):
        wanted |= {f"w-{unit + 1}-{k + 1}": hidden.weight[unit, k] for k in range(2)}
    lines = element.locator("line[data-weight]").evaluate_all(
        "all => all.map(one => [one.dataset.weight, Number(one.getAttribute('stroke-width')),"
        " getComputedStyle(one).stroke])"
    )
    assert {name for name, _, _ in lines} == set(wanted) and len(lines) == len(wanted)
    signs = {}
    for name, wide, colour in lines:
        assert wide == pytest.approx(0.4 + min(6, 0.9 * abs(wanted[name])), abs=0.051)
        signs.setdefault(colour, set()).add(bool(wanted[name] < 0))
    assert all(len(found) == 1 for found in signs.values())
    assert len(signs) == len({weight < 0 for weight in wanted.values()})
    assert element.locator(".widget-xor-unit").count() == width
    assert f"{width or 'no'} hidden unit" in element.locator(".widget-xor-network").get_attribute("aria-label")


def meet(a, b, c, d):
    """Return whether two segments of a plane, which are not parallel, have a point in common."""
    (first, second) = np.linalg.solve(np.column_stack([b - a, c - d]), c - a)
    return 0 <= first <= 1 and 0 <= second <= 1


def test_a_line_separates_two_pairs_of_points_whose_segments_do_not_meet(modules):
    found = {True: 0, False: 0}
    for points in np.random.default_rng(0).normal(size=(150, 4, 2)):
        got = modules(
            "xor", "(m, [ones, others]) => m.canSeparate(ones, others)", [points[:2].tolist(), points[2:].tolist()]
        )
        assert got == (not meet(*points))
        found[got] += 1
    assert min(found.values()) > 10


@pytest.mark.parametrize(
    "ones, others, wanted",
    [
        ([[0, 1], [1, 0]], [[0, 0], [1, 1]], False),  # XOR itself
        ([[1, 0], [1, 0]], [[0, 0], [2, 1]], True),  # folded by hand: both ones in the corner
        ([[0, 0], [1, 0]], [[2, 0], [3, 0]], True),
        ([[0, 0], [2, 0]], [[1, 0], [3, 0]], False),  # all on one line
        ([[0, 0], [1, 0]], [[1, 0], [2, 5]], False),
        ([[0, 0]] * 2, [[0, 0]] * 2, False),  # a point of both
        ([[0, 0], [2, 0]], [[1, 0], [1, 1]], False),
        ([[0, 0]] * 2, [[1, 1]] * 2, True),
    ],
)
def test_it_is_known_where_no_line_separates(modules, ones, others, wanted):
    assert modules("xor", "(m, [ones, others]) => m.canSeparate(ones, others)", [ones, others]) is wanted


def test_in_the_plane_of_two_units_a_line_appears_for_the_seeds_that_solve_it_and_no_others(modules):
    """What the lesson lets readers find out with its ten seeds."""
    words = modules(
        "xor",
        """(m) => Array.from({length: 10}, (_, seed) => {
        const training = new m.Training({seed, width: 2, activation: "tanh", lr: 1});
        const before = m.seen(training).words;
        while (training.steps < 2000) training.step();
        return [before, m.seen(training).words, training.right];
    })""",
    )
    assert [right == 4 for _, _, right in words].count(True) == 5
    for before, after, right in words:
        assert before == "no line separates them"
        assert after == ("this line separates them" if right == 4 else "no line separates them")


@pytest.mark.parametrize(
    "seed, activation, steps, words",
    [
        (5, "tanh", 0, "no line separates them"),
        (5, "tanh", 30, "a line could separate them"),
        (5, "tanh", 2000, "this line separates them"),
        (2, "sigmoid", 300, None),
        (6, "relu", 500, None),
    ],
)
def test_the_plane_of_two_hidden_units_is_drawn(live, seed, activation, steps, words):
    """Each row lies at its hidden outputs, and the border where the output unit's z is 0."""
    element = live("xor", f"seed={seed}&width=2&activation={activation}&lr=1&steps={steps}")
    ((model, _),) = learn(seed, 2, activation, 1.0, [steps])
    hidden = model.layers[1].forward(model.layers[0].forward(XOR_INPUTS))
    picture = element.locator(".widget-xor-hidden")
    assert picture.is_visible()
    texts = picture.locator("g text").evaluate_all(
        "all => all.map(one => [one.textContent, +one.getAttribute('x'), +one.getAttribute('y')])"
    )
    (low, x0, _), (high, x1, _), (_, _, y0), (_, _, y1) = texts[:4]
    low, high = number(low), number(high)

    def place(x, y):
        part = np.array([(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)])
        return low + part * (high - low)

    dots = picture.locator("circle[data-row]").evaluate_all(
        "all => all.map(one => [+one.getAttribute('cx'), +one.getAttribute('cy') + 4])"
    )
    for dot, wanted in zip(dots, hidden, strict=True):
        assert place(*dot) == pytest.approx(wanted, abs=0.002 * (high - low))
    ends = np.array(re.findall(r"[ML](\S+) ([^ML]+)", picture.locator(".fig-stroke-blue").get_attribute("d")), float)
    output = model.layers[-1]
    for x, y in ends:
        z = output.weight[0] @ place(x, y + 4) + output.bias[0]
        assert abs(z) < 0.004 * (high - low) * np.abs(output.weight).sum()
    assert len(ends) == 2 or activation != "tanh"
    label = picture.get_attribute("aria-label")
    assert picture.locator("text").last.text_content() in label and (words or "") in label
    wrong = (model.forward(XOR_INPUTS) > 0) != (XOR_TARGETS == 1)
    assert picture.locator(".fig-stroke-orange:not(.widget-none)").count() == wrong.sum()


@pytest.mark.parametrize("width", [0, 1, 3, 8])
def test_other_numbers_of_units_have_no_such_plane(live, bare_page, width):
    element = live("xor", f"width={width}&steps=5")
    assert element.locator(".widget-xor-hidden").is_hidden()
    field(element, "hidden units").fill("2")
    pass_time(bare_page)
    assert element.locator(".widget-xor-hidden").is_visible()
    assert "what the output unit sees" in element.text_content()


@pytest.mark.parametrize("weights, bias", [([2, -1], 0.3), ([-0.5, 0.1], -2), ([0, 3], 1)])
def test_the_shade_of_a_unit_runs_across_its_line(modules, weights, bias):
    ends = np.array(modules("xor", "(m, [w, b]) => m.across(w, b, [-3, 3])", [weights, bias]))
    assert ends @ weights + bias == pytest.approx([-3, 3])
    along = ends[1] - ends[0]
    assert along[0] * weights[1] - along[1] * weights[0] == pytest.approx(0)  # at right angles to the line


def test_xor_by_mouse(live, bare_page):
    page, element = bare_page, live("xor")
    assert steps(element) == 2000 and "0.0013" in says(element)
    check(element, 0, 8, "tanh", 0.5)
    page.get_by_role("button", name="Back to the start").click()
    pass_time(page)
    assert steps(element) == 0
    for _ in range(3):
        page.get_by_role("button", name="Step").click()
        pass_time(page)
    assert steps(element) == 3
    check(element, 0, 8, "tanh", 0.5)
    # A run goes on until it is stopped; another choice begins anew and runs on.
    element.locator("label", has_text="2,000").click()
    page.get_by_role("button", name="Run").click()
    pass_time(page, 1000)
    assert steps(element) > 1800
    element.get_by_text("sigmoid", exact=True).click()
    page.get_by_role("button", name="Another seed").click()
    pass_time(page, 200)
    page.get_by_role("button", name="Pause").click()
    pass_time(page)
    check(element, 1, 8, "sigmoid", 0.5)
    stopped = steps(element)
    assert 300 < stopped < 500
    pass_time(page, 1000)
    assert steps(element) == stopped
    # A place is asked about with the mouse.
    box = element.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.25 * box["height"])
    ((model, _),) = learn(1, 8, "sigmoid", 0.5, [stopped])
    ((z,),) = model.forward(np.array([[0.5, 1.0]]))
    assert "(0.50, 1.00)" in element.locator("[data-name=probe]").text_content()
    probability = element.locator("[data-name=probe]").text_content().split()[-1].rstrip(".")
    assert float(probability) == pytest.approx(1 / (1 + np.exp(-z)), abs=5.1e-4)


def test_xor_by_keyboard_and_bad_input(live, bare_page):
    page, element = bare_page, live("xor", "seed=4&width=3&activation=tanh&lr=1&steps=20")
    assert steps(element) == 20
    page.get_by_role("slider", name="hidden units").focus()
    page.keyboard.press("ArrowLeft")
    pass_time(page)
    assert steps(element) == 0 and "w-3-1" not in stated(element)
    page.get_by_role("slider", name="η").focus()
    page.keyboard.press("ArrowLeft")
    assert number(field(element, "η").input_value()) == 0.5
    page.get_by_role("radio", name="tanh").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Step").focus()
    for _ in range(4):
        page.keyboard.press("Enter")
        pass_time(page)
    assert steps(element) == 4
    check(element, 4, 2, "relu", 0.5)
    element.locator("canvas").focus()
    page.keyboard.press("ArrowRight")
    assert "(0.55, 0.50)" in element.locator("[data-name=probe]").text_content()
    field(element, "hidden units").fill("0")
    field(element, "η").fill("100")
    page.get_by_role("button", name="Run").click()
    pass_time(page, 1000)
    assert steps(element) > 50
    assert set(stated(element)) == {"v-1", "v-2", "c", "p00", "p01", "p10", "p11"}


def test_seeds_that_were_tried_are_told(live, bare_page):
    page, element = bare_page, live("xor", "seed=4&width=2&lr=1&steps=2000")
    told = element.locator(".widget-xor-tried")
    assert "Stuck" in says(element)
    element.locator("label", has_text="2,000").click()
    page.get_by_role("button", name="Another seed").click()
    pass_time(page, 1000)
    assert "All four" in says(element)
    page.get_by_role("button", name="Pause").click()
    assert told.text_content() == "Seeds tried so far with this setting: 5 solved it; 4 got stuck."


def test_the_address_of_a_training_opens_it_again(live, bare_page):
    element = live("xor", "seed=2&width=4&lr=1&steps=10")
    assert steps(element) == 10
    element.locator("[data-name=run]").click()
    pass_time(bare_page, 200)
    element.locator("[data-name=run]").click()
    pass_time(bare_page, 400)
    last = steps(element)
    assert last > 20
    assert bare_page.url.endswith(f"#xor?seed=2&width=4&activation=tanh&lr=1&steps={last}")
    element = live("xor", bare_page.url.split("?")[1])
    assert steps(element) == last
    check(element, 2, 4, "tanh", 1.0)


def test_a_finger_asks_about_a_place(browser, address):
    context = browser.new_context(has_touch=True, viewport={"width": 360, "height": 800})
    page = context.new_page()
    open_bare(page, address)
    element = mount(page, "xor", "steps=5")
    box = element.locator("canvas").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "At (0.50, 0.50)" in element.locator("[data-name=probe]").text_content()
    context.close()
