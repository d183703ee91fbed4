// Shows what is found for the address's ?q=: pages, their sections, and excerpts.
// All that comes from the query or from a page is set as text, never as markup.

(({ WORD, isHan, ofText, plain }, search) => {
  const PAGES = 10; // shown at first, and with each press of the button
  const SECTIONS = 3; // of a page; the others are folded
  const AROUND = 90; // characters of an excerpt before the first word, and twice after

  const results = document.getElementById("search-found");
  const status = document.getElementById("search-status");

  /** Return an element with properties and children; a text child is text. */
  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /** Return "1 page" or "3 pages". */
  function count(number, name) {
    return `${number} ${name}${number === 1 ? "" : "s"}`;
  }

  /** Return where a text has words that were found: [[start, end], ...]. */
  function marks(text, terms) {
    const found = [];
    for (const { 0: word, index } of text.matchAll(WORD)) {
      const size = isHan(word) ? 2 : word.length; // Chinese is found in pairs
      for (let k = 0; k === 0 || k + size <= word.length; k += isHan(word) ? 1 : size) {
        const part = word.slice(k, k + size);
        const hit = ofText(part).some((each) => terms.has(each));
        if (hit) found.push([index + k, index + k + part.length]);
      }
    }
    return found;
  }

  /** Return the marks with those that touch or overlap joined. */
  function joined(all) {
    const out = [];
    for (const [start, end] of all) {
      const last = out.at(-1);
      if (last && start <= last[1]) last[1] = Math.max(last[1], end);
      else out.push([start, end]);
    }
    return out;
  }

  /** Return how many different words are marked in a text, within a stretch of it. */
  function different(text, found, from = 0, to = text.length) {
    const inside = found.filter(([start]) => start >= from && start < to);
    return new Set(inside.map(([start, end]) => plain(text.slice(start, end)))).size;
  }

  /** Return where the excerpt with the most different words begins and ends. */
  function span(text, found) {
    const rate = ([at]) => [different(text, found, at, at + 2 * AROUND), at];
    const rated = found.map(rate);
    const [, first] = rated.reduce((a, b) => (b[0] > a[0] ? b : a), [0, 0]);
    const from = first > AROUND ? text.indexOf(" ", first - AROUND) + 1 : 0;
    const last = from + 3 * AROUND;
    if (last >= text.length) return [from, text.length];
    return [from, Math.max(text.lastIndexOf(" ", last), from + AROUND)];
  }

  /** Return a text as nodes, with what was found marked, from one place to another. */
  function marked(text, terms, from = 0, to = text.length) {
    const nodes = [];
    let end = from;
    for (const [start, stop] of joined(marks(text, terms))) {
      if (start < from || stop > to) continue;
      nodes.push(text.slice(end, start), element("mark", {}, text.slice(start, stop)));
      end = stop;
    }
    return [...nodes, text.slice(end, to)];
  }

  /** Return the excerpt of a section; from its code if nothing else has the words. */
  function excerpt({ section, terms }) {
    const { text, pictures, code } = section;
    const texts = [text, pictures, code].map((each) => [each, marks(each, terms)]);
    const [best, found] = texts.find((each) => each[1].length) ?? texts[0];
    const [from, to] = span(best, found);
    const className = best === code ? "excerpt code" : "excerpt";
    const said = marked(best, terms, from, to);
    const after = to < best.length ? " …" : "";
    return element("p", { className }, from ? "… " : "", ...said, after);
  }

  /** Return a section as an item of its page's list. */
  function sectionItem(hit, page) {
    const { title, anchor } = hit.section;
    const href = `${page.address}#${encodeURIComponent(anchor)}`;
    const link = element("a", { href }, ...marked(title || page.title, hit.terms));
    return element("li", {}, link, excerpt(hit));
  }

  /** Return a page with its best sections, the others folded. */
  function pageItem(page) {
    const title = element("a", { href: page.address }, page.title);
    const heading = element("h2", {}, title, " ", element("small", {}, page.part));
    const items = page.hits.map((hit) => sectionItem(hit, page));
    const others = items.splice(SECTIONS);
    const item = element("li", {}, heading, element("ul", {}, ...items));
    if (others.length) {
      const words = `${count(others.length, "more section")} of this page`;
      const folded = element("ul", {}, ...others);
      item.append(element("details", {}, element("summary", {}, words), folded));
    }
    return item;
  }

  /** Show pages, and a button for the next ones. */
  function show(pages) {
    const list = element("ol", { className: "found" });
    const more = element("button", { type: "button" });
    const next = () => {
      const shown = list.children.length;
      list.append(...pages.slice(shown, shown + PAGES).map(pageItem));
      const left = pages.length - list.children.length;
      more.textContent = `Show ${count(Math.min(left, PAGES), "more page")}`;
      more.hidden = left === 0;
      if (shown) list.children[shown].querySelector("a").focus();
    };
    more.addEventListener("click", next);
    next();
    results.replaceChildren(list, more);
  }

  /** Return in a sentence how much was found. */
  function summary(query, { pages, all, some }) {
    const asked = `“${query}”`;
    if (!pages.length) return `Nothing found for ${asked}.`;
    if (!all) return `No section has all of ${asked}. These have a part of it.`;
    const sections = count(all, "section");
    const others = count(some, "other");
    if (some) return `${sections} for ${asked}, and ${others} with a part of it.`;
    return `${sections} on ${count(pages.length, "page")} for ${asked}.`;
  }

  /** Show what to try where nothing was found: terms that are spelled alike. */
  function suggest(near) {
    const links = near.flatMap((name, k) => [
      k ? ", " : "",
      element("a", { href: `?q=${encodeURIComponent(name)}` }, name),
    ]);
    const glossary = element("a", { href: "chapters/glossary.html" }, "glossary");
    results.replaceChildren(
      element("p", {}, "Perhaps you are looking for ", ...links, "?"),
      element("p", {}, "All terms, in English and 中文, are in the ", glossary, ".")
    );
  }

  const query = (new URLSearchParams(location.search).get("q") ?? "").trim();
  const box = document.querySelector("main form.bd-search input[name=q]");
  box.value = query;
  if (!query) {
    status.textContent = "Type a term, in English or 中文, or a name from the code.";
    box.focus();
  } else {
    document.title = `${query} – ${document.title}`;
    const course = search(window.courseSections);
    const found = course.find(query);
    status.textContent = summary(query, found);
    if (found.pages.length) show(found.pages);
    else suggest(course.near(query));
    status.focus({ preventScroll: true }); // the next stop for Tab is the first result
  }
})(searchWords, courseSearch);
