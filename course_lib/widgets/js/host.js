/* A page without a kernel: a model that keeps its state itself, and mounting. */

export class PageModel extends EventTarget {
  #state;

  constructor(state) {
    super();
    this.#state = { ...state };
  }
  get(name) { return this.#state[name]; }
  set(name, value) {
    if (this.#state[name] === value) return;
    this.#state[name] = value;
    this.dispatchEvent(new Event(`change:${name}`));
  }
  save_changes() {}
  on(event, listener) { this.addEventListener(event, listener); }
  off(event, listener) { this.removeEventListener(event, listener); }
}

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
