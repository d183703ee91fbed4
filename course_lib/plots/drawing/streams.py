"""Draws streams: from the layers up, through steps and valves, to where they go."""

from .canvas import BOX, ROUND, STREAM, THIN, VALVE, Canvas
from .columns import gate_of, is_box, key_of
from .expressions import REST, Apply, Expression, Gated, Named, Sum
from .lines import Points
from .parts import box, halo
from .said import Said
from .sheet import LOWER, TO_STEP, TO_VALVE, Sheet

USUAL = 0.5  # how far a gate is open in a drawing without numbers


class Streams:
    """Draws what goes up in one cell, on a canvas.

    values: numbers of one unit by name, to which the valves are opened. new: the gate
    that this stage adds.
    """

    def __init__(
        self, canvas: Canvas, sheet: Sheet, said: Said, values: dict, new: set[str]
    ):
        self.canvas, self.sheet, self.said = canvas, sheet, said
        self.values, self.new = values, new
        self.risers: dict[str, list[float]] = {}  # the rows where each gate is used
        self.taps: dict[str, list[float]] = {"x": [], "h": []}
        self.labels: dict[str, tuple] = {}

    def share(self, expression: Expression) -> float:
        """Return how much goes on behind a valve or a step."""
        match expression:
            case Gated(Apply(_, Named(name)), _):
                return 1 - self.open(name)
            case Gated(Named(name), _):
                return self.open(name)
            case Apply(step, _) if step.startswith("×"):
                return min(1.0, float(step[2:]))
        return 1.0

    def open(self, name: str) -> float:
        """Return how far a gate is open, from 0 to 1."""
        return min(max(self.values.get(name, USUAL), 0.0), 1.0)

    def stream(
        self, expression: Expression, to: Points, name: str, width: float = STREAM,
        as_is: bool = False, head: bool = True,
    ) -> None:  # fmt: skip
        """Draw an expression, from its layers up and then along `to`, to where it ends.

        name: the value that the wire belongs to; as_is: whether it is that value; head:
        whether it ends in an arrow head.
        """
        x, y = self.sheet.middle(expression), to[0][1]
        end = {"width": width, "as_is": as_is, "head": head}
        match expression:
            case _ if is_box(expression):
                self.layer(expression, name)
                self.canvas.wire(name, [(x, self.sheet.boxes), *to], **end)
            case Named(old) if old.endswith("_prev"):
                self.taps["h"].append(x)
                self.canvas.wire(old, [(x, self.sheet.h_row), *to], THIN, head=head)
                self.canvas.dot(old, x, self.sheet.h_row)
            case Named(other):
                self.labels[other] = (x, y, expression)
                inner = self.said.equations[other]
                self.stream(inner, to, other, width, True, head)
            case Gated(by, _):
                row = y + TO_VALVE + VALVE
                if row in self.risers.get(gate_of(by), []):  # beside its other valve
                    row += LOWER
                self.gated(expression, (x, row), to, name, end)
            case Apply() | Sum():
                self.stepped(expression, (x, y + TO_STEP + ROUND), to, name, end)

    def stepped(self, expression, at: tuple, to: Points, name: str, end: dict) -> None:
        """Draw a pointwise operation on a stream that goes up, or where two meet."""
        x, y = at
        text = expression.step if isinstance(expression, Apply) else "+"
        self.canvas.step(name, text, x, y)
        width = end["width"] * self.share(expression)
        self.canvas.wire(name, [(x, y - ROUND), *to], **end | {"width": width})
        if isinstance(expression, Apply):
            self.stream(expression.of, [(x, y + ROUND)], name)
        else:
            for term in expression.terms:
                self.stream(term, self.into(at, self.sheet.middle(term)), name)

    def into(self, at: tuple[float, float], x: float) -> Points:
        """Return how a stream in column x comes into a circle: from a side or below."""
        if abs(x - at[0]) < 1:
            return [(at[0], at[1] + ROUND)]
        side = ROUND if x > at[0] else -ROUND
        return [(x, at[1]), (at[0] + side, at[1])]

    def gated(self, expression, at: tuple, to: Points, name: str, end: dict) -> None:
        """Draw a valve on a stream that goes up."""
        by, of = expression.by, expression.of
        (x, y), stream = at, carried(of, name)
        share = self.share(expression)
        after = end["width"] * share if not end["as_is"] else end["width"]
        owner = name if end["as_is"] else stream
        self.canvas.wire(owner, [(x, y - VALVE), *to], **end | {"width": max(1, after)})
        self.valve(by, stream, at, "up", end["width"], share)
        self.stream(of, [(x, y + VALVE)], name, end["width"], head=False)

    def valve(self, by, stream: str, at, way: str, width: float, share: float) -> None:
        """Draw a valve, and the wire of the gate that it is."""
        gate = gate_of(by)
        if gate in self.new:
            halo(self.canvas, gate, *at, 2 * VALVE + 14, 2 * VALVE + 14)
        self.canvas.valve(gate, stream, at, way, width, share)
        x = self.sheet.middle(self.said.equations[gate])
        rest = isinstance(by, Apply)
        if way == "right":  # on the memory: the gate comes straight up, if it can
            row, end = at[1] + 3 * VALVE, (at[0], at[1] + VALVE)
            points = [(x, row), (at[0], row), end][2 * (x == at[0]) :]
            side = "end" if x == min(self.sheet.x.values()) else "start"
            middle = (at[0], end[1] + ROUND + 11)
        else:
            port = at[0] - VALVE if x < at[0] else at[0] + VALVE
            points = [(x, at[1]), (port, at[1])]
            side = "start" if port > at[0] or way == "down" else "end"
            middle = (self.sheet.x.get(f"{REST}{gate}"), at[1])
        if rest:
            self.control(gate, *self.without(gate, points, middle), side)
        else:
            self.control(gate, points, [], side)

    def without(self, gate: str, points: Points, at: tuple) -> tuple[Points, Points]:
        """Draw the step from a gate to its rest, and return the ways to it and on."""
        half = self.canvas.step(gate, REST, *at)
        x, y = points[-1]
        if y == at[1]:
            before, after = (half, -half) if x < at[0] else (-half, half)
            ends = (at[0] + before, y), (at[0] + after, y)
        else:
            ends = (x, at[1] + ROUND), (x, at[1] - ROUND)
        return [*points[:-1], ends[0]], [ends[1], points[-1]]

    def control(self, gate: str, points: Points, after: Points, side: str) -> None:
        """Lead a gate to its valve: from its layer, or from where it has risen to."""
        (x, row), risen = points[0], self.risers.setdefault(gate, [])
        if risen and row < min(risen):
            raise ValueError(f"gate {gate} must act on the memory first to be drawn")
        if after:
            self.canvas.wire(gate, after, as_is=False)
        if risen:
            self.canvas.dot(gate, x, row)
            self.canvas.wire(gate, points)
        else:
            self.stream(self.said.equations[gate], points, gate, THIN, True)
            self.labels[gate] = (x, self.sheet.boxes, side)
        risen.append(row)

    def layer(self, expression: Expression, name: str) -> None:
        """Draw a layer, and note what it sees."""
        layer = expression.of if isinstance(expression, Apply) else expression
        x, sheet = self.sheet.x[key_of(expression)], self.sheet
        if name in self.new:
            middle = sheet.boxes + BOX / 2
            halo(self.canvas, name, x, middle, sheet.box_width + 14, BOX + 14)
        step = expression.step if isinstance(expression, Apply) else ""
        blocks = self.said.blocks
        box(self.canvas, name, step, layer, blocks, (x, sheet.boxes), sheet.box_width)
        off = 9 if len(layer.sides) == 2 else 0
        for side, shift in (("h", -off), ("x", off)):
            if side in layer.sides:
                self.taps[side].append(x + shift)


def carried(expression: Expression, otherwise: str) -> str:
    """Return the value that a stream carries, whole or as its gates let through."""
    match expression:
        case Named(name):
            return name
        case Gated(_, of):
            return carried(of, otherwise)
    return otherwise
