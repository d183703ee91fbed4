"""Build the site into _build/html: `python -m tools.common.build`.

Notebooks are executed side by side and cached (`execute.py`). The cache knows a
notebook's own code only, so it is thrown away here when the library, or what is
installed, has changed. Warnings are errors, and nothing is fetched from a network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build"
SITE = BUILD / "html"
CACHE = BUILD / ".jupyter_cache"
STAMP = BUILD / "executed_with.txt"
MATHJAX_USED = ("tex-chtml.js", "output/chtml/fonts", "input/tex/extensions")


def fingerprint() -> str:
    """Return a hash of all that a notebook's results depend on beside its own code."""
    digest = hashlib.sha256(sys.version.encode())
    installed = {f"{d.name}=={d.version}" for d in metadata.distributions()}
    digest.update("\n".join(sorted(installed)).encode())
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


def jupyter_book(root: Path, *options: str) -> int:
    """Build the book in `root`, warnings being errors; return the exit status."""
    book = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command = [*book, "build", "-n", "-W", "--keep-going", *options, str(root)]
    done = subprocess.run(command, cwd=root, env=surroundings(), check=False)
    return done.returncode


def run_tool(name: str) -> None:
    """Run another tool, which knows this one. Raises CalledProcessError if it fails."""
    command = [sys.executable, "-m", f"tools.{name}"]
    subprocess.run(command, cwd=ROOT, env=surroundings(), check=True)


def main() -> int:
    """Build, and say where the site is; return the exit status."""
    forget_stale_results()
    run_tool("common.execute")
    status = jupyter_book(ROOT)
    if status == 0:
        drop_unused_mathjax()
        run_tool("site.finish")
        print(f"The site is in {SITE.relative_to(ROOT)}; open {SITE / 'index.html'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
