/* The page's end of the worker: it starts one, tells it what to do and hears its reports. */

import WORKER from "./worker.js";

/* What kept a worker from working; its message is a sentence for the reader. */
export class NoWorker extends Error {}

const FORBIDDEN = "This page may start no worker, so nothing can be trained here.";

/* A worker from the module's own text, as a page opened from a file may load no other. */
function newWorker() {
  const address = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
  try {
    return new Worker(address);
  } catch {
    throw new NoWorker(FORBIDDEN);
  } finally {
    URL.revokeObjectURL(address);
  }
}

export class Trainer {
  /* heard: { report, paused, started, weights, error }, each called with its message. */
  constructor(heard) {
    Object.assign(this, { heard, isRunning: false, turn: 0, waiting: [] });
    this.worker = newWorker();
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.hear({ error: event.message ?? new NoWorker(FORBIDDEN) });  // where a policy forbids it
    };
  }

  hear(data) {
    // What was paused may have been sent on since.
    if ("started" in data || data.paused?.turn === this.turn) this.isRunning = false;
    if ("weights" in data) this.waiting.shift()?.(data);
    else for (const name in data) this.heard[name]?.(data[name]);
  }

  tell(what, more = {}) { this.worker.postMessage({ do: what, ...more }); }

  start(settings) { this.tell("start", { settings }); }
  run() {
    this.isRunning = true;
    this.tell("run", { turn: ++this.turn });
  }
  pause() { this.tell("pause"); }
  step() { this.tell("step"); }
  pace(pace) { this.tell("pace", { pace }); }
  change(settings) { this.tell("change", { settings }); }

  /* The weights of all networks now: { weights: [{ W_ih, ... }], steps }. */
  look() {
    return new Promise((done) => {
      this.waiting.push(done);
      this.tell("look");
    });
  }

  leave() { this.worker.terminate(); }
}
