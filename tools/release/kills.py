"""A program killed while it trains, again and again: the run goes on to the same end.

Every other kill waits until a part file is there, and so falls inside a write.
"""

import multiprocessing
import os
import random
import signal
from pathlib import Path

import torch

import course_lib as cl

KILLS, INSIDE = 50, 20
UNITS = 256  # so that a write takes a while
LATEST = 1.0  # seconds after which a kill that waits for nothing falls


def train(path: Path | None) -> list[float]:
    """Train a model whose checkpoint is a megabyte; return its losses."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    ids = torch.randint(5, (100,), generator=torch.Generator().manual_seed(1))
    data = cl.windows(ids, 2, 8, "random", torch.Generator().manual_seed(2))
    model = cl.CharLM(cl.LSTM(5, UNITS), 5, dropout=0.3)
    return cl.fit(model, data, epochs=6, checkpoint=path, resume=path is not None).loss


def parts(path: Path) -> list[Path]:
    """Return what unfinished writes of a file have left."""
    return list(path.parent.glob(f".{path.name}.part-*"))


def killed(path: Path, inside: bool, rng: random.Random) -> str:
    """Kill a run; say whether it was inside a write, outside, or over already."""
    child = multiprocessing.get_context("fork").Process(target=train, args=(path,))
    child.start()
    if inside:
        for _ in range(rng.randint(1, 3)):  # which write it is
            while child.is_alive() and not parts(path):
                child.join(timeout=0)
            while child.is_alive() and parts(path) and rng.random() < 0.9:
                child.join(timeout=0)
            if parts(path):
                break
    else:
        child.join(timeout=rng.uniform(0, LATEST))
    if child.is_alive():
        os.kill(child.pid, signal.SIGKILL)
    child.join()
    if child.exitcode != -signal.SIGKILL:
        return "over"
    return "inside a write" if parts(path) else "between writes"


def kills(folder: Path, times: int = KILLS) -> tuple[list[str], dict]:
    """Kill runs so often and finish each; return what differed, and the counts."""
    expected, rng, wrong = train(None), random.Random(0), []
    counts = dict.fromkeys(("inside a write", "between writes", "over"), 0)
    number = 0
    while counts["inside a write"] + counts["between writes"] < times:
        path, number = folder / f"{number}.run", number + 1
        inside = number % 2 == 0
        counts[killed(path, inside, rng)] += 1
        for part in parts(path):
            os.utime(part, (0, 0))  # as if it had been there for long
        if train(path) != expected:
            wrong.append(f"run {number} went on to another end")
        wrong += [f"run {number} has left {part.name}" for part in parts(path)]
    if counts["inside a write"] < INSIDE:
        wrong.append(f"expected {INSIDE} kills inside a write, got {counts}")
    return wrong, counts
