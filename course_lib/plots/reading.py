"""Images, what a network says while it reads one, and scores over seeds."""

import textwrap
from collections.abc import Mapping, Sequence
from statistics import mean, stdev

import matplotlib.pyplot as plt
from torch import Tensor

from .marks import colour_bar, name_upright
from .style import BLUE, GREY, INKS, SMALL, UNSIGNED, VERMILION, WIDTH

LETTERS = 60  # small ones, side by side in a figure


def small_images(images: Tensor, titles: Sequence[str], columns: int = 8):
    """Draw small grey images (N, R, D), each with a line above it.

    >>> digits = cl.load_digits().test
    >>> axes = plots.small_images(digits.x[:3], [str(int(k)) for k in digits.y[:3]])
    >>> [ax.get_title() for ax in axes]
    ['2', '4', '8']
    """
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    size = (min(WIDTH, 0.85 * columns + 0.2), rows * (0.5 + WIDTH / max(columns, 6)))
    letters = int(LETTERS / max(columns, 6))
    axes = plt.subplots(rows, columns, squeeze=False, figsize=size)[1].flatten()
    for ax in axes:
        ax.set_axis_off()
    for ax, image, title in zip(axes, images, titles, strict=False):
        ax.imshow(image.numpy(), cmap="gray_r", vmin=0, vmax=1, aspect="equal")
        ax.set_title(textwrap.fill(title, letters), fontsize=SMALL, loc="center")
    return axes[: len(images)]


def while_reading(image: Tensor, p: Tensor):
    """Draw an image (T, D), and beside each row what is said after it, p (T, C).

    >>> digits = cl.load_digits().test
    >>> axes = plots.while_reading(digits.x[0], torch.full((8, 10), 0.1))
    >>> axes[1].get_xlabel(), len(axes[1].get_images())
    ('class', 1)
    """
    T, C = p.shape
    figure = plt.figure(figsize=(WIDTH, 3.3))
    left, right = figure.subplots(1, 2, width_ratios=[image.shape[1], 1.3 * C])
    left.imshow(image.numpy(), cmap="gray_r", vmin=0, vmax=1, aspect="auto")
    shown = right.imshow(p.numpy(), cmap=UNSIGNED, vmin=0, vmax=1, aspect="auto")
    for t, row in enumerate(p):
        best = int(row.argmax())
        frame = plt.Rectangle((best - 0.5, t - 0.5), 1, 1, fill=False, linewidth=1.5)
        frame.set(edgecolor=INKS[VERMILION], clip_on=False)
        right.add_patch(frame)
    colour_bar(right, shown, "probability")
    steps = [str(t + 1) for t in range(T)]
    left.set(ylabel="row read", title="the image")
    left.set_yticks(range(T), steps)
    left.set_xticks([])
    right.set(xlabel="class", title="what is said after this row")
    right.set_yticks(range(T), steps)
    right.set_xticks(range(C))
    return left, right


def over_seeds(scores: Mapping[str, Sequence[float]], xlabel: str, lines=None):
    """Draw the scores of several seeds as dots, their mean and standard deviation.

    >>> scores = {"one": [0.95, 0.96, 0.97], "another": [0.97, 0.98, 0.98]}
    >>> ax = plots.over_seeds(scores, "share right", lines={"nearest": 0.97})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['one', 'another']

    lines: name -> a level to compare with, dashed.
    """
    ax = plt.subplots(figsize=(WIDTH, 0.38 * len(scores) + 1.1))[1]
    for place, values in enumerate(scores.values()):
        ax.plot(
            values, [place - 0.18] * len(values), ".", color=INKS[GREY], markersize=5
        )
        spread = stdev(values) if len(values) > 1 else 0
        ax.errorbar(
            mean(values), place, xerr=spread, fmt="D", color=INKS[BLUE], capsize=3
        )
    levels = {}
    for (name, level), style in zip((lines or {}).items(), ("--", ":"), strict=False):
        how = {"color": INKS[VERMILION], "linestyle": style, "linewidth": 1.4}
        levels[name] = ax.axvline(level, label=name, **how)
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set_ylim(len(scores) - 0.5, -0.6)
    ax.set_xlabel(xlabel)
    name_upright(ax, levels)
    return ax
