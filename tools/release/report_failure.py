"""Open an issue for every check that failed: `python -m tools.release.report_failure`.

For the weekly workflow. NEEDS has the results of its jobs, as GitHub gives them; `gh`
speaks to GitHub, with GH_TOKEN. An issue that is open under the same title gets a
comment, so that a check that fails for a month makes one issue.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping

# What each job checks, and what to type to see the same on one's own machine.
CHECKS = {
    "colab": ("the chapters in Colab's own image", "make colab-image"),
    "loosest": ("the library with the oldest versions", "make versions WHICH=loosest"),
    "newest": ("the library with the newest versions", "make versions WHICH=newest"),
    "rehearsals": ("the installations that readers make", "make rehearse"),
    "book": ("the book and its PDF, with the locked versions", "make pdf"),
    "links": ("the links that lead out of the book", "make links"),
}
BAD = ("failure", "cancelled")
BODY = """\
The weekly check of {what} has failed: {run}

To see it on your own machine: `{command}`. When it is mended, close this issue; a check
that fails again opens another.
"""


def failed(needs: str) -> list[str]:
    """Return the names of the jobs that failed, from GitHub's own account of them.

    A job that ran out of its time is cancelled, by GitHub's word; it counts.
    Raises ValueError for what is no such account, or a job that is not known here.
    """
    try:
        results = {name: job["result"] for name, job in json.loads(needs).items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            f"expected NEEDS to be ${{{{ toJSON(needs) }}}}, got {needs!r}"
        ) from error
    names = [name for name, result in results.items() if result in BAD]
    unknown = sorted(set(names) - set(CHECKS))
    if unknown:
        raise ValueError(f"expected jobs of {sorted(CHECKS)}, got {unknown}")
    return names


def run_address(env: Mapping[str, str]) -> str:
    """Return the address of the run that this is part of."""
    server, repository = env["GITHUB_SERVER_URL"], env["GITHUB_REPOSITORY"]
    return f"{server}/{repository}/actions/runs/{env['GITHUB_RUN_ID']}"


def gh(*arguments: str, given: str | None = None) -> str:
    """Run `gh`; return what it says. Raises CalledProcessError if it fails."""
    command = ["gh", *arguments]
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, text=True)
    done.check_returncode()
    return done.stdout


def report(name: str, run: str) -> str:
    """Open an issue for a job, or comment on the open one; return its address."""
    what, command = CHECKS[name]
    title = f"The weekly check fails: {name}"
    body = BODY.format(what=what, run=run, command=command)
    search = ["--search", f'in:title "{title}"', "--json", "number,title"]
    listed = json.loads(gh("issue", "list", "--state", "open", *search))
    same = [str(issue["number"]) for issue in listed if issue["title"] == title]
    if same:
        return gh("issue", "comment", same[0], "--body-file", "-", given=body)
    return gh("issue", "create", "--title", title, "--body-file", "-", given=body)


def main() -> int:
    """Report every job that failed; return the exit status."""
    try:
        names = failed(os.environ.get("NEEDS", ""))
        for name in names:
            print(report(name, run_address(os.environ)).strip())
    except (ValueError, KeyError, subprocess.CalledProcessError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(f"{len(names)} reported")
    return 0


if __name__ == "__main__":
    sys.exit(main())
