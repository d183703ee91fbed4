/* One step of each cell, forward and back, for B rows of H units; H a multiple of 4.

   Forward: g holds the gates' pre-activations and then the gates. Back: d is dL/dh_t,
   e is where the derivatives by the pre-activations go. */

#include "vectors.h"

EXPORTED(rnnForward)
void rnnForward(int g, int h, int n) {
  for (int k = 0; k < n; k += 4) store(at(h + k), tanh4(load(at(g + k))));
}

EXPORTED(rnnBack)
void rnnBack(int h, int e, int d, int n) {
  for (int k = 0; k < n; k += 4) {
    v4 y = load(at(h + k));
    store(at(e + k), load(at(d + k)) * (all(1) - y * y));
  }
}

/* Gates i, f, g, o; y is where tanh c_t is kept. */
EXPORTED(lstmForward)
void lstmForward(int gates, int c_prev, int c, int y, int h, int B, int H) {
  for (int b = 0, k = 0; b < B; b++)
    for (int u = 0; u < H; u += 4, k += 4) {
      float *p = at(gates + 4 * b * H + u);
      v4 i = sigmoid4(load(p)), f = sigmoid4(load(p + H));
      v4 g = tanh4(load(p + 2 * H)), o = sigmoid4(load(p + 3 * H));
      v4 memory = f * load(at(c_prev + k)) + i * g, out = tanh4(memory);
      store(p, i), store(p + H, f), store(p + 2 * H, g), store(p + 3 * H, o);
      store(at(c + k), memory), store(at(y + k), out), store(at(h + k), o * out);
    }
}

/* dc: dL/dc_t from later steps, and afterwards dL/dc_{t-1}. */
EXPORTED(lstmBack)
void lstmBack(int gates, int e, int d, int dc, int y, int c_prev, int B, int H) {
  for (int b = 0, k = 0; b < B; b++)
    for (int u = 0; u < H; u += 4, k += 4) {
      float *p = at(gates + 4 * b * H + u), *to = at(e + 4 * b * H + u);
      v4 i = load(p), f = load(p + H), g = load(p + 2 * H), o = load(p + 3 * H);
      v4 out = load(at(y + k)), dh = load(at(d + k));
      v4 dm = load(at(dc + k)) + dh * o * (all(1) - out * out);
      store(to, dm * g * i * (all(1) - i));
      store(to + H, dm * load(at(c_prev + k)) * f * (all(1) - f));
      store(to + 2 * H, dm * i * (all(1) - g * g));
      store(to + 3 * H, dh * out * o * (all(1) - o));
      store(at(dc + k), dm * f);
    }
}

/* Gates r, z, n; s is what h_{t-1} brings in, W_hh h + b_hh, which r scales in n. */
EXPORTED(gruForward)
void gruForward(int gates, int s, int h_prev, int h, int B, int H) {
  for (int b = 0, k = 0; b < B; b++)
    for (int u = 0; u < H; u += 4, k += 4) {
      float *p = at(gates + 3 * b * H + u), *q = at(s + 3 * b * H + u);
      v4 r = sigmoid4(load(p) + load(q)), z = sigmoid4(load(p + H) + load(q + H));
      v4 n = tanh4(load(p + 2 * H) + r * load(q + 2 * H));
      store(p, r), store(p + H, z), store(p + 2 * H, n);
      store(at(h + k), (all(1) - z) * n + z * load(at(h_prev + k)));
    }
}

/* ex, es: by what x_t and what h_{t-1} bring in, which differ in n alone; d_prev: what
   is added to dL/dh_{t-1} past the gates. */
EXPORTED(gruBack)
void gruBack(int gates, int s, int ex, int es, int d, int d_prev, int h_prev, int B, int H) {
  for (int b = 0, k = 0; b < B; b++)
    for (int u = 0; u < H; u += 4, k += 4) {
      int row = 3 * b * H + u;
      float *p = at(gates + row), *x = at(ex + row), *q = at(es + row);
      v4 r = load(p), z = load(p + H), n = load(p + 2 * H), dh = load(at(d + k));
      v4 dn = dh * (all(1) - z) * (all(1) - n * n);
      v4 dr = dn * load(at(s + row + 2 * H)) * r * (all(1) - r);
      v4 dz = dh * (load(at(h_prev + k)) - n) * z * (all(1) - z);
      store(x, dr), store(x + H, dz), store(x + 2 * H, dn);
      store(q, dr), store(q + H, dz), store(q + 2 * H, dn * r);
      store(at(d_prev + k), load(at(d_prev + k)) + dh * z);
    }
}
