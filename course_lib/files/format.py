"""Format 2: a safetensors file whose header says all that is no tensor.

A safetensors file is the length of its header (8 bytes, the lowest first), a header in
JSON, and the tensors' bytes, which no program has to unpickle and which JavaScript
reads as they stand. The header's `__metadata__` has one key, `course_lib`, with a text
that is JSON again:

    {"crc32": "1c291ca3", "format": 2, "kind": "model",
     "versions": {"course_lib": ..., "torch": ...}, "content": {...}}

`content` is what `plain.to_plain` makes of the values. `crc32` is the CRC-32 of the
whole file, these eight digits taken as zeros; so no bit of a file can change unnoticed.
In a page, `widgets/js/training/model_file.js` reads and writes models of this format.
"""

import json
import zlib
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from ..version import VERSION
from . import format_1
from .plain import from_plain, to_plain
from .whole import read_whole, write_whole

FORMAT = 2
KEY = "course_lib"
EXPECTED = "a file written by course_lib's save or fit(checkpoint=...)"
BLANK = b"00000000"
BEGINNING = b'{"__metadata__":{"course_lib":"{\\"crc32\\":\\"'
CRC32 = slice(8 + len(BEGINNING), 8 + len(BEGINNING) + len(BLANK))  # its digits


def write(path: str | Path, kind: str, content: dict) -> None:
    """Write a dict of tensors, numbers and text, whole or not at all.

    kind: what the file holds, which `read` asks for: "model" or "run". Raises TypeError
    for a value that a file does not hold, OSError where nothing can be written.
    """
    write_whole(path, to_bytes(kind, content))


def read(path: str | Path, kind: str) -> dict:
    """Read what `write` wrote, onto the CPU; nothing in the file is executed.

    Files of format 1, which version 0.1 wrote, are read as well. Raises ValueError,
    naming the file, for one that is missing, damaged, cut short, of another program,
    or made to run code.
    """
    head = read_whole(path, EXPECTED, limit=CRC32.stop)
    if not format_1.is_one(head) and head[8 : CRC32.start] != BEGINNING:
        from_bytes(head, path)  # which refuses it, however large the rest may be
    data = read_whole(path, EXPECTED)
    read_bytes = format_1.from_bytes if format_1.is_one(data) else from_bytes
    found = read_bytes(data, path)
    if found["kind"] != kind:
        raise ValueError(
            f"{path} holds a {found['kind']}, expected a {kind}: `load` reads what "
            "`save` wrote, and fit(resume=True) what fit(checkpoint=...) wrote"
        )
    return found["content"]


def to_bytes(kind: str, content: dict) -> bytes:
    """Return a file of format 2. Raises TypeError for a value that it cannot hold."""
    tensors: dict[str, Tensor] = {}
    plain = to_plain(content, tensors)
    said = {
        "crc32": BLANK.decode(),
        "format": FORMAT,
        "kind": kind,
        "versions": {"course_lib": VERSION, "torch": torch.__version__},
        "content": plain,
    }
    text = json.dumps(said, separators=(",", ":"), allow_nan=False)
    held = {name: _alone(tensor, name) for name, tensor in tensors.items()}
    data = bytearray(safetensors.torch.save(held, {KEY: text}))
    data[CRC32] = f"{zlib.crc32(data):08x}".encode()
    return bytes(data)


def from_bytes(data: bytes, name: str | Path) -> dict:
    """Return what a file of format 2 says: its format, its kind and its content.

    name: how the file is called in errors. Raises ValueError for bytes that are not
    such a file, or no longer.
    """
    if data[8 : CRC32.start] != BEGINNING:
        raise ValueError(
            f"{name} is of another program, damaged or cut short: expected {EXPECTED}"
        )
    if f"{_crc32(data):08x}".encode() != data[CRC32]:
        raise ValueError(
            f"{name} is damaged or cut short, as its checksum does not fit: expected "
            f"{EXPECTED}; take another copy of it"
        )
    try:
        said = _said(data)
        found = said["format"], said["kind"]
        if found[0] == FORMAT:
            content = from_plain(said["content"], safetensors.torch.load(data))
            return {"format": FORMAT, "kind": found[1], "content": content}
    except UNFIT as error:
        raise ValueError(
            f"{name} does not hold what its header says: expected {EXPECTED}"
        ) from error
    raise ValueError(
        f"{name} has format {found[0]}, and this version of course_lib reads formats 1 "
        f"and {FORMAT}: install a newer one"
    )


# What a header that somebody else has written may lead to.
UNFIT = (
    SafetensorError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    RecursionError,
)


def _said(data: bytes) -> dict:
    """Return what the header says beside the tensors."""
    length = int.from_bytes(data[:8], "little")
    return json.loads(json.loads(data[8 : 8 + length])["__metadata__"][KEY])


def _alone(tensor: Tensor, name: str) -> Tensor:
    """Return a tensor on the CPU that shares its memory with no other."""
    if tensor.is_meta or tensor.layout != torch.strided or tensor.is_quantized:
        raise TypeError(
            f"{name} must be a tensor with all its numbers, got one that is "
            f"{'on the meta device' if tensor.is_meta else tensor.type()}"
        )
    own = tensor.cpu().contiguous()
    return own if own.untyped_storage().nbytes() == own.nbytes else own.clone()


def _crc32(data: bytes) -> int:
    """Return the checksum of a file, with zeros in place of the one it says."""
    view = memoryview(data)
    before = zlib.crc32(BLANK, zlib.crc32(view[: CRC32.start]))
    return zlib.crc32(view[CRC32.stop :], before)
