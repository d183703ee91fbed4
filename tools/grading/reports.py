"""What the grader leaves behind: a table of all, and a report for each student."""

import csv
import hashlib
import io
import os
import re
from pathlib import Path

from .outcome import Outcome, graded

LONGEST = 600  # characters of what a test, or an answer's error, says
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def number(value: float) -> str:
    """Return points as a person would write them."""
    return f"{round(value, 4):g}"


def cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def table(outcomes: list[Outcome], questions: list[dict]) -> str:
    """Return the CSV: a row for each student, a column for each question.

    A question that a person grades has an empty column, and is not in out_of.
    """
    by_tests = {question["name"]: question["points"] for question in graded(questions)}
    names = [question["name"] for question in questions]
    file = io.StringIO()
    write = csv.writer(file, lineterminator="\n")
    ends = ["total", "out_of", "seconds", "reason"]
    write.writerow(["student", "file", *names, *ends])
    for outcome in sorted(outcomes, key=lambda o: (o.student, o.shown)):
        points = [number(outcome.points[n]) if n in by_tests else "" for n in names]
        sums = [number(outcome.total), number(sum(by_tests.values()))]
        row = [cell(outcome.student), cell(outcome.shown), *points, *sums]
        write.writerow([*row, f"{outcome.seconds:.1f}", cell(outcome.reason)])
    return file.getvalue()


def write_whole(path: Path, text: str) -> None:
    """Write a file so that whoever reads it finds all of it or the one before."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def report_name(student: str) -> str:
    """Return a file name for a student's report that no other student has.

    Letters and digits stay; a hash stands for what had to be left out.
    """
    plain = re.sub(r"[^\w.-]+", "_", student.replace("/", "__"))[:80]
    if plain == student and plain == plain.lower() and plain[0] != ".":
        return f"{plain}.md"
    digest = hashlib.sha256(student.encode()).hexdigest()[:8]
    return f"{plain.lstrip('.')}-{digest}.md"


def report(outcome: Outcome, assignment: str, questions: list[dict]) -> str:
    """Return a student's report as Markdown."""
    most = sum(question["points"] for question in graded(questions))
    lines = [f"# {assignment}: {_plain(outcome.student)}", ""]
    lines += [f"File: {_plain(outcome.shown)}", ""]
    lines += [f"**{number(outcome.total)} of {number(most)} points by tests.**", ""]
    if outcome.reason:
        lines += ["What went wrong:", "", *_block(outcome.reason), ""]
    answers = iter(outcome.answers)
    for place, question in enumerate(questions, start=1):
        lines += [f"## {place}. {question['title']} (`{question['name']}`)", ""]
        if question["manual"] or not question["tests"]:
            lines += _by_hand(question, next(answers, ""))
        else:
            lines += _by_tests(question, outcome)
    if outcome.errors:
        lines += ["## Cells that ended with an error", ""]
        for error in outcome.errors[:20]:
            lines += [*_block(error["error"]), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _by_tests(question: dict, outcome: Outcome) -> list[str]:
    got = outcome.points[question["name"]]
    lines = [f"{number(got)} of {number(question['points'])} points.", ""]
    for test in outcome.tests.get(question["name"], []):
        kind = "hidden" if test["hidden"] else "public"
        points = number(test["points"])
        result = "passed" if test["passed"] else "**failed**"
        lines += [f"- {kind} test ({points}): {result}. {test['says'] or ''}".rstrip()]
        if test["error"] and not test["passed"]:
            lines += ["", *(f"  {line}" for line in _block(test["error"])), ""]
    return [*lines, ""]


def _by_hand(question: dict, answer: str) -> list[str]:
    lines = ["To be graded by hand."]
    lines += ["", f"Points: ____ of {number(question['points'])}", ""]
    if answer.strip():
        lines += ["The answer:", "", *_block(answer, 20_000), ""]
    return lines


def _plain(text: str) -> str:
    """Return a name that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


def _block(text: str, longest: int = LONGEST) -> list[str]:
    """Return a text of the student's as code, which Markdown does not interpret."""
    clean = re.sub(r"\x1b\[[0-9;]*m", "", text).strip("\n")
    short = clean if len(clean) <= longest else f"{clean[:longest]} ..."
    return [f"    {line}" for line in short.splitlines()]
