// Finds sections for a query, best page first. MiniSearch looks words up; added here is
// what the course knows: names that mean the same, and the page that teaches a term.

const courseSearch = (({ ofText, ofQuery, withParts, isHan }) => {
  const SAME = 0.4; // the weight of a word that the reader has not typed
  const TAUGHT = 6; // of a section on the page that teaches what was asked for
  const FEW = 5; // with fewer sections than this, those with a part of the words follow
  const PART = 0.3; // of the best score: what has less of the words is left out
  const BOOST = { title: 6, page: 4, text: 1, pictures: 1, code: 0.7 };

  /** Return the words of a section's field; how often code has a name says nothing. */
  function wordsOf(text, field) {
    return field === "code" ? [...new Set(ofText(text))] : ofText(text);
  }

  /** Return an index of all sections; `data` is what page.py has written. */
  function indexOf(data) {
    const index = new MiniSearch({
      fields: Object.keys(BOOST),
      tokenize: wordsOf,
      processTerm: (word) => word,
      extractField: (section, name) =>
        name === "page" ? data.pages[section.page].title : section[name],
      searchOptions: { tokenize: (word) => [word], boost: BOOST },
    });
    index.addAll(data.sections);
    return index;
  }

  /** Return lists of names that mean the same, each with its words. */
  function namesOf(data) {
    const fromGlossary = data.terms.map(({ name, chinese }) => [name, ...chinese]);
    const groups = [...fromGlossary, ...data.synonyms];
    const others = (group, words) => group.filter((each) => `${each}` !== `${words}`);
    return groups
      .map((group) => group.map(ofQuery))
      .flatMap((all) => all.map((words) => ({ words, same: others(all, words) })));
  }

  /** Return the names of terms whose Chinese name has a pair of characters in it. */
  function termsWith(pair, data) {
    const having = data.terms.filter(({ chinese }) =>
      chinese.some((name) => name.includes(pair))
    );
    return isHan(pair) ? having.map(({ name }) => ofQuery(name)) : [];
  }

  /** Return where a list of words begins in another, or -1. */
  function placeOf(words, within) {
    const fits = (_, k) => words.every((word, i) => within[k + i] === word);
    return words.length ? within.findIndex(fits) : -1;
  }

  /** Cut a query into parts: { words, same }, where `same` lists other names' words. */
  function partsOf(query, names, data) {
    const rest = ofQuery(query);
    const parts = [];
    for (const { words, same } of names) {
      const part = parts.find((each) => `${each.words}` === `${words}`);
      const place = placeOf(words, rest);
      if (part) part.same.push(...same);
      else if (place >= 0) {
        rest.splice(place, words.length);
        parts.push({ words, same: [...same] });
      }
    }
    const others = rest.map((word) => ({ words: [word], same: termsWith(word, data) }));
    return [...parts, ...others];
  }

  /** Return MiniSearch's query for a word that was typed, in part or with a mistake. */
  function typedQuery(word, index, named) {
    const whole = { queries: [word], prefix: word.length > 2 && !isHan(word) };
    const right = named || word.length < 4 || isHan(word) || index.search(whole).length;
    return right ? whole : { ...whole, fuzzy: word.length < 6 ? 1 : 2 };
  }

  /** Return MiniSearch's query for all parts ("AND"), or for what there is ("OR"). */
  function queryOf(parts, combineWith, index) {
    const queries = parts.map(({ words, same }) => {
      const own = combineWith === "OR" ? words.flatMap(withParts) : words;
      const typed = own.map((word) => typedQuery(word, index, same.length > 0));
      const others = same.map((other) => ({
        combineWith: "AND",
        queries: other,
        boostTerm: () => SAME,
      }));
      const queries = [{ combineWith, queries: typed }, ...others];
      return { combineWith: "OR", queries };
    });
    return { combineWith, queries };
  }

  /** Return the names of the pages that teach a part of the query. */
  function teaching(parts, data) {
    const asked = parts.flatMap(({ words, same }) => [words, ...same]).map(String);
    const taught = data.terms.filter(({ name }) => asked.includes(`${ofQuery(name)}`));
    return new Set(taught.flatMap(({ pages }) => pages.slice(0, 1)));
  }

  /** Return the sections with all of the parts, and, if they are few, with some. */
  function ranked(index, data, parts, taught) {
    const boostDocument = (id) => {
      const section = data.sections[id];
      const page = data.pages[section.page];
      return page.weight * section.weight * (taught.has(page.name) ? TAUGHT : 1);
    };
    const ask = (how) => index.search(queryOf(parts, how, index), { boostDocument });
    const all = ask("AND");
    if (all.length >= FEW) return { all, some: [] };
    const found = new Set(all.map(({ id }) => id));
    const fewer = ask("OR").filter(({ id }) => !found.has(id));
    const least = PART * (fewer[0]?.score ?? 0);
    return { all, some: fewer.filter(({ score }) => score >= least) };
  }

  /** Group sections by page: those named first, then in the order of their best. */
  function byPage(hits, data, first) {
    const pages = new Map();
    data.pages.forEach((page, k) => {
      if (first.has(page.name)) pages.set(k, { ...page, hits: [] });
    });
    for (const { id, match } of hits) {
      const section = data.sections[id];
      const page = pages.get(section.page) ?? { ...data.pages[section.page], hits: [] };
      page.hits.push({ section, terms: new Set(Object.keys(match)) });
      pages.set(section.page, page);
    }
    for (const [k, { hits: own }] of pages) {
      const opening = data.sections.find(({ page }) => page === k);
      if (!own.length) own.push({ section: opening, terms: new Set() });
    }
    return [...pages.values()];
  }

  /** Return up to three terms that share most pairs of letters with a query. */
  function nearest(query, terms) {
    const pairs = (text) => {
      const letters = [...text.toLowerCase()];
      return new Set(letters.slice(1).map((letter, k) => letters[k] + letter));
    };
    const asked = pairs(query);
    const share = (name) => {
      const own = pairs(name);
      const shared = [...own].filter((pair) => asked.has(pair)).length;
      return shared / Math.max(1, own.size + asked.size);
    };
    const rated = terms.map(({ name }) => [share(name), name]);
    return rated.sort((a, b) => b[0] - a[0]).slice(0, 3).map(([, name]) => name);
  }

  /** Return a search over what page.py has written. */
  return function search(data) {
    const sections = data.sections.map((section, id) => ({ ...section, id }));
    const known = { ...data, sections };
    const index = indexOf(known);
    const names = namesOf(known).sort((a, b) => b.words.length - a.words.length);
    return {
      /** Return the pages found, and how many sections have all and some of a query. */
      find(query) {
        const parts = partsOf(query, names, known);
        const taught = teaching(parts, known);
        const { all, some } = ranked(index, known, parts, taught);
        const first = parts.length === 1 ? taught : new Set();
        const pages = byPage([...all, ...some], known, first);
        return { pages, all: all.length, some: some.length };
      },
      /** Return the glossary's terms that are spelled most like a query. */
      near: (query) => nearest(query, known.terms),
    };
  };
})(searchWords);
