"""How lines look: each has an ink, a dash and a marker, so that no two need colour."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.lines import Line2D

from .style import (
    BLUE,
    GREEN,
    GREY,
    INKS,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    gate_colours,
)

SOLID, DASHED, DOTTED = "-", (0, (4.5, 1.8)), (0, (1, 1.4))
DASH_DOT, LONG = (0, (6, 1.6, 1, 1.6)), (0, (9, 2.4))
TWO_DOTS = (0, (6, 1.5, 1, 1.5, 1, 1.5))
SHORT = (0, (2.4, 1.4))
FEW = 20  # up to so many points are marked, each one


class Look(NamedTuple):
    """How a line looks: its ink, its dash, and the marker of its points."""

    ink: str
    dash: str | tuple
    marker: str


LOOKS = (
    Look(INKS[BLUE], SOLID, "o"),
    Look(INKS[VERMILION], DASHED, "s"),
    Look(INKS[GREEN], DASH_DOT, "^"),
    Look(INKS[PURPLE], DOTTED, "D"),
    Look(INKS[GREY], LONG, "v"),
    Look(INKS[ORANGE], TWO_DOTS, "P"),
    Look(INKS[SKY], SHORT, "X"),
)
# The place in LOOKS of a word in a line's name: the same in every figure.
KNOWN = {"ours": 0, "LSTM": 0, "RNN": 1, "torch": 1, "GRU": 2}
# The dash of each gate and state: those of one cell differ.
GATES = {
    **{"i": DASH_DOT, "f": SOLID, "g": DASHED, "o": DOTTED, "c": LONG, "h": TWO_DOTS},
    **{"r": DOTTED, "z": SOLID, "n": DASHED},
}


def looks(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each name: its own in every figure, or one that is free.

    >>> one, other = looks(["GRU, 64 units", "trigram"]).values()
    >>> one.marker, other.marker  # a GRU always has triangles
    ('^', 'o')

    Of two names that would have the same look, the first one gets it. After seven
    names the looks begin again.
    """
    found: dict[str, Look] = {}
    names = list(names)
    for name in names:
        words = re.findall(r"[A-Za-z]+", name)
        place = next((k for word, k in KNOWN.items() if word in words), None)
        if place is not None and LOOKS[place] not in found.values():
            found[name] = LOOKS[place]
    for name in names:
        free = [look for look in LOOKS if look not in found.values()]
        found.setdefault(name, (free or LOOKS)[0])
    return {name: found[name] for name in names}


def gate_looks(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each gate or state: the ink of its colour, and its dash.

    >>> gate_looks(["f", "u"])["f"].dash
    '-'

    A name that no cell of the course has gets a dash that is free.
    """
    colours = gate_colours(names)
    dashes = {name: GATES[name] for name in colours if name in GATES}
    for name in colours:
        free = [look.dash for look in LOOKS if look.dash not in dashes.values()]
        dashes.setdefault(name, (free or [SOLID])[0])
    return {n: Look(INKS[colour], dashes[n], "o") for n, colour in colours.items()}


def line(
    ax, x: Sequence[float], y: Sequence[float], look: Look, label: str, **more
) -> Line2D:
    """Draw one line in its look, (x, y) with a marker at each point if they are few.

    >>> ax = plt.subplots()[1]
    >>> line(ax, [1, 2], [3, 4], LOOKS[1], "validation").get_marker()
    's'
    """
    marker = look.marker if len(x) <= FEW else ""
    how = {"color": look.ink, "linestyle": look.dash, "marker": marker, "label": label}
    return ax.plot(np.asarray(x), np.asarray(y), **{**how, **more})[0]
