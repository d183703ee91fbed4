"""What length costs, and what a gate tells beside what it is needed for."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt

from .style import BLUE, GREY, VERMILION


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
    for (name, values), style in zip(
        curves.items(), ("o-", "s--", "^-.", "d:"), strict=False
    ):
        ax.plot(lengths, values, style, label=name)
    ax.set(xscale="log", yscale="log", xlabel="length T (steps)", ylabel=ylabel)
    ax.set_xticks(lengths, [str(length) for length in lengths])
    ax.xaxis.minorticks_off()
    ax.legend()
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
    ['f4']

    marked: the names of the units that are to be named, by their number. line: what
    whoever always says the same reaches.
    """
    ax = plt.subplots()[1]
    colours = [VERMILION if k in marked else BLUE for k in range(len(told))]
    ax.scatter(told, needed, s=22, c=colours)
    for k, name in marked.items():
        ax.annotate(
            name, (told[k], needed[k]), (5, 4), textcoords="offset points", fontsize=9
        )
    name = "always the same answer"
    ax.axvline(line, color=GREY, linestyle=":", linewidth=1, label=name)
    ax.legend(loc="upper right")
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.set(
        xlabel="right about the quote, by a probe of this gate",
        ylabel="lost when it is held at its mean",
    )
    return ax
