/* The chosen unit's step in two forms: the cell drawn, or a list of bars. */

import { el } from "./dom.js";
import { DrawnCell } from "./drawn_cell.js";
import { Equation } from "./equation.js";
import { Tabs } from "./tabs.js";

const PHONE = matchMedia("(max-width: 640px)");

/* changed(): called when the other form is shown. On a phone the list comes first. */
export class CellForms {
  constructor(stepper, hold, letGo, changed) {
    this.stepper = stepper;
    this.equation = new Equation(stepper, hold);
    this.drawn = new DrawnCell(stepper, hold, letGo);
    this.tabs = new Tabs("Form of the cell", (form) => {
      this.chosen = form;
      changed();
    });
    this.tabs.build([["drawn", "drawing"], ["list", "list"]]);
    this.turned = () => changed();
    PHONE.addEventListener("change", this.turned);
    const { heading, body, line } = this.equation;
    const head = el("div", { class: "cell-head" }, heading, this.tabs.box);
    this.box = el("div", { class: "equation" }, head, this.drawn.box, body, line);
  }

  get form() {
    if (!this.stepper.active.drawing) return "list";
    return this.chosen ?? (PHONE.matches ? "list" : "drawn");
  }

  step() {
    const { form, stepper } = this;
    this.tabs.box.hidden = !stepper.active.drawing;
    this.tabs.mark(form);
    this.drawn.box.hidden = form !== "drawn";
    this.equation.body.hidden = form === "drawn";
    this.equation.step();
    if (form === "drawn") this.drawn.step();
  }

  leave() { PHONE.removeEventListener("change", this.turned); }
}
