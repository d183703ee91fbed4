"""Grade a folder of notebooks: `python -m tools.grading.grade FOLDER` (make grade).

Each is run by otter-grader in processes of its own, with limits on time, memory, output
and files; whatever one does, the others are graded. Writes grades.csv and reports/.
"""

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools.grading import reports
from tools.grading.assignments import BUILT, NO_OTTER, ROOT, has_otter
from tools.grading.outcome import Outcome, graded, judge, nothing
from tools.grading.questions import digest
from tools.grading.sandbox import Limits, can_limit, run
from tools.grading.student_notebook import stem_of
from tools.grading.submissions import (
    NoNotebook,
    Submission,
    assignment_of,
    cleaned,
    find_submissions,
    read_notebook,
)

NO_LIMITS = (
    "This system cannot limit what a process uses (there is no setrlimit): grade on "
    "Linux or macOS; on Windows, in WSL."
)


@dataclass(frozen=True)
class Assignment:
    """What `make assignments` has made of one: its questions, archive and solution."""

    stem: str
    questions: list[dict]
    archive: Path
    solution: Path


def load_assignment(stem: str, built: Path) -> Assignment:
    """Return a built assignment. Raises ValueError if it is not there, or is stale."""
    folder = built / stem
    listed = folder / f"{stem}_questions.json"
    if not listed.is_file():
        found = sorted(path.parent.name for path in built.glob("*/*_questions.json"))
        raise ValueError(
            f"{stem} is not built in {built} (there: {', '.join(found) or 'nothing'}); "
            "make it first: make assignments, with SOURCE=folder for your own"
        )
    content = json.loads(listed.read_text(encoding="utf-8"))
    source = Path(content["source"])
    if source.is_file() and digest(source) != content["sha256"]:
        raise ValueError(f"{source} has changed since: make assignments")
    archive, solution = f"{stem}_autograder.zip", f"{stem}_solution.ipynb"
    return Assignment(stem, content["questions"], folder / archive, folder / solution)


def grade_one(
    submission: Submission, assignment: Assignment, limits: Limits
) -> Outcome:
    """Return what one submission gets; its own faults raise nothing."""
    start = time.perf_counter()
    student, shown, questions = (
        submission.student,
        submission.shown,
        assignment.questions,
    )
    try:
        notebook = read_notebook(submission.path)
        stem = stem_of(notebook)
        if stem not in (None, assignment.stem):
            raise NoNotebook(f"it belongs to another assignment, {stem[:60]}")
    except NoNotebook as error:
        wrong = (
            "wrong assignment" if "another assignment" in str(error) else "no notebook"
        )
        outcome = Outcome(student, shown, nothing(questions), f"{wrong}: {error}")
        outcome.seconds = time.perf_counter() - start
        return outcome
    ran = run(cleaned(notebook, assignment.stem), assignment.archive, limits)
    outcome = judge(student, shown, ran, questions, limits)
    outcome.answers = written_answers(notebook)
    return outcome


def grade_safely(
    submission: Submission, assignment: Assignment, limits: Limits
) -> Outcome:
    """Return what one submission gets; the grader's own faults become a row, too."""
    try:
        return grade_one(submission, assignment, limits)
    except Exception as error:  # said in the row, in the end, and in the exit status
        reason = f"the grader itself failed: {type(error).__name__}: {error}"
        points = nothing(assignment.questions)
        student, shown = submission.student, submission.shown
        return Outcome(student, shown, points, reason[:500], is_ours=True)


def written_answers(notebook: dict) -> list[str]:
    """Return the texts of the cells in which a student answers in words."""
    found = []
    for cell in notebook["cells"]:
        metadata = cell.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        if cell.get("cell_type") == "markdown" and "otter_answer_cell" in (tags or []):
            source = cell.get("source", "")
            found.append("".join(source) if isinstance(source, list) else str(source))
    return found


def check_the_grader(assignment: Assignment, limits: Limits) -> None:
    """Grade the solution first; raise ValueError unless it gets every point.

    Whatever is wrong with this machine or these limits shows here, and not as zeros.
    """
    solution = Submission("solution", assignment.solution, assignment.solution.name)
    outcome = grade_one(solution, assignment, limits)
    most = sum(question["points"] for question in graded(assignment.questions))
    got = f"{reports.number(outcome.total)} of {reports.number(most)} points"
    print(f"The solution gets {got} in {outcome.seconds:.1f} s.", flush=True)
    if outcome.total < most - 1e-9:
        lost = [name for name, tests in outcome.tests.items() if not all_passed(tests)]
        why = outcome.reason or f"tests fail in {', '.join(lost)}"
        raise ValueError(
            f"so nothing is graded: the solution itself must get all points ({why})"
        )


def all_passed(tests: list[dict]) -> bool:
    """Return whether every test has passed."""
    return all(test["passed"] for test in tests)


def grade_all(
    submissions: list[Submission],
    assignment: Assignment,
    limits: Limits,
    workers: int,
    out: Path,
) -> list[Outcome]:
    """Grade all, some at a time; each report is written as it comes, the table last."""
    folder = out / "reports"
    folder.mkdir(parents=True)
    outcomes = []
    one = partial(grade_safely, assignment=assignment, limits=limits)
    with ThreadPoolExecutor(workers) as pool:
        for outcome in pool.map(one, submissions):
            outcomes.append(outcome)
            text = reports.report(outcome, assignment.stem, assignment.questions)
            reports.write_whole(folder / reports.report_name(outcome.student), text)
            points = f"{reports.number(outcome.total):>5} points"
            line = f"{outcome.student[:40]:<40} {points} {outcome.seconds:6.1f} s  "
            print(f"{line}{outcome.reason}".rstrip(), flush=True)
    table = reports.table(outcomes, assignment.questions)
    reports.write_whole(out / "grades.csv", table)
    return outcomes


def keep_earlier(out: Path) -> None:
    """Move the results of an earlier run aside: somebody may have written in them."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        place = 1
        while (kept := out.with_name(f"{out.name}.{place}")).exists():
            place += 1
        out.rename(kept)
        print(f"Earlier results are now in {kept}")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("submissions", type=Path, help="a folder of notebooks")
    parser.add_argument("--assignment", help="which, if the notebooks do not say")
    parser.add_argument("--built", type=Path, default=BUILT, help="what was made")
    parser.add_argument("--out", type=Path, help="_build/grades/NAME unless given")
    parser.add_argument("--workers", type=int, default=2, help="graded at a time")
    usual = Limits()
    parser.add_argument(
        "--timeout", type=int, default=usual.timeout, help="seconds of computing"
    )
    parser.add_argument("--memory", type=int, default=usual.memory_mb, help="MB")
    given = parser.parse_args()
    for name in ("workers", "timeout", "memory"):
        if getattr(given, name) < 1:
            parser.error(f"--{name} must be 1 or more, got {getattr(given, name)}")
    return given


def grade_folder(given: argparse.Namespace) -> int:
    """Grade as the command line says; return 0 unless the grader itself failed."""
    submissions = find_submissions(given.submissions)
    stem = given.assignment or assignment_of(submissions)
    assignment = load_assignment(stem, given.built)
    limits = Limits(timeout=given.timeout, memory_mb=given.memory)
    check_the_grader(assignment, limits)
    out = given.out or ROOT / "_build" / "grades" / stem
    keep_earlier(out)
    start = time.perf_counter()
    outcomes = grade_all(submissions, assignment, limits, given.workers, out)
    seconds = time.perf_counter() - start
    each = seconds / len(outcomes)
    print(
        f"{len(outcomes)} submissions to {stem} in {seconds:.0f} s: {each:.1f} s each,"
    )
    print(f"{3600 / each:.0f} an hour. See {out / 'grades.csv'} and {out / 'reports'}")
    ours = [outcome.student for outcome in outcomes if outcome.is_ours]
    if ours:
        print(f"The grader itself failed, grade again: {', '.join(ours)}")
    return 1 if ours else 0


def main() -> int:
    """Grade, or say in a sentence why not."""
    given = arguments()
    if not has_otter():
        sys.exit(NO_OTTER)
    if not can_limit():
        sys.exit(NO_LIMITS)
    try:
        return grade_folder(given)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
