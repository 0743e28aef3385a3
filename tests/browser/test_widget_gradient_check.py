"""The interactive figures of lesson gradient-check: the zoo in JavaScript is the zoo of zoo.py.

Relative errors of a right array are rounding, and differ between the two; both are below a
millionth, and both are shown as 0.00. All other errors are the same to six digits and more.
"""

import numpy as np
import pytest
from figure_page import CLOSE, complaint, difference, field, number, pass_time, says, value

import figures
from np_nn import zoo
from np_nn.gradcheck import check_gradients, relative_error
from np_nn.network import SGD

ZOO = {"right": None, **zoo.MUTANTS}
ARRAYS = ["W1", "b1", "W2", "b2", "W3", "b3", "inputs"]
ROUNDING = 1e-6
PATTERNS = {
    "sum instead of mean": "look at the loss",
    "extra sigma' with BCE": "look at the loss",
    "activation derivative left out": "look at what is handed back",
    "derivative at another layer's z": "look at what comes between",
    "tanh' written 1 - z**2": "look at what is handed back",
    "transpose forgotten, square W": "look at what comes between",
    "random matrix in place of W": "look at what is handed back",
    "already updated W used": "look at what is handed back",
    "sign flipped in layer 1": "its sign is flipped",
    "layer 1 never trained": "its gradient is missing",
    "all bias gradients zero": "their gradients are missing",
    "bias gradient: mean, not sum": "look at the line for the bias",
    "bias gradient: first row only": "look at the line for the bias",
}


def test_normal_numbers_and_permutations_are_numpys(modules):
    code = "(m, seed) => { const rng = m.default_rng(seed); return Array.from({length: 4000}, rng.normal) }"
    for seed in [0, 1]:  # 4,000 numbers: all layers of the ziggurat, its edges and its tail
        wanted = np.random.default_rng(seed).normal(size=4000)
        assert np.abs(wanted).max() > 3.66
        assert np.abs(np.array(modules("rng", code, seed)) - wanted).max() < 1e-14
    array = np.arange(56.0).reshape(7, 8)
    code = "(m, matrix) => m.default_rng(1).permuted(matrix)"
    wanted = np.random.default_rng(1).permuted(array).tolist()
    assert modules("rng", code, array.tolist()) == wanted


def test_the_zoo_has_the_names_the_words_and_the_checks_of_zoo_py(modules):
    got = modules("zoo", "m => [m.MUTANTS.map(([name, kind, words]) => [name, kind.name, words]), m.CHECKS]")
    mutants = [[name, kind.__name__, kind.__doc__] for name, kind in zoo.MUTANTS.items()]
    assert got == [mutants, zoo.CHECKS] and len(mutants) == 13


def losses_of(mutant, seed=0):
    """Return zoo.py's losses on XOR, as far as it gets, and the answers."""
    network, loss = zoo.build(np.random.default_rng(seed), mutant)
    optimizer = SGD(network.parameters(), lr=zoo.LR)
    inputs, targets = figures.compute.XOR_INPUTS, figures.compute.XOR_TARGETS
    losses = [loss.forward(network.forward(inputs), targets)]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(zoo.STEPS):
            try:
                network.backward(loss.backward())
            except (ValueError, RuntimeError):  # np_nn refuses infinity
                break
            optimizer.step()
            losses.append(loss.forward(network.forward(inputs), targets))
    return losses, (network.outputs > 0).astype(int).ravel().tolist()


@pytest.mark.parametrize("name", ZOO)
def test_losses_answers_and_errors_are_those_of_zoo_py(modules, name):
    code = """(m, name) => {
        const kind = m.MUTANTS.find(([known]) => known === name)?.[1] ?? null;
        const training = new m.Training(0, kind);
        while (training.steps < m.STEPS && !training.exploded) training.step();
        const errors = Object.values(m.CHECKS).map((check) =>
            [...m.check_gradients(m.problem(0, kind, check))].filter((error) => error !== null));
        return {losses: training.losses, answers: training.answers(), exploded: training.exploded, errors};
    }"""
    got = modules("zoo", code, name)
    losses, answers = losses_of(ZOO[name])
    assert got["exploded"] == (len(losses) <= zoo.STEPS) == (name == "tanh' written 1 - z**2")
    assert len(got["losses"]) == len(losses) and got["answers"] == answers
    # Four times too large a gradient lets the loss jump up and down, and last bits grow with it.
    assert difference(got["losses"], losses) < (1e-10 if name == "sum instead of mean" else CLOSE)
    for mine, settings in zip(got["errors"], zoo.CHECKS.values(), strict=True):
        theirs = zoo.errors(0, ZOO[name], **settings)
        assert len(mine) == len(theirs) == 7
        for error, wanted in zip(mine, theirs, strict=True):
            assert wanted < ROUNDING > error or error == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("name", zoo.MUTANTS)
def test_the_pattern_of_a_careful_check_points_at_the_culprit(modules, name):
    errors = zoo.errors(0, zoo.MUTANTS[name])
    assert PATTERNS[name] in modules("gradient_zoo", "(m, errors) => m.pattern(errors)", errors)


def trained(element, page):
    pass_time(page)
    assert says(element).startswith(("It learned", "It did not"))


def shown(element):
    return [value(element, name) for name in ARRAYS]


def test_the_zoo_by_mouse(live, bare_page):
    element = live("gradient_zoo")
    assert says(element).startswith("Predict") and value(element, "step") == 0
    element.locator("select").select_option("RandomFeedback")
    assert element.locator(".widget-zoo-about").text_content() == zoo.RandomFeedback.__doc__
    bare_page.get_by_role("button", name="Train and check").click()
    trained(element, bare_page)
    assert says(element).startswith("It learned XOR, yet the check rejects it.")
    losses, _ = losses_of(zoo.RandomFeedback)
    assert value(element, "step") == 2000
    assert value(element, "loss") == pytest.approx(losses[-1], abs=5e-5)
    assert element.locator('output[data-name="answers"]').text_content() == "0 1 1 0"
    assert shown(element) == pytest.approx(zoo.errors(0, zoo.RandomFeedback), abs=0.005)
    assert element.locator(".widget-zoo-wrong").count() == 5
    pass_time(bare_page, 400)
    assert "network=RandomFeedback" in bare_page.url and "done=1" in bare_page.url


def test_a_careless_check_lets_a_mutant_through(live, bare_page):
    element = live("gradient_zoo", "network=FirstRowBias&done=1")
    trained(element, bare_page)
    assert "rejects" in says(element)
    bare_page.get_by_role("radio", name="careful").focus()
    bare_page.keyboard.press("ArrowRight")
    trained(element, bare_page)
    assert "this check lets it through" in says(element) and shown(element) == [0] * 7
    bare_page.get_by_text("all zero", exact=True).click()
    trained(element, bare_page)
    wanted = zoo.errors(0, zoo.FirstRowBias, value=0.0)
    assert "rejects" in says(element) and shown(element) == pytest.approx(wanted, abs=0.005)


def test_the_zoo_from_other_seeds_and_by_keyboard(live, bare_page):
    element = live("gradient_zoo", "network=SlopeOfZ")
    field(element, "seed").fill("30")
    assert complaint(element) == "seed must be a whole number from 0 to 29."
    field(element, "seed").fill("7")
    assert complaint(element) == ""
    bare_page.get_by_role("button", name="Train and check").focus()
    bare_page.keyboard.press("Enter")
    pass_time(bare_page)
    losses, answers = losses_of(zoo.SlopeOfZ, seed=7)
    assert value(element, "step") == len(losses) - 1
    assert f"too large after {len(losses) - 1} steps" in says(element)
    got = element.locator('output[data-name="answers"]').text_content()
    assert [int(answer) for answer in got.split()] == answers
    element.locator("select").focus()
    bare_page.keyboard.press("Home")
    assert says(element).startswith("Predict")
    bare_page.get_by_role("button", name="Train and check").press("Space")
    trained(element, bare_page)
    assert says(element).startswith("It learned XOR, and the check accepts it.")


# The V


def worst_errors(exponent):
    """Return np_nn's worst relative errors with a step, as the lesson and the figure compute them."""
    rng = np.random.default_rng(1)
    network, loss = zoo.build(rng)
    for parameter, _ in network.parameters():
        parameter[:] = rng.normal(size=parameter.shape)
    inputs, targets = rng.normal(size=(6, 2)), rng.uniform(size=(6, 1))

    def compute_loss():
        return loss.forward(network.forward(inputs), targets)

    step = 10.0**exponent
    central = max(check_gradients(network, loss, inputs, targets, step))
    forward = max(
        relative_error(gradient, figures.gradient_check.forward_difference(compute_loss, parameter, step))
        for parameter, gradient in network.parameters()
    )
    weight = network.parameters()[0][0]
    kept, losses = weight[0, 0], []
    for moved in (kept + step, kept - step):
        weight[0, 0] = moved
        losses.append(compute_loss())
    return forward, central, losses


def test_the_errors_against_the_step_are_np_nns(modules):
    code = """m => m.EXPONENTS.map((exponent) => [exponent,
        ...[true, false].map((isForward) => [...m.worst(exponent, isForward)].pop()), m.losses(10 ** exponent)])"""
    found = modules("gradient_check", code)
    assert len(found) == 25
    for exponent, forward, central, losses in found:
        wanted_forward, wanted_central, wanted_losses = worst_errors(exponent)
        assert np.abs(np.subtract(losses, wanted_losses)).max() < 2e-15  # some last bits
        for got, wanted, order in [(forward, wanted_forward, 1), (central, wanted_central, 2)]:
            formula = 10 ** (exponent * order)  # about the error without rounding
            if formula > 1e4 * 1e-16 / 10**exponent:
                assert got == pytest.approx(wanted, rel=2e-3)
            else:  # rounding, the same in size only
                assert wanted / 6 < got < wanted * 6


def rough(text):
    return number(text.replace("10⁻", "1·10⁻") if text.startswith("10") else text)


def test_the_step_by_keyboard_and_by_mouse(live, bare_page):
    element = live("gradient_check", "h=-2")
    assert "cannot tell right from nearly right" in says(element)
    slider = bare_page.get_by_role("slider", name="step h")
    slider.focus()
    for _ in range(6):
        bare_page.keyboard.press("ArrowLeft")
    assert "accepts the right gradient" in says(element)
    text = element.locator('output[data-name="h"]').text_content()
    assert text == "10⁻⁵" and slider.get_attribute("aria-valuetext") == "10⁻⁵"
    forward, central, losses = worst_errors(-5)
    error = element.locator('output[data-name="central-error"]').text_content()
    assert rough(error) == pytest.approx(central, rel=5)
    error = element.locator('output[data-name="forward-error"]').text_content()
    assert rough(error) == pytest.approx(forward, rel=0.5)
    assert (value(element, "forward-digits"), value(element, "central-digits")) == (5, 9)
    above = number(element.locator('[data-name="above"]').text_content())
    assert above == pytest.approx(losses[0], abs=1e-15)
    assert value(element, "difference") == pytest.approx(losses[0] - losses[1], abs=2e-15)
    box = element.locator(".widget-check-plot").bounding_box()
    y = box["y"] + box["height"] / 2
    bare_page.mouse.move(box["x"] + box["width"] * 0.5, y)
    bare_page.mouse.down()
    bare_page.mouse.move(box["x"] + 2, y, steps=4)
    bare_page.mouse.up()
    assert element.locator('output[data-name="h"]').text_content() == "10⁻¹³"
    assert "rejects a gradient that is right" in says(element) and slider.input_value() == "-13"
    pass_time(bare_page, 400)
    assert bare_page.url.endswith("#gradient_check?h=-13")
