"""Grading a folder: what each gets and why, and that no other row notices."""

import csv
import io
import json
import re
import sys

import pytest
from otter_here import STEM, tool
from test_submissions import write

from tools.grading import grade, outcome, reports, sandbox
from tools.grading.submissions import find_submissions
from tools.release import soak
from tools.release.soak_class import CLASS

FIVE = ("correct", "mistaken 1", "loops for ever", "prints a gigabyte", "no notebook")
QUESTIONS = [
    {"name": "a", "title": "First", "points": 2, "manual": False,
     "tests": [{"name": "a - 1", "points": 1, "hidden": False},
               {"name": "a - 2", "points": 1, "hidden": True}]},
    {"name": "b", "title": "Words", "points": 3, "manual": True, "tests": []},
]  # fmt: skip
LIMITS = sandbox.Limits()


@pytest.fixture(scope="module")
def graded(built, tmp_path_factory):
    """Grade five students by the real command; return its folder and its words."""
    folder = tmp_path_factory.mktemp("five")
    five = [student for student in CLASS if student.name in FIVE]
    soak.hand_in(five, built, folder / "handed in")
    options = ["--built", built, "--out", folder / "out", "--timeout", 30]
    done = tool("grading.grade", folder / "handed in", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out", done.stdout, five


@pytest.mark.slow
def test_five_students_get_what_they_must(graded):
    out, said, five = graded
    assert soak.differences(five, out / "grades.csv") == []
    assert "The solution gets 17 of 17 points" in said
    assert "5 submissions to lstm_and_gru" in said


@pytest.mark.slow
def test_the_table_has_a_column_for_each_question(graded):
    text = (graded[0] / "grades.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    names = ["peephole", "coupled", "reset_before", "origins", "keep_for", "which_z"]
    assert rows[0] == [
        "student",
        "file",
        *names,
        "total",
        "out_of",
        "seconds",
        "reason",
    ]
    assert [row[0] for row in rows[1:]] == sorted(FIVE)
    by_name = {row[0]: row for row in rows[1:]}
    assert by_name["correct"][1:10] == ["correct.ipynb", *"4434", "2", "", "17", "17"]


@pytest.mark.slow
def test_reports_name_the_tests_and_keep_hidden_code_hidden(graded):
    reports = {
        p.stem: p.read_text(encoding="utf-8") for p in graded[0].glob("reports/*")
    }
    assert len(reports) == 5
    (mistaken,) = (text for text in reports.values() if "mistaken 1" in text)
    assert "- hidden test (1): **failed**. With other sizes" in mistaken
    assert "- public test (1): **failed**. With all peepholes 0" in mistaken
    assert "c_t differs from that of cl.LSTMCell by up to" in mistaken  # a public one
    assert not re.search("[ch]_t differs(?! from that)", mistaken)  # a hidden one's
    assert "Points: ____ of 3" in mistaken
    (loops,) = (text for text in reports.values() if "loops for ever" in text)
    assert "    time: " in loops


@pytest.mark.slow
def test_nothing_is_graded_where_the_solution_itself_fails(built, tmp_path):
    write(tmp_path / "in" / "ada.ipynb", metadata={"otter": {"assignment_name": STEM}})
    options = ["--built", built, "--out", tmp_path / "out", "--memory", 50]
    done = tool("grading.grade", tmp_path / "in", *options)
    assert done.returncode == 2
    assert "nothing is graded" in done.stderr
    assert "memory: used more than 50 MB" in done.stderr
    assert not (tmp_path / "out").exists()


def test_reports_have_names_of_their_own():
    students = [
        "ada",
        "Ada",
        "a/b",
        "a__b",
        "a?b",
        "a*b",
        "..",
        "é",
        "x" * 300,
        "x" * 301,
    ]
    names = [reports.report_name(student).casefold() for student in students]
    assert len(set(names)) == len(names)
    assert all(len(name) < 100 and "/" not in name and name[0] != "." for name in names)


def ran(**changes) -> sandbox.Ran:
    """Return a run that went well, with changes."""
    tests = [{**test, "passed": True, "says": "", "error": None}
             for test in QUESTIONS[0]["tests"]]  # fmt: skip
    results = {
        "whole": True,
        "errors": [],
        "questions": {"a": {"points": 2.0, "tests": tests}},
    }
    usual = {"ended": "by itself", "code": 0, "marks": {"started"}, "results": results}
    return sandbox.Ran(**{**usual, **changes})


def judged(one: sandbox.Ran) -> outcome.Outcome:
    return outcome.judge("ada", "ada.ipynb", one, QUESTIONS, LIMITS)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ended": "time"}, "time: computed for more than 300 s"),
        ({"ended": "patience"}, "time: was not done after 1500 s"),
        ({"ended": "memory"}, "memory: used more than 2000 MB"),
        ({"ended": "processes"}, "processes: started more than 64"),
        ({"ended": "files"}, "files: wrote more than 500 MB"),
        ({"ended": "unwatched"}, "died: it ended the process that watches it"),
        ({"marks": {"started", "output"}}, "output: printed more than 10 MB"),
        ({"marks": {"started", "replaced"}}, "tests tampered with"),
        (
            {"results": None, "code": -9},
            "died: the grading process was ended by SIGKILL",
        ),
        ({"results": None}, "died: the grading process left no results"),
        ({"results": {"failed": "DeadKernelError: x"}}, "died: the notebook's process"),
        ({"results": {"failed": "OSError:\n x"}}, "no results: OSError: x"),
    ],
)
def test_each_end_has_its_reason_and_no_points(changes, reason):
    found = judged(ran(**changes))
    assert found.reason.startswith(reason)
    assert found.total == 0
    assert not found.is_ours


def test_a_run_that_went_well_gets_its_points():
    assert judged(ran()).points == {"a": 2.0}
    assert judged(ran()).reason == ""


def test_what_fails_before_the_student_s_code_is_the_grader_s_fault():
    found = judged(ran(marks=set(), results={"failed": "BadZipFile: no archive"}))
    assert found.is_ours
    assert found.reason == "the grader itself failed: BadZipFile: no archive"


@pytest.mark.parametrize("points", [3.0, -1.0])
def test_results_that_do_not_fit_the_tests_are_worth_nothing(points):
    one = ran()
    one.results["questions"]["a"]["points"] = points
    assert judged(one).reason.startswith("tests tampered with")
    other = ran()
    other.results["questions"]["b"] = other.results["questions"]["a"]
    assert judged(other).total == 0


def test_the_table_holds_no_formula():
    rows = [
        outcome.Outcome(n, f"{n}.ipynb", {"a": 1.5}, "=x") for n in ("=1+1", "@a", "b")
    ]
    table = list(csv.reader(io.StringIO(reports.table(rows, QUESTIONS))))
    assert [row[0] for row in table] == ["student", "'=1+1", "'@a", "b"]
    assert table[1][2:] == ["1.5", "", "1.5", "2", "0.0", "'=x"]


def test_a_report_shows_a_student_s_words_as_words():
    answer = "<script>alert(1)</script>\n# Heading"
    one = outcome.Outcome("a*b", "a.ipynb", {"a": 0.0}, "time: x", answers=[answer])
    text = reports.report(one, "one", QUESTIONS)
    assert "# one: a\\*b" in text
    assert "\n    <script>" in text
    assert "\n    # Heading" in text
    assert "Points: ____ of 3" in text


def test_where_nothing_can_be_limited_nothing_is_graded(monkeypatch):
    monkeypatch.setattr(grade, "can_limit", lambda: False)
    monkeypatch.setattr(grade, "has_otter", lambda: True)
    monkeypatch.setattr(sys, "argv", ["grade.py", "somewhere"])
    with pytest.raises(SystemExit, match="Linux or macOS; on Windows, in WSL"):
        grade.main()


def test_an_assignment_that_is_not_built_or_stale_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"one is not built .*make assignments"):
        grade.load_assignment("one", tmp_path)
    source = write(tmp_path / "one.ipynb")
    content = {"source": str(source), "sha256": "another", "questions": QUESTIONS}
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "one_questions.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match="has changed since: make assignments"):
        grade.load_assignment("one", tmp_path)


def test_earlier_results_are_kept(tmp_path):
    for n in range(3):
        out = tmp_path / "out"
        out.mkdir()
        (out / "grades.csv").write_text(str(n))
        grade.keep_earlier(out)
        assert not out.exists()
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["out.1", "out.2", "out.3"]


def test_the_class_has_thirty_students_of_different_names():
    names = [student.name for student in CLASS]
    assert len(set(names)) == len(names) >= 30
    assert set(FIVE) <= set(names)


def test_a_wrong_grade_in_the_class_is_noticed(tmp_path):
    five = [student for student in CLASS if student.name == "correct"]
    head = "student,file,peephole,coupled,reset_before,origins,keep_for,which_z,total"
    (tmp_path / "grades.csv").write_text(
        f"{head},out_of,seconds,reason\ncorrect,c.ipynb,4,4,3,4,1,,16,17,1.0,\n"
    )
    (found,) = soak.differences(five, tmp_path / "grades.csv")
    assert "correct: got" in found


def test_a_fault_of_the_grader_is_one_row_and_the_others_are_graded(
    tmp_path, monkeypatch
):
    def run(notebook, archive, limits):
        if "full" in notebook["cells"][0]["source"]:
            raise OSError("No space left on device")
        return ran()

    monkeypatch.setattr(grade, "run", run)
    for name, code in (("ada", "full"), ("bob", "1 + 1")):
        cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": []}
        write(tmp_path / "in" / f"{name}.ipynb", cells=[cell])
    one = grade.Assignment("one", QUESTIONS, tmp_path / "one.zip", tmp_path / "s.ipynb")
    found = find_submissions(tmp_path / "in")
    ada, bob = grade.grade_all(found, one, LIMITS, 2, tmp_path / "out")
    assert ada.is_ours
    assert ada.reason == "the grader itself failed: OSError: No space left on device"
    assert (bob.total, bob.reason) == (2.0, "")
    assert len(list((tmp_path / "out" / "reports").iterdir())) == 2
    assert (tmp_path / "out" / "grades.csv").is_file()
