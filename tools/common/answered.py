"""Write the chapters with their exercises answered: `python -m tools.common.answered`.

Each copy has all code of its chapter in its order; but each check is asked twice, on
the stub and on the solution, in cells that fail if it does not say what it should. When
nbval runs the copies, it has run the chapters and tried every exercise in its place.
"""

import shutil
import sys
from pathlib import Path

import nbformat

from tools.common.build import BUILD
from tools.common.exercises import CHAPTERS, Exercise, cells_of, exercises

ANSWERED = BUILD / "answered"
SECONDS = 2  # of computing: the longest that a check may take
HEARD = f"""\
import time as _time
def _heard(expected, ask):
    begin = _time.process_time()
    verdict = ask()
    seconds = _time.process_time() - begin
    said = "right" if verdict else "blank" if verdict.blank else "wrong"
    words = repr(verdict)
    assert said == expected, f"expected {{expected}}, came {{said}}: {{words}}"
    assert said == "right" or "raised" not in words, words
    assert seconds < {SECONDS}, f"the check took {{seconds:.1f}} s"
"""


def asked(exercise: Exercise) -> list[str]:
    """Return the code that answers an exercise: with its stub, then its solution."""
    stub = "wrong" if exercise.kind == "Mend" else "blank"
    ask = "_heard({!r}, lambda: {})"
    return [
        ask.format(stub, exercise.check),
        exercise.solution,
        ask.format("right", exercise.check),
    ]


def answered(chapter: str) -> nbformat.NotebookNode:
    """Return a chapter's code, every check asked on the stub and the solution."""
    found = {exercise.check_cell: exercise for exercise in exercises(chapter)}
    codes = [HEARD]
    for k, cell in enumerate(cells_of(chapter)):
        if k in found:
            codes += asked(found[k])
        elif cell["cell_type"] == "code":
            codes.append(cell["text"])
    notebook = nbformat.read(CHAPTERS / f"{chapter}.ipynb", as_version=4)
    notebook.cells = [nbformat.v4.new_code_cell(code) for code in codes]
    return notebook


def main(folder: Path = ANSWERED) -> None:
    """Write a copy of every chapter into a folder that holds nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        nbformat.write(answered(path.stem), folder / path.name)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
