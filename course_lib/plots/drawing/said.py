"""What a cell says of itself, read so that it can be drawn, and held to its word."""

from dataclasses import dataclass

import torch

from ...nn.cells import RecurrentCell
from ...nn.values import Value
from .expressions import Apply, Expression, Gated, Layer, Named, Reader, Sum, compute


@dataclass(frozen=True)
class Said:
    """A cell as it is drawn: a title, its values in order, an equation for each."""

    title: str
    values: dict[str, Value]
    equations: dict[str, Expression]
    states: tuple[str, ...]

    @property
    def blocks(self) -> list[str]:
        """The blocks of the weights, in order; one without a name in a plain cell."""
        return [v.name for v in self.values.values() if v.has_block] or [""]


def said_by(cell: type[RecurrentCell]) -> Said:
    """Return what a cell says of itself.

    Raises TypeError for something that is no cell, and ValueError if it says no
    equation for a value, or if one that it says is not what it computes: a drawing of
    it would be wrong.
    """
    if not (isinstance(cell, type) and issubclass(cell, RecurrentCell)):
        raise TypeError(f"expected a class of cells, such as LSTMCell, got {cell!r}")
    values = {value.name: value for value in cell.gates}
    kinds = {value.name: value.kind for value in cell.gates}
    silent = [v.name for v in values.values() if not v.equation] or (
        [] if values else ["any value"]
    )
    if silent:
        raise ValueError(
            f"{cell.__name__} must say its equations to be drawn, "
            f"Value(name, kind, equation), got none for {', '.join(silent)}"
        )
    equations = {v.name: Reader(v.equation, kinds).read() for v in cell.gates}
    name = cell.__name__.removesuffix("Cell")
    found = Said(f"The {name} cell", values, equations, tuple(cell.state_names))
    check(cell, found)
    return found


def check(cell: type[RecurrentCell], said: Said) -> None:
    """Raise ValueError if a cell computes something else than it says."""
    g = torch.Generator().manual_seed(0)
    size = {"dtype": torch.float64, "generator": g}
    sides = {side: torch.randn(5, cell.blocks, **size) for side in "xh"}  # H is 1
    state = tuple(torch.randn(5, 1, **size) for _ in said.states)
    known = {f"{n}_prev": s for n, s in zip(said.states, state, strict=True)}
    step = cell.equation(sides["x"], sides["h"], state)._asdict()
    known |= step

    def layer(block: str, side: str) -> torch.Tensor:
        """Return what comes in through a block from one side, (5, 1)."""
        k = said.blocks.index(block) if block in said.blocks else 0
        return sides[side][:, k : k + 1]

    if set(step) != set(said.equations):
        raise ValueError(
            f"{cell.__name__} must say in `gates` what it computes, "
            f"{', '.join(step)}, to be drawn; got {', '.join(said.equations)}"
        )
    for name, value in step.items():
        told = compute(said.equations[name], known, layer)
        if not torch.allclose(told, value, rtol=0, atol=1e-12):
            words = said.values[name].equation
            raise ValueError(
                f"{cell.__name__} says {name} = {words}, but computes something else"
            )


def names_in(expression: Expression) -> list[str]:
    """Return the names of values that an expression uses, in order."""
    match expression:
        case Named(name):
            return [name]
        case Gated(by, of):
            return names_in(by) + names_in(of)
        case Apply(_, of):
            return names_in(of)
        case Sum(terms):
            return [name for term in terms for name in names_in(term)]
    return []


def sides_in(expression: Expression) -> str:
    """Return what the layers of an expression see: "", "x", "h" or "xh"."""
    match expression:
        case Layer(_, sides):
            return sides
        case Gated(_, of) | Apply(_, of):
            return sides_in(of)
        case Sum(terms):
            return "".join(s for s in "xh" if any(s in sides_in(t) for t in terms))
    return ""
