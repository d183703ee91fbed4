"""Format 1: the zip files with a pickle in them that version 0.1 wrote; read, not made.

A zip keeps a CRC-32 of each of its members, and torch does not look at it.
"""

import io
import zipfile
from pathlib import Path

import torch

MARK, FORMAT = "course_lib", 1


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
        damaged = _damaged(data)
        content = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:  # whatever foreign bytes lead zipfile or torch to
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
    found, kind = content.pop("format", None), content.pop("kind", None)
    if not isinstance(found, int) or found != FORMAT or not isinstance(kind, str):
        raise ValueError(f"{name} is a zip file of another format: {expected}")
    return {"format": FORMAT, "kind": kind, "content": content}


def _damaged(data: bytes) -> str | None:
    """Return the first member whose checksum does not fit, None if all do.

    torch does not compress, so what is compressed is not from there, and may unpack to
    far more than the file: ValueError.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(i.compress_type != zipfile.ZIP_STORED for i in archive.infolist()):
            raise ValueError("members are compressed")
        return archive.testzip()
