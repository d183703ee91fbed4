"""Execute the notebooks side by side, into the build's cache.

`python -m tools.common.execute`, which the build does itself.

Jupyter Book executes one after the other what its cache does not know. This fills the
cache before, with a notebook for each core at a time, and says what went wrong in one
that fails: no page is made then.

A thread waits for each notebook's kernel. jupyter-cache's own executor for many cores
waits in processes, which it may then never end: while they run a notebook, they do not
obey the signal by which it ends them.
"""

import logging
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from jupyter_cache.executors.basic import ExecutionWorkerLocalSerial, ProcessData

from tools.common.build import CACHE, ROOT

TIMEOUT = 300  # seconds a cell, as in _config.yml


class Worker(ExecutionWorkerLocalSerial):
    """Executes a notebook in its folder, and says how long it took."""

    def __call__(self, data: ProcessData) -> tuple[int, str]:
        start = time.perf_counter()
        status, uri = super().__call__(data)
        seconds = time.perf_counter() - start
        outcome = "FAILED after " if status else ""
        print(f"{Path(uri).name}: {outcome}{seconds:.0f} s", flush=True)
        return status, uri


def execute() -> list[str]:
    """Execute the chapters that have no results yet; return which of them failed."""
    cache = get_cache(CACHE)
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cache.add_nb_to_project(str(path))
    logger = logging.getLogger("execute")
    unknown = load_executor("local-serial", cache, logger).get_records(
        clear_tracebacks=True
    )
    tasks = [ProcessData(each.pk, each.uri, cache, TIMEOUT, False) for each in unknown]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(Worker(logger), tasks))
    return sorted(name for status, name in done if status)


def main() -> int:
    """Execute; show why each chapter failed that did, and return 1 if one did."""
    failed = execute()
    cache = get_cache(CACHE)
    for uri in failed:
        print(cache.get_project_record(uri).traceback or f"{uri} could not be run")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
