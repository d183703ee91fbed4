/* What a bench is set to, as a link: an experiment that a sentence or a teacher can set up.

   #bench?v=1&text=shouting&net=lstm,32,0.02,1,drawn,1&net=rnn,...&end, with one net or two:
   cell, units, rate, clip or none, forget bias or drawn, seed. */

import { BadLink, brief, fieldsIn, fragmentOf, onFragment, refuse } from "../fragment.js";
import { KINDS, SEEDS, UNITS } from "./settings.js";

/* One of a list, as it is written there. */
function oneOf(list, text, what) {
  if (list.includes(text)) return text;
  return refuse(`asks for the ${what} “${brief(text)}”, and there are ${list.join(", ")}`);
}

const NONE = { value: 1e30, text: "none" };
const DRAWN = { value: null, text: "drawn" };

/* Any number above `least`; or a word that stands for one. */
function valueOf(text, least, what, word = {}) {
  if (text === word.text) return word.value;
  const value = /^-?\d{1,6}(\.\d{1,9})?(e-?\d{1,2})?$/.test(text) ? Number(text) : NaN;
  return value > least ? value : refuse(`asks for the ${what} “${brief(text)}”`);
}

function numberIn(text, { least, most, step = 1 }, what) {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most && (value - least) % step === 0) return value;
  const every = step > 1 ? ` in steps of ${step}` : "";
  return refuse(`asks for ${what} “${brief(text)}”, and there are ${least} to ${most}${every}`);
}

function networkOf(text) {
  const parts = text.split(",");
  if (parts.length !== 6) refuse(`has a network “${brief(text)}”, which is not whole`);
  const [kind, units, rate, clip, bias, seed] = parts;
  return {
    kind: oneOf(Object.keys(KINDS), kind, "cell"), H: numberIn(units, UNITS, "units"),
    rate: valueOf(rate, 0, "rate"), clip: valueOf(clip, 0, "clip", NONE),
    forgetBias: valueOf(bias, -Infinity, "forget bias", DRAWN),
    seed: numberIn(seed, SEEDS, "seed"),
  };
}

/* What a fragment asks for: { text: its place among the texts, networks }, or a BadLink. */
export function readSettings(hash, texts) {
  const fields = fieldsIn(hash, ["text", "net"], "net", "bench");
  const nets = fields.filter(([key]) => key === "net").map(([, value]) => value);
  if (nets.length < 1 || nets.length > 2) refuse(`has ${nets.length} networks, not one or two`);
  const [, text = texts[0].name] = fields.find(([key]) => key === "text") ?? [];
  const names = texts.map(({ name }) => name);
  return { text: names.indexOf(oneOf(names, text, "text")), networks: nets.map(networkOf) };
}

/* The fragment of what a bench is set to; a text of the reader's own stays out of it. */
export function writeSettings({ text, networks }, texts) {
  const nets = networks.map(({ kind, H, rate, clip, forgetBias, seed }) => ["net", [
    kind, H, rate, clip === NONE.value ? NONE.text : clip, forgetBias ?? DRAWN.text, seed].join()]);
  return fragmentOf("bench", [["text", texts[text].name], ...nets]);
}

/* Copy the address of what a bench is set to; returns what to say of it. */
export async function copyLink(settings, texts) {
  const [address] = location.href.split("#");
  const link = address + writeSettings(settings, texts);
  let where = "is copied";
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    where = `is ${link}`;  // copying is not allowed everywhere
  }
  return `The link to this experiment ${where}.`;
}

/* Follows links to experiments, also one that is in the address already. */
export class BenchLinks {
  /* acts: open(settings), refused(sentence). */
  constructor(host, texts, acts) {
    Object.assign(this, { host, texts, acts });
    host.dataset.bench = "";
    this.leave = onFragment(() => this.follow());
  }

  /* The first bench of a page is the one that links mean. */
  follow() {
    const { host, texts, acts } = this;
    const isOurs = /^#bench(\?|$)/.test(location.hash);
    if (!isOurs || document.querySelector("[data-bench]") !== host) return;
    try {
      if (location.hash !== "#bench") acts.open(readSettings(location.hash, texts));
    } catch (error) {
      if (!(error instanceof BadLink)) throw error;
      acts.refused(`This link ${error.message}, so nothing was changed.`);
    }
    host.scrollIntoView({ block: "start" });
  }
}
