"""Arcs: many wires between two rows, each as wide as what it carries."""

from html import escape

from .canvas import Canvas

LEAST = 0.01  # a share below this is not drawn


def arc(canvas: Canvas, a: tuple, b: tuple, width: float, name: str) -> None:
    """Draw a wire that leaves a upright and comes to b upright, over thinner ones."""
    (x, y), (u, v) = a, b
    middle = (y + v) / 2
    d = f"M{x:.6g} {y:.6g}C{x:.6g} {middle:.6g} {u:.6g} {middle:.6g} {u:.6g} {v:.6g}"
    if width > 2.5:
        look = {"stroke": "var(--ground)", "stroke_width": width + 2, "fill": "none"}
        canvas.put("wires", "path", class_="bridge", d=d, **look)
    look = {"stroke": canvas.fill(name), "stroke_width": width, "fill": "none"}
    canvas.put("wires", "path", class_="arc", data_v=name, d=d, **look)


def joint(canvas: Canvas, name: str, x: float, y: float, r: float = 8) -> None:
    """Draw a sum, small."""
    look = {"fill": "var(--ground)", "stroke": canvas.ink(name), "stroke_width": 1.5}
    canvas.put("nodes", "circle", class_="sum", cx=x, cy=y, r=r, **look)
    k = r / 2
    d = f"M{x - k:g} {y:g}L{x + k:g} {y:g}M{x:g} {y - k:g}L{x:g} {y + k:g}"
    line = {"stroke": canvas.ink(name), "stroke_width": 1.5, "fill": "none"}
    canvas.put("nodes", "path", d=d, **line)


def seen(symbol: str) -> str:
    """Return a symbol as it is written in a drawing, a space so that it is seen."""
    return "␣" if symbol == " " else escape(symbol)


def quoted(text: str) -> str:
    """Return a text as it is said in words."""
    return f"“{text}”"
