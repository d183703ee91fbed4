"""Checks of what comes in: an error says what was expected, what came, what to do."""

import math
from pathlib import Path

import torch
from torch import Tensor

ID_TYPES = (torch.int64, torch.int32)


def tensor(value: object, name: str) -> Tensor:
    """Return `value` if it is a tensor; raise TypeError naming what came if not."""
    if not isinstance(value, Tensor):
        kind = type(value).__name__
        raise TypeError(f"{name} must be a torch.Tensor, got {kind}")
    return value


def text(value: object, name: str) -> str:
    """Return `value` if it is a str; raise TypeError naming what came if not."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, got {type(value).__name__}")
    return value


def file(value: object, expected: str) -> Path:
    """Return the path of a file that is there and can be read, its ~ written out.

    Raises TypeError for what is no path, ValueError for a path to no file, and for a
    file that may not be read.
    """
    if not isinstance(value, str | Path):
        kind = type(value).__name__
        raise TypeError(f"path must be a str or a Path to {expected}, got {kind}")
    try:
        path = Path(value).expanduser()
        there = path.is_file()
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, an unknown ~user
        there = False
    if not there:
        raise ValueError(f"{str(value)[:200]!r} is no file: expected {expected}")
    try:
        path.open("rb").close()
    except OSError as error:
        why = error.strerror or str(error)
        raise ValueError(
            f"{str(value)[:200]!r} cannot be read ({why}): expected {expected}"
        ) from error
    return path


def is_ids(value: Tensor) -> bool:
    """Say whether a tensor holds token ids (int64 or int32)."""
    return value.dtype in ID_TYPES


def ids(value: object, name: str = "ids") -> Tensor:
    """Return `value` if it is a tensor of token ids; raise TypeError if not."""
    if not is_ids(tensor(value, name)):
        raise TypeError(f"{name} must be int64 token ids, got {value.dtype}")
    return value


def ids_below(value: Tensor, size: int, name: str = "ids") -> None:
    """Raise ValueError if an id lies outside 0 .. size - 1.

    To look at the values of a tensor on a GPU, the host must wait for the GPU. So in
    a training step there (gradients on) this check is left out; `fit` does it before
    a batch is moved, and torch's own assertion on the device stands behind it.
    """
    if value.numel() == 0 or (value.device.type != "cpu" and torch.is_grad_enabled()):
        return
    low, high = (int(bound) for bound in value.aminmax())
    if low < 0 or high >= size:
        place = tuple(((value < 0) | (value >= size)).nonzero()[0].tolist())
        found = int(value[place])
        raise ValueError(
            f"{name} must lie in 0 .. {size - 1} (a vocabulary of {size}), "
            f"got {found} at {place}"
        )


def shape(value: object, expected: tuple, name: str) -> Tensor:
    """Return a floating tensor that has the expected shape, or raise.

    `expected` holds an int for a size that is fixed and a letter for one that is free,
    such as ("B", 8). Raises TypeError for no tensor, ValueError for another shape or
    for a tensor that is not floating-point.
    """
    tensor(value, name)
    fits = value.dim() == len(expected) and all(
        isinstance(want, str) or want == got
        for want, got in zip(expected, value.shape, strict=True)
    )
    if not fits or not value.is_floating_point():
        wanted = ", ".join(str(size) for size in expected)
        raise ValueError(
            f"{name} must be ({wanted}) floats, "
            f"got {tuple(value.shape)} of {str(value.dtype).removeprefix('torch.')}"
        )
    return value


def like(value: Tensor, weight: Tensor, name: str) -> None:
    """Raise ValueError if floats are of another type than the weights.

    Under autocast torch converts them itself, so there any type will do.
    """
    differ = value.is_floating_point() and value.dtype != weight.dtype
    if differ and not torch.is_autocast_enabled(value.device.type):
        raise ValueError(
            f"{name} must be {weight.dtype}, as the weights are, got {value.dtype}: "
            "convert one with .to(...)"
        )


def number(value: object, name: str) -> float:
    """Return a finite number of at least 0, or raise ValueError or TypeError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}")
    if not 0 <= value < math.inf:
        raise ValueError(f"{name} must be finite and 0 or more, got {value}")
    return value


def sizes(value: object, name: str) -> tuple[int, int]:
    """Return a pair of ints of at least 1; raise ValueError or TypeError otherwise."""
    if not isinstance(value, tuple | list | torch.Size) or len(value) != 2:
        raise ValueError(
            f"{name} must be a pair (rows, pixels in a row), got {value!r}"
        )
    return whole(value[0], 1, f"{name}[0]"), whole(value[1], 1, f"{name}[1]")


def whole(value: object, least: int, name: str) -> int:
    """Return an int of at least `least`; raise ValueError or TypeError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an int, got {type(value).__name__}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return value
