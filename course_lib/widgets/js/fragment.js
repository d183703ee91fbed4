/* The fragment of an address that says what an explorable is to show: #name?v=1&...&end. */

const VERSION = "1";
const LONGEST = 20_000; // characters of a fragment

/* A link that cannot be followed; what it says goes on after "This link". */
export class BadLink extends Error {}

export const refuse = (why) => { throw new BadLink(why); };
export const brief = (text) => (text.length > 20 ? `${text.slice(0, 20)}…` : text);

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse("holds characters that are not whole");
  }
}

/* What a fragment says: [[key, value]], each key one of `names`, of which only `many` may
   come more than once. whose: what it is for, such as "stepper". */
export function fieldsIn(hash, names, many, whose) {
  if (hash.length > LONGEST) refuse(`has ${hash.length.toLocaleString("en")} characters, which is too long`);
  const [version, ...pieces] = hash.split("?").slice(1).join("?").split("&");
  if (pieces.length && /^v=\w+$/.test(version) && version !== `v=${VERSION}`) {
    refuse(`is from another version of the ${whose}`);
  }
  if (version !== `v=${VERSION}` || pieces.pop() !== "end") refuse("is not whole");
  const fields = pieces.map((piece) => [piece.split("=", 1)[0], piece]);
  return fields.map(([key, piece], k) => {
    if (!names.includes(key)) refuse(`asks for “${brief(key)}”, which a ${whose} does not have`);
    const isAgain = fields.slice(0, k).some(([earlier]) => earlier === key);
    if (isAgain && key !== many) refuse(`says twice what the ${key} is`);
    return [key, decoded(piece.slice(key.length + 1))];
  });
}

/* A fragment of such fields. */
export function fragmentOf(name, fields) {
  const written = fields.map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return [`#${name}?v=${VERSION}`, ...written, "end"].join("&");
}

/* Call `follow` when the page is complete, when its fragment changes, and when a link is
   clicked that is in the address already, which changes nothing there. Returns what ends it. */
export function onFragment(follow) {
  const clicked = (event) => {
    const link = event.target.closest?.("a[href]");
    if (link?.hash && link.href === location.href) follow();
  };
  addEventListener("hashchange", follow);
  document.addEventListener("click", clicked);
  // All that a page names has its name once it is complete.
  if (document.readyState === "complete") setTimeout(follow);
  else addEventListener("load", follow);
  return () => {
    removeEventListener("hashchange", follow);
    removeEventListener("load", follow);
    document.removeEventListener("click", clicked);
  };
}
