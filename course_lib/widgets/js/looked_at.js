/* One network's row of "What did it look back at?": its numbers, its text, its sentence. */

import { css, ink, scale } from "./colours.js";
import { el, say } from "./dom.js";
import { halfOf, influence, leftOut, shares } from "./influence.js";
import { number, percent, shown, spoken } from "./text.js";

const HUE = [106, 61, 154];
const REACH = 36; // px under a character, for its bar
const STRONGEST = 5; // are told by ear

const quoted = (token) => `“${shown(token)}”`;

/* The place of the largest. */
const highest = (values) => values.reduce((best, v, k) => (v > values[best] ? k : best), 0);

/* Where a character is, seen from the cursor. */
function away(steps) {
  if (!steps) return "the one just read";
  return steps === 1 ? "1 step back" : `${steps} steps back`;
}

/* acts: go(t), tell(event, words) of what the pointer is on, and left(). */
export class LookedAt {
  constructor(stepper, n, acts) {
    Object.assign(this, { stepper, n, acts, network: stepper.networks[n], isExact: false });
    this.title = el("p", { class: "text-title", "aria-hidden": "true" });
    this.words = el("p", { class: "note", "aria-hidden": "true" });
    this.text = el("div", { class: "coloured looked", tabindex: "0", role: "group" });
    this.box = el("div", {}, this.title, this.words, this.text);
    this.listen();
  }

  listen() {
    const { text, acts } = this;
    const at = (event) => Number(event.target.closest("[data-t]")?.dataset.t ?? NaN);
    text.addEventListener("pointermove", (event) => {
      const words = this.readout(at(event));
      if (words) acts.tell(event, words);
      else acts.left();
    });
    text.addEventListener("pointerleave", () => acts.left());
    text.addEventListener("click", (event) => at(event) >= 0 && acts.go(at(event)));
  }

  /* Compute the gradient anew, if anything has changed; what was left out is forgotten. */
  refresh(follows) {
    const { stepper: { t, T, ids, overrides }, network: { cut, now }, n } = this;
    const p = now.p.subarray(t * cut.V, (t + 1) * cut.V);
    const target = follows && t + 1 < T ? ids[t + 1] : highest(p);
    if (this.now === now && this.t === t && this.target === target) return;
    const given = [cut, ids, now, overrides.filter((o) => o.network === n), t, target];
    Object.assign(this, { now, t, target, change: null, done: 0 }, influence(...given));
    this.share = shares(this.norm);
    this.leaving = leftOut(...given);
  }

  /* Leave characters out, for one step of the network. */
  leaveOut() {
    const { value, done } = this.leaving.next();
    if (done) Object.assign(this, { change: value, leaving: null });
    else this.done = value;
  }

  /* What the bars show: of each character its share, or what leaving it out changes. */
  get drawn() { return this.isExact ? this.change ?? [] : this.share; }

  /* Draw it; `top` is what a full bar stands for, in every row. */
  paint(top, dark) {
    const { stepper: { tokens }, text, isExact, drawn } = this;
    if (this.tokens !== tokens) {
      this.tokens = tokens;
      this.looks = [];
      text.replaceChildren(...tokens.map((token, t) =>
        el("span", { "data-t": t, "aria-hidden": "true" }, shown(token))));
    }
    const colour = scale(isExact ? null : HUE, top, dark);
    [...text.children].forEach((cell, t) => {
      cell.className = t > this.t ? "later" : t === this.t ? "now" : "";
      const look = t > this.t ? "" : this.lookOf(drawn[t] ?? 0, top, colour);
      if (this.looks[t] !== look) cell.style.cssText = this.looks[t] = look;
    });
    text.setAttribute("aria-label", this.describe());
    say(this.title, this.predicted(quoted));
    say(this.words, this.sentence(quoted));
  }

  /* The style of a character: its colour and its bar, from the line of zero up or down. */
  lookOf(value, top, colour) {
    const zero = this.isExact ? REACH / 2 : 0;
    const tall = (REACH - zero) * value / top;
    const [full, bar] = [value, value < 0 ? -top : top].map(colour);
    return `--full: ${css(full)}; --ink: ${ink(full)}; --bar: ${css(bar)}; --zero: ${zero}px; ` +
      `--tall: ${Math.abs(tall)}px; --low: ${zero + Math.min(0, tall)}px`;
  }

  /* What it predicts, in words; named: how a character is written. */
  predicted(named) {
    const { stepper: { vocab }, network, target, p } = this;
    return `${network.name} gives ${named(vocab[target])} ${percent(p)} as the next character.`;
  }

  /* What it looked back at, in words. */
  sentence(named) {
    const { stepper: { tokens }, share, t, isExact } = this;
    if (isExact) return this.exactly(named);
    const best = highest(share);
    if (!share[best]) return "No character has any influence on this.";
    const half = halfOf(share);
    const within = half === 1 ? "the last character" : `the last ${half} characters`;
    return `Half of the influence lies within ${within}; the strongest is ` +
      `${named(tokens[best])}, ${away(t - best)}.`;
  }

  exactly(named) {
    const { stepper: { tokens, vocab }, change, done, t, target, p } = this;
    if (!change) return `Leaving out one character after another: ${10 * Math.floor(10 * done)} %.`;
    const best = highest(change.map(Math.abs));
    if (!change[best]) return "Leaving out an earlier character changes nothing here.";
    return `Leaving out ${named(tokens[best])}, ${away(t - best)}, changes most: ` +
      `${named(vocab[target])} then gets ${percent(p * Math.exp(change[best]))}.`;
  }

  /* One character's numbers, if it has any. */
  readout(t) {
    const { drawn: { [t]: value }, signed, isExact, stepper: { tokens } } = this;
    return value !== undefined && `step ${t + 1} ${quoted(tokens[t])}: ` + (isExact
      ? `left out, log p changes by ${number(value)}`
      : `${percent(value)} of the influence, gradient × input ${number(signed[t])}`);
  }

  /* The row as it is heard: what it is, how to move, and the strongest characters. */
  describe() {
    const { stepper: { tokens }, network, t, isExact, drawn } = this;
    const size = (s) => Math.abs(drawn[s]);
    const places = [...drawn.keys()].sort((a, b) => size(b) - size(a)).slice(0, STRONGEST);
    const strongest = places.map((s) => `${spoken(tokens[s])}, ${away(t - s)}, ` +
      (isExact ? `log p ${number(drawn[s])}` : percent(drawn[s])));
    return `What ${network.name} looked back at. Left and right arrow keys step. ` +
      `Strongest: ${strongest.join("; ") || "none"}.`;
  }
}
