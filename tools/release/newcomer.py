"""The path of somebody new, walked: what README says, in an empty folder.

With `make`: clone, `make book`, `make lab`, `make test`. Without: the lines that README
gives for that, typed one after the other. What it takes is measured.
"""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools.common.build import ROOT

LAB_WITHIN = 120  # seconds, for JupyterLab to answer
LINES = re.compile(r"\*\*Without `make`\*\*.*?\n\n(.*?)\n\n", re.DOTALL)
PARAGRAPH = """\
**What it takes**, walked in an empty folder on {date} ({cpu}, {cores} cores): a clone
of {clone_mb} MB; `make setup`, {setup_minutes} minutes; `make book`, {book_minutes}
more; `make lab` answers after {lab_seconds} s; `make test`, {test_minutes} minutes.
Without `make`, the {typed_lines} lines up to the built site take {typed_minutes}
minutes. Then {installed_mb} MB are installed, PyTorch being {torch}, and the site has
{site_mb} MB. (`make soak STEP=newcomer` walks it again.)"""
ENV = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}


def clone(folder: Path) -> Path:
    """Clone the last commit into a folder; return where it is."""
    course = folder / "course"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(course)], check=True)
    return course


def minutes(command: list[str], course: Path) -> float:
    """Run a command in the course's folder; return how many minutes it took.

    Raises CalledProcessError if it fails.
    """
    start = time.perf_counter()
    subprocess.run(command, cwd=course, env=ENV, check=True)
    return round((time.perf_counter() - start) / 60, 1)


def megabytes(folder: Path) -> int:
    """Return how much a folder takes, in millions of bytes; a link takes nothing."""
    files = (path for path in folder.rglob("*") if not path.is_symlink())
    return round(sum(path.stat().st_size for path in files if path.is_file()) / 1e6)


def lab(course: Path) -> float:
    """Start JupyterLab as `make lab` does, without a window; return the seconds taken.

    Raises TimeoutError if it does not answer, and ends it in any case.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [".venv/bin/python", "-m", "jupyterlab", "--notebook-dir=chapters"]
    command += ["--no-browser", f"--port={port}", "--ip=127.0.0.1"]
    command += ["--allow-root"] if os.geteuid() == 0 else []
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=course, env=ENV) as server:
        try:
            while not _answers(f"http://127.0.0.1:{port}/api"):
                if time.perf_counter() - start > LAB_WITHIN:
                    raise TimeoutError(f"no answer within {LAB_WITHIN} s")
                if server.poll() is not None:
                    raise ChildProcessError(f"JupyterLab ended: {server.returncode}")
            return round(time.perf_counter() - start, 1)
        finally:
            server.send_signal(signal.SIGTERM)


def _answers(url: str) -> bool:
    """Say whether a server answers yet; wait half a second if it does not."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except urllib.error.URLError:
        time.sleep(0.5)
        return False


def without_make(readme: str) -> list[list[str]]:
    """Return README's lines up to the build, as they are typed on Linux and macOS."""
    (block,) = LINES.findall(readme)
    typed = [
        re.sub(r"^py ", "python3 ", line.strip()).replace(r"\Scripts", r"\bin")
        for line in block.split("\n")
    ]
    return [line.replace("\\", "/").split() for line in typed]


def walk(folder: Path) -> dict:
    """Walk both ways; return minutes, megabytes and the number of steps.

    Raises CalledProcessError at the first step that fails.
    """
    course = clone(folder / "with make")
    taken = {"clone_mb": megabytes(course)}
    taken["setup_minutes"] = minutes(["make", "setup"], course)
    taken["book_minutes"] = minutes(["make", "book"], course)
    taken["installed_mb"] = megabytes(course / ".venv")
    taken["site_mb"] = megabytes(course / "_build" / "html")
    taken["lab_seconds"] = lab(course)
    taken["test_minutes"] = minutes(["make", "test"], course)
    plain = clone(folder / "without make")
    commands = without_make((plain / "README.md").read_text(encoding="utf-8"))
    taken["typed_lines"] = len(commands)
    taken["typed_minutes"] = round(sum(minutes(line, plain) for line in commands), 1)
    return taken


def told(record: dict) -> str:
    """Return README's paragraph about what it takes, from the record of `make soak`."""
    taken = record["results"]["newcomer"]
    where = {name: record[name] for name in ("cpu", "cores", "torch")}
    return PARAGRAPH.format(**where, **taken)
