"""What a run has found, as text and as a picture."""

from collections.abc import Iterator
from pathlib import Path


def text(results: dict) -> str:
    """Return the results as text."""
    parts = training, floats, map_lines, programs, growth, machine
    return "\n".join(line for part in parts for line in part(results)) + "\n"


def training(results: dict) -> Iterator[str]:
    """Give the lines about training steps from ids, and about writing."""
    yield "Ours is so many times faster (median, and quartiles):"
    for row in [*results["training"], results["writing"]]:
        what = "writing, " if "length" in row else ""
        yield f"\n{what}{row['size']} ({row['rounds']} rounds)"
        yield f"  ours takes {row['milliseconds']['ours']:.2f} ms"
        for name, (low, median, high) in row["speed_up"].items():
            yield f"  {name:18}{median:6.2f}  ({low:.2f} to {high:.2f})"
        if "share_of_peak" in row:
            yield f"  of the measured peak {row['share_of_peak']:.0%}"


def floats(results: dict) -> Iterator[str]:
    """Give the lines about layers alone, and about long sequences."""
    yield "\nA layer alone, floats in, batch × steps × units:"
    for row in [*results["floats"], *results["long"]]:
        faster = [f"{n} {spread[1]:.2f}" for n, spread in row["speed_up"].items()]
        kept = [f"{n} {b / 1e6:.1f}" for n, b in row.get("saved_bytes", {}).items()]
        kept = f"; MB kept: {', '.join(kept)}" if kept else ""
        ours = f"{row['milliseconds']['ours']:.2f} ms"
        yield f"  {row['size']:24} {ours:>11}, over {', '.join(faster)}{kept}"


def map_lines(results: dict) -> Iterator[str]:
    """Give the lines about the map of our LSTM's speed over torch's."""
    yield "\nOur LSTM over torch's:"
    for row in results["map"]:
        yield f"  {row['size']:24} {row['speed_up']['torch'][1]:.2f}"


def programs(results: dict) -> Iterator[str]:
    """Give the lines about `fit`, and about the first call."""
    for row in results["fit"]:
        rates = row["tokens_per_second"].items()
        each = ", ".join(f"{name} {rate:,.0f}" for name, rate in rates)
        yield f"\nfit, {row['size']}, batch {row['B']} × {row['T']}, tokens/s: {each}"
    calls = [f"{name} {s:.2f} s" for name, s in results["first_call"].items()]
    yield f"\nThe first call in a new process: {', '.join(calls)}"


def growth(results: dict) -> Iterator[str]:
    """Give the lines about how an LSTM grows."""
    yield "\nGrowth of an LSTM: milliseconds, MB saved for the way back"
    for axis, rows in results["growth"].items():
        for row in rows:
            cells = [
                f"{name} {row['milliseconds'][name]:.1f} ms, "
                f"{row['saved_bytes'][name] / 1e6:.1f} MB"
                for name in row["milliseconds"]
            ]
            yield f"  {axis} = {row[axis]:<5} {'; '.join(cells)}"


def machine(results: dict) -> Iterator[str]:
    """Give the lines about threads, the peak and the GPU."""
    yield f"\nThe peak: {results['peak'] / 1e9:.1f} GFLOP/s in a product of 1024²"
    for row in results["threads"]:
        taken = [f"{n}: {ms:.2f} ms" for n, ms in row["wall"].items()]
        yield f"  {row['size']}, on the wall, by threads: {', '.join(taken)}"
    for row in results["cuda"]:
        taken = [f"{n} {ms:.2f} ms" for n, ms in row["milliseconds"].items()]
        yield f"  {row['size']} on {row['device']}: {', '.join(taken)}"


def draw(path: Path, results: dict) -> None:
    """Draw the speed-ups into a file."""
    import matplotlib

    matplotlib.use("Agg")
    from course_lib import plots

    plots.use_style()
    axes = plots.speed_ups([*results["training"], results["writing"]])
    axes.figure.savefig(path, dpi=150, bbox_inches="tight")
