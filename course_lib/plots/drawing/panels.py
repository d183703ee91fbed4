"""Small networks side by side, each with a title: one for each shape of a problem."""

from collections.abc import Sequence
from typing import NamedTuple

from ...nn.cells import RecurrentCell
from ..style import gate_colours
from .canvas import Canvas
from .network import Grid, Network
from .over_time import OverTime
from .picture import Drawing
from .spoken import listed

PITCH, BOX = 62, 40
TITLE, EXAMPLE, BETWEEN = 30, 26, 36  # room above, below and beside a panel


class Panel(NamedTuple):
    """One shape: its name, an example, the steps with input and output, all steps."""

    title: str
    example: str
    inputs: Sequence[int]
    outputs: Sequence[int]
    steps: int

    @property
    def words(self) -> str:
        """What the panel shows, in words."""
        ways = [listed([str(t) for t in way]) for way in (self.inputs, self.outputs)]
        read, say = (f"at step {way}" for way in ways)
        title = self.title[0].upper() + self.title[1:]
        return f"{title}, such as {self.example}: it reads {read} and answers {say}."


def panels(
    kind: type[RecurrentCell], wide: list[list[Panel]], narrow: list[list[Panel]],
    words: str,
) -> Drawing:  # fmt: skip
    """Draw panels in rows: those of a wide sheet and those of a narrow one."""
    said = " ".join([words, *(panel.words for row in wide for panel in row)])
    wide_form = _form(kind, wide, 720, "wide", said)
    return Drawing(wide_form, _form(kind, narrow, 343, "narrow", said), said)


def _form(kind, rows: list[list[Panel]], width: float, form: str, words: str) -> str:
    canvas, y = Canvas(gate_colours("h")), 0.0
    for row in rows:
        sizes = [max(panel.steps * PITCH, LEAST) for panel in row]
        x = (width - sum(sizes) - BETWEEN * (len(row) - 1)) / 2
        for panel, size in zip(row, sizes, strict=True):
            height = _panel(canvas, kind, panel, x + size / 2, y)
            x += size + BETWEEN
        y += height + TITLE + EXAMPLE
    return canvas.svg(width, y, "", class_=form, aria_label=words)


LEAST = 116  # as wide as a title


def _panel(canvas: Canvas, kind, panel: Panel, middle: float, top: float) -> float:
    """Draw one panel around a middle, and return the height of its network."""
    network = Network(
        kind, panel.steps, 1, 1, panel.inputs, panel.outputs, [], is_whole=False
    )
    left = middle - panel.steps * PITCH / 2
    grid = Grid(left, top + TITLE - 12, PITCH, BOX, 0, 0, panel.steps)
    OverTime(canvas, network, grid).draw()
    look = {"anchor": "middle", "font_weight": 600}
    canvas.words(panel.title, middle, top + 16, **look)
    low = top + TITLE - 12 + network.height + 8
    canvas.words(panel.example, middle, low, anchor="middle", quiet=True, size=12)
    return network.height
