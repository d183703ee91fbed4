/* Mounting an explorable in a page without a kernel. */

import { PageModel } from "./page_model.js";

/* Put an explorable where its picture stands; if that fails, the picture stays. */
export function mount(render, key, state) {
  const host = document.querySelector(`[data-explorable="${key}"]:not([data-mounted])`);
  if (!host) return;
  host.dataset.mounted = "";
  const picture = [...host.childNodes];
  try {
    host.replaceChildren();
    render({ model: new PageModel(state), el: host });
  } catch (error) {
    host.replaceChildren(...picture);
    console.error("The explorable could not start:", error);
  }
}
