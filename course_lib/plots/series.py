"""Series over time: what is true, what was predicted, and for how long it holds."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from .ends import name_ends, named_lines
from .looks import LOOKS, SOLID, line, looks
from .style import GREY, INKS


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
    ax = plt.subplots()[1]
    steps = np.arange(1, len(true) + 1)
    wide = {"linewidth": 4, "alpha": 0.45, "marker": ""}
    broad = LOOKS[4]._replace(dash=SOLID)
    lines = {"true": line(ax, steps, true, broad, "true", **wide)}
    for name, look in looks(predicted).items():
        lines[name] = line(ax, steps, predicted[name], look, name, linewidth=1.4)
    if holds is not None:
        ax.axvspan(holds + 0.5, len(true), color=INKS[GREY], alpha=0.12, linewidth=0)
        ax.axvline(holds + 0.5, color=INKS[GREY], linestyle=":", linewidth=1)
    ax.set(xlabel="step", ylabel=ylabel)
    name_ends(ax, lines)
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
    shares = {
        name: (np.asarray(values)[None] >= after[:, None]).mean(axis=1)
        for name, values in horizons.items()
    }
    for each in named_lines(ax, after, shares).values():
        each.set_drawstyle("steps-post")
    ax.set(xlabel="steps run free", ylabel="share still close", ylim=(0, 1.03))
    return ax
