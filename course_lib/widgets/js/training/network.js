/* A character network that learns: forward, backpropagation through time, clipping, Adam.

   H units, V tokens, G gates, B rows, T steps; H is a multiple of 4. Weights have torch's
   order and shapes: W_ih (G*H, V), W_hh (G*H, H), b_ih, b_hh (G*H), W_out (V, H), b_out (V);
   W_ih is kept as V rows of G*H, so that a token's column is one row to be looked up. */

import { Arena } from "./arena.js";
import { CELLS, placesAt } from "./cells.js";
import { WEIGHTS } from "./network_weights.js";

const NEVER = -1e30;  // the logit of what fills a row up to four

export class Network {
  /* compiled: the kernels of `compiledKernels`, or null. random: gives numbers in [0, 1). */
  constructor({ kind, H, V, B, T, compiled, random }) {
    const { gates: G } = CELLS[kind];
    const Vp = 4 * Math.ceil(V / 4);  // rows of V numbers are padded to it
    Object.assign(this, { kind, H, V, B, T, G, GH: G * H, Vp, cell: CELLS[kind], steps: 0 });
    this.layOut(compiled);
    const bound = 1 / Math.sqrt(H);  // torch's, of the layer and of a head on H units
    for (const name of WEIGHTS) {
      const at = this.at[name];
      for (let k = 0; k < this.sizes[name]; k++) this.f[at + k] = (2 * random() - 1) * bound;
    }
    this.refresh();
  }

  layOut(compiled) {
    const { H, V, B, T, GH, Vp } = this;
    const arena = new Arena();
    const place = (n) => arena.place(n);
    this.sizes = { W_ih: V * GH, W_hh: GH * H, b_ih: GH, b_hh: GH, W_out: V * H, b_out: V };
    this.at = { weights: arena.end };
    for (const name of WEIGHTS) this.at[name] = place(this.sizes[name]);
    this.P = arena.end - this.at.weights;  // with what fills up to four, which stays 0
    const N = T * B;
    Object.assign(this.at, {
      grads: place(this.P), m: place(this.P), v: place(this.P),
      W_hhT: place(H * GH), W_outT: place(H * Vp), b_outP: place(Vp), db_out: place(Vp),
      bias: place(GH),
      x: place(N), y: place(N), logs: place(2 * N), gates: place(N * GH), dx: place(N * GH),
      s: place(this.cell.keeps * N * GH), ds: place(this.cell.keeps * N * GH),
      h: place((T + 1) * B * H), c: place((T + 1) * B * H), tanhC: place(N * H),
      dh: place((N + B) * H), dc: place(B * H), logits: place(N * Vp),
    });
    this.places = [...Array(T).keys()].map((t) => placesAt(this, t));
    Object.assign(this, arena.open(compiled));
    this.f.fill(NEVER, this.at.b_outP + V, this.at.b_outP + Vp);
  }

  /* Copies of the weights, or of their gradients, by name, in torch's order. */
  copies(from = this.at.weights) {
    const { f, V, GH, at, sizes } = this;
    const out = {};
    for (const name of WEIGHTS) {
      const start = at[name] - at.weights + from;
      out[name] = f.slice(start, start + sizes[name]);
    }
    out.W_ih = turned(out.W_ih, V, GH);
    return out;
  }

  load(weights) {
    const { f, V, GH, at } = this;
    for (const name of WEIGHTS) {
      f.set(name === "W_ih" ? turned(weights.W_ih, GH, V) : weights[name], at[name]);
    }
    this.refresh();
  }

  /* Forget what Adam remembers, for weights that are loaded. */
  restart() {
    this.steps = 0;
    this.f.fill(0, this.at.m, this.at.m + 2 * this.P);
    this.resetState();
  }

  /* Transposed copies, which the forward pass reads; after every change of the weights. */
  refresh() {
    const { f, kernels, H, V, GH, Vp, at } = this;
    kernels.transpose(at.W_hh, GH, H, at.W_hhT, GH);
    kernels.transpose(at.W_out, V, H, at.W_outT, Vp);
    f.copyWithin(at.b_outP, at.b_out, at.b_out + V);
    f.copyWithin(at.bias, at.b_ih, at.b_ih + GH);
    if (!this.cell.keeps) kernels.sumRows(at.b_hh, 1, 0, at.bias, GH);
  }

  resetState() {
    const { f, at, B, H } = this;
    f.fill(0, at.h, at.h + B * H);
    f.fill(0, at.c, at.c + B * H);
  }

  /* Make the state after T steps the one before the next window. */
  carry(T = this.T) {
    const { f, at, B, H } = this;
    const n = B * H;
    f.copyWithin(at.h, at.h + T * n, at.h + (T + 1) * n);
    f.copyWithin(at.c, at.c + T * n, at.c + (T + 1) * n);
  }

  /* x, y: ids (T, B), step by step. Returns the mean loss in nats; T may be shorter than
     the network's. The probabilities are left in `logits`. */
  forward(x, y, T = this.T) {
    const { f, ids, kernels, cell, B, H, V, GH, Vp, at } = this;
    const N = T * B;
    ids.set(x, at.x);
    ids.set(y, at.y);
    kernels.look(at.x, N, at.W_ih, at.bias, at.gates, GH);
    for (let t = 0; t < T; t++) cell.forward(this, t);
    kernels.repeatRow(at.b_outP, at.logits, N, Vp);
    kernels.gemm(at.h + B * H, H, 1, at.W_outT, Vp, at.logits, Vp, N, Vp, H, 1);
    kernels.softmax(at.logits, N, V, Vp, at.y, at.logs);
    let sum = 0;
    for (let k = at.logs; k < at.logs + 2 * N; k += 2) sum += Math.log(f[k + 1]) - f[k];
    return sum / N;
  }

  /* The gradient of the mean loss, after `forward` of the same T. */
  backward(T = this.T) {
    const { f, kernels, cell, B, H, V, GH, Vp, at } = this;
    const N = T * B;
    kernels.softmaxBack(at.logits, N, Vp, at.y, 1 / N);
    kernels.gemm(at.logits, Vp, 1, at.W_out, H, at.dh, H, N, H, V, 0);
    f.fill(0, at.dc, at.dc + B * H);
    const ds = cell.keeps ? at.ds : at.dx;
    for (let t = T - 1; t >= 0; t--) {
      cell.backward(this, t);
      const d = at.dh + (t - 1) * B * H;
      if (t) kernels.gemm(ds + t * B * GH, GH, 1, at.W_hh, H, d, H, B, H, GH, 1);
    }
    this.gatherGradients(N, ds);
  }

  gatherGradients(N, ds) {
    const { f, kernels, B, H, V, GH, Vp, at } = this;
    const to = (name) => at[name] - at.weights + at.grads;
    f.fill(0, at.grads, at.grads + this.P);
    kernels.gemm(at.logits, 1, Vp, at.h + B * H, H, to("W_out"), H, V, H, N, 0);
    kernels.gemm(ds, 1, GH, at.h, H, to("W_hh"), H, GH, H, N, 0);
    kernels.scatter(at.x, N, at.dx, to("W_ih"), GH);
    kernels.sumRows(to("W_ih"), V, GH, to("b_ih"), GH);
    if (ds === at.dx) f.copyWithin(to("b_hh"), to("b_ih"), to("b_ih") + GH);
    else kernels.sumRows(ds, N, GH, to("b_hh"), GH);
    f.fill(0, at.db_out, at.db_out + Vp);
    kernels.sumRows(at.logits, N, Vp, at.db_out, Vp);
    f.copyWithin(to("b_out"), at.db_out, at.db_out + V);
  }

  /* The gradient's norm; where it is above `limit`, the gradient is scaled down to it, as
     torch's clip_grad_norm_ does. */
  clip(limit) {
    const norm = Math.sqrt(this.kernels.sumSquares(this.at.grads, this.P));
    if (norm > limit) this.kernels.scale(this.at.grads, this.P, limit / (norm + 1e-6));
    return norm;
  }

  adam(rate) {
    const { kernels, at, P } = this;
    this.steps += 1;
    const step = rate / (1 - 0.9 ** this.steps);
    kernels.adam(at.weights, at.grads, at.m, at.v, P, step, (1 - 0.999 ** this.steps) ** -0.5);
    this.refresh();
  }

  /* Learn from one window, from the state of the window before, and keep `loss` and `norm`.
     Says whether both are finite; where not, the weights stay as they were. */
  learn({ x, y }, rate, limit) {
    this.loss = this.forward(x, y);
    this.backward();
    this.norm = this.clip(limit);
    if (!Number.isFinite(this.loss + this.norm)) return false;
    this.adam(rate);
    this.carry();
    return true;
  }
}

/* (rows, columns) as (columns, rows). */
function turned(matrix, rows, columns) {
  const out = new Float32Array(matrix.length);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < columns; k++) out[k * rows + r] = matrix[r * columns + k];
  }
  return out;
}
