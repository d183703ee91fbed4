/* What is seen of the training: curves of perplexity and of the gradient's norm, and what
   the networks write. */

import { el, say } from "../dom.js";
import { Chart, thinned } from "./chart.js";

const COUNTED = ["uniform", "unigram", "bigram", "trigram", "4-gram"];
const MUCH = 10;    // times what guessing has: what is worse is not drawn
const RECENT = 20;  // steps over which the newest loss is a mean

const last = (values, count) => {
  const part = values.slice(-count);
  return part.reduce((a, b) => a + b, 0) / part.length;
};

/* A perplexity in words: one of a network that has diverged has too many digits. */
const told = (p) => (p < 1e6 ? p.toFixed(2) : "over 1,000,000");

export class Curves {
  constructor() {
    this.numbers = el("p", { class: "numbers" });
    this.perplexity = new Chart("Perplexity", 250);
    this.norm = new Chart("Norm of the gradient, before it is clipped", 130);
    this.samples = el("div", { class: "samples" });
    this.box = el("div", {}, this.numbers, this.perplexity.box, this.samples, this.norm.box);
  }

  /* networks: named settings; about: what the worker says of the text. */
  begin(networks, { counted, vocab, windows, cut }) {
    Object.assign(this, { networks, counted, vocab, windows, cut, steps: 0, memoryless: [] });
    this.curves = networks.map(() => ({ losses: [], norms: [], scores: [] }));
    this.hold();
    this.written = networks.map(({ name }) => {
      const text = el("p", { class: "written" });
      this.samples.append(el("p", { class: "note" }, `What the ${name} writes now`), text);
      return text;
    });
    this.samples.replaceChildren(...[...this.samples.childNodes].slice(-2 * networks.length));
  }

  take({ steps, losses, norms, scored }) {
    this.steps = steps;
    this.curves.forEach((curve, n) => {
      curve.losses.push(...losses[n]);
      curve.norms.push(...norms[n]);
      if (scored) curve.scores.push([scored.steps, scored.perplexities[n]]);
    });
    if (scored) {
      this.memoryless.push([scored.steps, scored.memoryless]);
      scored.samples.forEach((ids, n) =>
        say(this.written[n], [...ids].map((id) => this.vocab[id]).join("")));
    }
    this.drawing ??= requestAnimationFrame(() => this.draw());
  }

  /* Forget what was to be drawn in the next frame. */
  hold() {
    cancelAnimationFrame(this.drawing);
    this.drawing = null;
  }

  draw() {
    this.hold();
    const { networks, curves, steps, windows } = this;
    const passes = (steps / windows).toFixed(1);
    const now = networks.map(({ name }, n) => {
      const [, score] = curves[n].scores.at(-1) ?? [0, NaN];
      const train = curves[n].losses.length ? Math.exp(last(curves[n].losses, RECENT)) : NaN;
      const learned = Number.isNaN(train) ? "" : `, ${told(train)} on the training text`;
      return `${name}: perplexity ${told(score)} on fresh text${learned}`;
    });
    say(this.numbers, `Step ${steps.toLocaleString("en-GB")}, ${passes} times through the text. ` +
      `${now.join("; ")}.`);
    this.drawPerplexity(now.join("; "));
    this.drawNorms();
  }

  drawPerplexity(said) {
    const { networks, curves, counted, memoryless, steps } = this;
    const lines = [{ kind: "memoryless", name: "network without memory", points: memoryless }];
    networks.forEach(({ name }, n) => {
      const learned = thinned(curves[n].losses).map(([step, loss]) => [step, Math.exp(loss)]);
      lines.push({ kind: `train net${n}`, name: `${name}, on the training text`, points: learned },
        { kind: `net${n}`, name: `${name}, on fresh text`, points: curves[n].scores });
    });
    lines.push({ kind: "counting", name: "counting models", points: [] });
    const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
    const levels = counted.map((value, order) => ({ value, name: COUNTED[order] }));
    const low = Math.min(...values, ...counted) * 0.9;
    const high = Math.min(Math.max(...values, ...counted), MUCH * counted[0]) * 1.1;
    this.perplexity.draw({ lines, levels, most: steps, low, high, said });
  }

  drawNorms() {
    const { networks, curves, steps } = this;
    const lines = networks.map(({ name }, n) =>
      ({ kind: `net${n}`, name, points: thinned(curves[n].norms) }));
    const values = lines.flatMap(({ points }) => points.map(([, value]) => value)).filter(Boolean);
    const clips = networks.map(({ clip }) => clip).filter((clip) => clip < 1e9);
    const levels = [...new Set(clips)].map((value) => ({ value, name: "clipped here" }));
    const all = [...values, ...clips];
    const low = Math.min(1, ...all) * 0.8;
    const high = Math.max(1, ...all) * 1.2;
    const [least, largest] = [Math.min(...values), Math.max(...values)];
    const said = values.length
      ? `From ${least.toFixed(2)} to ${largest.toFixed(2)}` : "No step yet";
    this.norm.draw({ lines, levels, most: steps, low, high, said });
  }
}
