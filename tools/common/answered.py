"""Write the chapters with their exercises answered: `python -m tools.common.answered`.

Each copy has all code of its chapter in its order. After each check stand cells that
ask it again, on the stub and on the solution, and that fail if it does not say what it
should; then what the solution has defined is put back (in_kernel.py). When nbval runs
the copies, it has tried every exercise in its place, and it has run the chapters as
the book shows them: kept.py keeps the results for it.
"""

import shutil
import sys
from pathlib import Path

import nbformat

from tools.common.build import BUILD, forget_stale_results
from tools.common.exercises import CHAPTERS, Exercise, exercises

ANSWERED = BUILD / "answered"
CELL = "chapter_cell"  # in a cell's metadata: which cell of the chapter it is
IN_KERNEL = Path(__file__).with_name("in_kernel.py").read_text(encoding="utf-8")
# A chapter runs in its own folder, wherever its copy lies, and no cell of it is written
# into the history of the user's own IPython.
BEGIN = f"""{IN_KERNEL}

__import__("os").chdir({str(CHAPTERS)!r})
get_ipython().history_manager.enabled = False
"""


def asked(exercise: Exercise) -> list[str]:
    """Return the code that answers an exercise: with its stub, then its solution."""
    stub = "wrong" if exercise.kind == "Mend" else "blank"
    ask = "_heard({!r}, lambda: {})"
    return [
        "_set_aside()",
        ask.format(stub, exercise.check),
        exercise.solution,
        ask.format("right", exercise.check),
        "_put_back()",
    ]


def answered(chapter: str) -> nbformat.NotebookNode:
    """Return a chapter's code, with answers after each check."""
    found = {exercise.check_cell: exercise for exercise in exercises(chapter)}
    notebook = nbformat.read(CHAPTERS / f"{chapter}.ipynb", as_version=4)
    cells = [nbformat.v4.new_code_cell(BEGIN)]
    for k, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.metadata[CELL] = k
            cells.append(cell)
        if k in found:
            cells += [nbformat.v4.new_code_cell(code) for code in asked(found[k])]
    notebook.cells = cells
    return notebook


def main(folder: Path = ANSWERED) -> None:
    """Write a copy of every chapter into a folder that holds nothing else."""
    forget_stale_results()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        nbformat.write(answered(path.stem), folder / path.name)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
