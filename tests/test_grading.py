"""Grading a folder: whose file it is, what it gets, and that no other row notices."""

import csv
import io
import json
import os
import sys
import time
import zipfile
from pathlib import Path

import grade
import psutil
import pytest
import soak
from grading import outcome, reports, sandbox, submissions, watcher
from grading.submissions import NoNotebook, find_submissions, read_notebook
from otter_here import STEM, tool
from soak_class import CLASS

FIVE = ("correct", "mistaken 1", "loops for ever", "prints a gigabyte", "no notebook")
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"otter": {"assignment_name": "one"}},
    "cells": [{"cell_type": "code", "source": "1 + 1", "metadata": {}, "outputs": []}],
}
QUESTIONS = [
    {"name": "a", "title": "First", "points": 2, "manual": False,
     "tests": [{"name": "a - 1", "points": 1, "hidden": False},
               {"name": "a - 2", "points": 1, "hidden": True}]},
    {"name": "b", "title": "Words", "points": 3, "manual": True, "tests": []},
]  # fmt: skip
LIMITS = sandbox.Limits()


def write(path: Path, **changes) -> Path:
    """Write a notebook with other metadata or cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**NOTEBOOK, **changes}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def graded(built, tmp_path_factory):
    """Grade five students by the real command; return its folder and its words."""
    folder = tmp_path_factory.mktemp("five")
    five = [student for student in CLASS if student.name in FIVE]
    soak.hand_in(five, built, folder / "handed in")
    options = ["--built", built, "--out", folder / "out", "--timeout", 40]
    done = tool("grade", folder / "handed in", *options)
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
    rows = list(csv.reader((graded[0] / "grades.csv").open(encoding="utf-8")))
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
    assert "c_t is not right" in mistaken  # a public test's own words
    assert "c_t differs" not in mistaken  # a hidden test's
    assert "Points: ____ of 3" in mistaken
    (loops,) = (text for text in reports.values() if "loops for ever" in text)
    assert "time: computed for more than 40 s" in loops


@pytest.mark.slow
def test_nothing_is_graded_where_the_solution_itself_fails(built, tmp_path):
    write(tmp_path / "in" / "ada.ipynb", metadata={"otter": {"assignment_name": STEM}})
    options = ["--built", built, "--out", tmp_path / "out", "--memory", 50]
    done = tool("grade", tmp_path / "in", *options)
    assert done.returncode == 2
    assert "nothing is graded" in done.stderr
    assert "memory: used more than 50 MB" in done.stderr
    assert not (tmp_path / "out").exists()


def names_in(folder: Path) -> list[str]:
    return [submission.student for submission in find_submissions(folder)]


def test_a_student_is_the_file_s_name_and_no_two_are_one(tmp_path):
    for name in (
        "zoe.ipynb",
        "x/ada.ipynb",
        "y/Ada.ipynb",
        "y/bob.txt",
        ".cache/no.ipynb",
    ):
        write(tmp_path / name)
    write(tmp_path / "__MACOSX" / "no.ipynb")
    write(tmp_path / ".hidden.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    assert names_in(tmp_path) == ["bob", "folder", "x/ada.ipynb", "y/Ada.ipynb", "zoe"]


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


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no files"):
        find_submissions(tmp_path)
    with pytest.raises(ValueError, match="expected a folder"):
        find_submissions(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"hello", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        ("é".encode("latin-1"), "not UTF-8"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b"[1, 2]", "no notebook of format 4"),
        (b'{"nbformat": 3, "worksheets": []}', "no notebook of format 4"),
        (b'{"nbformat": 4, "cells": [1]}', "no notebook of format 4"),
        (b'{"nbformat": 4, "cells": []}', "no code cells"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}', "no code"),
        (b"PK\x03\x04 not quite a zip", "not JSON"),
    ],
)
def test_what_is_no_notebook_is_told_apart(tmp_path, content, reason):
    path = tmp_path / "some.ipynb"
    path.write_bytes(content)
    with pytest.raises(NoNotebook, match=reason):
        read_notebook(path)


def test_other_languages_folders_and_links_are_told_apart(tmp_path):
    kernel = {"kernelspec": {"language": "R", "name": "ir"}}
    with pytest.raises(NoNotebook, match="a notebook of R"):
        read_notebook(write(tmp_path / "r.ipynb", metadata=kernel))
    with pytest.raises(NoNotebook, match="a folder"):
        read_notebook(tmp_path)
    (tmp_path / "broken.ipynb").symlink_to(tmp_path / "nowhere")
    with pytest.raises(NoNotebook, match="leads nowhere"):
        read_notebook(tmp_path / "broken.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(NoNotebook, match="no plain file"):
        read_notebook(tmp_path / "pipe.ipynb")


def test_a_notebook_in_a_zip_is_read_and_two_are_not(tmp_path):
    inner = write(tmp_path / "a.ipynb")
    for count in (1, 2):
        with zipfile.ZipFile(tmp_path / f"{count}.zip", "w") as archive:
            for n in range(count):
                archive.write(inner, f"work/{n}.ipynb")
            archive.writestr("__MACOSX/work/0.ipynb", "x")
    assert read_notebook(tmp_path / "1.zip") == NOTEBOOK
    with pytest.raises(NoNotebook, match="one notebook in the zip, got 2"):
        read_notebook(tmp_path / "2.zip")


def test_a_mix_of_assignments_is_refused(tmp_path):
    write(tmp_path / "ada.ipynb")
    (tmp_path / "bob.ipynb").write_text("no notebook")
    assert submissions.assignment_of(find_submissions(tmp_path)) == "one"
    write(tmp_path / "eve.ipynb", metadata={"otter": {"assignment_name": "two"}})
    with pytest.raises(ValueError, match=r"several .*1 of one, 1 of two.*ASSIGNMENT="):
        submissions.assignment_of(find_submissions(tmp_path))
    for name in ("ada", "eve"):
        (tmp_path / f"{name}.ipynb").unlink()
    with pytest.raises(ValueError, match="no notebook here says"):
        submissions.assignment_of(find_submissions(tmp_path))


def test_only_code_is_run_whatever_else_is_in_the_file():
    cells = [{"cell_type": "code", "source": ["a = 1\n", "b"], "metadata": None, "outputs": 3},
             {"cell_type": "markdown", "source": "words"}]  # fmt: skip
    clean = submissions.cleaned({**NOTEBOOK, "cells": cells}, "one")
    assert [cell["source"] for cell in clean["cells"]] == ["a = 1\nb"]
    assert clean["metadata"]["kernelspec"]["name"] == "python3"


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
        ({"ended": "patience"}, "time: was not done after 900 s"),
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


def test_a_results_file_of_somebody_else_is_not_read(tmp_path):
    path = tmp_path / "results.json"
    path.write_text('{"word": "guessed", "questions": {}}')
    assert sandbox._results(path, "the right one") is None
    path.write_text('{"word": "the right one"}')
    assert sandbox._results(path, "the right one") is not None


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


def watched(tmp_path: Path, code: str, **limits) -> dict:
    """Let a watcher run Python code within limits, as the grader does."""
    usual = vars(sandbox.Limits(timeout=20, memory_mb=500))
    task = {"word": "w", "env": dict(os.environ), "folder": str(tmp_path), **usual}
    task |= {
        "log": str(tmp_path / "log"),
        "command": [sys.executable, "-c", code],
        **limits,
    }
    return sandbox._watched(task)


SPAWN = """
import os, subprocess, sys
code = "import os, time; os.setsid(); os.fork(); print(os.getpid(), flush=True); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", code], stdout=open("pids", "w"))
while len(open("pids").read().split()) < 2:
    pass
"""


FOR_EVER = "\nwhile True: pass"
WRITE = "for name in 'ab': open(name, 'wb').write(bytes(5_000_000))"


@pytest.mark.parametrize(
    ("code", "limits", "ended"),
    [
        ("pass", {}, "by itself"),
        (FOR_EVER, {"timeout": 1}, "time"),
        ("import time; time.sleep(600)", {"timeout": 1}, "patience"),
        (f"x = b'x' * 10**9{FOR_EVER}", {}, "memory"),
        (f"{WRITE}{FOR_EVER}", {"files_mb": 8}, "files"),
        (
            f"import os\nfor _ in range(3): os.fork(){FOR_EVER}",
            {"processes": 5},
            "processes",
        ),
    ],
)
def test_the_watcher_ends_what_goes_too_far(tmp_path, code, limits, ended):
    assert watched(tmp_path, code, **limits)["ended"] == ended


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
def test_no_process_is_left_behind_also_not_in_a_session_of_its_own(tmp_path):
    verdict = watched(tmp_path, SPAWN)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert verdict["ended"] == "by itself"
    assert len(pids) == 2
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux only")
def test_who_kills_the_watcher_is_ended_with_all_that_is_left(tmp_path):
    kill = "import os, signal; os.kill(os.getppid(), signal.SIGKILL)\nwhile 1: pass"
    verdict = watched(tmp_path, f"print({os.getpid()}, flush=True)\n{kill}")
    assert verdict == {"ended": "unwatched"}
    children = psutil.Process().children(recursive=True)
    assert [p for p in children if kill in " ".join(p.cmdline())] == []


def test_the_environment_of_a_run_has_no_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    env = sandbox._surroundings(tmp_path, LIMITS)
    assert "secret" not in env.values()
    assert env["HOME"].startswith(str(tmp_path))


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


def test_a_limit_on_time_is_on_computing_time(tmp_path):
    assert watcher.PATIENCE == 3
    start = time.monotonic()
    verdict = watched(tmp_path, "import time; time.sleep(2)", timeout=1)
    assert verdict["ended"] == "by itself"
    assert time.monotonic() - start >= 2
