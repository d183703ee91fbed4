"""Test the library with other versions: loosest, newest or here (make versions).

The loosest are the lower bounds of pyproject.toml, each of them exactly; the newest are
what pip takes today. The environment is made anew in _build/versions, for the Python
that runs this, 3.10 or newer; `here` is what runs this. What is tested is the library,
by its fast tests; the tools and the book have their own versions, in requirements.txt.
"""

import argparse
import ast
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTED_WITH = (
    "pytest",
    "hypothesis",
    "nbformat",
    "playwright",
    "axe-playwright-python",
)
NOT_THESE = {"test_d2l_peer.py"}  # d2l has a version of its own
FAST = "not slow and not site and not browser"
# What others warn of between their versions is not ours to mend; what we cause is.
WARNINGS = "filterwarnings=default\nerror:::course_lib"


def bounds(root: Path = ROOT) -> dict[str, str]:
    """Return the lower bound of all that the library needs, by name."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    needs = re.search(r"^dependencies = \[(.*?)^\]", text, re.DOTALL | re.MULTILINE)[1]
    return dict(re.findall(r'"([\w-]+)>=([\d.]+)"', needs))


def to_install(which: str, torch: str | None, root: Path = ROOT) -> list[str]:
    """Return what pip is told to install beside the library."""
    exact = dict(bounds(root)) if which == "loosest" else {}
    if torch:
        exact["torch"] = torch
    return [*(f"{name}=={version}" for name, version in exact.items()), *TESTED_WITH]


def imported(path: Path) -> set[str]:
    """Return the names of the modules that a file imports, without what is in them."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def library_tests(root: Path = ROOT) -> list[str]:
    """Return the tests that import the library and no tool."""
    found = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        names = imported(path)
        if (
            "course_lib" in names
            and "tools" not in names
            and path.name not in NOT_THESE
        ):
            found.append(path.relative_to(root).as_posix())
    return found


def run(*command: str | Path) -> subprocess.CompletedProcess:
    """Run a command in the course's folder."""
    return subprocess.run([str(part) for part in command], cwd=ROOT)


def environment(which: str, torch: str | None, index: str | None) -> Path:
    """Make an environment with these versions, say what is in it; return its Python.

    Raises CalledProcessError if something cannot be installed.
    """
    folder = ROOT / "_build" / "versions" / which
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    where = ["--extra-index-url", index] if index else []
    run(sys.executable, "-m", "venv", "--clear", folder).check_returncode()
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    wanted = to_install(which, torch)
    run(*pip, "install", "-q", *where, "-e", ".", *wanted).check_returncode()
    run(*pip, "list").check_returncode()
    return python


def main(arguments: list[str] | None = None) -> int:
    """Test with the versions that are asked for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("which", choices=("loosest", "newest", "here"))
    parser.add_argument("--torch", help="this version of torch, whatever the others")
    parser.add_argument("--torch-index", help="where else pip may look for torch")
    asked = parser.parse_args(arguments)
    python = Path(sys.executable)
    if asked.which != "here":
        try:
            python = environment(asked.which, asked.torch, asked.torch_index)
        except subprocess.CalledProcessError as error:
            return error.returncode
    pytest = [python, "-m", "pytest", "-q", "-m", FAST, "-o", WARNINGS]
    return run(*pytest, "course_lib", *library_tests()).returncode


if __name__ == "__main__":
    sys.exit(main())
