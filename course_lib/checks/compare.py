"""Comparing an answer with what is right, and with the mistakes that one makes."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from .answers import heard
from .verdict import Wrong
from .words import brief, kind

Mistakes = Mapping[str, Tensor | float | Callable[[], Tensor]]


def same(
    given: object,
    right: Tensor,
    what: str,
    mistakes: Mistakes | None = None,
    tolerance: float = 1e-5,
) -> str:
    """Return `what` if a tensor equals the right one; raise `Wrong` if not.

    what: what has been tested, in words, such as "h_t for B = 2". mistakes: a hint for
    each usual mistake, with what that mistake computes (or a function that gives it):
    a wrong answer equal to it gets its hint. tolerance: largest absolute difference.
    """
    mistakes = mistakes or {}
    given, right = ordinary(given, what), right.detach()
    if right.is_floating_point() and not given.is_floating_point():
        raise Wrong(f"{what}: expected floats, came {given.dtype}: use `.float()`")
    if _close(given, right, tolerance):
        return what
    for hint, value in mistakes.items():
        if _close(given, value() if callable(value) else value, tolerance):
            raise Wrong(f"{what}: {hint}")
    raise Wrong(f"{what}: {_difference(given, right, tolerance)}")


def number(
    given: object,
    right: float,
    what: str,
    mistakes: Mapping[str, float] | None = None,
    tolerance: float = 1e-6,
) -> str:
    """Return `what` if a number is right, to a relative tolerance; raise if not.

    given: a number, or a tensor that holds one. The right number is not told.
    """
    given = one_number(given, what)
    if math.isclose(given, right, rel_tol=tolerance, abs_tol=1e-12):
        return what
    for hint, value in (mistakes or {}).items():
        if math.isclose(given, value, rel_tol=tolerance, abs_tol=1e-12):
            raise Wrong(f"{what}: {hint}")
    side = "too large" if given > right else "too small"
    if math.isnan(given):
        side = "not a number: is something divided by zero, or the logarithm of it?"
    raise Wrong(f"{what}: {given:.6g} is {side}")


def one_number(given: object, what: str) -> float | int:
    """Return the number that came, or that a tensor holds; raise `Wrong` if none.

    A whole number beyond what floats can hold comes back as inf or -inf.
    """
    if isinstance(given, Tensor) and (tensor := ordinary(given, what)).numel() == 1:
        given = tensor.item()
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Wrong(f"{what}: expected a number, came {kind(given)}")
    if isinstance(given, int) and given.bit_length() > 1000:
        return math.inf if given > 0 else -math.inf
    return given


def ordinary(given: object, what: str) -> Tensor:
    """Return a tensor as one that can be compared; raise `Wrong` for anything else.

    It comes back dense, on the CPU and without its gradients' graph.
    """
    if not isinstance(given, Tensor):
        raise Wrong(f"{what}: expected a tensor, came {kind(given)}")
    if given.is_nested or given.is_quantized or given.is_meta:
        raise Wrong(f"{what}: expected an ordinary tensor, of one shape and with data")
    with heard(f"{what}: the tensor that came"):
        given = given.detach().to_dense().cpu()
        return (
            given.double()
            if given.itemsize == 1 and given.is_floating_point()
            else given
        )


def choice(
    given: object,
    right: object,
    what: str,
    hints: Mapping[object, str],
) -> str:
    """Return `what` if the right one was chosen of those that may be; raise if not.

    hints: for each of the other choices, what speaks against it.
    """
    if isinstance(given, Tensor) and given.numel() == 1:
        given = ordinary(given, what).item()
    if isinstance(given, str | int | float) and not isinstance(given, bool):
        if given == right:
            return what
        if given in hints:
            raise Wrong(f"{what}: {hints[given]}")
    allowed = ", ".join(sorted(map(repr, {right, *hints})))
    raise Wrong(f"{what}: expected one of {allowed}, came {brief(given)}")


def _close(given: Tensor, value, tolerance: float) -> bool:
    """Say whether two tensors are equal in shape and, nearly, in what they hold."""
    value = torch.as_tensor(value)
    if given.shape != value.shape:
        return False
    return torch.allclose(given.double(), value.double(), rtol=1e-6, atol=tolerance)


def _difference(given: Tensor, right: Tensor, tolerance: float) -> str:
    """Say in which way a tensor differs from the right one."""
    if given.shape != right.shape:
        return f"expected shape {tuple(right.shape)}, came {tuple(given.shape)}"
    if given.is_floating_point() and not given.double().isfinite().all():
        return "some of it is not finite (inf or nan)"
    apart = (given.double() - right.double()).abs()
    wrong = int((apart > tolerance).sum())
    return (
        f"{wrong} of {right.numel()} numbers are wrong, "
        f"the worst by {float(apart.max()):.3g}"
    )
