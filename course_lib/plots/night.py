"""Maps on a dark page: their colours turned, and letters that can be read on both.

The site turns the colours of a map by a filter (tools/site/figures.py): white becomes
the page's ground, a dark colour a light one of nearly the same hue. A letter on a map
says by its own colour what it is to be on paper and what on a dark page.
"""

from collections.abc import Sequence

import numpy as np

GROUND = (0x12, 0x12, 0x12)  # of a dark page of the site, 0 to 255
# Red, green and blue inverted, then turned by half a circle of hues: W3C, Filter
# Effects, hueRotate. A row for each of what comes out, a column for what goes in.
TURNED = ((0.574, -1.43, -0.144), (-0.426, -0.43, -0.144), (-0.426, -1.43, 0.856))
EVEN = 0.179  # the luminance that has the same contrast with black and with white
# Letters by (black on paper, black in the dark): all but black or white to the eye.
LETTERS = {
    (True, False): "#010101",
    (False, True): "#fefefe",
    (True, True): "#020202",
    (False, False): "#fdfdfd",
}


def in_the_dark(rgb: Sequence[float]) -> np.ndarray:
    """Return a map's colour, (3,) from 0 to 1, as a dark page shows it.

    >>> in_the_dark([1, 1, 1]).round(2).tolist()  # the page's ground
    [0.07, 0.07, 0.07]
    """
    ground = np.array(GROUND) / 255
    return np.clip((1 - ground) * (np.array(TURNED) @ rgb + 1) + ground, 0, 1)


def letters_on(rgb: Sequence[float]) -> str:
    """Return the colour of a letter that can be read on a map's colour, in both themes.

    >>> letters_on([1, 1, 1]), letters_on([0, 0, 0.3])
    ('#010101', '#fefefe')

    It has a contrast of 4.5 or more with its ground (WCAG 2.2, level AA).
    """
    both = rgb, in_the_dark(rgb)
    return LETTERS[tuple(bool(_luminance(each) > EVEN) for each in both)]


def _luminance(rgb: Sequence[float]) -> float:
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    rgb = np.asarray(rgb, dtype=float)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
