"""The loops of the long short-term memory: each step is its equation, unit by unit.

    i, f, o = σ(a_t)  g = tanh(a_t)  c_t = f c_{t-1} + i g  h_t = o tanh(c_t)

In a row of 4H numbers the gate i of unit j is at j, f at H + j, g at 2H + j and o at
3H + j. A loop has one line where it can: such a loop becomes vector instructions.
"""

from .functions import sigmoid, tanh
from .loop import loop, part
from .products import add_product_by_dots, add_state


@loop
def forward(a, W, h, c, tanh_c, reverse):
    """Run forwards: fill in the gates, h, c and tanh c.

    a: (T, B, 4H), which holds W_ih x_t + b before and i, f, g, o after; W: W_hh
    as `add_state` takes it; h, c: (T + 1, B, H), of which the first state read is
    given; tanh_c: (T, B, H). reverse: 1 if time is read from the end, or 0.
    """
    for s in range(len(a)):
        t = len(a) - 1 - s if reverse else s
        before, after = t + reverse, t + 1 - reverse
        add_state(a[t], h[before], W)
        forward_step(a[t], c[before], c[after], tanh_c[t], h[after])


@part
def forward_step(a, c_prev, c_t, tanh_c, h_t):
    """Take one step; a: (B, 4H), before and after as in `forward`; others: (B, H)."""
    H = h_t.shape[1]
    for b in range(len(a)):
        for j in range(2 * H):
            a[b, j] = sigmoid(a[b, j])  # i and f
        for j in range(H):
            a[b, 2 * H + j] = tanh(a[b, 2 * H + j])
        for j in range(H):
            a[b, 3 * H + j] = sigmoid(a[b, 3 * H + j])
        for j in range(H):
            c_t[b, j] = a[b, H + j] * c_prev[b, j] + a[b, j] * a[b, 2 * H + j]
        for j in range(H):
            tanh_c[b, j] = tanh(c_t[b, j])
            h_t[b, j] = a[b, 3 * H + j] * tanh_c[b, j]


@loop
def backward(gates, W, c, tanh_c, dh, dc, da, reverse):
    """Run backwards: fill in da, add to dh what flows back, and leave dc of the start.

    gates, c, tanh_c: from `forward`; W: W_hh transposed, (H, 4H); dh: (T + 1, B, H),
    the loss's own gradients of the states; dc: (B, H), of the last c; da: (T, B, 4H).
    """
    for s in range(len(gates)):
        t = s if reverse else len(gates) - 1 - s
        before, after = t + reverse, t + 1 - reverse
        backward_step(gates[t], c[before], tanh_c[t], dh[after], dc, da[t])
        add_product_by_dots(dh[before], da[t], W)


@part
def backward_step(y, c_prev, tanh_c, dh, dc, da):
    """Go one step back; y, the gates, and da: (B, 4H); the others: (B, H)."""
    H, one = dh.shape[1], dh.dtype.type(1)
    for b in range(len(y)):
        for j in range(H):
            slope = y[b, 3 * H + j] * (one - y[b, 3 * H + j])
            da[b, 3 * H + j] = dh[b, j] * tanh_c[b, j] * slope
        for j in range(H):
            dc[b, j] += dh[b, j] * y[b, 3 * H + j] * (one - tanh_c[b, j] ** 2)
        for j in range(H):
            da[b, j] = dc[b, j] * y[b, 2 * H + j] * y[b, j] * (one - y[b, j])
        for j in range(H):
            slope = y[b, H + j] * (one - y[b, H + j])
            da[b, H + j] = dc[b, j] * c_prev[b, j] * slope
        for j in range(H):
            da[b, 2 * H + j] = dc[b, j] * y[b, j] * (one - y[b, 2 * H + j] ** 2)
        for j in range(H):
            dc[b, j] *= y[b, H + j]
