"""Rehearse the workflows of .github on this machine (make rehearse-workflows).

    python -m tools.release.workflows test/versions publish --set TORCH_INDEX=

Each job runs in an empty folder, with the environment that GitHub sets: checkout is a
clone of the last commit from a copy of this repository, to which a step may push;
setup-python is a new environment of that Python; then the shell parts run in order, by
GitHub's own shell (runner.py). What cannot be shown here is named as not shown. The
folders are deleted; what the steps of a failed job have said is kept in _build/logs.
"""

import argparse
import re
import shutil
import signal
import sys
import tempfile
import time
from graphlib import TopologicalSorter
from pathlib import Path

import yaml

from tools.release.expressions import Known, filled, holds
from tools.release.runner import SITE, Failed, Runner, git, variables
from tools.release.versions import ROOT, Unable, uv

FOLDER = Path(".github", "workflows")
REPOSITORY = "teacher/rnn-in-spring"


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
        self.commit = git("-C", str(root), "rev-parse", "HEAD")
        self.came: list[tuple[str, str, str]] = []
        self.origin = folder / "origin.git"
        git("clone", "-q", "--bare", str(root), str(self.origin))
        git("-C", str(self.origin), "update-ref", "refs/heads/main", self.commit)
        git("-C", str(self.origin), "symbolic-ref", "HEAD", "refs/heads/main")

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
        """Run a job, if this machine can; return its result and its outputs."""
        matrix = " ".join(str(value) for value in known.matrix.values())
        name, result = f"{name} {matrix}".strip(), {"result": "success", "outputs": {}}
        machine = filled(job["runs-on"], known)
        if machine.startswith("windows") or sys.platform == "win32":
            self.note(name, "job", f"not shown: it needs {machine}")
            return result
        if not machine.startswith("ubuntu"):
            self.note(name, "job", f"not shown on {machine}; on this machine:")
        with tempfile.TemporaryDirectory(
            prefix="job-", dir=self.folder, ignore_cleanup_errors=True
        ) as home:
            runner = Runner(Path(home), self.origin, known.github)
            runner.env |= variables(flow, known) | variables(job, known) | self.settings
            result = self.steps(name, job, known, runner)
            if result["result"] == "failure" and runner.log.exists():
                shutil.copy(runner.log, self.kept(name))
        if job.get("continue-on-error") and holds(job["continue-on-error"], known):
            result["result"] = "success"
        return result

    def steps(self, name: str, job: dict, known: Known, runner: Runner) -> dict:
        """Do the steps of a job; return its result and its outputs."""
        steps, result = {}, "success"
        for step in job["steps"]:
            now = known.beside(steps=steps, env=runner.env, result=result)
            what = step.get("name") or step.get("run") or step["uses"].partition("@")[0]
            what = what.strip().partition("\n")[0]
            if not holds(step.get("if"), now):
                self.note(name, what, "skipped")
                continue
            start = time.perf_counter()
            try:
                said, outputs = runner.step(step, now)
            except (Failed, Unable) as error:
                said, outputs, result = f"FAILED: {error}", {}, "failure"
            steps[step.get("id", "")] = {"outputs": outputs}
            took = f", {time.perf_counter() - start:.0f} s" if said == "passed" else ""
            self.note(name, what, f"{said}{took}")
        told = known.beside(steps=steps, env=runner.env)
        outputs = {k: filled(v, told) for k, v in job.get("outputs", {}).items()}
        return {"result": result, "outputs": outputs}

    def kept(self, name: str) -> Path:
        """Return where what the steps of a failed job have said is kept."""
        folder = self.root / "_build" / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / (re.sub(r"[^\w.-]+", "-", name) + ".log")


def setting(text: str) -> tuple[str, str]:
    """Take NAME=VALUE apart. Raises argparse's error if it is something else."""
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, got {text!r}")
    return name, value


def chosen(asked: list[str]) -> list[tuple[Path, set[str]]]:
    """Return each workflow that is asked for, and its jobs, which may be none: all.

    Raises Unable if there is no such workflow or job.
    """
    paths = {path.stem: path for path in sorted((ROOT / FOLDER).glob("*.yml"))}
    known = [f"{flow}/{job}" for flow in paths for job in workflow(paths[flow])["jobs"]]
    for each in asked:
        if each not in [*paths, *known]:
            raise Unable(f"expected {', '.join([*paths, *known])}, got {each!r}")
    found = [each.partition("/") for each in asked or paths]
    return [(paths[flow], {job} - {""}) for flow, _, job in found]


def rehearse(asked: list[str], settings: dict[str, str]) -> int:
    """Rehearse what is asked for; return how many steps have failed. Raises Unable."""
    uv()  # or nothing is begun
    wanted = chosen(asked)
    place = ROOT / "_build" / "workflows"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
        rehearsal = Rehearsal(Path(folder), settings)
        for path, jobs in wanted:
            rehearsal.run(path, jobs)
    failed = sum(how.startswith("FAILED") for _, _, how in rehearsal.came)
    unseen = sum("not shown" in how for _, _, how in rehearsal.came)
    print(f"{len(rehearsal.came)} steps: {failed} failed, {unseen} not shown here")
    return failed


def main(arguments: list[str] | None = None) -> int:
    """Rehearse; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("what", nargs="*", help="such as test, or test/versions")
    parser.add_argument(
        "--set", action="append", default=[], type=setting, help="NAME=VALUE in env"
    )
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and clear up
    try:
        return 1 if rehearse(asked.what, dict(asked.set)) else 0
    except Unable as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
