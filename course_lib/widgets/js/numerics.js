/* The recurrence, as torch computes it. Pure: arrays in, arrays out; no page, no state.

   H units, V tokens, T steps. A network is { kind, parts, memory, hidden, dtype, weights },
   its weights in torch's order: W_ih (G*H, V), W_hh (G*H, H), b_ih, b_hh, W_out (V, H),
   b_out. Its parts are what the cell says of each of its values, in Python. */

import { half } from "./half.js";

/* Has this part of a cell a block of the weights, and can it be held by that? */
export const hasBlock = ({ kind }) => kind === "gate" || kind === "candidate";

export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/* Base64 of little-endian float16 or float32 numbers, as a Float32Array. */
export function decode(base64, dtype) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const size = dtype === "float16" ? 2 : 4;
  const numbers = new Float32Array(bytes.length / size);
  for (let k = 0; k < numbers.length; k++) {
    numbers[k] = size === 2 ? half(view.getUint16(2 * k, true)) : view.getFloat32(4 * k, true);
  }
  return numbers;
}

/* The weights of a network, in base64 or as a Float32Array, cut apart; `rows` has W_ih's
   column of each token, with b_ih. */
export function unpack({ kind, parts, memory, hidden: H, dtype, weights }, V) {
  const GH = Math.max(1, parts.filter(hasBlock).length) * H;
  const sizes = { W_ih: GH * V, W_hh: GH * H, b_ih: GH, b_hh: GH, W_out: V * H, b_out: V };
  const numbers = typeof weights === "string" ? decode(weights, dtype) : weights;
  const expected = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  if (numbers.length !== expected) {
    throw new Error(`weights must be ${expected} numbers, got ${numbers.length}`);
  }
  const cut = { kind, memory, views: parts.map(({ name }) => name), H, V };
  let start = 0;
  for (const [name, size] of Object.entries(sizes)) {
    cut[name] = numbers.subarray(start, (start += size));
  }
  cut.rows = new Float64Array(V * GH);
  for (let k = 0; k < V; k++) {
    for (let j = 0; j < GH; j++) cut.rows[k * GH + j] = cut.W_ih[j * V + k] + cut.b_ih[j];
  }
  cut.s = new Float64Array(GH);  // room for what h brings in
  return cut;
}

/* What h brings in: W_hh h_prev + b_hh, into `out`. */
function fromHidden({ H, W_hh, b_hh }, h, out) {
  for (let j = 0; j < out.length; j++) {
    let sum = b_hh[j];
    for (let u = 0, k = j * H; u < H; u++, k++) sum += W_hh[k] * h[u];
    out[j] = sum;
  }
}

const STEP = {
  rnn(x, s, u, H, at) {
    at.h = Math.tanh(x[u] + s[u]);
  },
  lstm(x, s, u, H, at, held) {
    at.i = held("i", u, () => sigmoid(x[u] + s[u]));
    at.f = held("f", u, () => sigmoid(x[H + u] + s[H + u]));
    at.g = held("g", u, () => Math.tanh(x[2 * H + u] + s[2 * H + u]));
    at.o = held("o", u, () => sigmoid(x[3 * H + u] + s[3 * H + u]));
    at.c = at.f * at.memory + at.i * at.g;
    at.h = at.o * Math.tanh(at.c);
  },
  gru(x, s, u, H, at, held) {
    at.r = held("r", u, () => sigmoid(x[u] + s[u]));
    at.z = held("z", u, () => sigmoid(x[H + u] + s[H + u]));
    at.n = held("n", u, () => Math.tanh(x[2 * H + u] + at.r * s[2 * H + u]));
    at.h = (1 - at.z) * at.n + at.z * at.memory;
  },
};

/* Does an override hold this unit at this step? A unit or stop of null means all. */
export function holds(override, unit, t) {
  const { unit: only, start, stop } = override;
  return (only === null || only === unit) && t >= start && (stop === null || t < stop);
}

/* A function (gate, unit, compute) that asks the overrides of step t first; the last wins. */
export function holder(overrides, t) {
  const now = overrides.filter((o) => t >= o.start && (o.stop === null || t < o.stop));
  if (!now.length) return (gate, unit, compute) => compute();
  return (gate, unit, compute) => {
    const found = now.findLast((o) => o.gate === gate && (o.unit === null || o.unit === unit));
    return found ? found.value : compute();
  };
}

/* softmax(W_out h + b_out), into p from `place`. */
export function predict({ H, V, W_out, b_out }, h, p, place) {
  let highest = -Infinity;
  for (let k = 0; k < V; k++) {
    let sum = b_out[k];
    for (let u = 0, j = k * H; u < H; u++, j++) sum += W_out[j] * h[u];
    p[place + k] = sum;
    if (sum > highest) highest = sum;
  }
  let total = 0;
  for (let k = place; k < place + V; k++) total += p[k] = Math.exp(p[k] - highest);
  for (let k = place; k < place + V; k++) p[k] /= total;
}

/* One step: read a token with h and the memory before it, and write every value of it into
   `out`, from `place`; h and memory may be what is written over. */
export function advance(network, id, h, memory, held, out, place) {
  const { kind, views, H, rows, s } = network;
  const x = rows.subarray(id * s.length, (id + 1) * s.length);
  fromHidden(network, h, s);
  const at = {};
  for (let u = 0; u < H; u++) {
    at.memory = memory[u];
    STEP[kind](x, s, u, H, at, held);
    for (const name of views) out[name][place + u] = at[name];
  }
}

/* Read the ids and keep every value: { T, H, V, i, f, ..., h: (T, H), p: (T, V) }.

   overrides: [{ gate, unit, value, start, stop }], stop exclusive. before, from: a run of
   the same ids whose first `from` steps stay as they are. */
export function run(network, ids, overrides = [], before = null, from = 0) {
  const { views, H, V } = network;
  const T = ids.length;
  const out = { T, H, V, p: new Float64Array(T * V) };
  for (const name of views) out[name] = new Float64Array(T * H);
  if (before && from) {
    for (const name of views) out[name].set(before[name].subarray(0, from * H));
    out.p.set(before.p.subarray(0, from * V));
  }
  const zeros = new Float64Array(H);
  const last = (name, t) => (t ? out[name].subarray((t - 1) * H, t * H) : zeros);
  for (let t = before ? from : 0; t < T; t++) {
    const held = holder(overrides, t);
    advance(network, ids[t], last("h", t), last(network.memory, t), held, out, t * H);
    predict(network, last("h", t + 1), out.p, t * V);
  }
  return out;
}

/* What one unit of a network is handed at step t: from the input, and from h before. */
export function incoming({ H, V, rows, W_hh, b_hh }, ids, h, t, unit) {
  const GH = rows.length / V;
  let fromH = b_hh[unit];
  for (let u = 0; t && u < H; u++) fromH += W_hh[unit * H + u] * h[(t - 1) * H + u];
  return { fromX: rows[ids[t] * GH + unit], fromH };
}
