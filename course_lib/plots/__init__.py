"""Figures of the course: each draws what it is given, and trains or computes nothing.

Every function returns matplotlib axes; those of `maps` return a figure, and those of
`drawing` a drawing of their own.
"""

from .beyond import cost_by_length, told_and_needed
from .curves import (
    by_lag,
    bytes_by_vocabulary,
    error_by_phase,
    gates_over_time,
    growth,
    loss_curves,
    perplexity_by_order,
    perplexity_curve,
    rounding,
    speed_ups,
)
from .diagrams import layer_shapes, sequence_shapes
from .drawing import (
    Drawing,
    attention_fan,
    cell,
    encoder_decoder,
    lattice,
    one_hot_vectors,
    scan_tree,
    side_by_side,
    unrolled,
)
from .grids import row_lookup, shares_wrong, speed_map, window_map
from .maps import gate_maps, lag_curves, lookup
from .reading import over_seeds, small_images, while_reading
from .series import forecast, still_close
from .songs import copied_songs, shares
from .sound import by_epoch, error_against, sound_map, symbols_over_time
from .style import GATE_COLOURS, gate_colours, use_style
from .translating import alignment, by_length

__all__ = [
    "Drawing",
    "GATE_COLOURS",
    "alignment",
    "attention_fan",
    "by_epoch",
    "by_lag",
    "by_length",
    "bytes_by_vocabulary",
    "cell",
    "copied_songs",
    "cost_by_length",
    "encoder_decoder",
    "error_against",
    "error_by_phase",
    "forecast",
    "gate_colours",
    "gate_maps",
    "gates_over_time",
    "growth",
    "lag_curves",
    "lattice",
    "layer_shapes",
    "lookup",
    "loss_curves",
    "one_hot_vectors",
    "over_seeds",
    "perplexity_by_order",
    "perplexity_curve",
    "rounding",
    "row_lookup",
    "scan_tree",
    "sequence_shapes",
    "shares",
    "side_by_side",
    "small_images",
    "shares_wrong",
    "sound_map",
    "speed_map",
    "speed_ups",
    "still_close",
    "symbols_over_time",
    "told_and_needed",
    "unrolled",
    "use_style",
    "while_reading",
    "window_map",
]
