"""Drawings side by side, to be compared: `plots.side_by_side`."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from .canvas import Canvas
from .picture import Drawing

TITLE, BETWEEN = 26, 34  # the height of a title; the room between two drawings


def side_by_side(drawings: Mapping[str, Drawing]) -> Drawing:
    """Draw several drawings as one, each under its title.

    >>> two = {"an RNN": plots.cell(cl.RNNCell), "a GRU": plots.cell(cl.GRUCell)}
    >>> drawing = plots.side_by_side(two)
    >>> drawing.words[:40]
    'an RNN: The RNN cell, one step from left'

    drawings: by title. In a wide column they are beside each other, in the form for a
    narrow one; in a narrow column they are beneath each other. Raises ValueError if
    there is none.
    """
    if not drawings:
        raise ValueError("drawings must be at least one, got none")
    words = " ".join(f"{title}: {each.words}" for title, each in drawings.items())
    return Drawing(*(_form(drawings, words, narrow) for narrow in (False, True)), words)


def _form(drawings: Mapping[str, Drawing], words: str, narrow: bool) -> str:
    """Return one form: a row, or a column if it is narrow."""
    canvas, x, y, width, height = Canvas({}), 0.0, 0.0, 0.0, 0.0
    for title, drawing in drawings.items():
        inside, (w, h) = _inside(drawing.svg(narrow=True))
        look = {"anchor": "middle", "size": 15, "font_weight": 600}
        canvas.words(title, x + w / 2, y + 17, **look)
        to = f"translate({x:g} {y + TITLE:g})"
        canvas.put("back", "g", inside, class_="moved", transform=to)
        width, height = max(width, x + w), max(height, y + h + TITLE)
        x, y = (0.0, height + 12) if narrow else (x + w + BETWEEN, 0.0)
    told = {"class_": "narrow" if narrow else "wide", "aria_label": words}
    return canvas.svg(width, height, "", **told)


def _inside(svg: str) -> tuple[str, tuple[float, float]]:
    """Return what is in a drawing, and its size."""
    root = ET.fromstring(svg)
    start, stop = svg.index(">") + 1, svg.rindex("</svg>")
    return svg[start:stop], (float(root.get("width")), float(root.get("height")))
