"""A mark by which data is known again: how much there is, and a checksum of it."""

import zlib
from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from .random_state import KINDS
from .sharing import Shared

OURS = __package__.partition(".")[0]
DEPTH = 4  # how far inside data its tensors are looked for


def mark_of(data: Iterable | None) -> dict | None:
    """Return how many batches data has, and a checksum of what is found in it.

    >>> from course_lib.training.same_run import mark_of
    >>> data = cl.windows(torch.arange(100), batch_size=4, num_steps=5)
    >>> mark_of(data) == mark_of(cl.windows(torch.arange(100), 4, 5))
    True
    >>> mark_of(data) == mark_of(cl.windows(torch.arange(100).flip(0), 4, 5))
    False

    Found are tensors, arrays and texts, in lists, tuples, dicts and attributes whose
    names begin with no _, four levels deep; numbers in the data of this library, too,
    while those of other classes may be counters. No batch is drawn for it, and what
    data computes as it goes is not seen.
    """
    if data is None:
        return None
    whole = data.data if isinstance(data, Shared) else data
    mark = 0
    for part in _parts(whole, DEPTH, ours=True):
        mark = zlib.crc32(part, mark)
    try:
        batches = len(whole)
    except TypeError:  # a stream, whose length nobody knows
        batches = None
    return {"batches": batches, "checksum": f"{mark:08x}"}


def _parts(value, depth: int, ours: bool) -> Iterator:
    """Give the bytes of all that is found in data; ours: whether its class is."""
    if isinstance(value, Tensor):
        yield from _of_tensor(value)
    elif isinstance(value, np.ndarray) and not value.dtype.hasobject:
        yield str((value.dtype, value.shape)).encode() + value.tobytes()
    elif isinstance(value, str) or (ours and isinstance(value, bool | int | float)):
        yield repr(value).encode()
    elif depth:
        for each in _held(value):
            mine = isinstance(value, list | tuple | dict) and ours
            mine = mine or type(value).__module__.startswith(OURS)
            yield from _parts(each, depth - 1, mine)


def _of_tensor(value: Tensor) -> Iterator:
    """Give a tensor's bytes, and what kind it is; of some kinds that is all."""
    yield str((value.dtype, tuple(value.shape))).encode()
    if value.layout == torch.strided and not value.is_meta:
        plain = value.detach().resolve_conj().resolve_neg().cpu().contiguous()
        yield memoryview(plain.flatten().view(torch.uint8).numpy())


def _held(value) -> list:
    """Return what a list, a dict or an object of data is made of."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, np.ndarray):
        return value.ravel().tolist()
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, (nn.Module, type, *KINDS)) or not hasattr(value, "__dict__"):
        return []
    return [held for name, held in vars(value).items() if not name.startswith("_")]
