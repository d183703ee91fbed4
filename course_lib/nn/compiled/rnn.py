"""The loops of the plain recurrent layer: h_t = tanh(a_t), unit by unit."""

from .functions import tanh
from .loop import loop, part
from .products import add_product_by_dots, add_state


@loop
def forward(W, h, reverse):
    """Run forwards: fill in h, (T + 1, B, H).

    The first state read is given; all others hold W_ih x_t + b before. W: W_hh
    as `add_state` takes it. reverse: 1 if time is read from the end, or 0.
    """
    T = len(h) - 1
    for s in range(T):
        t = T - 1 - s if reverse else s
        h_prev, h_t = h[t + reverse], h[t + 1 - reverse]
        add_state(h_t, h_prev, W)
        forward_step(h_t)


@part
def forward_step(h_t):
    """Take one step; h_t: (B, H), which holds a_t before."""
    for b in range(len(h_t)):
        for j in range(h_t.shape[1]):
            h_t[b, j] = tanh(h_t[b, j])


@loop
def backward(W, h, dh, da, reverse):
    """Run backwards: fill in da, (T, B, H), and add to dh what flows back.

    W: W_hh transposed, (H, H); h: from `forward`; dh: (T + 1, B, H), the loss's own
    gradients of the states.
    """
    for s in range(len(da)):
        t = s if reverse else len(da) - 1 - s
        before, after = t + reverse, t + 1 - reverse
        backward_step(h[after], dh[after], da[t])
        add_product_by_dots(dh[before], da[t], W)


@part
def backward_step(h_t, dh, da):
    """Go one step back; each (B, H)."""
    one = dh.dtype.type(1)
    for b in range(len(da)):
        for j in range(da.shape[1]):
            da[b, j] = dh[b, j] * (one - h_t[b, j] ** 2)
