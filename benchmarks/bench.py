"""The benchmark: `python benchmarks/bench.py [--quick]`, or `make bench [QUICK=1]`.

Everything runs on one thread and in turns, and is timed by the process's own CPU time.
It prints tables and writes two files. A full run is the record that the course's page
shows, course_lib/records/benchmark.json; a quick one goes to _build/benchmark.json. The
figure is _build/benchmark.png.
"""

import argparse
import itertools
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import layers
import measure
import programs
import report
import torch
from contenders import BLOCKS, Size
from layers import LayerSize

from course_lib.records.store import write_record

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
RECORD = ROOT / "course_lib" / "records" / "benchmark.json"
SIZES = [
    Size("LSTM", 1027, 256),
    Size("LSTM", 28, 256),
    Size("LSTM", 28, 32),
    Size("GRU", 1027, 256),
    Size("GRU", 28, 256),
    Size("RNN", 28, 256),
]
GROWTH = {  # of an LSTM; what is not named is as in the middle of each list
    "T": [Size("LSTM", 28, 128, T=T) for T in (9, 35, 140)],
    "H": [Size("LSTM", 28, H) for H in (32, 128, 512)],
    "V": [Size("LSTM", V, 128) for V in (28, 256, 2048)],
}
GROWING = ("ours", "textbook", "torch, one-hot")
SHAPES = [  # of layers alone: B, T, D, H
    (1, 100, 8, 8),
    (1, 1000, 8, 32),
    (8, 100, 8, 16),
    (32, 100, 8, 16),
    *((32, 35, 28, H) for H in (32, 64, 128, 256)),
]
FLOATS = [LayerSize(kind, *shape) for kind in BLOCKS for shape in SHAPES]
B_T_H = itertools.product((1, 8, 32, 128), (35, 100, 300), (8, 16, 32, 64, 128, 256))
MAP = [LayerSize("LSTM", B, T, 28, H) for B, T, H in B_T_H]
LONG = [LayerSize("LSTM", 1, T, 8, 32) for T in (10_000, 100_000)]
FIT = [Size("LSTM", 28, H, B=16, T=32) for H in (32, 64)]


class Plan(NamedTuple):
    """What is run, and for how long.

    rounds: of the largest size of `training`, smaller ones have up to ten times as
    many; length: of what is written; seconds: for each layer alone, and half as many
    for each cell of the map.
    """

    rounds: int = 12
    length: int = 500
    seconds: float = 1.5
    sizes: Sequence[Size] = SIZES
    growth: Mapping[str, Sequence[Size]] = GROWTH
    floats: Sequence[LayerSize] = FLOATS
    map: Sequence[LayerSize] = MAP
    long: Sequence[LayerSize] = LONG
    fit: Sequence[Size] = FIT


QUICK = Plan(rounds=2, length=50, seconds=0.2)


def run(plan: Plan) -> dict:
    """Run a plan; return what is written into the file under "results"."""
    results = from_ids(plan)
    results["floats"] = [layers.on_floats(size, plan.seconds) for size in plan.floats]
    two = plan.seconds / 2, ("ours", "torch")
    results["map"] = [layers.on_floats(size, *two) for size in plan.map]
    results["long"] = [layers.on_long(size, 4 * plan.seconds) for size in plan.long]
    results["fit"] = [programs.fitting(size, 4 * plan.seconds) for size in plan.fit]
    results["first_call"] = programs.first_call(min(plan.rounds, 3))
    return results


def from_ids(plan: Plan) -> dict:
    """Run what reads ids: training, writing, growth, threads, and a GPU if any."""
    results = {"peak": measure.peak(10 * plan.rounds), "growth": {}, "cuda": []}
    results["training"] = [training(size, plan.rounds) for size in plan.sizes]
    results["writing"] = measure.writing(plan.sizes[0], plan.rounds, plan.length)
    for name, grown in plan.growth.items():
        rows = [measure.training(s, rounds_of(s, plan.rounds), GROWING) for s in grown]
        results["growth"][name] = rows
    results["threads"] = [
        measure.threads(size, rounds_of(size, plan.rounds)) for size in plan.sizes[:3]
    ]
    if torch.cuda.is_available():
        results["cuda"] = [measure.on_cuda(s, 10 * plan.rounds) for s in plan.sizes]
    for row in results["training"]:
        row["share_of_peak"] = row["rate"] / results["peak"]
    return results


def training(size: Size, rounds: int) -> dict:
    """Measure all contenders, and count the operations a second of our products."""
    row = measure.training(size, rounds_of(size, rounds))
    operations = measure.operations(size)
    rate = 1000 * operations / row["milliseconds"]["ours"]
    return {**row, "operations": operations, "rate": rate}


def rounds_of(size: Size, rounds: int) -> int:
    """Return more rounds for a small size, whose steps are short and uneven."""
    return rounds * max(1, min(10, 2_000_000 // (size.H * (size.V + 4 * size.H))))


def write(path: Path, command: str, results: dict, seconds: float) -> None:
    """Write the results with how they came about."""
    path.parent.mkdir(exist_ok=True)
    versions = {name: metadata.version(name) for name in ("d2l", "numba")}
    write_record(path, command, results, seconds, **versions)


def main() -> None:
    """Run, print, write and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="end in two minutes")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    start = time.perf_counter()
    results = run(QUICK if quick else Plan())
    command = "make bench QUICK=1" if quick else "make bench"
    path = BUILD / "benchmark.json" if quick else RECORD
    write(path, command, results, time.perf_counter() - start)
    BUILD.mkdir(exist_ok=True)
    report.draw(BUILD / "benchmark.png", results)
    print(report.text(results))
    print(f"Written to {path.relative_to(ROOT)} and _build/benchmark.png")


if __name__ == "__main__":
    main()
