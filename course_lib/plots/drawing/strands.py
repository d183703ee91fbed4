"""What comes to the layers from beneath, and the names of all that is on a wire."""

from .canvas import INPUT, MINUS, STATE, Canvas, element
from .columns import is_box
from .painter import Painter
from .sheet import LINE

SHAPES = {"x_t": "(B, D)"}
OTHERWISE = "(B, H)"
SIDES = ("start", "end")  # of a gate's wire, for its name


def strands(painter: Painter) -> None:
    """Draw h_prev and x_t along the bottom, and a branch of each to its layers."""
    canvas, sheet = painter.canvas, painter.sheet
    hs, xs = sorted(painter.taps["h"]), sorted(painter.taps["x"])
    if hs:
        start = [(0.0, sheet.h_row)]
        if sheet.memory == "h":
            fork = 24.0 if sheet.narrow else sheet.left + 14
            start = [(fork, LINE), (fork, sheet.h_row)]
        end = [(hs[-1], sheet.h_row), (hs[-1], sheet.foot)]
        canvas.wire("h_prev", [*start, *end], STATE)
        for x in hs[:-1]:
            branch(canvas, "h_prev", x, sheet.h_row, sheet.foot, STATE)
    if xs:
        first = [(xs[0], sheet.height), (xs[0], sheet.foot)]
        over = [(xs[0], sheet.x_row), (xs[-1], sheet.x_row), (xs[-1], sheet.foot)]
        canvas.wire("x_t", first, INPUT)
        if len(xs) > 1:
            canvas.wire("x_t", over, INPUT)
            canvas.dot("x_t", xs[0], sheet.x_row)
        for x in xs[1:-1]:
            branch(canvas, "x_t", x, sheet.x_row, sheet.foot, INPUT)


def branch(canvas: Canvas, name: str, x: float, row: float, foot: float, width: float):
    """Draw one branch up to a layer."""
    canvas.wire(name, [(x, row), (x, foot)], width)
    canvas.dot(name, x, row)


def names(painter: Painter) -> None:
    """Write each value's name, with its number or its shape, and what it is called."""
    sheet, memory = painter.sheet, painter.sheet.memory
    left, right = (11, sheet.width - 11) if sheet.narrow else (4, sheet.right + 10)
    side = "end" if sheet.narrow else "start"
    for state in painter.said.states:
        row = LINE if state == memory else sheet.h_row
        if state == memory or painter.taps["h"]:
            outside(painter, f"{state}_prev", left, row, "start")
        outside(painter, state, right, row, side)
    if painter.taps["x"]:
        x, y = min(painter.taps["x"]) + 11, sheet.height - 12
        label(painter, "x_t", x, y, "start", tail(painter, "x_t"))
    streams = [x for x, _, where in painter.labels.values() if where not in SIDES]
    for name, (x, y, where) in painter.labels.items():
        if where in SIDES:
            is_close = any(0 < x - other < 100 for other in streams)
            where = "start" if is_close else where
            beside_riser(painter, name, x + (8 if where == "start" else -8), y, where)
        elif is_box(painter.said.equations[name]):
            beside_riser(painter, name, x + 11, painter.sheet.boxes, "start")
        else:
            beside_riser(painter, name, x + 29, y + 66, "start")


def outside(painter: Painter, name: str, x: float, row: float, side: str) -> None:
    """Name a state at the edge of the sheet."""
    sheet, canvas = painter.sheet, painter.canvas
    after, is_number = tail(painter, name), name in painter.values
    if sheet.narrow and row != LINE:  # no room beside the name
        label(painter, name, x, row - 15, side, "")
        look = {"font_weight": 600} if is_number else {"quiet": True}
        canvas.words(after, x, row + 20, anchor=side, data_v=name, **look)
    else:
        label(painter, name, x, row - (22 if sheet.narrow else 15), side, after)
    if not sheet.narrow and not painter.values:
        called = painter.said.values[name.removesuffix("_prev")].called
        canvas.words(called, x, row + 25, anchor=side, quiet=True, data_v=name)


def beside_riser(painter: Painter, name: str, x: float, y: float, side: str) -> None:
    """Name a gate or a candidate beside its wire, above y."""
    words = painter.said.values[name].called.split()
    lines = [] if painter.sheet.narrow else words
    if name in painter.values:
        lines = [number(painter.values[name])]
    top = y - 14 - 15 * len(lines)
    label(painter, name, x, top, side, "")
    for k, line in enumerate(lines):
        look = {"font_weight": 600} if name in painter.values else {"quiet": True}
        row = top + 19 + 15 * k
        painter.canvas.words(line, x, row, anchor=side, data_v=name, **look)


def label(painter: Painter, name: str, x: float, y: float, side: str, after: str):
    """Write a value's name, and a number or a shape after it."""
    symbol = painter.canvas.symbol(name)
    if after:
        look = {"font_size": 13, "dy": -4.5, "dx": 5}
        is_number = name in painter.values
        look |= {"font_weight": 600} if is_number else {"fill": "var(--quiet)"}
        symbol += element("tspan", f"= {after}" if is_number else after, **look)
    painter.canvas.words(symbol, x, y, anchor=side, class_="name", data_v=name)


def tail(painter: Painter, name: str) -> str:
    """Return what stands beside a name: a number, if there are numbers, or a shape."""
    if name in painter.values:
        return number(painter.values[name])
    return SHAPES.get(name, OTHERWISE)


def number(value: float) -> str:
    """Return a number as it is written in a drawing."""
    return f"{value:.2f}".replace("-", MINUS)
