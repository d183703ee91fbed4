/* The gate stepper: what a page, or anywidget, is handed. */

import { StepperPage } from "./stepper_page.js";

function render({ model, el: host }) {
  const page = new StepperPage(model, host);
  return () => page.leave();
}

export default { render };
