"""IDX files, in which MNIST comes: a short header, then bytes.

The header is 0, 0, the kind of number, the number of axes, and the length of each axis
in four bytes, the highest first.
"""

from math import prod
from pathlib import Path

import torch
from torch import Tensor

from .. import validation
from .unpack import GZIP, NoText, gunzip

KINDS = {
    8: "unsigned bytes",
    9: "signed bytes",
    11: "16-bit ints",
    12: "32-bit ints",
    13: "32-bit floats",
    14: "64-bit floats",
}
UNSIGNED_BYTES = 8


def read_idx(path: str | Path, axes: int | None = None) -> Tensor:
    """Return the tensor in an IDX file of unsigned bytes, whether gzipped or not.

    >>> import gzip, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "labels-idx1-ubyte.gz")
    >>> header = bytes([0, 0, 8, 1, 0, 0, 0, 3])  # unsigned bytes, one axis of 3
    >>> _ = path.write_bytes(gzip.compress(header + bytes([5, 0, 4])))
    >>> cl.read_idx(path, axes=1)
    tensor([5, 0, 4], dtype=torch.uint8)

    axes: how many the file must have, such as 1 for labels and 3 for images; None for
    any number. Returns uint8 of the shape that the header tells.
    Raises ValueError, naming the file, what was expected and what came: if it is no
    file, is no whole gzip file, has another magic number or number of axes, or is
    shorter or longer than its header says. Nothing is cut or filled up.
    """
    name = validation.file(path, "an IDX file, gzipped or not")
    data = _unpacked(name)
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in KINDS or not data[3]:
        raise ValueError(
            f"{name} has a wrong magic number: an IDX file begins with 0, 0, 8 (for "
            f"{KINDS[8]}) and its number of axes, got {list(data[:4])}"
        )
    if data[2] != UNSIGNED_BYTES:
        raise ValueError(f"{name} must hold {KINDS[8]} (8), got {KINDS[data[2]]}")
    if axes is not None and data[3] != validation.whole(axes, 1, "axes"):
        raise ValueError(f"{name} must have {axes} axes, got {data[3]}")
    return _body(name, data, start=4 + 4 * data[3])


def _body(name: Path, data: bytes, start: int) -> Tensor:
    """Return what stands behind the header, in the shape that the header tells."""
    if len(data) < start:
        raise ValueError(
            f"{name} is cut short: expected {start} bytes of header, got {len(data)}"
        )
    places = range(4, start, 4)
    shape = [int.from_bytes(data[k : k + 4], "big") for k in places]
    wanted, came = prod(shape), len(data) - start
    if wanted != came:
        what = "is cut short" if came < wanted else "is too long"
        raise ValueError(
            f"{name} {what}: its header says {tuple(shape)}, so {wanted} bytes were "
            f"expected after it, got {came}"
        )
    if not wanted:
        raise ValueError(f"{name} holds nothing: its header says {tuple(shape)}")
    return torch.frombuffer(bytearray(data[start:]), dtype=torch.uint8).view(shape)


def _unpacked(name: Path) -> bytes:
    """Return a file's bytes; what begins as a gzip file is unpacked."""
    try:
        with name.open("rb") as file:
            packed = file.read(len(GZIP)) == GZIP
            file.seek(0)
            return gunzip(file) if packed else file.read()
    except NoText as error:
        raise ValueError(f"{name} {error}") from error
    except OSError as error:
        raise ValueError(
            f"{name} cannot be read ({error.strerror or error})"
        ) from error
