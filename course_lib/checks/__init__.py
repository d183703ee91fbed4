"""Checks that answer back: `check.NAME(answer)`, one for each exercise of the course.

In a notebook: `from course_lib import checks as check`. Every check takes under two
seconds, returns a `Verdict` that says what was tested, what is right and, if something
is not, what it looks like, and does not tell the solution. One file a chapter.
"""

from .beyond import (
    looks_back,
    random_readers,
    rounds_of_a_scan,
)
from .compiled_loop import kept_less, one_sigmoid, read_before_written
from .ctc import blanks_go_last, paths_counted, what_paths_say
from .digits import (
    batch_and_time,
    letters_and_words,
    order_of_rows,
    rows_or_columns,
    words_in_full,
)
from .fast_from_scratch import dearest_product, out_of_the_loop, relu_backward
from .five_broken_cells import (
    keeps_its_memory,
    reads_x_once,
    reset_gate_counts,
    starts_from_nothing,
    stays_in_bounds,
)
from .from_window_to_state import (
    looked_up,
    mended_reading,
    place_by_place,
    told_apart,
    weights_by_window,
)
from .gradients_through_time import (
    bias_and_first_state,
    clipped_norm,
    loud_inputs,
    recall_lags,
    stretching,
)
from .gru import (
    from_elsewhere,
    gru_with_lengths,
    inside_the_tanh,
    rnn_of_equal_size,
    where_variants_agree,
)
from .hearing_morse import (
    beyond_the_speeds,
    steps_and_speeds,
    symbols_in_time,
)
from .language_models import (
    half_certain,
    lowest_perplexity,
    mended_perplexity,
    more_text,
    trigrams,
)
from .lstm import (
    full_memory,
    gates_by_hand,
    lstm_over_time,
    memory_lengths,
    twice_as_long,
)
from .one_hot import folded_bias, gigabyte, one_hot_rows, sum_of_rows
from .precision_and_processes import one_gradient, rounding_error, shared_batch
from .rnn_from_scratch import (
    dropped_state,
    mended_training,
    next_characters,
    parameter_count,
    read_from_the_end,
)
from .series import (
    from_autocorrelation,
    no_leak,
    price_of_steps,
    runs_free,
    window_enough,
)
from .songwriter import (
    clipped_steps,
    drawn_among_k,
    new_n_grams,
    other_songs,
    temperature_wanted,
)
from .torch_layers import (
    both_ends,
    onednn_ratios,
    projected_size,
    stacked_shapes,
    states_at_the_end,
)
from .translation import (
    additive_weights,
    masked_attention,
    told_and_targets,
    wider_beams,
    without_a_teacher,
)
from .verdict import Verdict
from .watching_gates import (
    after_holding,
    forgetful_gru,
    held_by_weights,
    place_in_the_word,
    through_a_quote,
)
from .watching_it_learn import (
    beside_the_first,
    best_kept,
    first_steps,
    leaving_out,
    wide_and_narrow,
)
from .when_gates_help import (
    copying_without_memory,
    memory_half_lives,
    order_criterion,
    streams_apart,
)

__all__ = [
    "looks_back",
    "one_gradient",
    "random_readers",
    "rounding_error",
    "rounds_of_a_scan",
    "shared_batch",
    "Verdict",
    "additive_weights",
    "after_holding",
    "batch_and_time",
    "beside_the_first",
    "best_kept",
    "bias_and_first_state",
    "both_ends",
    "clipped_norm",
    "clipped_steps",
    "copying_without_memory",
    "dearest_product",
    "drawn_among_k",
    "dropped_state",
    "first_steps",
    "folded_bias",
    "forgetful_gru",
    "from_autocorrelation",
    "from_elsewhere",
    "full_memory",
    "gates_by_hand",
    "gigabyte",
    "gru_with_lengths",
    "half_certain",
    "held_by_weights",
    "inside_the_tanh",
    "keeps_its_memory",
    "kept_less",
    "leaving_out",
    "letters_and_words",
    "looked_up",
    "loud_inputs",
    "lowest_perplexity",
    "lstm_over_time",
    "masked_attention",
    "memory_half_lives",
    "memory_lengths",
    "mended_perplexity",
    "mended_reading",
    "mended_training",
    "more_text",
    "new_n_grams",
    "next_characters",
    "no_leak",
    "one_hot_rows",
    "one_sigmoid",
    "onednn_ratios",
    "other_songs",
    "order_of_rows",
    "order_criterion",
    "out_of_the_loop",
    "parameter_count",
    "place_by_place",
    "place_in_the_word",
    "price_of_steps",
    "projected_size",
    "read_before_written",
    "read_from_the_end",
    "reads_x_once",
    "recall_lags",
    "relu_backward",
    "reset_gate_counts",
    "rnn_of_equal_size",
    "runs_free",
    "rows_or_columns",
    "stacked_shapes",
    "starts_from_nothing",
    "states_at_the_end",
    "stays_in_bounds",
    "streams_apart",
    "stretching",
    "sum_of_rows",
    "temperature_wanted",
    "through_a_quote",
    "told_and_targets",
    "told_apart",
    "trigrams",
    "twice_as_long",
    "weights_by_window",
    "where_variants_agree",
    "wide_and_narrow",
    "wider_beams",
    "window_enough",
    "without_a_teacher",
    "words_in_full",
    "beyond_the_speeds",
    "blanks_go_last",
    "paths_counted",
    "steps_and_speeds",
    "symbols_in_time",
    "what_paths_say",
]
