"""Files that hold a state: written whole or not at all, read without running code."""

import os
import pickle
import tempfile
import zipfile
from pathlib import Path

import torch

MARK = "course_lib"
FORMAT = 1


def write(path: str | Path, kind: str, content: dict) -> None:
    """Write a dict of tensors, numbers and text, atomically.

    A file under another name is written first, flushed to the disk and then renamed,
    so whoever reads `path` finds the old content or the new one, never half of it.
    """
    path = Path(path)
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            torch.save({"mark": MARK, "format": FORMAT, "kind": kind, **content}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def read(path: str | Path, kind: str) -> dict:
    """Read what `write` wrote, onto the CPU; nothing in the file is executed.

    Raises ValueError, naming the file, for one that is missing, cut short, of another
    program, or made to run code.
    """
    path = Path(path)
    expected = "expected a file written by course_lib's save or fit(checkpoint=...)"
    if not path.is_file():
        raise ValueError(f"{path} is no file: {expected}")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path} is cut short or of another program: {expected}")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except UNREADABLE as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"{path} cannot be read: {expected} ({reason})") from error
    if not isinstance(content, dict) or content.get("mark") != MARK:
        raise ValueError(f"{path} is of another program: {expected}")
    if content.get("format") != FORMAT:
        found = content.get("format")
        raise ValueError(f"{path} has format {found}, expected {FORMAT}: {expected}")
    if content.get("kind") != kind:
        raise ValueError(f"{path} holds a {content.get('kind')}, expected a {kind}")
    return content


UNREADABLE = (
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
)


def random_state(*generators: torch.Generator | None) -> dict:
    """Return the state of torch's random numbers, and of generators in use."""
    return {
        "cpu": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "generators": [g.get_state() if g is not None else None for g in generators],
    }


def set_random_state(state: dict, *generators: torch.Generator | None) -> None:
    """Go back to what `random_state` returned."""
    torch.set_rng_state(state["cpu"])
    if torch.cuda.is_available() and state["cuda"]:
        torch.cuda.set_rng_state_all(state["cuda"])
    for generator, saved in zip(generators, state["generators"], strict=True):
        if generator is not None and saved is not None:
            generator.set_state(saved)
