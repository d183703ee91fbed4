"""Where this course can be installed from: its address and its commit.

Asked in this order: the variable COURSE_ADDRESS; what continuous integration says of
the fork it builds; git's remote `origin`. None of them need be there.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tools.common.git_says import ROOT, Unable, line_of

VARIABLE = "COURSE_ADDRESS"
EXPECTED = "expected https://HOST/OWNER/COURSE, with or without @COMMIT at the end"
# git@host:owner/course, or a scheme, perhaps a user and a port, a host and a path
SHORT = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+\.\w+):(?P<path>[^/].*)")
LONG = re.compile(
    r"(?P<scheme>https?|ssh|git)://(?:[^@/]*@)?(?P<host>[^/:]+)(?P<port>:\d+)?"
    r"/(?P<path>.+)"
)


class Address(NamedTuple):
    """An address for browsers and for git, and a commit, which may be empty."""

    url: str
    commit: str

    @property
    def requirement(self) -> str:
        """What pip is told to install course_lib from here."""
        at = f"@{self.commit}" if self.commit else ""
        return f"course_lib @ git+{self.url}{at}"


def find_address(
    env: Mapping[str, str] = os.environ, root: Path = ROOT
) -> Address | None:
    """Return the course's address, or None where nothing says it.

    Raises ValueError if COURSE_ADDRESS is set to something that is no address.
    """
    given = env.get(VARIABLE, "").strip()
    if given:
        url, commit = _take_apart(given)
        if url is None:
            raise ValueError(f"{VARIABLE} is {given!r}: {EXPECTED}")
        return Address(url, commit or _git(root, "rev-parse", "HEAD"))
    server, name = env.get("GITHUB_SERVER_URL"), env.get("GITHUB_REPOSITORY")
    if server and name:
        commit = env.get("GITHUB_SHA") or _git(root, "rev-parse", "HEAD")
        return Address(f"{server.rstrip('/')}/{name}", commit)
    url = public_url(_git(root, "remote", "get-url", "origin"))
    return Address(url, _git(root, "rev-parse", "HEAD")) if url else None


def public_url(remote: str) -> str | None:
    """Return a git remote as an https address without a user, or None for a path.

    A password or token that stands in a remote never gets into what is published.
    """
    short, long = SHORT.fullmatch(remote), LONG.fullmatch(remote)
    if long:
        scheme = "http" if long["scheme"] == "http" else "https"
        port = long["port"] if long["scheme"].startswith("http") else None
        url = f"{scheme}://{long['host']}{port or ''}/{long['path']}"
    elif short:
        url = f"https://{short['host']}/{short['path']}"
    else:
        return None
    return url.rstrip("/").removesuffix(".git")


def _take_apart(given: str) -> tuple[str | None, str]:
    """Return the address and the commit of `address@commit`."""
    head, at, tail = given.rpartition("@")
    if at and re.fullmatch(r"[\w.-]+", tail) and "/" in head:
        return public_url(head), tail
    return public_url(given), ""


def _git(root: Path, *arguments: str) -> str:
    """Return what git says, or nothing where it has nothing to say."""
    try:
        return line_of(*arguments, root=root)
    except Unable:
        return ""
