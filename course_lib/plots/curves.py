"""Lines and bars: training curves, and how one quantity grows with another."""

import re
import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from .ends import name_ends, named_lines
from .looks import LOOKS, gate_looks, line, looks
from .marks import powers
from .style import BLUE, GREY, INKS, VERMILION, WIDTH


def perplexity_curve(history, ax=None, baselines: Mapping[str, float] | None = None):
    """Draw perplexity against epoch, with a dotted line for each baseline.

    >>> history = cl.History()
    >>> for loss in (2.5, 2.0, 1.8):
    ...     history.add(loss, valid_loss=loss + 0.1, seconds=1.0, tokens=1000)
    >>> ax = plots.perplexity_curve(history, baselines={"trigram": 9.0})
    >>> ax.get_ylabel()
    'perplexity'
    """
    ax = ax or plt.subplots()[1]
    epochs = np.arange(1, len(history) + 1)
    parts = {"training part": history.perplexity}
    if not np.isnan(history.valid_perplexity).all():
        parts["validation part"] = history.valid_perplexity
    lines = {
        name: line(ax, epochs, values, look, name)
        for (name, values), look in zip(parts.items(), LOOKS, strict=False)
    }
    for name, value in (baselines or {}).items():
        level = {"color": INKS[GREY], "linestyle": ":", "linewidth": 1.2}
        lines[name] = ax.axhline(value, **level)
    ax.set(xlabel="epoch", ylabel="perplexity")
    ax.xaxis.get_major_locator().set_params(integer=True)
    name_ends(ax, lines)
    return ax


def loss_curves(losses: Mapping[str, Sequence[float]], ax=None):
    """Draw the loss by epoch of several runs; a first line beneath another is broad.

    >>> losses = {"ours": [2.9, 2.4, 2.1], "torch's": [2.9, 2.4, 2.1]}
    >>> ax = plots.loss_curves(losses)
    >>> [line.get_label() for line in ax.lines]
    ['ours', "torch's"]
    """
    ax = ax or plt.subplots()[1]
    lines = named_lines(ax, None, losses)
    below, *others = lines.values()
    first = below.get_ydata()
    if any(_alike(first, other.get_ydata()) for other in others):
        below.set(linewidth=5, markersize=8)
    ax.set(xlabel="epoch", ylabel="loss (nats a character)")
    ax.xaxis.get_major_locator().set_params(integer=True)
    return ax


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether two curves cannot be told from each other."""
    return len(one) == len(other) and np.allclose(one, other, rtol=1e-3)


def perplexity_by_order(orders: Sequence[int], curves: Mapping[str, Sequence[float]]):
    """Draw the perplexity of counting models against their order, a line each.

    >>> curves = {"one way": [27, 17, 10, 7, 6], "another": [27, 17, 9, 6, 4]}
    >>> ax = plots.perplexity_by_order(range(5), curves)
    >>> len(ax.lines)
    2
    """
    ax = plt.subplots()[1]
    named_lines(ax, orders, curves)
    ax.set(xlabel="order n (n - 1 characters of context)", ylabel="perplexity")
    ax.set_xticks(list(orders))
    return ax


def bytes_by_vocabulary(sizes: Sequence[int], curves: Mapping[str, Sequence[int]]):
    """Draw bytes against vocabulary size on logarithmic axes, a line each.

    >>> sizes = [10, 100, 1000]
    >>> curves = {"ids": [8] * 3, "one-hot rows": [4 * V for V in sizes]}
    >>> ax = plots.bytes_by_vocabulary(sizes, curves)
    >>> ax.get_xscale(), ax.get_yscale()
    ('log', 'log')
    """
    ax = plt.subplots()[1]
    named_lines(ax, sizes, curves)
    ax.set(xscale="log", yscale="log", xlabel="vocabulary size V", ylabel="bytes")
    powers(ax.xaxis)
    powers(ax.yaxis)
    return ax


def error_by_phase(error: Sequence[float], highlight: int, period: int):
    """Draw the error at each step; every `period`-th from `highlight` on stands out.

    >>> ax = plots.error_by_phase([0.5, 0.5, 0.1] * 3, highlight=2, period=3)
    >>> len(ax.patches)  # a bar for each step
    9
    """
    ax = plt.subplots()[1]
    steps = np.arange(len(error))
    stands_out = steps % period == highlight
    ax.bar(steps, error, color=np.where(stands_out, INKS[VERMILION], INKS[BLUE]))
    ax.axhline(0.5, color=INKS[GREY], linestyle="--", linewidth=1)
    ax.set(xlabel="step", ylabel="root mean square error")
    ax.set_xticks(steps)
    return ax


def by_lag(
    lags: Sequence[int], curves: Mapping[str, Sequence[float]], xlabel: str, ylabel: str
):
    """Draw how quantities fade with the lag, on a logarithmic axis, a line each.

    >>> curves = {"f = 0.9": [0.9**k for k in range(20)]}
    >>> ax = plots.by_lag(range(20), curves, "lag (steps back)", "what is left")
    >>> ax.get_yscale()
    'log'
    """
    ax = plt.subplots()[1]
    named_lines(ax, lags, curves)
    ax.set(yscale="log", xlabel=xlabel, ylabel=ylabel)
    powers(ax.yaxis)
    return ax


def speed_ups(rows: Sequence[Mapping]):
    """Draw how many times faster ours was than each other way, size by size.

    >>> one = {"torch's": (0.8, 1.0, 1.1), "d2l's": (3.0, 3.5, 4.0)}
    >>> two = {"torch's": (0.9, 1.2, 1.3), "d2l's": (4.0, 5.5, 6.0)}
    >>> rows = [{"size": "H 16", "speed_up": one}, {"size": "H 64", "speed_up": two}]
    >>> ax = plots.speed_ups(rows)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['H 16', 'H 64']

    rows: as the benchmark's record has them, with "size" and "speed_up", a mapping from
    a name to (low, median, high). A mark is the median, its whiskers the quartiles.
    """
    ax = plt.subplots(figsize=(WIDTH, 0.6 * len(rows) + 1.6))[1]
    names = list(rows[0]["speed_up"])
    for place, (name, look) in enumerate(looks(names).items()):
        spreads = np.array([row["speed_up"][name] for row in rows])  # (rows, 3)
        low, median, high = spreads.T
        where = np.arange(len(rows)) + 0.14 * (place - (len(names) - 1) / 2)
        whiskers = [median - low, high - median]
        how = {"color": look.ink, "label": name, "elinewidth": 1}
        ax.errorbar(median, where, xerr=whiskers, fmt=look.marker, **how)
    for edge in range(1, len(rows)):
        ax.axhline(edge - 0.5, color=INKS[GREY], linewidth=0.3)
    ax.axvline(1, color=INKS[GREY], linestyle="--", linewidth=1)
    what = ["writing, " if "length" in row else "" for row in rows]
    labels = [w + row["size"] for w, row in zip(what, rows, strict=True)]
    ax.set_yticks(range(len(rows)), [_in_lines(label) for label in labels])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xscale("log")
    ticks = [0.5, 1, 2, 4, 8, 16]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_xlabel("ours is so many times faster than ...")
    ax.figure.legend(loc="outside lower center", ncols=2)
    return ax


def _in_lines(label: str) -> str:
    """Return a size in lines of 14 letters, such as "V 28" whole."""
    whole = re.sub(r"\b([A-Z]) (?=\d)", "\\1\u00a0", label)
    return textwrap.fill(whole, 14).replace("\u00a0", " ")


def rounding(scale: float, most: float = 1.0):
    """Draw numbers from -most to most, and the multiples of a scale nearest to them.

    >>> ax = plots.rounding(0.25)
    >>> [name.get_text() for name in ax.texts]
    ['float32', 'rounded']
    """
    w = np.linspace(-most, most, 401)
    ax = plt.subplots()[1]
    named_lines(ax, w, {"float32": w, "rounded": scale * np.round(w / scale)})
    ax.set(xlabel="a weight w", ylabel="what is kept of it")
    return ax


def growth(rows: Mapping[str, Sequence[Mapping]], of: str, ylabel: str):
    """Draw how a quantity grows with each size, on logarithmic axes: a panel a size.

    The panels are one below another, with one scale upwards.

    >>> small = {"H": 16, "milliseconds": {"ours": 1.0, "torch's": 1.1}}
    >>> large = {"H": 64, "milliseconds": {"ours": 3.0, "torch's": 3.2}}
    >>> ax = plots.growth({"H": [small, large]}, "milliseconds", "ms")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('H', 'ms')

    rows: name of the size -> rows of the benchmark's record; of: the key of a mapping
    from a contender's name to a number, such as "milliseconds".
    """
    size = (WIDTH, 0.4 + 1.7 * len(rows))
    axes = plt.subplots(len(rows), 1, figsize=size, sharey=True)[1]
    for ax, (size, each) in zip(np.atleast_1d(axes), rows.items(), strict=True):
        places = [row[size] for row in each]
        named_lines(
            ax, places, {name: [row[of][name] for row in each] for name in each[0][of]}
        )
        ax.set(xscale="log", yscale="log", xlabel=size, ylabel=ylabel)
        ax.set_xticks(places, [str(place) for place in places])
        ax.xaxis.minorticks_off()
        powers(ax.yaxis)
    return axes


def gates_over_time(gates: Mapping[str, Sequence[float]]):
    """Draw the gates of one unit by step, and the room between 0 and 1, shaded.

    >>> ax = plots.gates_over_time({"f": [0.9, 0.2, 1.3], "i": [0.1, 0.8, 0.2]})
    >>> bool(max(ax.lines[0].get_ydata()) > 1)  # no gate: the sigmoid is missing
    True

    gates: name, such as f, -> its values, one a step; a line in that gate's colour.
    The gate of a cell of your own has one, too: see `plots.gate_colours`.
    """
    ax = plt.subplots()[1]
    ax.axhspan(0, 1, color=INKS[GREY], alpha=0.12, linewidth=0)
    lines = {
        name: line(ax, range(len(gates[name])), gates[name], look, name)
        for name, look in gate_looks(gates).items()
    }
    ax.set(xlabel="step", ylabel="value")
    name_ends(ax, lines)
    return ax
