"""A file that is there whole, old or new, whatever happens while it is written."""

import contextlib
import errno
import os
import re
import secrets
import stat
import time
from pathlib import Path

from .. import validation

ABANDONED = 600.0  # seconds after which an unfinished copy is nobody's any more
FULL = (errno.ENOSPC, errno.EDQUOT)


def write_whole(path: str | Path, data: bytes) -> None:
    """Write a file atomically: whoever reads `path` finds the old bytes or the new.

    >>> from course_lib.files.whole import read_whole, write_whole
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(f"{folder}/a", b"all of it")
    ...     read_whole(f"{folder}/a", "a file")
    b'all of it'

    The bytes go to a part file beside it, to the disk, and then to their name. A file
    that was there keeps its permissions, a new one gets those that any program would
    give it here; a symbolic link stays one, and what it leads to is written (a hard
    link becomes a file of its own). Part files that a killed program has left are
    removed at a later write, once they are ten minutes old.
    Raises OSError, with what to do, where nothing can be written, and leaves what was.
    """
    target = place_to_write(path)
    part = target.with_name(_part_of(target, secrets.token_hex(4)))
    _sweep(target)
    try:
        _write_part(part, data, _mode_of(target))
        os.replace(part, target)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _in_words(error, target, len(data)) from error
        raise
    _flush_folder(target.parent)


def place_to_write(path: str | Path) -> Path:
    """Return where a file will be written: ~ written out, a link followed.

    Raises OSError where its folder is missing, or something other than a file is
    there, and TypeError for what is no path.
    """
    if not isinstance(path, str | Path):
        raise TypeError(f"path must be a str or a Path, got {type(path).__name__}")
    try:
        target = Path(path).expanduser().resolve()
        there, is_file = _is_there(target), target.is_file()
    except (OSError, ValueError, RuntimeError) as error:  # too long, a NUL, no ~user
        problem = error.strerror if isinstance(error, OSError) else error
        name = str(path)[:200]
        raise OSError(f"{name!r} cannot be a file's name: {problem}") from error
    if there and not is_file:
        what = "a folder" if target.is_dir() else "a device or a pipe"
        raise OSError(f"{target} is {what}: name a file to be written")
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"{target.parent} is no folder, so {target.name} cannot be written there: "
            "make it first, or name another"
        )
    if there and not os.access(target, os.W_OK):
        raise PermissionError(f"{target} may only be read: name another file")
    if not os.access(target.parent, os.W_OK):
        raise PermissionError(
            f"nothing may be written in {target.parent}: name another folder"
        )
    return target


def _is_there(path: Path) -> bool:
    """Return whether something is there; from 3.14 on, `exists` hides bad names."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        path.stat()
        return True
    return False


def read_whole(path: str | Path, expected: str, limit: int | None = None) -> bytes:
    """Return what is in a file; raise ValueError, naming it, for one that is not read.

    expected: what the file should be, for the error. limit: how many bytes at most, of
    its beginning.
    """
    place = validation.file(path, expected)
    try:
        with place.open("rb") as file:
            return file.read(limit)
    except OSError as error:
        raise ValueError(
            f"{place} cannot be read ({error.strerror or error}): expected {expected}"
        ) from error


def _part_of(target: Path, digits: str) -> str:
    """Return the name of a file's part file."""
    return f".{target.name[:50]}.part-{digits}"


def _mode_of(target: Path) -> int | None:
    """Return the permissions of a file that is there, or None."""
    return stat.S_IMODE(target.stat().st_mode) if target.exists() else None


def _write_part(part: Path, data: bytes, mode: int | None) -> None:
    """Write a new file to the disk; without a mode the system's umask decides."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(part, flags, 0o666 if mode is None else 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        part.chmod(mode)


def _sweep(target: Path) -> None:
    """Remove part files of writes that were killed; one under way is young.

    What cannot be removed, as it is another user's, stays.
    """
    ours = re.compile(re.escape(_part_of(target, "")) + "[0-9a-f]{8}")
    old = time.time() - ABANDONED
    with contextlib.suppress(OSError):
        parts = [p for p in target.parent.iterdir() if ours.fullmatch(p.name)]
        for part in parts:
            if part.is_file() and part.stat().st_mtime < old:
                part.unlink()


def _in_words(error: OSError, target: Path, size: int) -> OSError:
    """Return the error of a write that failed, saying what to do."""
    if error.errno in FULL:
        return OSError(
            error.errno,
            f"the disk is full: {target} needs {size / 1e6:.1f} MB; what was there "
            "before is unharmed. Make room, or name another disk",
        )
    problem = error.strerror or error
    return type(error)(
        error.errno, f"{target} could not be written ({problem}); what was is unharmed"
    )


def _flush_folder(folder: Path) -> None:
    """Bring the new name to the disk, too, where a system lets folders be flushed."""
    with contextlib.suppress(OSError):  # on Windows, or where they cannot be read
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
