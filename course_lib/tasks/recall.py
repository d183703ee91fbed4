"""Tasks that ask for what was read long ago, unchanged: delayed recall and copying."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .. import validation
from .task import Task


@dataclass(frozen=True)
class DelayedRecall(Task):
    """Name the symbol that came first, after T others that do not matter.

    >>> task = tasks.DelayedRecall(T=30)
    >>> x, y = task.batch(3, torch.Generator().manual_seed(0))
    >>> torch.equal(x[:, 0], y), x[:, 1:31].min() >= 8, x[:, 31].tolist()
    (True, tensor(True), [12, 12, 12])

    x: (n, T + 2) ids: one of K symbols, T distractors of 4 others, and the question,
    whose id is K + 4; y: (n,) the symbol. The output is of logits, (n, K). Written for
    this course, after the tasks of Tallec & Ollivier 2018. T: at least 1; K: at
    least 2.
    """

    T: int = 30
    K: int = 8
    source = "this course, after Tallec & Ollivier 2018"

    def __post_init__(self):
        validation.whole(self.T, 1, "T")
        validation.whole(self.K, 2, "K")

    @property
    def name(self) -> str:
        """Return what the task is called, with its size."""
        return f"delayed recall, T = {self.T}"

    @property
    def input_size(self) -> int:
        """Return how many symbols there are."""
        return self.K + 5

    @property
    def output_size(self) -> int:
        """Return how many symbols can be asked for."""
        return self.K

    @property
    def longest(self) -> int:
        """Return over how many steps something is to be remembered."""
        return self.T

    @property
    def chance(self) -> float:
        """Return the share wrong for who guesses."""
        return 1 - 1 / self.K

    @property
    def baseline(self) -> float:
        """Return the loss of saying 1 / K for each symbol."""
        return math.log(self.K)

    def batch(self, n: int, generator: torch.Generator | None = None) -> tuple:
        """Return n sequences of symbols (n, T + 2), and their first ones (n,)."""
        validation.whole(n, 1, "n")
        y = torch.randint(self.K, (n,), generator=generator)
        others = torch.randint(self.K, self.K + 4, (n, self.T), generator=generator)
        ask = torch.full((n, 1), self.K + 4)
        return torch.cat([y[:, None], others, ask], dim=1), y


@dataclass(frozen=True)
class Copying(Task):
    """Write down ten symbols again, T steps after reading them.

    >>> x, y = tasks.Copying(T=100).batch(3, torch.Generator().manual_seed(0))
    >>> tuple(x.shape), torch.equal(x[:, :10], y[:, -10:]), x[0, 109].item()
    ((3, 120), True, 9)

    x: (n, T + 20) ids: ten of the symbols 0 to 7, T - 1 blanks (8), the sign to begin
    (9) and ten blanks; y: (n, T + 20): T + 10 blanks, then the ten. The output is of
    logits, (n, T + 20, 9). Without memory the best is to say blank, and from the sign
    on 1/8 for each symbol: 10 ln 8 / (T + 20). T: at least 1.
    Hochreiter & Schmidhuber 1997; in this form Arjovsky, Shah & Bengio 2016.
    """

    T: int = 100
    source = "Arjovsky, Shah & Bengio 2016"
    criterion = "all symbols have the highest probability, at their step"
    every_step = True
    input_size = 10
    output_size = 9
    chance = 1 - 8.0**-10

    def __post_init__(self):
        validation.whole(self.T, 1, "T")

    @property
    def name(self) -> str:
        """Return what the task is called, with its size."""
        return f"copying, T = {self.T}"

    @property
    def longest(self) -> int:
        """Return over how many steps something is to be remembered."""
        return self.T + 10

    @property
    def baseline(self) -> float:
        """Return 10 ln 8 / (T + 20)."""
        return 10 * math.log(8) / (self.T + 20)

    def batch(self, n: int, generator: torch.Generator | None = None) -> tuple:
        """Return n sequences of symbols (n, T + 20), and what to write (n, T + 20)."""
        blank = torch.full((validation.whole(n, 1, "n"), self.T + 20), 8)
        x, y = blank.clone(), blank
        ten: Tensor = torch.randint(8, (n, 10), generator=generator)
        x[:, :10] = y[:, -10:] = ten
        x[:, self.T + 9] = 9
        return x, y
