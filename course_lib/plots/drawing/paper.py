"""A drawing on paper: its finished SVG, as matplotlib draws it, in a PDF.

What SVG can say is more than is read here: rectangles, circles, polygons, paths of
M, L, Q, C and Z, and text, with colours that are the style sheet's variables; and whole
drawings that are moved to another place.
"""

import io
import re
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.textpath import TextPath

INCH = 96  # of SVG's units in an inch
POINT = 72 / INCH
MOVED = re.compile(r"translate\(([\d.]+) ([\d.]+)\)")
CODES = {"M": [1], "L": [2], "Q": [3, 3], "C": [4, 4, 4], "Z": [79]}


def to_pdf(svg: str, style: str) -> bytes:
    """Return a drawing as a PDF, the same bytes for the same drawing.

    svg: as `Drawing.svg` gives it; style: the style sheet with its colours, of which
    the first, the light ones, are taken.
    """
    buffer = io.BytesIO()
    with plt.rc_context({"pdf.fonttype": 42}):
        to_figure(svg, style).savefig(
            buffer, format="pdf", metadata={"CreationDate": None}
        )
    return buffer.getvalue()


def to_figure(svg: str, style: str) -> Figure:
    """Return a drawing as a figure, in the colours of paper."""
    root, colours = ET.fromstring(svg), dict(reversed(_variables(style)))
    width, height = (float(root.get(side)) for side in ("width", "height"))
    figure = Figure((width / INCH, height / INCH), layout="none")
    for (x, y), shapes in _sheets(root):
        room = {"xlim": (-x, width - x), "ylim": (height - y, -y)}
        ax = figure.add_axes((0, 0, 1, 1), **room)
        ax.set_axis_off()
        for k, found in enumerate(shapes):
            draw = SHAPES.get(found.tag.rpartition("}")[2])
            if draw is not None:
                draw(ax, found, colours, k)
    return figure


def _sheets(root: ET.Element) -> list[tuple[tuple[float, float], list[ET.Element]]]:
    """Return the shapes of a drawing by where they are moved to, if they are at all."""
    moved = [(child, MOVED.fullmatch(child.get("transform", ""))) for child in root]
    sheets = [
        ((float(to[1]), float(to[2])), list(child.iter())) for child, to in moved if to
    ]
    others = [each for child, to in moved if not to for each in child.iter()]
    return [((0.0, 0.0), others), *sheets]


def _variables(style: str) -> list[tuple[str, str]]:
    return re.findall(r"--([\w-]+): (#\w+);", style)


def _colour(found: ET.Element, name: str, colours: dict, otherwise: str) -> str:
    told = found.get(name, otherwise)
    return colours[told[6:-1]] if told.startswith("var(") else told


def _look(found: ET.Element, colours: dict, k: int) -> dict:
    """Return how a shape is filled and outlined, for a patch."""
    alpha = found.get("fill-opacity")
    face = _colour(found, "fill", colours, "black")
    return {
        "facecolor": (face, float(alpha)) if alpha and face != "none" else face,
        "edgecolor": _colour(found, "stroke", colours, "none"),
        "linewidth": float(found.get("stroke-width", 1)) * POINT,
        "linestyle": (0, (3, 3)) if found.get("stroke-dasharray") else "-",
        "capstyle": "butt",
        "zorder": k,
    }


def _numbers(found: ET.Element, *names: str) -> list[float]:
    return [float(found.get(name, 0)) for name in names]


def _rect(ax, found: ET.Element, colours: dict, k: int) -> None:
    x, y, width, height, round_ = _numbers(found, "x", "y", "width", "height", "rx")
    round_ = min(round_, width / 2, height / 2)
    box = f"round,pad=0,rounding_size={round_}" if round_ else "square,pad=0"
    ax.add_patch(FancyBboxPatch((x, y), width, height, box, **_look(found, colours, k)))


def _circle(ax, found: ET.Element, colours: dict, k: int) -> None:
    x, y, r = _numbers(found, "cx", "cy", "r")
    ax.add_patch(Circle((x, y), r, **_look(found, colours, k)))


def _polygon(ax, found: ET.Element, colours: dict, k: int) -> None:
    points = [tuple(map(float, p.split(","))) for p in found.get("points").split()]
    ax.add_patch(Polygon(points, **_look(found, colours, k)))


def _path(ax, found: ET.Element, colours: dict, k: int) -> None:
    points, codes = [], []
    for letter, text in re.findall(r"([MLQCZ])([^MLQCZ]*)", found.get("d")):
        numbers = [float(each) for each in text.split()] or [0.0, 0.0]
        points += zip(numbers[::2], numbers[1::2], strict=True)
        codes += CODES[letter]
    ax.add_patch(PathPatch(Path(points, codes), **_look(found, colours, k)))


def _text(ax, found: ET.Element, colours: dict, k: int) -> None:
    """Write text and its parts, one behind the other."""
    spans = [(span, text) for span in (found, *found) if (text := span.text)]
    looks = [_letters(span, found) for span, _ in spans]
    steps = [
        _numbers(span, "dx", "dy") if span is not found else (0, 0) for span, _ in spans
    ]
    widths = [_width(text, *look) for (_, text), look in zip(spans, looks, strict=True)]
    total = sum(widths) + sum(dx for dx, _ in steps)
    x, y = _numbers(found, "x", "y")
    x -= {"middle": 0.5, "end": 1.0}.get(found.get("text-anchor"), 0.0) * total
    written = zip(spans, looks, steps, widths, strict=True)
    for (span, text), (font, size), (dx, dy), width in written:
        x, y = x + dx, y + dy
        look = {"fontproperties": font, "fontsize": size * POINT, "zorder": k}
        colour = _colour(span, "fill", colours, found.get("fill", "black"))
        ax.text(x, y, text, color=colour, parse_math=False, **look)
        x += width


def _letters(span: ET.Element, whole: ET.Element) -> tuple[FontProperties, float]:
    """Return the font of a part of a text, and its size in SVG's units."""

    def told(name: str, otherwise: str) -> str:
        """Return an attribute of the part, or of the whole."""
        return span.get(name) or whole.get(name) or otherwise

    serif = "STIX" in told("font-family", "")
    font = FontProperties(
        family=["STIXGeneral" if serif else "DejaVu Sans", "DejaVu Sans"],
        weight="bold" if int(told("font-weight", "400")) >= 600 else "normal",
        style=told("font-style", "normal"),
    )
    return font, float(told("font-size", "13"))


def _width(text: str, font: FontProperties, size: float) -> float:
    """Return how wide a text is; a space has no outline, so it stands between bars."""
    bars = TextPath((0, 0), f"|{text}|", size=size, prop=font).get_extents().width
    return bars - TextPath((0, 0), "||", size=size, prop=font).get_extents().width


SHAPES = {
    "rect": _rect,
    "circle": _circle,
    "polygon": _polygon,
    "path": _path,
    "text": _text,
}
