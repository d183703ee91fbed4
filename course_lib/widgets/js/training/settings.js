/* What is trained: a text, and one network or two, as the reader chooses them. */

import { el, say } from "../dom.js";
import { fillTrack, slider } from "../slider.js";
import { Tabs } from "../tabs.js";

export const KINDS = { rnn: "RNN", gru: "GRU", lstm: "LSTM" };
export const UNITS = { least: 8, most: 128, step: 4 };
const RATES = [0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 1, 10];
const CLIPS = [[0.25, "0.25"], [1, "1"], [5, "5"], [1e30, "no limit"]];
const BIASES = [["", "as drawn"], [0, "0"], [1, "1"], [3, "3"]];
const OWN = -1;

/* A select with its name before it; what is chosen may be none of the usual options. */
function select(name, usual, chosen, act) {
  const node = el("select");
  const isUsual = usual.some(([value]) => value === chosen);
  for (const [value, words] of isUsual ? usual : [[chosen, `${chosen}`], ...usual]) {
    node.append(el("option", { value }, words));
  }
  node.value = chosen;
  node.addEventListener("change", () => act(node.value));
  return { node, box: el("label", {}, `${name} `, node) };
}

/* The settings of one network: { kind, H, rate, clip, forgetBias, seed }. changed(isLive):
   whether it takes effect at once, as rate and clipping do, or at the next start. */
export class NetworkForm {
  constructor(words, told, changed) {
    Object.assign(this, { told: { ...told }, changed });
    const set = (name, isLive, of = Number) => (value) => {
      this.told[name] = of(value);
      this.draw();
      changed(isLive);
    };
    this.kinds = new Tabs(`${words}: which cell`, set("kind", false, String));
    this.kinds.build(Object.entries(KINDS));
    const { least: min, most: max, step } = UNITS;
    this.units = slider({ min, max, step, "aria-label": `${words}: units` }, set("H", false));
    this.count = el("span", { class: "value" });
    const rates = RATES.map((rate) => [rate, `${rate}`]);
    this.selects = [
      select("rate", rates, told.rate, set("rate", true)),
      select("clip the gradient at", CLIPS, told.clip, set("clip", true)),
      select("forget bias", BIASES, told.forgetBias ?? "",
        set("forgetBias", false, (value) => (value === "" ? null : Number(value)))),
    ];
    this.seed = el("input", { type: "number", min: 1, max: 999, step: 1 });
    this.seed.addEventListener("change", () =>
      set("seed", false)(Math.min(999, Math.max(1, Math.round(Number(this.seed.value)) || 1))));
    this.box = el("fieldset", {}, el("legend", {}, words), this.kinds.box,
      el("label", { class: "units" }, "units ", this.units, this.count),
      ...this.selects.map(({ box }) => box), el("label", {}, "seed ", this.seed));
    this.draw();
  }

  /* Take over a network's kind and size, such as those of a file. */
  take(kind, H) {
    Object.assign(this.told, { kind, H });
    this.draw();
  }

  draw() {
    const { kind, H, seed } = this.told;
    this.kinds.mark(kind);
    this.units.value = H;
    fillTrack(this.units, (H - UNITS.least) / (UNITS.most - UNITS.least));
    say(this.count, `${H}`);
    this.selects[2].box.hidden = kind !== "lstm";
    this.seed.value = seed;
  }
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
    this.box = el("div", { class: "text" }, this.tabs.box, this.own, this.about);
    this.draw();
  }

  get isOwn() { return this.chosen === OWN; }
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
