"""All exercises and all graded questions, as tables made from their notebooks."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from tools.common.exercises import cells_of, exercises

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENTS = ROOT / "assignments"
SOAK = ROOT / "tools" / "release" / "records" / "soak.json"
ROW = re.compile(r"^\| `(\w+)`: ", re.MULTILINE)  # of the table of assignments
QUESTION = re.compile(r"\*\*Question (\d+)\. (.+?)\.?\*\* \((\d+) points?\)")


@dataclass(frozen=True)
class Question:
    """One question of a graded assignment, as its text and metadata say."""

    assignment: str
    number: int
    title: str
    points: int
    outcome: str
    kind: str
    difficulty: str


def chapters() -> list[str]:
    """Return the chapters that are notebooks, in the order of the course."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = toc.get("parts", [toc])  # a small book has none
    listed = [page["file"] for part in parts for page in part["chapters"]]
    return [Path(f).name for f in listed if (ROOT / f"{f}.ipynb").is_file()]


def title(cells: list[dict]) -> str:
    """Return a notebook's title: the first line of its first text that has one."""
    texts = (cell["text"] for cell in cells if cell["cell_type"] == "markdown")
    return next(t for t in texts if t.startswith("# ")).partition("\n")[0][2:]


def sources() -> list[Path]:
    """Return the files that the tables are made from."""
    notebooks = [ROOT / "chapters" / f"{name}.ipynb" for name in chapters()]
    guide = ROOT / "chapters" / "assigning.md"
    return [ROOT / "_toc.yml", guide, *notebooks, *assignments(), SOAK]


def assignments() -> list[Path]:
    """Return the assignments' sources, in the order of the table of the guide."""
    guide = (ROOT / "chapters" / "assigning.md").read_text(encoding="utf-8")
    return [ASSIGNMENTS / f"{stem}.ipynb" for stem in ROW.findall(guide)]


def questions(path: Path) -> list[Question]:
    """Return the questions of an assignment's source notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell | {"text": "".join(cell["source"])} for cell in notebook["cells"]]
    found = []
    for cell in cells:
        asked = QUESTION.match(cell["text"])
        if cell["cell_type"] == "markdown" and asked:
            about = cell["metadata"]["exercise"]
            number, points = int(asked[1]), int(asked[3])
            found.append(Question(title(cells), number, asked[2], points, **about))
    return found


def exercise_tables() -> str:
    """Return the exercises in Markdown, a heading and table for each chapter."""
    heads, parts = ("No.", "After it you can", "Kind", "Difficulty"), []
    for name in chapters():
        rows = [
            (e.number, e.outcome, e.kind.lower(), e.difficulty) for e in exercises(name)
        ]
        if rows:
            heading = f"### [{title(cells_of(name))}]({name}.ipynb)"
            parts += [heading, table(heads, rows)]
    return "\n\n".join(parts)


def question_tables() -> str:
    """Return the graded questions, a heading and table for each assignment."""
    heads, parts = ("No.", "Question", "Kind", "Difficulty", "Points"), []
    for path in assignments():
        asked = questions(path)
        rows = [
            (q.number, f"**{q.title}**: {q.outcome}", q.kind, q.difficulty, q.points)
            for q in asked
        ]
        parts += [f"### {asked[0].assignment}", table(heads, rows)]
    return "\n\n".join(parts)


def grading_speed() -> str:
    """Return, in a sentence or two, how long grading a class took when it was run."""
    record = json.loads(SOAK.read_text(encoding="utf-8"))
    took = record["results"]["grading"]
    each = took["seconds"] / took["submissions"]
    return (
        f"A made-up class of {took['submissions']}, with every usual mistake and every "
        f"hostile case in it, took {took['seconds'] / 60:.1f} minutes with "
        f"{record['cores']} cores ({record['cpu']}): {each:.0f} seconds a submission, "
        f"{3600 / each:.0f} an hour. (Measured by `{record['command']}` on "
        f"{took['date']}.)"
    )


def table(heads: Iterable[str], rows: Iterable[Iterable]) -> str:
    """Return a table in Markdown.

    >>> print(table(["a", "b"], [[1, "x|y"]]))
    | a | b |
    | --- | --- |
    | 1 | x\\|y |
    """
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    cells = [[str(cell).replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
