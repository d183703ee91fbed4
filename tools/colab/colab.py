"""Write the Colab copies, or publish them on the branch that the site's buttons open.

`python -m tools.colab.colab write FOLDER` writes them into a folder; the same with
`publish [--push]` makes a commit of them on the branch `colab`, where every commit of
the course has a folder of its own: a site goes on opening the notebooks it was built
with. Neither the working tree nor what is staged is touched.
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

README = """\
# Copies of the chapters, for Colab

Written by the course's own tool, for the buttons of its site. Every folder belongs
to the commit that it is named after. Nothing here is edited by hand; the course itself
is on the other branches.
"""


def published_tip(root: Path = ROOT) -> str | None:
    """Return the commit that the branch is at, at origin or here, or None."""
    ref = f"refs/heads/{BRANCH}"
    here = line_of("for-each-ref", "--format=%(objectname)", ref, root=root) or None
    if "origin" not in line_of("remote", root=root).split():
        return here
    if not line_of("ls-remote", "origin", ref, root=root):
        return here
    git_says("fetch", "--quiet", "--no-tags", "origin", ref, root=root)
    there = line_of("rev-parse", "FETCH_HEAD", root=root)
    if here and there in line_of("rev-list", here, root=root).split():
        return here  # not pushed yet
    return there


def publish(address: Address, root: Path = ROOT) -> str:
    """Commit the copies to the branch, on top of what is there; return the commit."""
    tip = published_tip(root)
    files = {"README.md": README.encode()}
    for name, copy in copies(address, root).items():
        files[f"{folder_of(address)}/chapters/{name}"] = copy
    tree = _tree(files, tip, root)
    if tip and line_of("rev-parse", f"{tip}^{{tree}}", root=root) == tree:
        commit = tip
    else:
        commit = _commit(tree, tip, address, root)
    git_says("branch", "--force", "--no-track", BRANCH, commit, root=root)
    return commit


def _tree(files: dict[str, bytes], tip: str | None, root: Path) -> str:
    """Write a tree: that of the tip, if there is one, with these files in it."""
    lines = []
    for path, content in files.items():
        blob = line_of("hash-object", "-w", "--stdin", root=root, given=content)
        lines.append(f"100644 {blob}\t{path}\n")
    with tempfile.TemporaryDirectory() as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        git_says("read-tree", *([tip] if tip else ["--empty"]), root=root, **env)
        given = "".join(lines).encode()
        git_says("update-index", "--index-info", root=root, given=given, **env)
        return line_of("write-tree", root=root, **env)


def _commit(tree: str, tip: str | None, address: Address, root: Path) -> str:
    """Write a commit by the author and of the time of what the copies are made from."""
    said = line_of("log", "-1", "--format=%an%n%ae%n%cI", address.commit, root=root)
    env = {}
    for who in ("AUTHOR", "COMMITTER"):
        keys = (f"GIT_{who}_NAME", f"GIT_{who}_EMAIL", f"GIT_{who}_DATE")
        env.update(zip(keys, said.splitlines(), strict=True))
    words = f"The chapters for Colab, as of {folder_of(address)}"
    parent = ["-p", tip] if tip else []
    return line_of("commit-tree", tree, *parent, "-m", words, root=root, **env)


def push(commit: str, address: Address, root: Path = ROOT) -> None:
    """Push the branch. Raises Unable if origin refuses, or lacks what is installed."""
    contains = f"--contains={address.commit}"
    if not line_of("for-each-ref", "--count=1", contains, "refs/remotes", root=root):
        raise Unable(
            f"expected commit {folder_of(address)} at origin, where the copies install "
            "it from, but none of its branches has it: git push it first"
        )
    try:
        git_says("push", "origin", f"{commit}:refs/heads/{BRANCH}", root=root)
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
    commit = publish(address)
    if to_origin:
        push(commit, address)
    where = f"pushed to {address.url}" if to_origin else "not pushed (--push does it)"
    return f"The branch {BRANCH} has {folder_of(address)}/, at {commit[:12]}; {where}."


if __name__ == "__main__":
    sys.exit(main())
