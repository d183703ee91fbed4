"""Where the columns and rows of a drawing stand, in its wide and its narrow form."""

from dataclasses import dataclass, replace

from .canvas import BOX, ROUND, VALVE
from .columns import (
    OUT,
    Columns,
    beside,
    gate_of,
    goes_through,
    is_box,
    key_of,
    memory_of,
)
from .expressions import REST, Apply, Expression, Gated, Named, Sum
from .said import Said

# Widths of columns: of layers, of steps on a gate's way, of all others, of the way out.
WIDE = {"box": 94, "rest": 72, "other": 60, "out": 84}
NARROW = {"box": 58, "rest": 46, "other": 46, "out": 58}
MARGIN, PADDING = 104, 28  # at the sides of a wide frame, and inside it
LEAST, LEFT, EDGE = (
    343,
    43,
    7,
)  # a narrow sheet: its width, where columns begin, its frame
TOP, LINE = 20, 76  # rows: the frame's top, the memory
LOWER = 48  # by how much the second of two valves of one gate stands lower
TO_VALVE, TO_STEP, TO_BOX = 30, 24, 58  # the least length of a wire before each


@dataclass
class Sheet:
    """Places for everything; y grows downwards.

    x: the middle of each column. memory: which state is the straight line, if any.
    """

    said: Said
    narrow: bool
    x: dict[str, float]
    memory: str | None
    left: float
    right: float
    width: float
    boxes: float = 0.0

    @property
    def foot(self) -> float:
        """The lower edge of the layers."""
        return self.boxes + BOX

    @property
    def h_row(self) -> float:
        """Where h_prev runs to the layers."""
        return self.foot + 31

    @property
    def x_row(self) -> float:
        """Where x_t runs to the layers."""
        return self.h_row + 15

    @property
    def bottom(self) -> float:
        """The lower edge of the frame."""
        return self.x_row + 22

    @property
    def height(self) -> float:
        """The height of the drawing."""
        return self.bottom + 42

    @property
    def box_width(self) -> float:
        """How wide a layer is drawn."""
        return 52 if self.narrow else 66

    def middle(self, expression: Expression) -> float:
        """Return the column in which an expression arrives."""
        if is_box(expression):
            return self.x[key_of(expression)]
        match expression:
            case Named(name) if name in self.x:
                return self.x[name]
            case Named(name):
                return self.middle(self.said.equations[name])
            case Gated(_, of) | Apply(_, of):
                return self.middle(of)
            case Sum(terms):
                places = sorted(map(self.middle, terms))
                return places[1] if len(places) == 3 else (places[0] + places[-1]) / 2

    def depth(self, expression: Expression, y: float) -> float:
        """Return how far down the layers must stand for what arrives at y."""
        if is_box(expression):
            return y + TO_BOX
        match expression:
            case Named(name) if name.endswith("_prev"):
                return y + TO_BOX
            case Named(name):
                return self.depth(self.said.equations[name], y)
            case Gated(_, of):
                down = y + TO_VALVE + 2 * VALVE
                return max(self.depth(of, down), down + TO_BOX - 8)
            case Apply(_, of):
                return self.depth(of, y + TO_STEP + 2 * ROUND)
            case Sum(terms):
                gates = [gate_of(term.by) for term in terms if isinstance(term, Gated)]
                low = y + TO_STEP + ROUND + LOWER * (len(set(gates)) < len(gates))
                return max(self.depth(term, low) for term in terms)

    def with_said(self, said: Said) -> "Sheet":
        """Return the same places for what a cell is at a stage."""
        x = dict(self.x)
        if "i" not in said.values and "i" in self.said.values:
            x[f"{REST}f"] = x["i:xh"]
        return replace(self, said=said, x=x, memory=memory_of(said))

    @property
    def turn(self) -> float:
        """The row in which h turns to its way out, if it comes from the layers."""
        return LINE + 60 if self.memory else TOP + 30

    def settle(self) -> None:
        """Find the row of the layers."""
        equations, memory = self.said.equations, self.memory
        deepest = [TOP + 40 + TO_BOX]
        if memory:
            deepest.append(LINE + (150 if memory == "h" else 200))
            for total in sums(equations[memory]):
                if goes_through(total, f"{memory}_prev"):
                    terms = beside(total, f"{memory}_prev")
                    deepest += [self.depth(term, LINE + ROUND) for term in terms]
        if memory != "h":
            from_memory = memory and goes_through(equations["h"], memory)
            for total in sums(equations["h"]) if from_memory else []:
                terms = [t for t in total.terms if not goes_through(t, memory)]
                deepest += [self.depth(term, LINE + 200) for term in terms]
            deepest += [] if from_memory else [self.depth(equations["h"], self.turn)]
        self.boxes = max(deepest)


def sums(expression: Expression) -> list[Sum]:
    """Return the sums that an expression is made of, the outermost first."""
    match expression:
        case Sum(terms):
            return [expression, *(s for term in terms for s in sums(term))]
        case Gated(_, of) | Apply(_, of):
            return sums(of)
    return []


def sheet_of(said: Said, columns: Columns, narrow: bool) -> Sheet:
    """Return where everything stands."""
    widths = NARROW if narrow else WIDE
    sizes = [widths[kind_of(key)] for key in columns.order]
    memory, total = memory_of(said), sum(sizes)
    if narrow:
        free = EDGE if columns.order[-1] == OUT else 3 * EDGE
        width = max(LEAST, total + LEFT + free)
        left, right = EDGE, width - EDGE
        wider = min(1.5, (width - LEFT - free) / total)
        sizes = [size * wider for size in sizes]
        at = LEFT + (width - LEFT - free - sum(sizes)) / 2
    else:
        fork = 22 if memory == "h" else 0
        left, at = MARGIN, MARGIN + PADDING + fork
        right = at + total + (PADDING if columns.order[-1] == OUT else 2 * PADDING)
        width = right + MARGIN
    x = {}
    for key, size in zip(columns.order, sizes, strict=True):
        x[key], at = at + size / 2, at + size
    sheet = Sheet(said, narrow, x, memory, left, right, width)
    sheet.settle()
    return sheet


def kind_of(key: str) -> str:
    """Return the kind of a column, which decides its width."""
    if key.startswith(REST):
        return "rest"
    return "out" if key == OUT else "box" if ":" in key else "other"
