"""Making assignments: what students get, what they must not get, what is refused."""

import json
import re
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from otter_here import ROOT, STEM, course_address, need_otter, tool

from tools.grading import assignments, student_notebook
from tools.grading.questions import questions_of, read_source

SOURCES = sorted((ROOT / "assignments").glob("*.ipynb"))
CONFIG = "# ASSIGNMENT CONFIG\nname: tiny\ntests:\n    ok_format: false"
TEST = '''""" # BEGIN TEST CONFIG
points: 1
hidden: {hidden}
""" # END TEST CONFIG
def {name}(double):
    assert double({given}) == {expected}, "twice of {given} must be {expected}"'''


def tiny(
    folder: Path, answer="return 2 * x  # SOLUTION", config=CONFIG, name="tiny"
) -> Path:
    """Write a source with one question into a folder."""
    v4 = nbformat.v4
    cells = [
        v4.new_raw_cell(config.replace("tiny", name)),
        v4.new_markdown_cell("# Tiny"),
        v4.new_raw_cell("# BEGIN QUESTION\nname: double\npoints: 2"),
        v4.new_markdown_cell("**Question 1. Twice.** (2 points) Double it."),
        v4.new_raw_cell("# BEGIN SOLUTION"),
        v4.new_code_cell(f"def double(x):\n    {answer}"),
        v4.new_raw_cell("# END SOLUTION"),
        v4.new_raw_cell("# BEGIN TESTS"),
        v4.new_code_cell(
            TEST.format(hidden="false", name="test_one", given=1, expected=2)
        ),
        v4.new_code_cell(
            TEST.format(hidden="true", name="test_far", given=99, expected=198)
        ),
        v4.new_raw_cell("# END TESTS"),
        v4.new_raw_cell("# END QUESTION"),
    ]
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python"}
    notebook.metadata.kernelspec["display_name"] = "Python 3"
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


def student_text(built: Path) -> str:
    return (built / STEM / f"{STEM}.ipynb").read_text(encoding="utf-8")


def source_code(kind: str) -> list[str]:
    """Return the tests of the source, hidden or public, as code."""
    notebook = read_source(ROOT / "assignments" / f"{STEM}.ipynb")
    hidden = {"hidden": "hidden: true", "public": "hidden: false"}[kind]
    return [cell.source for cell in notebook.cells if hidden in cell.source]


@pytest.mark.slow
def test_no_solution_and_no_hidden_test_reach_the_student(built):
    text = student_text(built)
    solution = (built / STEM / f"{STEM}_solution.ipynb").read_text(encoding="utf-8")
    names = [re.search(r"def (test_\w+)", code)[1] for code in source_code("hidden")]
    assert len(names) >= 8
    assert [name for name in names if name in text] == []
    for phrase in ("hidden: true", "hidden=True", "SOLUTION", "Rubric", "gradcheck"):
        assert phrase not in text
    for line in (
        'a_i + weights[\\"p_i\\"] * c_prev',
        "left * i[:, t] * g[:, t]",
        "expm1(-",
    ):
        assert line in solution
        assert line not in text
    for cell in json.loads(text)["cells"]:
        assert cell.get("outputs", []) == []


@pytest.mark.slow
def test_the_public_tests_travel_inside(built):
    text = student_text(built)
    names = [re.search(r"def (test_\w+)", code)[1] for code in source_code("public")]
    assert len(names) >= 5
    assert all(name in text for name in names)


@pytest.mark.slow
def test_the_student_s_notebook_runs_with_its_blanks(built, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = nbformat.reads(student_text(built), as_version=4)
    client = NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": tmp_path}}
    )
    client.execute()  # raises if a cell does
    said = [str(cell.get("outputs", "")) for cell in notebook.cells]
    checks = [text for cell, text in zip(notebook.cells, said, strict=True)
              if cell.source.startswith("grader.check")]  # fmt: skip
    assert len(checks) == 5
    assert all("Test case failed" in text for text in checks)


@pytest.mark.slow
def test_the_first_cell_names_the_course_s_address_and_no_registry(built):
    first = next(
        c for c in json.loads(student_text(built))["cells"] if c["cell_type"] == "code"
    )
    code = "".join(first["source"])
    assert f'"course_lib @ git+{course_address()}"' in code
    assert "index" not in code
    assert first["metadata"]["tags"] == ["install"]


def install_cell(requirement: str | None) -> str:
    return student_notebook.first_cells("some", requirement)[0].source


@pytest.mark.parametrize("requirement", [None, "course_lib @ git+https://a.org/b/c"])
def test_what_is_there_is_not_installed(requirement):
    need_otter()
    code = re.sub(
        r"%pip .*", "raise AssertionError('pip was run')", install_cell(requirement)
    )
    assert code.count("pip was run") == (2 if requirement else 1)
    exec(code, {})


def test_without_an_address_the_cell_says_whom_to_ask():
    code = re.sub(r"%pip .*", "pass", install_cell(None))
    code = code.replace(
        "importlib.util.find_spec(module) is None", "module == 'course_lib'"
    )
    with pytest.raises(
        ModuleNotFoundError, match=r"Ask whoever gave .* pip install git\+"
    ):
        exec(code, {})


@pytest.mark.slow
def test_the_same_source_makes_the_same_bytes(built, tmp_path):
    given = {"COURSE_ADDRESS": course_address()}
    done = tool("grading.assignments", "--name", STEM, "--out", tmp_path, **given)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in (f"{STEM}.ipynb", f"{STEM}_solution.ipynb"):
        again = (tmp_path / STEM / name).read_bytes()
        assert again == (built / STEM / name).read_bytes()


@pytest.mark.slow
def test_sources_from_elsewhere_and_a_wrong_solution(tmp_path):
    need_otter()
    tiny(tmp_path / "sources", answer="return 2  # SOLUTION")
    source = tiny(tmp_path / "sources", name="right").parent
    done = tool("grading.assignments", "--source", source, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "tiny: FAILED" in done.stdout
    assert "twice of 99 must be 198" in done.stdout
    assert "Traceback" not in done.stdout
    assert "1 made, 1 failed" in done.stdout
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["right"]
    student = (tmp_path / "out" / "right" / "right.ipynb").read_text(encoding="utf-8")
    assert "test_one" in student
    assert "test_far" not in student


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            CONFIG.replace("tiny", "other"),
            "its config names it 'other', its file 'tiny'",
        ),
        ("# nothing", "expected a raw cell that begins with # ASSIGNMENT CONFIG"),
    ],
)
def test_a_source_that_does_not_fit_is_refused(tmp_path, config, message):
    source = tiny(tmp_path / "sources", config=config)
    (tmp_path / "to").mkdir()
    with pytest.raises(ValueError, match=message):
        assignments.prepare(source, tmp_path / "to")


def test_a_source_that_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "no.ipynb"
    path.write_text("hello")
    with pytest.raises(ValueError, match=r"no\.ipynb is no notebook"):
        read_source(path)


@pytest.mark.parametrize(
    ("stem", "message"), [(None, "found none"), ("x", "found none")]
)
def test_an_empty_folder_has_no_sources(tmp_path, stem, message):
    with pytest.raises(SystemExit, match=message):
        assignments.find_sources(tmp_path, stem)


@pytest.mark.slow
def test_the_archive_installs_what_is_pinned_and_carries_the_library(built):
    with zipfile.ZipFile(built / STEM / f"{STEM}_autograder.zip") as archive:
        names = archive.namelist()
        environment = archive.read("environment.yml").decode()
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    torch = next(pin for pin in pins if pin.startswith("torch=="))
    assert f"- {torch}\n" in environment
    assert assignments.CPU_INDEX in environment
    assert "files/course_lib/nn/cells.py" in names
    assert not [name for name in names if "__pycache__" in name]
    assert "tests/origins.py" in names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_source_is_stripped_and_worth_twenty_points(path):
    notebook = read_source(path)
    questions = questions_of(notebook)
    stated = re.compile(r"^\*\*Question \d+\. .+?\*\* \((\d+) points?\) ", re.MULTILINE)
    points = [int(n) for cell in notebook.cells for n in stated.findall(cell.source)]
    assert len(points) == len(questions)
    assert sum(points) == 20  # what otter counts is in test_wrong_answers
    assert 4 <= len(questions) <= 6
    assert all(not question["name"].startswith("q1") for question in questions)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_question_says_what_it_is_for(path):
    cells = read_source(path).cells
    asked = [c for c in cells if c.cell_type == "markdown" and "exercise" in c.metadata]
    assert len(asked) == len(questions_of(read_source(path)))
    for place, cell in enumerate(asked, start=1):
        said = cell.metadata["exercise"]
        assert set(said) == {"outcome", "kind", "difficulty"}
        kinds = {"implement", "derive", "predict", "measure", "mend", "write"}
        assert said["kind"] in kinds
        assert said["difficulty"] in {"easy", "medium", "hard"}
        assert re.match(rf"\*\*Question {place}\. .+\*\* \(\d+ points?\) ", cell.source)


def test_the_assignment_is_known_without_metadata():
    cells = student_notebook.first_cells("some", None)
    assert student_notebook.stem_of({"cells": cells, "metadata": {}}) == "some"
    named = {"metadata": {"otter": {"assignment_name": "other"}}, "cells": cells}
    assert student_notebook.stem_of(named) == "other"
    assert student_notebook.stem_of({"cells": [], "metadata": []}) is None


def test_an_answer_to_no_question_is_refused():
    with pytest.raises(KeyError, match="no question named riddle"):
        student_notebook.fill_in(nbformat.v4.new_notebook(), {"riddle": "42"})


def test_without_otter_the_tool_says_what_to_install(monkeypatch):
    monkeypatch.setattr(assignments, "has_otter", lambda: False)
    monkeypatch.setattr(sys, "argv", ["assignments.py"])
    with pytest.raises(
        SystemExit, match=r"pip install -r requirements-instructor\.txt"
    ):
        assignments.main()
