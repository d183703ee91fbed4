/* The controls: text, steps and play, tabs, the order of the units, holding of gates. */

import { el, say, svg } from "./dom.js";
import { hasBlock } from "./numerics.js";
import { fillTrack, slider } from "./slider.js";
import { ORDERS } from "./state.js";
import { number, shown, spoken } from "./text.js";

const ICONS = {
  first: "M3 3h2v10H3zM13 3v10L6 8z", back: "M11 3v10L4 8z", play: "M4 3v10l8-5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z", on: "M5 3v10l7-5z", last: "M11 3h2v10h-2zM3 3v10l7-5z",
};

function picture(name) {
  const box = { viewBox: "0 0 16 16", "aria-hidden": "true" };
  return svg("svg", box, svg("path", { d: ICONS[name] }));
}

function button(name, words, act) {
  const node = el("button", { type: "button", "aria-label": words, title: words });
  node.append(picture(name));
  node.addEventListener("click", act);
  return node;
}

/* A button that says what it does. */
export function wordsButton(words, act) {
  const node = el("button", { type: "button", class: "words" }, words);
  node.addEventListener("click", act);
  return node;
}

/* A button that is pressed or not: `act(isPressed)`. */
export function toggle(words, act) {
  const node = el("button", { type: "button", class: "words", "aria-pressed": "false" }, words);
  node.addEventListener("click", () => {
    const on = node.getAttribute("aria-pressed") === "false";
    node.setAttribute("aria-pressed", on);
    act(on);
  });
  return node;
}

/* A select with a label that is only spoken. */
export function choice(words, options, chosen, act) {
  const node = el("select", { "aria-label": words });
  for (const [value, text] of options) node.append(el("option", { value }, text));
  node.value = chosen;
  node.addEventListener("change", () => act(node.value));
  return node;
}

/* The box for the text, and what became of it. */
export class TextBox {
  constructor(stepper, type) {
    this.stepper = stepper;
    this.input = el("input", {
      type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off",
    });
    this.input.disabled = !stepper.canType;
    this.input.addEventListener("input", () => type(this.input.value));
    this.note = el("p", { class: "note", role: "status" });
    this.box = el("div", { class: "text" },
      el("label", {}, el("span", {}, "Text that the network reads"), this.input), this.note);
  }

  draw() {
    const { stepper, input, note } = this;
    if (input.value !== stepper.text) input.value = stepper.text;
    const said = [];
    if (!stepper.canType) said.push(stepper.networks.find(({ why }) => why).why);
    if (stepper.T === 0) said.push("Type a character that the network knows.");
    if (stepper.cut) {
      const all = stepper.length.toLocaleString("en");
      said.push(`Only the first ${stepper.limit} characters are read, of ${all}.`);
    }
    note.replaceChildren(said.join(" "));
    if (stepper.strange.length) this.tellStrange();
    note.hidden = !note.hasChildNodes() || !note.textContent;
  }

  tellStrange() {
    const { strange, unknown } = this.stepper;
    const marks = strange.slice(0, 8).flatMap((token) => [el("mark", {}, shown(token)), " "]);
    const more = strange.length > 8 ? `and ${strange.length - 8} more ` : "";
    const fate = unknown === null ? "Left out, unknown to this network: "
      : `Read as “${unknown}”, unknown to this network: `;
    this.note.append(` ${fate}`, ...marks, more);
  }
}

const SPEEDS = [[900, "slow"], [400, "normal"], [120, "fast"]];

/* First, back, play, on, last; the slider of steps; the speed. */
export class Transport {
  constructor(stepper, go, played) {
    Object.assign(this, { stepper, go, played, timer: 0 });
    this.playing = button("play", "Play", () => this.toggle());
    this.slider = slider({ min: 0, step: 1, "aria-label": "Step", class: "steps" }, go);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.speed = choice("Speed of play", SPEEDS, calm ? 900 : 400, () => {
      if (this.timer) this.toggle(true);
    });
    this.where = el("span", { class: "where", "aria-hidden": "true" });
    this.buttons = [
      button("first", "Go to the first step", () => go(0)),
      button("back", "One step back", () => go(stepper.t - 1)),
      this.playing,
      button("on", "One step on", () => go(stepper.t + 1)),
      button("last", "Go to the last step", () => go(stepper.T - 1)),
    ];
    this.box = el("div", { class: "transport" },
      el("span", { class: "buttons" }, ...this.buttons), this.slider, this.where, this.speed);
  }

  toggle(on = !this.timer) {
    clearInterval(this.timer);
    this.timer = 0;
    if (on && this.stepper.T > 1) {
      if (this.stepper.t >= this.stepper.T - 1) this.go(0);
      this.timer = setInterval(() => this.tick(), Number(this.speed.value));
    }
    const words = this.timer ? "Pause" : "Play";
    this.playing.replaceChildren(picture(words.toLowerCase()));
    this.playing.setAttribute("aria-label", words);
    this.playing.title = words;
    this.played(words === "Pause");
  }

  tick() {
    if (this.stepper.t >= this.stepper.T - 1) this.toggle(false);
    else this.go(this.stepper.t + 1);
  }

  step() {
    const { t, T, tokens } = this.stepper;
    this.slider.max = Math.max(0, T - 1);
    this.slider.value = t;
    fillTrack(this.slider, T > 1 ? t / (T - 1) : 0);
    this.slider.disabled = T === 0;
    for (const node of this.buttons) node.disabled = T === 0;
    const spokenNow = T ? `step ${t + 1} of ${T}, reads ${spoken(tokens[t])}` : "nothing to read";
    this.slider.setAttribute("aria-valuetext", spokenNow);
    say(this.where, T ? `${t + 1} of ${T}: “${shown(tokens[t])}”` : "no step");
  }
}

/* Which unit, and in which order the units are drawn. */
export class Units {
  constructor(stepper, setUnit, setOrder) {
    this.stepper = stepper;
    this.unit = el("input", { type: "number", min: 0, step: 1, "aria-label": "Unit" });
    this.unit.addEventListener("change", () => setUnit(Math.round(Number(this.unit.value) || 0)));
    this.order = choice("Order of the units", Object.entries(ORDERS), stepper.order, setOrder);
    this.box = el("div", { class: "units" },
      el("label", {}, "unit ", this.unit), el("label", {}, "units ", this.order));
  }

  step() {
    this.unit.max = this.stepper.H - 1;
    this.unit.value = this.stepper.unit;
    this.order.value = this.stepper.order;
  }
}

/* Where a held gate holds, what is held now, and letting go. */
export class Holding {
  constructor(stepper, changed, reset) {
    this.stepper = stepper;
    const switchOf = (words, name, options) => choice(words, options, "yes", (value) => {
      stepper[name] = value === "yes";
      changed();
    });
    this.units = switchOf("Hold gates in which units", "everyUnit",
      [["yes", "in all units"], ["no", "in this unit"]]);
    this.span = switchOf("Hold gates for how long", "onwards",
      [["yes", "from this step on"], ["no", "at this step only"]]);
    this.reset = el("button", { type: "button", class: "words" });
    this.reset.addEventListener("click", () => stepper.overrides.length && reset());
    this.note = el("p", { class: "note", role: "status" });
    this.box = el("div", { class: "holding" },
      el("span", {}, "Drag a gate to hold it"), this.units, this.span, this.reset, this.note);
  }

  step() {
    const { stepper } = this;
    this.box.hidden = !stepper.canType || !stepper.active.parts.some(hasBlock);
    const { length } = stepper.overrides;
    this.reset.setAttribute("aria-disabled", !length);  // disabled, it would lose focus
    say(this.reset, length ? "Let go of all" : "Nothing held");
    this.note.hidden = !length;
    const last = stepper.overrides.slice(-3).map((o) => sentence(o, stepper.networks)).join("; ");
    const more = length > 3 ? `; and ${length - 3} before` : "";
    say(this.note, length ? `Held: ${last}${more}.` : "");
  }
}

/* What one override does, in words: "forget gate f = 0.00 in all units from step 29". */
export function sentence({ network, gate, unit, value, start, stop }, networks) {
  const units = unit === null ? "in all units" : `in unit ${unit}`;
  let when = `from step ${start + 1}`;
  if (stop === start + 1) when = `at step ${stop}`;
  else if (stop !== null) when += ` to ${stop}`;
  return `${networks[network].part[gate].words} ${gate} = ${number(value)} ${units} ${when}`;
}
