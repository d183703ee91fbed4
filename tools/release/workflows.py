"""Rehearse the workflows of .github on this machine (make rehearse-workflows).

    python -m tools.release.workflows test/versions publish --set TORCH_INDEX=

Each job runs in an empty folder, with the environment that GitHub sets: checkout is a
clone of the last commit from a copy of this repository, to which a step may push;
setup-python is a new environment of that Python; then the shell parts run in order, by
GitHub's own shell. What only GitHub or another machine can show is named as not shown.
In the place of `gh` stands a program that notes what it is told, in FOLDER/gh, and
answers that Pages is switched on.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import yaml

from tools.release.expressions import Known, filled, holds
from tools.release.versions import ROOT, Unable, installed

FOLDER = Path(".github", "workflows")
REPOSITORY = "teacher/rnn-in-spring"
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


def workflow(path: Path) -> dict:
    """Read a workflow; its `on`, which YAML takes for a truth value, is left out."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def in_order(jobs: dict) -> list[str]:
    """Return the names of jobs, each after those that it needs."""
    needs = {name: _listed(job.get("needs")) for name, job in jobs.items()}
    return list(TopologicalSorter(needs).static_order())


def combinations(job: dict) -> list[dict]:
    """Return the matrix of a job, which here is always a list to be included."""
    return job.get("strategy", {}).get("matrix", {}).get("include", [{}])


def _listed(needs: str | list | None) -> list[str]:
    """Return what a job needs as a list."""
    return [needs] if isinstance(needs, str) else needs or []


class Rehearsal:
    """One run of workflows: an origin to clone from and push to, and what came."""

    def __init__(self, folder: Path, settings: dict[str, str], root: Path = ROOT):
        self.folder, self.settings, self.root = folder, settings, root
        self.commit = _git("-C", str(root), "rev-parse", "HEAD")
        self.came: list[tuple[str, str, str]] = []
        self.origin = folder / "origin.git"
        _git("clone", "-q", "--bare", str(root), str(self.origin))
        _git("-C", str(self.origin), "update-ref", "refs/heads/main", self.commit)
        _git("-C", str(self.origin), "symbolic-ref", "HEAD", "refs/heads/main")
        (folder / "gh").mkdir()
        (folder / "gh" / "gh").write_text(GH)
        (folder / "gh" / "gh").chmod(0o755)

    def note(self, job: str, what: str, how: str) -> None:
        """Say what came of a step, and keep it."""
        print(f"{job}: {what}: {how}", flush=True)
        self.came.append((job, what, how))

    def run(self, path: Path, only: set[str], inputs: dict | None = None) -> dict:
        """Run the jobs of a workflow, or those named; return their results."""
        flow, needs = workflow(path), {}
        for name in in_order(flow["jobs"]):
            job = flow["jobs"][name]
            if only and name not in only:
                needs[name] = {"result": "success", "outputs": {"site": SITE}}
                continue
            known = Known(self.github(path), needs=needs, inputs=inputs or {})
            if not holds(job.get("if"), known):
                self.note(f"{path.stem}/{name}", "job", "skipped, by its condition")
                needs[name] = {"result": "skipped", "outputs": {}}
            elif "uses" in job:
                given = {k: filled(v, known) for k, v in job.get("with", {}).items()}
                called = self.run(self.root / job["uses"], set(), given)
                bad = any(each["result"] == "failure" for each in called.values())
                needs[name] = {"result": "failure" if bad else "success", "outputs": {}}
            else:
                runs = [
                    self.job(f"{path.stem}/{name}", flow, job, known.beside(matrix=m))
                    for m in combinations(job)
                ]
                bad = [run for run in runs if run["result"] == "failure"]
                needs[name] = (bad or runs)[-1]
        return needs

    def github(self, path: Path) -> dict:
        """Return what GitHub says of a push to main."""
        return {
            "event_name": "push",
            "event": {"repository": {"private": False}},
            "ref": "refs/heads/main",
            "repository": REPOSITORY,
            "run_id": "1",
            "server_url": "https://github.com",
            "sha": self.commit,
            "token": "no-token",
            "workflow": path.stem,
        }

    def job(self, name: str, flow: dict, job: dict, known: Known) -> dict:
        """Run the steps of a job; return its result and its outputs."""
        matrix = " ".join(str(value) for value in known.matrix.values())
        name = f"{name} {matrix}".strip()
        machine = filled(job["runs-on"], known)
        if not machine.startswith("ubuntu") or sys.platform == "win32":
            self.note(name, "job", f"not shown: it needs {machine}")
            return {"result": "success", "outputs": {}}
        home = Path(tempfile.mkdtemp(prefix="job-", dir=self.folder))
        steps, result = {}, "success"
        env = self.environment(home, known) | _env(flow, known) | _env(job, known)
        env |= self.settings
        for step in job["steps"]:
            now = known.beside(steps=steps, env=env, result=result)
            what = step.get("name") or step.get("run") or step["uses"].partition("@")[0]
            what = what.strip().partition("\n")[0]
            if not holds(step.get("if"), now):
                self.note(name, what, "skipped")
                continue
            start = time.perf_counter()
            try:
                said, outputs = self.step(step, home, env, now)
            except (Failed, Unable) as error:
                said, outputs, result = f"FAILED: {error}", {}, "failure"
            steps[step.get("id", "")] = {"outputs": outputs}
            took = f", {time.perf_counter() - start:.0f} s" if said == "passed" else ""
            self.note(name, what, f"{said}{took}")
        told = known.beside(steps=steps, env=env)
        outputs = {k: filled(v, told) for k, v in job.get("outputs", {}).items()}
        if result == "success":
            shutil.rmtree(home, ignore_errors=True)
        if job.get("continue-on-error") and holds(job["continue-on-error"], known):
            result = "success"
        return {"result": result, "outputs": outputs}

    def environment(self, home: Path, known: Known) -> dict[str, str]:
        """Return what a step finds in its environment, and make its folders."""
        (home / "work").mkdir()
        (home / "temp").mkdir()
        passed = {k: v for k, v in os.environ.items() if PASSED_ON.fullmatch(k)}
        github = {
            f"GITHUB_{key.upper()}": str(value)
            for key, value in known.github.items()
            if key not in ("event", "token")
        }
        path = os.pathsep.join([str(self.folder / "gh"), os.environ["PATH"]])
        return {
            **passed,
            **github,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(home / "work"),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": path,
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(home / "temp"),
        }

    def step(
        self, step: dict, home: Path, env: dict[str, str], known: Known
    ) -> tuple[str, dict[str, str]]:
        """Do one step; return what came, and its outputs. Raises Failed."""
        if "uses" in step:
            action = step["uses"].partition("@")[0].removeprefix("actions/")
            given = {k: filled(v, known) for k, v in step.get("with", {}).items()}
            return self.action(action, given, home, env), {}
        script = filled(step["run"], known)
        for pattern, why in NOT_HERE.items():
            if re.search(pattern, script):
                return f"not shown: {why}", {}
        told = {f"GITHUB_{n}": home / "temp" / n for n in ("OUTPUT", "ENV", "PATH")}
        summary = {"GITHUB_STEP_SUMMARY": str(home / "temp" / "SUMMARY")}
        for path in told.values():
            path.write_text("")
        own = {**env, **_env(step, known), **summary}
        own |= {name: str(path) for name, path in told.items() if name != "GITHUB_PATH"}
        own |= {"GITHUB_PATH": str(told["GITHUB_PATH"])}
        (home / "temp" / "step.sh").write_text(script)
        shell = ["bash", "-e", str(home / "temp" / "step.sh")]
        log = home / "log.txt"
        with log.open("a") as out:
            done = subprocess.run(
                shell, cwd=home / "work", env=own, stdout=out, stderr=out
            )
        if done.returncode != 0:
            last = log.read_text(errors="replace").splitlines()[-15:]
            raise Failed("\n  ".join([f"status {done.returncode}, see {log}", *last]))
        env |= _pairs(told["GITHUB_ENV"])
        added = told["GITHUB_PATH"].read_text().split()
        env["PATH"] = os.pathsep.join([*added, env["PATH"]])
        return "passed", _pairs(told["GITHUB_OUTPUT"])

    def action(self, action: str, given: dict, home: Path, env: dict[str, str]) -> str:
        """Do what one of GitHub's actions does, as far as that can be done here."""
        work = home / "work"
        if action == "checkout":
            depth = [] if given.get("fetch-depth") == "0" else ["--depth", "1"]
            _git("clone", "-q", *depth, self.origin.as_uri(), str(work))
            return "passed"
        if action == "setup-python":
            python = given["python-version"]
            wanted = f"Python {python} on this machine: install it"
            place = home / "python"
            make = ["venv", "-q", "--seed", "--python", python, str(place)]
            installed(*make, expected=wanted)
            env["PATH"] = os.pathsep.join([str(place / "bin"), env["PATH"]])
            return "passed"
        if action == "upload-pages-artifact":
            if not (work / given["path"] / "index.html").is_file():
                raise Failed(f"no index.html in {given['path']}")
            return "passed: there is a site; not shown: its upload"
        return "not shown: only GitHub has it"


def _git(*arguments: str) -> str:
    """Return what git says. Raises Unable if it refuses."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise Unable(f"git {arguments[0]} refused: {done.stderr.strip()}")
    return done.stdout.strip()


def _env(part: dict, known: Known) -> dict[str, str]:
    """Return the variables that a workflow, a job or a step sets."""
    return {name: filled(value, known) for name, value in part.get("env", {}).items()}


def _pairs(path: Path) -> dict[str, str]:
    """Return the `name=value` lines of a file that a step has written."""
    lines: Iterator[list[str]] = (
        line.split("=", 1) for line in path.read_text().splitlines()
    )
    return dict(lines)


def main(arguments: list[str] | None = None) -> int:
    """Rehearse; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("what", nargs="*", help="such as test, or test/versions")
    parser.add_argument("--set", action="append", default=[], help="NAME=VALUE in env")
    asked = parser.parse_args(arguments)
    settings = dict(each.split("=", 1) for each in asked.set)
    paths = sorted((ROOT / FOLDER).glob("*.yml"))
    wanted = asked.what or [path.stem for path in paths]
    (ROOT / "_build" / "workflows").mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=ROOT / "_build" / "workflows"))
    rehearsal = Rehearsal(folder, settings)
    for each in wanted:
        flow, _, job = each.partition("/")
        rehearsal.run(ROOT / FOLDER / f"{flow}.yml", {job} - {""})
    failed = sum(how.startswith("FAILED") for _, _, how in rehearsal.came)
    unseen = sum("not shown" in how for _, _, how in rehearsal.came)
    print(f"{len(rehearsal.came)} steps: {failed} failed, {unseen} not shown here")
    if not failed:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
