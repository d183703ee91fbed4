"""The exercises of the chapters, read from the notebooks: task, stub, check, solution.

An exercise is a markdown cell that begins "**1. Implement (medium).** ...", with its
outcome in the cell's metadata; a code cell with blanks, the stub; a code cell with the
check; and a folded solution, with one block of Python that replaces the stub.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

CHAPTERS = Path(__file__).parents[2] / "chapters"
KINDS = ("Derive", "Implement", "Predict", "Mend", "Measure")
DIFFICULTIES = ("easy", "medium", "hard")
TASK = re.compile(r"\*\*(\d)\. (\w+) \((\w+)\)\.\*\* (.+)", re.DOTALL)
CHECK = re.compile(r"check\.(\w+)\((.+)\)", re.DOTALL)
SOLUTION = re.compile(r"```python\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Exercise:
    """One exercise of a chapter, with the places of its cells in the notebook."""

    chapter: str
    number: int
    kind: str
    difficulty: str
    outcome: str
    stub: str
    check: str
    solution: str
    check_cell: int

    @property
    def name(self) -> str:
        """Return the name of the check."""
        return CHECK.fullmatch(self.check).group(1)

    def __str__(self) -> str:
        return f"{self.chapter}-{self.number}-{self.name}"


def cells_of(chapter: str) -> list[dict]:
    """Return a chapter's cells, each with its text under "text"."""
    path = CHAPTERS / f"{chapter}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell | {"text": "".join(cell["source"])} for cell in notebook["cells"]]


def exercises(chapter: str) -> list[Exercise]:
    """Return the exercises of a chapter; raise AssertionError if one is not whole."""
    cells, found = cells_of(chapter), []
    for k, cell in enumerate(cells):
        task = TASK.match(cell["text"]) if cell["cell_type"] == "markdown" else None
        if task:
            stub, check, solution = cells[k + 1 : k + 4]
            kinds = [c["cell_type"] for c in (stub, check, solution)]
            assert kinds == ["code", "code", "markdown"], task[0]
            folded = solution["text"].strip()
            assert folded.startswith("<details><summary>Solution</summary>"), folded
            assert folded.endswith("</details>"), folded
            (code,) = SOLUTION.findall(folded)
            outcome = cell["metadata"]["exercise"]["outcome"]
            number, kind, difficulty = int(task[1]), task[2], task[3]
            texts = (stub["text"], check["text"], code.strip())
            found.append(
                Exercise(chapter, number, kind, difficulty, outcome, *texts, k + 2)
            )
    return found
