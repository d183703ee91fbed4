"""Nested values as text and tensors: what JSON holds, and what it leaves out.

JSON has no tensors, no tuples, no keys but text and no infinity. Each of these becomes
a dict with one key that begins with $; what is left is JSON that any program reads.
"""

import math

import numpy as np
from torch import Tensor

TENSOR, TUPLE, FLOAT, PAIRS = "$tensor", "$tuple", "$float", "$pairs"


def to_plain(value, tensors: dict[str, Tensor], place: str = ""):
    """Return nested values as what JSON holds, and put their tensors into a dict.

    >>> from course_lib.files.plain import to_plain
    >>> tensors = {}
    >>> to_plain({"lr": 0.1, "steps": (1, 2), "w": torch.zeros(3)}, tensors)
    {'lr': 0.1, 'steps': {'$tuple': [1, 2]}, 'w': {'$tensor': 'w'}}
    >>> tensors
    {'w': tensor([0., 0., 0.])}

    place: where in the whole the value stands, which names its tensors. Two names of
    one tensor stay one. Raises TypeError, naming the place, for any other value.
    """
    if isinstance(value, Tensor):
        return {TENSOR: _kept(value.detach(), tensors, place)}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {FLOAT: str(float(value))}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        each = [to_plain(v, tensors, _inside(place, k)) for k, v in enumerate(value)]
        return {TUPLE: each} if isinstance(value, tuple) else each
    if isinstance(value, dict):
        plain = [(k, to_plain(v, tensors, _inside(place, k))) for k, v in value.items()]
        if all(isinstance(k, str) and not k.startswith("$") for k in value):
            return dict(plain)
        return {PAIRS: [[to_plain(k, tensors, place), v] for k, v in plain]}
    raise TypeError(
        f"{place or 'the value'} is of type {type(value).__name__}, which a file does "
        "not hold: expected numbers, text, tensors, and lists, tuples and dicts of them"
    )


def from_plain(value, tensors: dict[str, Tensor]):
    """Return the nested values that `to_plain` was given.

    Raises KeyError for a tensor that is missing, TypeError for other JSON.
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
        if key == PAIRS:
            return {from_plain(k, tensors): from_plain(v, tensors) for k, v in held}
    return {k: from_plain(v, tensors) for k, v in value.items()}


def _inside(place: str, key) -> str:
    return f"{place}.{key}" if place else str(key)


def _kept(tensor: Tensor, tensors: dict[str, Tensor], place: str) -> str:
    """Put a tensor into the dict unless it is there; return its name."""
    for name, other in tensors.items():
        if tensor is other or _same(tensor, other):
            return name
    while place in tensors:  # "a.b" in one dict, and "b" in its dict "a"
        place += "'"
    tensors[place] = tensor
    return place


def _same(one: Tensor, other: Tensor) -> bool:
    """Say whether two tensors are one place in memory, seen in one way."""
    return (
        one.numel() > 0
        and one.data_ptr() == other.data_ptr()
        and one.shape == other.shape
        and one.dtype == other.dtype
        and one.stride() == other.stride()
    )
