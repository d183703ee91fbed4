/* Text as the network reads it, as a reader sees it, and as it is spoken. */

const SHOWN = { " ": "␣", "\n": "¶", "\t": "⇥" };
const SPOKEN = {
  " ": "space", "\n": "line break", "\t": "tab", '"': "double quote", "'": "apostrophe",
  ".": "full stop", ",": "comma", "(": "open bracket", ")": "close bracket", "!":
  "exclamation mark", "?": "question mark", "-": "hyphen", ":": "colon", ";": "semicolon",
};

/* A character as it can be seen: a space is ␣; what has no shape of its own, a number. */
export const shown = (token) => SHOWN[token] ?? (/^[\p{C}\p{M}\p{Z}]$/u.test(token)
  ? `U+${token.codePointAt().toString(16)}` : token);

/* A character as it can be heard: "capital T", "space". */
export function spoken(token) {
  if (SPOKEN[token]) return SPOKEN[token];
  const isCapital = token.length === 1 && token !== token.toLowerCase();
  return isCapital ? `capital ${token}` : shown(token);
}

/* What a network with this vocabulary reads of a text's characters.

   Characters that it does not know become the vocabulary's unknown token, if it has one,
   and are left out otherwise; no more than `limit` are read. Returns { tokens, ids,
   strange: the unknown characters, once each, used: how many characters were looked at }. */
export function read(characters, vocab, unknown, limit) {
  const places = new Map(vocab.map((token, id) => [token, id]));
  const other = unknown === null ? undefined : places.get(unknown);
  const tokens = [];
  const ids = [];
  const strange = new Set();
  let used = 0;
  for (const character of characters) {
    if (ids.length === limit) break;
    used += 1;
    const id = places.get(character) ?? other;
    if (!places.has(character)) strange.add(character);
    if (id === undefined) continue;
    tokens.push(character);
    ids.push(id);
  }
  return { tokens, ids, strange: [...strange], used };
}

/* A number with two decimals and a true minus sign, never "−0.00". */
export function number(value) {
  const text = value.toFixed(2);
  return text === "-0.00" ? "0.00" : text.replace("-", "−");
}

export const percent = (p) => `${(100 * p).toFixed(0)} %`;
