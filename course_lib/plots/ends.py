"""Names at the ends of lines, in place of a legend.

A name is as far right as its line. Where lines end close together, their names move
apart, and a piece of each line, in its own dash, leads on to its name.
"""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from .looks import line, looks
from .style import SMALL

LEAD, ROOM = 22, 6  # points: of line that leads to a name; between its end and the name
APART = 1.5  # points: between two names
LETTERS = 16  # in a line of a name
INSIDE = 0.85  # of the axes' width: a line that ends before has its name beside its end


def spread(wanted: Sequence[float], heights: Sequence[float]) -> np.ndarray:
    """Return centres (N,) as near to those wanted as can be, with no two overlapping.

    >>> spread([5.0, 5.0, 40.0], [10.0, 10.0, 10.0]).tolist()
    [0.0, 10.0, 40.0]

    wanted must rise. The squares of the moves are least: what overlaps is pooled
    (isotonic regression, Ayer et al. 1955).
    """
    gaps = (np.array(heights)[1:] + np.array(heights)[:-1]) / 2
    offsets = np.concatenate([[0.0], np.cumsum(gaps)])
    pools: list[list[float]] = []  # the values of names that touch
    for value in np.array(wanted) - offsets:
        pools.append([value])
        while len(pools) > 1 and np.mean(pools[-2]) >= np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    means = [np.mean(pool) for pool in pools for _ in pool]
    return np.array(means) + offsets


class EndName(Text):
    """A line's name. Where it is follows from the line's end whenever it is drawn."""

    def __init__(self, column: "Column", line: Line2D, words: str):
        super().__init__(0, 0, words, color=line.get_color(), parse_math=False)
        self.set(va="center", ha="left", multialignment="left", linespacing=1.05)
        self.set(transform=IdentityTransform(), fontsize=SMALL)
        self.column, self.line, self.leader = column, line, Line2D([], [])

    def end(self) -> np.ndarray:
        """Return the last point of the line that is in the axes, (2,) in pixels."""
        points = self.line.get_transform().transform(self.line.get_xydata())
        points = points[np.isfinite(points).all(axis=1)]
        box = self.line.axes.bbox
        last = points[-1] if len(points) else np.array([box.x1, box.y0])
        return np.clip(last, [box.x0, box.y0], [box.x1, box.y1])

    def height(self, renderer) -> float:
        """Return how high the name is, in pixels."""
        box = super().get_window_extent(renderer)
        return box.height + APART * self.column.ax.figure.dpi / 72

    def get_window_extent(self, renderer=None, dpi=None):
        """Return where the name is, after finding its place."""
        self.column.arrange(renderer)
        return super().get_window_extent(renderer, dpi)

    def draw(self, renderer) -> None:
        """Draw the name and the piece of line that leads to it."""
        self.column.arrange(renderer)
        self.leader.draw(renderer)
        super().draw(renderer)


class Column:
    """The names of the lines of some axes."""

    def __init__(self, ax, lines: Mapping[str, Line2D]):
        self.ax = ax
        self.names = [
            EndName(self, line, textwrap.fill(name, LETTERS))
            for name, line in lines.items()
        ]
        for name in self.names:
            ax.add_artist(name)
            name.set(clip_on=False, clip_box=None)
            name.leader.set_figure(ax.figure)

    def arrange(self, renderer) -> None:
        """Put every name where its line ends now."""
        pixel = self.ax.figure.dpi / 72
        box = self.ax.bbox
        edge, beside = box.x0 + INSIDE * box.width, []
        for name in self.names:
            x, y = name.end()
            name.leader.set_data([], [])
            if x < edge:
                name.set_position((x + ROOM * pixel, y))
            else:
                beside.append((y, name))
        beside.sort(key=lambda pair: pair[0])
        heights = [name.height(renderer) for _, name in beside]
        ends = self._kept_inside([y for y, _ in beside], heights)
        for (_, name), y in zip(beside, spread(ends, heights), strict=True):
            name.set_position((box.x1 + (LEAD + ROOM) * pixel, y))
            self._lead(name, y, pixel)

    def _kept_inside(self, ends: list[float], heights: list[float]) -> list[float]:
        """Return the ends, moved so that the names do not leave the axes' height."""
        if not ends:
            return ends
        low, high = self.ax.bbox.y0, self.ax.bbox.y1
        below = np.cumsum(heights) - np.array(heights) / 2  # of what is beneath each
        above = sum(heights) - below
        return list(np.maximum(np.minimum(ends, high - above), low + below))

    def _lead(self, name: EndName, y: float, pixel: float) -> None:
        """Lead a line on to its name, in its own look."""
        leader, x = name.leader, self.ax.bbox.x1
        leader.update_from(name.line)
        leader.set(transform=IdentityTransform(), clip_on=False, drawstyle="default")
        leader.set(linewidth=min(leader.get_linewidth(), 4), markevery=[1])
        leader.set_data([x + pixel, x + LEAD * pixel], [name.end()[1], y])


def name_ends(ax, lines: Mapping[str, Line2D]) -> list[Text]:
    """Write the name of each line where it ends, and return the names.

    >>> ax = plt.subplots()[1]
    >>> curves = {"one": ax.plot([1, 2])[0], "two": ax.plot([2, 2.1])[0]}
    >>> [name.get_text() for name in name_ends(ax, curves)]
    ['one', 'two']

    They stay where the lines end if the axes' limits change later.
    """
    return list(Column(ax, lines).names)


def named_lines(ax, x, curves: Mapping[str, Sequence[float]]) -> dict[str, Line2D]:
    """Draw a line for each name, each in its own look, with its name at its end.

    >>> ax = plt.subplots()[1]
    >>> lines = named_lines(ax, [1, 2], {"GRU": [3, 4], "LSTM": [2, 1]})
    >>> lines["LSTM"].get_marker(), [name.get_text() for name in ax.texts]
    ('o', ['GRU', 'LSTM'])

    x: the places of the points of all, or None for 1, 2, ...; curves may differ in
    length.
    """
    each, lines = looks(curves), {}
    for name, values in curves.items():
        places = np.arange(1, len(values) + 1) if x is None else list(x)
        lines[name] = line(ax, places, values, each[name], name)
    name_ends(ax, lines)
    return lines
