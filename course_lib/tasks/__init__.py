"""Small problems with a point, made from a seed.

The tasks by which memories are compared, each with its source, and streams that other
chapters use.
"""

from .classic import Adding, Latch, TemporalOrder
from .counting import CountingAB, Parity, TemporalXor
from .guessing import guess_latch
from .recall import Copying, DelayedRecall
from .streams import memory_stream, temporal_xor
from .task import Stream, Task

__all__ = [
    "Adding",
    "Copying",
    "CountingAB",
    "DelayedRecall",
    "Latch",
    "Parity",
    "Stream",
    "Task",
    "TemporalOrder",
    "TemporalXor",
    "guess_latch",
    "memory_stream",
    "temporal_xor",
]
