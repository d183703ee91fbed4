/* A network without memory: the next character from the last one alone, a row of logits
   for each. It learns from the same windows with the same rate, and its loss is a line
   that a network with a memory has to pass. */

import { Arena } from "./arena.js";

export class Memoryless {
  constructor({ V, B, T, compiled }) {
    const Vp = 4 * Math.ceil(V / 4);
    const N = B * T;
    const arena = new Arena();
    const place = (n) => arena.place(n);
    this.at = {
      weights: place(V * Vp), grads: place(V * Vp), m: place(V * Vp), v: place(V * Vp),
      none: place(Vp), logits: place(N * Vp), x: place(N), y: place(N), logs: place(2 * N),
    };
    Object.assign(this, { V, Vp, steps: 0 }, arena.open(compiled));
    this.f.fill(-1e30, this.at.none + V, this.at.none + Vp);  // which no token is
  }

  /* The mean loss on a window of B T characters or fewer, in nats. */
  forward({ x, y }) {
    const { f, ids, kernels, at, V, Vp } = this;
    const N = x.length;
    ids.set(x, at.x);
    ids.set(y, at.y);
    kernels.look(at.x, N, at.weights, at.none, at.logits, Vp);
    kernels.softmax(at.logits, N, V, Vp, at.y, at.logs);
    let sum = 0;
    for (let k = at.logs; k < at.logs + 2 * N; k += 2) sum += Math.log(f[k + 1]) - f[k];
    return sum / N;
  }

  learn(window, rate) {
    const { f, kernels, at, V, Vp } = this;
    const N = window.x.length;
    this.forward(window);
    kernels.softmaxBack(at.logits, N, Vp, at.y, 1 / N);
    f.fill(0, at.grads, at.grads + V * Vp);
    kernels.scatter(at.x, N, at.logits, at.grads, Vp);
    this.steps += 1;
    const step = rate / (1 - 0.9 ** this.steps);
    const root = (1 - 0.999 ** this.steps) ** -0.5;
    kernels.adam(at.weights, at.grads, at.m, at.v, V * Vp, step, root);
  }
}
