"""Batches: windows of a text, and rows of any data, in which order and when.

Shapes: N ids, B rows in a batch (batch_size), T steps (num_steps).
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from .. import validation

ORDERS = ("sequential", "random")


class Windows:
    """Batches (x, y) of windows over ids, each (B, T); y is x one step later.

    >>> batches = cl.windows(torch.arange(100), batch_size=4, num_steps=5)
    >>> batches, batches.adjacent
    (Windows(4 sequential batches of (4, 5)), True)

    Made by `windows`. Iterate as often as you like; `len` counts the batches of one
    pass. `adjacent` says whether row b of a batch goes on where row b of the batch
    before it ended, so that a hidden state may be carried from one to the next.
    """

    def __init__(
        self,
        ids: Tensor,
        batch_size: int,
        num_steps: int,
        order: str = "sequential",
        generator: torch.Generator | None = None,
    ):
        B = validation.whole(batch_size, 1, "batch_size")
        T = validation.whole(num_steps, 1, "num_steps")
        if order not in ORDERS:
            raise ValueError(f"order must be one of {ORDERS}, got {order!r}")
        if validation.ids(ids).dim() != 1:
            raise ValueError(f"ids must be (N,), got {tuple(ids.shape)}")
        if len(ids) < B * T + 1:
            raise ValueError(
                f"the text has {len(ids)} ids, but batches of {B} windows of {T} steps "
                f"need at least batch_size * num_steps + 1 = {B * T + 1}: take a "
                "longer text, or smaller batches or windows"
            )
        self.ids = ids
        self.batch_size = B
        self.num_steps = T
        self.adjacent = order == "sequential"
        self.generator = generator

    def __len__(self) -> int:
        pairs = len(self.ids) - 1
        if self.adjacent:
            return pairs // self.batch_size // self.num_steps
        return pairs // self.num_steps // self.batch_size

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return self._sequential() if self.adjacent else self._random()

    def __repr__(self) -> str:
        order = "sequential" if self.adjacent else "random"
        shape = f"({self.batch_size}, {self.num_steps})"
        return f"Windows({len(self)} {order} batches of {shape})"

    def _offset(self) -> int:
        """Draw where a pass begins, early enough to leave room for every batch."""
        spare = len(self.ids) - 1 - len(self) * self.batch_size * self.num_steps
        latest = min(spare, self.num_steps - 1)
        return int(torch.randint(latest + 1, (), generator=self.generator))

    def _sequential(self) -> Iterator[tuple[Tensor, Tensor]]:
        B, T = self.batch_size, self.num_steps
        first = self._offset() if self.generator is not None else 0
        length = (len(self.ids) - 1 - first) // B
        x = self.ids[first : first + B * length].view(B, length)
        y = self.ids[first + 1 : first + 1 + B * length].view(B, length)
        for t in range(0, len(self) * T, T):
            yield x[:, t : t + T], y[:, t : t + T]

    def _random(self) -> Iterator[tuple[Tensor, Tensor]]:
        B, T = self.batch_size, self.num_steps
        first = self._offset()
        order = torch.randperm(
            (len(self.ids) - 1 - first) // T, generator=self.generator
        )
        order = order[: len(self) * B]
        steps = torch.arange(T + 1, device=self.ids.device)
        for starts in (first + T * order).to(self.ids.device).view(-1, B):
            window = self.ids[starts.unsqueeze(1) + steps]  # (B, T + 1)
            yield window[:, :-1], window[:, 1:]


def windows(
    ids: Tensor,
    batch_size: int,
    num_steps: int,
    order: str = "sequential",
    generator: torch.Generator | None = None,
) -> Windows:
    """Cut ids into windows of T steps and give them in batches of B rows.

    >>> x, y = next(iter(cl.windows(torch.arange(13), batch_size=2, num_steps=3)))
    >>> x.tolist(), y.tolist()
    ([[0, 1, 2], [6, 7, 8]], [[1, 2, 3], [7, 8, 9]])

    ids: (N,) int64, N at least batch_size * num_steps + 1. What does not fill a whole
    batch is left out of a pass.
    order: "sequential" cuts the text into B long rows and reads them side by side, so
    batches are adjacent; with a generator, each pass begins at an offset drawn from
    it. "random" deals out windows that do not overlap, in random order, from a random
    offset, drawn from the generator or else from torch's own.
    Returns a re-iterable `Windows` of (x, y), each (B, T) int64 on the device of ids.
    Raises ValueError if the text is too short, naming both lengths.
    """
    return Windows(ids, batch_size, num_steps, order, generator)


def whole_text(ids: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Return all of a text as the one batch (x, y), each (1, N - 1), for scoring.

    >>> cl.whole_text(torch.tensor([5, 6, 7]))
    [(tensor([[5, 6]]), tensor([[6, 7]]))]

    Raises ValueError for fewer than two ids.
    """
    if validation.ids(ids).dim() != 1 or len(ids) < 2:
        raise ValueError(f"ids must be (N,) with N at least 2, got {tuple(ids.shape)}")
    return [(ids[None, :-1], ids[None, 1:])]


class Batches:
    """Batches (x, y) of the rows of tensors; the last one may be smaller.

    >>> batches = cl.batches(torch.rand(10, 5, 8), torch.arange(10), batch_size=4)
    >>> batches, [len(y) for _, y in batches]
    (Batches(3 batches of up to 4 of 10 rows), [4, 4, 2])

    Made by `batches`. Iterate as often as you like; no row is left out of a pass.
    """

    adjacent = False

    def __init__(
        self,
        x: Tensor | tuple[Tensor, ...],
        y: Tensor,
        batch_size: int,
        generator: torch.Generator | None = None,
    ):
        self.x, self.y = x, validation.tensor(y, "y")
        self.batch_size = validation.whole(batch_size, 1, "batch_size")
        self.generator = generator
        parts = x if isinstance(x, tuple) else (x,)
        if y.dim() == 0 or not len(y):
            raise ValueError(f"y must have at least one row, got {tuple(y.shape)}")
        for part in parts:
            if validation.tensor(part, "x").shape[:1] != y.shape[:1]:
                raise ValueError(
                    "x and y must have as many rows as each other, got "
                    f"{tuple(part.shape)} and {tuple(y.shape)}"
                )

    def __len__(self) -> int:
        return -(-len(self.y) // self.batch_size)

    def __iter__(self) -> Iterator[tuple]:
        rows = torch.arange(len(self.y))
        if self.generator is not None:
            rows = rows[torch.randperm(len(rows), generator=self.generator)]
        for chosen in rows.to(self.y.device).split(self.batch_size):
            if isinstance(self.x, tuple):
                yield tuple(part[chosen] for part in self.x), self.y[chosen]
            else:
                yield self.x[chosen], self.y[chosen]

    def __repr__(self) -> str:
        size = f"up to {self.batch_size} of {len(self.y)} rows"
        return f"Batches({len(self)} batches of {size})"


def batches(
    x: Tensor | tuple[Tensor, ...],
    y: Tensor,
    batch_size: int,
    generator: torch.Generator | None = None,
) -> Batches:
    """Deal the rows of x and y out in batches, in a new order at every pass.

    >>> data = cl.batches(torch.arange(6), torch.arange(6), 4, torch.Generator())
    >>> sorted(torch.cat([y for _, y in data]).tolist())
    [0, 1, 2, 3, 4, 5]

    x: (N, ...), or a tuple of such, which become the model's arguments; y: (N, ...).
    generator: of the order, on the CPU; without one the rows come as they stand, as
    for scoring. Returns a re-iterable `Batches`. Raises ValueError if x and y differ in
    their number of rows or have none.
    """
    return Batches(x, y, batch_size, generator)
