"""Measure the gate stepper in headless Chromium: `python -m tools.record.bench_widget`.

Script, style and layout of one event each, many times over, the median of them; and
the bytes that a page carries. The record goes to course_lib/records/gate_stepper.json.
"""

import gzip
import statistics
import tempfile
import time
from pathlib import Path

import torch

import course_lib as cl
from course_lib.data.shouting import shouting
from course_lib.records.store import write_record
from course_lib.widgets import GateStepper
from course_lib.widgets.bundle import bundle
from tools.common.browser import chromium

RECORD = Path(__file__).parents[2] / "course_lib" / "records" / "gate_stepper.json"
STEPS, UNITS = 200, 64
LARGEST = 460  # units of an LSTM with 51 tokens: just below a million weights

# A key, a drag or a text is handled at once; then style and layout are forced.
HARNESS = """() => {
  const root = document.querySelector("[data-explorable]").firstChild.shadowRoot;
  const find = (css) => root.querySelector(css);
  const key = (name) => find(".scroll").dispatchEvent(
    new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
  const input = (node, value) => {
    node.value = value;
    node.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const first = find(".text input").value;
  window.acts = {
    begin: () => key("Home"),
    step: () => key("ArrowRight"),
    unit: (k) => key(k % 2 ? "ArrowUp" : "ArrowDown"),
    hold: (k) => input(find("input[data-gate=f]"), 0.1 + 0.8 * ((k * 37) % 100) / 100),
    type: (k) => input(find(".text input"), first + "abc"[k % 3]),
    paste: (k) => input(find(".text input"), (k % 2 ? "or " : "so ").repeat(33334)),
  };
  window.measure = (act, times) => [...Array(times).keys()].map((k) => {
    const start = performance.now();
    window.acts[act](k);
    find(".explorable").getBoundingClientRect();
    return performance.now() - start;
  });
}"""

# what is measured: (act, how often)
ACTS = {
    "a step": ("step", STEPS - 1),
    "another unit": ("unit", 100),
    "an override drag": ("hold", 100),
    "a character typed": ("type", 60),
    "100,000 characters pasted": ("paste", 30),
}


def stepper(units: int, steps: int = STEPS) -> GateStepper:
    """Return a stepper of an LSTM, untrained: time does not depend on the weights."""
    torch.manual_seed(0)
    vocab = cl.shipped("shouting_lstm").vocab
    model = cl.CharLM(cl.LSTM(len(vocab), units), len(vocab))
    return GateStepper.from_model(model, vocab, shouting(2000, seed=2)[:steps])


def times(browser, widget: GateStepper) -> dict[str, dict[str, float]]:
    """Return the median and the longest time of each act, in ms."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(f'<meta charset="utf-8">{widget.to_html()}', encoding="utf-8")
        tab = browser.new_page(viewport={"width": 1000, "height": 900})
        tab.goto(page.as_uri())
    tab.evaluate(HARNESS)
    found = {}
    for name, (act, count) in ACTS.items():
        tab.evaluate("window.acts.begin()")
        taken = tab.evaluate("([act, n]) => window.measure(act, n)", [act, count])
        found[name] = {
            "median_ms": round(statistics.median(taken), 2),
            "longest_ms": round(max(taken), 2),
            "times": count,
        }
    tab.close()
    return found


def bytes_sent() -> dict[str, int]:
    """Return the gzipped bytes of the module, and of pages with one and with three."""

    def size(text: str) -> int:
        return len(gzip.compress(text.encode(), 9, mtime=0))

    shipped = [cl.shipped(f"shouting_{kind}") for kind in ("lstm", "gru", "rnn")]
    text = shouting(2000, seed=2)[:90]
    pages = [GateStepper.from_model(s.model, s.vocab, text).to_html() for s in shipped]
    module = bundle("host.js", "gate_stepper.js")
    return {
        "module": size(module),
        "one stepper": size(pages[0]),
        "three steppers": size("\n".join(pages)),
    }


def table(results: dict) -> str:
    """Return the results as lines of a table."""
    lines = []
    for model, acts in results["times"].items():
        lines += [model, f"  {'':28}{'median':>10}{'longest':>10}"]
        lines += [
            f"  {name:28}{t['median_ms']:>7.1f} ms{t['longest_ms']:>7.1f} ms"
            for name, t in acts.items()
        ]
    lines.append("gzipped")
    lines += [f"  {name:28}{n:>10,} bytes" for name, n in results["gzipped"].items()]
    return "\n".join(lines)


def main() -> None:
    """Measure, write the record and print it."""
    torch.set_num_threads(1)
    start = time.perf_counter()
    widgets = {UNITS: stepper(UNITS), LARGEST: stepper(LARGEST)}
    with chromium() as browser:
        measured = {
            f"LSTM, {units} units by {len(widget.read())} steps": times(browser, widget)
            for units, widget in widgets.items()
        }
        version = browser.version
    results = {"chromium": version, "times": measured, "gzipped": bytes_sent()}
    write_record(RECORD, "make bench-widget", results, time.perf_counter() - start)
    print(table(results))


if __name__ == "__main__":
    main()
