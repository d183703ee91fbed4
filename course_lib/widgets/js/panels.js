/* What the network expects next, and what one unit has held over time. */

import { el, hidden, say, svg } from "./dom.js";
import { number, percent, shown, spoken } from "./text.js";

const COUNT = 6;

export class Prediction {
  constructor(stepper) {
    this.stepper = stepper;
    this.list = el("ol", { class: "next" });
    this.earlier = el("ol", { class: "next-before" });
    const titled = (words, list) => {
      const title = el("p", { class: "note" }, words);
      return { title, box: el("div", {}, title, list) };
    };
    this.sides = [titled("Before: nothing held", this.earlier), titled("After", this.list)];
    this.note = el("p", { class: "note" });
    this.heading = el("p", { class: "heading" }, "Next character, by the network");
    this.box = el("div", { class: "prediction" }, this.heading,
      el("div", { class: "sides" }, ...this.sides.map(({ box }) => box)), this.note);
    this.rows = [...Array(COUNT)].map(() => this.makeRow(this.list));
    this.was = [...Array(COUNT)].map(() => this.makeRow(this.earlier));
  }

  makeRow(list) {
    const row = {
      token: el("span", { class: "token", "aria-hidden": "true" }),
      words: hidden(""),
      fill: el("span", { class: "share" }),
      before: el("span", { class: "before" }),
      figure: el("span", { class: "figure", "aria-hidden": "true" }),
    };
    const bar = el("span", { class: "bar", "aria-hidden": "true" }, row.fill, row.before);
    row.box = el("li", {}, row.token, row.words, bar, row.figure);
    list.append(row.box);
    return row;
  }

  step() {
    const { stepper } = this;
    const likeliest = stepper.likeliest(COUNT);
    this.box.hidden = !likeliest.length;
    this.sides[0].box.hidden = this.sides[1].title.hidden = !stepper.isHeld;
    this.fill(this.rows, likeliest, stepper.isHeld);
    if (stepper.isHeld) {
      this.fill(this.was, stepper.likeliest(COUNT, stepper.active, stepper.active.base), false);
    }
    this.writeNote();
  }

  fill(rows, likeliest, isHeld) {
    rows.forEach((row, k) => {
      const found = likeliest[k];
      row.box.hidden = !found;
      if (!found) return;
      const { token, p, base } = found;
      const was = isHeld ? `, ${percent(base)} without holding` : "";
      say(row.token, shown(token));
      say(row.words, `${spoken(token)}: ${percent(p)}${was}`);
      row.fill.style.transform = `scaleX(${p})`;
      row.before.hidden = !isHeld;
      row.before.style.left = `${100 * base}%`;
      say(row.figure, percent(p));
    });
  }

  writeNote() {
    const { stepper } = this;
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
