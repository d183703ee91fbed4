/* The picture: maps of the networks, the text coloured by one unit, or what was looked back
   at; and what is under the pointer. */

import { el } from "./dom.js";
import { Following } from "./following.js";
import { HeatMap } from "./heatmap.js";
import { Looking } from "./looking.js";
import { Readout } from "./readout.js";
import { Reading } from "./reading.js";
import { Tabs } from "./tabs.js";
import { picturesOf } from "./view_link.js";

/* acts: choose(n, t, unit) and go(t), which move; change(act), after which all is drawn. */
export class Pictures {
  constructor(stepper, { choose, go, change }) {
    this.stepper = stepper;
    this.readout = new Readout(stepper);
    const left = () => this.readout.hide();
    const read = (event, n, t, unit) => this.readout.show(event, stepper.networks[n], unit, t);
    this.maps = stepper.networks.map((_, n) => new HeatMap(stepper, n, choose, read, left));
    this.tabs = new Tabs("Picture", (picture) => change(() => { stepper.picture = picture; }));
    this.tabs.build(picturesOf(stepper));
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
    if (stepper.canRun) {
      const tell = (...at) => this.readout.tell(...at);
      this.looking = new Looking(stepper, { left, go, tell });
    }
    this.map = el("div", { class: "maps" }, ...this.maps.map((map) => map.box));
    this.text = el("div", {}, this.reading.box, this.following.box);
    this.pictures = { map: this.map, text: this.text };
    if (this.looking) this.pictures.back = this.looking.box;
    this.boxes = [...Object.values(this.pictures), this.readout.box];
  }

  /* What of the picture takes the focus. */
  get focused() {
    const { picture, network } = this.stepper;
    if (picture === "map") return this.maps[network].scroll;
    return picture === "text" ? this.reading.text : this.looking.text;
  }

  /* Where the middle of the framed column is, from the picture's left edge. */
  column() {
    const { picture, network } = this.stepper;
    return picture === "map" ? this.maps[network].column() : 0;
  }

  mark(t, isMarked) {
    this.stepper.marks[t] = Number(isMarked);
    this.draw();
  }

  /* Draw what is shown, all but the cursor; the other pictures are drawn when they are. */
  draw() {
    const { picture } = this.stepper;
    this.tabs.mark(picture);
    for (const name in this.pictures) this.pictures[name].hidden = name !== picture;
    if (picture === "map") for (const map of this.maps) map.draw();
    if (picture === "text") {
      this.reading.draw();
      this.following.draw();
    }
    if (picture === "back") this.looking.draw();
    else this.looking?.stop();
  }

  step() {
    const { picture } = this.stepper;
    if (picture === "map") for (const map of this.maps) map.step();
    if (picture === "text") this.reading.step();
    if (picture === "back") this.looking.draw();
  }

  /* press(event) is called with the keys of the pictures; Enter marks a place of the text
     or clears it, and Shift marks on the way. */
  listen(press, scrolled, ways) {
    for (const { text } of this.looking?.rows ?? []) text.addEventListener("keydown", press);
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

  leave() {
    for (const map of this.maps) map.leave();
    this.looking?.stop();
  }
}
