"""The long tests, one after the other (make soak).

Each step does by the hundred what a test does once. What it measured goes to a JSON
file with the machine and the date.
"""

import argparse
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from course_lib.records.store import write_record
from tools.colab.colab_check import AIM_SECONDS
from tools.common import run_tests
from tools.grading.assignments import ROOT
from tools.release import soak_class
from tools.release.faults import READERS, flips, fuzzed
from tools.release.kills import kills
from tools.release.newcomer import walk
from tools.release.soak_class import CLASS, FULL, STEM, Student

RECORD = ROOT / "tools" / "release" / "records" / "soak.json"
REHEARSAL = ["-m", "tools.colab.colab_check"]
ALL_TESTS = ["-m", "tools.common.run_tests"]
TIMES = int(os.environ.get("TIMES", "3"))  # how often the whole suite is run
# What runs a command without a network but the machine's own.
ALONE = ["unshare", "--map-root-user", "--net", "sh", "-c"]
ALONE += ['ip link set lo up && exec "$@"', "sh"]
INSTALLED = re.compile(r": passed in .* the install cell took ([\d.]+) s")
TIMEOUT = 60  # seconds of computing, for a submission that does not end


def build(folder: Path) -> None:
    """Make the assignment that the class hands in. Raises CalledProcessError."""
    command = [sys.executable, "-m", "tools.grading.assignments", "--name", STEM]
    subprocess.run([*command, "--out", str(folder)], check=True)


def hand_in(students: Iterable[Student], built: Path, folder: Path) -> None:
    """Write each student's file into a folder."""
    ready = soak_class.load(built)
    folder.mkdir(parents=True)
    for student in students:
        student.write(ready, folder / f"{student.name}{student.ending}")


def grade(built: Path, submissions: Path, out: Path, *options: str) -> int:
    """Grade a folder by the command that an instructor uses; return its status."""
    command = [sys.executable, "-m", "tools.grading.grade", str(submissions)]
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


def colab(folder: Path) -> tuple[list[str], dict]:
    """Run every chapter as Colab would; return what failed, and the slowest install."""
    command = [sys.executable, "-u", *REHEARSAL, "--all"]
    said = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as done:
        for line in done.stdout:
            print(line, end="", flush=True)
            said.append(line)
    installs = [float(seconds) for seconds in INSTALLED.findall("".join(said))]
    measured = {"chapters": len(installs), "slowest_install": max(installs, default=0)}
    wrong = [f"status {done.returncode}"] if done.returncode else []
    if measured["slowest_install"] > AIM_SECONDS:
        wrong.append(f"expected installs under {AIM_SECONDS} s, got {measured}")
    return wrong, measured


def suite(folder: Path) -> tuple[list[str], dict]:
    """Run all tests so many times in a row; return which of the runs failed."""
    wrong, taken = [], []
    for k in range(TIMES):
        start = time.perf_counter()
        command = [sys.executable, *ALL_TESTS]
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        taken.append(round(time.perf_counter() - start, 1))
        wrong += [f"run {k + 1}: status {status}"] if status else []
    return wrong, {"times": TIMES, "seconds_each": taken}


def offline(folder: Path) -> tuple[list[str], dict]:
    """Run all tests where there is no network; what needs pip's index is skipped.

    Linux alone: each command runs in a network of its own, which is this machine only.
    """
    wrong, env = [], {k: v for k, v in os.environ.items() if k != "CI"}
    for name in run_tests.STEPS:
        command = [*ALONE, sys.executable, *run_tests.STEPS[name]]
        status = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
        wrong += [f"{name}: status {status}"] if status else []
    return wrong, {}


def newcomer(folder: Path) -> tuple[list[str], dict]:
    """Walk README's path in an empty folder; return what failed, and what it takes."""
    try:
        return [], walk(folder)
    except (subprocess.CalledProcessError, ChildProcessError, TimeoutError) as error:
        return [str(error)], {}


def faults(folder: Path) -> tuple[list[str], dict]:
    """Damage files and kill runs by the hundred; return what was not as documented."""
    wrong, measured = [], {"fuzzed": {}}
    for name in READERS:
        bad, measured["fuzzed"][name] = fuzzed(name, folder)
        wrong += bad
    for name, step in {"flipped": flips, "killed": kills}.items():
        bad, measured[name] = step(folder)
        wrong += bad
    return wrong, measured


# A step takes an empty folder and returns (what went wrong, what it measured).
STEPS = {"grading": grading, "colab": colab, "offline": offline}
STEPS |= {"newcomer": newcomer, "suite": suite, "faults": faults}


def recorded() -> dict:
    """Return what earlier runs measured, by step."""
    if not RECORD.is_file():
        return {}
    return json.loads(RECORD.read_text(encoding="utf-8"))["results"]


def run(name: str) -> tuple[list[str], dict]:
    """Run a step in an empty folder; return what went wrong, and its record."""
    print(f"== {name}", flush=True)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        wrong, measured = STEPS[name](Path(folder))
    taken = round(time.perf_counter() - start, 1)
    told = "\n".join(wrong) or f"== {name}: as expected, {taken:.0f} s"
    print(told, flush=True)
    today = datetime.date.today().isoformat()
    return wrong, {"date": today, "seconds": taken, "wrong": wrong, **measured}


def main() -> int:
    """Run the steps and record each; return 0 if all went well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", nargs="*", choices=[*STEPS, []], default=[])
    chosen = parser.parse_args().steps or list(STEPS)
    start, failed = time.perf_counter(), False
    for name in chosen:
        wrong, measured = run(name)
        failed = failed or bool(wrong)
        results = {**recorded(), name: measured}
        write_record(RECORD, "make soak", results, time.perf_counter() - start)
        print(f"Recorded in {RECORD}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
