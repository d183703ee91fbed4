"""A stand-in for the machine that runs a workflow's job: see workflows.py.

It is an empty folder and the environment that GitHub sets. What only GitHub or another
machine can show is named as not shown. In the place of `gh` stands a program that notes
what it is told, and answers that Pages is switched on.
"""

import os
import re
import subprocess
from pathlib import Path

from tools.release.expressions import Known, filled
from tools.release.versions import Unable, installed

SITE = "https://teacher.github.io/rnn-in-spring/"
# A step with one of these changes the machine, or needs what few have.
NOT_HERE = {
    r"\bsudo\b": "it changes the machine",
    "--with-deps": "it changes the machine",
    r"\bpipx\b": "it changes the machine",
    "colab-image": "it needs Docker and Google's image",
}
GH = f"""#!/bin/sh
echo "$@" >> "$(dirname "$0")/told"
[ "$1" = api ] && echo {SITE}
exit 0
"""
# What a shell on GitHub's machines does not have, but reaching an index may need here.
PASSED_ON = re.compile(
    r"(PIP|UV|SSL|GIT_SSL|COURSE_DATA)_.*|.*_(proxy|PROXY|CA_BUNDLE)"
)


class Failed(Exception):
    """A step has failed."""


class Runner:
    """One job's machine: its folder, its environment, and what its steps have said."""

    def __init__(self, home: Path, origin: Path, github: dict):
        self.home, self.origin = home, origin
        self.work, self.temp, self.log = home / "work", home / "temp", home / "log.txt"
        for folder in (self.work, self.temp, home / "gh"):
            folder.mkdir()
        (home / "gh" / "gh").write_text(GH)
        (home / "gh" / "gh").chmod(0o755)
        self.env = self.environment(github)

    def environment(self, github: dict) -> dict[str, str]:
        """Return what a step finds in its environment."""
        passed = {k: v for k, v in os.environ.items() if PASSED_ON.fullmatch(k)}
        told = {
            f"GITHUB_{key.upper()}": str(value)
            for key, value in github.items()
            if key not in ("event", "token")
        }
        return {
            **passed,
            **told,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.work),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join([str(self.home / "gh"), os.environ["PATH"]]),
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.temp),
        }

    def step(self, step: dict, known: Known) -> tuple[str, dict[str, str]]:
        """Do one step; return what came, and its outputs. Raises Failed or Unable."""
        if "uses" in step:
            action = step["uses"].partition("@")[0].removeprefix("actions/")
            given = {k: filled(v, known) for k, v in step.get("with", {}).items()}
            return self.action(action, given), {}
        script = filled(step["run"], known)
        for pattern, why in NOT_HERE.items():
            if re.search(pattern, script):
                return f"not shown: {why}", {}
        return "passed", self.shell(script, variables(step, known))

    def shell(self, script: str, own: dict[str, str]) -> dict[str, str]:
        """Run a script as GitHub does; return its outputs. Raises Failed."""
        names = ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY")
        told = {f"GITHUB_{name}": self.temp / name for name in names}
        for path in told.values():
            path.write_text("")
        env = {**self.env, **own, **{name: str(path) for name, path in told.items()}}
        file = self.temp / "step.sh"
        file.write_text(script)
        with self.log.open("a") as out:
            run = ["bash", "-e", str(file)]
            done = subprocess.run(run, cwd=self.work, env=env, stdout=out, stderr=out)
        if done.returncode != 0:
            last = self.log.read_text(errors="replace").splitlines()[-15:]
            raise Failed("\n  ".join([f"status {done.returncode}", *last]))
        self.env |= _pairs(told["GITHUB_ENV"])
        self.add_paths(*told["GITHUB_PATH"].read_text().split())
        return _pairs(told["GITHUB_OUTPUT"])

    def action(self, action: str, given: dict[str, str]) -> str:
        """Do what one of GitHub's actions does, as far as that can be done here.

        Raises Failed, or Unable if git or uv refuse.
        """
        if action == "checkout":
            depth = [] if given.get("fetch-depth") == "0" else ["--depth", "1"]
            git("clone", "-q", *depth, self.origin.as_uri(), str(self.work))
            return "passed"
        if action == "setup-python":
            python, place = given["python-version"], self.home / "python"
            wanted = f"Python {python} on this machine: install it"
            make = ["venv", "-q", "--seed", "--python", python, place]
            installed(*make, expected=wanted)
            self.add_paths(str(place / "bin"))
            return "passed"
        if action == "upload-pages-artifact":
            if not (self.work / given["path"] / "index.html").is_file():
                raise Failed(f"no index.html in {given['path']}")
            return "passed: there is a site; not shown: its upload"
        return "not shown: only GitHub has it"

    def add_paths(self, *paths: str) -> None:
        """Let later steps look for programs in these folders first."""
        self.env["PATH"] = os.pathsep.join([*paths, self.env["PATH"]])


def git(*arguments: str) -> str:
    """Return what git says. Raises Unable if it refuses."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise Unable(f"git {arguments[0]} refused: {done.stderr.strip()}")
    return done.stdout.strip()


def variables(part: dict, known: Known) -> dict[str, str]:
    """Return the variables that a workflow, a job or a step sets."""
    return {name: filled(value, known) for name, value in part.get("env", {}).items()}


def _pairs(path: Path) -> dict[str, str]:
    """Return the `name=value` lines of a file that a step has written."""
    return dict(line.split("=", 1) for line in path.read_text().splitlines())
