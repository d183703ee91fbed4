/* The stepper on the networks that are being trained, at any moment of it. */

import { el, say } from "../dom.js";
import { PageModel } from "../page_model.js";
import { StepperPage } from "../stepper_page.js";
import { WEIGHTS } from "./network_weights.js";

const PRODUCTS = 20_000_000;  // of one run of the stepper, so that none holds up the page
const AT_FIRST = 5_000_000;   // of the text that is shown first, 40 to 120 characters
const BUILT_WITH = 8;          // characters of it with which the stepper is built

/* All weights of a network as the stepper reads them, one after the other. */
function inOne(weights) {
  const parts = WEIGHTS.map((name) => weights[name]);
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => {
    all.set(part, at);
    return at + part.length;
  }, 0);
  return all;
}

export class Inside {
  /* cells: what Python says of each kind of cell, { lstm: { parts, memory, ... } }. */
  constructor(cells) {
    this.cells = cells;
    this.place = el("div");
    this.note = el("p", { class: "note", role: "status" });
    this.box = el("div", { class: "inside" }, this.note, this.place);
  }

  /* Show networks: their settings, their weights, the vocabulary and a text to read. Where
     the stepper shows networks of this kind already, it stays where it is. isQuiet: nothing
     of it is said aloud, as more will follow at once. */
  show({ networks, weights, vocab, text, steps, isQuiet }) {
    const told = networks.map(({ kind, H, name }, n) => ({
      ...this.cells[kind], name, hidden: H, weights: inOne(weights[n]),
    }));
    this.note.setAttribute("aria-live", isQuiet ? "off" : "polite");
    say(this.note, `Below are the weights of step ${steps.toLocaleString("en-GB")}.`);
    const key = JSON.stringify([networks.map(({ kind, H, name }) => [kind, H, name]), vocab]);
    if (this.key === key) this.model.set("networks", told);
    else this.build(told, vocab, text);
    this.key = key;
    this.page.hush(isQuiet);
  }

  build(networks, vocab, text) {
    this.page?.leave();
    const cost = networks.reduce((sum, { weights }) => sum + weights.length, 0);
    const within = (products, most) => Math.max(40, Math.min(most, Math.floor(products / cost)));
    const limit = within(PRODUCTS, 400);
    const first = [...text].slice(0, within(AT_FIRST, 120));
    const beginning = first.slice(0, BUILT_WITH).join("");
    this.model = new PageModel({
      networks, vocab, unknown: null, limit, answers: false, guide: {}, anchor: null,
      text: beginning, t: 0, unit: 0, network: 0,
      view: networks[0].memory, order: "trained", overrides: [],
    });
    const host = el("div", { class: "trained" });
    this.place.replaceChildren(host);
    this.page = new StepperPage(this.model, host);
    // The rest of the text comes in a task of its own, so that none is long.
    const { model } = this;
    setTimeout(() => model.set("text", first.join("")));
  }

  leave() { this.page?.leave(); }
}
