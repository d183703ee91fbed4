"""Tasks that need a sum kept at every step: parity, temporal XOR and a^n b^n."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .. import validation
from ..data.padding import PADDING
from .streams import temporal_xor
from .task import Task


@dataclass(frozen=True)
class Parity(Task):
    """Say at every step whether the ones so far are odd in number.

    >>> x, y = tasks.Parity(T=50).batch(1, torch.Generator().manual_seed(0))
    >>> x[0, :6].tolist(), y[0, :6].tolist()
    ([0, 1, 1, 0, 1, 1], [0, 1, 0, 0, 1, 0])

    x: (n, T) bits, y: (n, T) bits; the output is of logits, (n, T, 2). Whoever knows
    the bit and the step, and nothing else, is sure at the first step only. T: at
    least 2. Minsky & Papert 1969, as a sequence.
    """

    T: int = 50
    source = "Minsky & Papert 1969, as a sequence"
    criterion = "the parity has the higher probability, at every step"
    every_step = True
    input_size = 2
    output_size = 2

    def __post_init__(self):
        validation.whole(self.T, 2, "T")

    @property
    def name(self) -> str:
        """Return what the task is called, with its size."""
        return f"parity, T = {self.T}"

    @property
    def longest(self) -> int:
        """Return over how many steps something is to be remembered."""
        return self.T

    @property
    def chance(self) -> float:
        """Return the share of sequences wrong somewhere for who guesses."""
        return 1 - 2.0 ** (1 - self.T)

    @property
    def baseline(self) -> float:
        """Return ln 2 for every step but the first."""
        return math.log(2) * (1 - 1 / self.T)

    def batch(self, n: int, generator: torch.Generator | None = None) -> tuple:
        """Return n sequences of bits (n, T), and their running parity (n, T)."""
        x = torch.randint(2, (validation.whole(n, 1, "n"), self.T), generator=generator)
        return x, x.cumsum(dim=1) % 2


@dataclass(frozen=True)
class TemporalXor(Task):
    """Predict the next bit where every third is the XOR of the two before it.

    >>> x, y = tasks.TemporalXor(T=60).batch(2, torch.Generator().manual_seed(0))
    >>> torch.equal(y[:, 1::3], x[:, 0::3] ^ x[:, 1::3])
    True

    x: (n, T) bits, y: (n, T) the bit that follows each; the output is of logits,
    (n, T, 2). Only every third can be known; by the criterion the others do not count.
    T: a multiple of 3. Elman 1990, who used one sequence of 3,000 bits.
    """

    T: int = 60
    source = "Elman 1990"
    criterion = "every third bit has the higher probability"
    every_step = True
    input_size = 2
    output_size = 2
    longest = 3
    baseline = math.log(2)

    def __post_init__(self):
        if validation.whole(self.T, 3, "T") % 3:
            raise ValueError(f"T must be a multiple of 3, got {self.T}")

    @property
    def name(self) -> str:
        """Return what the task is called, with its size."""
        return f"temporal XOR, T = {self.T}"

    @property
    def chance(self) -> float:
        """Return the share of sequences with a third bit wrong for who guesses."""
        return 1 - 2.0 ** (-self.T // 3)

    def batch(self, n: int, generator: torch.Generator | None = None) -> tuple:
        """Return n sequences of bits (n, T), and the bits that follow (n, T)."""
        bits = temporal_xor(validation.whole(n, 1, "n") * (self.T + 3), generator)
        bits = bits.view(n, self.T + 3)
        return bits[:, : self.T], bits[:, 1 : self.T + 1]

    def wrong(self, output: Tensor, y: Tensor) -> Tensor:
        """Return which of n sequences have a third bit wrong."""
        return (output.argmax(dim=-1) != y)[:, 1::3].any(dim=1)

    def error_by_phase(self, output: Tensor, y: Tensor) -> list[float]:
        """Return the root mean squared error of the next bit, for the three phases."""
        squared = (output.softmax(dim=-1)[..., 1] - y).square()
        return [float(squared[:, k::3].mean().sqrt()) for k in range(3)]


@dataclass(frozen=True)
class CountingAB(Task):
    """Predict the next symbol of a^n b^n: as many b as there were a, then the end.

    >>> task = tasks.CountingAB(most=10)
    >>> x, y = task.string(2)
    >>> ["".join(task.symbols[k] for k in ids[0]) for ids in (x, y)]
    ['Saabb', 'aabbE']

    x: (n, L) ids of `symbols`, y: (n, L) what follows each. A batch has lengths from 1
    to `most` at random; shorter strings are filled up with E, and their targets with
    -100, which does not count. The output is of logits, (n, L, 4). While a is read
    nobody can know what follows, so it counts from the first b on.
    most: at least 1. Gers & Schmidhuber 2001.
    """

    most: int = 10
    source = "Gers & Schmidhuber 2001"
    criterion = "from the first b on, what follows has the highest probability"
    symbols = "abSE"
    every_step = True
    input_size = 4
    output_size = 4

    def __post_init__(self):
        validation.whole(self.most, 1, "most")

    @property
    def name(self) -> str:
        """Return what the task is called, with its size."""
        return f"a^n b^n, n to {self.most}"

    @property
    def longest(self) -> int:
        """Return over how many steps something is to be remembered."""
        return 2 * self.most

    @property
    def chance(self) -> float:
        """Return the share wrong for who says b after every b: all of them."""
        return 1.0

    def string(self, n: int) -> tuple:
        """Return the one string with n times a, as a batch (x, y), each (1, 2n + 1)."""
        validation.whole(n, 1, "n")
        ids = torch.tensor([[2, *[0] * n, *[1] * n, 3]])
        return ids[:, :-1], ids[:, 1:]

    def batch(self, n: int, generator: torch.Generator | None = None) -> tuple:
        """Return n strings (n, L) filled up with E, and what follows (n, L)."""
        draw = (validation.whole(n, 1, "n"), 1)
        counts = torch.randint(1, self.most + 1, draw, generator=generator)
        steps = torch.arange(2 * int(counts.max()) + 2)[None]
        ids = torch.where(steps > 2 * counts, 3, (steps > counts).long())
        ids = torch.where(steps == 0, 2, ids)  # (n, L + 1)
        y = ids[:, 1:].masked_fill(steps[:, 1:] > 2 * counts + 1, PADDING)
        return ids[:, :-1], y

    def wrong(self, output: Tensor, y: Tensor) -> Tensor:
        """Return which of n strings are wrong after a b has been read."""
        after_b = F.pad(y[:, :-1] == 1, (1, 0)) & (y != PADDING)
        return ((output.argmax(dim=-1) != y) & after_b).any(dim=1)
