"""Test the library with other versions, and record the green runs (make versions).

    python -m tools.release.versions loosest --on 3.10

`loosest` are the lower bounds of pyproject.toml, each of them exactly; `newest` is what
the index has today; `locked` is requirements.txt; `here` is what runs this. uv makes
the environment in _build/versions, and it is deleted afterwards. What is tested is the
library, by its fast tests; the tools and the book have requirements.txt alone.
"""

import argparse
import contextlib
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "tools" / "release" / "records" / "versions.json"
FAST = "not slow and not site and not browser"
# What others warn of between their versions is not ours to mend; what we cause is.
WARNINGS = "filterwarnings=default\nerror:::course_lib"
INSTALL = {  # what uv is told to install
    "loosest": ["--resolution=lowest-direct", "--group=test", "-e", ".[fast]"],
    "newest": ["--group=test", "-e", ".[fast]"],
    "locked": ["-r", "requirements.txt", "-e", "."],
}
ASKED = """\
import json, platform, re
from importlib.metadata import requires, version
needs = [re.match(r"[\\w-]+", each)[0] for each in requires("course_lib")]
found = {each: version(each) for each in needs}
print(json.dumps({"python": platform.python_version(), "versions": found}))
"""


class Unable(Exception):
    """Something that has to be there is not; the message says what to do."""


def library_tests(root: Path = ROOT) -> list[str]:
    """Return the tests that import the library and no tool."""
    found = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((root / "tests").rglob("test_*.py"))
    }
    ours, tools = (
        re.compile(rf"^\s*(?:from|import) {name}\b", re.MULTILINE)
        for name in ("course_lib", "tools")
    )
    return [
        p for p, text in found.items() if ours.search(text) and not tools.search(text)
    ]


def uv() -> str:
    """Return where uv is, which makes environments. Raises Unable if it is nowhere."""
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which(
        "uv"
    )
    if found is None:
        raise Unable("expected uv, found none: pip install uv")
    return found


def installed(*command: str | Path, expected: str) -> None:
    """Run a command of uv's. Raises Unable, with what was expected, if it fails."""
    given = [uv(), *map(str, command)]
    done = subprocess.run(given, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        said = " ".join(done.stderr.split("\n")[:2]).removeprefix("error: ")
        raise Unable(f"expected {expected}. uv said: {said}")


@contextlib.contextmanager
def environment(which: str, on: str, more: list[str]) -> Iterator[Path]:
    """Give the Python of an environment with these versions; delete it afterwards.

    Raises Unable if there is no such Python, or if something cannot be installed.
    """
    (ROOT / "_build" / "versions").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f"{which}-", dir=ROOT / "_build" / "versions", ignore_cleanup_errors=True
    ) as folder:
        wanted = (
            f"Python {on} on this machine: install it, or name another with ON=3.12"
        )
        installed("venv", "--quiet", "--python", on, folder, expected=wanted)
        wanted = (
            f"to install the {which} versions: is an index in reach, and do they fit"
        )
        target = ["--quiet", "--python", folder, *INSTALL[which], *more]
        installed("pip", "install", *target, expected=wanted)
        yield next(p for p in Path(folder).glob("*/python*") if p.stem == "python")


def tested(python: Path) -> tuple[int, dict]:
    """Run the library's tests; return pytest's exit status, and what came."""
    found = json.loads(subprocess.check_output([python, "-c", ASKED], text=True))
    told = [f"{name} {version}" for name, version in found["versions"].items()]
    print(f"Python {found['python']}", *told, sep=", ", flush=True)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "told.xml")
        pytest = [python, "-m", "pytest", "-q", "-m", FAST, "-o", WARNINGS, "-n", "2"]
        pytest += ["--dist=loadfile", f"--junitxml={told}", "course_lib"]
        status = subprocess.run([*pytest, *library_tests()], cwd=ROOT).returncode
        said = ET.parse(told).getroot()[0].attrib if told.exists() else {}
    tests, skipped = int(said.get("tests", 0)), int(said.get("skipped", 0))
    failed = int(said.get("failures", 0)) + int(said.get("errors", 0))
    counts = {"passed": tests - failed - skipped, "failed": failed, "skipped": skipped}
    minutes = round((time.perf_counter() - start) / 60, 1)
    return status, {**found, **counts, "minutes": minutes}


def record(command: str, came: dict) -> None:
    """Write a green run into the record, in the place of the last by this command."""
    known = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    known[command] = {"date": date.today().isoformat(), **came}
    text = json.dumps(dict(sorted(known.items())), indent=1)
    RECORD.write_text(text + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Test with the versions that are asked for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("which", choices=(*INSTALL, "here"))
    parser.add_argument("--on", help="the Python, such as 3.12, or its path")
    parser.add_argument("--torch-index", help="where else uv may look for torch")
    asked = parser.parse_args(arguments)
    if asked.which == "here":
        return tested(Path(sys.executable))[0]
    on = asked.on or sys.executable
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and clear up
    index = ["--index", asked.torch_index] if asked.torch_index else []
    try:
        with environment(asked.which, on, index) as python:
            status, came = tested(python)
    except Unable as error:
        print(error, file=sys.stderr)
        return 1
    if status == 0:
        minor = came["python"].rpartition(".")[0]
        record(f"make versions WHICH={asked.which} ON={minor}", came)
    return status


if __name__ == "__main__":
    sys.exit(main())
