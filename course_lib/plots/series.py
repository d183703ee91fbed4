"""Series over time: what is true, what was predicted, and for how long it holds."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, GREY, VERMILION


def forecast(
    true: Sequence[float],
    predicted: Mapping[str, Sequence[float]],
    holds: int | None = None,
    ylabel: str = "value (standard deviations)",
):
    """Draw a series, and predictions of it over it; all begin at step 1.

    >>> true = [0.0, 1.0, 0.0, -1.0]
    >>> ax = plots.forecast(true, {"free run": [0.1, 0.9, 0.5, 0.2]}, holds=2)
    >>> [line.get_label() for line in ax.lines][:2]
    ['true', 'free run']

    holds: after how many steps a forecast has failed; what follows is shaded.
    """
    ax = plt.subplots(figsize=(6.6, 2.8))[1]
    steps = np.arange(1, len(true) + 1)
    ax.plot(steps, true, color=GREY, linewidth=3, alpha=0.5, label="true")
    styles = (("-", BLUE), ("--", VERMILION))
    for (name, values), (style, colour) in zip(predicted.items(), styles, strict=False):
        ax.plot(steps, values, style, color=colour, linewidth=1.3, label=name)
    if holds is not None:
        ax.axvspan(holds + 0.5, len(true), color=GREY, alpha=0.12, linewidth=0)
        ax.axvline(holds + 0.5, color=GREY, linestyle=":", linewidth=1)
    ax.set(xlabel="step", ylabel=ylabel)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=1 + len(predicted))
    return ax


def still_close(horizons: Mapping[str, Sequence[int]], steps: int):
    """Draw which share of forecasts is still close after each step, a line each.

    >>> ax = plots.still_close({"LSTM": [40, 60], "linear": [2, 3]}, steps=80)
    >>> line = ax.lines[0].get_ydata()
    >>> float(line[0]), float(line[50]), float(line[80])
    (1.0, 0.5, 0.0)

    horizons: name -> how many steps each forecast stays close, as `horizon` counts.
    """
    ax = plt.subplots()[1]
    after = np.arange(steps + 1)
    for (name, values), style in zip(
        horizons.items(), ("-", "--", "-.", ":"), strict=False
    ):
        share = (np.asarray(values)[None] >= after[:, None]).mean(axis=1)
        ax.step(after, share, style, where="post", label=name)
    ax.set(xlabel="steps run free", ylabel="share still close", ylim=(0, 1.03))
    ax.legend()
    return ax
