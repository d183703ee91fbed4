/* The picture: maps of the networks, or the text coloured by one unit; and what is under
   the pointer. */

import { el } from "./dom.js";
import { Following } from "./following.js";
import { HeatMap } from "./heatmap.js";
import { Readout } from "./readout.js";
import { Reading } from "./reading.js";
import { Tabs } from "./tabs.js";
import { PICTURES } from "./view_link.js";

/* acts: choose(n, t, unit) and go(t), which move; change(act), after which all is drawn. */
export class Pictures {
  constructor(stepper, { choose, go, change }) {
    this.stepper = stepper;
    this.readout = new Readout(stepper);
    const left = () => this.readout.hide();
    const read = (event, n, t, unit) => this.readout.show(event, stepper.networks[n], unit, t);
    this.maps = stepper.networks.map((_, n) => new HeatMap(stepper, n, choose, read, left));
    this.tabs = new Tabs("Picture", (picture) => change(() => { stepper.picture = picture; }));
    this.tabs.build(Object.entries(PICTURES));
    this.reading = new Reading(stepper, {
      left, go, mark: (...at) => this.mark(...at),
      read: (event, t, run) =>
        this.readout.show(event, stepper.active, stepper.unit, t, stepper.active[run]),
    });
    this.following = new Following(stepper, {
      marking: (on) => { this.reading.isMarking = on; },
      clear: () => change(() => stepper.marks.fill(0)),
      choose: (unit) => change(() => stepper.setUnit(unit)),
    });
    this.map = el("div", { class: "maps" }, ...this.maps.map((map) => map.box));
    this.text = el("div", {}, this.reading.box, this.following.box);
    this.boxes = [this.map, this.text, this.readout.box];
  }

  get isText() { return this.stepper.picture === "text"; }

  /* What of the picture takes the focus. */
  get focused() {
    return this.isText ? this.reading.text : this.maps[this.stepper.network].scroll;
  }

  /* Where the middle of the framed column is, from the picture's left edge. */
  column() { return this.isText ? 0 : this.maps[this.stepper.network].column(); }

  mark(t, isMarked) {
    this.stepper.marks[t] = Number(isMarked);
    this.draw();
  }

  /* Draw what is shown, all but the cursor; the other picture is drawn when it is. */
  draw() {
    const { isText } = this;
    this.tabs.mark(this.stepper.picture);
    this.map.hidden = isText;
    this.text.hidden = !isText;
    if (isText) {
      this.reading.draw();
      this.following.draw();
    } else for (const map of this.maps) map.draw();
  }

  step() {
    if (this.isText) this.reading.step();
    else for (const map of this.maps) map.step();
  }

  /* press(event) is called with the keys of the map and the text; Enter marks a place of
     the text or clears it, and Shift marks on the way. */
  listen(press, scrolled, ways) {
    for (const { scroll } of this.maps) {
      scroll.addEventListener("keydown", press);
      scroll.addEventListener("scroll", scrolled);
    }
    this.reading.text.addEventListener("keydown", (event) => {
      const { stepper } = this;
      const way = event.shiftKey && ways[event.key];
      if (event.key === "Enter" && stepper.T) this.mark(stepper.t, !stepper.marks[stepper.t]);
      if (way) this.mark(stepper.t, true);
      press(event);
      if (way) this.mark(stepper.t, true);
    });
  }

  leave() { for (const map of this.maps) map.leave(); }
}
