"""Ask git, and say in its own words why it refuses."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Unable(Exception):
    """Something that has to be there is not; the message says what to do."""


def git_says(
    *arguments: str, root: Path = ROOT, given: bytes = b"", **env: str
) -> bytes:
    """Return what git says of the repository at `root`, read from `given` if asked.

    Raises Unable with git's own words, less any password, if it refuses.
    """
    command = ["git", "-C", str(root), *arguments]
    env = {**os.environ, **env}
    try:
        done = subprocess.run(command, input=given, capture_output=True, env=env)
    except FileNotFoundError as error:
        raise Unable("expected git on this machine, found none: install it") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        said = re.sub(r"//[^@/\s]+@", "//", said)
        raise Unable(f"git {arguments[0]} refused: {said}")
    return done.stdout


def line_of(*arguments: str, root: Path = ROOT, **more) -> str:
    """Return what git says, as a line of text."""
    return git_says(*arguments, root=root, **more).decode().strip()
