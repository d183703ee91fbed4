"""A layer alone, which reads floats: ours beside torch's, at the sizes of a course.

A step goes from the input to the end of the optimiser's step. "ours" is the layer as it
is; "hand" the same with `backward="hand"`, whose loop is not compiled: the difference
is what compiling gives.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from measure import rounds_within, row_of
from torch import nn

import course_lib as cl
from course_lib.analysis import costs

WAYS = {"ours": "auto", "hand": "hand"}


class LayerSize(NamedTuple):
    """A layer of H units, B sequences of T steps, and D numbers a step."""

    kind: str
    B: int
    T: int
    D: int
    H: int

    def __str__(self) -> str:
        return f"{self.kind}, {self.B} × {self.T} × {self.H}"


def made(size: LayerSize, name: str) -> nn.Module:
    """Return a layer: "torch" is torch's, the others are ours, see `WAYS`."""
    shape = {"input_size": size.D, "hidden_size": size.H}
    if name == "torch":
        return getattr(nn, size.kind)(**shape, batch_first=True)
    return getattr(cl, size.kind)(**shape, backward=WAYS[name])


def steps(size: LayerSize, names: Sequence[str]) -> dict[str, Callable[[], None]]:
    """Return a call for each name that takes one training step, on the same data."""
    x, y = torch.randn(size.B, size.T, size.D), torch.randn(size.B, size.T, size.H)
    return {name: _step(made(size, name), x, y) for name in names}


def _step(layer: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Callable[[], None]:
    sgd = torch.optim.SGD(layer.parameters(), lr=0.1)

    def step() -> None:
        loss = F.mse_loss(layer(x)[0], y)
        sgd.zero_grad()
        loss.backward()
        sgd.step()

    return step


def on_floats(
    size: LayerSize, seconds: float, names: Sequence[str] = ("ours", "hand", "torch")
) -> dict:
    """Measure layers in turns, for about so many seconds."""
    torch.manual_seed(0)
    works = steps(size, names)
    return row_of(size, costs.take_turns(works, rounds_within(seconds, works)))


def on_long(size: LayerSize, seconds: float) -> dict:
    """Measure layers on one long sequence, and what they keep for the way back."""
    row = on_floats(size, seconds, ("ours", "torch"))
    x = torch.randn(size.B, size.T, size.D)
    kept = {name: _kept(made(size, name), x) for name in ("ours", "torch")}
    return {**row, "saved_bytes": kept}


def _kept(layer: nn.Module, x: torch.Tensor) -> int:
    return costs.saved_bytes(lambda: layer(x), layer.parameters())
