"""What all tasks share: batches from a seed, a loss, and when an answer is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from .. import validation
from ..data.padding import PADDING


@dataclass(frozen=True)
class Task:
    """A problem with sequences without end, all of them made from a seed.

    >>> task = tasks.DelayedRecall(T=30)
    >>> x, y = task.batch(4, torch.Generator().manual_seed(0))
    >>> tuple(x.shape), tuple(y.shape), task.criterion
    ((4, 32), (4,), 'the answer has the highest probability')

    A task says what it is: `source`, the paper; `criterion`, when an answer is right,
    in words; `input_size` D and `output_size`, what a layer and a head must have;
    `every_step`, whether it asks at every step or once at the end; `chance`, the share
    of sequences that somebody gets wrong who has no memory; `baseline`, the lowest loss
    that can be had without memory, or None. Its methods make sequences, say the loss of
    an output, and which answers are wrong.
    """

    source: ClassVar[str]
    criterion: ClassVar[str] = "the answer has the highest probability"
    every_step: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """Return what the task is called, with its size."""
        raise NotImplementedError

    @property
    def input_size(self) -> int:
        """Return D, the size of an input, or how many symbols there are."""
        raise NotImplementedError

    @property
    def output_size(self) -> int:
        """Return how many numbers a model has to give for each answer."""
        raise NotImplementedError

    @property
    def longest(self) -> int:
        """Return over how many steps something is to be remembered."""
        raise NotImplementedError

    @property
    def chance(self) -> float:
        """Return the share of sequences that are wrong without memory."""
        raise NotImplementedError

    @property
    def baseline(self) -> float | None:
        """Return the lowest loss that can be had without memory, if it is known."""
        return None

    def batch(self, n: int, generator: torch.Generator | None = None) -> tuple:
        """Return n sequences x, (n, T, D) or (n, T) ids, and what is to be said, y."""
        raise NotImplementedError

    def loss(self, output: Tensor, y: Tensor) -> Tensor:
        """Return the mean cross-entropy of an output, (n, V) or (n, T, V), in nats."""
        return F.cross_entropy(output.flatten(0, -2), y.flatten(), ignore_index=PADDING)

    def wrong(self, output: Tensor, y: Tensor) -> Tensor:
        """Return which of n sequences are wrong by the criterion, (n,) bool."""
        missed = (output.argmax(dim=-1) != y) & (y != PADDING)
        return missed.flatten(1).any(dim=1) if missed.dim() > 1 else missed

    def stream(
        self, sequences: int, batch_size: int, generator: torch.Generator
    ) -> "Stream":
        """Return a stream for `fit`, of fresh sequences at every pass."""
        return Stream(self, sequences, batch_size, generator)

    def test_set(self, sequences: int = 2560, seed: int = 0) -> list[tuple]:
        """Return batches (x, y) of up to 256, the same for the same seed."""
        g = torch.Generator().manual_seed(seed)
        return list(Stream(self, sequences, 256, g))

    def __str__(self) -> str:
        return self.name


class Stream:
    """Batches (x, y) of a task, never the same again; made by `Task.stream`.

    >>> g = torch.Generator().manual_seed(0)
    >>> stream = tasks.Parity(T=50).stream(70, batch_size=32, generator=g)
    >>> stream, [len(y) for _, y in stream]
    (Stream(70 sequences of parity, T = 50), [32, 32, 6])

    One pass has `sequences` of them, the last batch may be smaller, and the next pass
    goes on where the generator is. Raises ValueError for sizes below 1, TypeError for
    something that is no generator.
    """

    adjacent = False

    def __init__(
        self, task: Task, sequences: int, batch_size: int, generator: torch.Generator
    ):
        if not isinstance(generator, torch.Generator):
            raise TypeError(
                "generator must be a torch.Generator, so that the stream is seeded, "
                f"got {type(generator).__name__}"
            )
        self.task = task
        self.sequences = validation.whole(sequences, 1, "sequences")
        self.batch_size = validation.whole(batch_size, 1, "batch_size")
        self.generator = generator

    def __len__(self) -> int:
        return -(-self.sequences // self.batch_size)

    def __iter__(self) -> Iterator[tuple]:
        for done in range(0, self.sequences, self.batch_size):
            n = min(self.batch_size, self.sequences - done)
            yield self.task.batch(n, self.generator)

    def __repr__(self) -> str:
        return f"Stream({self.sequences} sequences of {self.task})"


def between(low: int, high: int, generator: torch.Generator | None) -> int:
    """Draw a whole number from low to high, both of them possible."""
    return int(torch.randint(low, high + 1, (), generator=generator))
