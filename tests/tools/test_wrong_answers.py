"""The assignments' tests: they pass what is right, and cost what is wrong its points.

To a notebook `assignments/STEM.ipynb` belongs `wrong_answers/STEM.py`, with answers
that are wrong on purpose: HARD_CODED[question], which passes the public tests and fails
a hidden one, and MISTAKES[question][the mistake in words], which loses points; and, in
ALSO_RIGHT, answers that are right in another way than the solution. An answer is the
code of the cell, or a list of pairs (old, new): the solution's own code with these
pieces exchanged.
"""

import functools
import runpy
from pathlib import Path

import pytest
from otter_here import need_otter

ROOT = Path(__file__).parents[2]
WRONG = {
    path.stem: runpy.run_path(str(path))
    for path in sorted((ROOT / "tests" / "wrong_answers").glob("*.py"))
}
HARD_CODED = [
    (stem, question) for stem in WRONG for question in WRONG[stem]["HARD_CODED"]
]
MISTAKES = [
    (stem, question, words)
    for stem in WRONG
    for question, found in WRONG[stem]["MISTAKES"].items()
    for words in found
]
ALSO_RIGHT = [
    (stem, question, words)
    for stem in WRONG
    for question, found in WRONG[stem].get("ALSO_RIGHT", {}).items()
    for words in found
]
pytestmark = pytest.mark.slow
by_stem = pytest.mark.parametrize("stem", WRONG)


@functools.cache
def assignment(stem: str):
    """Return an assignment, read and run once."""
    from assigned import Assignment

    return Assignment(ROOT / "assignments" / f"{stem}.ipynb")


@pytest.fixture(autouse=True)
def _otter():
    """Skip where otter is not installed; in CI it must be."""
    need_otter()


@by_stem
def test_the_points_add_up_to_twenty(stem):
    points = assignment(stem).points
    assert sum(points.values()) == 20, points
    assert 4 <= len(points) <= 6


@by_stem
def test_every_question_says_what_it_is_worth(stem):
    task = assignment(stem)
    for number, (name, points) in enumerate(task.points.items(), start=1):
        statement = task.statements[name]
        assert statement.source.startswith(f"**Question {number}. ")
        assert f".** ({points:g} points) " in statement.source, (name, points)
        assert set(statement.metadata["exercise"]) == {"outcome", "kind", "difficulty"}


@by_stem
def test_the_solutions_pass_all_tests(stem):
    task = assignment(stem)
    for name in task.tests:
        file = task.graded(name, task.solved)
        assert file.passed_all, file.summary()


@by_stem
def test_blanks_run_and_earn_nothing(stem):
    task = assignment(stem)
    for name in task.tests:
        file = task.graded(name, task.blank)
        assert file.score == 0, file.summary()


@by_stem
def test_every_graded_question_has_hidden_tests_and_usual_mistakes(stem):
    task = assignment(stem)
    for name in task.tests:
        cases = task.graded(name, task.blank).test_cases
        assert {case.hidden for case in cases} == {True, False}, name
        assert all(case.success_message for case in cases), name
        assert all(case.failure_message for case in cases), name
        assert len(WRONG[stem]["MISTAKES"][name]) >= 2


@pytest.mark.parametrize(("stem", "question"), HARD_CODED)
def test_a_hard_coded_answer_passes_the_public_tests_alone(stem, question):
    task = assignment(stem)
    answer = WRONG[stem]["HARD_CODED"][question]
    file = task.graded(question, task.answered(question, answer))
    assert file.passed_all_public, file.summary()
    assert not file.passed_all


@pytest.mark.parametrize(("stem", "question", "words"), MISTAKES)
def test_a_usual_mistake_costs_points(stem, question, words):
    task = assignment(stem)
    answer = WRONG[stem]["MISTAKES"][question][words]
    file = task.graded(question, task.answered(question, answer))
    assert file.score < file.possible, f"{question}, {words}: nothing noticed it"


@pytest.mark.parametrize(("stem", "question", "words"), ALSO_RIGHT)
def test_what_is_right_in_another_way_gets_all_points(stem, question, words):
    task = assignment(stem)
    answer = WRONG[stem]["ALSO_RIGHT"][question][words]
    file = task.graded(question, task.answered(question, answer))
    assert file.passed_all, f"{question}, {words}: {file.summary()}"
