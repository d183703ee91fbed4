"""A network over time, and where its steps and layers stand on the sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...nn.cells import RecurrentCell
from .columns import memory_of
from .said import said_by

GAP, LANE, SPACE = 34, 50, 10  # between layers; the height of a lane; between two lanes
TALLER = 16  # by how much a lane is higher that carries two states
ABOVE, BELOW = 48, 58  # room for outputs and for inputs


@dataclass
class Network:
    """What is drawn: a cell, how often, and what goes in, out and back.

    inputs, outputs: the steps that have one; cuts: the steps before which the state is
    detached; gradient: how much is left of it, from the last step back, or None;
    factors: whether the factors are written between the steps; crossed: whether two
    states change places there.
    """

    cell: type[RecurrentCell]
    steps: int
    layers: int
    directions: int
    inputs: Sequence[int]
    outputs: Sequence[int]
    cuts: Sequence[int]
    gradient: Sequence[float] | None = None
    is_whole: bool = True  # whether it is said what the states begin with and end as
    factors: bool = False
    crossed: bool = False

    def __post_init__(self):
        said = said_by(self.cell)
        self.name = self.cell.__name__.removesuffix("Cell")
        self.memory, self.states = memory_of(said), said.states

    @property
    def seen_from(self) -> int:
        """The first step that the gradient of the last one reaches."""
        return max(self.cuts, default=0)

    def shares(self) -> list[float]:
        """Return what is left of the gradient, as shares of the first."""
        left = self.gradient[: self.steps]
        return [share / left[0] for share in left]

    @property
    def lane(self) -> float:
        """The height of one direction of one layer."""
        return LANE + TALLER * (len(self.states) - 1)

    @property
    def layer(self) -> float:
        """The height of a layer."""
        around = SPACE if self.directions > 1 else 0
        return self.directions * (self.lane + around) + around

    @property
    def height(self) -> float:
        """The height of all layers, with what goes in and out."""
        return ABOVE + self.layers * (self.layer + GAP) - GAP + BELOW

    def rows(self) -> dict[str, float]:
        """Return where each state runs in a lane, from its upper edge."""
        if len(self.states) > 1:
            return {self.memory or self.states[1]: 18, "h": self.lane - 16}
        return {"h": 17 if self.memory else LANE / 2}


@dataclass
class Grid:
    """Where a stretch of steps stands: step k in the middle of a column."""

    left: float
    top: float
    pitch: float
    box: float
    width: float
    start: int
    stop: int

    def x(self, step: int) -> float:
        """Return the middle of a step's column."""
        return self.left + self.pitch * (step - self.start + 0.5)

    def before(self, step: int) -> float:
        """Return the middle of the gap before a step."""
        return self.x(step) - self.pitch / 2

    def layer(self, network: Network, layer: int) -> float:
        """Return the upper edge of a layer; the first is the lowest."""
        above = network.layers - 1 - layer
        return self.top + ABOVE + above * (network.layer + GAP)


def grids(network: Network, narrow: bool) -> tuple[list[Grid], float, float]:
    """Return the stretches that a drawing has, its width and its height.

    On a narrow sheet a single layer of many steps goes on in a second row.
    """
    many = network.layers * network.directions > 1
    width, margin, box = (343, 40 + 20 * many, 46) if narrow else (720, 84, 62)
    rows = -(-network.steps // 4) if narrow and not many else 1
    per_row = -(-network.steps // rows)
    pitch = min(112, (width - 2 * margin) / per_row)
    if pitch < box + 20:
        box = 36
        pitch = max(pitch, box + 18)
    width = per_row * pitch + 2 * margin
    made = []
    for row in range(rows):
        start, top = row * per_row, row * network.height
        stop = min(network.steps, start + per_row)
        made.append(Grid(margin, top, pitch, box, width, start, stop))
    return made, width, network.height * rows
