"""An environment that has what Colab has, to rehearse the Colab copies in.

Its packages and their versions are those of colab_packages.txt. torch is large: where
the version that is asked for is the one that runs here, it is linked, not downloaded.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as plain

from tools.common.git_says import Unable

LIST = Path(__file__).with_name("colab_packages.txt")


def listed(text: str | None = None) -> dict[str, str]:
    """Return the versions of Colab's packages, by name."""
    text = LIST.read_text(encoding="utf-8") if text is None else text
    return dict(re.findall(r"^([\w-]+)==(\S+)$", text, re.MULTILINE))


def colabs_python() -> str:
    """Return the version of Colab's Python, as the list's head says it."""
    return re.search(r"Python is ([\d.]+\d)", LIST.read_text(encoding="utf-8"))[1]


def run(*command: str | Path) -> str:
    """Run a command. Raises Unable with what it said if it fails.

    It runs in an empty folder: Python would take what lies in this one for installed.
    """
    texts = [str(part) for part in command]
    how = {"capture_output": True, "text": True, "env": bare_environment()}
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(texts, cwd=empty, **how)
    if done.returncode != 0:
        said = f"{done.stdout}\n{done.stderr}".strip()
        raise Unable(f"{' '.join(texts)}\nfailed:\n{said}")
    return done.stdout


def bare_environment() -> dict[str, str]:
    """Return the environment's variables, less those that point to this course."""
    ours = ("COURSE_", "PYTHON", "JUPYTER", "JPY_", "IPYTHON", "MPL", "VIRTUAL_ENV")
    drop = (*ours, "GIT_", "XDG_", "PYTEST_")
    return {k: v for k, v in os.environ.items() if not k.startswith(drop)}


def versions(python: Path) -> dict[str, str]:
    """Return what is installed for an interpreter, by name."""
    found = json.loads(run(python, "-m", "pip", "list", "--format=json"))
    return {plain(each["name"]): each["version"] for each in found}


def environment(folder: Path, torch: str | None) -> Path:
    """Return the Python of an environment like Colab's, made if it is not there yet.

    Inside Colab's own image (which says so) that is the image's Python. `torch` is
    a version, Colab's own if None; TORCH_INDEX says where else pip may look.
    """
    if "COLAB_RELEASE_TAG" in os.environ:
        return Path(shutil.which("python3"))
    wanted = (torch or listed()["torch"]).partition("+")[0]
    about = f"{LIST.read_text(encoding='utf-8')}{sys.version}{wanted}"
    made = folder.absolute() / hashlib.sha256(about.encode()).hexdigest()[:12]
    python = made / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = made / "ready"
    if not ready.is_file():
        shutil.rmtree(made, ignore_errors=True)
        print(f"Making an environment like Colab's in {made} ...", flush=True)
        run(sys.executable, "-m", "venv", made)
        _put_torch(python, wanted)
        _put_the_rest(python)
        ready.touch()
    return python


def _put_torch(python: Path, wanted: str) -> None:
    """Install torch; link the one that runs here if it is the same, or if it must."""
    here = metadata.version("torch")
    if wanted != here.partition("+")[0]:
        # Without +cpu pip would fetch gigabytes for another processor on Linux.
        build = f"{wanted}+cpu" if sys.platform == "linux" else wanted
        index = os.environ.get("TORCH_INDEX")
        where = ["--extra-index-url", index] if index else []
        try:
            run(python, "-m", "pip", "install", "-q", *where, f"torch=={build}")
            return
        except Unable as error:
            last = str(error).splitlines()[-1]
            print(f"torch {build} cannot be had ({last}): {here} takes its place.")
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    for name in _with_its_needs("torch"):
        _link(name, Path(site.strip()))


def _with_its_needs(name: str) -> set[str]:
    """Return a package and what it needs, as installed here, less what Colab has."""
    found, waiting = set(), [name]
    kept = {plain(each) for each in listed()} - {name}
    while waiting:
        each = plain(waiting.pop())
        if each in found or each in kept:
            continue
        found.add(each)
        needs = map(Requirement, metadata.requires(each) or [])
        here = {"extra": ""}
        waiting += [n.name for n in needs if not n.marker or n.marker.evaluate(here)]
    return found


def _link(name: str, site: Path) -> None:
    """Put the files of a package that is installed here into another environment."""
    for file in metadata.files(name):
        source, target = Path(file.locate()), site / file
        if ".." in file.parts or not source.is_file() or "__pycache__" in file.parts:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target)
        except OSError:  # another disk, or one without links
            shutil.copy2(source, target)


def _put_the_rest(python: Path) -> None:
    """Install all of the list but torch, from wheels."""
    rest = [f"{k}=={v}" for k, v in listed().items() if k != "torch"]
    try:
        run(python, "-m", "pip", "install", "-q", "--only-binary", ":all:", *rest)
    except Unable as error:
        raise Unable(
            f"{error}\nColab's packages of {LIST.name} cannot be had for Python "
            f"{sys.version.split()[0]}; Colab has Python {colabs_python()}, and 3.11 "
            "does as well: make colab-check PYTHON=python3.12 (after `make clean` and "
            "without .venv), or renew the list"
        ) from error


def differences(found: dict[str, str], python: str) -> list[str]:
    """Return in what an environment differs from Colab's list, one line for each."""
    lines = []
    if python != colabs_python():
        lines.append(f"Python is {python}, Colab's {colabs_python()}")
    for name, version in listed().items():
        here = found.get(plain(name), "missing")
        if here != version:
            lines.append(f"{name} is {here}, Colab's {version}")
    return lines


def put_back(python: Path, before: dict[str, str]) -> None:
    """Uninstall what has come on top of what was there."""
    added = sorted(set(versions(python)) - set(before))
    if added:
        run(python, "-m", "pip", "uninstall", "-q", "-y", *added)
