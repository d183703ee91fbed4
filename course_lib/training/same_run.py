"""What a run was given, so that a resumed run can tell itself from another."""

import math
import zlib
from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor, nn

from .sharing import Shared

DEPTH = 4  # how far inside data its tensors are looked for
LEFT_OUT = ("params", "initial_lr")  # of the options of an optimizer's group


def given(run, data, valid, clip, patience, loss) -> dict:
    """Return what `fit` was given, in plain values, as it is before training.

    run: the model, the optimizer and the schedule, as `checkpoint.Run` has them.
    Optimizer: its kind, and of each group the names of its parameters and all options.
    Data: its size and a checksum of all tensors and numbers that it holds.
    """
    names = {id(p): name for name, p in run.model.named_parameters()}
    schedule = run.schedule
    return {
        "model": repr(run.model),
        "optimizer": type(run.optimizer).__name__,
        "groups": [_group(group, names) for group in run.optimizer.param_groups],
        "schedule": None if schedule is None else type(schedule).__name__,
        "clip": clip,
        "patience": patience,
        "loss": getattr(loss, "__qualname__", type(loss).__name__),
        "data": mark_of(data),
        "valid": mark_of(valid),
    }


def told(content: dict) -> dict:
    """Return what a file says that its run was given.

    Version 0.1 wrote the options of the optimizer alone, as they were at the end.
    """
    if "given" in content:
        return content["given"]
    groups = content["optimizer"]["param_groups"]
    options = [
        {n: _plain(v) for n, v in g.items() if n not in LEFT_OUT} for g in groups
    ]
    return {"groups": options, "schedule": None}


def differences(there: dict, here: dict) -> list[str]:
    """Return in words how two runs differ: what a file says, and what is given now.

    >>> from course_lib.training.same_run import differences
    >>> there = {"clip": 1.0, "groups": [{"lr": 0.1}]}
    >>> differences(there, {"clip": 0.5, "groups": [{"lr": 0.2}]})
    ['clip was 1 and is 0.5', 'lr was 0.1 and is 0.2']

    What one of them does not say is no difference.
    """
    found = []
    for name, old, new in _common(there, here):
        if name == "groups":
            found += _of_groups(old, new)
        elif old != new and name in ("data", "valid"):
            found.append(f"{name}: {_of_data(old, new)}")
        elif old != new:
            found.append(f"{name} {_change(old, new)}")
    return found


def same_optimizer(there: dict, here: dict) -> bool:
    """Say whether an optimizer can take up what a file's optimizer remembers."""
    groups = list(zip(there["groups"], here["groups"], strict=False))
    if len(there["groups"]) != len(here["groups"]) or any(
        old.get("parameters", new["parameters"]) != new["parameters"]
        for old, new in groups
    ):
        return False
    if "optimizer" in there:
        return there["optimizer"] == here["optimizer"]
    foreign = [
        set(new) - set(old) - {"parameters"} and set(old) - set(new)
        for old, new in groups
    ]
    return not any(foreign)


def _of_groups(there: list[dict], here: list[dict]) -> list[str]:
    """Return how the groups of two optimizers differ."""
    if len(there) != len(here):
        return [f"groups of parameters: {_change(len(there), len(here))}"]
    found = []
    for k, (old, new) in enumerate(zip(there, here, strict=True)):
        where = f" of group {k}" if len(here) > 1 else ""
        pairs = _common(old, new)
        found += [f"{name}{where} {_change(a, b)}" for name, a, b in pairs if a != b]
    return found


def _of_data(there: dict | None, here: dict | None) -> str:
    """Return how two marks of data differ."""
    if there is None or here is None:
        return "there was none" if there is None else "there is none any more"
    if there["batches"] != here["batches"]:
        return f"{there['batches']} batches before, {here['batches']} now"
    return f"as many batches as before ({here['batches']}), of other content"


def _common(there: dict, here: dict) -> list[tuple]:
    """Return (name, old, new) of what both say."""
    return [(name, there[name], here[name]) for name in there if name in here]


def _change(old, new) -> str:
    return f"was {_shown(old)} and is {_shown(new)}"


def mark_of(data: Iterable | None) -> dict | None:
    """Return how many batches data has, and a checksum of all that it holds.

    >>> from course_lib.training.same_run import mark_of
    >>> data = cl.windows(torch.arange(100), batch_size=4, num_steps=5)
    >>> mark_of(data) == mark_of(cl.windows(torch.arange(100), 4, 5))
    True
    >>> mark_of(data) == mark_of(cl.windows(torch.arange(100).flip(0), 4, 5))
    False

    No batch is drawn for it. What data computes as it goes is not seen.
    """
    if data is None:
        return None
    whole = data.data if isinstance(data, Shared) else data
    mark = 0
    for part in _parts(whole, DEPTH):
        mark = zlib.crc32(part, mark)
    try:
        batches = len(whole)
    except TypeError:  # a stream, whose length nobody knows
        batches = None
    return {"batches": batches, "checksum": f"{mark:08x}"}


def _parts(value, depth: int):
    """Give the bytes of every tensor and number in data, and in what it is made of."""
    if isinstance(value, Tensor):
        yield str((value.dtype, tuple(value.shape))).encode()
        if not value.is_meta:
            flat = value.detach().cpu().contiguous().flatten()
            yield memoryview(flat.view(torch.uint8).numpy())
    elif isinstance(value, np.ndarray):
        yield str((value.dtype, value.shape)).encode() + value.tobytes()
    elif isinstance(value, bool | int | float | str):
        yield repr(value).encode()
    elif depth:
        for each in _held(value):
            yield from _parts(each, depth - 1)


def _held(value) -> list:
    """Return what a list, a dict or an object of data is made of."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, nn.Module | type) or not hasattr(value, "__dict__"):
        return []
    return [held for name, held in vars(value).items() if not name.startswith("_")]


def _group(group: dict, names: dict[int, str]) -> dict:
    """Return the options of a group, and which parameters it moves."""
    options = {name: v for name, v in group.items() if name not in LEFT_OUT}
    moved = [names.get(id(p), "another's") for p in group["params"]]
    return {"parameters": ", ".join(moved)} | {n: _plain(v) for n, v in options.items()}


def _plain(option):
    """Return an option as a file holds it; a rate that is a tensor, as its number."""
    if isinstance(option, Tensor):
        return option.tolist()
    return list(option) if isinstance(option, tuple) else option


def _shown(value) -> str:
    """Return a value for an error, shortened where it is long."""
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:g}"
    said = " ".join(str(value).split())
    return said if len(said) <= 120 else f"{said[:117]}..."
