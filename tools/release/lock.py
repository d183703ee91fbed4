"""Lock the versions of the book's environment again, and say what changed (make lock).

uv finds one set of versions for Linux, macOS and Windows that fits requirements.in.
What is locked stays as it is unless an upgrade is asked for. It is written to

    requirements.txt, requirements-instructor.txt   the versions, whatever the index
    locks/course.txt, locks/instructor.txt          the same, with hashes
    locks/cuda.txt                                  what torch adds on Linux for CUDA

CUDA's libraries stay out of requirements.txt, so that whoever takes the CPU build does
not get them, and pip finds them where torch asks for them.
"""

import argparse
import re
import shutil
import sys
import tempfile
from pathlib import Path

from tools.release.versions import ROOT, Unable, installed

PYTHON = "3.11"  # the oldest that the book's tools run on
ABOUT = """\
# Written by `make lock` from {source}; change that, and run it again.
# {words}
"""
WORDS = {
    "requirements.txt": "The exact versions of the book's environment. On Linux, torch "
    "from the usual index\n# is the CUDA build (several GB); the README says how to "
    "take the CPU build.",
    "requirements-instructor.txt": "What comes on top of requirements.txt to make and "
    "to grade assignments; readers never\n# need it. `make assignments`, `make grade`, "
    "`make soak` and `make test` install it.",
    "locks/course.txt": "requirements.txt with hashes. On Linux, torch from the usual "
    "index needs locks/cuda.txt, too.",
    "locks/cuda.txt": "What torch from the usual index adds on Linux, with hashes.",
    "locks/instructor.txt": "requirements-instructor.txt with hashes.",
}
CUDA = re.compile(r"(?:nvidia|cuda)-.*|triton")


def pins(path: Path) -> dict[str, str]:
    """Return what a file locks: for each name its versions, as they are written."""
    found: dict[str, str] = {}
    if path.exists():
        for name, version in re.findall(
            r"^([\w.-]+)==([^\s;]+)", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            name = re.sub(r"[-_.]+", "-", name).lower()
            found[name] = f"{found[name]}, {version}" if name in found else version
    return found


def compiled(folder: Path, name: str, source: str, *options: str, but=()) -> None:
    """Let uv write one file of a folder, from a source in ROOT, without some names."""
    made = folder / name
    hashes = ["--generate-hashes"] if name.startswith("locks/") else []
    options = (*options, *hashes, *(f"--no-emit-package={each}" for each in but))
    command = ["--quiet", "--universal", "--python-version", PYTHON, "--no-header"]
    command += ["--no-annotate", *options, "--output-file", str(made), source]
    wanted = f"to lock {source}: is an index in reach, and do its bounds fit"
    installed("pip", "compile", *command, expected=wanted)
    about = ABOUT.format(source=source, words=WORDS[name])
    made.write_text(about + made.read_text(encoding="utf-8"), encoding="utf-8")


def locked(folder: Path, upgrade: list[str]) -> None:
    """Write all files into a folder, on top of what is locked there."""
    course, base = "requirements.in", "requirements.txt"
    extra, more = "requirements-instructor.in", "requirements-instructor.txt"
    compiled(folder, base, course, *upgrade)
    everything = pins(folder / base)
    cuda = [name for name in everything if CUDA.fullmatch(name)]
    held = f"--constraints={folder / 'held.txt'}"
    shutil.copy(folder / base, folder / "held.txt")
    compiled(folder, base, course, held, but=cuda)
    ours = list(pins(folder / base))
    compiled(folder, "locks/course.txt", course, held, but=cuda)
    compiled(folder, "locks/cuda.txt", course, held, but=ours)
    compiled(folder, more, extra, held, *upgrade, but=everything)
    second = f"--constraints={folder / more}"
    compiled(folder, "locks/instructor.txt", extra, held, second, but=everything)


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return what became of each version, one line each."""
    return [
        f"{name} {before.get(name, 'not there')} -> {after.get(name, 'not there')}"
        for name in sorted(before | after)
        if before.get(name) != after.get(name)
    ]


def main(arguments: list[str] | None = None) -> int:
    """Lock again; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("upgrade", nargs="*", help="packages to upgrade, or `all`")
    asked = parser.parse_args(arguments).upgrade
    upgrade = [f"--upgrade-package={name}" for name in asked]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        (made / "locks").mkdir()
        for name in WORDS:
            if (ROOT / name).exists():
                shutil.copy(ROOT / name, made / name)
        try:
            locked(made, ["--upgrade"] if asked == ["all"] else upgrade)
        except Unable as error:
            print(error, "Nothing has changed.", sep="\n", file=sys.stderr)
            return 1
        for name in WORDS:
            before, after = pins(ROOT / name), pins(made / name)
            told = changes(before, after) if before else []
            print(f"{name}: {len(after)} packages", *told, sep="\n  ")
            (ROOT / name).parent.mkdir(exist_ok=True)
            shutil.copy(made / name, ROOT / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
