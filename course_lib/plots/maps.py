"""Pictures that stand for an explorable: maps of gates, a look-up, curves by lag.

They stand apart from pyplot, so a picture is the same whatever else was drawn.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..nn.cells import GRUCell, LSTMCell, RNNCell
from ..nn.values import Value
from .ends import name_ends
from .fonts import HANZI, drawable
from .grids import visible
from .looks import LOOKS, line
from .marks import powers
from .style import INKS, SIGNED, SMALL, VERMILION, WIDTH, gate_colours, gate_map

# What the letters of the course's cells stand for, as those cells say it.
KNOWN = {
    value.name: value for cell in (RNNCell, LSTMCell, GRUCell) for value in cell.gates
}
MOST_COLUMNS = 40
FONTS = ["DejaVu Sans Mono", HANZI]
LETTERS = {"family": FONTS, "parse_math": False}  # a dollar sign is one


def gate_maps(
    text: str, maps: Sequence[tuple[str, str | Value, np.ndarray, int | None]], t: int
) -> Figure:
    """Draw maps (name, view, values (T, H), unit) one below another, step t marked.

    >>> values = torch.rand(5, 4).numpy()  # (T, H)
    >>> figure = plots.gate_maps("hello", [("LSTM", "f", values, 2)], t=3)
    >>> figure.axes[0].get_title(loc="left")
    'LSTM: forget gate f'

    Of a long text, the 40 characters around t are drawn. view: the name of a value of
    the course's cells, or what a cell says of it, one of its `gates`; a name that is
    not known is drawn as a gate if all is between 0 and 1. unit: the row that is
    framed, if any.
    """
    figure = Figure(
        figsize=(WIDTH, 0.4 + 1.8 * len(maps)), dpi=110, layout="constrained"
    )
    axes = figure.subplots(len(maps), 1, squeeze=False)[:, 0]
    start = max(0, min(t - MOST_COLUMNS // 2, len(text) - MOST_COLUMNS))
    columns = slice(start, start + MOST_COLUMNS)
    for ax, (name, view, values, unit) in zip(axes, maps, strict=True):
        value = _value(view, values)
        words = f"{name}: {value.called} {value.name}".split(" ")
        title = " ".join("".join(map(_drawable, word)) for word in words)
        ax.set_title(title, fontsize=SMALL, loc="left", **LETTERS)
        ax.set_ylabel("unit", fontsize=SMALL)
        ax.tick_params(length=0, labelsize=SMALL)
        if not text:
            ax.text(0.5, 0.5, "no text to read", ha="center", transform=ax.transAxes)
            continue
        how = gate_map(value, gate_colours([value.name])[value.name])
        image = ax.imshow(
            values[columns].T, aspect="auto", interpolation="nearest", **how
        )
        figure.colorbar(image, ax=ax, pad=0.01).ax.tick_params(labelsize=SMALL)
        letters = [_drawable(character) for character in text[columns]]
        ax.set_xticks(range(len(letters)), letters, **LETTERS)
        _mark(ax, t - start, unit, values.shape[1], len(letters))
    return figure


def _value(view: str | Value, values: np.ndarray) -> Value:
    """Return what is known of the value that is drawn."""
    if isinstance(view, Value):
        return view
    is_share = values.size and values.min() >= 0 and values.max() <= 1
    return KNOWN.get(view, Value(view, "gate" if is_share else "state"))


def _drawable(character: str) -> str:
    """Return a character as it can be seen, or a mark for one that the fonts lack."""
    return drawable(visible(character), FONTS)


def _mark(ax, t: int, unit: int | None, H: int, T: int) -> None:
    """Frame the step and the unit."""
    ax.add_patch(_frame((t - 0.5, -0.5), 1, H))
    if unit is not None:
        ax.add_patch(_frame((-0.5, unit - 0.5), T, 1))


def _frame(corner: tuple[float, float], width: float, height: float):
    """Return an open rectangle."""
    return Rectangle(
        corner, width, height, fill=False, edgecolor=INKS[VERMILION], linewidth=1.5
    )


def lookup(tokens: Sequence[str], W: Sequence[Sequence[float]], chosen: int) -> Figure:
    """Draw a one-hot vector over the tokens, W (V, D) and their product, a row of W.

    >>> W = torch.randn(3, 4).tolist()
    >>> figure = plots.lookup("abc", W, chosen=1)
    >>> [ax.images[0].get_array().shape for ax in figure.axes]
    [(3, 1), (3, 4)]
    """
    rows = np.asarray(W)
    V, D = rows.shape
    figure = Figure(figsize=(4.5, 0.9 + 0.24 * V), dpi=110, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, D])
    most = float(np.abs(rows).max()) or 1.0
    hot = np.eye(V)[chosen][:, None]
    left.imshow(hot, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    right.imshow(rows, cmap=SIGNED, vmin=-most, vmax=most, aspect="auto")
    right.add_patch(_frame((-0.5, chosen - 0.5), D, 1))
    left.set_title("one-hot", fontsize=SMALL)
    right.set_title("W, and the row picked out", fontsize=SMALL)
    names = ["".join(map(_drawable, token)) for token in tokens]
    left.set_yticks(range(V), names, **LETTERS)
    left.set_xticks([])
    right.set_yticks([])
    right.set_xticks(range(D))
    return figure


def lag_curves(title: str, curves: dict[str, Sequence[float]]) -> Figure:
    """Draw two curves by lag, the first a closed form, on a logarithmic axis.

    >>> told, measured = [[f**k for k in range(9)] for f in (0.8, 0.9)]
    >>> curves = {"0.8^k": told, "measured": measured}
    >>> figure = plots.lag_curves("f = 0.8", curves)
    >>> figure.axes[0].get_yscale()
    'log'
    """
    figure = Figure(figsize=(WIDTH, 2.6), dpi=110, layout="constrained")
    ax = figure.subplots()
    lines = {
        name: line(ax, range(len(curve)), curve, look, name, marker="")
        for (name, curve), look in zip(curves.items(), LOOKS[1::-1], strict=True)
    }
    ax.set_yscale("log")
    powers(ax.yaxis)
    ax.set(xlabel="lag (steps back)", ylabel="relative to lag 0", title=title)
    name_ends(ax, lines)
    return figure
