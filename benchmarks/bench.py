"""The benchmark: `python benchmarks/bench.py [--quick]`, or `make bench [QUICK=1]`.

Everything runs on one thread and in turns, and is timed by the process's own CPU time.
It prints tables and writes two files. A full run is the record that the course's page
shows, course_lib/records/benchmark.json; a quick one goes to _build/benchmark.json. The
figure is _build/benchmark.png.
"""

import argparse
import time
from importlib import metadata
from pathlib import Path

import measure
import torch
from contenders import Size

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


def run(rounds: int, sizes=tuple(SIZES), growth=GROWTH, length: int = 500) -> dict:
    """Run everything; rounds: of the largest size, smaller ones have up to ten times
    as many. Returns what is written into the file under "results".
    """
    results = {"training": [], "growth": {}, "threads": [], "cuda": []}
    results["peak"] = measure.peak(10 * rounds)
    for size in sizes:
        results["training"].append(measure.training(size, rounds_of(size, rounds)))
    results["writing"] = measure.writing(sizes[0], rounds, length)
    for name, grown in growth.items():
        rows = [measure.training(s, rounds_of(s, rounds), GROWING) for s in grown]
        results["growth"][name] = rows
    for size in sizes[:3]:
        results["threads"].append(measure.threads(size, rounds_of(size, rounds)))
    if torch.cuda.is_available():
        results["cuda"] = [measure.on_cuda(size, 10 * rounds) for size in sizes]
    for row in results["training"]:
        size = Size(*(row[name] for name in Size._fields))
        rate = measure.operations(size) / row["milliseconds"]["ours"] * 1000
        row["operations"] = measure.operations(size)
        row["share_of_peak"] = rate / results["peak"]
    return results


def rounds_of(size: Size, rounds: int) -> int:
    """Return more rounds for a small size, whose steps are short and uneven."""
    return rounds * max(1, min(10, 2_000_000 // (size.H * (size.V + 4 * size.H))))


def table(results: dict) -> str:
    """Return the results as text."""
    lines = ["Ours is so many times faster (median, and quartiles):"]
    for row in [*results["training"], results["writing"]]:
        what = "writing, " if "length" in row else ""
        lines.append(f"\n{what}{row['size']} ({row['rounds']} rounds)")
        lines.append(f"  ours takes {row['milliseconds']['ours']:.2f} ms")
        for name, (low, median, high) in row["speed_up"].items():
            lines.append(f"  {name:18}{median:6.2f}  ({low:.2f} to {high:.2f})")
        if "share_of_peak" in row:
            lines.append(f"  of the measured peak {row['share_of_peak']:.0%}")
    lines.append("\nGrowth of an LSTM: milliseconds, MB saved for the way back")
    for axis, rows in results["growth"].items():
        for row in rows:
            cells = [
                f"{name} {row['milliseconds'][name]:.1f} ms, "
                f"{row['saved_bytes'][name] / 1e6:.1f} MB"
                for name in row["milliseconds"]
            ]
            lines.append(f"  {axis} = {row[axis]:<5} {'; '.join(cells)}")
    return "\n".join([*lines, *machine_lines(results), ""])


def machine_lines(results: dict) -> list[str]:
    """Return the lines about threads, the peak and the GPU."""
    lines = [f"\nThe peak: {results['peak'] / 1e9:.1f} GFLOP/s in a product of 1024²"]
    for row in results["threads"]:
        taken = [f"{n}: {ms:.2f} ms" for n, ms in row["wall"].items()]
        lines.append(f"  {row['size']}, on the wall, by threads: {', '.join(taken)}")
    for row in results["cuda"]:
        taken = [f"{n} {ms:.2f} ms" for n, ms in row["milliseconds"].items()]
        lines.append(f"  {row['size']} on {row['device']}: {', '.join(taken)}")
    return lines


def write(path: Path, command: str, results: dict, seconds: float) -> None:
    """Write the results with how they came about."""
    path.parent.mkdir(exist_ok=True)
    write_record(path, command, results, seconds, d2l=metadata.version("d2l"))


def draw(path: Path, results: dict) -> None:
    """Draw the speed-ups into a file."""
    import matplotlib

    matplotlib.use("Agg")
    from course_lib import plots

    plots.use_style()
    axes = plots.speed_ups([*results["training"], results["writing"]])
    axes.figure.savefig(path, dpi=150, bbox_inches="tight")


def main() -> None:
    """Run, print, write and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="end in two minutes")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    start = time.perf_counter()
    results = run(3, length=50) if quick else run(15)
    command = "make bench QUICK=1" if quick else "make bench"
    path = BUILD / "benchmark.json" if quick else RECORD
    write(path, command, results, time.perf_counter() - start)
    BUILD.mkdir(exist_ok=True)
    draw(BUILD / "benchmark.png", results)
    print(table(results))
    print(f"Written to {path.relative_to(ROOT)} and _build/benchmark.png")


if __name__ == "__main__":
    main()
