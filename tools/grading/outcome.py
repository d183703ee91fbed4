"""What a submission gets, and why: judged from how its run ended."""

import signal
from dataclasses import dataclass, field

from .sandbox import Limits, Ran
from .watcher import PATIENCE


@dataclass
class Outcome:
    """A row: points by question, the tests, the reason if something was wrong."""

    student: str
    shown: str
    points: dict[str, float]
    reason: str = ""
    seconds: float = 0.0
    tests: dict[str, list[dict]] = field(default_factory=dict)
    errors: list[dict] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    is_ours: bool = False  # the grader failed, and not the student's code

    @property
    def total(self) -> float:
        """The points of all questions that tests grade."""
        return sum(self.points.values())


def graded(questions: list[dict]) -> list[dict]:
    """Return the questions that tests grade, not those that a person does."""
    return [q for q in questions if q["tests"] and not q["manual"]]


def nothing(questions: list[dict]) -> dict[str, float]:
    """Return no points for every question that tests grade."""
    return {question["name"]: 0.0 for question in graded(questions)}


def judge(
    student: str, shown: str, ran: Ran, questions: list[dict], limits: Limits
) -> Outcome:
    """Return what a run is worth. Points are given for a whole and fitting run only."""
    outcome = Outcome(student, shown, nothing(questions), seconds=ran.seconds)
    outcome.is_ours = ran.ended == "by itself" and "started" not in ran.marks
    if outcome.is_ours:
        outcome.reason = f"the grader itself failed: {_last_words(ran)}"
        return outcome
    outcome.reason = _stopped(ran, limits) or _spoilt(ran, questions)
    if outcome.reason:
        return outcome
    outcome.errors = ran.results["errors"]
    for question in graded(questions):
        found = ran.results["questions"][question["name"]]
        outcome.points[question["name"]] = found["points"]
        outcome.tests[question["name"]] = found["tests"]
    return outcome


def _stopped(ran: Ran, limits: Limits) -> str:
    """Say which limit was broken, if one was."""
    if "output" in ran.marks:
        return f"output: printed more than {limits.output_mb} MB"
    reasons = {
        "time": f"time: computed for more than {limits.timeout} s",
        "patience": f"time: was not done after {PATIENCE * limits.timeout} s",
        "memory": f"memory: used more than {limits.memory_mb} MB",
        "processes": f"processes: started more than {limits.processes}",
        "files": f"files: wrote more than {limits.files_mb} MB",
        "unwatched": "died: it ended the process that watches it",
        "left alone": "stopped: the grader was ended",
    }
    return reasons.get(ran.ended, "")


def _spoilt(ran: Ran, questions: list[dict]) -> str:
    """Say why a run that ended by itself is worth nothing, if it is."""
    if ran.results is None:
        if ran.code is not None and ran.code < 0:
            name = signal.Signals(-ran.code).name
            return f"died: the grading process was ended by {name}"
        return "died: the grading process left no results"
    if "failed" in ran.results:
        said = ran.results["failed"].strip()
        if said.startswith("DeadKernelError"):
            return "died: the notebook's process ended (a crash, or os._exit)"
        return f"no results: {_one_line(said)}"
    if "replaced" in ran.marks:
        return "tests tampered with: it replaced what they compare with; look yourself"
    if not ran.results["whole"]:
        errors = ran.results["errors"]
        last = errors[-1]["error"] if errors else "the results cannot be read"
        return (
            f"no results: the tests could not be run to their end ({_one_line(last)})"
        )
    if not _fits(ran.results["questions"], questions):
        return "tests tampered with: the results are not of this assignment's tests"
    return ""


def _fits(found: dict, questions: list[dict]) -> bool:
    """Return whether results are of the assignment's tests, all of them, no others."""
    expected = {question["name"]: question["tests"] for question in graded(questions)}
    if set(found) != set(expected):
        return False
    for name, tests in expected.items():
        got = [
            {k: t[k] for k in ("name", "points", "hidden")}
            for t in found[name]["tests"]
        ]
        most = sum(test["points"] for test in tests if test["points"])
        if got != tests or not 0 <= found[name]["points"] <= most + 1e-9:
            return False
    return True


def _last_words(ran: Ran) -> str:
    said = (ran.results or {}).get("failed") or ran.log.strip() or f"code {ran.code}"
    return _one_line(said[-500:])


def _one_line(text: str) -> str:
    """Return a text on one line that can be printed, and not too long."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= 300 else f"{words[:300]} ..."
