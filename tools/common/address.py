"""Where this course can be installed from: its address and its commit.

Asked in this order: the variable COURSE_ADDRESS; what continuous integration (GitHub's
or GitLab's) says of the fork it builds; git's remote `origin`. None of them need be
there. A remote may name its host by an alias that ssh alone knows; ssh is asked then.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from tools.common.git_says import ROOT, Unable, line_of

VARIABLE = "COURSE_ADDRESS"
EXPECTED = "expected https://HOST/OWNER/COURSE, with or without @COMMIT at the end"
FORM = "mistake.yml"  # in .github/ISSUE_TEMPLATE
# git@host:owner/course, or a scheme, perhaps a user and a port, a host and a path
SHORT = re.compile(r"(?:[\w.-]+@)?(?P<host>\w[\w.-]+):(?P<path>[^/\\].*)")
LONG = re.compile(
    r"(?P<scheme>https?|ssh|git)://(?:[^@/]*@)?(?P<host>\w[^/:]*)(?P<port>:\d+)?"
    r"/(?P<path>.+)"
)
PUBLIC = re.compile(r"(?:[\w-]+\.)+(?:[a-z]{2,}|xn--[\w-]+|\d+)", re.IGNORECASE)
# Where a forge answers ssh on the port of https, it does so under another name.
ON_443 = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}


class Address(NamedTuple):
    """An address for browsers and for git, a commit, which may be empty, and a forge.

    The forge says how the paths below the address are made: as GitHub has them, and
    Gitea and Forgejo understand them, or as "gitlab" has them.
    """

    url: str
    commit: str
    forge: str = "github"

    @property
    def requirement(self) -> str:
        """What pip is told to install course_lib from here."""
        at = f"@{self.commit}" if self.commit else ""
        return f"course_lib @ git+{self.url}{at}"

    def source(self, path: str) -> str:
        """Return where a file of the commit is shown."""
        below = "/-/blob" if self.forge == "gitlab" else "/blob"
        return f"{self.url}{below}/{self.commit}/{path}"

    def problem(self, title: str) -> str:
        """Return where an issue is written, with its title filled in."""
        if self.forge == "gitlab":
            return f"{self.url}/-/issues/new?{urlencode({'issue[title]': title})}"
        asked = urlencode({"template": FORM, "title": title})
        return f"{self.url}/issues/new?{asked}"


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
    elif env.get("GITHUB_SERVER_URL") and env.get("GITHUB_REPOSITORY"):
        server = env["GITHUB_SERVER_URL"].rstrip("/")
        url, commit = f"{server}/{env['GITHUB_REPOSITORY']}", env.get("GITHUB_SHA")
    elif env.get("CI_PROJECT_URL"):
        url, commit = env["CI_PROJECT_URL"], env.get("CI_COMMIT_SHA")
    else:
        url, commit = public_url(_git(root, "remote", "get-url", "origin")), ""
    if url is None:
        return None
    gitlab = "gitlab" in urlsplit(url).netloc or url == env.get("CI_PROJECT_URL")
    commit = commit or _git(root, "rev-parse", "HEAD")
    return Address(url, commit, "gitlab" if gitlab else "github")


def public_url(remote: str) -> str | None:
    """Return a git remote as an https address without a user, or None for a path.

    A password or token that stands in a remote never gets into what is published. None,
    too, is returned for a host that is known to nobody but the ssh of one machine.
    """
    short, long = SHORT.fullmatch(remote), LONG.fullmatch(remote)
    if long and long["scheme"].startswith("http"):
        url = f"{long['scheme']}://{long['host']}{long['port'] or ''}/{long['path']}"
    elif long or short:
        found = long or short
        host = _public_host(found["host"])
        if host is None:
            return None
        url = f"https://{host}/{found['path']}"
    else:
        return None
    return url.rstrip("/").removesuffix(".git")


def _public_host(name: str) -> str | None:
    """Return the host that browsers know, of the name that ssh is given, or None."""
    if not PUBLIC.fullmatch(name):
        name = _asked_of_ssh(name)
    name = ON_443.get(name, name)
    return name if PUBLIC.fullmatch(name) else None


def _asked_of_ssh(alias: str) -> str:
    """Return the host that ssh's settings give an alias; the alias if they give none.

    Nothing is connected to.
    """
    ssh = shlex.split(os.environ.get("GIT_SSH_COMMAND") or "ssh")
    try:
        done = subprocess.run([*ssh, "-G", alias], capture_output=True, text=True)
    except OSError:  # no ssh on this machine
        return alias
    found = re.search(r"^hostname (.+)$", done.stdout, re.MULTILINE)
    return found[1] if found else alias


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
