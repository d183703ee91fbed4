"""A fork of this course as it is now: another repository, under another name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.common.build import ROOT

NAMES = ("COURSE_ADDRESS", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")
NAMES += ("CI_PROJECT_URL", "CI_COMMIT_SHA", "COURSE_COPIES", "CI_PAGES_URL")
WHO = ["-c", "user.name=Teacher", "-c", "user.email=teacher@example.org"]


class Fork:
    """A repository with all files of this one, in one commit."""

    def __init__(self, root: Path):
        self.root = root
        shown = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in git(ROOT, *shown).split("\0"):
            if name and (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        git(root, "init", "-q", "-b", "main")
        self.commit = self.commits("The course, forked")

    def commits(self, words: str) -> str:
        """Commit all that has changed; return the commit."""
        git(self.root, "add", "--all")
        return self.commits_empty(words)

    def commits_empty(self, words: str) -> str:
        """Commit what is staged, which may be nothing; return the commit."""
        git(self.root, *WHO, "commit", "-q", "--allow-empty", "-m", words)
        return self.git("rev-parse", "HEAD")

    def git(self, *arguments: str) -> str:
        """Return what git says of the fork."""
        return git(self.root, *arguments)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        """Run one of the fork's own tools; only the variables given name an address."""
        env = {k: v for k, v in os.environ.items() if k not in NAMES}
        env |= {"PYTHONPATH": str(self.root), **variables}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=env,
            capture_output=True,
            text=True,
        )


def git(root: Path, *arguments: str) -> str:
    """Return what git says of a repository."""
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
