/* The guided opening: three callouts, one at a time, and one press that forgets. */

import { el, say } from "./dom.js";
import { percent, shown } from "./text.js";

const SEEN = "memory-gate-by-gate: guided";
const LAST = 2; // the callout that says what to press

/* Has this reader been guided before? Where nothing can be remembered: never. */
function wasGuided() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return false;
  }
}

function rememberGuided() {
  try {
    localStorage.setItem(SEEN, "yes");
  } catch {
    // Then the next page guides again.
  }
}

/* "“T”, 74 %", of what is likeliest next. */
const expected = ([best]) => best ? `“${shown(best.token)}” (${percent(best.p)})` : "nothing";

/* given: { callouts, gate, value, network }, or {} for no guide. acts: hold, letGo;
   open(picture), which shows again what was first shown, in a picture if one is given;
   pointed(stage), when something else is to be pointed at; and column(), the place of the
   framed column. The stage is the number of a callout, "held", "freed" or "done". */
export class Guide {
  constructor(stepper, given, acts) {
    Object.assign(this, { stepper, given, acts });
    const button = (act) => {
      const node = el("button", { type: "button", class: "words" });
      node.addEventListener("click", act);
      return node;
    };
    this.words = el("p", { class: "callout", role: "status" });
    this.act = button(() => this.press());
    this.next = button(() => this.go(this.stage + 1));
    this.skip = button(() => (this.stage === "done" ? this.go(0) : this.close()));
    say(this.next, "Next");
    this.box = el("div", { class: "guide", role: "group", "aria-label": "Guide" },
      this.words, el("div", { class: "guiding" }, this.act, this.next, this.skip));
    this.show(wasGuided() ? "done" : 0);
  }

  get isThere() {
    const { stepper, given } = this;
    return stepper.canType && stepper.active.part[given.gate] !== undefined;
  }

  /* Is the gate held anywhere? */
  get isHeld() {
    const { gate, network } = this.given;
    return this.stepper.overrides.some((o) => o.gate === gate && o.network === network);
  }

  /* Show a callout, where the stepper was when the page was opened. */
  go(stage) {
    this.acts.open();
    this.show(stage);
    if (stage === LAST) this.act.focus();
  }

  close() {
    rememberGuided();
    this.show("done");
  }

  press() {
    const { gate, value } = this.given;
    rememberGuided();
    if (this.isHeld) this.acts.letGo(gate);
    else {
      if (this.stage <= LAST) this.acts.open(this.stepper.picture);
      this.acts.hold(gate, value);
      this.show("held");
    }
  }

  show(stage) {
    this.stage = stage;
    this.next.hidden = !(stage < LAST);
    say(this.skip, stage === "done" ? "Show me around" : stage <= LAST ? "Skip" : "Close");
    this.acts.pointed(stage);
    this.step();
  }

  /* After every change: what the buttons do now, and what has come of it. */
  step() {
    const { stepper, given, isHeld, stage } = this;
    this.box.hidden = !this.isThere;
    if (this.box.hidden) return;
    if (stage === "held" && !isHeld) return this.show("freed");
    if (stage <= LAST && isHeld) return this.show("held");
    const called = `${stepper.active.part[given.gate].words} ${given.gate}`;
    say(this.act, isHeld ? `Let go of the ${called}` : `Hold the ${called} at ${given.value}`);
    this.box.dataset.stage = stage;
    this.words.hidden = stage === "done";
    say(this.words, this.sentence());
    this.place();
  }

  /* Point to the framed column, wherever it has been scrolled to. */
  place() {
    this.box.style.setProperty("--x", `${this.stage === 0 ? this.acts.column() : 0}px`);
  }

  sentence() {
    const { stepper, given, stage } = this;
    const now = expected(stepper.likeliest(1));
    if (stage === "done") return "";
    if (stage === "freed") return `The gate is free again, and the network expects ${now} next.`;
    if (stage !== "held") return given.callouts[stage];
    const was = expected(stepper.likeliest(1, stepper.active, stepper.active.base));
    return `The network expected ${was} next, and now that it cannot remember it expects ${now}.`;
  }
}
