import { el } from "./dom.js";

/* A row of tabs of which one is chosen; left and right arrows move among them. */
export class Tabs {
  constructor(words, choose) {
    Object.assign(this, { choose, items: [] });
    this.box = el("div", { class: "tabs", role: "radiogroup", "aria-label": words });
    this.box.addEventListener("keydown", (event) => this.move(event));
  }

  /* items: [[value, text]], or [[value, text, sign]] */
  build(items) {
    this.items = items.map(([value, text, sign = ""]) => {
      const node = el("button", { type: "button", role: "radio" },
        text, sign && el("span", { class: "symbol" }, ` ${sign}`));
      node.addEventListener("click", () => this.choose(value));
      return [value, node];
    });
    this.box.replaceChildren(...this.items.map(([, node]) => node));
  }

  mark(chosen) {
    for (const [value, node] of this.items) {
      node.setAttribute("aria-checked", value === chosen);
      node.tabIndex = value === chosen ? 0 : -1;
      // On a narrow screen the chosen tab is brought into sight.
      if (value === chosen) this.box.scrollLeft = node.offsetLeft - this.box.offsetLeft;
    }
  }

  move(event) {
    const way = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const { length } = this.items;
    const at = this.items.findIndex(([, node]) => node.tabIndex === 0);
    const [value, node] = this.items[(at + way + length) % length];
    this.choose(value);
    node.focus();
  }
}
