"""What length costs, and what a gate tells beside what it is needed for."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt

from .ends import named_lines
from .marks import name_upright, powers
from .style import BLUE, GREY, INKS, VERMILION


def cost_by_length(
    lengths: Sequence[int], curves: Mapping[str, Sequence[float]], ylabel: str
):
    """Draw what something costs at each length, both axes logarithmic.

    >>> ax = plots.cost_by_length([16, 64], {"loop": [1, 4], "scan": [2, 3]}, "ms")
    >>> ax.get_xscale(), ax.get_yscale(), ax.lines[0].get_ydata().tolist()
    ('log', 'log', [1, 4])

    A straight line is a power: the steeper, the higher.
    """
    ax = plt.subplots()[1]
    named_lines(ax, lengths, curves)
    ax.set(xscale="log", yscale="log", xlabel="length T (steps)", ylabel=ylabel)
    ax.set_xticks(lengths, [str(length) for length in lengths])
    ax.xaxis.minorticks_off()
    powers(ax.yaxis)
    return ax


def told_and_needed(
    told: Sequence[float],
    needed: Sequence[float],
    marked: Mapping[int, str],
    line: float,
):
    """Draw each unit as a point: how well it tells a fact, and what is lost without it.

    >>> ax = plots.told_and_needed([0.9, 0.6], [0.0, 0.02], {1: "f4"}, line=0.55)
    >>> [text.get_text() for text in ax.texts]
    ['f4', 'always the same answer']

    marked: the names of the units that are to be named, by their number. line: what
    whoever always says the same reaches.
    """
    ax = plt.subplots()[1]
    rest = [k for k in range(len(told)) if k not in marked]
    for units, hue, marker, size in (
        (rest, BLUE, "o", 20),
        (list(marked), VERMILION, "D", 30),
    ):
        points = [told[k] for k in units], [needed[k] for k in units]
        ax.scatter(*points, s=size, color=INKS[hue], marker=marker)
    for k, name in marked.items():
        ax.annotate(name, (told[k], needed[k]), (6, 4), textcoords="offset points")
    level = ax.axvline(line, color=INKS[GREY], linestyle=":", linewidth=1.2)
    ax.axhline(0, color=INKS[GREY], linewidth=0.8)
    ax.set(
        xlabel="right about the quote, by a probe of this gate",
        ylabel="lost when it is held at its mean",
    )
    ax.margins(y=0.12)
    name_upright(ax, {"always the same answer": level})
    return ax
