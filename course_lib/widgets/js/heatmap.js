/* The map of one network: units by time, characters above, the future dimmed. */

import { ramp, scale } from "./colours.js";
import { el, isDark, say } from "./dom.js";
import { number, percent, shown } from "./text.js";

const COLUMN = 14; // px
const GUTTER = 30;
const HEIGHT = 208; // px that the rows fill at most; twice as many for many units

/* choose(n, t, unit) is called when the map is clicked or dragged over, and
   read(event, n, t, unit), or left(), when the pointer moves over it. */
export class HeatMap {
  constructor(stepper, n, choose, read, left) {
    this.stepper = stepper;
    this.n = n;
    this.network = stepper.networks[n];
    const H = this.network.hidden;
    this.row = H > 2 * HEIGHT ? 2 * HEIGHT / H : Math.max(1, Math.min(12, Math.floor(HEIGHT / H)));
    this.heads = el("div", { class: "heads", "aria-hidden": "true" });
    this.canvas = el("canvas", { "aria-hidden": "true", class: "cells" });
    this.future = el("div", { class: "future" });
    this.cursor = el("div", { class: "cursor" });
    this.frame = el("div", { class: "frame" });
    this.label = el("div", { class: "unit-name" });
    this.grid = el("div", { class: "grid" },
      this.canvas, this.future, this.cursor, this.frame);
    this.gutter = el("div", { class: "gutter", "aria-hidden": "true" }, this.label);
    this.scroll = el("div", { class: "scroll", tabindex: "0", role: "group" },
      el("div", { class: "sheet" }, this.heads, this.gutter, this.grid));
    this.low = el("span");
    this.high = el("span");
    this.scale = el("span", { class: "ramp" });
    this.title = el("span", { class: "map-title" });
    const legend = el("span", { class: "legend", "aria-hidden": "true" },
      this.low, this.scale, this.high);
    this.box = el("div", { class: "map" },
      el("div", { class: "map-head" }, this.title, legend), this.scroll);
    this.canvas.style.height = this.grid.style.height = `${this.row * H}px`;
    this.listen(choose, read, left);
    this.watchWidth();
  }

  listen(choose, read, left) {
    const placed = (event) => {
      const at = this.grid.getBoundingClientRect();
      const t = Math.floor((event.clientX - at.left) / COLUMN);
      const row = Math.floor((event.clientY - Math.round(at.top)) / this.row);
      const rows = Math.max(0, Math.min(this.network.hidden - 1, row));
      return [this.n, t, this.network.order[rows]];
    };
    const point = (event) => choose(...placed(event));
    // A finger scrolls the map and taps; a mouse or a pen also drags the cursor along.
    const drags = (event) => event.pointerType !== "touch" && event.buttons === 1;
    // What is chosen may move the map: only a pointer that has moved itself drags, and
    // the click at the end of a press is not another choice.
    const moved = (event) => event.movementX !== 0 || event.movementY !== 0;
    const pressed = (event) => ["mouse", "pen"].includes(event.pointerType);
    this.grid.addEventListener("pointermove", (event) =>
      drags(event) && moved(event) && point(event));
    this.grid.addEventListener("pointerdown", (event) => drags(event) && point(event));
    this.grid.addEventListener("click", (event) => pressed(event) || point(event));
    this.grid.addEventListener("pointermove", (event) => read(event, ...placed(event)));
    this.grid.addEventListener("pointerleave", left);
  }

  /* Its width and how far it is scrolled, without asking for a layout at every step. */
  watchWidth() {
    this.width = 0;
    this.left = 0;
    this.resize = new ResizeObserver(([entry]) => {
      this.width = entry.contentRect.width;
      this.follow();
    });
    this.resize.observe(this.scroll);
    this.scroll.addEventListener("scroll", () => { this.left = this.scroll.scrollLeft; });
  }

  /* The view that is drawn, and the largest value of its scale. */
  get view() { return this.stepper.viewOf(this.network); }

  /* Draw what changes with text, view, order, overrides or theme: all but the cursor. */
  draw() {
    const { stepper, view } = this;
    const values = this.network.now[view];
    const { hue } = this.network.part[view];
    const highest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const top = hue ? 1 : Math.max(1, Math.min(2, highest));
    this.paintCells(values, scale(hue, top, isDark()));
    const clipped = top === 2;
    say(this.low, hue ? "0, closed" : (clipped ? "≤ " : "") + number(-top));
    say(this.high, hue ? "1, open" : (clipped ? "≥ " : "") + number(top));
    this.scale.style.background = ramp(hue, top, isDark());
    if (this.drawn !== stepper.tokens) this.drawHeads(stepper.tokens);
  }

  paintCells(values, colour) {
    const H = this.network.hidden;
    const T = Math.max(1, this.stepper.T);
    const image = new ImageData(T, H);
    this.network.order.forEach((unit, row) => {
      for (let t = 0; t < this.stepper.T; t++) {
        const place = 4 * (row * T + t);
        const [r, g, b] = colour(values[t * H + unit]);
        image.data[place] = r;
        image.data[place + 1] = g;
        image.data[place + 2] = b;
        image.data[place + 3] = 255;
      }
    });
    this.canvas.width = T;
    this.canvas.height = H;
    this.canvas.getContext("2d").putImageData(image, 0, 0);
  }

  drawHeads(tokens) {
    this.drawn = tokens;
    this.heads.replaceChildren(...tokens.map((token) => el("span", {}, shown(token))));
    const width = `${tokens.length * COLUMN}px`;
    this.canvas.style.width = this.grid.style.width = width;
  }

  /* Move the cursor and the frame around the chosen unit. */
  step() {
    const { stepper } = this;
    const { t, T } = stepper;
    this.heads.children[this.at]?.classList.remove("now");
    this.heads.children[t]?.classList.add("now");
    this.at = t;
    this.cursor.style.transform = `translateX(${t * COLUMN}px)`;
    this.cursor.hidden = T === 0;
    this.future.style.left = `${(t + 1) * COLUMN}px`;
    const isActive = stepper.network === this.n;
    this.frame.hidden = this.label.hidden = !isActive;
    const top = this.network.order.indexOf(stepper.unit) * this.row;
    this.frame.style.height = `${this.row}px`;
    this.frame.style.transform = `translateY(${top}px)`;
    const lowest = this.row * this.network.hidden - 16;
    this.label.style.top = `${Math.max(0, Math.min(top + this.row / 2 - 8, lowest))}px`;
    say(this.label, `u${stepper.unit}`);
    this.box.classList.toggle("active", isActive && stepper.networks.length > 1);
    this.describe();
    this.follow();
  }

  describe() {
    const { stepper, network, view } = this;
    const many = stepper.networks.length > 1;
    const [best] = stepper.likeliest(1, network);
    const next = many && best ? `, next “${shown(best.token)}” ${percent(best.p)}` : "";
    const name = many ? `${network.name}: ` : "";
    say(this.title, `${name}${network.part[view].words} ${view}${next}`);
    this.scroll.setAttribute("aria-label",
      `Map of the ${network.part[view].words} of ${network.name}, ${network.hidden} units by ` +
      `${stepper.T} steps. Left and right arrow keys step, up and down choose the unit.`);
  }

  /* Where the middle of the framed column is, from the map's left edge. */
  column() { return GUTTER + (this.stepper.t + 0.5) * COLUMN - this.left; }

  /* Keep the cursor in sight. */
  follow() {
    const x = this.stepper.t * COLUMN;
    if (!this.width || (x >= this.left && x + 4 * COLUMN < this.left + this.width)) return;
    this.left = Math.max(0, x - this.width / 2);
    this.scroll.scrollLeft = this.left;
  }

  leave() { this.resize.disconnect(); }
}

