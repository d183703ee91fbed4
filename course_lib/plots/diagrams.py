"""Drawings of ideas, with no data in them."""

import matplotlib.pyplot as plt

from .style import BLUE, GREEN, GREY, ORANGE

# name, example, steps that have an input, steps that have an output, all steps
SHAPES = [
    ("one to one", "an image,\nits label", [0], [0], 1),
    ("one to many", "an image,\na sentence", [0], [0, 1, 2], 3),
    ("many to one", "a review,\nits mood", [0, 1, 2], [2], 3),
    (
        "many to many,\nin step",
        "characters,\nwhat follows",
        [0, 1, 2],
        [0, 1, 2],
        3,
    ),
    ("many to many,\nout of step", "a sentence,\nits translation", [0, 1], [2, 3], 4),
]


def sequence_shapes():
    """Draw the five shapes of sequence problems, from one-to-one to out of step."""
    widths = [steps + 0.8 for *_, steps in SHAPES]
    axes = plt.subplots(1, 5, figsize=(6.6, 3.2), width_ratios=widths)[1]
    for ax, (name, example, inputs, outputs, steps) in zip(axes, SHAPES, strict=True):
        for t in range(steps):
            _box(ax, t, 1, BLUE)
            if t > 0:
                _arrow(ax, (t - 0.65, 1), (t - 0.35, 1))
            if t in inputs:
                _box(ax, t, 0, GREEN)
                _arrow(ax, (t, 0.32), (t, 0.68))
            if t in outputs:
                _box(ax, t, 2, ORANGE)
                _arrow(ax, (t, 1.32), (t, 1.68))
        ax.set(xlim=(-0.9, steps - 0.1), ylim=(-0.4, 2.4), xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        ax.set_title(name, loc="center", fontsize=9)
        ax.set_xlabel(example, fontsize=8, color=GREY)
    for row, label in enumerate(["input", "state", "output"]):
        axes[0].text(-0.45, row, label, ha="right", va="center", rotation=90)
    return axes


def _box(ax, x: float, y: float, colour: str) -> None:
    ax.add_patch(plt.Rectangle((x - 0.3, y - 0.3), 0.6, 0.6, color=colour))


def _arrow(ax, start: tuple, end: tuple) -> None:
    style = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=style)
