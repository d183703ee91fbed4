"""Write the Colab copies, or publish them on the branch that the site's buttons open.

`python -m tools.colab.colab write FOLDER` writes them into a folder; the same with
`publish [--push]` makes them the branch `colab`, where a commit of the course has a
folder of its own: a site goes on opening the notebooks it was built with. The branch is
one commit without a past, so that it does not grow with each publishing: it keeps the
copies of the last few commits, and of every commit that a tag names. Neither the
working tree nor what is staged is touched.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tools.colab.colab_copies import (
    BRANCH,
    copies,
    folder_of,
    needed_address,
    uncommitted,
)
from tools.common.address import ROOT, Address
from tools.common.git_says import Unable, git_says, line_of

KEPT = 5  # as many publishings, and all tags
README = """\
# Copies of the chapters, for Colab

Written by the course's own tool, for the buttons of its site. Every folder belongs
to the commit that it is named after. Nothing here is edited by hand, and the branch
begins anew with each publishing; the course itself is on the other branches.
"""


def published(root: Path = ROOT) -> str | None:
    """Return the commit that the branch is at in origin, fetched, or None."""
    ref = f"refs/heads/{BRANCH}"
    if "origin" not in line_of("remote", root=root).split():
        return None
    if not line_of("ls-remote", "origin", ref, root=root):
        return None
    git_says("fetch", "--quiet", "--no-tags", "origin", ref, root=root)
    return line_of("rev-parse", "FETCH_HEAD", root=root)


def publish(address: Address, tip: str | None, root: Path = ROOT) -> str:
    """Make a commit of the copies and of what is kept of the tip; return the commit."""
    lines = [f"100644 {_blob(README.encode(), root)}\tREADME.md"]
    for name, copy in copies(address, root).items():
        path = f"{folder_of(address)}/chapters/{name}"
        lines.append(f"100644 {_blob(copy, root)}\t{path}")
    lines += kept(tip, folder_of(address), root)
    with tempfile.TemporaryDirectory() as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        given = "".join(f"{line}\n" for line in lines).encode()
        git_says("update-index", "--index-info", root=root, given=given, **env)
        tree = line_of("write-tree", root=root, **env)
    commit = _commit(tree, address, root)
    git_says("branch", "--force", "--no-track", BRANCH, commit, root=root)
    return commit


def kept(tip: str | None, new: str, root: Path = ROOT) -> list[str]:
    """Return the files of the tip that stay beside a new folder, as git lists them.

    The newest commits come first; a commit that is no longer known installs nothing.
    """
    if tip is None:
        return []
    listed = line_of("ls-tree", "-r", tip, root=root).splitlines()
    folders = {line.partition("\t")[2].partition("/")[0] for line in listed} - {new}
    tags = line_of(
        "for-each-ref", "--format=%(objectname) %(*objectname)", "refs/tags", root=root
    )
    log = line_of("log", "--all", "--date-order", "--format=%H", root=root)
    known = [commit[:12] for commit in log.split() if commit[:12] in folders]
    tagged = {commit[:12] for commit in tags.split()}
    stay = {*known[: KEPT - 1], *(tagged & set(known))}
    return [f for f in listed if f.partition("\t")[2].partition("/")[0] in stay]


def _blob(content: bytes, root: Path) -> str:
    """Write a file among git's objects; return its name there."""
    return line_of("hash-object", "-w", "--stdin", root=root, given=content)


def _commit(tree: str, address: Address, root: Path) -> str:
    """Write a commit by the author and of the time of what the copies are made from."""
    said = line_of("log", "-1", "--format=%an%n%ae%n%cI", address.commit, root=root)
    env = {}
    for who in ("AUTHOR", "COMMITTER"):
        keys = (f"GIT_{who}_NAME", f"GIT_{who}_EMAIL", f"GIT_{who}_DATE")
        env.update(zip(keys, said.splitlines(), strict=True))
    words = f"The chapters for Colab, as of {folder_of(address)}"
    return line_of("commit-tree", tree, "-m", words, root=root, **env)


def push(commit: str, tip: str | None, address: Address, root: Path = ROOT) -> None:
    """Push the branch in the place of the tip.

    Raises Unable if origin refuses, or lacks what the copies install.
    """
    contains = f"--contains={address.commit}"
    if not line_of("for-each-ref", "--count=1", contains, "refs/remotes", root=root):
        raise Unable(
            f"expected commit {folder_of(address)} at origin, where the copies install "
            "it from, but none of its branches has it: git push it first"
        )
    ref = f"refs/heads/{BRANCH}"
    lease = f"--force-with-lease={ref}:{tip or ''}"
    try:
        git_says("push", lease, "origin", f"{commit}:{ref}", root=root)
    except Unable as error:
        raise Unable(
            f"{error}\nWho may not write to origin asks its owner; a workflow's job "
            "needs `permissions: contents: write`. If somebody else has published "
            "meanwhile, do it again."
        ) from error


def main(arguments: list[str] | None = None) -> int:
    """Write or publish the copies; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("write").add_argument("folder", type=Path)
    commands.add_parser("publish").add_argument("--push", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        address = needed_address()
        warning = uncommitted()
        if warning:
            print(warning, file=sys.stderr)
        if asked.command == "write":
            print(_write(asked.folder, address))
        else:
            print(_publish(asked.push, address))
    except Unable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _write(folder: Path, address: Address) -> str:
    """Write the copies into a folder; return what to say."""
    folder.mkdir(parents=True, exist_ok=True)
    made = copies(address)
    for name, copy in made.items():
        (folder / name).write_bytes(copy)
    return f"{len(made)} copies in {folder} install {address.requirement}"


def _publish(to_origin: bool, address: Address) -> str:
    """Publish the copies; return what to say."""
    tip = published()
    commit = publish(address, tip)
    if to_origin:
        push(commit, tip, address)
    where = f"pushed to {address.url}" if to_origin else "not pushed (--push does it)"
    return f"The branch {BRANCH} has {folder_of(address)}/, at {commit[:12]}; {where}."


if __name__ == "__main__":
    sys.exit(main())
