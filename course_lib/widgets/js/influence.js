/* How much each character that was read moved a prediction, by two measures.

   `influence` is the gradient of log p(target), by backpropagation through time from the
   values that a run has kept. `leftOut` reads the text again without each character in
   turn. Pure: arrays in, arrays out; shapes and torch's order as in numerics.js. */

import { advance, holder, holds, predict } from "./numerics.js";

const BLOCKS = { rnn: "", lstm: "ifgo", gru: "rzn" };

/* From what reaches h_t, and c_t, to what reaches the numbers that the gates are made of:
   x of those from the input, s of those from h_prev. What goes straight on to the step
   before stays in dh and dc. */
const BACK = {
  rnn({ H, now, dh, x }, place) {
    for (let u = 0, k = place; u < H; u++, k++) {
      x[u] = dh[u] * (1 - now.h[k] * now.h[k]);
      dh[u] = 0;
    }
  },
  lstm({ H, now: { i, f, g, o, c }, dh, dc, x, free }, place) {
    for (let u = 0, k = place; u < H; u++, k++) {
      const memory = Math.tanh(c[k]);
      const d = dc[u] + dh[u] * o[k] * (1 - memory * memory);
      const before = place ? c[k - H] : 0;
      x[u] = free[u] * d * g[k] * i[k] * (1 - i[k]);
      x[H + u] = free[H + u] * d * before * f[k] * (1 - f[k]);
      x[2 * H + u] = free[2 * H + u] * d * i[k] * (1 - g[k] * g[k]);
      x[3 * H + u] = free[3 * H + u] * dh[u] * memory * o[k] * (1 - o[k]);
      dc[u] = d * f[k];
      dh[u] = 0;
    }
  },
  gru(work, place) {
    const { H, now: { r, z, n, h }, dh, x, s, free, W_hn_h } = work;
    fromHiddenToN(work, place);
    for (let u = 0, k = place; u < H; u++, k++) {
      const before = place ? h[k - H] : 0;
      const d = free[2 * H + u] * dh[u] * (1 - z[k]) * (1 - n[k] * n[k]);
      x[u] = s[u] = free[u] * d * W_hn_h[u] * r[k] * (1 - r[k]);
      x[H + u] = s[H + u] = free[H + u] * dh[u] * (before - n[k]) * z[k] * (1 - z[k]);
      x[2 * H + u] = d;
      s[2 * H + u] = d * r[k];
      dh[u] *= z[k];
    }
  },
};

/* W_hn h_prev + b_hn of a GRU, which a run does not keep. */
function fromHiddenToN({ H, now, W_hh, b_hh, W_hn_h }, place) {
  for (let u = 0, row = 2 * H; u < H; u++, row++) {
    let sum = b_hh[row];
    if (place) for (let v = 0; v < H; v++) sum += W_hh[row * H + v] * now.h[place - H + v];
    W_hn_h[u] = sum;
  }
}

/* Add W^T d to `sum`, for a W of d.length rows: two rows at a time, which is faster. */
function addBack(W, d, sum) {
  const { length } = sum;
  const even = d.length & ~1;
  for (let j = 0, k = 0, l = length; j < even; j += 2, k = l, l += length) {
    const [one, two] = [d[j], d[j + 1]];
    for (let u = 0; u < length; u++, k++, l++) sum[u] += W[k] * one + W[l] * two;
  }
  if (even < d.length) {
    for (let u = 0, k = even * length; u < length; u++, k++) sum[u] += W[k] * d[even];
  }
}

/* Mark with 0 where a gate is held at step t: no gradient goes through its number. */
function markHeld({ free, H, kind }, overrides, t) {
  free.fill(1);
  for (const o of overrides) {
    const first = BLOCKS[kind].indexOf(o.gate) * H;
    for (let u = 0; u < H; u++) if (holds(o, u, t)) free[first + u] = 0;
  }
}

/* Where everything is worked out; dh begins with what reaches h_t from log p(target). */
function workroom(cut, now, t, target) {
  const { H, V, kind, W_out, s: { length: GH } } = cut;
  const room = (size) => new Float64Array(size);
  const x = room(GH);
  const s = kind === "gru" ? room(GH) : x;
  const work = { ...cut, now, x, s, dh: room(H), dc: room(H), dx: room(V), W_hn_h: room(H) };
  const d = now.p.slice(t * V, (t + 1) * V).map((p) => -p);
  d[target] += 1;
  addBack(W_out, d, work.dh);
  return Object.assign(work, { free: room(GH).fill(1) });
}

/* What each of the characters 0 to t did to log p(target) after step t: the norm of its
   gradient by the character's one-hot vector, and that gradient times the vector.

   now: the run of these ids with these overrides. Returns { p, norm, signed }, the last
   two of t + 1 numbers. */
export function influence(cut, ids, now, overrides, t, target) {
  const work = workroom(cut, now, t, target);
  const { H, V, kind, W_ih, W_hh, dx } = work;
  const [norm, signed] = [new Float64Array(t + 1), new Float64Array(t + 1)];
  for (let s = t; s >= 0; s--) {
    if (overrides.length) markHeld(work, overrides, s);
    BACK[kind](work, s * H);
    dx.fill(0);
    addBack(W_ih, work.x, dx);
    let squares = 0;
    for (let k = 0; k < V; k++) squares += dx[k] * dx[k];
    norm[s] = Math.sqrt(squares);
    signed[s] = dx[ids[s]];
    addBack(W_hh, work.s, work.dh);
  }
  return { p: now.p[t * V + target], norm, signed };
}

const logOf = (p) => Math.log(p || Number.MIN_VALUE);

/* By how much log p(target) after step t changes when an earlier character is left out, for
   each from 0 to t - 1: t numbers, returned at the end. What is held stays with its
   characters. Arguments as of `influence`.

   Yields after every step that it computes, with the share that is done, so that it can be
   done in portions. */
export function* leftOut(cut, ids, now, overrides, t, target) {
  const { H, V, memory, views } = cut;
  const out = Object.fromEntries(views.map((name) => [name, new Float64Array(H)]));
  const [change, p] = [new Float64Array(t), new Float64Array(V)];
  const was = logOf(now.p[t * V + target]);
  const held = [...ids.keys()].map((step) => holder(overrides, step));
  let done = 0;
  for (let s = 0; s < t; s++) {
    for (const name of ["h", memory]) {
      if (s) out[name].set(now[name].subarray((s - 1) * H, s * H));  // else still 0
    }
    for (let step = s + 1; step <= t; step++) {
      advance(cut, ids[step], out.h, out[memory], held[step], out, 0);
      yield ++done / (t * (t + 1) / 2);
    }
    predict(cut, out.h, p, 0);
    change[s] = logOf(p[target]) - was;
  }
  return change;
}

/* Each one's share in the sum of all; 0 each, if that is 0. */
export function shares(norm) {
  const sum = norm.reduce((all, value) => all + value, 0);
  return norm.map((value) => (sum ? value / sum : 0));
}

/* How many of the last ones have half of it all. */
export function halfOf(share) {
  let sum = 0;
  return share.length - share.findLastIndex((value) => (sum += value) >= 0.5);
}
