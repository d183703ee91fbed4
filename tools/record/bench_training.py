"""Measure training in the page: `python -m tools.record.bench_training`.

In headless Chromium: tokens a core second beside `cl.fit`, its passes written by hand,
in turns; how soon *shouting* is learned; what a look back costs; how soon a pause is
heard, and what holds up the page itself. A worker's time on a core is the
kernel's count (Linux), so that other programs disturb it less. The record goes to
course_lib/records/training_bench.json.
"""

import gzip
import json
import statistics
import tempfile
import time
from pathlib import Path

import psutil
import torch

import course_lib as cl
from course_lib.analysis.costs import take_turns
from course_lib.data.shouting import shouting
from course_lib.records.store import write_record
from course_lib.widgets import GateStepper, Learner, TrainingBench
from course_lib.widgets.bundle import bundle
from tools.common.browser import chromium

RECORD = Path(__file__).parents[2] / "course_lib" / "records" / "training_bench.json"
B, T, V = 16, 32, 45
SIZES = [("lstm", 32), ("lstm", 64), ("lstm", 128), ("gru", 64), ("rnn", 64)]
ROUNDS, STEPS = 7, 60
WAYS = ("compiled", "plain")
GOAL = 2.5  # perplexity on the fresh part of shouting
LEARNERS = [(kind, H) for kind in ("lstm", "gru", "rnn") for H in (16, 32, 64)]
SEEDS = (1, 2)

# A worker that takes so many steps on random ids when it is told to.
STEPPING = """
let net = null, data = [];
self.onmessage = ({ data: told }) => {
  if (told.kind) {
    const compiled = told.compiled ? compiledKernels() : null;
    let seed = 1;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    net = new Network({ ...told, compiled, random });
    const ids = () => Int32Array.from({ length: net.B * net.T }, () =>
      Math.floor(random() * net.V));
    data = [...Array(20)].map(() => ({ x: ids(), y: ids() }));
  } else for (let k = 0; k < told.steps; k++) net.learn(data[k % 20], 0.001, 1);
  postMessage("done");
};
"""
PAGE = """
window.told = (worker, message) => new Promise((done, failed) => {
  worker.onmessage = ({ data }) => done(data);
  worker.onerror = (event) => failed(new Error(event.message));
  worker.postMessage(message);
});
window.workerOf = (source) => new Worker(URL.createObjectURL(new Blob([source])));
"""
# From nothing until the fresh part's perplexity is below a goal: seconds and steps.
LEARN = """async ([source, settings, goal]) => {
  const worker = workerOf(source);
  await told(worker, { do: "start", settings });
  const begun = performance.now();
  const found = await new Promise((done) => {
    worker.onmessage = ({ data: { report } }) => {
      const perplexity = report?.scored?.perplexities[0];
      if (perplexity < goal || report?.steps > 5000) {
        done([(performance.now() - begun) / 1000, report.steps, perplexity]);
      }
    };
    worker.postMessage({ do: "run", turn: 1 });
  });
  worker.terminate();
  return found;
}"""
# How long a worker that trains takes to come to rest, ms, some times over.
PAUSE = """async ([source, settings, times]) => {
  const worker = workerOf(source);
  await told(worker, { do: "start", settings });
  const found = [];
  for (let k = 0; k < times; k++) {
    worker.postMessage({ do: "run", turn: k + 1 });
    await new Promise((done) => setTimeout(done, 150 + 37 * k));
    const asked = performance.now();
    await new Promise((done) => {
      worker.onmessage = ({ data }) => data.paused && done();
      worker.postMessage({ do: "pause" });
    });
    found.push(performance.now() - asked);
  }
  worker.terminate();
  return found;
}"""
LOOK_BACK = """([network, V, ids, times]) => {
  const cut = unpack(network, V);
  const now = run(cut, ids);
  return [...Array(times).keys()].map((k) => {
    const start = performance.now();
    influence(cut, ids, now, [], ids.length - 1, k % V);
    return performance.now() - start;
  });
}"""


def opened(browser, *scripts: str, body: str = ""):
    """Return a page opened from a file that has run these scripts."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        body += "".join(f"<script>{script}</script>" for script in scripts)
        page.write_text(f'<meta charset="utf-8">{body}', encoding="utf-8")
        tab = browser.new_page()
        tab.goto(page.as_uri())
    return tab


def worker_seconds() -> float:
    """Return the seconds that the workers of our browsers have been on a core."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        for task in Path(f"/proc/{process.pid}/task").glob("*"):
            if (task / "comm").read_text().startswith("DedicatedWorker"):
                total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


class InThePage:
    """A network in a worker of a page, which takes steps when it is called."""

    def __init__(self, browser, kind: str, H: int, compiled: bool):
        self.tab = opened(browser, PAGE)
        source = bundle("training/network.js") + STEPPING
        sizes = {"kind": kind, "H": H, "V": V, "B": B, "T": T, "compiled": compiled}
        script = "([source, sizes]) => told(window.worker = workerOf(source), sizes)"
        self.tab.evaluate(script, [source, sizes])

    def __call__(self) -> None:
        """Take the steps of one round."""
        self.tab.evaluate("(steps) => told(worker, { steps })", STEPS)

    def seconds(self) -> float:
        """Return the worker's seconds for one round."""
        before = worker_seconds()
        self()
        return worker_seconds() - before


def fitting(kind: str, H: int):
    """Return a call that trains as many steps with `cl.fit`, its passes by hand."""
    torch.manual_seed(0)
    ids = torch.randint(V, (STEPS * B * T + 1,))
    layer = getattr(cl, kind.upper())(V, H, backward="hand")
    model, data = cl.CharLM(layer, V), cl.windows(ids, B, T)
    return lambda: cl.fit(model, data, epochs=1, progress=False)


def speeds(browser, kind: str, H: int) -> dict:
    """Return tokens a core second in the page and in the library, and their ratio."""
    pages = {way: InThePage(browser, kind, H, way == "compiled") for way in WAYS}
    fit, tokens = fitting(kind, H), STEPS * B * T
    for work in (*pages.values(), fit, *pages.values()):
        work()  # once before it counts: the browser compiles on the way
    seconds = {name: [] for name in (*WAYS, "fit")}
    for _ in range(ROUNDS):
        for way, page in pages.items():
            seconds[way].append(page.seconds())
        seconds["fit"] += take_turns({"fit": fit}, rounds=1)["fit"]
    for page in pages.values():
        page.tab.close()
    ratios = [f / c for f, c in zip(seconds["fit"], seconds["compiled"], strict=True)]
    per_second = {
        name: round(tokens / statistics.median(each)) for name, each in seconds.items()
    }
    return per_second | {
        "times fit": round(statistics.median(ratios), 2),
        "from": round(min(ratios), 2),
        "to": round(max(ratios), 2),
    }


def told_of(kind: str, H: int, seed: int, text: str) -> dict:
    """Return what a worker is told to start with."""
    network = Learner(kind, H, seed=seed).for_page()
    return {"text": text, "vocab": None, "networks": [network]}


def learned(browser, kind: str, H: int) -> list[dict]:
    """Return how soon *shouting* is learned from nothing, for each seed."""
    tab, found = opened(browser, PAGE), []
    for seed in SEEDS:
        told = told_of(kind, H, seed, shouting(1000))
        seconds, steps, perplexity = tab.evaluate(
            LEARN, [bundle("training/worker.js"), told, GOAL]
        )
        row = {"seed": seed, "seconds": round(seconds, 2), "steps": steps}
        found.append(row | {"perplexity": round(perplexity, 2)})
    tab.close()
    return found


def looks_back(browser, kind: str) -> float:
    """Return the median ms of a look back over 200 characters at 64 units."""
    torch.manual_seed(0)
    model = cl.CharLM(getattr(cl, kind.upper())(V, 64), V)
    vocab = cl.Vocab("".join(map(chr, range(65, 65 + V))))
    network = GateStepper.from_model(model, vocab, "A").networks[0]
    ids = torch.randint(V, (200,)).tolist()
    tab = opened(browser, bundle("influence.js").replace("export ", ""))
    taken = tab.evaluate(LOOK_BACK, [network, V, ids, 40])
    tab.close()
    return round(statistics.median(taken), 1)


def pauses(browser) -> dict[str, float]:
    """Return how long a pause takes, with two networks of 128 units: ms."""
    told = told_of("lstm", 128, 1, shouting(1000))
    told["networks"] *= 2
    tab = opened(browser, PAGE)
    taken = tab.evaluate(PAUSE, [bundle("training/worker.js"), told, 9])
    tab.close()
    return {
        "median_ms": round(statistics.median(taken), 1),
        "longest_ms": round(max(taken), 1),
    }


def held_up(browser, units: int) -> float:
    """Return the longest task on a page's main thread, ms, while a bench trains."""
    bench = TrainingBench(Learner("lstm", units), Learner("gru", units))
    tab = opened(browser, body=bench.to_html())
    tab.evaluate(
        """() => {
          window.longest = 0;
          new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries()) {
              window.longest = Math.max(window.longest, duration);
            }
          }).observe({ type: "longtask" });
        }"""
    )
    for name in ("Start", "Follow the training"):
        tab.get_by_role("button", name=name, exact=True).click()
    tab.evaluate("() => new Promise((done) => setTimeout(done, 6000))")
    longest = tab.evaluate("window.longest")
    tab.close()
    return longest


def bytes_sent() -> dict[str, int]:
    """Return the gzipped bytes of what trains, and of the bench beside the stepper."""

    def size(*names: str) -> int:
        return len(gzip.compress(bundle(*names).encode(), 9, mtime=0))

    stepper = size("host.js", "gate_stepper.js")
    whole = size("host.js", "training_bench.js")
    return {
        "what trains": size("training/worker.js"),
        "beside the stepper": whole - stepper,
    }


def main() -> None:
    """Measure, write the record and print it."""
    torch.set_num_threads(1)
    start = time.perf_counter()
    with chromium() as browser:
        results = {
            "chromium": browser.version,
            "tokens a core second": {
                f"{kind.upper()}, {H} units": speeds(browser, kind, H)
                for kind, H in SIZES
            },
            "shouting learned": {
                f"{kind.upper()}, {H} units": learned(browser, kind, H)
                for kind, H in LEARNERS
            },
            "a look back, ms": {
                kind.upper(): looks_back(browser, kind)
                for kind in ("lstm", "gru", "rnn")
            },
            "a pause": pauses(browser),
            "longest task, ms": {
                f"{units} units": held_up(browser, units) for units in (32, 64, 128)
            },
        }
    results["gzipped"] = bytes_sent()
    write_record(RECORD, "make bench-widget", results, time.perf_counter() - start)
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
