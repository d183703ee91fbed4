"""What GitHub is told to do: it is well-formed, asks for little, and names what is there."""

import functools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools.release import versions
from tools.site import zip_site

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
WRITES = {  # all that a job may write to
    ("publish", "copies"): {"contents"},
    ("publish", "deploy"): {"pages", "id-token"},
    ("weekly", "report"): {"issues"},
}


def loaded(name: str) -> dict:
    """Return a workflow by its name."""
    path = ROOT / ".github" / "workflows" / f"{name}.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> list[dict]:
    """Return all steps of a workflow."""
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def linted(schema: str, *paths: Path) -> subprocess.CompletedProcess:
    """Hold files against a schema of GitHub's."""
    command = ["-m", "check_jsonschema", "--builtin-schema", f"vendor.github-{schema}"]
    names = [str(path) for path in paths]
    return subprocess.run(
        [sys.executable, *command, *names], capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("workflows", WORKFLOWS),
        ("issue-forms", [FORMS / "mistake.yml", FORMS / "install.yml"]),
        ("issue-config", [FORMS / "config.yml"]),
    ],
)
def test_they_are_what_github_reads(schema, paths):
    done = linted(schema, *paths)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_sees_a_permission_misspelt(tmp_path):
    text = (ROOT / ".github" / "workflows" / "publish.yml").read_text(encoding="utf-8")
    wrong = tmp_path / "publish.yml"
    wrong.write_text(text.replace("contents: write", "content: write"))
    done = linted("workflows", wrong)
    assert done.returncode == 1
    assert "'content': 'write'" in done.stdout


def is_tool(name: str) -> bool:
    """Say whether there is a tool of this name, such as common.build."""
    return (ROOT / "tools" / f"{name.replace('.', '/')}.py").is_file()


@each_workflow
def test_every_target_and_every_tool_that_it_names_is_there(path):
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    lines = "\n".join(step["run"] for step in steps(path) if "run" in step)
    assert set(re.findall(r"\bmake ([a-z-]+)", lines)) <= targets
    assert all(is_tool(name) for name in re.findall(r"-m tools\.([\w.]+)", lines))


def test_every_tool_that_the_makefile_names_is_there():
    named = re.findall(r"-m tools\.([\w.]+)", MAKEFILE)
    assert len(named) > 15
    assert all(is_tool(name) for name in named)


@each_workflow
def test_it_may_read_and_a_job_writes_only_what_it_is_for(path):
    workflow = loaded(path.stem)
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        asked = job.get("permissions", {})
        writes = {scope for scope, may in asked.items() if may == "write"}
        assert writes == WRITES.get((path.stem, name), set()), name
        assert set(asked.values()) <= {"read", "write"}


@each_workflow
def test_no_secret_and_no_foreign_text_gets_into_a_shell(path):
    text = path.read_text(encoding="utf-8")
    assert "secrets." not in text
    # A value that others choose, such as a branch's name, would be run as code there.
    for step in steps(path):
        inserted = re.findall(r"\$\{\{ *([\w.]+)", step.get("run", ""))
        assert all(name.startswith("matrix.") for name in inserted), step
    tokens = re.findall(r"^ *(.*github\.token.*)$", text, re.MULTILINE)
    assert set(tokens) <= {"GH_TOKEN: ${{ github.token }}"}


@each_workflow
def test_its_jobs_end_and_take_github_s_own_actions_alone(path):
    for job in loaded(path.stem)["jobs"].values():
        assert job["timeout-minutes"] <= 120
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in used)


def test_the_pythons_are_those_that_the_course_says_it_runs_on():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    oldest = re.search(r'requires-python = ">=([\d.]+)"', project)[1]
    matrix = loaded("test")["jobs"]["versions"]["strategy"]["matrix"]["include"]
    tested = {each["which"]: each["python"] for each in matrix}
    assert tested["loosest"] == oldest
    weekly = loaded("weekly")["jobs"]
    for which, python in tested.items():
        assert weekly[which]["steps"][1]["with"]["python-version"] == python
    newest = loaded("test")["jobs"]["newest"]["steps"]
    assert newest[1]["with"]["python-version"] == tested["newest"]
    books = re.search(r"version_info >= \((\d+), (\d+)\)", MAKEFILE).groups()
    course = loaded("test")["jobs"]["course"]["steps"]
    assert course[1]["with"]["python-version"] == ".".join(books)


def test_grading_s_tests_find_what_make_test_installs():
    runs = [step.get("run") for step in steps_of("test", "course")]
    assert "make test" in runs
    assert runs.index("make test") < runs.index("make check")


def test_whatever_fails_in_a_week_is_reported_with_what_to_type():
    jobs = loaded("weekly")["jobs"]
    report = jobs.pop("report")
    told = {
        each["check"]: each["command"]
        for each in report["strategy"]["matrix"]["include"]
    }
    assert set(report["needs"]) == set(jobs) == set(told)
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    for name, command in told.items():
        assert command.split()[1] in targets
        last = jobs[name]["steps"][-1]["run"]
        assert set(command.split()) <= set(last.split())


# In the place of GitHub: it finds the issue that is open, and notes what it is told.
GH = """#!/bin/sh
[ "$2" = list ] && { cat open; exit; }
[ -e refuses ] && exit 1
echo "$2 $3 $4" >> told
"""


@pytest.mark.skipif(os.name == "nt", reason="GitHub's machine for this is Linux")
@pytest.mark.parametrize(
    ("found", "told"),
    [("", "create --title The check fails: links\n"), ("5", "comment 5 --body\n")],
)
def test_a_check_that_fails_opens_an_issue_or_comments_on_it(tmp_path, found, told):
    script = steps_of("weekly", "report")[0]["run"]
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    (tmp_path / "open").write_text(found)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    given = {"PATH": path, "TITLE": "The check fails: links", "BODY": "See there."}
    run = functools.partial(subprocess.run, ["bash", "-e", "-c", script], env=given)
    assert run(cwd=tmp_path).returncode == 0
    assert (tmp_path / "told").read_text() == told
    (tmp_path / "refuses").touch()
    assert run(cwd=tmp_path).returncode == 1


def test_the_site_is_zipped_before_it_is_published():
    lines = [step.get("run") or step["uses"] for step in steps_of("publish", "build")]
    zipped, uploaded = lines.index("make zip"), len(lines) - 1
    assert lines[uploaded].startswith("actions/upload-pages-artifact@")
    assert zipped == uploaded - 1
    assert set(loaded("publish")["jobs"]["deploy"]["needs"]) == {"build", "copies"}


def steps_of(workflow: str, job: str) -> list[dict]:
    """Return the steps of one job."""
    return loaded(workflow)["jobs"][job]["steps"]


def test_a_fork_edits_nothing():
    for path in [*WORKFLOWS, *FORMS.glob("*.yml")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"github\.com/|github\.io|repository_owner ==", text)


def test_a_form_asks_for_the_versions_and_leaves_them_free():
    for name in ("mistake", "install"):
        form = yaml.safe_load((FORMS / f"{name}.yml").read_text(encoding="utf-8"))
        fields = {field.get("id"): field for field in form["body"]}
        assert not fields["versions"].get("validations", {}).get("required")
        assert any(f.get("validations", {}).get("required") for f in fields.values())


def test_the_loosest_versions_are_the_bounds_and_all_of_them():
    bounds = versions.bounds()
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    needs = re.search(r"dependencies = \[(.*?)\n\]", text, re.DOTALL)[1]
    assert len(bounds) == needs.count('"') // 2
    exact = versions.to_install("loosest", None)
    assert f"torch=={bounds['torch']}" in exact
    assert f"torch=={bounds['torch']}" not in versions.to_install("newest", None)
    assert "torch==9.9" in versions.to_install("loosest", "9.9")


def test_the_library_s_tests_need_nothing_of_the_book(tmp_path):
    found = versions.library_tests()
    assert "tests/nn/test_cells.py" in found
    assert not {"tests/tools/test_tools.py", "tests/tools/test_workflows.py"} & set(
        found
    )
    (tmp_path / "tests" / "nn").mkdir(parents=True)
    for name, line in {
        "ours": "import course_lib as cl",
        "tools": "import course_lib\nfrom tools.common.build import ROOT",
        "site": "import re",
    }.items():
        (tmp_path / "tests" / "nn" / f"test_{name}.py").write_text(line)
    assert versions.library_tests(tmp_path) == ["tests/nn/test_ours.py"]


def test_a_zip_has_the_site_without_an_older_zip_and_the_same_bytes(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "index.html").write_text("the course")
    front = tmp_path / "chapters" / "introduction.html"
    front.write_text(f"before {zip_site.PLACE} after")
    made = zip_site.zip_site(tmp_path)
    first = made.read_bytes()
    assert made == tmp_path / "memory-gate-by-gate-site.zip"
    with zip_site.zipfile.ZipFile(made) as archive:
        assert archive.read("memory-gate-by-gate/index.html") == b"the course"
        assert sorted(archive.namelist()) == [
            "memory-gate-by-gate/chapters/introduction.html",
            "memory-gate-by-gate/index.html",
        ]
        inside = archive.read("memory-gate-by-gate/chapters/introduction.html")
        assert inside.decode() == f"before {zip_site.PLACE} after"
    assert front.read_text() == f"before {zip_site.LINK} after"
    assert zip_site.zip_site(tmp_path).read_bytes() == first


def test_the_front_page_must_have_a_place_for_the_link(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "index.html").write_text("the course")
    (tmp_path / "chapters" / "introduction.html").write_text("no place")
    with pytest.raises(ValueError, match="expected .*offline.* once in .*introduction"):
        zip_site.zip_site(tmp_path)


def test_no_site_is_no_zip(tmp_path):
    with pytest.raises(FileNotFoundError, match="build it first: make book"):
        zip_site.zip_site(tmp_path)
    assert list(tmp_path.iterdir()) == []
