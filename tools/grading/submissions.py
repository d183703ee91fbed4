"""The files of a folder as submissions: whose they are, and whether they are notebooks.

Every file that is not hidden is one, in sub-folders, too, as learning platforms export
them; a zip with one notebook in it is read. A student is called by the file's name
without its ending, or, where two would be called the same, by the whole path.
"""

import json
import os
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tools.grading.student_notebook import stem_of

LARGEST = 50_000_000  # bytes of a notebook
SKIPPED = {"__MACOSX"}


class NoNotebook(Exception):
    """A submission is not a notebook; the message says why."""


@dataclass(frozen=True)
class Submission:
    """A file that was handed in: the student's name, the file, its path to show."""

    student: str
    path: Path
    shown: str


def find_submissions(folder: Path) -> list[Submission]:
    """Return the submissions in a folder, by student. Raises ValueError for none."""
    if not folder.is_dir():
        raise ValueError(f"expected a folder of submissions, got {folder}")
    paths = sorted(_files(folder))
    if not paths:
        raise ValueError(f"{folder} has no files in it that are not hidden")
    alike = Counter(path.stem.casefold() for path in paths)
    found = []
    for path in paths:
        shown = path.relative_to(folder).as_posix()
        student = path.stem if alike[path.stem.casefold()] == 1 else shown
        found.append(Submission(_printable(student), path, _printable(shown)))
    return sorted(found, key=lambda submission: (submission.student, submission.shown))


def _files(folder: Path):
    """Give every path that counts; a folder named like a notebook is one of them."""
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name in SKIPPED:
            continue
        is_folder = path.is_dir() and not path.is_symlink()
        if is_folder and path.suffix != ".ipynb":
            yield from _files(path)
        else:
            yield path


def _printable(name: str) -> str:
    """Return a file's name as text that any file can hold."""
    readable = os.fsencode(name).decode("utf-8", errors="replace")
    return "".join(c if c.isprintable() else "?" for c in readable)


def read_notebook(path: Path) -> dict:
    """Return a submission as a notebook of Python with code in it.

    Raises NoNotebook with the reason for anything else.
    """
    if path.is_dir():
        raise NoNotebook("it is a folder, not a file")
    if not path.is_file():  # before anything waits for what a pipe may bring
        raise NoNotebook("it is no plain file, or a link that leads nowhere")
    try:
        data = _zipped(path) if zipfile.is_zipfile(path) else _bytes(path)
    except OSError as error:
        raise NoNotebook(f"it cannot be read ({error.strerror})") from error
    if not data.strip():
        raise NoNotebook("the file is empty")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NoNotebook("it is not UTF-8 text") from error
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoNotebook("it is not JSON, or was cut short") from error
    _check(notebook)
    return notebook


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return _not_too_long(file.read(LARGEST + 1))


def _zipped(path: Path) -> bytes:
    """Return the one notebook in a zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if _counts(n)]
            if len(names) != 1:
                raise NoNotebook(f"expected one notebook in the zip, got {len(names)}")
            with archive.open(names[0]) as file:
                return _not_too_long(file.read(LARGEST + 1))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise NoNotebook(f"the zip cannot be read ({error})") from error


def _counts(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith(".") or part in SKIPPED for part in parts)
    return name.endswith(".ipynb") and not hidden


def _not_too_long(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise NoNotebook(f"it is larger than {LARGEST // 10**6} MB")
    return data


def _check(notebook) -> None:
    """Raise NoNotebook unless JSON is a notebook of Python with code in it."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    whole = isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells)
    if not whole or notebook.get("nbformat") != 4:
        raise NoNotebook("it is JSON, but no notebook of format 4")
    metadata = notebook.get("metadata")
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        said = metadata.get(key) if isinstance(metadata, dict) else None
        language = said.get(name) if isinstance(said, dict) else None
        if isinstance(language, str) and language.lower() != "python":
            raise NoNotebook(f"it is a notebook of {language[:40]}, not of Python")
    if not any(_code(cell).strip() for cell in cells):
        raise NoNotebook("it has no code cells")


def _code(cell: dict) -> str:
    """Return the source of a code cell, and nothing for another."""
    source = cell.get("source") if cell.get("cell_type") == "code" else ""
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def cleaned(notebook: dict, stem: str) -> dict:
    """Return the code of a notebook, alone, as the grader runs it.

    Outputs, attachments and the name of the student's kernel do not matter here, and a
    cell with an unusual key or type cannot get in the way of the others.
    """
    cells = []
    for place, cell in enumerate(notebook["cells"]):
        tags = (
            cell.get("metadata", {}) if isinstance(cell.get("metadata"), dict) else {}
        )
        kept = {"otter": tags["otter"]} if isinstance(tags.get("otter"), dict) else {}
        if cell.get("cell_type") == "code":
            new = {"cell_type": "code", "id": f"cell-{place}", "metadata": kept}
            new |= {"source": _code(cell), "outputs": [], "execution_count": None}
            cells.append(new)
    metadata = {
        "kernelspec": {
            "name": "python3",
            "display_name": "Python",
            "language": "python",
        },
        "language_info": {"name": "python"},
        "otter": {"assignment_name": stem},
    }
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def assignment_of(submissions: list[Submission]) -> str:
    """Return the one assignment that the notebooks belong to.

    Raises ValueError if they belong to several, or none says to which.
    """
    stems = Counter()
    for submission in submissions:
        try:
            stems[stem_of(read_notebook(submission.path))] += 1
        except NoNotebook:
            continue  # graded later, with its reason
    stems.pop(None, None)
    if len(stems) == 1:
        return next(iter(stems))
    say = "; say which to grade: ASSIGNMENT=name"
    if not stems:
        raise ValueError(f"no notebook here says which assignment it belongs to{say}")
    several = ", ".join(f"{count} of {stem}" for stem, count in sorted(stems.items()))
    raise ValueError(f"the notebooks are of several assignments ({several}){say}")
