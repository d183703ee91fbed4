"""Run all tests: `make test`. A log for each step has all that it says.

The library's tests; every notebook in a fresh kernel, by nbval, with its exercises
answered; the build of what nbval has run, with warnings as errors; and the built site,
in a browser. What is shown says how far a step is and, where one fails, what failed.
"""

import os
import re
import sys
import time

from tools.common import quiet
from tools.common.answered import ANSWERED
from tools.common.build import LOGS, ROOT, surroundings

MOST = 4  # each takes a browser, or a kernel with torch: about 1 GB
WORKERS = min(MOST, os.cpu_count() or 1)
PYTEST = ["-m", "pytest", "-q", f"--numprocesses={WORKERS}"]
BY_FILE = ["--dist=loadfile", "--no-loadscope-reorder"]  # conftest.py has the order
NBVAL = ["-p", "tools.common.kept", "--nbval-lax", "--nbval-cell-timeout=300"]
STEPS = {
    "library": [*PYTEST, *BY_FILE, "-m", "not site and not weekly"],
    "answers": ["-m", "tools.common.answered"],
    "notebooks": [*PYTEST, *BY_FILE, *NBVAL, str(ANSWERED)],
    "build": ["-m", "tools.common.build"],
    "site": [*PYTEST, "--dist=worksteal", "-m", "site", "tests"],
}
FAR = re.compile(r"\[ *(\d+)%\]$")  # how a line of pytest's dots ends
CLOSING = re.compile(r"\d+ \w+.* in [\d.]+s\b")  # pytest's last line
COUNTS = re.compile(r"\d+ (?:passed|failed|skipped|errors?)\b")


class Shown:
    """What a user is shown of a step: how far it is, each chapter, what the build says.

    Called with a line, returns the line to be shown, or None; notes pytest's counts.
    """

    def __init__(self, step: str):
        self.step = step
        self.tenths = 0
        self.counts = ""

    def __call__(self, line: str) -> str | None:
        if CLOSING.search(line):
            self.counts = ", ".join(COUNTS.findall(line))
        if self.step == "build" or ".ipynb: " in line:
            return f"   {line}"
        far = FAR.search(line)
        if far and self.step != "notebooks" and int(far[1]) // 10 > self.tenths:
            self.tenths = int(far[1]) // 10
            return f"   {self.tenths * 10} %"
        return None


def run_step(name: str) -> bool:
    """Run a step, say what has come of it, and return whether it has passed."""
    print(f"== {name}", flush=True)
    start, shown = time.perf_counter(), Shown(name)
    command = quiet.python(*STEPS[name])
    log = LOGS / f"{name}.log"
    status = quiet.run(command, log, shown, cwd=ROOT, env=surroundings())
    seconds = time.perf_counter() - start
    outcome = "FAILED" if status else "passed"
    counts = f" ({shown.counts})" if shown.counts else ""
    print(f"== {name}: {outcome} in {seconds:.0f} s{counts}", flush=True)
    return status == 0


def main() -> int:
    """Run every step, even after one has failed; return 0 if all passed."""
    print(f"What each step says in full is in {LOGS}")
    failed = [name for name in STEPS if not run_step(name)]
    if failed:
        print(f"Failed: {', '.join(failed)}")
    print(f"{len(STEPS) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
