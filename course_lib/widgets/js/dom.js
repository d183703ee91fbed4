/* Making elements; and following the theme of the page that an explorable stands in. */

/* An element with attributes and children. Strings become text nodes, never markup. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/* An SVG element; pictures in it follow the theme through style sheets. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/* Words that only a screen reader says. */
export const hidden = (text) => el("span", { class: "spoken" }, text);

/* "c_{t−1}" as letters with a subscript. */
export function symbol(text) {
  const parts = text.split(/_(?:\{([^}]*)\}|(\w))/);
  const nodes = [];
  for (let k = 0; k < parts.length; k += 3) {
    if (parts[k]) nodes.push(parts[k]);
    const below = parts[k + 1] ?? parts[k + 2];
    if (below) nodes.push(el("sub", {}, below));
  }
  return el("span", { class: "symbol" }, ...nodes);
}

/* Set what an element says, if it says anything else now. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/* Is the page dark? As the course's site, JupyterLab, VS Code and Colab tell it. */
export function isDark() {
  const { dataset } = document.documentElement;
  const body = document.body;
  const told = dataset.theme ?? dataset.mode ?? document.documentElement.getAttribute("theme");
  if (told) return told.includes("dark");
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
  if (body.dataset.vscodeThemeKind) return body.dataset.vscodeThemeKind.includes("dark");
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/* Call back whenever the theme changes; returns what ends it. */
export function followTheme(changed) {
  const observer = new MutationObserver(changed);
  const options = { attributes: true };
  for (const node of [document.documentElement, document.body]) observer.observe(node, options);
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    query.removeEventListener("change", changed);
  };
}

/* A shadow root with the explorable's own style, so that no page's rules reach in.

   JupyterLab's keyboard shortcuts are told to stay out. Returns the element to fill and
   what takes it away again. */
export function room(host, style, themeChanged = () => {}) {
  host.setAttribute("data-lm-suppress-shortcuts", "true");
  const place = el("div");
  host.append(place);
  const root = place.attachShadow({ mode: "open" });
  const box = el("section", { class: "explorable" });
  root.append(el("style", {}, style), box);
  box.toggleAttribute("data-dark", isDark());
  const stop = followTheme(() => {
    if (box.hasAttribute("data-dark") === isDark()) return;
    box.toggleAttribute("data-dark");
    themeChanged();
  });
  const quiet = (event) => event.stopPropagation();
  place.addEventListener("keydown", quiet);
  return { box, leave: () => { stop(); place.remove(); } };
}
