"""What a cell says of itself: each value of a step, by name, and what it is.

Whoever holds, draws, saves or steps through a cell asks here, and knows no cell by
heart. Shapes: B batch, D input size, H hidden size.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .. import validation

KINDS = ("gate", "candidate", "state")


class Value(NamedTuple):
    """One value of a cell's step: its name, what it is, and how it comes about.

    >>> [value.name for value in cl.GRUCell.gates if value.has_block]
    ['r', 'z', 'n']

    kind: a "gate" is the logistic function of what comes in through its block of the
    weights, from 0 to 1; a "candidate" is the tanh of it, from -1 to 1; a "state" is
    made of those. equation: as a reader sees it, "_" before what stands lower: a_f is
    what comes in through the block of f. words: what it is called beside its letter.
    """

    name: str
    kind: str
    equation: str = ""
    words: str = ""

    @property
    def has_block(self) -> bool:
        """Say whether it has a block of the weights, by which it can be held."""
        return self.kind in ("gate", "candidate")

    @property
    def lowest(self) -> int:
        """The least that it can be, if it has a block: 0 for a gate, else -1."""
        return 0 if self.kind == "gate" else -1

    @property
    def called(self) -> str:
        """What it is called: its words, or else its kind."""
        return self.words or self.kind


def held_by_block(cell: type) -> list[Value]:
    """Return a cell's gates and candidates, in the order of the blocks."""
    return [value for value in cell.gates if value.has_block]


def check_values(cell: type) -> int:
    """Return the number of blocks that a cell's `gates` need; raise for a misfit."""
    for value in cell.gates:
        if not isinstance(value, Value) or value.kind not in KINDS:
            raise TypeError(
                f"gates of {cell.__name__} must be Value(name, kind, ...) with a kind "
                f"among {', '.join(KINDS)}, got {value!r}"
            )
    blocks = max(1, len(held_by_block(cell)))
    if cell.__dict__.get("blocks", blocks) != blocks:
        raise TypeError(
            f"{cell.__name__} has {blocks} blocks by its gates and candidates, one "
            f"each, but says blocks = {cell.blocks}: leave blocks out"
        )
    return blocks


def stated(cell: type) -> tuple[Value, ...]:
    """Return what a cell says of each value that its step returns, in that order.

    >>> from course_lib.nn import values
    >>> [(value.name, value.called) for value in values.stated(cl.RNNCell)]
    [('h', 'hidden state')]

    Of what it leaves out, the name alone is known, and whether it is a state.
    """
    nothing = torch.zeros(1, cell.blocks)  # of one unit
    state = (torch.zeros(1, 1),) * len(cell.state_names)
    said = {value.name: value for value in cell.gates}
    names = cell.equation(nothing, nothing, state)._fields
    return tuple(
        said.get(name, Value(name, "state" if name in cell.state_names else "value"))
        for name in names
    )


def parameter_sizes(blocks: int, D: int, H: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each parameter of a cell, in torch's order."""
    rows = blocks * H
    return {
        "weight_ih": (rows, D),
        "weight_hh": (rows, H),
        "bias_ih": (rows,),
        "bias_hh": (rows,),
    }


def state_parts(state, names: tuple[str, ...], expected: tuple) -> tuple[Tensor, ...]:
    """Return a state as a tuple of tensors of the expected shape, or raise.

    A state of one part is a tensor; one of more is a tuple, such as (h, c), or a list.
    """
    if len(names) == 1:
        return (validation.shape(state, expected, f"state {names[0]}"),)
    if not isinstance(state, tuple | list) or len(state) != len(names):
        many = f" of {len(state)}" if isinstance(state, tuple | list) else ""
        raise TypeError(
            f"state must be a tuple ({', '.join(names)}), "
            f"got {type(state).__name__}{many}"
        )
    return tuple(
        validation.shape(part, expected, f"state {name}")
        for name, part in zip(names, state, strict=True)
    )


def initialize(module: nn.Module) -> None:
    """Draw every parameter from the uniform distribution on ±1/√H, as torch does."""
    bound = 1 / math.sqrt(module.hidden_size)
    for parameter in module.parameters():
        nn.init.uniform_(parameter, -bound, bound)
