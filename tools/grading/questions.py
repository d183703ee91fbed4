"""What an assignment asks, read from its source: questions, points and tests."""

import hashlib
import json
import re
from pathlib import Path

import nbformat
import yaml

TITLE = re.compile(r"\*\*(?:Question \d+\. *)?(.+?)\.?\*\*")


def read_source(path: Path) -> nbformat.NotebookNode:
    """Read a source notebook. Raises ValueError, naming it, for anything else."""
    try:
        return nbformat.read(path, as_version=4)
    except (ValueError, AttributeError, KeyError) as error:
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise ValueError(f"{path} is no notebook ({reason[:100]})") from error


def config_cell(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the cell that configures the assignment, or raise ValueError."""
    for cell in notebook.cells:
        if cell.cell_type == "raw" and cell.source.startswith("# ASSIGNMENT CONFIG"):
            return cell
    raise ValueError("expected a raw cell that begins with # ASSIGNMENT CONFIG")


def questions_of(notebook: nbformat.NotebookNode) -> list[dict]:
    """Return name, title, points and manual of every question, in order."""
    found, untitled = [], False
    for cell in notebook.cells:
        if cell.cell_type == "raw" and cell.source.startswith("# BEGIN QUESTION"):
            config = yaml.safe_load(cell.source) or {}
            manual, points = bool(config.get("manual")), config.get("points")
            found.append({"name": str(config.get("name", "")), "manual": manual})
            found[-1] |= {"title": found[-1]["name"], "points": points}
            untitled = True
        elif untitled and cell.cell_type == "markdown":
            title = TITLE.search(cell.source)
            if title:
                found[-1]["title"] = title[1]
            untitled = False
    if not found:
        raise ValueError("expected at least one raw cell with # BEGIN QUESTION")
    return found


def with_tests(questions: list[dict], folder: Path) -> list[dict]:
    """Add to each question its tests (name, points, hidden), as otter counts them."""
    from otter.nbmeta_config import NBMetadataConfig
    from otter.test_files import create_test_file

    for question in questions:
        path, tests = folder / f"{question['name']}.py", []
        if path.is_file():
            for case in create_test_file(str(path), NBMetadataConfig()).test_cases:
                test = {"name": case.name, "points": case.points}
                tests.append(test | {"hidden": bool(case.hidden)})
        question["tests"] = tests
        if tests:
            question["points"] = sum(test["points"] for test in tests)
        question["points"] = question["points"] or 0
    return questions


def digest(path: Path) -> str:
    """Return a hash of a file, by which a change is noticed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_questions(path: Path, source: Path, questions: list[dict]) -> None:
    """Write down what the assignment asks, for the grader."""
    content = {
        "assignment": source.stem,
        "source": str(source.resolve()),
        "sha256": digest(source),
        "out_of": sum(question["points"] for question in questions),
        "questions": questions,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
