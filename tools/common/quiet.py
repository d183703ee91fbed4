"""Run a command quietly: all that it says goes to a log file, a few lines to the user.

Where it fails, the end of the log and its path are shown; where CI is set, nobody can
open the file, and all is shown that tells of the failure.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

TAIL = 40  # lines of a log that are shown when a command has failed
FAILURES = re.compile(r"=+ (ERRORS|FAILURES) =+")  # where pytest begins to tell of them
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def nothing(line: str) -> None:
    """Show no line."""


def run(
    command: list[str],
    log: Path,
    show: Callable[[str], str | None] = nothing,
    **options,
) -> int:
    """Run a command with its words in a log; return its exit status.

    `show` gets each line and returns what the user is told of it, or None. Options go
    to subprocess.Popen.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    text = {"text": True, "encoding": "utf-8", "errors": "replace", "bufsize": 1}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(command, **pipes, **text, **options) as done,
    ):
        untold = 0
        for line in done.stdout:
            file.write(line)
            told = show(COLOURS.sub("", line.rstrip()))
            if told is None:
                untold += 1
            else:
                print(told, flush=True)
    if done.returncode and untold:
        tell_failure(log)
    return done.returncode


def tell_failure(log: Path) -> None:
    """Show how a log ends, and where it is."""
    lines = log.read_text(encoding="utf-8").splitlines()
    if os.environ.get("CI"):
        heads = [k for k, line in enumerate(lines) if FAILURES.match(line)]
        lines = lines[heads[0] if heads else 0 :]
    else:
        lines = lines[-TAIL:]
    print("\n".join(lines))
    print(f"All that was said is in {log}", flush=True)


def python(*arguments: str) -> list[str]:
    """Return a command for this Python, which says each line when it comes."""
    return [sys.executable, "-u", *arguments]
