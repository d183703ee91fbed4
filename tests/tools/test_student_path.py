"""A student's way: an empty folder, the notebook, one question, its check, the grade.

The student's environment is made as Colab's is: torch and the rest of the book's are
there, otter-grader and the course are not. The notebook's first cell installs these as
it stands; git is told that the course's address is this checkout. What an installation
takes is for maintainers to rehearse, every Monday (weekly.yml): that the notebook runs,
and what it gets, is tested without one in test_assignments.py and test_grading.py.
"""

import csv
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest
from otter_here import (
    ADDRESS,
    ROOT,
    STEM,
    course_commit,
    need_otter,
    surroundings,
    tool,
)

from tools.grading.student_notebook import answers_of, fill_in

RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
"""


def missing_there() -> set[str]:
    """Return what the student does not have: the course, and the instructor's extra."""
    text = (ROOT / "requirements-instructor.txt").read_text(encoding="utf-8")
    names = re.findall(r"^([\w-]+)==", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in [*names, "course_lib"]}


def link(source: str, target: str) -> None:
    """Put the same file at another place, without its bytes where that goes."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def environment(folder: Path) -> Path:
    """Make a venv with all that is installed here but what is missing there."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    site = next(folder.glob("lib/python*/site-packages"))
    here, left, pins = Path(sysconfig.get_path("purelib")), set(), []
    for found in importlib.metadata.distributions(path=[str(here)]):
        name = re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower()
        if name in missing_there():
            left |= {file.parts[0] for file in found.files or []}
        elif name not in ("pip", "setuptools"):
            pins.append(f"{found.metadata['Name']}=={found.version}\n")
    for path in here.iterdir():
        target = site / path.name
        if path.name in left or target.exists() or path.name.startswith("__editable__"):
            continue
        if path.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, target, copy_function=link, ignore=ignore)
        else:
            link(str(path), str(target))
    (folder / "pins.txt").write_text("".join(pins))
    return next(folder.glob("bin/python"))


def run_notebook(python: Path, notebook: Path) -> None:
    """Run a notebook in an environment, where the course's address is this checkout."""
    env = surroundings(
        PIP_CONSTRAINT=str(python.parents[1] / "pins.txt"),
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0=f"url.{ROOT.resolve().as_uri()}.insteadOf",
        GIT_CONFIG_VALUE_0=ADDRESS,
        JUPYTER_PREFER_ENV_PATH="1",
        IPYTHONDIR=str(python.parents[1] / "ipython"),
    )
    env.pop("PYTHONPATH")
    command = [str(python), "-c", RUN, str(notebook)]
    done = subprocess.run(
        command, cwd=notebook.parent, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def version(python: Path, name: str) -> str:
    code = f"import importlib.metadata as m; print(m.version({name!r}))"
    done = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.weekly
@pytest.mark.usefixtures("package_index")
@pytest.mark.skipif(os.name == "nt", reason="grading needs Linux or macOS")
def test_from_an_empty_folder_to_points(built, tmp_path):
    need_otter()
    if not course_commit():
        pytest.skip("this folder is no git checkout: nothing to install from")
    python = environment(tmp_path / "venv")
    work = tmp_path / "work" / "ada.ipynb"
    work.parent.mkdir()
    solution = nbformat.read(built / STEM / f"{STEM}_solution.ipynb", as_version=4)
    handed_out = nbformat.read(built / STEM / f"{STEM}.ipynb", as_version=4)
    solved = {"keep_for": answers_of(solution)["keep_for"]}
    nbformat.write(fill_in(handed_out, solved), work)

    run_notebook(python, work)

    assert version(python, "torch") == importlib.metadata.version("torch")
    (origin,) = python.parents[1].glob(
        "lib/*/site-packages/course_lib-*/direct_url.json"
    )
    said = json.loads(origin.read_text())
    assert said["url"] == ADDRESS
    assert said["vcs_info"]["commit_id"] == course_commit()

    cells = nbformat.read(work, as_version=4).cells
    checks = {c.source: str(c.outputs) for c in cells if "grader.check" in c.source}
    right = checks.pop('grader.check("keep_for")')
    assert "Half is left after one step, and after ten." in right
    assert "Test case failed" not in right
    assert all("Test case failed" in said for said in checks.values())

    done = tool(
        "grading.grade", work.parent, "--built", built, "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], row["keep_for"], row["total"]) == ("ada", "2", "2")
