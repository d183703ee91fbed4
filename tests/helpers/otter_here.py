"""What the tests of assignments share: is otter here, and a built assignment."""

import functools
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEM = "lstm_and_gru"
ADDRESS = "https://example.org/teacher/course"


def need_otter() -> None:
    """Skip where otter-grader is not installed; in CI it must be."""
    if importlib.util.find_spec("otter") is None:
        assert not os.environ.get("CI"), "CI needs otter-grader"
        pytest.skip("no otter-grader: pip install -r requirements-instructor.txt")


@functools.cache  # the same for all tests of a run
def course_commit() -> str:
    """Return this checkout's commit, or nothing where there is none."""
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.strip()


def course_address() -> str:
    """Return the address that the tests' assignments are made with."""
    return f"{ADDRESS}@{course_commit() or 'main'}"


def surroundings(**others: str) -> dict[str, str]:
    """Return an environment in which the course has an address of ours, or none."""
    names = ("COURSE_ADDRESS", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")
    env = {name: value for name, value in os.environ.items() if name not in names}
    return {**env, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **others}


def tool(name: str, *arguments, **env: str) -> subprocess.CompletedProcess:
    """Run a tool as the Makefile does."""
    command = [sys.executable, "-m", f"tools.{name}", *map(str, arguments)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=surroundings(**env),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
