/* The training bench: puts the parts together, and keeps them and the worker in step. */

import { toggle, wordsButton } from "../controls.js";
import { el, room, say } from "../dom.js";
import { BenchLinks, copyLink } from "./bench_link.js";
import { Curves } from "./curves.js";
import { Inside } from "./inside.js";
import { NetworkForm, TextForm, withNames } from "./settings.js";
import { TakeHome, program } from "./take_home.js";
import { NoWorker, Trainer } from "./trainer.js";
import BENCH_STYLE from "./training_bench.css";

const PACES = [[1, "1 step a second"], [5, "5 steps a second"], [30, "30 steps a second"],
  ["Infinity", "as fast as it goes"]];
const REFRESH = 1000;  // ms between looks inside, while the network trains
const LONGEST_TEXT = 400_001;  // units of a string: one more than can be read

export class BenchPage {
  constructor(model, host) {
    this.model = model;
    this.brought = null;  // a model from a file, with which training begins
    this.pending = [];    // starts of which the worker has not said yet what became of them
    const { box, leave } = room(host, BENCH_STYLE);
    this.leaveRoom = leave;
    this.box = box;
    box.setAttribute("aria-label", "Training bench");
    this.buildForms();
    this.buildControls();
    this.buildResults();
    box.append(this.forms, this.controls, this.note, this.results);
    this.links = new BenchLinks(host, model.get("texts"), {
      open: (settings) => this.setUp(settings), refused: (sentence) => say(this.note, sentence),
    });
    this.hiding = () => this.hide();
    document.addEventListener("visibilitychange", this.hiding);
    this.draw();
  }

  buildForms() {
    const { text, networks } = this.model.get("settings");
    const changed = (isLive) => this.change(isLive);
    this.text = new TextForm(this.model.get("texts"), text, () => changed(false));
    const [first, second = { ...networks[0], kind: "rnn" }] = networks;
    this.networks = [["Network", first], ["Network beside it", second]].map(([words, told]) =>
      new NetworkForm(words, told, changed));
    this.beside = toggle("Train a second network beside it", (isOn) => this.setBeside(isOn));
    this.hasBeside = networks.length > 1;
    this.beside.setAttribute("aria-pressed", this.hasBeside);
    this.forms = el("div", { class: "forms" }, this.text.box, this.networks[0].box,
      this.beside, this.networks[1].box);
  }

  setBeside(isOn) {
    this.hasBeside = isOn;
    this.change(false);
  }

  /* Set up an experiment, ready to be started. */
  setUp({ text, networks }) {
    this.trainer?.pause();
    this.brought = null;
    this.text.take(text);
    networks.forEach((told, n) => this.networks[n].take(told));
    this.hasBeside = networks.length > 1;
    this.beside.setAttribute("aria-pressed", this.hasBeside);
    this.change(false);
    say(this.note, `This experiment is set up: press ${this.starting.textContent}.`);
  }

  /* The address of what is set up now. */
  async link() {
    say(this.note, await copyLink(this.model.get("settings"), this.model.get("texts")));
  }

  buildControls() {
    this.starting = wordsButton("Start", () => this.start().catch((error) => this.fail(error)));
    this.starting.classList.add("main");
    this.running = wordsButton("Pause", () => this.toggle());
    this.stepping = wordsButton("One step", () => this.trainer.step());
    this.pace = el("select", { "aria-label": "Pace" });
    for (const [value, words] of PACES) this.pace.append(el("option", { value }, words));
    this.pace.value = "Infinity";
    this.pace.addEventListener("change", () => this.trainer?.pace(Number(this.pace.value)));
    this.drawn = wordsButton("Begin with random weights", () => {
      this.brought = null;
      this.change(false);
      this.starting.focus();  // as this button hides
    });
    this.controls = el("div", { class: "actions" }, this.starting, this.running, this.stepping,
      this.pace, this.drawn, wordsButton("Link to this experiment", () => this.link()));
    this.note = el("p", { class: "message", role: "status" });
  }

  buildResults() {
    this.curves = new Curves();
    this.inside = new Inside(this.model.get("cells"));
    this.home = new TakeHome({
      save: (n) => this.save(n), open: (...read) => this.bring(...read),
      program: () => this.program(),
    });
    this.looking = wordsButton("Look inside now", () => this.look());
    this.following = toggle("Follow the training", (isOn) => {
      this.isFollowing = isOn;
      this.look();
    });
    const actions = el("div", { class: "actions" }, this.looking, this.following);
    this.after = el("div", {}, this.curves.box, actions, this.inside.box);
    this.results = el("div", {}, this.after, this.home.box);
  }

  get told() {
    return this.networks.slice(0, this.hasBeside ? 2 : 1).map(({ told }) => told);
  }

  /* Whether it trains, or will as soon as it has started. */
  get isRunning() { return Boolean(this.pending.at(-1)?.runs ?? this.trainer?.isRunning); }

  /* The reader has changed a setting. */
  change(isLive) {
    const { brought, networks: [{ told: { kind, H } }] } = this;
    if (brought && (brought.network.kind !== kind || brought.network.H !== H)) this.brought = null;
    const settings = { text: Math.max(0, this.text.chosen), networks: this.told };
    this.model.set("settings", settings);
    this.model.save_changes();
    if (isLive) this.changeLive();
    else if (this.trained) say(this.note, "The new setting counts from the next start: press Start anew.");
    this.draw();
  }

  /* Rate and clipping, of the networks that are being trained. */
  changeLive() {
    const trained = (this.pending.at(-1) ?? this.trained)?.networks ?? [];
    const live = this.told.slice(0, trained.length).map(({ rate, clip }) => ({ rate, clip }));
    live.forEach((each, n) => Object.assign(trained[n], each));
    if (live.length) this.trainer.change(live);
  }

  draw() {
    const { trained, isRunning } = this;
    this.networks[1].box.hidden = !this.hasBeside;
    this.drawn.hidden = !this.brought;
    say(this.starting, trained ? "Start anew" : "Start");
    this.after.hidden = this.running.hidden = this.stepping.hidden = !trained;
    say(this.running, isRunning ? "Pause" : "Go on");
    this.running.setAttribute("aria-disabled", !isRunning && Boolean(this.hasDiverged));
    this.curves.numbers.setAttribute("aria-live", isRunning ? "off" : "polite");
    this.stepping.disabled = isRunning;
    this.home.write();
  }

  /* Begin anew with what is chosen. undo: of a file that was opened, which is looked into
     before it trains; it takes the file back if the text does not fit. */
  async start(undo = null) {
    this.trainer ??= this.newTrainer();
    this.trainer.pace(Number(this.pace.value));
    const networks = this.told.map((told) => ({ ...told }));
    const { brought } = this;
    if (brought) Object.assign(networks[0], brought.network);
    const { python } = this.text;
    this.pending.push({ networks: withNames(networks), brought, python, undo, runs: !undo });
    const text = this.text.text.slice(0, LONGEST_TEXT);
    this.trainer.start({ text, vocab: brought?.vocab ?? null, networks });
    this.draw();
  }

  newTrainer() {
    return new Trainer({
      started: (about) => this.begin(about),
      refused: (sentence) => this.refuse(sentence),
      report: (report) => this.report(report),
      paused: (how) => this.rest(how),
      error: (error) => this.fail(error),
    });
  }

  begin(about) {
    const { networks, brought, python, undo, runs } = this.pending.shift();
    this.trained = { ...about, networks, python, file: brought?.name };
    this.hasDiverged = false;
    const slow = about.isCompiled ? [] : [
      "This browser has no WebAssembly with SIMD: plain JavaScript trains, more slowly."];
    const from = brought ? [`Training begins with the weights of ${brought.name}.`] : [];
    say(this.note, [...about.notes, ...slow, ...from].join(" "));
    this.curves.begin(networks, about);
    this.home.build(networks.map(({ name }) => name));
    if (undo) this.look();
    if (runs) this.trainer.run();
    this.hide();
    this.draw();
  }

  refuse(sentence) {
    say(this.note, `${sentence} Nothing was changed.`);
    this.pending.shift().undo?.();
    this.draw();
  }

  fail(error) {
    const isWithout = error instanceof NoWorker;
    const why = isWithout ? error.message :
      `Training stopped by an error of its own (${error.message ?? error}): start anew.`;
    say(this.note, why);
    if (isWithout) Object.assign(this, { trainer: null, pending: [] });
    else this.trainer.isRunning = false;
    this.draw();
  }

  report(report) {
    this.curves.take(report);
    this.steps = report.steps;
    if (report.diverged >= 0) this.diverge(report.diverged);
    if (this.isFollowing && performance.now() - (this.looked ?? 0) > REFRESH) this.look();
  }

  diverge(n) {
    this.hasDiverged = true;
    this.draw();
    const { name, rate } = this.trained.networks[n];
    say(this.note, `The ${name} is now far worse than guessing (step ${this.steps + 1}), so ` +
      "training has stopped; the last finite weights are kept. Choose a learning rate below " +
      `${rate} and start anew.`);
  }

  rest({ isLong }) {
    if (isLong) say(this.note, "Paused after many steps: press “Go on” to train further.");
    if (this.isFollowing) this.look();
    this.draw();
  }

  toggle() {
    const begins = this.pending.at(-1);
    if (begins) begins.runs = !begins.runs;
    else if (this.trainer.isRunning) this.trainer.pause();
    else if (!this.hasDiverged) {
      say(this.note, "");
      this.trainer.run();
    }
    this.draw();
  }

  /* Nobody looks at a page that is hidden: training waits for the reader. */
  hide() {
    if (document.hidden && this.trainer?.isRunning) {
      this.wasHidden = true;
      this.trainer.pause();
      say(this.note, "Paused while this page was in the background.");
    } else if (!document.hidden && this.wasHidden) {
      this.wasHidden = false;
      this.trainer.run();
      say(this.note, "Training paused while this page was in the background; now it goes on.");
      this.draw();
    }
  }

  async look() {
    this.looked = performance.now();
    const { weights, steps } = await this.trainer.look();
    const { networks, vocab, fresh } = this.trained;  // which the weights are of, by now
    const isQuiet = Boolean(this.isFollowing && this.isRunning);
    this.inside.show({ networks, weights, vocab, text: fresh, steps, isQuiet });
  }

  program() {
    if (!this.trained) return "Start training first: the program follows what is trained.";
    const { networks: [network], windows, cut, python, file } = this.trained;
    return program({ python, network, windows, cut, file, steps: this.steps ?? 0 });
  }

  async save(n) {
    const { weights } = await this.trainer.look();
    const { networks, vocab } = this.trained;
    if (n >= networks.length) return null;  // training has begun anew, without it
    const { kind, H } = networks[n];
    const model = { kind, H, vocab, weights: weights[n], versions: this.model.get("versions") };
    return { name: `${networks[n].name.replaceAll(" ", "-")}.safetensors`, model };
  }

  /* Train on from a model out of a file; if the text does not fit, all stays as it was. */
  bring({ kind, H, vocab, weights }, name) {
    const before = { brought: this.brought, told: { ...this.networks[0].told } };
    const undo = () => {
      this.brought = before.brought;
      this.networks[0].take(before.told);
    };
    this.brought = { vocab, name, network: { kind, H, weights } };
    this.networks[0].take({ kind, H });
    this.start(undo).catch((error) => this.fail(error));
  }

  leave() {
    this.links.leave();
    document.removeEventListener("visibilitychange", this.hiding);
    this.trainer?.leave();
    this.inside.leave();
    this.leaveRoom();
  }
}
