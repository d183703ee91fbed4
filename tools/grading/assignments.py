"""Make what students, graders and Gradescope get (make assignments).

For each source notebook, in _build/assignments/NAME: the student's notebook, the solved
one, the archive for Gradescope, and a list of the questions. otter-grader does the work
and runs all tests on the solution first.
"""

import argparse
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import tomllib
import yaml

from tools.common.address import VARIABLE, find_address
from tools.grading.questions import (
    config_cell,
    questions_of,
    read_source,
    with_tests,
    write_questions,
)
from tools.grading.student_notebook import first_cells, number_cells, put_tests_in

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "assignments"
BUILT = ROOT / "_build" / "assignments"
NO_OTTER = (
    "otter-grader is missing; install it: pip install -r requirements-instructor.txt"
)
# PyTorch's own index has the CPU build, as a version (2.13.0+cpu) that pip prefers to
# the plain one of the usual index, which on Linux is the CUDA build.
CPU_INDEX = "--extra-index-url https://download.pytorch.org/whl/cpu"


def has_otter() -> bool:
    """Return whether otter-grader is installed; readers need none."""
    try:
        return importlib.metadata.version("otter-grader") != ""
    except importlib.metadata.PackageNotFoundError:
        return False


def requirements() -> list[str]:
    """Return what Gradescope's machine installs: what course_lib needs, pinned.

    course_lib itself travels inside the archive, as it is here: that needs no network,
    no access to a private repository, and no commit that has been pushed.
    """
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    needed = {
        re.match(r"[\w-]+", line)[0]
        for line in tomllib.loads(text)["project"]["dependencies"]
    }
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [CPU_INDEX, *(pin for pin in pins if pin.partition("==")[0] in needed)]


def configure(notebook: nbformat.NotebookNode, stem: str) -> None:
    """Set what is the same in all assignments; raise ValueError for another name."""
    cell = config_cell(notebook)
    config = yaml.safe_load(cell.source) or {}
    if config.get("name", stem) != stem:
        raise ValueError(f"its config names it {config['name']!r}, its file {stem!r}")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    config |= {"name": stem, "init_cell": False, "export_cell": False}
    config |= {"solutions_pdf": False, "template_pdf": False, "run_tests": True}
    config |= {"requirements": requirements(), "python_version": python}
    config["autograder_files"] = ["course_lib", *config.get("autograder_files", [])]
    config["tests"] = {**config.get("tests", {"ok_format": False}), "files": True}
    cell.source = "# ASSIGNMENT CONFIG\n" + yaml.safe_dump(config)


def prepare(source: Path, folder: Path) -> list[dict]:
    """Write the source as otter is to have it, and the library, into a folder.

    Returns the questions. Raises ValueError where the source is not as it must be.
    """
    notebook = read_source(source)
    configure(notebook, source.stem)
    questions = questions_of(notebook)
    address = find_address()
    cells = first_cells(source.stem, address.requirement if address else None)
    place = 1 + notebook.cells.index(config_cell(notebook))
    while place < len(notebook.cells) and notebook.cells[place].cell_type == "markdown":
        place += 1
    notebook.cells[place:place] = cells
    for path in source.parent.iterdir():  # what the source may read
        if path.is_file() and path.suffix != ".ipynb" and path.name[0] != ".":
            shutil.copy(path, folder)
    nbformat.write(notebook, folder / source.name)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "course_lib", folder / "course_lib", ignore=ignore)
    return questions


def run_otter(notebook: Path, out: Path) -> None:
    """Let otter make its folders. Raises ValueError with its reason if it cannot."""
    command = [sys.executable, "-m", "otter", "assign", notebook.name, str(out)]
    done = subprocess.run(
        command, cwd=notebook.parent, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr + done.stdout
        last = re.split(r"^(?:\w+\.)*RuntimeError: ", said, flags=re.MULTILINE)[-1]
        raise ValueError("\n".join(last.strip().splitlines()[-60:]))


def publish(source: Path, made: Path, out: Path, questions: list[dict]) -> None:
    """Put what otter made into the folder of the assignment, under plain names."""
    stem, public = source.stem, made / "student" / "tests"
    questions = with_tests(questions, made / "autograder" / "tests")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for kind, name in (("student", stem), ("autograder", f"{stem}_solution")):
        notebook = nbformat.read(made / kind / source.name, as_version=4)
        put_tests_in(notebook, public)
        number_cells(notebook)
        nbformat.write(notebook, out / f"{name}.ipynb")
    (archive,) = (made / "autograder").glob("*.zip")
    shutil.move(archive, out / f"{stem}_autograder.zip")
    write_questions(out / f"{stem}_questions.json", source, questions)
    refuse_leaks(out / f"{stem}.ipynb", made)


def refuse_leaks(student: Path, made: Path) -> None:
    """Raise ValueError if a hidden test's name stands in the student's notebook."""
    text = student.read_text(encoding="utf-8")
    hidden = _test_names(made / "autograder") - _test_names(made / "student")
    shown = sorted(name for name in hidden if re.search(rf"\b{name}\b", text))
    if shown:
        student.unlink()
        raise ValueError(f"hidden tests in the student's notebook: {', '.join(shown)}")


def _test_names(folder: Path) -> set[str]:
    texts = [p.read_text(encoding="utf-8") for p in (folder / "tests").glob("*.py")]
    return set(re.findall(r"^def (\w+)", "\n".join(texts), re.MULTILINE))


def make(source: Path, built: Path = BUILT) -> Path:
    """Make one assignment and return its folder. Raises ValueError with the reason."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "source"
        folder.mkdir()
        made = folder.parent / "made"
        made.mkdir()
        questions = prepare(source, folder)
        run_otter(folder / source.name, made)
        publish(source, made, built / source.stem, questions)
    return built / source.stem


def find_sources(folder: Path, stem: str | None) -> list[Path]:
    """Return the source notebooks of a folder, or the one of that name."""
    found = sorted(p for p in folder.glob("*.ipynb") if not p.name.startswith("."))
    if not found:
        sys.exit(f"expected source notebooks (.ipynb) in {folder}, found none")
    chosen = [path for path in found if stem in (None, path.stem)]
    if not chosen:
        sys.exit(f"no {stem} in {folder}; there are: {[p.stem for p in found]}")
    return chosen


def report(source: Path, built: Path) -> bool:
    """Make one assignment and say how it went; return whether it went well."""
    try:
        folder = make(source, built)
    except ValueError as error:
        print(f"{source.stem}: FAILED\n{error}", flush=True)
        return False
    print(f"{source.stem}: all tests pass on the solution; see {folder}", flush=True)
    return True


def main() -> int:
    """Make the assignments that are asked for; return 0 if all went well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=SOURCES, help="their folder")
    parser.add_argument("--name", help="only the one of this name")
    parser.add_argument("--out", type=Path, default=BUILT)
    given = parser.parse_args()
    if not has_otter():
        sys.exit(NO_OTTER)
    address = find_address()
    if address is None:
        print(f"No address is known ({VARIABLE} is not set, there is no remote):")
        print("students must have course_lib installed; their notebook says so.")
    else:
        print(f"Notebooks will install {address.requirement}")
    sources = find_sources(given.source, given.name)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda source: report(source, given.out), sources))
    print(f"{sum(results)} made, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
