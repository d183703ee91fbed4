"""Checks that answer back: `check.NAME(answer)`, one for each exercise of the course.

In a notebook: `from course_lib import checks as check`. Every check takes under two
seconds, returns a `Verdict` that says what was tested, what is right and, if something
is not, what it looks like, and does not tell the solution. One file a chapter.
"""

from .gru import (
    from_elsewhere,
    gru_with_lengths,
    inside_the_tanh,
    rnn_of_equal_size,
    where_variants_agree,
)
from .lstm import (
    full_memory,
    gates_by_hand,
    lstm_over_time,
    memory_lengths,
    twice_as_long,
)
from .one_hot import folded_bias, gigabyte, one_hot_rows, sum_of_rows
from .verdict import Verdict
from .watching_gates import (
    after_holding,
    forgetful_gru,
    held_by_weights,
    place_in_the_word,
    through_a_quote,
)

__all__ = [
    "Verdict",
    "after_holding",
    "folded_bias",
    "forgetful_gru",
    "from_elsewhere",
    "full_memory",
    "gates_by_hand",
    "gigabyte",
    "gru_with_lengths",
    "held_by_weights",
    "inside_the_tanh",
    "lstm_over_time",
    "memory_lengths",
    "one_hot_rows",
    "place_in_the_word",
    "rnn_of_equal_size",
    "sum_of_rows",
    "through_a_quote",
    "twice_as_long",
    "where_variants_agree",
]
