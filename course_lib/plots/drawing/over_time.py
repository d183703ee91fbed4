"""Draws a network over time: its steps, and the states between them."""

from itertools import pairwise

from .canvas import INPUT, STATE, STREAM, Canvas
from .crossed import cross
from .network import ABOVE, SPACE, Grid, Network
from .way_back import WayBack

REACH = 14  # how far states come in and go out at the sides


class OverTime:
    """Draws one stretch of steps on a canvas."""

    def __init__(self, canvas: Canvas, network: Network, grid: Grid):
        self.canvas, self.network, self.grid = canvas, network, grid

    def draw(self) -> None:
        """Draw everything, from the layers to what is said of them."""
        network, grid = self.network, self.grid
        steps = range(grid.start, grid.stop)
        for layer in range(network.layers):
            top = grid.layer(network, layer)
            if network.directions > 1:
                for step in steps:
                    self.frame(step, top)
            for direction in range(network.directions):
                self.lane(layer, direction, top)
            for step in steps if layer else []:
                x = grid.x(step)
                low = grid.layer(network, layer - 1)
                self.canvas.wire("h", [(x, low), (x, top + network.layer)], STATE)
        for step in steps:
            self.ends_of_step(step)
        for step in sorted(set(network.cuts) & set(steps)):
            self.cut(step)
        if network.is_whole and grid.start == 0:
            self.shapes()
        if network.gradient is not None:
            WayBack(self.canvas, network, grid).draw()

    def frame(self, step: int, top: float) -> None:
        """Draw what holds the two directions of a layer at one step."""
        half = self.grid.box / 2 + 7
        place = {"x": self.grid.x(step) - half, "y": top, "width": 2 * half, "rx": 11}
        look = {"fill": "none", "stroke": "var(--line)", "stroke_dasharray": "4 4"}
        self.canvas.put("back", "rect", height=self.network.layer, **place, **look)

    def lane(self, layer: int, direction: int, top: float) -> None:
        """Draw the steps of one direction of a layer, and the states between them."""
        network, grid = self.network, self.grid
        is_double = network.directions > 1
        # the forward direction is the lower one
        y = top + is_double * SPACE
        y += (is_double and direction == 0) * (network.lane + SPACE)
        for step in range(grid.start, grid.stop):
            self.box(step, y)
        rows = {state: y + row for state, row in network.rows().items()}
        for state, row in rows.items():
            if not network.crossed:
                self.states(state, row, direction)
        if network.crossed:
            cross(self.canvas, network, grid, rows)
        if network.is_whole:
            self.names_of_ends(layer, direction, y)

    def box(self, step: int, y: float) -> None:
        """Draw the cell at one step."""
        grid, network = self.grid, self.network
        x, height = grid.x(step), network.lane
        place = {"x": x - grid.box / 2, "y": y, "width": grid.box, "height": height}
        look = {"fill": "var(--panel)", "stroke": "var(--line)", "stroke_width": 1.4}
        self.canvas.put("back", "rect", class_="box", rx=9, **place, **look)
        low = y + (height / 2 + 5 if not network.memory else height - 13)
        if len(network.states) > 1:
            low = y + height / 2 + 12
        size = 13 if len(network.name) < 6 else 10
        self.canvas.words(
            network.name, x, low, anchor="middle", size=size, font_weight=600
        )

    def states(self, state: str, y: float, direction: int) -> None:
        """Draw a state on its way from step to step; the memory runs straight on."""
        grid, half = self.grid, self.grid.box / 2
        middles = [grid.x(step) for step in range(grid.start, grid.stop)]
        left, right = middles[0] - grid.pitch / 2, middles[-1] + grid.pitch / 2
        ends = [left - REACH, *middles, right + REACH]
        width = STATE
        if state == self.network.memory:
            ways, width = [(ends[0], ends[-1])], STREAM
        else:
            ways = [(a + half, b - half) for a, b in pairwise(ends)]
            ways[0], ways[-1] = (ends[0], ways[0][1]), (ways[-1][0], ends[-1])
            ways = ways if self.network.is_whole else ways[1:-1]
        for a, b in ways:
            way = [(b, y), (a, y)] if direction else [(a, y), (b, y)]
            self.canvas.wire(state, way, width)

    def names_of_ends(self, layer: int, direction: int, y: float) -> None:
        """Name what a lane begins with, and what it leaves."""
        grid, network = self.grid, self.network
        run = layer * network.directions + direction
        many = network.layers * network.directions > 1
        left = grid.left - REACH - 4
        right = grid.before(grid.stop) + REACH + 4
        begin, end = (right, left) if direction else (left, right)
        sides = ("start", "end") if direction else ("end", "start")
        for state, row in network.rows().items():
            at = y + row + 4
            if grid.start == 0:
                self.canvas.words("0", begin, at, anchor=sides[0], quiet=True)
            if grid.stop == network.steps:
                name = f"{state}_n" + (f"[{run}]" if many else "")
                look = {"size": 12, "quiet": True}
                self.canvas.words(name, end, at, anchor=sides[1], **look)

    def shapes(self) -> None:
        """Write what all inputs and all outputs are, as one tensor each."""
        grid, network = self.grid, self.network
        low = grid.layer(network, 0) + network.layer
        high = grid.layer(network, network.layers - 1)
        wide = "2H" if network.directions > 1 else "H"
        rows = {"input": ("(B, T, D)", low + 22)}
        rows["output"] = (f"(B, T, {wide})", high - 28)
        for name, (shape, y) in rows.items():
            self.canvas.words(name, 2, y, size=12, quiet=True)
            self.canvas.words(shape, 2, y + 14, size=12, quiet=True)

    def ends_of_step(self, step: int) -> None:
        """Draw what a step reads and what it says, if it does."""
        grid, network, canvas = self.grid, self.network, self.canvas
        x = grid.x(step)
        low = grid.layer(network, 0) + network.layer
        high = grid.layer(network, network.layers - 1)
        if step in network.inputs:
            canvas.wire("x_t", [(x, low + 36), (x, low)], INPUT)
            canvas.words(canvas.symbol("x_t", f"{step}"), x + 8, low + 34, data_v="x_t")
        if step in network.outputs:
            canvas.wire("h", [(x, high), (x, high - 30)], STATE)
            if network.gradient is None or step < network.steps - 1:
                canvas.words(
                    canvas.symbol("h", f"{step}"), x + 8, high - 14, data_v="h"
                )

    def cut(self, step: int) -> None:
        """Draw where the state is detached."""
        grid, network = self.grid, self.network
        x, top = grid.before(step), grid.top + ABOVE
        low = grid.layer(network, 0) + network.layer + 12
        look = {"stroke": "var(--text)", "stroke_width": 1.6, "stroke_dasharray": "5 4"}
        d = f"M{x:g} {top - 22:g}L{x:g} {low:g}"
        self.canvas.put("nodes", "path", class_="cut", d=d, fill="none", **look)
        anchor = "middle" if x > 30 else "start"
        self.canvas.words("detach", x, top - 28, anchor=anchor, size=12)
