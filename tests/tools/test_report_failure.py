"""What the weekly workflow does when a check fails: one issue, however many weeks."""

import json
import os
import sys

import pytest

from tools.release import report_failure

SUCCESS, FAILURE = {"result": "success"}, {"result": "failure"}

# In the place of GitHub: it keeps what it is told, and lists the issues that are open.
GH = """import json, pathlib, sys
folder = pathlib.Path({folder!r})
said = "" if "list" in sys.argv else sys.stdin.read()
with open(folder / "calls.jsonl", "a", encoding="utf-8") as file:
    file.write(json.dumps([sys.argv[1:], said]) + "\\n")
if (folder / "refuses").exists():
    sys.exit("gh: issues are disabled")
print((folder / "open.json").read_text() if "list" in sys.argv else "an address")
"""


@pytest.fixture
def github(tmp_path, monkeypatch):
    """Put a `gh` first on the path; return a function that gives what it was told."""
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    stand_in = tmp_path / "gh.py"
    stand_in.write_text(GH.format(folder=str(tmp_path)))
    # By way of a shell: a path with spaces cannot stand behind `#!`.
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{stand_in}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    for name, value in {
        "GITHUB_SERVER_URL": "https://example.org",
        "GITHUB_REPOSITORY": "somebody/course",
        "GITHUB_RUN_ID": "7",
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "open.json").write_text("[]")

    def told() -> list:
        lines = (tmp_path / "calls.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    told.folder = tmp_path
    return told


def needs(monkeypatch, **results):
    """Say what became of each job, as the workflow does."""
    monkeypatch.setenv("NEEDS", json.dumps(results))


pytestmark = pytest.mark.skipif(os.name == "nt", reason="gh's stand-in is a script")


def test_each_failed_check_gets_an_issue_with_the_run_and_what_to_type(
    github, monkeypatch
):
    needs(monkeypatch, colab=FAILURE, links={"result": "cancelled"}, newest=SUCCESS)
    assert report_failure.main() == 0
    made = [call for call in github() if call[0][:2] == ["issue", "create"]]
    titles = [arguments[arguments.index("--title") + 1] for arguments, _ in made]
    assert titles == ["The weekly check fails: colab", "The weekly check fails: links"]
    assert "https://example.org/somebody/course/actions/runs/7" in made[0][1]
    assert "`make colab-image`" in made[0][1]


def test_an_open_issue_of_the_same_title_gets_a_comment(github, monkeypatch):
    alike = {"number": 3, "title": "The weekly check fails: links, sometimes"}
    same = {"number": 5, "title": "The weekly check fails: links"}
    (github.folder / "open.json").write_text(json.dumps([alike, same]))
    needs(monkeypatch, links=FAILURE)
    assert report_failure.main() == 0
    (arguments, said) = github()[-1]
    assert arguments[:3] == ["issue", "comment", "5"]
    assert "`make links`" in said


def test_nothing_that_failed_is_nothing_said(github, monkeypatch, capsys):
    needs(monkeypatch, colab=SUCCESS, loosest=SUCCESS, links={"result": "skipped"})
    assert report_failure.main() == 0
    assert capsys.readouterr().out == "0 reported\n"
    assert not (github.folder / "calls.jsonl").exists()


def test_github_s_refusal_fails_the_job(github, monkeypatch):
    (github.folder / "refuses").touch()
    needs(monkeypatch, colab=FAILURE)
    assert report_failure.main() == 1


@pytest.mark.parametrize("text", ["", "[]", '{"colab": 1}', '{"colab": {}}'])
def test_what_is_no_account_of_jobs_is_refused(text):
    with pytest.raises(ValueError, match="toJSON"):
        report_failure.failed(text)


def test_a_job_that_nobody_described_is_refused():
    with pytest.raises(ValueError, match="'new'"):
        report_failure.failed(json.dumps({"new": FAILURE}))
