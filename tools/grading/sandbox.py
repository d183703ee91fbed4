"""Run one notebook in processes of its own, in a folder of its own, within limits."""

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from .watcher import adopt_orphans

HERE = Path(__file__).resolve().parent
# All that a submission sees of the environment; no token of the instructor's is in it.
KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV")
STARTUP_FOLDER = "ipython/profile_default/startup"
INSIDE = "course_grading_inside"
STARTUP = f"import {INSIDE}\n{INSIDE}.start(get_ipython())\ndel {INSIDE}\n"
_running: set[int] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Limits:
    """What one submission may use: seconds of computing, MB of memory, output, files.

    By the clock it may take five times as long as it may compute.
    """

    timeout: int = 300
    memory_mb: int = 2000
    output_mb: int = 10
    files_mb: int = 500
    processes: int = 64


@dataclass
class Ran:
    """What came of a run: how it ended, what it wrote down, and the marks it left."""

    ended: str
    code: int | None = None
    seconds: float = 0.0
    peak_mb: int = 0
    results: dict | None = None
    marks: set[str] = field(default_factory=set)
    log: str = ""


def can_limit() -> bool:
    """Return whether this system can limit a process; Windows cannot."""
    return importlib.util.find_spec("resource") is not None


def run(notebook: dict, archive: Path, limits: Limits) -> Ran:
    """Grade a notebook with an archive of otter's, once more if it did not start."""
    for _ in range(2):
        folder = Path(tempfile.mkdtemp(prefix="grading-")).resolve()
        try:
            ran = _run_in(folder, notebook, archive, limits)
        finally:
            _remove(folder)
        if ran.ended != "by itself" or "started" in ran.marks:
            break
    return ran


def _run_in(folder: Path, notebook: dict, archive: Path, limits: Limits) -> Ran:
    env = _surroundings(folder, limits)
    copied, result = folder / "graded.ipynb", folder / "results.json"
    copied.write_text(json.dumps(notebook), encoding="utf-8")
    driver = [sys.executable, "-P", str(HERE / "driver.py")]
    word = secrets.token_hex(16)
    task = {"word": word, "env": env, "folder": str(folder), **vars(limits)}
    task |= {"log": str(folder / "log.txt")}
    task |= {"command": [*driver, str(copied), str(archive.resolve()), str(result)]}
    verdict = _watched(task)
    marks = folder / "marks"
    found = {path.name for path in marks.iterdir()} if marks.is_dir() else set()
    log = _text(folder / "log.txt")[-2000:]
    return Ran(**verdict, results=_results(result, word), marks=found, log=log)


def _surroundings(folder: Path, limits: Limits) -> dict[str, str]:
    """Make the folders of a run, and return the environment that names them."""
    for name in ("home", "tmp", "marks", "inside", STARTUP_FOLDER):
        (folder / name).mkdir(parents=True)
    startup = folder / STARTUP_FOLDER
    shutil.copy(HERE / "inside.py", folder / "inside" / f"{INSIDE}.py")
    (startup / "00-inside.py").write_text(STARTUP)
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    places = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    places = [os.path.abspath(place) for place in places if place]
    path = os.pathsep.join([*places, str(folder / "inside")])
    home, tmp = str(folder / "home"), str(folder / "tmp")
    env |= {"HOME": home, "TMPDIR": tmp, "IPYTHONDIR": str(folder / "ipython")}
    env |= {f"JUPYTER_{name}_DIR": home for name in ("CONFIG", "DATA", "RUNTIME")}
    env |= {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    env |= {"JUPYTER_PREFER_ENV_PATH": "1", "PIP_NO_INDEX": "1", "MPLBACKEND": "agg"}
    env |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    env["COURSE_GRADING_MARKS"] = str(folder / "marks")
    env["COURSE_GRADING_OUTPUT_BYTES"] = str(limits.output_mb * 10**6)
    return env


def _watched(task: dict) -> dict:
    """Let a watcher run the task; say so if the watcher itself was killed."""
    adopt_orphans()
    command = [sys.executable, "-P", str(HERE / "watcher.py")]
    with _lock:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        watcher = subprocess.Popen(command, **pipes)
        _running.add(watcher.pid)
        since = psutil.Process(watcher.pid).create_time()
    said, _ = watcher.communicate(json.dumps(task).encode() + b"\n")
    with _lock:
        _running.discard(watcher.pid)
        if watcher.returncode != 0:
            _end_strays(since)
    try:
        verdict = json.loads(said)
        return {key: verdict[key] for key in ("ended", "code", "seconds", "peak_mb")}
    except (ValueError, KeyError, TypeError):
        return {"ended": "unwatched"}


def _end_strays(since: float) -> None:
    """Kill what a watcher, killed since then, has left to us; no other's, nor ours."""
    ours = psutil.Process().children()
    later = [p for p in ours if p.pid not in _running and p.create_time() > since]
    for stray in later:
        with contextlib.suppress(psutil.Error):
            for process in [*stray.children(recursive=True), stray]:
                process.kill()
    psutil.wait_procs(later, timeout=5)


def _results(path: Path, word: str) -> dict | None:
    """Return what the driver wrote; None for nothing, or for somebody else's words."""
    try:
        found = json.loads(_text(path))
    except (ValueError, RecursionError):
        return None
    whole = isinstance(found, dict) and found.get("word") == word
    return found if whole else None


def _text(path: Path) -> str:
    """Return a file's text, and nothing where there is none to be had."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _remove(folder: Path) -> None:
    """Remove a run's folder, also what was made unreadable in it."""
    for path, names, _ in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                if not os.path.islink(os.path.join(path, name)):
                    os.chmod(os.path.join(path, name), 0o700)
    shutil.rmtree(folder, ignore_errors=True)
