"""The parts of a drawing, written as SVG: wires, boxes, circles, valves and words.

A part's colours are the page's: "var(--blue-ink)" and the like, as `drawing.css` sets
them for light, dark and paper. `data-v` names the value that a part belongs to, and
`data-is` a wire that carries it as it is.
"""

from html import escape

from ..style import BLUE, GREEN, GREY, ORANGE, OTHER_COLOURS, PURPLE, SKY, VERMILION
from . import lines
from .lines import Points

MEMORY, STREAM, INPUT, STATE, THIN, CLOSED = 12, 10, 4.4, 3, 2.4, 1.0  # widths of wires
VALVE, ROUND, BOX = 17, 13, 48  # half a valve, half a circle, the height of a box
OTHER_HUES = ("wine", "teal", "olive", "indigo", "rose", "leaf")
HUES = {
    **{BLUE: "blue", VERMILION: "vermilion", GREEN: "green", PURPLE: "purple"},
    **{ORANGE: "orange", SKY: "sky", GREY: "grey"},
    **dict(zip(OTHER_COLOURS, OTHER_HUES, strict=True)),
}
SERIF = "STIX Two Text, STIXGeneral, Times New Roman, Liberation Serif, serif"
SANS = "system-ui, Segoe UI, Liberation Sans, DejaVu Sans, sans-serif"
LAYERS = ("back", "wires", "cores", "nodes", "words")
MINUS = "−"


def element(tag: str, content: str = "", **attributes) -> str:
    """Return an SVG element; a name such as stroke_width is written with a hyphen."""
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_number(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{told}>{content}</{tag}>" if content else f"<{tag}{told}/>"


def _number(value) -> str:
    return f"{value:.6g}" if isinstance(value, float | int) else escape(str(value))


def written(name: str) -> tuple[str, str]:
    """Return a value's letter and what stands lower: f and t, c and t−1."""
    letter = name.removesuffix("_prev").removesuffix("_t")
    return letter, f"t{MINUS}1" if name.endswith("_prev") else "t"


class Canvas:
    """A sheet, and what is drawn on it, from the back to the front.

    colours: the colour of each value, by name, as `gate_colours` gives it.
    """

    def __init__(self, colours: dict[str, str]):
        self.colours = colours
        self.ways: list[Points] = []  # of all wires, so that one can pass over others
        self.layers: dict[str, list[str]] = {layer: [] for layer in LAYERS}

    def put(self, layer: str, tag: str, content: str = "", **attributes) -> None:
        """Add an element to a layer."""
        self.layers[layer].append(element(tag, content, **attributes))

    def ink(self, name: str) -> str:
        """Return the colour of a value's lines and letters."""
        hue = HUES.get(self.colours.get(name.removesuffix("_prev"), ""))
        return f"var(--{hue}-ink)" if hue else "var(--text)"

    def fill(self, name: str) -> str:
        """Return the colour of a value's areas."""
        return self.ink(name).replace("-ink", "")

    def wire(
        self, name: str, points: Points, width: float = THIN, *, head=True, as_is=True
    ) -> None:
        """Draw a tensor on its way, from a part or another wire to where it is used.

        as_is: whether it carries the value itself; past a valve it does not.
        """
        tip = lines.head_sizes(width)[0] - 2
        shaft = lines.shortened(points, tip) if head else points
        d = lines.joined(shaft, 9 if width < MEMORY else 0)
        line = {"fill": "none", "d": d}
        self.pass_over(points)
        named = {"class_": "wire", "data_v": name, "data_is": name if as_is else None}
        look = {"stroke": self.ink(name), "stroke_width": width}
        self.put("wires", "path", **named, **look, **line)
        is_pipe = width >= 4.5
        if name == "x_t":
            self.put("wires", "path", stroke="var(--ground)", stroke_width=1.7, **line)
        if is_pipe:  # cores lie over all outlines, so that branches flow together
            core = {"stroke": self.fill(name), "stroke_width": width - 2.4}
            self.put("cores", "path", data_v=name, **core, **line)
        if head:
            look["fill"] = self.fill(name) if is_pipe else self.ink(name)
            look |= {"stroke_width": 1.2 * is_pipe, "stroke_linejoin": "round"}
            named = {"class_": "head", "data_v": name}
            self.put("wires", "path", **named, d=lines.head(points, width), **look)

    def pass_over(self, points: Points) -> None:
        """Keep a wire that is drawn next off those that it crosses."""
        for other in self.ways:
            for piece in lines.crossings(points, other):
                look = {"stroke": "var(--panel)", "stroke_width": 9}
                d = lines.joined(piece, 0)
                self.put("wires", "path", class_="bridge", d=d, **look)
        self.ways.append(points)

    def dot(self, name: str, x: float, y: float) -> None:
        """Join two wires."""
        self.put("nodes", "circle", data_v=name, cx=x, cy=y, r=3.4, fill=self.ink(name))

    def body(
        self, name: str, x: float, y: float, w: float, h: float, r: float, **more
    ) -> str:
        """Return the rectangle that a part is."""
        look = {"fill": "var(--ground)", "stroke": self.ink(name), "stroke_width": 1.8}
        return element(
            "rect", class_="body", x=x, y=y, width=w, height=h, rx=r, **look | more
        )

    def part(self, kind: str, name: str, content: str) -> None:
        """Add a part: a box, a circle or a valve."""
        self.put("nodes", "g", content, class_=kind, data_v=name)

    def step(self, name: str, text: str, x: float, y: float) -> float:
        """Draw a pointwise operation, and return half of its width."""
        half = {"+": ROUND, "1 −": 17}.get(text, 22)
        size = 21 if text == "+" else 14
        shown = text.replace(" ", "") if text.startswith("1") else text
        inside = self.said(shown, x, y + size * 0.32, size=size, anchor="middle")
        body = self.body(name, x - half, y - ROUND, 2 * half, 2 * ROUND, ROUND)
        self.part("step", name, body + inside)
        return half

    def valve(
        self, name: str, stream: str, at: tuple, way: str, width: float, share: float
    ):
        """Draw a gate on a wire: two jaws that leave open the share that goes on."""
        (x, y), a, k = at, VALVE, width / 2
        throat, after = k * share, max(CLOSED, width * share) / 2
        half = [(-a, -k), (-5, -k), (0, -throat), (0, -after), (a, -after)]
        flow = half + [(p, -q) for p, q in reversed(half)]
        jaw = [(-10, a), (10, a), (1.5, throat), (-1.5, throat)]
        square = (name, x - a, y - a, 2 * a, 2 * a, 6)
        shapes = [self.body(*square, stroke="none")]
        look = {
            "fill": self.fill(stream),
            "stroke": self.ink(stream),
            "stroke_width": 1.2,
        }
        points = lines.polygon(lines.turned(flow, at, way))
        shapes.append(
            element("polygon", class_="flow", data_v=stream, points=points, **look)
        )
        for side in (jaw, [(p, -q) for p, q in jaw]):
            points = lines.polygon(lines.turned(side, at, way))
            shapes.append(
                element("polygon", class_="jaw", points=points, fill=self.ink(name))
            )
        shapes.append(self.body(*square, fill="none").replace("body", "rim"))
        self.part("valve", name, "".join(shapes))

    def said(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size=13.0,
        anchor="start",
        quiet=False,
        **more,
    ) -> str:
        """Return words on the sheet."""
        look = {"fill": "var(--quiet)" if quiet else "var(--text)", "font_family": SANS}
        look |= {"font_size": size}
        look |= {} if anchor == "start" else {"text_anchor": anchor}
        return element("text", text, x=x, y=y, **look | more)

    def words(self, text: str, x: float, y: float, **look) -> None:
        """Put words on the sheet."""
        self.layers["words"].append(self.said(text, x, y, **look))

    def symbol(self, name: str, step: str = "") -> str:
        """Return a value's name as an equation has it, at step t or another."""
        letter, lower = written(name)
        lower = step or lower
        look = {"fill": self.ink(name), "font_family": SERIF}
        bold = look | {"font_weight": 700, "font_size": 19}
        small = look | {"font_style": "italic", "font_size": 13}
        return element("tspan", letter, **bold) + element(
            "tspan", lower, dy=4.5, **small
        )

    def svg(self, width: float, height: float, frame: str, **attributes) -> str:
        """Return the drawing."""
        content = frame + "\n".join(
            part for layer in LAYERS for part in self.layers[layer]
        )
        box = {"viewBox": f"0 0 {width:g} {height:g}", "width": width, "height": height}
        name = {"xmlns": "http://www.w3.org/2000/svg", "role": "img"}
        return element("svg", content, **name, **box, **attributes)
