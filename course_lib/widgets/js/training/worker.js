/* The worker: it trains where the page is not held up, hears what it is told, and reports.

   It hears { do: "start", settings: { text, vocab, networks, plain } }, "run", "pause",
   "step", "pace", "change" and "look". It posts { started }, or { refused } with a sentence
   where nothing can be learned, and then all is as it was; { report }; { paused } when it
   comes to rest, with the number that the run was given; { weights }; { error }. */

import { compiledKernels } from "./arena.js";
import { counted } from "./counting.js";
import { Training } from "./training.js";
import { BadText, batchFor, readText, split, windows } from "./vocabulary.js";

const SLICE = 8;     // ms of work before the next message is heard
const BETWEEN = 80;  // ms between reports
const LONGEST = 20000; // steps without a pause, a minute or more of work

// run: the number of the run that goes on, or 0
const state = { training: null, pace: Infinity, run: 0, reported: 0, end: -1 };

/* Give way to messages; without the 4 ms that setTimeout takes. */
const channel = new MessageChannel();
let goOn = null;
channel.port1.onmessage = () => goOn();
const breathe = () => new Promise((done) => {
  goOn = done;
  channel.port2.postMessage(0);
});
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

function report(isAtRest) {
  state.reported = performance.now();
  postMessage({ report: state.training.report(isAtRest) });
}

function rest() {
  const { training, end, run } = state;
  state.run = 0;
  report(true);
  postMessage({ paused: { isLong: run > 0 && training.steps === end, run } });
}

/* Take steps for a slice of time, or one if there is a pace. */
function slice() {
  const { training, pace, end } = state;
  const start = performance.now();
  do {
    if (!training.step() || training.steps === end) return rest();
    if (training.isFull || training.isDue) report();
  } while (pace === Infinity && performance.now() - start < SLICE);
}

/* Train until this run is paused, or another one takes its place. */
async function run({ run: number }) {
  state.run = number;
  state.end = state.training.steps + LONGEST;
  let next = performance.now();
  while (state.run === number) {
    slice();
    if (state.run !== number) return;
    const now = performance.now();
    next = Math.max(now, next + 1000 / state.pace);
    if (Math.max(now - state.reported, next - now) > BETWEEN) report();
    await (next - now > 4 ? wait(next - now) : breathe());
  }
}

/* Read the text, and make the networks that will learn from it. */
function prepared({ text, vocab, networks, plain }) {
  const read = readText(text, { vocab });
  const { train, fresh } = split(read.ids);
  const cut = batchFor(train, fresh);
  const V = read.vocab.length;
  const compiled = plain ? null : compiledKernels();
  const training = new Training({
    train: windows(train, cut.B, cut.T), fresh: windows(fresh, cut.fresh.B, cut.fresh.T),
    V, cut, networks, compiled,
  });
  const about = {
    vocab: read.vocab, notes: read.notes, cut, windows: training.train.length,
    fresh: [...read.text].slice(train.length).join(""), counted: counted(train, fresh, V),
    isCompiled: compiled !== null,
  };
  return { training, about };
}

const DO = {
  start({ settings }) {
    try {
      const { training, about } = prepared(settings);
      Object.assign(state, { training, run: 0 });
      postMessage({ started: about });
    } catch (error) {
      const isText = error instanceof BadText;
      postMessage({ refused: isText ? error.message : `Training cannot start (${error}).` });
      return;
    }
    report();
  },
  run,
  pause() { if (state.run) rest(); },
  step() {
    if (state.run) return;
    state.training.step();
    rest();
  },
  pace({ pace }) { state.pace = pace; },
  change({ settings }) {
    settings.forEach((each, n) => Object.assign(state.training.settings[n], each));
  },
  look() {
    const { training } = state;
    postMessage({ weights: training.weights(), steps: training.steps });
  },
};

self.onmessage = async ({ data }) => {
  try {
    await DO[data.do](data);
  } catch (error) {
    state.run = 0;
    postMessage({ error: String(error) });
  }
};
