"""One pass of a model over batches, and what a batch and a model are asked on the way.

A model is called with the parts of x, and with its state where one is carried, and
returns its output or (output, state).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from .. import validation
from ..data.padding import PADDING
from ..devices import device_of

Batches = Iterable[tuple]


def outputs(model: nn.Module, data: Batches) -> Iterator[tuple[Tensor, Tensor, int]]:
    """Give (output, y, number of tokens) for every batch of the data.

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
        yield output, _move(y, device), tokens_in(y)


def scalar(value: Tensor) -> Tensor:
    """Return a loss that is one number; raise ValueError for any other."""
    if validation.tensor(value, "the loss").dim() != 0:
        raise ValueError(f"the loss must be one number, got {tuple(value.shape)}")
    return value


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
