"""Drawings of ideas, with no data in them."""

import matplotlib.pyplot as plt

from .style import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY

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

STEPS = ["0", "1", "2", "T - 1"]  # four columns stand for the T steps
# heights of the rows: each layer's forward and backward states, and the output
LAYERS = [(1.45, 2.2), (3.55, 4.3)]
TOP = 5.65


def sequence_shapes():
    """Draw the five shapes of sequence problems, from one-to-one to out of step.

    >>> axes = plots.sequence_shapes()
    >>> [ax.get_title() for ax in axes][:3]
    ['one to one', 'one to many', 'many to one']
    """
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


def layer_shapes():
    """Draw two layers of two directions: what is output, and what is h_n.

    >>> ax = plots.layer_shapes()
    >>> [text.get_text() for text in ax.texts if text.get_text().startswith("h_n[")]
    ['h_n[0]', 'h_n[1]', 'h_n[2]', 'h_n[3]']
    """
    ax = plt.subplots(figsize=(6.6, 4.4))[1]
    for t, name in enumerate(STEPS):
        _box(ax, t, 0, GREEN)
        ax.text(t, -0.55, f"x[:, {name}]", ha="center", fontsize=8)
        source = 0.32
        for forward, backward in LAYERS:
            low, high = forward - 0.4, backward + 0.4
            _arrow(ax, (t, source), (t, low - 0.04))
            frame = plt.Rectangle((t - 0.38, low), 0.76, high - low, fill=False)
            frame.set(edgecolor=GREY, linestyle=":")
            ax.add_patch(frame)
            source = high + 0.02
        _arrow(ax, (t, source), (t, TOP - 0.32))
        _box(ax, t, TOP, ORANGE)
        ax.text(t, TOP + 0.4, f"output[:, {name}]", ha="center", fontsize=8)
    for layer, (forward, backward) in enumerate(LAYERS):
        _read(ax, forward, 1, f"h_n[{2 * layer}]")
        _read(ax, backward, -1, f"h_n[{2 * layer + 1}]")
    _names(ax)
    return ax


def _read(ax, y: float, way: int, end: str) -> None:
    """Draw one direction's states (way 1 is forward, -1 backward) and its h_n."""
    colour, name, side = {
        1: (BLUE, "forward", "right"),
        -1: (SKY, "backward", "left"),
    }[way]
    steps = range(len(STEPS))[::way]
    for t in steps:
        _box(ax, t, y, colour)
        _arrow(ax, (t + 0.33 * way, y), (t + 0.67 * way, y))
    before, after = steps[0] - 0.5 * way, steps[-1] + way
    ax.text(before, y, name, ha=side, va="center", fontsize=8, color=GREY)
    _box(ax, after, y, PURPLE)
    ax.text(after, y, end, ha="center", va="center", fontsize=8)


def _names(ax) -> None:
    """Write beside each row what it is and which shape it has."""
    right = len(STEPS) + 0.5
    names = ["input\n(B, T, D)", "layer 0\n(B, T, 2H)", "layer 1\n(B, T, 2H)"]
    middles = [0, *(sum(layer) / 2 for layer in LAYERS)]
    for y, name in [*zip(middles, names, strict=True), (TOP, "output\n(B, T, 2H)")]:
        ax.text(right, y, name, va="center")
    ax.text(-1, 2.9, "h_n\n(4, B, H)", ha="center", va="center")
    ax.set(xlim=(-1.5, right + 1.2), ylim=(-0.65, TOP + 0.65), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def _box(ax, x: float, y: float, colour: str) -> None:
    ax.add_patch(plt.Rectangle((x - 0.3, y - 0.3), 0.6, 0.6, color=colour))


def _arrow(ax, start: tuple, end: tuple) -> None:
    style = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=style)
