/* Lines over the steps of training, on a scale of ratios, and dashed levels to pass. */

import { el, say, svg } from "../dom.js";

const WIDTH = 560;
const MARGIN = { left: 46, right: 96, top: 8, bottom: 20 };
const MOST_POINTS = 240;  // of a line, at most
const NARROW = 420;     // px; below it, names are written larger
const ROUND = [0.01, 0.03, 0.1, 0.3, 1, 2, 3, 5, 10, 20, 50, 100, 200, 400, 1000];

/* One value a step, as points [step, value]: the mean of neighbours, where there are many. */
export function thinned(values) {
  const every = Math.max(1, Math.ceil(values.length / MOST_POINTS));
  const points = [];
  for (let k = 0; k < values.length; k += every) {
    const part = values.slice(k, k + every);
    points.push([k + (part.length + 1) / 2, part.reduce((a, b) => a + b) / part.length]);
  }
  return points;
}

/* A few round numbers from 0 on. */
function steps(most) {
  const size = 10 ** Math.floor(Math.log10(most));
  const apart = [size / 5, size / 2, size].find((each) => most / each <= 5) ?? 2 * size;
  const whole = Math.max(1, apart);
  return Array.from({ length: Math.floor(most / whole) + 1 }, (_, k) => k * whole);
}

export class Chart {
  constructor(words, tall) {
    this.tall = tall;
    this.words = words;
    this.picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${tall}`, role: "img" });
    this.legend = el("p", { class: "legend" });
    this.box = el("figure", {}, el("figcaption", { class: "heading" }, words),
      this.picture, this.legend);
  }

  x(step) { return MARGIN.left + ((WIDTH - MARGIN.left - MARGIN.right) * step) / this.most; }
  y(value) {
    const share = Math.log(this.high / value) / Math.log(this.high / this.low);
    const within = Math.min(1, Math.max(0, share));
    return MARGIN.top + (this.tall - MARGIN.top - MARGIN.bottom) * within;
  }

  /* lines: [{ kind, name, points }], kind its class; levels: [{ value, name }]; most: the
     last step; said: the same in words. */
  draw({ lines, levels, most, low, high, said }) {
    Object.assign(this, { most: Math.max(1, most), low, high });
    const nodes = [...this.marks(), ...this.dashes(levels)];
    for (const { kind, points } of lines) {
      const d = points.map(([step, value], k) =>
        `${k ? "L" : "M"}${this.x(step).toFixed(1)} ${this.y(value).toFixed(1)}`).join("");
      nodes.push(svg("path", { class: `line ${kind}`, d }));
    }
    this.picture.replaceChildren(...nodes);
    this.picture.setAttribute("aria-label", `${this.words}. ${said}`);
    const keys = lines.filter(({ name }) => name);
    const told = keys.map(({ name }) => name).join();
    if (told === this.told) return;
    this.told = told;
    this.legend.replaceChildren(...keys.map(({ kind, name }) =>
      el("span", { class: `key ${kind}` }, name)));
  }

  marks() {
    const { tall, most, low, high, apart } = this;
    const bottom = tall - MARGIN.bottom;
    let above = Infinity;
    const round = ROUND.filter((value) => {
      const isSeen = value >= low && value <= high && this.y(value) <= above - apart;
      if (isSeen) above = this.y(value);
      return isSeen;
    });
    const nodes = round.map((value) =>
      svg("text", { x: MARGIN.left - 6, y: this.y(value) + 4, class: "end" }, `${value}`));
    nodes.push(svg("line", { class: "axis", x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: bottom, y2: bottom }));
    for (const step of steps(most)) {
      const place = { x: this.x(step), y: bottom + 14, class: "middle" };
      nodes.push(svg("text", place, step.toLocaleString("en-GB")));
    }
    const place = { x: WIDTH - MARGIN.right + 30, y: bottom + 14 };
    return [...nodes, svg("text", place, "steps")];
  }

  /* How far apart names are that stand one under the other. */
  get apart() { return this.picture.clientWidth < NARROW ? 18 : 12; }

  dashes(levels) {
    const down = [...levels].sort((a, b) => b.value - a.value);
    const places = this.spread(down.map(({ value }) => this.y(value)));
    return down.flatMap(({ value, name }, k) => {
      const y = this.y(value);
      return [
        svg("line", { class: "level", x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: y, y2: y }),
        svg("text", { x: WIDTH - MARGIN.right + 4, y: places[k] + 4 }, name),
      ];
    });
  }

  /* Places from the top down, moved apart, and none below the axis. */
  spread(places) {
    const { apart } = this;
    let last = -Infinity;
    const down = places.map((y) => (last = Math.max(y, last + apart)));
    let next = this.tall - MARGIN.bottom - 6 + apart;
    return down.reduceRight((all, y) => [next = Math.min(y, next - apart), ...all], []);
  }
}
