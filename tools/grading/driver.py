"""Let otter grade one notebook, and write down what came out.

A program of its own, started by the watcher: `python driver.py NOTEBOOK ARCHIVE OUT`.
On its input it gets a word that it repeats in what it writes, so that a file which
somebody else has put in its place is noticed.
"""

import json
import os
import sys
from pathlib import Path


def tests_of(result) -> list[dict]:
    """Return the tests of one question as otter has run them."""
    found = []
    for case_result in result.test_case_results:
        case = case_result.test_case
        said = case.success_message if case_result.passed else case.failure_message
        test = {"name": case.name, "passed": bool(case_result.passed)}
        test |= {"points": case.points, "hidden": bool(case.hidden), "says": said}
        # What a hidden test says when it fails quotes its code: it stays here.
        test["error"] = None if case.hidden else case_result.message
        found.append(test)
    return found


def errors_of(notebook) -> list[dict]:
    """Return the errors that the notebook's cells ended with, in order."""
    found = []
    for cell in notebook.cells if notebook is not None else []:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                said = f"{output.ename}: {output.evalue}"[:500]
                found.append({"code": cell.source[:300], "error": said})
    return found


def grade(notebook: str, archive: str) -> dict:
    """Return what otter found, as plain data."""
    from otter.api import grade_submission

    results = grade_submission(notebook, archive, quiet=True)
    whole = not results.has_catastrophic_failure()
    return {
        "questions": {
            name: {"points": float(result.score), "tests": tests_of(result)}
            for name, result in (results.results.items() if whole else ())
        },
        "whole": whole,
        "errors": errors_of(results.notebook),
    }


def main() -> None:
    """Grade, write, and end at once: otter's own server would linger for a second."""
    word = sys.stdin.readline().strip()
    notebook, archive, out = sys.argv[1:]
    try:
        found = grade(notebook, archive)
    except BaseException as error:
        found = {"failed": f"{type(error).__name__}: {error}"[-2000:]}
    part = Path(f"{out}.part")
    part.write_text(json.dumps({"word": word, **found}), encoding="utf-8")
    os.replace(part, out)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
