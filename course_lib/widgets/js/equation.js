/* The cell's own equation, with the live numbers of the chosen unit, as bars. */

import { css } from "./colours.js";
import { el, say, symbol } from "./dom.js";
import { hasBlock, incoming } from "./numerics.js";
import { number } from "./text.js";

/* The rows for each kind of cell: what stands where, and how it comes about.
   `of(s)` is the value, `gate` a row with a slider, `total` the end of a sum. */
const ROWS = {
  lstm: [
    { label: "memory before", sign: "c_{t−1}", of: (s) => s.value("c", s.t - 1) },
    { label: "× forget gate", sign: "f", gate: "f" },
    { label: "= kept", sign: "f c_{t−1}", of: kept("f", "c"), total: true },
    { label: "candidate", sign: "g", gate: "g" },
    { label: "× input gate", sign: "i", gate: "i" },
    { label: "= written", sign: "i g", of: (s) => s.value("i") * s.value("g"), total: true },
    { label: "kept + written", sign: "c_t", of: (s) => s.value("c"), total: true },
    { label: "× output gate", sign: "o", gate: "o" },
    { label: "= shown", sign: "o tanh c_t", of: (s) => s.value("h"), total: true },
  ],
  gru: [
    { label: "memory before", sign: "h_{t−1}", of: (s) => s.value("h", s.t - 1) },
    { label: "× update gate", sign: "z", gate: "z" },
    { label: "= kept", sign: "z h_{t−1}", of: kept("z", "h"), total: true },
    { label: "reset gate", sign: "r", gate: "r" },
    { label: "candidate", sign: "n", gate: "n" },
    { label: "× (1 − z) = written", sign: "(1−z) n", total: true,
      of: (s) => (1 - s.value("z")) * s.value("n") },
    { label: "kept + written", sign: "h_t", of: (s) => s.value("h"), total: true },
  ],
  rnn: [
    { label: "from the input", sign: "W_{ih} x_t", of: (s) => coming(s).fromX },
    { label: "+ from the past", sign: "W_{hh} h_{t−1}", of: (s) => coming(s).fromH },
    { label: "= sum", sign: "a", total: true,
      of: (s) => coming(s).fromX + coming(s).fromH },
    { label: "tanh of it", sign: "h_t", of: (s) => s.value("h"), total: true },
  ],
};

/* The rows of a cell that the page does not know: each value, as the cell says it. */
const rowOf = (part) => ({
  label: part.words,
  sign: part.equation ? `${part.name} = ${part.equation}` : part.name,
  total: part.kind === "state",
  ...(hasBlock(part) ? { gate: part.name } : { of: (s) => s.value(part.name) }),
});

/* The memory's equation with its numbers, behind the equation as the cell says it. */
const LINES = {
  lstm: (v) => [
    [v("f"), "f"], [" · "], [v("c", -1)], [" + "],
    [v("i"), "i"], [" · "], [v("g")], [" = "], [v("c"), "result"],
  ],
  gru: (v) => [
    [v("z"), "z"], [" · "], [v("h", -1)], [" + "],
    [number(1 - v.raw("z"))], [" · "], [v("n")], [" = "], [v("h"), "result"],
  ],
  rnn: (v) => [[v("h"), "result"]],
  own: (v, memory) => [[v(memory), "result"]],
};

function kept(gate, state) {
  return (s) => s.value(gate) * s.value(state, s.t - 1);
}

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
    this.box = el("div", { class: "equation" }, this.heading, this.body, this.line);
  }

  /* Lay out the rows anew, for another kind of cell. */
  build() {
    const { stepper } = this;
    const { kind, parts } = stepper.active;
    this.shown = stepper.active;
    const all = ROWS[kind] ?? parts.map(rowOf);
    const known = all.filter((row) => kind !== "rnn" || stepper.canRun || row.sign === "h_t");
    this.rows = known.map((row) => this.makeRow(row));
    this.body.replaceChildren(...this.rows.flatMap((row) => row.nodes));
  }

  makeRow(row) {
    const figure = el("span", { class: "figure" });
    const kind = row.total ? "total" : "";
    const label = el("span", { class: `label ${kind}` }, `${row.label} `, symbol(row.sign));
    const isSlider = row.gate && this.stepper.canType;
    const control = isSlider ? this.slider(row.gate) : el("span", { class: "bar" },
      el("span", { class: "fill" }));
    const of = row.of ?? ((s) => s.heldAt(row.gate) ?? s.value(row.gate));
    return { ...row, of, figure, control, isSlider, nodes: [label, figure, control] };
  }

  slider(gate) {
    const { kind, hue } = this.stepper.active.part[gate];
    const input = el("input", {
      type: "range", min: kind === "gate" ? 0 : -1, max: 1, step: 0.01, "data-gate": gate,
    });
    if (hue) input.style.accentColor = css(hue);
    input.addEventListener("input", () => this.hold(gate, Number(input.value)));
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
    control.disabled = stepper.T === 0;
    figure.classList.toggle("held", isHeld);
    const where = stepper.everyUnit ? "in all units" : `in unit ${stepper.unit}`;
    const when = stepper.onwards ? "from this step on" : "at this step";
    control.setAttribute("aria-label", `Hold the ${stepper.active.part[gate].words} ${where}, ${when}`);
    control.setAttribute("aria-valuetext", `${value.toFixed(2)}, ${isHeld ? "held" : "as computed"}`);
  }

  writeLine() {
    const { stepper } = this;
    const value = (name, back = 0) => number(value.raw(name, back));
    value.raw = (name, back = 0) => stepper.value(name, stepper.t + back);
    const { kind, memory, part } = stepper.active;
    const { equation } = part[memory];
    const line = LINES[kind](value, memory).map(([text, mark]) => mark
      ? el("b", { class: mark }, text) : symbol(text));
    const said = equation ? `${memory}_t = ${equation} = ` : `${memory}_t = `;
    this.line.replaceChildren(symbol(said), ...line);
  }
}

/* A bar from the middle: to the left if negative. */
function drawBar(fill, value, most) {
  const share = Math.min(1, Math.abs(value) / most) / 2;
  fill.style.transform = `scaleX(${value < 0 ? -share : share})`;
  fill.classList.toggle("negative", value < 0);
}
