"""Where tensors live."""

import torch
from torch import nn


def device() -> torch.device:
    """Return the fastest device at hand: CUDA, then Apple's MPS, then the CPU.

    >>> cl.device().type in ("cuda", "mps", "cpu")
    True

    Proofs in float64 and timings of the course run on the CPU, which they name.
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def device_of(model: nn.Module) -> torch.device:
    """Return the device of a model's parameters; the CPU for a model without any."""
    first = next(model.parameters(), None)
    return torch.device("cpu") if first is None else first.device
