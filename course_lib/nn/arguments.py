"""What cells and layers are given: options, sequences and states, taken as torch does.

Shapes: B batch, T time steps, D input size, H hidden size, L layers, K directions.
"""

import warnings

import torch
from torch import Tensor, nn

from .. import validation


def check_as_torchs(batch_first: object, nonlinearity: object, proj_size: object):
    """Raise for options that torch's layers have and ours have in one form only."""
    if not validation.boolean(batch_first, "batch_first"):
        raise ValueError(
            "batch_first must be True, got False: the layers of this course read "
            "(B, T, D); of x with time first give them x.transpose(0, 1)"
        )
    if nonlinearity != "tanh":
        raise ValueError(
            f"nonlinearity must be 'tanh', got {nonlinearity!r}: torch.nn.RNN has "
            "'relu' as well, and the models of this course take it"
        )
    if validation.whole(proj_size, 0, "proj_size"):
        raise ValueError(
            f"proj_size must be 0, got {proj_size}: torch.nn.LSTM has projections, and "
            "the models of this course take it"
        )


def check_dropout(dropout: object, num_layers: int) -> float:
    """Return a share in 0 .. 1, or raise; warn where it would do nothing."""
    if validation.share(dropout, "dropout") and num_layers == 1:
        warnings.warn(
            f"dropout={dropout} does nothing with num_layers=1: it drops what one "
            "layer hands to the next. Take more layers, or the dropout of a model, "
            "which drops what the layer hands to the head",
            stacklevel=3,  # where the layer is made
        )
    return dropout


def check_dtype(dtype: object) -> torch.dtype | None:
    """Return a type that weights can have, None for torch's default; raise if not."""
    if dtype is None or (isinstance(dtype, torch.dtype) and dtype.is_floating_point):
        return dtype
    raise ValueError(f"dtype must be a type of floats, got {dtype!r}")


def either(state, hx):
    """Return the state, under our name for it or torch's; raise TypeError for both."""
    if hx is None:
        return state
    if state is not None:
        raise TypeError("give the state once: hx is torch's name for state")
    return hx


def is_alone(x: object, D: int) -> bool:
    """Say whether x is one sequence without a batch axis: (T, D) floats or (T,) ids."""
    if not isinstance(x, Tensor):
        return False
    floats = x.is_floating_point()
    if x.dim() != (2 if floats else 1) or x.is_nested:
        return False
    empty = validation.sized() and 0 in x.shape
    if not floats:
        return validation.is_ids(x) and not empty
    return not empty and not (validation.sized() and x.shape[1] != D)


def check_tensor(x: object) -> Tensor:
    """Return x if it is a dense tensor; raise TypeError naming what came if not."""
    if isinstance(x, nn.utils.rnn.PackedSequence):
        raise TypeError(
            "x must be a torch.Tensor, got a PackedSequence: torch's layer with the "
            "same state dict reads it, or take what it was packed from"
        )
    return validation.tensor(x, "x")


def check_batch(x: Tensor, D: int) -> None:
    """Raise unless x is (B, T, D) floats or (B, T) token ids, with T of at least 1."""
    dims, sized = check_tensor(x).dim(), validation.sized()
    tokens = dims == 2 and validation.is_ids(x)
    floats = dims == 3 and x.is_floating_point() and not (sized and x.shape[2] != D)
    if not (tokens or floats) or (sized and x.shape[1] == 0):
        raise ValueError(
            f"x must be (B, T, {D}) floats or (B, T) token ids, with T at least 1, got "
            f"{tuple(x.shape)} of {str(x.dtype).removeprefix('torch.')}"
        )


def check_sequence(x: Tensor, D: int) -> None:
    """Raise unless x is (B, T, D) floats, or (B, T) token ids below D."""
    check_batch(x, D)
    if validation.is_ids(x):
        validation.ids_below(x, D)


def check_weights(weights: tuple, sizes: dict) -> None:
    """Raise ValueError for a weight of another size, type or device than it must be."""
    dtype, device = weights[0].dtype, weights[0].device
    for weight, (name, size) in zip(weights, sizes.items(), strict=True):
        if weight is None:
            continue
        if weight.shape != size or weight.dtype != dtype or weight.device != device:
            raise ValueError(
                f"{name} of a layer must be {size} of {dtype} on {device}, got "
                f"{tuple(weight.shape)} of {weight.dtype} on {weight.device}"
            )


def map_state(state, change):
    """Return a state with each of its parts changed; None stays None."""
    if isinstance(state, tuple | list):
        return tuple(change(part) for part in state)
    return None if state is None else change(state)


class Unquantized:
    """What torch's quantisation sets on every module: here it does not go unsaid.

    `torch.ao.quantization` looks up modules by their class, knows torch's own, and sets
    `qconfig` on all others before it passes them by. A warning then says that ours
    stays in floats; TypeError does, if it was named as one to be quantised.
    """

    def __get__(self, module, kind=None):
        if module is None:
            return self
        raise AttributeError("qconfig")

    def __set__(self, module: nn.Module, value) -> None:
        name = type(module).__name__
        said = (
            f"torch's quantisation passes by course_lib's {name}, which stays in floats"
        )
        if hasattr(nn, name):
            said += f": load its state dict into torch.nn.{name} and quantise that"
        if value is not None:
            raise TypeError(said)
        warnings.warn(said, stacklevel=2)
