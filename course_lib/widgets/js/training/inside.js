/* The stepper on the networks that are being trained, at any moment of it. */

import { el, say } from "../dom.js";
import { PageModel } from "../page_model.js";
import { StepperPage } from "../stepper_page.js";

const PRODUCTS = 20_000_000;  // of one run of the stepper, so that none holds up the page
const FIRST = 120;            // characters that are shown first

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
      ...this.cells[kind], name, hidden: H, weights: weights[n],
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
    const all = networks.flatMap(({ weights }) => Object.values(weights));
    const cost = all.reduce((sum, { length }) => sum + length, 0);
    const limit = Math.max(40, Math.min(400, Math.floor(PRODUCTS / cost)));
    this.model = new PageModel({
      networks, vocab, unknown: null, limit, answers: false, guide: {}, anchor: null,
      text: [...text].slice(0, Math.min(FIRST, limit)).join(""), t: 0, unit: 0, network: 0,
      view: networks[0].memory, order: "trained", overrides: [],
    });
    const host = el("div", { class: "trained" });
    this.place.replaceChildren(host);
    this.page = new StepperPage(this.model, host);
  }

  leave() { this.page?.leave(); }
}
