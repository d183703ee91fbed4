/* What is under the pointer: unit, step and value, beside it. */

import { el, say } from "./dom.js";
import { number, shown } from "./text.js";

const ROOM = 230; // px that it may take

export class Readout {
  constructor(stepper) {
    this.stepper = stepper;
    this.box = el("div", { class: "readout", "aria-hidden": "true" });
    this.box.hidden = true;
  }

  /* Show a value of a run of a network; of nothing, if there is no such step. */
  show(event, network, unit, t, run = network.now) {
    const { stepper } = this;
    if (!(t >= 0 && t < stepper.T)) return this.hide();
    const view = stepper.viewOf(network);
    const value = number(run[view][t * network.hidden + unit]);
    this.tell(event, `unit ${unit}, step ${t + 1} “${shown(stepper.tokens[t])}”: ` +
      `${network.part[view].words} ${view} = ${value}`);
  }

  /* Say something beside the pointer. */
  tell(event, words) {
    say(this.box, words);
    this.box.hidden = false;
    const x = Math.min(event.clientX + 14, document.documentElement.clientWidth - ROOM);
    this.box.style.left = `${Math.max(4, x)}px`;
    this.box.style.top = `${event.clientY + 18}px`;
  }

  hide() { this.box.hidden = true; }
}
