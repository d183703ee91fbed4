"""Tasks of Hochreiter & Schmidhuber 1997: temporal order, adding, and the latch."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .. import validation
from .task import Task, between


@dataclass(frozen=True)
class TemporalOrder(Task):
    """Say in which order two symbols came, long after: task 6a.

    >>> task = tasks.TemporalOrder()
    >>> x, y = task.batch(1, torch.Generator().manual_seed(0))
    >>> "".join(task.symbols[k] for k in x[0])[:24], task.classes[y[0]]
    ('EbaddddbdbcadcXaacbcddca', 'X then X')

    x: (n, T) ids of `symbols`; y: (n,) ids of `classes`. A sequence begins with E, ends
    with B, and has 100 to 110 symbols, the same number in all of a batch; in it are a
    to d at random, but at a step in 10 to 20 and at one in 50 to 60, where X or Y
    stands. The output is of logits, (n, 4).
    Hochreiter & Schmidhuber 1997, section 5.6.
    """

    source = "Hochreiter & Schmidhuber 1997, task 6a"
    criterion = "every class's probability is within 0.3 of 1 or 0"
    symbols = "abcdXYEB"
    classes = ("X then X", "X then Y", "Y then X", "Y then Y")
    name = "temporal order"
    input_size = 8
    output_size = 4
    longest = 100
    chance = 0.75
    baseline = math.log(4)

    def batch(self, n: int, generator: torch.Generator | None = None) -> tuple:
        """Return n sequences of symbols (n, T), and their classes (n,)."""
        length = between(100, 110, generator)
        x = torch.randint(4, (validation.whole(n, 1, "n"), length), generator=generator)
        x[:, 0], x[:, -1] = 6, 7
        first = torch.randint(10, 21, (n, 1), generator=generator)
        second = torch.randint(50, 61, (n, 1), generator=generator)
        which = torch.randint(2, (n, 2), generator=generator)  # 0 is X, 1 is Y
        x.scatter_(1, first, 4 + which[:, :1]).scatter_(1, second, 4 + which[:, 1:])
        return x, 2 * which[:, 0] + which[:, 1]

    def wrong(self, output: Tensor, y: Tensor) -> Tensor:
        """Return which of n sequences have a probability off by 0.3 or more."""
        right = F.one_hot(y, 4)
        return ((output.softmax(dim=-1) - right).abs() >= 0.3).any(dim=-1)


@dataclass(frozen=True)
class Adding(Task):
    """Add the two numbers that were marked, at the end.

    >>> task = tasks.Adding(T=100)
    >>> x, y = task.batch(5, torch.Generator().manual_seed(0))
    >>> sums = (x[:, :, 0] * (x[:, :, 1] == 1)).sum(dim=1)
    >>> torch.allclose(y, 0.5 + sums / 4)
    True

    x: (n, L, 2) pairs of a value in -1 .. 1 and a mark, with L of T to T + T / 10; y:
    (n,), 0.5 + (X1 + X2) / 4. The mark is -1 in the first pair and the last, 1 in one
    of the first ten pairs and in one of the first T / 2 others, and else 0. If the
    first pair is marked with 1 its value is 0. The output is a number, (n, 1), and the
    loss its squared error. T: at least 20, a multiple of 10.
    Hochreiter & Schmidhuber 1997, section 5.4.
    """

    T: int = 100
    source = "Hochreiter & Schmidhuber 1997, task 4"
    criterion = "the sum is off by less than 0.04"
    input_size = 2
    output_size = 1

    def __post_init__(self):
        if validation.whole(self.T, 20, "T") % 10:
            raise ValueError(f"T must be a multiple of 10, got {self.T}")

    @property
    def name(self) -> str:
        """Return what the task is called, with its size."""
        return f"adding, T = {self.T}"

    @property
    def longest(self) -> int:
        """Return over how many steps something is to be remembered."""
        return self.T

    @property
    def _first_is_marked(self) -> tuple[float, float]:
        """Return how likely the first pair is to be marked first, and second."""
        return 1 / 10, 9 / 10 / (self.T // 2 - 1)

    @property
    def chance(self) -> float:
        """Return the share wrong for who always says 0.5."""
        p = sum(self._first_is_marked)  # then only one of the values counts
        return p * (1 - 0.16) + (1 - p) * (1 - 0.16 / 2) ** 2

    @property
    def baseline(self) -> float:
        """Return the variance of the target: 1/24, were the first pair not marked."""
        return (2 - sum(self._first_is_marked)) / 3 / 16

    def batch(self, n: int, generator: torch.Generator | None = None) -> tuple:
        """Return n sequences of pairs (n, L, 2), and their scaled sums (n,)."""
        length = between(self.T, self.T + self.T // 10, generator)
        shape = (validation.whole(n, 1, "n"), length)
        value = torch.rand(shape, generator=generator) * 2 - 1
        mark = torch.zeros(shape)
        mark[:, 0] = mark[:, -1] = -1.0
        first = torch.randint(10, (n, 1), generator=generator)
        second = torch.randint(self.T // 2 - 1, (n, 1), generator=generator)
        second = second + (second >= first)  # of the others
        mark.scatter_(1, first, 1.0).scatter_(1, second, 1.0)
        value[mark[:, 0] == 1, 0] = 0.0
        both = value.gather(1, torch.cat([first, second], dim=1))
        return torch.stack([value, mark], dim=-1), 0.5 + both.sum(dim=1) / 4

    def loss(self, output: Tensor, y: Tensor) -> Tensor:
        """Return the mean squared error."""
        return F.mse_loss(output.squeeze(-1), y)

    def wrong(self, output: Tensor, y: Tensor) -> Tensor:
        """Return which of n sums are off by 0.04 or more."""
        return (output.squeeze(-1) - y).abs() >= 0.04


@dataclass(frozen=True)
class Latch(Task):
    """Say at the end with which sign a noisy sequence began: the 2-sequence problem.

    >>> x, y = tasks.Latch(T=100).batch(2, torch.Generator().manual_seed(0))
    >>> x[:, :3, 0].tolist(), y.tolist()
    ([[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]], [0.0, 1.0])

    x: (n, L, 1), with L of T to T + T / 10: three times -1 or three times 1, then
    Gaussian noise of variance 0.2; y: (n,), 0 or 1. The output is a logit, (n, 1), and
    its sigmoid the answer. T: at least 10.
    Hochreiter & Schmidhuber 1997, section 5.3, after Bengio, Simard & Frasconi 1994.
    """

    T: int = 100
    source = "Hochreiter & Schmidhuber 1997, task 3a"
    criterion = "no answer is off by 0.2, and the mean error is below 0.01"
    input_size = 1
    output_size = 1
    chance = 0.5
    baseline = math.log(2)

    def __post_init__(self):
        validation.whole(self.T, 10, "T")

    @property
    def name(self) -> str:
        """Return what the task is called, with its size."""
        return f"latch, T = {self.T}"

    @property
    def longest(self) -> int:
        """Return over how many steps something is to be remembered."""
        return self.T

    def batch(self, n: int, generator: torch.Generator | None = None) -> tuple:
        """Return n noisy sequences (n, L, 1), and with which sign they began (n,)."""
        length = between(self.T, self.T + self.T // 10, generator)
        shape = (validation.whole(n, 1, "n"), length, 1)
        x = torch.randn(shape, generator=generator) * math.sqrt(0.2)
        y = torch.randint(2, (n,), generator=generator).float()
        x[:, :3] = (2 * y - 1)[:, None, None]
        return x, y

    def loss(self, output: Tensor, y: Tensor) -> Tensor:
        """Return the mean cross-entropy of the sigmoid, in nats."""
        return F.binary_cross_entropy_with_logits(output.squeeze(-1), y)

    def wrong(self, output: Tensor, y: Tensor) -> Tensor:
        """Return which of n answers are off by 0.2 or more."""
        return (output.squeeze(-1).sigmoid() - y).abs() >= 0.2
