/* The gate stepper's page: puts the parts together, and keeps them and the model in step. */

import { CellForms } from "./cell_forms.js";
import { Holding, TextBox, Transport, Units, toggle } from "./controls.js";
import { el, room, say } from "./dom.js";
import { Guide } from "./guide.js";
import { Links } from "./links.js";
import { Memory, Prediction } from "./panels.js";
import { Pictures } from "./pictures.js";
import { Stepper } from "./state.js";
import { Tabs } from "./tabs.js";
import { number, percent, spoken } from "./text.js";
import STYLE from "./gate_stepper.css";

const GIVEN = ["networks", "vocab", "unknown", "limit", "answers", "guide", "anchor"];
// What changes, and how: the first ones decide what the later ones can be.
const SYNCED = {
  text: "setText", network: "setNetwork", unit: "setUnit", view: "setView",
  order: "setOrder", overrides: "setOverrides", t: "setT",
};
const KEYS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

export class StepperPage {
  constructor(model, host) {
    this.model = model;
    this.changed = new Set();
    const given = [...GIVEN, ...Object.keys(SYNCED)].map((name) => [name, model.get(name)]);
    this.stepper = new Stepper(Object.fromEntries(given));
    const shown = ["picture", ...Object.keys(SYNCED)];
    this.opening = Object.fromEntries(shown.map((name) => [name, this.stepper[name]]));
    const { box, leave } = room(host, STYLE, () => this.pictures.draw());
    this.room = box;
    this.leaveRoom = leave;
    this.buildControls();
    this.buildParts();
    this.buildGuide(host);
    box.append(...this.layout());
    box.setAttribute("aria-label", `Gate stepper: ${this.describeNetworks()}`);
    this.listen();
    this.drawAll();
    clearTimeout(this.telling);  // nothing is said before the reader has done something
  }

  buildControls() {
    const { stepper } = this;
    const change = (act) => (value) => this.change(() => act(value));
    this.text = new TextBox(stepper, (text) => this.type(text));
    this.transport = new Transport(stepper, (t) => this.go(t), (isPlaying) =>
      this.room.classList.toggle("flows", isPlaying));
    this.networks = new Tabs("Network", change((n) => stepper.setNetwork(n)));
    this.networks.build(stepper.networks.map(({ name }, n) => [n, name]));
    this.networks.box.hidden = stepper.networks.length < 2;
    this.views = new Tabs("Value that the map shows", change((view) => stepper.setView(view)));
    this.units = new Units(stepper, change((unit) => stepper.setUnit(unit)),
      change((order) => stepper.setOrder(order)));
    this.whole = toggle("Later steps in full", (on) =>
      this.room.classList.toggle("whole", on));
  }

  buildParts() {
    const { stepper } = this;
    this.pictures = new Pictures(stepper, {
      choose: (...at) => this.choose(...at), go: (t) => this.go(t),
      change: (act) => this.change(act),
    });
    this.cell = new CellForms(stepper, (gate, value) => this.hold(gate, value),
      (gate) => this.holdFor(() => stepper.letGo(gate)), () => this.step());
    this.holding = new Holding(stepper, () => this.step(),
      () => this.change(() => stepper.reset()));
    this.prediction = new Prediction(stepper);
    this.memory = new Memory(stepper);
    this.spoken = el("p", { class: "spoken", "aria-live": "polite" });
  }

  /* The guided opening, and links to views, which both show a view as a whole. */
  buildGuide(host) {
    const { stepper } = this;
    this.guide = new Guide(stepper, stepper.guide ?? {}, {
      open: (picture = this.opening.picture) => this.open({ ...this.opening, picture }),
      hold: (gate, value) => this.holdFor(() => stepper.hold(gate, value, true, true)),
      letGo: (gate) => this.holdFor(() => stepper.letGo(gate)),
      pointed: (stage) => { this.room.dataset.stage = stage; },
      column: () => this.pictures.column(),
    });
    this.links = new Links(stepper, host, this.opening, (view) => {
      this.open(view);
      this.pictures.focused.focus({ preventScroll: true });
    });
  }

  layout() {
    const { text, transport, networks, views, units, cell } = this;
    return [
      text.box, transport.box, networks.box,
      el("div", { class: "choices" }, views.box, units.box, this.pictures.tabs.box, this.whole),
      ...this.pictures.boxes, this.guide.box,
      el("div", { class: "columns" },
        el("div", {}, cell.box, this.holding.box),
        el("div", {}, this.prediction.box, this.memory.box)),
      el("div", { class: "actions sharing" }, this.links.button, this.links.note), this.spoken,
    ];
  }

  describeNetworks() {
    const named = this.stepper.networks.map(({ name, hidden: H }) => `${name}, ${H} units`);
    return named.join("; ");
  }

  /* What changes the whole drawing: text, view, unit, order, network, overrides. */
  change(act) {
    act();
    this.push();
    this.drawAll();
  }

  type(text) {
    this.transport.toggle(false);
    this.change(() => {
      this.stepper.setText(text);
      this.stepper.setT(this.stepper.T - 1);
    });
  }

  /* What changes with every step: cheap enough for 200 of them in a second. */
  go(t) {
    this.stepper.setT(t);
    this.push();
    this.step();
  }

  choose(n, t, unit) {
    const { stepper } = this;
    const isSame = n === stepper.network && unit === stepper.unit;
    if (isSame) this.go(t);
    else {
      this.change(() => {
        stepper.setNetwork(n);
        stepper.setUnit(unit);
        stepper.setT(t);
      });
    }
  }

  /* Show a view: { text, network, unit, view, order, overrides, t }. */
  open(view) {
    const { stepper } = this;
    this.transport.toggle(false);
    this.change(() => {
      for (const name in SYNCED) stepper[SYNCED[name]](view[name]);
      stepper.picture = view.picture;
    });
  }

  hold(gate, value) {
    this.holdFor(() => this.stepper.hold(gate, value));
  }

  /* What follows when gates are held or let go. */
  holdFor(act) {
    act();
    this.push();
    this.pictures.draw();
    this.memory.draw();
    this.step();
  }

  drawAll() {
    const { stepper, views } = this;
    this.text.draw();
    this.networks.mark(stepper.network);
    if (this.shown !== stepper.active) {
      this.shown = stepper.active;
      views.build(stepper.active.parts.map(({ name, words }) => [name, words, name]));
    }
    views.mark(stepper.view);
    this.pictures.draw();
    this.memory.draw();
    this.step();
  }

  step() {
    for (const part of ["pictures", "transport", "units", "cell", "holding", "prediction", "memory", "guide"]) {
      this[part].step();
    }
    clearTimeout(this.telling);
    if (!this.transport.timer) this.telling = setTimeout(() => this.tell(), 500);
  }

  /* Say the step aloud, once the reader has come to rest. */
  tell() {
    const { stepper } = this;
    if (!stepper.T) return;
    const { t, unit } = stepper;
    const values = stepper.active.parts.map(({ name, words }) =>
      `${words} ${number(stepper.value(name))}`);
    const [best] = stepper.likeliest(1);
    const next = best ? ` Likeliest next: ${spoken(best.token)}, ${percent(best.p)}.` : "";
    say(this.spoken, `Step ${t + 1}, reads ${spoken(stepper.tokens[t])}. ` +
      `Unit ${unit}: ${values.join(", ")}.${next}`);
  }

  /* Hand what the reader has changed to the model, and to Python if it is live: not more
     often than it takes to draw. */
  push() {
    for (const name in SYNCED) {
      if (this.model.get(name) !== this.stepper[name]) this.changed.add(name);
    }
    this.pushing ??= setTimeout(() => this.send(), 50);
  }

  send() {
    clearTimeout(this.pushing);
    this.pushing = null;
    for (const name of this.changed) this.model.set(name, this.stepper[name]);
    this.changed.clear();
    this.model.save_changes();
  }

  /* Take over what Python, or another view, has set; but not what it says of something
     that the reader has changed since: that may be an echo of what was typed before.
     Nothing is sent back: what is out of range now, Python brings back itself. */
  pull(first) {
    const { changed, stepper, model } = this;
    if (changed.has(first)) return;
    const names = Object.keys(SYNCED);
    for (const name of names.slice(names.indexOf(first))) {
      const value = changed.has(name) ? stepper[name] : model.get(name);
      if (JSON.stringify(value) !== JSON.stringify(stepper[name])) stepper[SYNCED[name]](value);
    }
    if (first === "t") this.step();
    else this.drawAll();
  }

  listen() {
    this.pulls = Object.keys(SYNCED).map((name) => [`change:${name}`, () => this.pull(name)]);
    this.pulls.push(["change:networks", () => {  // what Python has computed for the page
      this.stepper.setNetworks(this.model.get("networks"));
      this.drawAll();
    }]);
    for (const [event, pull] of this.pulls) this.model.on(event, pull);
    this.pictures.listen((event) => this.press(event), () => this.guide.place(), KEYS);
    this.transport.slider.addEventListener("keydown", (event) => {
      if (event.key === " ") this.press(event);
    });
  }

  press(event) {
    const { stepper } = this;
    const act = {
      Home: () => this.go(0),
      End: () => this.go(stepper.T - 1),
      " ": () => this.transport.toggle(),
      ArrowUp: () => this.change(() => stepper.moveUnit(-1)),
      ArrowDown: () => this.change(() => stepper.moveUnit(1)),
    }[event.key] ?? (KEYS[event.key] && (() => this.go(stepper.t + KEYS[event.key])));
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  /* Say nothing aloud, or whatever comes, while values change many times a minute. */
  hush(isQuiet) {
    for (const node of this.room.querySelectorAll("[aria-live], [role=status]")) {
      node.setAttribute("aria-live", isQuiet ? "off" : "polite");
    }
  }

  leave() {
    this.transport.toggle(false);
    clearTimeout(this.telling);
    if (this.pushing) this.send();
    for (const [event, pull] of this.pulls) this.model.off(event, pull);
    for (const part of [this.links, this.cell, this.pictures]) part.leave();
    this.leaveRoom();
  }
}
