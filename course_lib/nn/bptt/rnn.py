"""The plain recurrent layer, forward and back."""

import torch
from torch import Tensor

from .apply import ThroughTime, first_order
from .steps import (
    around,
    first,
    from_input,
    gradient_room,
    in_order,
    into_input,
    last,
    room,
)


class RNNThroughTime(ThroughTime):
    """The plain recurrent layer over all steps, and back.

    >>> x, h_0 = torch.rand(4, 5, 8), torch.zeros(4, 16)
    >>> weights = torch.rand(16, 8), torch.rand(16, 16), None, None
    >>> h, end = bptt.RNNThroughTime.apply(x, False, *weights, h_0)
    >>> tuple(h.shape), torch.equal(h[-1], end)  # time comes first
    ((5, 4, 16), True)

        h_t = tanh(a_t),  a_t = W_ih x_t + W_hh h_{t-1} + b

        Back:  da_t = dh_t ⊙ (1 - h_t²)    dh_{t-1} = dL/dh_{t-1} + W_hhᵀ da_t
        then   dW_hh = Σ da_t h_{t-1}ᵀ     dW_ih = Σ da_t x_tᵀ     db = Σ da_t
    """

    @staticmethod
    def forward(ctx, x, reverse, W_ih, W_hh, b_ih, b_hh, h_0) -> tuple[Tensor, Tensor]:
        """Return h (T, B, H) and h_T (B, H); arguments as the package says."""
        a = from_input(x, W_ih, None if b_ih is None else b_ih + b_hh)  # (T, B, H)
        before, after = around(room(len(a), h_0, reverse), reverse)
        after.copy_(a)  # where W_ih x_t + b stands until h_t takes its place
        W = W_hh.t().contiguous()
        for h_prev, h_t in in_order(reverse, before, after):
            h_t.addmm_(h_prev, W).tanh_()
        ctx.reverse = reverse
        ctx.save_for_backward(x, W_ih, W_hh, before, after)
        return after, after[last(reverse)].clone()

    @staticmethod
    @first_order
    def backward(ctx, dh, dh_end) -> tuple[Tensor | None, ...]:
        """Return a gradient for each argument of `forward`, None where none is due."""
        x, W_ih, W_hh, before, after = ctx.saved_tensors
        da = torch.addcmul(torch.ones_like(after), after, after, value=-1)
        dh_before, dh_after = around(
            gradient_room(dh, dh_end, ctx.reverse), ctx.reverse
        )
        steps = in_order(not ctx.reverse, da, dh_before, dh_after)
        for da_t, dh_prev, dh_t in steps:
            da_t.mul_(dh_t)
            dh_prev.addmm_(da_t, W_hh)
        d = da.flatten(0, 1)  # (T * B, H)
        dW_hh = d.t() @ before.flatten(0, 1)
        db = d.sum(0) if any(ctx.needs_input_grad[4:6]) else None
        wanted = ctx.needs_input_grad[0], ctx.needs_input_grad[2]
        dx, dW_ih = into_input(x, W_ih, d, wanted)
        return dx, None, dW_ih, dW_hh, db, db, dh_before[first(ctx.reverse)]
