"""One look for all figures: a style sheet, and one colour for each gate."""

from collections.abc import Iterable
from importlib import resources

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from ..nn.values import Value
from .inline import show_as_vectors

BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"
PURPLE, ORANGE, SKY, GREY = "#CC79A7", "#E69F00", "#56B4E9", "#444444"

# The colour of each gate and state in every figure, by its letter, from the palette of
# Okabe and Ito (2008), which the colour-blind can tell apart.
GATE_COLOURS = {
    "i": GREEN,
    "f": BLUE,
    "g": ORANGE,
    "o": VERMILION,
    "c": PURPLE,
    "h": GREY,
    "r": VERMILION,
    "z": SKY,
    "n": ORANGE,
}
# The gates of other cells: Paul Tol's "muted" scheme, for the colour-blind, too.
OTHER_COLOURS = ("#882255", "#44AA99", "#999933", "#332288", "#AA4499", "#117733")
# For lines and letters each hue has an ink, dark enough on white paper: at least
# 4.5 to 1 (WCAG 2.2). A dark page takes lighter ones: _static/figures.css.
INKS = {
    **{BLUE: "#0069a6", VERMILION: "#b84a00", GREEN: "#00805d", PURPLE: "#a84f82"},
    **{ORANGE: "#9a6700", SKY: "#1c73a7", GREY: "#444444"},
    **{"#882255": "#882255", "#44AA99": "#23776a", "#999933": "#6b6b1d"},
    **{"#332288": "#332288", "#AA4499": "#96388a", "#117733": "#117733"},
}
WIDTH = 5.0  # inches of a figure: on a phone its letters are as large as they should be
SMALL = 10  # points: the smallest letters, just over nine pixels on a phone
# For states, centred on 0: red above and blue below. The darkest ends are left out: a
# dark page would show both of them nearly white.
SIGNED = LinearSegmentedColormap.from_list(
    "signed", mpl.colormaps["RdBu_r"](np.linspace(0.1, 0.9, 101))
)
# For places in a text, one after another, behind letters.
PLACES = LinearSegmentedColormap.from_list(
    "places", 0.55 * mpl.colormaps["viridis"](np.linspace(0, 1, 101)) + 0.45
)
UNSIGNED = "Blues"  # for gates and counts, from 0


def use_style() -> None:
    """Make matplotlib draw in the style of the course, from here on.

    A notebook then shows figures as vectors, SVG for a page and PDF for paper. Chinese
    characters are drawn with a font that comes with the course.

    >>> with plt.rc_context():  # afterwards everything is as it was
    ...     plots.use_style()
    ...     plt.rcParams["axes.spines.top"]
    False
    """
    plt.style.use(str(resources.files(__package__).joinpath("course.mplstyle")))
    show_as_vectors()


def gate_colours(names: Iterable[str]) -> dict[str, str]:
    """Return a colour for each name: its own in every figure, or one of the others.

    >>> plots.gate_colours(["f", "u"])  # no cell of the course has a gate u
    {'f': '#0072B2', 'u': '#332288'}

    A name that no cell of the course has gets the same colour each time, too, unless
    another of these names has it already.
    """
    colours: dict[str, str] = {}
    for name in names:
        first = sum(map(ord, name)) % len(OTHER_COLOURS)
        others = OTHER_COLOURS[first:] + OTHER_COLOURS[:first]
        free = [colour for colour in others if colour not in colours.values()]
        colours[name] = GATE_COLOURS.get(name) or (free or others)[0]
    return colours


def gate_map(value: Value, colour: str) -> dict:
    """Return how the map of a value is coloured: cmap, vmin and vmax for imshow.

    A gate goes from white at 0 to its own colour at 1; a candidate or a hidden state
    is blue below 0 and red above; a memory cell likewise, up to 2.
    """
    if value.kind == "gate":
        ramp = LinearSegmentedColormap.from_list(value.name, ["white", colour])
        return {"cmap": ramp, "vmin": 0, "vmax": 1}
    most = 1 if value.kind == "candidate" or value.name == "h" else 2
    return {"cmap": SIGNED, "vmin": -most, "vmax": most}
