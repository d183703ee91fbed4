"""The two matrix products of a compiled loop.

A product spends its time in fetching numbers. Four rows and four columns taken at once
use each number that was fetched four times: those are the sixteen products below. In
`add_product` the inner loop runs along a row of the result, in `add_product_by_dots`
along the terms of its sums. The first is for wide results, as on the way forward, the
second for narrow ones, as on the way back.
"""

from .loop import part

DOTS_FROM = 64  # units from which sums are long enough, as measured


@part
def add_state(out, h, W):
    """Add W_hh h_prev to out, (B, K * H); h: (B, H).

    W: W_hh as it is, (K * H, H), from `DOTS_FROM` units on, else with rows for columns.
    """
    if h.shape[1] >= DOTS_FROM:
        add_product_by_dots(out, h, W)
    else:
        add_product(out, h, W)


@part
def add_product(out, a, W):
    """Add a W to out; out: (B, N), a: (B, K), W: (K, N)."""
    B, K = a.shape
    four_rows, four_columns = B - B % 4, K - K % 4
    for b in range(0, four_rows, 4):
        for k in range(0, four_columns, 4):
            add_four_of_four(out[b : b + 4], a[b : b + 4, k : k + 4], W[k : k + 4])
    for b in range(four_rows, B):
        for k in range(0, four_columns, 4):
            add_four(out[b], a[b, k : k + 4], W[k : k + 4])
    for b in range(B):
        for k in range(four_columns, K):
            add_one(out[b], a[b, k], W[k])


@part
def add_four_of_four(out, a, W):
    """Add a W to out; out: (4, N), a: (4, 4), W: (4, N)."""
    a00, a01, a02, a03 = a[0, 0], a[0, 1], a[0, 2], a[0, 3]
    a10, a11, a12, a13 = a[1, 0], a[1, 1], a[1, 2], a[1, 3]
    a20, a21, a22, a23 = a[2, 0], a[2, 1], a[2, 2], a[2, 3]
    a30, a31, a32, a33 = a[3, 0], a[3, 1], a[3, 2], a[3, 3]
    out_0, out_1, out_2, out_3 = out[0], out[1], out[2], out[3]
    W_0, W_1, W_2, W_3 = W[0], W[1], W[2], W[3]
    for j in range(len(W_0)):
        w0, w1, w2, w3 = W_0[j], W_1[j], W_2[j], W_3[j]
        out_0[j] += a00 * w0 + a01 * w1 + a02 * w2 + a03 * w3
        out_1[j] += a10 * w0 + a11 * w1 + a12 * w2 + a13 * w3
        out_2[j] += a20 * w0 + a21 * w1 + a22 * w2 + a23 * w3
        out_3[j] += a30 * w0 + a31 * w1 + a32 * w2 + a33 * w3


@part
def add_four(out, a, W):
    """Add a W to out; out: (N,), a: (4,), W: (4, N)."""
    a0, a1, a2, a3 = a[0], a[1], a[2], a[3]
    W_0, W_1, W_2, W_3 = W[0], W[1], W[2], W[3]
    for j in range(len(out)):
        out[j] += a0 * W_0[j] + a1 * W_1[j] + a2 * W_2[j] + a3 * W_3[j]


@part
def add_one(out, a, W):
    """Add a W to out; out, W: (N,), a: a number."""
    for j in range(len(out)):
        out[j] += a * W[j]


@part
def add_product_by_dots(out, a, W):
    """Add a Wᵀ to out; out: (B, N), a: (B, K), W: (N, K)."""
    B, N = out.shape
    four_rows, four_columns = B - B % 4, N - N % 4
    for n in range(0, four_columns, 4):
        for b in range(0, four_rows, 4):
            four_dots_of_four(out[b : b + 4, n : n + 4], a[b : b + 4], W[n : n + 4])
        for b in range(four_rows, B):
            four_dots(out[b, n : n + 4], a[b], W[n : n + 4])
    for b in range(B):
        for n in range(four_columns, N):
            out[b, n] += dot(a[b], W[n])


@part
def four_dots_of_four(out, a, W):
    """Add a Wᵀ to out; out: (4, 4), a, W: (4, K)."""
    a_0, a_1, a_2, a_3 = a[0], a[1], a[2], a[3]
    W_0, W_1, W_2, W_3 = W[0], W[1], W[2], W[3]
    s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = a.dtype.type(0)
    s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = a.dtype.type(0)
    for k in range(len(a_0)):
        a0, a1, a2, a3 = a_0[k], a_1[k], a_2[k], a_3[k]
        w0, w1, w2, w3 = W_0[k], W_1[k], W_2[k], W_3[k]
        s00, s01, s02, s03 = s00 + a0 * w0, s01 + a0 * w1, s02 + a0 * w2, s03 + a0 * w3
        s10, s11, s12, s13 = s10 + a1 * w0, s11 + a1 * w1, s12 + a1 * w2, s13 + a1 * w3
        s20, s21, s22, s23 = s20 + a2 * w0, s21 + a2 * w1, s22 + a2 * w2, s23 + a2 * w3
        s30, s31, s32, s33 = s30 + a3 * w0, s31 + a3 * w1, s32 + a3 * w2, s33 + a3 * w3
    add_to(out[0], s00, s01, s02, s03)
    add_to(out[1], s10, s11, s12, s13)
    add_to(out[2], s20, s21, s22, s23)
    add_to(out[3], s30, s31, s32, s33)


@part
def four_dots(out, a, W):
    """Add W a to out; out: (4,), a: (K,), W: (4, K)."""
    W_0, W_1, W_2, W_3 = W[0], W[1], W[2], W[3]
    s0 = s1 = s2 = s3 = a.dtype.type(0)
    for k in range(len(a)):
        s0, s1 = s0 + a[k] * W_0[k], s1 + a[k] * W_1[k]
        s2, s3 = s2 + a[k] * W_2[k], s3 + a[k] * W_3[k]
    add_to(out, s0, s1, s2, s3)


@part
def add_to(out, s0, s1, s2, s3):
    """Add four numbers to out, (4,)."""
    out[0] += s0
    out[1] += s1
    out[2] += s2
    out[3] += s3


@part
def dot(a, w):
    """Return the sum of a w; a, w: (K,)."""
    total = a.dtype.type(0)
    for k in range(len(a)):
        total += a[k] * w[k]
    return total
