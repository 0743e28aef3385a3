"""The microscope of backprop: np_nn's numbers, np_nn's lines, the lesson's equations."""

import inspect
import re

import numpy as np
import pytest
from figure_page import difference, field, number, pass_time, says

from docs.plugins import paths
from np_nn import network
from np_nn.gradcheck import numerical_gradient
from np_nn.network import Linear, MSELoss, Sigmoid

LESSON = {
    "X": [1, 0], "Y": [1], "W1": [0.5, -0.3, 0.8, 0.2], "b1": [0.1, -0.1], "W2": [1, -1.5], "b2": [0.2],
}  # fmt: skip
STEPS = ["Z1", "A1", "Z2", "A2", "L", "dA2", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1", "dX"]


def from_np_nn(given):
    """Return every number of the network, forward and back, as np_nn computes it."""
    rng = np.random.default_rng(0)
    given = {key: np.array(numbers, float) for key, numbers in given.items()}
    hidden, output, criterion = Linear(2, 2, rng), Linear(2, 1, rng), MSELoss()
    hidden.weight[:], hidden.bias[:] = given["W1"].reshape(2, 2), given["b1"]
    output.weight[:], output.bias[:] = given["W2"].reshape(1, 2), given["b2"]
    layers, found = [hidden, Sigmoid(), output, Sigmoid()], {**given, "dL": [1.0]}
    array = given["X"].reshape(1, 2)
    for key, layer in zip(["Z1", "A1", "Z2", "A2"], layers, strict=True):
        array = found[key] = layer.forward(array)
    found["L"] = [criterion.forward(array, given["Y"].reshape(1, 1))]
    gradient = found["dA2"] = criterion.backward()
    for key, layer in zip(["dZ2", "dA1", "dZ1", "dX"], reversed(layers), strict=True):
        gradient = found[key] = layer.backward(gradient)
    found |= {"dW1": hidden.grad_weight, "db1": hidden.grad_bias}
    found |= {"dW2": output.grad_weight, "db2": output.grad_bias}
    return {key: np.ravel(array) for key, array in found.items()}


def by_differences(given):
    """Return every gradient by central differences of a forward run that is written here."""
    arrays = {key: np.array(numbers, float) for key, numbers in given.items()}
    # What is added to a value on its way, so that it can be moved like a parameter.
    moves = {key: np.zeros(size) for key, size in [("Z1", 2), ("A1", 2), ("Z2", 1), ("A2", 1)]}

    def error():
        z1 = arrays["W1"].reshape(2, 2) @ arrays["X"] + arrays["b1"] + moves["Z1"]
        a1 = 1 / (1 + np.exp(-z1)) + moves["A1"]
        z2 = arrays["W2"] @ a1 + arrays["b2"] + moves["Z2"]
        a2 = 1 / (1 + np.exp(-z2)) + moves["A2"]
        return float((a2[0] - arrays["Y"][0]) ** 2)

    moved = {key: array for key, array in {**arrays, **moves}.items() if key != "Y"}
    return {f"d{key}": numerical_gradient(error, array) for key, array in moved.items()}


def some(seed):
    """Return numbers that a reader may choose."""
    rng = np.random.default_rng(seed)
    sizes = {key: (5, len(numbers)) for key, numbers in LESSON.items()} | {"X": (3, 2)}
    given = {key: rng.uniform(-top, top, size).tolist() for key, (top, size) in sizes.items()}
    return given | {"Y": [rng.uniform()]}


ARRAY = r"\[([A-Za-z]+\d?)(ᵀ?)(?::([^\]]*))?\]"  # "[W1]", "[W1ᵀ]", "[W1:self.weight.T]"


def plain(text):
    """Return an equation or a line of the module without the names of its arrays."""
    return re.sub(ARRAY, lambda found: found[3] or found[1] + found[2], text)


# What it computes and quotes


@pytest.mark.parametrize("given", [LESSON, *map(some, range(5))])
def test_every_number_is_np_nns_and_every_gradient_its_central_difference(modules, given):
    got = modules("backprop", "(m, given) => m.compute(given)", given)
    wanted = from_np_nn(given)
    assert set(got) == set(wanted)
    for key, array in wanted.items():
        assert difference(got[key], array) < 1e-12, key
    for key, array in by_differences(given).items():
        # Central differences of a number up to 1 err by about 1e-10.
        np.testing.assert_allclose(got[key], array, rtol=1e-6, atol=1e-9)


def test_the_numbers_of_the_lesson_are_the_lessons(modules):
    assert modules("backprop", "m => m.LESSON") == LESSON
    text = (paths.DOCS / "lessons" / "backprop.md").read_text(encoding="utf-8")
    assert "inputs, targets = np.array([[1.0, 0.0]]), np.array([[1.0]])" in text
    assert "weight1, bias1 = np.array([[0.5, -0.3], [0.8, 0.2]]), np.array([0.1, -0.1])" in text
    assert "weight2, bias2 = np.array([[1.0, -1.5]]), np.array([0.2])" in text


def test_every_line_of_code_stands_in_np_nn_where_it_is_said_to_stand(modules):
    operations = modules("backprop", "m => m.OPERATIONS.map(({result, where, code}) => [result, where, code])")
    assert [result for result, _, _ in operations] == STEPS
    for _, where, code in operations:
        owner, method = where.split(".")
        source = inspect.getsource(getattr(getattr(network, owner), method))
        lines = [line.split("  # ")[0].strip() for line in source.splitlines()]
        assert plain(code) in lines


def normal(tex):
    """Return an equation without spaces and braces, and without what says which layer is meant."""
    for pattern, letters in [
        (r"\\frac\{(.*?)\}\{((?:\\\w+ ?)?\w*)\}", r"\1/\2"), (r"\\boldsymbol\{b\}", "b"), (r"\\partial", "∂"),
        (r"\\Delta", "Δ"), (r"\\top", "ᵀ"), (r"\\sigma", "σ"), (r"\\odot", "⊙"), (r"\\sum", "Σ"), (r"\^2", "²"),
        ("'", "′"), (":=", "="), ("−", "-"), (r"[\s{}_^\\&,*]", ""),
    ]:  # fmt: skip
        tex = re.sub(pattern, letters, tex)
    return tex


def test_every_equation_is_one_of_the_lesson(modules):
    text = (paths.DOCS / "lessons" / "backprop.md").read_text(encoding="utf-8")
    displays = re.findall(r"^\$\$\n(.*?)\n\$\$$", text, re.DOTALL | re.MULTILINE)
    lessons = {normal(part) for each in displays for part in re.split(r"\\qquad|\n", each)}
    code = "m => m.OPERATIONS.map((one) => [one.result, one.equation])"
    for result, equation in modules("backprop", code):

        def name(found, takes_a1=result in ("Z2", "dW2", "dA1")):
            key, turned, given = found.groups()
            key = re.sub(r"\d", "", key.replace("A1", "X") if takes_a1 else key)
            return given or (key.replace("d", "∂L/∂") if key != "dZ" else "Δ") + turned

        words = re.sub(ARRAY, name, re.sub(r"\{([^|}]*)\|([^}]*)\}", r"\1/\2", equation))
        assert normal(words).replace("Δ=", "Δ=∂L/∂Z=") in lessons


# Guesses


@pytest.mark.parametrize("given", [LESSON, *map(some, range(3))])
def test_the_right_guess_is_right_and_the_opposite_one_is_not(modules, given):
    code = """(m, given) => {
        const n = m.compute(given);
        return m.OPERATIONS.map((one) => ({
            result: one.result, entry: one.ask.entry, right: one.ask.right?.(n) ?? null, options: one.ask.options ?? [],
            verdicts: [0, 1, 2].map((guess) => m.judge(one, n, guess)), question: one.ask.question(n),
            near: m.judge(one, n, Number(n[one.result][one.ask.entry].toPrecision(2))),
            turned: m.judge(one, n, -n[one.result][one.ask.entry]),
        }));
    }"""
    numbers = from_np_nn(given)
    for one in modules("backprop", code, given):
        wanted = numbers[one["result"]][one["entry"]]
        if not one["options"]:
            assert one["near"] == "" and len(one["turned"]) > 20
            continue
        assert [verdict == "" for verdict in one["verdicts"]] == [k == one["right"] for k in range(3)]
        assert all(len(verdict) > 20 for k, verdict in enumerate(one["verdicts"]) if k != one["right"])
        chosen = one["options"][one["right"]]
        if chosen in ("below 0", "exactly 0", "above 0", "it falls", "it stays", "it rises"):
            sign = {"below 0": -1, "it falls": -1, "above 0": 1, "it rises": 1}.get(chosen, 0)
            assert np.sign(wanted) == sign, one["question"]
        elif "½" in chosen:
            assert np.sign(wanted - 0.5) == {"below ½": -1, "above ½": 1}.get(chosen, 0)
        elif chosen == "a quarter at most":
            assert abs(wanted) <= abs(numbers["dA2"][0]) / 4
        else:
            assert chosen == "by a₁₁"
            assert wanted == pytest.approx(numbers["dZ2"][0] * numbers["A1"][0])


@pytest.mark.parametrize(
    "result, guess, words",
    [
        ("Z1", -0.4, "You took a column of W₁"), ("Z1", 0.8, "without the bias"), ("Z1", 0.6, "That is z₁₁"),
        ("Z1", 5, "Multiply each input"), ("Z1", -0.7, "the sign is not"), ("L", -0.54, "how far the answer is off"),
        ("L", 0.54, "the square of it"), ("L", 0.145, "no ½"), ("L", -0.29, "never below 0"),
        ("db2", 0, "no say"), ("db2", -0.0536, "by the bias itself"), ("db2", 0.268, "the sign is not"),
        ("db2", 1, "local derivative is 1"), ("db1", -0.0613, "bias of unit 1"),
        ("dA2", 2, "below its target"), ("dZ2", 2, "how large can that be"), ("dW2", 1, "Its own value has no say"),
        ("dW2", 2, "the bias, which is multiplied by nothing"), ("dW1", 0, "x₂ = 0"), ("dX", 1, "It is x₂ that is 0"),
        ("dX", 0, "Two paths lead to x₂, one from each hidden unit: −0.0613 · (−0.3) + 0.0891 · 0.2."),
        ("A1", 0, "σ(0) is exactly ½"), ("dA1", 0, "−1.5"), ("dZ1", 0, "never turns its sign"), ("Z2", 2, "are weighed by 1 and −1.5"),
    ],
)  # fmt: skip
def test_a_wrong_guess_is_told_what_it_overlooks(modules, result, guess, words):
    code = """(m, [result, guess]) =>
        m.judge(m.OPERATIONS.find((one) => one.result === result), m.compute(m.LESSON), guess)"""
    assert words.lower() in modules("backprop", code, [result, guess]).lower()


@pytest.mark.parametrize("value", [0.6, -0.15662, 0.0001234, -9.96e-4, 12.34567, 0, -2.5e-15])
def test_a_number_is_shown_in_four_decimals_and_none_becomes_0(modules, value):
    shown = number(modules("backprop", "(m, value) => m.brief(value)", value))
    assert shown == pytest.approx(value, abs=5.1e-5 if abs(value) >= 0.001 else 0.05 * abs(value), rel=5e-5)
    assert (shown == 0) == (value == 0)


# What it shows


def picture(element):
    """Return {name of a number: what the picture says} for all of them."""
    return dict(
        element.locator("[data-number]").evaluate_all(
            "found => found.map((one) => [one.dataset.number, one.lastChild.textContent])"
        )
    )


def lit(element, kind):
    cells = element.locator(f"[data-number].widget-{kind}")
    return set(cells.evaluate_all("found => found.map((one) => one.dataset.number)"))


def press(element, name):
    element.locator(f'[data-name="{name}"]').click()


def title(element):
    return element.locator(".widget-backprop-title").text_content()


def agree(shown, numbers, known):
    """Assert that what is known is shown in four decimals, and nothing else."""
    for name, text in shown.items():
        key, index = name.split(".")
        if key in known:
            assert number(text) == pytest.approx(numbers[key][int(index)], abs=5.1e-5, rel=5e-5), name
        else:
            assert text in "·?", name


def check_sums(element, wanted):
    """Assert that each worked line is right, and comes to what is wanted."""
    lines = element.locator(".widget-backprop-sum").all_text_contents()
    assert len(lines) == len(wanted)
    for line, entry in zip(lines, wanted, strict=True):
        _, *sides = line.replace("\u00a0", " ").split(" = ")
        assert number(sides[-1]) == pytest.approx(entry, abs=5.1e-5)
        powers = re.sub(r"·10⁻(.)", lambda found: f"e-{'⁰¹²³⁴⁵⁶⁷⁸⁹'.index(found[1])}", sides[0])
        worked = powers.replace("−", "-").replace("·", "*").replace("²", "**2")
        value = eval(worked, {"σ": lambda z: 1 / (1 + np.exp(-z))})
        assert value == pytest.approx(entry, abs=2e-4)  # its factors are rounded to 5e-5


def test_entries_are_named_as_the_lesson_names_them(live):
    """A hidden unit's are those of a row of Z and A: example 1, unit 2. Where there is one, no index."""
    names = live("backprop").locator("svg[role=img] > text").all_text_contents()
    assert [name for name in names if re.fullmatch("[bza][₀-₉]*", name)] == [
        "b₁", "z₁₁", "a₁₁", "b₂", "z₁₂", "a₁₂", "b", "z", "a",
    ]  # fmt: skip


def test_all_steps_by_mouse_each_number_when_it_is_revealed(live, bare_page):
    element, numbers = live("backprop"), from_np_nn(LESSON)
    known = set(LESSON)
    for k, key in enumerate(STEPS):
        assert title(element).startswith(f"{k + 1} of 14")
        agree(picture(element), numbers, known)
        entries = {f"{key}.{i}" for i in range(len(numbers[key]))}
        assert lit(element, "result") == {name for name, text in picture(element).items() if text == "?"} == entries
        assert len(lit(element, "asked")) == 1
        code = element.locator(".widget-backprop-code")
        operands = {
            part
            for part in code.locator("[data-part]").evaluate_all("found => found.map((one) => one.dataset.part)")
            if part != key
        }
        assert {name.split(".")[0] for name in lit(element, "operand")} == operands
        press(element, "next")  # reveal
        known |= {key, "dL"} if key == "L" else {key}
        agree(picture(element), numbers, known)
        check_sums(element, numbers[key])
        if k < 13:
            press(element, "next")
    assert element.locator('[data-name="next"]').text_content() == "Again"
    press(element, "numbers")
    for key, array in numbers.items():
        for index, wanted in enumerate(array):
            if key not in LESSON:
                shown = element.locator(f'output[data-name="{key}.{index}"]').text_content()
                assert number(shown) == pytest.approx(wanted, abs=5.1e-5)
    press(element, "next")  # again
    assert title(element).startswith("1 of 14") and picture(element)["dX.0"] == "·"
    assert element.locator('output[data-name="dX.0"]').text_content() == "?"
    press(element, "back")
    assert title(element).startswith("1 of 14")
    press(element, "all")
    agree(picture(element), numbers, {*STEPS, *LESSON, "dL"})


def test_backprop_by_keyboard(live, bare_page):
    element = live("backprop")
    keys = bare_page.keyboard
    guess = field(element, "guess")
    guess.focus()
    keys.type("0.8")
    keys.press("Enter")
    assert says(element).startswith("Not yet. That is the sum without the bias")
    guess.fill("x")
    keys.press("Enter")
    assert says(element) == "Not yet. A guess must be a number; two digits are enough."
    guess.fill("0,7")
    keys.press("Enter")
    assert says(element).startswith("Right.") and picture(element)["Z1.1"] == "0.7"
    keys.press("Enter")  # the focus is on Next
    assert title(element).startswith("2 of 14") and picture(element)["A1.0"] == "?"
    element.locator('[data-name="guess-0"]').focus()
    keys.press("Space")
    assert says(element).startswith("Not yet. σ(0) is exactly ½")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    assert says(element).startswith("Right.")
    element.locator("[data-name=picture]").focus()
    for key, wanted in [
        ("ArrowRight", "3"), ("ArrowLeft", "2"), ("Home", "1"), ("ArrowLeft", "1"), ("End", "3"),
        ("ArrowRight", "3"), ("ArrowRight", "4"),
    ]:  # fmt: skip
        keys.press(key)
        assert title(element).startswith(f"{wanted} of 14")
    assert picture(element)["Z2.0"] == "−0.1566"
    element.locator('[data-name="step"]').focus()
    keys.press("End")
    assert title(element).startswith("14 of 14") and picture(element)["dX.1"] == "0.0362"
    element.locator("[data-name=picture]").focus()
    keys.press("ArrowRight")  # it stays where it is
    assert title(element).startswith("14 of 14") and picture(element)["dX.1"] == "0.0362"


def test_a_number_that_is_clicked_shows_what_it_is_made_of(live, bare_page):
    element = live("backprop", "shown=14")
    element.locator('[data-number="dX.1"]').click()
    assert title(element).startswith("14 of 14")
    assert lit(element, "result") == {"dX.1"}
    assert lit(element, "operand") == {"dZ1.0", "dZ1.1", "W1.1", "W1.3"}
    arrows = element.locator(".widget-lit").evaluate_all("found => found.map((one) => one.dataset.arrow)")
    assert set(arrows) == {"W1.1", "W1.3"}
    assert element.locator(".widget-picked").text_content().startswith("∂L/∂x2")
    element.locator('[data-number="dL.0"]').click()
    assert says(element).startswith("∂L/∂L is 1.")
    element.locator('[data-number="W2.1"]').click()  # one that is given
    assert bare_page.evaluate("document.activeElement.dataset.id") == "W2.1"
    # What is pointed at is marked in the picture, the equation and the code.
    element.locator('.widget-backprop-code [data-part="dZ1"]').hover()
    assert lit(element, "hot") == {"dZ1.0", "dZ1.1"}
    assert element.locator(".widget-backprop-equation .widget-hot").count() == 1
    # One that is not revealed is asked for, and no other.
    element = live("backprop", "shown=3&step=1")
    element.locator('[data-number="dW2.1"]').click()
    assert title(element).startswith("8 of 14") and picture(element)["dW2.1"] == "?"
    assert picture(element)["dZ2.0"] == "−0.2679"


def test_all_numbers_follow_what_is_changed(live, bare_page):
    element = live("backprop", "shown=14&step=14")
    press(element, "numbers")
    changed = some(7)
    for key, array in changed.items():
        for index, wanted in enumerate(array):
            wanted = changed[key][index] = round(wanted, 2)
            element.locator(f'input[data-id="{key}.{index}"]').fill(str(wanted))
    numbers = from_np_nn(changed)
    agree(picture(element), numbers, set(numbers))
    check_sums(element, numbers["dX"])
    pass_time(bare_page, 400)
    assert "b2=" in bare_page.url
    opened = live("backprop", bare_page.url.split("?")[1])
    agree(picture(opened), numbers, set(numbers))
    press(opened, "numbers")
    press(opened, "lesson")
    agree(picture(opened), from_np_nn(LESSON), set(numbers))
    pass_time(bare_page, 400)
    assert "b2=" not in bare_page.url


def test_it_plays_and_rests(live, bare_page):
    element = live("backprop")
    press(element, "play")
    pass_time(bare_page, 1900)
    assert title(element).startswith("1 of 14") and picture(element)["Z1.0"] == "0.6"
    pass_time(bare_page, 200)
    assert title(element).startswith("2 of 14") and picture(element)["A1.0"] == "0.6457"
    press(element, "play")
    pass_time(bare_page, 10_000)
    assert element.locator('[data-name="play"]').text_content() == "Play"
    assert title(element).startswith("2 of 14") and picture(element)["Z2.0"] == "·"


WALK = """(element) => {
    const heights = new Set();
    const press = (button) => { button.click(); heights.add(element.getBoundingClientRect().height) };
    for (let turn = 0; turn < 28; turn++) {
        const guesses = () => [...element.querySelectorAll('button[data-name^="guess-"]')];
        for (let k = 0; k < guesses().length; k++) press(guesses()[k]); // the right one takes them away
        press(element.querySelector('[data-name="next"]'));
    }
    return [...heights];
}"""


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_step_moves_what_is_around_it(live, bare_page, width):
    bare_page.set_viewport_size({"width": width, "height": 1000})
    for given in ("", "&W1=-4.9131 -3.7231 -4.1231 -3.3331&X=-2.1234 -1.2345&b1=-3.3331 4.1111"):
        element = live("backprop", f"step=1&shown=0{given}")
        assert len(element.evaluate(WALK)) == 1
        assert bare_page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
