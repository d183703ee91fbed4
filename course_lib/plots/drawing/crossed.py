"""Draws two states that change places between the steps."""

from .canvas import MEMORY, STATE, STREAM, Canvas
from .lines import joined
from .network import Grid, Network

REACH, OUT, IN = 14, 3, 12  # beyond the first and last step; straight before and after


def cross(canvas: Canvas, network: Network, grid: Grid, rows: dict[str, float]) -> None:
    """Draw each state from where it is returned to where the other one is taken.

    rows: where each state runs within a step.
    """
    half, steps = grid.box / 2, range(grid.start, grid.stop)
    other = dict(zip(rows, reversed(list(rows)), strict=True))
    for step in steps:
        if network.memory:
            y = rows[network.memory]
            inside = [(grid.x(step) - half, y), (grid.x(step) + half, y)]
            canvas.wire(network.memory, inside, STREAM, head=False)
    for state, y in rows.items():
        first, last = grid.x(grid.start) - half, grid.x(grid.stop - 1) + half
        reach = grid.pitch / 2 - half + REACH
        canvas.wire(other[state], [(first - reach, y), (first, y)], STATE)
        canvas.wire(state, [(last, y), (last + reach, y)], STATE)
        for step in steps[1:]:
            a, b = grid.x(step - 1) + half, grid.x(step) - half
            way = [(a, y), (a + OUT, y), (b - IN, rows[other[state]])]
            way.append((b, rows[other[state]]))
            under = {"stroke": "var(--ground)", "stroke_width": MEMORY / 1.5}
            d = joined([*way[1:-1]], 0)
            canvas.put("wires", "path", class_="bridge", d=d, fill="none", **under)
            canvas.wire(state, way, STATE)
