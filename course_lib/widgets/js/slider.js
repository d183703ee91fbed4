/* A slider with a drawn track, on which a finger's swipe up or down scrolls the page. */

import { el } from "./dom.js";

const SURE = 6; // px to the side after which a finger drags the slider

/* Fill the track between two places, each from 0, its left end, to 1. */
export function fillTrack(input, to, from = -1) {
  input.style.setProperty("--from", Math.min(from, to));
  input.style.setProperty("--to", Math.max(from, to));
}

/* A range input. `act(value)` is called with what the reader sets, but not with what a
   finger has touched on its way up or down the page. */
export function slider(attributes, act) {
  const input = el("input", { type: "range", ...attributes });
  let touch = null;
  input.addEventListener("pointerdown", ({ pointerType, clientX: x, clientY: y }) => {
    touch = pointerType === "touch" ? { x, y, was: input.value } : null;
  });
  input.addEventListener("pointermove", ({ clientX, clientY }) => {
    const aside = touch && Math.abs(clientX - touch.x);
    if (aside > SURE && aside > Math.abs(clientY - touch.y)) touch = null;
  });
  input.addEventListener("pointerup", () => {
    if (touch && input.value !== touch.was) act(Number(input.value));  // a tap
    touch = null;
  });
  input.addEventListener("pointercancel", () => {
    if (touch) input.value = touch.was;
    touch = null;
  });
  input.addEventListener("input", () => { if (!touch) act(Number(input.value)); });
  return input;
}
