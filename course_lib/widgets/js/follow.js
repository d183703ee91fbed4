/* Which unit follows the marked places of a text? Pure: arrays in, numbers out. */

const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/* A line through points, by least squares, and how closely they lie to it. */
function line(x, y) {
  const [mx, my] = [mean(x), mean(y)];
  let [xx, xy, yy] = [0, 0, 0];
  x.forEach((v, k) => {
    xx += (v - mx) ** 2;
    xy += (v - mx) * (y[k] - my);
    yy += (y[k] - my) ** 2;
  });
  const slope = xx > 1e-12 ? xy / xx : 0;
  return { r: slope && xy / Math.sqrt(xx * yy), at: (v) => my + slope * (v - mx) };
}

/* The units by how well they follow marks, one 0 or 1 for each step; the best first.

   values: (T, H). Correlation, r, and a probe, the line's value above one half, are of
   the half of the text that has both kinds; `right` is the probe's share of right answers
   on the other half, and `always` that of the more frequent answer there. Where no half
   has both kinds, r is of the whole, and right is null. null if nothing can be followed. */
export function follow(values, H, marks) {
  const T = marks.length;
  const steps = [...marks.keys()];
  const halves = [steps.slice(0, T >> 1), steps.slice(T >> 1)];
  const isMixed = (some) => some.some((t) => marks[t]) && some.some((t) => !marks[t]);
  if (!isMixed(steps)) return null;
  const first = halves.findIndex(isMixed);
  const [choose, judge] = first < 0 ? [steps, null] : [halves[first], halves[1 - first]];
  const fact = choose.map((t) => marks[t]);
  const share = (isRight) => judge && mean(judge.map((t) => Number(isRight(t))));
  const units = [...Array(H).keys()].map((unit) => {
    const { r, at } = line(choose.map((t) => values[t * H + unit]), fact);
    const right = share((t) => at(values[t * H + unit]) > 0.5 === Boolean(marks[t]));
    return { unit, r, right };
  });
  units.sort((a, b) => Math.abs(b.r) - Math.abs(a.r) || a.unit - b.unit);
  const marked = share((t) => marks[t]);
  return { units, always: judge && Math.max(marked, 1 - marked) };
}
