/* Follows links to views, and makes one of what is shown now. */

import { el, say } from "./dom.js";
import { BadLink, onFragment } from "./fragment.js";
import { nameIn, readView, writeView } from "./view_link.js";

const steppers = () => [...document.querySelectorAll("[data-stepper]")];
const named = (host) => host.dataset.stepper || `${steppers().indexOf(host) + 1}`;

/* host: the element that the stepper is in; its name is its own or its place on the page.
   A stepper whose anchor is null has no links: no other page has its network.
   opening: what the stepper showed first; open(view) shows another. */
export class Links {
  constructor(stepper, host, opening, open) {
    Object.assign(this, { stepper, host, opening, open });
    this.button = el("button", { type: "button", class: "words" }, "Link to this view");
    this.button.addEventListener("click", () => this.make());
    this.note = el("p", { class: "note", role: "status" });
    this.button.hidden = stepper.anchor === null;
    this.leave = () => {};
    if (stepper.anchor !== null) this.listen();
  }

  listen() {
    this.host.dataset.stepper ??= this.stepper.anchor ?? "";
    this.leave = onFragment(() => this.follow());
  }

  /* Follow the page's fragment, if it is for this stepper; the first one on the page
     answers for those that are not there. */
  follow() {
    const name = nameIn(location.hash);
    const isBare = !location.hash.includes("?");
    if (name === null || (isBare && document.getElementById(`stepper-${name}`))) return;
    const all = steppers();
    const isLost = !all.some((host) => named(host) === name);
    say(this.note, "");
    if (isLost ? all[0] === this.host : named(this.host) === name) this.show(isLost);
  }

  show(isLost) {
    try {
      if (isLost) throw new BadLink("is for a stepper that is not on this page");
      this.open(readView(location.hash, this.stepper, this.opening));
      this.host.scrollIntoView({ block: "nearest" });
    } catch (error) {
      if (!(error instanceof BadLink)) throw error;
      say(this.note, `This link ${error.message}, so nothing was changed.`);
      this.note.scrollIntoView({ block: "nearest" });
    }
  }

  make() {
    const hash = writeView(named(this.host), this.stepper);
    try {
      history.replaceState(history.state, "", hash);
    } catch {
      location.hash = hash;
    }
    this.copy(location.href);
  }

  async copy(address) {
    let where = "in the address bar";
    try {
      await navigator.clipboard.writeText(address);
      where += ", and copied";
    } catch {
      // Copying is not allowed everywhere; the address bar has it.
    }
    say(this.note, `The link to this view is ${where}.`);
  }
}
