/* "Which unit follows this?": places are marked in the text, and the units are ranked. */

import { toggle } from "./controls.js";
import { el, say } from "./dom.js";
import { follow } from "./follow.js";
import { number, percent } from "./text.js";

const RANKED = 5;
const MARKING = "Mark places in the text, such as all that is inside a quote, and see which units follow them.";

/* acts: marking(isOn), clear(), choose(unit). */
export class Following {
  constructor(stepper, acts) {
    Object.assign(this, { stepper, acts });
    this.marking = toggle("Mark places", (on) => acts.marking(on));
    this.clear = el("button", { type: "button", class: "words" }, "Clear marks");
    this.clear.addEventListener("click", () => acts.clear());
    this.note = el("p", { class: "note", role: "status" });
    this.list = el("ol", { class: "ranked" });
    this.rows = [...Array(RANKED)].map(() => this.makeRow());
    this.box = el("div", { class: "following" },
      el("p", { class: "heading" }, "Which unit follows this?"),
      el("div", { class: "actions" }, this.marking, this.clear), this.note, this.list);
  }

  makeRow() {
    const row = { node: el("button", { type: "button", class: "words" }) };
    row.node.addEventListener("click", () => this.acts.choose(row.unit));
    row.item = el("li", {}, row.node);
    this.list.append(row.item);
    return row;
  }

  draw() {
    const { stepper } = this;
    const view = stepper.viewOf(stepper.active);
    const values = stepper.active.now[view];
    const found = stepper.T ? follow(values, stepper.H, stepper.marks) : null;
    this.clear.setAttribute("aria-disabled", !stepper.marks.some(Boolean));
    this.rows.forEach((row, k) => {
      const best = found?.units[k];
      row.item.hidden = !best;
      if (!best) return;
      row.unit = best.unit;
      row.node.setAttribute("aria-pressed", best.unit === stepper.unit);
      const right = best.right === null ? "" : `, a probe is right at ${percent(best.right)}`;
      say(row.node, `unit ${best.unit}: r = ${number(best.r)}${right}`);
    });
    say(this.note, this.sentence(found));
  }

  sentence(found) {
    if (!found) return MARKING;
    if (found.always === null) {
      return "For a probe, mark some places in one half of the text and leave others there.";
    }
    return "r and the probe are of one half of the text, and the probe is judged on the other, " +
      `where the more frequent answer alone is right at ${percent(found.always)}.`;
  }
}
