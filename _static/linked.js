// Pointing at a value lights it up everywhere in its section: on the drawing's wires, in
// the equation and in the code. What is drawn names its value by data-v; a letter of an
// equation is a bold one of MathJax's, and a name in code is told by its text.

const BOLD_A = 0x1d41a; // the code point of the bold a that equations are set in

/** Return the value that a letter of an equation is: "f", or "c_prev" for c at t − 1. */
function inEquation(letter) {
  const sign = letter.querySelector("mjx-c")?.className.match(/mjx-c([0-9A-F]+)/);
  const place = sign ? parseInt(sign[1], 16) - BOLD_A : -1;
  if (place < 0 || place > 25) return null;
  const name = String.fromCharCode(97 + place);
  const lower = letter.closest("mjx-msub")?.querySelector("mjx-script");
  if (name === "x") return "x_t";
  return lower?.querySelector(".mjx-c31") ? `${name}_prev` : name;
}

/** Return the value that an element stands for, if it is a part, a letter or a name. */
function valueOf(element) {
  const part = element.closest(".course-drawing [data-v]");
  if (part) return part.dataset.v;
  const letter = element.closest("mjx-mi");
  if (letter) return inEquation(letter);
  return element.closest(".highlight span.n")?.textContent ?? null;
}

/** Light up one value in a section, or none. */
function light(section, value) {
  for (const drawing of section.querySelectorAll(".course-drawing")) {
    drawing.toggleAttribute("data-lit", value !== null);
  }
  const all = ".course-drawing [data-v], mjx-mi, .highlight span.n";
  for (const element of section.querySelectorAll(all)) {
    const own = element.dataset.v ?? valueOf(element);
    element.classList.toggle("lit", value !== null && own === value);
  }
}

/** Let every section that has a drawing answer the pointer. */
function start() {
  const drawings = [...document.querySelectorAll(".course-drawing")];
  for (const section of new Set(drawings.map((each) => each.closest("section")))) {
    if (!section) continue;
    const parts = section.querySelectorAll(".course-drawing [data-v]");
    const known = new Set([...parts].map((part) => part.dataset.v));
    section.addEventListener("pointerover", (event) => {
      const value = valueOf(event.target);
      light(section, known.has(value) ? value : null);
    });
    section.addEventListener("pointerleave", () => light(section, null));
  }
}

// Jupyter Book puts what is in _static into the head of each page.
if (document.readyState === "loading") {
  document.addEventListener("DOMContentLoaded", start);
} else {
  start();
}
