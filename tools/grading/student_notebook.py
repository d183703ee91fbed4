"""The cells that every assignment begins with, and the answers that go into one.

A student's notebook is one file that works alone. Its first code cell installs what is
missing, its second unpacks the public tests, for otter to find them also where a kernel
cannot see the notebook's file, as in Colab.
"""

import re
from pathlib import Path

from nbformat import NotebookNode, v4

MARK = "# Assignment: "
UNPACK = "# The checks of this notebook, unpacked for otter-grader."
HIDDEN_SOURCE = {"cellView": "form", "jupyter": {"source_hidden": True}}

INSTALL = """\
#@title Install what is missing (run this cell first)
{mark}{stem}
import importlib.metadata
import importlib.util
import pathlib
import tempfile


def is_missing(module):
    importlib.invalidate_caches()
    return importlib.util.find_spec(module) is None


# torch and numpy stay in the versions that are there.
kept = [name for name in ("torch", "numpy") if not is_missing(name)]
pins = pathlib.Path(tempfile.mkdtemp(), "pins.txt")
pins.write_text("".join(f"{{p}}=={{importlib.metadata.version(p)}}\\n" for p in kept))
if is_missing("otter"):
    %pip install -q -c "{{pins}}" otter-grader
if is_missing("course_lib"):
{course}
for name in ("otter", "course_lib"):
    if is_missing(name):
        raise ModuleNotFoundError(
            f"{{name}} could not be installed; pip says why, above. "
            "Show it to whoever gave you this notebook."
        )
"""
WITH_ADDRESS = '    %pip install -q -c "{{pins}}" "{requirement}"'
WITHOUT_ADDRESS = """\
    raise ModuleNotFoundError(
        "course_lib is not installed, and this notebook does not know from where. "
        "Ask whoever gave it to you for the course's address, and install it with: "
        "pip install git+ADDRESS"
    )"""

CHECKS = """\
#@title Unpack the checks (run this cell second)
{unpack}
import pathlib
import tempfile

import otter

checks = pathlib.Path(tempfile.mkdtemp(prefix="checks-"))
{files}
grader = otter.Notebook(tests_dir=str(checks))
"""


def first_cells(stem: str, requirement: str | None) -> list[NotebookNode]:
    """Return the two cells that come first; the second has no tests in it yet."""
    if requirement is None:
        course = WITHOUT_ADDRESS
    else:
        course = WITH_ADDRESS.format(requirement=requirement)
    install = INSTALL.format(mark=MARK, stem=stem, course=course)
    tags = {"tags": ["install"], **HIDDEN_SOURCE}
    return [
        v4.new_code_cell(install.rstrip("\n"), metadata=tags),
        v4.new_code_cell(
            _unpacking({}), metadata={"tags": ["checks"], **HIDDEN_SOURCE}
        ),
    ]


def _unpacking(files: dict[str, str]) -> str:
    lines = [
        f"checks.joinpath({name!r}).write_text({_literal(text)})"
        for name, text in sorted(files.items())
    ]
    return CHECKS.format(unpack=UNPACK, files="\n".join(lines)).rstrip("\n")


def _literal(text: str) -> str:
    """Write a text as Python, readable where triple quotes can hold it."""
    if "'''" in text or "\\" in text or text.endswith("'"):
        return repr(text)
    return f"'''{text}'''"


def put_tests_in(notebook: NotebookNode, folder: Path) -> None:
    """Write the test files of a folder into the notebook's second cell."""
    files = {p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.py")}
    for cell in notebook.cells:
        if cell.cell_type == "code" and UNPACK in cell.source:
            cell.source = _unpacking(files)


def number_cells(notebook: NotebookNode) -> None:
    """Give every cell the id of its place: the same source makes the same bytes."""
    for place, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{place:03d}"
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def stem_of(notebook: dict) -> str | None:
    """Return the assignment that a notebook belongs to, or None.

    otter's metadata say it; where an editor has dropped them, the first cell does.
    """
    metadata = notebook.get("metadata")
    named = metadata.get("otter") if isinstance(metadata, dict) else None
    if isinstance(named, dict) and isinstance(named.get("assignment_name"), str):
        return named["assignment_name"]
    for cell in notebook.get("cells", []):
        source = cell.get("source") if isinstance(cell, dict) else None
        text = "".join(source) if isinstance(source, list) else str(source)
        marked = re.search(rf"^{MARK}(\S+)$", text, re.MULTILINE)
        if marked:
            return marked[1]
    return None


def fill_in(notebook: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """Put code into the answer cells of a student's notebook, by question, in place.

    Raises KeyError naming the questions that the notebook does not have.
    """
    answer, waiting = None, dict(answers)
    for cell in notebook.cells:
        if "otter_answer_cell" in cell.metadata.get("tags", []):
            answer = cell
        asked = re.fullmatch(r'grader\.check\("(\w+)"\)', cell.source)
        if asked and asked[1] in waiting:
            answer.source = waiting.pop(asked[1])
    if waiting:
        raise KeyError(f"no question named {', '.join(sorted(waiting))} here")
    return notebook


def answers_of(solution: NotebookNode) -> dict[str, str]:
    """Return the code of a solved notebook's answer cells, by question."""
    found, answer = {}, None
    for cell in solution.cells:
        if "otter_assign_solution_cell" in cell.metadata.get("tags", []):
            answer = cell
        asked = re.fullmatch(r'grader\.check\("(\w+)"\)', cell.source)
        if asked:
            found[asked[1]] = answer.source
    return found
