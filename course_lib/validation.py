"""Checks of what comes in: an error says what was expected, what came, what to do."""

import math
from numbers import Real
from pathlib import Path

import torch
from torch import Tensor

ID_TYPES = (torch.int64, torch.int32)
PLAIN = (Tensor, torch.nn.Parameter)


def tensor(value: object, name: str) -> Tensor:
    """Return `value` if it is a dense tensor; raise TypeError for what came if not."""
    if not isinstance(value, Tensor):
        kind = type(value).__name__
        hint = "; torch.as_tensor makes one of it" if kind == "ndarray" else ""
        raise TypeError(f"{name} must be a torch.Tensor, got {kind}{hint}")
    if value.layout is not torch.strided or value.is_nested:
        kind = "nested" if value.is_nested else str(value.layout).removeprefix("torch.")
        how = ".to_padded_tensor(0)" if value.is_nested else ".to_dense()"
        raise TypeError(f"{name} must be a dense tensor, got a {kind} one: take {how}")
    return value


def traced() -> bool:
    """Say whether torch is tracing the call: in its compiler, export, or jit.trace."""
    return torch.compiler.is_compiling() or torch.jit.is_tracing()


def sized() -> bool:
    """Say whether sizes are plain numbers: inside torch.jit.trace they are traced."""
    return not torch.jit.is_tracing()


def transformed() -> bool:
    """Say whether a transform of torch.func (vmap, grad, jacrev) is at work."""
    return torch._C._are_functorch_transforms_active()


def readable(value: Tensor) -> bool:
    """Say whether a tensor has values that can be looked at.

    It has none while a call is traced or transformed, on the device "meta", and in a
    subclass such as torch's FakeTensor: checks of values then step aside.
    """
    plain = type(value) in PLAIN and not value.is_meta
    return plain and not traced() and not transformed()


def autocast(device: torch.device) -> bool:
    """Say whether autocast is on for a device; "meta" has none."""
    return device.type != "meta" and torch.is_autocast_enabled(device.type)


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
        raise TypeError(
            f"{name} must be int64 token ids, got {value.dtype}{_kept(value)}"
        )
    return value


def _kept(value: Tensor) -> str:
    """Say how to make ids of what holds whole numbers in another type."""
    whole_numbers = not (value.is_floating_point() or value.is_complex())
    return ": convert them with .long()" if whole_numbers else ""


def looked_at(value: Tensor) -> bool:
    """Say whether values are looked at: if they can be, and the host need not wait."""
    waits = value.device.type != "cpu" and torch.is_grad_enabled()
    return not waits and readable(value)


def ids_below(value: Tensor, size: int, name: str = "ids") -> None:
    """Raise ValueError if an id lies outside 0 .. size - 1.

    To look at the values of a tensor on a GPU, the host must wait for the GPU. So in
    a training step there (gradients on) this check is left out; `fit` does it before
    a batch is moved, and torch's own assertion on the device stands behind it. It is
    left out where there are no values to be looked at, too, as while tracing.
    """
    if not looked_at(value) or value.numel() == 0:
        return
    low, high = (int(bound) for bound in value.aminmax())
    if low < 0 or high >= size:
        place = tuple(((value < 0) | (value >= size)).nonzero()[0].tolist())
        found = int(value[place])
        raise ValueError(
            f"{name} must lie in 0 .. {size - 1} (a vocabulary of {size}), "
            f"got {found} at {place}"
        )


def lengths(value: object, rows: int, longest: int) -> Tensor:
    """Return (B,) ints if each is in 1 .. longest; raise TypeError or ValueError."""
    if ids(value, "lengths").shape != (rows,):
        raise ValueError(
            f"lengths must be ({rows},), one for each row, got {tuple(value.shape)}"
        )
    outside = (value < 1) | (value > longest)
    if looked_at(value) and bool(outside.any()):
        place = int(outside.nonzero()[0])
        raise ValueError(
            f"lengths must lie in 1 .. {longest}, got {int(value[place])} at {place}"
        )
    return value


def shape(value: object, expected: tuple, name: str) -> Tensor:
    """Return a floating tensor that has the expected shape, or raise.

    `expected` holds an int for a size that is fixed and a letter for one that is free,
    such as ("B", 8). Raises TypeError for no tensor, ValueError for another shape or
    for a tensor that is not floating-point.
    """
    tensor(value, name)
    fits = value.dim() == len(expected) and all(
        isinstance(want, str) or not sized() or want == got
        for want, got in zip(expected, value.shape, strict=True)
    )
    if not fits or not value.is_floating_point():
        wanted = ", ".join(str(size) for size in expected)
        raise ValueError(
            f"{name} must be ({wanted}) floats, "
            f"got {tuple(value.shape)} of {str(value.dtype).removeprefix('torch.')}"
        )
    return value


def like(
    value: Tensor, weight: Tensor, name: str, whose: str = "the weights are"
) -> None:
    """Raise ValueError if a tensor is elsewhere, or of another type, than the weights.

    The type of ids is free. Under autocast torch converts floats itself, so there any
    type will do.
    """
    if value.device != weight.device:
        raise ValueError(
            f"{name} must be on {weight.device}, as {whose}, got "
            f"{value.device}: move one with .to(...)"
        )
    differ = value.dtype != weight.dtype and value.is_floating_point()
    if differ and not autocast(value.device):
        raise ValueError(
            f"{name} must be {weight.dtype}, as {whose}, got {value.dtype}: "
            "convert one with .to(...)"
        )


def boolean(value: object, name: str) -> bool:
    """Return True or False; raise TypeError for anything else, 1 and None included."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r}")
    return value


def share(value: object, name: str) -> float:
    """Return a number from 0 to 1, or raise ValueError or TypeError."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number in 0 .. 1, got {value!r}")
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be in 0 .. 1, got {value}")
    return value


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
