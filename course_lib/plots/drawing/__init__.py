"""Drawings of cells and of layers over time, made from the cells themselves.

A drawing is one SVG in two forms, wide and narrow, in the colours of the page.
"""

from .cell_drawing import cell
from .layers_drawing import unrolled
from .picture import Drawing
from .seq2seq import encoder_decoder
from .side_by_side import side_by_side

__all__ = ["Drawing", "cell", "encoder_decoder", "side_by_side", "unrolled"]
