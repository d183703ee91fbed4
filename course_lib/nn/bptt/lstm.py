"""The long short-term memory, forward and back."""

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

sigmoid_back = torch.ops.aten.sigmoid_backward  # (d, y): d ⊙ y ⊙ (1 - y)
tanh_back = torch.ops.aten.tanh_backward  # (d, y): d ⊙ (1 - y²)


class LSTMThroughTime(ThroughTime):
    """The long short-term memory over all steps, and back.

    >>> def run(x, W_ih, W_hh, *state):
    ...     return bptt.LSTMThroughTime.apply(x, False, W_ih, W_hh, None, None, *state)
    >>> sizes = (2, 3, 4), (8, 4), (8, 2), (2, 2), (2, 2)
    >>> inputs = [torch.rand(size).double().requires_grad_() for size in sizes]
    >>> torch.autograd.gradcheck(run, inputs)
    True

    a_t = W_ih x_t + W_hh h_{t-1} + b is (4H,), its blocks i, f, g, o as in torch.

        i, f, o = σ(a_t)  g = tanh(a_t)  c_t = f ⊙ c_{t-1} + i ⊙ g  h_t = o ⊙ tanh(c_t)

        Back:  dc_t += dh_t ⊙ o ⊙ (1 - tanh²(c_t))
               da_t = (dc_t ⊙ slopes of i, f, g;  dh_t ⊙ slope of o)
               dc_{t-1} = dc_t ⊙ f             dh_{t-1} = dL/dh_{t-1} + W_hhᵀ da_t
        then   dW_hh = Σ da_t h_{t-1}ᵀ         dW_ih = Σ da_t x_tᵀ     db = Σ da_t
    """

    @staticmethod
    def forward(ctx, x, reverse, W_ih, W_hh, b_ih, b_hh, h_0, c_0):
        """Return h (T, B, H), h_T and c_T (B, H); arguments as the package says."""
        a = from_input(x, W_ih, None if b_ih is None else b_ih + b_hh)  # (T, B, 4H)
        h_before, h = around(room(len(a), h_0, reverse), reverse)
        c_before, c = around(room(len(a), c_0, reverse), reverse)
        tanh_c, W = torch.empty_like(c), W_hh.t().contiguous()
        i, f, g, o = a.chunk(4, dim=2)
        i_and_f = a[:, :, : 2 * W_hh.shape[1]]
        states = h_before, c_before, h, c, tanh_c
        steps = in_order(reverse, a, i_and_f, i, f, g, o, *states)
        for a_t, if_t, i_t, f_t, g_t, o_t, h_prev, c_prev, h_t, c_t, tanh_c_t in steps:
            a_t.addmm_(h_prev, W)
            if_t.sigmoid_()
            g_t.tanh_()
            o_t.sigmoid_()
            torch.mul(f_t, c_prev, out=c_t).addcmul_(i_t, g_t)
            torch.mul(o_t, torch.tanh(c_t, out=tanh_c_t), out=h_t)
        ctx.reverse = reverse
        ctx.save_for_backward(x, W_ih, W_hh, a, h_before, c_before, tanh_c)
        return h, h[last(reverse)].clone(), c[last(reverse)].clone()

    @staticmethod
    @first_order
    def backward(ctx, dh, dh_end, dc_end) -> tuple[Tensor | None, ...]:
        """Return a gradient for each argument of `forward`, None where none is due."""
        x, W_ih, W_hh, gates, h_before, c_before, tanh_c = ctx.saved_tensors
        da, through_o = slopes(gates, c_before, tanh_c)
        dh_before, dh_after = around(
            gradient_room(dh, dh_end, ctx.reverse), ctx.reverse
        )
        da_ifg, da_o = da.unflatten(2, (4, -1)).split([3, 1], dim=2)
        f, dc = gates.chunk(4, dim=2)[1], dc_end.clone()
        for da_t, da_ifg_t, da_o_t, slope_t, f_t, dh_prev, dh_t in in_order(
            not ctx.reverse, da, da_ifg, da_o, through_o, f, dh_before, dh_after
        ):
            dc.addcmul_(dh_t, slope_t)
            da_ifg_t.mul_(dc.unsqueeze(1))
            da_o_t.mul_(dh_t.unsqueeze(1))
            dc.mul_(f_t)
            dh_prev.addmm_(da_t, W_hh)
        d = da.flatten(0, 1)  # (T * B, 4H)
        dW_hh = d.t() @ h_before.flatten(0, 1)
        db = d.sum(0) if any(ctx.needs_input_grad[4:6]) else None
        wanted = ctx.needs_input_grad[0], ctx.needs_input_grad[2]
        dx, dW_ih = into_input(x, W_ih, d, wanted)
        return dx, None, dW_ih, dW_hh, db, db, dh_before[first(ctx.reverse)], dc


def slopes(gates: Tensor, c_before: Tensor, tanh_c: Tensor) -> tuple[Tensor, Tensor]:
    """Return the local derivatives of all steps: of a by gate, and of h to c.

    gates: (T, B, 4H); c_before, tanh_c: (T, B, H). The first result, (T, B, 4H), is
    what dc (for i, f, g) or dh (for o) is multiplied by to give da; the second,
    (T, B, H), what dh is multiplied by to give its share of dc.
    """
    i, f, g, o = gates.chunk(4, dim=2)
    out = torch.empty_like(gates)
    by_i, by_f, by_g, by_o = out.chunk(4, dim=2)
    sigmoid_back(g, i, grad_input=by_i)
    sigmoid_back(c_before, f, grad_input=by_f)
    tanh_back(i, g, grad_input=by_g)
    sigmoid_back(tanh_c, o, grad_input=by_o)
    return out, tanh_back(o, tanh_c)
