"""One look for all figures: a style sheet, and one colour for each gate."""

from importlib import resources

import matplotlib.pyplot as plt

BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"
PURPLE, ORANGE, SKY, GREY = "#CC79A7", "#E69F00", "#56B4E9", "#444444"

# The colours are Okabe and Ito's (2008), which the colour-blind can tell apart.
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
    """Make matplotlib draw in the style of the course, from here on."""
    plt.style.use(str(resources.files(__package__).joinpath("course.mplstyle")))
