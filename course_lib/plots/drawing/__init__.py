"""Drawings of cells, of layers over time, and of what is joined to what elsewhere.

A drawing is one SVG in two forms, wide and narrow, in the colours of the page.
"""

from .cell_drawing import cell
from .fan import attention_fan
from .lattice import lattice
from .layers_drawing import unrolled
from .one_hot import one_hot_vectors
from .picture import Drawing
from .scan import scan_tree
from .seq2seq import encoder_decoder
from .side_by_side import side_by_side

__all__ = [
    "Drawing",
    "attention_fan",
    "cell",
    "encoder_decoder",
    "lattice",
    "one_hot_vectors",
    "scan_tree",
    "side_by_side",
    "unrolled",
]
