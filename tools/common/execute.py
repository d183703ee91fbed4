"""Execute the notebooks side by side, into the build's cache.

`python -m tools.common.execute`, which the build does itself.

Jupyter Book executes one after the other what its cache does not know. This fills the
cache before, with a notebook for each core at a time. What fails is left to the build,
which executes it once more and says what went wrong.

A thread waits for each notebook's kernel. jupyter-cache's own executor for many cores
waits in processes, which it may then never end: while they run a notebook, they do not
obey the signal by which it ends them.
"""

import logging
import os
from concurrent.futures import ThreadPoolExecutor

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from jupyter_cache.executors.basic import ExecutionWorkerLocalSerial, ProcessData

from tools.common.build import CACHE, ROOT

TIMEOUT = 300  # seconds a cell, as in _config.yml


def execute() -> list[str]:
    """Execute the chapters that have no results yet; return which of them failed."""
    cache = get_cache(CACHE)
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cache.add_nb_to_project(str(path))
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logger = logging.getLogger("execute")
    logger.setLevel(logging.INFO)
    unknown = load_executor("local-serial", cache, logger).get_records(
        clear_tracebacks=True
    )
    tasks = [ProcessData(each.pk, each.uri, cache, TIMEOUT, False) for each in unknown]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(ExecutionWorkerLocalSerial(logger), tasks))
    return sorted(name for status, name in done if status)


if __name__ == "__main__":
    for name in execute():
        print(f"{name} has failed; the build says why")
