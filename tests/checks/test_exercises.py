"""Every exercise: what it is made of, and how its answers are tried (answered.py)."""

import ast
import importlib

import pytest
import yaml
from blanks import fillings, fits

from course_lib import checks
from tools.common.answered import CELL, IN_KERNEL, answered
from tools.common.build import ROOT
from tools.common.exercises import CHAPTERS, DIFFICULTIES, KINDS, cells_of, exercises

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


@pytest.mark.parametrize("chapter", WITH_EXERCISES)
def test_an_answered_chapter_has_all_its_code_and_asks_each_check_twice(chapter):
    copy = answered(chapter).cells
    own = {c.metadata[CELL]: c.source for c in copy if CELL in c.metadata}
    code = {
        k: cell["text"]
        for k, cell in enumerate(cells_of(chapter))
        if cell["cell_type"] == "code"
    }
    assert own == code
    assert list(own) == sorted(own)
    new = [cell.source for cell in copy[1:] if CELL not in cell.metadata]
    found = exercises(chapter)
    assert sum(text.startswith("_heard(") for text in new) == 2 * len(found)
    assert [text for text in new if text in {e.solution for e in found}] == [
        e.solution for e in found
    ]


def test_an_answer_leaves_no_trace():
    names = {}
    exec(IN_KERNEL, names)
    exec("import random, numpy, torch\ngiven = 1\nhook = sorted", names)
    draw = "drawn = random.random(), numpy.random.rand(), torch.rand(1).item()"
    before = set(names)
    exec("random.seed(1); numpy.random.seed(1); torch.manual_seed(1)", names)
    exec("_set_aside()", names)
    exec(f"{draw}\ngiven = 2\nmine = 3\ndel hook", names)
    first = names["drawn"]
    exec("_put_back()", names)
    assert set(names) == before
    assert names["given"] == 1
    assert names["hook"] is sorted
    exec(draw, names)
    assert names["drawn"] == first


HEARING = {}
exec(IN_KERNEL, HEARING)  # as the first cell of a copy does
SECONDS = HEARING["_SECONDS"]
RIGHT = checks.Verdict("gates", ("its shape",))
BLANK = checks.Verdict("gates", (), "nothing is filled in", blank=True)
WRONG = checks.Verdict("gates", (), "its shape: expected 2, came 3")


@pytest.mark.parametrize(
    ("expected", "verdict"), [("right", RIGHT), ("blank", BLANK), ("wrong", WRONG)]
)
def test_what_a_check_says_is_compared_with_what_it_should_say(expected, verdict):
    HEARING["_heard"](expected, lambda: verdict)
    for other in {"right", "blank", "wrong"} - {expected}:
        with pytest.raises(AssertionError, match=f"expected {other}, came {expected}"):
            HEARING["_heard"](other, lambda: verdict)


def test_a_stub_on_which_the_check_stumbles_is_told():
    stumbled = checks.Verdict("gates", (), "it raised ValueError", blank=True)
    with pytest.raises(AssertionError, match="it raised ValueError"):
        HEARING["_heard"]("blank", lambda: stumbled)


def test_a_slow_check_is_told(monkeypatch):
    clock = iter([0.0, SECONDS + 1.0])
    monkeypatch.setattr(HEARING["_time"], "process_time", lambda: next(clock))
    with pytest.raises(AssertionError, match=r"took 3\.0 s"):
        HEARING["_heard"]("right", lambda: RIGHT)
