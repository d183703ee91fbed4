/* Making elements; and following the theme of the page that an explorable stands in. */

/* An element with attributes and children. Strings become text nodes, never markup. */
export const el = (tag, attributes, ...children) =>
  dressed(document.createElement(tag), attributes, children);

function dressed(node, attributes = {}, children) {
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  node.append(...children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/* An SVG element; pictures in it follow the theme through style sheets. */
export const svg = (tag, attributes, ...children) =>
  dressed(document.createElementNS(SVG, tag), attributes, children);

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

const DARK = matchMedia("(prefers-color-scheme: dark)");

/* Is the page dark? As the course's site, JupyterLab, VS Code and Colab tell it. */
export function isDark() {
  const { documentElement: root, body } = document;
  const { jpThemeLight, vscodeThemeKind } = body.dataset;
  const told = root.dataset.theme ?? root.dataset.mode ?? root.getAttribute("theme") ??
    vscodeThemeKind;
  if (told) return told.includes("dark");
  return jpThemeLight ? jpThemeLight === "false" : DARK.matches;
}

/* Call back whenever the theme may have changed; returns what ends it. */
function followTheme(changed) {
  const observer = new MutationObserver(changed);
  const { documentElement, body } = document;
  for (const node of [documentElement, body]) observer.observe(node, { attributes: true });
  DARK.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    DARK.removeEventListener("change", changed);
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
  const box = el("div", { class: "explorable", role: "group" });
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
