"""What the passes share: states side by side, steps in order, and the input."""

from collections.abc import Iterator

import torch
from torch import Tensor

from ... import validation


def room(T: int, start: Tensor, reverse: bool) -> Tensor:
    """Return room for the states around T steps, (T + 1, B, H).

    Only `start`, (B, H), is filled in. reverse: time is read from the end.
    """
    both = start.new_empty(T + 1, *start.shape)
    both[first(reverse)] = start
    return both


def around(both: Tensor, reverse: bool) -> tuple[Tensor, Tensor]:
    """Return the states before and after each step, (T, B, H) both.

    The state after a step is the state before the next one, so both are views of one
    (T + 1, B, H) tensor.
    """
    return (both[1:], both[:-1]) if reverse else (both[:-1], both[1:])


def first(reverse: bool) -> int:
    """Return the index of the step that is read first: 0, or -1 in reverse."""
    return -1 if reverse else 0


def last(reverse: bool) -> int:
    """Return the index of the step that is read last: -1, or 0 in reverse."""
    return 0 if reverse else -1


def in_order(reverse: bool, *values: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """Give several (T, ...) tensors step by step, in the order of reading.

    One `unbind` makes all T views at once; indexing makes them one by one, and for
    small layers that costs as much as the arithmetic.
    """
    steps = [value.unbind() for value in values]
    return zip(*(map(reversed, steps) if reverse else steps), strict=True)


def from_input(x: Tensor, W_ih: Tensor, bias: Tensor | None) -> Tensor:
    """Return W_ih x_t + bias for every step at once: (T, B, K * H), newly made.

    x: (B, T, D) floats, one product for all steps; or (B, T) ids, each of which takes
    a column of W_ih. The columns are turned into rows first, which lie in one piece.
    """
    B, T = x.shape[:2]
    if validation.is_ids(x):
        rows = W_ih.t().clone(memory_format=torch.contiguous_format)  # (D, K * H)
        rows = rows if bias is None else rows.add_(bias)
        out = rows.index_select(0, x.t().reshape(-1))
    else:
        out = product(time_first(x), W_ih.t(), bias)
    return out.view(T, B, len(W_ih))


def into_input(x: Tensor, W_ih: Tensor, d: Tensor, wanted) -> list[Tensor | None]:
    """Return (dx, dW_ih) from d, (T * B, K * H), the gradient of `from_input`.

    wanted: whether each of the two is; ids have no gradient, so dx is None for them.
    For ids, column k of dW_ih is the sum over the steps at which k was read.
    """
    dx = dW_ih = None
    B, T = x.shape[:2]
    if wanted[0]:
        dx = product(d, W_ih).view(T, B, W_ih.shape[1]).transpose(0, 1)
    if wanted[1] and validation.is_ids(x):
        rows = d.new_zeros(W_ih.shape[1], W_ih.shape[0])
        # in one piece: index_add_ is many times slower on columns of a wider tensor
        dW_ih = rows.index_add_(0, x.t().reshape(-1), d.contiguous()).t()
    elif wanted[1]:
        dW_ih = product(time_first(x).t(), d).t()
    return [dx, dW_ih]


def time_first(x: Tensor) -> Tensor:
    """Return (B, T, D) as (T * B, D), step after step."""
    return x.transpose(0, 1).reshape(-1, x.shape[-1])


def gradient_room(dh: Tensor, dh_end: Tensor, reverse: bool) -> Tensor:
    """Return the loss's own gradients of the states around the steps, (T + 1, B, H).

    dh: (T, B, H), of the states that were returned; dh_end: (B, H), of the last one.
    The recursion adds its share to them, step by step.
    """
    # The state to begin with was not returned: the loss gives it nothing of its own.
    both = room(len(dh), torch.zeros_like(dh_end), reverse)
    _, after = around(both, reverse)
    after.copy_(dh)
    after[last(reverse)] += dh_end
    return both


ONEDNN = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
LARGE = 3 * 2**20  # multiplications from which oneDNN's products are worth its call


def product(a: Tensor, b: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return a b + bias; a: (M, K), b: (K, N), bias: (N,).

    A large product of float32 on the CPU is left to oneDNN, to which torch hands its
    own LSTM, too: on some processors it takes half the time of torch's `mm`.
    """
    if a.shape[0] * b.numel() >= LARGE and _for_onednn(a) and _for_onednn(b):
        return ONEDNN(a, b.t(), bias, "none", [], "")
    return a @ b if bias is None else torch.addmm(bias, a, b)


def _for_onednn(matrix: Tensor) -> bool:
    """Say whether oneDNN is there and reads a matrix as it lies, without a copy."""
    whole = matrix.is_contiguous() or matrix.t().is_contiguous()
    cpu = matrix.device.type == "cpu" and matrix.dtype == torch.float32
    return ONEDNN is not None and cpu and whole
