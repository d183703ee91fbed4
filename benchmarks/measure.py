"""What is measured: ratios of time taken in turns, bytes, and a share of the peak."""

import os
import time

import torch
from contenders import (
    BLOCKS,
    CONTENDERS,
    Size,
    characters,
    ours,
    torch_one_hot,
    torch_stepped,
    training_step,
)

from course_lib.analysis import costs
from course_lib.nn.bptt.steps import product

AGAINST = [name for name in CONTENDERS if name != "ours"]


def training(size: Size, rounds: int, names=tuple(CONTENDERS)) -> dict:
    """Measure the training step of contenders in turns; ratios are of time to ours."""
    torch.manual_seed(0)
    made = {name: CONTENDERS[name](size) for name in names}
    steps = {name: training_step(each, size) for name, each in made.items()}
    seconds = costs.take_turns(steps, rounds)
    ids = torch.randint(size.V, (size.B, size.T))
    kept = {
        name: costs.saved_bytes(lambda each=each: each.forward(ids), each.parameters)
        for name, each in made.items()
    }
    return {**row_of(size, seconds), "saved_bytes": kept}


def writing(size: Size, rounds: int, length: int) -> dict:
    """Measure how contenders write, one text of `length` characters after another."""
    torch.manual_seed(0)
    prefix = characters(size.V)[:4]
    makers = {**CONTENDERS, "torch, generate": torch_stepped}
    made = {name: make(size) for name, make in makers.items()}
    writes = {
        name: (lambda each=each: each.write(prefix, length))
        for name, each in made.items()
    }
    seconds = costs.take_turns(writes, rounds)
    return {**row_of(size, seconds), "length": length}


def row_of(size, seconds: dict) -> dict:
    """Return what came out: milliseconds, and how many times faster ours was.

    size: a NamedTuple of the sizes; seconds: as `costs.take_turns` gives them.
    """
    against = [name for name in seconds if name != "ours"]
    return {
        "size": str(size),
        **size._asdict(),
        "rounds": len(seconds["ours"]),
        "milliseconds": {n: 1000 * costs.spread(s).median for n, s in seconds.items()},
        "speed_up": {n: costs.speed_up(seconds, "ours", n) for n in against},
    }


def rounds_within(seconds: float, works: dict, least: int = 3, most: int = 300) -> int:
    """Return how many rounds of some computations take about so many seconds."""
    for work in works.values():
        work()
    start = costs.clock()
    for work in works.values():
        work()
    return int(min(max(seconds / (costs.clock() - start), least), most))


def peak(rounds: int, n: int = 1024) -> float:
    """Return floating-point operations a second in a product of two (n, n) matrices.

    Of torch's product and the one that our layers take, the faster one counts.
    """
    a, b = torch.randn(n, n), torch.randn(n, n)
    works = {"torch": lambda: a @ b, "ours": lambda: product(a, b)}
    seconds = costs.take_turns(works, rounds)
    return 2 * n**3 / min(min(each) for each in seconds.values())


def operations(size: Size) -> int:
    """Return the operations in the products of our training step, which has no others
    worth counting: of the recurrence and of the head, each forward, back to the states
    and back to the weights. A multiplication and an addition are two operations.
    """
    recurrent = size.H * BLOCKS[size.kind] * size.H
    return 3 * 2 * size.B * size.T * (recurrent + size.H * size.V)


def threads(size: Size, rounds: int) -> dict:
    """Measure our training step on one thread and on all, in milliseconds.

    "wall" is what the clock on the wall says, "work" the time of all processors.
    """
    step, counts = training_step(ours(size), size), (1, os.cpu_count() or 1)
    before, wall, work = torch.get_num_threads(), {}, {}
    try:
        for count in dict.fromkeys(counts):
            torch.set_num_threads(count)
            step()
            taken = [_both_clocks(step) for _ in range(rounds)]
            wall[count], work[count] = (
                1000 * costs.spread(each).median for each in zip(*taken, strict=True)
            )
    finally:
        torch.set_num_threads(before)
    return {"size": str(size), "threads": counts[-1], "wall": wall, "work": work}


def _both_clocks(step) -> tuple[float, float]:
    """Return the seconds that a step takes, on the wall and of all processors."""
    wall, work = time.perf_counter(), time.process_time()
    step()
    return time.perf_counter() - wall, time.process_time() - work


def on_cuda(size: Size, rounds: int) -> dict:
    """Measure our training step beside cuDNN's, on a GPU: milliseconds, absolute."""
    steps = {}
    for name, make in (("ours", ours), ("torch, one-hot", torch_one_hot)):
        with torch.device("cuda"):
            steps[name] = training_step(make(size), size)
    seconds = costs.take_turns(steps, rounds, device="cuda")
    return {**row_of(size, seconds), "device": torch.cuda.get_device_name()}
