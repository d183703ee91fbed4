"""One pass of a model over batches, and what a batch and a model are asked on the way.

A model is called with the parts of x, and with its state where one is carried, and
returns its output or (output, state).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .. import validation
from ..data.padding import PADDING
from ..devices import device_of
from .stretching import NoStretching

Batches = Iterable[tuple]


class Result(NamedTuple):
    """A batch and what the model made of it; count: how many tokens y has."""

    x: tuple
    output: Tensor
    y: Tensor
    count: int

    def scored(self, loss: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """Return the loss, which must be one number and compare like with like."""
        with NoStretching(self.output, self.y):
            value = validation.tensor(loss(self.output, self.y), "the loss")
        if value.dim() != 0:
            raise ValueError(f"the loss must be one number, got {tuple(value.shape)}")
        return value


def outputs(model: nn.Module, data: Batches) -> Iterator[Result]:
    """Give every batch of the data with what the model makes of it.

    The state is carried, detached, if the batches are adjacent.
    """
    device, state = device_of(model), None
    carry = getattr(data, "adjacent", False)
    for x, y in data:
        inputs = x if isinstance(x, tuple) else (x,)
        if device.type != "cpu" and hasattr(model, "check_inputs"):
            model.check_inputs(*inputs)  # on the host, where it costs no waiting
        inputs = _move(inputs, device)
        result = model(*inputs) if state is None else model(*inputs, state)
        output, state = result if isinstance(result, tuple) else (result, None)
        state = _detach(state) if carry else None
        yield Result(inputs, output, _move(y, device), tokens_in(y))


def not_finite(x: tuple, y) -> str:
    """Say where a batch holds a number that is none, as in "x holds nan at (2, 3, 0)".

    x: a model's arguments, y: its target. Returns nothing where all are finite.
    """
    names = [f"x[{k}]" if len(x) > 1 else "x" for k in range(len(x))]
    targets = y if isinstance(y, tuple) else (y,)
    parts = [*zip(names, x, strict=True), *(("y", part) for part in targets)]
    for name, part in parts:
        if isinstance(part, Tensor) and part.is_floating_point():
            bad = (~part.isfinite()).nonzero()
            if len(bad):
                place = tuple(bad[0].tolist())
                return f"{name} holds {float(part[place])} at {place}"
    return ""


def tokens_in(y) -> int:
    """Count the elements of y, less padding; called before y is moved to a GPU."""
    y = validation.tensor(y[0] if isinstance(y, tuple) else y, "y")
    return int((y != PADDING).sum()) if validation.is_ids(y) else y.numel()


def _move(value, device: torch.device):
    if isinstance(value, tuple):
        return tuple(_move(part, device) for part in value)
    return value.to(device) if isinstance(value, Tensor) else value


def _detach(state):
    if isinstance(state, tuple):
        return tuple(_detach(part) for part in state)
    return None if state is None else state.detach()


@contextmanager
def mode(model: nn.Module, training: bool):
    """Put a model into training or evaluation mode, and every part back afterwards."""
    before = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, was_training in before:
            module.training = was_training
