"""A cell's drawing for the page to fill in: which number is where, and which valve.

The drawing is that of `plots.cell`. What in it depends on a gate is found out by
drawing it twice, with the gate a little more and a little less open: a drawing has no
other measure than straight ones, so two drawings say what it looks like at any.
"""

import functools
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import numpy as np

from .. import plots
from ..nn.cells import RecurrentCell
from ..nn.values import Value, stated
from ..plots.drawing.picture import style

SVG = "http://www.w3.org/2000/svg"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
LESS, MORE = 0.46, 0.54  # at both, every stream past a valve is a pipe
SHAPES = ("points", "d", "stroke-width")
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]+)")


@functools.cache
def drawn(cell: type[RecurrentCell]) -> str | None:
    """Return the narrow drawing of a cell as SVG, for the page to fill in.

    An element with data-number shows the value of that name, after data-before. One
    with data-by changes with that gate: its data-KIND-0 and data-KIND-1 are what its
    points, d or stroke-width are at 0 and at 1. A valve has data-gate, and data-rest
    if it is open where the gate is closed. None for a cell that there is no such
    drawing of.
    """
    values = stated(cell)
    try:
        base = _tree(cell, values, {})
    except ValueError:  # it says no equation, or one that cannot be drawn
        return None
    for value in values:
        if value.kind == "gate":
            both = [_tree(cell, values, {value.name: x}) for x in (LESS, MORE)]
            if not _marked(base, value.name, *both):
                return None
    gates = [value.name for value in values if value.kind == "gate"]
    others = [value.name for value in values if value.name not in gates]
    for name in (*gates, *others, *(f"{state}_prev" for state in cell.state_names)):
        shown = MORE if name in gates else 0.25
        _number(base, name, _tree(cell, values, {name: shown}), f"{shown}")
    return _finished(base)


def _tree(cell, values: list[Value], numbers: dict[str, float]) -> ET.Element:
    """Return the drawing of one step with these numbers, and others that are usual."""
    told = {}
    for value in values:
        usual = 0.5 if value.kind == "gate" else 0.0
        now = numbers.get(value.name, usual)
        before = numbers.get(f"{value.name}_prev", usual)
        told[value.name] = np.array([[before], [now]])
    return ET.fromstring(plots.cell(cell, values=told).svg(narrow=True))


def _marked(base: ET.Element, gate: str, less: ET.Element, more: ET.Element) -> bool:
    """Write into a drawing what changes with a gate; say whether that can be."""
    trees = [list(tree.iter()) for tree in (base, less, more)]
    if len({tuple(each.tag for each in tree) for tree in trees}) > 1:
        return False
    for node, low, high in zip(*trees, strict=True):
        for shape in SHAPES:
            if low.get(shape) != high.get(shape):
                if node.get("data-by", gate) != gate:
                    return False  # two valves one after the other
                node.set("data-by", gate)
                for end, text in zip("01", _ends(low, high, shape), strict=True):
                    node.set(f"data-{shape}-{end}", text)
    for valve in base.iterfind(f".//*[@class='valve'][@data-v='{gate}']"):
        valve.set("data-gate", gate)
        if _is_rest(valve):
            valve.set("data-rest", "")
    return True


def _ends(low: ET.Element, high: ET.Element, shape: str) -> Iterator[str]:
    """Return what a shape is where the gate is at 0 and at 1."""
    numbers = [np.array(NUMBER.findall(node.get(shape)), float) for node in (low, high)]
    slope = (numbers[1] - numbers[0]) / (MORE - LESS)
    for share in (0.0, 1.0):
        ends = iter(numbers[0] + slope * (share - LESS))
        yield NUMBER.sub(
            lambda _, ends=ends: f"{round(next(ends), 2) + 0.0:g}", low.get(shape)
        )


def _is_rest(valve: ET.Element) -> bool:
    """Say whether a valve is closed where its gate is at 1."""
    jaw = valve.find("./*[@class='jaw']")
    tips = [NUMBER.findall(jaw.get(f"data-points-{end}"))[4:] for end in "01"]
    rim = valve.find("./*[@class='rim']")
    middle = [float(rim.get(side)) + float(rim.get("width")) / 2 for side in "xy"] * 2
    closed, opened = (
        np.abs(np.array(tip, float) - middle).max(initial=0) for tip in tips
    )
    return bool(closed > opened)


def _number(base: ET.Element, name: str, other: ET.Element, shown: str) -> None:
    """Mark the places of a number: what is written there changes with it."""
    for node, changed in zip(base.iter(), other.iter(), strict=True):
        if node.text and node.text != changed.text:
            node.set("data-number", name)
            node.set("data-before", changed.text.removesuffix(shown))


def _finished(base: ET.Element) -> str:
    """Return a drawing as text, with the colours that it needs, light and dark."""
    for node in base.iterfind(".//*[@data-v='x_t']/*[last()]"):
        node.set("data-number", "x_t")
        node.set("data-before", "= ")
        node.attrib.pop("fill")
    for name in ("width", "height", "role", "class", "aria-label"):
        base.attrib.pop(name)
    ET.register_namespace("", SVG)
    text = ET.tostring(base, encoding="unicode")
    used = set(re.findall(r"var\(--([\w-]+)\)", text))
    found: dict[str, list[str]] = {}
    for name, colour in COLOUR.findall(style()):
        found.setdefault(name, []).append(colour)
    hues = {
        n: c
        for n, c in found.items()
        if n in used and (n + "-ink" in found or "-" in n)
    }
    rules = [
        selector
        + "{"
        + ";".join(f"--{n}:{c[k]}" for n, c in sorted(hues.items()))
        + "}"
        for k, selector in enumerate((".drawn", "[data-dark] .drawn"))
    ]
    return text.replace(">", f"><style>{''.join(rules)}</style>", 1)
