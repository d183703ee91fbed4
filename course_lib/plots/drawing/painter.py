"""Draws a cell: its memory's line, its streams, and the way out."""

from .canvas import MEMORY, ROUND, STATE, STREAM, VALVE
from .columns import OUT, along, beside, gate_of, goes_through
from .expressions import Apply, Expression, Gated, Sum
from .lines import Points
from .sheet import LINE
from .streams import Streams, carried

TO_WAY_OUT = {False: 46, True: 36}  # the length of a wire before a step, before a valve


class Painter(Streams):
    """Draws the parts of one cell, from left to right."""

    def memory(self) -> None:
        """Draw the memory's straight line, and what comes to it from beneath."""
        name, at, width = self.sheet.memory, 0.0, MEMORY
        old, canvas = f"{name}_prev", self.canvas
        for k, (step, term) in enumerate(self.stops()):
            x, half = self.on_line(step, term, k, width)
            line = [(at, LINE), (x - half, LINE)]
            canvas.wire(old, line, max(1, width), head=False, as_is=k == 0)
            at = x + half
            width = MEMORY if term else width * self.share(step)
        canvas.wire(name, [(at, LINE), (self.sheet.width, LINE)], MEMORY)

    def stops(self) -> list[tuple[Expression, Expression | None]]:
        """Return what happens to the memory, one thing after the other.

        A sum of several terms happens term by term, each with a circle of its own.
        """
        old, found = f"{self.sheet.memory}_prev", []
        for step in along(self.said.equations[self.sheet.memory], old):
            terms = beside(step, old) if isinstance(step, Sum) else [None]
            found += [(step, term) for term in terms]
        return found

    def on_line(
        self, step: Expression, term: Expression | None, k: int, width: float
    ) -> tuple[float, float]:
        """Draw one thing that happens to the memory; return its x and half width."""
        name, x = self.sheet.memory, self.sheet.x.get(f"line {k}")
        if term is not None:
            x = self.sheet.middle(term)
            self.canvas.step(name, "+", x, LINE)
            self.stream(term, [(x, LINE + ROUND)], carried(term, name))
            return x, ROUND
        if isinstance(step, Apply):
            return x, self.canvas.step(name, step.step, x, LINE)
        if x is None:
            x = self.sheet.middle(self.said.equations[gate_of(step.by)])
        old = f"{name}_prev"
        self.valve(step.by, old, (x, LINE), "right", width, self.share(step))
        return x, VALVE

    def way_out(self) -> None:
        """Draw the way to h: down from the memory, or over from the layers."""
        equation, sheet = self.said.equations["h"], self.sheet
        x = sheet.x[OUT]
        ending = [(x, sheet.h_row), (sheet.width, sheet.h_row)]
        if sheet.memory and goes_through(equation, sheet.memory):
            self.leave(*self.down_from_memory(equation, x), ending)
        else:
            row = sheet.turn
            way = [(sheet.middle(equation), row), (x, row), *ending]
            self.stream(equation, way, "h", STATE, True)

    def down_from_memory(self, equation: Expression, x: float) -> tuple[float, float]:
        """Draw what happens to the memory on its way to h; return where, how wide."""
        at, width, as_is = LINE, STREAM, True
        for step in along(equation, self.sheet.memory):
            is_valve = isinstance(step, Gated)
            half = VALVE if is_valve else ROUND
            y = at + TO_WAY_OUT[is_valve] + half
            line = [(x, at), (x, y - half)]
            self.canvas.wire(
                self.sheet.memory, line, width, head=not is_valve, as_is=as_is
            )
            self.down(step, (x, y), width)
            width, as_is, at = width * self.share(step), False, y + half
        return at, width

    def down(self, step: Expression, at: tuple, width: float) -> None:
        """Draw one thing that happens on the way down from the memory."""
        memory = self.sheet.memory
        match step:
            case Gated(by, _):
                self.valve(by, memory, at, "down", width, self.share(step))
            case Apply(text, _):
                self.canvas.step(memory, text, *at)
            case Sum():
                self.canvas.step("h", "+", *at)
                for term in beside(step, memory):
                    x = self.sheet.middle(term)
                    way = [(x, at[1]), (at[0] - ROUND, at[1])]
                    self.stream(term, way, carried(term, "h"))

    def leave(self, y: float, width: float, ending: Points) -> None:
        """Lead h out: as wide as the last valve left it, then as thin as a state."""
        x, low, k, e = ending[0][0], self.sheet.boxes + 10, width / 2, STATE / 2
        self.canvas.wire("h", [(x, y), *ending], STATE)
        mid = (y + low) / 2
        d = (
            f"M{x - k:g} {y:g}L{x + k:g} {y:g}C{x + k:g} {mid:g} {x + e:g} {mid:g} "
            f"{x + e:g} {low:g}L{x - e:g} {low:g}C{x - e:g} {mid:g} {x - k:g} {mid:g} "
            f"{x - k:g} {y:g}Z"
        )
        self.canvas.put("wires", "path", data_v="h", d=d, fill=self.canvas.ink("h"))
