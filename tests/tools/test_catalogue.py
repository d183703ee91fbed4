"""The list of all exercises and questions: complete, and made from the notebooks."""

import json
import re

import pytest

from tools.common.exercises import CHAPTERS, exercises
from tools.site import catalogue

NAMES = [name for name in catalogue.chapters() if exercises(name)]


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_of_a_chapter_is_in_its_table(name):
    tables = catalogue.exercise_tables()
    part = tables.partition(f"]({name}.ipynb)")[2].partition("###")[0]
    rows = [row.split(" | ") for row in part.split("\n") if row.startswith("| ")][2:]
    assert [row[0].removeprefix("| ") for row in rows] == [
        str(exercise.number) for exercise in exercises(name)
    ]
    for row, exercise in zip(rows, exercises(name), strict=True):
        assert row[1:3] == [exercise.outcome, exercise.kind.lower()]


def test_chapters_come_in_the_order_of_the_course():
    tables = catalogue.exercise_tables()
    places = [tables.index(f"]({name}.ipynb)") for name in NAMES]
    assert places == sorted(places)


def test_a_question_is_read_with_its_points_and_what_it_is_for(tmp_path):
    about = {"outcome": "count", "kind": "implement", "difficulty": "easy"}
    texts = ["# Counting", "**Question 2. How many?** (3 points) Count."]
    cells = [
        {"cell_type": "markdown", "metadata": {"exercise": about}, "source": [text]}
        for text in texts
    ]
    path = tmp_path / "counting.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (question,) = catalogue.questions(path)
    assert question == catalogue.Question("Counting", 2, "How many?", 3, **about)


def test_the_page_is_made_again_when_a_notebook_changes():
    named = {path.name for path in catalogue.sources()}
    assert {"_toc.yml", *(f"{name}.ipynb" for name in NAMES)} <= named


@pytest.mark.parametrize("name", NAMES)
def test_the_teaching_notes_know_the_chapter_and_its_exercises(name):
    notes = (CHAPTERS / "teaching_notes.md").read_text(encoding="utf-8")
    section = notes.partition(f"]({name}.ipynb)")[2].partition("\n## ")[0]
    for heading in ("**Outcomes.**", "**Stumbling blocks**", "**To discuss**"):
        assert heading in section
    total, each = re.search(r"about (\d+) minutes \(([\d, ]+)\)", section).groups()
    minutes = [int(number) for number in each.split(", ")]
    assert len(minutes) == len(exercises(name))
    assert sum(minutes) == int(total)


def test_every_assignment_is_in_the_guide_and_its_questions_in_the_table():
    listed = catalogue.assignments()
    assert sorted(listed) == sorted(catalogue.ASSIGNMENTS.glob("*.ipynb"))
    tables = catalogue.question_tables()
    for path in listed:
        for question in catalogue.questions(path):
            assert f"**{question.title}**: {question.outcome}" in tables


def test_the_guide_says_how_long_grading_took():
    assert re.search(
        r"\d+ seconds a submission, \d+ an hour", catalogue.grading_speed()
    )
