"""Draws the gradient on its way back over time, as wide as what is left of it."""

from itertools import pairwise

from .canvas import Canvas
from .lines import polygon
from .network import ABOVE, Grid, Network
from .strands import number

WIDEST, WIDEST_DOWN = 12, 8  # of an arrow between steps, and of one down to an input
DOWN, ASIDE = 31, 12  # how far an arrow goes down, and how far left of the input
TIGHT = 70  # columns below this pitch have little room beside the inputs
RED, INK = "var(--red)", "var(--red-ink)"


class WayBack:
    """Draws the gradient's way over one stretch of steps."""

    def __init__(self, canvas: Canvas, network: Network, grid: Grid):
        self.canvas, self.network, self.grid = canvas, network, grid
        left = network.shares()
        self.left = left[::-1]  # by step
        self.scale = 1 / max(left)
        self.low = grid.layer(network, 0) + network.layer

    def draw(self) -> None:
        """Draw the arrows between the steps, those to the inputs, and the loss."""
        network, grid = self.network, self.grid
        y = grid.layer(network, network.layers - 1) + network.rows()["h"] + 17
        for step in range(max(1, grid.start), grid.stop):
            if step >= network.seen_from:
                self.arrow(step, y, step == network.seen_from)
        if network.factors:
            for step in sorted(set(network.inputs) & set(range(grid.start, grid.stop))):
                self.to_input(step)
        if grid.stop == network.steps:
            self.loss(grid.x(network.steps - 1), grid.top + ABOVE)

    def arrow(self, step: int, y: float, is_first: bool) -> None:
        """Draw the gradient going back over the gap before a step, or up to a cut."""
        gap = self.grid.pitch - self.grid.box
        left, told = self.left[step - 1], {}
        stop = self.grid.before(step) - gap / 2 + 4
        start = stop + gap - 8
        w = max(1.0, WIDEST * left * self.scale) / 2
        stopped = is_first and step > 0
        if stopped:
            stop = self.grid.before(step) + 2
            bar = {"x": stop - 2.4, "y": y - 9, "width": 2.4, "height": 18, "fill": RED}
            self.canvas.put("nodes", "rect", **bar)
        elif self.network.factors:
            told = {"data_factor": f"{left / self.left[step]:.12g}"}
        tip = min(7 + w, start - stop)
        half = max(4.5, 1.9 * w)
        upper = [(start, -w), (stop + tip, -w), (stop + tip, -half), (stop, 0)]
        look = {"points": mirrored(upper, (0, y)), "fill": RED}
        self.canvas.put("nodes", "polygon", class_="gradient", **told, **look)
        if not stopped:
            self.told(step, (start + stop) / 2, y + half + 13)

    def told(self, step: int, x: float, y: float) -> None:
        """Write beneath an arrow what is left, or the factor that it multiplies by."""
        left = self.left[step - 1]
        words, size = small(left), 12
        if self.network.factors:
            words, y = f"×{small(left / self.left[step])}", self.low + 15
            if self.grid.pitch < TIGHT:
                size, x = 10.5, x - 5
        look = {"anchor": "middle", "size": size, "fill": INK}
        self.canvas.words(words, x, y, **look)

    def to_input(self, step: int) -> None:
        """Draw what arrives at an input: as much as is left, or nothing past a cut."""
        is_seen, left = step >= self.network.seen_from, self.left[step]
        x, y, words = self.grid.x(step) - ASIDE, self.low + 2, "0"
        if is_seen:
            w = max(0.8, WIDEST_DOWN * left * self.scale) / 2
            half = max(3.6, 1.6 * w)
            tip = DOWN - 5 - 1.4 * w
            side = [(-w, 0), (-w, tip), (-half, tip), (0, DOWN)]
            points = [(x + dx, y + dy) for dx, dy in side]
            points += [(x - dx, y + dy) for dx, dy in reversed(side[:-1])]
            look = {"points": polygon(points), "fill": RED}
            told = {"data_left": f"{left:.12g}"}
            self.canvas.put("nodes", "polygon", class_="arrives", **told, **look)
            words = small(left)
        look = {"anchor": "middle", "size": 12, "fill": INK, "font_weight": 600}
        self.canvas.words(words, x, y + DOWN + 17, **look)

    def loss(self, x: float, top: float) -> None:
        """Draw the loss above the last step, where the gradient begins."""
        ring = {"fill": "none", "stroke": RED, "stroke_width": 1.8}
        self.canvas.put("nodes", "circle", cx=x, cy=top - 37, r=10, **ring)
        look = {"anchor": "middle", "font_style": "italic", "size": 14}
        self.canvas.words("ℓ", x, top - 32, **look)
        down = [(-6, 0), (-6, 12), (-11, 12), (0, 24), (11, 12), (6, 12), (6, 0)]
        points = [(x + 18 + dx, top - 30 + dy) for dx, dy in down]
        self.canvas.put("nodes", "polygon", points=polygon(points), fill=RED)


def mirrored(upper: list[tuple], at: tuple[float, float]) -> str:
    """Return an arrow to the left as a polygon, from its upper half around a point."""
    points = [(at[0] + x, at[1] + dy) for x, dy in upper]
    points += [(at[0] + x, at[1] - dy) for x, dy in reversed(upper[:-1])]
    return polygon(points)


def small(left: float) -> str:
    """Return a share as it is written, one that is too small for two digits too."""
    return number(left) if left >= 0.005 else "&lt;0.01"


def factors(shares: list[float]) -> list[float]:
    """Return what each step back multiplies the gradient by, from the last one."""
    return [after / before for before, after in pairwise(shares)]
