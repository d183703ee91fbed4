/* One or two networks that learn from the same windows, and what is reported of them. */

import { Memoryless } from "./memoryless.js";
import { Network } from "./network.js";
import { seeded } from "./random.js";
import { Twin, perplexity, write } from "./scoring.js";

const MOST = 4096;  // steps between two reports
const SAMPLE = 160; // characters
const WORSE = 3;    // times the loss of guessing: then training has diverged

export class Training {
  /* train, fresh: windows [{ x, y }], cut as `cut` says: { B, T, fresh: { B, T } }.
     networks: [{ kind, H, rate, clip, forgetBias, seed, weights }], of which the last three
     may be missing. compiled: see `compiledKernels`. */
  constructor({ train, fresh, V, cut, networks, compiled }) {
    Object.assign(this, { train, fresh, settings: networks, steps: 0, count: 0, due: 0 });
    const { B, T } = cut;
    this.networks = networks.map((told) => beginning(told, { V, B, T, compiled }));
    const twins = (size) => this.networks.map((net) => new Twin(net, { ...size, compiled }));
    this.scorers = twins(cut.fresh);
    this.writers = twins({ B: 1, T: 1 });
    this.memoryless = new Memoryless({ V, B, T, compiled });
    const column = () => new Float32Array(MOST);
    this.losses = networks.map(column);
    this.norms = networks.map(column);
    this.hopeless = WORSE * Math.log(V);
    this.diverged = -1;  // the network whose loss is hopeless, or is no number
  }

  get isFull() { return this.count === MOST; }
  get isDue() { return this.steps >= this.due; }

  /* One step of every network. Says whether all of them could take it. */
  step() {
    const { networks, settings, train, count } = this;
    const k = this.steps % train.length;
    for (let n = 0; n < networks.length; n++) {
      if (k === 0) networks[n].resetState();
      const { rate, clip } = settings[n];
      const isFine = networks[n].learn(train[k], rate, clip);
      if (!isFine || networks[n].loss > this.hopeless) {
        this.diverged = n;
        return false;
      }
      this.losses[n][count] = networks[n].loss;
      this.norms[n][count] = networks[n].norm;
    }
    this.memoryless.learn(train[k], settings[0].rate);
    this.steps += 1;
    this.count += 1;
    return true;
  }

  /* What has happened since the last report. */
  report() {
    const { count, steps, diverged } = this;
    const since = (columns) => columns.map((column) => column.slice(0, count));
    this.count = 0;
    return { steps, diverged, losses: since(this.losses), norms: since(this.norms) };
  }

  /* Perplexities on the fresh part, and what each network writes now, in portions: yields
     after each, and returns them. Due again after a fifth more steps: often at first, and
     a small share of the time later. */
  * scoring() {
    const { steps, fresh, networks, memoryless } = this;
    this.due = steps + Math.max(20, Math.floor(steps / 5));
    const scored = { steps, perplexities: [], samples: [], memoryless: 0 };
    const losses = fresh.map((window) => memoryless.forward(window));
    scored.memoryless = Math.exp(losses.reduce((a, b) => a + b) / losses.length);
    for (let n = 0; n < networks.length; n++) {
      scored.perplexities[n] = yield* perplexity(this.scorers[n], networks[n], fresh);
      scored.samples[n] = write(this.writers[n], networks[n], SAMPLE, seeded(steps + 1));
      yield;
    }
    return scored;
  }

  weights() { return this.networks.map((net) => net.copies()); }
}

/* A network as its settings say it begins. */
function beginning({ kind, H, forgetBias = null, seed = 1, weights = null }, sizes) {
  const net = new Network({ kind, H, ...sizes, random: seeded(seed) });
  if (weights) net.load(weights);
  else if (kind === "lstm" && forgetBias !== null) {
    const { f, at } = net;
    f.fill(forgetBias, at.b_ih + H, at.b_ih + 2 * H);
    f.fill(0, at.b_hh + H, at.b_hh + 2 * H);
    net.refresh();
  }
  return net;
}
