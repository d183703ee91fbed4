"""Recorded runs: results too slow for a page, written down by `make record`.

A record is a JSON file beside this module: what was run, where, when, and what came
out. A page that shows one says so with `provenance`.
"""

import datetime
import json
import os
import platform
from importlib import resources
from pathlib import Path

import torch


def read_record(name: str) -> dict:
    """Return a record: its results under "results", and how they came about.

    >>> record = cl.read_record("lighthouse")
    >>> record["command"], sorted(record["results"])
    ('make record NAME=lighthouse', ['counting', 'networks', 'tried'])

    Raises ValueError naming the records there are.
    """
    folder = resources.files(__package__)
    file = folder.joinpath(f"{name}.json")
    if not file.is_file():
        files = [item.name for item in folder.iterdir() if item.name.endswith(".json")]
        known = sorted(name.removesuffix(".json") for name in files)
        raise ValueError(f"{name!r} is no record; there are: {', '.join(known)}")
    return json.loads(file.read_text(encoding="utf-8"))


def provenance(record: dict) -> str:
    """Return a sentence that says how a record was made.

    >>> cl.provenance(cl.read_record("lighthouse")).partition(" on ")[0]
    'Recorded by `make record NAME=lighthouse`'
    """
    said = f"Recorded by {_how(record)}."
    for part, made in record.get("added", {}).items():
        said += f" Added later, {part}: by {_how(made)}."
    return said


def _how(made: dict) -> str:
    """Say by which command, when, on what and with what something was made."""
    return (
        f"`{made['command']}` on {made['date']}, in "
        f"{made['seconds']:.0f} s on {made['cpu']} ({made['threads']} thread), "
        f"torch {made['torch']}, Python {made['python']}"
    )


def write_record(
    path: Path, command: str, results: dict, seconds: float, **others
) -> None:
    """Write what came out of a run, with command, date, seconds and surroundings.

    others: what else a record is to say, such as the version of a peer.
    """
    content = {
        "command": command,
        "date": datetime.date.today().isoformat(),
        "seconds": round(seconds, 1),
        **surroundings(),
        **others,
        "results": results,
    }
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")


def add_to_record(
    path: Path, command: str, part: str, results: dict, seconds: float
) -> None:
    """Put rows made later into a record, in place of what that part had before.

    results: lists of rows, by their name among the record's results. Each row says its
    "part". How the part came about is kept under "added".
    """
    record = json.loads(path.read_text(encoding="utf-8"))
    for name, rows in results.items():
        before = record["results"].get(name, [])
        kept = [row for row in before if row.get("part") != part]
        record["results"][name] = kept + rows
    made = {"command": command, "date": datetime.date.today().isoformat()}
    made |= {"seconds": round(seconds, 1), **surroundings()}
    added = record.get("added", {}) | {part: made}
    record = {k: v for k, v in record.items() if k != "results"} | {
        "added": added,
        "results": record["results"],
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")


def surroundings() -> dict:
    """Return what a record says about the machine and the versions it was made with."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def _cpu() -> str:
    """Return the processor's name, as far as the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
