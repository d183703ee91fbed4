"""Checks that answer back: `check.NAME(answer)`, one for each exercise of the course.

In a notebook: `from course_lib import checks as check`. Every check takes under two
seconds, returns a `Verdict` that says what was tested, what is right and, if something
is not, what it looks like, and does not tell the solution. One file a chapter.
"""

from .fast_from_scratch import (
    dearest_product,
    kept_less,
    one_sigmoid,
    out_of_the_loop,
    relu_backward,
)
from .five_broken_cells import (
    keeps_its_memory,
    reads_x_once,
    reset_gate_counts,
    starts_from_nothing,
    stays_in_bounds,
)
from .one_hot import folded_bias, gigabyte, one_hot_rows, sum_of_rows
from .torch_layers import (
    both_ends,
    onednn_ratios,
    projected_size,
    stacked_shapes,
    states_at_the_end,
)
from .verdict import Verdict

__all__ = [
    "Verdict",
    "both_ends",
    "dearest_product",
    "folded_bias",
    "gigabyte",
    "keeps_its_memory",
    "kept_less",
    "one_hot_rows",
    "one_sigmoid",
    "onednn_ratios",
    "out_of_the_loop",
    "projected_size",
    "reads_x_once",
    "relu_backward",
    "reset_gate_counts",
    "stacked_shapes",
    "starts_from_nothing",
    "states_at_the_end",
    "stays_in_bounds",
    "sum_of_rows",
]
