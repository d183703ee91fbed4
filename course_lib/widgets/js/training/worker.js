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

const state = {
  training: null, pace: Infinity, reported: 0, end: -1,
  turn: 0,  // the number of the run that goes on, so that an earlier one ends; or 0
  reports: Promise.resolve(),  // those that are being made, one after the other
};

/* Give way to messages; without the 4 ms that setTimeout takes. */
const channel = new MessageChannel();
const waiting = [];
channel.port1.onmessage = () => waiting.shift()();
const breathe = () => new Promise((done) => {
  waiting.push(done);
  channel.port2.postMessage(0);
});
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

/* Do what can be done in portions, and hear messages in between. */
async function inPortions(work) {
  let begun = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - begun < SLICE) continue;
    await breathe();
    begun = performance.now();
  }
}

/* Report after all that is being reported. */
function report(isAtRest = false) {
  const { training } = state;
  const told = state.reports.then(() => tell(training, isAtRest));
  state.reports = told.catch(() => {});  // whoever waits for this one hears of it
  return told;
}

/* Tell what has happened, with scores where they are due or where training is at rest. */
async function tell(training, isAtRest) {
  if (state.training !== training) return;
  const scored = isAtRest || training.isDue ? await inPortions(training.scoring()) : null;
  if (state.training !== training) return;  // another one has begun in between
  state.reported = performance.now();
  postMessage({ report: { ...training.report(), scored } });
}

/* Take steps for a slice of time, or one if there is a pace. Says whether it may go on. */
function slice() {
  const { training, pace, end } = state;
  const start = performance.now();
  do {
    if (!training.step() || training.steps === end) return false;
  } while (pace === Infinity && !training.isFull && !training.isDue &&
    performance.now() - start < SLICE);
  return true;
}

async function run({ turn }) {
  state.turn = turn;
  await state.reports;  // which look at the weights as they are
  const { training } = state;
  state.end = training.steps + LONGEST;
  let next = performance.now();
  while (state.turn === turn) {
    if (!slice()) {
      await rest();
      return;
    }
    const now = performance.now();
    next = Math.max(now, next + 1000 / state.pace);
    const isTime = Math.max(now - state.reported, next - now) > BETWEEN;
    if (isTime || training.isFull || training.isDue) await report();
    await (next - now > 4 ? wait(next - now) : breathe());
  }
}

function rest() {
  const { training, end, turn } = state;
  state.turn = 0;
  postMessage({ paused: { isLong: turn > 0 && training.steps === end, turn } });
  return report(true);
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
    fresh: [...read.text].slice(-fresh.length).join(""), counted: counted(train, fresh, V),
    isCompiled: compiled !== null,
  };
  return { training, about };
}

const DO = {
  start({ settings }) {
    try {
      const { training, about } = prepared(settings);
      Object.assign(state, { training, turn: 0 });
      postMessage({ started: about });
    } catch (error) {
      const isText = error instanceof BadText;
      postMessage({ refused: isText ? error.message : `Training cannot start (${error}).` });
      return null;
    }
    return report();
  },
  run,
  pause: () => state.turn && rest(),
  async step() {
    await state.reports;
    if (state.turn) return;
    state.training.step();
    await rest();
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
    state.turn = 0;
    postMessage({ error: String(error) });
  }
};
