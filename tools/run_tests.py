"""Run all tests: `python tools/run_tests.py`. Each step's own words say what failed.

The library's tests; every notebook in a fresh kernel, by nbval; the build, with
warnings as errors; and the built site, in a browser. Each core takes a file at a time.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from build import ROOT, surroundings

MOST = 4  # each takes a browser, or a kernel with torch: about 1 GB
WORKERS = min(MOST, os.cpu_count() or 1)
PYTEST = ["-m", "pytest", "-q", f"--numprocesses={WORKERS}", "--dist=loadfile"]
STEPS = {
    "library": [*PYTEST, "-m", "not site"],
    "notebooks": [*PYTEST, "--nbval-lax", "--nbval-cell-timeout=300", "chapters"],
    "build": [str(Path("tools", "build.py"))],
    "site": [*PYTEST, "-m", "site", "tests"],
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
