"""The long tests, one after the other: `python tools/soak.py [STEP ...]` (make soak).

Each step does by the hundred what a test does once. What it measured goes to a JSON
file with the machine and the date.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import soak_class
from soak_class import CLASS, FULL, STEM, Student

from assignments import ROOT
from course_lib.records import write_record

RECORD = ROOT / "assignments" / "soak.json"
TOOLS = Path(__file__).resolve().parent
TIMEOUT = 60  # seconds of computing, for a submission that does not end


def build(folder: Path) -> None:
    """Make the assignment that the class hands in. Raises CalledProcessError."""
    command = [sys.executable, str(TOOLS / "assignments.py"), "--name", STEM]
    subprocess.run([*command, "--out", str(folder)], check=True)


def hand_in(students: Iterable[Student], built: Path, folder: Path) -> None:
    """Write each student's file into a folder."""
    ready = soak_class.load(built)
    folder.mkdir(parents=True)
    for student in students:
        student.write(ready, folder / f"{student.name}{student.ending}")


def grade(built: Path, submissions: Path, out: Path, *options: str) -> int:
    """Grade a folder by the command that an instructor uses; return its status."""
    command = [sys.executable, str(TOOLS / "grade.py"), str(submissions)]
    command += ["--built", str(built), "--out", str(out), "--assignment", STEM]
    return subprocess.run([*command, *options], check=False).returncode


def differences(students: Iterable[Student], table: Path) -> list[str]:
    """Return how the table differs from what the students must get."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    students = list(students)
    expected = {student.name for student in students}
    found = [f"no row, or one too many: {n}" for n in sorted(expected ^ set(rows))]
    for student in students:
        row = rows.get(student.name)
        if row is not None:
            got = {name: float(row[name]) for name in FULL}
            if got != student.points:
                found.append(f"{student.name}: got {got}, must get {student.points}")
            fits = row["reason"].startswith(student.reason)
            if not fits or (row["reason"] and not student.reason):
                found.append(
                    f"{student.name}: {row['reason']!r}, not {student.reason!r}"
                )
    return found


def leftovers(mark: str = "610") -> list[int]:
    """Return the processes that `leaves processes` has left running."""
    import psutil

    command = ["sleep", mark]
    return [
        p.pid for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == command
    ]


def grading(folder: Path) -> tuple[list[str], dict]:
    """Grade the whole class; return what is not as expected, and the measurements."""
    build(folder / "built")
    hand_in(CLASS, folder / "built", folder / "handed in")
    start = time.perf_counter()
    options = ["--timeout", str(TIMEOUT), "--workers", str(min(2, os.cpu_count() or 1))]
    status = grade(folder / "built", folder / "handed in", folder / "out", *options)
    seconds = time.perf_counter() - start
    wrong = differences(CLASS, folder / "out" / "grades.csv")
    wrong += [f"still running: {pid}" for pid in leftovers()]
    wrong += [f"status {status}"] if status else []
    measured = {"submissions": len(CLASS), "seconds": round(seconds, 1)}
    measured |= {"timeout": TIMEOUT, "as_expected": len(CLASS) - len(wrong)}
    return wrong, measured


# A step takes an empty folder and returns (what went wrong, what it measured).
STEPS = {"grading": grading}


def main() -> int:
    """Run the steps; write the record if all went well, and return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", nargs="*", choices=[*STEPS, []], default=[])
    chosen = parser.parse_args().steps or list(STEPS)
    start, results, failed = time.perf_counter(), {}, False
    for name in chosen:
        print(f"== {name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            wrong, results[name] = STEPS[name](Path(folder))
        print(
            "\n".join(wrong) or f"== {name}: as expected, {results[name]}", flush=True
        )
        failed = failed or bool(wrong)
    if not failed and set(chosen) == set(STEPS):
        write_record(RECORD, "make soak", results, time.perf_counter() - start)
        print(f"Recorded in {RECORD.relative_to(ROOT)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
