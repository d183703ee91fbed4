// A term that the glossary explains shows its definition when it is pointed at or focused.
// The definition is the link's title; Bootstrap, which the theme brings, shows it.

addEventListener("load", () => {
  if (!window.bootstrap) return; // then the browser shows the title itself
  const delay = { show: 200, hide: 100 };
  const terms = [...document.querySelectorAll("article a.term[title]")];
  const shown = terms.map((term) => new bootstrap.Tooltip(term, { delay }));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") for (const each of shown) each.hide();
  });
});
