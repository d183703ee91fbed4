"""Translations: where a network looked, and how its score falls with the length."""

from collections.abc import Mapping, Sequence
from statistics import mean

import matplotlib.pyplot as plt
from torch import Tensor

from .ends import name_ends
from .fonts import FAMILIES, drawable
from .looks import line, looks
from .marks import colour_bar, name_upright
from .style import GREY, INKS, UNSIGNED, WIDTH

LETTERS = {"family": FAMILIES, "parse_math": False}  # a dollar sign is one


def alignment(weights: Tensor, read: str, written: str):
    """Draw weights (T, S): a row for each symbol written, a column for each one read.

    >>> ax = plots.alignment(torch.eye(3), "abc", "xyz")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['x', 'y', 'z']
    """
    T, S = weights.shape
    ax = plt.subplots(figsize=(max(WIDTH, 0.8 + 0.11 * S), 1.5 + 0.21 * T))[1]
    image = ax.imshow(weights.numpy(), cmap=UNSIGNED, vmin=0, vmax=1, aspect="auto")
    ax.set_xticks(range(S), [_seen(letter) for letter in read], **LETTERS)
    ax.set_yticks(range(T), [_seen(letter) for letter in written], **LETTERS)
    colour_bar(ax, image, "weight")
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
    >>> [text.get_text() for text in ax.texts]
    ['with', 'without', 'longest in training']

    trained: the greatest length in training, marked.
    """
    ax = plt.subplots()[1]
    lines = {}
    for name, look in looks(scores).items():
        means = [mean(values) for values in scores[name].values()]
        lines[name] = line(ax, list(scores[name]), means, look, name)
        for x, values in scores[name].items():
            dots = {"color": look.ink, "markersize": 3, "alpha": 0.6}
            ax.plot([x] * len(values), values, look.marker, **dots)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=(-0.03, 1.03))
    ax.set_xticks(sorted({x for each in scores.values() for x in each}))
    name_ends(ax, lines)
    if trained is not None:
        name = "longest in training"
        edge = {"color": INKS[GREY], "linewidth": 1, "linestyle": ":", "label": name}
        name_upright(ax, {name: ax.axvline(trained, **edge)})
    return ax
