"""Every exercise: the stub fails readably, the solution passes, both are one code."""

import ast
import importlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
import yaml
from blanks import fillings, fits
from build import ROOT, surroundings
from exercises import CHAPTERS, DIFFICULTIES, KINDS, cells_of, exercises

from course_lib import checks

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
LISTED = [
    chapter["file"].removeprefix("chapters/")
    for part in TOC["parts"]
    for chapter in part["chapters"]
]
WITH_EXERCISES = [
    name
    for name in LISTED
    if (CHAPTERS / f"{name}.ipynb").is_file() and exercises(name)
]
ALL = [exercise for name in WITH_EXERCISES for exercise in exercises(name)]
every = pytest.mark.parametrize("exercise", ALL, ids=str)
LINES_TO_MEND = 4

RECORD = """
import json as _json, time as _time
_told = []
def _tell(number, role, ask):
    begin = _time.process_time()
    verdict = ask()
    seconds = _time.process_time() - begin
    _told.append([number, role, bool(verdict), verdict.blank, repr(verdict), seconds])
"""


@every
def test_it_says_what_kind_it_is_how_hard_and_what_for(exercise):
    assert exercise.kind in KINDS
    assert exercise.difficulty in DIFFICULTIES
    assert 10 < len(exercise.outcome) < 80
    assert exercise.name in checks.__all__


@every
def test_stub_and_solution_differ_in_the_blanks_only(exercise):
    stub, solution = ast.parse(exercise.stub), ast.parse(exercise.solution)
    if exercise.kind == "Mend":
        before, after = exercise.stub.splitlines(), exercise.solution.splitlines()
        assert 0 < len(set(before) - set(after)) <= LINES_TO_MEND
        assert 0 < len(set(after) - set(before)) <= LINES_TO_MEND
    else:
        assert fits(stub, solution)
        assert fillings(stub, solution)


def test_no_check_serves_two_exercises():
    names = [exercise.name for exercise in ALL]
    assert len(names) == len(set(names))
    assert set(names) == set(checks.__all__) - {"Verdict"}


@pytest.mark.parametrize("chapter", WITH_EXERCISES)
def test_they_are_numbered_and_of_several_kinds(chapter):
    found = exercises(chapter)
    assert [exercise.number for exercise in found] == [*range(1, len(found) + 1)]
    if chapter != "five_broken_cells":
        assert len({exercise.kind for exercise in found}) >= 3


@every
def test_no_mistake_is_told_the_solution(exercise):
    stub, solution = ast.parse(exercise.stub), ast.parse(exercise.solution)
    if exercise.kind == "Mend":
        new = set(exercise.solution.splitlines()) - set(exercise.stub.splitlines())
        secrets = [line.strip() for line in new]
    else:
        secrets = fillings(stub, solution)
    module = importlib.import_module(f"mistakes.{exercise.chapter}")
    for name, _, *answers in module.MISTAKES:
        if name == exercise.name:
            told = repr(getattr(checks, name)(*answers))
            assert not [s for s in secrets if len(s) > 5 and s in told]


def rehearsal(chapter: str) -> nbformat.NotebookNode:
    """Return a chapter with every check run twice: on the stub, and on the solution."""
    found = {exercise.check_cell: exercise for exercise in exercises(chapter)}
    new, cells = nbformat.v4.new_code_cell, []
    for k, cell in enumerate(cells_of(chapter)):
        if k in found:
            exercise = found[k]
            for role in ("stub", "solution"):
                if role == "solution":
                    cells.append(new(exercise.solution))
                ask = f"_tell({exercise.number}, {role!r}, lambda: {exercise.check})"
                cells.append(new(ask))
        elif cell["cell_type"] == "code":
            cells.append(new(cell["text"]))
    cells.insert(0, new(RECORD))
    cells.append(new("print(_json.dumps(_told))"))
    return nbformat.v4.new_notebook(cells=cells)


def rehearse(chapter: str, folder) -> list:
    """Run a chapter's rehearsal in a kernel; return what the checks said."""
    path = folder / f"{chapter}.ipynb"
    nbformat.write(rehearsal(chapter), path)
    command = ["-m", "nbconvert", "--to", "notebook", "--execute", "--stdout"]
    options = ["--ExecutePreprocessor.timeout=300", "--log-level=ERROR", str(path)]
    env = {**surroundings(), "OMP_NUM_THREADS": "1", "PYTHONPATH": os.fspath(ROOT)}
    done = subprocess.run(
        [sys.executable, *command, *options],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    last = json.loads(done.stdout)["cells"][-1]["outputs"][-1]
    return json.loads("".join(last["text"]))


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory):
    """Run the rehearsals of all chapters, two at a time; give a future for each."""
    folder = tmp_path_factory.mktemp("rehearsals")
    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(rehearse, name, folder) for name in WITH_EXERCISES}


@pytest.mark.slow
@pytest.mark.parametrize("chapter", WITH_EXERCISES)
def test_stubs_fail_their_checks_and_solutions_pass_them(chapter, rehearsed):
    told = rehearsed[chapter].result()
    assert len(told) == 2 * len(exercises(chapter))
    mends = {e.number for e in exercises(chapter) if e.kind == "Mend"}
    for number, role, right, blank, words, seconds in told:
        assert right == (role == "solution"), words
        assert seconds < 2, words
        if role == "stub":
            assert blank == (number not in mends), words
            assert "raised" not in words
