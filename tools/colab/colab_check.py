"""Rehearse the Colab copies: `python -m tools.colab.colab_check [NAME ...] [--all]`.

Each copy runs alone, in an empty folder, with a home of its own, in an environment that
has what Colab has and not course_lib. Its own first cell installs that: git is told to
find the course's address in this checkout. Afterwards all that was there before has to
be there in the same version.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from tools.colab.colab_copies import copies, needed_address, uncommitted
from tools.colab.colab_env import (
    bare_environment,
    differences,
    environment,
    put_back,
    run,
    versions,
)
from tools.common.address import Address
from tools.common.build import BUILD, ROOT
from tools.common.git_says import Unable, line_of

NOWHERE = "https://github.com/nobody/course"  # stands for an address not known
CELL_SECONDS = 600
AIM_SECONDS = 30
INSTALLED = """
from importlib import metadata
print(metadata.distribution("course_lib").read_text("direct_url.json"))
"""


def rehearsed_address() -> Address:
    """Return this course's address, or a made-up one; the commit is the last one."""
    head = line_of("rev-parse", "HEAD", root=ROOT)
    try:
        return needed_address()._replace(commit=head)
    except Unable:
        return Address(NOWHERE, head)


@contextmanager
def alone(address: Address, python: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Give an empty folder and an environment whose git finds the address here."""
    with tempfile.TemporaryDirectory(prefix="colab-") as name:
        home, folder = Path(name, "home"), Path(name, "content")
        home.mkdir()
        folder.mkdir()
        # git reads this checkout whoever owns it
        (home / ".gitconfig").write_text("[safe]\n\tdirectory = *\n")
        yield (
            folder,
            bare_environment()
            | {
                "HOME": str(home),
                "USERPROFILE": str(home),
                "PATH": os.pathsep.join([str(python.parent), os.environ["PATH"]]),
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"url.{ROOT.as_uri()}.insteadOf",
                "GIT_CONFIG_VALUE_0": address.url,
                "COURSE_WIDGETS": "live",  # as in Colab
                "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            },
        )


def execute(notebook: NotebookNode, python: Path, folder: Path, env: dict) -> None:
    """Run a notebook in a kernel of another Python, in place.

    Raises CellExecutionError at the first cell that fails.
    """
    with tempfile.TemporaryDirectory(prefix="kernel-") as name:
        spec = Path(name, "colab", "kernel.json")
        spec.parent.mkdir()
        argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec.write_text(
            json.dumps({"argv": argv, "display_name": "Colab", "language": "python"})
        )
        manager = AsyncKernelManager(
            kernel_name="colab",
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[name]),
        )
        where = {"metadata": {"path": str(folder)}}
        client = NotebookClient(
            notebook, timeout=CELL_SECONDS, km=manager, resources=where
        )
        client.execute(env=env, cleanup_kc=True)


def seconds(cell: NotebookNode) -> float:
    """Return how long a cell that was executed has taken."""
    times = cell.metadata.execution
    start, end = (
        datetime.fromisoformat(times[key].replace("Z", "+00:00"))
        for key in ("iopub.execute_input", "shell.execute_reply")
    )
    return (end - start).total_seconds()


def rehearse(copy: bytes, python: Path, address: Address) -> str:
    """Run a copy alone; return what to say of it. Raises Unable if something fails."""
    notebook = nbformat.reads(copy.decode(), as_version=4)
    before = versions(python)
    try:
        with alone(address, python) as (folder, env):
            try:
                execute(notebook, python, folder, env)
            except CellExecutionError as error:
                raise Unable(readable(error)) from error
        check(python, before, address)
        added = sorted(set(versions(python)) - set(before))
    finally:
        put_back(python, before)
    took = [seconds(c) for c in notebook.cells if c.cell_type == "code" and c.source]
    install = next(seconds(c) for c in notebook.cells if c.id == "colab-install")
    late = f", more than the {AIM_SECONDS} s aimed at" if install > AIM_SECONDS else ""
    return (
        f"{sum(took):.0f} s, of which the install cell took {install:.1f} s{late}; "
        f"it added {', '.join(added)}"
    )


def readable(error: CellExecutionError) -> str:
    """Return what a failed cell said, without colours, and the cell."""
    return re.sub(r"\x1b\[[\d;]*m", "", str(error)).strip()


def check(python: Path, before: dict[str, str], address: Address) -> None:
    """Raise Unable unless the right course_lib is there, and all else as it was."""
    after = versions(python)
    changed = [
        f"{name} {version} became {after.get(name, 'missing')}"
        for name, version in before.items()
        if after.get(name) != version
    ]
    if changed:
        raise Unable(f"the install cell changed what was there: {', '.join(changed)}")
    origin = json.loads(run(python, "-c", INSTALLED))
    found = Address(origin["url"], origin["vcs_info"]["commit_id"])
    if found != address:
        raise Unable(f"expected course_lib of {address}, got that of {found}")


def chosen(made: dict[str, bytes], names: list[str], everything: bool) -> list[str]:
    """Return the names of the chapters to rehearse. Raises Unable for others."""
    there = [name.removesuffix(".ipynb") for name in made]
    unknown = sorted(set(names) - set(there))
    if unknown:
        raise Unable(f"no chapter {', '.join(unknown)}; there are {', '.join(there)}")
    return there if everything else names or ["one_hot"]


def options(arguments: list[str] | None) -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--all", action="store_true", help="every chapter")
    parser.add_argument("--torch", help="a version in place of Colab's")
    parser.add_argument("--environments", type=Path, default=BUILD / "colab")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Rehearse the copies that are asked for; return the exit status."""
    asked = options(arguments)
    try:
        address = rehearsed_address()
        made = copies(address, ROOT)
        names = chosen(made, asked.names, asked.all)
        python = environment(asked.environments, asked.torch)
        tell(python, address)
    except Unable as error:
        print(error, file=sys.stderr)
        return 1
    failed = []
    for name in names:
        try:
            said = rehearse(made[f"{name}.ipynb"], python, address)
            print(f"{name}: passed in {said}", flush=True)
        except Unable as error:
            failed.append(name)
            print(f"{name}: FAILED\n{error}", flush=True)
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def tell(python: Path, address: Address) -> None:
    """Say what is rehearsed, and in what it differs from Colab."""
    print(f"Copies of {address.commit[:12]}, which install {address.requirement}")
    print(uncommitted(ROOT) or "All changes are committed.")
    version = run(python, "-c", "import platform; print(platform.python_version())")
    for line in differences(versions(python), version.strip()):
        print(f"Other than in Colab: {line}.")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
