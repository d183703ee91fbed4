"""A parallel scan as a tree: `plots.scan_tree`."""

from dataclasses import dataclass, field

from ... import validation
from ..style import BLUE, GREY
from .arcs import arc
from .canvas import SERIF, STATE, Canvas
from .picture import Drawing
from .spoken import listed

MOST = 16  # steps that can be drawn
ROUND = 11  # half of a join
OTHERS = 1.3  # the width of a wire that is not in the tree of the last step


def scan_tree(steps: int = 8) -> Drawing:
    """Draw a parallel scan, round by round, with the tree of its last step.

    >>> drawing = plots.scan_tree(8)
    >>> drawing.words.partition(": ")[0]
    'A parallel scan over 8 steps in 3 rounds'

    Each step is a map from h to a h + b, and of two maps, one after the other, the
    whole is again such a map: that is a join, a circle. In round k each step is joined
    with the one 2^(k-1) before it, as `scan` does it. steps: 2 to 16. Raises
    ValueError for another number. Hillis & Steele 1986.
    """
    validation.whole(steps, 2, "steps")
    if steps > MOST:
        raise ValueError(f"steps must be at most {MOST} to be drawn, got {steps}")
    joins = [far for far in _reaches(steps) for _ in range(far, steps)]
    rounds = len(_reaches(steps))
    back = listed([str(far) for far in _reaches(steps)])
    words = (
        f"A parallel scan over {steps} steps in {rounds} rounds: each step begins as a "
        "map from h to a h + b, and is joined round by round with what the step before "
        f"it, at a distance of {back}, knows by then. After the last round each knows "
        f"its whole past. There are {len(joins)} joins, {steps - 1} of them in the "
        f"tree of h_{steps - 1}."
    )
    forms = [Scan(steps, narrow).svg(words) for narrow in (False, True)]
    return Drawing(*forms, words)


def _reaches(steps: int) -> list[int]:
    """Return how far back each round reaches."""
    return [1 << k for k in range((steps - 1).bit_length())]


@dataclass
class Scan:
    """One form of the drawing, from the maps at its foot up to the states."""

    steps: int
    narrow: bool
    canvas: Canvas = field(default_factory=lambda: Canvas({"h": GREY, "tree": BLUE}))

    def __post_init__(self):
        self.reaches = _reaches(self.steps)
        self.left = 12 if self.narrow else 86
        room = (343 if self.narrow else 720) - 2 * self.left
        self.pitch = min(68, room / self.steps)
        self.row = 54 if self.narrow else 66
        self.foot = 56 + self.row * len(self.reaches) + 22  # of the joins
        self.width = self.steps * self.pitch + 2 * self.left
        self.half = min(ROUND, 0.4 * self.pitch)

    def x(self, step: int) -> float:
        """Return the middle of a step's column."""
        return self.left + self.pitch * (step + 0.5)

    def y(self, level: int) -> float:
        """Return the row of a round; 0 are the maps."""
        return self.foot - self.row * level

    def svg(self, words: str) -> str:
        """Return the drawing."""
        wires = self.wires()
        tree = self.tree(wires)
        for wire in sorted(wires, key=lambda wire: wire in tree):
            self.wire(*wire, wire in tree)
        for step in range(self.steps):
            self.ends(step)
        if not self.narrow:
            for level, far in enumerate(self.reaches, start=1):
                y = self.y(level) + 4
                self.canvas.words(f"round {level}", 8, y, size=12, quiet=True)
                self.canvas.words(f"{far} back", 8, y + 15, size=12, quiet=True)
        told = {"class_": "narrow" if self.narrow else "wide", "aria_label": words}
        return self.canvas.svg(self.width, self.foot + 48, "", **told)

    def wires(self) -> list[tuple[int, int, int]]:
        """Return the wires: from which step, to which, in which round."""
        found = []
        for level, far in enumerate(self.reaches, start=1):
            for step in range(self.steps):
                before = [step - far] if step >= far else []
                found += [(start, step, level) for start in [*before, step]]
        return found

    def tree(self, wires: list) -> set:
        """Return the wires that lead to the last step."""
        found, wanted = set(), {self.steps - 1}
        for level in range(len(self.reaches), 0, -1):
            new = {w for w in wires if w[2] == level and w[1] in wanted}
            wanted = {start for start, _, _ in new}
            found |= new
        return found

    def joined(self, step: int, level: int) -> bool:
        """Say whether a step is joined with another one in a round."""
        return level > 0 and step >= self.reaches[level - 1]

    def wire(self, start: int, step: int, level: int, in_tree: bool) -> None:
        """Draw a wire from a round to the next, and the join that it ends at."""
        name = "tree" if in_tree else "h"
        up = 17 if level == 1 else self.half * self.joined(start, level - 1)
        a = (self.x(start), self.y(level - 1) - up)
        b = (self.x(step), self.y(level) + self.half * self.joined(step, level))
        arc(self.canvas, a, b, STATE if in_tree else OTHERS, name)
        if start != step and level > 1 and not self.joined(start, level - 1):
            look = {"cx": a[0], "cy": a[1], "r": 2.6, "fill": self.canvas.ink(name)}
            self.canvas.put("nodes", "circle", class_="dot", **look)
        if start == step and self.joined(step, level):
            self.join(self.x(step), self.y(level), name)

    def join(self, x: float, y: float, name: str) -> None:
        """Draw a join: two maps, one after the other."""
        canvas = self.canvas
        look = {"fill": "var(--ground)", "stroke": canvas.ink(name)}
        width = 2 if name == "tree" else OTHERS
        place = {"cx": x, "cy": y, "r": self.half, "stroke_width": width}
        canvas.put("nodes", "circle", class_="join", data_v=name, **place, **look)
        canvas.put("nodes", "circle", cx=x, cy=y, r=3, **look)

    def ends(self, step: int) -> None:
        """Draw the map that a step begins as, and the state that it ends as."""
        canvas, x, half = self.canvas, self.x(step), min(19, 0.46 * self.pitch)
        place = {"x": x - half, "y": self.foot - 17, "width": 2 * half, "height": 42}
        look = {"fill": "var(--panel)", "stroke": "var(--line)", "stroke_width": 1.4}
        canvas.put("back", "rect", class_="box", rx=7, **place, **look)
        size = 14 if self.pitch > 30 else 11
        for k, letter in enumerate("ab"):
            words = f"{letter}{chr(0x2080 + step) if step < 10 else ''}"
            look = {"anchor": "middle", "size": size, "font_style": "italic"}
            y = self.foot + 1 + 17 * k
            canvas.words(words, x, y, font_family=SERIF, **look)
        last = len(self.reaches)
        high = self.y(last) - 30
        top = self.y(last) - self.half * self.joined(step, last)
        name = "tree" if step == self.steps - 1 else "h"
        canvas.wire(name, [(x, top), (x, high)], STATE if name == "tree" else OTHERS)
        canvas.words(canvas.symbol("h", f"{step}"), x - 6, high - 6, data_v="h")
