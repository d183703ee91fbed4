"""Run all tests: `make test`. Each step's own words say what failed.

The library's tests; every notebook in a fresh kernel, by nbval, with its exercises
answered; the build, with warnings as errors; and the built site, in a browser.
"""

import os
import subprocess
import sys
import time

from tools.common.answered import ANSWERED
from tools.common.build import ROOT, surroundings

MOST = 4  # each takes a browser, or a kernel with torch: about 1 GB
WORKERS = min(MOST, os.cpu_count() or 1)
PYTEST = ["-m", "pytest", "-q", f"--numprocesses={WORKERS}"]
BY_FILE = ["--dist=loadfile", "--no-loadscope-reorder"]  # conftest.py has the order
NBVAL = ["--nbval-lax", "--nbval-cell-timeout=300", str(ANSWERED)]
STEPS = {
    "library": [*PYTEST, *BY_FILE, "-m", "not site"],
    "answers": ["-m", "tools.common.answered"],
    "notebooks": [*PYTEST, *BY_FILE, *NBVAL],
    "build": ["-m", "tools.common.build"],
    "site": [*PYTEST, "--dist=worksteal", "-m", "site", "tests"],
}


def main() -> int:
    """Run every step, even after one has failed; return 0 if all passed."""
    results = {}
    for name, arguments in STEPS.items():
        print(f"== {name}", flush=True)
        start = time.perf_counter()
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=surroundings(), check=False)
        seconds = time.perf_counter() - start
        results[name] = done.returncode == 0
        outcome = "passed" if results[name] else "FAILED"
        print(f"== {name}: {outcome} in {seconds:.0f} s", flush=True)
    failed = [name for name, passed in results.items() if not passed]
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
