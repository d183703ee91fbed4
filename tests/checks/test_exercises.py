"""Every exercise: what it is made of, and how its answers are tried (answered.py)."""

import ast
import importlib

import pytest
import yaml
from blanks import fillings, fits

from course_lib import checks
from tools.common.answered import HEARD, SECONDS, answered
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
    copy = [cell["source"] for cell in answered(chapter).cells]
    code = [c["text"] for c in cells_of(chapter) if c["cell_type"] == "code"]
    checks_of = [e.check for e in exercises(chapter)]
    without = [text for text in code if text not in checks_of]
    assert len(without) == len(code) - len(checks_of)
    new = [text for text in copy if text.startswith("_heard(")]
    solutions = [e.solution for e in exercises(chapter)]
    assert len(new) == 2 * len(checks_of)
    assert [t for t in copy[1:] if t not in new and t not in solutions] == without


HEARING = {}
exec(HEARD, HEARING)  # as the first cell of a copy does
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
