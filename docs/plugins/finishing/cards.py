"""The picture of a page that others see where its address is shared: 1200 × 630, by Open Graph.

It is drawn while the site is built, without network, from the title of the page and its first
figure, and cached by its content.
"""

import functools
import hashlib
import io
import re
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from PIL import Image

from docs.plugins import cache, paths
from docs.plugins.paths import ROOT

CACHE = paths.CACHE / "cards"
MARK = ROOT / "docs/assets/favicon.svg"
WIDTH, HEIGHT = 1200, 630  # pixels, as Open Graph's readers expect them
NIGHT, WHITE, QUIET, AMBER, BLUE = "#16263f", "#ffffff", "#a9b8d0", "#ffb454", "#7fb2ff"
MARGIN = 72
SHEET = (664, 36, 500, 558)  # left, top, width and height of the paper that holds the figure
STEPS = {"M": Outline.MOVETO, "L": Outline.LINETO, "Q": Outline.CURVE3, "Z": Outline.CLOSEPOLY}
ROLE = re.compile(r"--fig-([\w-]+):(#\w+);")


def card(title, above, below, figure=None):
    """Return the PNG of a card: a title, a line above and one below, and the SVG of a figure."""
    key = title, above, below, figure, _version()
    return cache.get_or_make(CACHE, lambda: key, lambda: draw(title, above, below, figure))


@functools.cache
def _version():
    """Return what a card depends on besides its words and its figure."""
    packages = [metadata.version(name) for name in ("matplotlib", "pillow")]
    return *packages, hashlib.sha256(Path(__file__).read_bytes() + MARK.read_bytes()).hexdigest()


def draw(title, above, below, figure=None):
    """Return the PNG of a card, drawn anew."""
    canvas = Canvas()
    canvas.rectangle(0, 0, WIDTH, HEIGHT, NIGHT)
    room = (SHEET[0] if figure else WIDTH - 300) - 2 * MARGIN
    size, lines = fitted(title, room)
    top = (HEIGHT - 1.22 * size * len(lines)) / 2
    canvas.text(above, MARGIN, top - 24, 25, AMBER, bold=True)
    for number, line in enumerate(lines):
        canvas.text(line, MARGIN, top + size * (0.98 + 1.22 * number), size, WHITE, bold=True)
    canvas.svg(MARK.read_text("utf-8"), MARGIN, HEIGHT - 94, 44)
    canvas.text(below, MARGIN + 62, HEIGHT - 64, 23, QUIET)
    if figure:
        canvas.rectangle(*SHEET, WHITE, round=18)
        canvas.figure(figure, *SHEET)
    else:
        canvas.svg(MARK.read_text("utf-8"), WIDTH - 350, HEIGHT / 2 - 180, 360)
    return canvas.png()


def fitted(title, room):
    """Return the size in pixels, and the lines, in which a title fills its room."""
    for size in range(72, 20, -4):
        lines, words = [], title.split()
        while words:
            count = len(words)
            while count > 1 and width_of(" ".join(words[:count]), size, bold=True) > room:
                count -= 1
            lines.append(" ".join(words[:count]))
            words = words[count:]
        fits = all(width_of(line, size, bold=True) <= room for line in lines)
        if fits and len(lines) <= 4:
            break
    return size, lines


@functools.cache
def _font(bold, italic):
    weight, style = ("bold" if bold else "normal"), ("italic" if italic else "normal")
    return FontProperties(family="DejaVu Sans", weight=weight, style=style)


@functools.cache
def outline_of(text, size, bold=False, italic=False):
    """Return the outline of a text, whose origin is the left end of its line."""
    return TextPath((0, 0), text, size=size, prop=_font(bold, italic))


def width_of(text, size, bold=False, italic=False):
    """Return the width of a text in pixels, with the spaces at its ends."""
    # An outline ends where the last glyph does, so both are given one that is known.
    with_it, alone = (outline_of(f"{words}|", size, bold, italic) for words in (text, ""))
    return with_it.vertices[:, 0].max() - alone.vertices[:, 0].max()


class Canvas:
    """Agg, which draws matplotlib's figures, in pixels from the top left corner."""

    def __init__(self):
        self.agg = RendererAgg(WIDTH, HEIGHT, 72)  # at 72 dots an inch a point is a pixel
        self.place = Affine2D().scale(1, -1).translate(0, HEIGHT)

    def shape(self, outline, place, fill=None, stroke=None, width=1, dashes=None, cap="butt"):
        """Draw an outline; colours are #rrggbb or (r, g, b, a), and None is left out."""
        pen = self.agg.new_gc()
        pen.set_antialiased(True)
        pen.set_capstyle({"square": "projecting"}.get(cap, cap))
        pen.set_joinstyle("round")
        pen.set_linewidth(width if stroke else 0)
        pen.set_foreground(stroke or fill)
        pen.set_dashes(0, dashes)
        self.agg.draw_path(pen, outline, place + self.place, _rgba(fill) if fill else None)

    def rectangle(self, left, top, width, height, fill, round=0):
        place = Affine2D().translate(left, top)
        if not round:
            self.shape(Outline.unit_rectangle(), Affine2D().scale(width, height) + place, fill)
            return
        corners = [(0, 0, 1, 1), (width, 0, -1, 1), (width, height, -1, -1), (0, height, 1, -1)]
        points = []
        for number, (x, y, right, down) in enumerate(corners):
            bend = [(x, y + down * round), (x, y), (x + right * round, y)]
            points += bend if number % 2 == 0 else bend[::-1]
        codes = [Outline.LINETO, Outline.CURVE3, Outline.CURVE3] * 4
        codes[0] = Outline.MOVETO
        self.shape(Outline([*points, points[0]], [*codes, Outline.LINETO]), place, fill)

    def text(self, text, x, y, size, fill, bold=False):
        self.shape(outline_of(text, size, bold), Affine2D().scale(1, -1).translate(x, y), fill)

    def figure(self, svg, left, top, width, height, margin=30):
        """Draw a figure as large as its paper allows, in the middle of it."""
        _, _, wide, high = _box(svg)
        scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
        x, y = left + (width - scale * wide) / 2, top + (height - scale * high) / 2
        self.svg(svg, x, y, scale * wide)

    def svg(self, svg, left, top, width):
        """Draw an SVG of ours: paths, circles and texts, in the colours of the light scheme."""
        colours = dict(reversed(ROLE.findall(svg)))  # the first of each is the light one
        _, _, wide, _ = _box(svg)
        place = Affine2D().scale(width / wide).translate(left, top)
        for element in ElementTree.fromstring(svg):
            tag = element.tag.partition("}")[2]
            if tag == "text":
                self._label(element, colours, place, width / wide)
            elif tag in ("path", "circle"):
                outline = _path(element.get("d")) if tag == "path" else _circle(element)
                dashes = [float(n) for n in element.get("stroke-dasharray", "").split(",") if n]
                self.shape(
                    outline, place, _colour(element, "fill", colours),
                    _colour(element, "stroke", colours),
                    float(element.get("stroke-width", 1)) * width / wide,
                    [n * width / wide for n in dashes] or None,
                    element.get("stroke-linecap", "butt"),
                )  # fmt: skip

    def _label(self, element, colours, place, scale):
        size = float(element.get("font-size"))
        bold = element.get("font-weight") == "700"
        runs = [(element.text or "", element)]
        for child in element:
            runs += [(child.text or "", child), (child.tail or "", element)]
        runs = [(words, part.get("font-style") == "italic") for words, part in runs if words]
        widths = [width_of(words, size, bold, italic) for words, italic in runs]
        x, y = float(element.get("x")), float(element.get("y"))
        turn = [float(n) for n in re.findall(r"-?[\d.]+", element.get("transform", ""))]
        turned = Affine2D().rotate_deg_around(turn[1], turn[2], turn[0]) if turn else Affine2D()
        x -= {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor")] * sum(widths)
        fill = _colour(element, "fill", colours)
        for (words, italic), width in zip(runs, widths):
            if words.strip():
                here = Affine2D().scale(1, -1).translate(x, y) + turned + place
                outline = outline_of(words, size, bold, italic)
                if "fig-halo" in element.get("class", ""):
                    self.shape(outline, here, None, WHITE, 4 * scale)
                self.shape(outline, here, fill)
            x += width

    def png(self):
        picture = Image.fromarray(np.asarray(self.agg.buffer_rgba())).convert("RGB")
        file = io.BytesIO()
        picture.quantize(128, dither=Image.Dither.NONE).save(file, "PNG")
        return file.getvalue()


def _box(svg):
    return [float(number) for number in re.search(r'viewBox="([^"]*)"', svg)[1].split()]


def _rgba(colour):
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)) + (1.0,)


def _colour(element, kind, colours):
    """Return the fill or the stroke of an element as #rrggbb, over white; None for none."""
    role = re.search(rf"fig-{kind}-([\w-]+)", element.get("class", ""))
    plain = element.get(kind, "currentColor" if kind == "fill" else "none")
    colour = colours[role[1]] if role else colours.get("ink") if plain == "currentColor" else plain
    opacity = float(element.get(f"{kind}-opacity", 1))
    if colour in (None, "none") or opacity == 0:
        return None
    if len(colour) == 4:
        colour = "#" + "".join(2 * digit for digit in colour[1:])
    return colour if opacity == 1 else _over_white(colour, opacity)


def _over_white(colour, opacity):
    parts = [round(255 - opacity * (255 - 255 * part)) for part in _rgba(colour)[:3]]
    return "#" + "".join(f"{part:02x}" for part in parts)


def _path(text):
    points, codes = [], []
    for command, numbers in re.findall(r"([MLQz])([^MLQz]*)", text):
        places = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        pairs = list(zip(places[::2], places[1::2])) or [points[0]]
        step = STEPS[command.upper()]
        points += pairs
        # What follows the first pair of an M is a line.
        codes += [step] + [Outline.LINETO if command == "M" else step] * (len(pairs) - 1)
    return Outline(points, codes)


def _circle(element):
    x, y, radius = (float(element.get(name)) for name in ("cx", "cy", "r"))
    return Outline.circle((x, y), radius)
