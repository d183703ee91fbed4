"""Translations: where a network looked, and how its score falls with the length."""

from collections.abc import Mapping, Sequence
from statistics import mean

import matplotlib.pyplot as plt
from torch import Tensor

from .fonts import FAMILIES, drawable
from .style import BLUE, GREY, UNSIGNED, VERMILION

LETTERS = {"family": FAMILIES, "parse_math": False}  # a dollar sign is one


def alignment(weights: Tensor, read: str, written: str):
    """Draw weights (T, S): a row for each symbol written, a column for each one read.

    >>> ax = plots.alignment(torch.eye(3), "abc", "xyz")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['x', 'y', 'z']
    """
    T, S = weights.shape
    ax = plt.subplots(figsize=(1.2 + 0.21 * S, 0.9 + 0.21 * T))[1]
    image = ax.imshow(weights.numpy(), cmap=UNSIGNED, vmin=0, vmax=1, aspect="auto")
    ax.figure.colorbar(image, ax=ax, label="weight", pad=0.02)
    ax.set_xticks(range(S), [_seen(letter) for letter in read], **LETTERS)
    ax.set_yticks(range(T), [_seen(letter) for letter in written], **LETTERS)
    ax.tick_params(length=0)
    ax.set(xlabel="read", ylabel="written")
    return ax


def _seen(letter: str) -> str:
    """Return a symbol as it can be seen."""
    return "␣" if letter == " " else drawable(letter)


def by_length(
    scores: Mapping[str, Mapping[int, Sequence[float]]],
    xlabel: str,
    ylabel: str,
    trained: int | None = None,
):
    """Draw scores, 0 to 1, against a length: a dot for each seed, a line of means.

    >>> scores = {"with": {1: [1.0, 0.9], 2: [0.8, 0.9]}, "without": {1: [0.5]}}
    >>> ax = plots.by_length(scores, "dates in the input", "share right", trained=1)
    >>> [label.get_text() for label in ax.get_legend().get_texts()]
    ['with', 'without', 'longest in training']

    trained: the greatest length in training, marked.
    """
    ax = plt.subplots()[1]
    styles = ((BLUE, "-", "o"), (VERMILION, "--", "s"), (GREY, ":", "^"))
    for (name, each), (colour, line, dot) in zip(scores.items(), styles, strict=False):
        means = [mean(values) for values in each.values()]
        ax.plot(list(each), means, line, color=colour, label=name)
        for x, values in each.items():
            ax.plot([x] * len(values), values, dot, color=colour, markersize=4)
    if trained is not None:
        edge = {"color": GREY, "linewidth": 1, "linestyle": ":"}
        ax.axvline(trained, label="longest in training", **edge)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(-0.03, 1.03))
    ax.set_xticks(sorted({x for each in scores.values() for x in each}))
    ax.legend(ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))
    return ax
