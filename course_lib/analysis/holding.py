"""Holding a gate at a value, to see what it is for.

Shapes: B batch, T time steps, H hidden size.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..nn.cells import RecurrentCell
from ..nn.values import held_by_block


class Hold(NamedTuple):
    """A gate held at a value: in one unit or all, from step `start` to before `stop`.

    >>> forget_all = cl.Hold("f", 0.0, start=3)
    >>> held = cl.trace(cl.LSTM(8, 16), torch.rand(1, 5, 8), hold=[forget_all])
    >>> (held.f[0] == 0).all(dim=1).tolist()  # step by step
    [False, False, False, True, True]

    gate: one of those that the layer's cell names in its `gates`, such as i, f, g, o of
    an LSTM or r, z, n of a GRU. unit: None is every unit. stop: None is the end.
    """

    gate: str
    value: float
    unit: int | None = None
    start: int = 0
    stop: int | None = None


class HeldCell:
    """A cell whose gates are held as asked, to be unrolled from its first step on.

    A gate is a function of one number, so to hold it is to replace that number: what
    comes in from x becomes the number whose gate is the value, and what comes in from
    h becomes 0. Which block is whose, the cell says. Raises ValueError for a gate,
    unit, value or time that cannot be, and for a cell that makes something else of a
    block than it says.
    """

    def __init__(self, cell: type[RecurrentCell], holds: Sequence[Hold], H: int):
        self.cell, self.hidden_size, self.t = cell, H, 0
        self.gates = {value.name: value for value in held_by_block(cell)}
        self.holds = [self._checked(Hold(*hold)) for hold in holds]

    def equation(self, from_x: Tensor, from_h: Tensor, state: tuple[Tensor, ...]):
        """Return the step's values by name, as the cell does, with the gates held."""
        from_x, from_h = from_x.clone(), from_h.clone()
        now = [
            hold
            for hold in self.holds
            if hold.start <= self.t and (hold.stop is None or self.t < hold.stop)
        ]
        for hold in now:
            rows = self._rows(hold)
            from_x[..., rows] = self._before(hold, from_x)
            from_h[..., rows] = 0
        self.t += 1
        step = self.cell.equation(from_x, from_h, state)
        self._check_step(step, now)
        return step

    def _check_step(self, step, now: list[Hold]) -> None:
        """Raise unless the step has what is held; where two hold, the last one wins."""
        for gate in {hold.gate for hold in now}:
            there = getattr(step, gate)
            wanted = there.clone()
            for hold in now:
                if hold.gate == gate:
                    wanted[..., self._units(hold)] = hold.value
            if not torch.allclose(there, wanted, rtol=0, atol=1e-2, equal_nan=True):
                raise ValueError(
                    f"{self.cell.__name__} names {gate} in its `gates`, but makes "
                    "something else of that block: put `gates` in the order in which "
                    "the equation takes the blocks"
                )

    @staticmethod
    def _units(hold: Hold) -> slice:
        """Return which units are held."""
        return slice(None) if hold.unit is None else slice(hold.unit, hold.unit + 1)

    def _rows(self, hold: Hold) -> slice:
        """Return where the gate's numbers are among the (blocks * H) that come in."""
        H = self.hidden_size
        first = list(self.gates).index(hold.gate) * H
        units = range(H)[self._units(hold)]
        return slice(first + units.start, first + units.stop)

    def _before(self, hold: Hold, like: Tensor) -> Tensor:
        """Return the number of which tanh or the logistic function is the value."""
        value = torch.tensor(hold.value, dtype=torch.float64)
        is_gate = self.gates[hold.gate].kind == "gate"
        number = value.logit() if is_gate else value.atanh()
        return number.to(like)

    def _checked(self, hold: Hold) -> Hold:
        """Return a hold if this cell can be held so; raise ValueError if not."""
        if hold.gate not in self.gates:
            has = ", ".join(self.gates) or "none"
            raise ValueError(
                f"gate must be one of this cell's ({has}), which {self.cell.__name__} "
                f"names in its `gates`, got {hold}"
            )
        low = self.gates[hold.gate].lowest
        if not low <= hold.value <= 1:
            raise ValueError(f"value must be from {low} to 1, got {hold}")
        if hold.unit is not None and not 0 <= hold.unit < self.hidden_size:
            raise ValueError(f"unit must be below {self.hidden_size}, got {hold}")
        if hold.start < 0 or (hold.stop is not None and hold.stop <= hold.start):
            raise ValueError(f"start must be 0 or more and before stop, got {hold}")
        return hold
