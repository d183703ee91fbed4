/* Colours of values: one hue for each gate, which Python gives it as in the figures of the
   course, and a diverging scale for what has none. */

const NEGATIVE = [33, 102, 172];
const POSITIVE = [178, 24, 43];

/* A colour on the way from one to another. */
export const mix = (a, b, share) => a.map((x, k) => Math.round(x + (b[k] - x) * share));

/* A scale from values to [r, g, b]: of a gate from 0 to 1, of a state from -top to top. */
export function scale(hue, top, dark) {
  const ground = dark ? [24, 28, 34] : [252, 252, 252];
  const [low, high] = [NEGATIVE, hue ?? POSITIVE].map((end) =>
    mix(end, [255, 255, 255], dark ? 0.3 : 0));
  return (value) => mix(ground, value < 0 ? low : high, Math.min(1, Math.abs(value) / top));
}

/* Black or white, whichever can be read on a colour. */
export function ink(colour) {
  const [r, g, b] = colour.map((x) => (x <= 10 ? x / 3295 : ((x / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

export const css = (colour) => `rgb(${colour.join()})`;

/* A style that shows a scale from end to end. */
export function ramp(hue, top, dark) {
  const colour = scale(hue, top, dark);
  const low = hue ? 0 : -top;
  const stops = [low, (low + top) / 2, top].map((value) => css(colour(value)));
  return `linear-gradient(90deg,${stops})`;
}
