"""Songs as pictures: what of them is copied, and how that changes."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from .ends import name_ends
from .fonts import FAMILIES, drawable
from .grids import visible
from .looks import LOOKS, line
from .marks import colour_bar
from .night import letters_on
from .style import INKS, SMALL, UNSIGNED, VERMILION, WIDTH

COLUMNS = 26
LETTERS = {"family": FAMILIES, "parse_math": False}  # a dollar sign is one


def copied_songs(songs: Mapping[str, tuple[str, Sequence[int]]]):
    """Draw songs character by character, on a ground as strong as its copy is long.

    >>> ax = plots.copied_songs({"one": ("分开 and more", [2, 2, *[0] * 9])})
    >>> ax.texts[0].get_text()
    'one'

    songs: title -> (song, its `copied(...).runs`). Lines have 26 characters, and the
    title is above them. What no font at hand can draw is shown as a mark.
    """
    lines, titles = [], {}
    for title, (song, runs) in songs.items():
        titles[len(lines)] = title
        pairs = list(zip(song, runs, strict=True))
        lines += [[], *(pairs[k : k + COLUMNS] for k in range(0, len(pairs), COLUMNS))]
    ax = plt.subplots(figsize=(WIDTH, 0.8 + 0.24 * len(lines)))[1]
    shades = np.full((len(lines), COLUMNS), np.nan)
    for row, letters in enumerate(lines):
        shades[row, : len(letters)] = [run for _, run in letters]
    image = ax.imshow(shades, cmap=UNSIGNED, vmin=0)
    for row, title in titles.items():
        place = {"va": "center", "fontsize": SMALL}
        ax.text(-0.5, row, drawable(title), **place, **LETTERS)
    for row, letters in enumerate(lines):
        for column, (character, run) in enumerate(letters):
            _write(ax, column, row, character, letters_on(image.to_rgba(run)[:3]))
    ax.set_axis_off()
    colour_bar(ax, image, "copied run (characters)")
    return ax


def _write(ax, column: int, row: int, character: str, colour: str) -> None:
    """Write one character into its field; a space is left as a space."""
    seen = "" if character == " " else drawable(visible(character))
    place = {"ha": "center", "va": "center", "fontsize": SMALL}
    ax.text(column, row, seen, color=colour, **place, **LETTERS)


def shares(values: Mapping[float, Sequence[float]], xlabel: str, ylabel: str):
    """Draw shares, 0 to 1, against a number: a point for each, and a line of medians.

    >>> ax = plots.shares({0.5: [0.9, 1.0], 1.0: [0.5, 0.7]}, "temperature", "share")
    >>> [float(y) for y in ax.lines[0].get_ydata()]
    [0.95, 0.6]
    """
    ax = plt.subplots()[1]
    medians = [float(np.median(each)) for each in values.values()]
    middle = line(ax, list(values), medians, LOOKS[0], "median", marker="")
    for x, each in values.items():
        dots = {"color": INKS[VERMILION], "alpha": 0.35, "zorder": 0}
        ax.plot([x] * len(each), each, "o", **dots)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(-0.03, 1.03))
    name_ends(ax, {"median": middle})
    return ax
