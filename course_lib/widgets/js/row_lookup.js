/* The row look-up: a one-hot vector times W picks out one row of W. */

import { css, scale } from "./colours.js";
import { el, isDark, room, say } from "./dom.js";
import { Tabs } from "./tabs.js";
import { number, shown, spoken } from "./text.js";
import STYLE from "./row_lookup.css";

class Lookup {
  constructor(model, host) {
    this.model = model;
    this.tokens = model.get("tokens");
    this.W = model.get("W");
    const { box, leave } = room(host, STYLE, () => this.paint());
    this.leave = leave;
    this.tabs = new Tabs("Character", (token) => this.choose(token));
    this.tabs.build(this.tokens.map((token) => [token, shown(token)]));
    this.tabs.items.forEach(([token, node]) => node.setAttribute("aria-label", spoken(token)));
    this.result = el("tr", { class: "result" });
    this.rows = this.tokens.map((token, k) => this.makeRow(token, this.W[k]));
    this.words = el("p", { role: "status" });
    box.setAttribute("aria-label", "Row look-up: a one-hot vector times W");
    box.append(this.tabs.box, el("div", { class: "scroll", tabindex: "0", role: "group",
      "aria-label": "The one-hot vector, W and their product" }, this.table()), this.words);
    this.draw();
  }

  makeRow(token, weights) {
    const hot = el("td", { class: "hot" });
    const cells = weights.map((w) => el("td", { class: "weight" }, number(w)));
    const row = el("tr", {}, el("th", { scope: "row" }, shown(token)), hot, ...cells);
    return { row, hot, cells };
  }

  table() {
    const columns = this.W[0].map((_, d) => el("th", { scope: "col" }, `W column ${d}`));
    const head = el("tr", {}, el("th", { scope: "col" }, "token"),
      el("th", { scope: "col" }, "one-hot"), ...columns);
    return el("table", {}, el("thead", {}, head),
      el("tbody", {}, ...this.rows.map(({ row }) => row)), el("tfoot", {}, this.result));
  }

  choose(token) {
    this.model.set("token", token);
    this.model.save_changes();
    this.draw();
  }

  draw() {
    const chosen = this.tokens.indexOf(this.model.get("token"));
    const row = this.W[chosen];
    this.tabs.mark(this.tokens[chosen]);
    this.rows.forEach(({ row: line, hot }, k) => {
      line.classList.toggle("chosen", k === chosen);
      say(hot, k === chosen ? "1" : "0");
    });
    // The product, term by term, as a matrix product adds it up.
    const product = row.map((_, d) =>
      this.W.reduce((sum, weights, k) => sum + (k === chosen ? 1 : 0) * weights[d], 0));
    this.product = product.map((p) => el("td", { class: "weight" }, number(p)));
    this.result.replaceChildren(el("th", { scope: "row", colspan: 2 }, "one-hot × W"),
      ...this.product);
    say(this.words, `“${shown(this.tokens[chosen])}” has id ${chosen}: ` +
      `${this.W.length - 1} rows are multiplied by 0 and row ${chosen} by 1. ` +
      "The product is that row.");
    this.paint();
  }

  paint() {
    const most = Math.max(...this.W.flat().map(Math.abs)) || 1;
    const colour = scale(null, most, isDark());
    const fill = (cells, weights) => cells.forEach((cell, d) => {
      const rgb = colour(weights[d]);
      const [r, g, b] = rgb.map((part) => (part / 255) ** 2.2);
      cell.style.background = css(rgb);
      // Black and white stand out equally from a luminance of 0.18.
      cell.style.color = 0.21 * r + 0.72 * g + 0.07 * b > 0.18 ? "#000" : "#fff";
    });
    this.rows.forEach(({ cells }, k) => fill(cells, this.W[k]));
    fill(this.product, this.W[this.tokens.indexOf(this.model.get("token"))]);
  }
}

function render({ model, el: host }) {
  const lookup = new Lookup(model, host);
  const pull = () => lookup.draw();
  model.on("change:token", pull);
  return () => {
    model.off("change:token", pull);
    lookup.leave();
  };
}

export default { render };
