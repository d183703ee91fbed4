"""The course's address: who is asked, in which order, and what is never published."""

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
        ("/home/teacher/course", None),
        ("../course", None),
        ("file:///home/teacher/course", None),
        ("C:\\course", None),
        ("", None),
    ],
)
def test_a_remote_becomes_an_address_without_a_user(remote, expected):
    assert public_url(remote) == expected


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
