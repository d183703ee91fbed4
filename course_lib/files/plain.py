"""Nested values as text and tensors: what JSON holds, and what it leaves out.

JSON has no tensors, no tuples, no counters, no keys but text and no infinity. Each of
these becomes a dict with one key that begins with $; what is left is JSON that any
program reads.
"""

import math
from collections import Counter

import numpy as np
from torch import Tensor

TENSOR, TUPLE, FLOAT, PAIRS = "$tensor", "$tuple", "$float", "$pairs"
COUNTER = "$counter"


def to_plain(value, tensors: dict[str, Tensor]):
    """Return nested values as what JSON holds, and put their tensors into a dict.

    >>> from course_lib.files.plain import to_plain
    >>> tensors = {}
    >>> to_plain({"lr": 0.1, "steps": (1, 2), "w": torch.zeros(3)}, tensors)
    {'lr': 0.1, 'steps': {'$tuple': [1, 2]}, 'w': {'$tensor': 'w'}}
    >>> tensors
    {'w': tensor([0., 0., 0.])}

    Two names of one tensor stay one. Raises TypeError, naming the place, for any other
    value.
    """
    return _Plain(tensors).of(value, "")


class _Plain:
    """Values made plain, and the tensors that were met on the way."""

    def __init__(self, tensors: dict[str, Tensor]):
        self.tensors = tensors
        self.names: dict[tuple, str] = {}

    def of(self, value, place: str):
        """Return one value as JSON holds it. place: where it stands, for its name."""
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, Tensor):
            return {TENSOR: self._kept(value.detach(), place)}
        if isinstance(value, float) and not math.isfinite(value):
            return {FLOAT: str(float(value))}
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, list | tuple):
            each = [self.of(v, _inside(place, k)) for k, v in enumerate(value)]
            return {TUPLE: each} if isinstance(value, tuple) else each
        if isinstance(value, dict):
            return self._of_dict(value, place)
        raise TypeError(
            f"{place or 'the value'} is of type {type(value).__name__}, which a file "
            "does not hold: expected numbers, text, tensors, and lists, tuples and "
            "dicts of them"
        )

    def _of_dict(self, value: dict, place: str) -> dict:
        plain = [(k, self.of(v, _inside(place, k))) for k, v in value.items()]
        counts = isinstance(value, Counter)
        if not counts and all(isinstance(k, str) and k[:1] != "$" for k in value):
            return dict(plain)
        pairs = [[self.of(k, place), v] for k, v in plain]
        return {COUNTER if counts else PAIRS: pairs}

    def _kept(self, tensor: Tensor, place: str) -> str:
        """Put a tensor into the dict unless it is there; return its name."""
        key = _place_in_memory(tensor)
        if key in self.names:
            return self.names[key]
        while place in self.tensors:  # "a.b" in one dict, and "b" in its dict "a"
            place += "'"
        self.tensors[place] = tensor
        if key is not None:
            self.names[key] = place
        return place


def from_plain(value, tensors: dict[str, Tensor]):
    """Return the nested values that `to_plain` was given.

    Raises KeyError for a tensor that is missing, TypeError or ValueError for other
    JSON.
    """
    if isinstance(value, list):
        return [from_plain(v, tensors) for v in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, held),) = value.items()
        if key == TENSOR:
            return tensors[held]
        if key == TUPLE:
            return tuple(from_plain(held, tensors))
        if key == FLOAT:
            return float(held)
        if key in (PAIRS, COUNTER):
            pairs = {from_plain(k, tensors): from_plain(v, tensors) for k, v in held}
            return Counter(pairs) if key == COUNTER else pairs
    return {k: from_plain(v, tensors) for k, v in value.items()}


def _inside(place: str, key) -> str:
    return f"{place}.{key}" if place else str(key)


def _place_in_memory(tensor: Tensor) -> tuple | None:
    """Return what two names of one tensor have in common, None without memory."""
    if not tensor.numel() or tensor.is_meta or tensor.is_sparse:
        return None
    return tensor.data_ptr(), tensor.shape, tensor.dtype, tensor.stride()
