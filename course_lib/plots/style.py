"""One look for all figures: a style sheet, and one colour for each gate."""

from importlib import resources

import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

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
SIGNED = "RdBu_r"  # for states, centred on 0
UNSIGNED = "Blues"  # for gates and counts, from 0


def use_style() -> None:
    """Make matplotlib draw in the style of the course, from here on.

    Chinese characters are drawn with a font that comes with the course.

    >>> with plt.rc_context():  # afterwards everything is as it was
    ...     plots.use_style()
    ...     plt.rcParams["axes.spines.top"]
    False
    """
    plt.style.use(str(resources.files(__package__).joinpath("course.mplstyle")))


def gate_map(name: str) -> dict:
    """Return how the map of a value is coloured: cmap, vmin and vmax for imshow.

    A gate goes from white at 0 to its own colour at 1; a candidate or a hidden state
    is blue below 0 and red above; a memory cell likewise, up to 2.
    """
    if name in "iforz":
        ramp = LinearSegmentedColormap.from_list(name, ["white", GATE_COLOURS[name]])
        return {"cmap": ramp, "vmin": 0, "vmax": 1}
    most = 2 if name == "c" else 1
    return {"cmap": SIGNED, "vmin": -most, "vmax": most}
