"""The Colab copies: what is in them, what they install, and how they are published."""

import importlib.metadata
import json
import subprocess
from pathlib import Path

import nbformat
import pytest
import torch
from forks import Fork, git

from tools.colab.colab import KEPT
from tools.colab.colab_copies import CELL, copies, filled_in, with_full_links
from tools.common.address import Address
from tools.common.build import ROOT
from tools.common.git_says import Unable

ADDRESS = Address("https://github.com/teacher/rnn-in-spring", "a" * 40)
COPIED = "https://colab.research.google.com/github/teacher/rnn-in-spring/blob/colab/"
NAMES = sorted(path.name for path in (ROOT / "chapters").glob("*.ipynb"))
PUSH = ("-m", "tools.colab.colab", "publish", "--push")
INSTALL = (ROOT / CELL).read_text(encoding="utf-8")
CI = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "teacher/rnn-in-spring",
}


@pytest.fixture(scope="module")
def fork(tmp_path_factory):
    """Fork the course, with a remote on GitHub."""
    fork = Fork(tmp_path_factory.mktemp("rnn in spring"))
    fork.git("remote", "add", "origin", "git@github.com:teacher/rnn-in-spring.git")
    return fork


@pytest.fixture
def published(tmp_path):
    """Fork the course, with an origin that is a folder, to push to."""
    (tmp_path / "fork").mkdir()
    fork = Fork(tmp_path / "fork")
    git(tmp_path, "init", "-q", "--bare", "origin.git")
    fork.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    fork.git("push", "-q", "origin", "main")
    fork.origin = tmp_path / "origin.git"
    return fork


def test_committed_notebooks_name_no_address():
    for name in NAMES:
        text = (ROOT / "chapters" / name).read_text(encoding="utf-8")
        assert "github.com" not in text
        assert "colab" not in text.lower()


def test_every_chapter_is_copied_and_gets_the_cell_that_installs(fork):
    address = ADDRESS._replace(commit=fork.commit)
    made = copies(address, fork.root)
    assert sorted(made) == NAMES
    for name, copy in made.items():
        original = nbformat.read(ROOT / "chapters" / name, as_version=4)
        notebook = nbformat.reads(copy.decode(), as_version=4)
        nbformat.validate(notebook)
        about, install = notebook.cells[1:3]
        assert address.url in about.source
        assert f'ADDRESS = "{address.url}"\nCOMMIT = "{fork.commit}"' in install.source
        del notebook.cells[1:3]
        codes = (
            [c.source for c in n.cells if c.cell_type == "code"]
            for n in (notebook, original)
        )
        assert next(codes) == next(codes)


def test_the_same_commit_gives_the_same_bytes(fork):
    address = ADDRESS._replace(commit=fork.commit)
    assert copies(address, fork.root) == copies(address, fork.root)
    (fork.root / "chapters" / "gru.ipynb").write_text("{}")
    assert len(copies(address, fork.root)["gru.ipynb"]) > 1000  # what is committed
    fork.git("checkout", "-q", "chapters/gru.ipynb")


def test_only_the_chapter_on_d2l_installs_it(fork):
    made = copies(ADDRESS._replace(commit=fork.commit), fork.root)
    with_d2l = [name for name, copy in made.items() if b'BESIDE = [\\"d2l==' in copy]
    assert with_d2l == ["coming_from_d2l.ipynb"]


def test_links_between_chapters_lead_to_copies_and_others_to_the_repository():
    text = "[The GRU](gru.ipynb#reset), [terms](glossary.md), [d2l](https://d2l.ai)"
    assert with_full_links(text, ADDRESS) == (
        f"[The GRU]({COPIED}{'a' * 12}/chapters/gru.ipynb#reset), "
        f"[terms]({ADDRESS.url}/blob/{'a' * 40}/chapters/glossary.md), "
        "[d2l](https://d2l.ai)"
    )
    elsewhere = Address("https://git.example.org/a/b", "c" * 40)
    expected = f"[x](https://git.example.org/a/b/blob/{'c' * 40}/chapters/gru.ipynb)"
    assert with_full_links("[x](gru.ipynb)", elsewhere) == expected
    gitlab = elsewhere._replace(forge="gitlab")
    assert with_full_links("[x](gru.ipynb)", gitlab) == expected.replace(
        "/blob", "/-/blob"
    )


def test_a_cell_without_a_place_for_the_address_is_refused():
    with pytest.raises(Unable, match='expected one line `ADDRESS = ""`'):
        filled_in("COMMIT = ''", ADDRESS, [])


REAL = subprocess.run


class Machine:
    """Stands for pip and what is installed: course_lib of a commit, and names."""

    def __init__(self, monkeypatch, commit, *names):
        self.commit, self.names, self.asked = commit, set(names), []
        monkeypatch.setattr(importlib.metadata, "version", self.version)
        monkeypatch.setattr(importlib.metadata, "distribution", lambda name: self)
        monkeypatch.setattr(
            importlib.metadata,
            "requires",
            lambda name: ["torch>=2.6", "rjsmin>=1.2", "x; extra == 'y'"],
        )
        monkeypatch.setattr(subprocess, "run", self.run)

    def version(self, name):
        if name not in self.names | ({"course_lib"} if self.commit else set()):
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.0"

    def read_text(self, name):
        return json.dumps({"vcs_info": {"commit_id": self.commit}})

    def run(self, command, **options):
        if command[3] == "list":
            return REAL(command, **options)
        self.asked.append(command[3:])
        self.commit = ADDRESS.commit if command[3] == "install" else None
        return subprocess.CompletedProcess(command, 0, "", "")


COURSE = f"course_lib @ git+{ADDRESS.url}@{ADDRESS.commit}"
OLD = ["uninstall", "-y", "course_lib"]


@pytest.mark.parametrize(
    ("commit", "names", "asked"),
    [
        (ADDRESS.commit, ["torch", "rjsmin", "d2l"], []),
        (
            ADDRESS.commit,
            ["torch", "rjsmin"],
            [["install", "--no-deps", "d2l==0.17.0"]],
        ),
        (None, ["torch", "rjsmin", "d2l"], [["install", "--no-deps", COURSE]]),
        ("b" * 40, ["torch", "rjsmin", "d2l"], [OLD, ["install", "--no-deps", COURSE]]),
        (ADDRESS.commit, ["torch", "d2l"], [["install", "-c", "pins", "rjsmin>=1.2"]]),
    ],
)
def test_it_installs_what_is_not_there_and_nothing_else(
    monkeypatch, capsys, commit, names, asked
):
    machine = Machine(monkeypatch, commit, *names)
    exec(filled_in(INSTALL, ADDRESS, ["d2l==0.17.0"]), {})
    pinned = [
        ["pins" if part.endswith("pins.txt") else part for part in each]
        for each in machine.asked
    ]
    assert pinned == asked
    assert "course_lib 1.0 of aaaaaaaaaaaa, ready in" in capsys.readouterr().out


def test_what_pip_says_is_shown_if_it_fails(monkeypatch):
    Machine(monkeypatch, None, "torch")
    failed = subprocess.CompletedProcess([], 1, "", "fatal: repository not found")
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: failed)
    with pytest.raises(RuntimeError, match="pip could not do install.*\n.*not found"):
        exec(filled_in(INSTALL, ADDRESS, []), {})


def test_pip_is_told_to_leave_what_is_there(monkeypatch):
    Machine(monkeypatch, ADDRESS.commit, "torch", "rjsmin")
    names = {}
    exec(filled_in(INSTALL, ADDRESS, []), names)
    pins = Path(names["pins"]()).read_text(encoding="utf-8").splitlines()
    assert f"torch=={torch.__version__}" in pins
    assert len({line.partition("==")[0] for line in pins}) == len(pins) > 20


def test_writing_says_what_is_missing(fork, tmp_path):
    done = fork.run("-m", "tools.colab.colab", "write", str(tmp_path / "a"))
    assert done.returncode == 0, done.stderr
    assert f"@{fork.commit}" in done.stdout
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == NAMES
    wrong = fork.run(
        "-m", "tools.colab.colab", "write", "b", COURSE_ADDRESS="my course"
    )
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("COURSE_ADDRESS is 'my course': expected https")
    lost = fork.run("-m", "tools.colab.colab", "write", "b", **CI, GITHUB_SHA="0" * 40)
    assert lost.returncode == 1
    assert "0000000: clone the course with git, or fetch that commit" in lost.stderr


def test_without_an_address_it_says_what_to_set(published):
    done = published.run("-m", "tools.colab.colab", "publish")
    assert done.returncode == 1
    assert "git's remote `origin`, or set COURSE_ADDRESS=https://" in done.stderr


def test_publishing_touches_no_file_and_twice_is_once(published):
    (published.root / "notes.txt").write_text("mine")
    published.git("add", "notes.txt")
    before = published.git("status", "--porcelain")
    done = published.run(*PUSH, **CI, GITHUB_SHA=published.commit)
    assert done.returncode == 0, done.stderr
    assert "not committed" in done.stderr
    assert "pushed to https://github.com/teacher/rnn-in-spring" in done.stdout
    assert published.git("status", "--porcelain") == before
    tip = git(published.origin, "rev-parse", "colab")
    assert published.run(*PUSH, **CI).returncode == 0
    assert git(published.origin, "rev-parse", "colab") == tip


def test_the_branch_is_one_commit_with_the_newest_copies_and_those_of_tags(published):
    made = [published.commit]
    published.git("tag", "term")
    for k in range(KEPT + 1):
        if k:  # what has been published before is kept, from a fresh checkout, too
            published.git("branch", "-D", "colab")
            made.append(published.commits_empty(f"Change {k}"))
            published.git("push", "-q", "origin", "main")
        done = published.run(*PUSH, **CI)
        assert done.returncode == 0, done.stderr
    assert git(published.origin, "rev-list", "--count", "colab") == "1"
    listed = git(published.origin, "ls-tree", "-r", "--name-only", "colab").split("\n")
    stay = [made[0], *made[-KEPT:]]
    folders = [f"{commit[:12]}/chapters/{n}" for commit in stay for n in NAMES]
    assert sorted(listed) == sorted(["README.md", *folders])


def test_a_commit_that_origin_has_not_is_not_pushed(published):
    (published.root / "notes.txt").write_text("mine")
    published.commits("Not pushed")
    done = published.run(*PUSH, **CI)
    assert done.returncode == 1
    assert "but none of its branches has it: git push it first" in done.stderr
    assert git(published.origin, "branch", "--list", "colab") == ""


def test_a_push_that_is_refused_is_told_in_git_s_words(published):
    hook = published.origin / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho the door is closed >&2\nexit 1\n")
    hook.chmod(0o755)
    done = published.run(*PUSH, **CI)
    assert done.returncode == 1
    assert "the door is closed" in done.stderr
    assert "contents: write" in done.stderr
    assert "Traceback" not in done.stderr
