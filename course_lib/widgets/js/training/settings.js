/* What is trained: a text, and one network or two, as the reader chooses them. */

import { el, say } from "../dom.js";
import { fillTrack, slider } from "../slider.js";
import { Tabs } from "../tabs.js";

export const KINDS = { rnn: "RNN", gru: "GRU", lstm: "LSTM" };
export const UNITS = { least: 8, most: 128, step: 4 };
export const SEEDS = { least: 1, most: 999 };
const RATES = [0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 1, 10];
const CLIPS = [[0.25, "0.25"], [1, "1"], [5, "5"], [1e30, "no limit"]];
const BIASES = [[null, "random, like the others"], [0, "0"], [1, "1"], [3, "3"]];
const OWN = -1;
const OWN_PYTHON = ['text = open("text.txt", encoding="utf-8").read()[:200_000]'];

/* A select of [value, words], with its name before it: { box, mark(value) }. What is marked
   may be none of the usual options. */
function select(name, usual, act) {
  const [node, options] = [el("select"), []];
  const offer = (option) => {
    node.append(el("option", { value: options.length }, option[1]));
    return options.push(option) - 1;
  };
  usual.forEach(offer);
  node.addEventListener("change", () => act(options[node.value][0]));
  const mark = (chosen) => {
    const place = options.findIndex(([value]) => value === chosen);
    node.value = place < 0 ? offer([chosen, `${chosen}`]) : place;
  };
  return { box: el("label", {}, `${name} `, node), mark };
}

/* The settings of one network: { kind, H, rate, clip, forgetBias, seed }. changed(isLive):
   whether it takes effect at once, as rate and clipping do, or at the next start. */
export class NetworkForm {
  constructor(words, told, changed) {
    Object.assign(this, { told: { ...told }, changed });
    const set = (name, isLive) => (value) => {
      this.told[name] = value;
      this.draw();
      changed(isLive);
    };
    this.kinds = new Tabs(`${words}: which cell`, set("kind", false));
    this.kinds.build(Object.entries(KINDS));
    const { least: min, most: max, step } = UNITS;
    this.units = slider({ min, max, step, "aria-label": `${words}: units` }, set("H", false));
    this.count = el("span", { class: "value" });
    const rates = RATES.map((rate) => [rate, `${rate}`]);
    this.selects = {
      rate: select("learning rate", rates, set("rate", true)),
      clip: select("clip the gradient at", CLIPS, set("clip", true)),
      forgetBias: select("forget bias", BIASES, set("forgetBias", false)),
    };
    this.seed = el("input", { type: "number", min: SEEDS.least, max: SEEDS.most, step: 1 });
    this.seed.addEventListener("change", () => set("seed", false)(
      Math.min(SEEDS.most, Math.max(SEEDS.least, Math.round(Number(this.seed.value)) || 1))));
    this.box = el("fieldset", {}, el("legend", {}, words), this.kinds.box,
      el("label", { class: "units" }, "units ", this.units, this.count),
      ...Object.values(this.selects).map(({ box }) => box), el("label", {}, "seed ", this.seed));
    this.draw();
  }

  /* Take over settings, such as those of a file or a link. */
  take(told) {
    Object.assign(this.told, told);
    this.draw();
  }

  draw() {
    const { kind, H, seed } = this.told;
    this.kinds.mark(kind);
    this.units.value = H;
    fillTrack(this.units, (H - UNITS.least) / (UNITS.most - UNITS.least));
    say(this.count, `${H}`);
    for (const name in this.selects) this.selects[name].mark(this.told[name]);
    this.selects.forgetBias.box.hidden = kind !== "lstm";
    this.seed.value = seed;
  }
}

/* Networks as they are called: by their kind and, of two of a kind, by their place. */
export function withNames(told) {
  const isTwin = told.length > 1 && told[0].kind === told[1].kind;
  return told.map((each, n) => ({
    ...each, name: `${isTwin ? ["first ", "second "][n] : ""}${KINDS[each.kind]}`,
  }));
}

/* Which text: one of the course's, or what the reader types or pastes. */
export class TextForm {
  constructor(texts, chosen, changed) {
    Object.assign(this, { texts, chosen });
    this.tabs = new Tabs("Text to learn from", (value) => {
      this.chosen = value;
      this.draw();
      changed();
    });
    this.tabs.build([...texts.map(({ name }, k) => [k, name]), [OWN, "your own"]]);
    this.own = el("textarea", {
      rows: 5, spellcheck: "false", "aria-label": "Your own text",
      placeholder: "Paste or type a text of 200 characters or more; it stays in this page.",
    });
    this.own.addEventListener("input", () => changed());
    this.about = el("p", { class: "note" });
    const heading = el("p", { class: "heading", "aria-hidden": "true" }, "Text to learn from");
    this.box = el("div", { class: "text" }, heading, this.tabs.box, this.own, this.about);
    this.draw();
  }

  take(chosen) {
    this.chosen = chosen;
    this.draw();
  }

  get isOwn() { return this.chosen === OWN; }
  get python() { return this.isOwn ? OWN_PYTHON : this.texts[this.chosen].python; }
  get text() { return this.isOwn ? this.own.value : this.texts[this.chosen].text; }

  draw() {
    this.tabs.mark(this.chosen);
    this.own.hidden = !this.isOwn;
    this.about.hidden = this.isOwn;
    if (this.isOwn) return;
    const { text, about } = this.texts[this.chosen];
    say(this.about, `${about} ${text.length.toLocaleString("en-GB")} characters, ` +
      `beginning: “${text.slice(0, 120)}…”`);
  }
}
