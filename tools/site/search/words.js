// Cuts texts into the words that are looked up: names of code whole and in parts,
// Chinese in pairs of characters, English without a plural's s.

const searchWords = (() => {
  const WORD = /[\p{L}\p{N}_]+/gu;
  const RUNS = /\p{Script=Han}+|[^\p{Script=Han}]+/gu;
  const HAN = /\p{Script=Han}/u;
  const LITTLE = new Set(
    (
      "a an and are as at be between by can difference do does for from get how i if " +
      "in is it its me my of on or should than that the there this to use using " +
      "versus vs was we what when where which why with you your"
    ).split(" ")
  );
  const isHan = (text) => HAN.test(text);

  /** Return a word as it is compared: in small letters, and without a plural's s. */
  function plain(word) {
    const small = word.toLowerCase().replace(/^_+|_+$/g, "");
    if (small.length < 4 || !small.endsWith("s")) return small;
    if (/(ss|x|ch)es$/.test(small)) return small.slice(0, -2);
    return small.replace(/ies$/, "y").replace(/([^siu])s$/, "$1");
  }

  /** Return the pairs of neighbours of a run of Chinese characters. */
  function pairs(run) {
    const signs = [...run];
    if (signs.length < 2) return signs;
    return signs.slice(1).map((sign, k) => signs[k] + sign);
  }

  /** Return a word as it is looked up: of letters whole, of Chinese in pairs. */
  function whole(word) {
    if (!isHan(word)) return [plain(word)];
    return word.match(RUNS).flatMap((run) => (isHan(run) ? pairs(run) : plain(run)));
  }

  /** Return a name such as clip_grad_norm and its parts, or a word alone. */
  function withParts(word) {
    if (!word.includes("_")) return [word];
    return [word, ...word.split("_").filter(Boolean).map(plain)];
  }

  const cut = new Map(); // a word of the texts, and what it is found by

  /** Return what a word of a text is found by: a Chinese one in single signs, too. */
  function ofWord(word) {
    if (!cut.has(word)) {
      const signs = isHan(word) ? [...whole(word), ...word] : withParts(plain(word));
      cut.set(word, signs.filter(Boolean));
    }
    return cut.get(word);
  }

  /** Return all words that a text is found by. */
  function ofText(text) {
    const found = [];
    for (const word of text.normalize("NFKC").match(WORD) ?? []) {
      found.push(...ofWord(word));
    }
    return found;
  }

  /** Return the words of a query, without those that say nothing if others do. */
  function ofQuery(text) {
    const words = (text.normalize("NFKC").match(WORD) ?? []).flatMap(whole);
    const saying = words.filter((word) => word && !LITTLE.has(word));
    return saying.length ? saying : words.filter(Boolean);
  }

  return { WORD, isHan, plain, withParts, ofText, ofQuery };
})();
