/* "What did it look back at?": how much each character moved the prediction at the cursor,
   a row of text for each network, and all rows on one scale. */

import { choice } from "./controls.js";
import { el, isDark, say } from "./dom.js";
import { LookedAt } from "./looked_at.js";
import { number, percent, spoken } from "./text.js";

const PORTION = 12; // ms of work, after which the page has its turn
const REST = 500; // ms after which a screen reader is told
const PREDICTIONS = [
  ["best", "the likeliest next character"], ["next", "the character that follows"],
];
const CAVEAT = "A gradient says what a very small change to a character's one-hot vector would " +
  "do, not what replacing or removing the character does. Leaving it out says the latter, and " +
  "the two may differ.";

/* acts: go(t), tell(event, words) of what the pointer is on, and left(). */
export class Looking {
  constructor(stepper, acts) {
    this.stepper = stepper;
    this.rows = stepper.networks.map((_, n) => new LookedAt(stepper, n, acts));
    this.which = choice("Prediction", PREDICTIONS, "best", (which) => {
      this.follows = which === "next";
      this.draw();
    });
    this.exact = el("button", { type: "button", class: "words" });
    this.exact.addEventListener("click", () => {
      this.isExact = !this.isExact;
      this.draw();
    });
    this.legend = el("p", { class: "note" });
    this.told = el("p", { class: "spoken", role: "status" });
    this.box = el("div", { class: "looking" },
      el("p", { class: "heading" }, "What did it look back at?"),
      el("div", { class: "actions" }, el("span", {}, "for ", this.which), this.exact),
      ...this.rows.map(({ box }) => box), this.legend, el("p", { class: "note" }, CAVEAT),
      this.told);
  }

  /* What takes the focus: the row of the network that is looked at. */
  get text() { return this.rows[this.stepper.network].text; }

  /* Draw all that there is to see now; what is not known yet is computed first. */
  draw() {
    const { t, T } = this.stepper;
    const isLast = t + 1 >= T;
    this.box.hidden = !T;
    if (!T) return this.stop();
    this.which.options[1].disabled = isLast;
    this.which.value = this.follows && !isLast ? "next" : "best";
    say(this.exact, this.isExact ? "Back to the gradient" : "Leave each one out");
    for (const row of this.rows) {
      row.isExact = Boolean(this.isExact);
      row.refresh(this.follows);
    }
    this.work();
  }

  /* Leave characters out as far as it goes in one portion, and show what there is. */
  work() {
    this.stop();
    const until = performance.now() + PORTION;
    const rows = this.isExact ? this.rows : [];
    const unfinished = () => rows.find(({ leaving }) => leaving);
    let row;
    do {
      row = unfinished();
      row?.leaveOut();
    } while (row && performance.now() < until);
    if (row) this.timer = setTimeout(() => this.work());
    this.paint();
    this.telling = setTimeout(() => this.tell(), REST);
  }

  paint() {
    const { rows, isExact } = this;
    const all = rows.flatMap(({ drawn }) => [...drawn]);
    const top = all.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    for (const row of rows) row.paint(top, isDark());
    say(this.legend, isExact
      ? "Red, up: without this character the prediction is likelier; blue, down: less likely. " +
        `A full bar is ±${number(top)} in log p. The character just read stays.`
      : `A full bar is ${percent(top)} of the influence.`);
  }

  tell() {
    say(this.told, this.rows.map((row) =>
      `${row.predicted(spoken)} ${row.sentence(spoken)}`).join(" "));
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.telling);
  }
}
