"""The course's address: who is asked, in which order, and what is never published."""

import shutil
import subprocess

import pytest

from tools.common.address import Address, find_address, public_url

CI = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "teacher/course",
    "GITHUB_SHA": "abc123",
}


@pytest.fixture
def checkout(tmp_path):
    """Make a repository with one commit and a remote given by ssh."""

    def git(*arguments):
        command = ["git", "-C", str(tmp_path), *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "-q")
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    git(*who, "commit", "-q", "--allow-empty", "-m", "first")
    git("remote", "add", "origin", "git@example.org:owner/course.git")
    return tmp_path, git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://example.org/owner/course", "https://example.org/owner/course"),
        ("https://example.org/owner/course.git/", "https://example.org/owner/course"),
        ("git@example.org:owner/course.git", "https://example.org/owner/course"),
        ("ssh://git@example.org:2222/owner/course", "https://example.org/owner/course"),
        ("git://example.org/owner/course.git", "https://example.org/owner/course"),
        (
            "https://me:secret@example.org/owner/course",
            "https://example.org/owner/course",
        ),
        (
            "https://example.org:8443/owner/course",
            "https://example.org:8443/owner/course",
        ),
        (
            "https://git.corp.example/owner/course.git",
            "https://git.corp.example/owner/course",
        ),
        ("git@192.0.2.7:owner/course", "https://192.0.2.7/owner/course"),
        (
            "https://gitlab-ci-token:x@gitlab.example.org/group/sub/course.git",
            "https://gitlab.example.org/group/sub/course",
        ),
        ("ssh://git@ssh.github.com:443/me/course.git", "https://github.com/me/course"),
        ("git@altssh.gitlab.com:me/course", "https://gitlab.com/me/course"),
        ("/home/teacher/course", None),
        ("../course", None),
        ("file:///home/teacher/course", None),
        ("C:\\course", None),
        ("", None),
    ],
)
def test_a_remote_becomes_an_address_without_a_user(remote, expected):
    assert public_url(remote) == expected


SSH_SETTINGS = """\
Host github-work github.com-work
    HostName github.com
Host over-443
    HostName ssh.github.com
Host inside
    HostName 10.0.0.5.internal-only
"""


@pytest.mark.skipif(shutil.which("ssh") is None, reason="no ssh on this machine")
@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("git@github-work:me/course.git", "https://github.com/me/course"),
        ("git@github.com-work:me/course.git", "https://github.com/me/course"),
        ("ssh://git@github-work/me/course", "https://github.com/me/course"),
        ("git@over-443:me/course", "https://github.com/me/course"),
        ("git@inside:me/course", None),
        ("git@unknown:me/course", None),
    ],
)
def test_an_alias_is_what_ssh_says_it_is(monkeypatch, tmp_path, remote, expected):
    (tmp_path / "config").write_text(SSH_SETTINGS)
    monkeypatch.setenv("GIT_SSH_COMMAND", f"ssh -F {tmp_path / 'config'}")
    assert public_url(remote) == expected


def test_without_ssh_an_alias_is_no_address(monkeypatch):
    monkeypatch.setenv("GIT_SSH_COMMAND", "no-such-ssh")
    assert public_url("git@github-work:me/course.git") is None


@pytest.mark.parametrize(
    ("env", "forge", "issue", "source"),
    [
        (CI, "github", "issues/new?template=mistake.yml&title=A+b", "blob/abc123/x.md"),
        (
            {**CI, "GITHUB_SERVER_URL": "https://git.corp.example"},
            "github",
            "issues/new?template=mistake.yml&title=A+b",
            "blob/abc123/x.md",
        ),
        (
            {
                "CI_PROJECT_URL": "https://code.example.org/group/course",
                "CI_COMMIT_SHA": "abc123",
            },
            "gitlab",
            "-/issues/new?issue%5Btitle%5D=A+b",
            "-/blob/abc123/x.md",
        ),
        (
            {"COURSE_ADDRESS": "git@gitlab.com:group/sub/course.git@abc123"},
            "gitlab",
            "-/issues/new?issue%5Btitle%5D=A+b",
            "-/blob/abc123/x.md",
        ),
    ],
    ids=["GitHub", "GitHub Enterprise", "GitLab's CI", "gitlab.com"],
)
def test_each_forge_has_its_own_paths(tmp_path, env, forge, issue, source):
    found = find_address(env, tmp_path)
    assert found.commit == "abc123"
    assert found.forge == forge
    assert found.problem("A b") == f"{found.url}/{issue}"
    assert found.source("x.md") == f"{found.url}/{source}"


def test_the_variable_comes_first(checkout):
    root, head = checkout
    env = {"COURSE_ADDRESS": "https://example.org/mine/course", **CI}
    assert find_address(env, root) == Address("https://example.org/mine/course", head)


@pytest.mark.parametrize("address", ["https://example.org/a/b", "git@example.org:a/b"])
def test_the_variable_may_name_the_commit(checkout, address):
    env = {"COURSE_ADDRESS": f"{address}@v1.2"}
    assert find_address(env, checkout[0]) == Address("https://example.org/a/b", "v1.2")


def test_a_variable_that_is_no_address_is_refused(tmp_path):
    with pytest.raises(
        ValueError, match="COURSE_ADDRESS is 'the course'.*expected https"
    ):
        find_address({"COURSE_ADDRESS": "the course"}, tmp_path)


def test_then_continuous_integration(checkout):
    found = find_address(CI, checkout[0])
    assert found == Address("https://github.com/teacher/course", "abc123")


def test_then_the_remote_and_its_head(checkout):
    root, head = checkout
    found = find_address({}, root)
    assert found == Address("https://example.org/owner/course", head)
    expected = f"course_lib @ git+https://example.org/owner/course@{head}"
    assert found.requirement == expected


def test_where_nothing_says_it_there_is_none(tmp_path):
    assert find_address({}, tmp_path) is None


def test_without_a_commit_the_requirement_names_none():
    expected = "course_lib @ git+https://example.org/a/b"
    assert Address("https://example.org/a/b", "").requirement == expected
