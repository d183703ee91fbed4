"""Reads a drawing of a cell back from its SVG, and runs it.

What a wire joins is found from where it begins and ends on the sheet, what a part does
from the words in it, which block of the weights a box has from the bar inside it. Only
names come from attributes: `data-is` says that a wire carries a value as it is.
"""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

import torch

NEAR = 1.5
SVG = "{http://www.w3.org/2000/svg}"
STEPS = {
    "σ": torch.sigmoid,
    "tanh": torch.tanh,
    "1−": lambda value: 1 - value,
    "": lambda value: value,
}


class WrongDrawing(AssertionError):
    """A drawing in which a wire leads nowhere, or that is not the equation."""


@dataclass(eq=False)
class Wire:
    """A wire: where it goes, which value it carries as it is, and where it begins."""

    points: list
    name: str | None
    source: object = None

    @property
    def pieces(self):
        return list(zip(self.points, self.points[1:], strict=False))

    def passes(self, x, y):
        return any(
            min(a[0], b[0]) - NEAR <= x <= max(a[0], b[0]) + NEAR
            and min(a[1], b[1]) - NEAR <= y <= max(a[1], b[1]) + NEAR
            for a, b in self.pieces
        )


@dataclass(eq=False)
class Part:
    """A box, a step or a valve: where it is, what it does, what comes in."""

    kind: str
    step: str
    place: tuple
    block: tuple = ()  # which, of how many
    weights: str = ""
    upright: bool = False
    streams: list = field(default_factory=list)
    controls: list = field(default_factory=list)

    def touches(self, x, y):
        X, Y, w, h = self.place
        inside = X - NEAR <= x <= X + w + NEAR and Y - NEAR <= y <= Y + h + NEAR
        deep = X + NEAR < x < X + w - NEAR and Y + NEAR < y < Y + h - NEAR
        return inside and not deep

    def take(self, wire):
        """Let a wire in: to a valve from the side as what goes on or what controls."""
        _, Y, _, h = self.place
        y = wire.points[-1][1]
        at_end = abs(y - Y) <= NEAR or abs(y - Y - h) <= NEAR
        is_stream = self.kind != "valve" or at_end == self.upright
        (self.streams if is_stream else self.controls).append(wire)


def corners(d):
    """Return the corners of a path: a round one is the control point of its Q."""
    found = []
    for letter, text in re.findall(r"([MLQZ])([^MLQZ]*)", d):
        numbers = [float(each) for each in text.split()]
        if letter == "Q":
            found[-1] = (numbers[0], numbers[1])
        elif letter in "ML":
            found.append((numbers[0], numbers[1]))
    return found


def read(svg):
    """Return the wires and parts of a drawing, joined as they are drawn."""
    root = ET.fromstring(svg)
    wires, parts, bridges = [], [], []
    for found in root.iter():
        kind = found.get("class", "")
        if kind == "bridge":
            bridges.append(Wire(corners(found.get("d")), None))
        elif kind == "wire":
            wires.append(Wire(corners(found.get("d")), found.get("data-is")))
        elif kind == "head":  # its tip is where the wire ends
            wires[-1].points[-1] = corners(found.get("d"))[0]
        elif kind in ("box", "step", "valve"):
            parts.append(part(found, kind))
    sheet = tuple(float(root.get(side)) for side in ("width", "height"))
    for wire in wires:
        join(wire, wires, parts, sheet)
    check_crossings(wires, bridges)
    return wires, parts


def part(found, kind):
    """Return a part, from its rectangle, its words and what else is drawn in it."""
    body = next(each for each in found if each.get("class") == "body")
    place = tuple(float(body.get(side)) for side in ("x", "y", "width", "height"))
    words = ["".join(text.itertext()) for text in found.iter(f"{SVG}text")]
    weights = "".join(word for word in words if word.startswith("W"))
    step = "".join(word for word in words if not word.startswith("W"))
    bar = [each.get("class") for each in found if "block" in each.get("class", "")]
    block = (bar.index("block own"), len(bar)) if bar else ()
    upright = False
    if kind == "valve":  # the jaws of an upright one come from its sides
        jaw = next(each for each in found if each.get("class") == "jaw")
        points = [p.split(",") for p in jaw.get("points").split()]
        x, y = (sum(float(p[k]) for p in points) / 4 for k in (0, 1))
        X, Y, w, h = place
        upright = abs(x - X - w / 2) > abs(y - Y - h / 2)
    return Part(kind, step, place, block, weights, upright)


def join(wire, wires, parts, sheet):
    """Find where a wire begins and ends; raise WrongDrawing if it is at nothing."""
    (x, y), end = wire.points[0], wire.points[-1]
    begins = [each for each in parts if each.touches(x, y)]
    begins += [each for each in wires if each is not wire and each.passes(x, y)]
    outside = wire.name if x == 0 or y == sheet[1] else None
    wire.source = begins[0] if begins else outside
    if wire.source is None:
        raise WrongDrawing(f"a wire begins at nothing, at ({x:g}, {y:g})")
    ends = [each for each in parts if each.touches(*end)]
    if ends:
        ends[0].take(wire)
    elif end[0] != sheet[0] and wire not in [w.source for w in wires]:
        raise WrongDrawing(f"a wire ends at nothing, at ({end[0]:g}, {end[1]:g})")


def check_crossings(wires, bridges):
    """Raise WrongDrawing if two wires cross and neither passes over the other."""
    for k, one in enumerate(wires):
        for two in wires[k + 1 :]:
            if one.source is two or two.source is one:
                continue
            for x, y in crossings(one, two):
                if not any(bridge.passes(x, y) for bridge in bridges):
                    raise WrongDrawing(
                        f"wires cross at ({x:g}, {y:g}) without a bridge"
                    )


def crossings(one, two):
    """Give the places where an upright piece of one wire crosses a level one."""
    for first, second in ((one, two), (two, one)):
        for a, b in first.pieces:
            for c, d in second.pieces:
                if a[0] == b[0] and c[1] == d[1]:
                    x, y = a[0], c[1]
                    is_within = min(c[0], d[0]) + 1 < x < max(c[0], d[0]) - 1
                    if is_within and min(a[1], b[1]) + 1 < y < max(a[1], b[1]) - 1:
                        yield x, y


def named(wires):
    """Return the wire that carries each value first; others must branch from it."""
    first = {}
    for wire in wires:
        source = wire.source
        if wire.name and not (isinstance(source, Wire) and source.name == wire.name):
            known = first.setdefault(wire.name, wire)
            if known.source is not source:
                raise WrongDrawing(f"two different values are called {wire.name}")
    return first


def run(svg, cell, inputs):
    """Run a drawing as an equation, and return every value that it names.

    cell: whose weights the boxes have; inputs: x_t and the old states, by name.
    """
    wires, _ = read(svg)

    def origin(source):
        return origin(source.source) if isinstance(source, Wire) else source

    def value(source):
        if isinstance(source, Wire):
            return value(source.source)
        if isinstance(source, str):
            return inputs[source]
        if source.kind == "box":
            return STEPS[source.step](
                sum(map(source_through, source.streams, [source] * 2))
            )
        if source.kind == "valve":
            (stream,), (control,) = source.streams, source.controls
            return value(stream) * value(control)
        values = [value(wire) for wire in source.streams]
        if source.step == "+":
            return sum(values)
        (only,) = values
        if source.step.startswith("×"):
            return float(source.step[1:]) * only
        return STEPS[source.step](only)

    def source_through(wire, box):
        k, many = box.block
        side = "ih" if origin(wire) == "x_t" else "hh"
        W, b = (getattr(cell, f"{what}_{side}") for what in ("weight", "bias"))
        return value(wire) @ W.chunk(many)[k].T + b.chunk(many)[k]

    found = {name: wire for name, wire in named(wires).items() if name not in inputs}
    return {name: value(wire) for name, wire in found.items()}


def compare(svg, kind, D=3, H=4):
    """Raise WrongDrawing unless a drawing, run, is the cell's step to 1e-12."""
    torch.manual_seed(0)
    cell = kind(D, H).double()
    x_t = torch.randn(2, D, dtype=torch.float64)
    state = torch.randn(len(kind.state_names), 2, H, dtype=torch.float64)
    step = cell.step(x_t, tuple(state) if len(state) > 1 else state[0])
    old = {f"{n}_prev": part for n, part in zip(kind.state_names, state, strict=True)}
    ran = run(svg, cell, {"x_t": x_t, **old})
    if set(ran) != set(step._fields):
        raise WrongDrawing(f"drawn are {sorted(ran)}, computed {sorted(step._fields)}")
    for name, value in step._asdict().items():
        if not torch.allclose(ran[name], value, rtol=0, atol=1e-12):
            raise WrongDrawing(f"run as an equation, the drawing has another {name}")
