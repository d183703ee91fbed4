"""Every batch dealt out to the processes: each reads some of its rows.

Shapes: a batch (x, y) has its rows along the first axis.
"""

import zlib
from collections.abc import Iterable, Iterator

import torch

from .distributed import place, processes


class Shared:
    """One process's rows of every batch; made by `share`."""

    def __init__(self, data: Iterable[tuple]):
        self.data = data
        self.adjacent = getattr(data, "adjacent", False)
        self.generator = getattr(data, "generator", None)

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[tuple]:
        rank, of = place()
        for step, (x, y) in enumerate(self.data):
            if step == 0:
                _check_alike(y)
            yield _rows(x, rank, of), _rows(y, rank, of)

    def __repr__(self) -> str:
        rank, of = place()
        return f"Shared(process {rank} of {of}, of {self.data!r})"


def share(data: Iterable[tuple]) -> Iterable[tuple]:
    """Return the rows of every batch that are this process's; alone, all of them.

    >>> data = cl.windows(torch.arange(100), batch_size=4, num_steps=5)
    >>> sharing.share(data) is data  # one process alone
    True

    data: batches (x, y) as for `fit`, the same in every process: of generators that
    began with the same seed. Rows stay where they are from batch to batch, so that a
    state can be carried. If their number cannot be divided evenly, the first processes
    have one more, and `fit` weighs them by their tokens. While the data is read, raises
    ValueError for a batch with fewer rows than processes, or if the processes see
    different batches.
    """
    return data if place()[1] == 1 else Shared(data)


def _rows(part, rank: int, of: int):
    """Return the rows of one process, of a tensor or of each in a tuple."""
    if isinstance(part, tuple):
        return tuple(_rows(each, rank, of) for each in part)
    if len(part) < of:
        raise ValueError(
            f"a batch of {len(part)} rows cannot be shared among {of} processes: "
            "choose a batch size that leaves each of them a row in every batch"
        )
    return part.tensor_split(of)[rank]


def _check_alike(y) -> None:
    """Raise ValueError in every process unless all have the same targets."""
    parts = y if isinstance(y, tuple) else (y,)
    mark = 0
    for part in parts:
        values = part.detach().cpu().flatten().view(torch.uint8)
        mark = zlib.crc32(values.numpy().tobytes(), mark)
    if len(set(processes().gathered(mark))) > 1:
        raise ValueError(
            "the processes see different batches, so no row is read by exactly one of "
            "them: give the data a generator, with the same seed in every process"
        )
