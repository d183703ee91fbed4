/* The cell drawn: this step's numbers on its wires, and valves as wide as the gates are.

   The drawing comes from Python, with what changes in it marked: see drawn_cell.py. */

import { el, say } from "./dom.js";
import { number, shown } from "./text.js";

const NUMBERS = /(-?\d+(?:\.\d+)?)/;
const SHAPES = ["points", "d", "stroke-width"];
const FULL = 90; // px of a drag from closed to open
const HOW = "Press a valve to close it or to let go of it; drag it to any width.";
const STARTED = 5; // px after which it is a drag and no press
const STEPS = {
  ArrowRight: 0.05, ArrowUp: 0.05, ArrowLeft: -0.05, ArrowDown: -0.05,
  PageUp: 0.2, PageDown: -0.2, Home: -1, End: 1,
};

/* What a shape is at each end, cut apart: every second piece is a number. */
function shapesOf(node) {
  return SHAPES.filter((name) => node.hasAttribute(`data-${name}-0`)).map((name) => {
    const [low, high] = [0, 1].map((end) => node.getAttribute(`data-${name}-${end}`).split(NUMBERS));
    const least = name !== "stroke-width" ? -Infinity : node.matches(".wire") ? 1 : 0;
    return { node, name, gate: node.getAttribute("data-by"), low, high, least };
  });
}

function drawShape({ node, name, low, high, least }, share) {
  const text = low.map((piece, k) => (k % 2 === 0 ? piece
    : Math.max(least, piece * (1 - share) + high[k] * share).toFixed(2)));
  node.setAttribute(name, text.join(""));
}

/* hold(gate, value) and letGo(gate) are called with what the reader does to a valve. */
export class DrawnCell {
  constructor(stepper, hold, letGo) {
    Object.assign(this, { stepper, hold, letGo });
    this.box = el("div", { class: "drawn" });
  }

  build() {
    const { active } = this.stepper;
    this.built = active;
    const parsed = new DOMParser().parseFromString(active.drawing, "image/svg+xml");
    this.picture = document.importNode(parsed.documentElement, true);
    this.picture.setAttribute("role", "group");
    const all = [...this.picture.querySelectorAll("*")];
    this.numbers = all.filter((node) => node.hasAttribute("data-number")).map((node) =>
      ({ node, name: node.dataset.number, before: node.dataset.before }));
    this.shapes = all.flatMap(shapesOf);
    this.valves = new Map();
    for (const part of this.picture.children) {
      if (part.dataset.gate) this.makeValve(part, part.dataset.gate);
      else part.setAttribute("aria-hidden", "true");  // the label says the numbers
    }
    this.box.replaceChildren(this.picture);
    if (this.valves.size) this.box.append(el("p", { class: "note" }, HOW));
  }

  /* A gate's first valve is a slider for the keyboard too; another one is only dragged. */
  makeValve(node, gate) {
    if (!this.stepper.canType) return;
    node.classList.add("free");
    this.drag(node, gate);
    if (this.valves.has(gate)) {
      node.setAttribute("aria-hidden", "true");
      return;
    }
    this.valves.set(gate, node);
    const range = { role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 1 };
    for (const name in range) node.setAttribute(name, range[name]);
    node.addEventListener("keydown", (event) => this.press(event, gate));
  }

  drag(node, gate) {
    let from = null;
    const way = "rest" in node.dataset ? -1 : 1;
    node.addEventListener("pointerdown", ({ pointerId, clientX: x, clientY: y }) => {
      node.setPointerCapture(pointerId);
      from = { x, y, value: this.value(gate), isDrag: false };
    });
    node.addEventListener("pointermove", ({ clientX, clientY, pointerType }) => {
      if (!from) return;
      // A finger that goes up or down scrolls the page.
      const up = pointerType === "touch" ? 0 : from.y - clientY;
      const by = clientX - from.x + up;
      from.isDrag ||= Math.abs(by) > STARTED && (up || Math.abs(by) > Math.abs(clientY - from.y));
      if (from.isDrag) this.set(gate, from.value + way * by / FULL);
    });
    node.addEventListener("pointerup", () => {
      if (from && !from.isDrag) this.toggle(gate);
      from = null;
    });
    node.addEventListener("pointercancel", () => { from = null; });
  }

  press(event, gate) {
    const isToggle = event.key === " " || event.key === "Enter";
    const step = STEPS[event.key];
    if (!(isToggle || step) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (isToggle) this.toggle(gate);
    else this.set(gate, this.value(gate) + step);
  }

  value(gate) { return this.stepper.heldAt(gate) ?? this.stepper.value(gate); }

  set(gate, value) {
    if (this.stepper.T) this.hold(gate, Math.round(100 * Math.max(0, Math.min(1, value))) / 100);
  }

  /* Close a valve; or let go of it, if it is held. */
  toggle(gate) {
    if (this.stepper.isHeldNow(gate)) this.letGo(gate);
    else this.set(gate, 0);
  }

  step() {
    const { stepper } = this;
    if (this.built !== stepper.active) this.build();
    for (const { node, name, before } of this.numbers) say(node, before + this.told(name));
    for (const shape of this.shapes) {
      const share = this.value(shape.gate);
      if (shape.share !== share) drawShape(shape, share);
      shape.share = share;
    }
    const { name, part, parts } = stepper.active;
    const values = parts.map((each) => `${each.name} ${number(stepper.value(each.name))}`);
    this.picture.setAttribute("aria-label", `The cell of ${name}, drawn: ${values.join(", ")}`);
    for (const [gate, node] of this.valves) this.describe(node, gate, part[gate].words);
  }

  describe(node, gate, words) {
    const { stepper } = this;
    const [value, isHeld] = [this.value(gate), stepper.isHeldNow(gate)];
    node.classList.toggle("shut", isHeld);
    node.setAttribute("aria-label", `Hold the ${words} ${stepper.where()}`);
    node.setAttribute("aria-valuenow", value.toFixed(2));
    node.setAttribute("aria-valuetext", `${value.toFixed(2)}, ${isHeld ? "held" : "as computed"}`);
  }

  /* What is written on a wire: a number, or the character that is read. */
  told(name) {
    const { stepper } = this;
    if (name === "x_t") return stepper.T ? `“${shown(stepper.tokens[stepper.t])}”` : "–";
    const isOld = name.endsWith("_prev");
    const value = isOld ? stepper.value(name.slice(0, -5), stepper.t - 1) : this.value(name);
    return number(value);
  }
}
