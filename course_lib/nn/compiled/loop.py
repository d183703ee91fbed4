"""How a loop is compiled: by numba, once, and kept on disk.

A compiled loop lies beside its source in `__pycache__`, or where that folder may not be
written in the user's own cache; where neither may, each process compiles it anew. numba
looks for a newer source in the loop's own file alone: after a change in `functions` or
`products`, remove the `__pycache__` of this folder.
"""

from collections.abc import Callable

import numba

# What LLVM may do with sums: write them in another order, and multiply and add in one
# step. It may not take for granted that no number is NaN or infinite.
FREEDOM = {"reassoc", "contract", "nsz", "arcp"}
OPTIONS = {"fastmath": FREEDOM, "error_model": "numpy", "nogil": True}


def loop(function: Callable) -> Callable:
    """Decorate a function of arrays that is to be compiled when it is first called.

    Every array must lie in one piece. Indices are not checked.
    """
    try:
        return numba.njit(function, cache=True, **OPTIONS)
    except RuntimeError:  # no folder may be written
        return numba.njit(function, **OPTIONS)


def part(function: Callable) -> Callable:
    """Decorate a function that compiled loops call: it becomes part of them."""
    return numba.njit(function, forceinline=True, **OPTIONS)
