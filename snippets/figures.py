"""The figures of the lessons, one function each: what it computes is what it draws.

    python snippets/figures.py            draw every figure into docs/figures
    python snippets/figures.py xor loss   draw these

A function takes nothing and returns the text of an SVG file. Weights, gradients, losses and
paths come out of np_nn inside the function; only ``pytorch`` needs torch as well.

Matplotlib draws in sentinel colours, and ``write`` swaps them for classes, so that a page's
stylesheet decides the colours of its light and its dark scheme. A file that is opened by
itself brings the same rules in its ``<style id="standalone">``, which a page leaves out.
"""

import io
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from docs.plugins.reading.course import direct_needs
from docs.plugins.reading.course import lessons as lessons_of_the_course
from np_nn import zoo
from np_nn.gradcheck import check_gradients, relative_error
from np_nn.network import (
    SGD, BCEWithLogitsLoss, Linear, MSELoss, Network, ReLU, Sigmoid, Tanh,
)  # fmt: skip

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "figures"

XOR_INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])
# The table of the course's first version: the third column is x1 AND x2, so it leaks.
LEAKY_INPUTS = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
LEAKY_TARGETS = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


# What a figure looks like

# Role: (light, dark). Blue is what goes forward, or a 1; orange is what goes backward, or
# goes wrong. Ink is for shapes; text has the text colour of the page.
COLOURS = {
    "ink": ("#212121", "#dfe1e6"),
    "muted": ("#5a6270", "#a6aebc"),
    "blue": ("#0a5fa6", "#7cbcf8"),
    "orange": ("#b14400", "#f5a566"),
    "tint": ("#eceef2", "#2f3541"),
    "tint-blue": ("#d8e8f7", "#1d4164"),
    "tint-orange": ("#fbe3d0", "#5a3519"),
    "paper": ("#ffffff", "#1e2129"),
}
# Black is what matplotlib leaves out of its SVG, and so the ink.
SENTINELS = [f"#0000{place:02x}" for place in range(len(COLOURS))]
INK, MUTED, BLUE, ORANGE, TINT, TINT_BLUE, TINT_ORANGE, PAPER = SENTINELS
ROLES = dict(zip(SENTINELS, COLOURS))

# A page's stylesheet repeats these rules, and says what the colours are.
RULES = (
    *(
        f".fig-{part}-{role}{{{part}:var(--fig-{role})}}"
        for role in COLOURS
        for part in ("fill", "stroke")
    ),
    ".fig-halo{stroke:var(--fig-paper);stroke-width:4px;paint-order:stroke}",
)

WIDTH = 400  # units across: about 0.85 pixels a unit on a phone
PIXELS = 1.3  # pixels a unit where there is room
BODY, SMALL = 14, 13  # text sizes in units

matplotlib.rcdefaults()  # whatever the machine's own matplotlibrc says
matplotlib.rcParams.update(
    {
        "svg.fonttype": "none",  # text stays text
        "svg.hashsalt": "figures",
        "font.size": SMALL,
        "path.simplify_threshold": 0.1,  # units
    }
)


def standalone_style():
    """Return the stylesheet of a file that is opened by itself or shown as an image."""
    light, dark = (
        "".join(f"--fig-{role}:{pair[scheme]};" for role, pair in COLOURS.items())
        for scheme in (0, 1)
    )
    general = "color-scheme:light dark;color:var(--fig-ink);font-family:system-ui,sans-serif"
    dark = f"@media(prefers-color-scheme:dark){{svg{{{dark}}}}}"
    return "\n".join([f"svg{{{general};{light}}}", dark, *RULES])


def rounded(text):
    """Return ``text`` with one decimal a number at most: 1/20 of a unit is not seen."""
    return re.sub(
        r"-?\d+\.?\d*(?:e-?\d+)?", lambda found: f"{round(float(found[0]), 1) + 0:g}", text
    )


def write(figure, name):
    """Return matplotlib's figure as a small SVG: paths, circles and texts in drawing order.

    Styles become presentation attributes, colours become classes, and markers circles;
    groups, metadata and whatever is invisible are left out. An id is the one that a drawing
    call gave after an ``@``, with the figure's name in front, since a page may hold several.
    """
    drawn = io.StringIO()
    metadata = dict.fromkeys(["Creator", "Date", "Format", "Type"])
    figure.savefig(drawn, format="svg", transparent=True, metadata=metadata)
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", drawn.getvalue()).replace("xlink:", "")
    source = ElementTree.fromstring(text)
    markers = {path.get("id"): path.get("d") for path in source.iterfind(".//defs/path")}
    width, height = (float(size) for size in source.get("viewBox").split()[2:])
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width:g} {height:g}",
            "width": f"{PIXELS * width:g}",
            "height": f"{PIXELS * height:g}",
            "fill": "currentColor",
            "stroke-linejoin": "round",
        },
    )
    ElementTree.SubElement(root, "style", id="standalone").text = standalone_style()
    for element, group in shapes(source, ""):
        kept = attributes(element)
        if kept is None:
            continue
        if group == "halo":
            kept["class"] = " ".join([*kept.get("class", "").split(), "fig-halo"])
        elif group.startswith("@"):
            kept["id"] = f"{name}-{group[1:]}"
        if element.tag == "path":
            path = " ".join(rounded(element.get("d")).split())
            kept["d"] = re.sub(r" ?([A-Za-z]) ?", r"\1", path)
            ElementTree.SubElement(root, "path", kept)
        elif element.tag == "use":  # a round marker: its path begins at the foot of the circle
            radius = re.match(r"M 0 (\S+)\s+C", markers[element.get("href")[1:]])[1]
            kept |= {"cx": rounded(element.get("x")), "cy": rounded(element.get("y"))}
            ElementTree.SubElement(root, "circle", kept | {"r": rounded(radius)})
        else:
            label(ElementTree.SubElement(root, "text", kept), element)
    ElementTree.indent(root, "")
    return re.sub(r"\n(?=<tspan|</text>)", "", ElementTree.tostring(root, "unicode")) + "\n"


def shapes(element, group):
    """Yield each path, marker and text of matplotlib's SVG with the id of its group."""
    for child in element:
        if child.tag == "g":
            yield from shapes(child, child.get("id", group))
        elif child.tag in ("path", "use", "text"):
            yield child, group


def attributes(element):
    """Return an element's style as attributes, or None if it is invisible."""
    style = dict(item.split(": ", 1) for item in element.get("style", "").split("; ") if item)
    colours = {"fill": style.get("fill", INK), "stroke": style.get("stroke", "none")}
    if set(colours.values()) == {"none"}:
        return None
    kept, classes = {}, []
    for part, colour in colours.items():
        if colour in ROLES and (element.tag, colour) != ("text", INK):
            classes.append(f"fig-{part}-{ROLES[colour]}")
        elif colour not in (*ROLES, "none"):
            raise ValueError(f"figures expect the colours of COLOURS, got {colour}")
    if classes:
        kept["class"] = " ".join(classes)
    if colours["fill"] == "none":
        kept["fill"] = "none"
    if colours["stroke"] != "none":
        style.setdefault("stroke-width", "1")
        for key in ("stroke-width", "stroke-dasharray", "stroke-linecap"):
            if key in style:
                kept[key] = rounded(style[key])
    for key in ("fill-opacity", "font-size", "font-weight", "text-anchor"):
        if key in style:
            kept[key] = style[key].removesuffix("px")
    return kept


def label(text, source):
    """Fill a text: where it stands, and its words, italic between asterisks."""
    if source.get("x") is None and source.get("transform") is None:
        raise ValueError("figures expect plain text, got matplotlib's own typesetting")
    text.attrib |= {"x": rounded(source.get("x")), "y": rounded(source.get("y"))}
    if not re.match(r"rotate\(-?0 ", source.get("transform", "rotate(0 ")):
        text.set("transform", rounded(source.get("transform")))
    text.text, *rest = source.text.split("*")
    for italic, after in zip(rest[::2], rest[1::2]):
        span = ElementTree.SubElement(text, "tspan", {"font-style": "italic"})
        span.text, span.tail = italic, after


def canvas(height):
    """Return a figure and axes whose coordinates are the SVG's: x right, y down."""
    figure = Figure(figsize=(WIDTH / 72, height / 72))
    axes = figure.add_axes([0, 0, 1, 1], xlim=(0, WIDTH), ylim=(height, 0))
    axes.axis("off")
    return figure, axes


def panel(figure, left, top, width, height, **settings):
    """Return axes for a plot at this place of the canvas: two thin lines, quiet ticks."""
    across, down = figure.get_size_inches() * 72
    rectangle = [left / across, 1 - (top + height) / down, width / across, height / down]
    axes = figure.add_axes(rectangle, **settings)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=MUTED, linewidth=1, zorder=1.5)
    axes.tick_params(length=0, pad=6, labelsize=SMALL, labelcolor=MUTED, which="both")
    return axes


def say(axes, x, y, words, size=BODY, colour=INK, align="center", shift=(0, 0), **more):
    """Write ``words``, italic between asterisks, with their middle height on a point.

    ``shift`` moves them right and up, in units. ``turn`` rotates them, in degrees, ``halo``
    keeps what lies behind them at a distance, ``bold`` sets them bold.
    """
    turn = np.deg2rad(more.get("turn", 0))
    drop = 0.35 * size  # from the middle of a capital to the line it stands on
    axes.annotate(
        words,
        (x, y),
        xytext=(shift[0] + drop * np.sin(turn), shift[1] - drop * np.cos(turn)),
        textcoords="offset points",
        fontsize=size,
        color=colour,
        ha=align,
        va="baseline",
        rotation=more.get("turn", 0),
        rotation_mode="anchor",
        fontweight="bold" if more.get("bold") else "normal",
        gid="halo" if more.get("halo") else None,
        annotation_clip=False,
        zorder=4,
    )


def stroke(axes, xs, ys, colour=INK, width=1.5, dash="solid", cap="round", gid=None):
    """Draw a line through the points; a NaN lifts the pen."""
    axes.plot(
        xs,
        ys,
        color=colour,
        linewidth=width,
        linestyle=dash,
        solid_capstyle=cap,
        clip_on=False,
        gid=gid,
    )


def shade(axes, xs, ys, colour, opacity, edge, width=0.6):
    """Fill a shape so lightly that what lies beneath it shows through."""
    face = (*matplotlib.colors.to_rgb(colour), opacity)
    axes.fill(xs, ys, facecolor=face, edgecolor=edge, linewidth=width, clip_on=False)


def dots(axes, xs, ys, radius, fill=INK, edge=None, width=1.5, gid=None):
    """Draw circles; without an ``edge`` they have the colour of their inside."""
    axes.plot(
        xs,
        ys,
        "o",
        markersize=2 * radius,
        markerfacecolor=fill,
        markeredgecolor=edge or fill,
        markeredgewidth=width,
        clip_on=False,
        zorder=3,
        gid=gid,
    )


def box(axes, left, top, width, height, fill="none", edge="none", corner=0, line=1.2, gid=None):
    """Draw a rectangle on a canvas."""
    axes.add_patch(
        FancyBboxPatch(
            (left, top),
            width,
            height,
            boxstyle=f"round,pad=0,rounding_size={corner}" if corner else "square,pad=0",
            facecolor=fill,
            edgecolor=edge,
            linewidth=line,
            clip_on=False,
            gid=gid,
        )
    )


def arrow(axes, start, end, colour=INK, width=1.5):
    """Draw an arrow from ``start`` to ``end``."""
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>,head_length=0.5,head_width=0.25",
            mutation_scale=12,
            shrinkA=0,
            shrinkB=0,
            color=colour,
            linewidth=width,
            clip_on=False,
        )
    )


def show(value, digits=None):
    """Return a number as text: ``digits`` decimals, or as many as it has; a true minus."""
    text = f"{value:g}" if digits is None else f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def sub(letter, *places):
    """Return an italic letter with an index, counted from 1 as in the equations."""
    return f"*{letter}*" + "".join(str(place) for place in places).translate(SUBSCRIPTS)


# What a figure computes


def train(model, criterion, inputs, targets, lr, steps):
    """Descend on the whole batch; yield the loss before each step."""
    optimizer = SGD(model.parameters(), lr)
    for _ in range(steps):
        yield criterion.forward(model.forward(inputs), targets)
        model.backward(criterion.backward())
        optimizer.step()


def stack(sizes, activation, rng):
    """Return Linear layers of these sizes with the activation between them."""
    parts = []
    for in_features, out_features in zip(sizes, sizes[1:]):
        parts += [Linear(in_features, out_features, rng), activation()]
    return parts[:-1]


def margin(outputs, targets):
    """Return how far the worst row is on the right side; XOR is solved where it is above 0.

    The right side of a logit is above 0 where the target is 1, and below 0 where it is 0.
    Of two outputs the one whose target is 1 must be the larger.
    """
    score = outputs if outputs.shape[1] == 1 else outputs[:, :1] - outputs[:, 1:]
    return float(((2 * targets[:, :1] - 1) * score).min())


def and_layer():
    """Return a perceptron's weighted sum with weights for AND: x1 + x2 - 1.5."""
    layer = Linear(2, 1, np.random.default_rng(0))
    layer.weight[:], layer.bias[:] = [[1.0, 1.0]], -1.5
    return layer


def follow_the_rule(targets, epochs):
    """Train a perceptron from zeros on the four positions, by the rule of Rosenblatt.

    Yield for each example the parameters (w1, w2, b) before it, the difference of target and
    output, and the parameters after it.
    """
    layer = Linear(2, 1, np.random.default_rng(0))
    layer.weight[:], layer.bias[:] = 0.0, 0.0
    for _ in range(epochs):
        for row, target in zip(XOR_INPUTS, targets):
            before = (*layer.weight[0], layer.bias[0])
            difference = target - float(layer.forward(row[np.newaxis])[0, 0] > 0)
            layer.weight += difference * row
            layer.bias += difference
            yield before, difference, (*layer.weight[0], layer.bias[0])


def half_plane(parameters, low, high):
    """Return where z > 0 in a square, and the piece of the line z = 0 there: arrays of points."""
    corners = np.array([[low, low], [high, low], [high, high], [low, high]])
    sums = corners @ parameters[:2] + parameters[2]
    side, border = [], []
    for place, (corner, z) in enumerate(zip(corners, sums)):
        following, z_there = corners[(place + 1) % 4], sums[(place + 1) % 4]
        if z > 0:
            side.append(corner)
        if (z > 0) != (z_there > 0):
            border.append(corner + z / (z - z_there) * (following - corner))
            side.append(border[-1])
    return np.array(side), np.array(border)


def walk(lr, steps, start=(-6.0, 2.0)):
    """Walk down the valley z = (x**2 + 10 y**2) / 2; return the points and their heights z.

    It is the mean squared error of a layer whose two weights are x and y: the inputs are
    (1, 0) and (0, sqrt(10)), the targets are 0.
    """
    layer = Linear(2, 1, np.random.default_rng(0))
    layer.weight[:], layer.bias[:] = [start], 0.0
    inputs, targets = np.diag([1.0, np.sqrt(10.0)]), np.zeros((2, 1))
    criterion, optimizer = MSELoss(), SGD([(layer.weight, layer.grad_weight)], lr)
    points, heights = [], []
    for _ in range(steps + 1):
        points.append(layer.weight[0].copy())
        heights.append(criterion.forward(layer.forward(inputs), targets))
        layer.backward(criterion.backward())
        optimizer.step()
    return np.array(points), np.array(heights)


# The figures


def perceptron():
    """The perceptron for AND at the input (1, 1): weights, one bias, one sum, one step."""
    layer = and_layer()
    inputs = np.array([[1.0, 1.0]])
    z = layer.forward(inputs)[0, 0]
    output = float(z > 0)
    (w1, w2), b = layer.weight[0], layer.bias[0]

    figure, axes = canvas(288)
    headings = ["inputs", "weights", "sum", "step", "output"]
    for x, heading in zip([56, 138, 218, 296, 366], headings):
        say(axes, x, 12, heading, SMALL, MUTED)
    middle = 120
    rows = [
        (48, sub("x", 1), show(inputs[0, 0]), f"{sub('w', 1)} = {show(w1)}", (20, 10)),
        (middle, sub("x", 2), show(inputs[0, 1]), f"{sub('w', 2)} = {show(w2)}", (0, 11)),
        (192, "", "1", f"*b* = {show(b)}", (15, -14)),
    ]
    for y, name, value, weight, shift in rows:
        colour = INK if name else MUTED
        start, end = np.array([56, y]), np.array([218, middle])
        along = (end - start) / np.hypot(*(end - start))
        arrow(axes, start + 18 * along, end - 25 * along, colour)
        dots(axes, [56], [y], 17, PAPER, colour)
        say(axes, 56, y, value, colour=BLUE if name else MUTED, bold=bool(name))
        say(axes, 20, y, name)
        say(axes, *(start + end) / 2, weight, shift=shift)
    say(axes, 20, 192, "bias", SMALL, MUTED)
    dots(axes, [218], [middle], 23, PAPER, INK)
    say(axes, 218, middle, "Σ", 20)
    say(axes, 218, middle + 40, f"*z* = {show(z)}", colour=BLUE, bold=True)
    arrow(axes, (242, middle), (274, middle))
    box(axes, 276, middle - 20, 40, 40, PAPER, INK, corner=5, line=1.5)
    foot, head = middle + 11, middle - 11
    stroke(axes, [283, 296, 296, 309], [foot, foot, head, head], BLUE, 2.5)
    say(axes, 296, middle + 40, "*z* > 0 ?", SMALL, MUTED)
    arrow(axes, (317, middle), (347, middle))
    dots(axes, [366], [middle], 17, BLUE)
    say(axes, 366, middle, show(output), colour=PAPER, bold=True)

    columns = [64, 112, 160, 208, 246, 284, 326]
    names = [sub("w", 1) + sub("x", 1), "+", sub("w", 2) + sub("x", 2), "+", "*b*", "=", "*z*"]
    products = [f"{show(w)} · {show(x)}" for w, x in zip(layer.weight[0], inputs[0])]
    values = [products[0], "+", products[1], "−" if b < 0 else "+", show(abs(b)), "=", show(z)]
    for x, name, value in zip(columns, names, values):
        last = x == columns[-1]
        say(axes, x, 248, name, colour=MUTED)
        say(axes, x, 272, value, colour=BLUE if last else INK, bold=last)
    return write(figure, "perceptron")


def perceptron_line():
    """The same weights seen as a line: on one side of it the output is 1, on the other 0."""
    layer = and_layer()
    (w1, w2), b = layer.weight[0], layer.bias[0]
    sums = layer.forward(XOR_INPUTS)[:, 0]
    low, high = -0.45, 1.75

    def boundary(x1):
        return -(w1 * x1 + b) / w2

    figure, axes = canvas(358)
    plot = panel(figure, 62, 28, 290, 290, xlim=(low, high), ylim=(low, high))
    plot.set_xticks([0, 1])
    plot.set_yticks([0, 1])
    say(axes, 62, 12, f"input {sub('x', 2)}", SMALL, MUTED)
    say(axes, 352, 342, f"input {sub('x', 1)}", SMALL, MUTED, "right")
    ends = np.array([boundary(high), high])
    plot.fill([ends[0], high, high], [high, high, ends[0]], color=TINT_BLUE, linewidth=0)
    stroke(plot, ends, boundary(ends), BLUE, 2.5)
    for (x1, x2), z in zip(XOR_INPUTS, sums):
        dots(plot, [x1], [x2], 7, BLUE if z > 0 else PAPER, BLUE if z > 0 else INK, 1.8)
        say(plot, x1, x2, f"*z* = {show(z)}", shift=(0, 20))
    say(plot, 1.35, 1.5, "output 1", colour=BLUE, bold=True)
    say(plot, 0.35, -0.24, "output 0", bold=True)
    equation = f"{sub('x', 1)} + {sub('x', 2)} {'−' if b < 0 else '+'} {show(abs(b))} = 0"
    say(plot, 0.42, boundary(0.42), equation, colour=BLUE, turn=-45, shift=(9, 9))
    return write(figure, "perceptron_line")


def switched_plane(figure, left, top, width, parameters, targets, marked):
    """Draw the four positions as targets, and the side on which the output is 1.

    The positions of ``marked`` are ringed.
    """
    low, high = -0.7, 1.7
    plot = panel(figure, left, top, width, width, xlim=(low, high), ylim=(low, high))
    plot.set_xticks([])
    plot.set_yticks([])
    side, border = half_plane(parameters, low, high)
    if len(side):
        plot.fill(*side.T, color=TINT_BLUE, linewidth=0)
    if len(border):
        stroke(plot, *border.T, BLUE, 2.5)
    else:
        say(plot, 0.5, low, "the line lies lower", SMALL, BLUE, shift=(0, 13))
    for place, ((x1, x2), target) in enumerate(zip(XOR_INPUTS, targets)):
        dots(plot, [x1], [x2], 6, BLUE if target else PAPER, BLUE if target else INK, 1.8)
        if place in marked:
            dots(plot, [x1], [x2], 11, "none", ORANGE, 2.5)


def name_inputs(axes, left, top, width):
    """Name the inputs at the ends of a plot's two lines."""
    say(axes, left - 11, top + 7, sub("x", 2), SMALL, MUTED)
    say(axes, left + width + 9, top + width - 2, sub("x", 1), SMALL, MUTED)


def perceptron_rule():
    """The rule learns AND: the line at the end of each epoch, and the mistakes made in it."""
    targets, epochs, columns = (0.0, 0.0, 0.0, 1.0), 6, 3
    walked = [(difference, after) for _, difference, after in follow_the_rule(targets, epochs)]

    width, apart, row = 112, 130, 186
    figure, axes = canvas(2 * row + 62)
    for epoch in range(epochs):
        steps = walked[epoch * len(targets) : (epoch + 1) * len(targets)]
        mistakes = sum(difference != 0 for difference, _ in steps)
        parameters = np.array(steps[-1][1])
        left = 22 + apart * (epoch % columns)
        top = 28 + row * (epoch // columns)
        wrong = np.flatnonzero((XOR_INPUTS @ parameters[:2] + parameters[2] > 0) != targets)
        switched_plane(figure, left, top, width, parameters, targets, wrong)
        say(axes, left + width / 2, top - 14, f"epoch {epoch + 1}", bold=True)
        count = f"{mistakes} mistake" + "s" * (mistakes != 1)
        say(axes, left + width / 2, top + width + 15, count, colour=ORANGE if mistakes else BLUE)
        names = (sub("w", 1), sub("w", 2), "*b*")
        numbers = ", ".join(f"{name} {show(value)}" for name, value in zip(names, parameters))
        say(axes, left + width / 2, top + width + 34, numbers, SMALL, MUTED)
    name_inputs(axes, 22, 28, width)
    low = 2 * row + 22
    dots(axes, [30], [low], 6, PAPER, INK, 1.8)
    dots(axes, [142], [low], 6, BLUE, BLUE, 1.8)
    say(axes, 44, low, "should be 0", SMALL, MUTED, "left")
    say(axes, 156, low, "should be 1", SMALL, MUTED, "left")
    dots(axes, [254], [low], 9, "none", ORANGE, 2.5)
    say(axes, 269, low, "on the wrong side", SMALL, MUTED, "left")
    box(axes, 20, low + 16, 20, 13, TINT_BLUE)
    say(axes, 46, low + 23, "output 1 at the end of the epoch", SMALL, MUTED, "left")
    return write(figure, "perceptron_rule")


def perceptron_cycle():
    """The rule walks in a circle on XOR: its third epoch, whose corrections add up to nothing."""
    targets = (0.0, 1.0, 1.0, 0.0)
    steps = list(follow_the_rule(targets, 3))[-4:]

    width = 126
    lefts, tops = (24, 254), (30, 270)
    figure, axes = canvas(458)
    places = [(0, 0), (1, 0), (1, 1), (0, 1)]  # clockwise: column, row
    for number, ((column, row), (before, _, after)) in enumerate(zip(places, steps)):
        left, top = lefts[column], tops[row]
        switched_plane(figure, left, top, width, np.array(before), targets, [number])
        x1, x2 = (show(x) for x in XOR_INPUTS[number])
        middle = left + width / 2
        wanted = f"({x1}, {x2}) should be {show(targets[number])}"
        say(axes, middle, top - 14, wanted, colour=ORANGE)
        names = (sub("w", 1), sub("w", 2), "*b*")
        numbers = ", ".join(f"{name} {show(value)}" for name, value in zip(names, before))
        say(axes, middle, top + width + 16, numbers, SMALL)
        changes = [
            f"{name} {'+' if new > old else '−'} {show(abs(new - old))}"
            for name, old, new in zip(names, before, after)
            if new != old
        ]
        if number in (0, 2):  # to the right above, to the left below
            ends = [(lefts[0] + width + 12, 0), (lefts[1] - 12, 0)]
            (start, _), (end, _) = ends if number == 0 else ends[::-1]
            arrow(axes, (start, top + width / 2), (end, top + width / 2), ORANGE, 2)
            for line, change in enumerate(changes):
                drop = 18 * (line + 1) - 2
                say(axes, 200, top + width / 2 + drop, change, SMALL, ORANGE)
        else:
            upper, lower = tops[0] + width + 32, tops[1] - 30
            start, end = (upper, lower) if number == 1 else (lower, upper)
            arrow(axes, (middle, start), (middle, end), ORANGE, 2)
            for line, change in enumerate(changes):
                height = (upper + lower) / 2 + 17 * (line - (len(changes) - 1) / 2)
                inwards, align = (-12, "right") if number == 1 else (12, "left")
                say(axes, middle + inwards, height, change, SMALL, ORANGE, align)
    name_inputs(axes, lefts[0], tops[0], width)
    low = 436
    dots(axes, [30], [low], 6, PAPER, INK, 1.8)
    dots(axes, [156], [low], 6, BLUE, BLUE, 1.8)
    say(axes, 44, low, "should be 0", SMALL, MUTED, "left")
    say(axes, 170, low, "should be 1", SMALL, MUTED, "left")
    box(axes, 280, low - 7, 20, 13, TINT_BLUE)
    say(axes, 306, low, "output 1", SMALL, MUTED, "left")
    return write(figure, "perceptron_cycle")


def activations():
    """Sigmoid, tanh and ReLU beside their slopes; shaded where the slope is below 0.05."""
    z, limit = np.linspace(-5, 5, 1001)[:, np.newaxis], 0.05
    xs = z[:, 0]
    figure, axes = canvas(464)
    say(axes, 34, 12, "what comes out, *a*", SMALL, MUTED, "left")
    say(axes, 238, 12, "its slope", SMALL, MUTED, "left")
    rows = [
        (Sigmoid(), "*σ*(*z*)", "*σ*′(*z*)", (-1.15, 1.15), [-1, 0, 1], [0, 0.25, 1]),
        (Tanh(), "tanh(*z*)", "tanh′(*z*)", (-1.15, 1.15), [-1, 0, 1], [0, 1]),
        (ReLU(), "ReLU(*z*)", "ReLU′(*z*)", (-0.35, 5), [0, 2, 4], [0, 1]),
    ]
    for place, (layer, name, slope_name, ylim, ticks, slope_ticks) in enumerate(rows):
        outputs = layer.forward(z)[:, 0]
        slopes = layer.backward(np.ones_like(z))[:, 0]
        top, kind = 26 + 138 * place, type(layer).__name__.lower()
        left = panel(figure, 34, top, 150, 112, xlim=(-5, 5), ylim=ylim)
        right = panel(figure, 238, top, 150, 112, xlim=(-5, 5), ylim=(-0.05, 1.1))
        flat = xs[slopes < limit]
        for plot in (left, right):
            for side in (flat[flat < 0], flat[flat > 0]):
                if side.size:
                    ends = plot.get_ylim()
                    corners = [side[0], side[-1], side[-1], side[0]]
                    plot.fill(corners, np.repeat(ends, 2), color=TINT_ORANGE, linewidth=0)
            plot.set_xticks([-4, 0, 4], labels=["−4", "0", "4"] if place == 2 else [])
        left.set_yticks(ticks, labels=[show(tick) for tick in ticks])
        right.set_yticks(slope_ticks, labels=[show(tick) for tick in slope_ticks])
        jump = np.abs(np.diff(slopes, append=slopes[-1])) > 0.5  # where ReLU's slope jumps
        stroke(left, xs, outputs, BLUE, 2.2, gid=f"@{kind}")
        stroke(right, xs, np.where(jump, np.nan, slopes), ORANGE, 2.2, gid=f"@{kind}-slope")
        if jump.any():
            dots(right, xs[jump], [1], 3.5, PAPER, ORANGE, 1.5)
            dots(right, xs[jump], slopes[jump], 3.5, ORANGE)
        say(right, -4.8, 0.98, slope_name, BODY, ORANGE, "left")
        say(left, -4.8, ylim[1] - 0.07 * (ylim[1] - ylim[0]), name, BODY, BLUE, "left")
    for x in (186, 390):
        say(axes, x, 425, "*z*", SMALL, MUTED, "right")
    box(axes, 34, 444, 16, 14, TINT_ORANGE)
    say(axes, 56, 451, f"slope below {show(limit)}", SMALL, MUTED, "left")
    return write(figure, "activations")


def layers():
    """One layer of 5 units at work on 4 examples: a row of X meets a column of the weights.

    The layer is a fresh 3 to 5 of np_nn; its inputs are the leaky table.
    """
    layer = Linear(3, 5, np.random.default_rng(0))
    outputs = layer.forward(LEAKY_INPUTS)
    row, column = 3, 1  # the example and the unit that are lit up
    weights = layer.weight.T

    figure, axes = canvas(360)
    cell = 26

    def table(left, top, width, values, digits, lit):
        rows, columns = values.shape
        for i, j in np.ndindex(values.shape):
            if lit(i, j):
                box(axes, left + j * width, top + i * cell, width, cell, TINT_BLUE)
        for i in range(rows + 1):
            stroke(axes, [left, left + columns * width], [top + i * cell] * 2, MUTED, 0.7)
        for j in range(columns + 1):
            stroke(axes, [left + j * width] * 2, [top, top + rows * cell], MUTED, 0.7)
        for i, j in np.ndindex(values.shape):
            x, y = left + (j + 0.5) * width, top + (i + 0.5) * cell
            colour = BLUE if lit(i, j) else INK
            say(axes, x, y, show(values[i, j], digits), SMALL, colour, bold=lit(i, j))

    left, right, narrow, wide = 6, 146, 34, 49
    say(axes, right, 12, "weights *W*ᵀ (3, 5)", SMALL, MUTED, "left")
    table(right, 24, wide, weights, 2, lambda i, j: j == column)
    say(axes, right, 126, "+ biases *b* (5,)", SMALL, MUTED, "left")
    table(right, 138, wide, layer.bias[np.newaxis], 2, lambda i, j: j == column)
    say(axes, left, 196, "inputs *X* (4, 3)", SMALL, MUTED, "left")
    table(left, 208, narrow, LEAKY_INPUTS, 0, lambda i, j: i == row)
    say(axes, right, 196, "outputs *Z* = *XW*ᵀ + *b* (4, 5)", SMALL, MUTED, "left")
    table(right, 208, wide, outputs, 2, lambda i, j: (i, j) == (row, column))

    products = " + ".join(
        f"{show(x)} · {show(w, 2) if w >= 0 else f'({show(w, 2)})'}"
        for x, w in zip(LEAKY_INPUTS[row], weights[:, column])
    )
    bias = layer.bias[column]
    worked = f"{products} {'−' if bias < 0 else '+'} {show(abs(bias), 2)} ="
    say(axes, 328, 344, worked, align="right")
    say(axes, 336, 344, show(outputs[row, column], 2), colour=BLUE, align="left", bold=True)
    return write(figure, "layers")


def loss():
    """Four forecasts against their targets: the loss is the mean of the squared residuals."""
    layer = Linear(1, 1, np.random.default_rng(0))
    layer.weight[:], layer.bias[:] = 0.5, 1.0
    hours = np.array([[1.0], [3.0], [5.0], [7.0]])
    targets = np.array([[2.5], [1.5], [4.5], [4.0]])
    outputs = layer.forward(hours)
    mean = MSELoss().forward(outputs, targets)
    residuals = (outputs - targets)[:, 0]

    figure, axes = canvas(404)
    scale = 40  # units of the canvas for 1, across and down, so that squares are square
    low, high, top = -0.4, 8.6, 5.4
    plot = panel(figure, 30, 30, (high - low) * scale, top * scale, xlim=(low, high), ylim=(0, top))
    plot.set_xticks(hours[:, 0])
    plot.set_yticks([0, 1, 2, 3, 4, 5])
    say(axes, 30, 12, "degrees: targets *y* ●, outputs *ŷ* ○", SMALL, MUTED, "left")
    say(axes, 390, 282, "hours since sunrise", SMALL, MUTED, "right")
    ends = np.array([[low], [8.3]])
    stroke(plot, ends[:, 0], layer.forward(ends)[:, 0], BLUE, 2)
    for x, output, target, residual in zip(hours[:, 0], outputs[:, 0], targets[:, 0], residuals):
        # A square lies on the side of its residual where the line is not.
        corners = [x, x + residual, x + residual, x, x], [output, output, target, target, output]
        plot.fill(*corners, facecolor=TINT_ORANGE, edgecolor=ORANGE, linewidth=1)
        stroke(plot, [x, x], [output, target], ORANGE, 2.5)
        align, shift = ("left", 10) if residual < 0 else ("right", -10)
        say(plot, x, target, show(residual), SMALL, ORANGE, align, (shift, 0))
    dots(plot, hours[:, 0], outputs[:, 0], 4.5, PAPER, BLUE, 2)
    dots(plot, hours[:, 0], targets[:, 0], 5)

    base, gap = 374, 18
    say(axes, 30, base - scale - 16, "the squares", SMALL, MUTED, "left")
    lefts = 30 + np.cumsum([0, *(scale * np.abs(residuals) + gap)])
    lefts[-1] = 300
    say(axes, 300, base - scale - 16, "their mean", SMALL, MUTED, "left")
    for left, square, words in zip(lefts, [*residuals**2, mean], ["", "", "", "", "*L* = "]):
        side = scale * np.sqrt(square)
        box(axes, left, base - side, side, side, TINT_ORANGE, ORANGE, line=1)
        bold = bool(words)
        say(axes, left + side / 2, base + 14, words + show(square), SMALL, ORANGE, bold=bold)
    return write(figure, "loss")


def descent():
    """Two walks down the valley z = (x**2 + 10 y**2) / 2: on the surface, and on its map."""
    steps, rates = 20, [(0.19, ORANGE), (0.05, BLUE)]
    _, (height,) = walk(rates[0][0], 0)
    rim = np.sqrt(2 * height)  # half the width of the level curve through the start
    angles, radii = np.linspace(0, 2 * np.pi, 61), rim * np.arange(6, 0, -1) / 6

    def level(radius, angle):
        return radius * np.cos(angle), radius * np.sin(angle) / np.sqrt(10)

    turn, tilt = np.deg2rad([7, 46])

    def project(x, y, z):
        """Look at the valley from the side and above; y is drawn 2.2 times as long as x."""
        across = x * np.cos(turn) - 2.2 * y * np.sin(turn)
        along = x * np.sin(turn) + 2.2 * y * np.cos(turn)
        up = along * np.sin(tilt) + 0.14 * z * np.cos(tilt)
        return 200 + 19.5 * across, 188 - 19.5 * up

    figure, axes = canvas(440)
    bounds = rim * np.array([-1, 1])
    plot = panel(figure, 34, 276, 348, 110, xlim=bounds, ylim=bounds / np.sqrt(10))
    plot.spines[:].set_visible(False)
    plot.set_xticks([-8, -4, 0, 4, 8])
    plot.set_yticks([-2, 0, 2])
    say(axes, 382, 424, "parameter *x*", SMALL, MUTED, "right")
    say(axes, 4, 262, "parameter *y*", SMALL, MUTED, "left")
    say(axes, 382, 20, "height *z* = (*x*² + 10*y*²) / 2", SMALL, MUTED, "right")
    for radius in radii:
        shade(axes, *project(*level(radius, angles), radius**2 / 2), BLUE, 0.05, MUTED)
        shade(plot, *level(radius, angles), BLUE, 0.05, MUTED)
    for angle in angles[:31:5]:  # the far half; the near one is seen from its edge
        radius = np.linspace(0, rim, 13)
        stroke(axes, *project(*level(radius, angle), radius**2 / 2), MUTED, 0.6)
    for lr, colour in rates:
        points, heights = walk(lr, steps)
        for place, path in [(axes, project(*points.T, heights)), (plot, points.T)]:
            stroke(place, *path, colour)
            dots(place, *path, 2.4, colour, width=0.5)
            spot, align, shift = (2, "left", (8, 7)) if lr > 0.1 else (2, "right", (-8, -4))
            words = f"*η* = {lr:.2f}"
            say(place, path[0][spot], path[1][spot], words, BODY, colour, align, shift, halo=True)
    return write(figure, "descent")


def descent_rates():
    """The loss against the step for four learning rates in the same valley."""
    steps = 40
    figure, axes = canvas(340)
    plot = panel(figure, 64, 30, 192, 270, xlim=(0, steps), yscale="log", ylim=(0.001, 1e5))
    plot.set_yticks([0.001, 0.1, 10, 1000, 1e5], labels=["0.001", "0.1", "10", "1,000", "100,000"])
    plot.set_xticks([0, 10, 20, 30, 40])
    plot.minorticks_off()
    say(axes, 64, 10, "height *z*", SMALL, MUTED, "left")
    say(axes, 256, 330, "step", SMALL, MUTED, "right")
    for lr, colour, dash, words in [
        (0.05, BLUE, (0, (4, 2)), "converges"),
        (0.19, BLUE, "solid", "bounces, converges"),
        (0.20, INK, "solid", "bounces for ever"),
        (0.21, ORANGE, (0, (7, 2)), "diverges"),
    ]:
        _, heights = walk(lr, steps)
        stroke(plot, range(steps + 1), heights, colour, 2, dash)
        say(plot, steps, heights[-1], f"*η* = {lr:.2f}", BODY, colour, "left", shift=(8, 8))
        say(plot, steps, heights[-1], words, SMALL, colour, "left", shift=(8, -8))
    return write(figure, "descent_rates")


def chain_rule():
    """One weight and two examples: values down two paths to the loss, gradients back up."""
    layer, activation, criterion = Linear(1, 1, np.random.default_rng(0)), Sigmoid(), MSELoss()
    layer.weight[:], layer.bias[:] = 2.0, -1.0
    inputs, targets = np.array([[1.5], [0.5]]), np.array([[1.0], [0.0]])
    z = layer.forward(inputs)
    a = activation.forward(z)
    error = criterion.forward(a, targets)
    slopes = activation.backward(np.ones_like(z))  # before the gradients: it keeps none
    grad_a = criterion.backward()
    grad_z = activation.backward(grad_a)
    layer.backward(grad_z)
    paths = grad_z * inputs

    figure, axes = canvas(504)

    def node(x, y, name, value, gradient, align="left"):
        """Draw a number in a circle, its gradient beneath it, and its name beside it."""
        dots(axes, [x], [y], 36, PAPER, INK, 1.2)
        say(axes, x, y - 9, show(round(value, 4)), SMALL, BLUE)
        say(axes, x, y + 10, show(round(gradient, 4)), SMALL, ORANGE)
        say(axes, x + (-46 if align == "right" else 46), y, name, align=align)

    def edge(start, end, local, align):
        """Draw an arrow between two circles, with its local derivative."""
        (x1, y1), (x2, y2) = start, end
        length = np.hypot(x2 - x1, y2 - y1)
        across, down = 38 * (x2 - x1) / length, 38 * (y2 - y1) / length
        arrow(axes, (x1 + across, y1 + down), (x2 - across, y2 - down), MUTED, 1.2)
        shift = {"right": -12, "left": 12}[align]
        words = f"({show(round(local, 4))})" if local < 0 else show(round(local, 4))
        say(axes, (x1 + x2) / 2 + shift, (y1 + y2) / 2, f"× {words}", SMALL, MUTED, align)

    say(axes, 196, 12, "↓ a value", BODY, BLUE, "right", bold=True)
    say(axes, 212, 12, "↑ its gradient", BODY, ORANGE, "left", bold=True)
    top, bottom = (200, 76), (200, 462)
    for row, (x, align) in enumerate([(84, "right"), (316, "left")]):
        high, low = (x, 214), (x, 338)
        out = 1 if row else -1
        say(axes, x + 18 * out, 56, f"example {'pq'[row]}", bold=True)
        for shift, name, given in [(0, "x", inputs), (18, "y", targets)]:
            say(axes, x + 18 * out, 76 + shift, f"*{name}* = {show(given[row, 0])}", SMALL)
        edge(top, high, inputs[row, 0], align)
        edge(high, low, slopes[row, 0], align)
        edge(low, bottom, grad_a[row, 0], align)
        node(*high, "*z*", z[row, 0], grad_z[row, 0], align)
        node(*low, "*a*", a[row, 0], grad_a[row, 0], align)
    node(*top, "*w*", layer.weight[0, 0], layer.grad_weight[0, 0])
    added = f"{show(paths[0, 0], 4)} + {show(paths[1, 0], 4)}"
    say(axes, top[0], 160, added, SMALL, ORANGE)
    node(*bottom, "*L*", error, 1.0)  # a gradient starts with dL/dL
    return write(figure, "chain_rule")


def backprop():
    """Every number of a 2-2-1 network on its way forward, and beneath each its gradient."""
    rng = np.random.default_rng(0)
    hidden, output = Linear(2, 2, rng), Linear(2, 1, rng)
    hidden.weight[:], hidden.bias[:] = [[0.5, -0.3], [0.8, 0.2]], [0.1, -0.1]
    output.weight[:], output.bias[:] = [[1.0, -1.5]], [0.2]
    steps, criterion = [hidden, Sigmoid(), output, Sigmoid()], MSELoss()
    inputs, targets = np.array([[1.0, 0.0]]), np.array([[1.0]])

    values = [inputs]
    for step in steps:
        values.append(step.forward(values[-1]))
    error = criterion.forward(values[-1], targets)
    gradients = [criterion.backward()]
    for step in reversed(steps):
        gradients.insert(0, step.backward(gradients[0]))

    figure, axes = canvas(520)

    def pair(x, y, value, gradient, align="center"):
        """Write a number, and its gradient beneath: four decimals, as far as there are any."""
        say(axes, x, y, show(round(value, 4)), SMALL, BLUE, align)
        say(axes, x, y + 17, show(round(gradient, 4)), SMALL, ORANGE, align)

    def unit(x, y, layer, place, row):
        box(axes, x - 90, y - 36, 180, 72, PAPER, INK, corner=8)
        columns = [
            ("*b*", layer.bias[row], layer.grad_bias[row]),
            ("*z*", values[place][0, row], gradients[place][0, row]),
            ("*a*", values[place + 1][0, row], gradients[place + 1][0, row]),
        ]
        for shift, (name, value, gradient) in zip((-58, 0, 58), columns):
            say(axes, x + shift, y - 21, name, SMALL)
            pair(x + shift, y + 3, value, gradient)

    say(axes, 196, 12, "↓ a value", BODY, BLUE, "right", bold=True)
    say(axes, 212, 12, "↑ its gradient", BODY, ORANGE, "left", bold=True)
    sides, middle = (102, 298), 200
    for i, x in enumerate(sides):
        outer, inner = ("left", "right") if i else ("right", "left")
        out = 1 if i else -1
        dots(axes, [x], [70], 29, PAPER, INK, 1.2)
        pair(x, 62, inputs[0, i], gradients[0][0, i])
        say(axes, x + 44 * out, 70, sub("x", i + 1))
        for j, end in enumerate(sides):
            arrow(axes, (x, 100), (end + 0.09 * (x - end), 212), MUTED, 1.2)
            shift, y, align = (8 * out, 146, outer) if x == end else (-50 * out, 106, inner)
            pair(x + shift, y, hidden.weight[j, i], hidden.grad_weight[j, i], align)
        unit(x, 250, hidden, 1, i)
        foot = middle + 0.4 * (x - middle)
        arrow(axes, (x, 287), (foot, 370), MUTED, 1.2)
        pair((x + foot) / 2 + 12 * out, 322, output.weight[0, i], output.grad_weight[0, i], outer)
    unit(middle, 408, output, 3, 0)
    arrow(axes, (middle, 445), (middle, 474), MUTED, 1.2)
    say(axes, middle + 16, 491, f"*L* = (*a* − {show(targets[0, 0])})² =", align="right")
    pair(middle + 44, 491, error, 1.0)  # a gradient starts with dL/dL
    return write(figure, "backprop")


def forward_difference(function, array, step):
    """Return d function() / d array from one step up; the error is of order ``step``."""
    start, gradient = function(), np.zeros_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + step
        gradient[index] = (function() - start) / step
        array[index] = value
    return gradient


def gradient_check():
    """The error of two differences against their step: each falls, and then rises again."""
    rng = np.random.default_rng(1)
    model, criterion = Network(stack([2, 8, 8, 1], Tanh, rng)), BCEWithLogitsLoss()
    for parameter, _ in model.parameters():
        parameter[:] = rng.normal(size=parameter.shape)
    inputs, targets = rng.normal(size=(6, 2)), rng.uniform(size=(6, 1))

    def compute_loss():
        return criterion.forward(model.forward(inputs), targets)

    steps, central, forward = 10.0 ** np.arange(-13, -0.9, 0.5), [], []
    for step in steps:
        central.append(max(check_gradients(model, criterion, inputs, targets, step)))
        forward.append(
            max(
                relative_error(gradient, forward_difference(compute_loss, parameter, step))
                for parameter, gradient in model.parameters()
            )
        )

    figure, axes = canvas(370)
    scales = {"xscale": "log", "yscale": "log", "xlim": (1e-13, 0.1), "ylim": (1e-10, 1)}
    plot = panel(figure, 50, 32, 330, 290, **scales)
    plot.set_xticks([1e-13, 1e-9, 1e-5, 1e-1], labels=["10⁻¹³", "10⁻⁹", "10⁻⁵", "10⁻¹"])
    plot.set_yticks([1, 1e-3, 1e-6, 1e-9], labels=["1", "10⁻³", "10⁻⁶", "10⁻⁹"])
    plot.minorticks_off()
    say(axes, 50, 12, "relative error of the gradient", SMALL, MUTED, "left")
    say(axes, 380, 356, "step *h*", SMALL, MUTED, "right")
    stroke(plot, steps, forward, ORANGE, 2, (0, (4, 2)), gid="@forward")
    stroke(plot, steps, central, BLUE, 2, gid="@central")
    say(plot, 1e-4, 3e-3, "forward difference", BODY, ORANGE, "right")
    for words, down in [("central", 0), ("difference", 18)]:
        say(plot, 1e-3, 1e-8, words, BODY, BLUE, "left", shift=(0, -down))
    # Along the branches, which are straight: 27.5 units a decade across, 29 down.
    say(plot, 1e-5, 7.6e-6, "like *h*", SMALL, ORANGE, turn=46.5, shift=(-9, 9))
    say(plot, 3e-3, 9e-6, "like *h*²", SMALL, BLUE, turn=64.6, shift=(-11, 6))
    say(plot, 1e-11, 2e-4, "like 1/*h*", SMALL, MUTED, turn=-46.5, shift=(-11, -11))
    return write(figure, "gradient_check")


def gradient_zoo():
    """The careful check of the right network and of thirteen wrong ones, array by array."""
    arrays = [sub(letter, layer) for layer in (1, 2, 3) for letter in "Wb"]
    left, top, across, down = 205, 34, 28, 22
    figure, axes = canvas(top + 14 * down + 4)
    for column, name in enumerate([*arrays, "in"]):
        say(axes, left + across * (column + 0.5), 14, name, SMALL, MUTED)
    for row, (name, mutant) in enumerate({"right": None, **zoo.MUTANTS}.items()):
        height = top + down * row
        name = re.sub("(tanh|sigma)'", r"\1′", name).replace("**2", "²").replace(" - ", " − ")
        say(axes, 4, height + down / 2, name, SMALL, INK, "left", bold=mutant is None)
        for column, error in enumerate(zoo.errors(0, mutant)):
            place, is_wrong = left + across * column, error > 1e-6
            fill = TINT_ORANGE if is_wrong else TINT_BLUE
            box(axes, place + 0.75, height + 0.75, across - 1.5, down - 1.5, fill)
            colour = ORANGE if is_wrong else MUTED
            say(axes, place + across / 2, height + down / 2, show(error, 2), 11.5, colour)
    return write(figure, "gradient_zoo")


def network():
    """The shapes of one batch on its way through the network, and of the gradients back."""
    model = Network(stack([2, 8, 1], Tanh, np.random.default_rng(0)))
    criterion = MSELoss()
    arrays = [XOR_INPUTS]
    for layer in model.layers:
        arrays.append(layer.forward(arrays[-1]))
    value = criterion.forward(arrays[-1], XOR_TARGETS)
    gradients = [criterion.backward()]
    for layer in reversed(model.layers):
        gradients.insert(0, layer.backward(gradients[0]))

    figure, axes = canvas(572)
    down, up, cell = 84, 316, 9

    def grid(x, y, array, fill, edge):
        rows, columns = array.shape
        left, top = x - columns * cell / 2, y - rows * cell / 2
        right, foot = left + columns * cell, top + rows * cell
        box(axes, left, top, right - left, foot - top, fill, edge, line=0.8)
        for i in range(1, rows):
            stroke(axes, [left, right], [top + i * cell] * 2, edge, 0.8)
        for j in range(1, columns):
            stroke(axes, [left + j * cell] * 2, [top, foot], edge, 0.8)

    say(axes, down, 12, "forward", BODY, BLUE, bold=True)
    say(axes, up, 12, "backward", BODY, ORANGE, bold=True)
    names = ["*X*", "*Z*₁", "*A*₁", "*Z*₂"]
    y = 52
    for name, array, gradient, layer in zip(names, arrays, gradients, [*model.layers, criterion]):
        grid(down, y, array, TINT_BLUE, BLUE)
        grid(up, y, gradient, TINT_ORANGE, ORANGE)
        say(axes, down + 46, y - 9, name, BODY, BLUE, "left")
        say(axes, down + 46, y + 9, f"{array.shape}", SMALL, BLUE, "left")
        say(axes, up - 46, y - 9, f"∂*L*/∂{name}", BODY, ORANGE, "right")
        say(axes, up - 46, y + 9, f"{gradient.shape}", SMALL, ORANGE, "right")
        arrow(axes, (down, y + 25), (down, y + 46), BLUE)
        arrow(axes, (up, y + 46), (up, y + 25), ORANGE)
        box(axes, 24, y + 50, 352, 46, TINT, corner=8)
        title = type(layer).__name__
        if isinstance(layer, Linear):
            title += f"({layer.weight.shape[1]}, {layer.weight.shape[0]})"
            shapes = f"weight {layer.weight.shape}, bias {layer.bias.shape} and their gradients"
            say(axes, 200, y + 82, shapes, SMALL, MUTED)
        say(axes, 200, y + (64 if isinstance(layer, Linear) else 73), title, bold=True)
        y += 125
    arrow(axes, (down, y - 25), (down, y - 4), BLUE)
    say(axes, down, y + 8, f"*L* = {show(value, 4)}", BODY, BLUE)
    return write(figure, "network")


def xor_by_hand_layers():
    """Return the XOR network whose weights are chosen: its hidden layer and its output."""
    hidden, output = (Linear(2, units, np.random.default_rng(0)) for units in (2, 1))
    hidden.weight[:], hidden.bias[:] = 1.0, [0.0, -1.0]
    output.weight[:], output.bias[:] = [[1.0, -2.0]], 0.0
    return Network([hidden, ReLU()]), output


def xor_by_hand():
    """XOR by chosen weights: the plane of the inputs, and where the hidden layer puts it."""
    hidden, output = xor_by_hand_layers()
    answers = output.forward(hidden.forward(XOR_INPUTS))[:, 0]
    places = hidden.outputs
    half = 0.5  # an answer above it is a 1

    figure, axes = canvas(622)
    low, high = -0.5, 1.5
    plane = panel(figure, 58, 30, 240, 240, xlim=(low, high), ylim=(low, high))
    say(axes, 58, 12, f"input {sub('x', 2)}", SMALL, MUTED)
    say(axes, 298, 303, f"input {sub('x', 1)}", SMALL, MUTED, "right")
    ticks = np.linspace(low, high, 41)
    x1, x2 = np.meshgrid(ticks, ticks)
    grid = np.column_stack([x1.ravel(), x2.ravel()])
    heights = output.forward(hidden.forward(grid)).reshape(x1.shape)
    plane.contourf(x1, x2, heights, levels=[half, np.inf], colors=[TINT_BLUE])
    layer = hidden.layers[0]
    for unit, ((w1, w2), b) in enumerate(zip(layer.weight, layer.bias)):
        ends = np.array([max(low, -(w2 * high + b) / w1), min(high, -(w2 * low + b) / w1)])
        stroke(plane, ends, -(w1 * ends + b) / w2, INK, 1.6, (0, (5, 3)), gid=f"@unit-{unit}")
        # Its words stand at the lower end of the line.
        foot = -(w1 * ends[1] + b) / w2
        word = f"{sub('a', unit + 1)} rises"
        say(plane, ends[1], foot, word, SMALL, INK, "left", shift=(8, 6 if foot > low else 10))
    for point, target in zip(XOR_INPUTS, XOR_TARGETS[:, 0]):
        dots(plane, *point[:, None], 7, BLUE if target else PAPER, BLUE if target else INK, 1.8)
        name = f"({show(point[0])}, {show(point[1])})"
        say(plane, *point, name, shift=(28, 9))

    arrow(axes, (178, 306), (178, 346), MUTED)
    say(axes, 192, 330, "the hidden layer", SMALL, MUTED, "left")

    left, right, foot, head = -0.5, 2.5, -0.6, 1.4
    folded = panel(figure, 58, 370, 300, 200, xlim=(left, right), ylim=(foot, head))
    for each, marks in [(plane, [0, 1]), (folded, [0, 1, 2])]:
        each.set_xticks(marks)
        each.set_yticks([0, 1])
    say(axes, 22, 354, f"hidden unit {sub('a', 2)}", SMALL, MUTED, "left")
    say(axes, 358, 607, f"hidden unit {sub('a', 1)}", SMALL, MUTED, "right")
    (v1, v2), c = output.weight[0], output.bias[0]
    border = np.array([left, right])
    line = (half - c - v1 * border) / v2  # where v1 a1 + v2 a2 + c is one half
    folded.fill([*border, right, left], [*line, foot, foot], color=TINT_BLUE, linewidth=0)
    diagonal = np.array([[-0.5, -0.5], [0.0, 0.0], [0.5, 0.5], [1.2, 1.2]])
    stroke(folded, *hidden.forward(diagonal).T, MUTED, 5, gid="@image")
    stroke(folded, border, line, BLUE, 2.5, gid="@border")
    names = {}
    for point, place in zip(XOR_INPUTS, places):
        name = f"({show(point[0])}, {show(point[1])})"
        names.setdefault(tuple(place), []).append(name)
    for (place, here), shift in zip(names.items(), [(-4, 19), (22, -21), (-30, 12)]):
        is_one = (output.forward(np.array([place])) > half).item()
        if len(here) > 1:
            dots(folded, [place[0]], [place[1]], 11, PAPER, BLUE, 1.8)
        face, edge = (BLUE, BLUE) if is_one else (PAPER, INK)
        dots(folded, [place[0]], [place[1]], 7, face, edge, 1.8)
        say(folded, *place, " and ".join(here), shift=shift)
    for word, x, y, colour in [("answer 1", 2.05, 0.22, BLUE), ("answer 0", 0.5, 1.0, INK)]:
        say(folded, x, y, word, colour=colour, bold=True)
    return write(figure, "xor_by_hand")


def xor():
    """XOR learned: the loss of every step, and where the trained network draws its border.

    Four rows are right where ``margin`` is above 0.
    """
    model = Network(stack([2, 8, 1], Tanh, np.random.default_rng(0)))
    criterion = BCEWithLogitsLoss()
    losses, right = [], []
    for value in train(model, criterion, XOR_INPUTS, XOR_TARGETS, lr=0.5, steps=2000):
        losses.append(value)
        right.append(margin(model.outputs, XOR_TARGETS) > 0)
    first = len(right) - right[::-1].index(False)  # from this step on to the last one
    outputs = Sigmoid().forward(model.forward(XOR_INPUTS))[:, 0]
    losses.append(criterion.forward(model.outputs, XOR_TARGETS))

    figure, axes = canvas(592)
    plot = panel(figure, 44, 28, 336, 150, xlim=(0, 2000), ylim=(0, 0.8))
    plot.set_xticks([0, 500, 1000, 1500, 2000], labels=["0", "500", "1,000", "1,500", "2,000"])
    plot.set_yticks([0, 0.2, 0.4, 0.6, 0.8], labels=["0", "0.2", "0.4", "0.6", "0.8"])
    say(axes, 44, 10, "loss *L*", SMALL, MUTED, "left")
    say(axes, 380, 212, "step", SMALL, MUTED, "right")
    stroke(plot, range(2001), losses, BLUE, 2)
    dots(plot, [first], [losses[first]], 4, PAPER, BLUE)
    words = f"step {first}: from here on all four are right"
    say(plot, first, losses[first], words, SMALL, align="left", shift=(10, 4))
    say(plot, 2000, losses[-1], show(losses[-1], 4), SMALL, BLUE, "right", shift=(0, 12))

    low, high = -0.5, 1.5
    square = panel(figure, 44, 264, 290, 290, xlim=(low, high), ylim=(low, high))
    square.set_xticks([0, 1])
    square.set_yticks([0, 1])
    say(axes, 44, 248, f"input {sub('x', 2)}", SMALL, MUTED, "left")
    say(axes, 334, 578, f"input {sub('x', 1)}", SMALL, MUTED, "right")
    ticks = np.linspace(low, high, 41)
    x1, x2 = np.meshgrid(ticks, ticks)
    logits = model.forward(np.column_stack([x1.ravel(), x2.ravel()])).reshape(x1.shape)
    square.contourf(x1, x2, logits, levels=[0, np.inf], colors=[TINT_BLUE])
    square.contour(x1, x2, logits, levels=[0], colors=[BLUE], linewidths=2)
    for (a, b), target, output in zip(XOR_INPUTS, XOR_TARGETS[:, 0], outputs):
        dots(square, [a], [b], 7, BLUE if target else PAPER, BLUE if target else INK, 1.8)
        say(square, a, b, show(output, 3), shift=(0, 20))
    say(axes, 334, 248, "probability of a 1", SMALL, align="right")
    return write(figure, "xor")


# The networks of ``xor_seeds``: words, sizes, activation, start at zero, loss, lr, steps.
LOTTERY = [
    ("2-8-1, tanh", [2, 8, 1], Tanh, False, BCEWithLogitsLoss, 0.5, 2000),
    ("2-4-1, tanh", [2, 4, 1], Tanh, False, BCEWithLogitsLoss, 0.5, 2000),
    ("2-2-1, tanh", [2, 2, 1], Tanh, False, BCEWithLogitsLoss, 0.5, 5000),
    ("2-8-1, tanh, all zero at the start", [2, 8, 1], Tanh, True, BCEWithLogitsLoss, 0.5, 2000),
    ("2-1, no hidden layer", [2, 1], Tanh, False, BCEWithLogitsLoss, 0.5, 2000),
    ("3-5-8-2, sigmoid, the leaky table", [3, 5, 8, 2], Sigmoid, False, MSELoss, 0.1, 5000),
    ("the same, larger steps", [3, 5, 8, 2], Sigmoid, False, MSELoss, 5.0, 2000),
    ("3-2, the leaky table, no hidden layer", [3, 2], Sigmoid, False, MSELoss, 5.0, 2000),
]
LOSS_NAMES = {BCEWithLogitsLoss: "cross-entropy", MSELoss: "squared error"}
SEEDS = 50


def solves(place, seed):
    """Train the network at this place of LOTTERY from this seed; return whether it has XOR.

    That is a ``margin`` above 1e-9: without a hidden layer all logits end at 0, give or take
    a rounding. The network with 3 inputs learns the leaky table, and has a sigmoid at its end.
    """
    _, sizes, activation, zero, loss_class, lr, steps = LOTTERY[place]
    parts = stack(sizes, activation, np.random.default_rng(seed))
    inputs, targets = XOR_INPUTS, XOR_TARGETS
    if sizes[0] == 3:
        inputs, targets = LEAKY_INPUTS, LEAKY_TARGETS
        parts.append(activation())
    model = Network(parts)
    if zero:
        for parameter, _ in model.parameters():
            parameter[:] = 0.0
    for _ in train(model, loss_class(), inputs, targets, lr, steps):
        pass
    return margin(model.forward(inputs), targets) > 1e-9


def xor_seeds():
    """The seed lottery: which of 50 seeds solve XOR, for six networks. It takes minutes.

    Solved means that every one of the four rows is on the right side: see ``margin``.
    """
    return draw_seeds(
        [[solves(place, seed) for seed in range(SEEDS)] for place in range(len(LOTTERY))]
    )


def draw_seeds(outcomes):
    """Return the figure of these outcomes: for each network, one truth a seed."""
    left, pitch, height = 14, 7.6, 76
    figure, axes = canvas(height * len(outcomes) + 18)
    for place, ((words, *_, criterion, lr, steps), solved) in enumerate(zip(LOTTERY, outcomes)):
        top = height * place
        say(axes, left - 3, top + 12, words, align="left")
        setting = f"{LOSS_NAMES[criterion]}, learning rate {lr:g}, {steps:,} steps"
        say(axes, left - 3, top + 30, setting, SMALL, MUTED, "left")
        count = f"{sum(solved)} of {len(solved)}"
        say(axes, 389, top + 12, count, colour=BLUE, align="right", bold=True)
        for truth, tall, colour, name in [(True, 18, BLUE, "yes"), (False, 3, MUTED, "no")]:
            seeds = np.flatnonzero(np.array(solved) == truth)
            if len(seeds) > 0:
                xs = np.repeat(left + pitch * seeds, 3)
                ys = np.tile([top + 60.0, top + 60.0 - tall, np.nan], len(seeds))
                stroke(axes, xs, ys, colour, 4.6, cap="butt", gid=f"@{name}-{place}")
    base = height * len(outcomes) + 4
    say(axes, left - 3, base, "seed 0", SMALL, MUTED, "left")
    for seed in (10, 20, 30, 40, 49):
        say(axes, left + pitch * seed, base, str(seed), SMALL, MUTED)
    return write(figure, "xor_seeds")


# What ``xor_map`` goes through, and from how many seeds.
MAP_WIDTHS, MAP_RATES, MAP_SEEDS = (1, 2, 3, 4, 8, 16), (0.01, 0.03, 0.1, 0.3, 1, 3, 10), 20


def map_solves(width, lr, seed):
    """Train 2-width-1 with tanh and cross-entropy for 2,000 steps; return whether it has XOR."""
    model = Network(stack([2, width, 1], Tanh, np.random.default_rng(seed)))
    for _ in train(model, BCEWithLogitsLoss(), XOR_INPUTS, XOR_TARGETS, lr, 2000):
        pass
    return margin(model.forward(XOR_INPUTS), XOR_TARGETS) > 0


def xor_map():
    """The map of the lottery: seeds, widths and learning rates. It takes minutes."""
    return draw_map(
        {
            (width, lr): [map_solves(width, lr, seed) for seed in range(MAP_SEEDS)]
            for width in MAP_WIDTHS
            for lr in MAP_RATES
        }
    )


def draw_map(outcomes):
    """Return the figure of these outcomes: for each width and learning rate one truth a seed."""
    left, top, across, down, pitch, columns = 50, 34, 49, 46, 8, 5
    figure, axes = canvas(top + down * len(MAP_WIDTHS) + 40)
    say(axes, 6, 12, "hidden units", SMALL, MUTED, "left")
    foot = top + down * len(MAP_WIDTHS)
    say(axes, 394, foot + 28, "learning rate *\u03b7*", SMALL, MUTED, "right")
    for row, width in enumerate(MAP_WIDTHS):
        say(axes, 22, top + down * row + 16, str(width))
    for column, lr in enumerate(MAP_RATES):
        say(axes, left + across * column + 19, foot + 8, f"{lr:g}", SMALL, MUTED)
    for (width, lr), solved in outcomes.items():
        x = left + across * MAP_RATES.index(lr)
        y = top + down * MAP_WIDTHS.index(width)
        name = f"{width}-{lr:g}".replace(".", "_")
        for truth, size, colour, word in [(True, 6.4, BLUE, "yes"), (False, 2.4, MUTED, "no")]:
            seeds = np.flatnonzero(np.array(solved) == truth)
            if len(seeds) > 0:
                middles = x + 3.2 + pitch * (seeds % columns)
                xs = np.column_stack([middles - size / 2, middles + size / 2, middles * np.nan])
                ys = np.repeat(y + 3.2 + pitch * (seeds // columns), 3)
                stroke(axes, xs.ravel(), ys, colour, size, cap="butt", gid=f"@{word}-{name}")
    return write(figure, "xor_map")


def pytorch():
    """np_nn and PyTorch from the same weights: one loss curve, and how far the weights part."""
    import torch  # the only figure that needs it

    torch.set_num_threads(1)
    model = Network(stack([2, 8, 1], Tanh, np.random.default_rng(0)))
    twin = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    twin.double()
    with torch.no_grad():
        for parameter, (array, _) in zip(twin.parameters(), model.parameters()):
            parameter.copy_(torch.from_numpy(array))
    criterion, optimizer = torch.nn.BCEWithLogitsLoss(), torch.optim.SGD(twin.parameters(), lr=0.5)
    inputs, targets = torch.from_numpy(XOR_INPUTS), torch.from_numpy(XOR_TARGETS)

    ours, theirs, sizes, differences = [], [], [], []
    for value in train(model, BCEWithLogitsLoss(), XOR_INPUTS, XOR_TARGETS, lr=0.5, steps=2000):
        pairs = [
            (array, parameter.detach().numpy())
            for (array, _), parameter in zip(model.parameters(), twin.parameters())
        ]
        sizes.append(max(np.abs(a).max() for a, _ in pairs))
        differences.append(max(np.abs(a - b).max() for a, b in pairs))
        optimizer.zero_grad()
        twin_value = criterion(twin(inputs), targets)
        twin_value.backward()
        optimizer.step()
        ours.append(value)
        theirs.append(twin_value.item())

    figure, axes = canvas(500)
    steps = range(2000)
    plot, gap = (
        panel(figure, 54, top, 326, height, xlim=(0, 2000), **settings)
        for top, height, settings in [
            (28, 150, {"ylim": (-0.04, 0.8)}),
            (262, 190, {"yscale": "log", "ylim": (1e-17, 1e2)}),
        ]
    )
    for place in (plot, gap):
        place.set_xticks([0, 500, 1000, 1500, 2000], labels=["0", "500", "1,000", "1,500", "2,000"])
    plot.set_yticks([0, 0.2, 0.4, 0.6, 0.8], labels=["0", "0.2", "0.4", "0.6", "0.8"])
    gap.set_yticks([1, 1e-5, 1e-10, 1e-15], labels=["1", "10⁻⁵", "10⁻¹⁰", "10⁻¹⁵"])
    gap.minorticks_off()
    say(axes, 54, 10, "loss *L*", SMALL, MUTED, "left")
    stroke(plot, steps, ours, BLUE, 7)
    stroke(plot, steps, theirs, PAPER, 2, (0, (4, 3)))
    say(plot, 200, 0.44, "the broad line: np_nn", BODY, BLUE, "left")
    say(plot, 200, 0.44, "the dashes in it: PyTorch", BODY, INK, "left", (0, -20))
    say(axes, 54, 244, "of all weights and biases", SMALL, MUTED, "left")
    stroke(gap, steps, sizes, BLUE, 2)
    say(gap, 1000, sizes[1000], "the largest value", BODY, BLUE, shift=(0, -14))
    worst = np.maximum.accumulate(differences)
    stroke(gap, steps[1:], worst[1:], ORANGE, 2, gid="@difference")  # before step 1 it is 0
    say(gap, 1000, 1e-13, "the largest difference so far", BODY, ORANGE)
    say(axes, 380, 486, "step", SMALL, MUTED, "right")
    return write(figure, "pytorch")


def path():
    """Which lesson builds on which: the lessons in their order, as their own pages tell it."""
    course = lessons_of_the_course()
    needs = direct_needs(course)
    places = {lesson.slug: 8 + 46 * place for place, lesson in enumerate(course)}
    left, height = 62, 32
    figure, axes = canvas(places[course[-1].slug] + height + 8)
    lanes = []  # (top, bottom) of the arrows that pass others by, from right to left
    for place, lesson in enumerate(course):
        top = places[lesson.slug]
        for need in needs[lesson.slug]:
            start = places[need] + height
            if place and need == course[place - 1].slug:
                arrow(axes, (left + 18, start), (left + 18, top - 1), BLUE)
                continue
            start -= height / 2 - 6
            end = top + height / 2 - 6
            lane = next(
                (n for n, taken in enumerate(lanes) if all(start > low or end < high for high, low in taken)),
                len(lanes),
            )
            if lane == len(lanes):
                lanes.append([])
            lanes[lane].append((start, end))
            across = left - 16 - 12 * lane
            stroke(axes, [left, across, across, left - 8], [start, start, end, end], BLUE)
            arrow(axes, (across, end), (left - 1, end), BLUE)
        box(axes, left, top, WIDTH - left - 6, height, TINT_BLUE, BLUE, 6)
        say(axes, left + 18, top + height / 2, str(place + 1), BODY, BLUE, bold=True)
        say(axes, left + 36, top + height / 2, lesson.title, BODY, INK, "left")
    return write(figure, "path")


FIGURES = {
    function.__name__: function
    for function in (
        perceptron,
        perceptron_line,
        perceptron_rule,
        perceptron_cycle,
        activations,
        layers,
        loss,
        descent,
        descent_rates,
        chain_rule,
        backprop,
        gradient_check,
        gradient_zoo,
        network,
        xor_by_hand,
        xor,
        xor_seeds,
        xor_map,
        pytorch,
        path,
    )
}


def main(names):
    """Draw the named figures, or all of them, into docs/figures."""
    for name in names:
        if name not in FIGURES:
            sys.exit(f"figures.py draws {', '.join(FIGURES)}; it knows no figure {name!r}.")
    for name in names or FIGURES:
        (FOLDER / f"{name}.svg").write_text(FIGURES[name](), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
