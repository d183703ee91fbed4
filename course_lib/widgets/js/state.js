/* What the stepper knows, and how it changes. No page: it can be driven by a test. */

import { decode, hasBlock, holds, run, unpack } from "./numerics.js";
import { read } from "./text.js";

export const ORDERS = { trained: "as trained", mean: "by mean", saturation: "by saturation" };

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/* A run of T steps from values that Python has computed. While it has not yet answered for
   the text that was typed, what is missing is 0, and nothing is expected next. */
function precomputed({ views, hidden: H }, { values, top, top_ids, next, was }, T) {
  const numbers = (packed) => packed && decode(packed, "float16");
  const out = { H, T };
  for (const name of views) {
    const there = numbers(values[name]);
    out[name] = new Float32Array(T * H);
    out[name].set(there.subarray(0, T * H));
    out.isWhole = there.length === T * H;
  }
  if (!out.isWhole) return out;
  return { ...out, top: numbers(top), topIds: top_ids, next: numbers(next), was: numbers(was) };
}

/* A network with all that is asked of its cell's parts at hand. */
function withParts(network) {
  const names = network.parts.map(({ name }) => name);
  return {
    ...network,
    views: names,
    gates: network.parts.filter(hasBlock).map(({ name }) => name),
    part: Object.fromEntries(network.parts.map((part) => [part.name, part])),
  };
}

export class Stepper {
  constructor({ networks, vocab, unknown = null, limit, answers, ...chosen }) {
    this.vocab = vocab;
    this.unknown = unknown;
    this.limit = limit;
    this.canRun = networks.every((network) => network.weights !== undefined);
    this.canType = this.canRun || Boolean(answers);  // or Python runs it, and answers
    this.why = networks.find(({ why }) => why)?.why;
    this.networks = networks.map((network) => ({
      ...withParts(network), cut: this.canRun ? unpack(network, vocab.length) : null,
    }));
    Object.assign(this, {
      text: "", t: 0, unit: 0, view: "", network: 0, order: "trained", overrides: [],
      everyUnit: true, onwards: true, ...chosen,
    });
    this.setText(this.text, this.overrides);
    this.setNetwork(this.network);
  }

  get active() { return this.networks[this.network]; }
  get T() { return this.tokens.length; }
  get H() { return this.active.hidden; }
  get views() { return this.active.views; }
  get isHeld() { return this.active.now !== this.active.base; }

  /* The view that a network is drawn with: the chosen one, if its cell has that value. */
  viewOf(network) {
    return network.views.includes(this.view) ? this.view : network.memory;
  }

  setText(text, overrides = []) {
    // What is pasted may be a book: a little more than can be read is kept of it.
    const characters = [...text.toWellFormed?.() ?? text];
    const kept = characters.slice(0, 2 * this.limit);
    this.text = kept.join("");
    const known = this.networks.every((network) => network.given) ? [...new Set(text)] : this.vocab;
    Object.assign(this, read(kept, known, this.unknown, this.limit));
    this.length = characters.length;
    this.cut = characters.length - this.used;
    this.overrides = overrides;
    this.read();
    this.t = clamp(this.t, 0, Math.max(0, this.T - 1));
    this.rerun(0);
  }

  /* Run every network over the text, with nothing held. */
  read() {
    for (const network of this.networks) {
      network.base = this.canRun ? run(network.cut, this.ids)
        : precomputed(network, network, this.T);
    }
  }

  /* Take over values that Python has computed anew; the cells stay the same. */
  setNetworks(networks) {
    networks.forEach(({ values, top, top_ids, next, held }, n) =>
      Object.assign(this.networks[n], { values, top, top_ids, next, held }));
    this.read();
    this.rerun(0);
  }

  /* Apply the overrides anew; nothing before step `from` has changed. */
  rerun(from) {
    this.networks.forEach((network, n) => {
      const own = this.overrides.filter((o) => o.network === n);
      const same = network.now !== network.base && network.now;
      if (!own.length) network.now = network.base;
      else if (this.canRun) network.now = run(network.cut, this.ids, own, same || network.base, from);
      else network.now = network.held ? precomputed(network, network.held, this.T) : network.base;
    });
    this.sortUnits();
  }

  setT(t) { this.t = clamp(t, 0, Math.max(0, this.T - 1)); }
  setUnit(unit) { this.unit = clamp(unit, 0, this.H - 1); }

  setView(view) {
    this.view = this.views.includes(view) ? view : this.active.memory;
    this.sortUnits();
  }

  setNetwork(n) {
    this.network = clamp(n, 0, this.networks.length - 1);
    this.setUnit(this.unit);
    this.setView(this.view);
  }

  setOrder(order) {
    this.order = Object.hasOwn(ORDERS, order) ? order : "trained";
    this.sortUnits();
  }

  setOverrides(overrides) {
    this.overrides = overrides;
    this.rerun(0);
  }

  /* Move up or down by rows, in the order in which the units are drawn. */
  moveUnit(rows) {
    const order = this.active.order;
    this.setUnit(order[clamp(order.indexOf(this.unit) + rows, 0, this.H - 1)]);
  }

  /* Hold a gate of the active network at a value, where the two switches say. */
  hold(gate, value) {
    const unit = this.everyUnit ? null : this.unit;
    const stop = this.onwards ? null : this.t + 1;
    const held = { network: this.network, gate, unit, value, start: this.t, stop };
    const same = (o) => o.network === held.network && o.gate === gate &&
      o.unit === unit && o.start === held.start && o.stop === stop;
    this.overrides = [...this.overrides.filter((o) => !same(o)), held];
    this.rerun(this.t);
  }

  reset() {
    this.overrides = [];
    this.rerun(0);
  }

  /* The value that this gate of the chosen unit is held at at this step, if it is. */
  heldAt(gate) {
    const own = this.overrides.filter((o) => o.network === this.network && o.gate === gate);
    return own.findLast((o) => holds(o, this.unit, this.t))?.value;
  }

  isHeldNow(gate) { return this.heldAt(gate) !== undefined; }

  /* One value of the chosen unit; before the first step every state is 0. */
  value(name, t = this.t, unit = this.unit) {
    return t < 0 || this.T === 0 ? 0 : this.active.now[name][t * this.H + unit];
  }

  /* The likeliest next tokens of a network, [{ token, p, base }], the likeliest first. */
  likeliest(count, network = this.active) {
    const { now, base } = network;
    if (this.T === 0 || (!now.p && !now.top)) return [];
    if (now.top) {
      const K = now.top.length / now.T;
      const ids = now.topIds.slice(this.t * K, this.t * K + Math.min(K, count));
      return ids.map((id, k) => {
        const p = now.top[this.t * K + k];
        return { token: this.vocab[id], p, base: now.was ? now.was[this.t * K + k] : p };
      });
    }
    const start = this.t * now.V;
    const p = now.p.subarray(start, start + now.V);
    const ids = [...p.keys()].sort((a, b) => p[b] - p[a]).slice(0, count);
    return ids.map((id) => ({ token: this.vocab[id], p: p[id], base: base.p[start + id] }));
  }

  /* The token that the text goes on with, and its probability; null at the end. */
  actual(network = this.active) {
    if (this.t + 1 >= this.T) return null;
    const { now } = network;
    if (!now.p && !now.next) return null;
    const p = now.p ? now.p[this.t * now.V + this.ids[this.t + 1]] : now.next[this.t];
    return { token: this.tokens[this.t + 1], p };
  }

  sortUnits() {
    for (const network of this.networks) {
      const score = scorer(network.base[this.viewOf(network)], network.hidden, this.order);
      const units = [...Array(network.hidden).keys()];
      network.order = units.sort((a, b) => score[b] - score[a] || a - b);
    }
  }
}

/* By what the units are ordered: nothing, their mean, or their share of extreme steps. */
function scorer(values, H, order) {
  const score = new Float64Array(H);
  if (order === "trained") return score;
  const signed = values.some((v) => v < 0);
  const extreme = (v) => Math.abs(v) > 0.9 || (!signed && v < 0.1);
  values.forEach((v, k) => { score[k % H] += order === "mean" ? v : extreme(v) ? 1 : 0; });
  return score;
}
