"""Lines and bars: training curves, and how one quantity grows with another."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, GREY, VERMILION


def perplexity_curve(history, ax=None, baselines: Mapping[str, float] | None = None):
    """Draw perplexity against epoch, with a dashed line for each baseline."""
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
    """Draw the loss by epoch of several runs; later ones dashed, so that all show."""
    ax = ax or plt.subplots()[1]
    for place, (name, values) in enumerate(losses.items()):
        style = "-" if place == 0 else "--"
        width = 5 if place == 0 else 1.8
        epochs = np.arange(1, len(values) + 1)
        ax.plot(epochs, values, style, linewidth=width, label=name)
    ax.set(xlabel="epoch", ylabel="loss (nats a character)")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
    return ax


def perplexity_by_order(orders: Sequence[int], curves: Mapping[str, Sequence[float]]):
    """Draw the perplexity of counting models against their order, a line each."""
    ax = plt.subplots()[1]
    for (name, values), marker in zip(curves.items(), "os^d", strict=False):
        ax.plot(orders, values, marker=marker, label=name)
    ax.set(xlabel="order n (n - 1 characters of context)", ylabel="perplexity")
    ax.set_xticks(list(orders))
    ax.legend()
    return ax


def bytes_by_vocabulary(sizes: Sequence[int], curves: Mapping[str, Sequence[int]]):
    """Draw bytes against vocabulary size on logarithmic axes, a line each."""
    ax = plt.subplots()[1]
    for name, values in curves.items():
        ax.loglog(sizes, values, marker="o", label=name)
    ax.set(xlabel="vocabulary size V", ylabel="bytes")
    ax.legend()
    return ax


def error_by_phase(error: Sequence[float], highlight: int, period: int):
    """Draw the error at each step; every `period`-th from `highlight` on stands out."""
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
    """Draw how quantities fade with the lag, on a logarithmic axis, a line each."""
    ax = plt.subplots()[1]
    for name, values in curves.items():
        ax.semilogy(list(lags), values, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend()
    return ax
