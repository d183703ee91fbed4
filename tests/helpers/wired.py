"""Reads what is joined to what in a drawing, from where its lines begin and end."""

import re
import xml.etree.ElementTree as ET
from typing import NamedTuple

from drawn import WrongDrawing, corners

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


class Line(NamedTuple):
    """A wire, an arc or an edge: the value on it, where it begins and ends, how wide it is."""

    name: str
    start: tuple
    end: tuple
    width: float


def lines(svg):
    """Return the lines of a drawing; a wire ends where the tip of its head is."""
    found = []
    for each in ET.fromstring(svg).iter():
        kind, d = each.get("class"), each.get("d")
        if kind == "wire":
            start, *_, end = corners(d)
        elif kind in ("arc", "edge"):
            numbers = [float(number) for number in NUMBER.findall(d)]
            start, end = tuple(numbers[:2]), tuple(numbers[-2:])
        elif kind == "head":
            found[-1] = found[-1]._replace(end=corners(d)[0])
            continue
        else:
            continue
        width = float(each.get("stroke-width"))
        found.append(Line(each.get("data-v"), start, end, width))
    return found


def places(svg, kind):
    """Return the places of all parts of a class, (x, y, width, height), as drawn."""
    found = []
    for each in ET.fromstring(svg).iter():
        if each.get("class") == kind and each.tag == f"{SVG}circle":
            x, y, r = (float(each.get(name)) for name in ("cx", "cy", "r"))
            found.append((x - r, y - r, 2 * r, 2 * r))
        elif each.get("class") == kind and each.get("width"):
            names = ("x", "y", "width", "height")
            found.append(tuple(float(each.get(name)) for name in names))
    return found


def texts(svg, kind):
    """Return the texts of a class with their places: (x, y, text)."""
    return [
        (float(each.get("x")), float(each.get("y")), "".join(each.itertext()))
        for each in ET.fromstring(svg).iter(f"{SVG}text")
        if each.get("class") == kind
    ]


def at(point, found, near=1.5):
    """Return which of the places a point is at the edge of, or in; None if in none."""
    x, y = point
    for k, (left, top, width, height) in enumerate(found):
        is_in_x = left - near <= x <= left + width + near
        if is_in_x and top - near <= y <= top + height + near:
            return k
    return None


def one_at(point, found, what, near=1.5):
    """Return the same; raise WrongDrawing if there is none."""
    k = at(point, found, near)
    if k is None:
        raise WrongDrawing(f"a line is at no {what}, at ({point[0]:g}, {point[1]:g})")
    return k
