"""A run kept in a file, and taken up again as if it had never stopped."""

import copy
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler

from ..files import format
from ..files.plain import to_plain
from ..files.whole import place_to_write
from .best_weights import BestWeights
from .history import History
from .random_state import generators_in, random_state, set_random_state
from .same_run import (
    differences,
    now,
    of_groups,
    same_optimizer,
    same_schedule,
    told,
)

CHOOSE = (
    'resume="keep" goes on with the optimizer\'s settings in the file, '
    'resume="override" with those given now, and all else as it is given now; '
    "resume=False begins anew"
)


class Run(NamedTuple):
    """What changes while a model is trained, and belongs into a file."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    schedule: LRScheduler | None
    history: History
    best: BestWeights

    def state(self) -> dict:
        """Return all of it in plain values and tensors."""
        return {
            "weights": dict(self.model.state_dict()),
            "optimizer": self.optimizer.state_dict(),
            "schedule": None if self.schedule is None else self.schedule.state_dict(),
            "history": dict(vars(self.history)),
            "best": self.best.state(),
        }

    def put_back(self, state: dict) -> None:
        """Go back to what `state` returned."""
        self.model.load_state_dict(state["weights"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.schedule is not None:
            self.schedule.load_state_dict(state["schedule"])
        vars(self.history).update(state["history"])
        self.best.set_state(state["best"])


class Unkept:
    """A run that no file keeps, in place of a Checkpoint."""

    ended = False

    def write(self, over: bool) -> None:
        """Write nothing."""


class Checkpoint:
    """All that a run of `fit` needs to go on as if it had never stopped.

    Weights, optimizer, schedule, curves, the best weights so far, what the run was
    given, and the random numbers: torch's, numpy's and Python's own and those of the
    generators in the data. ended: whether the run of the file was ended by `on_epoch`.
    """

    ended = False

    def __init__(
        self, path: str | Path, run: Run, batches: tuple, given: dict, processes
    ):
        self.path = place_to_write(path)
        self.run, self.given, self.processes = run, given, processes
        self.batches, self.generators = batches, generators_in(batches)
        to_plain(
            run.state() | given, {}
        )  # now, not after an epoch: can a file hold it?

    def write(self, over: bool) -> None:
        """Write the run as it is after an epoch, whole or not at all.

        over: whether `on_epoch` has ended it. Of several processes the first writes,
        for all; the others wait until it has.
        """
        random = self.processes.gathered(random_state(*self.generators))
        content = {"given": self.given, "random": random[0], "others": random[1:]}
        if self.processes.first:
            content = self.run.state() | content | {"ended": over}
            format.write(self.path, "run", content)
        self.processes.gathered(None)

    def resume(self, way: bool | str) -> int:
        """Go back to what the file holds; return how many epochs were done.

        way: True for the run that the file is of; "keep" or "override" where they
        differ. Without a file there is nothing to go on from: 0. Raises ValueError for
        a file that is not of such a run, and then nothing has changed. Each process
        goes on with its own random numbers; those beyond the run's old number of
        processes take others' in turn.
        """
        if not self.path.exists():
            return 0
        content = format.read(self.path, "run")
        try:
            chosen, given = self._chosen(content, way)
        except UNFIT as error:
            raise self._refusal(error) from error
        before, chance = copy.deepcopy(self.run.state()), random_state(*self.generators)
        try:
            self.run.put_back(chosen)
            self._draw_on(content)
            done = len(self.run.history)
        except Exception as error:  # whatever it is: all or nothing
            self.run.put_back(before)
            set_random_state(chance, *self.generators)
            raise self._refusal(error) from error
        self.given, self.ended = given, way is True and content.get("ended", False)
        return done

    def _refusal(self, error: Exception) -> ValueError:
        told = " ".join(str(error).split())
        return ValueError(
            f"{self.path} cannot be gone on from, and nothing was changed: {told}"
        )

    def _draw_on(self, content: dict) -> None:
        """Put the random numbers where they were."""
        random = [content["random"], *content.get("others", [])]
        generators = self.generators
        if "given" not in content:  # version 0.1 looked at one place only
            generators = [getattr(each, "generator", None) for each in self.batches]
        set_random_state(random[self.processes.rank % len(random)], *generators)

    def _chosen(self, content: dict, way: bool | str) -> tuple[dict, dict]:
        """Return the state to go on from and what the run was given; or raise."""
        there, here, at_last = told(content), self.given, now(content["optimizer"])
        _same_weights(content["weights"], self.run.model.state_dict())
        moved = of_groups(there["groups"], here["groups"], at_last)
        found = differences(there, here, at_last)
        if len(at_last) != len(self.run.optimizer.param_groups):
            moved = moved or ["the optimizer has had parameters added"]
            found = found or moved
        same = same_optimizer(there, here) and len(at_last) == len(here["groups"])
        kept = same and same_schedule(there, here)
        problem = "; ".join(found) or "the optimizer is another"
        if (found or not kept) and way is True:
            raise ValueError(f"{problem}. {CHOOSE}")
        if way != "override" and not kept:
            raise ValueError(
                f'{problem}. resume="keep" needs the optimizer and the schedule that '
                "the file has"
            )
        if there.get("valid", here["valid"]) != here["valid"]:
            content = content | {"best": self.run.best.state()}
        moved = moved or there["schedule"] != here["schedule"]
        if way != "override" or (kept and not moved):
            return content, here | {n: there[n] for n in ("groups", "schedule")}
        return self._overridden(content, same), here

    def _overridden(self, content: dict, same: bool) -> dict:
        """Return a file's state with the optimizer's options and schedule of now."""
        own = self.run.state()
        if same:
            pairs = zip(
                content["optimizer"]["param_groups"],
                own["optimizer"]["param_groups"],
                strict=True,
            )
            groups = [old | new for old, new in pairs]
            own["optimizer"] = content["optimizer"] | {"param_groups": groups}
        return content | {name: own[name] for name in ("optimizer", "schedule")}


UNFIT = (KeyError, RuntimeError, ValueError, TypeError, AttributeError, IndexError)


def _same_weights(there: dict, here: dict) -> None:
    """Raise ValueError unless weights in a file fit a model: name, shape, type."""
    for name in [*here, *(there.keys() - here.keys())]:
        old, new = (_kind(weights.get(name)) for weights in (there, here))
        if old != new:
            raise ValueError(
                f"it is of another model, whose {name} is {old}, and here it is {new}"
            )


def _kind(value) -> str:
    """Return the shape and the type of a weight; of what is no tensor, its type."""
    if isinstance(value, torch.Tensor):
        return f"{tuple(value.shape)} of {value.dtype}"
    return "missing" if value is None else type(value).__name__
