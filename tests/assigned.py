"""Assignments as otter reads them: their cells run here, and their tests on them."""

import tempfile
import warnings
from pathlib import Path

import torch

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # otter's own imports are not ours to mend
    import nbformat
    from otter.assign.assignment import Assignment as Config
    from otter.assign.notebook_transformer import NotebookTransformer
    from otter.assign.question_config import QuestionConfig
    from otter.assign.solutions import replace_solutions
    from otter.assign.tests_manager import AssignmentTestsManager
    from otter.nbmeta_config import NBMetadataConfig
    from otter.test_files import ExceptionTestFile


class Assignment:
    """A source notebook: its code cells, its answers, and what otter makes of it.

    path: the .ipynb file, in the format of `otter assign`. `solved` and `blank` are the
    names that its code leaves behind, with the solutions and without.
    """

    def __init__(self, path: Path):
        self.path = path
        source = nbformat.read(path, as_version=4)
        self.steps = list(steps(source.cells))
        self.answers = {name: code for name, code in self.steps if name}
        config = Config()
        config.lang, config.master = "python", path
        self.manager = AssignmentTestsManager(config)
        NotebookTransformer(config, self.manager).transform_notebook(source)
        begins = [k for k, cell in enumerate(source.cells) if is_question(cell)]
        self.questions = [
            QuestionConfig(config_of(source.cells[k].source)) for k in begins
        ]
        self.statements = {
            question.name: source.cells[k + 1]
            for question, k in zip(self.questions, begins, strict=True)
        }
        with tempfile.TemporaryDirectory() as folder:
            self.manager.write_tests(NBMetadataConfig(), folder, force_files=True)
            found = sorted(Path(folder).glob("*.py"))
            self.tests = {p.stem: p.read_text(encoding="utf-8") for p in found}
        self.solved = self.run(self.steps)
        self.blank = self.run(
            [(name, self.stripped(code)) for name, code in self.steps]
        )

    def points(self) -> dict[str, float]:
        """Return what each question is worth, those graded by hand included."""
        value = self.manager.determine_question_point_value
        return {question.name: value(question) for question in self.questions}

    def run(self, cells: list[tuple], names: dict | None = None) -> dict:
        """Run cells in a copy of a namespace, and return the copy."""
        names = {"__name__": "__main__"} if names is None else dict(names)
        torch.manual_seed(0)
        for question, code in cells:
            place = f"{self.path.name}: {question or 'a cell between the questions'}"
            exec(compile(code, place, "exec"), names)
        return names

    def stripped(self, code: str) -> str:
        """Return a cell as students get it."""
        return "\n".join(replace_solutions(code.split("\n"), "python"))

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

    def graded(self, question: str, names: dict) -> ExceptionTestFile:
        """Return otter's results of a question's tests on a namespace."""
        file = ExceptionTestFile.from_string(self.tests[question])
        torch.manual_seed(0)
        file.run(names)
        return file


def is_question(cell) -> bool:
    """Say whether a cell is the one with which a question begins."""
    return cell.cell_type == "raw" and cell.source.startswith("# BEGIN QUESTION")


def config_of(raw: str) -> dict:
    """Return the settings of a raw cell: a line `name: value` each."""
    pairs = [line.split(": ", 1) for line in raw.splitlines()[1:] if line]
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
        if cell.cell_type == "raw" and first == "# BEGIN QUESTION":
            question = config_of(cell.source)["name"]
        elif cell.cell_type == "raw":
            block = first.removeprefix("# BEGIN ") if "BEGIN" in first else None
        elif cell.cell_type == "code" and block != "TESTS":
            found.append((question if block == "SOLUTION" else None, cell.source))
    return found
