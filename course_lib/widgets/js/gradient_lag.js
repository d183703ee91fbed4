/* Gradient against lag: a closed form, and beside it what was measured. */

import { el, room, say, svg } from "./dom.js";
import { sigmoid } from "./numerics.js";
import { fillTrack, slider } from "./slider.js";
import STYLE from "./gradient_lag.css";

const WIDE = 560;
const TALL = 240;
const EDGE = { left: 58, right: 12, top: 10, bottom: 36 };
const DECADES = 24; // how far down the axis goes

const FACTORS = {
  sigmoid: { of: sigmoid, sign: "σ(b) to the power of the lag" },
  itself: { of: (x) => x, sign: "ρ to the power of the lag" },
};

/* A power of ten with its exponent raised: 10⁻⁷. */
const raised = (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)];
const ten = (exponent) => exponent === 0 ? "1" : `10${[...String(exponent)].map(raised).join("")}`;

const power = (x) => {
  if (!(x > 0)) return "0";
  const [digits, exponent] = x.toExponential(1).split("e").map(Number);
  return Math.abs(exponent) < 3 ? x.toPrecision(2) : `${digits} · ${ten(exponent)}`;
};

class Lag {
  constructor(model, host) {
    this.model = model;
    this.values = model.get("values");
    this.curves = model.get("curves");
    this.factor = FACTORS[model.get("factor")];
    const most = Math.max(0, ...this.curves.flat().map(Math.log10));
    this.top = Math.min(DECADES, Math.ceil(most));
    const { box, leave } = room(host, STYLE);
    this.leave = leave;
    const name = model.get("parameter");
    const range = { min: 0, max: this.values.length - 1, step: 1, "aria-label": name };
    this.slider = slider(range, (k) => this.choose(k));
    this.figure = el("span", { class: "value" });
    this.words = el("p", { role: "status" });
    box.setAttribute("aria-label", `Gradient against lag, by ${name}`);
    box.append(el("label", { class: "choice" }, `${name} `, this.slider, this.figure),
      this.picture(), this.legend(), this.words);
    this.draw();
  }

  get T() { return this.curves[0].length; }
  x(lag) { return EDGE.left + ((WIDE - EDGE.left - EDGE.right) * lag) / (this.T - 1); }
  y(value) {
    const share = (this.top - Math.log10(Math.max(value, 1e-300))) / DECADES;
    return EDGE.top + (TALL - EDGE.top - EDGE.bottom) * Math.min(1, Math.max(0, share));
  }

  picture() {
    this.closed = svg("path", { class: "closed" });
    this.measured = svg("path", { class: "measured" });
    this.box = svg("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, role: "img" });
    for (let decade = this.top; decade >= this.top - DECADES; decade -= 4) this.level(decade);
    const step = this.T > 50 ? 20 : 10;
    for (let lag = 0; lag < this.T; lag += step) {
      this.box.append(svg("text", { x: this.x(lag), y: TALL - 20, class: "middle" }, `${lag}`));
    }
    const middle = (WIDE + EDGE.left) / 2;
    this.box.append(svg("text", { x: middle, y: TALL - 4, class: "middle" }, "lag (steps back)"),
      this.closed, this.measured);
    return this.box;
  }

  level(decade) {
    const y = this.y(10 ** decade);
    this.box.append(svg("line", { x1: EDGE.left, x2: WIDE - EDGE.right, y1: y, y2: y }),
      svg("text", { x: EDGE.left - 6, y: y + 4, class: "end" }, ten(decade)));
  }

  legend() {
    const item = (kind, text) => el("span", { class: `key ${kind}` }, text);
    return el("p", { class: "legend" }, item("closed", this.factor.sign),
      item("measured", "measured at the input, relative to lag 0"));
  }

  choose(k) {
    this.model.set("chosen", k);
    this.model.save_changes();
    this.draw();
  }

  draw() {
    const k = this.model.get("chosen");
    const value = this.values[k];
    const factor = this.factor.of(value);
    const curve = this.curves[k];
    const lags = [...curve.keys()];
    // A line ends where it leaves the picture.
    const isIn = (value) => value <= 10 ** this.top && value >= 10 ** (this.top - DECADES);
    const path = (of) => lags.filter((lag) => isIn(of(lag))).map((lag, n) =>
      `${n ? "L" : "M"}${this.x(lag).toFixed(1)} ${this.y(of(lag)).toFixed(1)}`).join("");
    this.closed.setAttribute("d", path((lag) => factor ** lag));
    this.measured.setAttribute("d", path((lag) => curve[lag]));
    this.slider.value = k;
    fillTrack(this.slider, k / Math.max(1, this.values.length - 1));
    this.slider.setAttribute("aria-valuetext", `${value}`);
    say(this.figure, `${value}`);
    const last = this.T - 1;
    const told = `After ${last} steps, ${power(factor ** last)} is left by the closed form ` +
      `(${factor.toFixed(3)} a step), and ${power(curve[last])} was measured.`;
    say(this.words, told);
    this.box.setAttribute("aria-label", `Two falling or rising lines by lag. ${told}`);
  }
}

function render({ model, el: host }) {
  const lag = new Lag(model, host);
  const pull = () => lag.draw();
  model.on("change:chosen", pull);
  return () => {
    model.off("change:chosen", pull);
    lag.leave();
  };
}

export default { render };
