/* A page without a kernel: a model that keeps its state itself. */

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
