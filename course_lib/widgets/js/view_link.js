/* A view as a link: what a stepper shows, written into the fragment of an address.

   #stepper-NAME?v=1&text=...&step=30&unit=6&tab=c&order=mean&network=0&picture=map&hold=...&end
   with a hold for each that there is, hold=NETWORK,GATE,VALUE,UNIT or all,FROM,TO or on.
   Steps count from 1, as the page shows them. No hold: nothing
   is held. What else is left out is as the page opened. */

import { brief, fieldsIn, fragmentOf, refuse } from "./fragment.js";
import { hasBlock } from "./numerics.js";
import { ORDERS } from "./state.js";
import { read } from "./text.js";

const MOST_HOLDS = 64;
const FIELDS = ["text", "step", "unit", "tab", "order", "network", "picture", "hold"];
const PICTURES = { map: "map", text: "text", back: "Looking back" };

/* The pictures of a stepper, [[name, words]]; one looks back only with weights at hand. */
export const picturesOf = ({ canRun }) =>
  Object.entries(PICTURES).filter(([name]) => canRun || name !== "back");

/* The name that a fragment is for, "first" of "#stepper-first?..."; null for another. */
export function nameIn(hash) {
  return /^#stepper-([^?]*)/.exec(hash)?.[1] ?? null;
}

/* A whole number from low to high, or a refusal. */
function whole(text, low, high, what) {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= low && value <= high) return value;
  return refuse(`asks for ${what} “${brief(text)}”, and there are ${low} to ${high}`);
}

function textOf(text, stepper) {
  const characters = [...text];
  if (!stepper.canType) refuse("has a text of its own, and no other can be read here");
  if (characters.length > 2 * stepper.limit) refuse("has a text that is too long");
  return text;
}

/* How many steps a text has. */
function stepsOf(text, stepper) {
  const known = stepper.networks[0].given ? [...new Set(text)] : stepper.vocab;
  const { length } = read([...text], known, stepper.unknown, stepper.limit).ids;
  return length || refuse("has a text of which the network knows no character");
}

function holdOf(text, stepper, T) {
  const pieces = text.split(",");
  if (pieces.length !== 6) refuse(`holds “${brief(text)}”, which is not a gate at a value`);
  const [n, gate, value, unit, from, to] = pieces;
  const network = whole(n, 0, stepper.networks.length - 1, "network");
  const { part, hidden } = stepper.networks[network];
  if (!stepper.canType || !Object.hasOwn(part, gate) || !hasBlock(part[gate])) {
    refuse(`holds “${brief(gate)}”, which cannot be held`);
  }
  const low = part[gate].kind === "gate" ? 0 : -1;
  const number = /^-?\d+(\.\d+)?(e-\d+)?$/.test(value) ? Number(value) : NaN;
  if (!(number >= low && number <= 1)) refuse(`holds ${gate} at “${brief(value)}”`);
  const start = whole(from, 1, T, "step") - 1;
  return {
    network, gate, value: number, start,
    unit: unit === "all" ? null : whole(unit, 0, hidden - 1, "unit"),
    stop: to === "on" ? null : whole(to, start + 1, T, "step"),
  };
}

/* The view that a fragment asks this stepper for, all of it checked, or a BadLink.

   opening: the view with which the page opened. */
export function readView(hash, stepper, opening) {
  const fields = fieldsIn(hash, FIELDS, "hold", "stepper");
  const told = Object.fromEntries(fields);
  const text = "text" in told ? textOf(told.text, stepper) : opening.text;
  const T = stepsOf(text, stepper);
  const holds = fields.filter(([key]) => key === "hold").map(([, value]) => value);
  if (holds.length > MOST_HOLDS) refuse(`holds ${holds.length} gates, which are too many`);
  const last = stepper.networks.length - 1;
  const network = "network" in told ? whole(told.network, 0, last, "network") : opening.network;
  const { hidden, views } = stepper.networks[network];
  const otherwise = (key) => Math.min(opening[key], key === "t" ? T - 1 : hidden - 1);
  const view = told.tab ?? opening.view;
  if ("tab" in told && !views.includes(view)) refuse(`asks for the tab “${brief(view)}”`);
  if ("order" in told && !Object.hasOwn(ORDERS, told.order)) {
    refuse(`asks for the order “${brief(told.order)}”`);
  }
  const picture = told.picture ?? opening.picture;
  if (!picturesOf(stepper).some(([name]) => name === picture)) refuse(`asks for the picture “${brief(picture)}”`);
  return {
    text, network, view, picture,
    unit: "unit" in told ? whole(told.unit, 0, hidden - 1, "unit") : otherwise("unit"),
    order: told.order ?? opening.order,
    overrides: holds.map((hold) => holdOf(hold, stepper, T)),
    t: "step" in told ? whole(told.step, 1, T, "step") - 1 : otherwise("t"),
  };
}

/* The fragment of what a stepper shows now. */
export function writeView(name, stepper) {
  const { text, t, unit, view, order, network, picture, overrides } = stepper;
  const holds = overrides.slice(-MOST_HOLDS).map((o) => ["hold", [
    o.network, o.gate, o.value, o.unit ?? "all", o.start + 1, o.stop ?? "on"].join()]);
  const fields = [["step", t + 1], ["unit", unit], ["tab", view], ["order", order],
    ["network", network], ["picture", picture], ...holds];
  if (stepper.canType) fields.unshift(["text", text]);
  return fragmentOf(`stepper-${name}`, fields);
}
