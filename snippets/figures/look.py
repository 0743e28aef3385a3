"""How figures look: colours, text sizes, and what draws and writes them.

Matplotlib draws in sentinel colours, and ``write`` swaps them for classes, so that a page's
stylesheet decides the colours of its light and its dark scheme. A file that is opened by
itself brings the same rules in its ``<style id="standalone">``, which a page leaves out.
"""

import io
import re
from xml.etree import ElementTree

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

FIGURES = {}  # name: the function that draws it


def figure(function):
    """Mark a function that draws the figure of its name: it takes nothing, and returns an SVG."""
    FIGURES[function.__name__] = function
    return function


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
    *(f".fig-{part}-{role}{{{part}:var(--fig-{role})}}" for role in COLOURS for part in ("fill", "stroke")),
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
    light, dark = ("".join(f"--fig-{role}:{pair[scheme]};" for role, pair in COLOURS.items()) for scheme in (0, 1))
    general = "color-scheme:light dark;color:var(--fig-ink);font-family:system-ui,sans-serif"
    dark = f"@media(prefers-color-scheme:dark){{svg{{{dark}}}}}"
    return "\n".join([f"svg{{{general};{light}}}", dark, *RULES])


def rounded(text):
    """Return ``text`` with one decimal a number at most: 1/20 of a unit is not seen."""
    return re.sub(r"-?\d+\.?\d*(?:e-?\d+)?", lambda found: f"{round(float(found[0]), 1) + 0:g}", text)


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
