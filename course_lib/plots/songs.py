"""Songs as pictures: what of them is copied, and how that changes."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from .fonts import FAMILIES, drawable
from .grids import visible
from .style import BLUE, UNSIGNED, VERMILION

COLUMNS = 26
LETTERS = {"family": FAMILIES, "parse_math": False}  # a dollar sign is one


def copied_songs(songs: Mapping[str, tuple[str, Sequence[int]]]):
    """Draw songs character by character, each as dark as the copy that it is part of.

    >>> ax = plots.copied_songs({"one": ("分开 and more", [2, 2, *[0] * 9])})
    >>> ax.get_yticklabels()[0].get_text()
    'one'

    songs: title -> (song, its `copied(...).runs`). Lines have 26 characters. What no
    font at hand can draw is shown as a mark.
    """
    lines, places, titles = [], [], list(songs)
    for song, runs in songs.values():
        places.append(len(lines))
        pairs = list(zip(song, runs, strict=True))
        lines += [pairs[k : k + COLUMNS] for k in range(0, len(pairs), COLUMNS)]
    ax = plt.subplots(figsize=(6.4, 0.5 + 0.27 * len(lines)))[1]
    shades = np.full((len(lines), COLUMNS), np.nan)
    for row, line in enumerate(lines):
        shades[row, : len(line)] = [run for _, run in line]
    image = ax.imshow(shades, cmap=UNSIGNED, vmin=0)
    dark = np.nanmax(shades) * 0.6
    for row, line in enumerate(lines):
        for column, (character, run) in enumerate(line):
            _write(ax, column, row, character, "white" if run > dark else "black")
    ax.set_yticks(places, [drawable(title) for title in titles], **LETTERS)
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.figure.colorbar(image, ax=ax, label="copied run\n(characters)")
    return ax


def _write(ax, column: int, row: int, character: str, colour: str) -> None:
    """Write one character into its field; a space is left as a space."""
    seen = "" if character == " " else drawable(visible(character))
    place = {"ha": "center", "va": "center", "fontsize": 9}
    ax.text(column, row, seen, color=colour, **place, **LETTERS)


def shares(values: Mapping[float, Sequence[float]], xlabel: str, ylabel: str):
    """Draw shares, 0 to 1, against a number: a point for each, and a line of medians.

    >>> ax = plots.shares({0.5: [0.9, 1.0], 1.0: [0.5, 0.7]}, "temperature", "share")
    >>> [float(y) for y in ax.lines[0].get_ydata()]
    [0.95, 0.6]
    """
    ax = plt.subplots()[1]
    medians = [float(np.median(each)) for each in values.values()]
    ax.plot(list(values), medians, color=BLUE, label="median")
    for x, each in values.items():
        ax.plot([x] * len(each), each, "o", color=VERMILION, alpha=0.25, zorder=0)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(-0.03, 1.03))
    ax.legend()
    return ax
