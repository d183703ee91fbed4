"""Execute the notebooks side by side, into the build's cache.

`python tools/execute.py`, which the build does itself.

Jupyter Book executes one after the other what its cache does not know. This fills the
cache before, with a notebook for each core at a time. What fails is left to the build,
which executes it once more and says what went wrong.
"""

import logging

from build import CACHE, ROOT
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor

TIMEOUT = 300  # seconds a cell, as in _config.yml


def execute() -> list[str]:
    """Execute the chapters that have no results yet; return which of them failed."""
    cache = get_cache(CACHE)
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cache.add_nb_to_project(str(path))
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logger = logging.getLogger("execute")
    logger.setLevel(logging.INFO)  # at any other level its pool tells all it does
    executor = load_executor("local-parallel", cache, logger)
    done = executor.run_and_cache(timeout=TIMEOUT)
    return sorted(done.excepted + done.errored)


if __name__ == "__main__":
    for name in execute():
        print(f"{name} has failed; the build says why")
