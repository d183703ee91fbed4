"""Run one submission's grading, watch it, and leave no process of it behind.

A program of its own: `python watcher.py`, with what to do as a line of JSON on its
input. On Linux it adopts what its descendants leave, so nothing escapes by starting a
session of its own or by losing its parent. It imports nothing of the course.
"""

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

SET_CHILD_SUBREAPER = 36  # from linux/prctl.h
TICK = 0.1  # seconds between looks at time and memory
TICKS = 5  # looks between searches for new processes
PATIENCE = 5  # how many times its computing time a submission may take by the clock


def adopt_orphans() -> None:
    """Become the parent of every descendant that loses its own; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def limit(task: dict) -> None:
    """Set the limits that the system itself keeps; runs in the child."""
    import resource

    seconds, file_bytes = 2 * int(task["timeout"]) + 10, task["files_mb"] * 10**6
    wanted = {resource.RLIMIT_CPU: seconds, resource.RLIMIT_FSIZE: file_bytes}
    wanted[resource.RLIMIT_CORE] = 0
    if sys.platform == "linux":  # elsewhere it is refused or ignored
        # Far above what is allowed: it stops what asks for a terabyte at once.
        wanted[resource.RLIMIT_AS] = 2 * task["memory_mb"] * 10**6 + 8 * 10**9
    for what, value in wanted.items():
        _, hard = resource.getrlimit(what)
        top = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (top, top))


def family() -> list[psutil.Process]:
    """Return every process that has come of this one."""
    try:
        return psutil.Process().children(recursive=True)
    except psutil.Error:
        return []


def memory_mb(processes: list[psutil.Process]) -> float:
    """Return the memory that processes hold together, in MB."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total / 10**6


def written_mb(folder: Path) -> float:
    """Return the size of all files below a folder, in MB."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(path, name)).st_size
    return total / 10**6


def end_family() -> None:
    """Kill every process that has come of this one, until none is left."""
    for _ in range(100):
        processes = family()
        if not processes:
            break
        for act in ("suspend", "kill"):  # nothing can fork while it is stopped
            for process in processes:
                with contextlib.suppress(psutil.Error):
                    getattr(process, act)()
        psutil.wait_procs(processes, timeout=1)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def computed(process: psutil.Process) -> float:
    """Return the seconds that a process has computed, and 0 for one that has ended."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


class Watch:
    """What is known of a running grading, and why it must end.

    Time is first of all computing time: on a busy machine a right answer takes longer
    by the clock, and is no worse for it.
    """

    def __init__(self, task: dict):
        self.task, self.start, self.ticks = task, time.monotonic(), 0
        self.processes, self.peak, self.parent = [], 0.0, os.getppid()
        self.computed: dict[int, float] = {}

    def broken(self) -> str | None:
        """Return the limit that has been broken, if any."""
        task = self.task
        if self.ticks % TICKS == 0:
            self.processes = family()
            if len(self.processes) > task["processes"]:
                return "processes"
            if written_mb(Path(task["folder"])) > task["files_mb"]:
                return "files"
        self.ticks += 1
        self.peak = max(self.peak, memory_mb(self.processes))
        if self.peak > task["memory_mb"]:
            return "memory"
        for process in self.processes:
            before = self.computed.get(process.pid, 0.0)
            self.computed[process.pid] = max(before, computed(process))
        if sum(self.computed.values()) > task["timeout"]:
            return "time"
        if time.monotonic() - self.start > PATIENCE * task["timeout"]:
            return "patience"
        return "left alone" if os.getppid() != self.parent else None


def start(task: dict) -> subprocess.Popen:
    """Start what is to be run, in a session of its own, and tell it the word."""
    with open(task["log"], "wb") as log:
        child = subprocess.Popen(
            task["command"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=task["folder"],
            env=task["env"],
            start_new_session=True,
            preexec_fn=lambda: limit(task),
        )
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(task["word"].encode() + b"\n")
        child.stdin.close()
    return child


def run(task: dict) -> dict:
    """Start what is to be run, watch it to its end, and say how it ended."""
    child, watch, ended = start(task), Watch(task), None
    while ended is None and child.poll() is None:
        time.sleep(TICK)
        ended = watch.broken()
    seconds = time.monotonic() - watch.start
    end_family()
    return {
        "ended": ended or "by itself",
        "code": child.poll() if ended is None else None,
        "seconds": round(seconds, 1),
        "peak_mb": round(watch.peak),
    }


def main() -> None:
    """Read the task, run it, and print how it ended."""
    adopt_orphans()
    try:
        verdict = run(json.loads(sys.stdin.readline()))
    finally:
        end_family()
    print(json.dumps(verdict), flush=True)


if __name__ == "__main__":
    main()
