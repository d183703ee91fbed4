"""Boxes: a layer with its block of the weights, and the light behind what is new."""

from .canvas import BOX, SERIF, Canvas, element
from .expressions import Layer


def box(
    canvas: Canvas, name: str, step: str, layer: Layer, blocks: list[str], at: tuple,
    width: float,
) -> None:  # fmt: skip
    """Draw a layer, its upper edge at `at`: its function, its weights, its block."""
    (x, y), look = at, {"fill": canvas.fill(name), "fill_opacity": 0.18}
    left = x - width / 2
    shapes = [
        canvas.body(name, left, y, width, BOX, 7),
        element("rect", x=left, y=y, width=width, height=BOX, rx=7, **look),
    ]
    part = (BOX - 8) / len(blocks)
    for k, block in enumerate(blocks):
        own = block == layer.block
        shapes.append(
            element(
                "rect", class_="block own" if own else "block", x=left + 4,
                y=y + 4 + k * part, width=7, height=part - 1.2, rx=1,
                fill=canvas.ink(name), fill_opacity=1 if own else 0.22,
            )
        )  # fmt: skip
    middle = x + 5
    if step:
        size = 15 if step == "tanh" and width < 60 else 17
        shapes.append(canvas.said(step, middle, y + 21, size=size, anchor="middle"))
    shapes.append(weights(canvas, layer, middle, y + (39 if step else 30), step))
    canvas.part("box", name, "".join(shapes))


def weights(canvas: Canvas, layer: Layer, x: float, y: float, step: str) -> str:
    """Return the name of a layer's weights: W, and which block of it."""
    lower = (
        layer.block if step else {"x": "i", "h": "h"}.get(layer.sides, "") + layer.block
    )
    size = 14 if step else 18
    look = {"font_family": SERIF, "font_style": "italic", "size": size}
    small = element("tspan", lower, dy=3.5, font_size=size - 4) if lower else ""
    return canvas.said(f"W{small}", x, y, anchor="middle", **look)


def halo(canvas: Canvas, name: str, x: float, y: float, width: float, height: float):
    """Draw light behind what a stage adds; x and y are its middle."""
    place = {"x": x - width / 2, "y": y - height / 2, "width": width, "height": height}
    look = {"fill": canvas.fill(name), "fill_opacity": 0.28}
    canvas.put("back", "rect", class_="new", rx=12, data_v=name, **place, **look)
