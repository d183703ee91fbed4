"""Format 1: the zip files with a pickle in them that version 0.1 wrote; read, not made.

A zip keeps a CRC-32 of each of its members, and torch does not look at it.
"""

import io
import pickle
import zipfile
import zlib
from pathlib import Path

import torch

MARK, FORMAT = "course_lib", 1
NOT_OURS = (
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
)


def is_one(data: bytes) -> bool:
    """Say whether bytes begin as a zip file does.

    All four signs are looked at: the length with which format 2 begins may be "PK".
    """
    return data.startswith(b"PK\x03\x04")


def from_bytes(data: bytes, name: str | Path) -> dict:
    """Return the format, kind and content of a file of format 1.

    Nothing in it is executed. Raises ValueError, naming the file, for one that is
    damaged, cut short, of another program, or made to run code.
    """
    expected = "expected a file written by course_lib's save or fit(checkpoint=...)"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            damaged = archive.testzip()
        content = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except NOT_OURS as error:
        raise ValueError(
            f"{name} is damaged, cut short or of another program: {expected}"
        ) from error
    if damaged is not None:
        raise ValueError(
            f"{name} is damaged, as the checksum of {damaged} in it does not fit: "
            f"{expected}; take another copy of it"
        )
    if not isinstance(content, dict) or content.pop("mark", None) != MARK:
        raise ValueError(f"{name} is of another program: {expected}")
    if (found := content.pop("format", None)) != FORMAT:
        raise ValueError(f"{name} is a zip file of format {found}: {expected}")
    kind = content.pop("kind", None)
    return {"format": FORMAT, "kind": kind, "content": content}
