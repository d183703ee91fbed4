"""Sound: what is heard when, what is said about it, and how often that is wrong."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from torch import Tensor

from .style import BLUE, GREEN, GREY, PURPLE, UNSIGNED, VERMILION

LINES = (("-", BLUE), ("--", VERMILION), ("-.", GREEN), (":", PURPLE))


def sound_map(
    x: Tensor,
    key: Tensor,
    step: float,
    pitches: tuple[float, float],
    first: float = 0.0,
):
    """Draw a spectrogram, (frames, pitches), and below it when the key was down.

    >>> x = torch.rand(40, 19)
    >>> axes = plots.sound_map(x, torch.ones(500), step=0.0125, pitches=(350, 950))
    >>> axes[0].get_ylabel(), axes[1].get_xlabel()
    ('pitch (Hz)', 'time (s)')

    step: seconds from frame to frame; pitches: Hz of the first and the last column;
    first: seconds at which the first frame begins. key: (N,) 0 or 1, over all the time.
    """
    axes = plt.subplots(
        2, 1, figsize=(6.6, 2.7), sharex=True, height_ratios=[4, 1], squeeze=True
    )[1]
    seconds = len(x) * step
    extent = (first, first + seconds, *pitches)
    how = {"origin": "lower", "aspect": "auto", "cmap": UNSIGNED, "extent": extent}
    axes[0].imshow(x.T.numpy(), **how)
    axes[0].set_ylabel("pitch (Hz)")
    times = np.linspace(0, seconds, len(key), endpoint=False)
    axes[1].fill_between(times, key.numpy(), step="post", color=GREY, linewidth=0)
    axes[1].set(xlabel="time (s)", ylabel="key", xlim=(0, seconds))
    axes[1].set_yticks([0, 1], ["up", "down"])
    return axes


def symbols_over_time(p: Tensor, names: Sequence[str], step: float):
    """Draw the probability of each symbol over time, (T, V); the first is the blank.

    >>> p = torch.full((30, 3), 1 / 3)
    >>> ax = plots.symbols_over_time(p, ["blank", "dot", "dash"], step=0.025)
    >>> [line.get_label() for line in ax.lines]
    ['blank', 'dot', 'dash']

    step: seconds from one row of p to the next.
    """
    ax = plt.subplots(figsize=(6.6, 2.7))[1]
    times = (np.arange(len(p)) + 0.5) * step
    styles = (("-", GREY), *LINES)
    for values, name, (style, colour) in zip(p.T, names, styles, strict=False):
        blank = name == names[0]
        width, alpha = (1, 0.5) if blank else (1.6, 1)
        ax.plot(times, values, style, color=colour, lw=width, alpha=alpha, label=name)
    ax.set(xlabel="time (s)", ylabel="probability", ylim=(0, 1.03))
    ax.legend(ncols=len(names), loc="lower center", bbox_to_anchor=(0.5, 1))
    return ax


def by_epoch(
    curves: Mapping[str, Sequence[Sequence[float]]], ylabel: str, xlabel: str = "epoch"
):
    """Draw what several runs of each kind reach after every epoch (or step).

    >>> curves = {"symbols": [[1.0, 0.2], [1.0, 0.3]], "letters": [[1.0, 0.9]]}
    >>> ax = plots.by_epoch(curves, "character error rate")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['symbols', 'letters']
    """
    ax = plt.subplots()[1]
    for (name, runs), (style, colour) in zip(curves.items(), LINES, strict=False):
        for k, run in enumerate(runs):
            label = name if k == 0 else None
            epochs = np.arange(1, len(run) + 1)
            ax.plot(epochs, run, style, color=colour, lw=1.2, alpha=0.8, label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(bottom=0)
    ax.xaxis.get_major_locator().set_params(integer=True)
    if len(curves) > 1:
        ax.legend()
    return ax


def error_against(
    places: Sequence[float],
    curves: Mapping[str, Sequence[Sequence[float]]],
    xlabel: str,
    known: tuple[float, float] | None = None,
):
    """Draw the error rate against a quantity: the mean of several runs, and each run.

    >>> curves = {"network": [[0.9, 0.1], [0.8, 0.0]], "threshold": [[1.0, 0.0]]}
    >>> ax = plots.error_against([-10, 0], curves, "dB", known=(-5, 5))
    >>> ax.get_ylabel(), len(ax.collections) > 0
    ('character error rate', True)

    curves: name -> runs, each with a value for each place. known: the range that was
    trained on, shaded. A dotted line marks 5 %. Above 1, more was said than was sent.
    """
    ax = plt.subplots()[1]
    if known is not None:
        ax.axvspan(*known, color=GREY, alpha=0.1, linewidth=0)
    for (name, runs), (style, colour) in zip(curves.items(), LINES, strict=False):
        values = np.asarray(runs)  # (runs, places)
        ax.plot(places, values.mean(axis=0), style, color=colour, label=name)
        if len(values) > 1:
            across = np.tile(places, len(values))
            ax.scatter(across, values.flatten(), color=colour, s=7, alpha=0.5)
    ax.axhline(0.05, color=GREY, linestyle=":", linewidth=1)
    ax.set(xlabel=xlabel, ylabel="character error rate")
    ax.set_ylim(bottom=0)
    ax.legend()
    return ax
