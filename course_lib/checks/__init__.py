"""Checks that answer back: `check.NAME(answer)`, one for each exercise of the course.

In a notebook: `from course_lib import checks as check`. Every check takes under two
seconds, returns a `Verdict` that says what was tested, what is right and, if something
is not, what it looks like, and does not tell the solution. One file a chapter.
"""

from .gradients_through_time import (
    bias_and_first_state,
    clipped_norm,
    loud_inputs,
    recall_lags,
    stretching,
)
from .language_models import (
    half_certain,
    lowest_perplexity,
    mended_perplexity,
    more_text,
    trigrams,
)
from .one_hot import folded_bias, gigabyte, one_hot_rows, sum_of_rows
from .rnn_from_scratch import (
    dropped_state,
    mended_training,
    next_characters,
    parameter_count,
    read_from_the_end,
)
from .verdict import Verdict

__all__ = [
    "Verdict",
    "bias_and_first_state",
    "clipped_norm",
    "dropped_state",
    "folded_bias",
    "gigabyte",
    "half_certain",
    "loud_inputs",
    "lowest_perplexity",
    "mended_perplexity",
    "mended_training",
    "more_text",
    "next_characters",
    "one_hot_rows",
    "parameter_count",
    "read_from_the_end",
    "recall_lags",
    "stretching",
    "sum_of_rows",
    "trigrams",
]
