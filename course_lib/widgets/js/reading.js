/* The text, coloured by one unit: as it is, and beside it as it was with nothing held. */

import { ink, mix, scale } from "./colours.js";
import { el, isDark, say } from "./dom.js";
import { number, shown } from "./text.js";

const PALE = 0.35; // of the colour, at steps that are still to come

/* acts: go(t), mark(t, isMarked), read(event, t, run) for what the pointer is on, and
   left() when it is on nothing. */
export class Reading {
  constructor(stepper, acts) {
    Object.assign(this, { stepper, acts, isMarking: false });
    const [before, after] = ["base", "now"].map((run) => this.makeText(run));
    this.texts = [before, after];
    this.text = after.box;
    this.text.tabIndex = 0;
    this.text.setAttribute("role", "group");
    this.box = el("div", { class: "readings" }, before.whole, after.whole);
  }

  makeText(run) {
    const text = {
      run, spans: [], title: el("p", { class: "text-title" }),
      box: el("div", { class: "coloured" }),
    };
    text.whole = el("div", {}, text.title, text.box);
    this.listen(text);
    return text;
  }

  /* A click chooses the step; while places are marked, what is dragged over is marked. */
  listen({ box, run }) {
    let sets = null;  // whether this drag marks or clears
    const at = (event) => Number(event.target.closest?.("[data-t]")?.dataset.t ?? NaN);
    const mark = (event) => {
      const t = at(event);
      if (!(t >= 0)) return;
      sets ??= !this.stepper.marks[t];
      this.acts.mark(t, sets);
    };
    box.addEventListener("pointerdown", (event) => {
      sets = null;
      if (this.isMarking && event.pointerType !== "touch") mark(event);
    });
    box.addEventListener("pointermove", (event) => {
      if (this.isMarking && event.buttons === 1 && event.pointerType !== "touch") mark(event);
      if (at(event) >= 0) this.acts.read(event, at(event), run);
    });
    box.addEventListener("pointerleave", () => this.acts.left());
    box.addEventListener("click", (event) => {
      if (!this.isMarking) at(event) >= 0 && this.acts.go(at(event));
      else if (event.pointerType === "touch") mark(event);
    });
  }

  /* Draw what changes with text, unit, view, overrides or theme: all but the cursor. */
  draw() {
    const { stepper } = this;
    const { active, unit } = stepper;
    const view = stepper.viewOf(active);
    const { hue, words } = active.part[view];
    const highest = [...stepper.over(view, active.now), ...stepper.over(view, active.base)]
      .reduce((most, v) => Math.max(most, Math.abs(v)), 0.2);
    const colour = scale(hue, hue ? 1 : highest, isDark());
    for (const text of this.texts) {
      text.whole.hidden = text.run === "base" && !stepper.isHeld;
      if (!text.whole.hidden) this.paint(text, colour);
    }
    const held = stepper.isHeld ? "After: with what is held, " : "";
    say(this.texts[0].title, `Before: nothing held, unit ${unit}, ${words} ${view}`);
    say(this.texts[1].title, `${held}${held ? "unit" : "Unit"} ${unit}, ${words} ${view}, ±${number(hue ? 1 : highest)}`);
    this.text.setAttribute("aria-label",
      `The text, coloured by the ${words} of unit ${unit}. Left and right arrow keys step, ` +
      "up and down choose the unit, Enter marks a place, Shift and an arrow mark on the way.");
    this.step();
  }

  paint(text, colour) {
    const { stepper } = this;
    if (text.drawn !== stepper.tokens) {
      text.drawn = stepper.tokens;
      text.spans = stepper.tokens.map((token, t) =>
        el("span", { "data-t": t, "aria-hidden": "true" }, shown(token)));
      text.box.replaceChildren(...text.spans);
    }
    const ground = colour(0);
    stepper.over(stepper.viewOf(stepper.active), stepper.active[text.run]).forEach((value, t) => {
      const { style, classList } = text.spans[t];
      const [full, pale] = [colour(value), mix(ground, colour(value), PALE)];
      style.setProperty("--full", `rgb(${full})`);
      style.setProperty("--ink", ink(full));
      style.setProperty("--pale", `rgb(${pale})`);
      classList.toggle("marked", Boolean(stepper.marks[t]));
    });
  }

  step() {
    for (const { spans } of this.texts) {
      spans.forEach(({ classList }, t) => {
        classList.toggle("now", t === this.stepper.t);
        classList.toggle("later", t > this.stepper.t);
      });
    }
  }
}
