"""Assignments as otter reads them: their cells run here, and their tests on them.

Otter is imported when it is asked for, so that this file can be read without it.
"""

import tempfile
import warnings
from pathlib import Path

import nbformat
import torch


class Assignment:
    """A source notebook: its code cells, its answers, and what otter makes of it.

    path: the .ipynb file, in the format of `otter assign`. `solved` and `blank` are the
    names that its code leaves behind, with the solutions and without.
    """

    def __init__(self, path: Path):
        self.path = path
        cells = nbformat.read(path, as_version=4).cells
        begins = [k for k, cell in enumerate(cells) if is_question(cell)]
        self.statements = {config_of(cells[k])["name"]: cells[k + 1] for k in begins}
        self.steps = steps(cells)
        self.answers = {name: code for name, code in self.steps if name}
        self.points, self.tests = read_by_otter(path)
        self.solved = self.run(self.steps)
        self.blank = self.run([(name, stripped(code)) for name, code in self.steps])

    def run(self, cells: list[tuple], names: dict | None = None) -> dict:
        """Run cells in a copy of a namespace, and return the copy."""
        names = {"__name__": "__main__"} if names is None else dict(names)
        torch.manual_seed(0)
        for question, code in cells:
            place = f"{self.path.name}: {question or 'a cell between the questions'}"
            exec(compile(code, place, "exec"), names)
        return names

    def answered(self, question: str, answer: str | list) -> dict:
        """Return the names of the solved notebook with one question answered anew.

        answer: the code of the cell, or pairs (old, new): the solution with each of
        these pieces, which must stand there once, exchanged.
        """
        if not isinstance(answer, str):
            code = self.answers[question]
            for old, new in answer:
                assert code.count(old) == 1, (question, old, code.count(old))
                code = code.replace(old, new)
            answer = code
        return self.run([(question, answer)], self.solved)

    def graded(self, question: str, names: dict):
        """Return otter's results of a question's tests on a namespace."""
        from otter.test_files import ExceptionTestFile

        file = ExceptionTestFile.from_string(self.tests[question])
        torch.manual_seed(0)
        file.run(names)
        return file


def read_by_otter(path: Path) -> tuple[dict, dict]:
    """Return the points of every question, and the test file of each that has tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what otter imports is not ours to mend
        from otter.assign.assignment import Assignment as Config
        from otter.assign.notebook_transformer import NotebookTransformer
        from otter.assign.question_config import QuestionConfig
        from otter.assign.tests_manager import AssignmentTestsManager
        from otter.nbmeta_config import NBMetadataConfig

    config = Config()
    config.lang, config.master = "python", path
    manager = AssignmentTestsManager(config)
    source = nbformat.read(path, as_version=4)
    NotebookTransformer(config, manager).transform_notebook(source)
    settings = [config_of(cell) for cell in source.cells if is_question(cell)]
    value = manager.determine_question_point_value
    points = {found["name"]: value(QuestionConfig(found)) for found in settings}
    with tempfile.TemporaryDirectory() as folder:
        manager.write_tests(NBMetadataConfig(), folder, force_files=True)
        files = sorted(Path(folder).glob("*.py"))
        return points, {file.stem: file.read_text("utf-8") for file in files}


def stripped(code: str) -> str:
    """Return the code of a cell as students get it."""
    from otter.assign.solutions import replace_solutions

    return "\n".join(replace_solutions(code.split("\n"), "python"))


def is_question(cell) -> bool:
    """Say whether a cell is the one with which a question begins."""
    return cell.cell_type == "raw" and cell.source.startswith("# BEGIN QUESTION")


def config_of(cell) -> dict:
    """Return the settings of a raw cell: a line `name: value` each."""
    pairs = [line.split(": ", 1) for line in cell.source.splitlines()[1:] if line]
    known = {"true": True, "false": False}
    return {
        key: known.get(value, int(value) if value.isdigit() else value)
        for key, value in pairs
    }


def steps(cells: list) -> list[tuple[str | None, str]]:
    """Return the code cells that are run: (the question if it is the answer, code)."""
    found, question, block = [], None, None
    for cell in cells:
        first = cell.source.partition("\n")[0]
        if is_question(cell):
            question, block = config_of(cell)["name"], None
        elif cell.cell_type == "raw":
            block = first.removeprefix("# BEGIN ") if "BEGIN" in first else None
        elif cell.cell_type == "code" and block != "TESTS":
            found.append((question if block == "SOLUTION" else None, cell.source))
    return found
