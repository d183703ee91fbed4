"""Sound: what is heard when, what is said about it, and how often that is wrong."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from torch import Tensor

from .ends import name_ends
from .looks import LOOKS, SOLID, Look, line, looks
from .style import GREY, INKS, UNSIGNED, WIDTH


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
    how = {"sharex": True, "height_ratios": [4, 1]}
    axes = plt.subplots(2, 1, figsize=(WIDTH, 2.9), **how)[1]
    seconds = len(x) * step
    extent = (first, first + seconds, *pitches)
    how = {"origin": "lower", "aspect": "auto", "cmap": UNSIGNED, "extent": extent}
    axes[0].imshow(x.T.numpy(), **how)
    axes[0].set_ylabel("pitch (Hz)")
    times = np.linspace(0, seconds, len(key), endpoint=False)
    turns = np.flatnonzero(np.diff(key.numpy(), prepend=-1, append=-1)[:-1])
    edges = np.append(times[turns], seconds), np.append(key.numpy()[turns], key[-1])
    axes[1].fill_between(*edges, step="post", color=INKS[GREY], linewidth=0)
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
    ax = plt.subplots()[1]
    times = (np.arange(len(p)) + 0.5) * step
    blank = Look(INKS[GREY], SOLID, "")
    lines = {}
    for values, name, look in zip(p.T, names, (blank, *LOOKS), strict=False):
        quiet = {"linewidth": 0.8, "alpha": 0.7} if look == blank else {}
        lines[name] = line(ax, times, values, look, name, marker="", **quiet)
    ax.set(xlabel="time (s)", ylabel="probability", ylim=(0, 1.03))
    name_ends(ax, lines)
    return ax


def by_epoch(
    curves: Mapping[str, Sequence[Sequence[float]]], ylabel: str, xlabel: str = "epoch"
):
    """Draw what several runs of each kind reach after every epoch (or step).

    >>> curves = {"symbols": [[1.0, 0.2], [1.0, 0.3]], "letters": [[1.0, 0.9]]}
    >>> ax = plots.by_epoch(curves, "character error rate")
    >>> [text.get_text() for text in ax.texts]
    ['symbols', 'letters']
    """
    ax = plt.subplots()[1]
    lines = {}
    for name, look in looks(curves).items():
        for run in curves[name]:
            epochs = np.arange(1, len(run) + 1)
            how = {"linewidth": 1.2, "alpha": 0.8, "marker": ""}
            each = line(ax, epochs, run, look, name, **how)
            lines.setdefault(name, each)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(bottom=0)
    ax.xaxis.get_major_locator().set_params(integer=True)
    if len(curves) > 1:
        name_ends(ax, lines)
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
        ax.axvspan(*known, color=INKS[GREY], alpha=0.1, linewidth=0)
    lines = {}
    for name, look in looks(curves).items():
        values = np.asarray(curves[name])  # (runs, places)
        means = values.mean(axis=0)
        lines[name] = line(ax, places, means, look, name, marker="")
        if len(values) > 1:
            across = np.tile(places, len(values))
            dots = {"color": look.ink, "marker": look.marker, "s": 8, "alpha": 0.6}
            ax.scatter(across, values.flatten(), **dots)
    lines["5 %"] = ax.axhline(0.05, color=INKS[GREY], linestyle=":", linewidth=1)
    ax.set(xlabel=xlabel, ylabel="character error rate")
    ax.set_ylim(bottom=0)
    name_ends(ax, lines)
    return ax
