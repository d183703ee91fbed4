"""Grids of cells: matrices, batches of characters, and what was measured by size."""

import itertools
from collections.abc import Iterable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from torch import Tensor

from ..data.windows import Windows
from .marks import colour_bar
from .night import letters_on
from .style import INKS, PLACES, SIGNED, SMALL, UNSIGNED, VERMILION, WIDTH


def visible(text: str) -> str:
    """Return a character as it can be seen in a figure: a space is drawn as ␣."""
    return {" ": "␣", "\n": "¶"}.get(text, text)


def row_lookup(one_hot: Tensor, W: Tensor, row_names: str, column_names: str):
    """Draw one-hot rows (N, V) times W (V, H): each picks out one row of W.

    >>> rows = cl.one_hot(torch.tensor([2, 0]), 3)
    >>> axes = plots.row_lookup(rows, torch.randn(3, 4), "ca", "abc")
    >>> [ax.images[0].get_array().shape for ax in axes]  # rows, W and the product
    [(2, 3), (3, 4), (2, 4)]

    row_names: the N tokens; column_names: the V tokens.
    """
    product = one_hot @ W
    widths = [one_hot.shape[1], W.shape[1], W.shape[1]]
    axes = plt.subplots(1, 3, width_ratios=widths, figsize=(WIDTH, 2.6))[1]
    limit = float(W.abs().max())
    signed = {"cmap": SIGNED, "vmin": -limit, "vmax": limit}
    axes[0].imshow(one_hot.numpy(), cmap=UNSIGNED, vmin=0, vmax=1)
    axes[1].imshow(W.numpy(), **signed)
    axes[2].imshow(product.numpy(), **signed)
    for ax, title in zip(axes, ["one-hot rows", "W", "product"], strict=True):
        ax.set_title(title)
    _label(axes[0], row_names, column_names)
    _label(axes[1], column_names)
    _label(axes[2], row_names)
    for row in one_hot.argmax(dim=1).tolist():
        frame = plt.Rectangle((-0.5, row - 0.5), W.shape[1], 1)
        frame.set(fill=False, edgecolor=INKS[VERMILION], linewidth=2, clip_on=False)
        axes[1].add_patch(frame)
    return axes


def _label(ax, rows: str, columns: str = "") -> None:
    ax.set_yticks(range(len(rows)), [visible(token) for token in rows])
    ax.set_xticks(range(len(columns)), [visible(token) for token in columns])
    ax.tick_params(length=0)


def window_map(text: str, batches: dict[str, Windows]):
    """Draw which character lands in which row of which batch.

    >>> text = "abcdefghijklm"
    >>> batches = {"sequential": cl.windows(torch.arange(13), 2, num_steps=3)}
    >>> axes = plots.window_map(text, batches)
    >>> [label.get_text() for label in axes[0].get_xticklabels()]
    ['batch 0', 'batch 1']

    batches: name -> windows over the positions 0, 1, ... of the text. A cell's colour
    is the place of its character in the text, so neighbours look alike.
    """
    axes = plt.subplots(len(batches), 1, figsize=(WIDTH, 1.5 * len(batches)))[1]
    axes = np.atleast_1d(axes)
    for ax, (name, batch) in zip(axes, batches.items(), strict=True):
        places = np.hstack([x.numpy() for x, _ in batch])  # (B, batches * T)
        B, T = batch.batch_size, batch.num_steps
        image = ax.imshow(places, cmap=PLACES, vmin=0, vmax=len(text))
        for (row, column), place in np.ndenumerate(places):
            how = {"ha": "center", "va": "center"}
            how["color"] = letters_on(image.to_rgba(place)[:3])
            ax.text(column, row, visible(text[place]), **how)
        for edge in range(T, places.shape[1], T):
            ax.axvline(edge - 0.5, color="white", linewidth=6)
        middles = [T * k + (T - 1) / 2 for k in range(len(batch))]
        ax.set_xticks(middles, [f"batch {k}" for k in range(len(batch))])
        ax.set_yticks(range(B), [f"row {b}" for b in range(B)])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_title(name)
    return axes


def shares_wrong(shares: Mapping[str, Mapping[str, float]]):
    """Draw the share that is wrong of every memory (row) at every task (column).

    >>> shares = {"RNN": {"recall": 0.88, "parity": 1.0}, "LSTM": {"recall": 0.0}}
    >>> ax = plots.shares_wrong(shares)
    >>> [text.get_text() for text in ax.texts]
    ['88', '100', '0', 'not\\nrun']

    shares: memory -> task -> share wrong, 0 to 1; what was not run is grey. The
    colour of the ground is nothing wrong, and the numbers are per cent.
    """
    tasks = list(dict.fromkeys(task for row in shares.values() for task in row))
    values = [[row.get(task, np.nan) for task in tasks] for row in shares.values()]
    ax = plt.subplots(figsize=(WIDTH, 1.4 + 0.36 * len(shares)))[1]
    image = ax.imshow(np.array(values), cmap=UNSIGNED, vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(np.array(values)):
        words = "not\nrun" if np.isnan(share) else _per_cent(share)
        ink = "black" if np.isnan(share) else letters_on(image.to_rgba(share)[:3])
        ax.text(column, row, words, ha="center", va="center", color=ink, size=SMALL)
    ax.set_facecolor("lightgrey")
    ax.set_yticks(range(len(shares)), list(shares))
    slanted = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
    ax.set_xticks(range(len(tasks)), tasks, **slanted)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set(xlabel="task", ylabel="memory")
    return ax


def _per_cent(share: float) -> str:
    """Return a share as per cent, with no 0 for something that is wrong."""
    return "< 1" if 0 < share < 0.005 else f"{100 * share:.0f}"


def speed_map(
    rows: Sequence[Mapping], against: str, used: Iterable[Sequence[int]] = ()
):
    """Draw how many times as fast ours is, over batch (down), units (across), steps.

    >>> sizes = [{"B": 32, "T": T, "H": H} for T in (35, 300) for H in (16, 64)]
    >>> rows = [{**size, "speed_up": {"torch": (1.1, 1.2, 1.4)}} for size in sizes]
    >>> axes = plots.speed_map(rows, "torch", used=[(16, 35, 50)])
    >>> [len(ax.patches) for ax in axes]  # a panel for each T; one cell is framed
    [1, 0]

    rows: as the benchmark's record has them, with "B", "T", "H" and "speed_up", a
    mapping from a name, such as `against`, to (low, median, high); of these the median
    is drawn, and 1 is the colour of the ground. used: sizes (B, T, H); the cell nearest
    to each, by factors, is framed. Raises ValueError if a size of the grid has no row.
    """
    medians = {tuple(r[n] for n in "BTH"): r["speed_up"][against][1] for r in rows}
    B, T, H = (sorted({size[place] for size in medians}) for place in range(3))
    missing = sorted(set(itertools.product(B, T, H)) - set(medians))
    if missing:
        raise ValueError(f"rows must fill the grid, none has (B, T, H) = {missing[0]}")
    speeds = np.array([[[medians[b, t, h] for h in H] for b in B] for t in T])
    limit = max(1.0, float(np.abs(np.log2(speeds)).max()))
    size = (WIDTH, 1.2 + len(T) * (0.4 + 0.27 * len(B)))
    axes = plt.subplots(len(T), 1, figsize=size, sharex=True, squeeze=False)[1]
    for ax, steps, values in zip(axes[:, 0], T, speeds, strict=True):
        image = _speeds(ax, values, limit)
        ax.set_yticks(range(len(B)), B)
        ax.set(title=f"T = {steps}", ylabel="batch B")
    ax.set_xticks(range(len(H)), H)
    ax.set_xlabel("units H")
    for cell in {tuple(map(_nearest, (B, T, H), each)) for each in used}:
        _frame(axes[cell[1], 0], cell[0], cell[2])
    _speed_bar(image, axes, limit)
    return axes[:, 0]


def _speeds(ax, values: np.ndarray, limit: float):
    """Draw speeds, (rows, columns), in colours by factors, and as numbers."""
    image = ax.imshow(np.log2(values), cmap=SIGNED.reversed(), vmin=-limit, vmax=limit)
    for (row, column), speed in np.ndenumerate(values):
        ink = letters_on(image.to_rgba(np.log2(speed))[:3])
        how = {"ha": "center", "va": "center", "size": SMALL, "color": ink}
        ax.text(column, row, f"{speed:.2f}", **how)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return image


def _nearest(steps: Sequence[int], value: int) -> int:
    """Return the place of the step that is nearest to a value, by factors."""
    return int(np.abs(np.log2(np.array(steps) / value)).argmin())


def _frame(ax, row: int, column: int) -> None:
    frame = plt.Rectangle((column - 0.5, row - 0.5), 1, 1)
    frame.set(fill=False, edgecolor="black", linewidth=2, clip_on=False)
    ax.add_patch(frame)


def _speed_bar(image, axes, limit: float) -> None:
    """Draw the key to the colours, with a tick at each power of two."""
    powers = range(-int(limit), int(limit) + 1)
    bar = colour_bar(axes[:, 0].tolist(), image, "times as fast", ticks=list(powers))
    bar.ax.set_xticklabels([f"{2.0**power:g}" for power in powers])
