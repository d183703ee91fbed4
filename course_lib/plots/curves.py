"""Lines and bars: training curves, and how one quantity grows with another."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, GREY, VERMILION, gate_colours


def perplexity_curve(history, ax=None, baselines: Mapping[str, float] | None = None):
    """Draw perplexity against epoch, with a dashed line for each baseline.

    >>> history = cl.History()
    >>> for loss in (2.5, 2.0, 1.8):
    ...     history.add(loss, valid_loss=loss + 0.1, seconds=1.0, tokens=1000)
    >>> ax = plots.perplexity_curve(history, baselines={"trigram": 9.0})
    >>> ax.get_ylabel()
    'perplexity'
    """
    ax = ax or plt.subplots()[1]
    epochs = np.arange(1, len(history) + 1)
    ax.plot(epochs, history.perplexity, label="training part")
    if not np.isnan(history.valid_perplexity).all():
        ax.plot(epochs, history.valid_perplexity, label="validation part")
    for name, value in (baselines or {}).items():
        ax.axhline(value, color=GREY, linestyle="--", linewidth=1)
        ax.annotate(
            name,
            (1.01, value),
            xycoords=("axes fraction", "data"),
            va="center",
            color=GREY,
        )
    ax.set(xlabel="epoch", ylabel="perplexity")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
    return ax


def loss_curves(losses: Mapping[str, Sequence[float]], ax=None):
    """Draw the loss by epoch of several runs, each line broken in a way of its own.

    >>> losses = {"ours": [2.9, 2.4, 2.1], "torch's": [2.9, 2.4, 2.1]}
    >>> ax = plots.loss_curves(losses)
    >>> [line.get_label() for line in ax.lines]
    ['ours', "torch's"]
    """
    ax = ax or plt.subplots()[1]
    for place, (name, values) in enumerate(losses.items()):
        style = ("-", "--", ":", "-.")[place % 4]
        width = 5 if place == 0 else 1.8
        epochs = np.arange(1, len(values) + 1)
        ax.plot(epochs, values, style, linewidth=width, label=name)
    ax.set(xlabel="epoch", ylabel="loss (nats a character)")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
    return ax


def perplexity_by_order(orders: Sequence[int], curves: Mapping[str, Sequence[float]]):
    """Draw the perplexity of counting models against their order, a line each.

    >>> curves = {"one way": [27, 17, 10, 7, 6], "another": [27, 17, 9, 6, 4]}
    >>> ax = plots.perplexity_by_order(range(5), curves)
    >>> len(ax.lines)
    2
    """
    ax = plt.subplots()[1]
    for (name, values), marker in zip(curves.items(), "os^d", strict=False):
        ax.plot(orders, values, marker=marker, label=name)
    ax.set(xlabel="order n (n - 1 characters of context)", ylabel="perplexity")
    ax.set_xticks(list(orders))
    ax.legend()
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
    for name, values in curves.items():
        ax.loglog(sizes, values, marker="o", label=name)
    ax.set(xlabel="vocabulary size V", ylabel="bytes")
    ax.legend()
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
    ax.bar(steps, error, color=np.where(stands_out, VERMILION, BLUE))
    ax.axhline(0.5, color=GREY, linestyle="--", linewidth=1)
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
    for name, values in curves.items():
        ax.semilogy(list(lags), values, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend()
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
    ax = plt.subplots(figsize=(6.6, 0.6 * len(rows) + 1))[1]
    names = list(rows[0]["speed_up"])
    for place, (name, marker) in enumerate(zip(names, "os^dvP", strict=False)):
        spreads = np.array([row["speed_up"][name] for row in rows])  # (rows, 3)
        low, median, high = spreads.T
        where = np.arange(len(rows)) + 0.14 * (place - (len(names) - 1) / 2)
        whiskers = [median - low, high - median]
        ax.errorbar(median, where, xerr=whiskers, fmt=marker, label=name, elinewidth=1)
    for edge in range(1, len(rows)):
        ax.axhline(edge - 0.5, color=GREY, linewidth=0.3)
    ax.axvline(1, color=GREY, linestyle="--", linewidth=1)
    what = ["writing, " if "length" in row else "" for row in rows]
    labels = [w + row["size"] for w, row in zip(what, rows, strict=True)]
    ax.set_yticks(range(len(rows)), labels)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xscale("log")
    ticks = [0.5, 1, 2, 4, 8, 16]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_xlabel("ours is so many times faster than ...")
    below = -0.85 / len(rows)  # half an inch, whatever the height
    ax.legend(loc="upper center", bbox_to_anchor=(0.4, below), ncols=3)
    return ax


def growth(rows: Mapping[str, Sequence[Mapping]], of: str, ylabel: str):
    """Draw how a quantity grows with each size, on logarithmic axes: a panel a size.

    >>> small = {"H": 16, "milliseconds": {"ours": 1.0, "torch's": 1.1}}
    >>> large = {"H": 64, "milliseconds": {"ours": 3.0, "torch's": 3.2}}
    >>> ax = plots.growth({"H": [small, large]}, "milliseconds", "ms")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('H', 'ms')

    rows: name of the size -> rows of the benchmark's record; of: the key of a mapping
    from a contender's name to a number, such as "milliseconds".
    """
    axes = plt.subplots(1, len(rows), figsize=(6.6, 2.8), sharey=True)[1]
    for ax, (size, each) in zip(np.atleast_1d(axes), rows.items(), strict=True):
        places = [row[size] for row in each]
        for name, marker in zip(each[0][of], "os^d", strict=False):
            values = [row[of][name] for row in each]
            ax.loglog(places, values, marker=marker, label=name)
        ax.set_xticks(places, [str(place) for place in places])
        ax.minorticks_off()
        ax.set_xlabel(size)
    np.atleast_1d(axes)[0].set_ylabel(ylabel)
    np.atleast_1d(axes)[0].legend()
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
    ax.axhspan(0, 1, color=GREY, alpha=0.12, linewidth=0)
    colours = gate_colours(gates)
    for place, (name, values) in enumerate(gates.items()):
        style = ("-", "--", "-.", ":")[place % 4]
        ax.plot(values, style, color=colours[name], label=name)
    ax.set(xlabel="step", ylabel="value")
    ax.legend(ncols=len(gates), loc="lower right", bbox_to_anchor=(1, 1))
    return ax
