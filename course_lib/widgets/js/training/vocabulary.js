/* From a reader's text to ids: what is kept of it, its characters, its parts and windows.

   N ids, B rows in a batch, T steps. A character is a code point, as in Python. */

import { shown } from "../text.js";

/* A text that nothing can be learned from; its message is a sentence for the reader. */
export class BadText extends Error {}

const placeOf = (character) => character.codePointAt(0);

const many = (n) => n.toLocaleString("en-GB");

/* The characters of a text, each once, in the order of `cl.Vocab(text).tokens`. */
export function vocabularyOf(text) {
  return [...new Set(text)].sort((a, b) => placeOf(a) - placeOf(b));
}

/* A text as ids: { ids, vocab, text: what is kept of it, notes: sentences on what is not }.

   Kept are the `most` first characters, and of those the ones that `vocab` knows, or the
   `mostTokens` most frequent ones. Throws a BadText if too little is left to train on. */
export function readText(text, { most = 200000, mostTokens = 400, vocab = null } = {}) {
  const start = text.slice(0, 2 * most);  // a character is one or two units of a string
  const characters = [...start.replace(/\p{Cs}/gu, "\ufffd")];  // no half of a pair
  const notes = [];
  if (characters.length > most || start.length < text.length) {
    characters.length = most;
    notes.push(`Only the first ${many(most)} characters are used.`);
  }
  const tokens = vocab ?? mostFrequent(characters, mostTokens);
  const places = new Map(tokens.map((token, id) => [token, id]));
  const kept = characters.filter((character) => places.has(character));
  const left = characters.length - kept.length;
  if (left) {
    const what = vocab ? `The network does not know ${nameStrange(characters, places)}` :
      `Of all different characters, the ${mostTokens} most frequent are kept`;
    notes.push(`${what}; characters left out: ${many(left)}.`);
  }
  checkKept(text, kept, vocab);
  const ids = Int32Array.from(kept, (character) => places.get(character));
  return { ids, vocab: tokens, text: kept.join(""), notes };
}

/* The most frequent characters, in the order of a vocabulary; of a tie, the first in it. */
function mostFrequent(characters, mostTokens) {
  const counts = new Map();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  const often = vocabularyOf(characters).sort((a, b) => counts.get(b) - counts.get(a));
  return vocabularyOf(often.slice(0, mostTokens));
}

/* The characters that have no place, up to eight by name. */
function nameStrange(characters, places) {
  const strange = vocabularyOf(characters).filter((character) => !places.has(character));
  const more = strange.length > 8 ? ` and ${many(strange.length - 8)} more` : "";
  return strange.slice(0, 8).map((character) => `“${shown(character)}”`).join(", ") + more;
}

function checkKept(text, kept, vocab) {
  const known = vocab ? " that the network knows" : "";
  const kinds = new Set(kept).size;
  refuseText(!text, "a text", "none");
  refuseText(!kinds, `characters${known}`, "none");
  refuseText(kinds < 2, `2 different characters or more${known}`, `only “${shown(kept[0])}”`);
  refuseText(kept.length < 200, `200 characters or more${known}`, kept.length);
}

function refuseText(isSo, expected, got) {
  if (isSo) throw new BadText(`Expected ${expected}, got ${got}: type or paste another text.`);
}

/* The part to train on and the fresh one, as `cl.split(ids, (0.9, 0.1))` cuts them. */
export function split(ids) {
  const exact = ids.length * 0.9;
  const isTie = exact % 1 === 0.5;  // which Python rounds to the even number
  const end = isTie ? 2 * Math.round(exact / 2) : Math.round(exact);
  return { train: ids.subarray(0, end), fresh: ids.subarray(end) };
}

/* Batches of sequential windows, as of `cl.windows(ids, B, T)`: [{ x, y }], each (T, B), so
   that step t of row b is x[t * B + b]; y is x one step later. What does not fill a batch is
   left out, so that a text that is too short gives none. */
export function windows(ids, B, T) {
  const length = Math.floor((ids.length - 1) / B);
  return Array.from({ length: Math.floor(length / T) }, (_, window) => {
    const from = (first) => Int32Array.from({ length: T * B }, (__, k) => (
      ids[(k % B) * length + Math.floor(k / B) + first]));
    return { x: from(window * T), y: from(window * T + 1) };
  });
}

/* How to cut the two parts: { B, T, fresh: { B, T } }.

   T is 32. B is the largest of 16, 8, 4, 2 that gives at least 4 windows, else 1; so for the
   fresh part, with which no more than a fifth of it is left unread while B is above 1. With B
   = 1 the fresh part has a window at the least: a shorter one, if it has no 33 characters. */
export function batchFor(train, fresh, T = 32) {
  const rows = ({ length }) => (
    [16, 8, 4, 2].find((B) => Math.floor((length - 1) / B) >= 4 * T) ?? 1);
  return { B: rows(train), T, fresh: { B: rows(fresh), T: Math.min(T, fresh.length - 1) } };
}
