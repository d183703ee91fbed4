"""What a run was given, so that a resumed run can tell itself from another."""

import math
from collections import Counter

from torch import Tensor

from .data_mark import mark_of

# Of an optimizer's group: what says nothing of the run, or only how it is computed.
LEFT_OUT = ("params", "param_names", "initial_lr", "fused", "foreach")
# What of a schedule moves while it runs; all else is how it was made.
MOVING = ("last_epoch", "best", "num_bad_epochs", "cooldown_counter", "T_cur", "T_i")
MOVING += ("base_lrs",)  # which the groups say


def given(run, data, valid, clip, patience, loss) -> dict:
    """Return what `fit` was given, in plain values, as it is before training.

    run: the model, the optimizer and the schedule, as `checkpoint.Run` has them.
    Optimizer and schedule: kind and options, and the names of a group's parameters.
    Data: see `mark_of`. The loss is known by its name alone.
    """
    names = {id(p): name for name, p in run.model.named_parameters()}
    frozen = [name for name, p in run.model.named_parameters() if not p.requires_grad]
    return {
        "model": repr(run.model),
        "frozen": ", ".join(frozen) or None,
        "optimizer": type(run.optimizer).__name__,
        "groups": [_group(group, names) for group in run.optimizer.param_groups],
        "schedule": _schedule(run.schedule),
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
    return {"groups": now(content["optimizer"]), "schedule": None}


def now(optimizer: dict) -> list[dict]:
    """Return the options of an optimizer's groups, as its state has them."""
    return [
        {name: _plain(v) for name, v in group.items() if name not in LEFT_OUT}
        for group in optimizer["param_groups"]
    ]


def differences(there: dict, here: dict, at_last: list[dict] = ()) -> list[str]:
    """Return in words how two runs differ: what a file says, and what is given now.

    >>> from course_lib.training.same_run import differences
    >>> there = {"clip": 1.0, "groups": [{"lr": 0.1}]}
    >>> differences(there, {"clip": 0.5, "groups": [{"lr": 0.2}]})
    ['clip was 1 and is 0.5', 'lr was 0.1 and is 0.2']

    What one of them does not say is no difference. at_last: the options of the groups
    when the file was written; an optimizer that goes on in the same program has those.
    """
    found = []
    for name, old, new in _common(there, here):
        if name == "groups":
            found += of_groups(old, new, at_last)
        elif old != new and name in ("data", "valid"):
            found.append(f"{name}: {_of_data(old, new)}")
        elif old != new:
            found.append(f"{name} {_change(old, new)}")
    return found


def same_schedule(there: dict, here: dict) -> bool:
    """Say whether two runs have schedules of one kind, or none."""
    kinds = [(run["schedule"] or {}).get("kind") for run in (there, here)]
    return kinds[0] == kinds[1]


def same_optimizer(there: dict, here: dict) -> bool:
    """Say whether an optimizer can take up what a file's optimizer remembers."""
    if len(there["groups"]) != len(here["groups"]):
        return False
    groups = list(zip(there["groups"], here["groups"], strict=True))
    if any(o.get("parameters", n["parameters"]) != n["parameters"] for o, n in groups):
        return False
    if "optimizer" in there:
        return there["optimizer"] == here["optimizer"]
    return not any(
        set(new) - set(old) - {"parameters"} and set(old) - set(new)
        for old, new in groups
    )


def of_groups(there: list[dict], here: list[dict], at_last=()) -> list[str]:
    """Return how the groups of two optimizers differ."""
    if len(there) != len(here):
        return [f"groups of parameters: {_change(len(there), len(here))}"]
    found = []
    for k, (old, new) in enumerate(zip(there, here, strict=True)):
        where = f" of group {k}" if len(here) > 1 else ""
        last = at_last[k] if k < len(at_last) else old
        found += [
            f"{name}{where} {_change(a, b)}"
            for name, a, b in _common(old, new)
            if b not in (a, last.get(name, a))
        ]
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


def _schedule(schedule) -> dict | None:
    """Return the kind of a schedule and how it was made, None for none."""
    if schedule is None:
        return None
    return {"kind": type(schedule).__name__, **_settings(schedule.state_dict())}


def _settings(state: dict) -> dict:
    """Return what of a schedule's state does not move."""
    inside = [_settings(each) for each in state.get("_schedulers", [])]
    kept = {
        name: _plain(value)
        for name, value in state.items()
        if not name.startswith("_") and name not in MOVING
    }
    return kept | ({"schedules": inside} if inside else {})


def _group(group: dict, names: dict[int, str]) -> dict:
    """Return the options of a group, and which parameters it moves.

    Its rate is the one that a schedule began with, if there is one.
    """
    options = {name: v for name, v in group.items() if name not in LEFT_OUT}
    options["lr"] = group.get("initial_lr", options.get("lr"))
    moved = [names.get(id(p), "another's") for p in group["params"]]
    return {"parameters": ", ".join(moved)} | {n: _plain(v) for n, v in options.items()}


def _plain(option):
    """Return an option as a file holds it; a rate that is a tensor, as its number."""
    if isinstance(option, Tensor):
        return float(f"{option.item():.7g}") if option.numel() == 1 else option.tolist()
    if isinstance(option, Counter):
        return sorted(option.elements())
    if isinstance(option, list | tuple):
        return [_plain(each) for each in option]
    return option if isinstance(option, PLAIN) else str(type(option).__name__)


PLAIN = (bool, int, float, str, type(None), dict)


def _change(old, new) -> str:
    """Return "was ... and is ...", from where long texts begin to differ."""
    old, new = _shown(old), _shown(new)
    unlike = (k for k, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    same = next(unlike, min(len(old), len(new)))
    start = max(0, same - 20) if max(len(old), len(new)) > LONG else 0
    old, new = (_cut(text, start) for text in (old, new))
    return f"was {old} and is {new}"


LONG = 80  # characters of a value that are shown


def _shown(value) -> str:
    """Return a value in words, on one line."""
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:g}"
    if isinstance(value, dict):
        return ", ".join(f"{name}={_shown(held)}" for name, held in value.items())
    return " ".join(str(value).split())


def _cut(text: str, start: int) -> str:
    """Return a part of a text, with dots where it goes on."""
    part = text[start : start + LONG]
    after = "..." if len(text) > start + LONG else ""
    return f"{'...' if start else ''}{part}{after}"
