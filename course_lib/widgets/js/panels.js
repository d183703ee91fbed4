/* What the network expects next, and what one unit has held over time. */

import { el, hidden, say, svg } from "./dom.js";
import { number, percent, shown, spoken } from "./text.js";

const COUNT = 6;

export class Prediction {
  constructor(stepper) {
    this.stepper = stepper;
    this.list = el("ol", { class: "next" });
    this.note = el("p", { class: "note" });
    this.heading = el("p", { class: "heading" }, "Next character, by the network");
    this.box = el("div", { class: "prediction" }, this.heading, this.list, this.note);
    this.rows = [...Array(COUNT)].map(() => this.makeRow());
  }

  makeRow() {
    const row = {
      token: el("span", { class: "token", "aria-hidden": "true" }),
      words: hidden(""),
      fill: el("span", { class: "share" }),
      before: el("span", { class: "before" }),
      figure: el("span", { class: "figure", "aria-hidden": "true" }),
    };
    const bar = el("span", { class: "bar", "aria-hidden": "true" }, row.fill, row.before);
    row.box = el("li", {}, row.token, row.words, bar, row.figure);
    this.list.append(row.box);
    return row;
  }

  step() {
    const { stepper } = this;
    const likeliest = stepper.likeliest(COUNT);
    this.box.hidden = !likeliest.length;
    this.rows.forEach((row, k) => {
      const found = likeliest[k];
      row.box.hidden = !found;
      if (!found) return;
      const { token, p, base } = found;
      const was = stepper.isHeld ? `, ${percent(base)} without holding` : "";
      say(row.token, shown(token));
      say(row.words, `${spoken(token)}: ${percent(p)}${was}`);
      row.fill.style.transform = `scaleX(${p})`;
      row.before.hidden = !stepper.isHeld;
      row.before.style.left = `${100 * base}%`;
      say(row.figure, percent(p));
    });
    const actual = stepper.actual();
    const after = actual
      ? `The text goes on with “${shown(actual.token)}”, given ${percent(actual.p)}.`
      : "This is the end of the text.";
    say(this.note, after + (stepper.isHeld ? " Dashed: without the held gates." : ""));
  }
}

const WIDE = 300;
const TALL = 72;

/* The memory of the chosen unit as a line; dashed, as it would be if nothing were held. */
export class Memory {
  constructor(stepper) {
    this.stepper = stepper;
    this.heading = el("p", { class: "heading" });
    this.axis = svg("line", { class: "axis", x1: 0, x2: WIDE, y1: TALL / 2, y2: TALL / 2 });
    this.base = svg("path", { class: "base" });
    this.now = svg("path", { class: "now" });
    this.cursor = svg("line", { class: "here", y1: 0, y2: TALL });
    this.picture = svg("svg", {
      viewBox: `0 0 ${WIDE} ${TALL}`, preserveAspectRatio: "none", role: "img",
    }, this.axis, this.base, this.now, this.cursor);
    this.box = el("div", { class: "memory" }, this.heading, this.picture);
  }

  x(t) { return (WIDE * (t + 0.5)) / Math.max(1, this.stepper.T); }

  /* Draw what changes with text, unit and overrides: all but the cursor. */
  draw() {
    const { stepper } = this;
    const { memory, now, base, part } = stepper.active;
    const line = (run) => [...Array(stepper.T).keys()].map((t) =>
      run[memory][t * stepper.H + stepper.unit]);
    const lines = [line(now), line(base)];
    const most = Math.max(0.2, ...lines.flat().map(Math.abs));
    const path = (values) => values.map((v, t) =>
      `${t ? "L" : "M"}${this.x(t).toFixed(1)} ${(TALL / 2 * (1 - 0.95 * v / most)).toFixed(1)}`).join("");
    this.now.setAttribute("d", path(lines[0]));
    this.base.setAttribute("d", stepper.isHeld ? path(lines[1]) : "");
    say(this.heading, `Unit ${stepper.unit} over time: ${part[memory].words} ${memory}, ±${number(most)}`);
  }

  step() {
    const { stepper } = this;
    const { memory, part } = stepper.active;
    const x = this.x(stepper.t);
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
    this.picture.setAttribute("aria-label",
      `The ${part[memory].words} of unit ${stepper.unit} over ${stepper.T} steps; ` +
      `now ${number(stepper.value(memory))}`);
  }
}
