// What is folded opens: the setup and the proofs by a button in the header, one by one by
// their own lines, and all of it, with the solutions, on paper. The choice is kept for
// the other chapters, where the browser lets a page keep something.

const courseFolding = (() => {
  const KEY = "course-unfolded";
  const folds = () => document.querySelectorAll("article details.folded");

  function kept() {
    try {
      return localStorage.getItem(KEY) === "yes";
    } catch {
      return false; // a browser may refuse, above all for a page from a file
    }
  }

  function keep(open) {
    try {
      localStorage.setItem(KEY, open ? "yes" : "no");
    } catch {
      return; // then it holds for this page alone
    }
  }

  function show(open) {
    for (const fold of folds()) fold.open = open;
    const button = document.querySelector(".btn-folding-button");
    button?.setAttribute("aria-pressed", String(open));
  }

  function toggle() {
    const open = [...folds()].some((fold) => !fold.open);
    keep(open);
    show(open);
  }

  function unfoldOnPaper() {
    let closed = [];
    addEventListener("beforeprint", () => {
      closed = [...document.querySelectorAll("article details:not([open])")];
      for (const each of closed) each.open = true;
    });
    addEventListener("afterprint", () => {
      for (const each of closed) each.open = false;
    });
  }

  function start() {
    show(kept());
    unfoldOnPaper();
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
  return { toggle };
})();
