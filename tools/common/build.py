"""Build the site into _build/html: `python -m tools.common.build`.

Notebooks are executed side by side and cached (`execute.py`). The cache knows a
notebook's own code only, so it is thrown away here when the library, or what a notebook
can import, has changed. Warnings are errors, and nothing is fetched from a network.
What Sphinx says is kept in a log.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.common import quiet

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build"
SITE = BUILD / "html"
CACHE = BUILD / ".jupyter_cache"
STAMP = BUILD / "executed_with.txt"
LOGS = BUILD / "logs"
IMPORTED = ("course_lib", "d2l", "ipykernel")  # what chapters import, and their kernel
MATHJAX_USED = ("tex-chtml.js", "output/chtml/fonts", "input/tex/extensions")

BOOK = quiet.python("-c", "from jupyter_book.cli.main import main; main()", "build")


def reachable(*names: str) -> dict[str, str]:
    """Return the versions of distributions, and of all that they need and that is here.

    What an extra would bring is left out.
    """
    found, to_do = {}, list(names)
    while to_do:
        name = canonicalize_name(to_do.pop())
        if name in found:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found[name] = distribution.version
        needed = map(Requirement, distribution.requires or ())
        no_extra = {"extra": ""}
        to_do += [n.name for n in needed if not n.marker or n.marker.evaluate(no_extra)]
    return found


def fingerprint() -> str:
    """Return a hash of all that a notebook's results depend on beside its own code."""
    digest = hashlib.sha256(sys.version.encode())
    digest.update(repr(sorted(reachable(*IMPORTED).items())).encode())
    for path in sorted((ROOT / "course_lib").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def forget_stale_results() -> None:
    """Drop the executed notebooks if the library or its surroundings have changed."""
    current = fingerprint()
    if not STAMP.is_file() or STAMP.read_text(encoding="utf-8") != current:
        for stale in (CACHE, BUILD / "html", BUILD / "jupyter_execute"):
            shutil.rmtree(stale, ignore_errors=True)
        BUILD.mkdir(exist_ok=True)
        STAMP.write_text(current, encoding="utf-8")


def surroundings() -> dict[str, str]:
    """Return the environment for the build: this Python's kernel, and nobody watching.

    A kernel that a user installed for another Python would be preferred otherwise, and
    a build started from within JupyterLab would show progress bars.
    """
    env = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"}
    env.pop("JPY_SESSION_NAME", None)
    return env


def drop_unused_mathjax() -> None:
    """Keep of the site's MathJax what a page can load: one script and its fonts."""
    folder = SITE / "_static" / "mathjax"
    keep = [folder / name for name in MATHJAX_USED]
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and not any(k == path or k in path.parents for k in keep):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def jupyter_book(root: Path, *options: str, log: Path | None = None) -> int:
    """Build the book in `root`, warnings being errors; return the exit status.

    With a log, all goes there but what is wrong.
    """
    command = [*BOOK, "-n", "-W", "--keep-going", *options, str(root)]
    if log is None:
        done = subprocess.run(command, cwd=root, env=surroundings(), check=False)
        return done.returncode
    return quiet.run(command, log, complaint, cwd=root, env=surroundings())


def complaint(line: str) -> str | None:
    """Return a line of Sphinx's if it says what is wrong."""
    return line if "WARNING:" in line or "ERROR:" in line else None


def chapter(line: str) -> str | None:
    """Return a line of execute.py's if it tells of a chapter."""
    return line if ".ipynb: " in line else None


def run_tool(name: str, show=quiet.nothing) -> int:
    """Run another tool, which knows this one, with a log; return its exit status."""
    command = quiet.python("-m", f"tools.{name}")
    return quiet.run(command, LOGS / f"{name}.log", show, cwd=ROOT, env=surroundings())


def main() -> int:
    """Build, and say where the site is; return the exit status."""
    forget_stale_results()
    print(f"Executing what has no results yet; the details are in {LOGS}", flush=True)
    if run_tool("common.execute", chapter):
        return 1
    print("Making the pages", flush=True)
    status = jupyter_book(ROOT, log=LOGS / "book.log")
    if status == 0:
        drop_unused_mathjax()
        status = run_tool("site.finish")
    if status == 0:
        print(f"The site is in {SITE.relative_to(ROOT)}; open {SITE / 'index.html'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
