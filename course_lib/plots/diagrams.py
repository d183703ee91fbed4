"""Drawings of ideas, with no data in them: shapes of problems, shapes of layers."""

from ..nn.cells import GRUCell, RNNCell
from .drawing import Drawing, unrolled
from .drawing.panels import Panel, panels

SHAPES = [
    Panel("one to one", "an image, its label", [0], [0], 1),
    Panel("one to many", "an image, a sentence", [0], [0, 1, 2], 3),
    Panel("many to one", "a review, its mood", [0, 1, 2], [2], 3),
    Panel("many to many, in step", "characters, the next", [0, 1, 2], [0, 1, 2], 3),
    Panel("many to many, out of step", "a text, its translation", [0, 1], [2, 3], 4),
]
WIDE = [SHAPES[:3], SHAPES[3:]]  # which panels stand in one row
NARROW = [SHAPES[:2], SHAPES[2:3], SHAPES[3:4], SHAPES[4:]]


def sequence_shapes() -> Drawing:
    """Draw the five shapes of sequence problems, from one-to-one to out of step.

    >>> drawing = plots.sequence_shapes()
    >>> drawing.words.partition(",")[0]
    'Five shapes of sequence problems. One to one'
    """
    return panels(RNNCell, WIDE, NARROW, "Five shapes of sequence problems.")


def layer_shapes() -> Drawing:
    """Draw two layers of two directions: what is output, and what is h_n.

    >>> drawing = plots.layer_shapes()
    >>> [name in drawing.svg() for name in ("h_n[0]", "h_n[3]", "(B, T, 2H)")]
    [True, True, True]
    """
    return unrolled(GRUCell, 4, num_layers=2, bidirectional=True)
