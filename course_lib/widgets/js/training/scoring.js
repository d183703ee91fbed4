/* A network looked at while it learns: its perplexity on a text, and what it writes. A twin
   takes over its weights for that, so that training goes on as if nobody had looked. */

import { Network } from "./network.js";

/* A network of another number of rows and steps, which can take over another's weights. */
export class Twin extends Network {
  constructor({ kind, H, V }, { B, T, compiled }) {
    super({ kind, H, V, B, T, compiled, random: () => 0.5 });
  }

  take({ f, at, P }) {
    this.f.set(f.subarray(at.weights, at.weights + P), this.at.weights);
    this.refresh();
    this.resetState();
  }
}

/* The perplexity of a network on windows of its twin's size, from a state of zeros on; yields
   after each of them. */
export function* perplexity(twin, net, windows) {
  twin.take(net);
  let sum = 0;
  for (const { x, y } of windows) {
    sum += twin.forward(x, y);
    twin.carry();
    yield;
  }
  return Math.exp(sum / windows.length);
}

const id = new Int32Array(1);
const nobody = new Int32Array([-1]);  // no target

/* The ids of `count` characters that a network writes, each drawn from what it expects
   after the last. twin: one of one row and one step. */
export function write(twin, net, count, random) {
  twin.take(net);
  const written = new Int32Array(count);
  id[0] = Math.floor(random() * net.V);
  for (let k = 0; k < count; k++) {
    twin.forward(id, nobody);
    twin.carry();
    written[k] = id[0] = drawn(twin, random());
  }
  return written;
}

/* The id whose share of [0, 1) a number falls into. */
function drawn({ f, at, V }, number) {
  for (let k = 0, sum = 0; k < V; k++) {
    sum += f[at.logits + k];
    if (number < sum) return k;
  }
  return V - 1;
}
