"""The loops of the gated recurrent unit, in torch's variant, unit by unit.

r, z = σ(a_t)  n = tanh(x_n + r h_n)  h_t = (1 - z) n + z h_{t-1}
"""

from .functions import sigmoid, tanh
from .loop import loop, part
from .products import add_product_by_dots, add_state


@loop
def forward(a, n, W, h, reverse):
    """Run forwards: fill in r, z, h_n, n and h.

    a: (T, B, 3H), which holds W_ih x_t + b of r and z and the bias b_hn before, and
    r, z, h_n after; n: (T, B, H), which holds W_in x_t + b_in before; W: W_hh
    as `add_state` takes it; h: (T + 1, B, H), of which the first state read is given.
    reverse: 1 if time is read from the end, or 0.
    """
    for s in range(len(a)):
        t = len(a) - 1 - s if reverse else s
        before, after = t + reverse, t + 1 - reverse
        add_state(a[t], h[before], W)
        forward_step(a[t], n[t], h[before], h[after])


@part
def forward_step(a, n, h_prev, h_t):
    """Take one step; a: (B, 3H), before and after as in `forward`; others: (B, H)."""
    H, one = h_t.shape[1], h_t.dtype.type(1)
    for b in range(len(a)):
        for j in range(2 * H):
            a[b, j] = sigmoid(a[b, j])  # r and z
        for j in range(H):
            n[b, j] = tanh(n[b, j] + a[b, j] * a[b, 2 * H + j])
        for j in range(H):
            z = a[b, H + j]
            h_t[b, j] = (one - z) * n[b, j] + z * h_prev[b, j]


@loop
def backward(gates, n, W, h, dh, da_x, da_h, reverse):
    """Run backwards: fill in both da, and add to dh what flows back.

    gates, n, h: from `forward`; W: W_hh transposed, (H, 3H); dh: (T + 1, B, H), the
    loss's own gradients of the states; da_x, da_h: (T, B, 3H), of what came from x and
    from h, which differ in their last block, behind the reset gate.
    """
    for s in range(len(gates)):
        t = s if reverse else len(gates) - 1 - s
        before, after = t + reverse, t + 1 - reverse
        backward_step(
            gates[t], n[t], h[before], dh[after], dh[before], da_x[t], da_h[t]
        )
        add_product_by_dots(dh[before], da_h[t], W)


@part
def backward_step(y, n, h_prev, dh_t, dh_prev, da_x, da_h):
    """Go one step back; y, r, z and h_n, and da: (B, 3H); the others: (B, H)."""
    H, one = n.shape[1], n.dtype.type(1)
    for b in range(len(y)):
        for j in range(H):
            da_x[b, 2 * H + j] = dh_t[b, j] * (one - y[b, H + j]) * (one - n[b, j] ** 2)
        for j in range(H):
            da_h[b, 2 * H + j] = da_x[b, 2 * H + j] * y[b, j]
        for j in range(H):
            slope = y[b, j] * (one - y[b, j])
            da_x[b, j] = da_x[b, 2 * H + j] * y[b, 2 * H + j] * slope
        for j in range(H):
            slope = y[b, H + j] * (one - y[b, H + j])
            da_x[b, H + j] = dh_t[b, j] * (h_prev[b, j] - n[b, j]) * slope
        for j in range(2 * H):
            da_h[b, j] = da_x[b, j]
        for j in range(H):
            dh_prev[b, j] += dh_t[b, j] * y[b, H + j]
