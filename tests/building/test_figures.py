"""The figures: what is committed is what snippets/figures draws, and its numbers are true.

Numbers are read from the text of the committed SVG, or from where a shape lies, and compared
with central differences, PyTorch, closed forms, or arithmetic by hand.
"""

import gzip
import itertools
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import perceptron_rule
import pytest
import torch
from matplotlib.path import Path as Outline

import figures
import figures.__main__ as program_of_figures
from docs.plugins import paths
from np_nn.gradcheck import numerical_gradient
from np_nn.network import BCEWithLogitsLoss, Network, Tanh

FOLDER = paths.DOCS / "figures"
NAMES = sorted(figures.FIGURES)
NOISE = "pytorch-difference|gradient_check-forward|gradient_check-central"  # shapes of rounding
LONG = ("xor_seeds", "xor_map")  # hundreds of trainings
SVG = "{http://www.w3.org/2000/svg}"


def committed(name):
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def elements(name, tag):
    return list(ElementTree.fromstring(committed(name)).iter(SVG + tag))


def words(name, role=None):
    """Return the texts of a figure in drawing order; of one colour if ``role`` is given."""
    return [
        "".join(text.itertext())
        for text in elements(name, "text")
        if role is None or f"fig-fill-{role}" in text.get("class", "").split()
    ]


def number(text):
    """Return the last number of a text such as "z = −0.5", "1,000" or "10⁻¹⁵"."""
    if power := re.fullmatch("10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text):
        return 10.0 ** int(power[1].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
    return float(re.findall(r"−?[\d.]+", text.replace(",", ""))[-1].replace("−", "-"))


def numbers(texts):
    return [number(text) for text in texts if re.search(r"\d", text)]


def axis(name, direction, low, high, log=False, first=False):
    """Return a function from coordinates of the SVG to data, from two tick labels.

    Of several axes with such labels it is the last one, or the ``first``.
    """
    # Labels of x stand centred under their ticks, those of y end before them, and their
    # feet are half the height of a digit too low.
    anchor, below = {"x": ("middle", 0.0), "y": ("end", 4.9)}[direction]
    ticks = {
        "".join(text.itertext()): float(text.get(direction)) - below
        for text in elements(name, "text")[:: -1 if first else 1]
        if text.get("text-anchor") == anchor and "fig-fill-muted" in text.get("class", "")
    }
    start, end = ticks[low], ticks[high]
    left, right = (np.log10(number(each)) if log else number(each) for each in (low, high))

    def data(coordinates):
        result = left + (np.asarray(coordinates) - start) / (end - start) * (right - left)
        return 10**result if log else result

    return data


def points(path):
    """Return the points of a path, or of its data, as an array of rows (x, y)."""
    data = path if isinstance(path, str) else path.get("d")
    return np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", data), dtype=float)


# The files


def test_every_figure_has_a_function_and_every_function_a_figure():
    files = sorted(path.name for path in FOLDER.iterdir())
    assert len(files) >= 11
    assert files == [f"{name}.svg" for name in NAMES]
    assert all(figures.FIGURES[name].__name__ == name for name in NAMES)


def parts(svg):
    """Return a figure without its coordinates, and the coordinates as numbers."""
    svg = re.sub(rf'(id="({NOISE})"[^>]* d=)"[^"]*"', r"\1", svg)
    pattern = r'(?<= d=)"[^"]*"|(?<= c[xy]=)"[^"]*"|(?<= [xyr]=)"[^"]*"'
    coordinates = " ".join(re.findall(pattern, svg))
    return re.sub(pattern, "", svg), [float(n) for n in re.findall(r"-?[\d.]+", coordinates)]


def is_same(svg, other):
    """Return whether two figures have the same texts, shapes and colours, in the same places."""
    (rest, coordinates), (other_rest, others) = parts(svg), parts(other)
    # Another machine's last digits can flip the one decimal that a coordinate has.
    return rest == other_rest and coordinates == pytest.approx(others, abs=0.11)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LONG])
def test_a_figure_is_what_its_function_draws(name):
    drawn = figures.FIGURES[name]()
    assert len(parts(drawn)[1]) > 20
    assert is_same(drawn, committed(name)), f"`make figures` draws {name} anew"


def test_the_same_figure_is_the_same_bytes():
    program = "import figures.descent, sys; sys.stdout.buffer.write(figures.descent.descent().encode())"
    drawn = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "0"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert drawn[0] == drawn[1] == figures.descent.descent().encode()


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_plain_and_small(name):
    svg = committed(name)
    root = ElementTree.fromstring(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "style", "path", "circle", "text", "tspan",
    }  # fmt: skip
    names = {attribute for element in root.iter() for attribute in element.attrib}
    assert not names & {"style", "href", "font-family", "clip-path", "onload"}
    assert "url(" not in svg and "@import" not in svg and "data:" not in svg
    assert len(gzip.compress(svg.encode())) <= 8 * 1024


@pytest.mark.parametrize("name", NAMES)
def test_ids_begin_with_the_name_of_the_figure(name):
    (style,) = elements(name, "style")
    assert style.get("id") == "standalone"
    ids = [e.get("id") for tag in ("path", "circle", "text") for e in elements(name, tag)]
    ids = [each for each in ids if each]
    assert all(each.startswith(f"{name}-") for each in ids)
    assert len(ids) == len(set(ids))


# The colours


def rules_of(css):
    """Return {selector: {property: value}} of a stylesheet without nesting."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return {
        " ".join(selector.split()): dict(
            tuple(part.strip() for part in item.split(":", 1)) for item in body.split(";") if ":" in item
        )
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    }


def page_rules():
    """Return the rules about figures in the stylesheets of the site."""
    rules = {}
    for path in sorted((paths.DOCS / "assets/css").glob("*.css")):
        for selector, body in rules_of(path.read_text(encoding="utf-8")).items():
            body = {key: value for key, value in body.items() if "fig-" in key + value}
            if body:
                rules.setdefault(selector, {}).update(body)
    return rules


def test_a_page_has_the_colours_of_a_figure_that_stands_alone():
    rules = page_rules()
    light = rules["[data-md-color-scheme]"]
    dark = light | rules['[data-md-color-scheme="slate"]']
    for role, (bright, deep) in figures.look.COLOURS.items():
        if role == "paper":
            assert light["--fig-paper"] == dark["--fig-paper"] == "var(--md-default-bg-color)"
        else:
            assert (light[f"--fig-{role}"], dark[f"--fig-{role}"]) == (bright, deep)


@pytest.mark.parametrize("name", NAMES)
def test_every_class_of_a_figure_has_its_rule_in_the_page_and_in_the_file(name):
    classes = {
        each
        for tag in ("path", "circle", "text")
        for element in elements(name, tag)
        for each in element.get("class", "").split()
    }
    assert classes
    (style,) = elements(name, "style")
    alone, page = rules_of(style.text), page_rules()
    for each in classes:
        for declared, value in alone[f".{each}"].items():
            if "var(" in value:
                assert page[f".{each}"][declared] == value


def luminance(colour):
    """Relative luminance, from WCAG 2.2."""
    channels = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "tint", "tint-blue", "tint-orange"])
@pytest.mark.parametrize("role", ["ink", "muted", "blue", "orange"])
def test_text_and_lines_stand_out_from_what_lies_beneath(role, ground, scheme):
    place = ["light", "dark"].index(scheme)
    pair = sorted(luminance(figures.look.COLOURS[each][place]) for each in (role, ground))
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5  # WCAG's AA for text; lines need 3


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_a_figure_in_a_page_follows_its_scheme(browser, scheme):
    css = "".join(path.read_text("utf-8") for path in sorted((paths.DOCS / "assets/css").glob("*.css")))
    svg = re.sub(r"<style.*?</style>", "", committed("perceptron"), flags=re.DOTALL)
    page = browser.new_page()
    page.set_content(f'<style>{css}</style><body data-md-color-scheme="{scheme}">{svg}')
    colour = page.evaluate("getComputedStyle(document.querySelector('.fig-fill-blue')).fill")
    page.close()
    wanted = figures.look.COLOURS["blue"][scheme == "slate"]
    assert [int(part) for part in re.findall(r"\d+", colour)] == list(bytes.fromhex(wanted[1:]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_file_by_itself_follows_the_readers_scheme(browser, scheme):
    page = browser.new_page(color_scheme=scheme)
    page.goto((FOLDER / "perceptron.svg").as_uri())
    ink, ground = (
        page.evaluate(f"getComputedStyle(document.documentElement).{each}") for each in ("color", "colorScheme")
    )
    page.close()
    wanted = figures.look.COLOURS["ink"][scheme == "dark"]
    assert [int(part) for part in re.findall(r"\d+", ink)] == list(bytes.fromhex(wanted[1:]))
    assert ground == "light dark"  # else the browser would put dark mode's text on white


# A narrow and a wide sans-serif, as far as the machine has them
@pytest.mark.parametrize("font", ["Arial, Liberation Sans", "Verdana, DejaVu Sans"])
def test_no_text_leaves_its_figure_or_runs_into_another(browser, font):
    page = browser.new_page()
    for name in NAMES:
        page.set_content(f"<body>{committed(name)}")
        page.add_style_tag(content=f"svg {{ font-family: {font}, sans-serif !important }}")
        width, height, boxes = page.evaluate(
            """() => {
                const {width, height} = document.querySelector("svg").viewBox.baseVal;
                const level = [...document.querySelectorAll("text:not([transform])")];
                return [width, height, level.map((text) => {
                    const {x, y, width, height} = text.getBBox();
                    return [text.textContent, x, y + 3, x + width, y + height - 3];
                })];
            }"""  # 3 units above and below the letters are empty in a line of text
        )
        assert boxes
        for text, left, top, right, bottom in boxes:
            assert left >= 0 and right <= width and top >= 0 and bottom <= height, (name, text)
        for (one, *a), (other, *b) in itertools.combinations(boxes, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (name, one, other)
    page.close()


# The program


def test_main_draws_the_named_figures_and_no_others(tmp_path, monkeypatch):
    monkeypatch.setattr(program_of_figures, "FOLDER", tmp_path)
    program_of_figures.main(["perceptron", "loss"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["loss.svg", "perceptron.svg"]


def test_an_unknown_name_is_answered_with_one_sentence_before_anything_is_drawn():
    program = [sys.executable, "-m", "figures", "perceptron", "perceptrom"]
    before = (FOLDER / "perceptron.svg").stat().st_mtime_ns
    answer = subprocess.run(program, capture_output=True, text=True)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "perceptrom" in answer.stderr and all(name in answer.stderr for name in NAMES)
    assert (FOLDER / "perceptron.svg").stat().st_mtime_ns == before


def test_a_colour_without_a_role_is_refused():
    figure, axes = figures.look.canvas(50)
    figures.look.stroke(axes, [0, 9], [0, 9], "#ff0000")
    with pytest.raises(ValueError, match="expect the colours of COLOURS, got #ff0000"):
        figures.look.write(figure, "test")


def test_text_that_matplotlib_would_typeset_is_refused():
    figure, axes = figures.look.canvas(50)
    figures.look.say(axes, 9, 9, "$x^2$")
    with pytest.raises(ValueError, match="expect plain text"):
        figures.look.write(figure, "test")


# The numbers, one figure after the other


def test_perceptron_adds_up():
    texts = words("perceptron")
    assert {"w₁ = 1", "w₂ = 1", "b = −1.5", "z = 0.5"} <= set(texts)
    assert " ".join(texts[-14::2]) == "w₁x₁ + w₂x₂ + b = z"
    assert " ".join(texts[-13::2]) == "1 · 1 + 1 · 1 − 1.5 = 0.5"
    assert words("perceptron", "paper") == ["1"]  # 0.5 is above 0


def test_perceptron_line_has_the_sums_at_the_points_and_lies_where_the_sum_is_zero():
    # 0 + 0 − 1.5, 0 + 1 − 1.5, 1 + 0 − 1.5, 1 + 1 − 1.5
    assert [t for t in words("perceptron_line") if t.startswith("z")] == [
        "z = −1.5",
        "z = −0.5",
        "z = −0.5",
        "z = 0.5",
    ]
    (line,) = [p for p in elements("perceptron_line", "path") if p.get("stroke-width") == "2.5"]
    x1 = axis("perceptron_line", "x", "0", "1")(points(line)[:, 0])
    x2 = axis("perceptron_line", "y", "0", "1")(points(line)[:, 1])
    # 130 units for 1: a tenth of a unit is 0.0008
    assert x1 + x2 - 1.5 == pytest.approx([0, 0], abs=0.002)
    assert abs(x1[1] - x1[0]) > 1


def planes(name):
    """Return for each small plot with the four positions what is drawn in it.

    That is the number of its ringed positions, the positions on the coloured side, and the ends
    of its line, all in the coordinates of the inputs.
    """
    circles = [tuple(float(circle.get(each)) for each in ("r", "cx", "cy")) for circle in elements(name, "circle")]
    positions = np.array(list(itertools.product((0.0, 1.0), repeat=2)))
    of_points = np.array([(x, y) for r, x, y in circles if r == 6])[2:]  # two are the legend's
    assert len(of_points) % 4 == 0
    paths = elements(name, "path")
    found = []
    for corner, _, _, opposite in of_points.reshape(-1, 4, 2):

        def inside(path, corner=corner, opposite=opposite):
            """Return the points of a path in the inputs' coordinates, if it lies in this plot."""
            places = (points(path) - corner) / (opposite - corner)
            return places if len(places) and (np.abs(places - 0.5) < 1.25).all() else None

        shapes = [(path.get("class", ""), inside(path)) for path in paths]
        shapes = [(role, places) for role, places in shapes if places is not None]
        lines = [places for role, places in shapes if "stroke-blue" in role]
        areas = [Outline(places) for role, places in shapes if "fill-tint-blue" in role]
        rings = [([x, y] - corner) / (opposite - corner) for r, x, y in circles if r == 11]
        rings = [tuple(np.round(ring)) for ring in rings if (np.abs(ring - 0.5) < 1).all()]
        coloured = [tuple(p) for p in positions if any(area.contains_point(p) for area in areas)]
        found.append((rings, coloured, lines))
    return found


# The parameters after each epoch of AND, worked out by hand from zeros: an epoch's corrections
# are +(1, 1, 1); −(0, 0, 1), −(0, 1, 1), +(1, 1, 1); −(0, 1, 1), −(1, 0, 1), +(1, 1, 1); and so on.
AND_EPOCHS = [(1, 1, 1), (2, 1, 0), (2, 1, -1), (2, 2, -1), (2, 1, -2), (2, 1, -2)]
# The circle of XOR: the parameters before each of the four corrections.
XOR_CIRCLE = [(-1, 0, 1), (-1, 0, 0), (-1, 1, 1), (0, 1, 2)]


def in_words(parameters):
    return "w₁ {}, w₂ {}, b {}".format(*parameters).replace("-", "−")


def test_perceptron_rule_states_what_comes_out_by_hand():
    texts = words("perceptron_rule")
    assert [t for t in texts if t.startswith("w₁")] == [in_words(each) for each in AND_EPOCHS]
    counts = [1, 3, 3, 2, 1, 0]
    assert numbers(t for t in texts if "mistake" in t) == counts
    assert [t for t in texts if t.startswith("epoch")] == [f"epoch {k}" for k in range(1, 7)]


def test_perceptron_cycle_states_what_comes_out_by_hand():
    texts = words("perceptron_cycle")
    assert [t for t in texts if t.startswith("w₁") and "," in t] == [in_words(each) for each in XOR_CIRCLE]
    assert [t for t in texts if t.startswith("(")] == [
        "(0, 0) should be 0",
        "(0, 1) should be 1",
        "(1, 0) should be 1",
        "(1, 1) should be 0",
    ]
    changes = [t for t in words("perceptron_cycle", "orange") if not t.startswith("(")]
    assert changes == [
        "b − 1", "w₂ + 1", "b + 1", "w₁ + 1", "b + 1", "w₁ − 1", "w₂ − 1", "b − 1",
    ]  # fmt: skip
    for name in ("w₁", "w₂", "b"):  # all of them together are nothing
        assert sum(number(t.replace(" ", "")) for t in changes if t.startswith(name)) == 0


@pytest.mark.parametrize("name, all_parameters", [("perceptron_rule", AND_EPOCHS), ("perceptron_cycle", XOR_CIRCLE)])
def test_the_small_planes_show_their_perceptrons(name, all_parameters):
    drawn = planes(name)
    assert len(drawn) == len(all_parameters)
    for number_, ((rings, coloured, lines), (w1, w2, b)) in enumerate(zip(drawn, all_parameters)):
        sums = {(x1, x2): w1 * x1 + w2 * x2 + b for x1 in (0, 1) for x2 in (0, 1)}
        # A point exactly on the line is on the edge of the area, where inside means nothing.
        assert [p for p in coloured if sums[p] != 0] == [p for p in sums if sums[p] > 0]
        bright = {(1, 1)} if name.endswith("rule") else {(0, 1), (1, 0)}
        wrong = [p for p in sums if (sums[p] > 0) != (p in bright)]
        if name.endswith("cycle"):  # only the one whose turn it is
            assert list(sums)[number_] in wrong
            wrong = [list(sums)[number_]]
        assert rings == wrong
        for ends in lines:
            # About 50 units for 1: a tenth of a unit is 0.002, and weights go up to 2.
            assert ends @ [w1, w2] + b == pytest.approx(np.zeros(len(ends)), abs=0.01)
        assert len(lines) == (0 if (w1, w2, b) == (0, 1, 2) else 1)  # x2 = −2 is out of sight


def test_the_figures_follow_the_rule_of_the_lesson():
    for targets in itertools.product((0.0, 1.0), repeat=4):
        steps = list(figures.compute.follow_the_rule(targets, 7))
        ends = [after for _, _, after in steps[3::4]]
        assert ends == [parameters for _, parameters in perceptron_rule.train(targets, 7)]


def initial(*sizes):
    """Return the weights and biases that np_nn documents for seed 0, drawn without np_nn."""
    rng = np.random.default_rng(0)
    drawn = []
    for in_features, out_features in zip(sizes, sizes[1:]):
        bound = 1 / np.sqrt(in_features)
        drawn.append(rng.uniform(-bound, bound, size=(out_features, in_features)))
        drawn.append(rng.uniform(-bound, bound, size=out_features))
    return drawn


def test_activations_draws_the_curves_and_slopes_of_the_closed_forms():
    drawn = {p.get("id"): points(p) for p in elements("activations", "path") if p.get("id")}
    curves = {
        "sigmoid": lambda z: 0.5 + 0.5 * np.tanh(z / 2),
        "sigmoid-slope": lambda z: 0.25 / np.cosh(z / 2) ** 2,
        "tanh": lambda z: 1 - 2 / (1 + np.exp(2 * z)),
        "tanh-slope": lambda z: 1 / np.cosh(z) ** 2,
        "relu": lambda z: (z + np.abs(z)) / 2,
        "relu-slope": lambda z: (z > 0.002).astype(float),  # the corner counts as 0
    }
    assert sorted(drawn) == sorted(f"activations-{name}" for name in curves)
    feet = [150 / 2.3 * 112 / 150, 112 / 1.15, 112 / 5.35]  # units for 1: of two rows, of slopes
    for name, truth in curves.items():
        x, y = drawn[f"activations-{name}"].T
        z = 10 * (x - x.min()) / (x.max() - x.min()) - 5
        assert len(z) >= 3 and np.abs(x.max() - x.min() - 150) < 0.11
        unit = feet[1] if "slope" in name else feet[2] if name == "relu" else feet[0]
        wanted = unit * truth(z)
        # A tenth of a unit sideways is 0.0067 of z, upwards what it is; so is the simplification.
        assert y[0] - y == pytest.approx(wanted - wanted[0], abs=0.4), name


def test_activations_shades_where_the_slope_is_below_a_twentieth():
    assert "slope below 0.05" in words("activations")
    shaded = [p for p in elements("activations", "path") if "tint" in p.get("class", "")]
    edges = [points(p)[:, 0] for p in shaded[1:]]  # the first one is the key
    # sigmoid: a (1 - a) = 0.05 at z = ln of a / (1 - a); tanh: a = sqrt(0.95)
    a = (1 + np.sqrt(0.8)) / 2
    reach = {"sigmoid": np.log(a / (1 - a)), "tanh": np.arctanh(np.sqrt(0.95))}
    wanted = [(-5, -reach["sigmoid"]), (reach["sigmoid"], 5)] * 2
    wanted += [(-5, -reach["tanh"]), (reach["tanh"], 5)] * 2 + [(-5, 0)] * 2
    for xs, ends in zip(edges, wanted, strict=True):
        left = 34 if xs.max() < 200 else 238
        z = (np.array([xs.min(), xs.max()]) - left) / 15 - 5
        assert z == pytest.approx(ends, abs=0.02)  # the grid's step and a tenth of a unit
    (filled,) = [c for c in elements("activations", "circle") if "fill-orange" in c.get("class")]
    (hollow,) = [c for c in elements("activations", "circle") if "fill-paper" in c.get("class")]
    assert filled.get("cx") == hollow.get("cx") == "313"
    assert float(filled.get("cy")) > float(hollow.get("cy"))  # at 0 the slope counts as 0


def test_layers_shows_the_product_that_loops_compute():
    cells = [number(t) for t in words("layers") if re.fullmatch(r"−?[\d.]+", t)]
    shown = np.split(np.array(cells), np.cumsum([15, 5, 12, 20]))
    weight, bias = initial(3, 5)
    inputs = [[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 1]]
    sums = [sum(x * w for x, w in zip(row, unit)) + b for row in inputs for unit, b in zip(weight, bias)]
    # Two decimals are shown: half of the last one, and a hair for its own rounding.
    near = pytest.approx
    assert shown[0] == near(weight.T.ravel(), abs=0.00501)
    assert shown[1] == near(bias, abs=0.00501)
    assert shown[2] == near(np.ravel(inputs), abs=0)
    assert shown[3] == near(np.array(sums), abs=0.00501)


def test_the_sum_that_is_written_out_under_layers_adds_up_as_it_stands():
    (worked,) = [text for text in words("layers") if "·" in text]
    products = re.findall(r"(\d) · \(?(−?[\d.]+)", worked)
    assert len(products) == 3
    total = sum(number(a) * number(b) for a, b in products) + number(worked)
    assert f"{total:.2f}" == words("layers")[-1]
    lit = words("layers", "blue")
    assert lit[-1] == words("layers")[-1]
    assert sorted(b for _, b in products) == sorted(lit[:3])


def test_loss_draws_the_squares_of_the_residuals():
    # 1.5 − 2.5, 2.5 − 1.5, 3.5 − 4.5, 4.5 − 4; (1 + 1 + 1 + 0.25) / 4 = 0.8125
    squares, residuals = ["1", "1", "1", "0.25", "L = 0.8125"], ["−1", "1", "−1", "0.5"]
    assert words("loss", "orange") == squares + residuals
    drawn = [points(p) for p in elements("loss", "path") if "tint" in p.get("class", "")]
    sides = sorted(tuple(np.ptp(corners, axis=0)) for corners in drawn)
    wanted = sorted(40 * np.sqrt([1, 1, 1, 0.25, 1, 1, 1, 0.25, 0.8125]))
    # Both ends of a side are rounded to a tenth of a unit.
    assert np.array(sides) == pytest.approx(np.transpose([wanted, wanted]), abs=0.11)


@pytest.mark.parametrize("lr, first", [(0.19, 30), (0.05, 45)])  # the map's paths come last
def test_descent_draws_the_steps_of_the_closed_form(lr, first):
    circles = elements("descent", "circle")
    assert len(circles) == 60
    path = circles[first : first + 15]
    x = axis("descent", "x", "−8", "8")([float(circle.get("cx")) for circle in path])
    y = axis("descent", "y", "−2", "2")([float(circle.get("cy")) for circle in path])
    steps = np.arange(15)
    # 20 units for 1: a tenth of a unit is 0.005
    assert x == pytest.approx(-6 * (1 - lr) ** steps, abs=0.01)
    assert y == pytest.approx(2 * (1 - 10 * lr) ** steps, abs=0.01)


def test_cross_entropy_is_minus_ln_p_and_stands_above_the_square():
    lines = {p.get("id"): points(p) for p in elements("cross_entropy", "path") if p.get("id")}
    p, loss = axis("cross_entropy", "x", "0.0", "1.0"), axis("cross_entropy", "y", "0", "5")
    x, y = lines["cross_entropy-logarithm"].T
    # Half a tenth of a unit is 0.00015 of p, and so up to 2% of p where the curve is cut off.
    np.testing.assert_allclose(np.exp(-loss(y)), p(x), rtol=0.03, atol=0.002)
    x, y = lines["cross_entropy-square"].T
    np.testing.assert_allclose(loss(y), (p(x) - 1) ** 2, atol=0.003)
    assert numbers(words("cross_entropy", "blue")) == [4.6052, 2.3026, 0.6931]
    assert numbers(words("cross_entropy", "orange"))[0] == 0.9801


def test_descent_rates_ends_at_the_heights_of_the_closed_form():
    lines = [points(p) for p in elements("descent_rates", "path") if p.get("stroke-width") == "2"]
    height = axis("descent_rates", "y", "0.001", "100,000", log=True)
    ends = [height(line[-1, 1]) for line in lines]
    rates = np.array([0.05, 0.19, 0.20, 0.21])
    wanted = (36 * (1 - rates) ** 80 + 10 * 4 * (1 - 10 * rates) ** 80) / 2
    # 34 units for a factor of 10: a tenth of a unit is 0.7 %
    assert ends == pytest.approx(wanted, rel=0.015)
    named = [float(text.split()[-1]) for text in words("descent_rates") if text.startswith("η")]
    assert named == list(rates)


def test_chain_rule_adds_two_paths_of_local_derivatives():
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    weight = np.array([2.0])
    moves = np.zeros((2, 2))  # added to z and a of each example, to move them like a parameter
    x, y = np.array([1.5, 0.5]), np.array([1.0, 0.0])

    def forward():
        z = weight * x - 1 + moves[0]
        return z, sigmoid(z) + moves[1]

    def error():
        return float(np.mean((forward()[1] - y) ** 2))

    z, a = forward()
    by_weight = numerical_gradient(error, weight)
    by_z, by_a = numerical_gradient(error, moves)
    # Four decimals are shown: half of the last one, and a hair for the difference itself.
    shown = {role: np.array(numbers(words("chain_rule", role))) for role in ("blue", "orange")}
    wanted = [z[0], a[0], z[1], a[1], 2.0, error()]
    assert shown["blue"] == pytest.approx(wanted, abs=0.0000501)
    added = next(text for text in words("chain_rule", "orange") if "+" in text)
    paths = [number(part) for part in added.split("+")]
    assert paths == pytest.approx(by_z * x, abs=0.0000501)
    assert sum(paths) == pytest.approx(by_weight[0], abs=0.0001)
    wanted = [by_z[0], by_a[0], by_z[1], by_a[1], by_weight[0], paths[1], 1.0]
    assert shown["orange"] == pytest.approx(wanted, abs=0.0000501)
    arrows = numbers(text for text in words("chain_rule", "muted") if text.startswith("×"))
    slopes = sigmoid(z) * (1 - sigmoid(z))
    wanted = [x[0], slopes[0], by_a[0], x[1], slopes[1], by_a[1]]
    assert arrows == pytest.approx(wanted, abs=0.0000501)


def test_backprop_shows_beneath_each_number_its_central_difference():
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    inputs = np.array([1.0, 0.0])
    weight1, bias1 = np.array([[0.5, -0.3], [0.8, 0.2]]), np.array([0.1, -0.1])
    weight2, bias2 = np.array([[1.0, -1.5]]), np.array([0.2])
    # What is added to a value on its way, so that it can be moved like a parameter.
    moves = [np.zeros(2), np.zeros(2), np.zeros(1), np.zeros(1)]

    def forward():
        z1 = weight1 @ inputs + bias1 + moves[0]
        a1 = sigmoid(z1) + moves[1]
        z2 = weight2 @ a1 + bias2 + moves[2]
        return z1, a1, z2, sigmoid(z2) + moves[3]

    def error():
        return float((forward()[-1][0] - 1) ** 2)

    arrays = [inputs, weight1, bias1, weight2, bias2]
    wanted = [(error(), 1.0)]
    for value, moved in [*zip(arrays, arrays), *zip(forward(), moves)]:
        wanted += zip(value.ravel(), numerical_gradient(error, moved).ravel())

    values, gradients = (numbers(words("backprop", role)) for role in ("blue", "orange"))
    shown = list(zip(values, gradients, strict=True))
    assert len(shown) == len(wanted)
    for pair in wanted:
        # Four decimals are shown: half of the last one, and a hair for the difference itself.
        found = [each for each in shown if each == pytest.approx(pair, abs=0.0000501)]
        assert found, pair
        shown.remove(found[0])


def test_gradient_check_falls_with_the_order_of_the_difference_and_rises_with_rounding():
    paths = {p.get("id"): points(p) for p in elements("gradient_check", "path") if p.get("id")}
    step = axis("gradient_check", "x", "10⁻¹³", "10⁻¹", log=True)
    error = axis("gradient_check", "y", "10⁻⁹", "1", log=True)
    orders = {"forward": (1, 1e-8), "central": (2, 1e-5)}
    for kind, (order, best) in orders.items():
        x, y = paths[f"gradient_check-{kind}"].T
        steps, errors = step(x), error(y)
        assert steps == pytest.approx(10.0 ** np.arange(-13, -0.9, 0.5), rel=0.02)
        # From 0.1 to 0.001 the formula's own error rules: a step 100 times as small.
        assert errors[-1] / errors[-5] == pytest.approx(100**order, rel=0.5)
        # Below, rounding does, of about 1e-16 / h in a gradient of about 1: V, and no cliff.
        assert best / 31 < steps[np.argmin(errors)] < best * 31
        assert errors[0] > 1e-3 > errors[6] > errors.min()
    forward, central = (paths[f"gradient_check-{kind}"][:, 1] for kind in orders)
    assert error(central).min() < error(forward).min() / 10


def test_gradient_zoo_shows_what_can_be_worked_out_by_hand_and_no_mutant_gets_through():
    texts = [text for text in words("gradient_zoo") if re.fullmatch(r"\d\.\d\d", text)]
    rows = np.array(texts, float).reshape(14, 7)
    assert len(words("gradient_zoo", "orange")) == (rows > 0).sum()
    assert (rows[0] == 0).all() and (rows[1:].max(axis=1) > 0.2).all()
    sixth = round(1 - 1 / 6, 2)  # a mean over 6 examples that is or is not taken
    biases = [0, 1, 0, 1, 0, 1, 0]
    assert rows[1].tolist() == [sixth] * 7
    assert rows[9].tolist() == [2, 2, 0, 0, 0, 0, 0]
    assert rows[10].tolist() == [1, 1, 0, 0, 0, 0, 0]
    assert rows[11].tolist() == biases
    assert rows[12].tolist() == [sixth * one for one in biases]
    assert (rows[13] > 0).tolist() == [bool(one) for one in biases]


def test_network_has_the_shapes_and_the_loss_that_numpy_alone_computes():
    weight1, bias1, weight2, bias2 = initial(2, 8, 1)
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    z1 = inputs @ weight1.T + bias1
    z2 = np.tanh(z1) @ weight2.T + bias2
    shapes = [str(array.shape) for array in (inputs, z1, np.tanh(z1), z2)]
    for role in ("blue", "orange"):
        assert [text for text in words("network", role) if text.startswith("(")] == shapes
    error = np.mean((z2 - [[0.0], [1.0], [1.0], [0.0]]) ** 2)
    assert f"L = {error:.4f}" in words("network")
    parameters = [weight1, bias1, weight2, bias2]
    shown = [re.findall(r"\([\d, ]+\)", text) for text in words("network") if "weight" in text]
    assert sum(shown, []) == [str(parameter.shape) for parameter in parameters]


@pytest.fixture(scope="module")
def torch_run():
    """PyTorch's training of XOR from the same weights: model, outputs and losses by step."""
    torch.set_num_threads(1)
    model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    model.double()
    with torch.no_grad():
        for parameter, array in zip(model.parameters(), initial(2, 8, 1)):
            parameter.copy_(torch.from_numpy(array))
    inputs = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float64)
    targets = torch.tensor([[0], [1], [1], [0]], dtype=torch.float64)
    optimizer, criterion = torch.optim.SGD(model.parameters(), lr=0.5), torch.nn.BCEWithLogitsLoss()
    outputs, losses = [], []
    for _ in range(2001):
        if outputs:
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
        outputs.append(model(inputs))
        value = criterion(outputs[-1], targets)
        losses.append(value.item())
    return model, torch.stack(outputs).detach()[:, :, 0], losses


def shape(name, gid):
    """Return the points of the path with this id, in the order in which they are drawn."""
    (path,) = [p for p in elements(name, "path") if p.get("id") == f"{name}-{gid}"]
    return points(path)


def test_xor_by_hand_puts_the_four_points_where_relu_by_hand_puts_them():
    x, y = (axis("xor_by_hand", way, "0", "1") for way in "xy")
    circles = [c for c in elements("xor_by_hand", "circle") if c.get("r") == "7"][4:]
    places = {}
    for circle in circles:
        place = round(float(x(float(circle.get("cx"))))), round(float(y(float(circle.get("cy")))))
        places[place] = "fig-fill-blue" in circle.get("class")
    # 0 0: (0, 0). 0 1 and 1 0: (1, 1 - 1). 1 1: (2, 2 - 1).
    assert places == {(0, 0): False, (1, 0): True, (2, 1): False}
    assert "(0, 1) and (1, 0)" in words("xor_by_hand")


def test_xor_by_hand_bends_the_plane_into_a_line_with_a_corner_and_cuts_that_off():
    x, y = (axis("xor_by_hand", way, "0", "1") for way in "xy")
    image, border = shape("xor_by_hand", "image"), shape("xor_by_hand", "border")
    a1, a2 = x(image[:, 0]), y(image[:, 1])
    assert a2 == pytest.approx(np.maximum(a1 - 1, 0), abs=0.01)  # 100 units for 1
    assert min(a1) < 0.01 and max(a1) > 2.3
    a1, a2 = x(border[:, 0]), y(border[:, 1])
    assert a1 - 2 * a2 == pytest.approx([0.5, 0.5], abs=0.01)
    assert abs(a1[1] - a1[0]) > 2


@pytest.mark.parametrize("unit, total", [(0, 0), (1, 1)])
def test_xor_by_hand_draws_the_lines_from_which_on_the_units_rise(unit, total):
    line = shape("xor_by_hand", f"unit-{unit}")
    x1, x2 = (axis("xor_by_hand", way, "0", "1", first=True)(at) for way, at in zip("xy", line.T))
    assert x1 + x2 == pytest.approx([total, total], abs=0.01)


def test_xor_by_hand_shades_the_strip_between_one_half_and_one_and_a_half():
    area = [p for p in elements("xor_by_hand", "path") if "tint-blue" in p.get("class", "")][0]
    strip = Outline(points(area))
    ways = [axis("xor_by_hand", way, "0", "1", first=True) for way in "xy"]
    seen = []
    for place in np.random.default_rng(0).uniform(40, 290, size=(400, 2)):
        x1, x2 = (float(way(at)) for way, at in zip(ways, place))
        away = abs(abs(x1 + x2 - 1) - 0.5) > 0.02
        if away and max(abs(x1 - 0.5), abs(x2 - 0.5)) < 0.99:
            assert strip.contains_point(place) == (abs(x1 + x2 - 1) < 0.5)
            seen.append(strip.contains_point(place))
    assert 50 < sum(seen) < len(seen) - 50


def test_xor_states_what_pytorch_finds(torch_run):
    _, outputs, losses = torch_run
    right = ((outputs > 0) == torch.tensor([False, True, True, False])).all(axis=1)
    since = int((~right).nonzero().max()) + 1
    assert f"step {since}: from here on all four are right" in words("xor")
    assert words("xor", "blue") == [f"{losses[2000]:.4f}"]
    probabilities = [f"{p:.3f}" for p in torch.sigmoid(outputs[-1])]
    assert [text for text in words("xor") if re.fullmatch(r"0\.\d{3}", text)] == probabilities


@pytest.mark.parametrize("name, truth", [("perceptron_line", min), ("xor", lambda p: p[0] != p[1])])
def test_the_coloured_side_holds_the_points_that_are_1_and_no_others(name, truth):
    (area,) = [p for p in elements(name, "path") if "tint-blue" in p.get("class", "")]
    pieces = [Outline(points(piece)) for piece in area.get("d").split("M")[1:]]
    found = {}
    for circle in elements(name, "circle"):
        if circle.get("r") == "7":
            place = float(circle.get("cx")), float(circle.get("cy"))
            row = tuple(round(float(axis(name, way, "0", "1")(at))) for way, at in zip("xy", place))
            inside = any(piece.contains_point(place) for piece in pieces)
            found[row] = inside, "fig-fill-blue" in circle.get("class")
    rows = itertools.product((0, 1), repeat=2)
    assert found == {row: (bool(truth(row)), bool(truth(row))) for row in rows}


def test_xor_draws_its_border_where_pytorch_says_one_half(torch_run):
    model, _, _ = torch_run
    borders = [p for p in elements("xor", "path") if "stroke-blue" in p.get("class", "")]
    border = points(borders[-1])
    assert len(border) > 40
    places = [axis("xor", way, "0", "1")(at) for way, at in zip("xy", border.T)]
    with torch.no_grad():
        half = torch.sigmoid(model(torch.tensor(np.column_stack(places))))[:, 0].numpy()
    # Between the points of a grid of 1/20 the border is drawn straight.
    assert half == pytest.approx(np.full(len(border), 0.5), abs=0.05)


def stripes(place, truth):
    """Return the seeds whose stripe in this row of ``xor_seeds`` says yes (or no)."""
    name = f"xor_seeds-{'yes' if truth else 'no'}-{place}"
    paths = [p for p in elements("xor_seeds", "path") if p.get("id") == name]
    xs = [x for path in paths for x in re.findall(r"M(-?[\d.]+)", path.get("d"))]
    # The label of seed 10 and that of seed 40 say where the seeds stand.
    return [round(float(seed)) for seed in axis("xor_seeds", "x", "10", "40")(np.array(xs, float))]


PLACES = range(len(figures.xor.LOTTERY))


@pytest.mark.parametrize("place", PLACES)
def test_xor_seeds_counts_its_stripes(place):
    yes, no = stripes(place, True), stripes(place, False)
    assert sorted(yes + no) == list(range(50))
    assert words("xor_seeds", "blue")[place] == f"{len(yes)} of 50"


def test_xor_seeds_is_drawn_from_its_outcomes():
    outcomes = [[seed in stripes(place, True) for seed in range(50)] for place in PLACES]
    assert figures.xor.draw_seeds(outcomes) == committed("xor_seeds")


def margins(sizes, activation, loss, lr, steps, seeds, zero=False):
    """Train networks from all these seeds at once, without np_nn; return the margin of each.

    Every array has one more axis, the seed. With three inputs the table is the leaky one, and
    the last layer has the activation too.
    """
    inputs = np.array([[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 1]])[:, : sizes[0]] * 1.0
    targets = np.array([[0.0], [1.0], [1.0], [0.0]])
    if sizes[-1] == 2:  # reversed, as they were: the first one is 1 where XOR is
        targets = np.hstack([targets, 1 - targets])
    rngs = [np.random.default_rng(seed) for seed in seeds]
    layers = []
    for m, n in zip(sizes, sizes[1:]):
        drawn = [(rng.uniform(-1, 1, (n, m)), rng.uniform(-1, 1, (1, n))) for rng in rngs]
        layers.append([np.stack(part) / np.sqrt(m) * (not zero) for part in zip(*drawn)])
    squash, slope = {
        "tanh": (np.tanh, lambda a: 1 - a * a),
        "sigmoid": (lambda z: 0.5 + 0.5 * np.tanh(z / 2), lambda a: a * (1 - a)),
    }[activation]
    closed = sizes[0] == 3
    for step in range(steps + 1):
        values = [np.broadcast_to(inputs, (len(rngs), *inputs.shape))]
        for place, (weight, bias) in enumerate(layers):
            z = values[-1] @ weight.swapaxes(1, 2) + bias
            values.append(squash(z) if closed or place + 1 < len(layers) else z)
        outputs = values[-1]
        if step == steps:
            break
        if loss == "BCE":
            delta = (0.5 + 0.5 * np.tanh(outputs / 2) - targets) / targets.size
        else:
            delta = 2 * (outputs - targets) / targets.size * slope(outputs)
        for place in reversed(range(len(layers))):
            weight, bias = layers[place]
            layers[place] = [
                weight - lr * delta.swapaxes(1, 2) @ values[place],
                bias - lr * delta.sum(axis=1, keepdims=True),
            ]
            if place > 0:
                delta = delta @ weight * slope(values[place])
    score = outputs[..., :1] - (outputs[..., 1:] if sizes[-1] == 2 else 0)
    return ((2 * targets[:, :1] - 1) * score).min(axis=(1, 2))


@pytest.mark.parametrize(
    "place, sizes, activation, loss, lr, steps, zero, count",
    [
        (0, (2, 8, 1), "tanh", "BCE", 0.5, 2000, False, 50),
        (1, (2, 4, 1), "tanh", "BCE", 0.5, 2000, False, 50),
        (2, (2, 2, 1), "tanh", "BCE", 0.5, 5000, False, 29),
        (3, (2, 8, 1), "tanh", "BCE", 0.5, 2000, True, 0),
        (4, (2, 1), "tanh", "BCE", 0.5, 2000, False, 0),
        (5, (3, 5, 8, 2), "sigmoid", "MSE", 0.1, 5000, False, 3),
        (6, (3, 5, 8, 2), "sigmoid", "MSE", 5.0, 2000, False, 50),
        (7, (3, 2), "sigmoid", "MSE", 5.0, 2000, False, 50),
    ],
)
def test_as_many_seeds_solve_xor_as_the_figure_says(place, sizes, activation, loss, lr, steps, zero, count):
    found = margins(sizes, activation, loss, lr, steps, range(50), zero)
    # Without a hidden layer all logits end at 0, give or take a rounding.
    assert np.flatnonzero(found > 1e-9).tolist() == stripes(place, True)
    assert words("xor_seeds", "blue")[place] == f"{count} of 50"
    setting = [text for text in words("xor_seeds", "muted") if "steps" in text][place]
    assert setting.endswith(f"learning rate {lr:g}, {steps:,} steps")
    assert setting.startswith({"BCE": "cross-entropy", "MSE": "squared error"}[loss])
    assert words("xor_seeds", "ink") == [] and len(PLACES) == 8


# np_nn itself trains each network anew from one seed.
@pytest.mark.parametrize("place", PLACES)
def test_xor_seeds_says_of_a_seed_what_training_says(place):
    assert figures.xor.solves(place, 49) == (49 in stripes(place, True))


def marks(width, lr, truth):
    """Return the seeds whose mark in this cell of ``xor_map`` says yes (or no)."""
    name = f"{'yes' if truth else 'no'}-{width}-{lr:g}".replace(".", "_")
    paths = [p for p in elements("xor_map", "path") if p.get("id") == f"xor_map-{name}"]
    if not paths:
        return []
    # The learning rate stands under the middle of the cell, the width beside it; 5 marks a row.
    labels = {
        ("".join(text.itertext()), "muted" in text.get("class", "")): text for text in elements("xor_map", "text")
    }
    middle = float(labels[f"{lr:g}", True].get("x"))
    height = float(labels[str(width), False].get("y")) - 4.9
    ends = points(paths[0])
    centres = (ends[::2] + ends[1::2]) / 2
    top = height - 16 + 3.2
    columns = np.round((centres[:, 0] - middle) / 8 + 2).astype(int)
    return sorted((np.round((centres[:, 1] - top) / 8).astype(int) * 5 + columns).tolist())


@pytest.mark.parametrize("lr", figures.xor.MAP_RATES)
@pytest.mark.parametrize("width", figures.xor.MAP_WIDTHS)
def test_xor_map_marks_the_seeds_that_solve_xor(width, lr):
    yes, no = marks(width, lr, True), marks(width, lr, False)
    assert sorted(yes + no) == list(range(20))
    solved = np.flatnonzero(margins((2, width, 1), "tanh", "BCE", lr, 2000, range(20)) > 0).tolist()
    if lr < 10:
        assert yes == solved
    else:  # the steps are so long that a last digit decides which seeds are lucky
        assert len(yes) < 10 and len(solved) < 14


def test_xor_map_says_what_the_lesson_reads_off():
    rates, seeds = (0.1, 0.3, 1, 3), list(range(20))
    assert all(marks(1, lr, True) == [] for lr in figures.xor.MAP_RATES)
    assert {tuple(marks(2, lr, True)) for lr in rates} == {(5, 6, 7, 8, 9, 10, 14, 15, 17, 19)}
    assert all(marks(width, lr, True) == seeds for width in (3, 4, 8, 16) for lr in rates)
    assert sum(len(marks(width, 0.01, True)) for width in figures.xor.MAP_WIDTHS) == 12


def test_at_the_small_learning_rate_of_the_map_the_runs_are_only_slow():
    found = margins((2, 3, 1), "tanh", "BCE", 0.01, 20_000, range(20))
    assert (found > 0).all()


def test_at_the_large_learning_rate_of_the_map_most_end_worse_than_one_half():
    worse = []
    for seed in range(6):
        parts = figures.compute.stack([2, 4, 1], Tanh, np.random.default_rng(seed))
        model, criterion = Network(parts), BCEWithLogitsLoss()
        for _ in figures.compute.train(
            model, criterion, figures.compute.XOR_INPUTS, figures.compute.XOR_TARGETS, 10, 2000
        ):
            pass
        loss = criterion.forward(model.forward(figures.compute.XOR_INPUTS), figures.compute.XOR_TARGETS)
        worse.append(loss > np.log(2))
    assert sum(worse) >= 4


def test_xor_map_is_drawn_from_its_outcomes():
    outcomes = {
        (width, lr): [seed in marks(width, lr, True) for seed in range(20)]
        for width in figures.xor.MAP_WIDTHS
        for lr in figures.xor.MAP_RATES
    }
    assert figures.xor.draw_map(outcomes) == committed("xor_map")


@pytest.mark.parametrize("width, lr, seed", [(2, 0.3, 5), (2, 0.3, 4)])
def test_xor_map_says_of_a_seed_what_np_nn_says(width, lr, seed):
    assert figures.xor.map_solves(width, lr, seed) == (seed in marks(width, lr, True))


@pytest.mark.parametrize(
    "outputs, targets, wanted",
    [
        ([[-2.0], [1.0]], [[0.0], [1.0]], 1.0),  # both right, the second by 1
        ([[-2.0], [-1.0]], [[0.0], [1.0]], -1.0),  # the second is wrong by 1
        ([[0.25, 0.75], [0.5, 0.25]], [[0.0, 1.0], [1.0, 0.0]], 0.25),  # the larger one is right
        ([[0.75, 0.25], [0.5, 0.25]], [[0.0, 1.0], [1.0, 0.0]], -0.5),
    ],
)
def test_margin_is_that_of_the_worst_row(outputs, targets, wanted):
    assert figures.compute.margin(np.array(outputs), np.array(targets)) == wanted


def test_pytorch_lays_two_equal_curves_on_each_other(torch_run):
    _, _, losses = torch_run
    lines = [p for p in elements("pytorch", "path") if p.get("stroke-width") in ("7", "2")]
    broad, dashed = (points(line) for line in lines[:2])
    assert np.array_equal(broad, dashed)
    step = axis("pytorch", "x", "0", "2,000")(broad[:, 0])
    value = axis("pytorch", "y", "0", "0.8")(broad[:, 1])
    assert len(step) > 30
    # A tenth of a unit is 0.6 steps, in which the loss falls by 0.005 at most.
    assert value == pytest.approx(np.interp(step, range(2001), losses), abs=0.005)


def test_pytorch_shows_the_size_of_the_weights_and_how_little_they_differ(torch_run):
    model, _, _ = torch_run
    ours = Network(figures.compute.stack([2, 8, 1], Tanh, np.random.default_rng(0)))
    criterion = BCEWithLogitsLoss()
    for _ in figures.compute.train(ours, criterion, figures.compute.XOR_INPUTS, figures.compute.XOR_TARGETS, 0.5, 2000):
        pass
    pairs = [
        (array, parameter.detach().numpy()) for (array, _), parameter in zip(ours.parameters(), model.parameters())
    ]
    height = axis("pytorch", "y", "10⁻¹⁵", "1", log=True)
    sizes, differences = (points(p) for p in elements("pytorch", "path")[-2:])
    # 10 units for a factor of 10: a tenth of a unit is 2.3 %
    assert height(sizes[-1, 1]) == pytest.approx(max(np.abs(b).max() for _, b in pairs), rel=0.05)
    # Each machine rounds in its own way: 1e-12 is what the lesson promises.
    assert max(np.abs(a - b).max() for a, b in pairs) < 1e-12
    assert len(differences) > 10 and (height(differences[:, 1]) < 1e-12).all()


def test_every_figure_is_shown_on_a_page():
    pages = [paths.ROOT / "docs/index.md", *(paths.ROOT / "docs/lessons").glob("*.md")]
    assert len(pages) >= 9
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert [name for name in NAMES if not re.search(rf"figures/{name}\.svg[ )]", text)] == []
