/* What the stepper knows, and how it changes. No page: it can be driven by a test. */

import { decode, holds, run, unpack } from "./numerics.js";
import { read } from "./text.js";

export const ORDERS = { trained: "as trained", mean: "by mean", saturation: "by saturation" };

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/* A run of T steps from values that Python has computed. While it has not yet answered for
   the text that was typed, what is missing is 0, and nothing is expected next. */
function precomputed({ views, hidden: H }, { values, top_ids: topIds, ...packed }, T) {
  const out = { H, T, topIds };
  for (const name of views) {
    out[name] = new Float32Array(T * H);
    out[name].set(decode(values[name], "float16").subarray(0, T * H));
  }
  for (const name of ["top", "next", "was"]) {
    if (packed[name] && packed.T === T) out[name] = decode(packed[name], "float16");
  }
  return out;
}

export class Stepper {
  constructor({ networks, vocab, unknown = null, limit, answers, ...chosen }) {
    this.vocab = vocab;
    this.unknown = unknown;
    this.limit = limit;
    this.canRun = networks.every((network) => network.weights !== undefined);
    this.canType = this.canRun || answers;  // or Python runs it, and answers
    this.networks = networks.map((network) => ({
      ...network,
      views: network.parts.map(({ name }) => name),
      part: Object.fromEntries(network.parts.map((part) => [part.name, part])),
      cut: this.canRun && unpack(network, vocab.length),
    }));
    Object.assign(this, {
      text: "", t: 0, unit: 0, view: "", network: 0, order: "trained", overrides: [],
      everyUnit: true, onwards: true, picture: "map", ...chosen,
    });
    this.setText(this.text, this.overrides);
    this.setNetwork(this.network);
  }

  get active() { return this.networks[this.network]; }
  get T() { return this.tokens.length; }
  get H() { return this.active.hidden; }
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
    const known = this.networks[0].given ? [...new Set(text)] : this.vocab;
    Object.assign(this, read(kept, known, this.unknown, this.limit));
    this.length = characters.length;
    this.cut = characters.length - this.used;
    this.overrides = overrides;
    if (this.marked !== this.text) this.marks = Array(this.T).fill(0);
    this.marked = this.text;
    this.runAll();
    this.setT(this.t);
    this.rerun(0);
  }

  /* Run every network over the text, with nothing held. */
  runAll() {
    for (const network of this.networks) {
      const { cut } = network;
      network.base = cut ? run(cut, this.ids) : precomputed(network, network, this.T);
    }
  }

  /* Take over values that Python has computed anew, or other weights; the cells stay the
     same. */
  setNetworks(networks) {
    networks.forEach((network, n) => {
      const cut = this.canRun && unpack(network, this.vocab.length);
      Object.assign(this.networks[n], { held: null }, network, { cut });
    });
    this.runAll();
    this.rerun(0);
  }

  /* Apply the overrides anew; nothing before step `from` has changed. */
  rerun(from) {
    this.networks.forEach((network, n) => {
      const own = this.overrides.filter((o) => o.network === n);
      const same = network.now !== network.base && network.now;
      const { base, cut, held } = network;
      network.now = base;
      if (own.length && cut) network.now = run(cut, this.ids, own, same || base, from);
      else if (own.length && held) network.now = precomputed(network, held, this.T);
    });
    this.sortUnits();
  }

  setT(t) { this.t = clamp(t, 0, Math.max(0, this.T - 1)); }
  setUnit(unit) { this.unit = clamp(unit, 0, this.H - 1); }

  setView(view) {
    this.view = this.active.views.includes(view) ? view : this.active.memory;
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
  hold(gate, value, everyUnit = this.everyUnit, onwards = this.onwards) {
    const unit = everyUnit ? null : this.unit;
    const stop = onwards ? null : this.t + 1;
    const held = { network: this.network, gate, unit, value, start: this.t, stop };
    const same = (o) => Object.keys(held).every((key) => key === "value" || o[key] === held[key]);
    this.overrides = [...this.overrides.filter((o) => !same(o)), held];
    this.rerun(this.t);
  }

  /* Where a gate is held from now on: "in all units, from this step on". */
  where() {
    const units = this.everyUnit ? "in all units" : `in unit ${this.unit}`;
    return `${units}, ${this.onwards ? "from this step on" : "at this step"}`;
  }

  reset() { this.setOverrides([]); }

  /* Let go of a gate of the active network, wherever it is held. */
  letGo(gate) {
    const { network } = this;
    this.setOverrides(this.overrides.filter((o) => o.network !== network || o.gate !== gate));
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

  /* A value of the chosen unit at every step of a run of the active network. */
  over(name, run) {
    const { H, T, unit } = this;
    return [...Array(T).keys()].map((t) => run[name][t * H + unit]);
  }

  /* The likeliest next tokens of a network, [{ token, p, base }], the likeliest first;
     of a run of it, with what is held held unless told otherwise. */
  likeliest(count, network = this.active, now = network.now) {
    const { base } = network;
    const all = now.top ?? now.p;  // of the likeliest tokens, or of every one
    if (this.T === 0 || !all) return [];
    const K = all.length / this.T;
    const here = (values) => values.subarray(this.t * K, (this.t + 1) * K);
    const p = here(all);
    const free = here(now.was ?? now.top ?? base.p);
    const best = [...p.keys()].sort((a, b) => p[b] - p[a]).slice(0, count);
    return best.map((k) => ({
      token: this.vocab[now.top ? now.topIds[this.t * K + k] : k], p: p[k], base: free[k],
    }));
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
