"""The compiled loops as passes that autograd takes, as those in `course_lib.nn.bptt`.

Each is a `torch.autograd.Function` of x, reverse, W_ih, W_hh, b_ih, b_hh, h_0 (and
c_0), and returns h_t of every step, (T, B, H), and the last state. What needs no loop,
the products with the input and the gradients of the weights, torch computes.
"""

import torch
from torch import Tensor

from ..bptt.apply import ThroughTime, first_order
from ..bptt.gru import sum_outside_reset
from ..bptt.steps import (
    around,
    first,
    from_input,
    gradient_room,
    into_input,
    last,
    product,
    room,
)
from ..cells import GRUCell, LSTMCell, RNNCell
from . import gru, lstm, rnn
from .products import DOTS_FROM


def check(blocks: int, x: Tensor, weights: tuple, *state: Tensor) -> None:
    """Raise RuntimeError unless all sizes and types fit: the loops do not look.

    blocks: K; weights: W_ih, W_hh, b_ih, b_hh, the biases None if there are none.
    """
    given = [each for each in (*weights, *state) if each is not None]
    W_ih, W_hh = weights[:2]
    H, B, dtype = W_hh.shape[1], x.shape[0], W_hh.dtype
    rows, sequences = (blocks * H,), (B, H)
    expected = [(*rows, W_ih.shape[1]), (*rows, H), *[rows] * (len(given) - 2)]
    expected[len(given) - len(state) :] = [sequences] * len(state)
    for each, size in zip(given, expected, strict=True):
        if each.shape != size or each.dtype != dtype:
            sizes = [tuple(each.shape) for each in given]
            raise RuntimeError(
                f"expected weights and states of one type for {H} units, {blocks} "
                f"blocks and {B} sequences, got the sizes {sizes}"
            )


def run(loop, reverse: bool, *tensors: Tensor) -> None:
    """Run a compiled loop over the memory of tensors."""
    arrays = [tensor.numpy() for tensor in tensors]
    try:
        loop(*arrays, int(reverse))
    except OSError:  # it is compiled, but the disk did not take it; it has not run yet
        loop(*arrays, int(reverse))


def transposed(W: Tensor) -> Tensor:
    """Return a weight with rows for columns, in one piece and apart from autograd."""
    return W.detach().t().contiguous()


def as_read(W_hh: Tensor) -> Tensor:
    """Return W_hh as a loop reads it on the way forward (see `products.add_state`)."""
    wide = W_hh.shape[1] >= DOTS_FROM
    return W_hh.detach().contiguous() if wide else transposed(W_hh)


def weight_gradients(ctx, x, d_x, d_h, before) -> tuple[Tensor | None, ...]:
    """Return the gradients of x, W_ih, W_hh, b_ih and b_hh, None where none is due.

    d_x, d_h: (T, B, K * H), the gradients of W_ih x_t + b_ih and of W_hh h_prev + b_hh;
    before: (T, B, H), the states before each step.
    """
    W_ih, wanted = ctx.saved_tensors[1], ctx.needs_input_grad
    d, into_h = d_x.flatten(0, 1), d_h.flatten(0, 1)
    dx, dW_ih = into_input(x, W_ih, d, (wanted[0], wanted[2]))
    dW_hh = product(before.flatten(0, 1).t(), into_h).t() if wanted[3] else None
    db_ih = d.sum(0) if wanted[4] or wanted[5] else None
    db_hh = db_ih if d_x is d_h or db_ih is None else into_h.sum(0)
    return dx, dW_ih, dW_hh, db_ih, db_hh


class RNNCompiled(ThroughTime):
    """The plain recurrent layer over all steps, and back."""

    @staticmethod
    def forward(ctx, x, reverse, W_ih, W_hh, b_ih, b_hh, h_0) -> tuple[Tensor, Tensor]:
        """Return h (T, B, H) and h_T (B, H); arguments as the package says."""
        check(1, x, (W_ih, W_hh, b_ih, b_hh), h_0)
        a = from_input(x, W_ih, None if b_ih is None else b_ih + b_hh)  # (T, B, H)
        h = room(len(a), h_0, reverse)
        _, after = around(h, reverse)
        after.copy_(a)
        run(rnn.forward, reverse, as_read(W_hh), h)
        ctx.reverse = reverse
        ctx.save_for_backward(x, W_ih, W_hh, h)
        return after, after[last(reverse)].clone()

    @staticmethod
    @first_order
    def backward(ctx, dh, dh_end) -> tuple[Tensor | None, ...]:
        """Return a gradient for each argument of `forward`, None where none is due."""
        x, _, W_hh, h = ctx.saved_tensors
        reverse = ctx.reverse
        both, da = gradient_room(dh, dh_end, reverse), h.new_empty(dh.shape)
        run(rnn.backward, reverse, transposed(W_hh), h, both, da)
        before, _ = around(h, reverse)
        dx, *others = weight_gradients(ctx, x, da, da, before)
        return dx, None, *others, both[first(reverse)]


class LSTMCompiled(ThroughTime):
    """The long short-term memory over all steps, and back."""

    @staticmethod
    def forward(ctx, x, reverse, W_ih, W_hh, b_ih, b_hh, h_0, c_0):
        """Return h (T, B, H), h_T and c_T (B, H); arguments as the package says."""
        check(4, x, (W_ih, W_hh, b_ih, b_hh), h_0, c_0)
        a = from_input(x, W_ih, None if b_ih is None else b_ih + b_hh)  # (T, B, 4H)
        h, c = room(len(a), h_0, reverse), room(len(a), c_0, reverse)
        tanh_c = c.new_empty(len(a), *c_0.shape)
        run(lstm.forward, reverse, a, as_read(W_hh), h, c, tanh_c)
        ctx.reverse = reverse
        ctx.save_for_backward(x, W_ih, W_hh, a, h, c, tanh_c)
        _, after = around(h, reverse)
        return after, after[last(reverse)].clone(), c[last(reverse)].clone()

    @staticmethod
    @first_order
    def backward(ctx, dh, dh_end, dc_end) -> tuple[Tensor | None, ...]:
        """Return a gradient for each argument of `forward`, None where none is due."""
        x, _, W_hh, gates, h, c, tanh_c = ctx.saved_tensors
        reverse, da = ctx.reverse, torch.empty_like(gates)
        both = gradient_room(dh, dh_end, reverse)
        dc = dc_end.clone(memory_format=torch.contiguous_format)
        W = transposed(W_hh)
        run(lstm.backward, reverse, gates, W, c, tanh_c, both, dc, da)
        before, _ = around(h, reverse)
        dx, *others = weight_gradients(ctx, x, da, da, before)
        return dx, None, *others, both[first(reverse)], dc


class GRUCompiled(ThroughTime):
    """The gated recurrent unit over all steps, and back."""

    @staticmethod
    def forward(ctx, x, reverse, W_ih, W_hh, b_ih, b_hh, h_0) -> tuple[Tensor, Tensor]:
        """Return h (T, B, H) and h_T (B, H); arguments as the package says."""
        check(3, x, (W_ih, W_hh, b_ih, b_hh), h_0)
        H = W_hh.shape[1]
        a = from_input(x, W_ih, sum_outside_reset(b_ih, b_hh, H))  # (T, B, 3H)
        n = a[:, :, 2 * H :].clone(memory_format=torch.contiguous_format)
        a[:, :, 2 * H :] = 0 if b_hh is None else b_hh[2 * H :]
        h = room(len(a), h_0, reverse)
        run(gru.forward, reverse, a, n, as_read(W_hh), h)
        ctx.reverse = reverse
        ctx.save_for_backward(x, W_ih, W_hh, a, n, h)
        _, after = around(h, reverse)
        return after, after[last(reverse)].clone()

    @staticmethod
    @first_order
    def backward(ctx, dh, dh_end) -> tuple[Tensor | None, ...]:
        """Return a gradient for each argument of `forward`, None where none is due."""
        x, _, W_hh, gates, n, h = ctx.saved_tensors
        reverse, both = ctx.reverse, gradient_room(dh, dh_end, ctx.reverse)
        d_x, d_h = torch.empty_like(gates), torch.empty_like(gates)
        W = transposed(W_hh)
        run(gru.backward, reverse, gates, n, W, h, both, d_x, d_h)
        before, _ = around(h, reverse)
        dx, *others = weight_gradients(ctx, x, d_x, d_h, before)
        return dx, None, *others, both[first(reverse)]


COMPILED = {RNNCell: RNNCompiled, LSTMCell: LSTMCompiled, GRUCell: GRUCompiled}
