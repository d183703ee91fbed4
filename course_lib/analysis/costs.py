"""What a computation costs: time, as ratios taken in turns, and bytes that it keeps.

On a CPU we count the time at which this process was at work, which other programs
disturb less than they do a clock on the wall. Even so a time belongs to one machine
and one moment; the ratio of two that took turns is steadier.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from .. import validation


class Spread(NamedTuple):
    """A median, and the quartiles around it."""

    low: float
    median: float
    high: float


def take_turns(
    works: Mapping[str, Callable[[], object]], rounds: int, device: str = "cpu"
) -> dict[str, list[float]]:
    """Run several computations in turns; return the seconds of each, by round.

    >>> a = torch.rand(50, 50)
    >>> works = {"product": lambda: a @ a, "sum": lambda: a + a}
    >>> seconds = costs.take_turns(works, rounds=5)
    >>> {name: len(each) for name, each in seconds.items()}
    {'product': 5, 'sum': 5}

    One round that is not counted comes first. device: "cuda" waits for the GPU before
    each look at the clock. Raises ValueError for fewer than one round.
    """
    validation.whole(rounds, 1, "rounds")
    seconds = {name: [] for name in works}
    for count in range(rounds + 1):
        for name, work in works.items():
            start = clock(device)
            work()
            taken = clock(device) - start
            if count > 0:
                seconds[name].append(taken)
    return seconds


def clock(device: str = "cpu") -> float:
    """Return seconds: of this process on a CPU, of the world once a GPU is done."""
    if device == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def spread(values: Iterable[float]) -> Spread:
    """Return the median of some values and their quartiles.

    >>> costs.spread([5, 1, 2, 4, 3])
    Spread(low=2.0, median=3.0, high=4.0)
    """
    values = sorted(values)
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(low, median, high)


def speed_up(seconds: Mapping[str, list[float]], of: str, against: str) -> Spread:
    """Return how many times faster `of` was than `against`: a ratio for each round.

    >>> seconds = {"ours": [1.0, 2.0, 1.0], "theirs": [3.0, 4.0, 2.0]}
    >>> costs.speed_up(seconds, of="ours", against="theirs")
    Spread(low=2.0, median=2.0, high=2.5)

    seconds: as `take_turns` gives them. A ratio within a round compares two runs that
    stood next to each other in time; of these we take the median and the quartiles.
    """
    pairs = zip(seconds[of], seconds[against], strict=True)
    return spread(slow / fast for fast, slow in pairs)


def saved_bytes(run: Callable[[], object], parameters: Iterable[Tensor]) -> int:
    """Return how many bytes a forward pass keeps for its backward pass.

    >>> x = torch.rand(1000, requires_grad=True)
    >>> costs.saved_bytes(lambda: x.sigmoid(), [])  # 1000 results, 4 bytes each
    4000

    run: a call that computes something to be differentiated, such as
    `lambda: layer(x)`.

    Counted is every storage that autograd saves, once, the inputs among them, but for
    the parameters, which are there anyway.
    """
    kept = {}
    with torch.autograd.graph.saved_tensors_hooks(
        lambda value: _note(kept, value), lambda value: value
    ):
        result = run()
    own = {p.untyped_storage().data_ptr() for p in parameters}
    total = sum(s.nbytes() for place, s in kept.items() if place not in own)
    del result  # what is kept lives until here, so no storage stands in for another
    return total


def _note(kept: dict, value: Tensor) -> Tensor:
    storage = value.untyped_storage()
    kept[storage.data_ptr()] = storage
    return value
