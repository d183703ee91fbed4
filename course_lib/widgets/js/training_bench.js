/* The training bench: what a page, or anywidget, is handed. */

import { BenchPage } from "./training/bench.js";

function render({ model, el: host }) {
  const page = new BenchPage(model, host);
  return () => page.leave();
}

export default { render };
