"""Comparing an answer with what is right, and with the mistakes that one makes."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from .verdict import Wrong

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
    if not isinstance(given, Tensor):
        kind = type(given).__name__
        raise Wrong(f"{what}: expected a tensor, came {article(kind)}")
    given, right = given.detach(), right.detach()
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
    if isinstance(given, Tensor) and given.numel() == 1:
        given = given.item()
    if isinstance(given, bool) or not isinstance(given, int | float):
        kind = type(given).__name__
        raise Wrong(f"{what}: expected a number, came {article(kind)}")
    if math.isclose(given, right, rel_tol=tolerance, abs_tol=1e-12):
        return what
    for hint, value in (mistakes or {}).items():
        if math.isclose(given, value, rel_tol=tolerance, abs_tol=1e-12):
            raise Wrong(f"{what}: {hint}")
    side = "too large" if given > right else "too small"
    if math.isnan(given):
        side = "not a number: is something divided by zero, or the logarithm of it?"
    raise Wrong(f"{what}: {given:.6g} is {side}")


def choice(
    given: object,
    right: object,
    what: str,
    hints: Mapping[object, str],
) -> str:
    """Return `what` if the right one was chosen of those that may be; raise if not.

    hints: for each of the other choices, what speaks against it.
    """
    if given == right:
        return what
    if given in hints:
        raise Wrong(f"{what}: {hints[given]}")
    allowed = ", ".join(sorted(map(repr, {right, *hints})))
    raise Wrong(f"{what}: expected one of {allowed}, came {given!r}")


def article(noun: str) -> str:
    """Put "a" or "an" before the name of a type.

    >>> article("int"), article("tuple")
    ('an int', 'a tuple')
    """
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


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
    if given.is_floating_point() and not given.isfinite().all():
        return "some of it is not finite (inf or nan)"
    apart = (given.double() - right.double()).abs()
    wrong = int((apart > tolerance).sum())
    return (
        f"{wrong} of {right.numel()} numbers are wrong, "
        f"the worst by {float(apart.max()):.3g}"
    )
