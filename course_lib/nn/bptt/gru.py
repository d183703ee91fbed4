"""The gated recurrent unit, forward and back, in torch's variant."""

import torch
from torch import Tensor

from .apply import ThroughTime, first_order
from .lstm import sigmoid_back, tanh_back
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


class GRUThroughTime(ThroughTime):
    """The gated recurrent unit over all steps, and back.

    >>> x, hand = torch.rand(4, 10, 8), cl.GRU(8, 16)
    >>> auto = cl.GRU(8, 16, backward="autograd")
    >>> _ = auto.load_state_dict(hand.state_dict())
    >>> for layer in (hand, auto):
    ...     layer(x)[0].sum().backward()
    >>> torch.allclose(hand.weight_hh_l0.grad, auto.weight_hh_l0.grad, atol=1e-5)
    True

    The reset gate acts after the product, so one product serves r, z and h_n. Back,
    everything is dh_t times a slope.

        r, z = σ(a_t)  n = tanh(x_n + r ⊙ h_n)  h_t = (1 - z) ⊙ n + z ⊙ h_{t-1}

        Back:  da_hn, da_r, da_z, da_n = dh_t ⊙ slopes
               dh_{t-1} = dL/dh_{t-1} + dh_t ⊙ z + W_hhᵀ (da_hn, da_r, da_z)
        then   dW_hh from the first three, dW_ih from the last three of them
    """

    @staticmethod
    def forward(ctx, x, reverse, W_ih, W_hh, b_ih, b_hh, h_0) -> tuple[Tensor, Tensor]:
        """Return h (T, B, H) and h_T (B, H); arguments as the package says."""
        H = W_hh.shape[1]
        a = from_input(x, W_ih, sum_outside_reset(b_ih, b_hh, H))  # (T, B, 3H)
        n = a[:, :, 2 * H :].clone()  # W_in x_t + b_in, and in the end n_t
        a[:, :, 2 * H :] = 0 if b_hh is None else b_hh[2 * H :]
        r_and_z, (r, z, h_n) = a[:, :, : 2 * H], a.chunk(3, dim=2)
        before, after = around(room(len(a), h_0, reverse), reverse)
        W = W_hh.t().contiguous()
        for a_t, rz_t, r_t, z_t, h_n_t, n_t, h_prev, h_t in in_order(
            reverse, a, r_and_z, r, z, h_n, n, before, after
        ):
            a_t.addmm_(h_prev, W)
            rz_t.sigmoid_()
            n_t.addcmul_(r_t, h_n_t).tanh_()
            torch.lerp(n_t, h_prev, z_t, out=h_t)  # n + z ⊙ (h_prev - n)
        ctx.reverse = reverse
        ctx.save_for_backward(x, W_ih, W_hh, a, n, before)
        return after, after[last(reverse)].clone()

    @staticmethod
    @first_order
    def backward(ctx, dh, dh_end) -> tuple[Tensor | None, ...]:
        """Return a gradient for each argument of `forward`, None where none is due."""
        x, W_ih, W_hh, gates, n, before = ctx.saved_tensors
        H = n.shape[2]
        W = W_hh.roll(H, 0)  # its blocks are n, r, z: as the first three of da
        da, z = slopes(gates, n, before), gates[:, :, H : 2 * H]
        dh_before, dh_after = around(
            gradient_room(dh, dh_end, ctx.reverse), ctx.reverse
        )
        into_h, by_gate = da[:, :, : 3 * H], da.unflatten(2, (4, H))
        for into_h_t, by_gate_t, z_t, dh_prev, dh_t in in_order(
            not ctx.reverse, into_h, by_gate, z, dh_before, dh_after
        ):
            by_gate_t.mul_(dh_t.unsqueeze(1))
            dh_prev.addcmul_(dh_t, z_t).addmm_(into_h_t, W)
        d = da.flatten(0, 1)  # (T * B, 4H)
        d_x, d_h = d[:, H:], d[:, : 3 * H]
        dW_hh = (d_h.t() @ before.flatten(0, 1)).roll(-H, 0)
        db_ih = db_hh = None
        if any(ctx.needs_input_grad[4:6]):
            db = d.sum(0)
            db_ih, db_hh = db[H:], db[: 3 * H].roll(-H)
        wanted = ctx.needs_input_grad[0], ctx.needs_input_grad[2]
        dx, dW_ih = into_input(x, W_ih, d_x, wanted)
        return dx, None, dW_ih, dW_hh, db_ih, db_hh, dh_before[first(ctx.reverse)]


def sum_outside_reset(b_ih, b_hh, H: int) -> Tensor | None:
    """Return b_ih + b_hh, each (3H,), but for b_hn, which the reset gate multiplies."""
    if b_ih is None:
        return None
    return torch.cat([b_ih[: 2 * H] + b_hh[: 2 * H], b_ih[2 * H :]])


def slopes(gates: Tensor, n: Tensor, h_before: Tensor) -> Tensor:
    """Return what dh_t is multiplied by to give da_hn, da_r, da_z, da_n: (T, B, 4H).

    gates: r, z and h_n, (T, B, 3H); n, h_before: (T, B, H). The order lets the three
    that go into W_hh, and the three that go into W_ih, lie side by side.
    """
    r, z, h_n = gates.chunk(3, dim=2)
    out = gates.new_empty(*n.shape[:2], 4 * n.shape[2])
    by_hn, by_r, by_z, by_n = out.chunk(4, dim=2)
    tanh_back(1 - z, n, grad_input=by_n)
    torch.mul(by_n, r, out=by_hn)
    torch.mul(sigmoid_back(h_n, r), by_n, out=by_r)
    sigmoid_back(h_before - n, z, grad_input=by_z)
    return out
