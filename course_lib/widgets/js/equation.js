/* The cell's own equation, with the live numbers of the chosen unit, as bars. */

import { css } from "./colours.js";
import { el, say, symbol } from "./dom.js";
import { hasBlock, incoming } from "./numerics.js";
import { fillTrack, slider } from "./slider.js";
import { number } from "./text.js";

const plain = (label, sign, of) => ({ label, sign, of });
const total = (...row) => ({ ...plain(...row), total: true });
/* A row with a slider, called as the cell calls the gate. */
const gated = (gate, before = "") => ({ label: before, sign: gate, gate });
const now = (name) => (s) => s.value(name);
const earlier = (name) => (s) => s.value(name, s.t - 1);

/* The rows for each kind of cell: what stands where, and how it comes about. */
const ROWS = {
  lstm: [
    plain("memory before", "c_{t−1}", earlier("c")),
    gated("f", "× "),
    total("= kept", "f c_{t−1}", (s) => s.value("f") * earlier("c")(s)),
    gated("g"),
    gated("i", "× "),
    total("= written", "i g", (s) => s.value("i") * s.value("g")),
    total("kept + written", "c_t", now("c")),
    gated("o", "× "),
    total("= shown", "o tanh c_t", now("h")),
  ],
  gru: [
    plain("memory before", "h_{t−1}", earlier("h")),
    gated("z", "× "),
    total("= kept", "z h_{t−1}", (s) => s.value("z") * earlier("h")(s)),
    gated("r"),
    gated("n"),
    total("× (1 − z) = written", "(1−z) n", (s) => (1 - s.value("z")) * s.value("n")),
    total("kept + written", "h_t", now("h")),
  ],
  rnn: [
    plain("from the input", "W_{ih} x_t", (s) => coming(s).fromX),
    plain("+ from the past", "W_{hh} h_{t−1}", (s) => coming(s).fromH),
    total("= sum", "a", (s) => coming(s).fromX + coming(s).fromH),
    total("tanh of it", "h_t", now("h")),
  ],
};

/* The row of a cell that the page does not know: a value, as the cell says it. */
function rowOf(part) {
  const { name, equation, words } = part;
  if (hasBlock(part)) return gated(name);
  return total(words, equation ? `${name} = ${equation}` : name, now(name));
}

/* In an equation: two factors side by side, and the name of a value, now or a step before. */
const PRODUCT = /([\w)}]) (?=[\w(])/g;
const NAME = /(^|\W)([a-z])(_\{t−1\})?(?![\w(])/g;

function coming(s) {
  return s.T ? incoming(s.active.cut, s.ids, s.active.now.h, s.t, s.unit)
    : { fromX: 0, fromH: 0 };
}

/* How long a bar may be: the largest memory of this unit, at least 1. */
function reach(s) {
  let most = 1;
  const values = s.active.now[s.active.memory];
  for (let k = s.unit; k < values.length; k += s.H) most = Math.max(most, Math.abs(values[k]));
  return most;
}

export class Equation {
  constructor(stepper, hold) {
    this.stepper = stepper;
    this.hold = hold;
    this.heading = el("p", { class: "heading" });
    this.body = el("div", { class: "rows" });
    this.line = el("p", { class: "line" });
  }

  /* Lay out the rows anew, for another kind of cell. */
  build() {
    const { stepper } = this;
    const { kind, parts } = stepper.active;
    this.shown = stepper.active;
    // What an RNN is handed is known only where it is computed.
    const known = (kind !== "rnn" || stepper.canRun) && ROWS[kind];
    this.rows = (known || parts.map(rowOf)).map((row) => this.makeRow(row));
    this.body.replaceChildren(...this.rows.flatMap((row) => row.nodes));
  }

  makeRow(row) {
    const figure = el("span", { class: "figure" });
    const called = row.gate ? this.stepper.active.part[row.gate].words : "";
    const kind = row.total ? "label total" : "label";
    const label = el("span", { class: kind }, `${row.label}${called} `, symbol(row.sign));
    const isSlider = row.gate && this.stepper.canType;
    const control = isSlider ? this.slider(row.gate) : el("span", { class: "bar" },
      el("span", { class: "fill" }));
    const of = (s) => s.heldAt(row.gate) ?? s.value(row.gate);
    return { of, ...row, figure, control, isSlider, nodes: [label, figure, control] };
  }

  slider(gate) {
    const { kind, hue } = this.stepper.active.part[gate];
    const range = { min: kind === "gate" ? 0 : -1, max: 1, step: 0.01, "data-gate": gate };
    const input = slider(range, (value) => this.hold(gate, value));
    if (hue) input.style.setProperty("--hue", css(hue));
    return input;
  }

  step() {
    const { stepper } = this;
    if (this.shown !== stepper.active) this.build();
    const many = stepper.networks.length > 1 ? `${stepper.active.name}, unit` : "Unit";
    say(this.heading, `${many} ${stepper.unit} at step ${stepper.T ? stepper.t + 1 : 0}`);
    const values = this.rows.map((row) => row.of(stepper));
    const most = Math.max(reach(stepper), ...values.map(Math.abs)); // one scale for all
    this.rows.forEach((row, k) => {
      const value = values[k];
      say(row.figure, number(value));
      if (row.isSlider) this.moveSlider(row, value);
      else drawBar(row.control.firstChild, value, most);
    });
    this.writeLine();
  }

  moveSlider({ gate, control, figure }, value) {
    const { stepper } = this;
    const isHeld = stepper.isHeldNow(gate);
    control.value = value;
    const low = Number(control.min);
    fillTrack(control, (value - low) / (1 - low), low < 0 ? 0.5 : undefined);
    control.disabled = stepper.T === 0;
    figure.classList.toggle("held", isHeld);
    const { words } = stepper.active.part[gate];
    control.setAttribute("aria-label", `Hold the ${words} ${stepper.where()}`);
    control.setAttribute("aria-valuetext", `${value.toFixed(2)}, ${isHeld ? "held" : "as computed"}`);
  }

  /* The memory's equation as the cell says it, and again with the numbers of this step. */
  writeLine() {
    const { stepper } = this;
    const { memory, part } = stepper.active;
    const { equation } = part[memory];
    const filled = equation.replace(PRODUCT, "$1 · ").replace(NAME, (text, left, name, before) =>
      part[name] ? left + number(stepper.value(name, stepper.t - !!before)) : text);
    const said = new Set([`${memory}_t`, equation, filled, ""]);
    this.line.replaceChildren(symbol([...said].join(" = ")),
      el("b", { class: "result" }, number(stepper.value(memory))));
  }
}

/* A bar from the middle: to the left if negative. */
function drawBar(fill, value, most) {
  const share = Math.min(1, Math.abs(value) / most) / 2;
  fill.style.transform = `scaleX(${value < 0 ? -share : share})`;
  fill.classList.toggle("negative", value < 0);
}
